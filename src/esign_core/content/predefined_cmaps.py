"""The CMaps and character collections that every reader has: ISO 32000-2, table 116, and their text.

The tables are large, and read only where a character is asked for that is not plain ASCII: of those the codes and CIDs
are known beforehand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

from esign_core.content.cmaps import IDENTITY, CMap, IdentityCMap
from esign_core.content.encodings import character

# Names by collection, and the later UniJIS2004. The name alone reaches the tables, so no other name does.
_NAMES: Mapping[str, str] = {
    "Adobe-GB1": "GB-EUC GBpc-EUC GBK-EUC GBKp-EUC GBK2K UniGB-UCS2 UniGB-UTF16",
    "Adobe-CNS1": "B5pc HKscs-B5 ETen-B5 ETenms-B5 CNS-EUC UniCNS-UCS2 UniCNS-UTF16",
    "Adobe-Japan1": (
        "83pv-RKSJ 90ms-RKSJ 90msp-RKSJ 90pv-RKSJ Add-RKSJ EUC Ext-RKSJ "
        "UniJIS-UCS2 UniJIS-UCS2-HW UniJIS-UTF16 UniJIS2004-UTF16"
    ),
    "Adobe-Korea1": "KSC-EUC KSCms-UHC KSCms-UHC-HW KSCpc-EUC UniKS-UCS2 UniKS-UTF16",
}
_COLLECTION_OF: Mapping[str, str] = {
    f"{name}-{way}": collection for collection, names in _NAMES.items() for name in names.split() for way in "HV"
} | {"H": "Adobe-Japan1", "V": "Adobe-Japan1"}

# What these say themselves is only where they differ from another.
_BUILD_ON: Mapping[str, str] = {
    "ETenms-B5-H": "ETen-B5-H",
    "ETenms-B5-V": "ETen-B5-V",
    "UniJIS-UCS2-HW-H": "UniJIS-UCS2-H",
    "UniJIS-UCS2-HW-V": "UniJIS-UCS2-V",
}

# CIDs of ASCII characters: first CID, first character, how many.
_ASCII_CIDS: Mapping[str, tuple[tuple[int, int, int], ...]] = {
    "Adobe-GB1": ((1, 0x20, 95), (814, 0x21, 94), (7716, 0x20, 1)),
    "Adobe-CNS1": ((1, 0x20, 95), (13648, 0x20, 95)),
    "Adobe-Japan1": (
        *((1, 0x20, 60), (62, 0x5D, 31), (94, 0x7D, 1), (97, 0x5C, 1), (99, 0x7C, 1), (100, 0x7E, 1), (231, 0x20, 95)),
    ),
    "Adobe-Korea1": ((1, 0x20, 95), (8094, 0x20, 95)),
}
# Two-byte codes that print ASCII characters too: the one of the exclamation mark, and the second bytes behind it.
_ROW_OF_GB = (b"\xaa", range(0xA1, 0xFF))
_ROW_OF_JIS = (b"\x85", [*range(0x40, 0x7F), *range(0x80, 0x9F)])
_JIS_GRAVE = b"\x86\x92"  # not in that row, which has a quotation mark for it
_ROWS: Mapping[str, tuple[bytes, Iterable[int]]] = {
    **dict.fromkeys(("GB-EUC", "GBpc-EUC", "GBK-EUC", "GBKp-EUC", "GBK2K"), _ROW_OF_GB),
    **dict.fromkeys(("83pv-RKSJ", "Ext-RKSJ"), _ROW_OF_JIS),
}
_YEN = frozenset({"83pv-RKSJ", "90msp-RKSJ", "90pv-RKSJ"})  # print it for a backslash
_BACKSLASH_AT_80 = frozenset({"B5pc", "83pv-RKSJ", "90pv-RKSJ"})


class PredefinedCMap:
    """One of table 116. `unicode`: its codes are UTF-16 themselves."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stem = name[:-2]
        self.vertical = name.endswith("V")
        self.unicode = "UCS2" in name or "UTF16" in name
        self.two_bytes = "UCS2" in name or name in ("H", "V")
        self.collection = _COLLECTION_OF[name]

    def split(self, data: bytes) -> list[bytes]:
        if self.two_bytes:
            return IDENTITY.split(data)
        codes: list[bytes] = []
        start = 0
        while start < len(data):
            end = start
            node: object = self._tree
            while end < len(data) and isinstance(node, Mapping):
                node = node.get(data[end])
                end += 1
            codes.append(data[start:end])
            start = end
        return codes

    def cid(self, code: bytes) -> int:
        node: object = self._tree
        for byte in code:
            node = node.get(byte) if isinstance(node, Mapping) else None
        return node if isinstance(node, int) else 0

    def text(self, code: bytes) -> str:
        """What a code prints."""
        if self.unicode:
            return code.decode("utf-16-be", "ignore")
        if len(code) == 1 and b" " <= code <= b"~" and not (code == b"\\" and self._stem in _YEN):
            return code.decode("ascii")
        return cid_text(self.collection, self.cid(code))

    def codes_of(self, wanted: str) -> Iterable[bytes]:
        """The codes that print the character; perhaps a few more."""
        if self.unicode:
            code = wanted.encode("utf-16-be", "replace")
            return (code,) if len(code) == 2 or not self.two_bytes else ()
        if "!" <= wanted <= "~" and not self.two_bytes:
            return self._ascii_codes(wanted)
        return self.codes(cids_of(self.collection, wanted))

    def _ascii_codes(self, wanted: str) -> Iterator[bytes]:
        if wanted != "\\" or self._stem not in _YEN:
            yield wanted.encode("ascii")
        if wanted == "\\" and self._stem in _BACKSLASH_AT_80:
            yield b"\x80"
        if self._stem in _ROWS:
            lead, second = _ROWS[self._stem]
            yield _JIS_GRAVE if lead == b"\x85" and wanted == "`" else lead + bytes([[*second][ord(wanted) - 0x21]])

    def codes(self, cids: Collection[int]) -> Iterable[bytes]:
        return [code for cid in cids for code in self._inverse.get(cid, ())]

    def spellings(self, number: int) -> Iterable[bytes]:
        lengths = (2,) if self.two_bytes else (1, 2, 3, 4)
        return (number.to_bytes(length, "big") for length in lengths if number >> 8 * length == 0)

    @cached_property
    def _tree(self) -> Mapping[int, object]:
        tree = _code_tree(self._name)
        return _merged(_code_tree(_BUILD_ON[self._name]), tree) if self._name in _BUILD_ON else tree

    @cached_property
    def _inverse(self) -> Mapping[int, list[bytes]]:
        inverse: dict[int, list[bytes]] = {}
        for code, cid in _leaves(self._tree, b""):
            inverse.setdefault(cid, []).append(code)
        return inverse


def _code_tree(name: str) -> Mapping[int, object]:
    from pdfminer.cmapdb import CMapDB

    tree: Mapping[int, object] = getattr(CMapDB.get_cmap(name), "code2cid", {})
    return tree


def _merged(below: Mapping[int, object], above: Mapping[int, object]) -> Mapping[int, object]:
    merged = dict(below)
    for byte, node in above.items():
        under = merged.get(byte)
        merged[byte] = _merged(under, node) if isinstance(under, Mapping) and isinstance(node, Mapping) else node
    return merged


def _leaves(tree: Mapping[int, object], code: bytes) -> Iterator[tuple[bytes, int]]:
    for byte, node in tree.items():
        if isinstance(node, Mapping):
            yield from _leaves(node, code + bytes((byte,)))
        elif isinstance(node, int):
            yield code + bytes((byte,)), node


@lru_cache(maxsize=128)
def named_cmap(name: str) -> CMap | None:
    """The predefined CMap of that name, Identity included; None for any other name."""
    if name in ("Identity-H", "Identity-V"):
        return IdentityCMap(vertical=name.endswith("V"))
    return PredefinedCMap(name) if name in _COLLECTION_OF else None


# ---- character collections


def is_collection(name: str) -> bool:
    """Is it a character collection (`Adobe-Japan1`) of which it is known what its CIDs print?"""
    return name in _ASCII_CIDS


def cid_text(collection: str, cid: int) -> str:
    """What a CID of a known collection prints; empty for one that it does not say."""
    for first, start, count in _ASCII_CIDS[collection]:
        if first <= cid < first + count:
            return character(start + cid - first)
    return _texts(collection).get(cid) or ""


def cids_of(collection: str, wanted: str) -> Collection[int]:
    """The CIDs that print the character."""
    if "!" <= wanted <= "~":
        number = ord(wanted)
        runs = _ASCII_CIDS[collection]
        return [first + number - start for first, start, count in runs if start <= number < start + count]
    return _cids_by_character(collection).get(wanted, ())


@lru_cache(maxsize=4)
def _texts(collection: str) -> Mapping[int, str]:
    from pdfminer.cmapdb import CMapDB

    return CMapDB.get_unicode_map(collection).cid2unichr


@lru_cache(maxsize=4)
def _cids_by_character(collection: str) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    for cid, text in _texts(collection).items():
        for each in text or "":
            found.setdefault(each, []).append(cid)
    return found
