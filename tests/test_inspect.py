"""What a document says of itself, compared with what PDFium and pikepdf read there."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pikepdf
import pypdfium2
import pytest

import esign_core as es
from corpus.traps.page import one_page, text_at
from corpus.writer import stream
from esign_core.cli import app
from esign_core.cli.app import run
from tests.conftest import CORPUS, LINK, MANIFEST, NOW, certified, corpus_file, signer_of

SCHEMA = json.loads((Path(app.__file__).parent / "overview.schema.json").read_text())
PDFA = "http://www.aiim.org/pdfa/ns/id/"

Captured = pytest.CaptureFixture[str]


def signed_twice() -> bytes:
    pdf = es.sign(corpus_file("surat.pdf"), signer_of("p256"), signing_time=NOW).pdf
    place = es.at_view(0, es.ViewRect(100, 600, 60, 60))
    return es.sign(pdf, signer_of("rsa"), signing_time=NOW, placement=place, appearance=es.qr(LINK)).pdf


def with_metadata(xmp: bytes) -> bytes:
    return one_page(text_at(9, 9, "x"), objects={30: stream(xmp, "/Type /Metadata")}, catalog="/Metadata 30 0 R")


@pytest.mark.parametrize("name", [name for name in MANIFEST if name != "frames_crop_beyond.pdf"])
def test_pages_as_pdfium_shows_them(name: str) -> None:
    overview = es.inspect(corpus_file(name))
    document = pypdfium2.PdfDocument(corpus_file(name))
    assert len(overview.pages) == len(document) == MANIFEST[name]["pages"]
    for page, theirs in zip(overview.pages, document, strict=True):
        width, height = theirs.get_size()  # without UserUnit, which PDFium does not apply
        assert (page.view_width, page.view_height) == pytest.approx(
            (width * page.user_unit, height * page.user_unit), abs=0.01
        )
    document.close()
    assert overview.lock is None and not overview.encrypted and not overview.warnings


@pytest.mark.parametrize("name", MANIFEST)
def test_version_and_fields_as_pikepdf_reads_them(name: str) -> None:
    pdf = es.sign(corpus_file(name), signer_of("p256"), signing_time=NOW).pdf
    overview = es.inspect(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        said = str(opened.Root.get("/Version", "/0.0")).strip("/")
        assert overview.pdf_version == max(opened.pdf_version, said)
        names = [str(field.T) for field in opened.Root.AcroForm.Fields if field.get("/FT") == "/Sig"]
    assert [field.name for field in overview.fields] == names
    assert overview.fields[-1] == es.FieldInfo(names[-1], 0, None, True, "Dra. Sekar Ayuningtyas, M.Hum.")


def test_who_signed_and_where() -> None:
    overview = es.inspect(signed_twice())
    first, second = overview.fields
    assert (first.page_index, first.rect, first.signed) == (0, None, True)
    assert second.rect is not None and second.page_index == 0
    seen = overview.pages[0].to_view(second.rect)
    assert (seen.x, seen.y, seen.width, seen.height) == pytest.approx((100, 600, 60, 60), abs=0.01)


@pytest.mark.parametrize("permission", [1, 2])
def test_a_lock_is_named_with_its_field(permission: int) -> None:
    pdf = certified(corpus_file("surat.pdf"), permission)
    lock = es.inspect(pdf).lock
    assert (lock is None) == (permission == 2)
    assert len(es.inspect(pdf).restrictions) == 1
    if lock:
        assert "'Sertifikasi'" in lock
        with pytest.raises(es.DocumentLocked):
            es.sign(pdf, signer_of("p256"), signing_time=NOW)


@pytest.mark.parametrize(
    ("xmp", "claim"),
    [
        (f'<rdf:Description xmlns:pdfaid="{PDFA}" pdfaid:part="1" pdfaid:conformance="B"/>', "PDF/A-1B"),
        (f"<x xmlns:a='{PDFA}'><a:part>4</a:part></x>", "PDF/A-4"),
        (
            f'<x xmlns:pdfaid="{PDFA}"><pdfaid:part> 3 </pdfaid:part>\n<pdfaid:conformance>U</pdfaid:conformance></x>',
            "PDF/A-3U",
        ),
        ('<x xmlns:pdfaid="http://example.org/" pdfaid:part="1"/>', None),
        (f'<x xmlns:pdfaid="{PDFA}"/>', None),
        ("", None),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_claim_of_pdfa(xmp: str, claim: str | None, encoding: str) -> None:
    assert es.inspect(with_metadata(xmp.encode(encoding))).pdfa == claim


def test_corpus_claim() -> None:
    assert es.inspect(corpus_file("surat_pdfa.pdf")).pdfa == "PDF/A-2B"


def test_encrypted_and_its_password() -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(corpus_file("surat_tugas.pdf"))) as opened:
        opened.save(output, encryption=pikepdf.Encryption(user="u", owner="o"))
    with pytest.raises(es.PasswordError):
        es.inspect(output.getvalue())
    overview = es.inspect(output.getvalue(), password="u")
    assert overview.encrypted and len(overview.pages) == 2


def test_damage_is_a_warning() -> None:
    whole = corpus_file("surat.pdf")
    overview = es.inspect(whole[: whole.rindex(b"startxref")])
    assert [finding.code for finding in overview.warnings] == ["XREF_REBUILT"]
    assert overview.pages == es.inspect(whole).pages
    loop = one_page("", catalog="/AcroForm << /Fields [30 0 R] >>", objects={30: "<< /T (a) /Kids [31 0 R] >>",
                    31: "<< /T (b) /Kids [30 0 R] >>"})  # fmt: skip
    overview = es.inspect(loop)
    assert [finding.code for finding in overview.warnings] == ["FIELDS_NOT_READ"]
    assert overview.fields == ()


def test_what_is_no_pdf_is_refused() -> None:
    for data in (b"", b"hello", b"%PDF-1.7\n"):
        with pytest.raises(es.PdfError):
            es.inspect(data)


# ---- the command


def test_json_is_as_its_schema_says(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "signed.pdf").write_bytes(signed_twice())
    for path in (tmp_path / "signed.pdf", *sorted((CORPUS / "files").glob("*.pdf"))[:8]):
        assert run(["inspect", str(path), "--json"]) == 0
        jsonschema.validate(json.loads(capsys.readouterr().out), SCHEMA)
    assert run(["inspect", str(tmp_path / "none.pdf"), "--json"]) == 3
    jsonschema.validate(json.loads(capsys.readouterr().out), SCHEMA)


def test_for_people(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed_twice())
    assert run(["inspect", str(path)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("PDF 1.6\nSHA-256 ")
    assert "Page 1: 595.3 x 841.9" in told
    assert "100.0, 600.0, 60.0 x 60.0" in told and "invisible" in told
    assert max(map(len, told.splitlines())) <= 80
    assert run(["inspect", str(CORPUS / "files" / "frames.pdf")]) == 0
    told = capsys.readouterr().out
    assert "Page 2: 842.0 x 595.0, turned by 90" in told and "No signature fields" in told
