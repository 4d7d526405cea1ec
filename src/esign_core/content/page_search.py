"""One page searched: what its contents show, put together to lines, and of those what the query asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from esign_core.content.absence import Absence
from esign_core.content.lines import Line, rows, strands
from esign_core.content.match import EVIDENCE, TagMatch, TagOptions
from esign_core.content.query import Hit, Query
from esign_core.content.reading_order import in_reading_order, without_repeats
from esign_core.content.resources import Resources, Shared, read_resources
from esign_core.content.runs import Run, around
from esign_core.content.trace import Trace
from esign_core.document.pages import PageNode, contents
from esign_core.errors import PdfError
from esign_core.finding import Finding
from esign_core.geometry import Page, Rect
from esign_core.pdf.objects import PdfFile


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What one page answers; matches in reading order, their ordinals still 0."""

    matches: list[TagMatch]
    warnings: list[Finding]
    near_misses: list[Finding]


class PageSearch:
    """One query over the pages of one document. What pages share is read once."""

    def __init__(self, file: PdfFile, query: Query, options: TagOptions) -> None:
        self._file = file
        self._query = query
        self._options = options
        self._shared = Shared(file)
        self._absence = Absence(query)
        self._operators = 0
        self.digest = hashlib.sha256(file.buffer).hexdigest()  # of the document

    def page(self, node: PageNode) -> PageAnswer:
        """Never a PdfError: what cannot be read is a warning. LimitExceeded passes."""
        trace = self._trace(node)
        self._operators = trace.operators
        matches: list[TagMatch] = []
        near: dict[tuple[str, str], Finding] = {}
        for match, reason in self._hits(node.frame, trace):
            if reason is None:
                matches.append(match)
                self._file.limits.check("matches", len(matches))
            else:
                near.setdefault((reason, match.text), _near_miss(reason, match))
        return PageAnswer(in_reading_order(without_repeats(matches)), _warnings(node.frame, trace), list(near.values()))

    def _trace(self, node: PageNode) -> Trace:
        """Everything the page shows; nothing at all where it is proved that it does not print the tag."""
        trace = Trace(self._file.limits, self._operators)
        try:
            content = self._content(node, trace)
            resources = read_resources(self._shared, node.entries.get("Resources")) or Resources(self._shared, {})
            if trace.damage or not self._absence.is_proved(content, resources):
                trace.follow(content, resources)
        except PdfError as error:
            trace.damage[error.code] = None
        return trace

    def _content(self, node: PageNode, trace: Trace) -> bytes:
        """The page's streams as one (ISO 32000-2, 7.8.2), up to the first that cannot be decoded."""
        parts: list[bytes] = []
        try:
            for stream in contents(self._file, node):
                parts.append(self._file.data(stream))  # noqa: PERF401 - what was read before the damage is kept
        except PdfError as error:
            trace.damage[error.code] = None
        return b"\n".join(parts)

    def _hits(self, frame: Page, trace: Trace) -> Iterator[tuple[TagMatch, str | None]]:
        """Each with the reason why it is only a near miss, None for a match."""
        for painted in (True, False):
            for line in self._lines([run for run in trace.runs if run.setting.is_painted is painted]):
                for hit in self._query.hits(line.text):
                    match = self._match(frame, line, hit, painted)
                    reason = self._reason_against(frame, match, painted)
                    if hit.exact:
                        yield match, reason
                    elif reason is None:
                        yield match, "TAG_OTHER_CASE"

    def _lines(self, runs: Sequence[Run]) -> Iterator[Line]:
        for row in rows(runs):
            if not self._query.may_be_among("".join([run.text for run in row])):
                continue
            for strand in strands(row):
                text = "".join([run.text for run in strand])
                if self._query.may_be_in(text):
                    self._file.limits.check("line_length", len(text))
                    yield Line(strand)

    def _match(self, frame: Page, line: Line, hit: Hit, painted: bool) -> TagMatch:
        glyphs = list(dict.fromkeys(ink for ink in line.ink[hit.start : hit.end] if ink is not None))
        rect = Rect(*around(ink.run.box(ink.at, ink.start) for ink in glyphs))
        return TagMatch(
            document_sha256=self.digest,
            document_length=len(self._file.buffer),
            page_index=frame.index,
            ordinal=0,
            text=line.text[hit.start : hit.end],
            rect=rect,
            view_rect=frame.to_view(rect),
            font_size=glyphs[0].run.setting.font_size * frame.user_unit,
            visible=painted and _is_shown(frame, rect),
            evidence=max((ink.run.glyphs[ink.at].evidence for ink in glyphs), key=EVIDENCE.index),
        )

    def _reason_against(self, frame: Page, match: TagMatch, painted: bool) -> str | None:
        if not painted and not self._options.hidden:
            return "TAG_HIDDEN"
        if not _is_shown(frame, match.rect) and not self._options.outside_crop:
            return "TAG_OUTSIDE_PAGE"
        return None


def _is_shown(frame: Page, rect: Rect) -> bool:
    """Is the middle of the box on the part of the page that is shown?"""
    crop = frame.crop_box
    return crop.x0 <= (rect.x0 + rect.x1) / 2 <= crop.x1 and crop.y0 <= (rect.y0 + rect.y1) / 2 <= crop.y1


def _near_miss(reason: str, match: TagMatch) -> Finding:
    page = match.page_index
    if reason == "TAG_OTHER_CASE":
        return Finding.of(reason, page_index=page, page=page + 1, text=match.text)
    return Finding.of(reason, page_index=page, page=page + 1)


def _warnings(frame: Page, trace: Trace) -> list[Finding]:
    page = frame.index
    return [
        *(Finding.of("FONT_NOT_READ", page_index=page, page=page + 1, font=font) for font in trace.unread),
        *(Finding.of("CONTENT_DAMAGED", page_index=page, page=page + 1, why=code) for code in trace.damage),
    ]
