"""Every dark pixel of a page lies in the box of something that the page is said to paint."""

from __future__ import annotations

import numpy
import pytest

import esign_core as es
from esign_core.content.ink import PageInk
from esign_core.content.ink_trace import page_ink
from esign_core.document.pages import pages
from esign_core.pdf.lenient import LenientFile
from tests import tools
from tests.conftest import MANIFEST, corpus_file

SCALE = 2.0
RIM = 2.0  # 1/72 inch: glyphs reach beyond their widths, lines have a width of a pixel at least
MISSED = 1 / 200  # of the dark pixels: the integral sign and the slanted letters of surat_tex.pdf
# a note without an appearance, for which PDFium draws a sign of its own; UserUnit, which it does not apply
LEFT_OUT = {"update_reused.pdf", "update_stream_2.pdf", "update_table_2.pdf"}


def inks_of(pdf: bytes) -> list[tuple[es.Page, PageInk]]:
    with LenientFile(pdf) as file:
        return [(node.frame, page_ink(file, node)) for node in pages(file)]


@pytest.mark.parametrize("name", [name for name in MANIFEST if name not in LEFT_OUT])
def test_no_dark_pixel_is_elsewhere(name: str) -> None:
    pdf = corpus_file(name)
    for frame, ink in inks_of(pdf):
        assert not ink.damage
        if frame.user_unit != 1:
            continue
        dark = tools.pdfium_page(pdf, frame.index, SCALE).min(axis=2) < 160
        allowed = numpy.count_nonzero(dark) * MISSED
        assert allowed
        for item in ink.inks:
            x0, y0, x1, y1 = item.box
            seen = frame.to_view(es.Rect(x0 - RIM, y0 - RIM, x1 + RIM, y1 + RIM))
            rows = slice(max(int(seen.y * SCALE), 0), max(int((seen.y + seen.height) * SCALE) + 1, 0))
            dark[rows, max(int(seen.x * SCALE), 0) : max(int((seen.x + seen.width) * SCALE) + 1, 0)] = False
        assert numpy.count_nonzero(dark) <= allowed


def test_what_is_painted_in_its_order() -> None:
    """The table of a web page: its ground first, then rules and text; no ink of more than the page's width."""
    ((frame, ink),) = inks_of(corpus_file("tabel_html.pdf"))
    kinds = [item.kind for item in ink.inks]
    assert {"text", "fill"} <= set(kinds)
    ground = next(item for item in ink.inks if item.colour and item.colour[0] == pytest.approx(0.933, abs=0.01))
    x0, y0, x1, y1 = ground.box
    heading = next(
        item
        for item in ink.inks
        if item.kind == "text" and x0 < item.box[0] and item.box[2] < x1 and y0 < item.box[1] < y1
    )
    assert ink.inks.index(ground) < ink.inks.index(heading)
    assert ground.fills_box and ground.is_light and not ground.is_white
    assert all(item.box[2] - item.box[0] <= frame.crop_box.width + 1 for item in ink.inks)
