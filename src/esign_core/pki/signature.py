"""Does a signature value fit the key of a certificate?"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_public_key

from esign_core.algorithms import Mechanism
from esign_core.pki.certificate import Certificate
from esign_core.pki.identifiers import SignatureAlgorithm

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha3_256": hashes.SHA3_256,
    "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
}

_KEY_KINDS = {"rsa_pkcs1v15": "rsa", "rsa_pss": "rsa", "ecdsa": "ec", "ed25519": "ed25519", "ed448": "ed448"}


class Outcome(Enum):
    """UNSUPPORTED: not checked, because of the algorithm or the kind of key. It is never VALID and never INVALID."""

    VALID = "valid"
    INVALID = "invalid"
    UNSUPPORTED = "unsupported"


def verify_value(
    certificate: Certificate, algorithm: SignatureAlgorithm | Mechanism, value: bytes, data: bytes
) -> Outcome:
    """Does `value` sign `data` (the bytes, not their digest) under the certificate's key? Never raises for any bytes.

    A value of another kind of key than the certificate's is INVALID.
    """
    if algorithm.scheme is None or certificate.key_kind == "other":
        return Outcome.UNSUPPORTED
    if _KEY_KINDS[algorithm.scheme] != certificate.key_kind:
        return Outcome.INVALID
    try:
        _verify(_public_key(certificate.public_key), algorithm, value, data)
    except InvalidSignature:
        return Outcome.INVALID
    except (UnsupportedAlgorithm, ValueError, KeyError):  # a curve, hash or size that the backend does not do
        return Outcome.UNSUPPORTED
    return Outcome.VALID


def verify_issued(certificate: Certificate, issuer: Certificate) -> Outcome:
    """Does the issuer's key verify the certificate's signature? Names and extensions are not looked at."""
    return verify_value(issuer, certificate.algorithm, certificate.signature_value, certificate.tbs)


@lru_cache(maxsize=256)
def _public_key(der: bytes) -> PublicKeyTypes:
    return load_der_public_key(der)


def _verify(key: PublicKeyTypes, algorithm: SignatureAlgorithm | Mechanism, value: bytes, data: bytes) -> None:
    """Raises InvalidSignature for a wrong value; KeyError for a hash that is not in the table."""
    if isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
        key.verify(value, data)
        return
    hash = _HASHES[algorithm.hash or ""]()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(value, data, ec.ECDSA(hash))
    elif isinstance(key, rsa.RSAPublicKey) and algorithm.scheme == "rsa_pkcs1v15":
        key.verify(value, data, padding.PKCS1v15(), hash)
    elif isinstance(key, rsa.RSAPublicKey):
        salt_length = hash.digest_size if algorithm.salt_length is None else algorithm.salt_length
        key.verify(value, data, padding.PSS(padding.MGF1(hash), salt_length), hash)
    else:
        raise UnsupportedAlgorithm("this kind of key")
