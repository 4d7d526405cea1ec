"""A content stream as instructions: an operator and, still as bytes, its operands (ISO 32000-2, 7.8.2).

Operators that neither show text nor say where it goes are passed over inside one regular expression; operands are read
only for those that count. Possessive quantifiers throughout: no input makes the expressions backtrack.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from collections.abc import Iterator

from esign_core.content.inline_image import behind_image
from esign_core.errors import PdfError
from esign_core.pdf.lexer import decode_hex, decode_literal, decode_name, literal_end
from esign_core.pdf.values import Name

_SPACE = rb"(?:[\x00\t\n\x0c\r ]++|%[^\r\n]*+)"
_REGULAR = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]"
_END = rb"(?!" + _REGULAR + rb")"  # a regular token ends here
_LITERAL = rb"\((?:[^()\\]++|\\[\s\S]|\((?:[^()\\]++|\\[\s\S]|\((?:[^()\\]++|\\[\s\S])*+\))*+\))*+\)"  # nested twice
_HEX = rb"<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>"
_OPERAND = (
    rb"(?:" + _SPACE + rb"|[-+.\d]++|/" + _REGULAR + rb"*+|" + _LITERAL + rb"|" + _HEX + rb"|<<|>>|[\[\]]"
    rb"|(?:true|false|null)" + _END + rb")"
)
_PASSED_OVER = (  # path construction and painting, colour, line style, marked content without properties
    rb"(?:re|[mlcvyhSsFnBbfWGgKkwJjMid]\*?+|rg|RG|EMC|d[01]|BX|EX)" + _END
)
_INSTRUCTION = re.compile(
    rb"(?:(?:[-+.\d]++|[\x00\t\n\x0c\r ]++)*+" + _PASSED_OVER + rb")*+"
    rb"(" + _OPERAND + rb"*+)(" + _REGULAR + rb"++)?+"
)
_STRINGS_AND_NUMBERS = re.compile(rb"%[^\r\n]*+|(" + _LITERAL + rb")|(" + _HEX + rb")|([-+]?+(?:\d++\.?+\d*+|\.\d++))")
_COMMENT = re.compile(rb"%[^\r\n]*+")
_NUMBERS = re.compile(rb"[-+]?+(?:\d++\.?+\d*+|\.\d++)")
_NAMES = re.compile(rb"/(" + _REGULAR + rb"*+)")
_NAME_AND_NUMBER = re.compile(rb"/(" + _REGULAR + rb"*+)" + _SPACE + rb"++([-+.\d]++)")
_BROKEN_HEX = re.compile(rb"<([^<>]*+)>")
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]")


def instructions(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(operator, operands) in turn. PdfError (CONTENT_STRING, CONTENT_IMAGE) where a string or image has no end."""
    at = 0
    carried: list[bytes] = []  # operands that the expression did not take
    scan = _INSTRUCTION.match
    while match := scan(content, at):
        operands, operator = match.groups()
        at = match.end()
        if operator is not None:
            if operator == b"BI":
                at = behind_image(content, at)
            else:
                yield operator, b"".join([*carried, operands]) if carried else operands
            carried.clear()
        elif at >= len(content):
            return
        else:
            operand, at = _odd_operand(content, at)
            carried += (operands, operand)


def strings_and_numbers(operands: bytes) -> list[bytes | float]:
    """The strings among the operands, decoded, and the numbers: what TJ has in its array."""
    return [
        float(number) if number else decode_literal(literal[1:-1]) if literal else _from_hex(digits[1:-1])
        for literal, digits, number in _STRINGS_AND_NUMBERS.findall(operands)
    ]


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
