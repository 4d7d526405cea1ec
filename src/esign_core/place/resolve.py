"""What becomes of a placement in a document: as signing asks, and for a look before."""

from __future__ import annotations

from typing import NamedTuple

from esign_core.document.empty_field import EmptyField, empty_field
from esign_core.document.pages import PageNode, page_at
from esign_core.document.signatures import boxes_on
from esign_core.document.stored import require_still_there
from esign_core.errors import PlacementError
from esign_core.geometry import Page, Rect, ViewRect
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Pdf
from esign_core.place.boxes import FieldBox
from esign_core.place.placement import Placement


class Located(NamedTuple):
    """Where a signature goes. `node` and `rect` (user space units) are None in an invisible field. `field`: the empty
    one that is filled; None: a new one is made."""

    node: PageNode | None
    rect: Rect | None
    field: EmptyField | None


def locate(
    file: PdfFile,
    placement: Placement,
    aspect: float | None,
    *,
    own_sha256: str | None = None,
    password: str | None = None,
) -> Located:
    """The page and the /Rect, once it is sure that the document is the one the placement was computed on.

    `own_sha256`: of the whole document, where that is known. InputError (OTHER_DOCUMENT), PlacementError as
    `Placement.resolve` and `empty_field`.
    """
    if isinstance(placement.box, FieldBox):
        field = empty_field(file, placement.box.name)
        return Located(field.page, field.rect, field)
    node = page_at(file, -1 if placement.page_index is None else placement.page_index)
    sha256, length = placement.document_sha256, placement.document_length
    if sha256 is not None and length is not None:
        require_still_there(file, node.frame.index, sha256, length, own_sha256=own_sha256, password=password)
    return Located(node, placement.resolve(node.frame, aspect, boxes_on(file, node)), None)


def resolved(
    pdf: Pdf,
    placement: Placement,
    *,
    aspect: float | None = 1.0,
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[Page, Rect, ViewRect]:
    """The page, the /Rect in user space units, and the box on the page as seen. Raises as signing does, and
    PlacementError (FIELD_INVISIBLE) for a field without a box."""
    with LenientFile(pdf, limits, password=password) as file:
        node, rect, field = locate(file, placement, aspect, password=password)
    if node is None or rect is None:
        name = field.name if field else ""
        raise PlacementError(f"the field {name!r} is invisible: it has no box to look at", code="FIELD_INVISIBLE")
    return node.frame, rect, node.frame.to_view(rect)
