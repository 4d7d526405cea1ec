"""Verifying through the public face: what passes, and one reason at a time why something does not."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

import esign_core as es
from corpus.byhand import ONE_PAGE, table_file
from demo import ca
from esign_core.signers.pkcs12 import Pkcs12Signer
from tests.conftest import LINK, MANIFEST, NOW, PASSPHRASE, authority_of, corpus_file, judge, signer_of
from tests.test_pdf_xref import hybrid

PASSED = es.Indication.TOTAL_PASSED
DAY = timedelta(days=1)


def signed_letter(kind: ca.KeyType = "p256", **options: Any) -> bytes:
    return es.sign(corpus_file("surat.pdf"), signer_of(kind), signing_time=NOW, **options).pdf


def codes(report: es.Report) -> set[str]:
    return {finding.code for signature in report.signatures for finding in signature.findings}


def only(report: es.Report) -> es.SignatureReport:
    (signature,) = report.signatures
    return signature


# ---- what passes


@pytest.mark.parametrize("name", MANIFEST)
@pytest.mark.parametrize("kind", ["rsa", "p256"])
def test_every_corpus_file_signed_by_us_passes(name: str, kind: ca.KeyType) -> None:
    signed = es.sign(corpus_file(name), signer_of(kind), signing_time=NOW)
    report = judge(signed.pdf, authority_of(kind))
    assert report.conclusion.passed, report.text()
    assert only(report).indication is PASSED
    assert report.policy_id == "default-2026"


@pytest.mark.parametrize("kind", ["rsa", "p256"])
def test_a_letter_signed_by_pyhanko_passes(letter: bytes, kind: ca.KeyType) -> None:
    authority = authority_of(kind)
    signer = signers.SimpleSigner.load_pkcs12_data(authority.pkcs12("x"), other_certs=[], passphrase=b"x")
    meta = signers.PdfSignatureMetadata(
        field_name="Sig", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    signed = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(letter)), meta, signer=signer).getvalue()
    report = judge(signed, authority)
    assert report.conclusion.passed, report.text()


def test_a_visible_signature_passes_and_the_report_says_where(letter: bytes) -> None:
    placement = es.at_tag(es.find_tags(letter, "#"), width=80, height=80)
    claims = es.Claims(reason="Persetujuan", location="Tirta Mulya")
    signed = es.sign(
        letter, signer_of("p256"), signing_time=NOW, placement=placement, appearance=es.qr(LINK), claims=claims
    )
    report = judge(signed.pdf, authority_of("p256"))
    value = json.loads(json.dumps(report.as_dict()))
    assert report.conclusion.passed
    assert value["conclusion"]["code"] == "VALID"
    (one,) = value["signatures"]
    assert one["page_index"] == 0
    rect = signed.facts.rect
    assert rect is not None
    assert one["box"] == pytest.approx([rect.x0, rect.y0, rect.x1, rect.y1])
    assert (one["reason"], one["location"]) == ("Persetujuan", "Tirta Mulya")
    assert one["coverage"] == {
        "byte_range": list(signed.facts.byte_range),
        "byte_range_ok": True,
        "level": "entire-file",
        "covered_until": len(signed.pdf),
    }
    assert one["level"] == "PAdES-B-B"
    assert one["integrity"]["digest_ok"] is True and one["integrity"]["signature_ok"] is True
    assert one["time"]["claimed"] == "2026-11-24T02:30:00Z" and one["time"]["claimed_source"] == "pdf-m"
    revocation = [certificate["revocation"]["status"] for certificate in one["signer"]["chain"]]
    assert revocation[:2] == ["good", "good"]


def test_the_same_document_gives_the_same_report() -> None:
    signed = signed_letter()
    assert judge(signed, authority_of("p256")) == judge(bytearray(signed), authority_of("p256"))


def test_trust_and_crls_may_be_pem() -> None:
    authority = authority_of("p256")
    report = judge(signed_letter(), authority, trust=es.Trust.from_pem(authority.root.pem + authority.intermediate.pem))
    assert report.conclusion.passed


# ---- what does not: one change each


def test_a_changed_byte() -> None:
    signed = bytearray(signed_letter())
    at = signed.index(b"/Type/Catalog") if b"/Type/Catalog" in signed else 2000
    signed[at] ^= 0x20
    report = judge(signed, authority_of("p256"))
    assert not report.conclusion.passed


@pytest.mark.parametrize("where", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_changed_byte_anywhere_in_the_content(where: float) -> None:
    letter = corpus_file("surat.pdf")
    signed = bytearray(signed_letter())
    signed[int(len(letter) * where)] ^= 1
    report = judge(signed, authority_of("p256"))
    assert not report.conclusion.passed
    if report.signatures:
        assert only(report).sub_indication == "HASH_FAILURE"
        assert only(report).indication is es.Indication.TOTAL_FAILED


def test_a_changed_signature_value() -> None:
    pdf = es.sign(corpus_file("surat.pdf"), signer_of("rsa"), signing_time=NOW)
    start = pdf.facts.byte_range[1] + 1
    digits = pdf.pdf[start : pdf.facts.byte_range[2] - 1].rstrip(b"0")
    position = start + len(digits) - 3
    changed = (
        pdf.pdf[:position] + (b"a" if pdf.pdf[position : position + 1] != b"a" else b"b") + pdf.pdf[position + 1 :]
    )
    report = judge(changed, authority_of("rsa"))
    assert only(report).sub_indication == "SIG_CRYPTO_FAILURE"
    assert report.conclusion.indication is es.Indication.TOTAL_FAILED


@pytest.mark.parametrize("tail", [b"\n", b"x", b"\n%%EOF\n", b"1 0 obj\n<<>>\nendobj\n"])
def test_bytes_after_the_last_revision(tail: bytes) -> None:
    report = judge(signed_letter() + tail, authority_of("p256"))
    assert report.conclusion.indication is es.Indication.INDETERMINATE
    assert "UNSIGNED_BYTES" in codes(report)
    assert report.as_dict()["document"]["unsigned_trailing_bytes"] == len(tail)  # type: ignore[index]


def test_a_later_revision_is_not_covered() -> None:
    second = es.sign(signed_letter(), signer_of("p256"), signing_time=NOW)
    report = judge(second.pdf, authority_of("p256"))
    first, last = report.signatures
    assert last.indication is PASSED
    assert first.indication is es.Indication.INDETERMINATE
    assert "CHANGES_NOT_EVALUATED" in {finding.code for finding in first.findings}
    assert report.conclusion.indication is es.Indication.INDETERMINATE


def test_another_root() -> None:
    stranger = ca.make_certificate(
        ca.make_name("Root CA Contoh"),  # the same name, another key
        ca.make_key("p256", "stranger"),
        issuer=None,
        serial=9,
        not_before=NOW - 100 * DAY,
        not_after=NOW + 100 * DAY,
        is_ca=True,
        usage=ca.key_usage("key_cert_sign", "crl_sign"),
    )
    report = judge(signed_letter(), authority_of("p256"), trust=es.Trust([stranger.der]))
    assert report.conclusion.indication is es.Indication.INDETERMINATE
    assert only(report).sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"


def test_no_trust_at_all() -> None:
    report = judge(signed_letter(), authority_of("p256"), trust=es.Trust([]))
    assert only(report).sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"


def crls(authority: ca.Authority, **changed: Any) -> es.Evidence:
    """The root's CRL as it should be, and the intermediate's with one thing changed."""
    good = {"this_update": NOW - DAY, "next_update": NOW + 7 * DAY}
    return es.Evidence(
        crls=[ca.make_crl(authority.root, **good), ca.make_crl(authority.intermediate, **(good | changed))]
    )


INDIRECT = x509.IssuingDistributionPoint(
    full_name=None,
    relative_name=None,
    only_contains_user_certs=False,
    only_contains_ca_certs=False,
    only_some_reasons=None,
    indirect_crl=True,
    only_contains_attribute_certs=False,
)
ONLY_CAS = x509.IssuingDistributionPoint(
    full_name=None,
    relative_name=None,
    only_contains_user_certs=False,
    only_contains_ca_certs=True,
    only_some_reasons=None,
    indirect_crl=False,
    only_contains_attribute_certs=False,
)
SOME_REASONS = x509.IssuingDistributionPoint(
    full_name=None,
    relative_name=None,
    only_contains_user_certs=False,
    only_contains_ca_certs=False,
    only_some_reasons=frozenset({x509.ReasonFlags.key_compromise}),
    indirect_crl=False,
    only_contains_attribute_certs=False,
)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"this_update": NOW - 9 * DAY, "next_update": NOW - DAY}, id="stale"),
        pytest.param({"this_update": NOW + DAY, "next_update": NOW + 7 * DAY}, id="from the future"),
        pytest.param({"signed_by": ca.make_key("p256", "stranger")}, id="badly signed"),
        pytest.param({"issuer_name": ca.make_name("CA Lain")}, id="another issuer's"),
        pytest.param({"extensions": [(INDIRECT, True)]}, id="indirect"),
        pytest.param({"extensions": [(ONLY_CAS, True)]}, id="of CA certificates only"),
        pytest.param({"extensions": [(SOME_REASONS, True)]}, id="of some reasons only"),
        pytest.param({"extensions": [(x509.DeltaCRLIndicator(1), True)]}, id="a delta"),
    ],
)
def test_a_crl_that_does_not_count(changed: dict[str, Any]) -> None:
    authority = authority_of("p256")
    assert judge(signed_letter(), authority, evidence=crls(authority)).conclusion.passed
    report = judge(signed_letter(), authority, evidence=crls(authority, **changed))
    assert report.conclusion.indication is es.Indication.INDETERMINATE
    assert only(report).sub_indication == "TRY_LATER"


def test_a_crl_that_revokes_the_signer() -> None:
    authority = authority_of("p256")
    serial = authority.signer.certificate.serial_number
    reason = x509.ReasonFlags.key_compromise
    report = judge(signed_letter(), authority, evidence=crls(authority, revoked=[(serial, NOW - DAY, reason)]))
    assert only(report).indication is es.Indication.INDETERMINATE
    assert only(report).sub_indication == "REVOKED_NO_POE"
    assert not judge(
        signed_letter(), authority, evidence=crls(authority, revoked=[(serial, NOW - DAY, reason)]),
        policy=es.Policy(revocation="if-available"),
    ).conclusion.passed  # fmt: skip


def test_a_crl_that_revokes_the_intermediate() -> None:
    authority = authority_of("p256")
    good = {"this_update": NOW - DAY, "next_update": NOW + 7 * DAY}
    evidence = es.Evidence(
        crls=[
            ca.make_crl(authority.root, revoked=[(2, NOW - DAY, None)], **good),  # type: ignore[arg-type]
            ca.make_crl(authority.intermediate, **good),  # type: ignore[arg-type]
        ]
    )
    assert only(judge(signed_letter(), authority, evidence=evidence)).sub_indication == "REVOKED_CA_NO_POE"


@pytest.mark.parametrize("given", [[], [0], [1]])
def test_a_crl_that_is_not_there(given: list[int]) -> None:
    authority = authority_of("p256")
    some = [authority.crls()[index] for index in given]
    report = judge(signed_letter(), authority, evidence=es.Evidence(crls=some))
    assert only(report).sub_indication == "TRY_LATER"
    assert judge(
        signed_letter(), authority, evidence=es.Evidence(crls=some), policy=es.Policy(revocation="not-checked")
    ).conclusion.passed


def test_a_crl_of_garbage() -> None:
    report = judge(signed_letter(), authority_of("p256"), evidence=es.Evidence(crls=[b"garbage", b""]))
    assert only(report).sub_indication == "TRY_LATER"


def test_an_ocsp_answer_is_not_judged_and_never_good() -> None:
    authority = authority_of("p256")
    report = judge(signed_letter(), authority, evidence=es.Evidence(ocsp=[b"0\x03\n\x01\x00"]))
    assert only(report).sub_indication == "TRY_LATER"
    every = codes(report) | {finding.code for finding in report.warnings}
    assert "OCSP_NOT_JUDGED" in every


@pytest.mark.parametrize("at", [NOW + 701 * DAY, NOW - 31 * DAY])
def test_outside_of_the_certificates_validity(at: datetime) -> None:
    authority = authority_of("p256")
    evidence = es.Evidence(
        crls=[
            ca.make_crl(entity, this_update=at - DAY, next_update=at + DAY)
            for entity in (authority.root, authority.intermediate)
        ]
    )
    report = judge(signed_letter(), authority, at=at, evidence=evidence)
    assert report.conclusion.indication is es.Indication.INDETERMINATE
    assert only(report).sub_indication == "OUT_OF_BOUNDS_NO_POE"


@pytest.mark.parametrize(
    "make",
    [
        pytest.param({"usage": ca.key_usage("key_encipherment")}, id="key usage"),
        pytest.param({"purposes": (ca.TIME_STAMPING,)}, id="a TSA's"),
        pytest.param({"extensions": [(x509.UnrecognizedExtension(ca.DOCUMENT_SIGNING, b"\5\0"), True)]}, id="critical"),
    ],
)
def test_a_certificate_that_may_not_sign(make: dict[str, Any]) -> None:
    authority = authority_of("p256")
    entity = ca.make_signer(authority.intermediate, NOW, "p256", **make)
    signer = Pkcs12Signer.load(ca.make_pkcs12(entity, [authority.intermediate], PASSPHRASE), passphrase=PASSPHRASE)
    relaxed = es.SigningPolicy(check_key_usage=False)
    signed = es.sign(corpus_file("surat.pdf"), signer, signing_time=NOW, policy=relaxed)
    report = judge(signed.pdf, authority)
    assert report.conclusion.indication is es.Indication.INDETERMINATE
    assert only(report).sub_indication == "CHAIN_CONSTRAINTS_FAILURE"


@pytest.mark.parametrize("names", [("digital_signature",), ("digital_signature", "key_cert_sign")])
def test_an_issuer_that_is_no_ca(names: tuple[str, ...]) -> None:
    """Not a CA by key usage, and not one by basic constraints although its key usage says so."""
    authority = authority_of("p256")
    issuer = ca.make_signer(authority.root, NOW, "p256", common_name="Bukan CA", usage=ca.key_usage(*names))
    entity = ca.make_signer(issuer, NOW, "p256", common_name="Di bawah bukan CA")
    bundle = ca.make_pkcs12(entity, [issuer], PASSPHRASE)
    signed = es.sign(corpus_file("surat.pdf"), Pkcs12Signer.load(bundle, passphrase=PASSPHRASE), signing_time=NOW)
    report = judge(signed.pdf, authority, policy=es.Policy(revocation="not-checked"))
    assert only(report).indication is es.Indication.INDETERMINATE
    assert only(report).sub_indication in ("CHAIN_CONSTRAINTS_FAILURE", "NO_CERTIFICATE_CHAIN_FOUND")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda a, b, c, d: (1, b - 1, c, d), id="does not begin at 0"),
        pytest.param(lambda a, b, c, d: (0, b - 10, c, d), id="gap larger than Contents"),
        pytest.param(lambda a, b, c, d: (0, b, c, d - 1), id="ends too early"),
        pytest.param(lambda a, b, c, d: (0, b, c, d + 10), id="ends behind the file"),
        pytest.param(lambda a, b, c, d: (0, b, b, d), id="overlaps"),
        pytest.param(lambda a, b, c, d: (0, 0, c, d), id="skips the document"),
        pytest.param(lambda a, b, c, d: (0, b, c), id="three numbers"),
    ],
)
def test_a_byte_range_of_another_shape(change: Any) -> None:
    signed = es.sign(corpus_file("surat.pdf"), signer_of("p256"), signing_time=NOW)
    old = b"[%d %d %d %d]" % signed.facts.byte_range
    new = b"[" + b" ".join(b"%d" % number for number in change(*signed.facts.byte_range)) + b"]"
    room = old + b" " * 10
    assert signed.pdf.count(room) == 1
    changed = signed.pdf.replace(room, new.ljust(len(room)))
    report = judge(changed, authority_of("p256"))
    assert not report.conclusion.passed
    assert only(report).indication is es.Indication.TOTAL_FAILED


# ---- not a document, not a signature, wrong arguments


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"%PDF-1.7\n", corpus_file("surat.pdf")[:-600], corpus_file("surat.pdf")[:5000]]
)
def test_bytes_that_are_no_pdf_get_a_report_too(data: bytes) -> None:
    report = judge(data, authority_of("p256"))
    assert report.conclusion.indication == "UNREADABLE"
    assert report.text("id") and report.as_dict()


def test_a_document_without_signature(letter: bytes) -> None:
    report = judge(letter, authority_of("p256"))
    assert report.conclusion.indication == "NO-SIGNATURE"
    assert not report.conclusion.passed


def test_wrong_arguments_raise(letter: bytes) -> None:
    authority = authority_of("p256")
    with pytest.raises(es.InputError) as caught:
        judge(letter, authority, at=datetime(2026, 11, 24))  # noqa: DTZ001
    assert caught.value.code == "NAIVE_TIME"
    with pytest.raises(es.InputError) as caught:
        judge(letter, authority, trust=es.Trust([b"no certificate"]))
    assert caught.value.code == "CERTIFICATE_MALFORMED"
    with pytest.raises(es.InputError):
        judge("a path", authority)  # type: ignore[arg-type]


def test_a_limit_is_named() -> None:
    report = judge(signed_letter(), authority_of("p256"), limits=es.Limits(objects=3))
    assert not report.conclusion.passed
    assert report.as_dict()["cost"]["limit_hit"] == "objects"  # type: ignore[index]


def test_the_signed_revision_is_what_was_signed() -> None:
    first = signed_letter()
    second = es.sign(first, signer_of("p256"), signing_time=NOW).pdf
    report = judge(second, authority_of("p256"))
    assert bytes(es.signed_revision(second, report.signatures[0])) == first
    assert bytes(es.signed_revision(second, report.signatures[1])) == second


def test_a_hybrid_file_never_passes() -> None:
    """Old readers do not see what its stream lists: they may be shown another document."""
    plain = es.sign(table_file(ONE_PAGE), signer_of("p256"), signing_time=NOW).pdf
    assert judge(plain, authority_of("p256")).conclusion.passed
    report = judge(es.sign(hybrid(), signer_of("p256"), signing_time=NOW).pdf, authority_of("p256"))
    assert report.conclusion.indication == "INDETERMINATE"
    assert [finding.code for finding in report.signatures[0].findings] == ["HYBRID_NOT_JUDGED"]
