"""The trap suite: pages that are easy to search wrongly. Counts and places are proved by the ink that PDFium draws."""

from __future__ import annotations

from functools import cache

import numpy
import pytest

import esign_core as es
from benchmarks.compare_shape import Cut, verdict
from corpus.make import all_cases
from corpus.traps.ink import SCALE, Corners, ink_boxes, inks, overlap, rendered
from corpus.traps.page import Case
from tests.content_pages import corners

CASES = {case.name: case for case in all_cases()}

# The cases that are not right, with the cause. An unexpected pass fails: then the row goes.
NOT_RIGHT = {
    "raw_vertical_across": "glyphs of a vertical font are joined downwards only, also where they stand in a row",
}


def marked(name: str) -> object:
    marks = [pytest.mark.xfail(reason=NOT_RIGHT[name], strict=True)] if name in NOT_RIGHT else []
    return pytest.param(CASES[name], id=name, marks=marks)


@cache
def found_in(name: str) -> es.Found:
    case = CASES[name]
    options = es.TagOptions(**case.options)  # type: ignore[arg-type]
    return es.find_tags(case.pdf, case.tag, options=options, password=case.password)


@pytest.mark.parametrize("case", [marked(name) for name in CASES])
def test_count_and_place(case: Case) -> None:
    found = found_in(case.name)
    assert len(found) == case.tags, case.why
    for match, box in zip(found, case.boxes, strict=False):
        assert overlap(corners(match), box) >= 0.5, (match.rect, box)
    if case.tags and not case.boxes:
        for match, seen in zip(found, inked(case.name), strict=True):
            view = match.view_rect
            box = (view.x, view.y, view.x + view.width, view.y + view.height)
            assert overlap(box, seen) >= 0.25, (box, seen)


@pytest.mark.parametrize("name", CASES)
def test_the_ink_bears_the_case_out(name: str) -> None:
    """Independent of the library: the page shows as many tags as the case says, and none where it says none."""
    case = CASES[name]
    if case.tags:
        assert len(case.boxes or inked(name)) == case.tags
    elif case.proof == "no ink":
        assert not inked(name)
    else:
        assert inked(name)
        assert case.proof == "policy" or not looks_like(case)


def test_there_are_enough_of_them() -> None:
    assert len(CASES) == len(list(all_cases())) >= 132
    assert len(NOT_RIGHT) <= 1


@cache
def inked(name: str) -> list[Corners]:
    return ink_boxes(CASES[name])


def looks_like(case: Case) -> bool:
    """Does the red ink look like the tag, which is one character?"""
    assert isinstance(case.tag, str)
    (pixels,) = rendered(case.pdf, case.password, 2 * SCALE)
    ink = next(inks(pixels))
    rows, columns = numpy.nonzero(ink)
    own = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    grey = numpy.where(own, 0, 255).astype(numpy.uint8)
    return verdict(Cut(grey, (0, 0, grey.shape[1], grey.shape[0])), case.tag)[0] != "does not"
