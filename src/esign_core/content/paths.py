"""Paths as they are built, in user space: what of them is straight, and around what they run (ISO 32000-2, 8.5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from esign_core.geometry import Matrix

Corners: TypeAlias = tuple[float, float, float, float]
"""x0, y0, x1, y1 with x0 <= x1 and y0 <= y1; without area for a line along an axis."""
Point: TypeAlias = tuple[float, float]

EVERYWHERE: Corners = (-1e9, -1e9, 1e9, 1e9)
_STRAIGHT = 0.05  # user space units by which a line may miss the axis that it runs along


def around(points: Sequence[Point]) -> Corners:
    """The least box that holds all of them."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def shared(one: Corners, other: Corners) -> Corners | None:
    """What lies in both, edges included; None for nothing."""
    x0, y0, x1, y1 = max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])
    return (x0, y0, x1, y1) if x0 <= x1 and y0 <= y1 else None


def grown(box: Corners, by: float) -> Corners:
    """The box with a rim."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def placed(matrix: Matrix, x: float, y: float) -> Point:
    """The point under the matrix."""
    a, b, c, d, e, f = matrix
    return x * a + y * c + e, x * b + y * d + f


class Segment(NamedTuple):
    """A straight line."""

    start: Point
    end: Point

    @property
    def is_horizontal(self) -> bool:
        return abs(self.start[1] - self.end[1]) <= _STRAIGHT

    @property
    def is_vertical(self) -> bool:
        return abs(self.start[0] - self.end[0]) <= _STRAIGHT


class Subpath:
    """Points in user space, those that steer curves included."""

    __slots__ = ("curved", "points")

    def __init__(self, points: list[Point]) -> None:
        self.points = points
        self.curved = False

    @property
    def box(self) -> Corners:
        return around(self.points)

    @property
    def is_rectangle(self) -> bool:
        """Along the axes: all of its box is inside."""
        points = self.points[:-1] if len(self.points) == 5 and self.points[0] == self.points[-1] else self.points
        if self.curved or len(points) != 4:
            return False
        sides = [Segment(points[at], points[(at + 1) % 4]) for at in range(4)]
        level = [side.is_horizontal for side in sides]
        upright = [side.is_vertical for side in sides]
        return (level[0] and upright[1] and level[2] and upright[3]) or (
            upright[0] and level[1] and upright[2] and level[3]
        )

    def segments(self) -> Iterator[Segment]:
        for start, end in zip(self.points, self.points[1:], strict=False):
            yield Segment(start, end)


class Path:
    """The current path. What is built before a first point counts from the origin."""

    __slots__ = ("clips", "subpaths")

    def __init__(self) -> None:
        self.subpaths: list[Subpath] = []
        self.clips = False  # does it clip what is painted after it?

    def move(self, point: Point) -> None:
        self.subpaths.append(Subpath([point]))

    def line(self, points: Sequence[Point], *, curved: bool = False) -> None:
        if not self.subpaths:
            self.move(points[0])
        self.subpaths[-1].points += points
        self.subpaths[-1].curved |= curved

    def close(self) -> None:
        if self.subpaths:
            first = self.subpaths[-1].points[0]
            self.subpaths[-1].points.append(first)
            # what goes on after it begins there anew (8.5.2.1)

    def rectangle(self, ctm: Matrix, x: float, y: float, width: float, height: float) -> None:
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
        self.subpaths.append(Subpath([placed(ctm, *corner) for corner in corners]))

    @property
    def box(self) -> Corners | None:
        points = [point for subpath in self.subpaths for point in subpath.points]
        return around(points) if points else None

    @property
    def is_rectangle(self) -> bool:
        return len(self.subpaths) == 1 and self.subpaths[0].is_rectangle
