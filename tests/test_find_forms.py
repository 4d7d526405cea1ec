"""Forms whose own resources lack what their contents name, and forms that replace what they show."""

from __future__ import annotations

import numpy
import pytest

import esign_core as es
from corpus.writer import Body, stream
from tests.content_pages import HELVETICA, one_page
from tests.viewers import VIEWERS, ink_of

DINGBATS = "<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"
TAG = r"BT /F1 60 Tf 30 30 Td (\$) Tj ET"  # scissors in ZapfDingbats
OTHER = f"/Font << /F2 {HELVETICA} >>"


def form(content: str, resources: str | None) -> bytes:
    given = "" if resources is None else f"/Resources << {resources} >>"
    return stream(content, f"/Type /XObject /Subtype /Form /BBox [0 0 300 300] {given}")


# contents of two forms, the resources of each, and which of the two fonts counts: the page's is ZapfDingbats
NAMES: dict[str, tuple[tuple[str, str | None], tuple[str, str | None], bool]] = {
    "no resources": ((TAG, None), ("", None), True),
    "resources without fonts": ((TAG, ""), ("", None), True),
    "resources with another font": ((TAG, OTHER), ("", None), False),
    "a form that the page has": (("/B Do", f"/Font << /F1 {DINGBATS} >>"), (TAG, f"/Font << /F1 {DINGBATS} >>"), True),
    "a form within, without fonts": (("/B Do", "/XObject << /B 31 0 R >>"), (TAG, ""), True),
    "a form within, with another font": (("/B Do", "/XObject << /B 31 0 R >>"), (TAG, OTHER), False),
    "a form within that has the page's resources": (("/B Do", None), (TAG, ""), True),
}
POPPLER_DIFFERS = {"resources with another font", "a form within, with another font"}  # asks all around


def printed(case: str) -> bytes:
    outer, inner, _ = NAMES[case]
    objects: dict[int, Body] = {30: form(*outer), 31: form(*inner)}
    return one_page("/A Do", fonts={"F1": DINGBATS}, objects=objects, resources="/XObject << /A 30 0 R /B 31 0 R >>")


@pytest.mark.parametrize("case", NAMES)
def test_names_that_the_resources_of_a_form_lack(case: str) -> None:
    pdf, of_page = printed(case), NAMES[case][2]
    assert (len(es.find_tags(pdf, "✄")), len(es.find_tags(pdf, "$"))) == (of_page, not of_page)


@pytest.mark.parametrize("viewer", ["pdfium", "poppler"])
def test_what_viewers_draw_then(viewer: str) -> None:
    """MuPDF draws a font of its own wherever one is missing, and no form that is."""
    draw = VIEWERS[viewer]
    scissors = draw(one_page(TAG, fonts={"F1": DINGBATS}))[0]
    assert ink_of(scissors)
    same = {case for case in NAMES if numpy.array_equal(draw(printed(case))[0], scissors)}
    assert same == {case for case in NAMES if NAMES[case][2] or (viewer == "poppler" and case in POPPLER_DIFFERS)}


@pytest.mark.parametrize("listed", [False, True])
def test_replacement_text_in_a_form_of_a_page_without_any(listed: bool) -> None:
    properties = "/P" if listed else "<< /ActualText (#) >>"
    resources = f"/Font << /F1 {HELVETICA} >> /Properties << /P << /ActualText (#) >> >>"
    objects: dict[int, Body] = {30: form(f"/Span {properties} BDC BT /F1 12 Tf 30 30 Td (x) Tj ET EMC", resources)}
    pdf = one_page("/A Do", objects=objects, resources="/XObject << /A 30 0 R >>")
    (match,) = es.find_tags(pdf, "#", options=es.TagOptions(actual_text=True))
    assert (match.evidence, match.rect.x0) == ("guess", pytest.approx(30))
    found = es.find_tags(pdf, "#")
    assert not found and [each.code for each in found.near_misses] == ["TAG_ACTUAL_TEXT"]
