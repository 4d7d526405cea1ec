"""Bytes to PDF values (ISO 32000-2, 7.2 and 7.3). Iterative, so that nesting cannot exhaust the stack."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import NamedTuple

from esign_core.errors import LimitExceeded, PdfError
from esign_core.pdf.values import Array, Buffer, Dictionary, Name, Ref, Value

# Possessive quantifiers throughout: no input makes the tokeniser backtrack.
SPACE = rb"[\x00\t\n\x0c\r ]*+(?:%[^\r\n]*+[\x00\t\n\x0c\r ]*+)*+"
TOKEN_END = rb"(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])"  # a regular token ends here
_TOKEN = re.compile(
    SPACE
    + (rb"(?:(\d++)" + SPACE + rb"(\d++)" + SPACE + rb"(?<!\d)R")
    + TOKEN_END  # 1, 2 reference
    + rb"|([-+]?+(?:\d++\.?+\d*+|\.\d++))"
    + TOKEN_END  # 3 number
    + rb"|/([^\x00\t\n\x0c\r ()<>\[\]{}/%]*+)"  # 4 name
    + rb"|(<<)|(>>)|(\[)|(\])|(\()"  # 5 - 9 delimiters
    + rb"|<([0-9A-Fa-f\x00\t\n\x0c\r ]*+)>"  # 10 hexadecimal string
    + rb"|([^\x00\t\n\x0c\r ()<>\[\]{}/%]++))"  # 11 keyword
)
_REF, _NUMBER, _NAME, _DICT_OPEN, _DICT_CLOSE, _ARRAY_OPEN, _ARRAY_CLOSE, _STRING, _HEX = 2, 3, 4, 5, 6, 7, 8, 9, 10

_FLAT = rb"[^()<>\[\]%]*+"
_BRACKETS = rb"<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>|\[" + _FLAT + rb"\]|<<" + _FLAT + rb">>"
_NESTED = _FLAT + rb"(?:(?:" + _BRACKETS + rb")" + _FLAT + rb")*+"
_PLAIN_ENTRY = re.compile(  # a key and its value, without comments, odd strings or anything nested three deep
    rb"[\x00\t\n\x0c\r ]*+/([^\x00\t\n\x0c\r ()<>\[\]{}/%]*+)[\x00\t\n\x0c\r ]*+"
    rb"(\d++[\x00\t\n\x0c\r ]++\d++[\x00\t\n\x0c\r ]++R|/?+[^\x00\t\n\x0c\r ()<>\[\]{}/%]++|\([^()\\]*+\)"
    rb"|<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>|\[" + _NESTED + rb"\]|<<" + _NESTED + rb">>)"
    rb"(?=[\x00\t\n\x0c\r ]*+(?:/|>>))"
)
_SKIP = re.compile(SPACE)
_NAME_ESCAPE = re.compile(r"#([0-9A-Fa-f]{2})")
_PAREN = re.compile(rb"\\[\s\S]|[()]")
_STRING_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|[\s\S])|\r\n?")
_ESCAPES: dict[bytes | None, bytes] = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\n": b"",
    b"\r": b"",
    b"\r\n": b"",
}
_WHITE = b"\x00\t\n\x0c\r "
_SPACE_OR_COMMENT = _WHITE + b"%"
_CONSTANTS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}
_MAX_DIGITS = 20  # a number longer than this is no integer any reader keeps exactly


class Entry(NamedTuple):
    """One dictionary entry with the span of its value in the source."""

    key: str
    value: Value
    start: int
    end: int


def parse_value(source: Buffer, position: int, *, depth: int = 200) -> tuple[Value, int]:
    """The value that begins at `position`, and the offset behind it.

    PdfError (SYNTAX) where no value begins, LimitExceeded where arrays and dictionaries nest deeper than `depth`.
    """
    stack: list[tuple[bool, Array]] = []  # (is dictionary, items so far) of every open container
    while True:
        token = _TOKEN.match(source, position)
        if token is None:
            raise _syntax(position)
        kind, position = token.lastindex or 0, token.end()
        value: Value
        if kind in (_DICT_OPEN, _ARRAY_OPEN):
            if len(stack) >= depth:
                raise LimitExceeded(
                    f"arrays and dictionaries nest deeper than {depth} at byte {position}; refuse the file",
                    limit="depth",
                    allowed=depth,
                    found=depth + 1,
                )
            stack.append((kind == _DICT_OPEN, []))
            continue
        if kind in (_DICT_CLOSE, _ARRAY_CLOSE):
            if not stack or stack[-1][0] != (kind == _DICT_CLOSE):
                raise _syntax(token.start())
            is_dictionary, items = stack.pop()
            value = _dictionary(items, position) if is_dictionary else items
        elif kind == _STRING:
            value, position = _literal_string(source, position)
        else:
            value = _scalar(token, kind)
        if not stack:
            return value, position
        stack[-1][1].append(value)


def dictionary_entries(source: Buffer, position: int, *, depth: int = 200) -> tuple[list[Entry], int, int]:
    """The entries of the dictionary at `position` with their spans, the offset of its `>>`, and the one behind it."""
    token = _TOKEN.match(source, position)
    if token is None or token.lastindex != _DICT_OPEN:
        raise _syntax(position)
    entries: list[Entry] = []
    position = token.end()
    while True:
        token = _TOKEN.match(source, position)
        if token is not None and token.lastindex == _DICT_CLOSE:
            return entries, token.start(_DICT_CLOSE), token.end()
        if token is None or token.lastindex != _NAME:
            raise _syntax(position)
        value, end = parse_value(source, token.end(), depth=depth)
        entries.append(Entry(decode_name(token[_NAME]), value, skip_space(source, token.end()), end))
        position = end


def dictionary_spans(source: Buffer, position: int, *, depth: int = 200) -> tuple[dict[str, tuple[int, int]], int, int]:
    """As `dictionary_entries` of a dictionary that was parsed before: where each key's value is, not what it is."""
    token = _TOKEN.match(source, position)
    if token is None or token.lastindex != _DICT_OPEN:
        raise _syntax(position)
    spans: dict[str, tuple[int, int]] = {}
    position = token.end()
    while True:
        while plain := _PLAIN_ENTRY.match(source, position):
            spans[decode_name(plain[1])] = plain.span(2)
            position = plain.end()
        token = _TOKEN.match(source, position)
        if token is not None and token.lastindex == _DICT_CLOSE:
            return spans, token.start(_DICT_CLOSE), token.end()
        if token is None or token.lastindex != _NAME:
            raise _syntax(position)
        _, end = parse_value(source, token.end(), depth=depth)
        spans[decode_name(token[_NAME])] = skip_space(source, token.end()), end
        position = end


def skip_space(source: Buffer, position: int) -> int:
    """The offset of the next byte that is neither white space nor comment."""
    if position < len(source) and source[position] not in _SPACE_OR_COMMENT:
        return position  # as it is most often
    match = _SKIP.match(source, position)
    return match.end() if match else position


def decode_name(raw: bytes) -> Name:
    """A name's characters, #xx resolved; a # before anything else stands for itself (PDF 1.1 had no escapes).

    PdfError (SYNTAX) for #00, which no name may hold (ISO 32000-2, 7.3.5) and where viewers disagree.
    """
    text = raw.decode("latin-1")
    if "#" in text:
        text = _NAME_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        if "\0" in text:
            raise PdfError(f"/{raw.decode('latin-1')} holds a null character; the file is damaged", code="SYNTAX")
    return Name(text)


def decode_hex(digits: bytes) -> bytes:
    """A hexadecimal string's bytes; an odd last digit counts as if followed by 0 (ISO 32000-2, 7.3.4.3)."""
    digits = digits.translate(None, _WHITE)
    return bytes.fromhex((digits + b"0" * (len(digits) & 1)).decode("ascii"))


def decode_literal(raw: bytes) -> bytes:
    """A literal string's bytes, escapes and line ends resolved (ISO 32000-2, 7.3.4.2)."""
    if b"\\" not in raw and b"\r" not in raw:
        return raw
    escapes = _escapes()
    return _STRING_ESCAPE.sub(lambda match: escapes[match[1]], raw)


def literal_end(source: Buffer, position: int) -> int:
    """Behind the opening parenthesis: the offset of the parenthesis that closes it. PdfError when there is none."""
    depth = 1
    for match in _PAREN.finditer(source, position):
        if match[0] == b"(":
            depth += 1
        elif match[0] == b")":
            depth -= 1
            if not depth:
                return match.start()
    raise PdfError(f"the string that begins at byte {position} has no end; the file is damaged", code="SYNTAX")


def _literal_string(source: Buffer, position: int) -> tuple[bytes, int]:
    end = literal_end(source, position)
    return decode_literal(bytes(source[position:end])), end + 1


@cache
def _escapes() -> dict[bytes | None, bytes]:
    """What stands for each escape, the backslash left out; None: a carriage return without one."""
    escapes: dict[bytes | None, bytes] = {bytes((byte,)): bytes((byte,)) for byte in range(256)}
    for digits in (1, 2, 3):
        for code in range(8**digits):
            escapes[f"{code:0{digits}o}".encode("ascii")] = bytes((code & 0xFF,))
    escapes.update(_ESCAPES)
    escapes[None] = b"\n"
    return escapes


def _scalar(token: re.Match[bytes], kind: int) -> Value:
    if kind == _REF:
        if token.end(1) - token.start(1) > _MAX_DIGITS or token.end(2) - token.start(2) > _MAX_DIGITS:
            raise _syntax(token.start())
        return Ref(int(token[1]), int(token[2]))
    if kind == _NUMBER:
        digits = token[3]
        if b"." not in digits and len(digits) <= _MAX_DIGITS:
            return int(digits)
        number = float(digits)
        if math.isinf(number):
            raise _syntax(token.start(3))
        return number
    if kind == _NAME:
        return decode_name(token[4])
    if kind == _HEX:
        return decode_hex(token[10])
    keyword = token[11]
    if keyword in _CONSTANTS:
        return _CONSTANTS[keyword]
    raise _syntax(token.start(11))


def _dictionary(items: Array, position: int) -> Dictionary:
    if len(items) % 2:
        raise _syntax(position)
    result: Dictionary = {}
    for key, value in zip(items[::2], items[1::2], strict=True):
        if not isinstance(key, Name):
            raise _syntax(position)
        result[key] = value  # of a repeated key the last one counts, as in qpdf, PDFium and poppler
    return result


def _syntax(position: int) -> PdfError:
    return PdfError(f"no PDF value can be read at byte {position}; the file is damaged", code="SYNTAX")
