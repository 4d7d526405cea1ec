"""Contents made to hurt: nothing hangs, nothing but an EsignError comes out, and every limit holds."""

from __future__ import annotations

import re
import zlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import esign_core as es
from corpus.writer import Body, stream
from tests.conftest import corpus_file
from tests.content_pages import HELVETICA, form, one_page, text_at

LETTERS = ("surat.pdf", "surat_tugas.pdf", "surat_tex.pdf", "laporan.pdf", "frames.pdf")


def with_forms(content: str, **forms: bytes) -> bytes:
    """Forms by name, each seeing all of them."""
    names = " ".join(f"/{name} {30 + at} 0 R" for at, name in enumerate(forms))
    objects: dict[int, Body] = {30 + at: body for at, body in enumerate(forms.values())}
    return one_page(content, objects=objects, resources=f"/XObject << {names} >>")


def test_forms_that_draw_each_other() -> None:
    pdf = with_forms("/A Do", A=form("/B Do " + text_at(50, 100, "#")), B=form("/A Do /B Do"))
    found = es.find_tags(pdf, "#")
    assert len(found) == 1
    assert [finding.args["why"] for finding in found.warnings] == ["FORM_CYCLE"]


def test_forms_that_multiply_are_bounded() -> None:
    forms = {f"F{at}": form(f"/F{at + 1} Do " * 10) for at in range(9)}
    pdf = with_forms("/F0 Do", **forms, F9=form(text_at(50, 100, "#")))
    with pytest.raises(es.LimitExceeded) as caught:
        es.find_tags(pdf, "#", limits=es.Limits(operators=20_000))
    assert caught.value.limit == "operators"


def test_forms_nested_too_deeply() -> None:
    forms = {f"F{at}": form(f"/F{at + 1} Do " + text_at(50, 100, "#")) for at in range(20)}
    with pytest.raises(es.LimitExceeded) as caught:
        es.find_tags(with_forms("/F0 Do", **forms), "#")
    assert caught.value.limit == "form_depth"
    with pytest.raises(es.LimitExceeded):  # and where the caller allows any depth, Python's own ends it
        deep = {f"F{at}": form(f"/F{at + 1} Do " + text_at(50, 100, "#")) for at in range(2000)}
        es.find_tags(with_forms("/F0 Do", **deep), "#", limits=es.Limits(form_depth=10_000))


def test_operators_are_counted_over_all_pages() -> None:
    pdf = corpus_file("frames.pdf")
    assert len(es.find_tags(pdf, "#")) == 16
    with pytest.raises(es.LimitExceeded) as caught:
        es.find_tags(pdf, "#", limits=es.Limits(operators=100))
    assert caught.value.limit == "operators"


def test_matches_are_counted() -> None:
    with pytest.raises(es.LimitExceeded) as caught:
        es.find_tags(one_page(text_at(50, 100, "# # # #")), "#", limits=es.Limits(matches=3))
    assert caught.value.limit == "matches"


@pytest.mark.parametrize("content", [text_at(50, 100, "a" * 9) * 9, text_at(50, 100, "a" * 500)])
def test_glyphs_of_a_page_are_counted(content: str) -> None:
    assert not es.find_tags(one_page(content), re.compile("b"), limits=es.Limits(glyphs=500))
    with pytest.raises(es.LimitExceeded) as caught:
        es.find_tags(one_page(content), re.compile("b"), limits=es.Limits(glyphs=80))
    assert caught.value.limit == "glyphs"


def test_long_lines() -> None:
    pdf = one_page(text_at(50, 100, "#" * 60, size=1))
    with pytest.raises(es.LimitExceeded) as caught:
        es.find_tags(pdf, re.compile("#+"), limits=es.Limits(line_length=59))
    assert caught.value.limit == "line_length"
    assert len(es.find_tags(pdf, "#")) == 60


def test_graphics_states_that_are_never_restored() -> None:
    (finding,) = es.find_tags(one_page("q " * 100_001 + text_at(50, 100, "#")), "#").warnings
    assert finding.args["why"] == "CONTENT_NESTING"


def test_bytes_out_of_filters_are_counted() -> None:
    bomb = stream(zlib.compress(b" " * 3_000_000), "/Filter /FlateDecode")
    with pytest.raises(es.LimitExceeded) as caught:
        es.find_tags(one_page(bomb), "#", limits=es.Limits(stream_bytes=1_000_000))
    assert caught.value.limit == "stream_bytes"


BAD_CONTENTS = {
    "an open string": "BT /F1 12 Tf (" * 2000,
    "open brackets": "[" * 200_000 + " (#) TJ",
    "nothing but operands": "1 " * 500_000,
    "nothing but parentheses": "(" * 100_000 + ")" * 100_000 + " Tj",
    "nothing but closing parentheses": ")" * 300_000,
    "nothing but open angles": "<" * 300_000,
    "nothing but backslashes": "(" + "\\" * 300_001,
    "saves": "q " * 99_000,
    "strings nested deeply, and no operator": "((((((a))))))" * 50_000,
    "restores": "Q " * 300_000,
    "one long operator": "x" * 1_000_000,
    "comments": "%\n" * 300_000,
    "dictionaries": "<< /A " * 100_000,
    "images without end": "BI ID \n" * 50_000,
    "images without data": "BI " * 100_000,
    "image of a huge size": "BI /W 99999999999999999999 /H 9 /BPC 8 /CS /G ID \nx EI " + text_at(50, 100, "#"),
    "image of a negative size": "BI /W -9 /H 9 /BPC 8 /CS /G ID \nx EI " + text_at(50, 100, "#"),
    "image whose dictionary is none": "BI /W /H [ ID \nx EI " + text_at(50, 100, "#"),
    "a giant array": "BT /F1 12 Tf [" + "(#) -9999 " * 30_000 + "] TJ ET",
    "huge numbers": f"BT /F1 {'9' * 400} Tf {'9' * 400} 0 0 1 0 0 Tm (#) Tj {'9' * 400} Ts {'9' * 400} Tc (#) Tj ET",
    "huge matrices": f"{'9' * 300} 0 0 {'9' * 300} 0 0 cm " * 4 + text_at(50, 100, "#"),
    "tiny matrices": "0.00001 0 0 0.00001 0 0 cm " * 80 + text_at(50, 100, "#"),
    "odd numbers": "BT /F1 12 Tf --5 +-7 Td 1.2.3 4-5 Td . - Td (#) Tj ET",
    "operators without operands": "cm Tf Tc Tw Tz TL Ts Tr Td TD Tm T* Tj TJ ' \" Do gs BT ET q Q",
    "operators with wrong operands": "/X cm (a) Tf /Y Tc (z) Td [] Tm /Z Tj (x) Do 5 Do (y) gs << >> TJ",
    "everything at one place": text_at(50, 100, "#") * 5000,
    "backwards": "BT /F1 12 Tf -7 Tc 50 100 Td (#" + "a#" * 3000 + ") Tj ET",
}


@pytest.mark.parametrize("name", BAD_CONTENTS)
@pytest.mark.parametrize("tag", ["#", re.compile("#|a")])
def test_bad_contents(name: str, tag: str | re.Pattern[str]) -> None:
    found = es.find_tags(one_page(BAD_CONTENTS[name]), tag, limits=es.Limits(line_length=10**6))
    assert len(found) <= 30_000


BAD_PARTS: dict[str, dict[int, Body]] = {
    "resources of themselves": {30: "<< /XObject 30 0 R /Font 30 0 R /ExtGState 30 0 R >>"},
    "a font of itself": {30: "<< /Subtype /Type0 /DescendantFonts [30 0 R] /ToUnicode 30 0 R /Encoding 30 0 R >>"},
    "a CMap that uses itself": {
        30: "<< /Subtype /Type0 /Encoding 31 0 R /DescendantFonts [32 0 R] >>",
        31: stream("begincmap endcmap", "/UseCMap 31 0 R"),
        32: "<< /Subtype /CIDFontType2 /W [0 99999999999 5 1 [1 2] 3 [] 4] /DW (x) /FontDescriptor 31 0 R >>",
    },
    "ranges without bounds": {
        30: "<< /Subtype /Type0 /Encoding /Identity-H /ToUnicode 31 0 R /DescendantFonts [32 0 R] >>",
        31: stream(
            "beginbfrange <1> <1> [" * 20_000
            + "<0000> <FFFFFFFF> <0023> " * 5000
            + "<9> <1> <D800> <1> <1> [] endbfrange"
        ),
        32: "<< /Subtype /CIDFontType2 /W [0 4294967295 500] /FontDescriptor 33 0 R /CIDToGIDMap 31 0 R >>",
        33: "<< /FontFile2 31 0 R /Ascent [] /Descent /x /Flags (z) >>",
    },
    "widths of another kind": {30: "<< /Subtype /Type1 /Widths (x) /FirstChar [] /Encoding [1 2] /BaseFont 5 >>"},
    "endless differences": {
        30: f"<< /Subtype /Type1 /Encoding << /Differences [{'/a ' * 50_000} -5 /numbersign /numbersign] >> >>"
    },
    "a flat Type3 font": {30: "<< /Subtype /Type3 /FontMatrix [0 0 0 0 0 0] /FontBBox [1 1 1 1] /Widths [0] >>"},
    "a numeric name": {30: "<< /Subtype 5 /BaseFont 6 /Encoding 7 /ToUnicode 8 >>"},
}


@pytest.mark.parametrize("name", BAD_PARTS)
def test_bad_fonts_and_resources(name: str) -> None:
    content = "/G gs BT /F1 12 Tf 50 100 Td <0023> Tj (#) Tj ET /X Do"
    pdf = one_page(
        content,
        fonts={"F1": "30 0 R"},
        objects=BAD_PARTS[name],
        resources="/XObject << /X 30 0 R >> /ExtGState << /G 30 0 R >>",
    )
    for tag in ("#", re.compile(".")):
        es.find_tags(pdf, tag)


@pytest.mark.parametrize("resources", ["/Resources 30 0 R", "/Resources << /XObject 30 0 R /ExtGState 30 0 R >>"])
def test_damaged_resources_are_named(resources: str) -> None:
    pdf = one_page("/X gs " + text_at(50, 100, "#"), objects={30: "<< /Font << >> >>"})
    pdf = pdf.replace(b"/Resources <<", resources.encode() + b" /Old <<", 1).replace(b"30 0 obj\n<<", b"30 0 obj\n<]")
    start = pdf.rindex(b"xref\n0 ")
    moved = {int(match[1]): match.start() for match in re.finditer(rb"(\d+) 0 obj", pdf[:start])}
    table = b"".join(b"%d 1\n%010d 00000 n \n" % item for item in sorted(moved.items()))
    pdf = pdf[:start] + b"xref\n0 1\n0000000000 65535 f \n" + table + pdf[pdf.index(b"trailer", start) :]
    pdf = re.sub(rb"startxref\n\d+", b"startxref\n%d" % start, pdf)
    found = es.find_tags(pdf, "#")
    assert [(finding.code, finding.args["why"]) for finding in found.warnings] == [("CONTENT_DAMAGED", "SYNTAX")]


def test_a_damaged_form_is_decoded_once() -> None:
    damaged = zlib.compress(b" " * 1_000_000)[:-40] + b"x" * 40
    pdf = with_forms("/A Do " * 5000 + text_at(50, 100, "#"), A=form(damaged, "/Filter /FlateDecode"))
    assert len(es.find_tags(pdf, "#")) == 1


TOKENS = st.sampled_from(
    [
        *("q", "Q", "cm", "BT", "ET", "Tf", "Td", "TD", "Tm", "T*", "Tj", "TJ", "'", '"', "Tc", "Tw", "Tz", "TL", "Ts"),
        *("Tr", "Do", "gs", "BI", "ID", "EI", "re", "(#)", "(a#", ")", "<23>", "<2", "[", "]", "<<", ">>", "/F1", "/X"),
        *("0", "1", "-1", "12", "0.5", "1000000", "%", "\n", "\\", "{", "}"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(tokens=st.lists(TOKENS, max_size=60))
def test_any_sequence_of_tokens(tokens: list[str]) -> None:
    content = "BT /F1 12 Tf 50 100 Td " + " ".join(tokens)
    found = es.find_tags(with_forms(content, X=form("(#) Tj /X Do")), re.compile("#"))
    for match in found:
        assert match.text == "#"


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(LETTERS),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_changed_bytes(name: str, changes: list[tuple[float, int]]) -> None:
    pdf = bytearray(corpus_file(name))
    for at, byte in changes:
        pdf[int(at * (len(pdf) - 1))] = byte
    try:
        es.find_tags(pdf, "#")
    except es.EsignError as error:
        assert error.code != "INTERNAL", error.__cause__


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300), key=st.sampled_from(["FontFile", "FontFile2", "FontFile3"]), cid=st.booleans())
def test_any_bytes_as_a_font_program(data: bytes, key: str, cid: bool) -> None:
    head = {
        "FontFile": b"/Encoding ",
        "FontFile2": b"\0\1\0\0\0\1\0\0\0\0\0\0cmap\0\0\0\0\0\0\0\x1c",
        "FontFile3": b"\1\0\4\1",
    }
    descriptor = f"/FontDescriptor << /Flags 4 /{key} 30 0 R >>"
    font = f"<< /Subtype /TrueType /BaseFont /X {descriptor} >>"
    if cid:
        font = (
            f"<< /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [<< /Subtype /CIDFontType2 {descriptor} >>] >>"
        )
    es.find_tags(one_page(text_at(50, 100, "##"), fonts={"F1": font}, objects={30: stream(head[key] + data)}), "#")


def test_no_recursion_limit_and_no_clock_is_needed() -> None:
    """The same bytes, the same answer: work is bounded by what is counted, never by time."""
    pdf = one_page(text_at(50, 100, "#"), fonts={"F1": HELVETICA})
    assert es.find_tags(pdf, "#", limits=es.Limits(operators=10)) == es.find_tags(pdf, "#")


def test_steps_without_a_font_show_nothing() -> None:
    assert not es.find_tags(one_page("BT 9 0 Td (#) Tj 9 0 Td (#) Tj ET"), "#")


def test_many_tags_in_one_string_cost_no_square() -> None:
    """Each is measured once, not from the begin of the string: 40 000 of them would take minutes."""
    pdf = one_page(text_at(0, 100, "#" * 40_000, size=0.1))
    found = es.find_tags(pdf, "#", options=es.TagOptions(outside_crop=True))
    assert len(found) == 40_000
    assert {round(right.rect.x0 - left.rect.x0, 6) for left, right in pairwise(found)} == {0.0556}


def test_digits_that_are_no_string_cost_no_square() -> None:
    assert not es.find_tags(one_page("<41> Tj " + "23 " * 400_000 + "BT ET"), "#")
