"""The font program embedded in a CIDFont, as far as it can be asked about CIDs (ISO 32000-2, 9.7.4.2 and 9.9)."""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping
from functools import cached_property

from esign_core.content.encodings import glyph_text
from esign_core.content.glyphs import dictionary, stream_data, stream_start
from esign_core.content.postscript import Cff, read_cff
from esign_core.content.simple_program import SFNT, sfnt_names
from esign_core.content.truetype import TrueType
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary

_START = 4096  # bytes in which most programs say what their glyphs print


class CidProgram:
    """One program; of a font without one, an empty one that says nothing."""

    def __init__(self, file: PdfFile, cid_font: Dictionary) -> None:
        self._file = file
        self._cid_font = cid_font
        descriptor = dictionary(file, cid_font.get("FontDescriptor"))
        self._value = descriptor.get("FontFile2", descriptor.get("FontFile3"))

    @cached_property
    def texts(self) -> Mapping[int, str]:
        """What CIDs print; one of which the program does not say is absent."""
        by_glyph = self._by_glyph
        if not by_glyph:
            return {}
        if self._glyphs:
            return {cid: by_glyph[glyph] for cid, glyph in enumerate(self._glyphs) if glyph in by_glyph}
        if self._is_cff and self._cff is not None and self._cff.cids:
            return {cid: by_glyph[glyph] for glyph, cid in enumerate(self._cff.cids) if glyph in by_glyph}
        return by_glyph  # a CID is a glyph index

    def cids_of(self, character: str) -> Collection[int]:
        return [cid for cid, text in self.texts.items() if character in text]

    def is_blank(self, cid: int) -> bool:
        """Does the CID select a glyph that draws nothing?"""
        if not self._is_cff:
            return self.true_type.is_blank(self._glyph(cid))
        if self._cff is None:
            return False
        return self._cff.is_blank(self._glyph_of_cid.get(cid, 0) if self._cff.cids else self._glyph(cid))

    @cached_property
    def true_type(self) -> TrueType:
        """The whole of it."""
        return TrueType(stream_data(self._file, self._value) if self._start.startswith(SFNT) else b"")

    @cached_property
    def _start(self) -> bytes:
        return stream_start(self._file, self._value, _START)

    @cached_property
    def _is_cff(self) -> bool:
        return self._start.startswith((b"\1\0", b"OTTO"))

    @cached_property
    def _cff(self) -> Cff | None:
        if self._start.startswith(SFNT):
            return read_cff(self.true_type.table(b"CFF "))
        return read_cff(stream_data(self._file, self._value))

    @cached_property
    def _glyph_of_cid(self) -> Mapping[int, int]:
        return {cid: glyph for glyph, cid in enumerate(self._cff.cids)} if self._cff else {}

    @cached_property
    def _by_glyph(self) -> Mapping[int, str]:
        texts: dict[int, str] = {}
        if self._is_cff and self._cff is not None:
            texts = {glyph: text for glyph, name in enumerate(self._cff.names) if (text := glyph_text(name))}
        if self._start.startswith(SFNT):
            texts |= sfnt_names(self._file, self._value, self._start).characters
        return texts

    @cached_property
    def _glyphs(self) -> tuple[int, ...]:
        """By CID; empty where a CID is a glyph index."""
        data = stream_data(self._file, self._cid_font.get("CIDToGIDMap"))
        return struct.unpack_from(f">{len(data) // 2}H", data)

    def _glyph(self, cid: int) -> int:
        if not self._glyphs:
            return cid
        return self._glyphs[cid] if cid < len(self._glyphs) else 0
