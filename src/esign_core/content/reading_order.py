"""What one page prints in the order in which a person reads it, each once however often it is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from esign_core.content.match import Evidence
from esign_core.geometry import Rect, ViewRect

SAME_PLACE = 0.1  # of the font size: text drawn twice to look bold


class Occurrence(NamedTuple):
    """One printed occurrence of what is searched for; boxes, size and evidence as in `TagMatch`."""

    page_index: int
    text: str
    rect: Rect
    view_rect: ViewRect
    font_size: float
    visible: bool
    evidence: Evidence


def in_reading_order(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """From top to bottom as seen; of those that overlap by half their height, from left to right."""
    ordered: list[Occurrence] = []
    row: list[Occurrence] = []
    first = half = 0.0
    for middle, _, occurrence in sorted(
        [(each.view_rect.y + each.view_rect.height / 2, order, each) for order, each in enumerate(occurrences)]
    ):
        height = occurrence.view_rect.height / 2
        if row and middle - first > min(height, half):
            ordered += sorted(row, key=_left)
            row = []
        if not row:
            first, half = middle, height
        row.append(occurrence)
    return ordered + sorted(row, key=_left)


def without_repeats(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """Of those of the same text, size and place the first."""
    kept: list[Occurrence] = []
    by_cell: dict[tuple[str, float, int, int], list[tuple[float, float]]] = {}  # centres, in the cells they reach into
    for each in occurrences:
        size = round(each.font_size, 1)
        reach = max(size, 0.1) * SAME_PLACE
        cell = 4 * reach
        x, y = each.view_rect.center
        near = by_cell.get((each.text, size, int(x // cell), int(y // cell)))
        if near and any(abs(other_x - x) <= reach and abs(other_y - y) <= reach for other_x, other_y in near):
            continue
        kept.append(each)
        lines = range(int((y - reach) // cell), int((y + reach) // cell) + 1)
        for column in range(int((x - reach) // cell), int((x + reach) // cell) + 1):
            for line in lines:
                by_cell.setdefault((each.text, size, column, line), []).append((x, y))
    return kept


def _left(occurrence: Occurrence) -> float:
    return occurrence.view_rect.x
