"""Values without comments or odd strings, many tokens at a time: what most objects are, and most of finding's time.

Nothing is decided here that `lexer` would decide otherwise: whatever is not plain is left to it, errors included.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from esign_core.errors import PdfError
from esign_core.pdf.lexer import decode_hex, decode_name
from esign_core.pdf.values import Array, Name, Ref, Value

_TOKEN = re.compile(  # with the white space in front of it, so that no alternative is tried there
    rb"[\x00\t\n\x0c\r ]*+(<<|>>|/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*+"
    rb"|\d{1,10}+[\x00\t\n\x0c\r ]++\d{1,10}+[\x00\t\n\x0c\r ]++R(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])"
    rb"|[^\x00\t\n\x0c\r ()<>\[\]{}/%]++|<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>|\([^()\\\r]*+\)|[^\x00\t\n\x0c\r ])"
)
_INTEGER = re.compile(rb"[-+]?+\d{1,19}+")
_REAL = re.compile(rb"[-+]?+(?:\d{1,19}+\.\d{0,19}+|\.\d{1,19}+)")
_KEPT, _KEPT_LENGTH = 8192, 40  # tokens whose values are remembered, and bytes of the longest

_ONLY_NAMES = frozenset((Name,))


class _Mark:
    """A bracket."""

    __slots__ = ()


_OPEN_DICTIONARY, _CLOSE_DICTIONARY, _OPEN_ARRAY, _CLOSE_ARRAY = _Mark(), _Mark(), _Mark(), _Mark()


class _Values(dict[bytes, "Value | _Mark"]):
    """What each token means; the same few are in every object of a file. KeyError for what is no plain token."""

    def __missing__(self, token: bytes) -> Value | _Mark:
        if token.startswith(b"(") and len(token) > 1:  # text is not kept: it is seldom the same, and nobody else's
            return token[1:-1]
        value = _value(token)
        if len(self) >= _KEPT:
            self.clear()
            self.update(_FIXED)
        if len(token) <= _KEPT_LENGTH:
            self[token] = value
        return value


_FIXED: Mapping[bytes, Value | _Mark] = {
    b"<<": _OPEN_DICTIONARY,
    b">>": _CLOSE_DICTIONARY,
    b"[": _OPEN_ARRAY,
    b"]": _CLOSE_ARRAY,
    b"true": True,
    b"false": False,
    b"null": None,
}
_VALUES = _Values(_FIXED)


def _value(token: bytes) -> Value:
    if token.startswith(b"/"):
        return decode_name(token[1:])
    if token.isdigit() and len(token) < 20:
        return int(token)
    if token.endswith(b"R") and len(words := token.split()) == 3:
        return Ref(int(words[0]), int(words[1]))
    if _INTEGER.fullmatch(token):
        return int(token)
    if _REAL.fullmatch(token):
        return float(token)
    if token.startswith(b"<") and len(token) > 1:
        return decode_hex(token[1:-1])
    raise KeyError  # brackets without a partner, words, and numbers parted by null characters


def parse_plain(text: bytes, depth: int) -> tuple[Value] | None:
    """The one value that is all of `text`, in a tuple; None where the lexer has to read it."""
    outer: list[tuple[Array, _Mark]] = []
    items: Array = []
    try:
        for value in map(_VALUES.__getitem__, _TOKEN.findall(text)):
            if type(value) is not _Mark:  # at half the cost of isinstance, for every token
                items.append(value)  # type: ignore[arg-type]
            elif value is _OPEN_DICTIONARY or value is _OPEN_ARRAY:
                if len(outer) >= depth:
                    return None
                outer.append((items, value))
                items = []
            else:
                above, opened = outer.pop()
                if value is _CLOSE_ARRAY and opened is _OPEN_ARRAY:
                    above.append(items)
                elif value is _CLOSE_DICTIONARY and opened is _OPEN_DICTIONARY:
                    if len(items) % 2 or not {*map(type, items[::2])} <= _ONLY_NAMES:
                        return None
                    above.append(dict(zip(items[::2], items[1::2], strict=True)))  # type: ignore[arg-type]
                else:
                    return None
                items = above
    except (KeyError, IndexError, PdfError):  # a token that is not plain, a bracket that closes nothing, /#00
        return None
    return (items[0],) if len(items) == 1 and not outer else None
