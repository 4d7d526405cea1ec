"""Cross-reference sections: where each object is (ISO 32000-2, 7.5.4 and 7.5.8).

A section is read without visiting its entries one by one: they are rows of one width, found by arithmetic. The chain
over /Prev is followed only as far as a look-up needs, or to its end on request.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Literal, NamedTuple, TypeGuard

from esign_core.errors import PdfError
from esign_core.limits import Limits
from esign_core.pdf.lexer import SPACE, TOKEN_END, parse_value
from esign_core.pdf.plain import parse_plain
from esign_core.pdf.values import Buffer, Dictionary, Stream, Value, is_integer

_TABLE = re.compile(SPACE + rb"xref[\x00\t\n\x0c\r ]++")
_SUBSECTION = re.compile(SPACE + rb"(\d{1,10}+)[ \t]++(\d{1,10}+)[ \t]*+(?:\r\n|\n|\r)")
_TRAILER = re.compile(SPACE + rb"trailer" + TOKEN_END)
_FIRST_ROW = re.compile(rb"\d{10} \d{5} [nf]( ?+(?:\r\n|\n|\r))")
_TRAILER_SIZE = 1024  # bytes of a trailer, beyond which it is read token by token
_WHITE = b"\x00\t\n\x0c\r "
_ROW_TEXT = 18  # bytes of a row without its end, which has two
_ROW_SIZE = 20
_FREE_ROW = ord("f")
_ROW_SHAPE = bytes.maketrans(b"123456789f", b"000000000n")
SEARCH_ONLY = "; the file is damaged: it can be searched, but neither signed nor verified"
_SEARCHED_IN_TURN = 32  # sections; a file with more is looked up in one dictionary made of the older ones


class Entry(NamedTuple):
    """Where one object is: in the file (offset, generation), in an object stream (its number, index), or nowhere."""

    kind: Literal["free", "offset", "compressed"]
    first: int
    second: int


_FREE = Entry("free", 0, 0)


class Subsection(NamedTuple):
    """Consecutive object numbers; `start` is the offset of the first row in the section's `data`."""

    first: int
    length: int
    start: int


class Section(NamedTuple):
    """One cross-reference table or stream with its trailer. `start` and `end` span it in the file.

    `data` holds its rows: of a table 20 bytes each, of a stream as wide as `widths` says. `subsections` ascend and do
    not overlap, so that a look-up costs little however many a hostile file has. `hidden` is the stream beside the table
    of a hybrid-reference file (ISO 32000-2, 7.5.8.4): readers that know no streams see the table alone, and so may see
    another document.
    """

    kind: Literal["table", "stream"]
    start: int
    end: int
    trailer: Dictionary
    trailer_start: int
    subsections: tuple[Subsection, ...]
    data: bytes
    widths: tuple[int, int, int]
    hidden: Section | None = None

    @property
    def entry_count(self) -> int:
        """How many entries it has."""
        return sum(part.length for part in self.subsections) + (self.hidden.entry_count if self.hidden else 0)

    @property
    def behind(self) -> int:
        """The lowest number above all that it speaks of."""
        own = self.subsections[-1].first + self.subsections[-1].length if self.subsections else 0
        return max(own, self.hidden.behind if self.hidden else 0)

    def find(self, number: int) -> Entry | None:
        """The entry of one object; None when this section does not speak of it. What a table frees may be hidden."""
        parts, entry = self.subsections, None
        index = len(parts) - 1 if len(parts) < 2 else bisect_right(parts, number, key=_first) - 1
        if index >= 0:
            part = parts[index]
            if 0 <= number - part.first < part.length:
                entry = self._entry(part, number - part.first)
        if self.hidden and (entry is None or entry.kind == "free"):
            return self.hidden.find(number) or entry
        return entry

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """Every object number this section speaks of, in ascending order."""
        if self.hidden:
            numbers = {
                number for section in (self._replace(hidden=None), self.hidden) for number, _ in section.entries()
            }
            yield from ((number, self.find(number) or _FREE) for number in sorted(numbers))
            return
        for part in self.subsections:
            for index in range(part.length):
                yield part.first + index, self._entry(part, index)

    def in_two_places(self) -> int | None:
        """A number in use both in a table and in the stream beside it, for different objects; None: there is none."""
        table = self._replace(hidden=None)
        for number, entry in self.hidden.entries() if self.hidden else ():
            seen = table.find(number)
            if seen is not None and "free" not in (seen.kind, entry.kind) and seen != entry:
                return number
        return None

    def _entry(self, part: Subsection, index: int) -> Entry:
        if self.kind == "table":
            return self._table_entry(part.start + _ROW_SIZE * index)
        kind_width, first_width, second_width = self.widths
        size = kind_width + first_width + second_width
        at = part.start + size * index
        row = int.from_bytes(self.data[at : at + size], "big")
        second = row & (1 << 8 * second_width) - 1
        first = row >> 8 * second_width & (1 << 8 * first_width) - 1
        kind = row >> 8 * (first_width + second_width) if kind_width else 1  # no type: type 1 (ISO 32000-2, table 17)
        if kind == 1:
            return _in_file(first, second)
        return Entry("compressed", first, second) if kind == 2 else _FREE  # type 0, or one that means null (7.5.8.3)

    def _table_entry(self, position: int) -> Entry:
        data = self.data
        if data[position + 17] == _FREE_ROW:
            return _FREE
        return _in_file(int(data[position : position + 10]), int(data[position + 11 : position + 16]))


def _in_file(offset: int, generation: int) -> Entry:
    """No object is at 0, where the header is; some writers have such entries for free numbers."""
    return Entry("offset", offset, generation) if offset else _FREE


def _first(part: Subsection) -> int:
    return part.first


StreamReader = Callable[[int], tuple[Stream, bytes, int]]
"""Reads the stream object at an offset: the stream, its decoded data, the offset behind it."""


class Xref:
    """The chain of sections, newest first, loaded as far as asked for; or one section that is known already."""

    __slots__ = ("_entries", "_limits", "_next", "_older", "_read_stream", "_sections", "_source", "_visited")

    def __init__(self, source: Buffer, start: int | Section, read_stream: StreamReader, limits: Limits) -> None:
        self._source = source
        self._read_stream = read_stream
        self._limits = limits
        self._sections: list[Section] = [start] if isinstance(start, Section) else []
        self._entries = 0
        self._older: dict[int, tuple[Entry, int]] | None = None
        self._visited: set[int] = set()
        self._next: int | None = None if isinstance(start, Section) else start

    def close(self) -> None:
        """Let the document's buffer go."""
        self._sections = []
        self._older = None
        self._next = None
        self._source = b""

    @property
    def newest(self) -> Section:
        return self._sections[0] if self._sections else next(iter(self))

    def find(self, number: int) -> tuple[Entry, int] | None:
        """The newest entry of an object and the index of its section (0 is the newest)."""
        index = 0
        while index < len(self._sections) or self._load_next():  # as __iter__, without its cost
            if index == _SEARCHED_IN_TURN:
                return self._find_older(number)
            entry = self._sections[index].find(number)
            if entry is not None:
                return entry, index
            index += 1
        return None

    def _find_older(self, number: int) -> tuple[Entry, int] | None:
        if self._older is None:
            older: dict[int, tuple[Entry, int]] = {}
            for index, section in reversed(list(enumerate(self))[_SEARCHED_IN_TURN:]):
                older.update((listed, (entry, index)) for listed, entry in section.entries())
            self._older = older
        return self._older.get(number)

    def __iter__(self) -> Iterator[Section]:
        """Every section, newest first; loads them as it goes."""
        index = 0
        while index < len(self._sections) or self._load_next():
            yield self._sections[index]
            index += 1

    def _load_next(self) -> bool:
        if self._next is None:
            return False
        start = self._next
        if start in self._visited:
            raise _damaged("the sections refer to each other in a circle")
        self._visited.add(start)
        try:
            section, self._next = self._read(start)
        except BaseException:
            self._visited.remove(start)  # who asks again is told the same again
            raise
        self._entries += section.entry_count
        self._sections.append(section)
        return True

    def _read(self, start: int) -> tuple[Section, int | None]:
        """The section at `start` and the offset of the one before it."""
        self._limits.check("sections", len(self._visited))
        section = read_section(self._source, start, self._read_stream, self._limits)
        if section.kind == "table" and section.trailer.get("XRefStm") is not None:
            section = section._replace(hidden=self._read_hidden(section.trailer["XRefStm"]))
        self._limits.check("objects", self._entries + section.entry_count)
        previous = section.trailer.get("Prev")
        if previous is not None and not (is_integer(previous) and previous >= 0):
            raise _damaged("/Prev is not a number")
        return section, previous or None  # 0 is none, as in qpdf, PDFium and Poppler

    def _read_hidden(self, start: Value) -> Section:
        if not is_integer(start) or not 0 <= start < len(self._source):
            raise _damaged("/XRefStm is not an offset in the file")
        return _read_stream(start, self._read_stream)


def read_section(source: Buffer, start: int, read_stream: StreamReader, limits: Limits) -> Section:
    """The section at `start`, a table or a stream. PdfError (XREF_DAMAGED) where there is none."""
    if not 0 <= start < len(source):
        raise _damaged(f"byte {start} is outside the file")
    match = _TABLE.match(source, start)
    return _read_table(source, start, match.end(), limits) if match else _read_stream(start, read_stream)


def _read_table(source: Buffer, start: int, position: int, limits: Limits) -> Section:
    parts: list[Subsection] = []
    rows: list[bytes] = []
    length = 0
    while match := _SUBSECTION.match(source, position):
        text, position = _table_rows(source, match.end(), int(match[2]))
        parts.append(Subsection(int(match[1]), int(match[2]), length))
        rows.append(text)
        length += len(text)
    limits.check("objects", len(parts))
    keyword = _TRAILER.match(source, position)
    if keyword is None:
        raise _damaged(f"no trailer at byte {position}")
    trailer, end = _trailer(source, keyword.end(), limits)
    if not isinstance(trailer, dict):
        raise _damaged(f"no trailer dictionary at byte {keyword.end()}")
    return Section("table", start, end, trailer, keyword.end(), _in_order(parts), b"".join(rows), (0, 0, 0))


def _trailer(source: Buffer, position: int, limits: Limits) -> tuple[Value, int]:
    """The value behind the keyword, as a rule up to `startxref`, and the offset behind it."""
    text, found, _ = bytes(source[position : position + _TRAILER_SIZE]).partition(b"startxref")
    text = text.rstrip(_WHITE)
    if found and (plain := parse_plain(text, limits.depth)):
        return plain[0], position + len(text)
    return parse_value(source, position, depth=limits.depth)


def _table_rows(source: Buffer, position: int, count: int) -> tuple[bytes, int]:
    """The rows of one subsection, 20 bytes each (ISO 32000-2, 7.5.4), and the offset behind them.

    Some writers end their rows with a line feed alone, or with a byte too many. But all rows end alike: among rows of
    different lengths, who counts bytes and who reads lines see different tables.
    """
    if not count:
        return b"", position
    first = _FIRST_ROW.match(source, position)
    if first is None:
        raise _damaged(f"no entry can be read at byte {position}")
    size, end = _ROW_TEXT + len(first[1]), position + (_ROW_TEXT + len(first[1])) * count
    rows = bytes(source[position:end])
    if len(rows) < size * count or rows.translate(_ROW_SHAPE) != (b"0000000000 00000 n" + first[1]) * count:
        raise _damaged(f"the entries at byte {position} are not {count} of {size} bytes")
    if size != _ROW_SIZE:
        rows = b"".join(rows[start : start + _ROW_TEXT] + b" \n" for start in range(0, len(rows), size))
    return rows, end


def _read_stream(start: int, read_stream: StreamReader) -> Section:
    stream, data, end = read_stream(start)
    entries = stream.entries
    if entries.get("Type") != "XRef":
        raise _damaged(f"neither table nor stream at byte {start}")
    widths, index = entries.get("W"), entries.get("Index", [0, entries.get("Size")])
    if not _whole_numbers(widths, 3) or not _whole_numbers(index, None):
        raise _damaged("/W or /Index is malformed")
    row = sum(widths)
    if not 0 < row <= 64 or len(index) % 2:
        raise _damaged("/W or /Index is malformed")
    parts: list[Subsection] = []
    position = 0
    for first, count in zip(index[::2], index[1::2], strict=True):
        parts.append(Subsection(first, count, position))
        position += count * row
    if position > len(data):
        raise _damaged(f"{position} bytes of entries are announced and {len(data)} are there")
    return Section("stream", start, end, entries, -1, _in_order(parts), data, (widths[0], widths[1], widths[2]))


def _in_order(parts: list[Subsection]) -> tuple[Subsection, ...]:
    ordered = sorted((part for part in parts if part.length), key=_first)
    for lower, upper in pairwise(ordered):
        if lower.first + lower.length > upper.first:
            raise _damaged(f"object {upper.first} is listed twice")
    return tuple(ordered)


def _whole_numbers(value: object, length: int | None) -> TypeGuard[list[int]]:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        return False
    return all(is_integer(item) and item >= 0 for item in value)


def _damaged(why: str) -> PdfError:
    return PdfError(f"the cross-reference section cannot be read: {why}{SEARCH_ONLY}", code="XREF_DAMAGED")
