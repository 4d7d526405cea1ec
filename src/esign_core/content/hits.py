"""Where what a page shows is what is searched for: shows to lines, and of those the stretches that a query asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, TypeAlias

from esign_core.content.absence import Absence
from esign_core.content.bidirectional import as_read, goes_left
from esign_core.content.lines import Line, rows, strands
from esign_core.content.query import Query
from esign_core.content.shows import Show
from esign_core.limits import Limits

Unseen: TypeAlias = Literal["TAG_HIDDEN", "TAG_LAYER_OFF"]
_BESIDE = 1  # glyphs on either side of a tag: they tell whether it stands alone


@dataclass(frozen=True, slots=True)
class LineHit:
    """A stretch of a line, from one glyph to another. `reason`: as in `Hit`; `unseen`: why nobody sees it."""

    line: Line
    text: str
    first: int
    last: int
    reason: str | None
    unseen: Unseen | None


def hits(shows: Sequence[Show], query: Query, absence: Absence, limits: Limits) -> Iterator[LineHit]:
    """Everything on the page that is what is searched for, or nearly so."""
    apart: dict[tuple[bool, bool], list[Show]] = {}  # what is not seen makes no line with what is
    for show in shows:
        apart.setdefault((not show.setting.is_painted, show.layer_off), []).append(show)
    for (hidden, layer_off), together in apart.items():
        unseen: Unseen | None = "TAG_HIDDEN" if hidden else "TAG_LAYER_OFF" if layer_off else None
        for line in _lines(together, query, absence, limits):
            for text, first, last, reason in _hits_on(line, query):
                yield LineHit(line, text, first, last, reason, unseen)


def _lines(shows: Sequence[Show], query: Query, absence: Absence, limits: Limits) -> Iterator[Line]:
    """The lines that may hold what is searched for."""
    candidates = absence.candidates(shows)
    if query.is_one_glyph:  # where its line goes on does not matter
        yield from (Line([run]) for show in candidates for run in show.runs if query.may_be_in(run.text))
        return
    chosen = set(map(id, candidates))
    if not chosen:
        return
    for row in rows(shows):
        if chosen.isdisjoint(map(id, row)):
            continue
        texts = [show.text for show in row]
        if not query.may_be_among("".join(texts)):
            continue
        if query.is_loose and not query.may_span(texts) and not any(show.may_jump for show in row):
            # each by itself: what stands beside it does not matter, nor what is printed over it
            yield from chain.from_iterable(
                _lines_of([show], query, limits) for show in row if query.may_be_in(show.text)
            )
        else:
            yield from _lines_of(row, query, limits)


def _lines_of(row: Sequence[Show], query: Query, limits: Limits) -> Iterator[Line]:
    for strand in strands(list(chain.from_iterable(show.runs for show in row))):
        text = "".join([run.text for run in strand])
        if query.may_be_in(text):
            limits.check("line_length", len(text))
            yield Line(strand)


def _hits_on(line: Line, query: Query) -> Iterator[tuple[str, int, int, str | None]]:
    """Text, numbers of the first and the last glyph, reason."""
    places = query.places(line.letters)
    if places is None:
        text, printed_by = line.text(0, len(line))
        if query.goes_left and goes_left(text):
            text, printed_by = as_read(text, printed_by)
        for hit in query.hits(text):
            by = [number for number in printed_by[hit.start : hit.end] if number is not None]
            yield text[hit.start : hit.end], min(by), max(by), hit.reason
        return
    numbers = line.numbers() if places else ()
    taken = 0
    for start, end in places:
        if start < taken:
            continue
        first, last = numbers[start], numbers[end - 1]
        if query.is_loose and line.is_tight(first, last):
            text, at = line.letters[start:end], 0
        else:
            before, behind = max(first - _BESIDE, 0), min(last + 1 + _BESIDE, len(line))
            text, printed_by = line.text(before, behind)
            at = printed_by.index(first) + start - numbers.index(first)
        found = query.hit_at(text, at)
        if found is not None:
            yield text[found.start : found.end], first, last, found.reason
            taken = end if found.exact else taken
