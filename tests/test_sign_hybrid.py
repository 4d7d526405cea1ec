"""Hybrid-reference files (ISO 32000-2, 7.5.8.4) are signed by a table behind their table; what is hidden stays."""

from __future__ import annotations

import io

import pikepdf
import pytest

import esign_core as es
from corpus.byhand import ONE_PAGE, stream_file, table_file
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref
from tests.conftest import LINK, NOW, authority_of, judge, signer_of
from tests.tools import pdfium_page, pdfsig, pyhanko_verdicts, qpdf_problems, qr_texts

FORM, FIELD = "<</Fields[6 0 R]/DA(/Helv 0 Tf)>>", "<</FT/Tx/T(Nama)/V(Budi)>>"
OBJECTS = {**ONE_PAGE, 1: "<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R/Named 7 0 R>>"}


def hybrid(page_at: int | None = None) -> bytes:
    """Form, field and one more object for readers that know streams; for the others, the page alone.

    `page_at`: where the stream has the page, which is in the table too.
    """
    both = page_at is not None
    hidden = stream_file(
        {},
        packed={5: FORM, 6: FIELD, 7: "(tujuh)"},
        index="0 1 3 1 5 3 90 2" if both else "0 1 5 3 90 2",
        rows={3: (1, page_at, 0)} if page_at is not None else {},
    )
    body = hidden[: hidden.index(b"startxref")]
    return table_file(OBJECTS, before=body, trailer=f"/Root 1 0 R/XRefStm {body.index(b'91 0 obj')}")


def signed(pdf: bytes) -> es.Signed:
    place = es.at_rect(0, es.Rect(10, 10, 90, 90))
    return es.sign(pdf, signer_of("p256"), signing_time=NOW, placement=place, appearance=es.qr(LINK))


def test_others_read_and_accept_it() -> None:
    pdf = hybrid()
    first = signed(pdf)
    second = es.sign(first.pdf, signer_of("p256"), signing_time=NOW)
    authority = authority_of("p256")
    for count, result in enumerate((first.pdf, second.pdf), 1):
        assert result.startswith(pdf)
        assert not qpdf_problems(result)
        assert pdfsig(result).count("Signature is Valid") == count
        assert LINK in qr_texts(pdfium_page(result))
        verdicts = pyhanko_verdicts(result, authority.root.der, authority.crls(), NOW, strict=False)
        assert verdicts == [True] * count


def test_what_was_hidden_is_still_reached() -> None:
    with pikepdf.open(io.BytesIO(signed(hybrid()).pdf)) as file:
        assert (str(file.Root.Named), str(file.Root.AcroForm.DA)) == ("tujuh", "/Helv 0 Tf")
        assert str(file.Root.AcroForm.Fields[0].V) == "Budi"
        assert len(file.Root.AcroForm.Fields) == 2


def test_what_the_update_holds_is_the_same_in_both_views() -> None:
    result = signed(hybrid()).pdf
    old_readers = result.replace(b"/XRefStm", b"/XXefStm")
    with PdfFile(result) as file, PdfFile(old_readers) as without:
        numbers = [number for number, entry in file.sections[0].entries() if entry.kind == "offset"]
        assert 5 in numbers  # hidden before, and now for all to see
        for number in numbers:
            ours, theirs = file.load(Ref(number, 0)), without.load(Ref(number, 0))
            assert ours and theirs and ours.start == theirs.start
        assert "XRefStm" not in file.trailer
        assert without.load(Ref(6, 0)) is None


def test_two_views_of_one_object_are_not_signed() -> None:
    pdf = hybrid(0)
    page = pdf.index(b"3 0 obj")
    with pytest.raises(es.PdfError) as caught:
        es.sign(hybrid(pdf.index(b"2 0 obj")), signer_of("p256"), signing_time=NOW)
    assert caught.value.code == "HYBRID_XREF"
    assert "object 3" in str(caught.value)
    assert pdfsig(es.sign(hybrid(page), signer_of("p256"), signing_time=NOW).pdf).count("Signature is Valid") == 1
    assert es.sign(pdf, signer_of("p256"), signing_time=NOW).pdf.startswith(pdf)  # free in the stream


def test_it_is_not_judged() -> None:
    """Old readers may be shown another document."""
    report = judge(signed(hybrid()).pdf, authority_of("p256"))
    assert [finding.code for finding in report.signatures[0].findings] == ["HYBRID_NOT_JUDGED"]
