"""The judge over facts: a perfect set passes, every single defect has its row, and no defect ever passes."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign_core.finding import CATALOGUE, Finding
from esign_core.policy import Policy
from esign_core.verifying.facts import (
    CertificateFacts,
    ChainFacts,
    CmsFacts,
    Coverage,
    RevocationState,
    SignatureFacts,
)
from esign_core.verifying.judge import judge
from esign_core.verifying.verdicts import UNRANKED, VERDICTS, Indication
from esign_core.verifying.wording import CONCLUSIONS

DEFAULT = Policy.default()
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
YEAR = timedelta(days=365)


def certificate(name: str, **changes: object) -> CertificateFacts:
    good = CertificateFacts(
        sha256="ab" * 32,
        subject=f"CN={name}",
        issuer="CN=above",
        serial="1",
        not_before=AT - YEAR,
        not_after=AT + YEAR,
        key="RSA 2048",
        key_kind="rsa",
        key_bits=2048,
        signature_algorithm="rsa_pkcs1v15",
        signature_hash="sha256",
        common_name=name,
        revocation=RevocationState("good", "given", "crl", signature_hash="sha256"),
    )
    return replace(good, **changes)  # type: ignore[arg-type]


LEAF = certificate("Ani", key_usage=("digitalSignature",), ext_key_usage=("1.3.6.1.5.5.7.3.36",))
CA = certificate("Intermediate")
ROOT = certificate("Root", is_anchor=True, revocation=RevocationState("not-required"))
CMS = CmsFacts(
    certificate_attribute="match",
    digest_algorithm="sha256",
    signature_algorithm="sha256WithRSAEncryption",
    signature_scheme="rsa_pkcs1v15",
    signature_hash="sha256",
    content_type_ok=True,
    digest_ok=True,
    signature_ok=True,
)
GOOD = SignatureFacts(
    id="S-" + "A" * 64,
    index=0,
    field="sig_1",
    type="approval",
    subfilter="ETSI.CAdES.detached",
    coverage=Coverage((0, 100, 200, 300), True, "entire-file", 500),
    revision=1,
    object="12 0",
    page_index=0,
    cms=CMS,
    chain=ChainFacts((LEAF, CA, ROOT)),
)


def with_cms(**changes: object) -> SignatureFacts:
    return replace(GOOD, cms=replace(CMS, **changes))  # type: ignore[arg-type]


def with_path(
    leaf: CertificateFacts = LEAF, ca: CertificateFacts = CA, root: CertificateFacts = ROOT
) -> SignatureFacts:
    return replace(GOOD, chain=ChainFacts((leaf, ca, root)))


def with_leaf(**changes: object) -> SignatureFacts:
    return with_path(leaf=replace(LEAF, **changes))  # type: ignore[arg-type]


def with_ca(**changes: object) -> SignatureFacts:
    return with_path(ca=replace(CA, **changes))  # type: ignore[arg-type]


def with_coverage(level: str, later_bytes: int, later_revisions: int) -> SignatureFacts:
    coverage = replace(GOOD.coverage, level=level)  # type: ignore[arg-type]
    return replace(GOOD, coverage=coverage, later_bytes=later_bytes, later_revisions=later_revisions)


BROKEN_RANGE = replace(GOOD.coverage, byte_range_ok=False)
REVOKED = RevocationState("revoked", "given", "crl", revoked_at=AT - timedelta(days=1), reason="keyCompromise")

FAILED, OPEN = Indication.TOTAL_FAILED, Indication.INDETERMINATE

FORMAT, CRYPTO = "FORMAT_FAILURE", "CRYPTO_CONSTRAINTS_FAILURE"
NO_CERTIFICATE, CHAIN = "NO_SIGNING_CERTIFICATE_FOUND", "CHAIN_CONSTRAINTS_FAILURE"
BOUNDS, CONSTRAINTS = "OUT_OF_BOUNDS_NO_POE", "SIG_CONSTRAINTS_FAILURE"

TABLE = {
    # 5.2.2 format checking
    "no byte range": (replace(GOOD, coverage=BROKEN_RANGE), FAILED, FORMAT, "BYTE_RANGE_MALFORMED"),
    "gap is not /Contents": (
        replace(GOOD, coverage=BROKEN_RANGE, problems=(Finding.of("BYTE_RANGE_GAP", start=1, end=2),)),
        FAILED,
        FORMAT,
        "BYTE_RANGE_GAP",
    ),
    "CMS malformed": (
        replace(GOOD, cms=None, problems=(Finding.of("CMS_MALFORMED", why="cut short"),)),
        FAILED,
        FORMAT,
        "CMS_MALFORMED",
    ),
    "CMS not read": (replace(GOOD, cms=None), OPEN, None, "CMS_NOT_READ"),
    "content inside": (with_cms(encapsulated=True), FAILED, FORMAT, "CMS_ENCAPSULATED"),
    "content type": (with_cms(content_type_ok=False), FAILED, FORMAT, "CMS_CONTENT_TYPE"),
    "two signers": (with_cms(signer_count=2), FAILED, FORMAT, "SIGNER_COUNT"),
    "no signer": (with_cms(signer_count=0), FAILED, FORMAT, "SIGNER_COUNT"),
    "other subfilter": (replace(GOOD, subfilter="adbe.x509.rsa_sha1"), OPEN, None, "SUBFILTER_NOT_JUDGED"),
    "no subfilter": (replace(GOOD, subfilter=None), OPEN, None, "SUBFILTER_NOT_JUDGED"),
    # 5.2.3 identification of the signing certificate
    "no certificate": (
        replace(with_cms(certificate_found=False, signature_ok=None), chain=ChainFacts()),
        OPEN,
        NO_CERTIFICATE,
        "SIGNING_CERTIFICATE_NOT_FOUND",
    ),
    "no path at all": (replace(GOOD, chain=ChainFacts()), OPEN, NO_CERTIFICATE, "SIGNING_CERTIFICATE_NOT_FOUND"),
    "certificate swapped": (
        with_cms(certificate_attribute="mismatch"),
        OPEN,
        NO_CERTIFICATE,
        "SIGNING_CERTIFICATE_MISMATCH",
    ),
    # 5.2.4 validation context
    "signature policy": (
        with_cms(policy_oid="1.2.3"),
        OPEN,
        "SIGNATURE_POLICY_NOT_AVAILABLE",
        "SIGNATURE_POLICY_NOT_JUDGED",
    ),
    # 5.2.6 X.509 certificate validation
    "no anchor": (replace(GOOD, chain=ChainFacts((LEAF, CA))), OPEN, "NO_CERTIFICATE_CHAIN_FOUND", "NO_PATH"),
    "no digital signature": (with_leaf(key_usage=("keyCertSign",)), OPEN, CHAIN, "KEY_USAGE_UNFIT"),
    "empty key usage": (with_leaf(key_usage=()), OPEN, CHAIN, "KEY_USAGE_UNFIT"),
    "timestamping only": (with_leaf(ext_key_usage=("1.3.6.1.5.5.7.3.8",)), OPEN, CHAIN, "EXT_KEY_USAGE_UNFIT"),
    "OCSP and TLS only": (
        with_leaf(ext_key_usage=("1.3.6.1.5.5.7.3.9", "1.3.6.1.5.5.7.3.1")),
        OPEN,
        CHAIN,
        "EXT_KEY_USAGE_UNFIT",
    ),
    "signer expired": (with_leaf(not_after=AT - timedelta(seconds=1)), OPEN, BOUNDS, "CERTIFICATE_EXPIRED"),
    "signer too early": (with_leaf(not_before=AT + timedelta(seconds=1)), OPEN, BOUNDS, "CERTIFICATE_NOT_YET_VALID"),
    "CA expired": (with_ca(not_after=AT - timedelta(seconds=1)), OPEN, BOUNDS, "CERTIFICATE_EXPIRED"),
    "CA too early": (with_ca(not_before=AT + YEAR), OPEN, BOUNDS, "CERTIFICATE_NOT_YET_VALID"),
    "trusted signer expired": (
        replace(GOOD, chain=ChainFacts((replace(LEAF, is_anchor=True, not_after=AT - YEAR),))),
        OPEN,
        BOUNDS,
        "CERTIFICATE_EXPIRED",
    ),
    "signer revoked": (with_leaf(revocation=REVOKED), OPEN, "REVOKED_NO_POE", "REVOKED"),
    "CA revoked": (with_ca(revocation=REVOKED), OPEN, "REVOKED_CA_NO_POE", "CA_REVOKED"),
    "no CRL": (with_leaf(revocation=RevocationState("missing")), OPEN, "TRY_LATER", "REVOCATION_MISSING"),
    "no CRL for the CA": (with_ca(revocation=RevocationState("missing")), OPEN, "TRY_LATER", "REVOCATION_MISSING"),
    "CRL does not know": (with_leaf(revocation=RevocationState("unknown")), OPEN, "TRY_LATER", "REVOCATION_MISSING"),
    "revocation waived below the anchor": (
        with_leaf(revocation=RevocationState("not-required")),
        OPEN,
        "TRY_LATER",
        "REVOCATION_MISSING",
    ),
    # 5.2.7 cryptographic verification
    "digest differs": (with_cms(digest_ok=False), FAILED, "HASH_FAILURE", "DIGEST_DIFFERS"),
    "digest unknown": (with_cms(digest_ok=None), OPEN, CRYPTO, "DIGEST_NOT_CHECKED"),
    "value wrong": (with_cms(signature_ok=False), FAILED, "SIG_CRYPTO_FAILURE", "SIGNATURE_VALUE_WRONG"),
    "value unknown": (with_cms(signature_ok=None), OPEN, CRYPTO, "ALGORITHM_NOT_SUPPORTED"),
    # 5.2.8 signature acceptance
    "no signed attributes": (with_cms(signed_attributes=False), OPEN, CONSTRAINTS, "SIGNED_ATTRIBUTES_MISSING"),
    "no signing-certificate": (
        with_cms(certificate_attribute="missing"),
        OPEN,
        CONSTRAINTS,
        "SIGNING_CERTIFICATE_ATTRIBUTE_MISSING",
    ),
    "document hash weak": (with_cms(digest_algorithm="sha1"), OPEN, CRYPTO, "HASH_NOT_ACCEPTED"),
    "document hash unknown": (with_cms(digest_algorithm=None), OPEN, CRYPTO, "HASH_NOT_ACCEPTED"),
    "signature hash weak": (with_cms(signature_hash="md5"), OPEN, CRYPTO, "HASH_NOT_ACCEPTED"),
    "signature hash unknown": (with_cms(signature_hash=None), OPEN, CRYPTO, "HASH_NOT_ACCEPTED"),
    "CRL hash weak": (
        with_leaf(revocation=RevocationState("good", signature_hash="sha1")),
        OPEN,
        CRYPTO,
        "CRL_HASH_NOT_ACCEPTED",
    ),
    "two hashes": (with_cms(signature_hash="sha384"), OPEN, CRYPTO, "HASHES_DIFFER"),
    "Ed25519 over SHA-256": (with_cms(signature_scheme="ed25519", signature_hash=None), OPEN, CRYPTO, "HASHES_DIFFER"),
    "Ed448": (  # SHAKE256 is not among the hashes of ETSI TS 119 312
        with_cms(signature_scheme="ed448", signature_hash=None, digest_algorithm="shake256"),
        OPEN,
        CRYPTO,
        "HASH_NOT_ACCEPTED",
    ),
    "certificate hash weak": (with_leaf(signature_hash="sha1"), OPEN, CRYPTO, "CERTIFICATE_HASH_NOT_ACCEPTED"),
    "CA hash weak": (with_ca(signature_hash="sha1"), OPEN, CRYPTO, "CERTIFICATE_HASH_NOT_ACCEPTED"),
    "RSA 1024": (with_leaf(key_bits=1024), OPEN, CRYPTO, "KEY_WEAK"),
    "EC 192": (with_leaf(key_kind="ec", key_bits=192), OPEN, CRYPTO, "KEY_WEAK"),
    "DSA": (with_leaf(key_kind="other", key_bits=4096), OPEN, CRYPTO, "KEY_WEAK"),
    "anchor's key weak": (with_path(root=replace(ROOT, key_bits=1024)), OPEN, CRYPTO, "KEY_WEAK"),
    # ISO 32000-2, 12.8.1: coverage
    "later revisions": (with_coverage("entire-revision", 900, 2), OPEN, None, "CHANGES_NOT_EVALUATED"),
    "bytes behind": (with_coverage("entire-revision", 1, 0), OPEN, None, "UNSIGNED_BYTES"),
    "part of a revision": (with_coverage("partial", 7, 0), OPEN, CONSTRAINTS, "COVERAGE_PARTIAL"),
    "unclear": (with_coverage("unclear", 0, 0), OPEN, CONSTRAINTS, "COVERAGE_UNCLEAR"),
    "entire revision, nothing behind": (with_coverage("entire-revision", 0, 0), OPEN, CONSTRAINTS, "COVERAGE_UNCLEAR"),
    "entire file, yet bytes behind": (with_coverage("entire-file", 5, 0), OPEN, CONSTRAINTS, "COVERAGE_UNCLEAR"),
    "entire file, yet revisions behind": (with_coverage("entire-file", 0, 1), OPEN, CONSTRAINTS, "COVERAGE_UNCLEAR"),
}


def codes(facts: SignatureFacts, policy: Policy = DEFAULT) -> list[str]:
    return [finding.code for finding in judge(facts, policy, AT).findings]


def test_perfect_facts_pass() -> None:
    judgement = judge(GOOD, DEFAULT, AT)
    assert (judgement.indication, judgement.sub_indication, judgement.decisive) == (Indication.TOTAL_PASSED, None, None)
    assert judgement.findings == ()


@pytest.mark.parametrize("row", TABLE)
def test_one_changed_fact(row: str) -> None:
    facts, indication, sub_indication, code = TABLE[row]
    judgement = judge(facts, DEFAULT, AT)
    assert (judgement.indication, judgement.sub_indication) == (indication, sub_indication)
    assert judgement.findings[0].code == code
    assert judgement.findings[0].severity == "error"
    assert judgement.findings[0].field == "sig_1"


@pytest.mark.parametrize(
    "facts",
    [
        replace(GOOD, subfilter="adbe.pkcs7.detached"),
        with_leaf(key_usage=None, ext_key_usage=None),
        with_leaf(key_usage=("nonRepudiation",)),
        with_leaf(ext_key_usage=("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4")),
        with_leaf(not_before=AT),
        with_leaf(not_after=AT),
        with_leaf(key_kind="ec", key_bits=256),
        with_path(root=replace(ROOT, signature_hash="sha1", not_after=AT - YEAR)),
        with_cms(signature_scheme="ed25519", signature_hash=None, digest_algorithm="sha512"),
        with_cms(signature_hash="sha3_256", digest_algorithm="sha3_256"),
        with_path(
            leaf=replace(LEAF, signature_hash=None, revocation=RevocationState("good")),
            ca=replace(CA, key_kind="ed25519", key_bits=256),
        ),
        replace(GOOD, chain=ChainFacts((replace(LEAF, is_anchor=True, revocation=RevocationState("not-required")),))),
    ],
)
def test_harmless_differences_pass(facts: SignatureFacts) -> None:
    assert judge(facts, DEFAULT, AT).indication is Indication.TOTAL_PASSED


def test_all_reasons_are_reported_and_the_worst_decides() -> None:
    facts = replace(
        with_cms(digest_ok=False, certificate_attribute="missing"), chain=ChainFacts((LEAF, replace(CA, key_bits=512)))
    )
    judgement = judge(facts, DEFAULT, AT)
    assert judgement.sub_indication == "HASH_FAILURE"
    assert [finding.code for finding in judgement.findings] == [
        "DIGEST_DIFFERS",
        "NO_PATH",
        "KEY_WEAK",
        "SIGNING_CERTIFICATE_ATTRIBUTE_MISSING",
    ]


def test_each_unusable_crl_is_named() -> None:
    unusable = (Finding.of("CRL_OTHER_ISSUER", issuer="x"), Finding.of("CRL_MALFORMED", why="x"))
    facts = with_leaf(revocation=RevocationState("missing", unusable=unusable))
    assert codes(facts) == ["CRL_MALFORMED", "CRL_OTHER_ISSUER", "REVOCATION_MISSING"]
    noted = judge(facts, Policy(revocation="if-available"), AT)
    assert noted.indication is Indication.TOTAL_PASSED
    assert [finding.severity for finding in noted.findings] == ["info", "warning", "warning"]


@pytest.mark.parametrize("status", ["missing", "unknown"])
def test_revocation_if_available(status: str) -> None:
    policy = Policy(revocation="if-available")
    facts = with_leaf(revocation=RevocationState(status))  # type: ignore[arg-type]
    judgement = judge(facts, policy, AT)
    assert judgement.indication is Indication.TOTAL_PASSED
    assert [(finding.code, finding.severity) for finding in judgement.findings] == [("REVOCATION_UNKNOWN", "warning")]
    assert codes(with_leaf(revocation=REVOKED), policy) == ["REVOKED"]


def test_revocation_not_checked_is_said() -> None:
    policy = Policy(revocation="not-checked")
    assert codes(with_leaf(revocation=RevocationState()), policy) == ["REVOCATION_NOT_CHECKED"]
    assert judge(GOOD, policy, AT).indication is Indication.TOTAL_PASSED


def test_what_proves_nothing_is_noted() -> None:
    judgement = judge(with_cms(timestamps=2, embedded_ocsps=1, embedded_crls=3), DEFAULT, AT)
    assert judgement.indication is Indication.TOTAL_PASSED
    assert [(finding.code, finding.args["count"]) for finding in judgement.findings] == [
        ("TIMESTAMP_NOT_JUDGED", 2),
        ("OCSP_NOT_JUDGED", 1),
        ("EMBEDDED_CRL_NOT_JUDGED", 3),
    ]


def test_what_is_odd_and_harmless_is_noted() -> None:
    odd = Finding.of("CMS_ATTRIBUTE_UNREADABLE", oid="1.2", why="x")
    judgement = judge(replace(GOOD, notes=(odd,)), DEFAULT, AT)
    assert judgement.indication is Indication.TOTAL_PASSED
    assert [finding.code for finding in judgement.findings] == ["CMS_ATTRIBUTE_UNREADABLE"]


def test_a_reason_without_a_row_does_not_pass() -> None:
    facts = replace(GOOD, problems=(Finding.of("TAG_HIDDEN", page=1),))
    judgement = judge(facts, DEFAULT, AT)
    assert (judgement.indication, judgement.decisive) == (OPEN, UNRANKED)


def test_a_relaxed_policy_changes_only_what_it_names() -> None:
    assert judge(with_leaf(key_bits=1024), Policy(rsa_bits=1024), AT).indication is Indication.TOTAL_PASSED
    assert judge(with_cms(digest_algorithm="sha1"), Policy(rsa_bits=1024), AT).indication is OPEN


# ---- no defect passes: any single fact, and any number of them, taken from a pool of bad values

BAD_CMS: dict[str, list[object]] = {
    "signer_count": [0, 2],
    "encapsulated": [True],
    "signed_attributes": [False],
    "certificate_found": [False],
    "certificate_attribute": ["missing", "mismatch", ""],
    "digest_algorithm": [None, "sha1", "md5", "sha224"],
    "signature_algorithm": [],
    "signature_scheme": ["ed25519", "ed448"],
    "content_type_ok": [False],
    "signature_hash": [None, "sha1"],
    "message_digest": [],
    "digest_ok": [False, None],
    "signature_ok": [False, None],
    "timestamps": [],
    "embedded_ocsps": [],
    "embedded_crls": [],
    "policy_oid": ["1.2.3"],
}
BAD_LEAF: dict[str, list[object]] = {
    "not_before": [AT + timedelta(microseconds=1)],
    "not_after": [AT - timedelta(microseconds=1)],
    "key_kind": ["other", ""],
    "key_bits": [0, 2047],
    "signature_hash": [None, "sha1"],
    "key_usage": [(), ("cRLSign",)],
    "ext_key_usage": [(), ("1.3.6.1.5.5.7.3.8",)],
    "revocation": [
        RevocationState("good", signature_hash="sha1"),
        RevocationState("good"),
        RevocationState(),
        RevocationState("unknown"),
        RevocationState("not-required"),
        REVOKED,
    ],
}
BAD_SIGNATURE: dict[str, list[object]] = {
    "subfilter": [None, "adbe.pkcs7.sha1", "ETSI.RFC3161"],
    "coverage": [Coverage(), BROKEN_RANGE]
    + [replace(GOOD.coverage, level=level) for level in ("partial", "unclear", "")],  # type: ignore[arg-type]
    "later_bytes": [1],
    "later_revisions": [1],
    "problems": [(Finding.of("CONTENTS_MALFORMED"),)],
    "cms": [None],
    "chain": [
        ChainFacts(),
        ChainFacts((LEAF, CA)),
        ChainFacts((LEAF,)),
        ChainFacts((LEAF, CA, ROOT), (Finding.of("TAG_HIDDEN", page=1),)),
    ],
}
NEUTRAL = {"id", "index", "field", "type", "revision", "object", "page_index", "box", "name", "reason", "location"} | {
    "contact",
    "notes",
    "claimed_time",
    "claimed_source",
    "docmdp",
}


def defects() -> list[SignatureFacts]:
    found = [replace(GOOD, **{name: value}) for name, values in BAD_SIGNATURE.items() for value in values]  # type: ignore[arg-type]
    found += [with_cms(**{name: value}) for name, values in BAD_CMS.items() for value in values]
    found += [with_leaf(**{name: value}) for name, values in BAD_LEAF.items() for value in values]
    unfit = ("key_usage", "ext_key_usage")  # what a signer's key is for says nothing about a CA: the path builder looks
    return found + [
        with_ca(**{name: value}) for name, values in BAD_LEAF.items() if name not in unfit for value in values
    ]


def test_no_single_defect_passes() -> None:
    for facts in defects():
        judgement = judge(facts, DEFAULT, AT)
        assert judgement.indication is not Indication.TOTAL_PASSED, facts
        assert judgement.findings


def test_every_fact_of_a_signature_is_spoken_of() -> None:
    """A new fact must be given bad values above, or be named neutral, before this passes again."""
    assert {field.name for field in fields(SignatureFacts)} == BAD_SIGNATURE.keys() | NEUTRAL
    assert {field.name for field in fields(CmsFacts)} == BAD_CMS.keys()


@given(
    cms=st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(values) for name, values in BAD_CMS.items() if values}
    ),
    leaf=st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in BAD_LEAF.items()}),
    signature=st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(values) for name, values in BAD_SIGNATURE.items()}
    ),
)
def test_no_combination_of_defects_passes(
    cms: dict[str, object], leaf: dict[str, object], signature: dict[str, object]
) -> None:
    facts = replace(with_leaf(**leaf), cms=replace(CMS, **cms))  # type: ignore[arg-type]
    facts = replace(facts, **signature)  # type: ignore[arg-type]
    passed = judge(facts, DEFAULT, AT).indication is Indication.TOTAL_PASSED
    assert passed == (not cms and not leaf and not signature)


# ---- the tables fit together


def test_every_verdict_has_sentences_and_a_conclusion() -> None:
    assert VERDICTS.keys() <= CATALOGUE.keys()
    assert {verdict.conclusion for verdict in VERDICTS.values()} <= CONCLUSIONS.keys()


def test_failures_rank_above_everything_else() -> None:
    indications = [verdict.indication for verdict in VERDICTS.values()]
    assert indications == sorted(indications, key=[FAILED, OPEN].index)


def test_both_languages_take_the_same_values() -> None:
    for code in VERDICTS:
        _, english, indonesian = CATALOGUE[code]
        assert {part.split("}")[0] for part in english.split("{")[1:]} == {
            part.split("}")[0] for part in indonesian.split("{")[1:]
        }, code
