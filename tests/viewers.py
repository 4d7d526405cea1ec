"""What three independent viewers draw: PDFium, poppler and MuPDF, every page of a document at once."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy
import pypdfium2
from PIL import Image

import esign_core as es
from tests.tools import Pixels, pixels, run

SCALE = 2  # pixels for 1/72 inch


def _pdfium(pdf: bytes) -> list[Pixels]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        document.init_forms()
        return [pixels(page.render(scale=SCALE, may_draw_forms=True).to_pil()) for page in document]
    finally:
        document.close()


def _command(pdf: bytes, *command: str) -> list[Pixels]:
    """The pictures that a command writes; of its words FILE and OUT stand for the document and where they go."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.pdf"
        file.write_bytes(pdf)
        names = {"FILE": str(file), "OUT": str(Path(folder) / "page")}
        run(*(names.get(word, word.replace("OUT", names["OUT"])) for word in command))
        pictures = sorted(Path(folder).glob("page*.png"), key=lambda path: int("".join(filter(str.isdigit, path.stem))))
        return [pixels(Image.open(picture)) for picture in pictures]


def _poppler(pdf: bytes) -> list[Pixels]:
    return _command(pdf, "pdftoppm", "-cropbox", "-r", str(72 * SCALE), "-png", "FILE", "OUT")


def _mupdf(pdf: bytes) -> list[Pixels]:
    return _command(pdf, "mutool", "draw", "-q", "-r", str(72 * SCALE), "-o", "OUT%d.png", "FILE")


VIEWERS: dict[str, Callable[[bytes], list[Pixels]]] = {"pdfium": _pdfium, "poppler": _poppler, "mupdf": _mupdf}


def ink_of(page: Pixels) -> es.ViewRect | None:
    """Around everything that is dark, in 1/72 inch as seen."""
    rows, columns = numpy.nonzero(page.min(axis=2) < 128)
    if not len(rows):
        return None
    left, top = columns.min() / SCALE, rows.min() / SCALE
    return es.ViewRect(left, top, (columns.max() + 1) / SCALE - left, (rows.max() + 1) / SCALE - top)


def drawn(pdf: bytes) -> list[dict[str, es.ViewRect | None]]:
    """For each page where each viewer has ink."""
    pages = {name: [ink_of(page) for page in draw(pdf)] for name, draw in VIEWERS.items()}
    assert len(set(map(len, pages.values()))) == 1, {name: len(found) for name, found in pages.items()}
    return [dict(zip(pages, inks, strict=True)) for inks in zip(*pages.values(), strict=True)]
