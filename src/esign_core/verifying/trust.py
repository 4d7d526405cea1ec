"""Anchors and outside evidence, read once per call."""

from __future__ import annotations

from dataclasses import dataclass

from esign_core.errors import InputError
from esign_core.limits import Limits
from esign_core.pki.certificate import Certificate, parse_certificate
from esign_core.policy import Evidence, Trust


@dataclass(frozen=True, slots=True)
class Materials:
    """What the caller brought along: certificates to trust, certificates to build paths with, CRLs in DER."""

    anchors: tuple[Certificate, ...]
    certificates: tuple[Certificate, ...]
    crls: tuple[bytes, ...]
    ocsp_count: int


def read_materials(trust: Trust, evidence: Evidence, limits: Limits) -> Materials:
    """InputError: CERTIFICATE_MALFORMED for an anchor or certificate that is none, ARGUMENT for other types of value.

    CRLs are read where they are used: one that cannot be read is a finding there.
    """
    if not isinstance(trust, Trust) or not isinstance(evidence, Evidence):
        raise InputError("trust is a Trust and evidence an Evidence: wrap the certificates and CRLs", code="ARGUMENT")
    return Materials(
        anchors=tuple(parse_certificate(der, limits) for der in trust.anchors),
        certificates=tuple(parse_certificate(der, limits) for der in evidence.certificates),
        crls=evidence.crls,
        ocsp_count=len(evidence.ocsp),
    )
