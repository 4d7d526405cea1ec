"""PDF text of an encrypted document: strings and streams from plain to encrypted and back (ISO 32000-2, 7.6.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from esign_core.errors import PdfError
from esign_core.pdf.filters import filters_of
from esign_core.pdf.lexer import (
    SPACE,
    TOKEN_END,
    decode_hex,
    decode_literal,
    decode_name,
    dictionary_entries,
    literal_end,
    parse_value,
)
from esign_core.pdf.objects import PdfFile, PdfObject
from esign_core.pdf.security import Security, is_signature
from esign_core.pdf.values import Ref, Value

_TOKEN = re.compile(
    SPACE
    + rb"(?:(<<|\[)|(>>|\])|/([^\x00\t\n\x0c\r ()<>\[\]{}/%]*+)|(\()|<([0-9A-Fa-f\x00\t\n\x0c\r ]*+)>"
    + rb"|\d++"
    + SPACE
    + rb"\d++"
    + SPACE
    + rb"(?<!\d)R"
    + TOKEN_END  # one item, not three
    + rb"|[^\x00\t\n\x0c\r ()<>\[\]{}/%]++)"
)
_OPEN, _CLOSE, _NAME, _LITERAL, _HEX = 1, 2, 3, 4, 5
_STREAM = b"\nstream\n"  # as `stream_body` writes it


class Span(NamedTuple):
    """One string, delimiters included, and what it says."""

    start: int
    end: int
    value: bytes


class Sealed(NamedTuple):
    """An object's encrypted text, and by how many bytes what stood at an offset of the plain text has moved."""

    text: bytes
    moved: tuple[tuple[int, int], ...]


class Seal:
    """The strings and streams of one document's update. Strings that were in the file keep the bytes they had there."""

    def __init__(self, file: PdfFile, security: Security) -> None:
        self._file = file
        self._security = security
        self._before: dict[tuple[Ref, bytes], list[bytes]] = {}  # what a string of an object was written as, in order

    def opened(self, item: PdfObject) -> bytes:
        """The text of an object's value, in plain."""
        text, ref = bytes(item.source[item.value_start : item.value_end]), Ref(item.number, item.generation)
        if item.container is not None:  # encrypted with the stream that holds it, and not by itself
            return text
        changes = []
        for span in strings_in(text):
            plain = self._security.string(span.value, ref)
            self._before.setdefault((ref, plain), []).append(text[span.start : span.end])
            changes.append((span, b"<%s>" % plain.hex().encode("ascii")))
        return _changed(text, changes).text

    def sealed(self, ref: Ref, text: bytes) -> Sealed:
        """An object's text, of a stream with its data, encrypted."""
        end = parse_value(text, 0, depth=self._file.limits.depth)[1]
        if not text.startswith(_STREAM, end):
            return self._sealed_strings(ref, text)
        entries, _, _ = dictionary_entries(text, 0, depth=self._file.limits.depth)
        values: dict[str, Value] = {entry.key: entry.value for entry in entries}
        size = next(entry for entry in entries if entry.key == "Length")
        begin = end + len(_STREAM)
        length = int(text[size.start : size.end])
        filters = filters_of(values, self._file.resolve)
        data = self._security.sealed_stream(text[begin : begin + length], ref, values, filters)
        head = text[: size.start] + b"%d" % len(data) + text[size.end : end]
        return Sealed(self._sealed_strings(ref, head).text + _STREAM + data + text[begin + length :], ())

    def _sealed_strings(self, ref: Ref, text: bytes) -> Sealed:
        changes = []
        for span in strings_in(text):
            if before := self._before.get((ref, span.value)):
                written = before.pop(0)
            else:
                written = b"<%s>" % self._security.sealed_string(span.value, ref).hex().encode("ascii")
            changes.append((span, written))
        return _changed(text, changes)


def strings_in(text: bytes) -> list[Span]:
    """Every string of the value that `text` is, in order; not the /Contents of a signature dictionary."""
    found: dict[int, Span] = {}
    open_ones: list[list[tuple[int, Value]]] = [[]]  # of every open container: where its items begin, and names
    position = 0
    while len(open_ones) > 1 or not open_ones[0]:
        token = _TOKEN.match(text, position)
        if token is None:
            raise PdfError(f"no PDF value can be read at byte {position}; the file is damaged", code="SYNTAX")
        kind = token.lastindex or 0
        start, position = token.start(kind), token.end()
        if kind == _OPEN:
            open_ones.append([])
            continue
        value: Value = None
        if kind == _CLOSE:
            items = open_ones.pop()
            if token[_CLOSE] == b">>":
                _leave_contents(items, found)
        elif kind == _NAME:
            value = decode_name(token[_NAME])
        elif kind == _LITERAL:
            end = literal_end(text, position)
            found[start] = Span(start, end + 1, decode_literal(text[position:end]))
            position = end + 1
        elif kind == _HEX:
            found[start - 1] = Span(start - 1, position, decode_hex(token[_HEX]))
            start -= 1
        open_ones[-1].append((start, value))
    return [found[start] for start in sorted(found)]


def _leave_contents(items: list[tuple[int, Value]], found: dict[int, Span]) -> None:
    entries = {str(key): value for (_, key), (_, value) in zip(items[::2], items[1::2], strict=False)}
    if is_signature(entries):
        for (_, key), (start, _) in zip(items[::2], items[1::2], strict=False):
            if key == "Contents":
                found.pop(start, None)


def _changed(text: bytes, changes: Iterable[tuple[Span, bytes]]) -> Sealed:
    parts, moved, position = [], [], 0
    for span, written in changes:
        parts += [text[position : span.start], written]
        moved.append((span.end, len(written) - (span.end - span.start)))
        position = span.end
    return Sealed(b"".join([*parts, text[position:]]), tuple(moved))
