"""From the order in which a line is printed to the one in which it is read and typed (Unicode Standard Annex 9).

Hebrew and Arabic are printed from right to left, numbers and Latin words within them from left to right. A printed line
does not say which of the two goes on around it: the one that has more letters does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import Literal, TypeAlias

_Kind: TypeAlias = Literal["L", "R", "number", "mark", ""]  # empty: spaces, punctuation

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_KINDS: dict[str, _Kind] = {"L": "L", "R": "R", "AL": "R", "EN": "number", "AN": "number", "NSM": "mark"}
_WITHIN_NUMBERS = ("CS", "ES")
_PAIRS = "()[]{}<>«»‹›≤≥"
_MIRRORED = {ord(a): b for pair in zip(_PAIRS[::2], _PAIRS[1::2], strict=True) for a, b in (pair, pair[::-1])}


def goes_left(text: str) -> bool:
    """Is anything in it written from right to left?"""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def as_read(text: str, numbers: Sequence[int | None]) -> tuple[str, list[int | None]]:
    """A printed line in the order in which it is read.

    `numbers`: for each character that of the glyph that prints it (None: a gap). What one glyph prints is in that order
    already.
    """
    pieces = _pieces(text, numbers)
    levels = _levels([_kind(piece) for piece, _ in pieces], [piece for piece, _ in pieces])
    order = list(range(len(pieces)))
    for level in range(1, max(levels, default=0) + 1):
        order = _reversed_from(level, order, levels)
    read: list[str] = []
    by: list[int | None] = []
    for at in order:
        piece, number = pieces[at]
        read.append(piece.translate(_MIRRORED) if levels[at] == 1 else piece)
        by += number
    return "".join(read), by


def _pieces(text: str, numbers: Sequence[int | None]) -> list[tuple[str, list[int | None]]]:
    """What each glyph prints, with the marks on it."""
    pieces: list[tuple[str, list[int | None]]] = []
    for number, characters in groupby(zip(numbers, text, strict=True), key=lambda pair: pair[0]):
        piece = "".join([character for _, character in characters])
        by = [number] * len(piece)
        if pieces and _kind(piece) == "mark":
            piece, by = pieces[-1][0] + piece, pieces.pop()[1] + by
        pieces.append((piece, by))
    return pieces


def _kind(piece: str) -> _Kind:
    kinds = [_KINDS.get(unicodedata.bidirectional(character), "") for character in piece]
    return next((kind for kind in kinds if kind and kind != "mark"), "mark" if "mark" in kinds else "")


def _levels(kinds: list[_Kind], pieces: list[str]) -> list[int]:
    """Of embedding: even is written from left to right, odd from right to left."""
    base: _Kind = "R" if kinds.count("R") > kinds.count("L") else "L"
    for at in range(1, len(kinds) - 1):
        if kinds[at - 1] == kinds[at + 1] == "number" and unicodedata.bidirectional(pieces[at][0]) in _WITHIN_NUMBERS:
            kinds[at] = "number"
    around: list[_Kind] = [kind if kind in ("L", "R") else "" for kind in kinds]
    strong = _between(around, base)
    embedded = {"L": 0 if base == "L" else 2, "R": 1}
    return [2 if kind == "number" and side == "R" else embedded[side] for kind, side in zip(kinds, strong, strict=True)]


def _between(kinds: list[_Kind], base: _Kind) -> list[_Kind]:
    """What stands between two of one direction goes in that one, all else in the base direction."""
    found: list[_Kind] = []
    before = base
    at = 0
    for kind, group in groupby(kinds):
        count = len(list(group))
        at += count
        behind = kinds[at] if at < len(kinds) else base
        found += [kind or (before if before == behind else base)] * count
        before = kind or before
    return found


def _reversed_from(level: int, order: list[int], levels: list[int]) -> list[int]:
    """Each stretch of this level or a higher one the other way round."""
    turned: list[int] = []
    for is_high, group in groupby(order, key=lambda at: levels[at] >= level):
        stretch = list(group)
        turned += stretch[::-1] if is_high else stretch
    return turned
