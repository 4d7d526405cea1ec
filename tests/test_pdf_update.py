"""One incremental update: what changes, what stays byte for byte, and what qpdf and pypdf read of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf.codec  # noqa: F401 - registers pdfdoc_pikepdf
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.byhand import CATALOG, ONE_PAGE, PAGE, PAGES, stream, stream_file, table_file
from esign_core.errors import InputError, PdfError
from esign_core.pdf.lexer import parse_value
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.sealing import strings_in
from esign_core.pdf.update import DictionaryEdit, UpdateWriter, literal, real, stream_body
from esign_core.pdf.values import Ref, Stream
from tests.test_pdf_lexer import names, spell, values
from tests.tools import qpdf_problems

FILES = sorted((Path(__file__).parent.parent / "corpus" / "files").glob("*.pdf"))


def updated(pdf: bytes, change: Callable[[UpdateWriter], None], seed: bytes = b"") -> bytes:
    with PdfFile(pdf) as file:
        writer = UpdateWriter(file)
        change(writer)
        return pdf + writer.finish(seed=seed).data


# ---- strings in text


@settings(max_examples=150)
@given(values, st.data())
def test_every_string_is_found_where_it_is(value: Any, data: st.DataObject) -> None:
    text = spell(value, data)
    spans = strings_in(text)
    assert [parse_value(text[span.start : span.end], 0)[0] for span in spans] == [span.value for span in spans]
    marked = text
    for span in reversed(spans):
        marked = marked[: span.start] + b"<%s>" % (b"x" + span.value).hex().encode() + marked[span.end :]
    assert parse_value(marked, 0)[0] == with_x(value)


def with_x(value: Any) -> Any:
    if isinstance(value, bytes):
        return b"x" + value
    if isinstance(value, list):
        return [with_x(item) for item in value]
    return {key: with_x(item) for key, item in value.items()} if isinstance(value, dict) else value


def test_strings_by_example() -> None:
    text = b"<</A 1 0 R/B(b\\))%c (no)\n/C[<63>/Contents(d)]/D<</Type/Sig/E(e)/Contents<66>>>/Contents(g)>>"
    assert [span.value for span in strings_in(text)] == [b"b)", b"c", b"d", b"e", b"g"]
    assert strings_in(b"<</ByteRange null/Contents(a)/Contents<</X(b)>>>>")[0].value == b"b"
    assert [span.value for span in strings_in(b"(alone)")] == [b"alone"]
    with pytest.raises(PdfError) as caught:
        strings_in(b"[(a)")
    assert caught.value.code == "SYNTAX"


# ---- DictionaryEdit


@settings(max_examples=150)
@given(st.dictionaries(names.map(str), values, max_size=5), st.data())
def test_an_edit_keeps_every_other_byte(value: dict[str, Any], data: st.DataObject) -> None:
    text = spell(value, data)
    edit = DictionaryEdit(b"front" + text + b"behind", 5)
    changed = data.draw(
        st.sets(st.sampled_from([*value, "New", "Other"])).filter(lambda keys: all(key.isascii() for key in keys))
    )
    changed = {key for key in changed if key.isalnum()}
    for key in changed:
        assert (key in edit) == (key in value)
        edit.set(key, b"(changed)")
    rendered = edit.render()
    assert parse_value(rendered, 0) == (value | dict.fromkeys(changed, b"changed"), len(rendered))
    if not changed:
        assert rendered == text
    if not changed & value.keys():  # only added: in front of the closing brackets
        assert rendered.startswith(text[:-2])


def test_an_edit_by_example() -> None:
    edit = DictionaryEdit(b"<< /A 1%c\n/B  [2 3]/C/D >>", 0)
    assert (edit.raw("B"), edit.raw("C"), edit.raw("X")) == (b"[2 3]", b"/D", None)
    edit.set("B", b"null")
    edit.set("X", b"(x)")
    edit.set("A", b"9")
    edit.set("A", b"10")
    assert (edit.raw("A"), edit.raw("X")) == (b"10", b"(x)")
    assert ("X" in edit, "A" in edit, "Y" in edit) == (True, True, False)
    assert edit.render() == b"<< /A  10%c\n/B   null/C/D /X (x)>>"


def test_of_a_repeated_key_the_one_that_counts_is_changed() -> None:
    edit = DictionaryEdit(b"<</A 1/A 2>>", 0)
    assert edit.raw("A") == b"2"
    edit.set("A", b"3")
    assert parse_value(edit.render(), 0)[0] == {"A": 3}


# ---- the writer


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_updates_of_every_file_of_the_corpus(path: Path) -> None:
    """Nothing but the change is seen afterwards, by us, qpdf and pypdf; the input is a prefix."""
    pdf = path.read_bytes()

    def change(writer: UpdateWriter) -> None:
        note = writer.reserve()
        writer.put(note, b"<</Type/Note/Text " + literal("catatan") + b">>")
        drawing = writer.reserve()
        writer.put(drawing, stream_body(b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]", b"q Q"))
        catalog = writer.edit(PdfFile(pdf).catalog[0])
        catalog.set("Note", b"%d %d R" % note)
        catalog.set("Drawing", b"%d %d R" % drawing)

    changed = updated(pdf, change)
    assert changed.startswith(pdf)
    assert qpdf_problems(changed) == ""
    with PdfFile(pdf) as before, PdfFile(changed) as after:
        old, new = before.catalog[1], after.catalog[1]
        assert {key: new[key] for key in old} == old
        assert after.get(new, "Note") == {"Type": "Note", "Text": b"catatan"}
        drawing = after.get(new, "Drawing")
        assert isinstance(drawing, Stream)
        assert after.data(drawing) == b"q Q"
        assert len(after.sections) == len(before.sections) + 1
        assert after.xref.newest.kind == before.xref.newest.kind
        assert after.trailer["Prev"] == before.startxref
        assert {number for number, _ in after.xref.newest.entries()} >= {after.catalog[0].number}
        assert after.trailer["Size"] == after.next_number()
        kept = before.trailer.keys() - {"Size", "Prev", "ID", "W", "Index", "Length", "Filter", "DecodeParms", "Type"}
        assert {key: after.trailer[key] for key in kept} == {key: before.trailer[key] for key in kept}
    read = pypdf.PdfReader(io.BytesIO(changed))
    assert read.trailer["/Root"]["/Note"]["/Text"] == "catatan"  # type: ignore[index]


@pytest.mark.parametrize("make", [table_file, stream_file])
def test_unknown_trailer_entries_survive_and_the_first_id_half(make: Callable[..., bytes]) -> None:
    extra = "/Root 1 0 R/ID[<0102>(x)]/DocChecksum %c\n/AB#20C/My#23Key[ 1  2 ]/Info 3 0 R"
    pdf = make(ONE_PAGE, **{"trailer" if make is table_file else "entries": extra})
    first = updated(pdf, lambda writer: writer.put(writer.reserve(), b"1"), seed=b"a")
    with PdfFile(first) as file:
        assert file.trailer["DocChecksum"] == "AB C"
        assert file.trailer["My#Key"] == [1, 2]
        assert file.trailer["Info"] == Ref(3, 0)
        identifiers = file.trailer["ID"]
        assert isinstance(identifiers, list)
        assert identifiers[0] == b"\1\2"
        assert isinstance(identifiers[1], bytes)
        assert len(identifiers[1]) == 16
        assert b"[ 1  2 ]" in first[len(pdf) :]
    again = updated(pdf, lambda writer: writer.put(writer.reserve(), b"1"), seed=b"a")
    other = updated(pdf, lambda writer: writer.put(writer.reserve(), b"1"), seed=b"b")
    third = updated(pdf, lambda writer: writer.put(writer.reserve(), b"2"), seed=b"a")
    assert first == again
    assert PdfFile(other).trailer["ID"] != identifiers
    assert PdfFile(third).trailer["ID"] != identifiers


@pytest.mark.parametrize("held", ["", "/ID 3", "/ID[]", "/ID[1 2]", "/ID 4 0 R"])
def test_an_id_that_is_missing_or_malformed_is_made(held: str) -> None:
    pdf = table_file({**ONE_PAGE, 4: "[(abc)(d)]"}, trailer="/Root 1 0 R" + held)
    identifiers = PdfFile(updated(pdf, lambda writer: writer.put(writer.reserve(), b"1"))).trailer["ID"]
    assert isinstance(identifiers, list)
    first, second = identifiers
    assert first == (b"abc" if held == "/ID 4 0 R" else second)


@pytest.mark.parametrize("end", [b"", b"\r", b"\n", b" ", b"%%EOF"])
def test_the_update_begins_on_a_line_of_its_own(end: bytes) -> None:
    pdf = table_file(ONE_PAGE)[:-1] + end
    changed = updated(pdf, lambda writer: writer.put(writer.reserve(), b"1"))
    update = changed[len(pdf) :]
    mark = b"%%esign_core update %012d bytes behind %d\n4 0 obj" % (len(update), len(pdf))
    assert update.startswith(mark if end in (b"\r", b"\n") else b"\n " + mark)
    assert qpdf_problems(changed) == ""


def test_bodies_are_where_it_is_said() -> None:
    pdf = table_file(ONE_PAGE)
    with PdfFile(pdf) as file:
        writer = UpdateWriter(file)
        refs = [writer.reserve() for _ in range(3)]
        for ref in reversed(refs):
            writer.put(ref, b"(%d)" % ref.number)
        found = writer.finish(seed=b"")
    assert {number: found.data[start : start + 3] for number, start in found.bodies.items()} == {
        4: b"(4)",
        5: b"(5)",
        6: b"(6)",
    }


def test_runs_of_numbers_and_generations_make_subsections() -> None:
    at = table_file(ONE_PAGE, whole={9: "9 7 obj <<>> endobj"}).index(b"9 7 obj")
    pdf = table_file(ONE_PAGE, whole={9: "9 7 obj <<>> endobj"}, rows={9: b"%010d 00007 n \n" % at})

    def change(writer: UpdateWriter) -> None:
        for ref in (Ref(9, 7), Ref(1, 0), Ref(3, 0)):
            writer.edit(ref).set("Changed", b"true")
        writer.put(writer.reserve(), b"1")

    with PdfFile(updated(pdf, change)) as file:
        assert [(part.first, part.length) for part in file.xref.newest.subsections] == [(1, 1), (3, 1), (9, 2)]
        assert file.resolve(Ref(9, 7)) == {"Changed": True}
        assert file.resolve(Ref(9, 0)) is None
    packed = stream_file({1: CATALOG, 2: PAGES}, packed={3: PAGE, 9: "<<>>"})

    def change_packed(writer: UpdateWriter) -> None:
        writer.edit(Ref(3, 0)).set("Changed", b"true")
        writer.edit(Ref(9, 0)).set("Changed", b"true")
        assert writer.edit(Ref(9, 0)) is writer.edit(Ref(9, 0))

    changed = updated(packed, change_packed)
    assert qpdf_problems(changed) == ""
    with PdfFile(changed) as file:
        assert file.resolve(Ref(9, 0)) == {"Changed": True}
        assert file.load(Ref(9, 0)).container is None  # type: ignore[union-attr]
        assert [(part.first, part.length) for part in file.xref.newest.subsections] == [(3, 1), (9, 1), (92, 1)]


# ---- arrays


ARRAYS = {"absent": "", "direct": "/K[1 %]\n 2]", "null": "/K null", "indirect": "/K 4 0 R", "dangling": "/K 77 0 R"}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("shape", ARRAYS)
def test_items_are_added_to_an_array_wherever_it_is(shape: str, packed: bool) -> None:
    catalog = f"<</Type/Catalog/Pages 2 0 R{ARRAYS[shape]}>>"
    rest = {1: catalog, 4: "[ 1 %]\n 2 ]", 5: "/untouched"}
    pdf = stream_file({2: PAGES, 3: PAGE}, packed=rest) if packed else table_file(ONE_PAGE | rest)

    def change(writer: UpdateWriter) -> None:
        for item in (b"3 0 R", b"(x)"):
            writer.append_to_array(writer.edit(Ref(1, 0)), "K", item)

    changed = updated(pdf, change)
    with PdfFile(changed) as file:
        added = [Ref(3, 0), b"x"]
        held = file.catalog[1]["K"]
        assert file.resolve(held) == ([1, 2, *added] if shape in ("direct", "indirect") else added)
        assert isinstance(held, Ref) == (shape == "indirect")
        assert file.resolve(Ref(4, 0)) == ([1, 2, *added] if shape == "indirect" else [1, 2])
    if shape == "direct":
        assert b"[1 %]\n 2 3 0 R (x)]" in changed
    assert qpdf_problems(changed) == ""


@pytest.mark.parametrize("held", ["5", "(x)", "<<>>", "4 0 R", "5 0 R"])
def test_items_are_not_added_to_what_is_no_array(held: str) -> None:
    pdf = table_file(ONE_PAGE | {1: f"<</Pages 2 0 R/K {held}>>", 4: "/Name", 5: "6 0 R", 6: "[]"})
    with PdfFile(pdf) as file, pytest.raises(PdfError) as caught:
        writer = UpdateWriter(file)
        writer.append_to_array(writer.edit(Ref(1, 0)), "K", b"1")
    assert caught.value.code == "NOT_AN_ARRAY"


# ---- refusals


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        (Ref(4, 0), "NOT_A_DICTIONARY"),
        (Ref(5, 0), "NOT_A_DICTIONARY"),
        (Ref(9, 0), "OBJECT_MISSING"),
        (Ref(1, 1), "OBJECT_MISSING"),
    ],
)
def test_what_cannot_be_edited(ref: Ref, code: str) -> None:
    with PdfFile(table_file({**ONE_PAGE, 4: "[1]", 5: stream(b"x")})) as file, pytest.raises(PdfError) as caught:
        UpdateWriter(file).edit(ref)
    assert caught.value.code == code


def test_numbers_can_run_out() -> None:
    pdf = table_file(ONE_PAGE, trailer="/Root 1 0 R/Size 8388607")
    with PdfFile(pdf) as file:
        writer = UpdateWriter(file)
        assert writer.reserve() == Ref(8388607, 0)
        with pytest.raises(PdfError) as caught:
            writer.reserve()
    assert caught.value.code == "NUMBERS_EXHAUSTED"


class Huge(bytes):
    """A body that says it is as long as a table's ten digits cannot tell."""

    def __len__(self) -> int:
        return 10**10


def test_a_table_cannot_tell_offsets_of_eleven_digits() -> None:
    with PdfFile(table_file(ONE_PAGE)) as file:
        writer = UpdateWriter(file)
        writer.put(writer.reserve(), Huge(b"1"))
        writer.put(writer.reserve(), b"2")
        with pytest.raises(PdfError) as caught:
            writer.finish(seed=b"")
    assert caught.value.code == "TOO_LARGE"


# ---- scalars


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_strings_are_read_back_by_others(text: str) -> None:
    written = literal(text)
    raw, end = parse_value(written, 0)
    assert end == len(written)
    assert isinstance(raw, bytes)
    decoded = raw[2:].decode("utf-16-be") if raw.startswith(b"\xfe\xff") else raw.decode("pdfdoc_pikepdf")
    assert decoded == text


def test_half_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(InputError) as caught:
        literal("a\ud800")
    assert caught.value.code == "NOT_UNICODE"


@settings(max_examples=200)
@given(st.floats(-1e9, 1e9))
def test_reals_are_short_and_close(value: float) -> None:
    text = real(value)
    found, end = parse_value(text, 0)
    assert end == len(text)
    assert isinstance(found, (int, float))
    assert abs(found - value) <= 0.000005 + abs(value) * 1e-15
    assert not text.startswith((b"-0 ", b"."))
    assert b"e" not in text


@pytest.mark.parametrize(
    ("value", "text"), [(0, b"0"), (-0.0, b"0"), (-0.000001, b"0"), (1.50, b"1.5"), (100, b"100"), (-2.25, b"-2.25")]
)
def test_reals_by_example(value: float, text: bytes) -> None:
    assert real(value) == text
