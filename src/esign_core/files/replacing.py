"""A file appears under its name complete or not at all, and one that is there is replaced only then."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL


@contextmanager
def replacement(target: Path, *, mode: int = 0o666) -> Iterator[int]:
    """The descriptor of a new file beside `target`, which becomes `target` when all went well, and else is deleted.

    `mode`: of a new file, under the umask; one that is replaced hands on its own, and its owner where that is allowed.
    OSError where folder or disk refuse. A crash leaves `target` as it was, and may leave the other file:
    `.NAME.<16 hex digits>.tmp`.
    """
    temporary = target.with_name(f".{target.name[:100]}.{os.urandom(8).hex()}.tmp")
    descriptor = os.open(temporary, _CREATE, mode)
    try:
        try:
            _take_over(target, descriptor)
            yield descriptor
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _take_over(target: Path, descriptor: int) -> None:
    with suppress(FileNotFoundError):
        old = target.stat()
        with suppress(PermissionError):
            os.fchown(descriptor, old.st_uid, old.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def sync_folder(folder: Path) -> None:
    """Make the rename itself outlive a power failure, where the system can: by then the file is complete either way."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
