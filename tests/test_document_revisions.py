"""Revisions: where each ends, what makes them unclear; and that reading everything changes no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.byhand import ONE_PAGE, Body, table_file
from corpus.writer import append
from esign_core.document.fields import fields
from esign_core.document.pages import contents, pages
from esign_core.document.revisions import RevisionSpan, revisions
from esign_core.document.signatures import page_of, signature_fields
from esign_core.errors import EsignError
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref, Value

ROOT = Path(__file__).parent.parent
OWN = sorted((ROOT / "corpus" / "files").glob("*.pdf"))
SHARED = ROOT.parent / "shared" / "corpus"
ALL = [*OWN, *sorted(SHARED.glob("*/*.pdf"))]
COUNTS = {
    "update_table_1.pdf": 2, "update_table_2.pdf": 3, "update_stream_1.pdf": 2, "update_stream_2.pdf": 3,
    "update_freed.pdf": 2, "update_reused.pdf": 3, "update_mupdf.pdf": 2, "update_mupdf_stream.pdf": 2,
}  # fmt: skip


def spans(pdf: bytes) -> list[tuple[int, int]] | None:
    with PdfFile(pdf) as file:
        found = revisions(file)
        return None if found is None else [(span.start, span.end) for span in found]


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_revisions_of_the_corpus(path: Path) -> None:
    """Each ends at an end-of-file marker, the next begins there, and each is a document of its own."""
    data = path.read_bytes()
    with PdfFile(data) as file:
        found = revisions(file)
        assert found is not None
        assert len(found) == COUNTS.get(path.name, 1)
        assert [span.index for span in found] == list(range(len(found)))
        assert [span.start for span in found] == [0, *(span.end for span in found[:-1])]
        assert data[found[-1].end :].strip() == b""
        sections = [section for span in reversed(found) for section in span.sections]
        assert tuple(sections) == file.sections
        for span in found:
            assert len(span.sections) == (2 if "linearized" in path.name else 1)
            assert data[: span.end].rstrip().endswith(b"%%EOF")
            _is_a_document(data, span)


def _is_a_document(data: bytes, span: RevisionSpan) -> None:
    with PdfFile(data[: span.end]) as file:
        assert len(revisions(file) or ()) == span.index + 1
        assert [section.start for section in file.xref][: len(span.sections)] == [s.start for s in span.sections]
        assert list(pages(file))


def test_an_update_of_a_linearized_file() -> None:
    data = (ROOT / "corpus" / "files" / "surat_linearized.pdf").read_bytes()
    updated = append(data, {90: "(new)"}, trailer="/Root 1 0 R")
    found = spans(updated)
    assert found == [(0, len(data)), (len(data), len(updated))]


@pytest.mark.parametrize("end", [b"", b"\r", b"\r\n", b"\n"])
def test_one_line_end_belongs_to_the_marker(end: bytes) -> None:
    first = append(b"", ONE_PAGE, trailer="/Root 1 0 R")[:-1] + end
    second = append(first + b"\n" * (not end), {4: "(new)"}, trailer="/Root 1 0 R")
    found = spans(second)
    assert found
    assert found[0] == (0, len(first) + (not end))
    assert spans(second + b"trailing") == found


def test_files_whose_revisions_are_unclear() -> None:
    first = append(b"", ONE_PAGE, trailer="/Root 1 0 R")
    second = append(first, {4: "(new)"}, trailer="/Root 1 0 R")
    assert spans(second) is not None
    assert spans(first.replace(b"startxref\n", b"(x) startxref\n")) is None  # something between trailer and marker
    assert spans(first.replace(b"%%EOF", b"")) is None
    at = first.index(b"startxref\n") + len(b"startxref\n")
    elsewhere = second[:at] + b"9" + second[at + 1 :]  # the older marker names another section
    assert spans(elsewhere) is None


def test_a_section_hidden_in_an_older_revision_is_unclear() -> None:
    """In the shape of a linearized file: the marker names a section far in front of its own revision."""
    hidden = b"xref\n0 0\ntrailer\n<</Size 5/Root 1 0 R/Prev %010d>>\n"
    base: dict[int, Body] = {**ONE_PAGE, 4: b"<</Length %d>>\nstream\n%b\nendstream" % (len(hidden % 0), hidden % 0)}
    start = table_file(base).index(b"xref\n0 0")
    draft = table_file(base)
    main = len(draft) + len(b"5 0 obj (new) endobj\n")
    base[4] = b"<</Length %d>>\nstream\n%b\nendstream" % (len(hidden % 0), hidden % main)
    first = table_file(base)
    previous = first.rindex(b"xref\n0 5")
    update = b"5 0 obj (new) endobj\nxref\n5 1\n%010d 00000 n \n" % len(first)
    update += b"trailer\n<</Size 6/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (previous, start)
    with PdfFile(first + update) as file:
        assert [section.start for section in file.sections] == [start, main, previous]
        assert file.resolve(Ref(5, 0)) == b"new"
        assert revisions(file) is None


# ---- lazy equals full


def answers(file: PdfFile) -> list[object]:
    """Everything the document's rooms say; an error is an answer, too."""
    found: list[object] = []
    for ask in (
        lambda: [(node.ref, node.frame, node.entries) for node in pages(file)],
        lambda: [contents(file, node) for node in pages(file)],
        lambda: list(fields(file)),
        lambda: [(item, page_of(file, item)) for item in signature_fields(file)],
        lambda: [(span.index, span.start, span.end) for span in revisions(file) or ()],
    ):
        try:
            found.append(ask())
        except EsignError as error:
            found.append((error.code, str(error)))
    return found


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_lazy_equals_full(path: Path) -> None:
    """The same answers when every entry of every section was loaded before, in ascending and in descending order."""
    data = path.read_bytes()
    try:
        with PdfFile(data) as file:
            lazy = answers(file)
    except EsignError as error:
        with pytest.raises(EsignError) as caught:
            PdfFile(data)
        assert caught.value.code == error.code
        return
    for order in (1, -1):
        with PdfFile(data) as file:
            values = [_load(file, ref) for ref in _every_ref(file)[::order]]
            assert len(values) == len(_every_ref(file))
            assert answers(file) == lazy


def _every_ref(file: PdfFile) -> list[Ref]:
    try:
        entries = [item for section in file.sections for item in section.entries()]
    except EsignError:
        entries = list(file.xref.newest.entries())
    return [Ref(number, entry.second if entry.kind == "offset" else 0) for number, entry in entries]


def _load(file: PdfFile, ref: Ref) -> Value:
    try:
        return file.resolve(ref)
    except EsignError:
        return None
