"""What is searched for: a string or a regular expression, in the text of one line at a time."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import NamedTuple

from esign_core.content.encodings import expand_ligatures
from esign_core.content.glyphs import UNKNOWN
from esign_core.content.match import TagOptions
from esign_core.errors import InputError


class Hit(NamedTuple):
    """A stretch of a line's text; `exact` is False where only upper and lower case differ."""

    start: int
    end: int
    exact: bool


class Query(ABC):
    """`name`: what is searched for, as text. `needs`: a page must print one character of each of these sets."""

    name: str
    needs: tuple[frozenset[str], ...] = ()

    def __init__(self, whole_word: bool) -> None:
        self._whole_word = whole_word

    def hits(self, text: str) -> Iterator[Hit]:
        """In order; nothing that holds a glyph of which nobody knows what it prints."""
        for hit in self._search(text):
            if UNKNOWN in text[hit.start : hit.end]:
                continue
            around = text[max(hit.start - 1, 0) : hit.start] + text[hit.end : hit.end + 1]
            if self._whole_word and any(map(_is_word, around)):
                continue
            yield hit

    def may_be_among(self, characters: str) -> bool:
        """Could it be printed with these characters, in whatever order they stand?"""
        return all(not needed.isdisjoint(characters) for needed in self.needs)

    def may_be_in(self, text: str) -> bool:
        """Could it be in this text, wherever the gaps between its words are?"""
        return True

    @abstractmethod
    def _search(self, text: str) -> Iterator[Hit]:
        """Hits in the text, in order; what they hold and what is beside them is not looked at."""


class LiteralQuery(Query):
    """A string; any white space in it stands for one gap between words."""

    def __init__(self, tag: str, options: TagOptions) -> None:
        super().__init__(options.whole_word)
        self.name = tag
        self._tag = " ".join(expand_ligatures(tag).split())
        if not self._tag:
            raise InputError("an empty tag is on every page: give the characters that are printed", code="TAG_EMPTY")
        self._folded = fold(self._tag)
        self._compact = "".join(self._folded.split())
        self._case_sensitive = options.case_sensitive
        self.needs = tuple({_cases(character): None for character in self._tag if character != " "})

    def may_be_in(self, text: str) -> bool:
        return self._compact in "".join(fold(text).split())

    def _search(self, text: str) -> Iterator[Hit]:
        folded = fold(text)
        at = folded.find(self._folded)
        while at >= 0:
            end = at + len(self._folded)
            exact = not self._case_sensitive or text[at:end] == self._tag
            yield Hit(at, end, exact)
            at = folded.find(self._folded, end if exact else at + 1)


class PatternQuery(Query):
    """A regular expression; a match of no length is none."""

    def __init__(self, pattern: re.Pattern[str], options: TagOptions) -> None:
        super().__init__(options.whole_word)
        if not isinstance(pattern.pattern, str):
            raise InputError("a pattern for bytes finds no text: compile it from a str", code="TAG_PATTERN")
        self.name = pattern.pattern
        self._pattern = pattern

    def _search(self, text: str) -> Iterator[Hit]:
        for match in self._pattern.finditer(text):
            if match.end() > match.start():
                yield Hit(match.start(), match.end(), True)


def read_query(tag: str | re.Pattern[str], options: TagOptions) -> Query:
    """InputError: TAG_EMPTY, TAG_PATTERN for what is neither a string nor a regular expression for strings."""
    if isinstance(tag, str):
        return LiteralQuery(tag, options)
    if isinstance(tag, re.Pattern):
        return PatternQuery(tag, options)
    raise InputError(f"a tag is a str or a compiled regular expression, not {type(tag).__name__}", code="TAG_PATTERN")


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


def _cases(character: str) -> frozenset[str]:
    """The characters that differ from this one in case only."""
    folded = fold(character)
    candidates = (character, folded, folded.upper(), folded.lower(), folded.title(), *_ODD_CASES)
    return frozenset(each for each in candidates if len(each) == 1 and fold(each) == folded)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
