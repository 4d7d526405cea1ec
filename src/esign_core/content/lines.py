"""Runs put together to lines of text, by where they are printed and not by the order in which they were drawn.

rows      the runs of one direction on one baseline
strands   the runs of a row that stand side by side; what is printed over them is a strand of its own
Line      a strand as text, with a space where a gap, or a space glyph, parts two glyphs
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import atan2, degrees
from typing import NamedTuple

from esign_core.content.runs import Run

_SAME_BASELINE = 0.1  # ems
_KERNING = 0.3  # ems that two runs may overlap, or half of the shorter one, before one is printed over the other
_GAP = 0.2  # ems beyond even letter-spacing: a space, as TeX writes it
_SPACE_GAP = 0.08  # ems, where a space glyph was shown between the two
_WIDEST_SPACING = 0.5  # ems; letters further apart make no word
_MOST_STRANDS = 8  # of one row; honest pages have 2, where text is printed twice


class Ink(NamedTuple):
    """Glyph number `at` of `run`, which is no white space; `start` and `end` as in `Run`."""

    run: Run
    at: int
    start: float
    end: float


class Line:
    """`text`, and for each of its characters the glyph that prints it (None: a gap)."""

    def __init__(self, strand: Sequence[Run]) -> None:
        glyphs, spaces = _glyphs(strand)
        text: list[str] = []
        self.ink: list[Ink | None] = []
        for glyph, parted in zip(glyphs, _parted(glyphs, spaces), strict=True):
            if parted:
                text.append(" ")
                self.ink.append(None)
            printed = glyph.run.glyphs[glyph.at].text.strip()
            text.append(printed)
            self.ink.extend([glyph] * len(printed))
        self.text = "".join(text)


def rows(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Each in the order in which its runs were drawn."""
    by_place = sorted(
        (round(degrees(atan2(run.setting.direction[1], run.setting.direction[0]))) % 360, run.offset, order)
        for order, run in enumerate(runs)
    )
    row: list[int] = []
    first_angle, first_offset = 0, 0.0
    for angle, offset, order in by_place:
        if row:
            reach = _SAME_BASELINE * min(runs[order].setting.font_size, runs[row[0]].setting.font_size)
            if angle != first_angle or offset - first_offset > reach:
                yield [runs[at] for at in sorted(row)]
                row = []
        if not row:
            first_angle, first_offset = angle, offset
        row.append(order)
    if row:
        yield [runs[at] for at in sorted(row)]


def strands(row: Sequence[Run]) -> list[list[Run]]:
    """Each in reading order."""
    ordered = sorted(row, key=lambda run: run.start)
    end = ordered[0].start
    for run in ordered:
        if _clash(ordered[0].start, end, run.start, run.end, run.setting.em):
            return _strands_apart(row)
        end = max(end, run.end)
    return [ordered]


def _clash(start: float, end: float, other_start: float, other_end: float, em: float) -> bool:
    overlap = min(end, other_end) - max(start, other_start)
    return overlap > 0 and overlap > min(_KERNING * em, min(end - start, other_end - other_start) / 2)


class _Strand:
    def __init__(self) -> None:
        self._spans: list[tuple[float, float, int, Run]] = []

    def has_room(self, start: float, end: float, em: float) -> bool:
        at = bisect_left(self._spans, (start,))
        neighbours = self._spans[max(at - 1, 0) : at + 1]
        return not any(_clash(left, right, start, end, em) for left, right, _, _ in neighbours)

    def put(self, start: float, end: float, run: Run) -> None:
        insort(self._spans, (start, end, len(self._spans), run))

    @property
    def runs(self) -> list[Run]:
        return [run for _, _, _, run in self._spans]


def _strands_apart(row: Sequence[Run]) -> list[list[Run]]:
    """A run goes to the first strand with room where it has ink. White space takes no room away, and none over ink."""
    found: list[_Strand] = []
    blanks: list[Run] = []
    for run in row:
        if run.text.isspace():
            blanks.append(run)
            continue
        start, end = _ink_span(run)
        strand = next((strand for strand in found if strand.has_room(start, end, run.setting.em)), None)
        if strand is None:
            if len(found) < _MOST_STRANDS:
                found.append(_Strand())
            strand = found[-1]
        strand.put(start, end, run)
    for run in blanks:
        for strand in found:
            if strand.has_room(run.start, run.end, run.setting.em):
                strand.put(run.start, run.end, run)
                break
    return [strand.runs for strand in found]


def _ink_span(run: Run) -> tuple[float, float]:
    if not (run.text[0].isspace() or run.text[-1].isspace()):
        return run.start, run.end
    inked = [span for span, glyph in zip(run.spans(), run.glyphs, strict=True) if not glyph.text.isspace()]
    return inked[0][0], inked[-1][1]


def _glyphs(strand: Sequence[Run]) -> tuple[list[Ink], list[bool]]:
    """The glyphs that are no white space, and for each whether white space was shown in front of it."""
    glyphs: list[Ink] = []
    spaces: list[bool] = []
    space = False
    for run in strand:
        for index, (glyph, (start, end)) in enumerate(zip(run.glyphs, run.spans(), strict=True)):
            if glyph.text.isspace():
                space = True
            else:
                glyphs.append(Ink(run, index, start, end))
                spaces.append(space)
                space = False
    return glyphs, spaces


def _parted(glyphs: Sequence[Ink], spaces: Sequence[bool]) -> list[bool]:
    """For each glyph whether a space parts it from the one in front of it.

    Where no space glyph was shown the gap decides: it is a space when it is wider than the gaps beside it, or than the
    character spacing, by `_GAP`.
    """
    gaps = [0.0]
    for left, right in pairwise(glyphs):
        gaps.append((right.start - left.end) / min(left.run.setting.em, right.run.setting.em))
    parted = [False] * len(glyphs)
    for at in range(1, len(glyphs)):
        gap = gaps[at]
        if spaces[at] and gap >= _SPACE_GAP:
            parted[at] = True
        elif gap >= _GAP:
            beside = [gaps[i] for i in (at - 1, at + 1) if 1 <= i < len(gaps) and not spaces[i]]
            spacing = max(min(beside, default=0.0), glyphs[at - 1].run.setting.char_spacing)
            parted[at] = gap >= _GAP + min(max(spacing, 0.0), _WIDEST_SPACING)
    return parted
