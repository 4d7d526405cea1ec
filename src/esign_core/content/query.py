"""What is searched for: a string or a regular expression, in the text of one line at a time."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from esign_core.content.bidirectional import goes_left
from esign_core.content.encodings import expand_ligatures
from esign_core.content.glyphs import UNKNOWN
from esign_core.content.match import Forms, TagOptions
from esign_core.content.unicode_forms import (
    Normalized,
    fold,
    is_atomic,
    is_mark,
    needed,
    normalized,
    skeleton,
    skeletons,
)
from esign_core.errors import InputError

_KEPT_LENGTH = 100  # characters of a tag whose query is kept

Reason: TypeAlias = Literal["TAG_OTHER_CASE", "TAG_OTHER_FORM"]


class Hit(NamedTuple):
    """A stretch of a line's text; `reason`: why it is only a near miss, None for a match."""

    start: int
    end: int
    reason: Reason | None = None

    @property
    def exact(self) -> bool:
        return self.reason is None


class Printed:
    """The text of one line, and its other forms, each made when first asked for."""

    __slots__ = ("_folded", "_forms", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._forms: dict[Forms, Normalized] = {}
        self._folded: dict[str, str] = {}

    def in_form(self, form: Forms) -> Normalized:
        found = self._forms.get(form)
        if found is None:
            found = self._forms[form] = normalized(self.text, form)
        return found

    def folded(self, form: Forms) -> str:
        text = self.text if form == "exact" else self.in_form(form).text
        found = self._folded.get(text)
        if found is None:
            found = self._folded[text] = fold(text)
        return found


class Query(ABC):
    """`name`: what is searched for, as text. `needs`: a page must print one character of each of these sets, or it has
    neither a hit nor, of those that people would ask for, a near miss."""

    name: str
    needs: tuple[frozenset[str], ...] = ()

    def __init__(self, options: TagOptions) -> None:
        self._whole_word = options.whole_word
        self._forms = options.forms

    def hits(self, text: str) -> Iterator[Hit]:
        """Matches in order, with those that differ in case; then those in another form. None of them holds a glyph of
        which nobody knows what it prints."""
        for hit in self._search(Printed(text)):
            if self._may_stand(text, hit):
                yield hit

    def _may_stand(self, text: str, hit: Hit) -> bool:
        if UNKNOWN in text[hit.start : hit.end]:
            return False
        around = text[max(hit.start - 1, 0) : hit.start] + text[hit.end : hit.end + 1]
        return not (self._whole_word and any(map(_is_word, around)))

    def may_be_among(self, characters: str) -> bool:
        """Could it be printed with these characters, in whatever order they stand?"""
        return all(not needed.isdisjoint(characters) for needed in self.needs)

    def may_be_in(self, text: str) -> bool:
        """Could it be in this text, wherever the gaps between its words are?"""
        return True

    def is_made_of(self, character: str) -> bool:
        """Is the character one of those that it needs?"""
        return any(character in needed for needed in self.needs)

    @property
    def is_one_glyph(self) -> bool:
        """Is it the same hit whatever stands beside it, and is it nowhere but where one glyph prints it?"""
        return False

    def places(self, letters: str) -> list[tuple[int, int]] | None:
        """Where it may be among the letters of a line, which are all it prints but the gaps: from, and to behind.

        None where only the line as a whole tells. `hit_at` says whether it is there."""
        return None

    def hit_at(self, text: str, start: int) -> Hit | None:
        """The hit that begins there; the text is a part of a line of which `places` told where to look."""
        return next((hit for hit in self.hits(text) if hit.start == start), None)

    @property
    def goes_left(self) -> bool:
        """Is it written from right to left, or may it be? Then lines are searched as they are read."""
        return False

    @property
    def is_loose(self) -> bool:
        """Is it a hit whatever stands on either side?"""
        return not self._whole_word

    def parts(self, texts: Sequence[str]) -> tuple[Collection[int], Collection[int], Collection[int]]:
        """Which of these texts may hold it, which may end as it begins, and which may begin as it ends. It is nowhere
        but in the first, or from one of the second to another one of the third."""
        every = range(len(texts))
        return every, every, every

    def may_be_spelled(self, texts: Sequence[str]) -> bool:
        """Could it be in one of these texts, or begin in one, go on through others and end in one?"""
        return True

    @abstractmethod
    def _search(self, printed: Printed) -> Iterator[Hit]:
        """Hits in the text, in order; what they hold and what is beside them is not looked at."""


class LiteralQuery(Query):
    """A string; any white space in it stands for one gap between words."""

    def __init__(self, tag: str, options: TagOptions) -> None:
        super().__init__(options)
        self.name = tag
        plain = " ".join(expand_ligatures(tag).split())
        self._tag = " ".join(normalized(plain, self._forms).text.split())
        self._loose_tag = " ".join(normalized(plain, "nfkc").text.split())
        if not self._tag:
            raise InputError("an empty tag is on every page: give the characters that are printed", code="TAG_EMPTY")
        self._folded, self._loosely_folded = fold(self._tag), fold(self._loose_tag)
        self._skeleton = skeleton(plain)
        if not self._skeleton:  # marks only, which without what they stand on are everywhere
            self._loose_tag, self._loosely_folded = self._tag, self._folded
        self._compact = "".join(self._folded.split())
        self._heads = tuple(self._skeleton[:at] for at in range(1, len(self._skeleton)))
        self._tails = tuple(self._skeleton[at:] for at in range(1, len(self._skeleton)))
        self._goes_left = len(self._tag) > 1 and goes_left(self._tag)
        self._case_sensitive = options.case_sensitive
        self.needs = needed(plain, self._forms)

    @property
    def goes_left(self) -> bool:
        return self._goes_left

    def may_be_in(self, text: str) -> bool:
        return self._skeleton in skeleton(text) if not self._goes_left else set(self._skeleton).issubset(skeleton(text))

    def parts(self, texts: Sequence[str]) -> tuple[Collection[int], Collection[int], Collection[int]]:
        if self._goes_left:
            return range(len(texts)), range(len(texts)), range(len(texts))
        bare = skeletons(texts)
        holding = [at for at, text in enumerate(bare) if self._skeleton in text]
        heads = [at for at, text in enumerate(bare) if text.endswith(self._heads)]
        tails = [at for at, text in enumerate(bare) if text.startswith(self._tails)]
        if any(map(_begins_with_mark, texts)):  # on what another text ends with
            return holding, range(len(texts)), range(len(texts))
        return holding, heads, tails

    def may_be_spelled(self, texts: Sequence[str]) -> bool:
        bare, tag = skeletons(texts), self._skeleton
        one = "\0".join(["", *bare, ""])
        if self._goes_left or tag in one or any(map(_begins_with_mark, texts)):
            return True
        within = [text for text in set(bare) if text and len(text) < len(tag) and text in tag]
        reached = {at for at, head in enumerate(self._heads, 1) if head + "\0" in one}
        for at in range(1, len(tag)):
            if at in reached:
                if "\0" + tag[at:] in one:
                    return True
                reached.update(at + len(text) for text in within if tag.startswith(text, at))
        return False

    @property
    def is_one_glyph(self) -> bool:
        return len(self._tag) == 1 and self._forms == "exact" and not self._whole_word and is_atomic(self._tag)

    def places(self, letters: str) -> list[tuple[int, int]] | None:
        if self._goes_left or not self._is_as_loose(Printed(letters)):
            return None
        found: list[tuple[int, int]] = []
        folded, length = fold(letters), len(self._compact)
        at = folded.find(self._compact)
        while at >= 0:
            found.append((at, at + length))
            at = folded.find(self._compact, at + 1)
        return found

    def hit_at(self, text: str, start: int) -> Hit | None:
        end = start + len(self._tag)
        if not fold(text).startswith(self._folded, start):
            return None
        exact = not self._case_sensitive or text[start:end] == self._tag
        hit = Hit(start, end, None if exact else "TAG_OTHER_CASE")
        return hit if self._may_stand(text, hit) else None

    def _search(self, printed: Printed) -> Iterator[Hit]:
        if self._is_plainly_absent(printed):
            return
        if self._is_as_loose(printed):
            for start, end, exact in self._found(printed, self._forms, self._tag, self._folded):
                yield Hit(start, end, None if exact else "TAG_OTHER_CASE")
        else:
            yield from self._search_forms(printed)

    def _search_forms(self, printed: Printed) -> Iterator[Hit]:
        reached = 0
        taken = bytearray(len(printed.text))
        for start, end, exact in self._found(printed, self._forms, self._tag, self._folded):
            if start >= reached:  # otherwise the same glyph again, which stands for several characters
                reached = end if exact else reached
                taken[start:end] = b"x" * (end - start)
                yield Hit(start, end, None if exact else "TAG_OTHER_CASE")
        for start, end, _ in self._found(printed, "nfkc", self._loose_tag, self._loosely_folded):
            if not any(taken[start:end]):
                taken[start:end] = b"x" * (end - start)
                yield Hit(start, end, "TAG_OTHER_FORM")

    def _is_as_loose(self, printed: Printed) -> bool:
        """Is there one form only, of the tag and of the text, so that nothing can be nearly the tag but by its case?"""
        return self._loose_tag == self._tag and printed.in_form("nfkc").text is printed.text

    def _is_plainly_absent(self, printed: Printed) -> bool:
        """Most lines: neither the tag nor anything like it is in them."""
        folded = printed.folded(self._forms)
        if self._folded in folded:
            return False
        if printed.text.isascii():
            return self._loosely_folded == self._folded or self._loosely_folded not in folded
        return self._loosely_folded not in printed.folded("nfkc")

    def _found(self, printed: Printed, form: Forms, tag: str, folded_tag: str) -> Iterator[tuple[int, int, bool]]:
        """Stretches of the printed text that are the tag in this form, whatever their case; is it the tag's own?"""
        text, folded = printed.in_form(form), printed.folded(form)
        at = folded.find(folded_tag)
        while at >= 0:
            end = at + len(folded_tag)
            exact = not self._case_sensitive or text.text[at:end] == tag
            hit = Hit(*text.printed(at, end))
            stands = self._may_stand(printed.text, hit)
            if stands:
                yield hit.start, hit.end, exact
            at = folded.find(folded_tag, end if exact and stands else at + 1)  # another may begin within what is none


class PatternQuery(Query):
    """A regular expression, which sees the line in the form that the options name; a match of no length is none."""

    def __init__(self, pattern: re.Pattern[str], options: TagOptions) -> None:
        super().__init__(options)
        if not isinstance(pattern.pattern, str):
            raise InputError("a pattern for bytes finds no text: compile it from a str", code="TAG_PATTERN")
        self.name = pattern.pattern
        self._pattern = pattern

    @property
    def goes_left(self) -> bool:
        return True

    def _search(self, printed: Printed) -> Iterator[Hit]:
        text, reached = printed.in_form(self._forms), 0
        for match in self._pattern.finditer(text.text):
            if match.end() > match.start():
                start, end = text.printed(match.start(), match.end())
                if start >= reached:
                    reached = end
                    yield Hit(start, end)


@lru_cache(maxsize=64)
def _literal(tag: str, options: TagOptions) -> LiteralQuery:
    """Queries do not change, and the same few tags are looked for in one small document after the other."""
    return LiteralQuery(tag, options)


def read_query(tag: str | re.Pattern[str], options: TagOptions) -> Query:
    """InputError: TAG_EMPTY, TAG_PATTERN for what is neither a string nor a regular expression for strings."""
    if isinstance(tag, str):
        return _literal(tag, options) if len(tag) <= _KEPT_LENGTH else LiteralQuery(tag, options)
    if isinstance(tag, re.Pattern):
        return PatternQuery(tag, options)
    raise InputError(f"a tag is a str or a compiled regular expression, not {type(tag).__name__}", code="TAG_PATTERN")


def read_queries(tags: Sequence[str], options: TagOptions) -> list[Query]:
    """One for each tag, in their order; a tag that is given twice is one. InputError: as `read_query`, and TAG_PATTERN
    for a single string, whose characters are hardly meant to be the tags."""
    if isinstance(tags, str):
        raise InputError("find_all takes a sequence of tags; for one of them there is find_tags", code="TAG_PATTERN")
    return [read_query(tag, options) for tag in dict.fromkeys(tags)]


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_" or is_mark(character)


def _begins_with_mark(text: str) -> bool:
    """Does it go on with a character that was begun in another text?"""
    return not text.isascii() and not text.isspace() and not skeleton(text.lstrip()[0])
