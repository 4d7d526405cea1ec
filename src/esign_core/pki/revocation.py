"""What CRLs say about one certificate (RFC 5280, clauses 5 and 6.3); anything not understood makes a CRL unusable."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from cryptography import x509
from cryptography.x509.oid import CRLEntryExtensionOID, ExtensionOID

from esign_core.finding import Finding
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pki.certificate import Certificate
from esign_core.pki.der import INTEGER, SEQUENCE, Malformed, element_at
from esign_core.pki.extensions import general_name
from esign_core.pki.identifiers import SignatureAlgorithm, signature_algorithm
from esign_core.pki.signature import Outcome, verify_value

_HOLD = "certificateHold"

_UNDERSTOOD = frozenset(
    {
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.CRL_NUMBER,
        ExtensionOID.FRESHEST_CRL,
        ExtensionOID.ISSUING_DISTRIBUTION_POINT,
    }
)
_UNDERSTOOD_IN_ENTRIES = frozenset({CRLEntryExtensionOID.CRL_REASON, CRLEntryExtensionOID.INVALIDITY_DATE})


@dataclass(frozen=True, slots=True)
class RevocationFacts:
    """The answer of the CRL that counts, or status "missing"; `unusable` says why each of the others did not count.

    `reason`: a name of RFC 5280, 5.3.1 ("keyCompromise"; "unspecified" where the entry gives none). `crl_sha256`: hex.
    `signature_hash`: hashlib name of the hash that CRL is signed with; None where EdDSA fixes it.
    """

    status: Literal["good", "revoked", "missing"]
    this_update: datetime | None = None
    next_update: datetime | None = None
    revoked_at: datetime | None = None
    reason: str | None = None
    crl_sha256: str | None = None
    signature_hash: str | None = None
    unusable: tuple[Finding, ...] = ()


class _Unusable(Exception):
    """Why one CRL does not count."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def check_crl(
    certificate: Certificate,
    issuer: Certificate,
    crls: Sequence[bytes],
    at: datetime,
    limits: Limits = DEFAULT_LIMITS,
) -> RevocationFacts:
    """The status of `certificate`, issued by `issuer`, at the aware time `at`, from DER CRLs. Never raises.

    Of several usable CRLs the newest counts, but nothing takes a revocation back, other than a hold. A revocation
    counts from the CRL that tells it, whatever its date.
    """
    answers, unusable = [], []
    for crl in crls:
        try:
            answers.append(_answer(certificate, issuer, crl, at, limits))
        except _Unusable as reason:
            unusable.append(reason.finding)
    if not answers:
        return RevocationFacts("missing", unusable=tuple(unusable))
    decisive = max(answers, key=_weight)
    return RevocationFacts(
        status="good" if decisive.revoked_at is None else "revoked",
        this_update=decisive.this_update,
        next_update=decisive.next_update,
        revoked_at=decisive.revoked_at,
        reason=decisive.reason,
        crl_sha256=decisive.crl_sha256,
        signature_hash=decisive.signature_hash,
        unusable=tuple(unusable),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one usable CRL says; `revoked_at` None: the certificate is not on it."""

    crl_sha256: str
    signature_hash: str | None
    this_update: datetime
    next_update: datetime
    revoked_at: datetime | None
    reason: str | None


def _weight(answer: _Answer) -> tuple[bool, datetime, bool]:
    revoked = answer.revoked_at is not None
    return (revoked and answer.reason != _HOLD, answer.this_update, revoked)


def _answer(certificate: Certificate, issuer: Certificate, der: bytes, at: datetime, limits: Limits) -> _Answer:
    """Raises _Unusable. The cheap questions come first: a foreign CRL of 50 MB costs nothing."""
    if len(der) > limits.crl_bytes:
        raise _Unusable(Finding.of("LIMIT", limit="crl_bytes", allowed=limits.crl_bytes, found=len(der)))
    try:
        raw = _RawCrl.read(der)
        if raw.issuer != certificate.issuer or raw.issuer != issuer.subject:
            raise _Unusable(Finding.of("CRL_OTHER_ISSUER", issuer=issuer.label))
        parsed = x509.load_der_x509_crl(der)
        _require_authentic(parsed, raw, issuer)
        this_update, next_update = _require_current(parsed, issuer, at)
        _require_in_scope(parsed, certificate, issuer)
        revoked_at, reason = _entry(parsed, certificate, issuer)
    except _Unusable:
        raise
    except Exception as error:  # cryptography reads entries and extensions late, and raises what it likes
        raise _Unusable(Finding.of("CRL_MALFORMED", why=str(error))) from error
    return _Answer(hashlib.sha256(der).hexdigest(), raw.algorithm.hash, this_update, next_update, revoked_at, reason)


@dataclass(frozen=True, slots=True)
class _RawCrl:
    """What is needed byte for byte, read without looking at the entries."""

    issuer: bytes
    algorithm: SignatureAlgorithm

    @classmethod
    def read(cls, der: bytes) -> _RawCrl:
        whole = element_at(der)
        tbs = element_at(der, whole.content, whole.end)
        algorithm = element_at(der, tbs.end, whole.end)
        at = tbs.content
        version = element_at(der, at, tbs.end)
        inner = element_at(der, version.end, tbs.end) if version.tag == INTEGER else version
        issuer = element_at(der, inner.end, tbs.end)
        if [tbs.tag, algorithm.tag, inner.tag, issuer.tag] != [SEQUENCE] * 4:
            raise Malformed("it is not a CRL")
        if inner.whole(der) != algorithm.whole(der):  # RFC 5280, 5.1.1.2; cryptography looks since version 48
            raise Malformed("it names two signature algorithms")
        return cls(issuer.whole(der), signature_algorithm(der, algorithm))


def _require_authentic(crl: x509.CertificateRevocationList, raw: _RawCrl, issuer: Certificate) -> None:
    """RFC 5280, 6.3.3 (f) and (g): signed by the issuer's key, which may sign CRLs."""
    if issuer.key_usage is not None and "cRLSign" not in issuer.key_usage:
        raise _Unusable(
            Finding.of("CRL_KEY_USAGE", issuer=issuer.label, usages=", ".join(sorted(issuer.key_usage)) or "-")
        )
    outcome = verify_value(issuer, raw.algorithm, crl.signature, crl.tbs_certlist_bytes)
    if outcome is Outcome.UNSUPPORTED:
        raise _Unusable(Finding.of("CRL_ALGORITHM_NOT_SUPPORTED", issuer=issuer.label, algorithm=raw.algorithm.name))
    if outcome is not Outcome.VALID:
        raise _Unusable(Finding.of("CRL_SIGNATURE_WRONG", issuer=issuer.label))


def _require_current(
    crl: x509.CertificateRevocationList, issuer: Certificate, at: datetime
) -> tuple[datetime, datetime]:
    """thisUpdate <= at <= nextUpdate; a CRL without an end is never known to be the current one."""
    this_update, next_update = crl.last_update_utc, crl.next_update_utc
    if at < this_update:
        raise _Unusable(
            Finding.of("CRL_NOT_YET_VALID", issuer=issuer.label, this_update=_text(this_update), at=_text(at))
        )
    if next_update is None:
        raise _Unusable(Finding.of("CRL_WITHOUT_END", issuer=issuer.label, this_update=_text(this_update)))
    if at > next_update:
        raise _Unusable(Finding.of("CRL_STALE", issuer=issuer.label, next_update=_text(next_update), at=_text(at)))
    return this_update, next_update


def _require_in_scope(crl: x509.CertificateRevocationList, certificate: Certificate, issuer: Certificate) -> None:
    """RFC 5280, 5.2 and 6.3.3 (b): a complete CRL that speaks of this certificate, with nothing unknown in it."""
    for extension in crl.extensions:
        value = extension.value
        if extension.oid == ExtensionOID.DELTA_CRL_INDICATOR:
            raise _Unusable(Finding.of("CRL_DELTA", issuer=issuer.label))
        if extension.critical and extension.oid not in _UNDERSTOOD:
            raise _Unusable(Finding.of("CRL_CRITICAL_EXTENSION", issuer=issuer.label, oid=extension.oid.dotted_string))
        if isinstance(value, x509.IssuingDistributionPoint):
            scope = _out_of_scope(value, certificate)
            if scope is not None:
                raise _Unusable(Finding.of("CRL_SCOPE", issuer=issuer.label, scope=scope))


def _out_of_scope(point: x509.IssuingDistributionPoint, certificate: Certificate) -> str | None:
    """The field of issuingDistributionPoint that shuts the certificate out (RFC 5280, 5.2.5), or None."""
    if point.indirect_crl:
        return "indirectCRL"
    if point.only_contains_attribute_certs:
        return "onlyContainsAttributeCerts"
    if point.only_contains_user_certs and certificate.is_ca:
        return "onlyContainsUserCerts"
    if point.only_contains_ca_certs and not certificate.is_ca:
        return "onlyContainsCACerts"
    if point.only_some_reasons:
        return "onlySomeReasons"
    if point.relative_name:
        return "nameRelativeToCRLIssuer"
    if point.full_name:
        # the issuer's own name answers for any certificate (6.3.3, last paragraph)
        answered = (*certificate.crl_points, f"DirectoryName:{certificate.issuer.hex()}")
        if not any(general_name(name) in answered for name in point.full_name):
            return "distributionPoint"
    return None


def _entry(
    crl: x509.CertificateRevocationList, certificate: Certificate, issuer: Certificate
) -> tuple[datetime | None, str | None]:
    """When and why the certificate was revoked; (None, None) when it is not on the list."""
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial)
    if entry is None:
        return None, None
    reason = x509.ReasonFlags.unspecified
    for extension in entry.extensions:
        # certificateIssuer belongs to indirect CRLs: here nobody can say whose certificate the entry means
        if extension.oid not in _UNDERSTOOD_IN_ENTRIES and (
            extension.critical or extension.oid == CRLEntryExtensionOID.CERTIFICATE_ISSUER
        ):
            raise _Unusable(Finding.of("CRL_CRITICAL_EXTENSION", issuer=issuer.label, oid=extension.oid.dotted_string))
        if isinstance(extension.value, x509.CRLReason):
            reason = extension.value.reason
    if reason is x509.ReasonFlags.remove_from_crl:  # of delta CRLs only: this one contradicts itself
        raise Malformed("it removes the certificate from a list that it does not build on")
    return entry.revocation_date_utc, reason.value


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
