"""Reading what a command is given, and writing what it makes: in full, or not at all."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from esign_core.files.copying import write_at
from esign_core.files.opening import mapped, open_file, reading, writing
from esign_core.files.replacing import replacement

if TYPE_CHECKING:
    from esign_core.pdf.values import Pdf

STANDARD_STREAM = "-"


def read_file(name: str) -> bytes:
    """The bytes of a file. InputError (code FILE_NOT_READ)."""
    with reading(name):
        return Path(name).read_bytes()


@contextlib.contextmanager
def document(name: str) -> Iterator[Pdf]:
    """The document, mapped where it is a file, so that its size costs no memory; else read whole."""
    if not is_file(name):
        yield read_document(name)
        return
    with open_file(name, to_write=False) as file, mapped(name, file.descriptor, file.length) as pdf:
        yield pdf


def is_file(name: str) -> bool:
    """Whether it is the name of a regular file that is there, not of a device, a pipe or a standard stream."""
    return name != STANDARD_STREAM and Path(name).is_file()


def is_file_to_be(name: str) -> bool:
    """Whether a regular file is there, or nothing yet."""
    return name != STANDARD_STREAM and (Path(name).is_file() or not Path(name).exists())


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
    """Write `data` to the file `name`, or to standard output for "-". InputError (FILE_NOT_WRITTEN, DISK_FULL).

    A file appears under its name complete or not at all, and one that is there is replaced only then. Its permissions
    are kept. Devices and pipes are written directly.
    """
    if name == STANDARD_STREAM:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    with writing(name):
        target = Path(name).resolve()  # a symbolic link stays one
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        with replacement(target) as descriptor:
            write_at(descriptor, data, 0)
