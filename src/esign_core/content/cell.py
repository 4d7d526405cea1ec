"""The cell of a ruled table around a point: from lines, and from rectangles as thin as lines.

All in default user space. A rule may be broken into pieces, doubled, or miss the next one by a little; a short line
inside a cell, to sign on, is no side of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from esign_core.content.ink import Ink
from esign_core.content.paths import Corners, Point
from esign_core.geometry import Page

_THIN = 3.0  # 1/72 inch: what is thicker is a bar
_SHORT = 6.0  # what is shorter, once its pieces are joined, is no side of a cell
_APART = 3.0  # by which pieces of one rule, or two rules at a corner, may miss each other
_IN_LINE = 1.0  # by which pieces of one rule may be beside each other
_LOOKED_AT = 16  # rules on each side, the nearest first
_FRAME = 0.9  # a rectangle of that share of the page's width and height is its frame


class Cell(NamedTuple):
    """What lies inside the rules; None with the names of the sides that are missing, all four where nothing is ruled,
    and of the others how far from the point the next rule is (user space units).

    The names are as the sides lie in user space.
    """

    inside: Corners | None
    missing: tuple[str, ...] = ()
    nearest: tuple[tuple[str, float], ...] = ()


def cell_around(page: Page, inks: Iterable[Ink], point: Point) -> Cell:
    """The least rectangle of rules that holds the point."""
    unit = 1 / page.user_unit
    level, upright = _rules(inks, unit)
    x, y = point
    reach = _APART * unit
    above = sorted((rule for rule in level if rule[1] >= y and _spans(rule, 0, x, x, reach)), key=lambda rule: rule[1])
    below = sorted((rule for rule in level if rule[3] <= y and _spans(rule, 0, x, x, reach)), key=lambda rule: -rule[3])
    right = sorted((rule for rule in upright if rule[0] >= x and _spans(rule, 1, y, y, reach)), key=lambda r: r[0])
    left = sorted((rule for rule in upright if rule[2] <= x and _spans(rule, 1, y, y, reach)), key=lambda r: -r[2])
    sides = {"top": above, "bottom": below, "left": left, "right": right}
    inside = _least(page, [side[:_LOOKED_AT] for side in sides.values()], reach)
    if inside is not None:
        return Cell(inside)
    missing = tuple(name for name, rules in sides.items() if not rules)
    edges = {"top": (1, 1), "bottom": (3, 1), "left": (2, 0), "right": (0, 0)}  # of a rule, and the axis
    nearest = tuple(
        (name, abs(sides[name][0][edge] - point[axis])) for name, (edge, axis) in edges.items() if sides[name]
    )
    return Cell(None, missing or ("corner",), nearest)


def _least(page: Page, sides: Sequence[Sequence[Corners]], reach: float) -> Corners | None:
    above, below, left, right = sides
    found: list[Corners] = []
    for one in left:
        for other in right:
            x0, x1 = one[2], other[0]
            top = next((rule for rule in above if _spans(rule, 0, x0, x1, reach)), None)
            bottom = next((rule for rule in below if _spans(rule, 0, x0, x1, reach)), None)
            if top is None or bottom is None:
                continue
            y0, y1 = bottom[3], top[1]
            if _spans(one, 1, y0, y1, reach) and _spans(other, 1, y0, y1, reach) and x0 < x1 and y0 < y1:
                found.append((x0, y0, x1, y1))
    found = [box for box in found if not _is_frame(page, box)]
    return min(found, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]), default=None)


def _is_frame(page: Page, box: Corners) -> bool:
    crop = page.crop_box
    return box[2] - box[0] > _FRAME * crop.width and box[3] - box[1] > _FRAME * crop.height


def _spans(rule: Corners, axis: int, start: float, end: float, reach: float) -> bool:
    return rule[axis] <= start + reach and rule[axis + 2] >= end - reach


def _rules(inks: Iterable[Ink], unit: float) -> tuple[list[Corners], list[Corners]]:
    """Horizontal and vertical ones, their pieces joined."""
    level: list[Corners] = []
    upright: list[Corners] = []
    for ink in inks:
        if ink.is_white or ink.kind not in ("stroke", "fill"):
            continue
        x0, y0, x1, y1 = ink.box
        width, height = x1 - x0, y1 - y0
        if height <= _THIN * unit and width >= height:
            level.append(ink.box)
        if width <= _THIN * unit and height >= width:
            upright.append(ink.box)
    shortest = _SHORT * unit
    return (
        [rule for rule in _joined(level, 0, unit) if rule[2] - rule[0] >= shortest],
        [rule for rule in _joined(upright, 1, unit) if rule[3] - rule[1] >= shortest],
    )


def _joined(pieces: list[Corners], axis: int, unit: float) -> list[Corners]:
    """Pieces in line that touch, or nearly so, as one."""
    across = 1 - axis
    pieces.sort(key=lambda piece: (piece[across], piece[axis]))
    lines: list[list[Corners]] = []
    for piece in pieces:
        if lines and piece[across] - lines[-1][0][across] <= _IN_LINE * unit:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    rules: list[Corners] = []
    for line in lines:
        line.sort(key=lambda piece: piece[axis])
        start = line[0]
        for piece in line[1:]:
            if piece[axis] - start[axis + 2] <= _APART * unit:
                start = (
                    min(start[0], piece[0]),
                    min(start[1], piece[1]),
                    max(start[2], piece[2]),
                    max(start[3], piece[3]),
                )
            else:
                rules.append(start)
                start = piece
        rules.append(start)
    return rules
