"""A glance at the text of objects that are asked for one key, mostly in vain: parsing them costs many times as much.

Pages of an index have hundreds of annotations, and hardly one with an appearance.
"""

from __future__ import annotations

import re

from esign_core.pdf.lexer import SPACE, TOKEN_END
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref
from esign_core.pdf.xref import Entry

_HEAD = re.compile(SPACE + rb"(\d{1,10}+)" + SPACE + rb"\d{1,10}+" + SPACE + rb"obj" + TOKEN_END)
_END = re.compile(rb"(?<=[\x00\t\n\x0c\r >\])])endobj")
_PLAIN_STRING = re.compile(rb"\([^()\\]*+(?:\\[\s\S][^()\\]*+)*+\)")  # no parentheses inside but escaped ones
_WINDOW = 2048  # bytes looked at; annotations have 200


class Glance:
    """For one document and key."""

    def __init__(self, file: PdfFile, key: bytes) -> None:
        self._file = file
        self._key = b"/" + key
        self._without: dict[int, bool] = {}  # object streams: is the key nowhere in their data?

    def may_have_key(self, ref: Ref) -> bool:
        """May a dictionary with the key, or one that has it further in, be what the reference leads to?

        False is certain. True where it is not: for an object that is loaded already (to ask it costs nothing), is
        written in an odd way or is damaged, and for the first one of an object stream. PdfError for sections that
        cannot be read.
        """
        found = self._file.xref.find(ref.number)
        if found is None or found[0].kind == "free":
            return False
        if ref.number in self._file._objects:
            return True
        entry, _ = found
        if entry.kind == "offset":
            text = _text_at(self._file, ref.number, entry)
        elif self._is_without(entry.first):
            return False
        else:
            text = _packed(self._file, ref.number, entry)
        return text is None or self._says(text)

    def _is_without(self, container: int) -> bool:
        known = self._without.get(container)
        if known is None:
            stream = self._file._object_streams.get(container)
            if not isinstance(stream, tuple):
                return False
            known = self._without[container] = not self._says(stream[0].data)
        return known

    def _says(self, text: bytes) -> bool:
        bare = _PLAIN_STRING.sub(b"", text)
        if self._key in bare or b"#" in bare:  # a name with a character written by its number
            return True
        # a string that is not plain, or a comment, could hide where the value ends; as many brackets that close as open
        # show that it ends in here
        return any(odd in bare for odd in (b"(", b")", b"\\", b"%")) or bare.count(b"<") != bare.count(b">")


def _text_at(file: PdfFile, number: int, entry: Entry) -> bytes | None:
    """From behind `obj` to `endobj`."""
    head = _HEAD.match(file.buffer, entry.first) if entry.first < len(file.buffer) else None
    if head is None or int(head[1]) != number:
        return None
    end = _END.search(file.buffer, head.end(), head.end() + _WINDOW)
    return bytes(file.buffer[head.end() : end.start()]) if end else None


def _packed(file: PdfFile, number: int, entry: Entry) -> bytes | None:
    """In an object stream that was read before: to where the next object begins."""
    known, index = file._object_streams.get(entry.first), entry.second
    if not isinstance(known, tuple):
        return None
    stream, _ = known
    if index >= len(stream.numbers) or stream.numbers[index] != number:
        return None
    start, end = [*stream.offsets[index : index + 2], len(stream.data)][:2]
    return stream.data[start:end] if start <= end <= start + _WINDOW else None
