"""Outlines of the dark area of a matrix of modules.

Rectangles drawn side by side show hairlines: a renderer with anti-aliasing covers a shared edge twice in part, never
once in full. The outline of the whole dark area has no inner edges, so there is nothing to show through.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Point: TypeAlias = tuple[int, int]
"""A corner between modules: column and row, counted from the upper left corner of the matrix."""

_RIGHT, _DOWN, _LEFT, _UP = (1, 0), (0, 1), (-1, 0), (0, -1)


def outlines(dark: Sequence[Sequence[bool]]) -> list[list[Point]]:
    """Closed polygons around the dark area, corners only, in an order that depends on nothing but the matrix.

    Every border runs with dark on its right hand, so the nonzero and the even-odd rule fill the same area (ISO 32000-2,
    8.5.3.3), whichever way an outline goes on where two dark modules touch by a corner.
    """
    borders = _borders(dark)
    polygons = []
    for start in list(borders):
        while start in borders:
            polygons.append(_walk(borders, start))
    return polygons


def _borders(dark: Sequence[Sequence[bool]]) -> dict[Point, list[Point]]:
    """Unit borders between dark and light: their directions, by the point they leave from."""
    borders: dict[Point, list[Point]] = {}
    last_row, last_column = len(dark) - 1, len(dark[0]) - 1

    def add(x: int, y: int, direction: Point) -> None:
        borders.setdefault((x, y), []).append(direction)

    for y, row in enumerate(dark):
        for x, module in enumerate(row):
            if not module:
                continue
            if y == 0 or not dark[y - 1][x]:
                add(x, y, _RIGHT)
            if x == last_column or not row[x + 1]:
                add(x + 1, y, _DOWN)
            if y == last_row or not dark[y + 1][x]:
                add(x + 1, y + 1, _LEFT)
            if x == 0 or not row[x - 1]:
                add(x, y + 1, _UP)
    return borders


def _walk(borders: dict[Point, list[Point]], start: Point) -> list[Point]:
    """The corners of one outline, from `start` back to it; the borders walked along are taken out of `borders`."""
    corners = [start]
    point = start
    first = direction = borders[start][0]
    while True:
        leaving = borders[point]
        leaving.remove(direction)
        if not leaving:
            del borders[point]
        point = (point[0] + direction[0], point[1] + direction[1])
        if point == start:
            # where the outline runs straight through its starting point, that is no corner
            return corners[1:] if direction == first else corners
        onward = borders[point][0]
        if onward != direction:
            corners.append(point)
            direction = onward
