"""However a tag is written it is found once, at the place where PDFium draws it; what is not the tag is not found."""

from __future__ import annotations

import re
from math import cos, radians, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import esign_core as es
from corpus.writer import Body, append, stream
from tests.content_pages import HELVETICA, form, holds, ink_box, one_page, text_at

TIMES = HELVETICA.replace("Helvetica", "Times-Roman")
TWO_FONTS = {"F1": HELVETICA, "F2": TIMES}
LIGATURES = HELVETICA.replace(
    "/Encoding /WinAnsiEncoding", "/Encoding << /BaseEncoding /WinAnsiEncoding /Differences [1 /fi /f_f] >>"
)

# name: (content, tag). The page shows the tag once and nothing else.
WRITTEN: dict[str, tuple[str, str]] = {
    "one string": (text_at(60, 150, "${ttd_1}"), "${ttd_1}"),
    "kerned": ("BT /F1 12 Tf 60 150 Td [(${) -30 (t) 40 (td) 20 (_1) -90 (})] TJ ET", "${ttd_1}"),
    "several showers": ("BT /F1 12 Tf 60 150 Td ($) Tj ({tt) Tj [(d_)] TJ (1}) Tj ET", "${ttd_1}"),
    "letter by letter": (
        "".join(text_at(60 + at, 150, letter) for at, letter in ((0, "#"), (6.7, "t"), (10, "t"), (13.3, "d"))),
        "#ttd",
    ),
    "letters in any order": (
        "".join(text_at(60 + at, 150, letter) for at, letter in ((13.3, "d"), (0, "#"), (10, "t"), (6.7, "t"))),
        "#ttd",
    ),
    "font changed inside": ("BT 60 150 Td /F1 12 Tf (#t) Tj /F2 12 Tf (td) Tj ET", "#ttd"),
    "letter-spaced by Tc": ("BT /F1 12 Tf 3 Tc 60 150 Td (#ttd) Tj ET", "#ttd"),
    "letter-spaced by TJ": ("BT /F1 12 Tf 60 150 Td [(#) -280 (t) -280 (t) -280 (d)] TJ ET", "#ttd"),
    "space as a space": (text_at(60, 150, "tanda tangan"), "tanda tangan"),
    "space as a gap": ("BT /F1 12 Tf 60 150 Td [(tanda) -333 (tangan)] TJ ET", "tanda  tangan"),
    "space between two showers": (
        "BT /F1 12 Tf 60 150 Td (tanda ) Tj (tangan) Tj ET",
        "tanda tangan",
    ),
    "word-spaced": ("BT /F1 12 Tf 8 Tw 60 150 Td (tanda tangan) Tj ET", "tanda tangan"),
    "ligature": ("BT /F1 12 Tf 60 150 Td (con\001rma) Tj ET", "confirma"),
    "tag with a ligature": (text_at(60, 150, "confirma"), "con\ufb01rma"),
    "glyph name of two letters": ("BT /F1 12 Tf 60 150 Td (o\002er) Tj ET", "offer"),
    "hexadecimal": ("BT /F1 12 Tf 60 150 Td <23 74\n7464> Tj ET", "#ttd"),
    "odd hexadecimal": ("BT /F1 12 Tf 60 150 Td <235> Tj ET", "#P"),
    "hexadecimal with stray letters": ("BT /F1 12 Tf 60 150 Td <2x3> Tj ET", "#"),
    "escaped": (
        r"BT /F1 12 Tf 60 150 Td (\043\164t\
d\(\)\\) Tj ET",
        "#ttd()\\",
    ),
    "nested parentheses": ("BT /F1 12 Tf 60 150 Td (a(b(c(d(e(f)))))) Tj ET", "a(b(c(d(e(f)))))"),
    "apostrophe": ("BT /F1 12 Tf 14 TL 60 164 Td (#) ' ET", "#"),
    "quotation mark": ('BT /F1 12 Tf 14 TL 60 164 Td 1 2 (#ttd) " ET', "#ttd"),
    "T*": ("BT /F1 12 Tf 14 TL 60 164 Td T* (#) Tj ET", "#"),
    "TD sets the leading": ("BT /F1 12 Tf 60 178 Td 0 -14 TD T* (#) Tj ET", "#"),
    "scaled": ("BT /F1 12 Tf 50 Tz 60 150 Td (#ttd) Tj ET", "#ttd"),
    "raised": ("BT /F1 12 Tf 9 Ts 60 150 Td (#ttd) Tj ET", "#ttd"),
    "size in the matrix": ("BT /F1 1 Tf 12 0 0 12 60 150 Tm (#ttd) Tj ET", "#ttd"),
    "size in cm": ("q 0.1 0 0 0.1 0 0 cm BT /F1 120 Tf 600 1500 Td (#ttd) Tj ET Q", "#ttd"),
    "flipped twice": ("q 1 0 0 -1 0 300 cm BT /F1 12 Tf 1 0 0 -1 60 150 Tm (#ttd) Tj ET Q", "#ttd"),
    "turned by 90": ("BT /F1 12 Tf 0 1 -1 0 60 150 Tm (#ttd) Tj ET", "#ttd"),
    "turned by 30": ("BT /F1 24 Tf 0.866 0.5 -0.5 0.866 60 150 Tm [(#) -20 (ttd)] TJ ET", "#ttd"),
    "negative size": ("BT /F1 -12 Tf -1 0 0 -1 60 150 Tm (#ttd) Tj ET", "#ttd"),
    "upside down": ("BT /F1 -12 Tf 100 150 Td (#ttd) Tj ET", "#ttd"),
    "mirrored": ("BT /F1 12 Tf -1 0 0 1 100 150 Tm (#ttd) Tj ET", "#ttd"),
    "negative scale": ("BT /F1 12 Tf -100 Tz 100 150 Td (#ttd) Tj ET", "#ttd"),
    "drawn twice to look bold": (text_at(60, 150, "#ttd") + text_at(60.4, 150, "#ttd"), "#ttd"),
    "drawn twice letter by letter": (
        "".join(text_at(x, 150, "#") + text_at(x + 6.7, 150, "t") for x in (60, 60.3)),
        "#t",
    ),
    "outlined": ("BT /F1 12 Tf 1 Tr 60 150 Td (#ttd) Tj ET", "#ttd"),
    "text state restored": ("q BT /F1 40 Tf 3 Tr ET Q BT /F1 12 Tf 60 150 Td (#) Tj ET", "#"),
    "Q without q": ("Q Q BT /F1 12 Tf 60 150 Td (#) Tj ET", "#"),
    "no white space at all": ("BT/F1 12 Tf 60 150 Td(#ttd)Tj ET", "#ttd"),
    "comments": ("BT % (no string\n/F1 12 Tf 60 % x\n150 Td [(#t) % 900 (z)\n(td)] TJ ET", "#ttd"),
    "stray delimiters": ("BT /F1 12 Tf 60 150 Td ) > } (#) Tj ET", "#"),
    "marked content": ("/P << /MCID 0 /X (#) /Y [/Z true] >> BDC BT /F1 12 Tf 60 150 Td (#) Tj ET EMC", "#"),
    "unknown operators": ("1 2 foo /Bar baz BT /F1 12 Tf 60 150 Td (#) Tj ET", "#"),
    "behind an inline image": (
        "q 1 0 0 1 -50 -50 cm BI /W 4 /H 1 /BPC 8 /CS /G ID \xff(EI\nEI Q BT /F1 12 Tf 60 150 Td (#) Tj ET",
        "#",
    ),
    "font that the resources lack": ("BT /F9 12 Tf 60 150 Td (#ttd) Tj ET", "#ttd"),
}


def written(name: str) -> tuple[bytes, str]:
    content, tag = WRITTEN[name]
    fonts = {"F1": LIGATURES if "igature" in name or "two letters" in name else HELVETICA, "F2": TIMES}
    return one_page(content, fonts=fonts), tag


@pytest.mark.parametrize("name", WRITTEN)
def test_found_once_where_it_is_drawn(name: str) -> None:
    pdf, tag = written(name)
    found = es.find_tags(pdf, tag)
    assert len(found) == 1, (found.near_misses, found.warnings)
    assert found[0].text == " ".join(tag.replace("\ufb01", "fi").split())
    assert found[0].visible
    assert holds(found[0].view_rect, ink_box(pdf)), (found[0].view_rect, ink_box(pdf))
    assert not found.warnings


@pytest.mark.parametrize("name", WRITTEN)
def test_an_expression_finds_the_same(name: str) -> None:
    pdf, tag = written(name)
    expression = re.compile(re.escape(" ".join(tag.replace("\ufb01", "fi").split())))
    assert [match.rect for match in es.find_tags(pdf, expression)] == [match.rect for match in es.find_tags(pdf, tag)]


# name: (content, tag, how often)
COUNTED: dict[str, tuple[str, str, int]] = {
    "over a space": (text_at(60, 150, "att det"), "ttd", 0),
    "over a gap as wide as a space": ("BT /F1 12 Tf 60 150 Td [(att) -250 (det)] TJ ET", "ttd", 0),
    "over a narrow gap": ("BT /F1 12 Tf 60 150 Td [(att) -140 (det)] TJ ET", "ttd", 1),
    "over a narrow space glyph": ("BT /F1 12 Tf 60 150 Td [(att ) 150 (det)] TJ ET", "ttd", 0),
    "over a space glyph that takes no room": ("BT /F1 12 Tf 60 150 Td [(att ) 278 (det)] TJ ET", "ttd", 1),
    "over two lines": ("BT /F1 12 Tf 14 TL 60 150 Td (att) Tj T* (det) Tj ET", "ttd", 0),
    "over columns": (text_at(60, 150, "att") + text_at(160, 150, "det"), "ttd", 0),
    "over a raised letter": ("BT /F1 12 Tf 60 150 Td (tt) Tj 5 Ts (d) Tj ET", "ttd", 0),
    "over an upright apostrophe": (text_at(60, 150, "don't"), "dont", 0),
    "over dots": (text_at(60, 150, "t.t.d"), "ttd", 0),
    "a space it does not have": (text_at(60, 150, "tanda tangan"), "tandatangan", 0),
    "a space it lacks": (text_at(60, 150, "tandatangan"), "tanda tangan", 0),
    "other case": (text_at(60, 150, "TTD"), "ttd", 0),
    "side by side": (text_at(60, 150, "aaaa"), "aa", 2),
    "spaces drawn over letters": (text_at(60, 150, "#ttd") + text_at(62, 150, "   "), "#ttd", 1),
    "spaces drawn first": (text_at(60, 150, "      ") + text_at(60, 150, "#t") + text_at(70, 150, "td"), "#ttd", 1),
    "over dots of a form": (text_at(60, 150, "." * 30) + text_at(66, 150, "#ttd"), "#ttd", 1),
    "a narrow space of its own, beside text printed twice": (
        "BT /F1 12 Tf 60 150 Td (att) Tj 50 Tz ( ) Tj 100 Tz (det) Tj ET " + text_at(60, 150, "att"),
        "ttd",
        0,
    ),
    "trailing spaces under what follows": (text_at(60, 150, "at      ") + text_at(69, 150, "#ttd"), "#ttd", 1),
    "many times one over the other": ("".join(text_at(60 + at, 150, "#a#") for at in range(0, 40, 3)), "#a#", 14),
    "two colours, one over the other": (text_at(60, 150, "#ttd") + text_at(64, 150, "#ttd"), "#ttd", 2),
    "twice in one line": (text_at(60, 150, "# dan #"), "#", 2),
    "a name": ("/# gs BT /F1 12 Tf 60 150 Td (x) Tj ET", "#", 0),
    "a comment": ("% #\nBT /F1 12 Tf 60 150 Td (x) Tj ET", "#", 0),
    "a marked property": ("/Span << /ActualText (#) >> BDC BT /F1 12 Tf 60 150 Td (x) Tj ET EMC", "#", 0),
    "before any font": ("BT 60 150 Td (#) Tj ET", "#", 0),
    "size nothing": ("BT /F1 0 Tf 60 150 Td (#) Tj ET", "#", 0),
    "squeezed to a line": ("BT /F1 12 Tf 1 0 1 0 60 150 Tm (#) Tj ET", "#", 0),
    "flat": ("BT /F1 12 Tf 1 0 0 0 60 150 Tm (#) Tj ET", "#", 0),
}


@pytest.mark.parametrize("name", COUNTED)
def test_counted(name: str) -> None:
    content, tag, count = COUNTED[name]
    assert len(es.find_tags(one_page(content), tag)) == count


def test_the_box_is_the_advance_by_ascent_and_descent() -> None:
    (match,) = es.find_tags(one_page(text_at(100, 200, "x#")), "#")
    assert match.rect.x0 == pytest.approx(100 + 0.5 * 12)
    assert match.rect.x1 == pytest.approx(100 + 0.5 * 12 + 0.556 * 12)
    assert match.rect.y0 == pytest.approx(200 - 0.207 * 12)
    assert match.rect.y1 == pytest.approx(200 + 0.718 * 12)
    assert match.view_rect.x == pytest.approx(match.rect.x0)
    assert match.view_rect.y == pytest.approx(300 - match.rect.y1)
    assert match.font_size == pytest.approx(12)


@settings(max_examples=60, deadline=None)
@given(
    angle=st.floats(0, 360),
    stretch=st.floats(0.5, 2),
    slant=st.floats(-0.4, 0.4),
    rotate=st.sampled_from([0, 90, 180, 270]),
    unit=st.sampled_from([1, 2]),
    by_cm=st.booleans(),
)
def test_under_any_matrix(angle: float, stretch: float, slant: float, rotate: int, unit: int, by_cm: bool) -> None:
    a, b = cos(radians(angle)), sin(radians(angle))
    matrix = f"{a * stretch:.4f} {b * stretch:.4f} {-b + slant * a:.4f} {a + slant * b:.4f} 150 140"
    where = f"q {matrix} cm BT /F1 20 Tf" if by_cm else f"q BT /F1 20 Tf {matrix} Tm"
    pdf = one_page(
        f"{where} [(#t) 30 (td)] TJ ET Q", page=f"/Rotate {rotate} /UserUnit {unit} /CropBox [10 20 290 300]"
    )
    (match,) = es.find_tags(pdf, "#ttd")
    ink, box = ink_box(pdf), match.view_rect  # PDFium's page measures in user space units
    seen = es.ViewRect(box.x / unit, box.y / unit, box.width / unit, box.height / unit)
    assert holds(seen, ink)
    assert seen.width < ink.width + 20 and seen.height < ink.height + 20


# ---- contents in several streams, and forms


def test_a_token_ends_where_a_stream_does() -> None:
    assert len(es.find_tags(one_page(["BT /F1 12 Tf 60 150 Td", "(#) Tj ET"]), "#")) == 1
    assert len(es.find_tags(one_page(["BT /F1 12 Tf 60 15", "0 Td (#) Tj ET"]), "#")) == 1  # 60 15 0 Td: at 15, 0


def test_an_operand_may_stand_in_another_stream() -> None:
    pdf = one_page(["BT /F1 12 Tf 60 150 Td [(#t)", "(td)] TJ ET"])
    assert holds(es.find_tags(pdf, "#ttd")[0].view_rect, ink_box(pdf))


FORMS = {
    "matrix": ("q 2 0 0 2 0 0 cm /X Do Q", form(text_at(0, 0, "#"), "/Matrix [1 0 0 1 40 50] /Resources 31 0 R")),
    "resources of the page": ("1 0 0 1 40 50 cm /X Do", form(text_at(0, 0, "#"))),
    "font of the page": ("BT /F1 12 Tf ET 1 0 0 1 40 50 cm /X Do", form("BT (#) Tj ET")),
    "its Q do not reach out": ("q 1 0 0 1 40 50 cm q /X Do Q /X Do Q", form("Q Q Q Q " + text_at(0, 0, "#"))),
    "in a form": ("1 0 0 1 40 50 cm /Y Do", form(text_at(0, 0, "#"), "/Resources 31 0 R")),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read_where_it_is_drawn(name: str) -> None:
    content, body = FORMS[name]
    outer = form("q 0.5 0 0 0.5 9 9 cm /X Do Q", "/Resources << /XObject << /X 30 0 R >> >>")
    objects = {30: body, 31: f"<< /Font << /F1 {HELVETICA} >> >>", 32: outer}
    pdf = one_page(content, objects=objects, resources="/XObject << /X 30 0 R /Y 32 0 R >>")
    found = es.find_tags(pdf, "#")
    assert len(found) == 1, found.warnings
    assert holds(found[0].view_rect, ink_box(pdf))


def test_a_form_drawn_twice_is_read_twice() -> None:
    objects = {30: form(text_at(0, 0, "#"))}
    content = "q 1 0 0 1 40 50 cm /X Do Q 1 0 0 1 140 50 cm /X Do"
    found = es.find_tags(one_page(content, objects=objects, resources="/XObject << /X 30 0 R >>"), "#")
    assert [round(match.rect.x0) for match in found] == [40, 140]


def test_a_graphics_state_dictionary_may_select_the_font() -> None:
    pdf = one_page(
        "BT /G gs 60 150 Td (#) Tj ET", objects={30: HELVETICA}, resources="/ExtGState << /G << /Font [30 0 R 24] >> >>"
    )
    assert es.find_tags(pdf, "#")[0].font_size == pytest.approx(24)


def test_inherited_resources() -> None:
    body: dict[int, Body] = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F1 {TIMES} >> >> >>",
        3: "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>",
        4: stream(text_at(60, 150, "#")),
    }
    (match,) = es.find_tags(append(b"", body, trailer="/Root 1 0 R"), "#")
    assert match.rect.width == pytest.approx(0.5 * 12)  # of Times, not of what stands in for a missing font


def test_what_is_no_stream_among_the_contents_is_passed_over() -> None:
    pdf = one_page([text_at(60, 150, "#"), text_at(60, 100, "#")]).replace(b"[10 0 R 11 0 R]", b"[10 0 R 99 0 R]")
    assert len(es.find_tags(pdf, "#")) == 1


@pytest.mark.parametrize(
    ("way", "content", "height", "width"),
    [
        ("H", "[<0023>400<0074>700<0020>720<0074>610<0064>390<0031>]TJ", 10, 31.8),
        ("V", "[<0023>-350<0074>-250<0020>-300<0074>-350<0064>-340<0031>]TJ", 44.1, 10),
    ],
)
def test_a_font_whose_widths_are_too_large(way: str, content: str, height: float, width: float) -> None:
    """Every glyph is followed by a shift back; together they are one piece of text, in their order."""
    font = (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding /Identity-{way} /ToUnicode /Identity-H "
        "/DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Made /DW 1000 >>] >>"
    )
    pdf = one_page(f"BT /F1 10 Tf 60 200 Td {content} ET", fonts={"F1": font})
    (match,) = es.find_tags(pdf, "#t td1")
    assert (match.rect.height, match.rect.width) == pytest.approx((height, width))
    assert len(es.find_tags(pdf, "#t")) == len(es.find_tags(pdf, "td1")) == 1
    assert not es.find_tags(pdf, "ttd")


def test_letter_by_letter_in_a_font_whose_widths_are_too_large() -> None:
    wide = (
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /FirstChar 32 /LastChar 126 /Widths ["
        + "1000 " * 95
        + "] >>"
    )
    letters = "".join(f"1 0 0 1 {60 + 6 * at} 150 Tm ({letter}) Tj " for at, letter in enumerate("#ttd1 of 2"))
    pdf = one_page(f"BT /F1 10 Tf {letters} ET", fonts={"F1": wide})
    (match,) = es.find_tags(pdf, "#ttd1")
    assert match.rect.x0 == pytest.approx(60)
    assert [len(es.find_tags(pdf, tag)) for tag in ("td1", "of", "#t1", "td", "t1o")] == [1, 1, 0, 1, 0]


def test_what_one_operator_prints_over_itself() -> None:
    """Bold, by a shift back of nearly a whole glyph."""
    pdf = one_page("BT /F1 12 Tf 60 150 Td [(#)500(#) -2000 (tt)] TJ ET")
    assert len(es.find_tags(pdf, "#")) == 1
