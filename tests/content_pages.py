"""Small pages for the tests of finding: every operator and font entry is in plain sight in the test."""

from __future__ import annotations

import numpy

import esign_core as es
from corpus.traps.page import HELVETICA, SIDE, form, one_page, text_at
from tests.tools import pdfium_page

__all__ = ["HELVETICA", "SCALE", "SIDE", "corners", "form", "holds", "ink_box", "one_page", "text_at"]

SCALE = 4  # pixels for 1/72 inch where ink is looked at


def corners(match: es.TagMatch) -> tuple[float, float, float, float]:
    rect = match.rect
    return rect.x0, rect.y0, rect.x1, rect.y1


def ink_box(pdf: bytes, page_index: int = 0) -> es.ViewRect:
    """Around everything that PDFium draws on the page, in 1/72 inch as seen."""
    rows, columns = numpy.nonzero(pdfium_page(pdf, page_index, SCALE).min(axis=2) < 128)
    left, top = columns.min() / SCALE, rows.min() / SCALE
    return es.ViewRect(left, top, (columns.max() + 1) / SCALE - left, (rows.max() + 1) / SCALE - top)


def holds(outer: es.ViewRect, inner: es.ViewRect, rim: float = 1.0) -> bool:
    return (
        outer.x - rim <= inner.x
        and outer.y - rim <= inner.y
        and inner.x + inner.width <= outer.x + outer.width + rim
        and inner.y + inner.height <= outer.y + outer.height + rim
    )
