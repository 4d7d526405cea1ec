"""Boxes that wait for their page: hung on a point, put into a corner, fitted into a cell.

They are computed on the page as a reader sees it (`ViewRect`: 1/72 inch, origin upper left, y down) and become a /Rect
only in `Placement.resolve`, so that rotation, CropBox and UserUnit need no thought here. `aspect`: width over height of
the appearance; None without one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from esign_core.errors import PlacementError
from esign_core.geometry import Page, Rect, ViewRect

Anchor: TypeAlias = Literal[
    "center", "top-left", "top", "top-right", "left", "right", "bottom-left", "bottom", "bottom-right"
]

# Where each point lies in a box: share of the width from the left, share of the height from the top.
SHARES: Mapping[Anchor, tuple[float, float]] = MappingProxyType(
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


def _finite(number: object) -> bool:
    return isinstance(number, (int, float)) and math.isfinite(number)


def _check(width: float, height: float | None, anchor: str) -> None:
    for name, side in (("width", width), ("height", height)):
        if side is not None and not (_finite(side) and side > 0):
            raise PlacementError(f"a {name} of {side} is no size: give a positive number", code="EMPTY_BOX")
    if anchor not in SHARES:
        raise PlacementError(f"anchor is one of {', '.join(SHARES)}; not {anchor!r}", code="ANCHOR")


def _height(width: float, height: float | None, aspect: float | None) -> float:
    if height is not None:
        return height
    if aspect is None:
        raise PlacementError("without an appearance the height of the box is open: give a height", code="NO_HEIGHT")
    return width / aspect


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
        _check(self.width, self.height, self.anchor)

    def on(self, page: Page, aspect: float | None) -> ViewRect:
        """The box on `page`; `Placement.resolve` says what is raised."""
        height = _height(self.width, self.height, aspect)
        across, down = SHARES[self.anchor]
        box = ViewRect(self.x - across * self.width, self.y - down * height, self.width, height)
        return _moved_onto(page, box) if self.keep_on_page else box


def _moved_onto(page: Page, box: ViewRect) -> ViewRect:
    """The box, moved as little as it takes; one that is larger than the page stays over its right and lower edge."""
    x = max(0.0, min(box.x, page.view_width - box.width))
    y = max(0.0, min(box.y, page.view_height - box.height))
    return ViewRect(x, y, box.width, box.height)


@dataclass(frozen=True, slots=True)
class CornerBox:
    """A box in a corner of the page as seen, at the middle of an edge or of the page, `margin` away from the edges.

    All in 1/72 inch. `height` None: as the appearance's aspect asks.
    """

    anchor: Anchor
    width: float
    height: float | None = None
    margin: float = 10.0

    def __post_init__(self) -> None:
        _check(self.width, self.height, self.anchor)
        if not (_finite(self.margin) and self.margin >= 0):
            raise PlacementError(f"a margin of {self.margin} is none: give a number from 0", code="MARGIN")

    def on(self, page: Page, aspect: float | None) -> ViewRect:
        """The box on `page`; `Placement.resolve` says what is raised."""
        height = _height(self.width, self.height, aspect)
        across, down = SHARES[self.anchor]
        left, top = self.margin, self.margin
        free_width, free_height = page.view_width - 2 * left - self.width, page.view_height - 2 * top - height
        return ViewRect(left + across * free_width, top + down * free_height, self.width, height)


@dataclass(frozen=True, slots=True)
class FittedBox:
    """The largest box of the appearance's aspect in the middle of `rect` (user space units); without one all of it."""

    rect: Rect

    def on(self, page: Page, aspect: float | None) -> ViewRect:
        """The box on `page`."""
        seen = page.to_view(self.rect)
        if aspect is None:
            return seen
        width = min(seen.width, seen.height * aspect)
        height = width / aspect
        return ViewRect(seen.x + (seen.width - width) / 2, seen.y + (seen.height - height) / 2, width, height)


@dataclass(frozen=True, slots=True)
class FieldBox:
    """The box of a signature field that is there; which page it is on is the document's to say."""

    name: str

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise PlacementError(f"{self.name!r} names no field: give its full name, as text", code="FIELD_NAME")


Box: TypeAlias = Rect | PinnedBox | CornerBox | FittedBox | FieldBox
