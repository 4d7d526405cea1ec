"""What an embedded Type 1 or CFF font program says about its glyphs: their names, and the codes built into it.

Type 1: Adobe Type 1 Font Format, 2.2. CFF: Adobe Technical Note 5176; charstrings: 5177. Programs are read as far as
they are sane: one that is damaged says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from esign_core.content.standard_names import STANDARD_STRINGS, expert_charset, expert_names

HEADER = (
    65536  # bytes searched where the encrypted part does not begin; the clear part of large fonts stays below 20 kB
)

_CHARSET, _ENCODING, _CHAR_STRINGS, _ROS = 15, 16, 17, 0x0C1E  # operators of a Top DICT; 0x0C: escaped
_LARGEST_BLANK = 16  # bytes of a charstring that draws nothing: a width, a move, and the end
_END, _MOVES = 14, (4, 21, 22)  # operators of a charstring: endchar; vmoveto, rmoveto, hmoveto
_MOST_OPERANDS = 3  # in front of an endchar that draws nothing: with 4 more it draws two other glyphs


def type1_encoding(program: bytes) -> dict[int, str] | None:
    """Code to glyph name, from the clear text part; None where it is the standard encoding."""
    header = program[:HEADER].partition(b"eexec")[0]
    if re.search(rb"/Encoding\s++StandardEncoding\b", header):
        return None
    listed = re.findall(rb"dup\s++(8#)?(\d{1,3})\s*+/([^\s/(){}<>\[\]%]++)\s++put", header)
    return {
        int(code, 8 if octal else 10): name.decode("latin-1") for octal, code, name in listed if _is_sane(octal, code)
    }


def _is_sane(octal: bytes, code: bytes) -> bool:
    return not octal or not set(code) & set(b"89")


@dataclass(frozen=True)
class Cff:
    """A CFF font: glyph names by glyph index (none in a CID-keyed font, which has `cids` by glyph index instead), glyph
    indices by code (None: standard), and the charstrings."""

    names: tuple[str, ...]
    cids: tuple[int, ...]
    encoding: dict[int, int] | None
    glyphs: Sequence[bytes]

    @cached_property
    def named(self) -> dict[str, int]:
        """Glyph index by name."""
        return {name: glyph for glyph, name in reversed(list(enumerate(self.names)))}

    @cached_property
    def _draws(self) -> bool:
        """Does any glyph draw anything? If none does, that is no statement about one of them."""
        return any(not _draws_nothing(glyph) for glyph in self.glyphs[1:])

    def is_blank(self, glyph: int) -> bool:
        """Does the glyph draw nothing, for sure?"""
        return 0 < glyph < len(self.glyphs) and _draws_nothing(self.glyphs[glyph]) and self._draws


def _draws_nothing(charstring: bytes) -> bool:
    """Only numbers and moves up to the end?"""
    operands = at = 0
    while at < len(charstring) <= _LARGEST_BLANK:
        byte = charstring[at]
        if byte == _END:
            return operands <= _MOST_OPERANDS
        if byte in _MOVES:
            operands, at = 0, at + 1
        elif byte == 28 or byte >= 32:
            operands += 1
            at += 3 if byte == 28 else 1 if byte <= 246 else 2 if byte <= 254 else 5
        else:
            return False
    return False


def read_cff(program: bytes) -> Cff | None:
    """The first font of the set; None for a damaged one."""
    try:
        return _Reader(program).read()
    except (IndexError, KeyError, ValueError):
        return None


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        _, at = self.index(data[2])
        dictionaries, at = self.index(at)
        self.strings, _ = self.index(at)
        self.top = _dictionary(dictionaries[0])

    def read(self) -> Cff:
        glyphs, _ = self.index(self.top[_CHAR_STRINGS][0])
        if _ROS in self.top:
            return Cff((), tuple(self.charset(len(glyphs), cid_keyed=True)), {}, glyphs)
        names = tuple(map(self.string, self.charset(len(glyphs), cid_keyed=False)))
        offset = self.top.get(_ENCODING, [0])[0]
        return Cff(names, (), None if offset == 0 else self.encoding(offset, names), glyphs)

    def number(self, at: int, size: int) -> int:
        if at < 0 or at + size > len(self.data):
            raise IndexError
        return int.from_bytes(self.data[at : at + size], "big")

    def index(self, at: int) -> tuple[list[bytes], int]:
        """The items of an INDEX, and the offset behind it."""
        count = self.number(at, 2)
        if not count:
            return [], at + 2
        size = self.number(at + 2, 1)
        base = at + 2 + (count + 1) * size  # offsets count from the byte in front of the data
        self.number(base, 1)
        table = self.data[at + 3 : base + 1]
        offsets = [base + int.from_bytes(table[i : i + size], "big") for i in range(0, (count + 1) * size, size)]
        return [self.data[a:b] for a, b in pairwise(offsets)], offsets[-1]

    def string(self, sid: int) -> str:
        standard = len(STANDARD_STRINGS)
        return STANDARD_STRINGS[sid] if sid < standard else self.strings[sid - standard].decode("latin-1")

    def charset(self, glyphs: int, *, cid_keyed: bool) -> list[int]:
        """The string number of each glyph's name, or its CID."""
        offset = self.top.get(_CHARSET, [0])[0]
        if offset <= 2:
            return list(_predefined_charset(offset, glyphs, cid_keyed=cid_keyed))
        kind, at, numbers = self.number(offset, 1), offset + 1, [0]
        while len(numbers) < glyphs:
            first, more = self.number(at, 2), 0
            at += 2
            if kind:
                more = self.number(at, kind)
                at += kind
            numbers.extend(range(first, first + more + 1))
        return numbers[:glyphs]

    def encoding(self, offset: int, names: tuple[str, ...]) -> dict[int, int]:
        if offset == 1:
            glyphs = {name: glyph for glyph, name in enumerate(names)}
            return {code: glyphs[name] for code, name in expert_names(mac=False).items() if name in glyphs}
        kind, count, at = self.number(offset, 1), self.number(offset + 1, 1), offset + 2
        codes: list[int] = []
        for _ in range(count):
            first, more = self.number(at, 1), self.number(at + 1, 1) if kind & 0x7F else 0
            codes.extend(range(first, first + more + 1))
            at += 2 if kind & 0x7F else 1
        encoding = {code: glyph for glyph, code in enumerate(codes, 1)}
        for _ in range(self.number(at, 1) if kind & 0x80 else 0):  # supplements: further codes of glyphs
            code, name = self.number(at + 1, 1), self.string(self.number(at + 2, 2))
            if name in names:
                encoding[code] = names.index(name)
            at += 3
        return encoding


def _predefined_charset(kind: int, glyphs: int, *, cid_keyed: bool) -> Iterable[int]:
    if cid_keyed:  # wrong, but then glyphs are in the order of CIDs
        return range(glyphs)
    if kind == 0:  # ISOAdobe
        return range(min(glyphs, 229))
    return expert_charset(subset=kind == 2)[:glyphs]


def _dictionary(data: bytes) -> dict[int, list[int]]:
    """Operator to operands; real numbers, which nothing here needs, as 0."""
    result: dict[int, list[int]] = {}
    operands: list[int] = []
    at = 0
    while at < len(data):
        byte = data[at]
        at += 1
        if byte <= 21:
            if byte == 12:
                byte = 0x0C00 | data[at]
                at += 1
            result[byte], operands = operands, []
        elif byte == 30:
            while data[at] & 0x0F != 0x0F and data[at] >> 4 != 0x0F:
                at += 1
            at += 1
            operands.append(0)
        elif byte in (28, 29):
            size = 2 if byte == 28 else 4
            operands.append(int.from_bytes(data[at : at + size], "big", signed=True))
            at += size
        elif byte <= 246:
            operands.append(byte - 139)
        else:
            high = (byte - 247) * 256 + 108 if byte <= 250 else -(byte - 251) * 256 - 108
            operands.append(high + data[at] if byte <= 250 else high - data[at])
            at += 1
    return result
