"""Objects where the sections say they are: spans, buffers, streams, object streams, and what is refused."""

from __future__ import annotations

import contextlib
import mmap
from array import array
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from corpus.byhand import CATALOG, ONE_PAGE, PAGE, PAGES, object_stream, stream, stream_file, table_file
from esign_core.errors import InputError, LimitExceeded, PdfError
from esign_core.limits import Limits
from esign_core.pdf import objects
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.lexer import parse_value
from esign_core.pdf.objects import PdfFile, PdfObject
from esign_core.pdf.values import Name, Ref, Stream, view_of

FILES = sorted((Path(__file__).parent.parent / "corpus" / "files").glob("*.pdf"))
LETTER = next(path for path in FILES if path.name == "surat.pdf")


def loaded(pdf: bytes, number: int = 4, generation: int = 0, limits: Limits | None = None) -> PdfObject | None:
    return PdfFile(pdf, limits or Limits()).load(Ref(number, generation))


def code_of(pdf: bytes, number: int = 4) -> str:
    with pytest.raises(PdfError) as caught:
        loaded(pdf, number)
    return caught.value.code


def with_object(text: str | bytes) -> bytes:
    """A page, and object 4 with all its text as given."""
    return table_file(ONE_PAGE, whole={4: text})


# ---- spans


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_spans_hold_the_objects(path: Path) -> None:
    """An object's own text from its number to `endobj`, its value's text where it says, none over another."""
    data = path.read_bytes()
    with PdfFile(data) as file:
        spans: list[tuple[int, int]] = []
        for section_index, section in enumerate(file.sections):
            for number, entry in section.entries():
                if entry.kind == "free":
                    continue
                found = file.load(Ref(number, 0 if entry.kind == "compressed" else entry.second))
                if found is None or found.section != section_index:
                    continue  # another section speaks of it later
                assert found.number == number
                shown = found.container or number
                assert data[found.start : found.end].startswith(b"%d %d obj" % (shown, found.generation))
                assert data[found.start : found.end].endswith(b"endobj")
                value, end = parse_value(found.source, found.value_start)
                kept = found.value.entries if isinstance(found.value, Stream) else found.value
                assert (value, end) == (kept, found.value_end)
                assert (found.container is None) == (found.source is file.buffer)
                if found.container is None:
                    assert found.start < found.value_start < found.value_end < found.end
                    spans.append((found.start, found.end))
                assert file.load(Ref(number, found.generation)) is found
        spans.sort()
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_a_value_s_span_leaves_white_space_and_comments_out() -> None:
    pdf = with_object("%before\n 4 %c\n0\tobj %c\r [1 %c\n2] %after\n endobj ")
    found = loaded(pdf)
    assert found
    assert found.value == [1, 2]
    assert bytes(found.source[found.value_start : found.value_end]) == b"[1 %c\n2]"
    assert pdf[found.start : found.end] == b"4 %c\n0\tobj %c\r [1 %c\n2] %after\n endobj"


# ---- buffers


def test_every_kind_of_buffer_is_read(tmp_path: Path) -> None:
    data = LETTER.read_bytes()
    for buffer in (data, bytearray(data), memoryview(data), memoryview(b"xx" + data)[2:], array("B", data)):
        with PdfFile(buffer) as file:  # type: ignore[arg-type]
            assert file.get(file.catalog[1], "Type") == "Catalog"
    with LETTER.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        with PdfFile(mapped) as file:
            kept = [file.load(Ref(number, 0)) for number in range(1, 9)]
            assert any(kept)
        mapped.close()  # although the objects are still held


def test_an_mmap_can_be_closed_after_a_refusal(tmp_path: Path) -> None:
    """The traceback still holds the reader."""
    path = tmp_path / "damaged.pdf"
    for data in (
        b"no pdf",
        b"%PDF-1.7\n",
        table_file(ONE_PAGE, trailer="/Root 1 0 R/Encrypt 2 0 R"),
        with_object("4 0 obj ("),
    ):
        path.write_bytes(data)
        with path.open("rb") as opened:
            mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        with pytest.raises(PdfError), mapped, PdfFile(mapped) as file:
            file.load(Ref(4, 0))
        assert mapped.closed


def test_a_bytearray_can_grow_again_after_close() -> None:
    data = bytearray(LETTER.read_bytes())
    file = PdfFile(data)
    assert file.load(Ref(1, 0))
    with pytest.raises(BufferError):
        data += b"x"
    file.close()
    data += b"x"
    assert file.load(Ref(1, 0)) is None
    assert file.sections == ()


@pytest.mark.parametrize("wrong", ["text", Path("x.pdf"), 5, None, memoryview(b"abcdef")[::2]])
def test_what_is_no_buffer_is_an_input_error(wrong: Any) -> None:
    with pytest.raises(InputError) as caught:
        view_of(wrong)
    assert caught.value.code == "NOT_A_BUFFER"


def test_a_closed_mmap_is_an_input_error() -> None:
    with LETTER.open("rb") as opened:
        mapped = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    mapped.close()
    with pytest.raises(InputError) as caught:
        PdfFile(mapped)
    assert caught.value.code == "NOT_A_BUFFER"


# ---- opening


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EMPTY"),
        (b"hello", "NOT_A_PDF"),
        (b" %PDF-1.7", "NOT_A_PDF"),
        (b"%PDF-1.x", "NOT_A_PDF"),
        (b"%PDF-1.7", "TRUNCATED"),
        (table_file(ONE_PAGE).replace(b"startxref", b"startxfer"), "TRUNCATED"),
        (table_file(ONE_PAGE) + bytes(5000), "TRUNCATED"),  # too far from the end
        (table_file(ONE_PAGE) + b"startxref\n9\n%%EOF", "XREF_DAMAGED"),  # the last one counts
        (table_file(ONE_PAGE, startxref=10**20), "TRUNCATED"),
        (table_file(ONE_PAGE, startxref=10**19 - 1), "XREF_DAMAGED"),
        (table_file(ONE_PAGE, trailer="/Root 1 0 R/Encrypt<<>>"), "ENCRYPTION_UNSUPPORTED"),
        (stream_file(ONE_PAGE, entries="/Root 1 0 R/Encrypt 3 0 R"), "ENCRYPTION_UNSUPPORTED"),
    ],
)
def test_what_cannot_be_opened(data: bytes, code: str) -> None:
    with pytest.raises(PdfError) as caught:
        PdfFile(data)
    assert caught.value.code == code


@pytest.mark.parametrize("tail", [b"", b" ", b"\n" * 1000, b"%%EOF\n%%EOF", b"junk", b"startxref\n%%EOF\n"])
def test_what_may_follow_the_end(tail: bytes) -> None:
    with PdfFile(table_file(ONE_PAGE) + tail) as file:
        assert file.catalog[1]["Type"] == "Catalog"
        assert file.version == "1.7"


def test_a_null_encrypt_entry_is_none() -> None:
    assert PdfFile(table_file(ONE_PAGE, trailer="/Root 1 0 R/Encrypt null")).catalog[0] == Ref(1, 0)


@pytest.mark.parametrize(
    "root", ["", "/Root 3", "/Root 9 0 R", "/Root 1 1 R", "/Root 4 0 R", f"/Root {CATALOG}", "/Root null"]
)
def test_a_file_without_catalog(root: str) -> None:
    with PdfFile(table_file({**ONE_PAGE, 4: "[1]"}, trailer=root)) as file, pytest.raises(PdfError) as caught:
        assert file.catalog
    assert caught.value.code == "NO_CATALOG"


def test_next_number_looks_at_every_section_and_size() -> None:
    assert PdfFile(table_file(ONE_PAGE)).next_number() == 4
    assert PdfFile(table_file(ONE_PAGE).replace(b"/Size 4", b"/Size 2")).next_number() == 4
    assert PdfFile(table_file(ONE_PAGE).replace(b"/Size 4", b"/Size 9")).next_number() == 9
    assert PdfFile(stream_file(ONE_PAGE)).next_number() == 92
    assert PdfFile(table_file(ONE_PAGE, trailer="/Root 1 0 R/Size true")).next_number() == 4


def test_values_that_are_tried_in_vain_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Objects over each other, each with all the others in its text, until no more is tried; then one by one."""
    nested = b"".join(b"%d 0 obj " % number for number in range(10, 400))
    pdf = table_file({**ONE_PAGE, 9: b"(x)" * 600 + nested})
    rows = {number: b"%010d 00000 n \n" % pdf.index(b"%d 0 obj" % number) for number in range(10, 400)}
    damaged = table_file({**ONE_PAGE, 9: b"(x)" * 600 + nested}, rows=rows)
    tried: list[int] = []
    parse = objects.parse_plain
    monkeypatch.setattr(objects, "parse_plain", lambda text, depth: tried.append(len(text)) or parse(text, depth))
    with LenientFile(damaged) as file:
        for number in range(10, 400):
            with contextlib.suppress(PdfError):
                file.load(Ref(number, 0))
        assert 4 * len(damaged) < sum(tried) < 5 * len(damaged)
        assert file.load(Ref(3, 0))


# ---- objects


def test_references_to_nothing_are_null() -> None:
    pdf = table_file({**ONE_PAGE, 4: "9 0 R"}, rows={6: b"0000000000 00000 n \n"})
    file = PdfFile(pdf)
    for ref in (Ref(0, 0), Ref(0, 65535), Ref(5, 0), Ref(6, 0), Ref(99, 0), Ref(3, 1), Ref(10**19, 0)):
        assert file.load(ref) is None
        assert file.resolve(ref) is None
    assert file.resolve(Ref(4, 0)) is None
    assert file.get({"A": Ref(3, 0)}, "B") is None
    assert file.resolve(7) == 7


def test_references_to_references_are_followed_so_far() -> None:
    objects = {**ONE_PAGE, **{n: f"{n + 1} 0 R" for n in range(4, 40)}, 40: "(end)"}
    file = PdfFile(table_file(objects))
    assert file.resolve(Ref(10, 0)) == b"end"
    with pytest.raises(LimitExceeded) as caught:
        file.resolve(Ref(4, 0))
    assert caught.value.limit == "hops"
    with pytest.raises(LimitExceeded):
        PdfFile(with_object("4 0 obj 4 0 R endobj")).resolve(Ref(4, 0))


def test_objects_are_bounded_and_counted() -> None:
    file = PdfFile(table_file(ONE_PAGE), Limits(objects=4))
    for number in (1, 2, 3, 1, 2, 99):
        file.load(Ref(number, 0))
    assert file.objects_read == 4
    with pytest.raises(LimitExceeded) as caught:
        file.load(Ref(98, 0))
    assert caught.value.limit == "objects"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4 0 obj\n\nendobj", None),
        ("4 0 obj null endobj", None),
        ("4 0 obj(x)endobj", b"x"),
        ("4 0 obj<</A/B>>endobj", {"A": "B"}),
        ("4 0 obj[]endobj%", []),
        ("4 0 obj 3 0 R endobj", Ref(3, 0)),
        ("004 00 obj 5 endobj", 5),
        ("4 0 obj /endobj endobj", "endobj"),
    ],
)
def test_values_of_objects(text: str, value: Any) -> None:
    found = loaded(with_object(text))
    assert found
    assert found.value == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("5 0 obj 1 endobj", "OBJECT_MISPLACED"),
        ("4 1 obj 1 endobj", "OBJECT_MISPLACED"),
        ("14 0 obj 1 endobj", "OBJECT_MISPLACED"),
        ("4 0 object 1 endobj", "OBJECT_MISPLACED"),
        ("4 0 obj5 endobj", "OBJECT_MISPLACED"),
        ("4 0obj 1 endobj", "OBJECT_MISPLACED"),
        ("4 obj 1 endobj", "OBJECT_MISPLACED"),
        ("x 4 0 obj 1 endobj", "OBJECT_MISPLACED"),
        ("4 0 obj 1", "SYNTAX"),  # endobj is missing
        ("4 0 obj 1 endob", "SYNTAX"),
        ("4 0 obj 1 endobj5", "SYNTAX"),
        ("4 0 obj 1 2 endobj", "SYNTAX"),
        ("4 0 obj <</A 1>> >> endobj", "SYNTAX"),
        ("4 0 obj <</A 1> endobj", "SYNTAX"),
        ("4 0 obj (a(b) endobj", "SYNTAX"),
        ("4 0 obj [1 endobj", "SYNTAX"),
        ("4 0 obj {1} endobj", "SYNTAX"),
        ("4 0 obj 1 %endobj", "SYNTAX"),
        ("4 0 obj [1]stream\n endstream endobj", "SYNTAX"),
    ],
)
def test_objects_that_are_refused(text: str, code: str) -> None:
    assert code_of(table_file({1: CATALOG, 2: PAGES, 3: PAGE}, whole={4: text})) == code


def test_an_offset_in_the_middle_of_another_object_is_followed_as_by_all_readers() -> None:
    pdf = table_file({**ONE_PAGE, 5: "(4 0 obj /inside endobj)"})
    at = pdf.index(b"4 0 obj")
    found = loaded(table_file({**ONE_PAGE, 5: "(4 0 obj /inside endobj)"}, rows={4: b"%010d 00000 n \n" % at}))
    assert found
    assert found.value == "inside"


def test_objects_that_hold_each_other_are_bounded() -> None:
    """Each string goes on to the end of the file: together they are longer than it."""
    count = 60
    text = b"".join(b"%d 0 obj (" % (4 + n) for n in range(count)) + b") endobj " * count
    pdf = table_file(ONE_PAGE, whole={4: text})
    start = pdf.index(b"4 0 obj (")
    at = {4 + n: pdf.index(b"%d 0 obj (" % (4 + n), start) for n in range(count)}
    file = PdfFile(
        table_file(ONE_PAGE, whole={4: text}, rows={n: b"%010d 00000 n \n" % offset for n, offset in at.items()})
    )
    with pytest.raises(PdfError) as caught:
        for number in at:
            assert file.load(Ref(number, 0))
    assert caught.value.code == "OBJECTS_OVERLAP"
    with pytest.raises(PdfError) as caught:  # from then on nothing more is read
        file.load(Ref(1, 0))
    assert caught.value.code == "OBJECTS_OVERLAP"


def test_generations() -> None:
    pdf = table_file(ONE_PAGE, whole={4: "4 3 obj /third endobj "}, rows={})
    at = pdf.index(b"4 3 obj")
    third = table_file(ONE_PAGE, whole={4: "4 3 obj /third endobj "}, rows={4: b"%010d 00003 n \n" % at})
    found = loaded(third, generation=3)
    assert found
    assert (found.generation, found.value) == (3, "third")
    assert loaded(third, generation=0) is None
    beyond = table_file(ONE_PAGE, whole={4: "4 65536 obj 1 endobj "}, rows={4: b"%010d 65536 n \n" % at})
    assert code_of(beyond) == "OBJECT_MISPLACED"


@pytest.mark.parametrize("offset", [-1, 10**12])
def test_offsets_outside_the_file(offset: int) -> None:
    with pytest.raises(PdfError) as caught:
        PdfFile(table_file(ONE_PAGE)).object_at(offset)
    assert caught.value.code == "OBJECT_MISPLACED"


# ---- streams


@pytest.mark.parametrize("start", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r", b"", b" \n \0\r\n", b"\n\n"])
def test_streams(start: bytes, end: bytes) -> None:
    pdf = with_object(b"4 0 obj<</Length 5>>stream" + start + b"(\n x)" + end + b"endstream endobj ")
    with PdfFile(pdf) as file:
        found = file.load(Ref(4, 0))
        assert found
        assert isinstance(found.value, Stream)
        assert file.raw_data(found.value) == b"(\n x)"
        assert file.data(found.value) == b"(\n x)"
        assert pdf[found.start : found.end].endswith(b"endobj")
        assert bytes(found.source[found.value_start : found.value_end]) == b"<</Length 5>>"


@pytest.mark.parametrize(
    "text",
    [
        b"<<>>stream\nabc\nendstream",
        b"<</Length 4>>stream\nabc\nendstream"[:-1] + b"x",
        b"<</Length 2>>stream\nabc\nendstream",
        b"<</Length 99999>>stream\nabc\nendstream",
        b"<</Length -1>>stream\nabc\nendstream",
        b"<</Length 3.0>>stream\nabc\nendstream",
        b"<</Length(3)>>stream\nabc\nendstream",
        b"<</Length true>>stream\na\nendstream",
        b"<</Length 2 0 R>>stream\nabc\nendstream",
        b"<</Length 99 0 R>>stream\nabc\nendstream",
        b"<</Length 3>>stream\nabc\n%c\nendstream",
        b"<</Length 3>>stream\nabc\nendstreamendobj",
        b"<</Length 3>>stream\nabc\n",
    ],
)
def test_streams_that_are_refused(text: bytes) -> None:
    assert code_of(with_object(b"4 0 obj" + text + b" endobj ")) == "STREAM_DAMAGED"


@pytest.mark.parametrize("start", [b" \n", b"", b"\t\r\n", b"%c\n"])
def test_what_may_not_follow_the_word_stream(start: bytes) -> None:
    assert code_of(with_object(b"4 0 obj<</Length 3>>stream" + start + b"abc\nendstream endobj")) == "SYNTAX"


def test_a_length_behind_references() -> None:
    pdf = table_file({**ONE_PAGE, 4: stream(b"abc", length="5 0 R"), 5: "6 0 R", 6: "3"})
    file = PdfFile(pdf)
    found = file.resolve(Ref(4, 0))
    assert isinstance(found, Stream)
    assert file.data(found) == b"abc"


@pytest.mark.parametrize("first", [4, 5, 6])
def test_a_length_that_needs_its_own_stream(first: int) -> None:
    itself = table_file({**ONE_PAGE, 4: stream(b"abc", length="4 0 R")})
    circle = table_file({**ONE_PAGE, **{n: stream(b"abc", length=f"{4 + (n - 3) % 3} 0 R") for n in (4, 5, 6)}})
    assert code_of(itself) == "OBJECT_LOOP"
    file = PdfFile(circle)
    for number in (first, first, 4, 5, 6):  # the same answer in whatever order it is asked for
        with pytest.raises(PdfError) as caught:
            file.load(Ref(number, 0))
        assert caught.value.code == "OBJECT_LOOP"


def test_a_chain_of_lengths_cannot_exhaust_the_stack() -> None:
    objects = {**ONE_PAGE, **{n: stream(b"abc", length=f"{n + 1} 0 R") for n in range(4, 2000)}, 2000: "3"}
    with pytest.raises(LimitExceeded) as caught:
        loaded(table_file(objects))
    assert caught.value.limit == "hops"


def test_an_error_is_raised_again_and_never_becomes_null() -> None:
    file = PdfFile(table_file({**ONE_PAGE, 4: "[" * 300 + "]" * 300, 5: "(", 6: "(x)"}))
    for _ in range(2):
        with pytest.raises(LimitExceeded):
            file.load(Ref(4, 0))
        with pytest.raises(PdfError):
            file.load(Ref(5, 0))
    assert file.resolve(Ref(6, 0)) == b"x"


def test_data_through_filters_is_bounded_over_all_streams() -> None:
    held = {4: stream(b"00" * 40 + b">", "/Filter/AHx"), 5: stream(b"3030" * 20 + b">", "/Filter[/AHx/AHx]")}
    file = PdfFile(table_file({**ONE_PAGE, **held}), Limits(decoded_bytes=99, stream_bytes=40))
    four, five = file.resolve(Ref(4, 0)), file.resolve(Ref(5, 0))
    assert isinstance(four, Stream)
    assert isinstance(five, Stream)
    assert file.data(four) == bytes(40)
    with pytest.raises(LimitExceeded) as caught:
        file.data(five)
        file.data(four)
    assert (caught.value.limit, caught.value.allowed) == ("decoded_bytes", 99)


# ---- object streams


def packed(container: bytes) -> bytes:
    return stream_file({1: CATALOG, 2: PAGES, 3: PAGE}, packed={4: "(four)", 5: "5 0 R"}, container=container)


def test_objects_in_an_object_stream() -> None:
    held = {4: "[1 0 R (x)]", 5: "null", 6: "/N", 7: "<</A<</B 1>>>>", 8: "12", 9: "4 0 R"}
    pdf = stream_file(ONE_PAGE, packed=held)
    with PdfFile(pdf) as file:
        for number, value in {
            4: [Ref(1, 0), b"x"],
            5: None,
            6: Name("N"),
            7: {"A": {"B": 1}},
            8: 12,
            9: Ref(4, 0),
        }.items():
            found = file.load(Ref(number, 0))
            assert found
            assert (found.value, found.generation, found.container, found.section) == (value, 0, 90, 0)
            assert bytes(found.source[found.value_start : found.value_end]).decode() == held[number]
            assert pdf[found.start : found.end].startswith(b"90 0 obj")
            assert file.load(Ref(number, 1)) is None
        assert file.decoded_bytes < 200


@pytest.mark.parametrize(
    "container",
    [
        object_stream({4: "(four)", 5: "1"}, entries="/Type/ObjStm/N 2"),
        object_stream({4: "(four)", 5: "1"}, entries="/Type/ObjStm/First 9"),
        object_stream({4: "(four)", 5: "1"}, entries="/Type/ObjStm/N 2/First 9999"),
        object_stream({4: "(four)", 5: "1"}, entries="/Type/ObjStm/N -1/First 9"),
        object_stream({4: "(four)", 5: "1"}, entries="/Type/ObjStm/N 2/First -1"),
        object_stream({4: "(four)", 5: "1"}, entries="/Type/ObjStm/N 3/First 9"),
        object_stream({4: "(four)", 5: "1"}, entries="/Type/ObjStm/N true/First 9"),
        object_stream({4: "(four)", 5: "1"}, entries="/N 2/First 9"),
        object_stream({4: "(four)", 5: "1"}, header=b"4 0 5 x "),
        object_stream({4: "(four)", 5: "1"}, header=b"4 0 5 -7"),
        object_stream({4: "(four)", 5: "1"}, header=b"4 0\x0b5 7"),
        object_stream({4: "(four)", 5: "1"}, header=b"4 0 5 " + b"0" * 20),
        b"<</Type/ObjStm>>",
        b"[1]",
    ],
)
def test_object_streams_that_are_refused(container: bytes) -> None:
    file = PdfFile(packed(container))
    for number in (4, 5, 4):
        with pytest.raises(PdfError) as caught:
            file.load(Ref(number, 0))
        assert caught.value.code == "OBJECT_STREAM_DAMAGED"


def test_an_object_stream_s_header_may_have_any_white_space_and_more_than_it_needs() -> None:
    header = b"4\x000\r5\f7 99 99 garbage "
    entries = f"/Type/ObjStm/N 2/First {len(header)}"
    with PdfFile(packed(object_stream({4: "(four)", 5: "1"}, header=header, entries=entries))) as file:
        assert (file.resolve(Ref(4, 0)), file.resolve(Ref(5, 0))) == (b"four", 1)


@pytest.mark.parametrize(
    "header", [b"4 0 5 99 ", b"4 0 5 9999999999999999999 ", b"4 0 5 9999999999 ", b"4 0 5 6 ", b"5 0 4 7 ", b"4 0 9 7 "]
)
def test_objects_that_are_not_where_the_object_stream_says(header: bytes) -> None:
    file = PdfFile(packed(object_stream({4: "(four)", 5: ")"}, header=header)))
    with pytest.raises(PdfError) as caught:
        file.load(Ref(5, 0))
    assert caught.value.code in ("OBJECT_MISPLACED", "OBJECT_STREAM_DAMAGED", "SYNTAX")


def test_an_object_stream_inside_itself() -> None:
    inside = stream_file(ONE_PAGE, packed={4: "1"}, rows={90: (2, 90, 1)})
    assert code_of(inside) == "OBJECT_STREAM_DAMAGED"
    for entry in ("/N 4 0 R/First 4", "/N 1/First 4 0 R"):
        needs_itself = object_stream({4: "1"}, entries="/Type/ObjStm" + entry)
        assert code_of(stream_file(ONE_PAGE, packed={4: "1"}, container=needs_itself)) == "OBJECT_LOOP"
    length = object_stream({4: "1"}).replace(b"/Length ", b"/Length 5 0 R/Was ")
    file = PdfFile(stream_file(ONE_PAGE, packed={4: "1", 5: "9"}, container=length))
    codes = []
    for number in (4, 4, 5):
        with pytest.raises(PdfError) as caught:
            file.load(Ref(number, 0))
        codes.append(caught.value.code)
    assert codes == ["OBJECT_STREAM_DAMAGED"] * 3


def test_an_object_stream_is_decoded_once_even_when_it_fails() -> None:
    bomb = stream(b"00" * 5000 + b">", "/Type/ObjStm/N 1/First 4/Filter/AHx")
    file = PdfFile(stream_file(ONE_PAGE, packed={4: "1", 5: "1"}, container=bomb), Limits(stream_bytes=1000))
    with pytest.raises(LimitExceeded):
        file.load(Ref(4, 0))
    with pytest.raises(PdfError) as caught:
        file.load(Ref(5, 0))
    assert caught.value.code == "OBJECT_STREAM_DAMAGED"


def test_an_object_stream_s_count_is_bounded() -> None:
    held = object_stream({4: "1"}, entries="/Type/ObjStm/N 999999999999/First 4")
    with pytest.raises(LimitExceeded) as caught:
        loaded(stream_file(ONE_PAGE, packed={4: "1"}, container=held))
    assert caught.value.limit == "objects"


def test_objects_in_an_object_stream_that_share_their_bytes_are_bounded() -> None:
    """A thousand numbers, all for the same long value."""
    numbers = range(100, 1100)
    text = "(" + "x" * 3000 + ")"
    header = b"".join(b"%d 0 " % number for number in numbers)
    held = object_stream({1: text}, header=header, entries=f"/Type/ObjStm/N {len(numbers)}/First {len(header)}")
    file = PdfFile(stream_file(ONE_PAGE, packed=dict.fromkeys(numbers, ""), container=held))
    with pytest.raises(PdfError) as caught:
        for number in numbers:
            file.load(Ref(number, 0))
    assert caught.value.code == "OBJECTS_OVERLAP"


def test_a_compressed_dictionary_is_never_a_stream() -> None:
    pdf = stream_file(ONE_PAGE, packed={4: "<</Length 3>>stream\nabc\nendstream"})
    found = loaded(pdf)
    assert found
    assert found.value == {"Length": 3}
