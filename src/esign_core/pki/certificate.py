"""One X.509 certificate (RFC 5280) as a plain value: all of it is read and wrapped at once, nothing raises later."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Literal, TypeAlias

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import NameOID

from esign_core.errors import InputError
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pki.der import BIT_STRING, INTEGER, SEQUENCE, Malformed, element_at, elements
from esign_core.pki.extensions import Extensions
from esign_core.pki.identifiers import RSA_ENCRYPTION, SignatureAlgorithm, signature_algorithm

KeyKind: TypeAlias = Literal["rsa", "ec", "ed25519", "ed448", "other"]

_SERIAL_OCTETS = 64  # RFC 5280, 4.1.2.2 allows 20; beyond this it is no number that anybody writes down
_CACHED_BYTES = 16 * 1024  # larger certificates are read anew each time, so that the cache stays below 4 MB


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate, read. `subject` and `issuer` are DER Names as encoded; `*_text` the same in RFC 4514.

    `key_usage` (RFC 5280, 4.2.1.3: "digitalSignature", "keyCertSign", ...) and `ext_key_usage` (dotted OIDs) are None
    where the extension is absent. `key` is for people ("RSA-2048", "EC-secp256r1"). Times are aware, UTC.
    `unknown_critical`: dotted OIDs of critical extensions that nothing here judges. `name_constraints`: there are some.
    `crl_points`: names of distribution points that answer for every reason and are signed by the issuer itself, as
    `general_name` writes them.
    """

    der: bytes = field(repr=False)
    sha256: str
    version: int
    subject: bytes = field(repr=False)
    issuer: bytes = field(repr=False)
    subject_text: str
    issuer_text: str
    common_name: str | None
    organization: str | None
    issuer_common_name: str | None
    serial: int
    not_before: datetime
    not_after: datetime
    key: str
    key_kind: KeyKind
    key_bits: int
    public_key: bytes = field(repr=False)  # DER SubjectPublicKeyInfo
    algorithm: SignatureAlgorithm  # how the issuer signed it
    tbs: bytes = field(repr=False)  # what the issuer signed
    signature_value: bytes = field(repr=False)
    key_usage: frozenset[str] | None
    ext_key_usage: tuple[str, ...] | None
    ext_key_usage_critical: bool
    is_ca: bool
    path_length: int | None
    subject_key_id: bytes | None
    authority_key_id: bytes | None
    policies: tuple[str, ...]
    name_constraints: bool
    unknown_critical: tuple[str, ...]
    crl_points: tuple[str, ...]

    @property
    def signature_algorithm(self) -> str:
        """Name of the algorithm the issuer signed with ("sha256WithRSAEncryption"), or its dotted OID."""
        return self.algorithm.name

    @property
    def signature_hash(self) -> str | None:
        """hashlib name of the hash the issuer signed with; None where EdDSA fixes it or it is not known."""
        return self.algorithm.hash

    @property
    def self_issued(self) -> bool:
        """Subject and issuer are the same name (RFC 5280, 6.1)."""
        return self.subject == self.issuer

    @property
    def label(self) -> str:
        """What a person calls it."""
        return self.common_name or self.subject_text


def parse_certificate(der: bytes, limits: Limits = DEFAULT_LIMITS) -> Certificate:
    """The certificate in `der`. InputError (CERTIFICATE_MALFORMED), LimitExceeded (cms_bytes).

    Nothing that reads it recurses: the depth needs no check.
    """
    limits.check("cms_bytes", len(der))
    try:
        return _read_cached(bytes(der)) if len(der) <= _CACHED_BYTES else _read(bytes(der))
    except Exception as error:  # cryptography raises ValueError, TypeError and classes of its own
        raise InputError(
            f"the certificate cannot be read ({error}): give one X.509 certificate as DER", code="CERTIFICATE_MALFORMED"
        ) from error


def subject_attributes(certificate: Certificate) -> frozenset[tuple[str, str]]:
    """Dotted OID and text of every attribute in the subject's name."""
    subject = x509.load_der_x509_certificate(certificate.der).subject
    return frozenset((each.oid.dotted_string, each.value) for each in subject if isinstance(each.value, str))


def _read(der: bytes) -> Certificate:
    raw = _RawCertificate.read(der)
    parsed = x509.load_der_x509_certificate(der)
    extensions = Extensions.read(parsed.extensions)
    kind, bits, key = _key(parsed)
    return Certificate(
        der=der,
        sha256=hashlib.sha256(der).hexdigest(),
        version=parsed.version.value + 1,
        subject=raw.subject,
        issuer=raw.issuer,
        subject_text=parsed.subject.rfc4514_string(),
        issuer_text=parsed.issuer.rfc4514_string(),
        common_name=_attribute(parsed.subject, NameOID.COMMON_NAME),
        organization=_attribute(parsed.subject, NameOID.ORGANIZATION_NAME),
        issuer_common_name=_attribute(parsed.issuer, NameOID.COMMON_NAME),
        serial=raw.serial,
        not_before=parsed.not_valid_before_utc,
        not_after=parsed.not_valid_after_utc,
        key=key,
        key_kind=kind,
        key_bits=bits,
        public_key=raw.public_key,
        algorithm=raw.algorithm,
        tbs=raw.tbs,
        signature_value=parsed.signature,
        key_usage=extensions.key_usage,
        ext_key_usage=extensions.ext_key_usage,
        ext_key_usage_critical=extensions.ext_key_usage_critical,
        is_ca=extensions.is_ca,
        path_length=extensions.path_length,
        subject_key_id=extensions.subject_key_id,
        authority_key_id=extensions.authority_key_id,
        policies=extensions.policies,
        name_constraints=extensions.name_constraints,
        unknown_critical=extensions.unknown_critical,
        crl_points=extensions.crl_points,
    )


_read_cached = lru_cache(maxsize=256)(_read)


@dataclass(frozen=True, slots=True)
class _RawCertificate:
    """What is needed byte for byte, which cryptography would encode anew."""

    tbs: bytes
    serial: int
    issuer: bytes
    subject: bytes
    public_key: bytes
    algorithm: SignatureAlgorithm

    @classmethod
    def read(cls, der: bytes) -> _RawCertificate:
        parts = list(elements(der, element_at(der)))
        if [part.tag for part in parts] != [SEQUENCE, SEQUENCE, BIT_STRING]:
            raise Malformed("it is not a certificate")
        fields = list(elements(der, parts[0]))
        if fields and fields[0].tag == 0xA0:  # version
            del fields[0]
        if [part.tag for part in fields[:6]] != [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE]:
            raise Malformed("it is not a certificate")
        serial, inner_algorithm, issuer, _, subject, public_key = fields[:6]
        number = int.from_bytes(serial.value(der), "big", signed=True)
        if number < 0 or serial.end - serial.content > _SERIAL_OCTETS:
            raise Malformed("its serial number is negative or absurd")
        if inner_algorithm.whole(der) != parts[1].whole(der):  # RFC 5280, 4.1.1.2
            raise Malformed("it names two signature algorithms")
        return cls(
            tbs=parts[0].whole(der),
            serial=number,
            issuer=issuer.whole(der),
            subject=subject.whole(der),
            public_key=public_key.whole(der),
            algorithm=signature_algorithm(der, parts[1]),
        )


def _key(certificate: x509.Certificate) -> tuple[KeyKind, int, str]:
    """Kind, bits and a name of the key; "other" for one that cannot be used, whatever the reason."""
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        key = None
    oid = certificate.public_key_algorithm_oid.dotted_string
    if isinstance(key, rsa.RSAPublicKey) and oid == RSA_ENCRYPTION:  # not a key bound to PSS (RFC 4055, 1.2)
        return "rsa", key.key_size, f"RSA-{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "ec", key.curve.key_size, f"EC-{key.curve.name}"
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "ed25519", 256, "Ed25519"
    if isinstance(key, ed448.Ed448PublicKey):
        return "ed448", 456, "Ed448"
    return "other", 0, oid


def _attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    for attribute in name.get_attributes_for_oid(oid):
        if isinstance(attribute.value, str):
            return attribute.value
    return None
