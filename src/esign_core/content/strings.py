"""Strings as content streams write them: which bytes they may hold, and which font shows each, without following it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from esign_core.content.inline_image import behind_image
from esign_core.content.operators import ADJUSTED, LITERAL, REGULAR, SHOWN, WHITE
from esign_core.errors import PdfError
from esign_core.pdf.lexer import decode_literal

_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789ABCDEFabcdef<>"))
_UPPER = bytes.maketrans(b"abcdef", b"ABCDEF")
_MOST_PLACES = 100  # that are looked at one by one; each look may go through the whole stream
_LETTERS = {10: b"n", 13: b"r", 9: b"t", 8: b"b", 12: b"f"}  # what they are called behind a backslash
_MOST_SAVED = 1000  # graphics states; honest contents save a few


class Strings:
    """The strings of one content stream, or of one operator."""

    __slots__ = ("_content", "_digits", "_escapes")

    def __init__(self, content: bytes) -> None:
        self._content = content if b"(" in content else b""  # literal strings are looked for in the stream as it is
        self._escapes = b"\\" in self._content or b"\r" in self._content
        # a hexadecimal one may have anything between two digits, and upper and lower case
        self._digits = content.translate(_UPPER, _NO_DIGITS) if b"<" in content else b""

    def may_hold(self, code: bytes) -> bool:
        """False is certain."""
        return (
            code in self._content
            or (self._escapes and self._may_hold_escaped(code))
            or (bool(self._digits) and self._may_hold_in_hexadecimal(code))
        )

    def _may_hold_escaped(self, code: bytes) -> bool:
        content = self._content
        if len(code) > 1 and not all(any(way in content for way in ways) for ways in _ways_of_characters(code)):
            return False
        return _written(code).search(content) is not None

    def _may_hold_in_hexadecimal(self, code: bytes) -> bool:
        digits = code.hex().upper().encode("ascii")
        if self._is_in_a_string(digits):
            return True
        return digits.endswith(b"0") and self._is_in_a_string(digits[:-1] + b">")  # the last digit may be left out

    def _is_in_a_string(self, digits: bytes) -> bool:
        """Do they stand between angle brackets, an even number of digits behind the opening one?"""
        at = self._digits.find(digits)
        for _ in range(_MOST_PLACES):
            if at < 0:
                return False
            start = self._digits.rfind(b"<", 0, at)
            if (at - start) % 2 and start > self._digits.rfind(b">", 0, at):
                return True
            at = self._digits.find(digits, at + 1)
        return _in_hexadecimal(digits).search(self._digits) is not None


def may_hold_any(operands: bytes, codes: Collection[bytes]) -> bool:
    """`Strings.may_hold` for several codes and the operands of one operator."""
    if any(code in operands for code in codes):
        return True
    if not codes or not (b"<" in operands or b"\\" in operands or b"\r" in operands):
        return False
    return any(map(Strings(operands).may_hold, codes))


@lru_cache(maxsize=1024)
def _in_hexadecimal(digits: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<(?:[0-9A-F]{2})*?" + digits)


@lru_cache(maxsize=1024)
def _written(code: bytes) -> re.Pattern[bytes]:
    """The code with any of its bytes escaped, or with the end of a line between two of them (ISO 32000-2, 7.3.4.2)."""
    if len(code) == 1:
        return re.compile(b"|".join(map(re.escape, _escaped(code[0]))))
    between = rb"(?:\\(?:\r\n?|\n))*+"
    return re.compile(
        between.join(rb"(?:" + b"|".join(map(re.escape, (bytes((byte,)), *_escaped(byte)))) + rb")" for byte in code)
    )


@lru_cache(maxsize=256)
def _escaped(byte: int) -> tuple[bytes, ...]:
    """How one byte of a literal string may be written otherwise than as it is, the longest first."""
    octal = b"%o" % byte
    ways = [octal.rjust(width, b"0") for width in range(3, len(octal) - 1, -1)]
    ways.append(b"%o" % (byte + 256))  # the overflow is ignored
    if byte in _LETTERS:
        ways.append(_LETTERS[byte])
    elif byte not in b"01234567nrtbf":
        ways.append(bytes((byte,)))
    return (*(b"\\" + way for way in ways), *((b"\r",) if byte == 10 else ()))


@lru_cache(maxsize=1024)
def _ways_of_characters(code: bytes) -> tuple[tuple[bytes, ...], ...]:
    """For each byte that is a character how it may be written; others are in most strings whose codes are longer."""
    return tuple((bytes((byte,)), *_escaped(byte)) for byte in code if 32 < byte < 127)


# ---- which font shows them

_ENDS = rb"(?!" + REGULAR + rb")"
_SELECTS = WHITE + rb"++[-+.\d]++" + WHITE + rb"*+Tf" + _ENDS
_DRAWS = WHITE + rb"*+Do" + _ENDS


def _token(delimiters: bytes) -> re.Pattern[bytes]:
    """What lies between two tokens of interest, and the token. The last alternative is whatever makes it doubtful."""
    return re.compile(
        rb"([^\[(/<%)qQ" + delimiters + rb"]*+)(?:"
        rb"\[(" + ADJUSTED + rb")\]|"
        rb"(" + SHOWN + rb")|(" + LITERAL + rb")|"
        rb"/(" + REGULAR + rb"*+)(?:(" + _SELECTS + rb")|(" + _DRAWS + rb"))?+|"
        rb"([qQ])(?<!" + REGULAR + rb".)" + _ENDS + rb"|"
        rb"(BI)(?<!" + REGULAR + rb"..)" + _ENDS + rb"|"
        rb"\[|<<|B|\Z|([\s\S]))"
    )


_TOKEN, _TOKEN_OR_IMAGE = _token(b""), _token(b"B")
_ARRAY, _STRING, _NESTED, _NAMED, _SELECTED, _DRAWN, _SAVED, _IMAGE, _DOUBTFUL = range(2, 11)


_STRINGS = (_ARRAY, _STRING, _NESTED)
_KEYWORDS = re.compile(rb"(?:null|true|false)*+")
_DRAWN_NAMES = re.compile(rb"/(" + REGULAR + rb"*+)" + _DRAWS)
_NAMES = re.compile(rb"/(" + REGULAR + rb"*+)")


def drawn_names(content: bytes) -> frozenset[bytes]:
    """The names of the XObjects that the content stream draws, as written; perhaps some more."""
    count = content.count(b"Do")
    if not count:
        return frozenset()
    drawn = frozenset(drawn_at := _DRAWN_NAMES.findall(content))
    if len(drawn_at) == count:
        return drawn
    selected = strings_by_font(content)  # in a string, an image, or written in an odd way
    return frozenset(_NAMES.findall(content) if selected is None else selected.drawn)


_SELECTIONS = re.compile(rb"/(" + REGULAR + rb"*+)" + _SELECTS)
_BEHIND_OPERATOR = re.compile(  # a regular token that is neither a name nor a number nor a keyword
    rb"(?:\A|(?:\A|[\x00\t\n\x0c\r ()<>\[\]{}])"
    + (REGULAR + rb"*[A-Za-z'\"*](?<!true)(?<!false)(?<!null))")
    + (WHITE + rb"*+\Z")
)
_LOOKED_BACK = 40  # bytes


def selected_names(content: bytes) -> frozenset[bytes] | None:
    """The names of the fonts that the content stream selects, as written, and perhaps some more; None where some may
    be missing: where anything but an operator stands in front of one, another name may be the one that counts."""
    if b"%" in content:
        return None
    names: set[bytes] = set()
    count = 0
    for match in _SELECTIONS.finditer(content):
        start = match.start()
        if not _BEHIND_OPERATOR.search(content, max(start - _LOOKED_BACK, 0), start):
            return None
        names.add(match[1])
        count += 1
    return frozenset(names) if count == content.count(b"Tf") else None


_SELECTED_LAST = re.compile(rb"/(" + REGULAR + rb"*+)" + WHITE + rb"++[-+.\d]++" + WHITE + rb"*+\Z")
_LONGEST_SELECTION = 80  # bytes in front of Tf that are looked at


def likely_font(content: bytes, code: bytes) -> bytes | None:
    """The name of the font, as written, that shows the first one of a code, as far as a glance tells; None where it
    tells nothing."""
    at = _in_literal(content, code if len(code) == 1 else _usually_written(code))
    if at < 0:
        at = _in_digits(content, code)
    end = content.rfind(b"Tf", 0, at) if at >= 0 else -1
    found = _SELECTED_LAST.search(content, max(end - _LONGEST_SELECTION, 0), end) if end >= 0 else None
    return found[1] if found else None


@lru_cache(maxsize=1024)
def _usually_written(code: bytes) -> bytes:
    """In a literal string: what is no character is escaped. So written, bytes are seldom halves of two codes."""
    return b"".join(bytes((byte,)) if 32 <= byte < 127 else b"\\%03o" % byte for byte in code)


def _in_literal(content: bytes, code: bytes) -> int:
    at = content.find(code)
    return at if at >= 0 and content.rfind(b"(", 0, at) > content.rfind(b")", 0, at) else -1


def _in_digits(content: bytes, code: bytes) -> int:
    digits = code.hex().encode("ascii")
    at = content.find(digits)
    if at < 0 and not digits.isdigit():
        at = content.find(digits.upper())
    start = content.rfind(b"<", 0, at) if at >= 0 else -1
    return at if start > content.rfind(b">", 0, at) and (at - start - 1) % len(digits) == 0 else -1


class Selected(NamedTuple):
    """`strings`: operands as written, by the name of the font that shows them, as written; None of a font that was
    selected before. `drawn`: names of XObjects, as written."""

    strings: dict[bytes | None, list[bytes]]
    drawn: set[bytes]


def strings_by_font(content: bytes) -> Selected | None:
    """Every string of the content stream, and perhaps some that nothing shows; None where that is not certain."""
    selected = Selected({}, set())
    between: list[bytes] = []
    font: bytes | None = None
    saved: list[bytes | None] = []
    operand = False  # is a name waiting for its operator?
    try:
        for match in _tokens(content):
            kind = match.lastindex
            passed = match[1]
            between.append(passed)
            if kind in (_ARRAY, _STRING):
                selected.strings.setdefault(font, []).append(match[kind])
            elif kind == _NESTED:  # parentheses in parentheses
                string = decode_literal(match[_NESTED][1:-1])
                selected.strings.setdefault(font, []).append(b"<%s>" % string.hex().encode("ascii"))
            elif kind == _SELECTED:
                if operand and _holds_no_operator(passed):
                    return None  # the other name may be the one that counts
                font = match[_NAMED]
            elif kind == _DRAWN:
                selected.drawn.add(match[_NAMED])
            elif kind == _SAVED:
                if match[_SAVED] == b"Q":
                    font = saved.pop() if saved else font
                elif len(saved) < _MOST_SAVED:
                    saved.append(font)
                else:
                    return None
            elif kind == _DOUBTFUL:
                return None
            operand = kind == _NAMED or (operand and kind in _STRINGS and _holds_no_operator(passed))
    except PdfError:  # an image without an end
        return None
    rest = b" ".join(between)
    return None if b"Tf" in rest or b"Do" in rest else selected


def _holds_no_operator(passed: bytes) -> bool:
    return _KEYWORDS.fullmatch(passed.translate(None, b"-+.0123456789\0\t\n\f\r ")) is not None


def _tokens(content: bytes) -> Iterator[re.Match[bytes]]:
    """The data of inline images are passed over. PdfError where one has no end."""
    expression = _TOKEN_OR_IMAGE if b"BI" in content else _TOKEN
    at = 0
    while at < len(content):
        for match in expression.finditer(content, at):
            yield match
            if match.lastindex == _IMAGE:
                at = behind_image(content, match.end())
                break
        else:
            return
