"""An erased tag: gone for who reads the signed file, all else where it was, still in the revision before."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy
import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import esign_core as es
from corpus.traps.page import HELVETICA, one_page, text_at
from corpus.writer import stream
from tests import tools
from tests.conftest import MANIFEST, NOW, authority_of, corpus_file, signer_of

LETTERS = ["surat.pdf", "surat_tugas.pdf", "surat_tex.pdf", "surat_dua.pdf", "tabel_html.pdf", "laporan.pdf"]
LETTERS += ["form_direct.pdf", "surat_objstm.pdf", "tabel.pdf", "tabel_tex.pdf"]
FRAMES = [(name, index) for name in ("frames.pdf", "frames_odd.pdf") for index in range(MANIFEST[name]["pages"])]
ENGINES = [tools.pdfium_page, tools.poppler_page, tools.mupdf_page]
SCALE = 3.0
RIM = 8  # pixels; poppler puts a glyph of another font up to so far beside the box
TWO_BYTES = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /DescendantFonts [31 0 R] /ToUnicode 32 0 R >>"
)
DESCENDANT = (
    "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
    "/Supplement 0 >> /DW 700 /W [1 [400 900]] /FontDescriptor 33 0 R >>"
)
DESCRIPTOR = (
    "<< /Type /FontDescriptor /FontName /F /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 "
    "/Descent -200 /CapHeight 700 /StemV 80 >>"
)
TO_UNICODE = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def 1 begincodespacerange <0000> <FFFF> "
    "endcodespacerange 3 beginbfchar <0001> <0041> <0002> <0023> <0003> <0042> endbfchar endcmap end end"
)


def erased(pdf: bytes, match: es.TagMatch, **place: Any) -> bytes:
    where: dict[str, Any] = {"width": 40, "height": 40} | place
    placement = es.at_tag(match, **where, treatment="erase")
    return es.sign(pdf, signer_of("p256"), signing_time=NOW, placement=placement).pdf


def printed(pdf: bytes, page_index: int = 0) -> list[tuple[str, tuple[float, ...]]]:
    """Characters, and where their glyphs begin, as PDFium takes them out of the page; without white space."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[page_index].get_textpage()
        found = []
        for index in range(text.count_chars()):
            character = text.get_text_range(index, 1)
            if character.strip():
                found.append((character, tuple(round(side, 1) for side in text.get_charbox(index))))
        return found


def refusal(pdf: bytes, told: str, tag: str = "#", options: es.TagOptions | None = None) -> None:
    found = es.find_tags(pdf, tag, options=options) if options else es.find_tags(pdf, tag)
    with pytest.raises(es.PlacementError, match=told) as caught:
        erased(pdf, found[0])
    assert caught.value.code == "ERASE"


def gone_and_nothing_else(before: tools.Pixels, after: tools.Pixels, match: es.TagMatch, scale: float) -> None:
    """No ink is left in the tag's box, and every pixel away from it is as before."""
    box = tools.Window.of(match.view_rect, scale, 1)
    assert box.cut(before).min() < 128 and box.cut(after).min() > 200
    around = tools.Window.of(match.view_rect, scale, RIM)
    assert numpy.array_equal(around.blanked(before), around.blanked(after))


@pytest.mark.parametrize("draw", ENGINES)
@pytest.mark.parametrize("name", LETTERS)
def test_the_tag_is_gone_and_nothing_else(name: str, draw: Any) -> None:
    pdf = corpus_file(name)
    match = es.find_tags(pdf, "#")[0]
    signed = erased(pdf, match)
    gone_and_nothing_else(*(draw(each, match.page_index, SCALE) for each in (pdf, signed)), match, SCALE)


@pytest.mark.parametrize("name", LETTERS)
def test_nobody_finds_it_any_more_but_in_the_revision_before(name: str, tmp_path: Path) -> None:
    pdf = corpus_file(name)
    found = es.find_tags(pdf, "#")
    signed = erased(pdf, found[0])
    left = es.find_tags(signed, "#")
    assert [(match.page_index, match.rect) for match in left] == [(m.page_index, m.rect) for m in found[1:]]
    (tmp_path / "signed.pdf").write_bytes(signed)
    page = str(found[0].page_index + 1)
    text = tools.run("pdftotext", "-f", page, "-l", page, tmp_path / "signed.pdf", "-").stdout
    (tmp_path / "before.pdf").write_bytes(signed[: len(pdf)])
    before = tools.run("pdftotext", "-f", page, "-l", page, tmp_path / "before.pdf", "-").stdout
    assert before.count("#") == text.count("#") + 1
    assert sorted(before.replace("#", "").split()) == sorted(text.replace("#", "").split())  # in whatever order


@pytest.mark.parametrize("name", LETTERS)
def test_others_take_it_for_one_valid_signature(name: str) -> None:
    pdf = corpus_file(name)
    signed = erased(pdf, es.find_tags(pdf, "#")[0])
    assert "Signature is Valid" in tools.pdfsig(signed) and "Total document signed" in tools.pdfsig(signed)
    assert tools.qpdf_problems(signed) == ""
    authority = authority_of("p256")
    assert tools.pyhanko_verdicts(signed, authority.root.der, authority.crls(), NOW) == [True]


@pytest.mark.parametrize(("name", "index"), FRAMES)
def test_on_turned_cropped_and_scaled_pages(name: str, index: int) -> None:
    pdf = corpus_file(name)
    match = next(match for match in es.find_tags(pdf, "#") if match.page_index == index)
    signed = erased(pdf, match)
    for draw in ENGINES:
        halved = name == "frames.pdf" and index in (8, 9) and draw is not tools.mupdf_page  # which alone knows UserUnit
        scale = SCALE / 2 if halved else SCALE
        gone_and_nothing_else(draw(pdf, index, SCALE), draw(signed, index, SCALE), match, scale)


@pytest.mark.parametrize(
    "shown",
    [
        "(A#B) Tj (C) Tj",
        "[(A) -120 (#) 300 (B)] TJ (C) Tj",
        "[(A#) -700.5 (B#C)] TJ",
        "14 TL (A#B) ' (C) '",
        '14 TL 3 1 (A# B) " (C) Tj',
        "<412342> Tj (C) Tj",
        "<4 1 23 4 2> Tj (C) Tj",
        "(A\\043B) Tj (C) Tj",
        "(A#\\(B\\)) Tj (C(((n)))#B) Tj",
        "2 Tc 5 Tw 80 Tz (A # B) Tj (C) Tj",
        "5 Ts 3 Tr (A#B) Tj 0 Tr (A#B) Tj",
        "10 0 Td (A) Tj 20 0 Td (#) Tj 20 0 Td (B) Tj 20 0 Td (C) Tj",
        "(A#B)Tj%#\n(C)Tj",
        "(A#B)\nTj\n1 0 0 1 50 20 Tm(C)Tj",
        "/P <</MCID 0>> BDC (A#B) Tj EMC (C) Tj",
    ],
)
def test_however_it_is_written(shown: str) -> None:
    """All other glyphs stay where they are, as PDFium measures them."""
    pdf = one_page(f"q BT /F1 12 Tf 50 100 Td {shown} ET Q 1 0 0 rg 10 10 5 5 re f")
    found = es.find_tags(pdf, "#")
    signed = erased(pdf, found[0])
    assert [match.rect for match in es.find_tags(signed, "#")] == [match.rect for match in found[1:]]
    x0, x1 = found[0].rect.x0 - 0.2, found[0].rect.x1 + 0.2
    kept = [(text, box) for text, box in printed(pdf) if text != "#" or not x0 <= box[0] <= x1]
    assert printed(signed) == kept


@pytest.mark.parametrize("shown", ["<000100020003> Tj", "[<0001> 50 <00020003>] TJ"])
def test_codes_of_two_bytes(shown: str) -> None:
    pdf = one_page(
        f"BT /F2 12 Tf 50 100 Td {shown} <0001> Tj ET",
        fonts={"F2": "30 0 R"},
        objects={30: TWO_BYTES, 31: DESCENDANT, 32: stream(TO_UNICODE), 33: DESCRIPTOR},
    )
    match = es.find_tags(pdf, "#")[0]
    signed = erased(pdf, match)
    before = {text: [m.rect for m in es.find_tags(pdf, text)] for text in "AB"}
    assert {text: [m.rect for m in es.find_tags(signed, text)] for text in "AB"} == before
    assert not es.find_tags(signed, "#")


def test_letters_that_stand_one_by_one() -> None:
    """A tag of several glyphs, which several operators show."""
    pdf = one_page("BT /F1 12 Tf 50 100 Td ($) Tj ({t) Tj [(t) 20 (d)] TJ (} A) Tj ET")
    match = es.find_tags(pdf, "${ttd}")[0]
    assert "".join(text for text, _ in printed(erased(pdf, match))) == "A"


def test_bold_made_of_two_strokes_goes_at_once() -> None:
    pdf = one_page(text_at(100, 100, "A#B") + text_at(100.3, 100, "A#B"))
    (match,) = es.find_tags(pdf, "#")
    assert [text for text, _ in printed(erased(pdf, match)) if text == "#"] == []


def test_the_one_that_is_meant_goes_and_its_neighbours_stay() -> None:
    pdf = one_page(text_at(100, 100, "##a#") + text_at(100, 120, "#"))
    found = es.find_tags(pdf, "#")
    signed = erased(pdf, found[2])
    assert [m.rect for m in es.find_tags(signed, "#")] == [m.rect for m in found if m is not found[2]]


@pytest.mark.parametrize("shift", [120, 278, 400])
def test_one_that_another_lies_over_goes_alone(shift: int) -> None:
    """The same glyph once more, so far beside it that it is found by itself."""
    pdf = one_page(f"BT /F1 20 Tf 50 100 Td [(#) {shift} (#)] TJ ET")
    found = es.find_tags(pdf, "#")
    assert len(found) == 2
    for gone, stays in ((found[0], found[1]), (found[1], found[0])):
        (left,) = es.find_tags(erased(pdf, gone), "#")
        assert left.rect.x0 == pytest.approx(stays.rect.x0, abs=0.05)


def test_in_the_stream_that_prints_it() -> None:
    """Others stay the objects that they are, byte for byte."""
    pdf = one_page([text_at(50, 50, "A"), text_at(100, 100, "#"), text_at(150, 150, "B")])
    signed = erased(pdf, es.find_tags(pdf, "#")[0])
    with pikepdf.open(io.BytesIO(pdf)) as old, pikepdf.open(io.BytesIO(signed)) as new:
        before = [item.objgen for item in old.pages[0].Contents]
        after = [item.objgen for item in new.pages[0].Contents]
        assert [before[0], before[2]] == [after[0], after[2]] and after[1][0] > max(number for number, _ in before)
    assert "".join(text for text, _ in printed(signed)) == "AB"


def test_other_pages_with_the_same_contents_stay() -> None:
    with pikepdf.open(io.BytesIO(one_page(text_at(100, 100, "#")))) as opened:
        opened.pages.append(opened.pages[0])
        output = io.BytesIO()
        opened.save(output)
    pdf = output.getvalue()
    signed = erased(pdf, es.find_tags(pdf, "#")[0])
    assert [match.page_index for match in es.find_tags(signed, "#")] == [1]
    assert numpy.array_equal(tools.pdfium_page(pdf, 1, SCALE), tools.pdfium_page(signed, 1, SCALE))


FORM = "/Type /XObject /Subtype /Form /BBox [0 0 40 20] /Resources << /Font << /F1 31 0 R >> >>"


def test_what_other_places_may_show_too_is_refused() -> None:
    shown = stream(text_at(4, 4, "#"), FORM)
    form = one_page("/X Do", resources="/XObject << /X 30 0 R >>", objects={30: shown, 31: HELVETICA})
    refusal(form, "a form XObject or an annotation prints it")
    stamp = "<< /Type /Annot /Subtype /Stamp /F 4 /Rect [100 100 140 120] /AP << /N 30 0 R >> >>"
    noted = one_page("", page="/Annots [32 0 R]", objects={30: shown, 31: HELVETICA, 32: stamp})
    refusal(noted, "a form XObject or an annotation prints it")
    both = one_page(
        text_at(104, 104, "#"), page="/Annots [32 0 R]", objects={30: shown, 31: HELVETICA, 32: stamp}
    )  # the one over the other
    refusal(both, "a form XObject or an annotation prints it")


def test_a_part_of_a_ligature_is_refused() -> None:
    widths = "/FirstChar 1 /LastChar 1 /Widths [500]"
    font = f"<< /Type /Font /Subtype /TrueType /BaseFont /F {widths} /ToUnicode 32 0 R /FontDescriptor 33 0 R >>"
    to_unicode = TO_UNICODE.replace("<0000> <FFFF>", "<00> <FF>").replace("3 beginbfchar", "1 beginbfchar")
    to_unicode = to_unicode.replace("<0001> <0041> <0002> <0023> <0003> <0042>", "<01> <00230041>")
    pdf = one_page(
        "BT /F2 12 Tf 50 100 Td <01> Tj ET",
        fonts={"F2": "30 0 R"},
        objects={30: font, 32: stream(to_unicode), 33: DESCRIPTOR},
    )
    refusal(pdf, "prints other text, too")


def test_text_that_is_said_a_second_time_is_refused() -> None:
    pdf = one_page("BT /F1 12 Tf 50 100 Td /Span << /ActualText (#) >> BDC (#) Tj EMC ET")
    refusal(pdf, "as /ActualText")
    instead = one_page("BT /F1 12 Tf 50 100 Td /Span << /ActualText (#) >> BDC (w) Tj EMC ET")
    refusal(instead, "other text than it is read as", options=es.TagOptions(actual_text=True))


def test_damaged_contents_are_refused() -> None:
    refusal(one_page(text_at(100, 100, "#") + "(never closed"), "contents are damaged")


def test_an_instruction_over_two_streams_is_refused() -> None:
    refusal(one_page(["BT /F1 12 Tf 100 100 Td (#)", "Tj ET"]), "stands in two content streams")


def test_what_would_move_other_text_is_refused() -> None:
    """Spacing so small, in type scaled up so far, that no number as we write it says it again."""
    shown = '100000 0 0 100000 0 0 cm BT /F1 0.00012 Tf 0.0005 0.001 Td 0 0.0000044 (A#BCD) " ET'
    refusal(one_page(shown), "other text would move")


def test_a_signed_document_is_not_touched() -> None:
    pdf = corpus_file("surat.pdf")
    found = es.find_tags(pdf, "#")
    once = es.sign(pdf, signer_of("p256"), signing_time=NOW)
    with pytest.raises(es.DocumentLocked) as locked:
        erased(once.pdf, found[0])
    assert locked.value.field == once.facts.field


def test_positions_on_that_page_are_to_be_searched_anew() -> None:
    pdf = corpus_file("surat_dua.pdf")
    first, second = es.find_tags(pdf, "#")[0], es.find_tags(pdf, "$")[0]
    assert first.page_index == second.page_index
    signed = erased(pdf, first)
    place = es.at_tag(second, width=40, height=40)
    with pytest.raises(es.InputError, match="contents") as caught:
        es.sign(signed, signer_of("p256"), signing_time=NOW, placement=place)
    assert caught.value.code == "OTHER_DOCUMENT"
    again = es.at_tag(es.find_tags(signed, "$"), width=40, height=40)
    twice = es.sign(signed, signer_of("p256"), signing_time=NOW, placement=again).pdf
    assert tools.pdfsig(twice).count("Signature is Valid") == 2


def test_prepare_stays_deterministic() -> None:
    pdf = corpus_file("surat.pdf")
    place = es.at_tag(es.find_tags(pdf, "#"), width=40, height=40, treatment="erase")
    one, other = (es.prepare(pdf, signer_of("rsa"), signing_time=NOW, placement=place) for _ in range(2))
    assert one == other


PIECES = st.lists(
    st.one_of(st.text("ABcd #", min_size=1, max_size=4), st.integers(-900, 300), st.just("#")), min_size=1, max_size=9
)


@settings(max_examples=60, deadline=None)
@given(
    lines=st.lists(PIECES, min_size=1, max_size=3),
    chars=st.sampled_from([0, 0.5, -0.3]),
    words=st.sampled_from([0, 4]),
    stretch=st.sampled_from([100, 70, 140]),
    size=st.sampled_from([7, 12.5]),
)
def test_everything_else_stays(
    lines: list[list[str | int]], chars: float, words: float, stretch: float, size: float
) -> None:
    arrays = "\n".join(
        "[" + " ".join(f"({piece})" if isinstance(piece, str) else str(piece) for piece in line) + "] TJ T*"
        for line in lines
    )
    pdf = one_page(f"BT /F1 {size} Tf {chars} Tc {words} Tw {stretch} Tz 20 TL 60 200 Td {arrays} ET")
    found = es.find_tags(pdf, "#")
    for match in found[:2]:
        try:
            signed = erased(pdf, match)
        except es.PlacementError:  # glyphs over one another: which are meant, nobody knows
            continue
        left = [m.rect for m in es.find_tags(signed, "#")]
        assert len(left) == len(found) - 1
        for letter in "ABcd":
            before, after = es.find_tags(pdf, letter), es.find_tags(signed, letter)
            assert len(before) == len(after)
            for old, new in zip(before, after, strict=True):
                assert new.rect.x0 == pytest.approx(old.rect.x0, abs=0.05)
