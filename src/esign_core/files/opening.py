"""A regular file, opened, locked and mapped; and what the system says of it, as errors of ours."""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from esign_core.errors import InputError

FilePath: TypeAlias = str | os.PathLike[str]

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def to_path(path: FilePath) -> Path:
    """InputError (FILE_NAME) for what cannot be the name of a file."""
    try:
        name = os.fsdecode(path)
        possible = b"\0" not in os.fsencode(name)
    except (TypeError, ValueError):
        possible = False
    if not possible:
        raise InputError(f"{path!r} is no file name: give text or a path without zero bytes", code="FILE_NAME")
    return Path(name)


@contextmanager
def reading(path: FilePath) -> Iterator[None]:
    """InputError (FILE_NOT_READ) for what the system refuses inside."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"cannot read {path} ({error.strerror or error}): check its name and rights", code="FILE_NOT_READ"
        ) from error


@contextmanager
def writing(path: FilePath) -> Iterator[None]:
    """InputError (FILE_NOT_WRITTEN, DISK_FULL) for what the system refuses inside."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        if error.errno in _FULL:
            raise InputError(
                f"no room to write {path} ({reason}): free some, or raise the quota or file size limit",
                code="DISK_FULL",
            ) from error
        raise InputError(f"cannot write {path} ({reason}): check folder and rights", code="FILE_NOT_WRITTEN") from error


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A regular file that is open and locked; `state` is what it was when it was opened."""

    path: Path
    descriptor: int
    state: os.stat_result

    @property
    def length(self) -> int:
        """In bytes, when it was opened."""
        return self.state.st_size

    def require_unchanged(self) -> None:
        """InputError (FILE_CHANGED) when its bytes or the file under its name are others than when it was opened."""
        with reading(self.path):
            seen = _version(os.fstat(self.descriptor)), _version(os.stat(self.path))
        if seen != (_version(self.state),) * 2:
            raise InputError(
                f"{self.path} was changed or replaced meanwhile: nothing was written to it; sign it again",
                code="FILE_CHANGED",
            )


def _version(state: os.stat_result) -> tuple[int, ...]:
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns


@contextmanager
def open_file(path: FilePath, *, to_write: bool) -> Iterator[OpenFile]:
    """The file, locked against others of ours: alone to write, shared to read.

    The lock is advisory (flock), and left out where the file system has none. InputError: FILE_NOT_READ,
    FILE_NOT_WRITTEN, NOT_A_FILE, FILE_IN_USE.
    """
    with (writing if to_write else reading)(path):
        _require_regular(path, os.stat(path))
        # should a pipe have taken its place, opening it must not wait for the other end
        descriptor = os.open(path, (os.O_RDWR if to_write else os.O_RDONLY) | os.O_NONBLOCK)
    try:
        _lock(path, descriptor, to_write=to_write)
        state = os.fstat(descriptor)
        _require_regular(path, state)
        yield OpenFile(Path(path), descriptor, state)
    finally:
        with suppress(OSError):
            # a mapping that an error's traceback keeps has a descriptor of its own, which would hold the lock
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _require_regular(path: FilePath, state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise InputError(f"{path} is a folder or device: name a file", code="NOT_A_FILE")


def _lock(path: FilePath, descriptor: int, *, to_write: bool) -> None:
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if to_write else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise InputError(f"{path} is being signed by another process: try again later", code="FILE_IN_USE") from error
    except OSError:
        return  # no locks on this file system


@contextmanager
def mapped(path: FilePath, descriptor: int, length: int) -> Iterator[mmap.mmap | bytes]:
    """The file's first `length` bytes without a copy of them."""
    if not length:  # nothing to map; who reads it says that it is empty
        yield b""
        return
    with reading(path):
        try:
            view = mmap.mmap(descriptor, length, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise InputError(f"{path} was cut while it was read: sign it again", code="FILE_CHANGED") from error
    try:
        yield view
    finally:
        with suppress(BufferError):  # the traceback of an error may keep a view of it, and lets it go later
            view.close()
