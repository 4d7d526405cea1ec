"""Type0 fonts: codes of one to four bytes, and a CIDFont behind them (ISO 32000-2, 9.7)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain, islice

from esign_core.content.cid_metrics import CidWidths
from esign_core.content.cid_program import CidProgram
from esign_core.content.cmaps import CMap, EmbeddedCMap, IdentityCMap, two_byte_codes, used_cmap
from esign_core.content.encodings import expand_ligatures
from esign_core.content.glyphs import UNKNOWN, Glyph, Lazy, dictionary, stream_data
from esign_core.content.guesses import guessed_character
from esign_core.content.match import Evidence
from esign_core.content.metrics import line_extent
from esign_core.content.predefined_cmaps import PredefinedCMap, cid_text, cids_of, is_collection, named_cmap
from esign_core.content.tounicode import ToUnicode, is_weak
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Name, Stream, Value

_MAX_USE = 4  # CMaps that build on one another; the published ones stay at 2
_ORIGIN = (0.0, 0.0)
_MAX_INVERSE = 65536  # codes that print one character; a font has no more glyphs


class CompositeFont:
    """One font. What its codes print is found out when they are first shown; the font program is asked only where
    ToUnicode leaves a gap. `guess`: codes of which nothing is known are taken for the likeliest character. `painted`:
    what draws nothing prints a space."""

    em = 1000.0

    def __init__(
        self,
        file: PdfFile,
        font: Dictionary,
        name: str,
        tounicode: ToUnicode,
        *,
        guess: bool = False,
        painted: bool = True,
    ) -> None:
        self.name = name
        self._file = file
        self._font = font
        self._tounicode = tounicode
        self._guess = guess
        self._painted = painted
        self._cmap = _cmap(file, font.get("Encoding")) or IdentityCMap(vertical=False)
        descendants = file.get(font, "DescendantFonts")
        self._cid_font = dictionary(file, descendants[0]) if isinstance(descendants, list) and descendants else {}
        self.vertical = self._cmap.vertical
        self.code_bytes: int | None = 2 if self._cmap.two_bytes else None
        self._glyphs: Lazy[bytes, Glyph] = Lazy(self._glyph)
        self._texts: Lazy[int, str] = Lazy(lambda number: self._printed(number.to_bytes(2, "big"))[0])
        self._advances: Lazy[int, float] = Lazy(lambda number: self._spacing(self._cid(number))[0])
        self._codes: dict[str, frozenset[bytes] | None] = {}

    def unpainted(self) -> CompositeFont:
        return CompositeFont(self._file, self._font, self.name, self._tounicode, guess=self._guess, painted=False)

    @cached_property
    def known(self) -> bool:
        return (
            not self._tounicode.is_useless
            or isinstance(self._cmap, PredefinedCMap)
            or bool(self._collection)
            or bool(self._program.texts)
        )

    @property
    def ascent(self) -> float:
        return self._extent[0]

    @property
    def descent(self) -> float:
        return self._extent[1]

    def decode(self, data: bytes) -> list[Glyph]:
        glyphs = self._glyphs
        return [glyphs[code] for code in self._cmap.split(data)]

    def text(self, data: bytes) -> str:
        if self.code_bytes == 2:
            return "".join(map(self._texts.__getitem__, two_byte_codes(data)))
        return "".join([glyph.text for glyph in self.decode(data)])

    def measure(self, data: bytes) -> tuple[float, int, int]:
        if self.code_bytes == 2:
            codes = two_byte_codes(data)
            return sum(map(self._advances.__getitem__, codes)), len(codes), 0
        glyphs = self.decode(data)
        return sum([glyph.advance for glyph in glyphs]), len(glyphs), sum([glyph.is_space for glyph in glyphs])

    def codes_of(self, character: str) -> frozenset[bytes] | None:
        """Also such as select a glyph that draws nothing, though `decode` does not say so."""
        if character not in self._codes:
            numbers = self._tounicode.codes_of(character)
            said = (code for n in numbers or () for code in self._cmap.spellings(n))
            codes = list(islice(chain(said, self._other_codes(character)), _MAX_INVERSE + 1))
            if numbers is None or len(codes) > _MAX_INVERSE:
                self._codes[character] = None
            else:
                self._codes[character] = frozenset(code for code in codes if character in self._reading(code)[0])
        return self._codes[character]

    def guesses_of(self, character: str) -> frozenset[bytes]:
        return frozenset(self._cmap.spellings(ord(character)))

    def _other_codes(self, character: str) -> Iterator[bytes]:
        """Codes that may print the character where ToUnicode is silent."""
        if isinstance(self._cmap, PredefinedCMap):
            yield from self._cmap.codes_of(character)
        elif self._collection:
            yield from self._cmap.codes(cids_of(self._collection, character))
        else:
            yield from self._cmap.codes(self._program.cids_of(character))
        if self._guess:
            yield from self._cmap.spellings(ord(character))

    def _reading(self, code: bytes) -> tuple[str, Evidence]:
        """What a code prints, and how that is known: ToUnicode first (ISO 32000-2, 9.10.2), but code by code."""
        number = int.from_bytes(code, "big")
        said = self._tounicode.text(number)
        if not is_weak(said) and not said.isspace() and not self._tounicode.is_useless:
            return said, "tounicode"
        if text := self._cid_text(code):
            return text, "font-program"
        if said:  # better than nothing
            return said, "tounicode"
        if self._guess:
            return guessed_character(number), "guess"
        return "", "font-program"

    def _cid_text(self, code: bytes) -> str:
        """From the CMap, or the character collection, or else from the embedded program."""
        if isinstance(self._cmap, PredefinedCMap):
            return self._cmap.text(code)
        cid = self._cmap.cid(code)
        return cid_text(self._collection, cid) if self._collection else self._program.texts.get(cid, "")

    def _printed(self, code: bytes) -> tuple[str, Evidence]:
        """The text in the end: ligatures expanded, a space for a glyph that draws nothing."""
        text, evidence = self._reading(code)
        if self._painted and not text.isspace() and self._program.is_blank(self._cmap.cid(code)):
            text = " "
        return expand_ligatures(text) or UNKNOWN, evidence

    def _spacing(self, cid: int) -> tuple[float, tuple[float, float]]:
        """The advance, and where the origin of the glyph lies."""
        return self._widths.vertical(cid) if self.vertical else (self._widths.width(cid), _ORIGIN)

    def _cid(self, number: int) -> int:
        return number if isinstance(self._cmap, IdentityCMap) else self._cmap.cid(number.to_bytes(2, "big"))

    def _glyph(self, code: bytes) -> Glyph:
        text, evidence = self._printed(code)
        cid = self._cmap.cid(code)
        advance, origin = self._spacing(cid)
        return Glyph(text, evidence, advance, self._widths.width(cid), code == b" ", origin, code)

    @cached_property
    def _collection(self) -> str:
        """The character collection of the CIDs; empty for one that nothing is known about."""
        system = dictionary(self._file, self._cid_font.get("CIDSystemInfo"))
        registry, ordering = self._file.get(system, "Registry"), self._file.get(system, "Ordering")
        if not isinstance(registry, bytes) or not isinstance(ordering, bytes):
            return ""
        name = f"{registry.decode('latin-1')}-{ordering.decode('latin-1')}"
        return name if is_collection(name) else ""

    @cached_property
    def _program(self) -> CidProgram:
        return CidProgram(self._file, self._cid_font)

    @cached_property
    def _widths(self) -> CidWidths:
        return CidWidths(self._file, self._cid_font)

    @cached_property
    def _extent(self) -> tuple[float, float]:
        descriptor = dictionary(self._file, self._cid_font.get("FontDescriptor"))
        return line_extent(self._file, descriptor, None, lambda: self._program.true_type.line)


def _cmap(file: PdfFile, value: Value, depth: int = 0) -> CMap | None:
    value = file.resolve(value)
    if isinstance(value, Name):
        return named_cmap(value)
    if not isinstance(value, Stream) or depth > _MAX_USE:
        return None
    data = stream_data(file, value)
    base = _cmap(file, value.entries.get("UseCMap"), depth + 1) or named_cmap(used_cmap(data))
    return EmbeddedCMap(data, base, vertical=file.get(value.entries, "WMode") == 1)
