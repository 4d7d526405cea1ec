"""ToUnicode CMaps: what codes print (ISO 32000-2, 9.10.3).

Large ones are looked through before they are read: most pages are asked for one character that most fonts lack.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain

from esign_core.content.encodings import character
from esign_core.content.ranges import Ranges
from esign_core.pdf.lexer import decode_hex

_WHITE = b"\0\t\n\x0c\r "
_UPPER = bytes.maketrans(b"abcdef", b"ABCDEF")  # of hexadecimal digits; keywords change with them
_BEGIN, _END, _CHAR = (word.translate(_UPPER) for word in (b"beginbf", b"endbf", b"char"))
_CODE_BYTES = 4  # ISO 32000-2, 9.7.6.2: a code has one to four bytes
_PAIR = rb"<([0-9A-F]*+)><([0-9A-F]*+)>"
_RANGE = _PAIR + rb"(?:<([0-9A-F]*+)>|\[([^\[\]]*+)\])"
_STRING = rb"<([0-9A-F]*+)>"
_COLLECTIONS = {
    f"{name}-UCS2".encode("ascii").translate(_UPPER): name
    for name in ("Adobe-CNS1", "Adobe-GB1", "Adobe-Japan1", "Adobe-Korea1")
}
_USED = re.compile(b"/(" + b"|".join(_COLLECTIONS) + b")" + b"usecmap".translate(_UPPER))  # there is no white space
_READABLE = (0x21, 0xA1, 0xF900, 0x10000)  # the first characters behind those that nobody could read
_NUMBERS = {2: "B", 4: "H"}  # of hexadecimal digits, as `struct` calls what they make
_LARGE = 16_384  # bytes; one of 256 codes is smaller
_MOST_EXPANDED = 1 << 17  # codes in ranges of one CMap that are written out


class ToUnicode:
    """What one CMap says. `load` gives its data, and is called when it is first asked for anything."""

    def __init__(self, load: Callable[[], bytes]) -> None:
        self._load = load

    def text(self, code: int) -> str:
        """The text of a code; empty where the CMap is silent or says nothing that is a character."""
        texts, ranges = self._read
        text = texts.get(code)
        if text is None and (found := ranges.find(code)):
            offset, start = found
            text = _from(start, offset)
        if text is None and self._collection:
            from esign_core.content.predefined_cmaps import cid_text  # with large tables: few documents need them

            text = cid_text(self._collection, code)
        return text or ""

    def below(self, limit: int) -> dict[int, str]:
        """The texts of all codes below a limit."""
        texts, ranges = self._read
        if ranges.overlap or self._collection:  # then each may hold all codes
            return {code: text for code in range(limit) if (text := self.text(code))}
        within = {code for first, last, _ in ranges if first < limit for code in range(first, min(last + 1, limit))}
        found = {code: self.text(code) for code in within - texts.keys()}
        return found | {code: text for code, text in texts.items() if code < limit}

    def codes_of(self, wanted: str) -> set[int] | None:
        """The codes whose text holds the character, or None where they are too many."""
        codes: set[int] = set()
        if self._collection:
            from esign_core.content.predefined_cmaps import cids_of

            codes.update(cids_of(self._collection, wanted))  # perhaps a few more, of which the CMap itself speaks
        look = self._is_large and "_read" not in self.__dict__
        if look and not any(_may_hold(body, wanted) for body in self._sections):
            return codes
        texts, ranges = self._read
        number = ord(wanted)
        codes.update([code for code, text in texts.items() if wanted in text])
        for first, last, start in ranges:
            if isinstance(start, int):
                if start <= number <= start + last - first and first + number - start not in texts:
                    codes.add(first + number - start)
            elif wanted in start[:-1]:
                return None
            elif 0 <= number - ord(start[-1]) <= last - first and first + number - ord(start[-1]) not in texts:
                codes.add(first + number - ord(start[-1]))
        return codes

    @cached_property
    def is_useless(self) -> bool:
        """Does it say nothing at all but white space, and what stands for nothing?"""
        if self._collection:
            return False
        if self._is_large:
            return not any(_is_useful(text) for body in self._sections for text in _texts(body))
        texts, ranges = self._read
        some = chain.from_iterable(_some_of(start, last - first) for first, last, start in ranges)
        return not any(map(_is_useful, chain(texts.values(), some)))

    @property
    def _is_large(self) -> bool:
        """So large that it is worth looking through before it is read?"""
        return sum(map(len, self._sections)) > _LARGE

    @cached_property
    def _sections(self) -> list[bytes]:
        return [section.partition(_END)[0] for section in self._parts[1:]]

    @cached_property
    def _collection(self) -> str:
        """That of which the CIDs are the codes, where the CMap builds on a published one such as Adobe-Korea1-UCS2."""
        used = _USED.search(self._parts[0])
        return _COLLECTIONS.get(used[1], "") if used else ""

    @cached_property
    def _parts(self) -> list[bytes]:
        return self._load().translate(_UPPER, _WHITE).split(_BEGIN)

    @cached_property
    def _read(self) -> tuple[dict[int, str], Ranges[int | str]]:
        """Text by code; and for ranges the text of the first code, or the number of its only character."""
        texts: dict[int, str] = {}
        records: list[tuple[int, int, int | str]] = []
        for body in self._sections:
            if body.startswith(_CHAR):
                texts |= _chars(body[len(_CHAR) :])
                continue
            for first, last, start in _ranges(body):
                if isinstance(start, list):
                    texts.update(zip(range(first, last + 1), start, strict=False))
                elif start != "":
                    records.append((first, last, start))
        ranges = Ranges(records)
        if ranges.overlap:  # written out as far as that is little: what comes later counts
            room = _MOST_EXPANDED
            for first, last, start in records:
                if 0 <= last - first < room:
                    room -= last - first
                    texts.update((first + offset, _from(start, offset)) for offset in range(last + 1 - first))
        return texts, ranges


class IdentityToUnicode(ToUnicode):
    """The name Identity-H in place of a ToUnicode CMap: codes are UTF-16."""

    def __init__(self) -> None:
        super().__init__(bytes)

    is_useless = False

    def text(self, code: int) -> str:
        return character(code)

    def codes_of(self, wanted: str) -> set[int] | None:
        return {ord(wanted)}


def is_weak(text: str) -> bool:
    """Is it nothing that anyone could read: empty, control characters, or characters for private use?"""
    return not text or (not text.isprintable() and all(map(_is_weak_character, text)))


def _is_weak_character(c: str) -> bool:
    return c < " " or "\x7f" <= c <= "\x9f" or "\ue000" <= c <= "\uf8ff" or c >= "\U000f0000"


def _is_useful(text: str) -> bool:
    return not text.isspace() and not is_weak(text)


def _some_of(start: int | str, more: int) -> Iterator[str]:
    """Of the texts of a range so many that one is useful if any of them is."""
    yield _from(start, 0)
    yield _from(start, more)
    first = start if isinstance(start, int) else ord(start[-1])
    yield from (character(each) for each in _READABLE if first < each < first + more)


def _from(start: int | str, offset: int) -> str:
    """The text so many characters behind another, of which the last one counts."""
    if isinstance(start, int):
        return character(start + offset)
    return start[:-1] + character(ord(start[-1]) + offset)


# ---- sections: `char` or `range`, and then strings without white space between them


def _texts(body: bytes) -> Iterator[str]:
    """Texts in the section, of ranges some."""
    if body.startswith(_CHAR):
        yield from _chars(body[len(_CHAR) :]).values()
        return
    for first, last, start in _ranges(body):
        if isinstance(start, list):
            yield from start
        elif start != "":
            yield from _some_of(start, max(last - first, 0))


def _chars(body: bytes) -> dict[int, str]:
    records = _records(body, 2)
    if records is None:
        return {_number(code): _utf16(text) for code, text in re.findall(_PAIR, body)}
    return {code: chr(n) if 0 < n < 0xD800 or 0xDFFF < n < 0xFFFD else "" for code, n in records}


def _ranges(body: bytes) -> Iterable[tuple[int, int, int | str | list[str]]]:
    """First code, last code, and the text of the first or the texts of all; of one character its number."""
    records = _records(body[body.find(b"<") :], 3)
    return _irregular_ranges(body) if records is None else records  # type: ignore[return-value]  # of three numbers


def _irregular_ranges(body: bytes) -> Iterator[tuple[int, int, str | list[str]]]:
    for low, high, text, texts in re.findall(_RANGE, body):
        yield _number(low), _number(high), _listed(texts) if texts else _utf16(text)


def _listed(body: bytes) -> list[str]:
    records = _records(body, 1)
    if records is None:
        return list(map(_utf16, re.findall(_STRING, body)))
    return [character(number) for (number,) in records]


def _may_hold(body: bytes, wanted: str) -> bool:
    """Does the section say of any code, which a later section may contradict, that it prints the character?"""
    if not body.startswith(_CHAR):
        return any(_holds(first, last, start, wanted) for first, last, start in _ranges(body))
    digits = wanted.encode("utf-16-be", "replace").hex().upper().encode("ascii")
    short = digits[2:] if digits.startswith(b"00") else digits  # written by some producers for Latin characters
    odd = digits[:-1] if digits.endswith(b"0") else digits  # an odd last digit counts as if followed by 0
    if digits not in body and b"<" + short + b">" not in body and odd + b">" not in body:
        return False
    return any(wanted in text for text in _chars(body[len(_CHAR) :]).values())


def _holds(first: int, last: int, start: int | str | list[str], wanted: str) -> bool:
    if isinstance(start, int):
        return start <= ord(wanted) <= start + last - first
    if isinstance(start, list) or not start:
        return any(wanted in text for text in start)
    return wanted in start or 0 <= ord(wanted) - ord(start[-1]) <= last - first


def _records(body: bytes, count: int) -> list[tuple[int, ...]] | None:
    """The numbers of records of `count` strings, where all records are alike and their strings of one byte or two."""
    lengths: list[int] = []
    stride = 0
    for _ in range(count):
        length = body.find(b">", stride) - stride - 1
        if length not in _NUMBERS:
            return None
        lengths.append(length)
        stride += length + 2
    repeats, rest = divmod(len(body), stride)
    at = 0
    for length in lengths:
        if rest or body[at::stride] != b"<" * repeats or body[at + length + 1 :: stride] != b">" * repeats:
            return None
        at += length + 2
    try:
        data = bytes.fromhex(body.translate(None, b"<>").decode("ascii"))
    except ValueError:
        return None
    kind = ">" + "".join(_NUMBERS[length] for length in lengths)
    return list(struct.iter_unpack(kind, data)) if len(data) == repeats * struct.calcsize(kind) else None


def _number(digits: bytes) -> int:
    return int.from_bytes(decode_hex(digits)[:_CODE_BYTES], "big")


def _utf16(digits: bytes) -> str:
    data = decode_hex(digits)
    if len(data) == 1:  # written by some producers for Latin characters
        data = b"\0" + data
    text = data.decode("utf-16-be", "ignore")
    return text.replace("\0", "").replace("\ufffd", "").replace("\ufffe", "").replace("\uffff", "")
