"""What we sign, judged by programs that are not ours: poppler, qpdf, openssl, pyHanko, QR decoders."""

from __future__ import annotations

import pytest

import esign_core as es
from demo.ca import Authority
from esign_core.signers.pkcs12 import Pkcs12Signer
from tests import tools
from tests.conftest import LINK, MANIFEST, NOW, authority_of, corpus_file, signer_of

LOOKS = ("qr", "invisible")


def sign_letter(pdf: bytes, signer: es.Signer, look: str) -> es.Signed:
    if look == "invisible":
        return es.sign(pdf, signer, signing_time=NOW)
    placement = es.at_tag(es.find_tags(pdf, "#"), width=80, height=80)
    return es.sign(pdf, signer, signing_time=NOW, placement=placement, appearance=es.qr(LINK))


@pytest.mark.parametrize("look", LOOKS)
def test_poppler(letter: bytes, signer: Pkcs12Signer, look: str) -> None:
    printed = tools.pdfsig(sign_letter(letter, signer, look).pdf)
    assert "Signature is Valid" in printed
    assert "Total document signed" in printed
    assert "Signature Type: ETSI.CAdES.detached" in printed
    assert "Hash Algorithm: SHA-256" in printed


@pytest.mark.parametrize("look", LOOKS)
def test_poppler_sees_a_changed_byte(letter: bytes, signer: Pkcs12Signer, look: str) -> None:
    changed = bytearray(sign_letter(letter, signer, look).pdf)
    changed[1000] ^= 1
    assert "Signature is Valid" not in tools.pdfsig(bytes(changed))


@pytest.mark.parametrize("look", LOOKS)
def test_openssl(letter: bytes, signer: Pkcs12Signer, authority: Authority, look: str) -> None:
    signed = sign_letter(letter, signer, look)
    assert tools.openssl_cms(signed.pdf, signed.facts, authority.root.pem, NOW) == ""
    stranger = authority_of("p256" if authority is authority_of("rsa") else "rsa")
    assert tools.openssl_cms(signed.pdf, signed.facts, stranger.root.pem, NOW) != ""


@pytest.mark.parametrize("look", LOOKS)
def test_qpdf(letter: bytes, signer: Pkcs12Signer, look: str) -> None:
    assert tools.qpdf_problems(sign_letter(letter, signer, look).pdf) == ""


@pytest.mark.parametrize("look", LOOKS)
def test_pyhanko(letter: bytes, signer: Pkcs12Signer, authority: Authority, look: str) -> None:
    signed = sign_letter(letter, signer, look)
    assert tools.pyhanko_verdicts(signed.pdf, authority.root.der, authority.crls(), NOW) == [True]


def test_the_qr_code_reads_from_the_page(letter: bytes, signer: Pkcs12Signer) -> None:
    signed = sign_letter(letter, signer, "qr").pdf
    assert tools.qr_texts(tools.pdfium_page(signed)) == [LINK]
    assert tools.qr_texts(tools.poppler_page(signed)) == [LINK]


@pytest.mark.parametrize("name", MANIFEST)
def test_every_corpus_file(name: str) -> None:
    signed = es.sign(corpus_file(name), signer_of("p256"), signing_time=NOW)
    assert "Signature is Valid" in tools.pdfsig(signed.pdf)
    assert tools.qpdf_problems(signed.pdf) == ""
    authority = authority_of("p256")
    assert tools.pyhanko_verdicts(signed.pdf, authority.root.der, authority.crls(), NOW) == [True]


@pytest.mark.parametrize("name", ["surat_dua.pdf", "surat_tugas.pdf", "surat_tex.pdf", "form_indirect.pdf"])
def test_three_signatures_at_positions_computed_before_the_first(name: str) -> None:
    pdf = corpus_file(name)
    found = es.find_tags(pdf, "#")
    places = [es.at_tag(found, width=40, height=40, offset=(50 * step, 0)) for step in range(3)]
    authority = authority_of("p256")
    for place in places:
        pdf = es.sign(pdf, signer_of("p256"), signing_time=NOW, placement=place, appearance=es.qr(LINK)).pdf
    assert tools.pdfsig(pdf).count("Signature is Valid") == 3
    assert tools.pyhanko_verdicts(pdf, authority.root.der, authority.crls(), NOW) == [True, True, True]
    assert tools.qpdf_problems(pdf) == ""
