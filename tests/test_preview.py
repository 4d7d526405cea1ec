"""Pictures of pages: what is drawn, what is refused, and that threads wait for each other."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy
import pikepdf
import pytest
from PIL import Image

import esign_core as es
from esign_core import preview
from esign_core.cli.app import run
from esign_core.errors import EsignError, LimitExceeded, MissingExtra, PasswordError, PdfError, PlacementError
from esign_core.preview import Mark, render_page
from tests.conftest import LINK, MANIFEST, NOW, corpus_file, signer_of

LETTER = (Path(__file__).parent.parent / "corpus" / "files" / "surat.pdf").read_bytes()


def test_a_page_becomes_a_png_of_its_size() -> None:
    picture = Image.open(io.BytesIO(render_page(LETTER, scale=1)))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (596, 842))
    darkest, lightest = picture.convert("L").getextrema()
    assert (darkest < 50, lightest) == (True, 255)


def test_every_kind_of_buffer_gives_the_same_picture() -> None:
    once = render_page(LETTER, scale=0.5)
    assert render_page(bytearray(LETTER), scale=0.5) == once
    assert render_page(memoryview(LETTER), scale=0.5) == once


def test_form_fields_are_drawn() -> None:
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(100, 100))
    look = document.make_stream(
        b"0 g 0 0 40 40 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 40, 40]
    )
    widget = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            T="s",
            F=4,
            Rect=[30, 30, 70, 70],
            AP=pikepdf.Dictionary(N=look),
        )
    )
    page.obj.Annots = pikepdf.Array([widget])
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([widget]), SigFlags=3)
    file = io.BytesIO()
    document.save(file)
    picture = Image.open(io.BytesIO(render_page(file.getvalue(), scale=1)))
    assert (picture.getpixel((50, 50)), picture.getpixel((10, 10))) == ((0, 0, 0), (255, 255, 255))


@pytest.mark.parametrize(
    ("arguments", "kind", "code"),
    [
        ({"page_index": 1}, PlacementError, "PAGE_OUT_OF_RANGE"),
        ({"page_index": -1}, PlacementError, "PAGE_OUT_OF_RANGE"),
        ({"scale": 0}, EsignError, "SCALE"),
        ({"scale": float("nan")}, EsignError, "SCALE"),
        ({"scale": 15}, LimitExceeded, "LIMIT"),
        ({"max_pixels": 1000}, LimitExceeded, "LIMIT"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments: dict[str, Any], kind: type[EsignError], code: str) -> None:
    with pytest.raises(kind) as caught:
        render_page(LETTER, **arguments)
    assert caught.value.code == code


@pytest.mark.parametrize("data", [b"", b"no PDF", LETTER[:200]])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(PdfError) as caught:
        render_page(data)
    assert caught.value.code == "PREVIEW"


def test_a_password_is_asked_for_and_used() -> None:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(LETTER)) as document:
        document.save(file, encryption=pikepdf.Encryption(owner="owner", user="rahasia"))
    with pytest.raises(PasswordError):
        render_page(file.getvalue())
    assert render_page(file.getvalue(), password="rahasia", scale=0.2) == render_page(LETTER, scale=0.2)


def test_threads_get_the_same_pictures() -> None:
    once = render_page(LETTER, scale=0.5)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: render_page(LETTER, scale=0.5), range(32))) == {once}


def test_pdfium_is_never_entered_twice_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "_drawn", lambda *_: b"locked" if preview._ONE_AT_A_TIME.locked() else b"open")
    assert render_page(LETTER) == b"locked"
    assert not preview._ONE_AT_A_TIME.locked()


def test_without_pdfium_the_pip_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(MissingExtra, match=r"pip install 'esign-core\[preview\]'"):
        render_page(LETTER)


def test_importing_it_loads_no_pdfium() -> None:
    code = "import sys, esign_core.preview; sys.exit('pypdfium2' in sys.modules or 'PIL' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


FRAMES = [("frames.pdf", index) for index in range(MANIFEST["frames.pdf"]["pages"])]


@pytest.mark.parametrize(("name", "index"), FRAMES)
def test_a_mark_frames_what_a_reader_sees_there(name: str, index: int) -> None:
    """The tag's ink is inside the frame, and outside of frame and label no pixel has changed."""
    pdf = corpus_file(name)
    match = next(match for match in es.find_tags(pdf, "#") if match.page_index == index)
    plain = numpy.asarray(Image.open(io.BytesIO(render_page(pdf, index))).convert("RGB"))
    png = render_page(pdf, index, marks=[Mark(match.view_rect, "", (0, 0, 255))])
    marked = numpy.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    rows, columns = numpy.nonzero((plain != marked).any(axis=2))
    left, top, right, bottom = columns.min(), rows.min(), columns.max(), rows.max()
    assert tuple(marked[top, left]) == (0, 0, 255)
    inside = plain[top + 2 : bottom - 1, left + 2 : right - 1]
    assert inside.min() < 128  # the tag
    frame = es.inspect(pdf).pages[index]  # of UserUnit 2, some of them, which PDFium alone would draw at half the size
    assert plain.shape[1::-1] == pytest.approx((2 * frame.view_width, 2 * frame.view_height), abs=2)
    assert (right - left, bottom - top) == pytest.approx((match.view_rect.width * 2, match.view_rect.height * 2), abs=5)


def test_the_command_draws_what_is_asked_for(tmp_path: Path) -> None:
    pdf = tmp_path / "letter.pdf"
    place = es.at_view(0, es.ViewRect(60, 600, 50, 50))
    letter, look = corpus_file("surat.pdf"), es.qr(LINK)
    pdf.write_bytes(es.sign(letter, signer_of("p256"), signing_time=NOW, placement=place, appearance=look).pdf)
    stored = tmp_path / "place.json"
    stored.write_text(json.dumps(es.at_corner(0, "top-right", width=40, height=30).to_json()))
    colours = {}
    for name, more in {
        "none": [],
        "tag": ["--tag", "#"],
        "fields": ["--fields"],
        "placement": ["--placement", str(stored)],
        "rect": ["--rect", "300,20,360,60", "--page", "last"],
        "rects": ["--rect", "300,20,360,60", "--rect", "400,20,460,60"],
        "space": ["--space", "100,50"],
    }.items():
        out = tmp_path / f"{name}.png"
        assert run(["preview", str(pdf), *more, "-o", str(out)]) == 0
        pixels = numpy.asarray(Image.open(out).convert("RGB")).reshape(-1, 3)
        colours[name] = {tuple(int(part) for part in row) for row in numpy.unique(pixels, axis=0)}
    for name, colour in {
        "tag": (200, 30, 30),
        "fields": (30, 70, 200),
        "placement": (0, 130, 60),
        "rect": (0, 130, 60),
        "rects": (0, 130, 60),
        "space": (140, 30, 160),
    }.items():
        assert colour in colours[name] and colour not in colours["none"]


def test_labels_stay_on_the_picture_and_marks_off_the_page_do_no_harm() -> None:
    """Labels are names out of documents, and boxes may be anywhere."""
    far = 1e300
    boxes = [es.ViewRect(-far, -far, far, far), es.ViewRect(far, far, 1, 1), es.ViewRect(-9, -9, far, far)]
    marks = [Mark(box, "a\nb\u202e" * 10_000) for box in boxes]
    assert Image.open(io.BytesIO(render_page(LETTER, scale=0.5, marks=marks))).size == (298, 421)
    corner = render_page(LETTER, scale=1, marks=[Mark(es.ViewRect(580, 0, 12, 12), "signature 1", (0, 0, 255))])
    red, _, blue_part = numpy.moveaxis(numpy.asarray(Image.open(io.BytesIO(corner))).astype(int), 2, 0)
    blue = (blue_part - red > 60)[16:]
    columns = numpy.nonzero(blue.any(axis=0))[0]
    assert blue.sum() > 40 and columns.min() < 575 and columns.max() < 595  # below the frame, moved to the left
