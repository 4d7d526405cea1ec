"""What an embedded TrueType font program says about its glyphs: tables `cmap`, `loca` and `glyf` (OpenType 1.9).

A program is read as far as it is sane: a table that is damaged says nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cached_property

_UNICODE = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))  # (platform, encoding), best first
_BY_CODE = ((3, 0), (1, 0))
_MAX_ENTRIES = 0x110000  # there are no more characters than these
_MAX_TABLES = 64


class TrueType:
    """One font program. Glyphs are numbers; 0 is the one for what the font lacks, and is nowhere listed."""

    def __init__(self, program: bytes) -> None:
        self._program = program

    def table(self, tag: bytes) -> bytes:
        """One table of the font; empty where there is none."""
        try:
            (count,) = struct.unpack_from(">H", self._program, 4)
            for index in range(min(count, _MAX_TABLES)):
                name, _, offset, length = struct.unpack_from(">4sLLL", self._program, 12 + 16 * index)
                if name == tag:
                    return self._program[offset : offset + length]
        except struct.error:
            pass
        return b""

    @cached_property
    def by_character(self) -> dict[int, int]:
        """Glyph by Unicode number."""
        for kind in _UNICODE:
            if kind in self._subtables and (found := dict(_entries(self._subtables[kind]))):
                return found
        return {}

    @cached_property
    def by_code(self) -> dict[int, int]:
        """Glyph by one-byte code, from the subtable that goes by code: (3, 0) or (1, 0) (ISO 32000-2, 9.6.5.4)."""
        for kind in _BY_CODE:
            if kind in self._subtables:
                # a (3, 0) subtable holds the codes at 0xF000, at 0x0000, or elsewhere in the private use area
                return {number & 0xFF: glyph for number, glyph in _entries(self._subtables[kind])}
        return {}

    @cached_property
    def characters(self) -> dict[int, str]:
        """The character that each glyph draws; of several the lowest."""
        characters: dict[int, str] = {}
        for number, glyph in sorted(self.by_character.items()):
            if 0 < number < 0xD800 or 0xDFFF < number < 0x110000:
                characters.setdefault(glyph, chr(number))
        return characters

    def is_blank(self, glyph: int) -> bool:
        """Has the glyph no outline? Then it prints nothing, whatever the document calls it."""
        size, unit, data, drawn = self._locations
        if not 0 < glyph < len(data) // size - 1:
            return False
        start = int.from_bytes(data[glyph * size : (glyph + 1) * size], "big") * unit
        end = int.from_bytes(data[(glyph + 1) * size : (glyph + 2) * size], "big") * unit
        return start == end <= drawn

    @cached_property
    def _locations(self) -> tuple[int, int, bytes, int]:
        """Of `loca`: bytes of an entry, what they count in, the entries (none where not sane); length of `glyf`."""
        wide = self.table(b"head")[50:52] == b"\0\1"
        size, unit = (4, 1) if wide else (2, 2)
        data, drawn = self.table(b"loca"), len(self.table(b"glyf"))
        last = int.from_bytes(data[-size:], "big") * unit
        return size, unit, data if len(data) % size == 0 and 0 < last <= drawn + 1 else b"", drawn

    @cached_property
    def _subtables(self) -> dict[tuple[int, int], bytes]:
        data = self.table(b"cmap")
        subtables: dict[tuple[int, int], bytes] = {}
        try:
            (count,) = struct.unpack_from(">H", data, 2)
            for index in range(min(count, _MAX_TABLES)):
                platform, encoding, offset = struct.unpack_from(">HHL", data, 4 + 8 * index)
                subtables[platform, encoding] = data[offset:]
        except struct.error:
            pass
        return subtables


def _entries(data: bytes) -> Iterator[tuple[int, int]]:
    """(number, glyph) pairs of one subtable, as far as it can be read."""
    reader = {0: _format_0, 4: _format_4, 6: _format_6, 12: _format_12}.get(int.from_bytes(data[:2], "big"))
    if reader is None:
        return
    try:
        for count, (number, glyph) in enumerate(reader(data)):
            if count >= _MAX_ENTRIES:
                return
            if glyph:
                yield number, glyph
    except struct.error:
        return


def _format_0(data: bytes) -> Iterator[tuple[int, int]]:
    yield from enumerate(data[6:262])


def _format_4(data: bytes) -> Iterator[tuple[int, int]]:
    (segments,) = struct.unpack_from(">H", data, 6)
    segments //= 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{segments}H", data, at)
        for at in (14, 16 + 2 * segments, 16 + 4 * segments, 16 + 6 * segments)
    )
    for index, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for number in range(start, min(end, 0xFFFE) + 1):
            glyph = number
            if offset:  # counted from its own place in the table
                at = 16 + 6 * segments + 2 * index + offset + 2 * (number - start)
                glyph = int.from_bytes(data[at : at + 2], "big")
            yield number, (glyph + delta) & 0xFFFF if glyph or not offset else 0


def _format_6(data: bytes) -> Iterator[tuple[int, int]]:
    first, count = struct.unpack_from(">HH", data, 6)
    yield from enumerate(struct.unpack_from(f">{count}H", data, 10), first)


def _format_12(data: bytes) -> Iterator[tuple[int, int]]:
    (groups,) = struct.unpack_from(">L", data, 12)
    for index in range(groups):
        start, end, glyph = struct.unpack_from(">LLL", data, 16 + 12 * index)
        for number in range(start, min(end, start + 0xFFFF) + 1):
            yield number, glyph + number - start
