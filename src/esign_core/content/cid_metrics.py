"""How wide the glyphs of a CIDFont are, and where they lie in vertical writing, in thousandths of a text space unit."""

from __future__ import annotations

from esign_core.content.glyphs import number, numbers
from esign_core.content.ranges import Ranges
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary

_DEFAULT_WIDTH = 1000.0  # of a CIDFont without /DW: ISO 32000-2, table 115
_DEFAULT_VERTICAL = (880.0, -1000.0)  # /DW2


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
        ranges: list[tuple[int, int, list[list[float]]]] = []
        items = self._file.get(font, key)
        rest = [self._file.resolve(item) for item in items] if isinstance(items, list) else []
        at = 0
        while at + 1 < len(rest):
            first = int(number(self._file, rest[at]))
            if isinstance(rest[at + 1], list):
                given = numbers(self._file, rest[at + 1])
                values = [given[i : i + size] for i in range(0, len(given) - size + 1, size)]
                ranges.append((first, first + len(values) - 1, values))
                at += 2
            else:
                values = [numbers(self._file, rest[at + 2 : at + 2 + size])]
                if len(values[0]) == size:
                    ranges.append((first, int(number(self._file, rest[at + 1])), values))
                at += 2 + size
        return Ranges(ranges)


def _of(found: tuple[int, list[list[float]]]) -> list[float]:
    offset, values = found
    return values[offset] if offset < len(values) else values[-1]
