"""Revisions: the states a file went through, each ending at its own end-of-file marker (ISO 32000-2, 7.5.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from esign_core.pdf.objects import PdfFile
from esign_core.pdf.xref import Section

_TAIL = re.compile(
    rb"[\x00\t\n\x0c\r ]*+startxref[\x00\t\n\x0c\r ]++(\d{1,19})[\x00\t\n\x0c\r ]++%%EOF(?:\r\n|\n|\r)?+"
)


@dataclass(frozen=True, slots=True)
class RevisionSpan:
    """One revision. `start` and `end` are byte offsets: the bytes it added; its document is the file up to `end`.

    `sections` are its cross-reference sections, newest first: one, or two where a linearized file was written
    (ISO 32000-2, annex F.3). `index` counts from 0, the oldest.
    """

    index: int
    start: int
    end: int
    sections: tuple[Section, ...]


def revisions(file: PdfFile) -> tuple[RevisionSpan, ...] | None:
    """Every revision, oldest first; None when the sections do not end in order, each at its own end-of-file marker."""
    groups = _groups(file)
    if groups is None:
        return None
    spans: list[RevisionSpan] = []
    start = 0
    for index, (sections, end) in enumerate(reversed(groups)):
        if end <= start or any(not start <= section.start < end for section in sections):
            return None
        spans.append(RevisionSpan(index, start, end, sections))
        start = end
    return tuple(spans)


def _groups(file: PdfFile) -> list[tuple[tuple[Section, ...], int]] | None:
    """Sections by revision with the revision's end, newest first."""
    groups: list[tuple[tuple[Section, ...], int]] = []
    sections = list(file.sections)
    while sections:
        head = sections.pop(0)
        tail = _TAIL.match(file.buffer, head.end)
        if tail and int(tail[1]) == head.start:
            groups.append(((head,), tail.end()))
            continue
        # linearized: the first section of the file speaks of the first page, the main one stands at the end of the file
        main = sections.pop(0) if sections else None
        tail = _TAIL.match(file.buffer, main.end) if main else None
        if main is None or tail is None or int(tail[1]) != head.start:
            return None
        groups.append(((head, main), tail.end()))
    return groups
