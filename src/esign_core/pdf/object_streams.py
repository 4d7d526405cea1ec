"""Object streams: many objects in the decoded data of one stream (ISO 32000-2, 7.5.7)."""

from __future__ import annotations

from array import array
from itertools import takewhile
from typing import NamedTuple, Self

_WORDS = bytes.maketrans(b"\0\v", b" !")  # bytes.split() does not part words at a null, but at a vertical tab
_MAX_DIGITS = 10  # of a number or an offset, as in a table


class ObjectStream(NamedTuple):
    """The decoded data, the numbers of the objects in it, and the offsets in `data` where their values begin."""

    data: bytes
    numbers: array[int]  # arrays, since large files have hundreds of thousands of these, and they are kept
    offsets: array[int]

    @classmethod
    def parse(cls, data: bytes, count: int, first: int, *, lenient: bool = False) -> Self | None:
        """Reads the `count` pairs of number and offset in front of byte `first`; None when they are not there.

        When `lenient`, as many pairs as there are.
        """
        if count < 0 or not 0 <= first <= len(data):
            return None
        words = data[:first].translate(_WORDS).split(None, 2 * count)[: 2 * count]
        plain = not words or (b"".join(words).isdigit() and max(map(len, words)) <= _MAX_DIGITS)
        if len(words) < 2 * count or not plain:
            if not lenient:
                return None
            words = list(takewhile(lambda word: word.isdigit() and len(word) <= _MAX_DIGITS, words))
            del words[len(words) // 2 * 2 :]
        return cls(data, array("Q", map(int, words[::2])), array("Q", [first + int(word) for word in words[1::2]]))
