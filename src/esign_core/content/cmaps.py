"""CMaps: how strings are cut into codes, and which CIDs the codes select (ISO 32000-2, 9.7.5).

A code is the bytes that a font takes from a string; its number is those bytes read big-endian.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from typing import Protocol

from esign_core.content.ranges import Ranges
from esign_core.pdf.lexer import decode_hex

_WHITE = rb"[\x00\t\n\x0c\r ]*+"
_HEX = rb"<([0-9A-Fa-f\x00\t\n\x0c\r ]*+)>"
_PAIR = _HEX + _WHITE + _HEX
_CID_CHAR = _HEX + _WHITE + rb"(\d{1,9})"
_CID_RANGE = _HEX + _WHITE + _HEX + _WHITE + rb"(\d{1,9})"
_CODE_BYTES = 4  # ISO 32000-2, 9.7.6.2: a code has one to four bytes


class CMap(Protocol):
    """How strings are cut into codes, and which CID each code selects."""

    vertical: bool
    two_bytes: bool  # is every code two bytes long?

    def split(self, data: bytes) -> list[bytes]: ...
    def cid(self, code: bytes) -> int: ...

    def codes(self, cids: Collection[int]) -> Iterable[bytes]:
        """Codes that select one of the CIDs: all of them, and perhaps a few that another range takes over."""

    def spellings(self, number: int) -> Iterable[bytes]:
        """The codes of that number, of whatever length."""


def two_byte_codes(data: bytes) -> tuple[int, ...]:
    """The numbers of the codes where every code has two bytes; half a code at the end is none."""
    return struct.unpack_from(f">{len(data) // 2}H", data)


class IdentityCMap:
    """Identity-H and Identity-V: two bytes, which are the CID."""

    two_bytes = True

    def __init__(self, *, vertical: bool) -> None:
        self.vertical = vertical

    def split(self, data: bytes) -> list[bytes]:
        return [data[at : at + 2] for at in range(0, len(data) - 1, 2)]

    def cid(self, code: bytes) -> int:
        return int.from_bytes(code, "big")

    def codes(self, cids: Collection[int]) -> Iterable[bytes]:
        return (cid.to_bytes(2, "big") for cid in cids if cid < 1 << 16)

    def spellings(self, number: int) -> Iterable[bytes]:
        return (number.to_bytes(2, "big"),) if number < 1 << 16 else ()


IDENTITY = IdentityCMap(vertical=False)


class EmbeddedCMap:
    """A CMap in a stream of the file, with the one it builds on. `vertical`: what its dictionary says."""

    def __init__(self, data: bytes, base: CMap | None, *, vertical: bool) -> None:
        self._base = base
        says = re.search(rb"/WMode\s++1\s++def", data)
        self.vertical = vertical or says is not None or (base is not None and base.vertical)
        self._lengths = _code_lengths(data)
        self.two_bytes = (
            all(length == 2 for length in self._lengths) if self._lengths else base is None or base.two_bytes
        )
        self._cids = _ranges(data, b"cid")
        self._nothing = _ranges(data, b"notdef")  # of codes for which there is no character

    def split(self, data: bytes) -> list[bytes]:
        if not self._lengths:
            return (self._base or IDENTITY).split(data)
        codes: list[bytes] = []
        at = 0
        while at < len(data):
            length = self._lengths[data[at]]
            codes.append(data[at : at + length])
            at += length
        return codes

    def cid(self, code: bytes) -> int:
        number, length = int.from_bytes(code, "big"), len(code)
        found = self._cids.find(number)
        if found and found[1][0] == length:
            return found[0] + found[1][1]
        if self._base and (cid := self._base.cid(code)):
            return cid
        found = self._nothing.find(number)  # a range of these selects one CID: ISO 32000-2, 9.7.6.3
        return found[1][1] if found and found[1][0] == length else 0

    def codes(self, cids: Collection[int]) -> Iterable[bytes]:
        wanted = sorted(cids)
        for first, last, (length, start) in self._cids:
            for at in range(bisect_left(wanted, start), bisect_right(wanted, start + last - first)):
                yield (first + wanted[at] - start).to_bytes(length, "big")
        if self._base:
            yield from self._base.codes(cids)

    def spellings(self, number: int) -> Iterable[bytes]:
        if not self._lengths:
            return (self._base or IDENTITY).spellings(number)
        return (number.to_bytes(length, "big") for length in {*self._lengths} if number >> 8 * length == 0)


def _ranges(data: bytes, kind: bytes) -> Ranges[tuple[int, int]]:
    """Of codes; the values are the length of the codes and the CID of the first."""
    items: list[tuple[int, int, tuple[int, int]]] = []
    for section in data.split(b"begin" + kind)[1:]:
        body = section.partition(b"end" + kind)[0]
        if body.startswith(b"char"):
            found = [(code, code, cid) for code, cid in re.findall(_CID_CHAR, body)]
        else:
            found = re.findall(_CID_RANGE, body)
        for first, last, cid in found:
            if _number(last) >> 8 * _length(first) == 0:
                items.append((_number(first), _number(last), (_length(first), int(cid))))
    return Ranges(items)


def used_cmap(data: bytes) -> str:
    """The name in front of `usecmap`; empty where there is none."""
    match = re.search(rb"/([A-Za-z0-9-]++)\s++usecmap", data)
    return match[1].decode("ascii") if match else ""


def _code_lengths(data: bytes) -> list[int]:
    """For each first byte the length of its codes, from the codespace ranges; empty where there are none."""
    lengths: dict[int, int] = {}
    for section in data.split(b"begincodespacerange")[1:]:
        for low, high in re.findall(_PAIR, section.partition(b"endcodespacerange")[0]):
            first, last = decode_hex(low), decode_hex(high)
            if 0 < len(first) <= _CODE_BYTES and len(first) == len(last):
                for byte in range(first[0], last[0] + 1):
                    lengths[byte] = min(len(first), lengths.get(byte, _CODE_BYTES))
    shortest = min(lengths.values(), default=0)
    return [lengths.get(byte, shortest) for byte in range(256)] if lengths else []


def _number(digits: bytes) -> int:
    return int.from_bytes(decode_hex(digits)[:_CODE_BYTES], "big")


def _length(digits: bytes) -> int:
    return min(len(decode_hex(digits)), _CODE_BYTES)
