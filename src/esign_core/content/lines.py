"""Runs put together to lines of text, by where they are printed and not by the order in which they were drawn.

rows      what is shown in one direction on one baseline
strands   the runs of a row that stand side by side; what is printed over them is a strand of its own
Line      a strand as text, with a space where a gap, or a space glyph, parts two glyphs
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from itertools import accumulate

from esign_core.content.match import Evidence, weakest
from esign_core.content.runs import TIGHT, Corners, Run, around
from esign_core.content.shows import Show

_SAME_BASELINE = 0.1  # ems
_KERNING = 0.3  # ems that two runs may overlap, or half of the shorter one, before one is printed over the other
_SPACE_GAP = 0.08  # ems, where a space glyph was shown between the two
_WIDEST_SPACING = 0.5  # ems; letters further apart make no word
_AHEAD = 0.2  # ems; of two glyphs that begin closer together one is printed over the other
_MOST_STRANDS = 8  # of one row; honest pages have 2, where text is printed twice


class Line:
    """The glyphs of a strand that are no white space, in reading order and numbered so.

    `letters` is all they print, without the gaps between them.
    """

    def __init__(self, strand: Sequence[Run]) -> None:
        self._runs = strand
        self._inked = [_inked(run) for run in strand]  # for each run the indices of its glyphs that are no white space
        self._firsts = list(accumulate(map(len, self._inked), initial=0))  # number of the first glyph of each run
        self.letters = "".join([_letters(run, inked) for run, inked in zip(strand, self._inked, strict=True)])

    def __len__(self) -> int:
        return self._firsts[-1]

    def glyph(self, number: int) -> tuple[Run, int]:
        """The run that shows it, and its index there."""
        at = bisect_right(self._firsts, number) - 1 if len(self._runs) > 1 else 0
        return self._runs[at], self._inked[at][number - self._firsts[at]]

    def numbers(self) -> Sequence[int]:
        """For each of the letters the number of the glyph that prints it."""
        if len(self.letters) == len(self):
            return range(len(self))
        numbers: list[int] = []
        for run, inked, first in zip(self._runs, self._inked, self._firsts, strict=False):
            glyphs = run.glyphs()
            for number, index in enumerate(inked, first):
                numbers += [number] * len(glyphs[index].text.strip())
        return numbers

    def is_tight(self, first: int, last: int) -> bool:
        """Is it plain that the glyphs from `first` to `last` are printed without a gap?"""
        (run, start), (other, end) = self.glyph(first), self.glyph(last)
        return run is other and end - start == last - first and run.is_tight(start, end)

    def box(self, first: int, last: int) -> Corners:
        """Around the glyphs from `first` to `last`, in user space."""
        (run, start), (other, end) = self.glyph(first), self.glyph(last)
        if run is other and end - start == last - first:
            return run.box(start, end)
        return around([run.box(at, at) for run, at in map(self.glyph, range(first, last + 1))])

    def evidence(self, first: int, last: int) -> Evidence:
        """The weakest of what tells which characters the glyphs from `first` to `last` print."""
        (run, start), (other, end) = self.glyph(first), self.glyph(last)
        if run is other:
            return run.evidence(start, end)
        return weakest({run.evidence(at, at) for run, at in map(self.glyph, range(first, last + 1))})

    def text(self, first: int, last: int) -> tuple[str, list[int | None]]:
        """The glyphs of these numbers, the last one not included, as text, and for each of its characters the number of
        the glyph that prints it (None: a gap)."""
        text: list[str] = []
        numbers: list[int | None] = []
        for number in range(first, last):
            if number > first and self._is_parted(number):
                text.append(" ")
                numbers.append(None)
            printed = self._printed(number)
            text.append(printed)
            numbers += [number] * len(printed)
        return "".join(text), numbers

    def _printed(self, number: int) -> str:
        run, index = self.glyph(number)
        return run.glyphs(index, index)[0].text.strip()

    def _is_parted(self, number: int) -> bool:
        """Does a space part the glyph from the one in front of it?

        Where no space glyph was shown the gap decides: it is a space when it is wider than the gaps beside it, or than
        the character spacing, by `TIGHT`.
        """
        gap = self._gap(number)
        after_space = self._is_after_space(number)
        if gap < (_SPACE_GAP if after_space else TIGHT):
            return False
        if after_space:
            return True
        beside = [
            self._gap(other)
            for other in (number - 1, number + 1)
            if 1 <= other < len(self) and not self._is_after_space(other)
        ]
        spacing = max(min(beside, default=0.0), self.glyph(number - 1)[0].setting.spacing)
        return gap >= TIGHT + min(max(spacing, 0.0), _WIDEST_SPACING)

    def _is_after_space(self, number: int) -> bool:
        """Was white space shown between the glyph and the one in front of it?"""
        (left, left_index), (right, right_index) = self.glyph(number - 1), self.glyph(number)
        if left is right:
            return right_index - left_index > 1
        if left_index < left.count - 1 or right_index > 0:
            return True
        between = bisect_right(self._firsts, number) - 2  # a run of nothing but white space between the two?
        return self._runs[between] is not left

    def _gap(self, number: int) -> float:
        """In ems, between the glyph and the one in front of it."""
        (left, left_index), (right, right_index) = self.glyph(number - 1), self.glyph(number)
        if left is right and right_index - left_index == 1:
            setting = left.setting
            return setting.spacing + left.shifts.get(right_index, 0.0) * setting.unit / setting.em
        end = left.span(left_index)[1]
        if left_index + 1 < left.count:  # the space that is between them may begin within the glyph
            end = min(end, left.span(left_index + 1)[0])
        return (right.span(right_index)[0] - end) / min(left.setting.em, right.setting.em)


def _inked(run: Run) -> Sequence[int]:
    text = run.text
    if len(text) != run.count:
        return [index for index, glyph in enumerate(run.glyphs()) if not glyph.text.isspace()]
    words = text.split()
    if len(words) == 1 and len(words[0]) == len(text):
        return range(len(text))
    if sum(map(len, words)) + text.count(" ") == len(text):
        return [index for index, character in enumerate(text) if character != " "]
    return [index for index, character in enumerate(text) if not character.isspace()]


def _letters(run: Run, inked: Sequence[int]) -> str:
    if len(run.text) == run.count:
        return "".join(run.text.split())
    glyphs = run.glyphs()
    return "".join([glyphs[index].text.strip() for index in inked])


def rows(shows: Sequence[Show]) -> Iterator[list[Show]]:
    """Each in the order in which it was drawn."""
    by_place = sorted([(show.setting.angle, show.offset, order) for order, show in enumerate(shows)])
    row: list[int] = []
    first_angle, first_offset, first_reach = 0, 0.0, 0.0
    for angle, offset, order in by_place:
        if row:
            beyond = offset - first_offset
            if angle != first_angle or beyond > first_reach or beyond > _SAME_BASELINE * shows[order].setting.font_size:
                yield [shows[at] for at in sorted(row)]
                row = []
        if not row:
            first_angle, first_offset = angle, offset
            first_reach = _SAME_BASELINE * shows[order].setting.font_size
        row.append(order)
    if row:
        yield [shows[at] for at in sorted(row)]


def strands(row: Sequence[Run]) -> list[list[Run]]:
    """Each in reading order."""
    if len(row) < 2:
        return [list(row)] if row else []
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
    last: tuple[Run, _Strand] | None = None
    for run in row:
        if run.text.isspace():
            blanks.append(run)
            continue
        start, end = _ink_span(run)
        strand = next((strand for strand in found if strand.has_room(start, end, run.setting.em)), None)
        if last and last[1] is not strand and _goes_on(last[0], run):
            strand = last[1]
        if strand is None:
            if len(found) < _MOST_STRANDS:
                found.append(_Strand())
            strand = found[-1]
        strand.put(start, end, run)
        last = run, strand
    for run in blanks:
        for strand in found:
            if strand.has_room(run.start, run.end, run.setting.em):
                strand.put(run.start, run.end, run)
                break
    return [strand.runs for strand in found]


def _goes_on(last: Run, run: Run) -> bool:
    """Does the run, which was drawn next, overlap no more than the last glyph of the one before, and that in part?

    So it does, glyph by glyph, in fonts whose widths are too large."""
    if last.setting is not run.setting or not last.start < run.start < last.end:
        return False
    return run.start > last.span(last.count - 1)[0] + _AHEAD * run.setting.em


def _ink_span(run: Run) -> tuple[float, float]:
    if not (run.text[0].isspace() or run.text[-1].isspace()):
        return run.start, run.end
    inked = _inked(run)
    return run.span(inked[0])[0], run.span(inked[-1])[1]
