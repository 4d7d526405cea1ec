"""Which text the /Encoding of a simple font gives to each code, and how far its program may speak for the others.

ISO 32000-2, 9.6.5, as viewers read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from esign_core.content.encodings import NAMED, NONE, dingbat_text, encoding_table, glyph_text
from esign_core.content.glyphs import dictionary, number
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Name, Value

_SYMBOLIC, _NONSYMBOLIC = 4, 32  # flags of a font descriptor: ISO 32000-2, table 121
_TEXT_FAMILIES = ("Arial", "Courier", "Helvetica", "Times")  # viewers have these, whatever their flags say
_DIGITS = frozenset("0123456789ABCDEF")
_LETTERS = frozenset("ABCDEF")
_INITIALS = frozenset(map(chr, (*range(0x41, 0x5B), *range(0x61, 0x7B))))
_GAPS = 2  # codes that a text leaves out, at least
_NOTHING: Mapping[int, str] = MappingProxyType({})
_MOST_KEPT = 1024  # characters of glyph names whose texts are kept: producers write the same few lists again and again


class SimpleEncoding(NamedTuple):
    """`texts`: by code; `NONE` where there is none. `long_texts`: those of several characters. `names`: the glyph names
    that /Differences lists, by code. `asks_program`: does the font program speak for codes without a text?"""

    texts: tuple[str, ...]
    long_texts: tuple[str, ...]
    names: Mapping[int, str]
    asks_program: bool


def without_program(file: PdfFile, font: Dictionary, name: str) -> tuple[str, ...]:
    """The texts that count where the embedded program cannot be read, and viewers take another font."""
    return _codes(_without_program(file, dictionary(file, font.get("FontDescriptor")), name))


def _without_program(file: PdfFile, descriptor: Dictionary, name: str) -> str:
    return "StandardEncoding" if name.startswith(_TEXT_FAMILIES) or not _is_symbolic(file, descriptor) else ""


def read_encoding(file: PdfFile, font: Dictionary, name: str) -> SimpleEncoding:
    """The encoding of a simple font whose base font is called `name`."""
    given = file.get(font, "Encoding")
    listed = file.get(given, "Differences") if isinstance(given, dict) else None
    differences = tuple(_differences(file, listed)) if isinstance(listed, list) else ()
    table, asks_program = _base(file, font, name, differs=isinstance(listed, list))
    if not differences:
        return SimpleEncoding(_codes(table), (), _NOTHING, asks_program)
    texts = (_named if sum(len(glyph) for _, glyph in differences) <= _MOST_KEPT else _named.__wrapped__)(
        table, differences, name.startswith("ZapfDingbats")
    )
    long_texts = tuple(text for text in texts if len(text) != 1)
    return SimpleEncoding(texts, long_texts, dict(differences), asks_program)


def _base(file: PdfFile, font: Dictionary, name: str, *, differs: bool) -> tuple[str, bool]:
    """Name of the table that /Differences starts from (empty: none); and does the program speak for the rest?"""
    given = file.get(font, "Encoding")
    base = file.get(given, "BaseEncoding") if isinstance(given, dict) else given
    descriptor = dictionary(file, font.get("FontDescriptor"))
    embedded = any(descriptor.get(key) is not None for key in ("FontFile", "FontFile2", "FontFile3"))
    true_type = descriptor.get("FontFile2") is not None
    if not embedded and name.startswith(("Symbol", "ZapfDingbats")):  # they have no glyphs for another encoding
        return "Symbol" if name.startswith("Symbol") else "ZapfDingbats", False
    if isinstance(base, Name) and base in NAMED:
        return base, true_type
    if file.get(font, "Subtype") == "Type3":  # has names for its glyphs and nothing else
        return "", False
    if differs and _goes_by_name(file, font, descriptor):
        return "StandardEncoding", true_type
    if embedded:
        return "", True
    return _without_program(file, descriptor, name), False


@lru_cache(maxsize=8)
def _codes(table: str) -> tuple[str, ...]:
    return tuple(encoding_table(table) if table else NONE * 256)


@lru_cache(maxsize=64)
def _named(table: str, differences: tuple[tuple[int, str], ...], dingbats: bool) -> tuple[str, ...]:
    """The texts of a table with those of glyph names in their places."""
    texts = list(_codes(table))
    odd: dict[int, str] = {}
    for code, glyph in dict(differences).items():
        texts[code] = (dingbat_text(glyph) if dingbats else "") or glyph_text(glyph) or NONE
        if texts[code] == NONE and glyph != ".notdef":
            odd[code] = glyph
    for code, text in _spelt(odd).items():
        texts[code] = text
    return tuple(texts)


def _spelt(names: Mapping[int, str]) -> dict[int, str]:
    """What names such as G24 print that spell a code, two hexadecimal digits, as Distiller makes them up.

    Only where all names that say nothing are of that form, and one of them has a letter: G24 may be the 24th glyph.
    Behind another letter than G they have to spell their own codes, which must not be in a row: numbered glyphs are.
    """
    initials = {name[:1] for name in names.values()}
    digits = {code: name[1:].upper() for code, name in names.items()}
    if len(initials) != 1 or any(len(each) != 2 or not _DIGITS.issuperset(each) for each in digits.values()):
        return {}
    if _LETTERS.isdisjoint("".join(digits.values())):
        return {}
    if initials != {"G"} and not (initials < _INITIALS and _is_text(digits)):
        return {}
    spelt = {code: chr(int(each, 16)) for code, each in digits.items()}
    return {code: text for code, text in spelt.items() if " " <= text <= "~" or text > "\xa0"}


def _is_text(digits: Mapping[int, str]) -> bool:
    """Do the digits spell their codes, from that of the space on, and with gaps, as letters have that a text needs?"""
    first, last = min(digits), max(digits)
    return (
        first == ord(" ")
        and last - first + 1 >= len(digits) + _GAPS
        and all(code == int(each, 16) for code, each in digits.items())
    )


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
