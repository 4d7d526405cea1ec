"""The path of a signing certificate and what is known of its certificates' revocation, as facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from esign_core.limits import Limits
from esign_core.pki.certificate import Certificate
from esign_core.pki.path import build_path
from esign_core.pki.revocation import check_crl
from esign_core.verifying.facts import CertificateFacts, ChainFacts, RevocationState
from esign_core.verifying.trust import Materials


@dataclass(frozen=True, slots=True)
class ChainBuilder:
    """Paths for the signatures of one document. What was found for a certificate is kept for the next signature."""

    materials: Materials
    at: datetime
    limits: Limits
    check_revocation: bool
    _revocation: dict[tuple[str, str], RevocationState] = field(default_factory=dict)
    _chains: dict[tuple[str, ...], ChainFacts] = field(default_factory=dict)

    def chain(self, leaf: Certificate, embedded: tuple[Certificate, ...]) -> ChainFacts:
        """The path from `leaf`, built with the certificates inside the signature and those given."""
        key = (leaf.sha256, *sorted(certificate.sha256 for certificate in embedded))
        if key not in self._chains:
            self._chains[key] = self._build(leaf, embedded)
        return self._chains[key]

    def _build(self, leaf: Certificate, embedded: tuple[Certificate, ...]) -> ChainFacts:
        pool = (*embedded, *self.materials.certificates)
        path = build_path(leaf, pool, self.materials.anchors, self.at, self.limits)
        last = len(path.certificates) - 1
        certificates = []
        for index, certificate in enumerate(path.certificates):
            anchor = path.anchored and index == last
            if anchor:
                state = RevocationState("not-required")
            elif path.anchored and self.check_revocation:
                state = self._state(certificate, path.certificates[index + 1])
            else:
                state = RevocationState()
            certificates.append(_certificate(certificate, anchor, state))
        return ChainFacts(tuple(certificates), path.findings)

    def _state(self, certificate: Certificate, issuer: Certificate) -> RevocationState:
        key = (certificate.sha256, issuer.sha256)
        if key not in self._revocation:
            answer = check_crl(certificate, issuer, self.materials.crls, self.at, self.limits)
            found = answer.status != "missing"
            self._revocation[key] = RevocationState(
                status=answer.status,
                source="given" if found else None,
                kind="crl" if found else None,
                this_update=answer.this_update,
                next_update=answer.next_update,
                revoked_at=answer.revoked_at,
                reason=answer.reason,
                signature_hash=answer.signature_hash,
                unusable=answer.unusable,
            )
        return self._revocation[key]


def _certificate(certificate: Certificate, is_anchor: bool, revocation: RevocationState) -> CertificateFacts:
    return CertificateFacts(
        sha256=certificate.sha256,
        subject=certificate.subject_text,
        issuer=certificate.issuer_text,
        serial=str(certificate.serial),
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        key=certificate.key,
        key_kind=certificate.key_kind,
        key_bits=certificate.key_bits,
        signature_algorithm=certificate.signature_algorithm,
        signature_hash=certificate.signature_hash,
        common_name=certificate.common_name,
        organization=certificate.organization,
        issuer_common_name=certificate.issuer_common_name,
        key_usage=None if certificate.key_usage is None else tuple(sorted(certificate.key_usage)),
        ext_key_usage=certificate.ext_key_usage,
        policies=certificate.policies,
        is_anchor=is_anchor,
        revocation=revocation,
    )
