"""What becomes of a placement in a document: as signing asks, and for a look before."""

from __future__ import annotations

from esign_core.document.pages import PageNode, page_at
from esign_core.document.signatures import boxes_on
from esign_core.document.stored import require_still_there
from esign_core.geometry import Page, Rect, ViewRect
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Pdf
from esign_core.place.placement import Placement


def resolve_on(
    file: PdfFile,
    node: PageNode,
    placement: Placement,
    aspect: float | None,
    *,
    own_sha256: str | None = None,
    password: str | None = None,
) -> Rect:
    """The /Rect, once it is sure that the document is the one the placement was computed on. `own_sha256`: of the whole
    document, where that is known. InputError (OTHER_DOCUMENT), PlacementError as `Placement.resolve`."""
    sha256, length = placement.document_sha256, placement.document_length
    if sha256 is not None and length is not None:
        require_still_there(file, node.frame.index, sha256, length, own_sha256=own_sha256, password=password)
    return placement.resolve(node.frame, aspect, boxes_on(file, node))


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
        rect = resolve_on(file, node, placement, aspect, password=password)
    return node.frame, rect, node.frame.to_view(rect)
