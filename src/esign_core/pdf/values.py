"""PDF values as Python values, and the buffers they are read from.

null, boolean, integer, real   None, bool, int, float
name                           Name: a str of Latin-1 characters, one for each byte, #xx resolved
string                         bytes, escapes resolved
array, dictionary              list, dict with str keys (names without the slash)
indirect reference             Ref
stream                         Stream: its dictionary, and where its data begins in the file
"""

from __future__ import annotations

from mmap import mmap
from typing import NamedTuple, TypeAlias, TypeGuard

from esign_core.errors import InputError

Pdf: TypeAlias = bytes | bytearray | memoryview | mmap
"""Anything with the buffer protocol; no call keeps it, copies it whole, or changes it."""

Buffer: TypeAlias = bytes | memoryview
"""What the reader works on: the document's view, or the decoded data of an object stream."""


class Name(str):
    """A PDF name without its slash (ISO 32000-2, 7.3.5). Equal to the str of the same characters."""

    __slots__ = ()


class Ref(NamedTuple):
    """An indirect reference (ISO 32000-2, 7.3.10)."""

    number: int
    generation: int


class Stream(NamedTuple):
    """A stream's dictionary, the offset of its first data byte in the file, and the object it is."""

    entries: Dictionary
    start: int
    ref: Ref


Value: TypeAlias = "None | bool | int | float | Name | bytes | Ref | Stream | Array | Dictionary"
Array: TypeAlias = "list[Value]"
Dictionary: TypeAlias = "dict[str, Value]"


def is_integer(value: object) -> TypeGuard[int]:
    """Whether a value is an integer: to Python, true and false are integers too."""
    return isinstance(value, int) and not isinstance(value, bool)


def view_of(pdf: Pdf) -> memoryview:
    """The document as a flat view of bytes. InputError (NOT_A_BUFFER) for anything else: text, paths, a closed mmap."""
    try:
        return memoryview(pdf).cast("B")
    except (TypeError, ValueError) as error:
        raise InputError(
            f"pdf is the document's bytes, which this {type(pdf).__name__} does not give: read the file first",
            code="NOT_A_BUFFER",
        ) from error
