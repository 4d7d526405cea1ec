"""Where objects are when the cross-reference sections do not say it: found by reading the file from front to back.

Of several objects with one number the last one counts, as it does where a file was updated. Every byte is looked at
once, but for what `trailer` dictionaries and object streams say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from esign_core.errors import EsignError
from esign_core.limits import Limits
from esign_core.pdf.lexer import TOKEN_END, parse_value
from esign_core.pdf.values import Dictionary
from esign_core.pdf.xref import Entry, Section, Subsection

_LANDMARK = re.compile(rb"endobj|obj|endstream|stream|trailer")
_HEAD = re.compile(rb"(?<!\d)(\d{1,10}+)[\x00\t\n\x0c\r ]++(\d{1,5}+)[\x00\t\n\x0c\r ]*+\Z")
_LENGTH = re.compile(rb"/Length[\x00\t\n\x0c\r ]*+(\d{1,10}+)(?![\x00\t\n\x0c\r ]++\d++[\x00\t\n\x0c\r ]++R)")
_DATA = re.compile(rb"[\t ]*+(?:\r\n|\n|\r)?+")
_END_HERE = re.compile(rb"[\x00\t\n\x0c\r ]*+endstream")
_END = re.compile(rb"endstream|endobj")
_CATALOG = re.compile(rb"/Type[\x00\t\n\x0c\r ]*+/Catalog" + TOKEN_END)
_HEAD_LENGTH = 40  # bytes in front of `obj` that may be its numbers
_ENTRIES_LENGTH = 4096  # bytes in front of `stream` searched for what kind it is
_TRAILERS = 64  # the last ones of a file
_WIDTHS = (1, 8, 4)
_ROW = sum(_WIDTHS)


@dataclass(slots=True)
class Scan:
    """What a file holds: `entries` by object number, `trailer` with the newest of each key, object streams in order."""

    entries: dict[int, Entry] = field(default_factory=dict)
    trailer: Dictionary = field(default_factory=dict)
    object_streams: list[int] = field(default_factory=list)
    trailers: deque[int] = field(default_factory=lambda: deque(maxlen=_TRAILERS))
    heads: list[tuple[int, int]] = field(default_factory=list)  # offset and number of every object, in order

    def section(self) -> Section:
        """All of it as one section."""
        numbers = sorted(self.entries)
        parts = tuple(Subsection(number, 1, _ROW * index) for index, number in enumerate(numbers))
        rows = [self.entries[number] for number in numbers]
        data = b"".join(
            (2 if row.kind == "compressed" else 1).to_bytes(1, "big")
            + row.first.to_bytes(8, "big")
            + row.second.to_bytes(4, "big")
            for row in rows
        )
        return Section("stream", 0, 0, self.trailer, -1, parts, data, _WIDTHS)

    def put_compressed(self, container: int, numbers: Sequence[int]) -> None:
        """The objects of an object stream, unless a later one of that number stands in the file itself."""
        place = self.entries[container].first
        for index, number in enumerate(numbers):
            known = self.entries.get(number)
            if known is None or known.kind == "compressed" or known.first < place:
                self.entries[number] = Entry("compressed", container, index)

    def catalogs(self, buffer: memoryview) -> list[int]:
        """Numbers of the objects in the file that say they are a catalog, the last one first."""
        offsets = [offset for offset, _ in self.heads]
        found = [bisect_right(offsets, match.start()) - 1 for match in _CATALOG.finditer(buffer)]
        return [self.heads[index][1] for index in reversed(found) if index >= 0]


def scan(buffer: memoryview, limits: Limits) -> Scan:
    """Every object and trailer of the file. LimitExceeded for more objects than are allowed."""
    found = Scan()
    position, head_end, ends = 0, 0, True
    while match := _LANDMARK.search(buffer, position):
        position = match.end()
        word = match[0]
        if word == b"obj":
            before = max(0, match.start() - _HEAD_LENGTH)
            head = _HEAD.search(bytes(buffer[before : match.start()]))
            if head:
                limits.check("objects", len(found.heads) + 1)
                number, offset = int(head[1]), before + head.start()
                found.heads.append((offset, number))
                found.entries[number] = Entry("offset", offset, int(head[2]))
                head_end = position
        elif word == b"trailer":
            found.trailers.append(position)
        elif word == b"stream" and found.heads:
            entries = bytes(buffer[max(head_end, match.start() - _ENTRIES_LENGTH) : match.start()])
            if b"/XRef" in entries:
                found.trailers.append(head_end)
            elif b"/ObjStm" in entries:
                found.object_streams.append(found.heads[-1][1])
            behind = _behind_data(buffer, position, entries) if ends else None
            ends = behind is not None
            position = behind or position
    _read_trailers(buffer, found, limits)
    return found


def _behind_data(buffer: memoryview, position: int, entries: bytes) -> int | None:
    """Where a stream's data ends: a PDF may be embedded in it as it is. None where no end is left in the file."""
    length, start = _LENGTH.search(entries), _DATA.match(buffer, position)
    if length and start and _END_HERE.match(buffer, start.end() + int(length[1])):
        return start.end() + int(length[1])
    end = _END.search(buffer, position)
    return end.start() if end else None


def _read_trailers(buffer: memoryview, found: Scan, limits: Limits) -> None:
    for position in found.trailers:
        try:
            entries, _ = parse_value(buffer, position, depth=limits.depth)
        except EsignError:  # damaged as well, or nested too deeply
            continue
        if isinstance(entries, dict):
            found.trailer |= {key: value for key, value in entries.items() if key in ("Root", "Encrypt", "ID", "Info")}
