"""Boxes and the one place where the two page spaces meet.

`Rect` is in default user space of the page (ISO 32000-2, 8.3.2.3): origin lower left, y up, what /Rect holds.
`ViewRect` is in 1/72 inch on the page as a reader shows it, after CropBox, /Rotate and UserUnit: origin upper left, y
down.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal, TypeAlias

from esign_core.errors import PlacementError

Rotation: TypeAlias = Literal[0, 90, 180, 270]
Matrix: TypeAlias = tuple[float, float, float, float, float, float]
"""a b c d e f, as in ISO 32000-2, 8.3.3: x' = ax + cy + e, y' = bx + dy + f."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that does what `first` does and then what `second` does."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


_MOST = sys.float_info.max  # what is larger, and what is no number, lies on neither side of it


@dataclass(frozen=True, slots=True)
class Rect:
    """Lower left and upper right corner in user space units; empty, reversed or not finite is a PlacementError."""

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        try:
            has_area = -_MOST <= self.x0 < self.x1 <= _MOST and -_MOST <= self.y0 < self.y1 <= _MOST
        except TypeError:  # no numbers
            has_area = False
        if not has_area:
            raise PlacementError(
                f"({self.x0}, {self.y0}, {self.x1}, {self.y1}) is no rectangle: lower left, then upper right corner",
                code="EMPTY_BOX",
            )

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def intersection(self, other: Rect) -> Rect | None:
        """The part that both share, or None."""
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        x1, y1 = min(self.x1, other.x1), min(self.y1, other.y1)
        return Rect(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


@dataclass(frozen=True, slots=True)
class ViewRect:
    """Upper left corner and size on the page as seen, in 1/72 inch; a size that is not positive is a PlacementError."""

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        try:
            has_area = 0 < self.width <= _MOST and 0 < self.height <= _MOST
            has_area = has_area and -_MOST <= self.x <= _MOST and -_MOST <= self.y <= _MOST
        except TypeError:  # no numbers
            has_area = False
        if not has_area:
            raise PlacementError(
                f"a box of {self.width} x {self.height} at ({self.x}, {self.y}) has no area: give positive sizes",
                code="EMPTY_BOX",
            )

    @property
    def center(self) -> tuple[float, float]:
        return (self.x + self.width / 2, self.y + self.height / 2)


@dataclass(frozen=True, slots=True)
class Page:
    """One page's frame. `index` counts from 0, boxes are in user space units, `rotate` is clockwise degrees.

    `crop_box` is the visible region: CropBox cut to MediaBox (ISO 32000-2, 14.11.2.1). `user_unit` is the size of a
    user space unit in 1/72 inch (ISO 32000-2, table 31).
    """

    index: int
    media_box: Rect
    crop_box: Rect
    rotate: Rotation = 0
    user_unit: float = 1.0

    @property
    def view_width(self) -> float:
        box = self.crop_box
        return (box.height if self.rotate in (90, 270) else box.width) * self.user_unit

    @property
    def view_height(self) -> float:
        box = self.crop_box
        return (box.width if self.rotate in (90, 270) else box.height) * self.user_unit

    def to_user(self, box: ViewRect) -> Rect:
        """The same box in user space."""
        unit = self.user_unit
        left, top = box.x / unit, box.y / unit
        right, bottom = (box.x + box.width) / unit, (box.y + box.height) / unit
        crop = self.crop_box
        if self.rotate == 0:
            return Rect(crop.x0 + left, crop.y1 - bottom, crop.x0 + right, crop.y1 - top)
        if self.rotate == 90:  # the lower left corner is seen at the upper left
            return Rect(crop.x0 + top, crop.y0 + left, crop.x0 + bottom, crop.y0 + right)
        if self.rotate == 180:
            return Rect(crop.x1 - right, crop.y0 + top, crop.x1 - left, crop.y0 + bottom)
        return Rect(crop.x1 - bottom, crop.y1 - right, crop.x1 - top, crop.y1 - left)

    def to_view(self, box: Rect) -> ViewRect:
        """The same box as seen."""
        unit, crop = self.user_unit, self.crop_box
        if self.rotate == 0:
            x, y = box.x0 - crop.x0, crop.y1 - box.y1
            return ViewRect(x * unit, y * unit, (box.x1 - box.x0) * unit, (box.y1 - box.y0) * unit)
        if self.rotate == 90:
            x, y = box.y0 - crop.y0, box.x0 - crop.x0
        elif self.rotate == 180:
            x, y = crop.x1 - box.x1, box.y0 - crop.y0
        else:
            x, y = crop.y1 - box.y1, crop.x1 - box.x1
        width, height = (box.height, box.width) if self.rotate in (90, 270) else (box.width, box.height)
        return ViewRect(x * unit, y * unit, width * unit, height * unit)
