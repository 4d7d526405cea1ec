"""The trap suite: pages that are easy to search wrongly. Counts and places are proved by the ink that PDFium draws."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from functools import cache

import numpy
import pypdfium2
import pytest
from numpy.typing import NDArray

import esign_core as es
from benchmarks.compare_shape import Cut, verdict
from corpus.make import all_cases
from corpus.traps.page import Case
from tests.content_pages import corners
from tests.tools import Pixels

Corners = tuple[float, float, float, float]

SCALE = 2.0  # pixels for 1/72 inch
CASES = {case.name: case for case in all_cases()}
OPTIONS = {field.name for field in fields(es.TagOptions)}

# Cases that are not right yet, with the cause. An unexpected pass fails: then the row goes.
NOT_YET: dict[str, str] = {}


def marked(name: str) -> object:
    marks = [pytest.mark.xfail(reason=NOT_YET[name], strict=True)] if name in NOT_YET else []
    return pytest.param(CASES[name], id=name, marks=marks)


@cache
def found_in(name: str) -> es.Found:
    case = CASES[name]
    missing = sorted(set(case.options) - OPTIONS)
    if missing:
        pytest.skip(f"TagOptions has no {', '.join(missing)}")
    options = es.TagOptions(**case.options)  # type: ignore[arg-type]
    return es.find_tags(case.pdf, case.tag, options=options, password=case.password)


@pytest.mark.parametrize("case", map(marked, CASES))
def test_count_and_place(case: Case) -> None:
    found = found_in(case.name)
    assert len(found) == case.tags, case.why
    for match, box in zip(found, case.boxes, strict=False):
        assert overlap(corners(match), box) >= 0.5, (match.rect, box)
    if case.tags and not case.boxes:
        for match, seen in zip(found, ink_boxes(case), strict=True):
            view = match.view_rect
            box = (view.x, view.y, view.x + view.width, view.y + view.height)
            assert overlap(box, seen) >= 0.25, (box, seen)


@pytest.mark.parametrize("name", CASES)
def test_the_ink_bears_the_case_out(name: str) -> None:
    """Independent of the library: the page shows as many tags as the case says, and none where it says none."""
    case = CASES[name]
    inked = list(ink_boxes(case))
    if case.tags:
        assert len(case.boxes or inked) == case.tags
    elif case.proof == "no ink":
        assert not inked
    else:
        assert inked
        assert case.proof == "policy" or not looks_like(case)


def test_there_are_enough_of_them() -> None:
    assert len(CASES) == len(list(all_cases())) >= 132


def ink_boxes(case: Case) -> Iterator[Corners]:
    """Around the red ink, then the blue, page by page: left, top, right, bottom in 1/72 inch as seen."""
    for pixels in rendered(case.pdf if case.shown is None else case.shown, case.password):
        for ink in inks(pixels):
            rows, columns = numpy.nonzero(ink)
            if len(rows):
                edges = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
                left, top, right, bottom = (float(edge) / SCALE for edge in edges)
                yield left, top, right, bottom


def inks(pixels: Pixels) -> Iterator[NDArray[numpy.bool_]]:
    red, green, blue = (pixels[:, :, at].astype(int) for at in range(3))
    for colour, others in ((red, green + blue), (blue, red + green)):
        yield (colour > 150) & (others < colour * 1.2)


def looks_like(case: Case) -> bool:
    """Does the red ink look like the tag, which is one character?"""
    assert isinstance(case.tag, str)
    (pixels,) = rendered(case.pdf, case.password, 2 * SCALE)
    ink = next(inks(pixels))
    rows, columns = numpy.nonzero(ink)
    own = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    grey = numpy.where(own, 0, 255).astype(numpy.uint8)
    return verdict(Cut(grey, (0, 0, grey.shape[1], grey.shape[0])), case.tag)[0] != "does not"


def rendered(pdf: bytes, password: str | None, scale: float = SCALE) -> list[Pixels]:
    """RGB rows of each page that PDFium can draw, annotations and form fields included."""
    document = pypdfium2.PdfDocument(pdf, password=password)
    pages: list[Pixels] = []
    try:
        document.init_forms()
        for index in range(len(document)):
            with suppress(pypdfium2.PdfiumError):  # /Count may lie
                image = document[index].render(scale=scale, may_draw_forms=True).to_pil()
                pages.append(numpy.asarray(image.convert("RGB")))
    finally:
        document.close()
    return pages


def overlap(one: Corners, other: Corners) -> float:
    """Intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(width, 0) * max(height, 0)
    return shared / (sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)) - shared)
