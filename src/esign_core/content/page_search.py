"""One page searched: what its contents show, put together to lines, and of those what the queries ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from esign_core.content.absence import Absence
from esign_core.content.hits import LineHit, hits
from esign_core.content.marked import actual_texts
from esign_core.content.match import TagOptions
from esign_core.content.near_misses import guessed, near_miss
from esign_core.content.page_reader import PageReader
from esign_core.content.page_strings import PageStrings
from esign_core.content.query import Query
from esign_core.content.reading_order import Occurrence, in_reading_order, without_repeats
from esign_core.content.runs import around
from esign_core.content.trace import Trace
from esign_core.document.pages import PageNode
from esign_core.errors import PdfError
from esign_core.finding import Finding
from esign_core.geometry import Page, Rect
from esign_core.pdf.lenient import LenientFile


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What one page answers; occurrences in reading order."""

    occurrences: list[Occurrence]
    warnings: list[Finding]
    near_misses: list[Finding]


class PageSearch:
    """Queries over the pages of one document. What pages share is read once."""

    def __init__(self, file: LenientFile, queries: Sequence[Query], options: TagOptions) -> None:
        self._file = file
        self._queries = queries
        self._options = options
        self._reader = PageReader(file, guess=options.guessed)
        self._absences = [Absence(query) for query in queries]
        self._operators = 0

    @property
    def layers_unread(self) -> Iterable[str]:
        """Codes of why layers of the document were taken to be on, as far as pages were searched."""
        return self._reader.layers.damage

    def page(self, node: PageNode) -> list[PageAnswer]:
        """One answer for each query. Never a PdfError: what cannot be read is a warning. LimitExceeded passes."""
        trace = Trace(self._file, self._reader.layers, self._operators)
        asked = self._follow(node, trace)
        self._operators = trace.operators
        warnings = _warnings(node.frame, trace)
        unasked = PageAnswer([], _unread(node.frame.index, trace), [])
        return [
            self._answer(node.frame, trace, number, warnings) if number in asked else unasked
            for number in range(len(self._queries))
        ]

    def _follow(self, node: PageNode, trace: Trace) -> Sequence[int]:
        """Trace what the page shows, or nothing where it is proved that it prints no tag; the queries not so proved."""
        asked: Sequence[int] = range(len(self._queries))
        try:
            content, resources = self._reader.content(node, trace.damage), self._reader.resources(node)
            drawn = self._reader.appearances(node, trace.annotations) if self._options.annotations else []
            replacing = list(actual_texts(content))
            replaces = b"BDC" in content and resources.has_actual_text
            if not (trace.damage or trace.annotations or replaces):
                strings = PageStrings(
                    [(content, resources), *((form.content, form.names(resources, resources)) for form, _, _ in drawn)]
                )
                asked = [
                    number
                    for number, query in enumerate(self._queries)
                    if any(map(query.may_be_in, replacing)) or not self._absences[number].is_proved(strings)
                ]
                if not asked:
                    trace.unread |= strings.unread
            if asked:
                trace.follow(content, resources)
                for form, matrix, layer_off in drawn:
                    trace.draw(form, matrix, resources, layer_off)
        except PdfError as error:
            trace.damage[error.code] = None
        return asked

    def _answer(self, frame: Page, trace: Trace, number: int, warnings: list[Finding]) -> PageAnswer:
        query = self._queries[number]
        occurrences: list[Occurrence] = []
        near: dict[tuple[str, str], Finding] = {}
        for hit in hits(trace.shows, query, self._absences[number], self._file.limits):
            occurrence = _occurrence(frame, hit)
            reason = self._reason_against(frame, occurrence, hit)
            if reason is None:
                occurrences.append(occurrence)
                self._file.limits.check("matches", len(occurrences))
            elif hit.reason is None or hit.reason == reason:  # not near in two ways at once
                near.setdefault((reason, hit.text), near_miss(reason, frame.index, hit.text))
        for occurrence in _replaced(frame, trace, query):
            if self._options.actual_text and (_is_shown(frame, occurrence.rect) or self._options.outside_crop):
                occurrences.append(occurrence)
            else:
                near.setdefault(("TAG_ACTUAL_TEXT", ""), near_miss("TAG_ACTUAL_TEXT", frame.index, ""))
        findings = list(near.values())
        if not (occurrences or findings or self._options.guessed):
            shows = self._absences[number].guesses(trace.shows)
            findings = [each for each in [guessed(self._reader.shared, shows, query, frame.index)] if each]
        return PageAnswer(in_reading_order(without_repeats(occurrences)), warnings, findings)

    def _reason_against(self, frame: Page, occurrence: Occurrence, hit: LineHit) -> str | None:
        options = self._options
        if hit.unseen and not (options.hidden if hit.unseen == "TAG_HIDDEN" else options.layers_off):
            return hit.unseen
        if not _is_shown(frame, occurrence.rect) and not options.outside_crop:
            return "TAG_OUTSIDE_PAGE"
        return hit.reason


def _occurrence(frame: Page, hit: LineHit) -> Occurrence:
    rect = Rect(*hit.box)
    return Occurrence(
        frame.index,
        hit.text,
        rect,
        frame.to_view(rect),
        hit.font_size * frame.user_unit,
        hit.unseen is None and _is_shown(frame, rect),
        hit.evidence,
    )


def _replaced(frame: Page, trace: Trace, query: Query) -> Iterator[Occurrence]:
    """Where /ActualText says what is searched for, and what is printed does not."""
    for replaced in trace.replaced:
        if not any(hit.exact for hit in query.hits(replaced.text)):
            continue
        runs = [run for show in replaced.shows if not show.layer_off and show.setting.is_painted for run in show.runs]
        if not runs or query.may_be_in("".join([run.text for run in runs])):
            continue
        rect = Rect(*around([run.box(0, run.count - 1) for run in runs]))
        size = runs[0].setting.font_size * frame.user_unit
        yield Occurrence(
            frame.index, replaced.text, rect, frame.to_view(rect), size, _is_shown(frame, rect), evidence="guess"
        )


def _is_shown(frame: Page, rect: Rect) -> bool:
    """Is the middle of the box on the part of the page that is shown?"""
    crop = frame.crop_box
    return crop.x0 <= (rect.x0 + rect.x1) / 2 <= crop.x1 and crop.y0 <= (rect.y0 + rect.y1) / 2 <= crop.y1


def _unread(page: int, trace: Trace) -> list[Finding]:
    return [Finding.of("FONT_NOT_READ", page_index=page, page=page + 1, font=font) for font in trace.unread]


def _warnings(frame: Page, trace: Trace) -> list[Finding]:
    page = frame.index
    return [
        *_unread(page, trace),
        *(Finding.of("CONTENT_DAMAGED", page_index=page, page=page + 1, why=code) for code in trace.damage),
        *(Finding.of("ANNOTATION_NOT_READ", page_index=page, page=page + 1, why=code) for code in trace.annotations),
    ]
