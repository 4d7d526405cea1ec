"""Damaged documents, repaired before they are signed: when asked for, reported, and never over a signature."""

from __future__ import annotations

import hashlib
import io
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest

import esign_core as es
from corpus.byhand import ONE_PAGE, stream_file, table_file
from esign_core.cli.app import run
from tests.conftest import LINK, NOW, PASSPHRASE, authority_of, corpus_file, judge, signer_of
from tests.test_pdf_security import encrypted
from tests.tools import pdfium_page, pdfsig, pyhanko_verdicts, qpdf_problems, qr_texts

LETTER = corpus_file("surat.pdf")
PACKED = corpus_file("surat_objstm.pdf")


def without_end(pdf: bytes) -> bytes:
    return pdf[: pdf.rindex(b"startxref")]


def elsewhere(pdf: bytes) -> bytes:
    return re.sub(rb"startxref\s+\d+", b"startxref\n77", pdf)


DAMAGE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "end cut": ("TRUNCATED", lambda: without_end(LETTER)),
    "cut": ("TRUNCATED", lambda: LETTER[:-700]),
    "end cut, packed": ("TRUNCATED", lambda: without_end(PACKED)),
    "text in front": ("NOT_A_PDF", lambda: b"HTTP/1.1 200 OK\r\n\r\n" + LETTER),
    "startxref": ("XREF_DAMAGED", lambda: elsewhere(LETTER)),
    "moved": ("OBJECT_MISPLACED", lambda: LETTER.replace(b"endobj\n", b"endobj\n\n")),
    "endobj": ("SYNTAX", lambda: LETTER.replace(b"endobj", b"endxxx")),
}


def signed(pdf: bytes, **changed: Any) -> es.Signed:
    given: dict[str, Any] = {"signing_time": NOW, "repair": True}
    return es.sign(pdf, signer_of("p256"), **(given | changed))


@cache
def damaged_and_signed() -> bytes:
    return without_end(es.sign(LETTER, signer_of("p256"), signing_time=NOW).pdf)


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_document_is_repaired_and_signed(name: str) -> None:
    code, make = DAMAGE[name]
    pdf = make()
    with pytest.raises(es.PdfError) as caught:
        signed(pdf, repair=False)
    if name != "moved":  # which object is met first
        assert caught.value.code == code
    found = es.find_tags(pdf, "#")
    result = signed(pdf, placement=es.at_tag(found, width=80, height=80), appearance=es.qr(LINK))
    assert result.facts.repaired
    base = result.pdf.rindex(b"%%EOF", 0, -10) + len(b"%%EOF\n")
    assert hashlib.sha256(result.pdf[:base]).hexdigest() == result.facts.sha256_before
    assert not qpdf_problems(result.pdf)
    told = pdfsig(result.pdf)
    assert "Signature is Valid" in told and "Total document signed" in told
    authority = authority_of("p256")
    assert pyhanko_verdicts(result.pdf, authority.root.der, authority.crls(), NOW) == [True]
    assert judge(result.pdf, authority).conclusion.passed
    assert LINK in qr_texts(pdfium_page(result.pdf))
    assert (
        result.facts.rect
        == es.sign(
            LETTER,
            signer_of("p256"),
            signing_time=NOW,
            placement=es.at_tag(es.find_tags(LETTER, "#"), width=80, height=80),
            appearance=es.qr(LINK),
        ).facts.rect
    )


def test_the_repair_is_the_same_each_time() -> None:
    first, second = (signed(DAMAGE["cut"][1]()) for _ in "12")
    assert first.facts.sha256_before == second.facts.sha256_before
    assert first.facts.field == second.facts.field


def test_a_sound_document_is_left_as_it_is() -> None:
    result = signed(LETTER)
    assert result.pdf.startswith(LETTER)
    assert not result.facts.repaired


class Unused:
    """A signer whose key is not to be used."""

    certificate, chain, mechanism = (getattr(signer_of("p256"), name) for name in ("certificate", "chain", "mechanism"))

    def sign(self, tbs: es.ToBeSigned) -> bytes:
        raise AssertionError("the key was used")


def hidden(value: bytes) -> bytes:
    """A signature dictionary whose name of keys is escaped, or that is in an object stream."""
    return elsewhere(table_file({**ONE_PAGE, 4: value}))


def refused(pdf: bytes, **changed: Any) -> str:
    with pytest.raises(es.PdfError) as caught:
        es.sign(pdf, Unused(), signing_time=NOW, repair=True, **changed)
    assert type(caught.value) is es.PdfError
    return caught.value.code


def test_over_a_signature_nothing_is_repaired() -> None:
    assert refused(damaged_and_signed()) == "REPAIR_SIGNED"
    assert refused(hidden(b"<</Type/Sig/Byte#52ange[0 1 2 3]/Contents<00>>>")) == "REPAIR_SIGNED"
    assert refused(hidden(b"<</T#79pe/DocTimeSta#6dp/Contents<00>>>")) == "REPAIR_SIGNED"
    assert refused(elsewhere(LETTER) + b"4 0 oxj<</Type/Sig/ByteRange[0 1 2 3]>>endxxx") == "REPAIR_SIGNED"
    packed = stream_file(ONE_PAGE, packed={4: "<</FT/Sig/V<</ByteRange[0 1 2 3]/Contents<00>>>>>"})
    assert refused(elsewhere(packed)) == "REPAIR_SIGNED"
    assert signed(hidden(b"<</Type/SigFieldLock/Action/All>>")).facts.repaired


def test_what_is_encrypted_is_not_opened_to_all() -> None:
    assert refused(elsewhere(encrypted("R6")), password="rahasia") == "REPAIR_ENCRYPTED"
    open_to_all = encrypted("R6", user="")
    assert refused(elsewhere(open_to_all)) == "REPAIR_ENCRYPTED"
    escaped = open_to_all.replace(b"/Encrypt ", b"/Encr#79pt ").replace(b"/Standard", b"/St#61ndard")
    assert refused(elsewhere(escaped)) == "REPAIR_ENCRYPTED"
    trailer_lost = open_to_all[: open_to_all.rindex(b"trailer")]
    assert b"/Encrypt " not in trailer_lost
    assert refused(trailer_lost) == "REPAIR_ENCRYPTED"


def test_beyond_repair() -> None:
    for pdf in (b"%PDF-1.7\nnothing but text", b"no PDF at all", LETTER[:300]):
        assert refused(pdf) == "REPAIR_FAILED"
    assert refused(b"") == "EMPTY"


def test_where_memory_runs_out_the_file_is_not_said_to_be_beyond_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(pikepdf, "open", exhausted)
    with pytest.raises(es.LimitExceeded) as caught:
        signed(elsewhere(LETTER))
    assert caught.value.limit == "memory"


def test_a_box_that_is_given_needs_no_look_at_the_page() -> None:
    rect = es.Rect(100, 100, 180, 180)
    result = signed(elsewhere(LETTER), placement=es.at_rect(0, rect), appearance=es.qr(LINK))
    assert (result.facts.rect, result.facts.repaired) == (rect, True)
    assert LINK in qr_texts(pdfium_page(result.pdf))


def test_what_is_no_damage_is_not_repaired() -> None:
    form = table_file({**ONE_PAGE, 1: "<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA(x)/Fields[]>>>>"})
    assert refused(form) == "XFA"
    with pytest.raises(es.PasswordError):
        signed(encrypted("R6"))


def test_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pikepdf", None)
    with pytest.raises(es.MissingExtra) as caught:
        signed(elsewhere(LETTER))
    assert "esign-core[repair]" in str(caught.value)
    assert signed(LETTER).facts.repaired is False


def test_a_page_that_came_out_otherwise_is_not_signed_there(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = elsewhere(LETTER)
    placement = es.at_tag(es.find_tags(pdf, "#"), width=80, height=80)

    def turned(*_: object) -> bytes:
        output = io.BytesIO()
        with pikepdf.open(io.BytesIO(LETTER)) as document:
            document.pages[0].rotate(90, relative=True)
            document.save(output)
        return output.getvalue()

    monkeypatch.setattr("esign_core.signing.repair._rewritten", turned)
    with pytest.raises(es.InputError) as caught:
        signed(pdf, placement=placement)
    assert caught.value.code == "OTHER_DOCUMENT"
    assert "repaired page" in str(caught.value)


def test_a_place_in_another_document_is_none_in_a_repaired_one() -> None:
    placement = es.at_tag(es.find_tags(LETTER, "#"), width=80, height=80)
    with pytest.raises(es.InputError) as caught:
        signed(elsewhere(LETTER), placement=placement)
    assert caught.value.code == "OTHER_DOCUMENT"


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken.pdf").write_bytes(elsewhere(LETTER))
    Path("ani.p12").write_bytes(authority_of("rsa").pkcs12(PASSPHRASE))
    Path("passphrase").write_text(PASSPHRASE)
    command = ["sign", "broken.pdf", "--p12", "ani.p12", "--passphrase-file", "passphrase", "-o", "out.pdf"]
    assert run(command) == 3
    assert not Path("out.pdf").exists()
    assert run([*command, "--repair"]) == 0
    assert "a repaired copy" in capsys.readouterr().out
    assert "Signature is Valid" in pdfsig(Path("out.pdf").read_bytes())
