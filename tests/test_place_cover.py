"""A covered tag: gone from the picture in three engines, all else as it was, earlier signatures untouched."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy
import pikepdf
import pytest

import esign_core as es
from corpus.traps.page import HELVETICA, one_page, text_at
from corpus.writer import stream
from tests import tools
from tests.conftest import LINK, MANIFEST, NOW, authority_of, corpus_file, signer_of

LETTERS = ["surat.pdf", "surat_tugas.pdf", "surat_tex.pdf", "surat_dua.pdf", "tabel_html.pdf", "laporan.pdf"]
LETTERS += ["form_direct.pdf", "surat_objstm.pdf"]
FRAMES = [(name, index) for name in ("frames.pdf", "frames_odd.pdf") for index in range(MANIFEST[name]["pages"])]
SCALE = 3.0


ENGINES = [tools.pdfium_page, tools.poppler_page, tools.mupdf_page]


def covered(pdf: bytes, match: es.TagMatch, **place: Any) -> es.Signed:
    where: dict[str, Any] = {"width": 40, "height": 40, "beside": "right", "gap": 20} | place
    placement = es.at_tag(match, **where, treatment="cover")
    return es.sign(pdf, signer_of("p256"), signing_time=NOW, placement=placement)


def window_of(match: es.TagMatch, scale: float = SCALE) -> tuple[slice, slice]:
    seen = match.view_rect
    return (
        slice(max(int(seen.y * scale) - 1, 0), int((seen.y + seen.height) * scale) + 1),
        slice(max(int(seen.x * scale) - 1, 0), int((seen.x + seen.width) * scale) + 1),
    )


@pytest.mark.parametrize("draw", ENGINES)
@pytest.mark.parametrize("name", LETTERS)
def test_the_tag_is_gone_and_nothing_else(name: str, draw: object) -> None:
    """Signed without an appearance: every pixel away from the tag is as before."""
    assert callable(draw)
    pdf = corpus_file(name)
    match = es.find_tags(pdf, "#")[0]
    signed = covered(pdf, match).pdf
    before, after = draw(pdf, match.page_index, SCALE), draw(signed, match.page_index, SCALE)
    rows, columns = window_of(match)
    assert before[rows, columns].min() < 128
    assert after[rows, columns].min() > 200
    seen = match.view_rect
    window = tools.Window.of(es.ViewRect(seen.x - 0.3, seen.y - 0.3, seen.width + 0.6, seen.height + 0.6), SCALE)
    assert numpy.array_equal(window.blanked(before), window.blanked(after))


@pytest.mark.parametrize(("name", "index"), FRAMES)
def test_on_turned_cropped_and_scaled_pages(name: str, index: int) -> None:
    """In three engines: no ink where the tag was, and every pixel away from it as before."""
    pdf = corpus_file(name)
    match = next(match for match in es.find_tags(pdf, "#") if match.page_index == index)
    signed = covered(pdf, match, beside=None, gap=0).pdf
    for draw in ENGINES:
        halved = name == "frames.pdf" and index in (8, 9) and draw is not tools.mupdf_page  # which alone knows UserUnit
        scale = SCALE / 2 if halved else SCALE
        rows, columns = window_of(match, scale)
        before, after = draw(pdf, index, SCALE), draw(signed, index, SCALE)
        assert before[rows, columns].min() < 128 and after[rows, columns].min() > 200
        around = tools.Window.of(match.view_rect, scale, 2)
        assert numpy.array_equal(around.blanked(before), around.blanked(after))


def test_honest_names_the_text_is_still_there(tmp_path: Path) -> None:
    pdf = corpus_file("surat.pdf")
    signed = covered(pdf, es.find_tags(pdf, "#")[0]).pdf
    (tmp_path / "signed.pdf").write_bytes(signed)
    assert "#" in tools.run("pdftotext", tmp_path / "signed.pdf", "-").stdout
    assert es.find_tags(signed, "#")
    assert signed.startswith(pdf)  # and the revision before is there, byte for byte


@pytest.mark.parametrize("name", LETTERS)
def test_others_take_it_for_one_valid_signature(name: str) -> None:
    pdf = corpus_file(name)
    signed = covered(pdf, es.find_tags(pdf, "#")[0]).pdf
    assert "Signature is Valid" in tools.pdfsig(signed) and "Total document signed" in tools.pdfsig(signed)
    assert tools.qpdf_problems(signed) == ""
    authority = authority_of("p256")
    assert tools.pyhanko_verdicts(signed, authority.root.der, authority.crls(), NOW) == [True]


@pytest.mark.parametrize(
    ("paint", "colour"),
    [
        ("0.9 0.8 0.1 rg 50 50 100 100 re f 0 g\n", (230, 204, 26)),
        ("0.5 g 0 0 300 300 re f 1 g 80 80 60 60 re f 0 g\n", (255, 255, 255)),
        ("/DeviceRGB cs 0.2 0.9 0.4 sc 60 60 90 90 re f 0 g\n", (51, 230, 102)),
        ("0 0 0 0.2 k 60 60 90 90 re f 0 g\n", None),
        ("9 0.5 -3 rg 60 60 90 90 re f 0 g\n", (255, 128, 0)),  # as far as colours go
        ("q 0.9 g 60 60 90 90 re f q 1 0 0 1 7 0 cm\n", (230, 230, 230)),  # two states left saved
    ],
)
def test_in_the_fill_under_the_tag(paint: str, colour: tuple[int, int, int] | None) -> None:
    pdf = one_page(paint + "0 g " + text_at(100, 100, "#"))
    match = es.find_tags(pdf, "#")[0]
    after = tools.pdfium_page(covered(pdf, match).pdf, 0, SCALE)
    rows, columns = window_of(match)
    inside = after[rows, columns].reshape(-1, 3)
    assert (inside.max(axis=0) - inside.min(axis=0)).max() <= 3  # as if there were no tag
    if colour:
        assert inside[0] == pytest.approx(colour, abs=2)
    window = tools.Window.of(match.view_rect, SCALE, 2)
    assert numpy.array_equal(window.blanked(tools.pdfium_page(pdf, 0, SCALE)), window.blanked(after))


@pytest.mark.parametrize(
    ("paint", "told"),
    [
        ("0.5 g 50 50 54 100 re f\n", "a fill that does not cover it in full"),
        ("q 90 0 0 90 50 50 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xf0 EI Q\n", "an image"),
        ("50 104 m 150 104 l S\n", "a line"),
        (text_at(103, 101, "w"), "other text ('w')"),
        ("Q Q\n", "restore more graphics states"),
        ("0.8 0.2 0.2 rg 50 50 56.2 100 re f\n", "a fill that does not cover it in full"),  # it ends in the tag
        ("/P gs 0.9 g 50 50 100 100 re f\n", "a fill that does not cover it in full, or whose colour is not known"),
        ("/Pattern cs /X scn 50 50 100 100 re f 0 g\n", "a fill that does not cover it in full, or whose colour"),
        ("0.9 g 50 50 m 150 50 l 100 180 l f\n", "a fill that does not cover it in full"),
    ],
)
def test_anything_else_under_the_tag_is_refused(paint: str, told: str) -> None:
    resources = "/ExtGState << /P << /ca 0.5 >> >>"
    pdf = one_page((paint + "0 g " + text_at(100, 100, "#")).encode("latin-1"), resources=resources)
    with pytest.raises(es.PlacementError) as caught:
        covered(pdf, es.find_tags(pdf, "#")[0])
    assert caught.value.code == "COVER_GROUND"
    assert told in str(caught.value)


def test_text_right_beside_the_tag_stays() -> None:
    pdf = one_page(text_at(60, 100, "Tanda:#tangan"))
    match = es.find_tags(pdf, "#")[0]
    after = tools.pdfium_page(covered(pdf, match, gap=60).pdf, 0, SCALE)
    window = tools.Window.of(match.view_rect, SCALE, 2)
    assert numpy.array_equal(window.blanked(tools.pdfium_page(pdf, 0, SCALE)), window.blanked(after))


def test_other_pages_with_the_same_contents_stay() -> None:
    with pikepdf.open(io.BytesIO(one_page(text_at(100, 100, "#")))) as opened:
        opened.pages.append(opened.pages[0])
        output = io.BytesIO()
        opened.save(output)
    pdf = output.getvalue()
    signed = covered(pdf, es.find_tags(pdf, "#")[0]).pdf
    assert numpy.array_equal(tools.pdfium_page(pdf, 1, SCALE), tools.pdfium_page(signed, 1, SCALE))


# ---- where somebody has signed


def test_two_people_each_cover_the_tag_they_sign_at() -> None:
    """Both searched before the first one signed: in the contents for the first, by the box itself for the other."""
    pdf = corpus_file("surat_dua.pdf")
    first, second = es.find_tags(pdf, "#")[0], es.find_tags(pdf, "$")[0]
    look = es.qr(LINK)
    for match in (first, second):
        place = es.at_tag(match, width=60, height=60, treatment="cover")
        pdf = es.sign(pdf, signer_of("p256"), signing_time=NOW, placement=place, appearance=look).pdf
    assert tools.pdfsig(pdf).count("Signature is Valid") == 2
    authority = authority_of("p256")
    assert tools.pyhanko_verdicts(pdf, authority.root.der, authority.crls(), NOW) == [True, True]
    for draw in ENGINES:
        pixels = draw(pdf, second.page_index, 4.0)
        assert len(tools.qr_texts(numpy.ascontiguousarray(pixels))) == 2
    plain = es.at_tag(second, width=60, height=60)
    without = es.sign(
        es.sign(corpus_file("surat_dua.pdf"), signer_of("p256"), signing_time=NOW).pdf,
        signer_of("p256"),
        signing_time=NOW,
        placement=es.at_tag(second, width=60, height=60, treatment="cover"),
    )
    assert plain != es.at_tag(second, width=60, height=60, treatment="cover")
    rows, columns = window_of(second)
    for draw in ENGINES:
        assert draw(without.pdf, second.page_index, SCALE)[rows, columns].min() > 200


def test_a_signed_document_is_covered_by_the_box_alone() -> None:
    pdf = es.sign(corpus_file("surat.pdf"), signer_of("p256"), signing_time=NOW).pdf
    match = es.find_tags(pdf, "#")[0]
    with pytest.raises(es.PlacementError, match=r"the box is \(.*\) and the tag \(") as caught:
        covered(pdf, match)
    assert caught.value.code == "COVER_OUTSIDE"
    with pytest.raises(es.PlacementError, match="other text") as caught:
        covered(pdf, match, beside=None, width=200, height=120)
    assert caught.value.code == "COVER_GROUND"


def test_a_tag_that_is_left_changes_nothing_but_the_annotations() -> None:
    """The same bytes as in a box given by numbers, and the page's contents as they were."""
    pdf = corpus_file("surat.pdf")
    match = es.find_tags(pdf, "#")[0]
    left = es.prepare(pdf, signer_of("rsa"), signing_time=NOW, placement=es.at_tag(match, width=60, height=60))
    assert left.facts.rect is not None
    plain = es.at_rect(match.page_index, left.facts.rect)
    assert es.prepare(pdf, signer_of("rsa"), signing_time=NOW, placement=plain) == left
    signed = es.sign(pdf, signer_of("rsa"), signing_time=NOW, placement=es.at_tag(match, width=60, height=60)).pdf
    with pikepdf.open(io.BytesIO(pdf)) as old, pikepdf.open(io.BytesIO(signed)) as new:
        before, after = old.pages[match.page_index].obj, new.pages[match.page_index].obj
        assert before.Contents.objgen == after.Contents.objgen
        assert before.Contents.read_raw_bytes() == after.Contents.read_raw_bytes()


def test_prepare_stays_deterministic() -> None:
    pdf = corpus_file("surat.pdf")
    place = es.at_tag(es.find_tags(pdf, "#"), width=40, height=40, treatment="cover")
    one, other = (es.prepare(pdf, signer_of("rsa"), signing_time=NOW, placement=place) for _ in range(2))
    assert one == other


def test_a_tag_in_a_form_field_is_refused() -> None:
    """The field is drawn over the contents: a rectangle there would lie under it."""
    shown = stream(
        text_at(4, 4, "#"),
        "/Type /XObject /Subtype /Form /BBox [0 0 40 20] /Resources << /Font << /F1 31 0 R >> >>",
    )
    pdf = one_page(
        "",
        page="/Annots [32 0 R]",
        objects={
            30: shown,
            31: HELVETICA,
            32: "<< /Type /Annot /Subtype /Stamp /F 4 /Rect [100 100 140 120] /AP << /N 30 0 R >> >>",
        },
    )
    with pytest.raises(es.PlacementError, match="text of an annotation") as caught:
        covered(pdf, es.find_tags(pdf, "#")[0])
    assert caught.value.code == "COVER_GROUND"


def test_contents_that_break_off_are_refused() -> None:
    """Who knows what else is under the tag."""
    pdf = one_page(text_at(100, 100, "#") + "(never closed")
    with pytest.raises(es.PlacementError, match="cannot be read in full") as caught:
        covered(pdf, es.find_tags(pdf, "#")[0])
    assert caught.value.code == "COVER_GROUND"


def test_marked_content_left_open_would_hide_the_cover() -> None:
    """On a layer that is off, as far as viewers know, what follows would be as well."""
    hidden = "/OC /H BDC 0 0 1 rg 10 10 20 20 re f"
    for closing, refused in ((" EMC\n", False), ("\n", True)):
        pdf = one_page(
            text_at(100, 100, "#") + hidden + closing,
            resources="/Properties << /H 30 0 R >>",
            objects={30: "<< /Type /OCG /Name (h) >>"},
            catalog="/OCProperties << /OCGs [30 0 R] /D << /OFF [30 0 R] /Order [30 0 R] >> >>",
        )
        match = es.find_tags(pdf, "#")[0]
        if refused:
            with pytest.raises(es.PlacementError, match="leave marked content open") as caught:
                covered(pdf, match)
            assert caught.value.code == "COVER_GROUND"
        else:
            rows, columns = window_of(match)
            assert all(draw(covered(pdf, match).pdf, 0, SCALE)[rows, columns].min() > 200 for draw in ENGINES)


def test_a_fill_that_a_turned_form_cuts_is_no_ground() -> None:
    """The form's box is a diamond on the page: the square that its contents fill is cut to it."""
    turned = "/Matrix [.7071 .7071 -.7071 .7071 50 0]"
    square = "0.9 g .7071 -.7071 .7071 .7071 0 0 cm 0 0 200 200 re f"
    shown = stream(square, f"/Type /XObject /Subtype /Form /BBox [60 20 160 120] {turned}")
    pdf = one_page("/X Do 0 g " + text_at(130, 70, "#"), objects={30: shown}, resources="/XObject << /X 30 0 R >>")
    with pytest.raises(es.PlacementError, match="a fill that does not cover it in full") as caught:
        covered(pdf, es.find_tags(pdf, "#")[0])
    assert caught.value.code == "COVER_GROUND"
