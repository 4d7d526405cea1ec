"""Reading what a command is given, and writing what it makes: in full, or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import sys
from pathlib import Path

import click

from esign_core.errors import InputError

STANDARD_STREAM = "-"


def read_file(name: str) -> bytes:
    """The bytes of a file. InputError (code FILE_NOT_READ)."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"cannot read {name} ({reason}): check its name and rights", code="FILE_NOT_READ") from error


def read_document(name: str) -> bytes:
    """The bytes of a file, or of standard input for "-"."""
    return sys.stdin.buffer.read() if name == STANDARD_STREAM else read_file(name)


def require_one_stdin(*names: str | None) -> None:
    """UsageError where more than one input is to be read from standard input."""
    if names.count(STANDARD_STREAM) > 1:
        raise click.UsageError("Two inputs are -, and standard input can be read only once: give the others as files.")


def check_output(name: str, *inputs: str | None) -> None:
    """UsageError where writing to `name` would destroy an input or fill a terminal with binary data."""
    if name == STANDARD_STREAM:
        if sys.stdout.isatty():
            raise click.UsageError("Standard output is a terminal: redirect it, or give a file with -o.")
        return
    for other in inputs:
        with contextlib.suppress(OSError):  # one of the two does not exist: then they are not the same
            if other is not None and other != STANDARD_STREAM and Path(name).samefile(other):
                raise click.UsageError(f"{name} is read by this command: write to another file.")


def write_output(name: str, data: bytes) -> None:
    """Write `data` to the file `name`, or to standard output for "-". InputError (code FILE_NOT_WRITTEN).

    A file appears under its name complete or not at all, and one that is there is replaced only then: the bytes go
    to a temporary file beside it, which is renamed. Its permissions are kept. Devices and pipes are written directly.
    """
    if name == STANDARD_STREAM:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        target = Path(name).resolve()  # a symbolic link stays one
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"cannot write {name} ({reason}): check folder and rights", code="FILE_NOT_WRITTEN") from error


def _replace(target: Path, data: bytes) -> None:
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:
            if target.exists():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself outlive a power failure, where the system can: by then the file is complete either way."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
