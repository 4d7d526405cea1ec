"""CMS SignedData (RFC 5652) as PAdES baseline signatures hold it (EN 319 142-1, clause 6.3), written as DER.

Signing goes through here once per document, so the values are templates of a few joins; tests hold them against
asn1crypto byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from esign_core.algorithms import Hash, Mechanism, digest
from esign_core.pki.certificate import Certificate, parse_certificate
from esign_core.pki.der import IA5_STRING, OCTET_STRING, SEQUENCE, SET, integer, object_identifier, set_of, tlv
from esign_core.pki.identifiers import hash_identifier, signature_identifier

_ID_DATA = object_identifier("1.2.840.113549.1.7.1")
_ID_SIGNED_DATA = object_identifier("1.2.840.113549.1.7.2")
_CONTENT_TYPE = object_identifier("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = object_identifier("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = object_identifier("1.2.840.113549.1.9.16.2.47")
_SIGNATURE_TIME_STAMP = object_identifier("1.2.840.113549.1.9.16.2.14")
_SIGNATURE_POLICY = object_identifier("1.2.840.113549.1.9.16.2.15")
_POLICY_URI = object_identifier("1.2.840.113549.1.9.16.5.1")  # id-spq-ets-uri

_CONTEXT_0, _CONTEXT_1 = 0xA0, 0xA1
_VERSION_1 = integer(1)


def signed_attributes(
    document_digest: bytes, certificate: bytes, hash: Hash = "sha256", *, further: Sequence[bytes] = ()
) -> bytes:
    """DER SET OF Attribute to be signed: content-type, message-digest, signing-certificate-v2 (RFC 5035).

    No signing-time: a PAdES signature claims its time in /M (EN 319 142-1, table 1). `document_digest` was made with
    `hash`, which also names the certificate. `further`: DER Attributes besides. InputError (CERTIFICATE_MALFORMED).
    """
    return set_of(
        (
            attribute(_CONTENT_TYPE, _ID_DATA),
            attribute(_MESSAGE_DIGEST, tlv(OCTET_STRING, document_digest)),
            _signing_certificate(bytes(certificate), hash),
            *further,
        )
    )


def signature_policy(oid: str, policy_digest: bytes, hash: Hash, uri: str) -> bytes:
    """DER Attribute signature-policy-identifier (EN 319 122-1, 5.2.9.1): the policy's dotted OID, its digest made with
    `hash`, and an ASCII `uri` where it can be read, left out when empty."""
    qualifier = tlv(SEQUENCE, tlv(SEQUENCE, _POLICY_URI, tlv(IA5_STRING, uri.encode("ascii")))) if uri else b""
    digest_value = tlv(SEQUENCE, hash_identifier(hash), tlv(OCTET_STRING, policy_digest))
    return attribute(_SIGNATURE_POLICY, tlv(SEQUENCE, object_identifier(oid), digest_value, qualifier))


def signed_data(
    attributes: bytes,
    value: bytes,
    certificate: bytes,
    chain: Sequence[bytes],
    mechanism: Mechanism,
    *,
    unsigned: Sequence[bytes] = (),
) -> bytes:
    """DER ContentInfo with a detached SignedData.

    `attributes`: as from `signed_attributes`; `value`: the signature value; `chain`: DER certificates to embed besides
    the signer's; `unsigned`: DER Attributes for unsignedAttrs.

    InputError (CERTIFICATE_MALFORMED; MECHANISM for a mechanism that is not written yet).
    """
    digest_algorithm = hash_identifier(mechanism.hash)
    signer_info = tlv(
        SEQUENCE,
        _VERSION_1,  # the signer is named by issuer and serial number (RFC 5652, 5.3)
        _issuer_and_serial(parse_certificate(certificate)),
        digest_algorithm,
        bytes((_CONTEXT_0,)) + attributes[1:],
        signature_identifier(mechanism),
        tlv(OCTET_STRING, value),
        set_of(unsigned, _CONTEXT_1) if unsigned else b"",
    )
    return tlv(
        SEQUENCE,
        _ID_SIGNED_DATA,
        tlv(
            _CONTEXT_0,
            tlv(
                SEQUENCE,
                _VERSION_1,  # X.509 certificates only, content of type data (RFC 5652, 5.1)
                tlv(SET, digest_algorithm),
                tlv(SEQUENCE, _ID_DATA),
                set_of({bytes(certificate), *map(bytes, chain)}, _CONTEXT_0),
                tlv(SET, signer_info),
            ),
        ),
    )


def signature_timestamp(token: bytes) -> bytes:
    """DER Attribute signature-time-stamp (id-aa-timeStampToken; EN 319 122-1, 5.3) with one DER TimeStampToken."""
    return attribute(_SIGNATURE_TIME_STAMP, token)


def attribute(kind: bytes, value: bytes) -> bytes:
    """A CMS Attribute (RFC 5652, 5.3) of one value, both given as DER."""
    return tlv(SEQUENCE, kind, tlv(SET, value))


@lru_cache(maxsize=64)
def _signing_certificate(der: bytes, hash: Hash) -> bytes:
    """SigningCertificateV2 with one ESSCertIDv2; sha256 is its default and left out (RFC 5035, 4).

    Without issuerSerial, which is optional and says nothing that the digest does not: what the key sees stays small.
    """
    reference = tlv(
        SEQUENCE,
        b"" if hash == "sha256" else hash_identifier(hash),
        tlv(OCTET_STRING, digest(hash, der)),
    )
    return attribute(_SIGNING_CERTIFICATE_V2, tlv(SEQUENCE, tlv(SEQUENCE, reference)))


def _issuer_and_serial(certificate: Certificate) -> bytes:
    return tlv(SEQUENCE, certificate.issuer, integer(certificate.serial))
