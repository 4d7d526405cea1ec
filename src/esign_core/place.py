"""Which box on which page: decided from a printed tag or from plain numbers, resolved against the page when signing.

A box beside a tag is computed on the page as a reader sees it (`ViewRect`: 1/72 inch, origin upper left, y down) and
becomes a /Rect only in `Placement.resolve`, so that rotation, CropBox and UserUnit need no thought here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Literal, Self, TypeAlias, overload

from esign_core.content.match import Found, TagMatch
from esign_core.errors import InputError, PlacementError, TagAmbiguous, TagNotFound, public
from esign_core.finding import Json
from esign_core.geometry import Page, Rect, ViewRect

Anchor: TypeAlias = Literal[
    "center", "top-left", "top", "top-right", "left", "right", "bottom-left", "bottom", "bottom-right"
]
Occurrence: TypeAlias = Literal["only", "first", "last"] | int

# Where each point lies in a box: share of the width from the left, share of the height from the top.
_SHARES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "top-left": (0, 0),
        "top": (0.5, 0),
        "top-right": (1, 0),
        "left": (0, 0.5),
        "center": (0.5, 0.5),
        "right": (1, 0.5),
        "bottom-left": (0, 1),
        "bottom": (0.5, 1),
        "bottom-right": (1, 1),
    }
)

_JSON_VERSION = 1
_ROUNDING = 0.01  # 1/72 inch: what a box may stand over the edge of the page, after arithmetic in two spaces
_SHA256 = re.compile("[0-9a-f]{64}")
_LISTED = 10  # positions and near misses that a message spells out


def _finite(number: object) -> bool:
    return isinstance(number, (int, float)) and math.isfinite(number)


@dataclass(frozen=True, slots=True)
class PinnedBox:
    """A box hung by one of its nine points on a point of the page as seen, all in 1/72 inch, origin upper left, y down.

    `height` None: as the appearance's aspect asks. `keep_on_page`: moved onto the page where it stands over an edge.
    """

    x: float
    y: float
    width: float
    height: float | None = None
    anchor: Anchor = "center"
    keep_on_page: bool = True

    def __post_init__(self) -> None:
        if not (_finite(self.x) and _finite(self.y)):
            raise PlacementError(f"({self.x}, {self.y}) is no point on a page: give finite numbers", code="NO_POINT")
        for name, side in (("width", self.width), ("height", self.height)):
            if side is not None and not (_finite(side) and side > 0):
                raise PlacementError(f"a {name} of {side} is no size: give a positive number", code="EMPTY_BOX")
        if self.anchor not in _SHARES:
            raise PlacementError(f"anchor is one of {', '.join(_SHARES)}; not {self.anchor!r}", code="ANCHOR")

    def on(self, page: Page, aspect: float | None) -> ViewRect:
        """The box on `page`; `Placement.resolve` says what is raised."""
        if self.height is not None:
            height = self.height
        elif aspect is not None:
            height = self.width / aspect
        else:
            raise PlacementError("without an appearance the height of the box is open: give a height", code="NO_HEIGHT")
        across, down = _SHARES[self.anchor]
        box = ViewRect(self.x - across * self.width, self.y - down * height, self.width, height)
        return _moved_onto(page, box) if self.keep_on_page else box


def _moved_onto(page: Page, box: ViewRect) -> ViewRect:
    """The box, moved as little as it takes; one that is larger than the page stays over its right and lower edge."""
    x = max(0.0, min(box.x, page.view_width - box.width))
    y = max(0.0, min(box.y, page.view_height - box.height))
    return ViewRect(x, y, box.width, box.height)


@dataclass(frozen=True, slots=True)
class Placement:
    """A page and a box, resolved against the page when signing. Data only: made by `at_tag` and `at_rect`.

    `page_index` counts from 0; -1 is the last page. `box`: a /Rect as it stands, or a box on the page as seen.
    `document_sha256` (hex) and `document_length` (bytes), both or neither: the placement is good for documents that
    begin with exactly these bytes.
    """

    page_index: int
    box: Rect | PinnedBox
    document_sha256: str | None = None
    document_length: int | None = None

    def __post_init__(self) -> None:
        if type(self.page_index) is not int or self.page_index < -1:
            raise PlacementError(
                f"page_index is a whole number counted from 0, or -1 for the last page; not {self.page_index!r}",
                code="PAGE_INDEX",
            )

    def resolve(self, page: Page, aspect: float | None) -> Rect:
        """The /Rect on `page`, in user space units. `aspect`: width over height of the appearance; None without one.

        PlacementError: code OFF_PAGE for a box that is not on the visible page in full, NO_HEIGHT where neither the
        placement nor an appearance gives a height.
        """
        if isinstance(self.box, Rect):
            seen, rect = page.to_view(self.box), self.box
        else:
            seen = self.box.on(page, aspect)
            rect = page.to_user(seen)
        right, bottom = seen.x + seen.width, seen.y + seen.height
        if (
            min(seen.x, seen.y) < -_ROUNDING
            or right > page.view_width + _ROUNDING
            or bottom > page.view_height + _ROUNDING
        ):
            raise PlacementError(
                f"the box runs from ({seen.x:.2f}, {seen.y:.2f}) to ({right:.2f}, {bottom:.2f}), in 1/72 inch from the "
                f"upper left, but page {page.index + 1} as seen is {page.view_width:.2f} x {page.view_height:.2f}: "
                "move the box or make it smaller",
                code="OFF_PAGE",
            )
        return rect

    def to_json(self) -> Json:
        """As JSON values, with a version; `from_json` is the way back."""
        value: dict[str, object] = {"version": _JSON_VERSION, "page_index": self.page_index}
        value["rect" if isinstance(self.box, Rect) else "pinned"] = asdict(self.box)
        if self.document_sha256 is not None:
            value["document"] = {"sha256": self.document_sha256, "length": self.document_length}
        return value

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """InputError (code PLACEMENT_JSON) for a damaged value or an unknown version."""
        try:
            return cls._from_fields(**value)
        except (
            LookupError,
            TypeError,
            ValueError,
            OverflowError,
        ) as error:  # ValueError: also what the boxes themselves refuse
            raise InputError(
                f"this is no placement of version {_JSON_VERSION} ({error}): make it again with at_tag or at_rect",
                code="PLACEMENT_JSON",
            ) from error

    @classmethod
    def _from_fields(
        cls, *, version: Any, page_index: Any, rect: Any = None, pinned: Any = None, document: Any = None
    ) -> Self:
        if version != _JSON_VERSION:
            raise ValueError(f"version {version!r}")
        if (rect is None) == (pinned is None):
            raise ValueError("it takes one box, rect or pinned")
        box = PinnedBox(**pinned) if rect is None else Rect(**rect)
        if isinstance(box, PinnedBox) and not isinstance(box.keep_on_page, bool):
            raise TypeError("keep_on_page is true or false")
        if document is None:
            return cls(page_index, box)
        sha256, length = document["sha256"], document["length"]
        if not _SHA256.fullmatch(sha256) or type(length) is not int or length < 0:
            raise ValueError("document takes sha256 in hex and length in bytes")
        return cls(page_index, box, sha256, length)


def at_rect(page_index: int, rect: Rect) -> Placement:
    """On page `page_index` (from 0; -1 is the last), exactly in `rect` (user space units, as /Rect holds it)."""
    return Placement(page_index, rect)


@overload
def at_tag(
    tag: TagMatch,
    *,
    width: float,
    height: float | None = None,
    anchor: Anchor = "center",
    offset: tuple[float, float] = (0, 0),
    keep_on_page: bool = True,
) -> Placement: ...
@overload
def at_tag(
    tag: Found,
    *,
    width: float,
    height: float | None = None,
    occurrence: Occurrence = "only",
    anchor: Anchor = "center",
    offset: tuple[float, float] = (0, 0),
    keep_on_page: bool = True,
) -> Placement: ...
@public
def at_tag(
    tag: TagMatch | Found,
    *,
    width: float,
    height: float | None = None,
    occurrence: Occurrence = "only",
    anchor: Anchor = "center",
    offset: tuple[float, float] = (0, 0),
    keep_on_page: bool = True,
) -> Placement:
    """A box at a printed tag, on the page as seen: sizes and offset in 1/72 inch.

    `anchor`: the point of the box that sits on the middle of the tag. `offset`: then moved by (right, down). `height`:
    without one, the appearance's aspect gives it when signing. `occurrence`: which match of a `Found`, a number counts
    from 0 in reading order. `keep_on_page`: a box that stands over an edge of the page is moved onto it; with False it
    is refused when signing (PlacementError OFF_PAGE), as is one that is larger than the page.

    TagNotFound (with near misses) when there is no such match, TagAmbiguous (with all positions) when there are several
    and `occurrence` is "only", PlacementError for a size, anchor or offset that is none.
    """
    match = _chosen(tag, occurrence) if isinstance(tag, Found) else tag
    x, y = match.view_rect.center
    right, down = offset
    box = PinnedBox(x + right, y + down, width, height, anchor, keep_on_page)
    return Placement(match.page_index, box, match.document_sha256, match.document_length)


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
