"""What a code might print of which the document says nothing: the character that a naive viewer takes it for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from esign_core.content.encodings import NONE, encoding_table

_HEXADECIMAL = ("G", "g")  # letters in front of hexadecimal codes in made-up names
_DECIMAL = ("C", "c", "a", "ch", "char", "glyph", "cid")  # and of decimal ones


def guessed_text(code: int, name: str) -> str:
    """Of a one-byte code: what its glyph name may spell (G23, C35), else the character of that code in WinAnsiEncoding;
    empty for control characters."""
    stem = name.rstrip("0123456789ABCDEFabcdef") if name[:1] in _HEXADECIMAL else name.rstrip("0123456789")
    digits = name[len(stem) :]
    if len(stem) < len(name) and len(digits) in (2, 3, 4):
        base = 16 if stem in _HEXADECIMAL else 10 if stem in _DECIMAL else 0
        code = int(digits, base) if base else code
    character = encoding_table("WinAnsiEncoding")[code] if code < 256 else NONE
    return "" if character == NONE else character


@lru_cache(maxsize=256)
def usual_codes(character: str) -> frozenset[bytes]:
    """The codes of a character in WinAnsiEncoding, by which a font prints it that stands in for a missing one."""
    return frozenset(
        [bytes((code,)) for code, text in enumerate(encoding_table("WinAnsiEncoding")) if text == character]
    )


def codes_guessed(character: str, names: Mapping[int, str]) -> frozenset[bytes]:
    """The one-byte codes that `guessed_text` may take for a character, in a font with these glyph names."""
    odd = [(code, name) for code, name in names.items() if name[:1] in _HEXADECIMAL or name[-1:].isdigit()]
    return usual_codes(character).union(bytes((code,)) for code, name in odd if guessed_text(code, name) == character)


def guessed_character(number: int) -> str:
    """Of a longer code: the character of that Unicode number; empty where it is none that is printed."""
    character = chr(number) if number < 0x110000 else ""
    return character if character.isprintable() else ""
