"""Does the ink in a box look like a character? Its shape against the shapes of all of ASCII in twelve fonts.

The ink is cut out of the page as PDFium draws it, freed of its neighbours (connected pieces that lie mostly outside the
box), stretched to a square and correlated with every character's shape made the same way from PDFium's own fonts.
A box without ink shows nothing. Ink most like the character, or nearly so, shows it; ink much more like another one, or
like none at all, does not; between the two a person has to look.
"""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy
import pypdfium2
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray
from PIL import Image

from corpus.writer import append, stream

Box = tuple[float, float, float, float]  # left, bottom, right, top, in default user space
Pixels = NDArray[numpy.uint8]
Weights = NDArray[numpy.float64]
Verdict = Literal["shows it", "does not", "cannot tell"]

_SIDE = 20  # of the square that shapes are compared in
_HEIGHT = 40  # pixels that a box is drawn high
_FONTS = [
    f"{family}{style}"
    for family, styles in {
        "Helvetica": ("", "-Bold", "-Oblique", "-BoldOblique"),
        "Times": ("-Roman", "-Bold", "-Italic", "-BoldItalic"),
        "Courier": ("", "-Bold", "-Oblique", "-BoldOblique"),
    }.items()
    for style in styles
]
_ASCII = "".join(map(chr, range(33, 127)))
_LIKE, _UNLIKE = 0.72, 0.5  # correlations: the same character in another font, another character
_NEARLY, _FAR = 0.03, 0.12  # behind the best other character
_ALIKE, _AHEAD = 0.6, 0.1  # less alike, but far ahead of the best other character


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of a page in grey, and where on it the box is: left, top, right, bottom in pixels."""

    grey: Pixels
    window: tuple[int, int, int, int]


def cut(page: Any, box: Box, margin: float = 0.6) -> Cut:
    """Around a box in user space, with a margin in parts of its height, upright as it is read."""
    left, top, right, bottom = in_view(page, box)
    height = max(min(bottom - top, 3 * (right - left) + 1), 0.5)
    scale = min(max(_HEIGHT / height, 0.5), 40.0)
    rim = margin * height
    width, tall = page.get_size()
    edges = (max(left - rim, 0.0), max(tall - bottom - rim, 0.0), max(width - right - rim, 0.0), max(top - rim, 0.0))
    if edges[0] + edges[2] >= width - 0.5 or edges[1] + edges[3] >= tall - 0.5:
        return Cut(numpy.full((1, 1), 255, numpy.uint8), (0, 0, 1, 1))
    bitmap = page.render(scale=scale, crop=edges, may_draw_forms=False, draw_annots=False, grayscale=True)
    grey = numpy.asarray(bitmap.to_pil().convert("L"))
    x, y = edges[0], edges[3]
    window = (left - x) * scale, (top - y) * scale, (right - x) * scale, (bottom - y) * scale
    a, b, c, d = (round(value) for value in window)
    return Cut(grey, (max(a, 0), max(b, 0), max(c, a + 1), max(d, b + 1)))


def in_view(page: Any, box: Box) -> Box:
    """Left, top, right, bottom in 1/72 inch as PDFium shows the page."""
    width, height = page.get_size()
    unit = 1000
    corners = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(
            page, 0, 0, round(width * unit), round(height * unit), 0, x, y, ctypes.byref(across), ctypes.byref(down)
        )
        corners.append((across.value / unit, down.value / unit))
    (x0, y0), (x1, y1) = corners
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def ink(piece: Cut) -> Weights | None:
    """The weight of each pixel of the ink that belongs to the box, cut to its edges; None: nothing is printed there."""
    left, top, right, bottom = piece.window
    inside = piece.grey[top:bottom, left:right]
    if inside.size == 0:
        return None
    levels, counts = numpy.unique(inside, return_counts=True)
    ground = int(levels[counts.argmax()]) if counts.max() * 4 > inside.size else int(numpy.median(piece.grey))
    weight = numpy.abs(piece.grey.astype(float) - ground)
    strongest = weight[top:bottom, left:right].max()
    if strongest < 24:
        return None
    weight = numpy.clip(weight / strongest, 0, 1)
    own = _own(weight > 0.3, piece.window)
    rows, columns = numpy.nonzero(own)
    if not len(rows):
        return None
    kept = numpy.where(own, weight, 0.0)
    cut_out: Weights = kept[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return cut_out


def _own(mask: NDArray[numpy.bool_], window: tuple[int, int, int, int]) -> NDArray[numpy.bool_]:
    """The connected pieces that lie mostly in the window; where there is none, all that is in it."""
    left, top, right, bottom = window
    if left <= 0 and top <= 0 and bottom >= mask.shape[0] and right >= mask.shape[1]:
        return mask
    labels = _pieces(mask)
    inner = numpy.zeros_like(mask)
    inner[top:bottom, left:right] = True
    total = numpy.bincount(labels.ravel())
    within = numpy.bincount(labels[inner].ravel(), minlength=len(total))
    own = within * 2 > total
    own[0] = False
    chosen: NDArray[numpy.bool_] = own[labels] if own.any() else mask & inner
    return chosen


def _pieces(mask: NDArray[numpy.bool_]) -> NDArray[numpy.int64]:
    """A number for each connected piece, 0 outside: the smallest number of the neighbourhood spreads until it rests."""
    labels = numpy.where(mask, numpy.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        spread = labels
        for axis in (0, 1):
            for step in (1, -1):
                moved = numpy.roll(spread, step, axis)
                edge = 0 if step == 1 else -1
                moved[(edge, slice(None)) if axis == 0 else (slice(None), edge)] = 0
                spread = numpy.where(mask & (moved > spread), moved, spread)
        if (spread == labels).all():
            return numpy.unique(labels, return_inverse=True)[1].reshape(mask.shape)
        labels = spread


def _shape(weight: Weights) -> Weights:
    """Stretched to the square, and its proportions beside it."""
    picture = Image.fromarray((weight * 255).astype(numpy.uint8)).resize((_SIDE, _SIDE), Image.Resampling.BOX)
    flat = numpy.asarray(picture).astype(float).ravel()
    flat -= flat.mean()
    length = numpy.linalg.norm(flat)
    height, width = weight.shape
    return numpy.append(flat / length if length else flat, math.log(width / height))


@cache
def _shapes() -> dict[str, Weights]:
    """By character, a row for each font."""
    found: dict[str, list[Weights]] = {character: [] for character in _ASCII}
    cell = 80
    for font in _FONTS:
        lines = [
            f"BT /F 40 Tf 1 0 0 1 {20 + at % 10 * cell} {20 + at // 10 * cell} Tm <{ord(character):02x}> Tj ET"
            for at, character in enumerate(_ASCII)
        ]
        pdf = append(
            b"",
            {
                1: "<< /Type /Catalog /Pages 2 0 R >>",
                2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                3: f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {10 * cell} {10 * cell}] /Contents 4 0 R "
                f"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /{font} "
                "/Encoding /WinAnsiEncoding >> >> >> >>",
                4: stream("\n".join(lines)),
            },
            trailer="/Root 1 0 R",
        )
        document = pypdfium2.PdfDocument(pdf)
        grey = numpy.asarray(document[0].render(scale=1, grayscale=True).to_pil().convert("L"))
        document.close()
        for at, character in enumerate(_ASCII):
            top, left = 10 * cell - (at // 10 + 1) * cell, at % 10 * cell
            weight = ink(Cut(grey[top : top + cell, left : left + cell], (0, 0, cell, cell)))
            if weight is not None:
                found[character].append(_shape(weight))
    return {character: numpy.array(rows) for character, rows in found.items()}


def _likeness(shape: Weights, rows: Weights) -> float:
    """Correlation with the most similar font's, less what the proportions differ by."""
    proportions = numpy.abs(rows[:, -1] - shape[-1])
    return float((rows[:, :-1] @ shape[:-1] - 0.25 * numpy.maximum(proportions - 0.3, 0)).max())


def verdict(piece: Cut, character: str) -> tuple[Verdict, str]:
    """And why, in a few words."""
    weight = ink(piece)
    if weight is None:
        return "does not", "nothing is printed"
    shape = _shape(weight)
    likeness = {each: _likeness(shape, rows) for each, rows in _shapes().items()}
    own = likeness.pop(character)
    other = max(likeness, key=lambda each: likeness[each])
    why = f"{own:.2f}, {other} {likeness[other]:.2f}"
    ahead = own - likeness[other]
    if (own >= _LIKE and ahead >= -_NEARLY) or (own >= _ALIKE and ahead >= _AHEAD):
        return "shows it", why
    if own < _UNLIKE or ahead < -_FAR:
        return "does not", why
    return "cannot tell", why
