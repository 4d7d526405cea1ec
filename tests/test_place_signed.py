"""Positions computed once, stored as JSON and used by other processes; and where a reader sees the box on any page."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import numpy
import pikepdf
import pytest

import esign_core as es
from corpus.traps.page import one_page, page_objects, text_at
from corpus.writer import append
from demo import ca
from esign_core.signers.pkcs12 import Pkcs12Signer
from tests import tools
from tests.conftest import LINK, NOW, PASSPHRASE, authority_of, corpus_file, signer_of

STORE = """
import json, sys, esign_core as es
pdf = sys.stdin.buffer.read()
found = es.find_tags(pdf, "#")
third = es.at_corner(-1, "bottom-left", width=50, height=50, margin=30)
print(json.dumps({"matches": [match.to_json() for match in found], "third": third.to_json()}, default=dict))
"""


def stored_by_another_process(pdf: bytes) -> tuple[list[es.TagMatch], es.Placement]:
    command = [sys.executable, "-c", STORE]
    kept = json.loads(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout)
    return [es.TagMatch.from_json(value) for value in kept["matches"]], es.Placement.from_json(kept["third"])


def boxes_of(pdf: bytes) -> list[tuple[float, ...]]:
    """/Rect of every field, by pikepdf, in the order of the form."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [tuple(float(side) for side in field.Rect) for field in opened.Root.AcroForm.Fields]


@pytest.mark.parametrize("name", ["surat.pdf", "surat_dua.pdf", "surat_tugas.pdf", "laporan.pdf", "surat_objstm.pdf"])
def test_three_people_sign_at_positions_found_once(name: str) -> None:
    """Two beside the tag, one in a corner; none searches the document again. pyHanko's verdict is also about what the
    later ones changed."""
    pdf = corpus_file(name)
    matches, third = stored_by_another_process(pdf)
    look = es.qr(LINK)
    places = [
        es.at_tag(matches[0], width=40, height=40, beside="left", gap=3),
        es.at_tag(matches[0], width=40, height=40, beside="right", gap=3),
        third,
    ]
    authority = authority_of("p256")
    for place, kind in zip(places, ("rsa", "p256", "rsa"), strict=True):
        entity = ca.make_signer(authority.intermediate, NOW, kind)
        bundle = ca.make_pkcs12(entity, [authority.intermediate], PASSPHRASE)
        signer = Pkcs12Signer.load(bundle, passphrase=PASSPHRASE)
        pdf = es.sign(pdf, signer, signing_time=NOW, placement=place, appearance=look).pdf
    assert tools.pdfsig(pdf).count("Signature is Valid") == 3
    assert tools.pyhanko_verdicts(pdf, authority.root.der, authority.crls(), NOW) == [True, True, True]
    tag = matches[0].rect
    height = (tag.y0 + tag.y1) / 2
    boxes = boxes_of(pdf)[-3:]
    assert boxes[0] == pytest.approx((tag.x0 - 43, height - 20, tag.x0 - 3, height + 20), abs=0.01)
    assert boxes[1] == pytest.approx((tag.x1 + 3, height - 20, tag.x1 + 43, height + 20), abs=0.01)
    assert boxes[2] == pytest.approx((30, 30, 80, 80), abs=0.01)


@pytest.mark.parametrize(
    ("entries", "change"),
    [
        ("/MediaBox [0 0 300 290]", "MediaBox: 0 0 300 300, now 0 0 300 290; CropBox: 0 0 300 300, now 0 0 300 290"),
        ("/CropBox [0 0 200 250]", "CropBox: 0 0 300 300, now 0 0 200 250"),
        ("/Rotate 90", "Rotate: 0, now 90"),
        ("/UserUnit 2", "UserUnit: 1.0, now 2.0"),
    ],
)
def test_a_page_that_changed_since_is_named_with_what_changed(entries: str, change: str) -> None:
    content = text_at(50, 100, "#")
    pdf = one_page(content)
    page = next(number for number, body in page_objects(content).items() if "/Type /Page " in str(body))
    later = append(pdf, {page: page_objects(content, page=entries)[page]}, trailer="/Root 1 0 R")
    place = es.at_tag(es.find_tags(pdf, "#"), width=20, height=20)
    assert es.prepare(pdf, signer_of("p256"), signing_time=NOW, placement=place)
    with pytest.raises(es.InputError) as caught:
        es.prepare(later, signer_of("p256"), signing_time=NOW, placement=place)
    assert caught.value.code == "OTHER_DOCUMENT"
    assert f"before page 1 was changed ({change})" in str(caught.value)


def test_another_document_is_named_with_the_numbers() -> None:
    pdf = corpus_file("surat.pdf")
    place = es.at_tag(es.find_tags(pdf, "#"), width=20, height=20)
    for other, words in (
        (corpus_file("surat_objstm.pdf"), f"on a document of {len(pdf)} bytes, and this one has"),
        (corpus_file("surat.pdf") + b"%", None),
        (pdf.replace(b"startxref", b"startxref ", 1), "bytes with the SHA-256"),
    ):
        if words is None:
            assert es.prepare(other, signer_of("p256"), signing_time=NOW, placement=place)
            continue
        with pytest.raises(es.EsignError) as caught:
            es.prepare(other, signer_of("p256"), signing_time=NOW, placement=place)
        assert words in str(caught.value)


TURNS = [(rotate, crop, unit) for rotate in (0, 90, 180, 270) for crop in (0, 1, 2) for unit in (1, 2)]
CROPS = ["", "/CropBox [13.5 7.25 281 229.75]", "/MediaBox [-50 -20 320 310] /CropBox [-40 31 290.2 300]"]


@pytest.mark.parametrize(("rotate", "crop", "unit"), TURNS)
@pytest.mark.parametrize("draw", [tools.pdfium_page, tools.poppler_page])
def test_the_box_is_where_a_reader_sees_it(draw: object, rotate: int, crop: int, unit: int) -> None:
    """A page of 300 x 300 units, with the tag in the middle; neither renderer applies UserUnit."""
    assert callable(draw)
    entries = f"/Rotate {rotate} {CROPS[crop]} /UserUnit {unit}"
    pdf = one_page(text_at(145, 135, "#"), page=entries)
    (match,) = es.find_tags(pdf, "#")
    place = es.at_tag(match, width=60, height=30, beside="below", gap=5)
    signed = es.sign(pdf, signer_of("p256"), signing_time=NOW, placement=place, appearance=es.qr(LINK))
    rows, columns = numpy.nonzero((draw(pdf, 0, 4.0) != draw(signed.pdf, 0, 4.0)).any(axis=2))
    seen = match.view_rect
    scale = 4.0 / unit
    middle = (columns.min() + columns.max() + 1) / 2 / scale
    assert middle == pytest.approx(seen.x + seen.width / 2, abs=0.5 * unit)
    top, bottom = rows.min() / scale, (rows.max() + 1) / scale
    assert seen.y + seen.height + 5 - 0.5 * unit <= top
    assert bottom <= seen.y + seen.height + 35 + 0.5 * unit
    assert bottom - top > 20  # the code fills most of the height of the box
