"""What a reader sees: the box where it belongs, upright, and not a pixel changed outside of it."""

from __future__ import annotations

import numpy
import pytest

import esign_core as es
from tests import tools
from tests.conftest import LINK, MANIFEST, NOW, corpus_file, signer_of

USER_UNITS = {("frames.pdf", 8): 2, ("frames.pdf", 9): 2}  # neither renderer applies them
FRAMES = [(name, index) for name in ("frames.pdf", "frames_odd.pdf") for index in range(MANIFEST[name]["pages"])]


def sign_at_tag(pdf: bytes, match: es.TagMatch) -> tuple[es.Signed, es.ViewRect]:
    """Signed with a QR code of 60 x 60 centred on the tag, and the box as the reader should see it."""
    placement = es.at_tag(match, width=60, height=60)
    signed = es.sign(pdf, signer_of("p256"), signing_time=NOW, placement=placement, appearance=es.qr(LINK))
    middle = match.view_rect.center
    return signed, es.ViewRect(middle[0] - 30, middle[1] - 30, 60, 60)


@pytest.mark.parametrize("draw", [tools.pdfium_page, tools.poppler_page])
@pytest.mark.parametrize("name", ["surat.pdf", "surat_tugas.pdf", "surat_tex.pdf", "laporan.pdf"])
def test_outside_the_box_no_pixel_changes(name: str, draw: object) -> None:
    assert callable(draw)
    pdf = corpus_file(name)
    match = es.find_tags(pdf, "#")[0]
    signed, box = sign_at_tag(pdf, match)
    before, after = draw(pdf, match.page_index, 2.0), draw(signed.pdf, match.page_index, 2.0)
    window = tools.Window.of(box, 2.0)
    assert numpy.array_equal(window.blanked(before), window.blanked(after))
    assert not numpy.array_equal(before, after)


@pytest.mark.parametrize(("name", "index"), FRAMES)
def test_rotated_cropped_and_scaled_pages(name: str, index: int) -> None:
    pdf = corpus_file(name)
    matches = [match for match in es.find_tags(pdf, "#") if match.page_index == index]
    assert len(matches) == 1
    signed, box = sign_at_tag(pdf, matches[0])
    origin_x, origin_y = MANIFEST[name]["origins"][index]
    assert box.x < origin_x < box.x + box.width  # the tag's own origin, known to the corpus generator, is inside
    assert box.y < origin_y < box.y + box.height
    for draw in (tools.pdfium_page, tools.poppler_page):
        before, after = draw(pdf, index, 4.0), draw(signed.pdf, index, 4.0)
        window = tools.Window.of(box, 4.0 / USER_UNITS.get((name, index), 1))
        assert numpy.array_equal(window.blanked(before), window.blanked(after)), draw.__name__
        assert not numpy.array_equal(before, after), draw.__name__
        inside = after[max(0, window.top) : window.bottom, max(0, window.left) : window.right]
        assert tools.qr_texts(numpy.ascontiguousarray(inside)) == [LINK], draw.__name__
