"""Where there is room for a box, on a document that prints no tag."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from esign_core.content.ink import Ink
from esign_core.content.ink_trace import page_ink
from esign_core.content.space import empty_boxes
from esign_core.document.pages import PageNode, box, pages
from esign_core.errors import PlacementError, public
from esign_core.geometry import Page, Rect, ViewRect
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.values import Pdf
from esign_core.place.boxes import PinnedBox
from esign_core.place.placement import Placement

_MOST = 5  # places that are suggested
_DRAWN_BY_NOBODY = ("Link", "Popup")
_PAPER = 0.8  # of the page
_PAGES = 5  # that are looked at, the last first


@public
def suggest_space(
    pdf: Pdf, *, width: float, height: float, password: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> Sequence[Placement]:
    """Empty boxes of `width` x `height` (1/72 inch, on the page as seen) where a person would sign, the best first.

    They are on the last page that has room, of the last five: at most five boxes, none over another, over ink, a form
    field or a note. Empty where there is no room. What the page paints is read from its contents, without rendering:
    an image counts with all of its box, so that there is no room on a scanned page; a page with damage, of which not
    all is known, is passed over. The placements are good for this document and what begins with it.

    PlacementError (EMPTY_BOX) for a size that is none; PasswordError, PdfError, LimitExceeded.
    """
    PinnedBox(0, 0, width, height)  # refuses what is no size
    with LenientFile(pdf, limits, password=password) as file:
        document = hashlib.sha256(file.buffer).hexdigest(), len(file.buffer)
        for node in list(pages(file))[: -_PAGES - 1 : -1]:
            boxes = _on(file, node, width, height)
            if boxes:
                return [
                    Placement(
                        node.frame.index,
                        PinnedBox(each.x, each.y, each.width, each.height, "top-left", keep_on_page=False),
                        *document,
                    )
                    for each in boxes
                ]
    return []


def _on(file: LenientFile, node: PageNode, width: float, height: float) -> list[ViewRect]:
    ink = page_ink(file, node)
    if ink.damage:
        return []
    taken = [node.frame.to_view(rect) for rect in _annotated(file, node)]
    return empty_boxes(node.frame, [*_seen(node.frame, ink.inks), *taken], width, height, _MOST)


def _annotated(file: LenientFile, node: PageNode) -> Iterator[Rect]:
    """Boxes of form fields, signed or not, and of notes, which viewers draw also where they have no appearance."""
    annotations = file.get(node.entries, "Annots")
    for item in annotations if isinstance(annotations, list) else ():
        entries = file.resolve(item)
        if isinstance(entries, dict) and file.get(entries, "Subtype") not in _DRAWN_BY_NOBODY:
            rect = box(file, entries.get("Rect"))
            if rect is not None:
                yield rect


def _seen(page: Page, inks: Sequence[Ink]) -> Iterator[ViewRect]:
    """Boxes of what is no paper: that is white, or light and nearly as large as the page."""
    paper = _PAPER * page.crop_box.width * page.crop_box.height
    for ink in inks:
        x0, y0, x1, y1 = ink.box
        if ink.kind == "fill" and (ink.is_white or (ink.is_light and (x1 - x0) * (y1 - y0) > paper)):
            continue
        try:
            yield page.to_view(Rect(x0, y0, max(x1, x0 + 0.1), max(y1, y0 + 0.1)))
        except PlacementError:  # so far away that it is no number any more
            continue
