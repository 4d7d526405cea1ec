"""Type0 fonts: codes of one to four bytes, and a CIDFont behind them (ISO 32000-2, 9.7)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import cached_property

from esign_core.content.cmaps import (
    CMap,
    EmbeddedCMap,
    IdentityCMap,
    PredefinedCMap,
    ToUnicode,
    collection_texts,
    named_cmap,
    two_byte_codes,
    used_cmap,
)
from esign_core.content.encodings import expand_ligatures, glyph_text
from esign_core.content.glyphs import UNKNOWN, Glyph, Lazy, dictionary, stream_data
from esign_core.content.metrics import CidWidths, line_extent
from esign_core.content.postscript import read_cff
from esign_core.content.truetype import TrueType
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Name, Stream, Value

_MAX_USE = 4  # CMaps that build on one another; the published ones stay at 2
_MAX_CID = 65535


class CompositeFont:
    """One font. Its glyphs are made when first shown; the font program is read only where ToUnicode leaves a gap."""

    em = 1000.0

    def __init__(self, file: PdfFile, font: Dictionary, name: str, tounicode: ToUnicode) -> None:
        self.name = name
        self._file = file
        self._tounicode = tounicode
        self._cmap = _cmap(file, font.get("Encoding")) or IdentityCMap(vertical=False)
        descendants = file.get(font, "DescendantFonts")
        self._cid_font = dictionary(file, descendants[0]) if isinstance(descendants, list) and descendants else {}
        self.vertical = self._cmap.vertical
        self._glyphs: Lazy[bytes, Glyph] = Lazy(self._glyph)
        self.code_bytes = 2 if self._cmap.two_bytes else None
        self._texts = Lazy(lambda code: self._glyphs[code.to_bytes(2, "big")].text)
        self._advances = Lazy(lambda code: self._glyphs[code.to_bytes(2, "big")].advance)

    @cached_property
    def known(self) -> bool:
        return self._tounicode.says_anything or self._codes_are_unicode or bool(self._cid_texts)

    @property
    def ascent(self) -> float:
        return self._extent[0]

    @property
    def descent(self) -> float:
        return self._extent[1]

    def decode(self, data: bytes) -> list[Glyph]:
        glyphs = self._glyphs
        return [glyphs[code] for code in self._cmap.split(data)]

    def text(self, data: bytes) -> str:
        if self.code_bytes == 2:
            return "".join(map(self._texts.__getitem__, two_byte_codes(data)))
        return "".join([glyph.text for glyph in self.decode(data)])

    def measure(self, data: bytes) -> tuple[float, int, int]:
        if self.code_bytes == 2:
            codes = two_byte_codes(data)
            return sum(map(self._advances.__getitem__, codes)), len(codes), 0
        glyphs = self.decode(data)
        return sum([glyph.advance for glyph in glyphs]), len(glyphs), sum([glyph.is_space for glyph in glyphs])

    def codes_of(self, character: str) -> frozenset[bytes] | None:
        codes = self._tounicode.codes_of(character)
        if codes is None or not self._cmap.two_bytes:
            return None
        if self._codes_are_unicode:
            codes = codes | {ord(character)}
        elif texts := self._cid_texts:
            if not isinstance(self._cmap, IdentityCMap):
                return None
            codes = codes | {cid for cid, text in texts.items() if character in text}
        return frozenset(code.to_bytes(2, "big") for code in codes if code <= _MAX_CID)

    @cached_property
    def _extent(self) -> tuple[float, float]:
        return line_extent(self._file, dictionary(self._file, self._cid_font.get("FontDescriptor")), None)

    @cached_property
    def _widths(self) -> CidWidths:
        return CidWidths(self._file, self._cid_font)

    @property
    def _codes_are_unicode(self) -> bool:
        return isinstance(self._cmap, PredefinedCMap) and self._cmap.unicode

    @cached_property
    def _cid_texts(self) -> Mapping[int, str]:
        """What CIDs print, from their character collection, else from the embedded program."""
        system = dictionary(self._file, self._cid_font.get("CIDSystemInfo"))
        registry, ordering = self._file.get(system, "Registry"), self._file.get(system, "Ordering")
        if isinstance(registry, bytes) and isinstance(ordering, bytes):
            texts = collection_texts(f"{registry.decode('latin-1')}-{ordering.decode('latin-1')}")
            if texts:
                return texts
        return self._program.texts

    @cached_property
    def _program(self) -> _Program:
        return _Program(self._file, self._cid_font)

    def _glyph(self, code: bytes) -> Glyph:
        cid = self._cmap.cid(code)
        tounicode = text = self._tounicode.text(int.from_bytes(code, "big"))
        if not text and self._codes_are_unicode:
            text = code.decode("utf-16-be", "ignore")
        text = text or self._cid_texts.get(cid, "")
        if self._program.is_blank(cid):
            text = " "
        width = self._widths.width(cid)
        advance, origin = self._widths.vertical(cid) if self.vertical else (width, (0.0, 0.0))
        return Glyph(
            text=expand_ligatures(text) or UNKNOWN,
            evidence="tounicode" if tounicode else "font-program",
            advance=advance,
            width=width,
            is_space=code == b" ",
            origin=origin,
        )


def _cmap(file: PdfFile, value: Value, depth: int = 0) -> CMap | None:
    value = file.resolve(value)
    if isinstance(value, Name):
        return named_cmap(value)
    if not isinstance(value, Stream) or depth > _MAX_USE:
        return None
    data = stream_data(file, value)
    base = _cmap(file, value.entries.get("UseCMap"), depth + 1) or named_cmap(used_cmap(data))
    cmap = EmbeddedCMap(data, base)
    if file.get(value.entries, "WMode") == 1:
        cmap.vertical = True
    return cmap


class _Program:
    """The embedded font program, as far as it can be asked about CIDs."""

    def __init__(self, file: PdfFile, cid_font: Dictionary) -> None:
        descriptor = dictionary(file, cid_font.get("FontDescriptor"))
        data = stream_data(file, descriptor.get("FontFile2", descriptor.get("FontFile3")))
        to_glyph = stream_data(file, cid_font.get("CIDToGIDMap"))
        self._glyphs: tuple[int, ...] = struct.unpack_from(f">{len(to_glyph) // 2}H", to_glyph)
        self._true_type = true_type = TrueType(data)
        cff = read_cff(true_type.table(b"CFF ") if data.startswith(b"OTTO") else data)
        if cff is not None:
            self._texts = {glyph: text for glyph, name in enumerate(cff.names) if (text := glyph_text(name))}
        else:  # in a CID-keyed OpenType font glyphs are numbered apart from CIDs
            self._texts = {} if data.startswith(b"OTTO") else true_type.characters

    def is_blank(self, cid: int) -> bool:
        return self._true_type.is_blank(self._glyph(cid))

    @cached_property
    def texts(self) -> Mapping[int, str]:
        """By CID."""
        if not self._glyphs:  # Identity: a CID is a glyph index
            return self._texts
        return {cid: self._texts[glyph] for cid, glyph in enumerate(self._glyphs) if glyph in self._texts}

    def _glyph(self, cid: int) -> int:
        if not self._glyphs:
            return cid
        return self._glyphs[cid] if cid < len(self._glyphs) else 0
