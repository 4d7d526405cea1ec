"""What goes wrong in daily use: each has a code of its own and a message that says what to do."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pikepdf
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

import esign_core as es
from demo import ca
from esign_core.signers.pkcs12 import Pkcs12Signer
from tests.conftest import LINK, NOW, PASSPHRASE, authority_of, corpus_file, signer_of

LETTER = corpus_file("surat.pdf")


def sign(
    pdf: bytes = LETTER,
    entity: ca.Entity | None = None,
    placement: es.Placement | None = None,
    password: str | None = None,
) -> None:
    signer = signer_of("p256")
    if entity is not None:
        bundle = ca.make_pkcs12(entity, [authority_of("p256").intermediate], PASSPHRASE)
        signer = Pkcs12Signer.load(bundle, passphrase=PASSPHRASE)
    appearance = es.qr(LINK) if placement else None
    es.sign(pdf, signer, signing_time=NOW, placement=placement, appearance=appearance, password=password)


def person(**changed: object) -> ca.Entity:
    return ca.make_signer(authority_of("p256").intermediate, NOW, "p256", **changed)  # type: ignore[arg-type]


def mismatched() -> None:
    class Key:
        certificate = authority_of("p256").signer.der
        chain = ()
        mechanism = es.Mechanism("ecdsa")

        def sign(self, tbs: es.ToBeSigned, /) -> bytes:
            return ec.generate_private_key(ec.SECP256R1()).sign(tbs.data, ec.ECDSA(hashes.SHA256()))

    es.sign(LETTER, Key(), signing_time=NOW)


CASES: dict[str, tuple[type[es.EsignError], str, Callable[[], object]]] = {
    "empty": (es.PdfError, "EMPTY", lambda: sign(b"")),
    "not a PDF": (es.PdfError, "NOT_A_PDF", lambda: sign(b"PK\x03\x04 a letter in another format")),
    "truncated": (es.PdfError, "TRUNCATED", lambda: sign(LETTER[:-700])),
    "tag absent": (es.TagNotFound, "TAG_NOT_FOUND", lambda: es.at_tag(es.find_tags(LETTER, "~"), width=80, height=80)),
    "tag ambiguous": (
        es.TagAmbiguous,
        "TAG_AMBIGUOUS",
        lambda: es.at_tag(es.find_tags(LETTER, "a"), width=9, height=9),
    ),
    "page out of range": (
        es.PlacementError,
        "PAGE_OUT_OF_RANGE",
        lambda: sign(placement=es.at_rect(7, es.Rect(0, 0, 9, 9))),
    ),
    "box off the page": (es.PlacementError, "OFF_PAGE", lambda: sign(placement=es.at_rect(0, es.Rect(580, 0, 620, 9)))),
    "QR content too long": (es.AppearanceError, "QR_TOO_LONG", lambda: es.qr("x" * 3000)),
    "wrong passphrase": (
        es.CredentialRejected,
        "PASSPHRASE_WRONG",
        lambda: Pkcs12Signer.load(authority_of("p256").pkcs12("right"), passphrase="wrong"),
    ),
    "expired": (es.CertificateUnfit, "CERTIFICATE_EXPIRED", lambda: sign(entity=person(not_after=NOW - timedelta(1)))),
    "not yet valid": (
        es.CertificateUnfit,
        "CERTIFICATE_NOT_YET_VALID",
        lambda: sign(entity=person(not_before=NOW + timedelta(1))),
    ),
    "key usage": (es.CertificateUnfit, "KEY_USAGE", lambda: sign(entity=person(usage=ca.key_usage("key_agreement")))),
    "key does not match": (es.SignerError, "VALUE_DOES_NOT_FIT", mismatched),
    "wrong password": (es.PasswordError, "PASSWORD", lambda: sign(encrypted(), password="z")),
}


def encrypted() -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(LETTER)) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(owner="x", user="y"))
    return output.getvalue()


@pytest.mark.parametrize("name", CASES)
def test_each_has_its_error_and_code(name: str) -> None:
    kind, code, call = CASES[name]
    with pytest.raises(es.EsignError) as caught:
        call()
    assert type(caught.value) is kind
    assert caught.value.code == code
    assert len(str(caught.value)) > 20 and "Traceback" not in str(caught.value)


def test_no_two_share_a_code() -> None:
    codes = [code for _, code, _ in CASES.values()]
    assert len(codes) == len(set(codes))
