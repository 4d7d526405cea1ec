"""The elements of a signature's report, and facts as report.schema.json writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from esign_core.finding import Json
from esign_core.verifying.facts import CertificateFacts, Coverage, RevocationState, rfc3339


@dataclass(frozen=True, slots=True)
class Integrity:
    """Whether the numbers fit; None where that could not be computed. `message_digest`: lower case hex."""

    digest_ok: bool | None = None
    signature_ok: bool | None = None
    digest_algorithm: str | None = None
    signature_algorithm: str | None = None
    message_digest: str | None = None

    def as_dict(self) -> Json:
        return {
            "digest_ok": self.digest_ok,
            "signature_ok": self.signature_ok,
            "digest_algorithm": self.digest_algorithm,
            "signature_algorithm": self.signature_algorithm,
            "message_digest": self.message_digest,
        }


@dataclass(frozen=True, slots=True)
class Modifications:
    """What came after the signed revision. "not-evaluated" (`permitted` None): something did, and nobody judged it."""

    level: Literal["none", "not-evaluated"] = "not-evaluated"
    permitted: bool | None = None
    docmdp: int | None = None

    def as_dict(self) -> Json:
        return {"level": self.level, "permitted": self.permitted, "docmdp": self.docmdp}


@dataclass(frozen=True, slots=True)
class SigningTime:
    """`claimed` is what the signer's machine wrote; `best_signature_time` is the earliest time at which the signature
    is known to exist, the validation time when nothing proves an earlier one (`proven_by` None)."""

    claimed: datetime | None = None
    claimed_source: Literal["cms", "pdf-m"] | None = None
    best_signature_time: datetime | None = None
    proven_by: str | None = None

    def as_dict(self) -> Json:
        return {
            "claimed": _when(self.claimed),
            "claimed_source": self.claimed_source,
            "best_signature_time": _when(self.best_signature_time),
            "proven_by": self.proven_by,
        }


@dataclass(frozen=True, slots=True)
class SignerReport:
    """Whose key signed. `chain`: the path found, from the signing certificate to the anchor where one was reached."""

    name: str | None = None
    certificate: CertificateFacts | None = None
    chain: tuple[CertificateFacts, ...] = ()
    trusted: bool | None = None
    valid_at_best_time: bool | None = None

    def as_dict(self) -> Json:
        return {
            "name": self.name,
            "certificate": None if self.certificate is None else certificate_as_dict(self.certificate),
            "chain": [certificate_as_dict(certificate) for certificate in self.chain],
            "trusted": self.trusted,
            "valid_at_best_time": self.valid_at_best_time,
        }


def coverage_as_dict(coverage: Coverage) -> Json:
    """$defs/signature/coverage."""
    return {
        "byte_range": list(coverage.byte_range),
        "byte_range_ok": coverage.byte_range_ok,
        "level": coverage.level,
        "covered_until": coverage.covered_until,
    }


def certificate_as_dict(certificate: CertificateFacts) -> Json:
    """$defs/certificate."""
    return {
        "id": f"C-{certificate.sha256.upper()}",
        "subject": certificate.subject,
        "common_name": certificate.common_name,
        "organization": certificate.organization,
        "issuer": certificate.issuer,
        "issuer_common_name": certificate.issuer_common_name,
        "serial": certificate.serial,
        "not_before": rfc3339(certificate.not_before),
        "not_after": rfc3339(certificate.not_after),
        "key": certificate.key,
        "signature_algorithm": certificate.signature_algorithm,
        "key_usage": list(certificate.key_usage or ()),
        "ext_key_usage": list(certificate.ext_key_usage or ()),
        "policies": list(certificate.policies),
        "trust_anchor": certificate.is_anchor,
        "revocation": revocation_as_dict(certificate.revocation),
    }


def revocation_as_dict(revocation: RevocationState) -> Json:
    """$defs/revocation."""
    return {
        "status": revocation.status,
        "source": revocation.source,
        "kind": revocation.kind,
        "this_update": _when(revocation.this_update),
        "next_update": _when(revocation.next_update),
        "revoked_at": _when(revocation.revoked_at),
        "reason": revocation.reason,
    }


def _when(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)
