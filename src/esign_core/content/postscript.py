"""What an embedded Type 1 or CFF font program says about its glyphs: their names, and the codes built into it.

Type 1: Adobe Type 1 Font Format, 2.2. CFF: Adobe Technical Note 5176. Programs are read as far as they are sane: one
that is damaged says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_DUP = re.compile(rb"dup\s++(\d{1,3})\s*+/([^\s/(){}<>\[\]%]++)\s++put")
_STANDARD = re.compile(rb"/Encoding\s++StandardEncoding\b")
_HEADER = (
    65536  # bytes searched where the encrypted part does not begin; the clear part of large fonts stays below 20 kB
)

_CHARSET, _ENCODING, _CHAR_STRINGS, _ROS = 15, 16, 17, 0x0C1E  # operators of a Top DICT; 0x0C: escaped


def type1_encoding(program: bytes) -> dict[int, str] | None:
    """Code to glyph name, from the clear text part; None where it is the standard encoding."""
    header = program[:_HEADER].partition(b"eexec")[0]
    if _STANDARD.search(header):
        return None
    return {int(code): name.decode("latin-1") for code, name in _DUP.findall(header)}


@dataclass(frozen=True, slots=True)
class Cff:
    """A CFF font: glyph names by glyph index (none in a CID-keyed font) and glyph indices by code (None: standard)."""

    names: tuple[str, ...]
    encoding: dict[int, int] | None


def read_cff(program: bytes) -> Cff | None:
    """The first font of the set; None for a CID-keyed or damaged one."""
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

    def read(self) -> Cff | None:
        if _ROS in self.top:
            return None
        glyphs, _ = self.index(self.top[_CHAR_STRINGS][0])
        names = tuple(map(self.string, self.charset(len(glyphs))))
        offset = self.top.get(_ENCODING, [0])[0]
        if offset == 0:
            return Cff(names, None)
        return Cff(names, self.encoding(offset) if offset > 1 else {})  # 1: Expert, which prints no letters

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
        offsets = [base + self.number(at + 3 + i * size, size) for i in range(count + 1)]
        return [self.data[a:b] for a, b in pairwise(offsets)], offsets[-1]

    def string(self, sid: int) -> str:
        from pdfminer.pdffont import CFFFont

        standard = CFFFont.STANDARD_STRINGS
        return standard[sid] if sid < len(standard) else self.strings[sid - len(standard)].decode("latin-1")

    def charset(self, glyphs: int) -> list[int]:
        """The string number of each glyph's name."""
        offset = self.top.get(_CHARSET, [0])[0]
        if offset == 0:  # ISOAdobe
            return list(range(min(glyphs, 229)))
        if offset <= 2:  # Expert, ExpertSubset: small capitals and fractions
            return [0] * glyphs
        kind, at, numbers = self.number(offset, 1), offset + 1, [0]
        while len(numbers) < glyphs:
            first, more = self.number(at, 2), 0
            at += 2
            if kind:
                more = self.number(at, kind)
                at += kind
            numbers.extend(range(first, first + more + 1))
        return numbers[:glyphs]

    def encoding(self, offset: int) -> dict[int, int]:
        kind, count, at = self.number(offset, 1) & 0x7F, self.number(offset + 1, 1), offset + 2
        codes: list[int] = []
        for _ in range(count):
            first, more = self.number(at, 1), self.number(at + 1, 1) if kind else 0
            codes.extend(range(first, first + more + 1))
            at += 2 if kind else 1
        return {code: glyph for glyph, code in enumerate(codes, 1)}


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
