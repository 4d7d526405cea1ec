"""Cheap proofs that a page does not print a tag, from the fonts it selects and the bytes of its strings alone.

They err on one side only: what is called absent is absent. A page with anything that makes a proof doubtful (a font
that cannot be read, damage, a graphics state that selects a font) is not absent but unproved, and is searched.
"""

from __future__ import annotations

import re

from esign_core.content.encodings import ligatures_with
from esign_core.content.glyphs import Font
from esign_core.content.query import Query
from esign_core.content.resources import Resources
from esign_core.errors import PdfError
from esign_core.pdf.lexer import decode_literal, decode_name
from esign_core.pdf.values import Ref

_NAME = rb"/([^\x00\t\n\x0c\r ()<>\[\]{}/%]*+)"
_NAMES = re.compile(_NAME)
_SELECTS = re.compile(_NAME + rb"[\x00\t\n\x0c\r ]++[-+.\d]++[\x00\t\n\x0c\r ]*+Tf")
_HEX_STRING = re.compile(rb"<([^<>]*+)>")
_ESCAPE = re.compile(rb"\\(?=([0-7]{1,3}|[\s\S]))")  # overlapping: what follows an escaped backslash is listed too
_UPPER = bytes.maketrans(b"abcdef", b"ABCDEF")
_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789ABCDEFabcdef>"))
_MOST_STREAMS = 1000  # contents and forms of one page that are looked through
_LINE_ENDS = frozenset(b"\r\n")  # an end of line within a string counts as \n however it is written


class Absence:
    """Proofs for one document and query."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._codes: dict[tuple[Font, frozenset[str]], frozenset[bytes] | None] = {}

    def is_proved(self, content: bytes, resources: Resources) -> bool:
        """Does the page of these contents print the tag nowhere?"""
        if not self._query.needs:
            return False
        try:
            streams = _streams(content, resources)
            fonts = {font for data, names in streams for font in _fonts(data, names)}
        except _Doubtful:
            return False
        if not all(font.known for font in fonts):
            return False
        strings = [_Strings(data) for data, _ in streams]
        return any(self._is_missing(characters, fonts, strings) for characters in self._query.needs)

    def _is_missing(self, characters: frozenset[str], fonts: set[Font], strings: list[_Strings]) -> bool:
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
            self._codes[key] = None if None in found else frozenset().union(*(codes or () for codes in found))
        return self._codes[key]


class _Doubtful(Exception):
    """Nothing can be proved about this page."""


def _streams(content: bytes, resources: Resources) -> list[tuple[bytes, Resources]]:
    """The page's contents and those of every form it draws, each with its resources."""
    streams = [(content, resources)]
    seen: set[tuple[Ref, int]] = set()
    for data, names in streams:  # grows while it is gone through
        for name in names.form_names & {decode_name(name) for name in set(_NAMES.findall(data))}:
            try:
                form = names.form(name)
            except PdfError:
                raise _Doubtful from None
            if form is not None:
                own = form.resources or names
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


class _Strings:
    """The strings of one content stream."""

    def __init__(self, content: bytes) -> None:
        self._content = content if b"(" in content else b""  # literal strings are looked for in the stream as it is
        digits = b">".join(_HEX_STRING.findall(content)) + b">"
        self._digits = digits.translate(_UPPER, _NO_DIGITS)
        self._escaped = {decode_literal(b"\\" + escape) for escape in set(_ESCAPE.findall(self._content))}

    def may_hold(self, code: bytes) -> bool:
        return self._may_hold_literally(code) or self._may_hold_in_hexadecimal(code)

    def _may_hold_literally(self, code: bytes) -> bool:
        if code in self._content:
            return True
        if self._escaped and (len(code) > 1 or code in self._escaped):
            return True  # of a longer code any byte may be escaped, or a line end between two of them
        return not _LINE_ENDS.isdisjoint(code) and b"\r" in self._content

    def _may_hold_in_hexadecimal(self, code: bytes) -> bool:
        digits = code.hex().upper().encode("ascii")
        if digits in self._digits:
            return True
        return digits.endswith(b"0") and digits[:-1] + b">" in self._digits  # the last digit may be left out
