"""How high the lines of a font are, and how wide the glyphs of fonts that viewers have themselves, in thousandths of a
text space unit at size 1."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from esign_core.content.encodings import expand_ligatures
from esign_core.content.glyphs import number, numbers
from esign_core.content.published_tables import published
from esign_core.content.standard_widths import COURIER, latin_widths
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary

_DINGBAT_SPACE = 278.0
_DEFAULT_LINE = (800.0, -200.0)
_LINES = {"Helvetica": (718.0, -207.0), "Times": (683.0, -217.0), "Courier": (627.0, -194.0)}
_MISSING = {"Helvetica": 278.0, "Times": 250.0, "Courier": 600.0}  # of .notdef
_LOWEST, _HIGHEST = 200.0, 2000.0  # lines of text lower or higher than this come from values in another unit


class StandardMetrics(NamedTuple):
    """Of one of the standard 14 fonts: its name, ascent and descent."""

    name: str
    ascent: float
    descent: float

    def width(self, text: str) -> float:
        """Of the glyph for a text: where the font has none for it, as for a ligature, of its letters'; else, as viewers
        have it, that of the box or blank which stands for a glyph that is not there."""
        found = self._width(text) or sum(map(self._width, expand_ligatures(text)))
        return found or _MISSING.get(self.name.partition("-")[0], 0.0)

    def _width(self, character: str) -> float:
        if self.name.startswith("Courier"):
            return COURIER if character else 0.0
        if self.name == "Symbol":
            return _listed_width(self.name, character)
        return latin_widths(self.name).get(character) or (
            0.0 if character < "\x80" else _listed_width(self.name, character)
        )


@lru_cache(maxsize=256)
def standard_metrics(base_font: str) -> StandardMetrics:
    """Of the standard font that stands in for `base_font`: the one of that name, else the likest by name."""
    name = base_font.replace(" ", "")
    if name in ("Symbol", "ZapfDingbats"):
        return StandardMetrics(name, *_DEFAULT_LINE)
    bold = "Bold" if "Bold" in name else ""
    slanted = "Italic" in name or "Oblique" in name
    if "Courier" in name or "Mono" in name:
        return StandardMetrics("Courier", *_LINES["Courier"])
    if "Times" in name or "Serif" in name or "Roman" in name:
        return StandardMetrics("Times-" + (bold + ("Italic" if slanted else "") or "Roman"), *_LINES["Times"])
    return StandardMetrics("Helvetica-Bold" if bold else "Helvetica", *_LINES["Helvetica"])


def _listed_width(name: str, character: str) -> float:
    width: float = published("fontmetrics").FONT_METRICS[name][1].get(character, 0.0)
    return width


def dingbat_width(name: str) -> float:
    """Of a glyph of ZapfDingbats, by its name: the tables list it under the number in that."""
    if not name.startswith("a") or not name[1:].isdecimal():
        return _DINGBAT_SPACE if name == "space" else 0.0
    return _listed_width("ZapfDingbats", chr(min(int(name[1:]), 0xFFFF)))


def line_extent(
    file: PdfFile,
    descriptor: Dictionary,
    standard: StandardMetrics | None,
    program: Callable[[], tuple[float, float] | None],
) -> tuple[float, float]:
    """Ascent and descent, from the descriptor where its values are sane; `standard` where it says nothing, then the
    font's box, then what its `program` says."""
    ascent, descent = number(file, descriptor.get("Ascent")), -abs(number(file, descriptor.get("Descent")))
    if ascent > 0 and _is_sane(ascent, descent):
        return ascent, descent
    if standard is not None:
        return standard.ascent, standard.descent
    box = numbers(file, descriptor.get("FontBBox"))
    if len(box) == 4 and box[3] > 0 >= box[1] and _is_sane(box[3], box[1]):
        return box[3], box[1]
    line = program()
    return line if line and _is_sane(*line) else _DEFAULT_LINE


def _is_sane(ascent: float, descent: float) -> bool:
    return _LOWEST <= ascent - descent <= _HIGHEST
