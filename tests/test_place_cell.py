"""The table cell around a tag, on tables by LibreOffice, Chromium, LaTeX, and as word processors draw them."""

from __future__ import annotations

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

import esign_core as es
from corpus.traps.page import one_page, text_at
from tests import tools
from tests.conftest import LINK, NOW, corpus_file, signer_of

# Chromium and LaTeX draw what they call 24 mm and 18 mm a little larger: cells end at the middle of their rules
CELLS = [("tabel.pdf", "#"), ("tabel.pdf", "$"), ("tabel_html.pdf", "#"), ("tabel_html.pdf", "$")]
CELLS += [("tabel_tex.pdf", "#"), ("tabel_tex.pdf", "+")]
BORDER = "0 g {x0} {y0} {w} 1 re f {x0} {y1} {w} 1 re f {x0} {y0} 1 {h} re f {x1} {y0} 1 {h} re f\n"


def boxed(x0: float, y0: float, x1: float, y1: float) -> str:
    """A cell whose borders are four thin filled rectangles, as word processors write it."""
    return BORDER.format(x0=x0, y0=y0, x1=x1, y1=y1, w=x1 - x0, h=y1 - y0 + 1)


def cell_of(pdf: bytes, tag: str = "#", **options: float) -> es.Rect:
    """What an appearance without a shape of its own fills."""
    placement = es.at_cell(pdf, es.find_tags(pdf, tag)[0], **options)
    signed = es.prepare(pdf, signer_of("p256"), signing_time=NOW, placement=placement)
    assert signed.facts.rect
    return signed.facts.rect


@pytest.mark.parametrize(("name", "tag"), CELLS)
def test_the_cell_is_empty_but_for_the_tag_and_ruled_around(name: str, tag: str) -> None:
    """Seen in PDFium's picture: between the box and its rules is paper, and behind it a rule on every side."""
    pdf = corpus_file(name)
    match = es.find_tags(pdf, tag)[0]
    rect = cell_of(pdf, tag)
    pixels = tools.pdfium_page(pdf, match.page_index, 4.0).min(axis=2)
    height = pixels.shape[0] / 4
    left, right = round(rect.x0 * 4), round(rect.x1 * 4)
    top, bottom = round((height - rect.y1) * 4), round((height - rect.y0) * 4)
    inside = pixels[top:bottom, left:right].copy()
    seen = match.view_rect
    inside[
        max(round(seen.y * 4) - top - 4, 0) : round((seen.y + seen.height) * 4) - top + 4,
        max(round(seen.x * 4) - left - 4, 0) : round((seen.x + seen.width) * 4) - left + 4,
    ] = 255
    assert inside.min() > 200  # nothing but the tag
    reach = 4 * 4  # the padding is 2, the rules are thinner than 2
    middle = (top + bottom) // 2, (left + right) // 2 + 8
    for side in (
        pixels[top - reach : top, middle[1]],
        pixels[bottom : bottom + reach, middle[1]],
        pixels[middle[0], left - reach : left],
        pixels[middle[0], right : right + reach],
    ):
        assert side.min() < 140


@pytest.mark.parametrize(("name", "tag"), CELLS)
def test_a_code_is_shrunk_to_fit_the_cell_and_reads(name: str, tag: str) -> None:
    pdf = corpus_file(name)
    match = es.find_tags(pdf, tag)[0]
    placement = es.Placement.from_json(es.at_cell(pdf, match, padding=3).to_json())
    look = es.qr(LINK)
    signed = es.sign(pdf, signer_of("p256"), signing_time=NOW, placement=placement, appearance=look)
    rect, cell = signed.facts.rect, cell_of(pdf, tag, padding=3)
    assert rect is not None
    assert rect.width == pytest.approx(rect.height)
    assert rect.height == pytest.approx(min(cell.width, cell.height))
    assert (rect.x0 + rect.x1) / 2 == pytest.approx((cell.x0 + cell.x1) / 2)
    assert tools.qr_texts(numpy.ascontiguousarray(tools.pdfium_page(signed.pdf, match.page_index, 4.0))) == [LINK]


@pytest.mark.parametrize(("name", "tag"), [("tabel_html.pdf", "~"), ("tabel_tex.pdf", "@")])
def test_a_cell_without_sides_is_open(name: str, tag: str) -> None:
    pdf = corpus_file(name)
    with pytest.raises(es.PlacementError, match="no rule at its left, right") as caught:
        es.at_cell(pdf, es.find_tags(pdf, tag)[0])
    assert caught.value.code == "CELL_OPEN"


@pytest.mark.parametrize(("rotate", "side"), [(0, "right"), (90, "bottom"), (180, "left"), (270, "top")])
def test_the_open_side_is_named_as_a_reader_sees_it(rotate: int, side: str) -> None:
    three = "50 50 150 1 re f 50 150 150 1 re f 50 50 1 101 re f\n"
    pdf = one_page(three + text_at(100, 100, "#"), page=f"/Rotate {rotate}")
    with pytest.raises(es.PlacementError, match=rf"no rule at its {side} \("):
        es.at_cell(pdf, es.find_tags(pdf, "#")[0])


def test_what_is_open_is_said_with_numbers() -> None:
    """From the middle of the tag, in 1/72 inch, on a page whose unit is two of these."""
    three = "50 50 150 1 re f 50 150 150 1 re f 50 50 1 101 re f\n"
    pdf = one_page(three + text_at(100, 100, "#"), page="/UserUnit 2")
    match = es.find_tags(pdf, "#")[0]
    with pytest.raises(es.PlacementError) as caught:
        es.at_cell(pdf, match)
    x, y = (match.rect.x0 + match.rect.x1) / 2, (match.rect.y0 + match.rect.y1) / 2
    for side, distance in (("top", 150 - y), ("bottom", y - 51), ("left", x - 51)):
        assert f"{side} {2 * distance:.2f}" in str(caught.value)


def test_a_page_that_cannot_be_read_in_full_has_no_cell() -> None:
    pdf = one_page(boxed(50, 50, 200, 150) + text_at(100, 100, "#") + "(never closed")
    with pytest.raises(es.PlacementError, match="cannot be read in full") as caught:
        es.at_cell(pdf, es.find_tags(pdf, "#")[0])
    assert caught.value.code == "CELL_DAMAGED"


def test_a_tag_in_no_table() -> None:
    for pdf in (corpus_file("surat_tex.pdf"), one_page(text_at(50, 50, "#") + "10 10 280 280 re S")):
        with pytest.raises(es.PlacementError) as caught:
            es.at_cell(pdf, es.find_tags(pdf, "#")[0])
        assert caught.value.code in ("CELL_NOT_FOUND", "CELL_OPEN")


def test_rules_that_do_not_meet() -> None:
    apart = "60 50 40 1 re f 60 150 40 1 re f 50 60 1 40 re f 150 60 1 40 re f\n"
    pdf = one_page(apart + text_at(80, 80, "#"))
    with pytest.raises(es.PlacementError, match="do not meet") as caught:
        es.at_cell(pdf, es.find_tags(pdf, "#")[0])
    assert caught.value.code == "CELL_OPEN"


@pytest.mark.parametrize(
    "ruled",
    [
        boxed(50, 50, 200, 150),
        "50.5 50.5 150 100 re S\n",
        "50.5 50.5 m 200.5 50.5 l 200.5 150.5 l 50.5 150.5 l h S\n",
        "q 1 0 0 -1 0 300 cm 50.5 149.5 150 100 re S Q\n",
        "[2 2] 0 d 50.5 50.5 150 100 re S\n",
        boxed(50, 50, 200, 150) + "1 1 0.8 rg 51 51 149 99 re f\n",  # a ground of its own
        boxed(50, 50, 200, 150) + boxed(200, 50, 290, 150) + boxed(50, 150, 200, 250),  # with neighbours
        boxed(50, 50, 200, 150) + "70 75 60 0.5 re f\n",  # a line to sign on
        boxed(50, 50, 200, 150) + boxed(47, 47, 203, 153),  # double rules
        "".join(f"{x} 50 6 1 re f {x} 150 6 1 re f " for x in range(50, 200, 8))
        + "".join(f"50 {y} 1 6 re f 200 {y} 1 6 re f " for y in range(50, 151, 8)),  # dashes, each by itself
    ],
)
def test_ways_to_rule_a_cell(ruled: str) -> None:
    rect = cell_of(one_page(ruled + "0 g " + text_at(100, 100, "#")), padding=2)
    assert (rect.x0, rect.y0, rect.x1, rect.y1) == pytest.approx((53, 53, 198, 148), abs=0.6)


def test_white_rules_are_none() -> None:
    pdf = one_page("1 g 1 G 50 50 150 100 re S 0 g " + text_at(100, 100, "#"))
    with pytest.raises(es.PlacementError) as caught:
        es.at_cell(pdf, es.find_tags(pdf, "#")[0])
    assert caught.value.code == "CELL_NOT_FOUND"


@given(st.integers(20, 140), st.integers(20, 140), st.integers(30, 120), st.integers(20, 120), st.sampled_from([1, 2]))
def test_any_cell_is_found(x: int, y: int, width: int, height: int, unit: int) -> None:
    pdf = one_page(boxed(x, y, x + width, y + height) + text_at(x + 4, y + 4, "#"), page=f"/UserUnit {unit}")
    rect = cell_of(pdf, padding=1)
    by = 1 / unit
    inside = (x + 1 + by, y + 1 + by, x + width - by, y + height - by)
    assert (rect.x0, rect.y0, rect.x1, rect.y1) == pytest.approx(inside, abs=0.01)


@pytest.mark.parametrize(("padding", "code"), [(60, "CELL_SMALL"), (-1, "PADDING"), (float("nan"), "PADDING")])
def test_a_padding_that_leaves_nothing(padding: float, code: str) -> None:
    pdf = one_page(boxed(50, 50, 200, 150) + text_at(100, 100, "#"))
    with pytest.raises(es.PlacementError) as caught:
        es.at_cell(pdf, es.find_tags(pdf, "#")[0], padding=padding)
    assert caught.value.code == code


def test_a_match_of_another_document_is_refused() -> None:
    match = es.find_tags(corpus_file("tabel.pdf"), "#")[0]
    with pytest.raises(es.InputError) as caught:
        es.at_cell(corpus_file("tabel_html.pdf"), match)
    assert caught.value.code == "OTHER_DOCUMENT"
    signed = es.sign(corpus_file("tabel.pdf"), signer_of("p256"), signing_time=NOW).pdf
    assert es.at_cell(signed, match) == es.at_cell(corpus_file("tabel.pdf"), match)
