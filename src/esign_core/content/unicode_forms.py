"""Text in the normalization forms of Unicode (Standard Annex 15), each character traced back to what is printed.

A character may be printed as one glyph or as several (é, or e and a combining accent), and one glyph may stand for
several characters (㎏). What is normalized are therefore clusters: the shortest pieces of a text that can be normalized
one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Literal, NamedTuple, TypeAlias
from unicodedata import category, combining, is_normalized, normalize

from esign_core.content.match import Forms

_Name: TypeAlias = Literal["NFC", "NFKC"]
_NAMES: dict[Forms, _Name] = {"nfc": "NFC", "nfkc": "NFKC"}
_MOST_MARKS = 30  # of one cluster: Standard Annex 15, 13 (stream-safe text); sorting more of them takes its square
_MOST_PARTS = 4  # that a character is composed of beside its base; Vietnamese and polytonic Greek have three
_IOTA_BELOW = "\u0345"  # a combining mark whose folded form is a letter
_NAMED = 6  # characters at most, where they are listed for people

# Where the characters are that have another form: those of ASCII characters that documents print, those that are
# equivalent in every form or come from east Asian fonts, and all there are.
_LIKE_ASCII = ((0x37E, 0x37E), (0x1FEF, 0x1FEF), (0x2024, 0x2026), (0x212A, 0x212A), (0xFE50, 0xFE6B), (0xFF01, 0xFF5E))
_LIKELY = (
    *((0x340, 0x344), (0x374, 0x387), (0x958, 0x95F), (0x9DC, 0x9DF), (0xA33, 0xA36), (0xA59, 0xA5E), (0xB5C, 0xB5D)),
    *((0xF43, 0xFB9), (0x1F71, 0x1F7D), (0x1FBB, 0x2001), (0x2024, 0x2026), (0x2126, 0x212B), (0x2329, 0x232A)),
    *((0x2ADC, 0x2ADC), (0x2E9F, 0x2FD5), (0xF900, 0xFAD9), (0xFB1D, 0xFB4E), (0xFE50, 0xFE6B), (0xFF01, 0xFFEE)),
    *((0x1D15E, 0x1D164), (0x1D1BB, 0x1D1C0), (0x2F800, 0x2FA1D)),
)
_EVERYWHERE = (
    *((0xA0, 0x33FF), (0xA640, 0xABFF), (0xF900, 0xFFEF), (0x10780, 0x107BF), (0x1CCD0, 0x1CCFF), (0x1D100, 0x1D7FF)),
    *((0x1E000, 0x1F2FF), (0x1FB00, 0x1FBFF), (0x2F800, 0x2FA1F)),
)


class Normalized(NamedTuple):
    """`starts` and `ends`: for each character the stretch of the printed text it is from; None: of its own place."""

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def printed(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the printed text that these characters are from."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def normalized(text: str, form: Forms) -> Normalized:
    """The text in this form. `exact`, or a text that is in it already: the same object, and every place its own."""
    if form == "exact" or text.isascii() or is_normalized(_NAMES[form], text):
        return Normalized(text)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, piece in clusters(text, form):
        pieces.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
    return Normalized("".join(pieces), starts, ends)


def clusters(text: str, form: Forms) -> Iterator[tuple[int, int, str]]:
    """Where each cluster of the text begins and ends, and what it is in this form; `form` is not `exact`."""
    name = _NAMES[form]
    start, whole = 0, ""
    for at, character in enumerate(text):
        own = normalize(name, character)
        if at > start:
            joined = normalize(name, text[start : at + 1]) if at - start <= _MOST_MARKS else whole + own
            if joined != whole + own or (combining(own[0]) and at - start <= _MOST_MARKS):
                whole = joined
                continue
            yield start, at, whole
        start, whole = at, own
    if text:
        yield start, len(text), whole


# ---- without the difference of upper and lower case


def fold(text: str) -> str:
    """The text without the difference of upper and lower case, each character still at its place."""
    folded = text.casefold()
    return folded if len(folded) == len(text) else "".join(map(_fold_one, text))


def _fold_one(character: str) -> str:
    folded = character.casefold()
    return folded if len(folded) == 1 else character


# Characters with the folded form of another letter, of which they are neither the upper nor the lower case: the Kelvin
# sign, the long s, the final sigma ...
_ODD_CASES = (
    "\u00b5\u017f\u0345\u03c2\u03d0\u03d1\u03d5\u03d6\u03f0\u03f1\u03f4\u03f5\u1c80\u1c81\u1c82\u1c83\u1c84\u1c85\u1c86"
    "\u1c87\u1c88\u1e9b\u1fbe\u2126\u212a\u212b"
)


def cases(character: str) -> frozenset[str]:
    """The characters that differ from this one in case only."""
    folded = fold(character)
    candidates = (character, folded, folded.upper(), folded.lower(), folded.title(), *_ODD_CASES)
    return frozenset(each for each in candidates if len(each) == 1 and fold(each) == folded)


# ---- without any difference of form


class _Bones(dict[int, str]):
    """For each character what is left of it without case, marks, and the difference of forms; kept as asked for."""

    def __missing__(self, number: int) -> str:
        bare = self[number] = "".join(
            fold(part)
            for part in normalize("NFKD", chr(number))
            if part == _IOTA_BELOW or not (combining(part) or part.isspace())
        )
        return bare


_BONES = _Bones()  # of a pure function; 1 114 112 small strings at most


def skeleton(text: str) -> str:
    """What texts have in common that differ only in form, case, marks and white space.

    That of a stretch of a text is a stretch of that of the text, whatever form each of them is in.
    """
    return "".join(text.lower().split()) if text.isascii() else text.translate(_BONES)


def skeletons(texts: Sequence[str]) -> list[str]:
    """Of each of them, as `skeleton`."""
    found = skeleton("\0".join(texts)).split("\0")  # at once, which is faster
    return found if len(found) == len(texts) else list(map(skeleton, texts))


@lru_cache(maxsize=2)
def _others(ranges: tuple[tuple[int, int], ...]) -> dict[str, set[str]]:
    """For each folded character the characters of these ranges that are written with it in the loosest form."""
    found: dict[str, set[str]] = {}
    for first, last in ranges:
        for other in map(chr, range(first, last + 1)):
            loose = normalize("NFKC", other)
            if loose != other:
                for part in fold(loose):
                    found.setdefault(part, set()).add(other)
    return found


def needed(tag: str, forms: Forms) -> tuple[frozenset[str], ...]:
    """Of each of these sets the page must print one character, or it prints the tag neither in this form nor nearly so.

    Nearly: in another case; or in another form where that is in full or half width, or a radical or compatibility
    ideograph of east Asian fonts, or composed of other parts.
    """
    if not skeleton(tag):  # marks only: no form of them is looked for but their own
        return tuple({cases(mark): None for mark in tag if not mark.isspace()}) if forms == "exact" else ()
    ranges = _EVERYWHERE if forms == "nfkc" else _LIKE_ASCII if tag.isascii() else _LIKELY
    others = _others(ranges)
    found: dict[frozenset[str], None] = {}
    for start, end, _ in clusters(tag, "nfkc"):
        cluster = tag[start:end]
        if cluster.isspace():
            continue
        beginnings = _beginnings(cluster)
        if beginnings:
            sets = [cases(character) | others.get(fold(character), set()) for character in beginnings]
            found[frozenset().union(*sets)] = None
    return tuple(found)


def _beginnings(cluster: str) -> set[str]:
    """The characters with which the cluster may begin, in whatever form it is printed; none: nobody knows them all."""
    beginnings = {cluster[0]}
    for form in _NAMES.values():
        inked = [part for part in normalize(form, cluster) if not (part.isspace() or combining(part))]
        base, *parts = list(normalize("NFD", inked[0])) if inked else [""]
        if not base or len(parts) > _MOST_PARTS:
            return set()
        for count in range(len(parts) + 1):
            for some in combinations(parts, count):
                composed = normalize("NFC", base + "".join(some))
                if len(composed) == 1:
                    beginnings.add(composed)
    return beginnings


def is_mark(character: str) -> bool:
    """Is it a mark on the character in front of it?"""
    return not character.isascii() and category(character).startswith("M")


def is_atomic(character: str) -> bool:
    """Is it one character in every form, so that no glyphs side by side print it?"""
    return len(normalize("NFKD", character)) == 1


def code_points(text: str) -> str:
    """The characters beyond ASCII as people look them up: U+FF03."""
    named = [f"U+{ord(character):04X}" for character in dict.fromkeys(text) if not character.isascii()]
    return " ".join(named[:_NAMED]) + (" ..." if len(named) > _NAMED else "")
