"""The signature validation of ETSI EN 319 102-1 over facts: no bytes, no clock, no dice.

Basic signature validation (clause 5.3) runs its building blocks in order; each is one function below, named with its
clause. Where the standard stops at the first reason, every block still runs: all reasons are reported at once, and
`VERDICTS`, which ranks them, says which one decides. A block asks for the good value of a fact and takes anything else
as a reason: what was not proved good does not pass, and a reason without a row in `VERDICTS` is INDETERMINATE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType

from esign_core.finding import Finding
from esign_core.policy import Policy
from esign_core.verifying.facts import CertificateFacts, SignatureFacts, rfc3339
from esign_core.verifying.verdicts import UNRANKED, VERDICTS, Indication, Verdict

SUBFILTERS = frozenset({"ETSI.CAdES.detached", "adbe.pkcs7.detached"})
"""The signature formats judged here: ISO 32000-2, table 255; the others of that table hold no detached CMS."""

# ETSI EN 319 102-1 leaves the purposes to policy. A certificate made for nothing but these signs no documents; any
# other purpose (document signing of RFC 9336, e-mail, national ones) is enough.
_OTHER_PURPOSES = MappingProxyType(
    {
        "1.3.6.1.5.5.7.3.1": "TLS server",
        "1.3.6.1.5.5.7.3.3": "code signing",
        "1.3.6.1.5.5.7.3.8": "timestamping",
        "1.3.6.1.5.5.7.3.9": "OCSP signing",
    }
)

_KEY_USAGES = frozenset({"digitalSignature", "nonRepudiation"})
_EDDSA_DIGESTS = MappingProxyType({"ed25519": "sha512", "ed448": "shake256"})  # RFC 8419, 3.1


@dataclass(frozen=True, slots=True)
class Judgement:
    """`decisive`: the row of the reason that decided, None for TOTAL-PASSED; `findings`: ranked reasons, then notes."""

    indication: Indication
    sub_indication: str | None
    decisive: Verdict | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """One signature before the judge."""

    facts: SignatureFacts
    policy: Policy
    at: datetime


def judge(facts: SignatureFacts, policy: Policy, validation_time: datetime) -> Judgement:
    """Every reason against the signature at that time under that policy, and what follows from them."""
    case = _Case(facts, policy, validation_time)
    reasons = sorted((reason for block in _BLOCKS for reason in block(case)), key=_rank)
    findings: list[Finding] = []
    for reason in reasons:
        finding = _located(reason, facts)
        if finding not in findings:
            findings.append(finding)
    for note in _notes(case):
        finding = _located(note, facts)
        findings.append(replace(finding, severity="warning") if finding.severity == "error" else finding)
    if not reasons:
        return Judgement(Indication.TOTAL_PASSED, None, None, tuple(findings))
    decisive = VERDICTS.get(reasons[0].code, UNRANKED)
    return Judgement(decisive.indication, decisive.sub_indication, decisive, tuple(findings))


def _rank(reason: Finding) -> int:
    return _RANKS.get(reason.code, len(_RANKS))


def _located(finding: Finding, facts: SignatureFacts) -> Finding:
    return replace(finding, object=facts.object, page_index=facts.page_index, field=facts.field)


# ---- the building blocks, in the order of 5.3.4


def _format_checking(case: _Case) -> Iterator[Finding]:
    """5.2.2: the signature is what ISO 32000-2, 12.8.1, RFC 5652 and EN 319 142-1, 4.1 say it is."""
    facts = case.facts
    yield from facts.problems
    if not facts.coverage.byte_range_ok and not facts.problems:
        yield Finding.of("BYTE_RANGE_MALFORMED")
    if facts.subfilter not in SUBFILTERS:
        yield Finding.of("SUBFILTER_NOT_JUDGED", subfilter=facts.subfilter or "-")
    if facts.cms is None:
        if facts.subfilter in SUBFILTERS and not facts.problems:
            yield Finding.of("CMS_NOT_READ")
        return
    if facts.cms.encapsulated:
        yield Finding.of("CMS_ENCAPSULATED")
    if not facts.cms.content_type_ok:
        yield Finding.of("CMS_CONTENT_TYPE")
    if facts.cms.signer_count != 1:
        yield Finding.of("SIGNER_COUNT", count=facts.cms.signer_count)


def _signing_certificate(case: _Case) -> Iterator[Finding]:
    """5.2.3: whose certificate it is, by the signed reference to it."""
    cms = case.facts.cms
    if cms is None:
        return
    if not cms.certificate_found or not case.facts.chain.certificates:
        yield Finding.of("SIGNING_CERTIFICATE_NOT_FOUND")
    elif cms.certificate_attribute == "mismatch":
        yield Finding.of("SIGNING_CERTIFICATE_MISMATCH")


def _validation_context(case: _Case) -> Iterator[Finding]:
    """5.2.4: rules that the signature itself brings along are not read yet, so they cannot be said to be kept."""
    if case.facts.cms and case.facts.cms.policy_oid is not None:
        yield Finding.of("SIGNATURE_POLICY_NOT_JUDGED", oid=case.facts.cms.policy_oid)


def _path(case: _Case) -> Iterator[Finding]:
    """5.2.6: a path to an anchor of the caller, valid by RFC 5280, clause 6."""
    chain = case.facts.chain
    if not chain.certificates:
        return  # 5.2.3 has said so
    if not chain.anchored:
        yield Finding.of("NO_PATH", issuer=chain.certificates[-1].issuer_common_name or chain.certificates[-1].issuer)
    yield from chain.problems
    yield from _purpose(chain.certificates[0])
    # An anchor above the signer is a name and a key (RFC 5280, 6.1.1 d): its dates are the caller's affair.
    for certificate in chain.below_anchor or chain.certificates:
        yield from _validity(certificate, case.at)


def _purpose(leaf: CertificateFacts) -> Iterator[Finding]:
    """RFC 5280, 4.2.1.3 and 4.2.1.12: the key may sign documents, as far as the certificate speaks of it."""
    if leaf.key_usage is not None and not _KEY_USAGES.intersection(leaf.key_usage):
        yield Finding.of("KEY_USAGE_UNFIT", certificate=leaf.label)
    purposes = leaf.ext_key_usage
    if purposes is not None and all(purpose in _OTHER_PURPOSES for purpose in purposes):
        made_for = ", ".join(_OTHER_PURPOSES[purpose] for purpose in purposes)
        yield Finding.of("EXT_KEY_USAGE_UNFIT", certificate=leaf.label, purposes=made_for or "-")


def _validity(certificate: CertificateFacts, at: datetime) -> Iterator[Finding]:
    """RFC 5280, 6.1.3 (a)(2); both bounds belong to the period (4.1.2.5)."""
    if at < certificate.not_before:
        yield Finding.of(
            "CERTIFICATE_NOT_YET_VALID",
            certificate=certificate.label,
            not_before=rfc3339(certificate.not_before),
            at=rfc3339(at),
        )
    if at > certificate.not_after:
        yield Finding.of(
            "CERTIFICATE_EXPIRED",
            certificate=certificate.label,
            not_after=rfc3339(certificate.not_after),
            at=rfc3339(at),
        )


def _revocation(case: _Case) -> Iterator[Finding]:
    """5.2.5 and 5.2.6: a current answer for every certificate below the anchor, as the policy asks."""
    chain = case.facts.chain
    if case.policy.revocation == "not-checked" or not chain.anchored:
        return  # nobody known could have revoked a certificate without a path: 5.2.6 has said so
    for index, certificate in enumerate(chain.below_anchor):
        status = certificate.revocation
        if status.status == "good":
            continue
        if status.status == "revoked":
            yield Finding.of(
                "CA_REVOKED" if index else "REVOKED",
                certificate=certificate.label,
                revoked_at=rfc3339(status.revoked_at) if status.revoked_at else "-",
                reason=status.reason or "-",
            )
        elif case.policy.revocation == "required":
            yield from status.unusable
            yield Finding.of("REVOCATION_MISSING", certificate=certificate.label)


def _cryptography(case: _Case) -> Iterator[Finding]:
    """5.2.7: the document is the one that was signed, and the key of the signing certificate signed it."""
    cms = case.facts.cms
    if cms is None:
        return
    if cms.digest_ok is False:
        yield Finding.of("DIGEST_DIFFERS")
    elif cms.digest_ok is not True and case.facts.coverage.byte_range_ok and cms.signed_attributes:
        yield Finding.of("DIGEST_NOT_CHECKED", algorithm=cms.digest_algorithm or "-")
    if cms.signature_ok is False:
        yield Finding.of("SIGNATURE_VALUE_WRONG")
    elif cms.signature_ok is not True and cms.certificate_found and cms.signed_attributes:
        yield Finding.of("ALGORITHM_NOT_SUPPORTED", algorithm=cms.signature_algorithm or "-")


def _acceptance(case: _Case) -> Iterator[Finding]:
    """5.2.8: attributes that must be there, and algorithms strong enough (ETSI TS 119 312) all along the chain."""
    cms = case.facts.cms
    if cms is None:
        return
    if not cms.signed_attributes:
        yield Finding.of("SIGNED_ATTRIBUTES_MISSING")
    if cms.certificate_attribute not in ("match", "mismatch"):
        yield Finding.of("SIGNING_CERTIFICATE_ATTRIBUTE_MISSING")
    accepted = case.policy.hashes
    # RFC 5652, 5.4: one hash serves document and signed attributes; EdDSA has its own inside.
    signature_hash = _EDDSA_DIGESTS.get(cms.signature_scheme or "", cms.signature_hash)
    for name in (cms.digest_algorithm, signature_hash):
        if name not in accepted:
            yield Finding.of("HASH_NOT_ACCEPTED", hash=name or "-")
    if cms.digest_algorithm != signature_hash:
        yield Finding.of("HASHES_DIFFER", digest=cms.digest_algorithm or "-", signature=signature_hash or "-")
    chain = case.facts.chain.certificates
    for certificate, issuer in pairwise(chain):
        if issuer.key_kind not in _EDDSA_DIGESTS and certificate.signature_hash not in accepted:
            signed_with = certificate.signature_hash or certificate.signature_algorithm
            yield Finding.of("CERTIFICATE_HASH_NOT_ACCEPTED", certificate=certificate.label, hash=signed_with)
        answer = certificate.revocation
        if answer.status == "good" and issuer.key_kind not in _EDDSA_DIGESTS and answer.signature_hash not in accepted:
            yield Finding.of("CRL_HASH_NOT_ACCEPTED", certificate=certificate.label, hash=answer.signature_hash or "-")
    for certificate in chain:
        yield from _strength(certificate, case.policy)


def _strength(certificate: CertificateFacts, policy: Policy) -> Iterator[Finding]:
    least = {"rsa": policy.rsa_bits, "ec": policy.ec_bits, "ed25519": 0, "ed448": 0}.get(certificate.key_kind)
    if least is None or certificate.key_bits < least:
        yield Finding.of("KEY_WEAK", certificate=certificate.label, key=certificate.key, least=least or 0)


def _coverage(case: _Case) -> Iterator[Finding]:
    """ISO 32000-2, 12.8.1: the signature speaks of the whole file as it is now. What came later is not judged yet."""
    facts = case.facts
    if not facts.coverage.byte_range_ok:
        return  # 5.2.2 has said so
    level = facts.coverage.level
    if level == "entire-revision" and facts.later_revisions:
        yield Finding.of("CHANGES_NOT_EVALUATED", revisions=facts.later_revisions, bytes=facts.later_bytes)
    elif level == "entire-revision" and facts.later_bytes:
        yield Finding.of("UNSIGNED_BYTES", bytes=facts.later_bytes)
    elif level == "partial":
        yield Finding.of("COVERAGE_PARTIAL", bytes=facts.later_bytes)
    elif level != "entire-file" or facts.later_revisions or facts.later_bytes:
        yield Finding.of("COVERAGE_UNCLEAR", bytes=facts.later_bytes)


_BLOCKS: tuple[Callable[[_Case], Iterator[Finding]], ...] = (
    _format_checking,
    _signing_certificate,
    _validation_context,
    _path,
    _revocation,
    _cryptography,
    _acceptance,
    _coverage,
)
_RANKS = MappingProxyType({code: rank for rank, code in enumerate(VERDICTS)})


def _notes(case: _Case) -> Iterator[Finding]:
    """What a reader should know though it decides nothing."""
    cms, chain = case.facts.cms, case.facts.chain
    yield from case.facts.notes
    if cms and cms.timestamps:
        yield Finding.of("TIMESTAMP_NOT_JUDGED", count=cms.timestamps)
    if cms and cms.embedded_ocsps:
        yield Finding.of("OCSP_NOT_JUDGED", count=cms.embedded_ocsps)
    if cms and cms.embedded_crls:
        yield Finding.of("EMBEDDED_CRL_NOT_JUDGED", count=cms.embedded_crls)
    if case.policy.revocation == "not-checked" and chain.anchored:
        yield Finding.of("REVOCATION_NOT_CHECKED")
    if case.policy.revocation == "if-available" and chain.anchored:
        for certificate in chain.below_anchor:
            if certificate.revocation.status not in ("good", "revoked"):
                yield from certificate.revocation.unusable
                yield Finding.of("REVOCATION_UNKNOWN", certificate=certificate.label)
