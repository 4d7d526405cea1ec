"""How wide and how high the glyphs of a font are, in thousandths of a text space unit at size 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from esign_core.content.cmaps import Ranges
from esign_core.content.glyphs import number, numbers
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary

_DEFAULT_ASCENT, _DEFAULT_DESCENT = 800.0, -200.0
_LOWEST, _HIGHEST = 200.0, 2000.0  # lines of text lower or higher than this come from values in another unit
_DEFAULT_WIDTH = 1000.0  # of a CIDFont without /DW: ISO 32000-2, table 115
_DEFAULT_VERTICAL = (880.0, -1000.0)  # /DW2


@dataclass(frozen=True, slots=True)
class StandardMetrics:
    """Widths by character, ascent and descent of one of the standard 14 fonts."""

    widths: Mapping[str, float]
    ascent: float
    descent: float


@lru_cache(maxsize=256)
def standard_metrics(base_font: str) -> StandardMetrics:
    """Of the standard font that stands in for `base_font`: the one of that name, else the likest by name."""
    from pdfminer.fontmetrics import FONT_METRICS

    name = base_font.rpartition("+")[2].replace(" ", "")
    properties, widths = FONT_METRICS[name if name in FONT_METRICS else _likest(name)]
    ascent, descent = properties.get("Ascent"), properties.get("Descent")  # Symbol and ZapfDingbats have none
    if isinstance(ascent, float) and isinstance(descent, float):
        return StandardMetrics(widths, ascent, descent)
    return StandardMetrics(widths, _DEFAULT_ASCENT, _DEFAULT_DESCENT)


def _likest(name: str) -> str:
    bold = "Bold" if "Bold" in name else ""
    slanted = "Italic" in name or "Oblique" in name
    if "Courier" in name or "Mono" in name:
        family, style = "Courier", bold + ("Oblique" if slanted else "")
    elif "Times" in name or "Serif" in name or "Roman" in name:
        family, style = "Times", bold + ("Italic" if slanted else "") or "Roman"
    else:
        family, style = "Helvetica", bold + ("Oblique" if slanted else "")
    return f"{family}-{style}" if style else family


def listed_widths(file: PdfFile, font: Dictionary, descriptor: Dictionary) -> list[float] | None:
    """Of a simple font, for each code, from /Widths and /MissingWidth; None without /Widths."""
    listed = numbers(file, font.get("Widths"))
    if not listed:
        return None
    first = int(number(file, font.get("FirstChar")))
    missing = number(file, descriptor.get("MissingWidth"))
    return [listed[code - first] if 0 <= code - first < len(listed) else missing for code in range(256)]


def line_extent(file: PdfFile, descriptor: Dictionary, standard: StandardMetrics | None) -> tuple[float, float]:
    """Ascent and descent, from the descriptor where its values are sane; `standard` where it says nothing."""
    ascent, descent = number(file, descriptor.get("Ascent")), -abs(number(file, descriptor.get("Descent")))
    if ascent > 0 and _LOWEST <= ascent - descent <= _HIGHEST:
        return ascent, descent
    if standard is not None:
        return standard.ascent, standard.descent
    box = numbers(file, descriptor.get("FontBBox"))
    if len(box) == 4 and box[3] > 0 >= box[1] and _LOWEST <= box[3] - box[1] <= _HIGHEST:
        return box[3], box[1]
    return _DEFAULT_ASCENT, _DEFAULT_DESCENT


class CidWidths:
    """Widths by CID, and in vertical writing displacements and origins (ISO 32000-2, 9.7.4.3)."""

    def __init__(self, file: PdfFile, font: Dictionary) -> None:
        self._file = file
        self._default = number(file, font.get("DW"), _DEFAULT_WIDTH)
        vertical = numbers(file, font.get("DW2"))
        self._default_vertical = (vertical[0], vertical[1]) if len(vertical) == 2 else _DEFAULT_VERTICAL
        self._widths = self._read(font, "W", 1)
        self._verticals = self._read(font, "W2", 3)

    def width(self, cid: int) -> float:
        found = self._widths.find(cid)
        return _of(found)[0] if found else self._default

    def vertical(self, cid: int) -> tuple[float, tuple[float, float]]:
        """The displacement along y, and the glyph's own origin as seen from the text position."""
        found = self._verticals.find(cid)
        if found:
            displacement, x, y = _of(found)
        else:
            y, displacement = self._default_vertical
            x = self.width(cid) / 2
        return displacement, (-x, -y)

    def _read(self, font: Dictionary, key: str, size: int) -> Ranges[list[list[float]]]:
        """`first [v v ...]` and `first last v` in turn, where each v is `size` numbers."""
        ranges: Ranges[list[list[float]]] = Ranges()
        items = self._file.get(font, key)
        rest = [self._file.resolve(item) for item in items] if isinstance(items, list) else []
        at = 0
        while at + 1 < len(rest):
            first = int(number(self._file, rest[at]))
            if isinstance(rest[at + 1], list):
                given = numbers(self._file, rest[at + 1])
                values = [given[i : i + size] for i in range(0, len(given) - size + 1, size)]
                ranges.add(first, first + len(values) - 1, values)
                at += 2
            else:
                values = [numbers(self._file, rest[at + 2 : at + 2 + size])]
                if len(values[0]) == size:
                    ranges.add(first, int(number(self._file, rest[at + 1])), values)
                at += 2 + size
        return ranges


def _of(found: tuple[int, list[list[float]]]) -> list[float]:
    offset, values = found
    return values[offset] if offset < len(values) else values[-1]
