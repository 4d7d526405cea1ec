"""Boxes from plain numbers and from printed tags."""

from __future__ import annotations

from typing import Literal, TypeAlias, overload

from esign_core.content.match import Found, TagMatch
from esign_core.errors import PlacementError, TagAmbiguous, TagNotFound, public
from esign_core.geometry import Rect, ViewRect
from esign_core.place.boxes import SHARES, Anchor, CornerBox, FieldBox, PinnedBox
from esign_core.place.placement import Placement, Treatment

Occurrence: TypeAlias = Literal["only", "first", "last"] | int
Side: TypeAlias = Literal["above", "below", "left", "right"]

_LISTED = 10  # positions and near misses that a message spells out


def at_rect(page_index: int, rect: Rect, *, allow_overlap: bool = False) -> Placement:
    """On page `page_index` (from 0; -1 is the last), exactly in `rect` (user space units, as /Rect holds it).

    `allow_overlap`: also over another signature field, which is otherwise refused when signing (PlacementError, code
    OVERLAP).
    """
    return Placement(page_index, rect, allow_overlap=allow_overlap)


def at_view(page_index: int, box: ViewRect, *, allow_overlap: bool = False) -> Placement:
    """On page `page_index` (from 0; -1 is the last), exactly in `box` (1/72 inch on the page as seen, origin upper
    left).

    `allow_overlap` as in `at_rect`.
    """
    pinned = PinnedBox(box.x, box.y, box.width, box.height, anchor="top-left", keep_on_page=False)
    return Placement(page_index, pinned, allow_overlap=allow_overlap)


def at_corner(
    page_index: int,
    anchor: Anchor,
    *,
    width: float,
    height: float | None = None,
    margin: float = 10,
    allow_overlap: bool = False,
) -> Placement:
    """In a corner of page `page_index` (from 0; -1 is the last), at the middle of an edge or of the page, as `anchor`
    says: sizes and `margin`, the way to the edges, in 1/72 inch on the page as seen.

    `height`: without one, the appearance's aspect gives it when signing. `allow_overlap` as in `at_rect`.
    PlacementError (EMPTY_BOX, ANCHOR, MARGIN) for what is none.
    """
    return Placement(page_index, CornerBox(anchor, width, height, margin), allow_overlap=allow_overlap)


def at_field(name: str) -> Placement:
    """In the empty signature field of that full name (partial names joined by periods: ISO 32000-2, 12.7.4.2), which is
    filled: its page, box and lock are as its author made them. One without a box is signed invisibly.

    PlacementError (FIELD_NAME) for what is no name; when signing FIELD_NOT_FOUND, FIELD_SIGNED, FIELD_KIND for a field
    that is not for signatures, FIELD_AMBIGUOUS where it is not one place.
    """
    return Placement(None, FieldBox(name))


@overload
def at_tag(
    tag: TagMatch,
    *,
    width: float,
    height: float | None = None,
    anchor: Anchor = "center",
    beside: Side | None = None,
    gap: float = 0,
    offset: tuple[float, float] = (0, 0),
    keep_on_page: bool = True,
    treatment: Treatment = "leave",
    allow_overlap: bool = False,
) -> Placement: ...
@overload
def at_tag(
    tag: Found,
    *,
    width: float,
    height: float | None = None,
    occurrence: Occurrence = "only",
    anchor: Anchor = "center",
    beside: Side | None = None,
    gap: float = 0,
    offset: tuple[float, float] = (0, 0),
    keep_on_page: bool = True,
    treatment: Treatment = "leave",
    allow_overlap: bool = False,
) -> Placement: ...
@public
def at_tag(
    tag: TagMatch | Found,
    *,
    width: float,
    height: float | None = None,
    occurrence: Occurrence = "only",
    anchor: Anchor = "center",
    beside: Side | None = None,
    gap: float = 0,
    offset: tuple[float, float] = (0, 0),
    keep_on_page: bool = True,
    treatment: Treatment = "leave",
    allow_overlap: bool = False,
) -> Placement:
    """A box at a printed tag, on the page as seen: sizes, gap and offset in 1/72 inch.

    `anchor`: the point of the box that sits on the middle of the tag. `beside`: the box is on that side of the tag
    instead, `gap` from its edge; the anchor then tells only how it lies along that edge (to the right of the tag "top"
    hangs it from the tag's middle, "center" centres it there). `offset`: then moved by (right, down). `height`:
    without one, the appearance's aspect gives it when signing. `occurrence`: which match of a `Found`, a number counts
    from 0 in reading order. `keep_on_page`: a box that stands over an edge of the page is moved onto it; with False it
    is refused when signing (PlacementError OFF_PAGE). One that is larger than the page always is (LARGER_THAN_PAGE),
    and one over another signature field (OVERLAP) unless `allow_overlap`.

    `treatment`: what becomes of the tag in the revision that is signed. "leave": it stays. "cover": an opaque rectangle
    lies over it, below the appearance; whoever extracts the text still finds it. "erase": its glyphs are taken out of
    the content stream that prints them, all else stays where it is; the revision before still holds them, the file
    begins with it. What cannot be taken out alone (a part of a ligature, in a form XObject ...) is a PlacementError
    (ERASE) when signing, any erasure of a signed document is DocumentLocked. Stored positions on that page end with it.

    TagNotFound (with near misses) when there is no such match, TagAmbiguous (with all positions) when there are several
    and `occurrence` is "only", PlacementError for a size, anchor, side, gap, offset or treatment that is none.
    """
    match = _chosen(tag, occurrence) if isinstance(tag, Found) else tag
    x, y = match.view_rect.center
    if beside is not None:
        x, y, anchor = _beside(match.view_rect, beside, gap, anchor)
    right, down = offset
    treated = treatment != "leave"
    return Placement(
        match.page_index,
        PinnedBox(x + right, y + down, width, height, anchor, keep_on_page),
        match.document_sha256,
        match.document_length,
        treatment=treatment,
        tag_box=match.rect if treated else None,
        tag_text=match.text if treated else None,
        allow_overlap=allow_overlap,
    )


def _beside(tag: ViewRect, side: Side, gap: float, anchor: Anchor) -> tuple[float, float, Anchor]:
    """The point next to the tag, and the point of the box that hangs on it."""
    if anchor not in SHARES:
        raise PlacementError(f"anchor is one of {', '.join(SHARES)}; not {anchor!r}", code="ANCHOR")
    across, down = SHARES[anchor]
    x, y = tag.center
    if side == "right":
        x, across = tag.x + tag.width + gap, 0
    elif side == "left":
        x, across = tag.x - gap, 1
    elif side == "below":
        y, down = tag.y + tag.height + gap, 0
    elif side == "above":
        y, down = tag.y - gap, 1
    else:
        raise PlacementError(f"beside is above, below, left or right; not {side!r}", code="SIDE")
    return x, y, next(name for name, shares in SHARES.items() if shares == (across, down))


def _chosen(found: Found, occurrence: Occurrence) -> TagMatch:
    if not found:
        raise tag_not_found(found)
    if occurrence == "only" and len(found) > 1:
        raise TagAmbiguous(_ambiguous(found), matches=tuple(found))
    if occurrence in ("only", "first"):
        return found[0]
    if occurrence == "last":
        return found[-1]
    if not isinstance(occurrence, int) or occurrence < 0:
        raise PlacementError(
            f"occurrence is only, first, last or a number counted from 0; not {occurrence!r}", code="OCCURRENCE"
        )
    if occurrence >= len(found):
        raise TagNotFound(
            f"{found.tag!r} is printed {len(found)} times: occurrence is 0 to {len(found) - 1}, not {occurrence}"
        )
    return found[occurrence]


def tag_not_found(found: Found) -> TagNotFound:
    """The error for a tag that was searched and not found: what came close, and what could not be searched."""
    message = f"{found.tag!r} is not printed on any page searched ({found.pages_searched})"
    hints = [finding.text["en"] for finding in (*found.near_misses, *found.warnings)]
    advice = "; ".join(hints[:_LISTED]) or "check how the document writes it, or place the box by coordinates"
    return TagNotFound(f"{message}: {advice}", near_misses=found.near_misses)


def _ambiguous(found: Found) -> str:
    places = [
        f"{number}: page {match.page_index + 1} at ({match.view_rect.x:.0f}, {match.view_rect.y:.0f})"
        for number, match in enumerate(found[:_LISTED])
    ]
    if len(found) > _LISTED:
        places.append(f"and {len(found) - _LISTED} more")
    return (
        f"{found.tag!r} is printed {len(found)} times; choose one by occurrence, or search fewer pages "
        f"({'; '.join(places)}; in 1/72 inch from the upper left)"
    )
