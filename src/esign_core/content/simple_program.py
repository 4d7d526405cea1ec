"""The font program embedded in a simple font, as far as it can be asked about codes (ISO 32000-2, 9.6 and 9.9).

No more of it is decoded than an answer needs: what codes print stands near its beginning, glyphs are most of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal

from esign_core.content.encodings import NONE, encoding_table, glyph_text
from esign_core.content.glyphs import stream_data, stream_start
from esign_core.content.postscript import HEADER, Cff, read_cff, type1_encoding
from esign_core.content.truetype import TrueType
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Value

_START = 4096  # bytes in which most programs say what their codes print
_TEXT_FAMILIES = (  # of the fonts that PostScript printers have, and their successors
    *("Arial", "AvantGarde", "Bookman", "Century", "Courier", "Helvetica", "NewCentury", "Palatino", "Times"),
)
_SILENT_POST = 32  # bytes of a `post` table without names
SFNT = (b"\0\1\0\0", b"true", b"OTTO")


class SimpleProgram:
    """One program: the stream that a font descriptor has under `key`."""

    def __init__(self, file: PdfFile, key: str, value: Value) -> None:
        self._file = file
        self._key = key
        self._value = value

    @cached_property
    def kind(self) -> Literal["type1", "cff", "sfnt", ""]:
        """By its first bytes, since the key under which it is embedded lies in some files."""
        if self._start.startswith(SFNT):
            return "sfnt"
        if self._start.startswith((b"%!", b"\x80\1")):
            return "type1"
        if self._start.startswith(b"\1\0"):
            return "cff"
        return "type1" if self._key == "FontFile" and self._start else ""

    @cached_property
    def is_readable(self) -> bool:
        """Viewers take another font in place of one that they cannot read."""
        if self.kind == "cff":
            return self.cff is not None
        return bool(self._names_of_sfnt.places) if self.kind == "sfnt" else self.kind == "type1"

    def may_print(self, character: str) -> bool:
        said = (*self.texts.values(), *self._names_of_sfnt.characters.values())
        return not self.is_readable or any(character in text for text in said)

    @cached_property
    def texts(self) -> Mapping[int, str]:
        """What the codes built into the program print; one of which it does not say is absent."""
        if self.kind == "type1":
            return _texts_of(type1_encoding(self._header))
        if self.cff is not None and not self.cff.cids:
            built_in = self.cff.encoding
            if built_in is not None:
                return _texts_of(
                    {code: self.cff.names[glyph] for code, glyph in built_in.items() if glyph < self._count}
                )
            drawn = {glyph_text(name) for name in self.cff.names}
            return {code: text for code, text in _texts_of(None).items() if text in drawn}
        characters = self._names_of_sfnt.characters
        if not characters:  # a code that selects a glyph is no evidence of a character: something has to say which
            return {}
        if by_code := self._names_of_sfnt.by_code:
            return {code: characters[glyph] for code, glyph in by_code.items() if glyph in characters}
        return {code: chr(code) for code in range(256) if code in self._names_of_sfnt.by_character}

    def texts_of_family(self, name: str) -> Mapping[int, str]:
        """What codes print in a font for text of which nothing says more: `name` is that of a family that everybody
        knows, or the program calls itself Latin; and it has its codes from the font that it is a subset of."""
        if self.kind != "sfnt" or not (name.startswith(_TEXT_FAMILIES) or self.true_type.is_latin):
            return {}
        return self.true_type.text_codes

    def text_of_name(self, name: str) -> str:
        """What the glyph of that name prints, though the name itself says nothing."""
        glyph = self.cff.named.get(name) if self.cff else self._names_of_sfnt.named.get(name)
        return self._names_of_sfnt.characters.get(glyph, "") if glyph else ""

    def blanks(self, texts: Sequence[str], names: Mapping[int, str]) -> list[int]:
        """The codes that select a glyph that draws nothing, in a TrueType or OpenType program."""
        if self.cff is not None:
            asked: Iterable[int] = range(len(texts))
        else:
            font = self.true_type
            empty = {glyph for glyph in {*font.by_code.values(), *font.named.values()} if font.is_blank(glyph)}
            asked = {code for code, glyph in font.by_code.items() if glyph in empty}
            if font.by_character:
                asked |= {code for code, text in enumerate(texts) if text and font.is_blank_character(text)}
            asked |= {code for code, name in names.items() if font.named.get(name) in empty}
        return [code for code in asked if self.is_blank(code, texts[code], names.get(code, ""))]

    def is_blank(self, code: int, text: str, name: str) -> bool:
        """Does the code select a glyph that draws nothing? `text`: by which Unicode subtables select glyphs; `name`:
        the glyph name, where the document gives one."""
        if self.cff is not None:
            glyph = self.cff.named.get(name) if name else (self.cff.encoding or {}).get(code)
            return glyph is not None and self.cff.is_blank(glyph)
        glyphs = {self.true_type.named.get(name, 0)} if name in self.true_type.named else self._selected(code, text)
        return bool(glyphs) and all(map(self.true_type.is_blank, glyphs))

    def _selected(self, code: int, text: str) -> set[int]:
        """The glyphs that viewers may take for a code, in whatever way they select them."""
        by_code = self.true_type.by_code.get(code, 0)
        by_character = self.true_type.by_character.get(ord(text), 0) if len(text) == 1 else 0
        return {by_code, by_character} - {0}

    def width(self, code: int, text: str) -> float | None:
        """The advance of a code in thousandths; None where the program does not say."""
        glyphs = self._selected(code, text)
        return self.true_type.width(min(glyphs)) if glyphs else None

    @cached_property
    def true_type(self) -> TrueType:
        """The whole of it."""
        return TrueType(stream_data(self._file, self._value) if self.kind == "sfnt" else b"")

    @cached_property
    def cff(self) -> Cff | None:
        if self.kind == "sfnt" and b"CFF " in self._names_of_sfnt.places:
            return read_cff(self.true_type.table(b"CFF "))
        return read_cff(stream_data(self._file, self._value)) if self.kind == "cff" else None

    @property
    def _count(self) -> int:
        return len(self.cff.names) if self.cff else 0

    @cached_property
    def _start(self) -> bytes:
        return stream_start(self._file, self._value, _START)

    @property
    def _header(self) -> bytes:
        return self._start if b"eexec" in self._start else stream_start(self._file, self._value, HEADER)

    @cached_property
    def _names_of_sfnt(self) -> TrueType:
        """As much of it as holds the tables that say what glyphs print."""
        return sfnt_names(self._file, self._value, self._start) if self.kind == "sfnt" else TrueType(b"")


def sfnt_names(file: PdfFile, value: Value, start: bytes) -> TrueType:
    """So much of the TrueType program in a stream as holds the tables that say what its glyphs print."""
    places = TrueType(start).places
    needed = [places.get(b"cmap", (0, 0))]
    if places.get(b"post", (0, 0))[1] > _SILENT_POST:
        needed += [places[b"post"], places.get(b"maxp", (0, 0))]
    size = max(offset + length for offset, length in needed)
    return TrueType(start if size <= len(start) else stream_start(file, value, size))


def _texts_of(names: Mapping[int, str] | None) -> dict[int, str]:
    """Of names by code; None is the standard encoding."""
    if names is None:
        return {code: text for code, text in enumerate(encoding_table("StandardEncoding")) if text != NONE}
    return {code: text for code, name in names.items() if (text := glyph_text(name))}
