"""Suggested boxes are empty in the picture, on the page, and where a person would sign."""

from __future__ import annotations

from pathlib import Path

import numpy
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

import esign_core as es
from corpus.traps.page import SIDE, one_page, text_at
from tests import tools
from tests.conftest import LINK, MANIFEST, NOW, corpus_file, signer_of

REAL = Path(__file__).parent.parent.parent / "shared" / "corpus" / "real"
PAGES = 200
_SCALE = 2.0
_EVEN = 60  # of 255: by so much paper may differ in brightness from one place to the other


def boxes_of(pdf: bytes, width: float, height: float) -> list[tuple[int, es.ViewRect]]:
    """Page and box as seen, as signing would put it."""
    found = []
    for placement in es.suggest_space(pdf, width=width, height=height):
        (box,) = [value for name, value in placement.to_json().items() if name == "pinned"]
        assert isinstance(box, dict)
        found.append((placement.page_index, es.ViewRect(box["x"], box["y"], box["width"], box["height"])))
    return found


def is_even(pixels: tools.Pixels, box: es.ViewRect, scale: float = _SCALE) -> bool:
    """Has the picture one colour there, so that nothing is printed?"""
    rows = slice(int(box.y * scale) + 1, int((box.y + box.height) * scale) - 1)
    inside = pixels[rows, int(box.x * scale) + 1 : int((box.x + box.width) * scale) - 1]
    return inside.size > 0 and int((inside.max(axis=(0, 1)).astype(int) - inside.min(axis=(0, 1))).max()) <= _EVEN


@pytest.mark.parametrize("name", [name for name in MANIFEST if name != "frames_crop_beyond.pdf"])
def test_empty_in_the_picture(name: str) -> None:
    pdf = corpus_file(name)
    boxes = boxes_of(pdf, 120, 60)
    assert boxes
    index = boxes[0][0]
    assert {page for page, _ in boxes} == {index}
    for draw in (tools.pdfium_page, tools.poppler_page):
        pixels = draw(pdf, index, _SCALE)
        assert all(is_even(pixels, box) for _, box in boxes), draw.__name__
    for number, (_, one) in enumerate(boxes):
        for _, other in boxes[:number]:
            across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert across <= 0 or down <= 0


@pytest.mark.skipif(not REAL.is_dir(), reason="real documents are not beside the repository")
def test_empty_on_real_pages() -> None:
    """Glyphs may reach beyond what their font says of itself: one box of a thousand may touch one."""
    looked_at, boxes, wrong = 0, 0, []
    for path in sorted(REAL.glob("*.pdf")):
        if looked_at == PAGES:
            break
        pdf = path.read_bytes()
        try:
            suggested = boxes_of(pdf, 100, 50)
            pixels = tools.pdfium_page(pdf, suggested[0][0], _SCALE) if suggested else None
        except (es.EsignError, pypdfium2.PdfiumError, ValueError):  # what one of the two cannot open or draw
            continue
        if pixels is None or pixels.shape[0] * pixels.shape[1] > 16e6:
            continue
        looked_at += 1
        boxes += len(suggested)
        wrong += [path.name for _, box in suggested if not is_even(pixels, box)]
    assert looked_at == PAGES
    assert boxes > 4 * PAGES
    assert len(wrong) <= boxes / 500, wrong


def test_where_a_person_would_sign_a_letter() -> None:
    """Between the closing and the name, beside the tag that stands there; looked at, too: docs/images/space.png."""
    pdf = corpus_file("surat.pdf")
    _, best = boxes_of(pdf, 120, 60)[0]
    (closing,), (name,) = (es.find_tags(pdf, text) for text in ("Hormat kami,", "Dra. Sekar Ayuningtyas, M.Hum."))
    assert closing.view_rect.y + closing.view_rect.height < best.y
    assert best.y + best.height < name.view_rect.y
    assert best.x < name.view_rect.x + name.view_rect.width


def test_not_over_an_earlier_signature() -> None:
    """Each next one signs at the first place that is suggested then; the boxes never meet, or signing would refuse."""
    pdf = corpus_file("surat_dua.pdf")
    for _ in range(4):
        (place, *_) = es.suggest_space(pdf, width=70, height=70)
        pdf = es.sign(pdf, signer_of("p256"), signing_time=NOW, placement=place, appearance=es.qr(LINK)).pdf
    assert tools.pdfsig(pdf).count("Signature is Valid") == 4


@pytest.mark.parametrize("entries", ["", "/Rotate 90", "/Rotate 180", "/Rotate 270", "/CropBox [10 20 250 280]"])
def test_on_the_page_as_seen(entries: str) -> None:
    """One half of the page is full: the box is in the other, whichever way the page is turned."""
    lines = "".join(text_at(10, y, "x" * 20) for y in range(10, SIDE, 14))
    pdf = one_page(lines, page=entries)
    boxes = boxes_of(pdf, 60, 60)
    assert boxes
    pixels = tools.pdfium_page(pdf, 0, _SCALE)
    assert all(is_even(pixels, box) for _, box in boxes)
    height, width = pixels.shape[0] / _SCALE, pixels.shape[1] / _SCALE
    assert all(box.x >= 0 and box.y >= 0 for _, box in boxes)
    assert all(box.x + box.width <= width and box.y + box.height <= height for _, box in boxes)


def test_no_room_is_an_answer() -> None:
    full = "".join(text_at(0, y, "x" * 60) for y in range(0, SIDE, 14))
    assert not es.suggest_space(one_page(full), width=60, height=60)
    assert not es.suggest_space(one_page(""), width=SIDE, height=60)  # no margin is left
    scan = "q 300 0 0 300 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"
    assert not es.suggest_space(one_page(scan), width=60, height=60)
    assert es.suggest_space(one_page("1 0.95 0.9 rg 0 0 300 300 re f"), width=60, height=60)  # coloured paper
    assert not es.suggest_space(one_page("(" + text_at(10, 10, "x")), width=60, height=60)  # who knows what follows


def test_the_page_before_where_the_last_one_is_full() -> None:
    pdf = corpus_file("laporan.pdf")
    assert {place.page_index for place in es.suggest_space(pdf, width=100, height=50)} == {2}


@pytest.mark.parametrize("size", [(0, 50), (50, -1), (float("nan"), 50)])
def test_no_size(size: tuple[float, float]) -> None:
    with pytest.raises(es.PlacementError) as caught:
        es.suggest_space(corpus_file("surat.pdf"), width=size[0], height=size[1])
    assert caught.value.code == "EMPTY_BOX"


def test_many_inks_and_huge_pages_stay_cheap() -> None:
    dots = "".join(f"{x} {y} 1 1 re f\n" for x in range(0, 300, 2) for y in range(0, 300, 3))
    assert not es.suggest_space(one_page(dots), width=60, height=60)
    assert not es.suggest_space(one_page("", page="/MediaBox [0 0 1000000 1000000]"), width=60, height=60)


@pytest.mark.parametrize("side", ["0 0 14 100000", "0 0 100000 14"])
def test_a_long_page_costs_nothing(side: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Squares are bounded on each side, too: thousands of inks, each over 25 000 rows, took seconds."""
    marked: list[object] = []
    monkeypatch.setattr("esign_core.content.space._Grid.mark", lambda _, ink: marked.append(ink))
    assert not es.suggest_space(one_page("0 0 90 90 re f", page=f"/MediaBox [{side}]"), width=8, height=8)
    assert not marked


@given(st.lists(st.tuples(*[st.integers(0, 290)] * 2, *[st.integers(1, 300)] * 2), max_size=12))
def test_no_box_over_any_ink(inks: list[tuple[int, int, int, int]]) -> None:
    """Inks of any height and number, where they are and not elsewhere: what is left empty is what is suggested."""
    pdf = one_page("".join(f"{x} {y} {width} {height} re f\n" for x, y, width, height in inks))
    boxes = [box for _, box in boxes_of(pdf, 40, 40)]
    for x, y, width, height in inks:
        top, bottom = SIDE - y - height, SIDE - y
        for box in boxes:
            assert min(box.x + box.width, x + width) <= max(box.x, x) or min(box.y + box.height, bottom) <= max(
                box.y, top
            )
    assert boxes or len(inks) > 0


def test_pixels_are_looked_at_where_ink_is_said_to_be() -> None:
    """The check itself: a box over the letter's text is not even."""
    pixels = tools.pdfium_page(corpus_file("surat.pdf"), 0, _SCALE)
    match = es.find_tags(corpus_file("surat.pdf"), "Hormat kami,")[0]
    assert not is_even(pixels, match.view_rect)
    assert is_even(numpy.full((100, 100, 3), 255, numpy.uint8), es.ViewRect(5, 5, 20, 20))
