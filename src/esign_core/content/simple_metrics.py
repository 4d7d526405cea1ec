"""How wide the glyphs of a simple font are and how high its lines, in thousandths of a text space unit at size 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from esign_core.content.encodings import NONE, dingbat_name
from esign_core.content.glyphs import Lazy, dictionary, number, numbers
from esign_core.content.metrics import StandardMetrics, dingbat_width, line_extent, standard_metrics
from esign_core.content.simple_encoding import SimpleEncoding
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary

if TYPE_CHECKING:
    from esign_core.content.simple_program import SimpleProgram

_TYPE3_LINE = 750.0  # height of a line of a Type3 font that does not say, in thousandths
_TYPE3_FLATTEST = 0.3  # of its widest glyph; fonts that say their lines are flatter than this have no usable /FontBBox


class SimpleMetrics(NamedTuple):
    """Widths by code, and the line."""

    widths: Sequence[float] | Mapping[int, float]
    ascent: float
    descent: float


def read_metrics(
    file: PdfFile, font: Dictionary, name: str, encoding: SimpleEncoding, program: SimpleProgram | None
) -> SimpleMetrics:
    """Of the font whose base font is called `name`."""
    if file.get(font, "Subtype") == "Type3":
        return _of_type3(file, font)
    descriptor = dictionary(file, font.get("FontDescriptor"))
    widths = _listed(file, font, descriptor)
    standard = standard_metrics(name) if widths is None or not descriptor else None
    line = line_extent(file, descriptor, standard, lambda: program.true_type.line if program else None)
    if widths is None:
        return SimpleMetrics(_by_glyph(standard_metrics(name), encoding, program), *line)
    return SimpleMetrics(widths, *line)


def _listed(file: PdfFile, font: Dictionary, descriptor: Dictionary) -> list[float] | None:
    """For each code, from /Widths and /MissingWidth; None without /Widths."""
    listed = numbers(file, font.get("Widths"))
    if not listed:
        return None
    first = int(number(file, font.get("FirstChar")))
    missing = number(file, descriptor.get("MissingWidth"))
    return [listed[code - first] if 0 <= code - first < len(listed) else missing for code in range(256)]


def _by_glyph(standard: StandardMetrics, encoding: SimpleEncoding, program: SimpleProgram | None) -> Lazy[int, float]:
    """For each code, from the embedded program, else from the standard font that viewers take."""

    def width(code: int) -> float:
        text = "" if encoding.texts[code] == NONE else encoding.texts[code]
        if not text and program:
            text = program.texts.get(code, "")
        own = program.width(code, text) if program else None
        if own is not None:
            return own
        if standard.name == "ZapfDingbats":
            return dingbat_width(encoding.names.get(code) or dingbat_name(code))
        return standard.width(text)

    return Lazy(width)


def _of_type3(file: PdfFile, font: Dictionary) -> SimpleMetrics:
    """From glyph space through /FontMatrix (ISO 32000-2, 9.6.4)."""
    matrix = numbers(file, font.get("FontMatrix"))
    a, b, _, d, _, f = (1000 * value for value in matrix) if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    widths = [width * a for width in _listed(file, font, {}) or [0.0] * 256]
    box = numbers(file, font.get("FontBBox"))
    heights = [x * b + y * d + f for x in box[::2] for y in box[1::2]] if len(box) == 4 else [0.0]
    descent, ascent = min(heights), max(heights)
    widest = max(map(abs, widths))
    if ascent - descent < _TYPE3_FLATTEST * widest:
        descent, ascent = 0.0, widest
    return SimpleMetrics(widths, ascent, descent if ascent > descent else ascent - _TYPE3_LINE)
