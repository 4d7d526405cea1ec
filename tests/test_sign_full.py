"""Documents that only `sign` signs, by pyHanko: encrypted for certificates, or guarded by an authentication code.

pdfsig and qpdf open neither; pyHanko's own validation judges, openssl the CMS.
"""

from __future__ import annotations

import asyncio
import builtins
import io
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from pyhanko.pdf_utils.crypt import AuthStatus, PubKeySecurityHandler, SimpleEnvelopeKeyDecrypter
from pyhanko.pdf_utils.crypt.pubkey import RecipientEncryptionPolicy
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

import esign_core as es
from esign_core.files import sign_file
from esign_core.signers.pkcs12 import Pkcs12Recipient
from tests import tools
from tests.conftest import LINK, NOW, authority_of, corpus_file, signer_of

BOX = es.at_view(0, es.ViewRect(100, 600, 60, 60))
KINDS = ["certificates", "code", "certificates and code"]


@cache
def bundle(kind: Any = "rsa") -> bytes:
    return authority_of(kind).pkcs12("x")


def recipient() -> Pkcs12Recipient:
    return Pkcs12Recipient.load(bundle(), passphrase="x")


def credential() -> SimpleEnvelopeKeyDecrypter:
    opened = pkcs12.load_pkcs12(bundle(), b"x")
    assert opened.key is not None
    der = opened.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleEnvelopeKeyDecrypter(x509.Certificate.load(recipient().certificate), keys.PrivateKeyInfo.load(der))


@cache
def locked(kind: str) -> bytes:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(corpus_file("surat.pdf"))))
    if kind == "code":
        writer.encrypt(owner_pass="o", user_pass="u", pdf_mac=True)
    else:
        handler = PubKeySecurityHandler.build_from_certs(
            [x509.Certificate.load(recipient().certificate)],
            use_aes=True,
            use_crypt_filters=True,
            policy=RecipientEncryptionPolicy(ignore_key_usage=True),
            pdf_mac=kind == "certificates and code",
        )
        writer._assign_security_handler(handler)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def how(kind: str) -> dict[str, Any]:
    return {"password": "u"} if kind == "code" else {"recipient": recipient()}


def signed(pdf: bytes, kind: str, **more: Any) -> es.Signed:
    return es.sign(pdf, signer_of("p256"), signing_time=NOW, **how(kind), **more)


def opened(pdf: bytes, kind: str) -> PdfFileReader:
    reader = PdfFileReader(io.BytesIO(pdf))
    result = reader.decrypt("u") if kind == "code" else reader.decrypt_pubkey(credential())
    assert result.status is not AuthStatus.FAILED  # which it is where an authentication code is wrong
    return reader


def verdicts(pdf: bytes, kind: str) -> list[tuple[bool, str]]:
    authority = authority_of("p256")
    found = []
    for item in opened(pdf, kind).embedded_regular_signatures:
        context = ValidationContext(  # anew, as it learns certificates of each
            trust_roots=[x509.Certificate.load(authority.root.der)],
            crls=[asn1_crl.CertificateList.load(one) for one in authority.crls()],
            moment=NOW,
            allow_fetching=False,
            revocation_mode="require",
        )
        status = validate_pdf_signature(item, context, key_usage_settings=None)
        found.append((status.bottom_line, status.coverage.name))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_pyhanko_validates_it(kind: str) -> None:
    pdf = locked(kind)
    once = signed(pdf, kind, claims=es.Claims(reason="Disetujui"))
    assert once.pdf.startswith(pdf) and (once.facts.path, once.facts.level) == ("full", "PAdES-B-B")
    assert verdicts(once.pdf, kind) == [(True, "ENTIRE_FILE")]
    field = opened(once.pdf, kind).embedded_regular_signatures[0]
    assert (field.field_name, str(field.sig_object["/M"])) == (once.facts.field, "D:20261124093000+07'00'")
    assert b"Disetujui" not in once.pdf  # it is encrypted, as all that the document says
    authority = authority_of("p256")
    assert tools.openssl_cms(once.pdf, once.facts, authority.root.pem, NOW) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_and_a_second_signature(kind: str) -> None:
    """The first one stays valid, with no disallowed change; the box is where it was meant."""
    once = signed(locked(kind), kind, placement=BOX, appearance=es.qr(LINK))
    assert once.facts.rect is not None
    twice = signed(once.pdf, kind, placement=es.at_view(0, es.ViewRect(300, 600, 60, 60)))
    assert [line for line, _ in verdicts(twice.pdf, kind)] == [True, True]
    widget = opened(once.pdf, kind).embedded_regular_signatures[0].sig_field
    rect = once.facts.rect
    assert [float(side) for side in widget["/Rect"]] == pytest.approx([rect.x0, rect.y0, rect.x1, rect.y1], abs=0.01)
    if kind == "code":  # which PDFium can open
        import pypdfium2

        document = pypdfium2.PdfDocument(once.pdf, password="u")
        document.init_forms()
        pixels = tools.pixels(document[0].render(scale=4, may_draw_forms=True).to_pil())
        assert tools.qr_texts(pixels) == [LINK]


def test_asign_signs_it_too() -> None:
    class Awaited:
        def __init__(self) -> None:
            inner = signer_of("p256")
            self.certificate, self.chain, self.mechanism, self._inner = (
                inner.certificate,
                inner.chain,
                inner.mechanism,
                inner,
            )

        async def asign(self, tbs: es.ToBeSigned, /) -> bytes:
            return self._inner.sign(tbs)

    made = asyncio.run(es.asign(locked("code"), Awaited(), signing_time=NOW, password="u"))
    assert verdicts(made.pdf, "code") == [(True, "ENTIRE_FILE")]


def test_prepare_says_who_can() -> None:
    for kind in KINDS:
        password = how(kind).get("password")
        with pytest.raises(es.PdfError, match="`sign` signs it") as caught:
            es.prepare(locked(kind), signer_of("p256"), signing_time=NOW, password=password)
        assert caught.value.code == "NEEDS_SIGN"


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_open_it(kind: str) -> None:
    other = Pkcs12Recipient.load(authority_of("rsa").pkcs12("x"), passphrase="x")
    assert other.certificate == recipient().certificate  # the authority is one of a kind
    with pytest.raises(es.PasswordError) as caught:
        es.sign(locked(kind), signer_of("p256"), signing_time=NOW, password="wrong")
    assert caught.value.code == ("PASSWORD" if kind == "code" else "RECIPIENT")


def test_another_recipient() -> None:
    class Stranger:
        certificate = authority_of("p256").root.der

        def decrypt(self, encrypted_key: bytes, /) -> bytes:
            raise AssertionError("nothing is for this one")

    with pytest.raises(es.PasswordError) as caught:
        es.sign(locked("certificates"), signer_of("p256"), signing_time=NOW, recipient=Stranger())
    assert caught.value.code == "RECIPIENT"


@pytest.mark.parametrize(
    "wanted",
    [
        {"intent": es.Certify()},
        {"intent": es.Approve(lock=es.Lock("all"))},
        {"subfilter": "adbe.pkcs7.detached"},
        {"placement": BOX, "appearance": es.qr(LINK), "copies": [BOX]},
        {"placement": es.at_field("x")},
    ],
)
def test_what_is_not_written_there_is_refused_and_not_forgotten(wanted: dict[str, Any]) -> None:
    with pytest.raises(es.InputError) as caught:
        signed(locked("code"), "code", **wanted)
    assert caught.value.code == "FULL_PATH"


def test_a_tampered_document_is_not_signed() -> None:
    """Its authentication code says so."""
    pdf = bytearray(locked("code"))
    at = pdf.index(b"stream", 2000) + 60
    pdf[at] ^= 1
    with pytest.raises(es.PdfError) as caught:
        signed(bytes(pdf), "code")
    assert caught.value.code in ("PASSWORD", "FULL_PATH")


def test_without_pyhanko(monkeypatch: pytest.MonkeyPatch) -> None:
    load = builtins.__import__

    def missing(name: str, *given: Any, **more: Any) -> Any:
        if name.startswith("pyhanko"):
            raise ImportError(name)
        return load(name, *given, **more)

    pdf = locked("code")
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(es.MissingExtra, match=r"pip install 'esign-core\[full\]'"):
        signed(pdf, "code")


def test_a_recipient_keeps_its_secrets() -> None:
    import pickle

    assert "certificate" not in repr(recipient()) and "object at" not in repr(recipient())
    with pytest.raises(TypeError, match="does not pickle"):
        pickle.dumps(recipient())
    with pytest.raises(es.CredentialRejected) as caught:
        recipient().decrypt(b"x")
    assert caught.value.code == "RECIPIENT"
    with pytest.raises(es.InputError) as unfit:
        Pkcs12Recipient.load(bundle("p256"), passphrase="x")
    assert unfit.value.code == "KEY_UNSUPPORTED"


def test_a_file_is_signed_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    for kind in KINDS:
        path.write_bytes(locked(kind))
        done = sign_file(path, signer_of("p256"), signing_time=NOW, **how(kind))
        assert done.facts.path == "full" and verdicts(path.read_bytes(), kind) == [(True, "ENTIRE_FILE")]


@pytest.mark.parametrize("permission", [1, 2])
def test_what_an_earlier_certification_forbids(permission: int) -> None:
    """As on the lean path: nothing at all, or a new visible field."""
    writer = IncrementalPdfFileWriter(io.BytesIO(locked("code")))
    writer.encrypt("u")
    own = signers.SimpleSigner.load_pkcs12_data(bundle(), other_certs=[], passphrase=b"x")
    meta = signers.PdfSignatureMetadata(
        "Cert", certify=True, docmdp_permissions=MDPPerm(permission), md_algorithm="sha256"
    )
    certified = signers.sign_pdf(writer, meta, signer=own).getvalue()
    for visible in (False, True):
        more = {"placement": BOX} if visible else {}
        if permission == 1 or visible:
            with pytest.raises(es.DocumentLocked) as caught:
                signed(certified, "code", **more)
            assert caught.value.field == "Cert"
        else:
            assert verdicts(signed(certified, "code").pdf, "code")[-1] == (True, "ENTIRE_FILE")


def test_a_place_that_is_none() -> None:
    other = es.Placement(0, es.Rect(100, 100, 160, 160), document_sha256="0" * 64, document_length=9)
    cases: list[tuple[es.Placement, str]] = [
        (other, "OTHER_DOCUMENT"),
        (es.at_view(7, es.ViewRect(1, 1, 9, 9)), "PAGE_OUT_OF_RANGE"),
        (es.at_rect(0, es.Rect(9000, 0, 9010, 10)), "OFF_PAGE"),
        (
            replace(other, treatment="cover", tag_box=es.Rect(1, 1, 9, 9), tag_text="#"),
            "TREATMENT",
        ),
    ]
    for placement, code in cases:
        with pytest.raises(es.EsignError) as caught:
            signed(locked("code"), "code", placement=placement)
        assert caught.value.code == code
    once = signed(locked("code"), "code", placement=BOX)
    with pytest.raises(es.PlacementError) as caught:
        signed(once.pdf, "code", placement=BOX)
    assert caught.value.code == "OVERLAP"
