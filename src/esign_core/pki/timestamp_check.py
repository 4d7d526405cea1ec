"""Is a timestamp token the one that was asked for, and does it hold together (RFC 3161, 2.3 and 2.4)?

No trust and no clock: whether the authority is believed, and was revoked, is a verifier's to say.
"""

from __future__ import annotations

from esign_core.algorithms import HASH_SIZES, Hash, digest
from esign_core.errors import TimestampError
from esign_core.pki.certificate import Certificate
from esign_core.pki.signature import Outcome, verify_value
from esign_core.pki.timestamp import TIME_STAMPING, TST_INFO, TimestampToken

_SHOWN = 128  # hexadecimal digits of the longest hash


def require_answer(token: TimestampToken, *, nonce: int, policy: str | None) -> None:
    """Raise TimestampError unless the token answers the request: TIMESTAMP_NONCE, TIMESTAMP_POLICY (dotted OID)."""
    if token.nonce != nonce:
        found = "none" if token.nonce is None else f"{token.nonce:#x}"
        raise TimestampError(
            f"the timestamp has another nonce ({found}) than was sent ({nonce:#x}), so that it may be an old one: "
            "ask again, and distrust what lies between you and the authority",
            code="TIMESTAMP_NONCE",
        )
    if policy is not None and token.policy != policy:
        raise TimestampError(
            f"the timestamp was made under policy {token.policy} and {policy} was asked for: ask for one that the "
            "authority has",
            code="TIMESTAMP_POLICY",
        )


def imprint_hash(token: TimestampToken) -> Hash:
    """What the token's imprint was made with. TimestampError (TIMESTAMP_ALGORITHM) for a hash that proves nothing."""
    return _strong(token.hash, "names its imprint by")


def require_imprint(token: TimestampToken, imprint: bytes, hash: Hash) -> None:
    """Raise TimestampError (TIMESTAMP_IMPRINT) unless the token is over exactly this imprint."""
    if (token.hash, token.imprint) != (hash, imprint):
        raise TimestampError(
            f"the timestamp is over {token.hash} {token.imprint.hex()[:_SHOWN]} and not over {hash} {imprint.hex()}, "
            "that of the signature value: take the token that was made for this signature",
            code="TIMESTAMP_IMPRINT",
        )


def require_sound(token: TimestampToken) -> None:
    """Raise TimestampError unless the certificate in the token may stamp, and signed it.

    TIMESTAMP_CERTIFICATE (missing, or not the one that was signed along), TIMESTAMP_KEY_USAGE, TIMESTAMP_EXPIRED,
    TIMESTAMP_NOT_YET_VALID, TIMESTAMP_ALGORITHM, TIMESTAMP_SIGNATURE.
    """
    certificate = token.cms.signer_certificate()
    if certificate is None:
        raise TimestampError(
            "the timestamp does not hold the certificate that signed it: ask with certReq, or ask another authority",
            code="TIMESTAMP_CERTIFICATE",
        )
    _require_signed(token, certificate)
    _require_purpose(certificate)
    _require_valid_then(token, certificate)


def _strong(name: str, does: str) -> Hash:
    if name not in HASH_SIZES:
        raise TimestampError(
            f"the timestamp {does} {name}, which proves nothing: ask an authority that uses sha256 or better",
            code="TIMESTAMP_ALGORITHM",
        )
    return name  # type: ignore[return-value]  # a key of HASH_SIZES


def _require_signed(token: TimestampToken, certificate: Certificate) -> None:
    cms = token.cms
    hash = _strong(cms.digest_algorithm, "is signed with")
    if cms.algorithm.hash is not None:
        _strong(cms.algorithm.hash, "is signed with")
    reference = cms.signing_certificate
    if reference is None or not reference.matches(certificate):
        raise TimestampError(
            f"the timestamp does not name the certificate of {certificate.label} as its own (signing-certificate, "
            "RFC 3161, 2.4.2): ask another authority",
            code="TIMESTAMP_CERTIFICATE",
        )
    content = cms.encapsulated or b""
    attributes = cms.signed_attributes
    if (
        attributes is None
        or cms.attribute_content_type != TST_INFO
        or cms.message_digest != digest(hash, content)
        or verify_value(certificate, cms.algorithm, cms.value, attributes) is not Outcome.VALID
    ):
        raise TimestampError(
            f"the timestamp was changed, or {certificate.label} did not sign it ({cms.algorithm.name}): ask again",
            code="TIMESTAMP_SIGNATURE",
        )


def _require_purpose(certificate: Certificate) -> None:
    """RFC 3161, 2.3: the one purpose is id-kp-timeStamping, and critical."""
    if certificate.ext_key_usage != (TIME_STAMPING,) or not certificate.ext_key_usage_critical:
        found = ", ".join(certificate.ext_key_usage or ()) or "nothing in particular"
        critical = "critical" if certificate.ext_key_usage_critical else "not critical"
        raise TimestampError(
            f"the certificate of {certificate.label} is for {found} ({critical}), where time stamping alone and "
            "critical is asked for (RFC 3161, 2.3): ask an authority with such a certificate",
            code="TIMESTAMP_KEY_USAGE",
        )


def _require_valid_then(token: TimestampToken, certificate: Certificate) -> None:
    form = "%Y-%m-%d %H:%M:%S UTC"
    at = token.gen_time.strftime(form)
    if token.gen_time < certificate.not_before:
        raise TimestampError(
            f"the certificate of {certificate.label} is valid only from {certificate.not_before.strftime(form)}, the "
            f"timestamp says {at}: the authority's clock or certificate is wrong, ask another",
            code="TIMESTAMP_NOT_YET_VALID",
        )
    if token.gen_time > certificate.not_after:
        raise TimestampError(
            f"the certificate of {certificate.label} expired at {certificate.not_after.strftime(form)}, the timestamp "
            f"says {at}: the authority has to renew it, ask another",
            code="TIMESTAMP_EXPIRED",
        )
