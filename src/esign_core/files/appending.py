"""Bytes behind a file: all of them, or the file as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from esign_core.errors import InputError
from esign_core.files.copying import write_at
from esign_core.files.opening import FilePath


def append(descriptor: int, base: int, data: bytes) -> None:
    """Write `data` behind the first `base` bytes. OSError where the disk refuses.

    Its end, from `startxref` on, follows when all else is on the disk: so a file of full length is complete, and to one
    that is shorter no reader sees an update, whatever a crash left of the writes between.
    """
    end = data.rindex(b"startxref")
    for start, part in ((0, data[:end]), (end, data[end:])):
        write_at(descriptor, part, base + start)
        os.fsync(descriptor)


@contextmanager
def cut_back_on_error(path: FilePath, descriptor: int, base: int) -> Iterator[None]:
    """The file has its `base` bytes again when anything fails inside, an interruption too.

    InputError (FILE_UNFINISHED) should the system refuse even that.
    """
    try:
        yield
    except BaseException:
        try:
            os.ftruncate(descriptor, base)
            os.fsync(descriptor)
        except OSError as error:
            raise InputError(
                f"the update could not be written to {path}, nor its beginning cut off behind byte {base} "
                f"({error.strerror or error}): run esign_core.files.recover on it",
                code="FILE_UNFINISHED",
            ) from error
        raise


def require_room(path: FilePath, descriptor: int, needed: int) -> None:
    """InputError (DISK_FULL) when the disk has surely no room for `needed` more bytes: asked before the key is used."""
    try:
        disk = os.fstatvfs(descriptor)
    except OSError:
        return  # the file system does not say
    free = disk.f_bfree * disk.f_frsize
    if disk.f_blocks and free < needed:
        raise InputError(
            f"no room to write {path}: its signature needs {needed} bytes and the disk has {free} left; free some",
            code="DISK_FULL",
        )
