"""Empty rectangles on a page as seen: where a person would sign. Found from ink boxes, without rendering.

The page is cut into squares; a row of squares is one number, a bit for each square that holds ink. So all places where
a box fits are found with a few operations for each row. Then the best of them by what people do: they sign below the
text, rather to the right, close under the line before, above the printed name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from esign_core.geometry import Page, ViewRect

_SQUARE = 4.0  # 1/72 inch
_RIM = 3.0  # 1/72 inch around ink that stays free
_MARGIN = 36.0  # 1/72 inch; on small pages a twelfth of their shorter side
_FOOTER = 1 / 12  # of the page's height: text that low is not what is signed
_MOST_SQUARES = 2_000_000
_MOST_ON_A_SIDE = 7_200  # squares: twice the 14 400 units to which ISO 32000-1, annex C, holds a page
_FAR = 40  # squares: beyond that it does not matter how far a box is from text


class Spot(NamedTuple):
    """An empty box and how well it suits, the higher the better."""

    score: float
    box: ViewRect


def empty_boxes(page: Page, inks: Iterable[ViewRect], width: float, height: float, most: int) -> list[ViewRect]:
    """The best `most` boxes of that size that hold none of these ink boxes, the best first, none over another.

    All in 1/72 inch on the page as seen. Empty where none fits between the margins.
    """
    grid = _Grid.of(page)
    if grid is None:
        return []
    for ink in inks:
        grid.mark(ink)
    grid.spread()
    chosen: list[ViewRect] = []
    for spot in sorted(grid.spots(width, height), key=lambda spot: -spot.score):
        if not any(_touch(spot.box, other) for other in chosen):
            chosen.append(spot.box)
            if len(chosen) == most:
                break
    return chosen


def _touch(one: ViewRect, other: ViewRect) -> bool:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > 0 and down > 0


class _Grid:
    """`rows`: from the top, each a number whose lowest bit is the square at the left."""

    def __init__(self, page: Page, square: float) -> None:
        self.page, self.square = page, square
        self.width, self.height = int(page.view_width / square), int(page.view_height / square)
        self.rows = [0] * self.height
        self.marked: list[dict[int, int]] = [
            {} for _ in range(self.height.bit_length())
        ]  # [n]: for 2**n rows from there
        self.margin = min(_MARGIN, min(page.view_width, page.view_height) / 12)

    @classmethod
    def of(cls, page: Page) -> _Grid | None:
        """None for a page that is too small for any box, or too large to be looked at."""
        if page.view_width * page.view_height >= _MOST_SQUARES * _SQUARE**2:
            return None
        grid = cls(page, _SQUARE) if max(page.view_width, page.view_height) < _MOST_ON_A_SIDE * _SQUARE else None
        return grid if grid and grid.width and grid.height else None

    def mark(self, ink: ViewRect) -> None:
        """Noted as two stretches of 2**n rows: what an ink costs does not grow with its height."""
        left, right = ink.x - _RIM, ink.x + ink.width + _RIM
        top, bottom = ink.y - _RIM, ink.y + ink.height + _RIM
        first, last = max(int(left / self.square), 0), min(int(right / self.square), self.width - 1)
        if right < 0 or bottom < 0 or last < first:
            return
        bits = ((1 << (last - first + 1)) - 1) << first
        start, end = max(int(top / self.square), 0), min(int(bottom / self.square) + 1, self.height)
        if start < end:
            level = (end - start).bit_length() - 1
            stretches = self.marked[level]
            for row in (start, end - (1 << level)):
                stretches[row] = stretches.get(row, 0) | bits

    def spread(self) -> None:
        """What is marked onto its rows: each stretch as two of half its size, the longest first."""
        for level in range(len(self.marked) - 1, 0, -1):
            halves, half = self.marked[level - 1], 1 << (level - 1)
            for row, bits in self.marked[level].items():
                halves[row] = halves.get(row, 0) | bits
                halves[row + half] = halves.get(row + half, 0) | bits
        for row, bits in self.marked[0].items():
            self.rows[row] |= bits

    def spots(self, width: float, height: float) -> Iterator[Spot]:
        """Of each stretch of a row where the box fits its ends, where they lie next to ink or to the margin."""
        across, down = -int(-width // self.square), -int(-height // self.square)
        first = -int(-self.margin // self.square)
        inside = max(self.width - 2 * first, 0)
        if across > inside or down > self.height - 2 * first:
            return
        columns = ((1 << inside) - 1) << first
        end = self._end_of_text(columns)
        for top in range(first, self.height - first - down + 1):
            taken = 0
            for row in self.rows[top : top + down]:
                taken |= row
            fits = _starts(columns & ~taken, across)
            for left in _ends(fits):
                yield self._spot(left, top, across, down, width, height, end)

    def _end_of_text(self, columns: int) -> int:
        """The row behind the last one with ink between the margins, but for footers."""
        lowest = self.height - int(self.height * _FOOTER)
        return next((row + 1 for row in range(lowest - 1, -1, -1) if self.rows[row] & columns), 0)

    def _spot(self, left: int, top: int, across: int, down: int, width: float, height: float, end: int) -> Spot:
        bits = ((1 << across) - 1) << left
        above = self._away(range(top - 1, max(top - 1 - _FAR, -1), -1), bits)
        below = self._away(range(top + down, min(top + down + _FAR, self.height)), bits)
        before = min(top, end) / max(end, 1)  # how much of the page one has read by then
        right = (left + across / 2) / self.width
        score = 3 * before + right - above / _FAR
        if above + below < _FAR / 2 and top + down + below < end:
            score += 1 - (above + below) / _FAR  # between a closing and a name
        if top + down > self.height * (1 - _FOOTER):
            score -= 1
        x, y = left * self.square, top * self.square
        x = min(x, self.page.view_width - self.margin - width)
        return Spot(score, ViewRect(x + (across * self.square - width) / 2, y, width, height))

    def _away(self, rows: Sequence[int], bits: int) -> int:
        """How many of these rows are empty there before the first that is not."""
        return next((number for number, row in enumerate(rows) if self.rows[row] & bits), _FAR)


def _starts(free: int, length: int) -> int:
    """The bits from which on `length` bits are set."""
    done = 1
    while done < length and free:
        step = min(done, length - done)
        free &= free >> step
        done += step
    return free


def _ends(bits: int) -> Iterator[int]:
    """The first and the last of each stretch of set bits."""
    first, last = bits & ~(bits << 1), bits & ~(bits >> 1)
    for ends in (first, last & ~first):
        while ends:
            lowest = ends & -ends
            yield lowest.bit_length() - 1
            ends ^= lowest
