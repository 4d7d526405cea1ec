"""Small pages for the tests of finding: every operator and font entry is in plain sight in the test."""

from __future__ import annotations

from collections.abc import Mapping

import numpy

import esign_core as es
from corpus.writer import Body, append, stream
from tests.tools import pdfium_page

HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
SIDE = 300  # of a page, 1/72 inch
SCALE = 4  # pixels for 1/72 inch where ink is looked at


def one_page(
    content: Body | list[Body],
    *,
    fonts: Mapping[str, str] | None = None,
    objects: Mapping[int, Body] | None = None,
    resources: str = "",
    page: str = "",
) -> bytes:
    """A file of one page, 300 units square. `objects` have numbers from 30; `fonts` are objects or references."""
    parts = content if isinstance(content, list) else [content]
    named = " ".join(f"/{name} {body}" for name, body in (fonts or {"F1": HELVETICA}).items())
    numbers = range(10, 10 + len(parts))
    contents = " ".join(f"{number} 0 R" for number in numbers)
    body: dict[int, Body] = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {SIDE} {SIDE}] "
        f"/Resources << /Font << {named} >> {resources} >> /Contents [{contents}] {page} >>",
        **{number: part if _is_stream(part) else stream(part) for number, part in zip(numbers, parts, strict=True)},
        **(objects or {}),
    }
    return append(b"", body, trailer="/Root 1 0 R")


def _is_stream(part: Body) -> bool:
    return isinstance(part, bytes) and part.startswith(b"<<") and part.endswith(b"endstream")


def text_at(x: float, y: float, text: str, size: float = 12) -> str:
    return f"BT /F1 {size:g} Tf {x:g} {y:g} Td ({text}) Tj ET\n"


def form(content: Body, entries: str = "") -> bytes:
    return stream(content, f"/Type /XObject /Subtype /Form /BBox [-1000 -1000 1000 1000] {entries}")


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
