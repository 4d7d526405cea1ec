"""Several placements of one signature: one widget, and plain copies of its look in the pages' contents."""

from __future__ import annotations

import io
from typing import Any

import numpy
import pikepdf
import pytest

import esign_core as es
from corpus.byhand import ONE_PAGE, Body, table_file
from corpus.traps.page import one_page, text_at
from tests import tools
from tests.conftest import LINK, NOW, authority_of, corpus_file, signer_of

LOOK = es.qr(LINK)
WHERE = es.at_corner(0, "top-right", width=60)
COPY = es.at_corner(0, "bottom-left", width=70)


def signed(pdf: bytes, copies: Any, placement: Any = WHERE, appearance: Any = LOOK) -> bytes:
    done = es.sign(
        pdf, signer_of("p256"), signing_time=NOW, placement=placement, appearance=appearance, copies=copies
    ).pdf
    assert done.startswith(pdf) and tools.qpdf_problems(done) == ""
    assert "Signature is Valid" in tools.pdfsig(done)
    authority = authority_of("p256")
    assert tools.pyhanko_verdicts(done, authority.root.der, authority.crls(), NOW) == [True]
    return done


@pytest.mark.parametrize("name", ["surat.pdf", "surat_tugas.pdf", "frames.pdf", "surat_objstm.pdf", "surat_pdfa.pdf"])
def test_copies_show_on_any_page_what_the_widget_shows(name: str) -> None:
    pdf = corpus_file(name)
    pages = es.inspect(pdf).pages
    copies = [es.at_corner(page.index, "bottom-left", width=70) for page in pages]
    done = signed(pdf, copies)
    with pikepdf.open(io.BytesIO(done)) as opened:
        assert (
            sum(len([i for i in page.obj.get("/Annots", []) if i.get("/FT") == "/Sig"]) for page in opened.pages) == 1
        )
    for page in pages:
        box = copies[page.index].resolve(page, LOOK.aspect)
        windows = [tools.Window.of(page.to_view(box), 3.0)]
        if page.index == 0:
            windows.append(tools.Window.of(page.to_view(WHERE.resolve(page, LOOK.aspect)), 3.0))
        for draw in (tools.pdfium_page, tools.poppler_page) if page.user_unit == 1 else ():  # neither applies it
            before, after = draw(pdf, page.index, 3.0), draw(done, page.index, 3.0)
            assert tools.qr_texts(windows[0].cut(after)) == [LINK]
            for window in windows:
                before, after = window.blanked(before), window.blanked(after)
            assert numpy.array_equal(before, after)


RESOURCES: dict[str, dict[int, Body]] = {
    "none": {},
    "direct": {3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<</ProcSet[/PDF]>>/Contents 4 0 R>>"},
    "an object": {3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources 5 0 R/Contents 4 0 R>>"},
    "XObject an object": {
        3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<</XObject 6 0 R>>/Contents[4 0 R]>>"
    },
    "inherited": {2: "<</Type/Pages/Count 1/Kids[3 0 R]/Resources<</XObject<</Esign8 5 0 R>>>>>>"},
    "inherited object": {2: "<</Type/Pages/Count 1/Kids[3 0 R]/Resources 5 0 R>>"},
}


@pytest.mark.parametrize("shape", RESOURCES)
def test_resources_are_kept_wherever_they_are(shape: str) -> None:
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>"
    objects = {
        3: page,
        4: "<</Length 20>>\nstream\nq 1 0 0 rg q 9 w q  \nendstream",
        5: "<</ProcSet[/PDF]>>",
        6: "<<>>",
    }
    pdf = table_file({**ONE_PAGE, **objects, **RESOURCES[shape]})
    done = signed(pdf, [COPY, es.at_corner(0, "bottom-right", width=70)])
    assert sorted(tools.qr_texts(tools.pdfium_page(done, scale=6))) == [LINK] * 3
    with pikepdf.open(io.BytesIO(pdf)) as before, pikepdf.open(io.BytesIO(done)) as after:
        old, new = before.pages[0].get("/Resources", {}), after.pages[0].get("/Resources")
        assert old.get("/ProcSet", None) == new.get("/ProcSet", None)
        forms = set(new.XObject.keys()) - set(old.get("/XObject", {}).keys())
        assert len(forms) == 2 and all(name.startswith("/Esign") for name in forms)


@pytest.mark.parametrize("treatment", ["cover", "erase"])
def test_a_copy_on_the_page_whose_tag_is_treated(letter: bytes, treatment: Any) -> None:
    at_tag = es.at_tag(es.find_tags(letter, "#"), width=60, treatment=treatment)
    done = signed(letter, [COPY], at_tag)
    assert len(tools.qr_texts(tools.pdfium_page(done, scale=4))) == 2
    assert len(es.find_tags(done, "#")) == (1 if treatment == "cover" else 0)


def test_positions_found_before_are_good_behind_a_copy(letter: bytes) -> None:
    match = es.find_tags(letter, "#")[0]
    done = signed(letter, [COPY], es.at_tag(match, width=50, beside="right", treatment="cover"))
    later = es.sign(
        done, signer_of("p256"), signing_time=NOW, placement=es.at_tag(match, width=40, beside="left"), appearance=LOOK
    )
    assert tools.pdfsig(later.pdf).count("Signature is Valid") == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"appearance": None, "placement": None}, "NO_PLACE"),
        ({"copies": [es.at_field("a")]}, "FIELD_KIND"),
        ({"copies": [es.at_corner(7, "top", width=50)]}, "PAGE_OUT_OF_RANGE"),
        ({"copies": [es.at_corner(0, "top", width=5000)]}, "LARGER_THAN_PAGE"),
    ],
)
def test_copies_that_cannot_be(letter: bytes, change: dict[str, Any], code: str) -> None:
    with pytest.raises(es.PlacementError) as caught:
        signed(letter, **({"copies": [COPY]} | change))
    assert caught.value.code == code


def test_a_copy_does_nothing_to_a_tag(letter: bytes) -> None:
    with pytest.raises(es.PlacementError) as caught:
        signed(letter, [es.at_tag(es.find_tags(letter, "#"), width=50, treatment="cover")])
    assert caught.value.code == "TREATMENT"


def test_contents_that_restore_too_much_take_no_copy() -> None:
    with pytest.raises(es.PlacementError) as caught:
        signed(one_page("Q " + text_at(9, 9, "x")), [COPY])
    assert caught.value.code == "COPY_GROUND"


def test_a_signed_document_takes_no_copy(letter: bytes) -> None:
    first = es.sign(letter, signer_of("p256"), signing_time=NOW)
    with pytest.raises(es.DocumentLocked, match="page contents") as caught:
        es.sign(first.pdf, signer_of("p256"), signing_time=NOW, placement=WHERE, appearance=LOOK, copies=[COPY])
    assert caught.value.field == first.facts.field
