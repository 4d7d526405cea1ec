"""Which text each code of a simple font stands for: its /Encoding and, where that leaves it open, its font program.

ISO 32000-2, 9.6.5, as viewers read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from esign_core.content.encodings import (
    DINGBATS,
    NAMED,
    NONE,
    STANDARD,
    SYMBOL,
    dingbat_text,
    glyph_text,
)
from esign_core.content.glyphs import dictionary, number, stream_data
from esign_core.content.postscript import read_cff, type1_encoding
from esign_core.content.truetype import TrueType
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Name, Value

_SYMBOLIC, _NONSYMBOLIC = 4, 32  # flags of a font descriptor: ISO 32000-2, table 121
_TEXT_FAMILIES = ("Arial", "Courier", "Helvetica", "Times")  # viewers have these, whatever their flags say
_PROGRAMS = ("FontFile", "FontFile2", "FontFile3")


@dataclass(frozen=True, slots=True)
class SimpleEncoding:
    """Text by code; a code that prints nothing known is absent. `built_in`: the codes the font program spoke for."""

    texts: dict[int, str]
    built_in: frozenset[int]


def read_encoding(file: PdfFile, font: Dictionary, name: str) -> SimpleEncoding:
    """The encoding of a simple font whose base font is called `name`."""
    given = file.get(font, "Encoding")
    differences = file.get(given, "Differences") if isinstance(given, dict) else None
    texts, from_program = _base_texts(file, font, name, differs=isinstance(differences, list))
    named = dict(_differences(file, differences)) if isinstance(differences, list) else {}
    dingbats = name.startswith("ZapfDingbats")
    built_in = frozenset(texts) - named.keys() if from_program else frozenset()
    texts |= {code: (dingbat_text(glyph) if dingbats else "") or glyph_text(glyph) for code, glyph in named.items()}
    return SimpleEncoding(texts, built_in)


def _base_texts(file: PdfFile, font: Dictionary, name: str, *, differs: bool) -> tuple[dict[int, str], bool]:
    """What /Differences starts from, and whether the font program said so."""
    given = file.get(font, "Encoding")
    base = file.get(given, "BaseEncoding") if isinstance(given, dict) else given
    descriptor = dictionary(file, font.get("FontDescriptor"))
    embedded = any(key in descriptor for key in _PROGRAMS)
    if not embedded and name.startswith(("Symbol", "ZapfDingbats")):  # they have no glyphs for another encoding
        return _texts(SYMBOL if name.startswith("Symbol") else DINGBATS), False
    if isinstance(base, Name) and base in NAMED:
        return _texts(NAMED[base]), False
    if file.get(font, "Subtype") == "Type3":  # has names for its glyphs and nothing else
        return {}, False
    if differs and _goes_by_name(file, font, descriptor):
        return _texts(STANDARD), False
    if embedded:
        return _program_texts(file, descriptor), True
    if name.startswith(_TEXT_FAMILIES) or not _is_symbolic(file, descriptor):
        return _texts(STANDARD), False
    return {}, False


def _texts(encoding: str) -> dict[int, str]:
    return dict(_listed(encoding))


@lru_cache(maxsize=8)
def _listed(encoding: str) -> tuple[tuple[int, str], ...]:
    return tuple((code, character) for code, character in enumerate(encoding) if character != NONE)


def _is_symbolic(file: PdfFile, descriptor: Dictionary) -> bool:
    return bool(int(number(file, descriptor.get("Flags"))) & _SYMBOLIC)


def _goes_by_name(file: PdfFile, font: Dictionary, descriptor: Dictionary) -> bool:
    """Is it a nonsymbolic TrueType font? Its glyphs are found by name, from StandardEncoding (ISO 32000-2, 9.6.5.4)."""
    flags = int(number(file, descriptor.get("Flags")))
    return file.get(font, "Subtype") == "TrueType" and bool(flags & _NONSYMBOLIC) and not flags & _SYMBOLIC


def _differences(file: PdfFile, differences: list[Value]) -> Iterator[tuple[int, str]]:
    code = 0
    for item in differences:
        value = file.resolve(item)
        if isinstance(value, Name):
            if 0 <= code < 256:
                yield code, value
            code += 1
        elif isinstance(value, (int, float)):
            code = int(number(file, value))


def _program_texts(file: PdfFile, descriptor: Dictionary) -> dict[int, str]:
    """From the codes built into the embedded font program."""
    if "FontFile" in descriptor:
        names = type1_encoding(stream_data(file, descriptor["FontFile"]))
        return _texts(STANDARD) if names is None else _named(names)
    program = stream_data(file, descriptor.get("FontFile2", descriptor.get("FontFile3")))
    if "FontFile2" in descriptor or program.startswith((b"\0\1\0\0", b"true")):
        return _true_type_texts(program)
    cff = read_cff(TrueType(program).table(b"CFF ") if program.startswith(b"OTTO") else program)
    if cff is None:
        return {}
    if cff.encoding is not None:
        return _named({code: cff.names[glyph] for code, glyph in cff.encoding.items() if glyph < len(cff.names)})
    drawn = {glyph_text(glyph_name) for glyph_name in cff.names}
    return {code: text for code, text in _texts(STANDARD).items() if text in drawn}


def _named(names: dict[int, str]) -> dict[int, str]:
    return {code: text for code, name in names.items() if (text := glyph_text(name))}


def _true_type_texts(program: bytes) -> dict[int, str]:
    """A code that selects a glyph is no evidence of a character: the program's Unicode subtable says which it draws."""
    font = TrueType(program)
    if not font.by_code:  # then codes are looked up in the Unicode subtable as they are
        return {code: chr(code) for code in range(256) if code in font.by_character}
    return {code: font.characters[glyph] for code, glyph in font.by_code.items() if glyph in font.characters}


class Blanks:
    """Which codes of an embedded TrueType font select a glyph without an outline, by whatever way it is selected."""

    def __init__(self, file: PdfFile, font: Dictionary, encoding: SimpleEncoding) -> None:
        descriptor = dictionary(file, font.get("FontDescriptor"))
        self._program = TrueType(stream_data(file, descriptor.get("FontFile2")))
        self._encoding = encoding

    def __contains__(self, code: int) -> bool:
        text = self._encoding.texts.get(code, "")
        by_code = self._program.by_code.get(code, 0)
        by_character = self._program.by_character.get(ord(text), 0) if len(text) == 1 else 0
        glyphs = {by_code, by_character} - {0}
        return bool(glyphs) and all(map(self._program.is_blank, glyphs))
