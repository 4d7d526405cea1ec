"""Take the PDFs out of an archive and nothing else: no links, no paths that lead elsewhere, bounded sizes."""

from __future__ import annotations

import gzip
import io
import subprocess
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast


class ArchiveError(Exception):
    """The archive is not what it should be; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes of the unpacked archive, bytes of one PDF, members of an archive."""

    archive: int = 1 << 30
    document: int = 1 << 26
    members: int = 100_000


BOUNDS = Bounds()


class _Bounded(io.RawIOBase):
    """A stream that ends in an ArchiveError when more comes out of it than is allowed."""

    def __init__(self, stream: BinaryIO, left: int) -> None:
        self._stream = stream
        self._left = left

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise ArchiveError("unpacks to more than is allowed")
        return data


def pdfs(archive: Path, bounds: Bounds = BOUNDS) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Each PDF of a .tar.gz or .deb: its path inside, and its bytes; a .pdf.gz comes unpacked.

    Only regular files count. ArchiveError for a damaged archive, a path that leads out of it, too much data.
    """
    try:
        with _tar_stream(archive) as stream:
            bounded = cast(BinaryIO, _Bounded(stream, bounds.archive))
            with tarfile.open(fileobj=bounded, mode="r|") as tar:
                for number, member in enumerate(tar):
                    if number >= bounds.members:
                        raise ArchiveError(f"has more than {bounds.members} members")
                    if member.isreg() and member.name.lower().endswith((".pdf", ".pdf.gz")):
                        content = tar.extractfile(member)
                        if content is not None:
                            yield _document(member, cast(BinaryIO, content), bounds.document)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise ArchiveError(f"cannot be unpacked: {error}") from error


def _document(member: tarfile.TarInfo, content: BinaryIO, largest: int) -> tuple[PurePosixPath, bytes]:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or "\\" in member.name or "\0" in member.name:
        raise ArchiveError(f"has a path that leads out of it: {member.name!r}")
    data = content.read(largest + 1)
    if path.suffix.lower() == ".gz":
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            data = packed.read(largest + 1)
        path = path.with_suffix("")
    if len(data) > largest:
        raise ArchiveError(f"{member.name} has more than {largest} bytes")
    return path, data


@contextmanager
def _tar_stream(archive: Path) -> Iterator[BinaryIO]:
    """The tar inside, as a stream. A .deb is opened by dpkg-deb, which knows how the packer compressed it."""
    if archive.suffix != ".deb":
        with gzip.open(archive, "rb") as stream:
            yield cast(BinaryIO, stream)
        return
    command = ["dpkg-deb", "--fsys-tarfile", str(archive)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        if process.stdout is None:
            raise ArchiveError("dpkg-deb gives no output")
        try:
            yield cast(BinaryIO, process.stdout)
        finally:
            process.kill()
