"""A content stream as instructions: an operator and, still as bytes, its operands (ISO 32000-2, 7.8.2).

Operators that neither show text nor say where it goes are passed over inside one regular expression; operands are read
only for those that count. Possessive quantifiers throughout: no input makes the expressions backtrack.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from collections.abc import Iterator
from functools import lru_cache

from esign_core.content.inline_image import behind_image
from esign_core.errors import PdfError
from esign_core.pdf.lexer import decode_hex, decode_literal, decode_name, literal_end
from esign_core.pdf.values import Name

WHITE = rb"[\x00\t\n\x0c\r ]"
_SPACE = rb"(?:" + WHITE + rb"++|%[^\r\n]*+)"
REGULAR = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]"
_END = rb"(?!" + REGULAR + rb")"  # a regular token ends here
_INSIDE = rb"[^()\\]*+(?:\\[\s\S][^()\\]*+)*+"
_PLAIN = rb"\(" + _INSIDE + rb"\)"  # no parentheses inside but escaped ones
LITERAL = rb"\((?:[^()\\]++|\\[\s\S]|\((?:[^()\\]++|\\[\s\S]|\((?:[^()\\]++|\\[\s\S])*+\))*+\))*+\)"  # nested twice
_HEX = rb"<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>"
_OPERAND = (
    rb"(?:" + _SPACE + rb"|[-+.\d]++|/" + REGULAR + rb"*+|" + LITERAL + rb"|" + _HEX + rb"|<<|>>|[\[\]]"
    rb"|(?:true|false|null)" + _END + rb")"
)
_PAINTING = rb"re|[mlcvyhSsFnBbfWGgKkwJjMid]\*?+|rg|RG|d[01]|BX|EX"  # paths, colour, line style
_NAME = rb"/" + REGULAR + rb"*+"
_MARKING = _NAME + WHITE + rb"*+(?:BMC|(?:" + _NAME + rb"|<<[^<>()%]*+>>)" + WHITE + rb"*+BDC)|EMC"
_AMOUNTS = rb"[-+.\d\x00\t\n\x0c\r ]*+"  # numbers and white space
SHOWN = rb"(?:" + _PLAIN + rb"|" + _HEX + rb")"
ADJUSTED = _AMOUNTS + rb"(?:" + SHOWN + _AMOUNTS + rb")*+"  # what stands in the array of TJ
_STEPS = (  # text shown piece by piece, each where its own Td puts it: what Chromium makes of a line
    rb"(?:[-+.\d]++"
    + WHITE
    + rb"++0"
    + WHITE
    + rb"++Td"
    + WHITE
    + rb"*+"
    + SHOWN
    + WHITE
    + rb"*+Tj"
    + _END
    + WHITE
    + rb"*+){2,}+"
)
_SELECTED = _NAME + WHITE + rb"++[-+.\d]++"


@lru_cache(maxsize=4)
def _instruction(marked: bool, painting: bool) -> re.Pattern[bytes]:
    """What is passed over, and behind it one instruction. `marked` content is not passed over, nor is `painting`."""
    passed_over = b"|".join([*([] if painting else [_PAINTING]), *([] if marked else [_MARKING])]) or rb"(?!)"
    return re.compile(
        rb"(?:" + _AMOUNTS + rb"(?:" + passed_over + rb")" + _END + rb")*+" + WHITE + rb"*+(?:"
        # what most of a page is made of, each way of writing it in one piece
        rb"\[(" + ADJUSTED + rb")\]" + WHITE + rb"*+TJ" + _END + rb"|"
        rb"(" + _STEPS + rb")|"
        rb"([-+.\d]" + _AMOUNTS + rb")(T[dDm]|cm)" + _END + rb"|"
        rb"(" + SHOWN + rb")" + WHITE + rb"*+(Tj|')" + _END + rb"|"
        rb"(" + _SELECTED + rb")" + WHITE + rb"++Tf" + _END + rb"|"
        rb"(BT|ET|[qQ]|T\*)" + _END + rb"|"
        # and anything else
        rb"(" + _OPERAND + rb"*+)(" + REGULAR + rb"++)?+)"
    )


_ARRAY, _STEPPED, _MOVED_BY, _MOVE, _STRING, _SHOW, _FONT, _BARE, _OPERANDS, _OPERATOR = range(1, 11)
STEPS = b"Td Tj"  # the operator of several of these two, one after the other
_WRITTEN = re.compile(rb"%[^\r\n]*+|(" + LITERAL + rb")|(" + _HEX + rb")|([-+]?+(?:\d++\.?+\d*+|\.\d++))")
_TEXT = re.compile(rb"\((" + _INSIDE + rb")\)")
_TEXT_AND_SHIFTS = re.compile(rb"\((" + _INSIDE + rb")\)([^(<]*+)")
_DIGITS = re.compile(rb"<([^<>]*+)>")
_DIGITS_AND_SHIFTS = re.compile(rb"<([^<>]*+)>([^<]*+)")
_PIECE = re.compile(rb"\((" + _INSIDE + rb")\)|<([^<>]*+)>|([-+.\d]++)")
_STEP = re.compile(
    rb"([-+.\d]++)" + WHITE + rb"++0" + WHITE + rb"++Td" + WHITE + rb"*+(?:\((" + _INSIDE + rb")\)|<([^<>]*+)>)"
)
_COMMENT = re.compile(rb"%[^\r\n]*+")
_NUMBERS = re.compile(rb"[-+]?+(?:\d++\.?+\d*+|\.\d++)")
_SHOWS = frozenset((b"Tj", b"TJ", b"'", b'"'))
_NAMES = re.compile(rb"/(" + REGULAR + rb"*+)")
_NAME_AND_NUMBER = re.compile(rb"/(" + REGULAR + rb"*+)" + _SPACE + rb"++([-+.\d]++)")
_BROKEN_HEX = re.compile(rb"<([^<>]*+)>")
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]")


def instructions(
    content: bytes, *, marked: bool = False, painting: bool = False, where: list[int] | None = None
) -> Iterator[tuple[bytes, bytes]]:
    """(operator, operands) in turn. PdfError (CONTENT_STRING, CONTENT_IMAGE) where a string or image has no end.

    Marked content is passed over unless asked for, and so are paths, colours and inline images (BI, whose operands are
    left out). Operands are all that stands in front of the operator; of one that shows text they are written so that
    the functions below can read them: strings and numbers and nothing else. `where`: begin and end of what is yielded
    are put into it; it begins behind the instruction before, or behind what was passed over since.
    """
    expression = _instruction(marked, painting)
    at = begin = 0
    carried: list[bytes] = []  # operands that the expression did not take
    while at < len(content):
        for match in expression.finditer(content, at):
            kind = match.lastindex
            if kind == _ARRAY:
                operator, operands = b"TJ", match[_ARRAY]
            elif kind == _STEPPED:
                operator, operands = STEPS, match[_STEPPED]
            elif kind == _MOVE:
                operands, operator = match.group(_MOVED_BY, _MOVE)
            elif kind == _SHOW:
                operands, operator = match.group(_STRING, _SHOW)
            elif kind == _FONT:
                operator, operands = b"Tf", match[_FONT]
            elif kind == _BARE:
                operator, operands = match[_BARE], b""
            elif kind == _OPERATOR:
                operands, operator = match.group(_OPERANDS, _OPERATOR)
                if operator == b"BI":
                    if painting:
                        yield operator, b""
                    break
            else:  # no operator: the end, or an operand that is written in an odd way
                break
            if where is not None:
                where[:] = (begin if carried else match.start(), match.end())
            if carried or kind == _OPERATOR:
                operands = b"".join([*carried, operands])
                carried.clear()
                if operator in _SHOWS:
                    operands = _rewritten(operator, operands)
            yield operator, operands
        at = match.end()
        if match.lastindex == _OPERATOR:
            at = behind_image(content, at)
            carried.clear()
        elif at < len(content):
            begin = begin if carried else match.start()
            operand, at = _odd_operand(content, at)
            carried += (match[_OPERANDS], operand)


def _rewritten(operator: bytes, operands: bytes) -> bytes:
    """The operands of an operator that shows text as the three functions below expect them."""
    items = [
        _number(number) if number else decode_literal(literal[1:-1]) if literal else decode_hex(digits[1:-1])
        for literal, digits, number in _WRITTEN.findall(operands)
        if literal or digits or number
    ]
    if operator != b"TJ":  # of several strings the last counts
        strings = [item for item in items if isinstance(item, bytes)]
        spacing = [item for item in items if isinstance(item, float)] if operator == b'"' else []
        items = [*spacing[-2:], *strings[-1:]]
    return b" ".join(b"<%s>" % item.hex().encode() if isinstance(item, bytes) else b"%f" % item for item in items)


def strings_and_numbers(operands: bytes) -> list[bytes | float]:
    """What the operands of an operator that shows text hold: strings, decoded, and numbers."""
    items: list[bytes | float] = []
    if b"<" in operands:
        for literal, digits, number in _PIECE.findall(operands):
            items.append(_number(number) if number else _from_hex(digits) if digits else decode_literal(literal))
        return items
    escaped = b"\\" in operands or b"\r" in operands
    items += map(_number, operands.partition(b"(")[0].split())
    for text, shifts in _TEXT_AND_SHIFTS.findall(operands):
        items.append(decode_literal(text) if escaped else text)
        if shifts:
            try:
                items.append(float(shifts))
            except ValueError:  # none, or several
                items += map(_number, shifts.split())
    return items


def lengths_and_shifts(operands: bytes) -> tuple[list[int], list[float]] | None:
    """Of strings written in one way the lengths in bytes, and behind each string a number (0: none); None where the
    operands are anything else. For hexadecimal strings of an even number of digits, as `shown_bytes` finds them."""
    try:
        if operands.startswith(b"<") and b"(" not in operands:
            digits = _DIGITS_AND_SHIFTS.findall(operands)
            return [len(text) >> 1 for text, _ in digits], [float(shift or 0) for _, shift in digits]
        if not operands.startswith(b"(") or b"<" in operands:
            return None
        pairs = _TEXT_AND_SHIFTS.findall(operands)
        shifts = [float(shift or 0) for _, shift in pairs]
    except ValueError:  # white space, or several numbers
        return None
    if b"\\" in operands or b"\r" in operands:
        return [len(decode_literal(text) if b"\\" in text or b"\r" in text else text) for text, _ in pairs], shifts
    return [len(text) for text, _ in pairs], shifts


def shown_bytes(operands: bytes, size: int) -> bytes | None:
    """The strings alone, joined; None where that might tear a code of `size` bytes, or takes more than a look."""
    if b"<" not in operands:
        strings: list[bytes] = _TEXT.findall(operands)
        if b"\\" in operands or b"\r" in operands:
            strings = [decode_literal(text) if b"\\" in text or b"\r" in text else text for text in strings]
        whole = size == 1 or not any(length % size for length in set(map(len, strings)))
        return b"".join(strings) if whole else None
    digits: list[bytes] = _DIGITS.findall(operands)
    if b"(" in operands or any(length % (2 * size) for length in set(map(len, digits))):
        return None
    try:
        return unhexlify(b"".join(digits))
    except ValueError:  # white space
        return None


def shown_strings(operands: bytes) -> list[bytes]:
    """The strings alone."""
    if b"(" not in operands:
        return [_from_hex(digits) for digits in _DIGITS.findall(operands)]
    if b"<" in operands:
        return [item for item in strings_and_numbers(operands) if isinstance(item, bytes)]
    strings: list[bytes] = _TEXT.findall(operands)
    return list(map(decode_literal, strings)) if b"\\" in operands or b"\r" in operands else strings


def steps(operands: bytes) -> list[tuple[float, bytes]]:
    """The operands of `STEPS`: how far along the line each string is from the one before, and the string."""
    return [
        (_number(by), _from_hex(digits) if digits else decode_literal(literal))
        for by, literal, digits in _STEP.findall(operands)
    ]


def _number(digits: bytes) -> float:
    """0 where a reader could make nothing of it."""
    try:
        return float(digits)
    except ValueError:
        found = _NUMBERS.search(digits)
        return float(found[0]) if found else 0.0


def _from_hex(digits: bytes) -> bytes:
    try:
        return unhexlify(digits)
    except ValueError:  # white space, an odd last digit
        return decode_hex(digits)


def numbers(operands: bytes, count: int) -> list[float] | None:
    """The last `count` operands; None where there are not as many numbers."""
    try:
        values = [float(word) for word in operands.split()]
    except ValueError:  # comments, signs written twice, other operands between
        values = [float(word) for word in _NUMBERS.findall(_COMMENT.sub(b" ", operands))]
    return values[-count:] if len(values) >= count else None


def name_and_number(operands: bytes) -> tuple[Name, float] | None:
    """The operands of Tf; None where they are none."""
    match = _NAME_AND_NUMBER.search(operands)
    values = numbers(match[2], 1) if match else None
    return (decode_name(match[1]), values[0]) if match and values else None


def last_name(operands: bytes) -> Name | None:
    """The last name among the operands."""
    names = _NAMES.findall(operands)
    return decode_name(names[-1]) if names else None


def _odd_operand(content: bytes, at: int) -> tuple[bytes, int]:
    """An operand that the expression leaves, written so that it takes it; a stray delimiter is dropped."""
    if content[at : at + 1] == b"(":  # nested deeper
        try:
            end = literal_end(content, at + 1)
        except PdfError as error:
            raise PdfError("a string in the contents has no end", code="CONTENT_STRING") from error
        return b"<%s>" % decode_literal(content[at + 1 : end]).hex().encode("ascii"), end + 1
    if match := _BROKEN_HEX.match(content, at):  # what is no digit does not count
        return b"<%s>" % _NOT_HEX.sub(b"", match[1]), match.end()
    return b"", at + 1
