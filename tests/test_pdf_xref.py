"""Cross-reference sections: tables and streams as writers make them, and the ones that could be read in two ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.byhand import CATALOG, ONE_PAGE, PAGE, PAGES, object_stream, stream, stream_file, table_file
from corpus.writer import append
from esign_core.errors import LimitExceeded, PdfError
from esign_core.limits import Limits
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref
from esign_core.pdf.xref import Entry

FILES = Path(__file__).parent.parent / "corpus" / "files"


def code_of(pdf: bytes, number: int = 3, limits: Limits | None = None) -> str:
    """The code with which the file, all its sections or the object is refused."""
    with pytest.raises(PdfError) as caught, PdfFile(pdf, limits or Limits()) as file:
        assert file.sections
        file.load(Ref(number, 0))
    return caught.value.code


# ---- tables


def test_a_table() -> None:
    pdf = table_file(ONE_PAGE, rows={7: b"0000000000 00001 f \n", 8: b"0000000017 00003 n \n"})
    with PdfFile(pdf) as file:
        (section,) = file.sections
        assert section.kind == "table"
        assert pdf[section.start : section.end].startswith(b"xref\n0 9\n")
        assert pdf[section.start : section.end].endswith(b">>")
        assert pdf[section.trailer_start :].startswith(b"\n<</Size 9")
        assert [part.length for part in section.subsections] == [9]
        assert dict(section.entries()) == {n: section.find(n) for n in range(9)}
        assert section.find(0) == section.find(4) == section.find(7) == Entry("free", 0, 0)
        assert section.find(8) == Entry("offset", 17, 3)
        assert section.find(1) == Entry("offset", pdf.index(b"1 0 obj"), 0)
        assert section.find(9) is None


@pytest.mark.parametrize("end", [b" \n", b" \r", b"\r\n", b"\n", b"\r", b" \r\n"])
def test_row_ends(end: bytes) -> None:
    """Of 20 bytes as the book says, and of 19 or 21, which qpdf, PDFium and poppler read too."""
    with PdfFile(ended(end)) as file:
        assert file.resolve(Ref(3, 0)) == {"Type": "Page", "Parent": Ref(2, 0), "MediaBox": [0, 0, 100, 200]}
        assert dict(file.xref.newest.entries())[0] == Entry("free", 0, 0)


def ended(end: bytes, *, of: int = 4) -> bytes:
    """One page; the first rows of the table end like that, the others in a space and a line feed."""
    plain = table_file(ONE_PAGE)
    start = plain.index(b"xref\n0 4\n") + len(b"xref\n0 4\n")
    rows = [plain[position : position + 18] for position in range(start, start + 80, 20)]
    text = b"".join(row + (end if index < of else b" \n") for index, row in enumerate(rows))
    return plain[:start] + text + plain[start + 80 :]


@pytest.mark.parametrize(
    ("end", "of"), [(b"\n", 1), (b"\n", 3), (b" \r\n", 1), (b" \r\n", 3), (b"\r\n", 2), (b"  \n", 4)]
)
def test_rows_that_do_not_end_alike_are_refused(end: bytes, of: int) -> None:
    """19 bytes and 21: who counts 20 for each would see other entries."""
    assert code_of(ended(end, of=of)) == "XREF_DAMAGED"


@pytest.mark.parametrize(
    "row",
    [
        b"000000009 00000 n  \n", b"0000000009 00000 N \n", b"0000000009 00000 n\t\n", b"0000000009\t00000 n \n",
        b"0000000009 0000 n  \n", b"0000000009 00000 n  n", b" 000000009 00000 n \n", b"-000000009 00000 n \n",
        b"0000000009 00000n  \n", b"000000000900000 n   \n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_malformed_row_anywhere_refuses_the_table(row: bytes, number: int) -> None:
    """Also in a row that nothing asks for: were it skipped or shifted, other readers would see other objects."""
    assert code_of(table_file(ONE_PAGE, rows={number: row})) == "XREF_DAMAGED"


def test_one_row_of_forty_bytes_is_not_two() -> None:
    rows = {1: b"0000000009 00000 n" + b" " * 21 + b"\n"}
    pdf = table_file({2: PAGES, 3: PAGE, 1: CATALOG}, rows=rows)
    assert code_of(pdf) == "XREF_DAMAGED"


def section(*lines: bytes, size: int = 4) -> bytes:
    return b"xref\n" + b"".join(lines) + b"trailer\n<</Size %d/Root 1 0 R>>\n" % size


ROW = b"%010d 00000 n \n"


def test_subsections_in_any_order() -> None:
    page = table_file(ONE_PAGE)
    at = {n: page.index(b"%d 0 obj" % n) for n in (1, 2, 3)}
    lines = [b"3 1\n", ROW % at[3], b"7 0\n", b"1 2 \r\n", ROW % at[1], ROW % at[2], b"0 1\t\n0000000000 65535 f \n"]
    with PdfFile(table_file(ONE_PAGE, section=section(*lines))) as file:
        assert [(part.first, part.length) for part in file.xref.newest.subsections] == [(0, 1), (1, 2), (3, 1)]
        assert [number for number, _ in file.xref.newest.entries()] == [0, 1, 2, 3]
        assert [file.load(Ref(n, 0)).start for n in (1, 2, 3)] == [at[1], at[2], at[3]]  # type: ignore[union-attr]
        assert file.xref.find(4) is None


@pytest.mark.parametrize(
    "text",
    [
        section(b"0 1\n0000000000 65535 f \n", b"0 1\n0000000000 65535 f \n"),  # a number twice
        section(b"1 2\n", ROW % 9, ROW % 9, b"2 1\n", ROW % 9),
        section(b"0 2\n0000000000 65535 f \n"),  # fewer rows than announced
        section(b"0 9999999999\n0000000000 65535 f \n"),
        section(b"0 1\n0000000000 65535 f \n", ROW % 9),  # more
        section(b"0 1 1\n0000000000 65535 f \n"),
        section(b"zero 1\n"),
        section(b"-1 1\n", ROW % 9),
        b"xref\n0 1\n0000000000 65535 f \n",  # no trailer
        b"xref\n0 1\n0000000000 65535 f \ntrailer",
        b"xref\n0 1\n0000000000 65535 f \ntrailer [1]\n",
        b"xref\n0 1\n0000000000 65535 f \ntrailers<<>>\n",
        b"xref0 1\n0000000000 65535 f \ntrailer<<>>\n",
        b"",
        b"xre",
    ],
)  # fmt: skip
def test_tables_that_are_refused(text: bytes) -> None:
    assert code_of(table_file(ONE_PAGE, section=text)) in ("XREF_DAMAGED", "SYNTAX")


def test_white_space_and_comments_between_the_parts_of_a_table() -> None:
    plain = table_file(ONE_PAGE)
    rows = plain[plain.index(b"xref\n0 4\n") + 9 : plain.index(b"trailer")]
    text = b" %c\n\0xref %c\n\t0 4 \n" + rows + b"%c\n trailer %c\n <</Size 4 /Root 1 0 R>>\n"
    with PdfFile(table_file(ONE_PAGE, section=text)) as file:
        assert file.catalog[0] == Ref(1, 0)


# ---- streams


def test_a_stream() -> None:
    pdf = stream_file({1: CATALOG, 2: PAGES}, packed={3: PAGE, 5: "[1]"}, rows={7: (0, 9, 1), 8: (9, 1, 1)})
    with PdfFile(pdf) as file:
        (found,) = file.sections
        assert found.kind == "stream"
        assert pdf[found.start : found.end].startswith(b"91 0 obj")
        assert pdf[found.start : found.end].endswith(b"endobj")
        assert found.find(3) == Entry("compressed", 90, 0)
        assert found.find(5) == Entry("compressed", 90, 1)
        assert found.find(7) == found.find(8) == Entry("free", 0, 0)  # of a type nobody knows: null
        assert found.find(2) == Entry("offset", pdf.index(b"2 0 obj"), 0)
        assert found.find(4) is None
        assert file.resolve(Ref(5, 0)) == [1]
        assert file.load(Ref(8, 0)) is None


@pytest.mark.parametrize("widths", [(0, 4, 1), (1, 8, 0), (0, 3, 0), (2, 60, 2)])
def test_widths(widths: tuple[int, int, int]) -> None:
    """No type means in the file, no third field generation 0 (ISO 32000-2, table 17)."""
    pdf = stream_file(ONE_PAGE, widths=widths, rows={0: (0, 0, 0)})
    with PdfFile(pdf) as file:
        assert file.xref.find(3) == (Entry("offset", pdf.index(b"3 0 obj"), 0), 0)
        assert file.xref.newest.find(0) == Entry("free", 0, 0)


def test_an_index_left_out_means_all_from_zero_to_size() -> None:
    with PdfFile(stream_file(dict.fromkeys(range(1, 91), "null"), index="0 92")) as file:
        explicit = dict(file.xref.newest.entries())
    pdf = stream_file(dict.fromkeys(range(1, 91), "null"), index="0 92").replace(
        b"/Index[0 92]", b"%" + b" " * 10 + b"\n"
    )
    with PdfFile(pdf) as file:
        assert dict(file.xref.newest.entries()) == explicit


@pytest.mark.parametrize(
    "entries",
    [
        "/Type/Xref", "/W[1 4]", "/W[1 4 -2]", "/W[0 0 0]", "/W[1 62 2]", "/W[1 4.0 2]", "/W 5", "/W[1 true 2]",
        "/Index[0]", "/Index 0", "/Index[0 93]", "/Index[0 1 0 1]", "/Index[-1 2]", "/Index[0 99999999999]",
        "/Index null/Size 99", "/Index null/Size(1)",
    ],
)  # fmt: skip
def test_streams_that_are_refused(entries: str) -> None:
    assert code_of(stream_file(ONE_PAGE, entries="/Root 1 0 R" + entries)) == "XREF_DAMAGED"


def test_data_longer_than_the_index_says_is_accepted() -> None:
    with PdfFile(stream_file(ONE_PAGE, entries="/Root 1 0 R/Index[0 4]")) as file:
        assert [number for number, _ in file.xref.newest.entries()] == [0, 1, 2, 3]


@pytest.mark.parametrize("target", [b"1 0 obj", b"%PDF", b"Catalog"])
def test_a_startxref_that_points_elsewhere_is_refused(target: bytes) -> None:
    pdf = table_file(ONE_PAGE)
    assert code_of(table_file(ONE_PAGE, startxref=pdf.index(target))) == "XREF_DAMAGED"
    assert code_of(table_file(ONE_PAGE, startxref=len(pdf) + 9)) == "XREF_DAMAGED"


# ---- the chain


def updated(*bodies: dict[int, str], trailer: str = "/Root 1 0 R") -> bytes:
    pdf = append(b"", ONE_PAGE, trailer=trailer)
    for body in bodies:
        pdf = append(pdf, body, trailer=trailer)
    return pdf


def test_the_newest_entry_counts_and_only_what_is_needed_is_loaded() -> None:
    pdf = updated({3: "(second)"}, {4: "(third)"})
    with PdfFile(pdf) as file:
        assert file.load(Ref(4, 0)).section == 0  # type: ignore[union-attr]
        assert len(file.xref._sections) == 1
        assert file.load(Ref(3, 0)).section == 1  # type: ignore[union-attr]
        assert len(file.xref._sections) == 2
        assert file.load(Ref(1, 0)).section == 2  # type: ignore[union-attr]
        assert file.resolve(Ref(3, 0)) == b"second"
        assert [section.start for section in file.sections] == sorted((s.start for s in file.sections), reverse=True)


def test_a_freed_object_is_null_whatever_older_sections_say() -> None:
    with PdfFile((FILES / "update_freed.pdf").read_bytes()) as file:
        assert file.load(Ref(6, 0)) is None
    with PdfFile((FILES / "update_reused.pdf").read_bytes()) as file:
        assert file.load(Ref(6, 0)) is None
        assert file.load(Ref(6, 1)).generation == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("previous", ["0", "null"])
def test_a_prev_of_zero_is_none(previous: str) -> None:
    with PdfFile(table_file(ONE_PAGE, trailer=f"/Root 1 0 R/Prev {previous}")) as file:
        assert len(file.sections) == 1


@pytest.mark.parametrize("previous", ["-5", "(9)", "4 0 R", "true", "9.0", "[9]", "99999999", "15"])
def test_a_prev_that_leads_nowhere_is_refused(previous: str) -> None:
    pdf = table_file({**ONE_PAGE, 4: "0"}, trailer=f"/Root 1 0 R/Prev {previous}")
    assert code_of(pdf, 9) == "XREF_DAMAGED"


def test_a_circle_is_refused_every_time_it_is_asked_for() -> None:
    pdf = table_file(ONE_PAGE)
    pdf = table_file(ONE_PAGE, trailer=f"/Root 1 0 R/Prev {pdf.rindex(b'xref', 0, -20)}")
    start = pdf.index(b"xref\n")
    pdf = table_file(ONE_PAGE, trailer=f"/Root 1 0 R/Prev {start}")
    with PdfFile(pdf) as file:
        for _ in range(2):
            with pytest.raises(PdfError) as caught:
                file.load(Ref(77, 0))
            assert caught.value.code == "XREF_DAMAGED"


HIDDEN = stream_file({5: "(five)", 6: "(six)"}, packed={7: "(seven)"}, index="0 1 4 4 90 2", rows={4: (0, 0, 0)})


def hybrid(rows: dict[int, bytes] | None = None, told: str | None = None) -> bytes:
    """A table that says nothing of 4 to 7, and the stream beside it that does (ISO 32000-2, 7.5.8.4)."""
    body = HIDDEN[: HIDDEN.index(b"startxref")]
    at = body.index(b"91 0 obj") if told is None else told
    return table_file(ONE_PAGE, before=body, trailer=f"/Root 1 0 R/XRefStm {at}", rows=rows)


def test_objects_of_hybrid_files() -> None:
    free = dict.fromkeys((4, 5, 7), b"0000000000 00000 f \n")
    for pdf in (hybrid(), hybrid(free)):
        with PdfFile(pdf) as file:
            found = [file.resolve(Ref(number, 0)) for number in (4, 5, 6, 7, 8)]
            assert found == [None, b"five", b"six", b"seven", None]
            assert file.catalog
            (section,) = file.sections
            assert section.hidden
            assert section.entry_count == section.hidden.entry_count + section._replace(hidden=None).entry_count
            kinds = {number: entry.kind for number, entry in section.entries()}
            assert list(kinds) == [0, 1, 2, 3, 4, 5, 6, 7, 90, 91]
            assert (kinds[4], kinds[5], kinds[7]) == ("free", "offset", "compressed")
            assert file.next_number() == 92


def test_what_the_table_of_a_hybrid_file_says_counts_first() -> None:
    pdf = hybrid()
    at = pdf.index(b"6 0 obj") + 0
    with PdfFile(hybrid({5: b"%010d 00000 n \n" % HIDDEN.index(b"5 0 obj"), 6: b"%010d 00000 n \n" % at})) as file:
        assert file.sections[0].find(6) == ("offset", at, 0)


@pytest.mark.parametrize("told", ["(x)", "-1", "99999", "9", "true"])
def test_hybrid_files_whose_stream_is_not_there(told: str) -> None:
    assert code_of(hybrid(told=told)) == "XREF_DAMAGED"


def test_a_stream_names_no_other_stream() -> None:
    for pdf in (
        stream_file(ONE_PAGE, entries="/Root 1 0 R/XRefStm 9"),
        table_file(ONE_PAGE, trailer="/Root 1 0 R/XRefStm null"),
    ):
        with PdfFile(pdf) as file:
            assert not file.sections[0].hidden


def test_many_sections_are_looked_up_in_one_dictionary() -> None:
    bodies = [{5 + index: f"({index})"} for index in range(60)]
    pdf = updated(*bodies)
    with PdfFile(pdf) as file:
        for index in range(60):
            found = file.load(Ref(5 + index, 0))
            assert found
            assert (found.value, found.section) == (b"%d" % index, 59 - index)
        assert file.load(Ref(3, 0)).section == 60  # type: ignore[union-attr]
        assert file.load(Ref(4, 0)) is None
        assert file.xref.find(4) is None


def test_of_many_sections_the_newest_counts() -> None:
    with PdfFile(updated(*[{3: f"({index})"} for index in range(40)], *[{9: "null"}] * 40)) as file:
        assert file.resolve(Ref(3, 0)) == b"39"
        assert file.load(Ref(3, 0)).section == 40  # type: ignore[union-attr]


def test_sections_and_entries_are_bounded() -> None:
    pdf = updated(*[{3: "null"}] * 5)
    with pytest.raises(LimitExceeded) as caught, PdfFile(pdf, Limits(sections=5)) as file:
        assert file.sections
    assert caught.value.limit == "sections"
    with pytest.raises(LimitExceeded) as caught, PdfFile(pdf, Limits(objects=8)) as file:
        assert file.sections
    assert (caught.value.limit, caught.value.found) == ("objects", 9)
    with pytest.raises(LimitExceeded) as caught:
        PdfFile(table_file(ONE_PAGE, section=section(*[b"5 0\n"] * 9)), Limits(objects=8))
    assert caught.value.limit == "objects"


def test_a_section_stream_whose_length_needs_the_section_is_refused() -> None:
    data = stream(bytes(7 * 4), "/Type/XRef/Size 4/W[1 4 2]/Root 1 0 R", length="9 0 R")
    pdf = b"%PDF-1.7\n" + b"4 0 obj\n" + data + b"\nendobj\nstartxref\n9\n%%EOF\n"
    with pytest.raises(PdfError) as caught:
        PdfFile(pdf)
    assert caught.value.code == "XREF_DAMAGED"


def test_linearized_files_have_two_sections_and_the_first_page_s_trailer() -> None:
    for name in ("surat_linearized.pdf", "surat_linearized_objstm.pdf"):
        data = (FILES / name).read_bytes()
        with PdfFile(data) as file:
            first_page, main = file.sections
            assert first_page.start < main.start or name == "surat_linearized.pdf"
            assert first_page.start < 4096
            assert "Root" in first_page.trailer
            assert first_page.trailer["Prev"] == main.start


def test_object_streams_hold_what_the_sections_say() -> None:
    assert code_of(stream_file({1: CATALOG, 2: PAGES}, packed={3: PAGE}, rows={3: (2, 90, 1)})) == "OBJECT_MISPLACED"
    assert (
        code_of(stream_file({1: CATALOG, 2: PAGES}, packed={3: PAGE}, rows={3: (2, 1, 0)})) == "OBJECT_STREAM_DAMAGED"
    )
    held = object_stream({4: PAGE})
    assert code_of(stream_file({1: CATALOG}, packed={3: PAGE}, container=held)) == "OBJECT_MISPLACED"
