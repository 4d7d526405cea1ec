"""Which bytes a signature speaks of, and what came after them (ISO 32000-2, 12.8.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from esign_core.document.revisions import RevisionSpan
from esign_core.document.signatures import SignatureValue
from esign_core.finding import Finding
from esign_core.verifying.facts import Coverage, CoverageLevel

_WHITE = b"\x00\t\n\x0c\r "


@dataclass(frozen=True, slots=True)
class Extent:
    """A signature's coverage with what is wrong about its shape, and how much of the file lies behind it.

    `revision`: index of the revision that holds the signature dictionary, None when that is not known.
    """

    coverage: Coverage
    problems: tuple[Finding, ...]
    revision: int | None
    later_bytes: int
    later_revisions: int


def extent_of(value: SignatureValue, buffer: memoryview, revisions: Sequence[RevisionSpan] | None) -> Extent:
    """`revisions` None: the file does not say clearly what they are; then only the whole file is a clear extent."""
    problems = tuple(_shape(value, len(buffer)))
    holder = _holder(value, revisions)
    index = None if holder is None else holder.index
    if problems:
        return Extent(Coverage(value.byte_range, False, "unclear", 0), problems, index, 0, 0)
    end = value.byte_range[2] + value.byte_range[3]
    level = _level(buffer, end, holder)
    later = sum(revision.end > end and revision is not holder for revision in revisions or ())
    if level == "entire-file":
        later = 0
    return Extent(Coverage(value.byte_range, True, level, end), (), index, len(buffer) - end, later)


def _shape(value: SignatureValue, size: int) -> list[Finding]:
    """Two ranges that begin at byte 0 and leave out exactly the /Contents string with its brackets, nothing else."""
    numbers = value.byte_range
    if len(numbers) != 4 or min(numbers) < 0:
        return [Finding.of("BYTE_RANGE_MALFORMED")]
    start, gap_start, gap_end, end = numbers[0], numbers[0] + numbers[1], numbers[2], numbers[2] + numbers[3]
    problems = []
    if start:
        problems.append(Finding.of("BYTE_RANGE_START", start=start))
    if end > size:
        problems.append(Finding.of("BYTE_RANGE_OUTSIDE", end=end, size=size))
    if value.contents_span is None:
        problems.append(Finding.of("CONTENTS_MALFORMED"))
    elif value.contents_span != (gap_start, gap_end):
        problems.append(Finding.of("BYTE_RANGE_GAP", start=gap_start, end=gap_end))
    return problems


def _holder(value: SignatureValue, revisions: Sequence[RevisionSpan] | None) -> RevisionSpan | None:
    """The revision that wrote the signature dictionary."""
    position = value.contents_span[0] if value.contents_span else value.start
    return next((revision for revision in revisions or () if revision.start <= position < revision.end), None)


def _level(buffer: memoryview, end: int, holder: RevisionSpan | None) -> CoverageLevel:
    if end == len(buffer):
        return "entire-file"
    if holder is None:
        return "unclear"
    # Signers differ in whether the line end behind %%EOF is theirs: white space is no content.
    between = buffer[min(end, holder.end) : max(end, holder.end)]
    return "entire-revision" if len(between) <= 16 and not bytes(between).strip(_WHITE) else "partial"
