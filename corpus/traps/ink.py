"""The ink of a case's tags, as PDFium draws its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import numpy
import pypdfium2
from numpy.typing import NDArray

from corpus.traps.page import Case

SCALE = 2.0  # pixels for 1/72 inch
Corners = tuple[float, float, float, float]
Pixels = NDArray[numpy.uint8]


def ink_boxes(case: Case) -> list[Corners]:
    """Around the red ink, then the blue, page by page: left, top, right, bottom in 1/72 inch as seen."""
    return [box for page in ink_by_page(case) for box in page]


def ink_by_page(case: Case) -> list[list[Corners]]:
    """The same, a list for each page."""
    return [
        [_around(ink) for ink in inks(pixels) if ink.any()]
        for pixels in rendered(case.pdf if case.shown is None else case.shown, case.password)
    ]


def _around(ink: NDArray[numpy.bool_]) -> Corners:
    rows, columns = numpy.nonzero(ink)
    edges = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    left, top, right, bottom = (float(edge) / SCALE for edge in edges)
    return left, top, right, bottom


def inks(pixels: Pixels) -> Iterator[NDArray[numpy.bool_]]:
    """Where a page is red, and where it is blue."""
    red, green, blue = (pixels[:, :, at].astype(int) for at in range(3))
    for colour, others in ((red, green + blue), (blue, red + green)):
        yield (colour > 150) & (others < colour * 1.2)


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
