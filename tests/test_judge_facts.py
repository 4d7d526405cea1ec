"""Gathering facts: coverage, digests, dates, and what a hostile or damaged document becomes in the report."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import esign_core as es
from demo import ca
from esign_core.document.revisions import RevisionSpan
from esign_core.document.signatures import SignatureValue
from esign_core.errors import LimitExceeded
from esign_core.finding import Finding
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pki.certificate import Certificate, parse_certificate
from esign_core.pki.cms_read import CmsSignature, read_signed_data
from esign_core.pki.revocation import check_crl
from esign_core.signers.pkcs12 import Pkcs12Signer
from esign_core.verifying import chains, verifier
from esign_core.verifying import gather as gathering
from esign_core.verifying.coverage import extent_of
from esign_core.verifying.dates import parse_date
from esign_core.verifying.hashing import HASHES, Covered, hash_once
from tests.conftest import NOW, PASSPHRASE, authority_of, corpus_file, judge, signer_of
from tests.test_report import SCHEMA

FAILED, OPEN = es.Indication.TOTAL_FAILED, es.Indication.INDETERMINATE
AUTHORITY = authority_of("p256")
SIGNER = parse_certificate(AUTHORITY.signer.der).label


def signed_letter(times: int = 1) -> bytes:
    pdf = corpus_file("surat.pdf")
    for _ in range(times):
        pdf = es.sign(pdf, signer_of("p256"), signing_time=NOW).pdf
    return pdf


def replaced(pdf: bytes, old: bytes, new: bytes) -> bytes:
    """`old` replaced at its last place by `new`, padded to the same length."""
    assert len(new) <= len(old)
    at = pdf.rindex(old)
    return pdf[:at] + new.ljust(len(old)) + pdf[at + len(old) :]


def codes(report: es.Report) -> list[str]:
    return [finding.code for signature in report.signatures for finding in signature.findings]


# ---- coverage: the file is 20 "%" signs, revisions end at 8 and 16, /Contents is bytes 10 to 14

BUFFER = memoryview(b"%" * 20)
REVISIONS = (RevisionSpan(0, 0, 8, ()), RevisionSpan(1, 8, 16, ()))


def value(*byte_range: int, span: tuple[int, int] | None = (10, 14)) -> SignatureValue:
    return SignatureValue(None, {}, "Sig", "ETSI.CAdES.detached", byte_range, b"", span, 9)


@pytest.mark.parametrize(
    ("signature", "code"),
    [
        (value(), "BYTE_RANGE_MALFORMED"),
        (value(0, 10, 14), "BYTE_RANGE_MALFORMED"),
        (value(0, 10, 14, 2, 16, 1), "BYTE_RANGE_MALFORMED"),
        (value(0, 10, 14, -2), "BYTE_RANGE_MALFORMED"),
        (value(1, 9, 14, 2), "BYTE_RANGE_START"),
        (value(0, 10, 14, 7), "BYTE_RANGE_OUTSIDE"),
        (value(0, 9, 14, 2), "BYTE_RANGE_GAP"),
        (value(0, 10, 15, 2), "BYTE_RANGE_GAP"),
        (value(0, 11, 13, 2), "BYTE_RANGE_GAP"),
        (value(0, 14, 10, 2), "BYTE_RANGE_GAP"),
        (value(0, 10, 14, 2, span=None), "CONTENTS_MALFORMED"),
    ],
)
def test_a_byte_range_that_is_none(signature: SignatureValue, code: str) -> None:
    extent = extent_of(signature, BUFFER, REVISIONS)
    assert [problem.code for problem in extent.problems] == [code]
    assert not extent.coverage.byte_range_ok
    assert extent.coverage.level == "unclear"


@pytest.mark.parametrize(
    ("end", "buffer", "level", "later_bytes", "later_revisions"),
    [
        (20, BUFFER, "entire-file", 0, 0),
        (16, BUFFER, "entire-revision", 4, 0),
        (15, memoryview(b"%" * 15 + b"\n%%%%"), "entire-revision", 5, 0),
        (17, memoryview(b"%" * 16 + b"\n%%%"), "entire-revision", 3, 0),
        (15, BUFFER, "partial", 5, 0),
        (17, BUFFER, "partial", 3, 0),
        (14, BUFFER, "partial", 6, 0),
    ],
)
def test_coverage(end: int, buffer: memoryview, level: str, later_bytes: int, later_revisions: int) -> None:
    extent = extent_of(value(0, 10, 14, end - 14), buffer, REVISIONS)
    assert extent.coverage.byte_range_ok and not extent.problems
    assert (extent.coverage.level, extent.coverage.covered_until) == (level, end)
    assert (extent.revision, extent.later_bytes, extent.later_revisions) == (1, later_bytes, later_revisions)


def test_coverage_of_an_earlier_revision() -> None:
    extent = extent_of(value(0, 2, 6, 2, span=(2, 6)), BUFFER, REVISIONS)
    assert (extent.coverage.level, extent.revision) == ("entire-revision", 0)
    assert (extent.later_bytes, extent.later_revisions) == (12, 1)


def test_coverage_without_clear_revisions() -> None:
    assert extent_of(value(0, 10, 14, 2), BUFFER, None).coverage.level == "unclear"
    assert extent_of(value(0, 10, 14, 6), BUFFER, None).coverage.level == "entire-file"


# ---- digests


@given(
    data=st.binary(max_size=300),
    cuts=st.lists(
        st.tuples(st.sampled_from(sorted(HASHES - {"shake256"})), st.integers(0, 300), st.integers(0, 300)), max_size=8
    ),
)
def test_one_pass_gives_every_digest(data: bytes, cuts: list[tuple[str, int, int]]) -> None:
    size = len(data)
    ranges = [Covered(name, min(a, b, size), min(max(a, b), size), size) for name, a, b in cuts]
    found = hash_once(memoryview(data), ranges, DEFAULT_LIMITS)
    assert found.document == hashlib.sha256(data).digest()
    for covered in ranges:
        kept = data[: covered.gap_start] + data[covered.gap_end : covered.end]
        assert found.covered[covered] == hashlib.new(covered.hash, kept).digest()


def test_shake256_has_512_bits() -> None:
    found = hash_once(memoryview(b"abc"), [Covered("shake256", 1, 2, 3)], DEFAULT_LIMITS)
    assert found.covered[Covered("shake256", 1, 2, 3)] == hashlib.shake_256(b"ac").digest(64)


def test_signatures_in_revisions_cost_little_more_than_the_file() -> None:
    pdf = signed_letter(5)
    report = judge(pdf, AUTHORITY)
    assert len(report.signatures) == 5
    assert report.cost.bytes_hashed < 1.1 * len(pdf)


def test_ranges_that_ask_for_too_much_are_not_hashed() -> None:
    with pytest.raises(LimitExceeded):
        hash_once(memoryview(bytes(100)), [Covered("sha256", n, n, 100) for n in range(9)], Limits(hashed_bytes=800))
    pdf = signed_letter()
    report = judge(pdf, AUTHORITY, limits=Limits(hashed_bytes=100))
    assert (report.conclusion.indication, report.conclusion.code) == (OPEN, "LIMIT")
    assert report.cost.limit_hit == "hashed_bytes"
    assert report.document.sha256 == hashlib.sha256(pdf).hexdigest()


# ---- dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("D:20261123120000Z", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("D:20261123120000Z00'00'", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("D:20261123190000+07'00'", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("D:20261123083000-03'30", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("D:20261123120000", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("20261123", datetime(2026, 11, 23, tzinfo=UTC)),
        ("D:2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("D:20261323", None),
        ("D:00010101000000+14'00'", None),
        ("D:20260101000000+99'99'", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(text: str, expected: datetime | None) -> None:
    assert parse_date(text) == expected


# ---- whole documents


def test_a_real_report_fits_the_schema_and_pickles() -> None:
    report = judge(signed_letter(2), AUTHORITY)
    jsonschema.validate(report.as_dict(), SCHEMA)
    assert pickle.loads(pickle.dumps(report)) == report
    assert [revision.kind for revision in report.revisions] == ["base", "signature", "signature"]
    assert [signature.revision for signature in report.signatures] == [1, 2]
    assert report.revisions[-1].end == len(signed_letter(2))


def test_a_damaged_signature_is_listed() -> None:
    pdf = signed_letter()
    at = pdf.rindex(b"/Contents<") + 40
    report = judge(pdf[:at] + b"!" + pdf[at + 1 :], AUTHORITY)
    (signature,) = report.signatures
    assert (signature.indication, signature.sub_indication) == (FAILED, "FORMAT_FAILURE")
    assert signature.findings[0].code == "SIGNATURE_NOT_READ"
    assert report.warnings == ()
    assert signature.field


def test_bytes_behind_the_padding_are_not_covered_by_anything() -> None:
    pdf = signed_letter()
    end = pdf.rindex(b"0>>>")
    assert judge(pdf, AUTHORITY).conclusion.passed
    report = judge(pdf[:end] + b"1" + pdf[end + 1 :], AUTHORITY)
    assert codes(report) == ["CMS_TRAILING_BYTES"]
    assert report.conclusion.indication is OPEN


def test_a_value_that_is_no_cms() -> None:
    pdf = replaced(signed_letter(), b"/Contents<30", b"/Contents<31")
    report = judge(pdf, AUTHORITY)
    assert codes(report) == ["CMS_MALFORMED"]
    assert report.conclusion.indication is FAILED
    assert es.signed_revision(pdf, report.signatures[0]) == pdf


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (lambda cms: {"encapsulated": b""}, "CMS_ENCAPSULATED"),
        (lambda cms: {"content_type": "1.2.3"}, "CMS_CONTENT_TYPE"),
        (lambda cms: {"attribute_content_type": None}, "CMS_CONTENT_TYPE"),
        (lambda cms: {"signer_count": 2}, "SIGNER_COUNT"),
        (lambda cms: {"message_digest": None}, "CMS_MALFORMED"),
        (lambda cms: {"message_digest": bytes(32)}, "DIGEST_DIFFERS"),
        (lambda cms: {"value": cms.value[:-1] + bytes([cms.value[-1] ^ 1])}, "SIGNATURE_VALUE_WRONG"),
        (lambda cms: {"signed_attributes": cms.signed_attributes + b"\0"}, "SIGNATURE_VALUE_WRONG"),
        (lambda cms: {"signed_attributes": None}, "SIGNED_ATTRIBUTES_MISSING"),
        (lambda cms: {"certificates": ()}, "SIGNING_CERTIFICATE_NOT_FOUND"),
        (lambda cms: {"certificates": tuple(one for one in cms.certificates if not one.is_ca)}, "NO_PATH"),
        (
            lambda cms: {"signing_certificate": replace(cms.signing_certificate, digest=bytes(32))},
            "SIGNING_CERTIFICATE_MISMATCH",
        ),
        (lambda cms: {"signing_certificate": None}, "SIGNING_CERTIFICATE_ATTRIBUTE_MISSING"),
        (lambda cms: {"policy_oid": "1.2.3"}, "SIGNATURE_POLICY_NOT_JUDGED"),
        (lambda cms: {"algorithm": replace(cms.algorithm, scheme=None)}, "ALGORITHM_NOT_SUPPORTED"),
        (lambda cms: {"digest_algorithm": "1.2.3"}, "DIGEST_NOT_CHECKED"),
        (lambda cms: {"digest_algorithm": "sha512"}, "DIGEST_DIFFERS"),
        (lambda cms: {"trailing": b"x"}, "CMS_TRAILING_BYTES"),
        (lambda cms: {"findings": (Finding.of("CMS_MALFORMED", why="x"),)}, "CMS_MALFORMED"),
        (lambda cms: {"timestamps": (b"",)}, "TIMESTAMP_NOT_JUDGED"),
        (lambda cms: {"ocsps": (b"",)}, "OCSP_NOT_JUDGED"),
        (lambda cms: {"crls": (b"",)}, "EMBEDDED_CRL_NOT_JUDGED"),
        (
            lambda cms: {"findings": (Finding.of("CMS_ATTRIBUTE_UNREADABLE", oid="1", why="x"),)},
            "CMS_ATTRIBUTE_UNREADABLE",
        ),
    ],
)
def test_each_fact_of_the_cms_reaches_the_judge(
    monkeypatch: pytest.MonkeyPatch, changes: Callable[[CmsSignature], dict[str, Any]], code: str
) -> None:
    def changed(contents: bytes, limits: Limits) -> CmsSignature:
        cms = read_signed_data(contents, limits)
        return replace(cms, **changes(cms))

    pdf = signed_letter()
    assert judge(pdf, AUTHORITY).conclusion.passed
    monkeypatch.setattr(gathering, "read_signed_data", changed)
    report = judge(pdf, AUTHORITY)
    assert codes(report)[0] == code
    assert report.conclusion.passed == (report.signatures[0].findings[0].severity == "info")


def test_damage_behind_the_signature_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        raise es.PdfError("/M cannot be read")

    monkeypatch.setattr(gathering, "described", broken)
    report = judge(signed_letter(), AUTHORITY)
    assert codes(report)[0] == "SIGNATURE_NOT_READ"
    assert report.conclusion.indication is FAILED


def test_what_the_policy_does_not_check_is_not_in_the_text() -> None:
    pdf = signed_letter()
    assert "revocation of" in judge(pdf, AUTHORITY).text()
    assert "revocation of" not in judge(pdf, AUTHORITY, policy=es.Policy(revocation="not-checked")).text()


def test_one_certificate_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counting(certificate: Certificate, *rest: Any) -> Any:
        asked.append(certificate.sha256)
        return check_crl(certificate, *rest)

    monkeypatch.setattr(chains, "check_crl", counting)
    other = ca.make_signer(AUTHORITY.intermediate, NOW, "p256", common_name="Budi")
    bundle = ca.make_pkcs12(other, [AUTHORITY.intermediate], PASSPHRASE)
    pdf = es.sign(signed_letter(2), Pkcs12Signer.load(bundle, passphrase=PASSPHRASE), signing_time=NOW).pdf
    report = judge(pdf, AUTHORITY)
    assert [signature.signer.name for signature in report.signatures][1:] == [SIGNER, "Budi"]
    assert len(asked) == len(set(asked)) == 3  # two signers and the CA above both


def test_another_format_is_not_judged() -> None:
    report = judge(replaced(signed_letter(), b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1"), AUTHORITY)
    (signature,) = report.signatures
    assert (signature.indication, signature.level) == (OPEN, "X509-RSA-SHA1")
    assert codes(report) == ["SUBFILTER_NOT_JUDGED"]


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"/ETSI.CAdES.detached", b"/ETSI.RFC3161"), (b"/Type/Sig/Filter/Adobe.PPKLite", b"/Type/DocTimeStamp")],
)
def test_a_document_timestamp_is_listed_and_makes_nothing_pass(old: bytes, new: bytes) -> None:
    report = judge(replaced(signed_letter(), old, new), AUTHORITY)
    assert report.conclusion.indication == "NO-SIGNATURE"
    (timestamp,) = report.timestamps
    assert timestamp.indication == "INDETERMINATE"
    assert [finding.code for finding in timestamp.findings] == ["TIMESTAMP_NOT_JUDGED"]
    assert report.revisions[1].kind == "document-timestamp"
    jsonschema.validate(report.as_dict(), SCHEMA)


def test_a_signature_that_no_field_leads_to_is_not_silent() -> None:
    pdf = signed_letter()
    hidden = replaced(pdf, b"/FT/Sig", b"/FT/Tx ") if b"/FT/Sig" in pdf else replaced(pdf, b"/FT /Sig", b"/FT /Tx")
    report = judge(hidden, AUTHORITY)
    assert report.conclusion.indication == "NO-SIGNATURE"
    assert [(finding.code, finding.args["count"]) for finding in report.warnings] == [("SIGNATURES_UNLISTED", 1)]
    assert judge(pdf, AUTHORITY).warnings == ()


def test_pages_that_cannot_be_listed_are_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(file: object) -> Any:
        raise es.PdfError("no pages", code="PAGE_TREE")

    monkeypatch.setattr(gathering, "pages", broken)
    report = judge(signed_letter(), AUTHORITY)
    assert codes(report) == ["PAGES_NOT_READ"]
    assert not report.conclusion.passed


# ---- nothing is raised for any bytes


@pytest.mark.parametrize(
    ("error", "code", "limit"),
    [
        (RuntimeError("x"), "INTERNAL", None),
        (RecursionError(), "LIMIT", "recursion"),
        (MemoryError(), "LIMIT", "memory"),
    ],
)
def test_what_nobody_foresaw_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, error: Exception, code: str, limit: str | None
) -> None:
    def failing(*_: object) -> Any:
        raise error

    for module, name in ((gathering, "examined"), (gathering, "read_signed_data"), (verifier, "gather")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, failing)
            report = judge(signed_letter(), AUTHORITY)
        assert (report.conclusion.indication, report.conclusion.code) == (OPEN, code)
        found = [*codes(report), *(finding.code for finding in report.warnings)]
        assert found[0] == code
        assert report.cost.limit_hit == limit
        jsonschema.validate(report.as_dict(), SCHEMA)


@given(data=st.binary(max_size=200), place=st.integers(0, 10_000), length=st.integers(0, 40))
def test_mutants_of_the_tail_never_pass_and_never_raise(data: bytes, place: int, length: int) -> None:
    pdf = signed_letter()
    at = max(len(corpus_file("surat.pdf")), len(pdf) - 1 - place)
    mutant = pdf[:at] + data + pdf[at + length :]
    report = judge(mutant, AUTHORITY)
    assert "INTERNAL" not in codes(report) + [finding.code for finding in report.warnings]
    assert report.conclusion.passed == (mutant == pdf)


@pytest.mark.parametrize("data", [b"", b"\0", b"%PDF-", b"%PDF-1.7\nstartxref\n0\n%%EOF", b"PK\x03\x04"])
def test_no_pdf(data: bytes) -> None:
    report = judge(data, AUTHORITY)
    assert report.conclusion.indication == "UNREADABLE"
    assert [finding.code for finding in report.warnings] == ["PDF_NOT_READ"]
    assert report.document.sha256 == hashlib.sha256(data).hexdigest()
    jsonschema.validate(report.as_dict(), SCHEMA)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"at": datetime(2026, 1, 1)}, "NAIVE_TIME"),  # noqa: DTZ001
        ({"at": "2026-01-01"}, "NAIVE_TIME"),
        ({"at": datetime.max.replace(tzinfo=NOW.tzinfo)}, None),
        ({"at": datetime.min.replace(tzinfo=NOW.tzinfo)}, "NAIVE_TIME"),
        ({"trust": es.Trust([b"0\0"])}, "CERTIFICATE_MALFORMED"),
        ({"evidence": es.Evidence(certificates=[b"0\0"])}, "CERTIFICATE_MALFORMED"),
        ({"trust": [b""]}, "ARGUMENT"),
        ({"policy": "strict"}, "ARGUMENT"),
        ({"limits": 5}, "ARGUMENT"),
    ],
)
def test_wrong_arguments(changed: dict[str, Any], code: str | None) -> None:
    if code is None:
        assert not judge(b"", AUTHORITY, **changed).conclusion.passed
        return
    with pytest.raises(es.InputError) as caught:
        judge(b"", AUTHORITY, **changed)
    assert caught.value.code == code


def test_the_signed_revision_asks_for_its_own_document() -> None:
    pdf = signed_letter()
    (signature,) = judge(pdf, AUTHORITY).signatures
    assert es.signed_revision(pdf, signature) == pdf
    assert es.signed_revision(bytearray(pdf + b"more"), signature) == pdf
    for other in (
        b"",
        pdf[:-1],
        b"x" * len(pdf),
        corpus_file("surat.pdf"),
        replaced(pdf, b"/Contents<30", b"/Contents<31"),
    ):
        with pytest.raises(es.InputError) as caught:
            es.signed_revision(other, signature)
        assert caught.value.code == "OTHER_DOCUMENT"


def test_no_signed_revision_of_a_broken_range() -> None:
    pdf = signed_letter()
    (signature,) = judge(replaced(pdf, b"/ByteRange [0 ", b"/ByteRange [1 "), AUTHORITY).signatures
    with pytest.raises(es.InputError) as caught:
        es.signed_revision(pdf, signature)
    assert caught.value.code == "NO_SIGNED_REVISION"
