"""PDF/A stays PDF/A: the rules on signatures, fields, annotations, appearances, colour and transparency, one by one.

The rules are those of the veraPDF profiles (1b, 2b, 3b), read off the signed file with pikepdf; where the two parts
differ the stricter is asked for. pikepdf's own validator, which knows the same profiles but no forms, is asked for the
rest of the file.
"""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import cms
from pikepdf import pdfa

import esign_core as es
from corpus.traps.page import one_page, text_at
from corpus.writer import stream
from tests import tools
from tests.conftest import LINK, NOW, authority_of, corpus_file, signer_of

SHARED = Path(__file__).parent.parent.parent / "shared" / "corpus" / "real"
PUBLIC = [path for path in sorted(SHARED.glob("*.pdf")) if b"aiim.org/pdfa/ns/id" in path.read_bytes()]
FLAVOURS = ["1b", "2b", "3b"]
BOX = es.at_view(0, es.ViewRect(100, 600, 60, 60))
KINDS: dict[str, dict[str, Any]] = {
    "invisible": {},
    "a box without a look": {"placement": BOX},
    "a code": {"placement": BOX, "appearance": es.qr(LINK)},
}
_PRINT, _INVISIBLE, _HIDDEN, _NO_VIEW, _TOGGLE_NO_VIEW = 4, 1, 2, 32, 256


@cache
def archived(flavour: str) -> bytes:
    """A letter that pikepdf has made PDF/A, and judges to be."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(corpus_file("tabel_tex.pdf"))) as opened:
        pdfa.prepare(opened, flavour)
        pdfa.save(opened, output, flavour)
    assert pdfa.validate_written(io.BytesIO(output.getvalue()), flavour).passed
    return output.getvalue()


@cache
def signed(flavour: str, kind: str) -> bytes:
    pdf = archived(flavour) if flavour in FLAVOURS else corpus_file(flavour)
    return es.sign(pdf, signer_of("p256"), signing_time=NOW, **KINDS[kind]).pdf


@pytest.fixture(params=[*FLAVOURS, "surat_pdfa.pdf"])
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opened(flavour: str, kind: str) -> Any:
    with pikepdf.open(io.BytesIO(signed(flavour, kind))) as document:
        yield document


@pytest.fixture
def widget(opened: Any) -> Any:
    (found,) = [item for page in opened.pages for item in page.get("/Annots", ()) if item.get("/FT") == "/Sig"]
    return found


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_validator_finds_nothing_but_that_it_knows_no_forms(flavour: str, kind: str) -> None:
    """Among it: header, trailer, cross-reference sections, strings, streams, metadata, Info (6.1, 6.7)."""
    report = pdfa.validate_written(io.BytesIO(signed(flavour, kind)), flavour)
    assert not report.violations
    assert ["/AcroForm" in str(finding) for finding in report.unsupported] == [True]


def test_metadata_and_info_are_the_same_bytes(flavour: str, kind: str) -> None:
    pdf = archived(flavour) if flavour in FLAVOURS else corpus_file(flavour)
    output = signed(flavour, kind)
    assert output.startswith(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as old, pikepdf.open(io.BytesIO(output)) as new:
        assert old.Root.Metadata.objgen == new.Root.Metadata.objgen
        assert old.Root.Metadata.read_raw_bytes() == new.Root.Metadata.read_raw_bytes()
        info = old.trailer.get("/Info"), new.trailer.get("/Info")
        assert info[0] is None or (info[0].objgen == info[1].objgen and dict(info[0]) == dict(info[1]))
        assert str(old.trailer.ID[0]) == str(new.trailer.ID[0])
    assert es.inspect(output).pdfa == es.inspect(pdf).pdfa is not None


@pytest.mark.skipif(not PUBLIC, reason="no public corpus beside the repository")
@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.name)
def test_what_claims_to_be_pdfa_in_public_files_stays_the_same_bytes(path: Path) -> None:
    """Parts 1 to 4, of several levels and producers: XMP and Info are the same objects at the same bytes."""
    pdf = path.read_bytes()
    corner = es.at_corner(0, "bottom-right", width=40, height=40)
    for given in KINDS.values():
        more = given | ({"placement": corner} if given else {})
        output = es.sign(pdf, signer_of("p256"), signing_time=NOW, **more).pdf
        assert output.startswith(pdf) and es.inspect(output).pdfa == es.inspect(pdf).pdfa
        with pikepdf.open(io.BytesIO(pdf)) as old, pikepdf.open(io.BytesIO(output)) as new:
            assert old.Root.Metadata.objgen == new.Root.Metadata.objgen
            assert old.Root.Metadata.read_raw_bytes() == new.Root.Metadata.read_raw_bytes()
            info = [opened.trailer.get("/Info") for opened in (old, new)]
            assert info[0] is None or (info[0].objgen == info[1].objgen and dict(info[0]) == dict(info[1]))
        assert "Signature is Valid" in tools.pdfsig(output)


def test_annotation_flags(widget: Any) -> None:
    """6.5.3 (part 1), 6.3.2 (2, 3): printed, and in no way hidden."""
    assert widget.F & _PRINT and not widget.F & (_INVISIBLE | _HIDDEN | _NO_VIEW | _TOGGLE_NO_VIEW)


def test_the_appearance_is_one_stream(widget: Any) -> None:
    """6.9 (part 1): of every field; 6.3.3 (2, 3): /N, a stream, and nothing beside it."""
    assert list(widget.AP.keys()) == ["/N"]
    assert isinstance(widget.AP.N, pikepdf.Stream) and widget.AP.N.Subtype == "/Form"


def test_no_opacity_and_no_colours_of_the_annotation(widget: Any) -> None:
    """6.5.3 (part 1)."""
    assert not {"/CA", "/ca", "/C", "/IC", "/BM"} & set(widget.keys())


def test_no_actions(opened: Any, widget: Any) -> None:
    """6.6.1, 6.6.2 (part 1), 6.4.1 (2, 3)."""
    assert not {"/A", "/AA"} & set(widget.keys())
    assert all("/AA" not in field for field in opened.Root.AcroForm.Fields)


def test_the_form_asks_for_no_appearances_and_is_no_xfa(opened: Any) -> None:
    """6.9 (part 1), 6.4.1, 6.4.2 (2, 3)."""
    assert not opened.Root.AcroForm.get("/NeedAppearances", False) and "/XFA" not in opened.Root.AcroForm


def test_permissions(opened: Any) -> None:
    """6.1.12 (2, 3): /UR3 and /DocMDP only."""
    assert set(opened.Root.get("/Perms", {}).keys()) <= {"/UR3", "/DocMDP"}


def test_the_form_xobject(widget: Any) -> None:
    """6.2.5, 6.2.6 (part 1), 6.2.9 (2, 3): no PostScript, no reference, no OPI; 6.4: no transparency group."""
    assert not {"/PS", "/Subtype2", "/Ref", "/OPI", "/Group"} & set(widget.AP.N.keys())


def test_transparency(widget: Any) -> None:
    """6.4 (part 1): no graphics state that is not opaque, no soft mask."""
    resources = widget.AP.N.get("/Resources", {})
    assert "/ExtGState" not in resources
    assert all("/SMask" not in image for image in resources.get("/XObject", {}).values())


def test_colour(opened: Any, widget: Any) -> None:
    """6.2.3.3 (part 1), 6.2.4.3 (2, 3): DeviceGray, which any output intent covers."""
    operators = {str(item.operator) for item in pikepdf.parse_content_stream(widget.AP.N)}
    assert operators <= {"q", "Q", "cm", "g", "m", "l", "h", "f", "re"}
    assert len(opened.Root.OutputIntents) >= 1


def test_grey_is_said_where_no_output_intent_says_it() -> None:
    xmp = b'<x xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="B"/>'
    given = {"objects": {30: stream(xmp, "/Type /Metadata")}, "catalog": "/Metadata 30 0 R"}
    for intents, said in (("", True), ("/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 >>]", False)):
        pdf = one_page(text_at(9, 9, "x"), **(given | {"catalog": f"/Metadata 30 0 R {intents}"}))  # type: ignore[arg-type]
        placement = es.at_view(0, es.ViewRect(100, 100, 60, 60))
        output = es.sign(pdf, signer_of("p256"), signing_time=NOW, placement=placement, appearance=es.qr(LINK)).pdf
        with pikepdf.open(io.BytesIO(output)) as opened:
            spaces = opened.pages[0].Annots[0].AP.N.get("/Resources", {}).get("/ColorSpace", {})
            assert ("/DefaultGray" in spaces) == said
        window = tools.Window.of(es.ViewRect(100, 100, 60, 60), 4.0, 0)
        for draw in (tools.pdfium_page, tools.poppler_page, tools.mupdf_page):
            pixels = window.cut(draw(output, 0, 4.0))
            assert tools.qr_texts(pixels.copy()) == [LINK] and pixels.min() == 0 and pixels.max() == 255


def test_the_digest_is_over_the_whole_file(flavour: str, kind: str) -> None:
    """6.4.3-1 (2, 3)."""
    assert "Total document signed" in tools.pdfsig(signed(flavour, kind))
    assert "Signature is Valid" in tools.pdfsig(signed(flavour, kind))


def test_the_cms_has_one_signer_and_its_certificate(widget: Any) -> None:
    """6.4.3-2, 6.4.3-3 (2, 3)."""
    data = cms.ContentInfo.load(bytes(widget.V.Contents))["content"]
    assert len(data["signer_infos"]) == 1
    serial = data["signer_infos"][0]["sid"].chosen["serial_number"].native
    assert serial in [item.chosen.serial_number for item in data["certificates"]]


def test_implementation_limits(widget: Any, flavour: str, kind: str) -> None:
    """6.1.12 (part 1), 6.1.13 (2, 3): strings of at most 32 767 bytes, names of 127; 6.1.6: whole bytes in digits."""
    pdf = signed(flavour, kind)
    assert len(bytes(widget.V.Contents)) <= 32_767
    update = pdf[len(archived(flavour) if flavour in FLAVOURS else corpus_file(flavour)) :]
    plain = re.sub(rb"stream\r?\n.*?endstream", b"", update, flags=re.S)
    assert all(len(digits) % 2 == 0 for digits in re.findall(rb"<([0-9a-fA-F]+)>", plain))
    assert all(len(name) <= 127 for name in re.findall(rb"/([^\s/<>\[\]()]+)", plain))


def test_others_judge_it_valid(flavour: str, kind: str) -> None:
    pdf, authority = signed(flavour, kind), authority_of("p256")
    assert tools.qpdf_problems(pdf) == ""
    assert tools.pyhanko_verdicts(pdf, authority.root.der, authority.crls(), NOW) == [True]
