"""What the annotations of a page show: appearance streams, and where they are drawn (ISO 32000-2, 12.5.5).

Where the standard leaves room, or viewers leave the standard, an appearance is shown where two of PDFium, poppler and
MuPDF draw it on the screen:

- The flags Hidden and NoView hide, Print does not matter; Invisible hides form fields only.
- A pop-up is not shown, whatever appearance it has; nor is a widget that belongs to no field (no /FT).
- Of appearances by state the one that /AS names, else none; one appearance for all states whatever /AS says.
- /Subtype and /OC of an appearance stream do not count; /OC of the annotation does. PDFium draws that one regardless.
- NoRotate turns the appearance about the upper left corner of its rectangle, so that it is upright as seen. NoZoom does
  not count: it speaks of magnification, and a place on the page has none.

An annotation without an appearance shows nothing here, though viewers make one up for some kinds (the value of a text
field, the border of a link).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from esign_core.document.layers import Layers
from esign_core.document.pages import PageNode, box
from esign_core.errors import PdfError
from esign_core.geometry import IDENTITY, Matrix, Rect, Rotation, multiply
from esign_core.pdf.glance import Glance
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Ref, Stream, Value, is_integer

_INVISIBLE, _HIDDEN, _NO_ROTATE, _NO_VIEW = 1, 2, 16, 32  # ISO 32000-2, table 167
_ANCESTORS = 32  # of a field; honest ones have 5


class Appearance(NamedTuple):
    """One appearance stream that a page shows.

    `stream` is a form XObject. `placed` maps the space that its own /Matrix leads to to the page's default user space:
    drawn under this matrix like any form, it comes out where it is shown. `matrix` does both: it maps the coordinates
    in the stream to user space. `layer_off`: it is on a layer that is off, so that nobody sees it.
    `annotation`: None for one that is written into /Annots itself.
    """

    stream: Ref
    placed: Matrix
    matrix: Matrix
    annotation: Ref | None
    subtype: str
    layer_off: bool


class Annotations:
    """The annotations of one document. What is looked at is counted over all pages (Limits.annotations)."""

    def __init__(self, file: PdfFile, layers: Layers) -> None:
        self._file = file
        self._layers = layers
        self._glance = Glance(file, b"AP")
        self._count = 0

    def shown(self, page: PageNode, damage: dict[str, None]) -> Iterator[Appearance]:
        """In the order in which they are drawn, one that is listed twice once.

        Never a PdfError: the codes of what cannot be read go into `damage`, and the other annotations are shown. An
        annotation that plainly has no appearance is not looked at any further.
        """
        try:
            items = self._file.get(page.entries, "Annots")
        except PdfError as error:
            damage[error.code] = None
            return
        seen: set[Ref] = set()
        for item in items if isinstance(items, list) else ():
            self._count += 1
            self._file.limits.check("annotations", self._count)
            if isinstance(item, Ref):
                if item in seen:
                    continue
                seen.add(item)
            try:
                if isinstance(item, Ref) and not self._glance.may_have_key(item):  # as most links
                    continue
                if found := self._appearance(item, page.frame.rotate):
                    yield found
            except PdfError as error:
                damage[error.code] = None

    def _appearance(self, item: Value, rotate: Rotation) -> Appearance | None:
        file, entries = self._file, self._file.resolve(item)
        if not isinstance(entries, dict):
            return None
        found = self._stream(entries)
        subtype = file.get(entries, "Subtype")
        flags = file.get(entries, "F")
        flags = flags if is_integer(flags) else 0
        if found is None or flags & (_HIDDEN | _NO_VIEW) or subtype == "Popup":
            return None
        if subtype == "Widget" and (flags & _INVISIBLE or not self._is_field(entries)):
            return None
        ref, stream = found
        rect, bbox = box(file, entries.get("Rect")), box(file, stream.entries.get("BBox"))
        matrix = _matrix(file, stream.entries.get("Matrix"))
        placed = _fitted(bbox, matrix, rect) if rect and bbox else None
        if rect is None or placed is None:
            return None
        if flags & _NO_ROTATE:
            placed = multiply(placed, _turned(rect, rotate))
        whole = multiply(matrix, placed)
        if not all(map(math.isfinite, (*placed, *whole))):
            return None
        return Appearance(
            stream=ref,
            placed=placed,
            matrix=whole,
            annotation=item if isinstance(item, Ref) else None,
            subtype=subtype if isinstance(subtype, str) else "",
            layer_off="OC" in entries and self._layers.is_off(entries["OC"]),
        )

    def _stream(self, entries: Dictionary) -> tuple[Ref, Stream] | None:
        """The normal appearance in the state the annotation is in."""
        appearances = self._file.get(entries, "AP")
        normal = appearances.get("N") if isinstance(appearances, dict) else None
        by_state = self._file.resolve(normal)
        if isinstance(by_state, dict):
            state = self._file.get(entries, "AS")
            normal = by_state.get(state) if isinstance(state, str) else None
        stream = self._file.resolve(normal)
        return (normal, stream) if isinstance(normal, Ref) and isinstance(stream, Stream) else None

    def _is_field(self, entries: Dictionary) -> bool:
        """Has it, or something above it in the tree of fields, a field type?"""
        node: Value = entries
        for _ in range(_ANCESTORS):
            if not isinstance(node, dict):
                return False
            if self._file.get(node, "FT") is not None:
                return True
            node = self._file.get(node, "Parent")
        return False


def _matrix(file: PdfFile, value: Value) -> Matrix:
    """Six finite numbers; the identity in place of anything else."""
    value = file.resolve(value)
    items = [file.resolve(item) for item in value] if isinstance(value, list) and len(value) == 6 else []
    given = [float(item) for item in items if isinstance(item, (int, float)) and math.isfinite(item)]
    return (given[0], given[1], given[2], given[3], given[4], given[5]) if len(given) == 6 else IDENTITY


def _fitted(bbox: Rect, matrix: Matrix, rect: Rect) -> Matrix | None:
    """The matrix A of 12.5.5, which fits what `matrix` makes of the bounding box to the annotation's rectangle.

    None where it makes nothing of it.
    """
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (bbox.x0, bbox.x1) for y in (bbox.y0, bbox.y1)]
    across = [a * x + c * y + e for x, y in corners]
    up = [b * x + d * y + f for x, y in corners]
    left, bottom = min(across), min(up)
    width, height = max(across) - left, max(up) - bottom
    if not (0 < width < math.inf and 0 < height < math.inf):
        return None
    x, y = rect.width / width, rect.height / height
    return (x, 0.0, 0.0, y, rect.x0 - left * x, rect.y0 - bottom * y) if x and y else None


def _turned(rect: Rect, rotate: Rotation) -> Matrix:
    """Counterclockwise about the upper left corner by what the page is turned clockwise."""
    cosine, sine = {0: (1.0, 0.0), 90: (0.0, 1.0), 180: (-1.0, 0.0), 270: (0.0, -1.0)}[rotate]
    x, y = rect.x0, rect.y1
    return (cosine, sine, -sine, cosine, x - x * cosine + y * sine, y - x * sine - y * cosine)
