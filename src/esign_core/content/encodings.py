"""What the codes of simple fonts print: the encodings of ISO 32000-2, annex D, and glyph names as text.

A table is a text of 256 characters, one for each code; `NONE` stands where a code has no character.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

from esign_core.content.published_tables import published
from esign_core.content.standard_names import LATIN, MORE_NAMES, expert_names

NONE = "\0"
_HEXADECIMAL = frozenset("0123456789ABCDEFabcdef")
_LISTED_STEMS = frozenset({"H", "SF", "mu"})  # short beginnings of names in the Adobe Glyph List that end in a number
_NUMBERED = frozenset({"glyph", "cid", "gid", "index", "char", "glyphid", "chr"})

_FIRST_SHAPE = "\ufb50"
_SHAPES = ((0xFB50, 0xFDF0), (0xFE70, 0xFEFD))  # Arabic Presentation Forms-A, up to words and symbols, and -B
_LONGEST_SHAPE = 3  # letters
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "ſt", 0xFB06: "st"}


def expand_ligatures(text: str) -> str:
    """Latin ligatures as the letters they join, and Arabic letters without regard to what stands beside them, so that a
    word is found however it is typeset."""
    if text.isascii():
        return text
    text = text.translate(_LIGATURES)
    return text.translate(_arabic_shapes()) if max(text) >= _FIRST_SHAPE else text


def ligatures_with(character: str) -> frozenset[str]:
    """The ligatures and shapes that print the character."""
    tables = [_LIGATURES, _arabic_shapes()] if "\u0600" <= character <= "\u06ff" else [_LIGATURES]
    return frozenset(chr(number) for table in tables for number, letters in table.items() if character in letters)


@cache
def _arabic_shapes() -> dict[int, str]:
    """What the presentation forms print that are letters, or ligatures of a few."""
    decomposed = {
        number: unicodedata.normalize("NFKC", chr(number)) for first, last in _SHAPES for number in range(first, last)
    }
    return {number: text for number, text in decomposed.items() if text.isalpha() and len(text) <= _LONGEST_SHAPE}


@lru_cache(maxsize=8192)
def glyph_text(name: str) -> str:
    """The text of a glyph name (Adobe Glyph List Specification, 2); empty for a name that says nothing.

    A name of several parts of which one says nothing says nothing: producers make up names such as `a_1`.
    """
    known = LATIN.get(name)
    if known is not None:
        return known
    texts = [_component_text(part) for part in name.partition(".")[0].split("_")]
    return "".join(texts) if all(texts) else ""


def _component_text(name: str) -> str:
    known = LATIN.get(name) or MORE_NAMES.get(name)
    if known is not None:
        return known
    if name.startswith("uni") and len(name) % 4 == 3 and _is_hexadecimal(name[3:]):
        return "".join(character(int(name[at : at + 4], 16)) for at in range(3, len(name), 4))
    if name.startswith("u") and 5 <= len(name) <= 7 and _is_hexadecimal(name[1:]):
        return character(int(name[1:], 16))
    return "" if _is_made_up(name) else _listed_text(name)


def _is_hexadecimal(digits: str) -> bool:
    return bool(digits) and _HEXADECIMAL.issuperset(digits)


def _is_made_up(name: str) -> bool:
    """Is it a number behind a letter or two, as producers call glyphs? The Adobe Glyph List holds no such name, but it
    is large, and read only where it may."""
    stem = name.rstrip("0123456789")
    return len(stem) < len(name) and stem not in _LISTED_STEMS and (len(stem) <= 2 or stem.lower() in _NUMBERED)


def _listed_text(name: str) -> str:
    text: str = published("glyphlist").glyphname2unicode.get(name, "")
    return text


def character(number: int) -> str:
    """The character of a Unicode number; empty where there is none."""
    return chr(number) if 0 < number < 0xD800 or 0xDFFF < number < 0xFFFD or 0xFFFF < number < 0x110000 else ""


def dingbat_name(code: int) -> str:
    """The glyph name of a code in the built-in encoding of ZapfDingbats; empty where there is none."""
    return _DINGBAT_NAMES.get(code, "")


def _table(characters: Mapping[int, str]) -> str:
    return "".join(characters.get(code, NONE) for code in range(256))


_ASCII = "".join(map(chr, range(0x20, 0x7F)))


def _win_ansi() -> str:
    # the Windows code page but for annex D.2, notes 3 to 6: unused codes above 0x7E are bullets, 0xA0 is a space, 0xAD
    # a hyphen
    upper = "•€•‚ƒ„…†‡ˆ‰Š‹Œ•Ž••‘’“”•–—˜™š›œ•žŸ " + "".join(map(chr, range(0xA1, 0x100)))
    return NONE * 32 + _ASCII + upper.replace("\xad", "-")


def _mac_roman() -> str:
    # the Mac OS code page as it was, with the currency sign where today's has the euro
    upper = (
        "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªº\u03a9æø¿¡¬√ƒ≈∆«»… ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄¤‹›"
        "ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ"
    )
    return NONE * 32 + _ASCII + NONE + upper


def _mac_expert() -> str:
    return _table({code: glyph_text(name) for code, name in expert_names(mac=True).items()})


def _standard() -> str:
    # fmt: off
    upper = (
        "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ" "\0–†‡·\0¶•‚„”»…‰\0¿" "\0`´ˆ˜¯˘˙¨\0˚¸\0˝˛ˇ" "—\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
        "\0Æ\0ª\0\0\0\0ŁØŒº\0\0\0\0" "\0æ\0\0\0ı\0\0łøœß"
    )
    # fmt: on
    ascii_part = {code: chr(code) for code in range(32, 127)} | {0x27: "’", 0x60: "‘"}
    return _table(ascii_part | dict(enumerate(upper, 0xA1)))


def _symbol() -> str:
    lower = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧ∆ΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥς\u2126ΞΨΖ[∴]⊥_\uf8e5αβχδεφγηιϕκλµνοπθρστυϖωξψζ{|}∼"
    upper = (
        "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…\uf8e6\uf8e7↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇\uf6da\uf6d9\uf6db∏√⋅¬∧∨⇔⇐⇑⇒⇓◊\u2329"
        "\uf8e8\uf8e9\uf8ea∑\uf8eb\uf8ec\uf8ed\uf8ee\uf8ef\uf8f0\uf8f1\uf8f2\uf8f3\uf8f4\0"
        "\u232a∫⌠\uf8f5⌡\uf8f6\uf8f7\uf8f8\uf8f9\uf8fa\uf8fb\uf8fc\uf8fd\uf8fe"
    )
    return _table(dict(enumerate(lower, 0x20)) | dict(enumerate(upper, 0xA0)))


# ZapfDingbats: numbers of the glyph names a1 to a206 in the order of codes 0x21 to 0x8D and 0xA1 to 0xFE; 0: no glyph.
_DINGBAT_NUMBERS = (
    """
    1 2 202 3 4 5 119 118 117 11 12 13 14 15 16 105 17 18 19 20 21 22 23 24 25 26 27 28 6 7 8 9 10 29 30 31 32
    33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68
    69 70 71 72 73 74 203 75 204 76 77 78 79 81 82 83 84 97 98 99 100 0 89 90 93 94 91 92 205 85 206 86 87 88 95
    96
    """,
    """
    101 102 103 104 106 107 108 112 111 110 109 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135
    136 137 138 139 140 141 142 143 144 145 146 147 148 149 150 151 152 153 154 155 156 157 158 159 160 161 163
    164 196 165 192 166 167 168 169 170 171 172 173 162 174 175 176 177 178 179 193 180 199 181 200 182 0 201
    183 184 197 185 194 198 186 195 187 188 189 190 191
    """,
)
_DINGBAT_NAMES = {0x20: "space"} | {
    code: f"a{number}"
    for first, numbers in zip((0x21, 0xA1), _DINGBAT_NUMBERS, strict=True)
    for code, number in enumerate(numbers.split(), first)
    if number != "0"
}


def _dingbats() -> str:
    # Unicode took the block 27xx over from this font, code by code, except where it had the character already
    table = {code: chr(0x26E0 + code) for code in range(0x21, 0x7F)} | {0x20: " "}
    table |= {code: chr(0x26E8 + code) for code in range(0x80, 0x8E)}
    table |= {code: chr(0x26C0 + code) for code in range(0xA1, 0xFF) if code != 0xF0}
    table |= {code: chr(0x2460 + at) for at, code in enumerate(range(0xAC, 0xB6))}
    return _table(table | _NOT_IN_27XX)


# fmt: off
_NOT_IN_27XX = {
    0x25: "☎", 0x2A: "☛", 0x2B: "☞", 0x48: "★", 0x6C: "●", 0x6E: "■", 0x73: "▲", 0x74: "▼", 0x75: "◆", 0x77: "◗",
    0xA8: "♣", 0xA9: "♦", 0xAA: "♥", 0xAB: "♠", 0xD5: "→", 0xD6: "↔", 0xD7: "↕",
}
# fmt: on

_BUILDERS = {
    "StandardEncoding": _standard,
    "MacRomanEncoding": _mac_roman,
    "WinAnsiEncoding": _win_ansi,
    "MacExpertEncoding": _mac_expert,
    "Symbol": _symbol,
    "ZapfDingbats": _dingbats,
}
NAMED = frozenset({"StandardEncoding", "MacRomanEncoding", "WinAnsiEncoding", "MacExpertEncoding"})  # by /Encoding


@cache
def encoding_table(name: str) -> str:
    """The encoding of that name: one of `NAMED`, or the one built into Symbol or ZapfDingbats."""
    return _BUILDERS[name]()


@cache
def mac_glyph_texts() -> str:
    """What the 258 glyphs print that TrueType fonts for the Macintosh begin with, in their order (OpenType, `post`)."""
    mac = encoding_table("MacRomanEncoding")
    return NONE * 3 + _ASCII + mac[0x80:] + "ŁłŠšŽž¦ÐðÝýÞþ−×¹²³½¼¾₣ĞğİŞşĆćČčđ"


@lru_cache(maxsize=512)
def dingbat_text(name: str) -> str:
    """The text of a glyph name of ZapfDingbats, whose names the Adobe Glyph List does not hold."""
    codes = [code for code, listed in _DINGBAT_NAMES.items() if listed == name]
    return encoding_table("ZapfDingbats")[codes[0]] if codes else ""
