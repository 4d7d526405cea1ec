"""What signing makes of a placement, without signing."""

from __future__ import annotations

from esign_core.document.pages import page_at
from esign_core.document.signatures import boxes_on
from esign_core.document.stored import require_still_there
from esign_core.geometry import Page, Rect, ViewRect
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.values import Pdf
from esign_core.place.placement import Placement


def resolved(
    pdf: Pdf,
    placement: Placement,
    *,
    aspect: float | None = 1.0,
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[Page, Rect, ViewRect]:
    """The page, the /Rect in user space units, and the box on the page as seen. Raises as signing does."""
    with LenientFile(pdf, limits, password=password) as file:
        node = page_at(file, placement.page_index)
        if placement.document_sha256 is not None and placement.document_length is not None:
            known = placement.document_sha256, placement.document_length
            require_still_there(file, node.frame.index, *known, password=password)
        rect = placement.resolve(node.frame, aspect, boxes_on(file, node))
    return node.frame, rect, node.frame.to_view(rect)
