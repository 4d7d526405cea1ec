"""May this certificate sign a document at this time? Asked before a key is spent."""

from __future__ import annotations

from datetime import UTC, datetime

from esign_core.algorithms import Mechanism
from esign_core.errors import CertificateUnfit, InputError
from esign_core.pki.certificate import Certificate
from esign_core.pki.identifiers import signature_identifier
from esign_core.policy import SigningPolicy

_SIGNING_USAGES = frozenset({"digitalSignature", "nonRepudiation"})  # RFC 5280, 4.2.1.3
_KEY_KINDS = {"rsa_pkcs1v15": "rsa", "ecdsa": "ec"}


def require_fit(certificate: Certificate, signing_time: datetime, policy: SigningPolicy) -> None:
    """Raise CertificateUnfit unless the certificate may sign at that time (aware) under that policy.

    Codes: CERTIFICATE_NOT_YET_VALID, CERTIFICATE_EXPIRED, KEY_USAGE, CERTIFICATE_IS_CA, WEAK_KEY, KEY_UNSUPPORTED.
    The message holds the compared values and says what to do.
    """
    who = f"the certificate of {certificate.label}"
    if policy.check_validity:
        _require_valid(certificate, who, signing_time)
    if policy.check_key_usage and certificate.key_usage is not None and not certificate.key_usage & _SIGNING_USAGES:
        usages = ", ".join(sorted(certificate.key_usage)) or "nothing"
        raise CertificateUnfit(
            f"{who} is for {usages}, not for digitalSignature or nonRepudiation: use a certificate made for signing, "
            "or pass SigningPolicy(check_key_usage=False)",
            code="KEY_USAGE",
        )
    if certificate.is_ca and not policy.allow_ca:
        raise CertificateUnfit(
            f"{who} is that of a certificate authority: use the one issued to the signer, or pass "
            "SigningPolicy(allow_ca=True)",
            code="CERTIFICATE_IS_CA",
        )
    if certificate.key_kind == "other":
        raise CertificateUnfit(
            f"{who} has a key of an unknown kind ({certificate.key}): use RSA or EC", code="KEY_UNSUPPORTED"
        )
    least = {"rsa": policy.rsa_bits, "ec": policy.ec_bits}.get(certificate.key_kind, 0)
    if certificate.key_bits < least:
        raise CertificateUnfit(
            f"{who} has a key of {certificate.key_bits} bits ({certificate.key}) where at least {least} are asked for: "
            f"use a stronger one, or pass SigningPolicy({certificate.key_kind}_bits={certificate.key_bits})",
            code="WEAK_KEY",
        )


def _require_valid(certificate: Certificate, who: str, signing_time: datetime) -> None:
    at = signing_time.astimezone(UTC)
    if at < certificate.not_before:
        raise CertificateUnfit(
            f"{who} is valid only from {certificate.not_before:%Y-%m-%d %H:%M:%S} UTC, the signing time is "
            f"{at:%Y-%m-%d %H:%M:%S} UTC: wait, or check the signing time",
            code="CERTIFICATE_NOT_YET_VALID",
        )
    if at > certificate.not_after:
        raise CertificateUnfit(
            f"{who} expired at {certificate.not_after:%Y-%m-%d %H:%M:%S} UTC, the signing time is "
            f"{at:%Y-%m-%d %H:%M:%S} UTC: renew it, or check the signing time",
            code="CERTIFICATE_EXPIRED",
        )


def require_mechanism(certificate: Certificate, mechanism: Mechanism) -> None:
    """Raise InputError (MECHANISM) unless a key of the certificate's kind signs like this and we can write it down."""
    signature_identifier(mechanism)
    if _KEY_KINDS.get(mechanism.scheme) != certificate.key_kind:
        raise InputError(
            f"the certificate of {certificate.label} has a key of the kind {certificate.key}, which does not sign with "
            f"{mechanism.scheme}: pass the Mechanism of that key",
            code="MECHANISM",
        )
