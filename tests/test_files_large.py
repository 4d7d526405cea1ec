"""Large files: little memory, hashed once, and offsets of eleven digits."""

from __future__ import annotations

import hashlib
import mmap
import tracemalloc
from pathlib import Path
from typing import Any

import pikepdf
import pytest

import esign_core as es
from benchmarks.large_document import AnonymousMemory, write_document
from corpus.byhand import ONE_PAGE, stream_file, table_file
from esign_core.files import recover
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.update import UpdateWriter
from esign_core.pdf.values import Ref
from tests.files_signed import LETTER, signed_here

# ---- size


@pytest.mark.parametrize("to_copy", [False, True], ids=["in place", "to a copy"])
def test_a_large_file_takes_little_memory(tmp_path: Path, to_copy: bool) -> None:
    path = tmp_path / "large.pdf"
    write_document(path, 200)
    (tmp_path / "small.pdf").write_bytes(LETTER)
    signed_here(tmp_path / "small.pdf")  # what is loaded once is loaded
    target = tmp_path / "out.pdf" if to_copy else None
    tracemalloc.start()
    try:
        with AnonymousMemory() as memory:
            done = signed_here(path, target)
        traced = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert traced < 8 << 20
    assert memory.growth < 8 << 20
    assert done.length == (target or path).stat().st_size > 200 << 20
    with (target or path).open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == done.facts.sha256_after
    with pikepdf.open(target or path) as read:
        assert str(read.Root.AcroForm.Fields[0].V.SubFilter) == "/ETSI.CAdES.detached"


class Counted:
    """SHA-256 that counts what goes into it."""

    total = 0
    real = hashlib.sha256

    def __init__(self, data: Any = b"", **_: Any) -> None:
        Counted.total += len(data)
        self._hash = Counted.real(data)

    def update(self, data: Any) -> None:
        Counted.total += len(data)
        self._hash.update(data)

    def copy(self) -> Counted:
        twin = Counted()
        twin._hash = self._hash.copy()
        return twin

    def digest(self) -> bytes:
        return self._hash.digest()

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> type[Counted]:
    Counted.total = 0
    monkeypatch.setattr(hashlib, "sha256", Counted)
    return Counted


@pytest.mark.parametrize("to_copy", [False, True], ids=["in place", "to a copy"])
def test_the_document_is_hashed_once(tmp_path: Path, to_copy: bool, counted: type[Counted]) -> None:
    path = tmp_path / "large.pdf"
    write_document(path, 200)
    length = path.stat().st_size
    signed_here(path, tmp_path / "out.pdf" if to_copy else None)
    assert length <= counted.total < 1.01 * length


# ---- offsets of eleven digits


def sparse_file(path: Path, pdf: bytes) -> None:
    """The objects and sections of `pdf`, and its end behind ten thousand million bytes of white space."""
    body, _, end = pdf.rpartition(b"startxref")
    with path.open("wb") as file:
        file.write(body)
        file.seek(10**10)
        file.write(b"\nstartxref" + end)


def test_a_table_has_no_room_for_the_offset_and_the_file_is_refused_unread(
    tmp_path: Path, counted: type[Counted]
) -> None:
    path = tmp_path / "sparse.pdf"
    sparse_file(path, table_file(ONE_PAGE))
    length = path.stat().st_size
    with pytest.raises(es.PdfError) as caught:
        signed_here(path)
    assert (caught.value.code, path.stat().st_size) == ("TOO_LARGE", length)
    assert counted.total == 0  # ten gigabytes were not hashed first


def test_a_stream_has_room_for_the_offset(tmp_path: Path) -> None:
    path = tmp_path / "sparse.pdf"
    sparse_file(path, stream_file(ONE_PAGE))
    base = path.stat().st_size
    with path.open("r+b") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view, PdfFile(view) as read:
            writer = UpdateWriter(read)
            writer.edit(Ref(1, 0)).set("Lang", b"(id)")
            update = writer.finish(seed=b"").data
        file.seek(base)
        file.write(update[:-1])
    with pikepdf.open(path) as document:
        assert str(document.Root.Lang) == "id"
        assert len(document.pages) == 1
    assert recover(path) == len(update) - 1
    assert path.stat().st_size == base > 10**10
