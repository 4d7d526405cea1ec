"""Fonts with one-byte codes: Type1, MMType1, TrueType and Type3 (ISO 32000-2, 9.6)."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from esign_core.content.encodings import NONE, expand_ligatures
from esign_core.content.glyphs import UNKNOWN, Glyph, Lazy, dictionary
from esign_core.content.match import Evidence
from esign_core.content.simple_encoding import SimpleEncoding, read_encoding, without_program
from esign_core.content.simple_metrics import SimpleMetrics, read_metrics
from esign_core.content.tounicode import ToUnicode, is_weak
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary

if TYPE_CHECKING:
    from esign_core.content.simple_program import SimpleProgram

_ORIGIN = (0.0, 0.0)
_CODES = range(256)
_STAND_IN = 0xF0000  # + code: stands for a text of several characters while a string is decoded


class _Reading(NamedTuple):
    """What codes print, as the document says, and how each is known; nothing is known of a code whose text is empty."""

    texts: list[str]
    evidence: list[Evidence]


class SimpleFont:
    """One font. Until its codes are asked for, nothing of its encoding is read; its metrics and all of its program only
    when glyphs are shown. `guess`: codes of which nothing is known are taken for the likeliest character. `painted`:
    what draws nothing prints a space."""

    vertical = False
    code_bytes: int | None = 1

    def __init__(
        self,
        file: PdfFile,
        font: Dictionary,
        name: str,
        tounicode: ToUnicode,
        *,
        guess: bool = False,
        painted: bool = True,
    ) -> None:
        self.name = name
        self._file = file
        self._font = font
        self._tounicode = tounicode
        self._guess = guess
        self._painted = painted
        self._is_type3 = file.get(font, "Subtype") == "Type3"
        self._glyphs: Lazy[int, Glyph] = Lazy(self._glyph)
        self._codes: dict[str, frozenset[bytes]] = {}

    def unpainted(self) -> SimpleFont:
        return SimpleFont(self._file, self._font, self.name, self._tounicode, guess=self._guess, painted=False)

    @cached_property
    def known(self) -> bool:
        if not self._tounicode.is_useless:
            return True
        if any(text != NONE and text.strip() for text in self._encoding.texts):
            return True
        reading = self._reading
        return any(text.strip() for text, how in zip(reading.texts, reading.evidence, strict=True) if how != "guess")

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
        table, long = self._table
        text: str = codecs.charmap_decode(data, "strict", table)[0]
        return text.translate(long) if long and not text.isascii() else text

    def measure(self, data: bytes) -> tuple[float, int, int]:
        return sum(map(self._metrics.widths.__getitem__, data)), len(data), data.count(b" ")

    def codes_of(self, character: str) -> frozenset[bytes] | None:
        """Also such as select a glyph that draws nothing, though `decode` does not say so."""
        codes = self._codes.get(character)
        if codes is None:
            found = None if "_reading" in self.__dict__ or self._guess else self._quickly(character)
            if found is None:
                texts = self._reading.texts
                found = {code for code in _CODES if character in texts[code]}
            codes = self._codes[character] = frozenset([bytes((code,)) for code in found])
        return codes

    def guesses_of(self, character: str) -> frozenset[bytes]:
        """By the names of glyphs that say nothing otherwise, else as in WinAnsiEncoding."""
        from esign_core.content.guesses import codes_guessed

        return codes_guessed(character, self._encoding.names)

    def _quickly(self, character: str) -> set[int] | None:
        """The codes that print a character, without reading what all codes print; None where that has to be."""
        if is_weak(character) or character.isspace():  # such a ToUnicode may not count
            return None
        encoding, said = self._encoding, self._tounicode.codes_of(character)
        if said is None or (encoding.asks_program and self._program and self._may_print(self._program, character)):
            return None
        codes = {code for code in said if code < len(encoding.texts)}
        if character in encoding.texts or any(character in text for text in encoding.long_texts):
            for code, text in enumerate(encoding.texts):
                if character in text and code not in codes and not self._is_said(code):
                    codes.add(code)
        return codes

    def _may_print(self, program: SimpleProgram, character: str) -> bool:
        return program.may_print(character) or character in self._program_texts(program).values()

    def _is_said(self, code: int) -> bool:
        """Does ToUnicode say something of the code that counts, whatever the encoding says?"""
        text = self._tounicode.text(code)
        return not (is_weak(text) or text.isspace() or self._tounicode.is_useless)

    def _glyph(self, code: int) -> Glyph:
        width = self._metrics.widths[code]
        return Glyph(self._texts[code], self._reading.evidence[code], width, width, code == 32, _ORIGIN, bytes((code,)))

    @cached_property
    def _table(self) -> tuple[str, dict[int, str]]:
        """Text by code, a character for each, and what the characters mean that stand for longer ones."""
        joined = "".join(self._texts)
        if len(joined) == len(self._texts) and max(joined) < chr(_STAND_IN):
            return joined, {}
        table = self._texts.copy()
        long: dict[int, str] = {}
        for code, text in enumerate(self._texts):
            if len(text) != 1 or ord(text) >= _STAND_IN:
                long[_STAND_IN + code] = text
                table[code] = chr(_STAND_IN + code)
        return "".join(table), long

    @cached_property
    def _texts(self) -> list[str]:
        """What each code prints in the end: ligatures expanded, a space for a glyph that draws nothing."""
        texts = [text or UNKNOWN for text in self._reading.texts]
        joined = "".join(texts)
        if expand_ligatures(joined) != joined:
            texts = list(map(expand_ligatures, texts))
        if self._painted:
            for code in self._blanks():
                texts[code] = " "
        return texts

    @cached_property
    def _encoding(self) -> SimpleEncoding:
        return read_encoding(self._file, self._font, self.name)

    @cached_property
    def _program(self) -> SimpleProgram | None:
        """None of a font that is not embedded."""
        descriptor = dictionary(self._file, self._font.get("FontDescriptor"))
        key = next((key for key in ("FontFile", "FontFile2", "FontFile3") if descriptor.get(key) is not None), None)
        if key is None:
            return None
        from esign_core.content.simple_program import SimpleProgram  # with all readers of programs: many need none

        return SimpleProgram(self._file, key, descriptor.get(key))

    @cached_property
    def _reading(self) -> _Reading:
        """ToUnicode first (ISO 32000-2, 9.10.2), but code by code: where it is silent, the encoding speaks, and then
        the font program."""
        encoding, tounicode = self._encoding, self._tounicode
        texts = ["" if text == NONE else text for text in encoding.texts]
        evidence: list[Evidence] = ["encoding"] * len(texts)
        said = tounicode.below(len(texts))
        for code, text in said.items():
            if tounicode.is_useless or is_weak(text):
                continue
            if not text.isspace() or texts[code] in ("", text):  # what is no space is not printed as one
                texts[code], evidence[code] = text, "tounicode"
        if encoding.asks_program and self._program and "" in texts:
            if self._program.is_readable:
                self._ask_program(self._program, texts, evidence)
            else:
                for code, text in enumerate(without_program(self._file, self._font, self.name)):
                    if text != NONE and not texts[code] and code not in encoding.names:
                        texts[code] = text
        if "" in texts:
            for code, text in said.items():  # better than nothing
                if not texts[code]:
                    texts[code], evidence[code] = text, "tounicode"
            if self._guess:
                from esign_core.content.guesses import guessed_text

                for code in _CODES:
                    if not texts[code]:
                        texts[code], evidence[code] = guessed_text(code, encoding.names.get(code, "")), "guess"
        return _Reading(texts, evidence)

    def _ask_program(self, program: SimpleProgram, texts: list[str], evidence: list[Evidence]) -> None:
        names, by_code = self._encoding.names, self._program_texts(program)
        said = [(code, text) for code, text in by_code.items() if code not in names]
        if (
            program.kind == "sfnt"
        ):  # a glyph name that says nothing may be known there, or is not what selects the glyph
            odd = [(code, name) for code, name in names.items() if name != ".notdef" and not texts[code]]
            said += [(code, program.text_of_name(name) or by_code.get(code, "")) for code, name in odd]
        for code, text in said:
            if text and not texts[code]:
                texts[code], evidence[code] = text, "font-program"

    def _program_texts(self, program: SimpleProgram) -> Mapping[int, str]:
        if program.texts or not self._tounicode.is_useless or self._encoding.names:
            return program.texts
        return program.texts_of_family(self.name)

    def _blanks(self) -> Iterable[int]:
        """The codes that select a glyph that draws nothing, whatever the document calls it."""
        reading, names = self._reading, self._encoding.names
        if self._is_type3:
            from esign_core.content.type3 import Procedures

            procedures = Procedures(self._file, self._font.get("CharProcs"))
            return [code for code, name in names.items() if reading.texts[code].strip() and procedures.is_blank(name)]
        program, texts = self._program, self._encoding.texts
        if program is None:
            return ()
        if program.kind == "sfnt":
            return [code for code in program.blanks(texts, names) if not reading.texts[code].isspace()]
        if program.kind == "cff":  # only a ToUnicode that contradicts the encoding is worth the question
            asked = [
                code for code, how in enumerate(reading.evidence) if how == "tounicode" and self._contradicts(code)
            ]
            return [code for code in asked if program.is_blank(code, texts[code], names.get(code, ""))]
        return ()

    def _contradicts(self, code: int) -> bool:
        return self._encoding.texts[code] != self._reading.texts[code]

    @cached_property
    def _metrics(self) -> SimpleMetrics:
        return read_metrics(self._file, self._font, self.name, self._encoding, self._program)
