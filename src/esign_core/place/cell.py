"""In the table cell that holds a tag."""

from __future__ import annotations

from esign_core.content.cell import Cell, cell_around
from esign_core.content.ink_trace import page_ink
from esign_core.content.match import TagMatch
from esign_core.document.pages import page_at
from esign_core.document.stored import require_still_there
from esign_core.errors import PlacementError, public
from esign_core.geometry import Page, Rect, Rotation
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.values import Pdf
from esign_core.place.boxes import FittedBox
from esign_core.place.placement import Placement

_AS_SEEN: dict[Rotation, tuple[str, ...]] = {  # what a reader calls the top, right, bottom and left of user space
    0: ("top", "right", "bottom", "left"),
    90: ("right", "bottom", "left", "top"),
    180: ("bottom", "left", "top", "right"),
    270: ("left", "top", "right", "bottom"),
}


@public
def at_cell(
    pdf: Pdf,
    tag: TagMatch,
    *,
    padding: float = 2,
    allow_overlap: bool = False,
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Placement:
    """In the ruled table cell that holds the middle of the tag, `padding` (1/72 inch) away from its rules.

    The cell is read from the page's lines and thin rectangles, without rendering. An appearance with a shape of its own
    is shrunk to fit, in the middle; any other fills the cell. `tag`: a match in this document or in what it begins
    with. `allow_overlap` as in `at_rect`.

    PlacementError: CELL_NOT_FOUND where no rule is around the tag, CELL_OPEN where sides are missing or do not meet,
    CELL_DAMAGED where the page cannot be read in full, CELL_SMALL where the padding leaves nothing, PADDING.
    InputError (OTHER_DOCUMENT), PasswordError, PdfError, LimitExceeded.
    """
    if not (isinstance(padding, (int, float)) and 0 <= padding < float("inf")):
        raise PlacementError(f"a padding of {padding} is none: give a number from 0", code="PADDING")
    with LenientFile(pdf, limits, password=password) as file:
        require_still_there(file, tag.page_index, tag.document_sha256, tag.document_length, password=password)
        node = page_at(file, tag.page_index)
        ink = page_ink(file, node)
    page, rect = node.frame, tag.rect
    if ink.damage:
        raise PlacementError(
            f"page {page.index + 1} cannot be read in full ({', '.join(ink.damage)}), so that rules of the cell may "
            "be missing: place the box with at_tag",
            code="CELL_DAMAGED",
        )
    cell = cell_around(page, ink.inks, ((rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2))
    if cell.inside is None:
        raise _no_cell(tag, cell, page)
    x0, y0, x1, y1 = cell.inside
    by = padding / page.user_unit
    if x1 - x0 <= 2 * by or y1 - y0 <= 2 * by:
        unit = page.user_unit
        raise PlacementError(
            f"the cell around the tag is {(x1 - x0) * unit:.2f} x {(y1 - y0) * unit:.2f}, in 1/72 inch: a padding of "
            f"{padding} leaves nothing of it",
            code="CELL_SMALL",
        )
    box = FittedBox(Rect(x0 + by, y0 + by, x1 - by, y1 - by))
    return Placement(tag.page_index, box, tag.document_sha256, tag.document_length, allow_overlap=allow_overlap)


def _no_cell(tag: TagMatch, cell: Cell, page: Page) -> PlacementError:
    seen, missing = tag.view_rect, cell.missing
    where = f"the tag at ({seen.x:.2f}, {seen.y:.2f}) on page {tag.page_index + 1}"
    if len(missing) >= 3:  # one rule is the edge of something else
        return PlacementError(
            f"no table cell is ruled around {where}: place the box with at_tag", code="CELL_NOT_FOUND"
        )
    names = dict(zip(_AS_SEEN[0], _AS_SEEN[page.rotate], strict=True))
    what = "its sides do not meet"
    if missing != ("corner",):
        what = f"there is no rule at its {', '.join(names[side] for side in missing)}"
    others = ", ".join(f"{names[side]} {distance * page.user_unit:.2f}" for side, distance in cell.nearest)
    return PlacementError(
        f"the table cell around {where} is open: {what} (from the middle of the tag to the next rule, in 1/72 inch: "
        f"{others}); place the box with at_tag",
        code="CELL_OPEN",
    )
