"""CMaps: codes to text (ToUnicode) and codes to CIDs (ISO 32000-2, 9.7.5 and 9.10.3).

A code is the bytes that a font takes from a string; its number is those bytes read big-endian.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Generic, Protocol, TypeVar

from esign_core.pdf.lexer import decode_hex

T = TypeVar("T")

_WHITE = rb"[\x00\t\n\x0c\r ]*+"
_HEX = rb"<([0-9A-Fa-f\x00\t\n\x0c\r ]*+)>"
_PAIR = re.compile(_HEX + _WHITE + _HEX)
_RANGE = re.compile(_HEX + _WHITE + _HEX + _WHITE + rb"(?:" + _HEX + rb"|\[([^\[\]]*+)\])")
_STRING = re.compile(_HEX)
_CID_CHAR = re.compile(_HEX + _WHITE + rb"(\d{1,9})")
_CID_RANGE = re.compile(_HEX + _WHITE + _HEX + _WHITE + rb"(\d{1,9})")
_VERTICAL = re.compile(rb"/WMode\s++1\s++def")
_USE = re.compile(rb"/([A-Za-z0-9-]++)\s++usecmap")
_CODE_BYTES = 4  # ISO 32000-2, 9.7.6.2: a code has one to four bytes

# ISO 32000-2, table 116, and the later UniJIS2004; the name alone reaches the tables, so no other name does.
_PREDEFINED_NAMES = """
    GB-EUC GBpc-EUC GBK-EUC GBKp-EUC GBK2K UniGB-UCS2 UniGB-UTF16
    B5pc HKscs-B5 ETen-B5 ETenms-B5 CNS-EUC UniCNS-UCS2 UniCNS-UTF16
    83pv-RKSJ 90ms-RKSJ 90msp-RKSJ 90pv-RKSJ Add-RKSJ EUC Ext-RKSJ
    UniJIS-UCS2 UniJIS-UCS2-HW UniJIS-UTF16 UniJIS2004-UTF16
    KSC-EUC KSCms-UHC KSCms-UHC-HW KSCpc-EUC UniKS-UCS2 UniKS-UTF16
"""
_PREDEFINED = frozenset(f"{name}-{way}" for name in _PREDEFINED_NAMES.split() for way in "HV") | {"H", "V"}
_COLLECTIONS = frozenset({"Adobe-GB1", "Adobe-CNS1", "Adobe-Japan1", "Adobe-Korea1"})


class Ranges(Generic[T]):
    """Values for ranges of whole numbers. Where ranges overlap, the one that begins last counts."""

    def __init__(self) -> None:
        self._items: list[tuple[int, int, T]] = []
        self._starts: list[int] | None = None

    def add(self, first: int, last: int, value: T) -> None:
        self._items.append((first, last, value))
        self._starts = None

    def find(self, number: int) -> tuple[int, T] | None:
        """How far into its range the number is, and the range's value."""
        if self._starts is None:
            self._items.sort(key=lambda item: item[0])
            self._starts = [item[0] for item in self._items]
        at = bisect_right(self._starts, number) - 1
        if at < 0 or number > self._items[at][1]:
            return None
        first, _, value = self._items[at]
        return number - first, value

    def __iter__(self) -> Iterator[tuple[int, int, T]]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


class ToUnicode:
    """What a ToUnicode CMap says that codes print."""

    def __init__(self, data: bytes) -> None:
        self._texts: dict[int, str] = {}
        self._ranges: Ranges[tuple[str, int]] = Ranges()  # text in front, and the last character of the first code
        for section in data.split(b"beginbf")[1:]:
            body = section.partition(b"endbf")[0]
            if body.startswith(b"char"):
                for code, text in _PAIR.findall(body):
                    self._texts[_number(code)] = _utf16(text)
            else:
                for first, last, text, texts in _RANGE.findall(body):
                    self._add_range(_number(first), _number(last), text, texts)

    def _add_range(self, first: int, last: int, text: bytes, texts: bytes) -> None:
        if texts:
            self._texts.update(zip(range(first, last + 1), map(_utf16, _STRING.findall(texts)), strict=False))
        elif characters := _utf16(text):
            if first == last:
                self._texts[first] = characters
            else:
                self._ranges.add(first, last, (characters[:-1], ord(characters[-1])))

    @cached_property
    def says_anything(self) -> bool:
        """Does any code print something that is not white space?"""
        return bool(len(self._ranges)) or any(text.strip() for text in self._texts.values())

    def text(self, code: int) -> str:
        """The text of a code; empty where the CMap is silent or says nothing that is a character."""
        text = self._texts.get(code)
        if text is None and (found := self._ranges.find(code)):
            offset, (prefix, last) = found
            text = prefix + _character(last + offset)
        return text or ""

    def codes_of(self, character: str) -> set[int] | None:
        """The codes whose text holds the character, or None where finding out would cost too much."""
        wanted = ord(character)
        codes = {code for code, text in self._texts.items() if character in text}
        for first, last, (prefix, start) in self._ranges:
            if character in prefix:
                return None
            if start <= wanted <= start + last - first:
                codes.add(first + wanted - start)
        return codes


class IdentityToUnicode(ToUnicode):
    """The name Identity-H in place of a ToUnicode CMap: codes are UTF-16."""

    def __init__(self) -> None:
        super().__init__(b"")

    @cached_property
    def says_anything(self) -> bool:
        return True

    def text(self, code: int) -> str:
        return _character(code)

    def codes_of(self, character: str) -> set[int] | None:
        return {ord(character)}


def two_byte_codes(data: bytes) -> tuple[int, ...]:
    """The numbers of the codes where every code has two bytes; half a code at the end is none."""
    count = len(data) // 2
    return struct.unpack_from(f">{count}H", data)


class CMap(Protocol):
    """How strings are cut into codes, and which CID each code selects."""

    vertical: bool
    two_bytes: bool  # is every code two bytes long?

    def split(self, data: bytes) -> list[bytes]: ...
    def cid(self, code: bytes) -> int: ...


class IdentityCMap:
    """Identity-H and Identity-V: two bytes, which are the CID."""

    two_bytes = True

    def __init__(self, *, vertical: bool) -> None:
        self.vertical = vertical

    def split(self, data: bytes) -> list[bytes]:
        return [data[at : at + 2] for at in range(0, len(data) - 1, 2)]

    def cid(self, code: bytes) -> int:
        return int.from_bytes(code, "big")


class PredefinedCMap:
    """A CMap of ISO 32000-2, table 116. `unicode`: its codes are UTF-16 themselves."""

    def __init__(self, name: str, tree: Mapping[int, object]) -> None:
        self.vertical = name.endswith("V")
        self.unicode = "UCS2" in name or "UTF16" in name
        self.two_bytes = "UCS2" in name
        self._tree = tree

    def split(self, data: bytes) -> list[bytes]:
        if self.two_bytes:
            return _IDENTITY.split(data)
        codes: list[bytes] = []
        start = 0
        while start < len(data):
            end = start
            node: object = self._tree
            while end < len(data) and isinstance(node, dict):
                node = node.get(data[end])
                end += 1
            codes.append(data[start:end])
            start = end
        return codes

    def cid(self, code: bytes) -> int:
        node: object = self._tree
        for byte in code:
            node = node.get(byte) if isinstance(node, dict) else None
        return node if isinstance(node, int) else 0


class EmbeddedCMap:
    """A CMap in a stream of the file, with the one it builds on."""

    def __init__(self, data: bytes, base: CMap | None) -> None:
        self._base = base
        self.vertical = bool(_VERTICAL.search(data)) or (base is not None and base.vertical)
        self._lengths = _code_lengths(data)
        self.two_bytes = (
            all(length == 2 for length in self._lengths) if self._lengths else base is None or base.two_bytes
        )
        self._cids: Ranges[tuple[int, int]] = Ranges()  # length of the codes, CID of the first
        for section in data.split(b"begincid")[1:]:
            body = section.partition(b"endcid")[0]
            if body.startswith(b"char"):
                for code, cid in _CID_CHAR.findall(body):
                    self._cids.add(_number(code), _number(code), (len(decode_hex(code)), int(cid)))
            else:
                for first, last, cid in _CID_RANGE.findall(body):
                    self._cids.add(_number(first), _number(last), (len(decode_hex(first)), int(cid)))

    def split(self, data: bytes) -> list[bytes]:
        if not self._lengths:
            return (self._base or _IDENTITY).split(data)
        codes: list[bytes] = []
        at = 0
        while at < len(data):
            length = self._lengths[data[at]]
            codes.append(data[at : at + length])
            at += length
        return codes

    def cid(self, code: bytes) -> int:
        found = self._cids.find(int.from_bytes(code, "big"))
        if found and found[1][0] == len(code):
            return found[0] + found[1][1]
        return self._base.cid(code) if self._base else 0


_IDENTITY = IdentityCMap(vertical=False)


@lru_cache(maxsize=128)
def named_cmap(name: str) -> CMap | None:
    """The predefined CMap of that name, Identity included; None for any other name."""
    if name in ("Identity-H", "Identity-V"):
        return IdentityCMap(vertical=name.endswith("V"))
    if name not in _PREDEFINED:
        return None
    from pdfminer.cmapdb import CMapDB

    tree: Mapping[int, object] = getattr(CMapDB.get_cmap(name), "code2cid", {})
    return PredefinedCMap(name, tree)


@lru_cache(maxsize=128)
def collection_texts(collection: str) -> Mapping[int, str]:
    """What the CIDs of a character collection (`Adobe-Japan1`) print; empty for an unknown one."""
    if collection not in _COLLECTIONS:
        return {}
    from pdfminer.cmapdb import CMapDB

    return CMapDB.get_unicode_map(collection).cid2unichr


def used_cmap(data: bytes) -> str:
    """The name in front of `usecmap`; empty where there is none."""
    match = _USE.search(data)
    return match[1].decode("ascii") if match else ""


def _code_lengths(data: bytes) -> list[int]:
    """For each first byte the length of its codes, from the codespace ranges; empty where there are none."""
    lengths: dict[int, int] = {}
    for section in data.split(b"begincodespacerange")[1:]:
        for low, high in _PAIR.findall(section.partition(b"endcodespacerange")[0]):
            first, last = decode_hex(low), decode_hex(high)
            if 0 < len(first) <= _CODE_BYTES and len(first) == len(last):
                for byte in range(first[0], last[0] + 1):
                    lengths[byte] = min(len(first), lengths.get(byte, _CODE_BYTES))
    shortest = min(lengths.values(), default=0)
    return [lengths.get(byte, shortest) for byte in range(256)] if lengths else []


def _number(digits: bytes) -> int:
    return int.from_bytes(decode_hex(digits)[:_CODE_BYTES], "big")


def _utf16(digits: bytes) -> str:
    data = decode_hex(digits)
    if len(data) == 1:  # written by some producers for Latin characters
        data = b"\0" + data
    return data.decode("utf-16-be", "ignore").replace("\0", "").replace("\ufffd", "")


def _character(number: int) -> str:
    return chr(number) if 0 < number < 0xD800 or 0xDFFF < number < 0x110000 else ""
