"""AlgorithmIdentifiers (RFC 5280, 4.1.1.2) of hashes and signatures: read into names, written as DER."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from esign_core.algorithms import Mechanism, Scheme
from esign_core.errors import InputError
from esign_core.pki.der import (
    NULL,
    OBJECT_IDENTIFIER,
    SEQUENCE,
    Buffer,
    Element,
    Malformed,
    dotted,
    element_at,
    elements,
    object_identifier,
    tlv,
)

HASHES: Mapping[str, str] = MappingProxyType(
    {
        "1.3.14.3.2.26": "sha1",
        "2.16.840.1.101.3.4.2.4": "sha224",
        "2.16.840.1.101.3.4.2.1": "sha256",
        "2.16.840.1.101.3.4.2.2": "sha384",
        "2.16.840.1.101.3.4.2.3": "sha512",
        "2.16.840.1.101.3.4.2.8": "sha3_256",
        "2.16.840.1.101.3.4.2.9": "sha3_384",
        "2.16.840.1.101.3.4.2.10": "sha3_512",
        "2.16.840.1.101.3.4.2.12": "shake256",
    }
)
"""Dotted OID to hashlib name (RFC 3370, RFC 5754, RFC 8702, RFC 9688)."""

RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
RSASSA_PSS = "1.2.840.113549.1.1.10"
_MGF1 = "1.2.840.113549.1.1.8"

_SIGNATURES: Mapping[str, tuple[str, Scheme, str | None]] = MappingProxyType(
    {
        "1.2.840.113549.1.1.5": ("sha1WithRSAEncryption", "rsa_pkcs1v15", "sha1"),
        "1.2.840.113549.1.1.14": ("sha224WithRSAEncryption", "rsa_pkcs1v15", "sha224"),
        "1.2.840.113549.1.1.11": ("sha256WithRSAEncryption", "rsa_pkcs1v15", "sha256"),
        "1.2.840.113549.1.1.12": ("sha384WithRSAEncryption", "rsa_pkcs1v15", "sha384"),
        "1.2.840.113549.1.1.13": ("sha512WithRSAEncryption", "rsa_pkcs1v15", "sha512"),
        "2.16.840.1.101.3.4.3.14": ("rsassa-pkcs1-v1_5-with-sha3-256", "rsa_pkcs1v15", "sha3_256"),
        "2.16.840.1.101.3.4.3.15": ("rsassa-pkcs1-v1_5-with-sha3-384", "rsa_pkcs1v15", "sha3_384"),
        "2.16.840.1.101.3.4.3.16": ("rsassa-pkcs1-v1_5-with-sha3-512", "rsa_pkcs1v15", "sha3_512"),
        "1.2.840.10045.4.1": ("ecdsa-with-SHA1", "ecdsa", "sha1"),
        "1.2.840.10045.4.3.1": ("ecdsa-with-SHA224", "ecdsa", "sha224"),
        "1.2.840.10045.4.3.2": ("ecdsa-with-SHA256", "ecdsa", "sha256"),
        "1.2.840.10045.4.3.3": ("ecdsa-with-SHA384", "ecdsa", "sha384"),
        "1.2.840.10045.4.3.4": ("ecdsa-with-SHA512", "ecdsa", "sha512"),
        "2.16.840.1.101.3.4.3.10": ("ecdsa-with-SHA3-256", "ecdsa", "sha3_256"),
        "2.16.840.1.101.3.4.3.11": ("ecdsa-with-SHA3-384", "ecdsa", "sha3_384"),
        "2.16.840.1.101.3.4.3.12": ("ecdsa-with-SHA3-512", "ecdsa", "sha3_512"),
        "1.3.101.112": ("ed25519", "ed25519", None),
        "1.3.101.113": ("ed448", "ed448", None),
    }
)
"""Dotted OID to name, scheme and hash (RFC 8017, RFC 5758, RFC 8410, RFC 9688)."""

_HASH_OIDS = {name: oid for oid, name in HASHES.items()}
_SIGNATURE_OIDS = {(scheme, hash): oid for oid, (_, scheme, hash) in _SIGNATURES.items()}


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """What an AlgorithmIdentifier says. `scheme` None: not supported, `name` is all there is to say.

    `hash` is a hashlib name, also of a hash that is no longer secure ("sha1"): whether it is accepted is the policy's
    to say. None: EdDSA, which fixes it, or not supported. `salt_length` in bytes, PSS only.
    """

    oid: str
    name: str
    scheme: Scheme | None
    hash: str | None
    salt_length: int | None = None


def signature_algorithm(data: Buffer, identifier: Element, digest: str | None = None) -> SignatureAlgorithm:
    """The algorithm an AlgorithmIdentifier names. `digest`: the SignerInfo's hash, which completes rsaEncryption
    (RFC 3370, 3.2). Malformed when it is none."""
    oid, parameters = _split(data, identifier)
    if oid == RSA_ENCRYPTION:
        known = digest in _HASH_OIDS
        return SignatureAlgorithm(oid, "rsaEncryption", "rsa_pkcs1v15" if known else None, digest if known else None)
    if oid == RSASSA_PSS:
        return _pss(data, parameters)
    if oid in _SIGNATURES:
        name, scheme, hash = _SIGNATURES[oid]
        return SignatureAlgorithm(oid, name, scheme, hash)
    return SignatureAlgorithm(oid, oid, None, None)


def hash_algorithm(data: Buffer, identifier: Element) -> str:
    """The hashlib name of the hash an AlgorithmIdentifier names, or its dotted OID. Malformed when it is none."""
    oid, _ = _split(data, identifier)
    return HASHES.get(oid, oid)


def _split(data: Buffer, identifier: Element) -> tuple[str, Element | None]:
    if identifier.tag != SEQUENCE:
        raise Malformed("an algorithm identifier is not a sequence")
    parts = list(elements(data, identifier))
    if not 1 <= len(parts) <= 2 or parts[0].tag != OBJECT_IDENTIFIER:
        raise Malformed("an algorithm identifier is not an object identifier with parameters")
    return dotted(parts[0].value(data)), parts[1] if len(parts) == 2 else None


def _pss(data: Buffer, parameters: Element | None) -> SignatureAlgorithm:
    """RSASSA-PSS-params (RFC 8017, A.2.3). A second hash for MGF1 is legal, unused, and not supported."""
    hash, mask_hash, salt_length, trailer = "sha1", "sha1", 20, 1
    for field in elements(data, parameters) if parameters else ():
        inner = element_at(data, field.content, field.end)
        if field.tag == 0xA0:
            hash = hash_algorithm(data, inner)
        elif field.tag == 0xA1:
            mask, mask_parameters = _split(data, inner)
            mask_hash = hash_algorithm(data, mask_parameters) if mask == _MGF1 and mask_parameters else mask
        elif field.tag == 0xA2:
            salt_length = int.from_bytes(inner.value(data), "big", signed=True)
        elif field.tag == 0xA3:
            trailer = int.from_bytes(inner.value(data), "big", signed=True)
    supported = hash in _HASH_OIDS and mask_hash == hash and salt_length >= 0 and trailer == 1
    if not supported:
        return SignatureAlgorithm(RSASSA_PSS, "rsassaPss", None, None)
    return SignatureAlgorithm(RSASSA_PSS, "rsassaPss", "rsa_pss", hash, salt_length)


@cache
def hash_identifier(hash: str) -> bytes:
    """DER AlgorithmIdentifier of a hash, parameters absent (RFC 5754, 2)."""
    return tlv(SEQUENCE, object_identifier(_HASH_OIDS[hash]))


@cache
def signature_identifier(mechanism: Mechanism) -> bytes:
    """DER AlgorithmIdentifier of a signature: RSA names its hash and has NULL parameters, ECDSA has none (RFC 5754, 3).

    InputError (MECHANISM) for what is not written yet: PSS, EdDSA, shake256.
    """
    oid = _SIGNATURE_OIDS.get((mechanism.scheme, mechanism.hash))
    if oid is None:
        raise InputError(
            f"signing with {mechanism.scheme} and {mechanism.hash} is not supported yet: use rsa_pkcs1v15 or ecdsa "
            "with sha256, sha384, sha512 or a sha3",
            code="MECHANISM",
        )
    return tlv(SEQUENCE, object_identifier(oid), tlv(NULL) if mechanism.scheme == "rsa_pkcs1v15" else b"")
