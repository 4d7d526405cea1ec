"""The form: fields with their full names and inherited values, signature dictionaries and their spans."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from corpus.byhand import ONE_PAGE, Body, stream_file, table_file
from esign_core.document.fields import Field, fields, form, text_string
from esign_core.document.locks import locks_of
from esign_core.document.signatures import SignatureField, page_of, signature_fields
from esign_core.errors import LimitExceeded, PdfError
from esign_core.geometry import Rect
from esign_core.limits import Limits
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref


def document(top: str, objects: Mapping[int, Body], page: str = "") -> bytes:
    """One page and a form with those /Fields; objects from 4 on."""
    catalog = f"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields {top}>>>>"
    shown = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 200]{page}>>"
    return table_file({**ONE_PAGE, 1: catalog, 3: shown, **objects})


def fields_of(top: str, objects: Mapping[int, Body], limits: Limits | None = None) -> list[Field]:
    with PdfFile(document(top, objects), limits or Limits()) as file:
        return list(fields(file))


def signatures_of(pdf: bytes) -> list[SignatureField]:
    with PdfFile(pdf) as file:
        return list(signature_fields(file))


# ---- fields


def test_full_names_and_inherited_values() -> None:
    objects = {
        4: "<</T(a)/FT/Tx/V(above)/Ff 3/DA(x)/Kids[5 0 R 6 0 R 8 0 R]>>",
        5: "<</T(b)/Parent 4 0 R/V(own)>>",
        6: "<</T<feff0063>/Parent 4 0 R/FT/Btn/V null/Kids[7 0 R]>>",
        7: "<</Parent 6 0 R/Subtype/Widget/FT/Ch>>",
        8: "<</Parent 4 0 R/V 99 0 R/Kids[<</Subtype/Widget>>]>>",
        9: "<</FT/Sig>>",
    }
    found = fields_of("[4 0 R 9 0 R <</T(direct)>> 5 0 R]", objects)
    assert [(item.name, item.ref and item.ref.number) for item in found] == [
        ("a.b", 5), ("a.c", 6), ("a", 8), ("", 9), ("direct", None),
    ]  # fmt: skip
    values = [(item.entries.get("FT"), item.entries.get("V"), item.entries.get("Ff")) for item in found]
    assert values[:3] == [("Tx", b"own", 3), ("Btn", b"above", 3), ("Tx", b"above", 3)]
    assert [item.kids for item in found] == [(), (Ref(7, 0),), (), (), ()]


@pytest.mark.parametrize("top", ["[]", "5", "(x)", "null", "99 0 R", "[null 99 0 R (x) 3]"])
def test_forms_without_fields(top: str) -> None:
    assert fields_of(top, {}) == []


def test_files_without_form() -> None:
    for entry in ("", "/AcroForm 5", "/AcroForm 99 0 R", "/AcroForm[]"):
        with PdfFile(table_file({**ONE_PAGE, 1: f"<</Pages 2 0 R{entry}>>"})) as file:
            assert form(file) == {}
            assert list(fields(file)) == []
            assert not locks_of(file).restrictions


def test_a_field_listed_twice_is_visited_once() -> None:
    objects = {4: "<</T(a)>>", 5: "<</T(b)/Kids[4 0 R 6 0 R]>>", 6: "<</T(c)>>"}
    assert [item.name for item in fields_of("[4 0 R 4 0 R 5 0 R]", objects)] == ["a", "b.c"]


@pytest.mark.parametrize(
    "objects",
    [
        {4: "<</T(a)/Kids[4 0 R]>>"},
        {4: "<</T(a)/Kids[5 0 R]>>", 5: "<</T(b)/Kids[6 0 R]>>", 6: "<</T(c)/Kids[7 0 R 4 0 R]>>", 7: "<</T(d)>>"},
    ],
)
def test_a_field_above_itself_is_refused(objects: dict[int, Body]) -> None:
    with pytest.raises(PdfError) as caught:
        fields_of("[4 0 R]", objects)
    assert caught.value.code == "FIELD_TREE"


def test_names_are_bounded() -> None:
    objects = {n: f"<</T({'x' * 150})/Kids[{n + 1} 0 R]>>" for n in range(4, 40)}
    with pytest.raises(PdfError) as caught:
        fields_of("[4 0 R]", objects)
    assert caught.value.code == "FIELD_TREE"


def test_the_walk_is_bounded() -> None:
    deep = {n: f"<</T(x)/Kids[{n + 1} 0 R]>>" for n in range(4, 400)}
    with pytest.raises(LimitExceeded) as caught:
        fields_of("[4 0 R]", deep)
    assert caught.value.limit == "depth"
    wide = {4: "<</T(x)/Kids[5 0 R 5 0 R 5 0 R]>>", 5: "<</T(y)>>"}
    assert len(fields_of("[4 0 R]", wide, Limits(fields=4))) == 1
    with pytest.raises(LimitExceeded) as caught:
        fields_of("[4 0 R]", wide, Limits(fields=3))
    assert caught.value.limit == "fields"
    shared = {4: "<</Kids 9 0 R>>", 5: "<</Kids 9 0 R>>", 9: "[6 0 R 6 0 R]", 6: "<</Subtype/Widget>>"}
    with pytest.raises(LimitExceeded):
        fields_of("[4 0 R 5 0 R]", shared, Limits(fields=5))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"\xfe\xff\x00a\xd8\x3d\xde\x00", "a\U0001f600"),
        (b"\xff\xfea\x00", "a"),
        (b"\xef\xbb\xbf\xc3\xa9", "é"),
        (b"\xe9\x80\x85\x18\x1f\x9e\xa0", "é•–˘˜ž€"),
        (b"\xfe\xff\x00", "�"),
        (b"", ""),
    ],
)
def test_text_strings(raw: bytes, text: str) -> None:
    assert text_string(raw) == text


def test_text_strings_are_those_of_pikepdf() -> None:
    import pikepdf.codec  # noqa: F401 - registers pdfdoc_pikepdf

    for byte in range(256):
        raw = bytes((byte,))
        try:
            assert text_string(raw) == raw.decode("pdfdoc_pikepdf")
        except UnicodeDecodeError:
            assert byte in (0x7F, 0x9F, 0xAD)


# ---- signatures

VALUE = "<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 10 20 30]/Contents<0102 03>>>"


def test_a_signature_behind_a_reference() -> None:
    pdf = document("[4 0 R]", {4: "<</T(s)/FT/Sig/V 5 0 R/Rect[1 2 3 4]>>", 5: VALUE})
    (found,) = signatures_of(pdf)
    assert (found.name, found.rect, found.widget["T"]) == ("s", Rect(1, 2, 3, 4), b"s")
    value = found.value
    assert value
    assert (value.ref, value.kind, value.subfilter) == (Ref(5, 0), "Sig", "ETSI.CAdES.detached")
    assert (value.byte_range, value.contents) == ((0, 10, 20, 30), b"\1\2\3")
    assert value.contents_span
    assert pdf[slice(*value.contents_span)] == b"<0102 03>"
    assert pdf[value.start :].startswith(b"5 0 obj")


@pytest.mark.parametrize(
    ("field", "above"),
    [
        (f"<</T(s)/FT/Sig/V {VALUE}>>", ""),
        ("<</T(s)/FT/Sig/V 6 0 R>>", "5 0 R"),
        (f"<</V 5 0 R/T(s)/FT/Sig/V {VALUE}>>", ""),
    ],
)
def test_where_the_dictionary_may_be(field: str, above: str) -> None:
    """Direct, behind two references, and the last of two entries."""
    pdf = document("[4 0 R]", {4: field, 5: VALUE.replace("03", "04"), 6: above or "null"})
    (found,) = signatures_of(pdf)
    assert found.value
    assert found.value.contents_span
    contents = b"<0102 04>" if above else b"<0102 03>"
    assert pdf[slice(*found.value.contents_span)] == contents
    assert pdf[found.value.start :].startswith(b"5 0 obj" if above else b"4 0 obj")


def test_a_dictionary_of_the_field_above() -> None:
    """Its /Contents has no span, least of all that of the widget's /Contents."""
    objects = {4: f"<</T(a)/FT/Sig/V {VALUE}/Kids[5 0 R]>>", 5: "<</T(b)/Contents<ffff>/Subtype/Widget>>"}
    (found,) = signatures_of(document("[4 0 R]", objects))
    assert found.name == "a.b"
    assert found.value
    assert (found.value.contents, found.value.contents_span) == (b"\1\2\3", None)
    objects[5] = "<</T(b)/V null/Contents<ffff>>>"
    (found,) = signatures_of(document("[4 0 R]", objects))
    assert found.value
    assert found.value.contents_span is None


def test_a_value_in_a_widget_without_name_is_not_overlooked() -> None:
    objects = {4: "<</T(a)/Kids[5 0 R]>>", 5: f"<</FT/Sig/V {VALUE}/Subtype/Widget>>"}
    (found,) = signatures_of(document("[4 0 R]", objects))
    assert (found.name, found.value is not None) == ("a", True)


def test_a_dictionary_of_a_direct_field_or_in_an_object_stream_has_no_span() -> None:
    (found,) = signatures_of(document(f"[<</T(s)/FT/Sig/V {VALUE}>>]", {}))
    assert found.value
    assert (found.value.contents, found.value.contents_span, found.value.start) == (b"\1\2\3", None, 0)
    catalog = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>"
    packed = stream_file({**ONE_PAGE, 1: catalog, 4: "<</T(s)/FT/Sig/V 5 0 R>>"}, packed={5: VALUE})
    (found,) = signatures_of(packed)
    assert found.value
    assert (found.value.contents, found.value.contents_span) == (b"\1\2\3", None)


@pytest.mark.parametrize("contents", ["(abc)", "6 0 R", "5", "", "/Contents<01>/Contents(ab)"])
def test_contents_that_are_no_hexadecimal_string_in_place(contents: str) -> None:
    value = VALUE.replace("/Contents<0102 03>", f"/Contents {contents}" if contents[:1] != "/" else contents)
    if not contents:
        value = VALUE.replace("/Contents<0102 03>", "")
    (found,) = signatures_of(document("[4 0 R]", {4: "<</T(s)/FT/Sig/V 5 0 R>>", 5: value, 6: "<0102>"}))
    assert found.value
    assert found.value.contents_span is None
    assert found.value.contents == {"(abc)": b"abc", "6 0 R": b"\1\2", "/Contents<01>/Contents(ab)": b"ab"}.get(
        contents, b""
    )


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("[0 6 0 R 2 3]", (0, 7, 2, 3)), ("[0 1.0 2 3]", ()), ("[0 true 2 3]", ()), ("[]", ()), ("5", ()), ("null", ()),
        ("[1 2 3 4 5]", (1, 2, 3, 4, 5)), ("[-1 2 99999999999999999999999 4]", ()), ("[-1 2 3 4]", (-1, 2, 3, 4)),
    ],
)  # fmt: skip
def test_byte_ranges_are_reported_as_written(text: str, numbers: tuple[int, ...]) -> None:
    value = VALUE.replace("[0 10 20 30]", " " + text)
    (found,) = signatures_of(document("[4 0 R]", {4: "<</T(s)/FT/Sig/V 5 0 R>>", 5: value, 6: "7"}))
    assert found.value
    assert found.value.byte_range == numbers


def test_kinds_of_signature_dictionaries() -> None:
    objects = {
        4: "<</T(a)/FT/Sig/V<</Type/DocTimeStamp/SubFilter/ETSI.RFC3161>>>>",
        5: "<</T(b)/FT/Sig/V<<>>>>",
        6: "<</T(c)/FT/Sig/V<</Type(x)/SubFilter 5>>>>",
        7: "<</T(d)/FT/Sig>>",
        8: "<</T(e)/FT/Sig/V(x)>>",
        9: "<</T(f)/FT/Tx/V<</Type/Sig>>>>",
        10: "<</T(g)/FT/Sig/V 99 0 R>>",
    }
    found = signatures_of(document("[4 0 R 5 0 R 6 0 R 7 0 R 8 0 R 9 0 R 10 0 R]", objects))
    kinds = [(item.name, item.value and (item.value.kind, item.value.subfilter)) for item in found]
    assert kinds == [
        ("a", ("DocTimeStamp", "ETSI.RFC3161")), ("b", ("Sig", None)), ("c", ("Sig", None)),
        ("d", None), ("e", None), ("g", None),
    ]  # fmt: skip


def test_deep_signature_dictionaries_follow_the_limit_of_the_file() -> None:
    deep = VALUE.replace("/Type", "/Deep" + "[" * 250 + "]" * 250 + "/Type")
    pdf = document("[4 0 R]", {4: f"<</T(s)/FT/Sig/V {deep}>>"})
    with PdfFile(pdf, Limits(depth=300)) as file:
        (found,) = signature_fields(file)
        assert found.value
        assert found.value.contents_span


def test_rectangles_and_pages_of_widgets() -> None:
    objects = {
        4: "<</T(a)/FT/Sig/Rect[0 0 0 0]>>",
        5: "<</T(b)/FT/Sig/Kids[6 0 R 7 0 R]>>",
        6: "<</Rect[30 40 10 20]>>",
        7: "<</Rect[1 1 2 2]>>",
        8: "<</T(c)/FT/Sig/Kids[99 0 R]>>",
    }
    pdf = document("[4 0 R 5 0 R 8 0 R]", objects, page="/Annots[7 0 R 6 0 R]")
    with PdfFile(pdf) as file:
        a, b, c = signature_fields(file)
        assert (a.rect, b.rect, c.rect, c.widget) == (None, Rect(10, 20, 30, 40), None, {})
        assert [page and page.frame.index for page in (page_of(file, item) for item in (a, b, c))] == [None, 0, None]
    with PdfFile(pdf, Limits(objects=10)) as file:
        item = next(iter(signature_fields(file)))
    many = document("[4 0 R]", objects, page="/Annots[" + "7 0 R " * 50 + "]")
    with PdfFile(many, Limits(objects=40)) as file, pytest.raises(LimitExceeded):
        page_of(file, item)
    with PdfFile(document("[4 0 R]", objects)) as file:
        assert page_of(file, item) is None
