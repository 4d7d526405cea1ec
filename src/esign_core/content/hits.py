"""Where what a page shows is what is searched for: shows to lines, and of those the stretches that a query asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import chain
from typing import Literal, NamedTuple, TypeAlias

from esign_core.content.absence import Absence
from esign_core.content.bidirectional import as_read, goes_left
from esign_core.content.lines import Line, rows, strands
from esign_core.content.match import Evidence
from esign_core.content.query import Query
from esign_core.content.runs import Corners, Run
from esign_core.content.shows import Show
from esign_core.limits import Limits

Unseen: TypeAlias = Literal["TAG_HIDDEN", "TAG_LAYER_OFF"]
_BESIDE = 1  # glyphs on either side of a tag: they tell whether it stands alone


class LineHit(NamedTuple):
    """A stretch of a line: its box in user space, the size of its first glyph. `reason`: as in `Hit`; `unseen`: why
    nobody sees it."""

    text: str
    box: Corners
    font_size: float
    evidence: Evidence
    reason: str | None
    unseen: Unseen | None


def hits(shows: Sequence[Show], query: Query, absence: Absence, limits: Limits) -> Iterator[LineHit]:
    """Everything on the page that is what is searched for, or nearly so."""
    apart: dict[tuple[bool, bool], list[Show]] = {}  # what is not seen makes no line with what is
    for show in shows:
        apart.setdefault((not show.setting.is_painted, show.layer_off), []).append(show)
    for (hidden, layer_off), together in apart.items():
        unseen: Unseen | None = "TAG_HIDDEN" if hidden else "TAG_LAYER_OFF" if layer_off else None
        for strand in _strands(together, query, absence, limits):
            places = _tight_places(strand[0], query) if len(strand) == 1 else None
            if places is None:
                yield from _hits_on(Line(strand), query, unseen)
            elif places:
                yield from _hits_in(strand[0], places, query, unseen)


def _strands(shows: Sequence[Show], query: Query, absence: Absence, limits: Limits) -> Iterator[Sequence[Run]]:
    """The lines that may hold what is searched for."""
    candidates = absence.candidates(shows)
    if query.is_one_glyph:  # where its line goes on does not matter
        printing = [show for show in candidates if query.may_be_in(show.text)]  # cheaper than where it is
        yield from ((run,) for show in printing for run in show.runs if query.may_be_in(run.text))
        return
    if not candidates:
        return
    holding, heads, tails = ({shows[at] for at in each} for each in query.parts([show.text for show in shows]))
    jumping = {show for show in shows if show.may_jump}
    if query.is_loose and not jumping and not _is_spread(heads, tails):
        shows = [show for show in shows if show in holding]
    chosen = set(candidates)
    for row in rows(shows):
        if (
            not query.is_loose
            or not jumping.isdisjoint(row)
            or _is_spread(heads.intersection(row), tails.intersection(row))
        ):
            if not chosen.isdisjoint(row) and query.may_be_among("".join([show.text for show in row])):
                yield from _strands_of(row, query, limits)
        elif not holding.isdisjoint(row):
            # each by itself: what stands beside it does not matter, nor what is printed over it
            yield from ((run,) for show in row if show in holding for run in _runs_of(show, limits))


def _is_spread(heads: Set[Show], tails: Set[Show]) -> bool:
    """Is a show that ends as the tag begins beside another, which begins as it ends?"""
    return bool(heads and tails) and len(heads | tails) > 1


def _runs_of(show: Show, limits: Limits) -> list[Run]:
    limits.check("line_length", len(show.text))
    return show.runs


def _strands_of(row: Sequence[Show], query: Query, limits: Limits) -> Iterator[list[Run]]:
    for strand in strands(list(chain.from_iterable([show.runs for show in row]))):
        text = "".join([run.text for run in strand])
        if query.may_be_in(text):
            limits.check("line_length", len(text))
            yield strand


def _tight_places(run: Run, query: Query) -> list[tuple[int, int]] | None:
    """Where the tag stands glyph by glyph and without a gap; None where more has to be looked at than this run."""
    text = run.text
    if not query.is_loose or len(text) != run.count:
        return None
    places = query.places(text)
    if places is None or any(not run.is_tight(start, end - 1) for start, end in places):
        return None
    letters = "".join(text.split())
    if len(letters) < len(text) and len(query.places(letters) or ()) != len(places):  # with white space inside of it
        return None
    return places


def _hits_in(run: Run, places: list[tuple[int, int]], query: Query, unseen: Unseen | None) -> Iterator[LineHit]:
    """As `_hits_on`, at these places."""
    taken = 0
    for start, end in places:
        if start >= taken and (found := query.hit_at(text := run.text[start:end], 0)):
            last = end - 1
            yield LineHit(
                text, run.box(start, last), run.setting.font_size, run.evidence(start, last), found.reason, unseen
            )
            taken = end if found.exact else taken


def _hits_on(line: Line, query: Query, unseen: Unseen | None) -> Iterator[LineHit]:
    for text, first, last, reason in _stretches(line, query):
        size = line.glyph(first)[0].setting.font_size
        yield LineHit(text, line.box(first, last), size, line.evidence(first, last), reason, unseen)


def _stretches(line: Line, query: Query) -> Iterator[tuple[str, int, int, str | None]]:
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
