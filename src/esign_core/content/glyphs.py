"""What fonts have in common: they cut strings into codes, and know what each code prints and how wide."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from typing import Generic, NamedTuple, Protocol, TypeVar

from esign_core.content.match import Evidence
from esign_core.errors import PdfError
from esign_core.pdf.filters import filters_of
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Stream, Value

UNKNOWN = "\ufffd"  # printed, but nothing says what

_FAR = 10**9  # numbers as large as this are no measures
Code = TypeVar("Code", int, bytes)
Thing = TypeVar("Thing")


class Glyph(NamedTuple):
    """One code of a font. Lengths are in thousandths of a text space unit at size 1."""

    text: str  # what it prints, ligatures expanded; `UNKNOWN` where nothing says it
    evidence: Evidence
    advance: float  # to the next glyph: along x, in vertical writing along y (then usually negative)
    width: float
    is_space: bool  # does word spacing apply? (a one-byte code 32: ISO 32000-2, 9.3.3)
    origin: tuple[float, float]  # where its own origin lies from the text position: 0, 0 but in vertical writing
    code: bytes = b""  # the bytes of the string that selected it


class Font(Protocol):
    """A font as content streams use it."""

    name: str
    vertical: bool
    code_bytes: int | None  # length of every code; None where codes have different lengths

    @property
    def ascent(self) -> float:
        """Of a line of text, in thousandths like `Glyph`; likewise `descent`, which is below 0."""

    @property
    def descent(self) -> float: ...

    @property
    def em(self) -> float:
        """What gaps between glyphs are measured by, in thousandths."""

    @property
    def known(self) -> bool:
        """Does anything say what any of its codes prints?"""

    def unpainted(self) -> Font:
        """The same font for text that is not painted: there a glyph that draws nothing is as good as any."""

    def decode(self, data: bytes) -> list[Glyph]:
        """The glyphs that a string shows."""

    def text(self, data: bytes) -> str:
        """The texts of these glyphs, joined: for whole pages, at a small part of the cost."""

    def measure(self, data: bytes) -> tuple[float, int, int]:
        """The sum of these glyphs' advances, their number, and the number of those that are spaces."""

    def codes_of(self, character: str) -> frozenset[bytes] | None:
        """Every code whose text, its ligatures not expanded, holds the character, and perhaps some whose glyph draws
        nothing; None: finding out costs too much. Cheap, and found out once for each character."""

    def guesses_of(self, character: str) -> frozenset[bytes]:
        """Every code that would be taken for the character if nobody knew what it prints, known or not. Cheap."""


class Lazy(dict[Code, Thing], Generic[Code, Thing]):
    """What belongs to each code, made when first asked for."""

    def __init__(self, make: Callable[[Code], Thing]) -> None:
        super().__init__()
        self._make: Callable[[Code], Thing] = make

    def __missing__(self, code: Code) -> Thing:
        thing = self[code] = self._make(code)
        return thing


def dictionary(file: PdfFile, value: Value) -> Dictionary:
    """A dictionary, or an empty one in place of anything else."""
    value = file.resolve(value)
    return value if isinstance(value, dict) else {}


def number(file: PdfFile, value: Value, default: float = 0.0) -> float:
    """A finite number, or `default` in place of anything else."""
    value = file.resolve(value)
    if isinstance(value, (int, float)) and abs(value) < _FAR and math.isfinite(value):
        return float(value)
    return default


def numbers(file: PdfFile, value: Value) -> list[float]:
    """The numbers of an array; empty in place of anything else."""
    value = file.resolve(value)
    if not isinstance(value, list):
        return []
    return [float(item) if type(item) is int and -_FAR < item < _FAR else number(file, item) for item in value]


def stream_data(file: PdfFile, value: Value) -> bytes:
    """A stream's data; empty where there is none or it cannot be decoded: a damaged part of a font says nothing."""
    try:
        stream = file.resolve(value)
        return file.data(stream) if isinstance(stream, Stream) else b""
    except PdfError:
        return b""


def stream_start(file: PdfFile, value: Value, size: int) -> bytes:
    """The first `size` bytes of a stream's data, or more; fewer where it has no more or is damaged before that."""
    try:
        stream = file.resolve(value)
        if not isinstance(stream, Stream):
            return b""
        filters = list(filters_of(stream.entries, file.resolve))
        if [name for name, _ in filters] == ["FlateDecode"] and not filters[0][1] and "Encrypt" not in file.trailer:
            data = zlib.decompressobj().decompress(file.raw_data(stream), min(size, file.limits.stream_bytes))
            file.decoded_bytes += len(data)
            file.limits.check("decoded_bytes", file.decoded_bytes)
            return data
    except (PdfError, zlib.error):
        pass
    return stream_data(file, value)
