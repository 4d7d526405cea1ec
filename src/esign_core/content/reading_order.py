"""Matches of one page in the order in which a person reads them, each once however often it is drawn."""

from __future__ import annotations

from collections.abc import Iterable

from esign_core.content.match import TagMatch

_SAME_PLACE = 0.1  # of the font size: text drawn twice to look bold


def in_reading_order(matches: Iterable[TagMatch]) -> list[TagMatch]:
    """From top to bottom as seen; of those that overlap by half their height, from left to right."""
    ordered: list[TagMatch] = []
    row: list[TagMatch] = []
    for match in sorted(matches, key=lambda match: match.view_rect.center[1]):
        if row:
            between = match.view_rect.center[1] - row[0].view_rect.center[1]
            if between > min(match.view_rect.height, row[0].view_rect.height) / 2:
                ordered += sorted(row, key=_left)
                row = []
        row.append(match)
    return ordered + sorted(row, key=_left)


def without_repeats(matches: Iterable[TagMatch]) -> list[TagMatch]:
    """Of matches of the same text, size and place the first."""
    kept: list[TagMatch] = []
    places: dict[tuple[str, float, int, int], tuple[float, float]] = {}
    for match in matches:
        size = round(match.font_size, 1)
        reach = max(size, 0.1) * _SAME_PLACE
        x, y = match.view_rect.center
        column, line = int(x // reach), int(y // reach)
        beside = (places.get((match.text, size, column + i, line + j)) for i in (-1, 0, 1) for j in (-1, 0, 1))
        if not any(place and abs(place[0] - x) <= reach and abs(place[1] - y) <= reach for place in beside):
            places[match.text, size, column, line] = (x, y)
            kept.append(match)
    return kept


def _left(match: TagMatch) -> float:
    return match.view_rect.x
