"""Contact sheets: many small pictures on a page, each with two lines under it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

_COLUMNS, _ROWS = 6, 8
_CELL = (240, 150)


def write_sheets(folder: Path, name: str, pictures: Sequence[tuple[bytes, str, str]]) -> list[Path]:
    """`NAME-1.png` and so on; each picture is PNG, with a first and a second line of text."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    each = _COLUMNS * _ROWS
    for start in range(0, len(pictures), each):
        part = pictures[start : start + each]
        rows = -(-len(part) // _COLUMNS)
        sheet = Image.new("RGB", (_CELL[0] * _COLUMNS, _CELL[1] * rows), "white")
        draw = ImageDraw.Draw(sheet)
        for at, (picture, first, second) in enumerate(part):
            x, y = at % _COLUMNS * _CELL[0], at // _COLUMNS * _CELL[1]
            draw.rectangle((x, y, x + _CELL[0] - 1, y + _CELL[1] - 1), outline="lightgrey")
            sheet.paste(Image.open(io.BytesIO(picture)), (x + 6, y + 4))
            for line, text in enumerate((first, second)):
                plain = text.encode("ascii", "backslashreplace").decode()
                draw.text((x + 6, y + 120 + 13 * line), plain[:38], fill="black")
        path = folder / f"{name}-{start // each + 1}.png"
        sheet.save(path)
        paths.append(path)
    return paths
