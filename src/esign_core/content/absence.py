"""Cheap proofs that a page does not print a tag, from the fonts it selects and the bytes of its strings alone.

They err on one side only: what is called absent is absent. A page with anything that makes a proof doubtful (a font
that cannot be read, damage, a graphics state that selects a font) is not absent but unproved, and is searched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from esign_core.content.encodings import ligatures_with
from esign_core.content.glyphs import UNKNOWN, Font
from esign_core.content.marked import may_replace
from esign_core.content.query import Query
from esign_core.content.resources import Resources
from esign_core.content.shows import Show
from esign_core.errors import PdfError
from esign_core.pdf.lexer import decode_name
from esign_core.pdf.values import Ref

_NAME = rb"/([^\x00\t\n\x0c\r ()<>\[\]{}/%]*+)"
_NAMES = re.compile(_NAME)
_SELECTS = re.compile(_NAME + rb"[\x00\t\n\x0c\r ]++[-+.\d]++[\x00\t\n\x0c\r ]*+Tf")
_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789ABCDEFabcdef<>"))
_UPPER = bytes.maketrans(b"abcdef", b"ABCDEF")
_LETTERS = {10: b"n", 13: b"r", 9: b"t", 8: b"b", 12: b"f"}  # what they are called behind a backslash
_MOST_STREAMS = 1000  # contents and forms of one page that are looked through
_IN_MOST_LINES = 12  # of these letters one is in nearly every line
_COMMON = "etaoinsrhldcumfpgwybvkxjqz"  # letters of European languages, the commonest first


class Absence:
    """Proofs for one document and query."""

    def __init__(self, query: Query) -> None:
        self._needs = sorted(query.needs, key=_commonness, reverse=True)  # the rarest is missing most often
        self._codes: dict[tuple[Font, frozenset[str]], frozenset[bytes] | None] = {}

    def is_proved(self, contents: Sequence[tuple[bytes, Resources]]) -> bool:
        """Does the page that shows these contents, its own first, each with its resources, print the tag nowhere?

        A form that may replace what it prints by the tag leaves it unproved."""
        if not self._needs:
            return False
        try:
            streams = _streams(contents)
            if any(may_replace(data, names) for data, names in streams[1:]):
                return False
            fonts = {font for data, names in streams for font in _fonts(data, names)}
        except _Doubtful:
            return False
        if not all(font.known for font in fonts):
            return False
        strings = [Strings(data) for data, _ in streams]
        return any(self._is_missing(characters, fonts, strings) for characters in self._needs)

    def candidates(self, shows: Sequence[Show]) -> Sequence[Show]:
        """Those that may print a character which each line with the tag has to print."""
        if not self._needs or _commonness(self._needs[0]) < _IN_MOST_LINES:
            return shows
        rarest = self._needs[0]
        found: list[Show] = []
        for show in shows:
            codes = self._codes_of(show.setting.font, rarest)
            if codes is None or any(code in show.operands for code in codes):
                found.append(show)
            elif b"<" in show.operands or b"\\" in show.operands or b"\r" in show.operands:
                strings = Strings(show.operands)
                if any(map(strings.may_hold, codes)):
                    found.append(show)
        return found

    def perhaps_guessed(self, shows: Sequence[Show]) -> Sequence[Show]:
        """Those that may print such a character, were codes of which nobody knows what they print ASCII."""
        known = [show for show in shows if show.setting.font.known]
        candidates = self.candidates(known)
        if len(known) == len(shows):
            return candidates
        return [*(show for show in shows if not show.setting.font.known), *candidates]

    def _is_missing(self, characters: frozenset[str], fonts: set[Font], strings: list[Strings]) -> bool:
        for font in fonts:
            codes = self._codes_of(font, characters)
            if codes is None or any(each.may_hold(code) for code in codes for each in strings):
                return False
        return True

    def _codes_of(self, font: Font, characters: frozenset[str]) -> frozenset[bytes] | None:
        key = (font, characters)
        if key not in self._codes:
            written = characters.union(*map(ligatures_with, characters))
            found = [font.codes_of(character) for character in written]
            known = frozenset().union(*(codes or () for codes in found))
            self._codes[key] = None if None in found else known | _guessed(font, characters, known)
        return self._codes[key]


def _guessed(font: Font, characters: frozenset[str], known: frozenset[bytes]) -> frozenset[bytes]:
    """The ASCII codes of the characters of which nobody knows what they print: with them the tag would be a guess."""
    if font.code_bytes is None:
        return frozenset()
    codes = {ord(character).to_bytes(font.code_bytes, "big") for character in characters if character.isascii()}
    return frozenset(code for code in codes - known if font.text(code) == UNKNOWN)


class _Doubtful(Exception):
    """Nothing can be proved about this page."""


def _streams(contents: Sequence[tuple[bytes, Resources]]) -> list[tuple[bytes, Resources]]:
    """The contents and those of every form that they draw, each with its resources."""
    streams = list(contents)
    seen: set[tuple[Ref, int]] = set()
    for data, names in streams:  # grows while it is gone through
        for name in names.form_names & {decode_name(name) for name in set(_NAMES.findall(data))}:
            try:
                form = names.form(name)
            except PdfError:
                raise _Doubtful from None
            if form is not None:
                if form.damaged:  # what is missing of it is not searched, which has to be said
                    raise _Doubtful
                own = form.names(names, contents[0][1])
                if len(streams) > _MOST_STREAMS:
                    raise _Doubtful
                if (form.ref, id(own)) not in seen:
                    seen.add((form.ref, id(own)))
                    streams.append((form.content, own))
    return streams


def _fonts(content: bytes, resources: Resources) -> set[Font]:
    if b"gs" in content and resources.has_state_fonts:
        raise _Doubtful
    selected = _SELECTS.findall(content)
    if len(selected) != content.count(b"Tf"):  # written in some other way, or shown as text
        raise _Doubtful
    return {resources.font(decode_name(name)) for name in set(selected)}


class Strings:
    """The strings of one content stream, or of one operator."""

    def __init__(self, content: bytes) -> None:
        self._content = content if b"(" in content else b""  # literal strings are looked for in the stream as it is
        self._escapes = b"\\" in self._content or b"\r" in self._content
        # a hexadecimal one may have anything between two digits, and upper and lower case
        self._digits = content.translate(_UPPER, _NO_DIGITS) if b"<" in content else b""

    def may_hold(self, code: bytes) -> bool:
        return (
            code in self._content
            or (self._escapes and _written(code).search(self._content) is not None)
            or (bool(self._digits) and self._may_hold_in_hexadecimal(code))
        )

    def _may_hold_in_hexadecimal(self, code: bytes) -> bool:
        digits = code.hex().upper().encode("ascii")
        if self._is_in_a_string(digits):
            return True
        return digits.endswith(b"0") and self._is_in_a_string(digits[:-1] + b">")  # the last digit may be left out

    def _is_in_a_string(self, digits: bytes) -> bool:
        """Do they stand between angle brackets, an even number of digits behind the opening one?"""
        return digits in self._digits and _in_hexadecimal(digits).search(self._digits) is not None


@lru_cache(maxsize=1024)
def _in_hexadecimal(digits: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<(?:[0-9A-F]{2})*?" + digits)


@lru_cache(maxsize=1024)
def _written(code: bytes) -> re.Pattern[bytes]:
    """The code with any of its bytes escaped, or with the end of a line between two of them (ISO 32000-2, 7.3.4.2)."""
    if len(code) == 1:  # as it is it was looked for already
        return re.compile(_escaped(code[0]) + (rb"|\r" if code == b"\n" else b""))
    between = rb"(?:\\(?:\r\n?|\n))*+"
    return re.compile(
        between.join(
            rb"(?:" + re.escape(bytes((byte,))) + rb"|" + _escaped(byte) + (rb"|\r)" if byte == 10 else rb")")
            for byte in code
        )
    )


def _escaped(byte: int) -> bytes:
    """An expression for one byte of a literal string behind a backslash."""
    octal = b"%o" % byte
    ways = [rb"0{0,%d}%s" % (3 - len(octal), octal), b"%o" % (byte + 256)]
    if byte in _LETTERS:
        ways.append(_LETTERS[byte])
    elif byte not in b"01234567nrtbf":
        ways.append(re.escape(bytes((byte,))))
    return rb"\\(?:" + b"|".join(ways) + rb")"


def _commonness(characters: frozenset[str]) -> int:
    """0 for what stands in every line, high for what stands in few."""
    return min((_COMMON.find(character.lower()) % 99 for character in characters if character.isascii()), default=99)
