"""What an embedded TrueType or OpenType font program says about its glyphs (OpenType 1.9).

Tables `cmap` and `post` say what they print, `loca` and `glyf` whether they print, `hmtx` how wide they are. A program
is read as far as it is sane: a table that is damaged says nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from esign_core.content.encodings import NONE, character, encoding_table, glyph_text, mac_glyph_texts

_UNICODE = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))  # (platform, encoding), best first
_BY_CODE = ((3, 0), (1, 0))
_CODE_PAGES = (0x00, 0xF0, 0xF1, 0xF2)  # where (3, 0) subtables hold one-byte codes, as viewers look for them
_SYMBOL_SPACE = 0xF020
_LATIN_TEXT = b"\2"  # the first digit of PANOSE, in `OS/2`
_SYMBOL_SET = 0x80  # the highest bit of ulCodePageRange1 there; the lowest is Latin 1
_MAX_ENTRIES = 0x110000  # there are no more characters than these
_MAX_TABLES = 64
_MAC_GLYPHS = 258


class TrueType:
    """One font program. Glyphs are numbers; 0 is the one for what the font lacks, and is nowhere listed."""

    def __init__(self, program: bytes) -> None:
        self._program = program

    def table(self, tag: bytes) -> bytes:
        """One table of the font; empty where there is none."""
        offset, length = self.places.get(tag, (0, 0))
        return self._program[offset : offset + length]

    @cached_property
    def places(self) -> Mapping[bytes, tuple[int, int]]:
        """Offset and length of each table."""
        count = min(int.from_bytes(self._program[4:6], "big"), _MAX_TABLES)
        listed = self._program[12 : 12 + 16 * count]
        records = struct.iter_unpack(">4s4xLL", listed[: len(listed) // 16 * 16])
        return {name: (offset, length) for name, offset, length in records}

    # ---- which glyph

    @cached_property
    def by_character(self) -> dict[int, int]:
        """Glyph by Unicode number."""
        return next((found for kind in _UNICODE if (found := self._subtable(kind))), {})

    @cached_property
    def by_code(self) -> dict[int, int]:
        """Glyph by one-byte code, from the subtable that goes by code: (3, 0) or (1, 0) (ISO 32000-2, 9.6.5.4)."""
        for kind in _BY_CODE:
            if found := self._subtable(kind):
                codes = {number & 0xFF: glyph for number, glyph in found.items()}
                for page in reversed(_CODE_PAGES):
                    codes.update((number & 0xFF, glyph) for number, glyph in found.items() if number >> 8 == page)
                return codes
        return {}

    @cached_property
    def text_codes(self) -> Mapping[int, str]:
        """What codes print in a font for text, where the (3, 0) subtable gives them to a whole font, not to the glyphs
        of a subset one after the other: the first is that of the space, which draws nothing.

        Beyond ASCII the (1, 0) subtable has to have the code too: it is for Mac OS Roman."""
        symbols, roman = self._subtable((3, 0)), self._subtable((1, 0))
        if min(symbols, default=0) != _SYMBOL_SPACE or not self.is_blank(symbols[_SYMBOL_SPACE]):
            return {}
        table = encoding_table("MacRomanEncoding")
        codes = [number & 0xFF for number in symbols if number < _SYMBOL_SPACE + 0xE0]
        return {code: table[code] for code in codes if table[code] != NONE and (code < 0x7F or code in roman)}

    @property
    def is_latin(self) -> bool:
        """Does the font call itself one for text in Latin letters, and for no set of symbols?"""
        data = self.table(b"OS/2")
        return data[32:33] == _LATIN_TEXT and len(data) >= 82 and not data[78] & _SYMBOL_SET and bool(data[81] & 1)

    # ---- what it prints

    @cached_property
    def characters(self) -> dict[int, str]:
        """The text of each glyph: of the characters that select it the lowest, else what its name in `post` says."""
        texts: dict[int, str] = {}
        for number, glyph in sorted(self.by_character.items()):
            if text := character(number):
                texts.setdefault(glyph, text)
        for glyph, text in enumerate(self._post[0]):
            if text != NONE:
                texts.setdefault(glyph, text)
        return texts

    @property
    def named(self) -> Mapping[str, int]:
        """Glyph by the names in `post` that are not among the standard ones of the Macintosh."""
        return self._post[1]

    @cached_property
    def _post(self) -> tuple[list[str], dict[str, int]]:
        data, (glyphs,) = self.table(b"post"), self._numbers(b"maxp", 4, ">H", 1)
        if data[:4] == b"\0\1\0\0" and glyphs == _MAC_GLYPHS:
            return list(mac_glyph_texts()), {}
        if data[:4] != b"\0\2\0\0" or data[32:34] != glyphs.to_bytes(2, "big") or len(data) < 34 + 2 * glyphs:
            return [], {}
        names, at = [], 34 + 2 * glyphs
        while at < len(data):
            names.append(data[at + 1 : at + 1 + data[at]].decode("latin-1"))
            at += 1 + data[at]
        standard = mac_glyph_texts()
        texts: list[str] = []
        named: dict[str, int] = {}
        for glyph, index in enumerate(struct.unpack_from(f">{glyphs}H", data, 34)):
            name = names[index - _MAC_GLYPHS] if _MAC_GLYPHS <= index < _MAC_GLYPHS + len(names) else ""
            named.setdefault(name, glyph)
            texts.append(standard[index] if index < _MAC_GLYPHS else glyph_text(name) or NONE)
        named.pop("", None)
        return texts, named

    # ---- whether it prints

    def is_blank(self, glyph: int) -> bool:
        """Has the glyph no outline? Then it prints nothing, whatever the document calls it."""
        locations = self._locations
        return 0 < glyph < len(locations) - 1 and locations[glyph] == locations[glyph + 1] <= locations[-1]

    def is_blank_character(self, text: str) -> bool:
        return len(text) == 1 and self.is_blank(self.by_character.get(ord(text), 0))

    @cached_property
    def _locations(self) -> tuple[int, ...]:
        """Where in `glyf` each glyph begins, in units of `loca`, and where the last ends; none where not sane."""
        wide = self.table(b"head")[50:52] == b"\0\1"
        size, unit, kind = (4, 1, "L") if wide else (2, 2, "H")
        data, drawn = self.table(b"loca"), len(self.table(b"glyf"))
        if len(data) % size:
            return ()
        locations = struct.unpack(f">{len(data) // size}{kind}", data)
        return locations if locations and 0 < locations[-1] * unit <= drawn + 1 else ()

    # ---- how wide and how high

    def width(self, glyph: int) -> float | None:
        """The advance in thousandths; None where the program does not say."""
        widths, thousandth = self._widths
        if not widths or thousandth <= 0:
            return None
        return widths[min(glyph, len(widths) - 1)] / thousandth

    @cached_property
    def line(self) -> tuple[float, float] | None:
        """Ascent and descent in thousandths; None where the program does not say."""
        ascent, descent = self._numbers(b"hhea", 4, ">hh", 2)
        thousandth = self._widths[1]
        return (ascent / thousandth, descent / thousandth) if ascent > descent and thousandth > 0 else None

    @cached_property
    def _widths(self) -> tuple[tuple[int, ...], float]:
        """Advances, of which the last holds for all glyphs behind it, and how many units a thousandth of an em has."""
        (units,), (count,) = self._numbers(b"head", 18, ">H", 1), self._numbers(b"hhea", 34, ">H", 1)
        data = self.table(b"hmtx")
        return struct.unpack_from(f">{'Hxx' * min(count, len(data) // 4)}", data), units / 1000

    def _numbers(self, tag: bytes, at: int, kind: str, count: int) -> tuple[int, ...]:
        try:
            return struct.unpack_from(kind, self.table(tag), at)
        except struct.error:
            return (0,) * count

    # ---- cmap

    def _subtable(self, kind: tuple[int, int]) -> dict[int, int]:
        """Glyph by number, as far as the subtable of that platform and encoding is there and can be read."""
        data = self._subtables.get(kind, b"")
        reader = _FORMATS.get(int.from_bytes(data[:2], "big")) if data else None
        if reader is None:
            return {}
        found: dict[int, int] = {}
        room = _MAX_ENTRIES
        try:
            for first, glyphs in reader(data):
                if (room := room - len(glyphs)) < 0:
                    break
                found.update(zip(range(first, first + len(glyphs)), glyphs, strict=True))
        except struct.error:
            pass
        return {number: glyph for number, glyph in found.items() if glyph}

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


# Readers of the formats of a subtable: runs of glyphs, each with the number that selects its first.
_Run = tuple[int, "range | bytes | tuple[int, ...] | list[int]"]


def _format_0(data: bytes) -> Iterable[_Run]:
    yield 0, data[6:262]


def _format_4(data: bytes) -> Iterable[_Run]:
    (segments,) = struct.unpack_from(">H", data, 6)
    segments //= 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{segments}H", data, at)
        for at in (14, 16 + 2 * segments, 16 + 4 * segments, 16 + 6 * segments)
    )
    for index, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        count = min(end, 0xFFFE) + 1 - start
        if count <= 0:
            continue
        if not offset:
            first = (start + delta) & 0xFFFF
            glyphs = range(first, first + count)
            yield start, glyphs if first + count <= 0x10000 else [glyph & 0xFFFF for glyph in glyphs]
        else:  # counted from its own place in the table
            at = 16 + 6 * segments + 2 * index + offset
            count = max(min(count, (len(data) - at) // 2), 0)
            listed = struct.unpack_from(f">{count}H", data, at)
            yield start, [(glyph + delta) & 0xFFFF if glyph else 0 for glyph in listed] if delta else listed


def _format_6(data: bytes) -> Iterable[_Run]:
    first, count = struct.unpack_from(">HH", data, 6)
    yield first, struct.unpack_from(f">{count}H", data, 10)


def _format_12(data: bytes) -> Iterable[_Run]:
    (groups,) = struct.unpack_from(">L", data, 12)
    for index in range(groups):
        start, end, glyph = struct.unpack_from(">LLL", data, 16 + 12 * index)
        yield start, range(glyph, glyph + max(min(end + 1 - start, 0x10000), 0))


_FORMATS: Mapping[int, Callable[[bytes], Iterable[_Run]]] = {0: _format_0, 4: _format_4, 6: _format_6, 12: _format_12}
