"""Fonts with one-byte codes: Type1, MMType1, TrueType and Type3 (ISO 32000-2, 9.6)."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from esign_core.content.cmaps import ToUnicode
from esign_core.content.encodings import dingbat_name, expand_ligatures
from esign_core.content.glyphs import UNKNOWN, Glyph, Lazy, dictionary, numbers
from esign_core.content.match import Evidence
from esign_core.content.metrics import line_extent, listed_widths, standard_metrics
from esign_core.content.simple_encoding import Blanks, SimpleEncoding, read_encoding
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary

_ORIGIN = (0.0, 0.0)
_TYPE3_LINE = 750.0  # height of a line of a Type3 font that does not say, in thousandths
_TYPE3_FLATTEST = 0.3  # of its widest glyph; fonts that say their lines are flatter than this have no usable /FontBBox
_DINGBAT_SPACE = 278.0


class SimpleFont:
    """One font. Its glyphs are made when first shown; until then nothing of its metrics or program is read."""

    vertical = False
    code_bytes: int | None = 1

    def __init__(self, file: PdfFile, font: Dictionary, name: str, tounicode: ToUnicode) -> None:
        self.name = name
        self._file = file
        self._font = font
        self._tounicode = tounicode
        self._encoding = read_encoding(file, font, name)
        self._is_type3 = file.get(font, "Subtype") == "Type3"
        self._glyphs: Lazy[int, Glyph] = Lazy(self._glyph)

    @cached_property
    def known(self) -> bool:
        return self._tounicode.says_anything or any(text.strip() for text in self._encoding.texts.values())

    @property
    def ascent(self) -> float:
        return self._metrics.ascent

    @property
    def descent(self) -> float:
        return self._metrics.descent

    @cached_property
    def em(self) -> float:
        return self.ascent - self.descent if self._is_type3 else 1000.0

    def decode(self, data: bytes) -> list[Glyph]:
        glyphs = self._glyphs
        return [glyphs[code] for code in data]

    def text(self, data: bytes) -> str:
        return codecs.charmap_decode(data, "strict", self._texts)[0]

    def measure(self, data: bytes) -> tuple[float, int, int]:
        return sum(map(self._metrics.widths.__getitem__, data)), len(data), data.count(b" ")

    @cached_property
    def _texts(self) -> str | dict[int, str]:
        """By code, as the codec that does the work in C takes it: a text of 256 characters where each code has one."""
        texts = [self._glyphs[code].text for code in range(256)]
        return "".join(texts) if all(len(text) == 1 for text in texts) else dict(enumerate(texts))

    def codes_of(self, character: str) -> frozenset[bytes] | None:
        codes = self._tounicode.codes_of(character)
        if codes is None:
            return None
        for code, text in self._encoding.texts.items():
            if character in text and not self._tounicode.text(code):
                codes.add(code)
        return frozenset(bytes((code,)) for code in codes if code < 256)

    def _glyph(self, code: int) -> Glyph:
        """ToUnicode first (ISO 32000-2, 9.10.2), but code by code: where it is silent, the encoding still speaks."""
        evidence: Evidence = "tounicode"
        text = self._tounicode.text(code)
        if not text:
            text = self._encoding.texts.get(code, "")
            evidence = "font-program" if code in self._encoding.built_in else "encoding"
        if code in self._blanks:
            text = " "
        width = self._metrics.widths[code]
        return Glyph(expand_ligatures(text) or UNKNOWN, evidence, width, width, code == 32, _ORIGIN)

    @cached_property
    def _blanks(self) -> Blanks:
        return Blanks(self._file, self._font, self._encoding)

    @cached_property
    def _metrics(self) -> _Metrics:
        if self._is_type3:
            return _type3_metrics(self._file, self._font)
        return _metrics(self._file, self._font, self.name, self._encoding)


class _Metrics(NamedTuple):
    """Widths by code, and the line, in thousandths."""

    widths: list[float]
    ascent: float
    descent: float


def _metrics(file: PdfFile, font: Dictionary, name: str, encoding: SimpleEncoding) -> _Metrics:
    descriptor = dictionary(file, font.get("FontDescriptor"))
    widths = listed_widths(file, font, descriptor)
    standard = standard_metrics(name) if widths is None or not descriptor else None
    ascent, descent = line_extent(file, descriptor, standard)
    if widths is None and standard is not None:
        if name.startswith("ZapfDingbats"):  # its metrics go by the number in the glyph's name
            widths = [_dingbat_width(code, standard.widths) for code in range(256)]
        else:
            widths = [_standard_width(encoding.texts.get(code, ""), standard.widths) for code in range(256)]
    return _Metrics(widths or [0.0] * 256, ascent, descent)


def _standard_width(text: str, widths: Mapping[str, float]) -> float:
    """Of a glyph that the standard font lacks, as of a ligature, the letters'."""
    return widths.get(text) or sum(widths.get(letter, 0.0) for letter in expand_ligatures(text))


def _dingbat_width(code: int, widths: Mapping[str, float]) -> float:
    name = dingbat_name(code)
    return _DINGBAT_SPACE if name == "space" else widths.get(chr(int(name[1:])), 0.0) if name else 0.0


def _type3_metrics(file: PdfFile, font: Dictionary) -> _Metrics:
    """From glyph space through /FontMatrix (ISO 32000-2, 9.6.4)."""
    matrix = numbers(file, font.get("FontMatrix"))
    across, up = (matrix[0] * 1000, matrix[3] * 1000) if len(matrix) == 6 else (1.0, 1.0)
    widths = [width * across for width in listed_widths(file, font, {}) or [0.0] * 256]
    box = numbers(file, font.get("FontBBox"))
    descent, ascent = sorted((box[1] * up, box[3] * up)) if len(box) == 4 else (0.0, 0.0)
    if ascent - descent < _TYPE3_FLATTEST * max(map(abs, widths)):
        descent, ascent = 0.0, max(map(abs, widths))
    return _Metrics(widths, ascent, descent if ascent > descent else ascent - _TYPE3_LINE)
