"""The bytes of one file in another one, by the shortest way the system has."""

from __future__ import annotations

import errno
import fcntl
import os

# Linux: fcntl.FICLONE from Python 3.12 on; _IOW(0x94, 9, int) of x86 and ARM. Elsewhere it is refused, and bytes go.
_CLONE = getattr(fcntl, "FICLONE", 0x40049409)
_CHUNK = 1 << 20
_NOT_HERE = frozenset({errno.ENOSYS, errno.EOPNOTSUPP, errno.EXDEV, errno.EINVAL, errno.ENOTTY, errno.EBADF})


def copy_content(source: int, target: int) -> None:
    """All of `source` into the empty `target`, both descriptors: shared blocks, else the kernel copies, else we do.

    OSError for a file that cannot be read, or no room.
    """
    if not _clone(source, target) and not _copy_in_kernel(source, target):
        _copy(source, target)


def _clone(source: int, target: int) -> bool:
    try:
        fcntl.ioctl(target, _CLONE, source)
    except OSError:
        return False  # whatever the reason is, it shows again where bytes are written
    return True


def _copy_in_kernel(source: int, target: int) -> bool:
    if not hasattr(os, "copy_file_range"):
        return False
    position = 0
    try:
        while copied := os.copy_file_range(source, target, 1 << 30, position, position):
            position += copied
    except OSError as error:
        if error.errno in _NOT_HERE:
            return False
        raise
    return position == os.fstat(source).st_size  # some file systems give nothing this way


def _copy(source: int, target: int) -> None:
    position = 0
    while chunk := os.pread(source, _CHUNK, position):
        write_at(target, chunk, position)
        position += len(chunk)


def write_at(descriptor: int, data: bytes | memoryview, position: int) -> None:
    """All of `data`, however often the system stops short."""
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, position)
        position += written
        view = view[written:]
