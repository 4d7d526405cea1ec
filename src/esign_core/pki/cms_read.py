"""CMS SignedData (RFC 5652) of unknown origin as a plain value: facts for a verifier, no judgement.

Read with `der` rather than an ASN.1 library: what was signed is needed byte for byte, and the cost must grow with the
input alone (asn1crypto's grows with the square of an object identifier's length: 80 kB take it 1.6 s). Tests hold the
facts against asn1crypto's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from esign_core.errors import InputError
from esign_core.finding import Finding
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pki.attributes import Attributes, CertificateReference, read_signed, read_unsigned
from esign_core.pki.ber import to_definite
from esign_core.pki.certificate import Certificate, parse_certificate
from esign_core.pki.der import (
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    SET,
    Element,
    Fields,
    Malformed,
    check_der,
    dotted,
    element_at,
    elements,
)
from esign_core.pki.identifiers import SignatureAlgorithm, hash_algorithm, signature_algorithm

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2"  # RFC 5940
_CONTEXT_0, _CONTEXT_1, _KEY_IDENTIFIER = 0xA0, 0xA1, 0x80


@dataclass(frozen=True, slots=True)
class CmsSignature:
    """One SignerInfo of a SignedData and what stands around it. The signer's fields are those of the first SignerInfo;
    `signer_count` says whether it is the only one."""

    der: bytes = field(repr=False)  # the ContentInfo as encoded, without padding
    trailing: bytes  # what follows it, zeros at the end removed
    version: int
    content_type: str  # of encapContentInfo: dotted OID
    encapsulated: bytes | None = field(repr=False)  # eContent; None: detached
    signer_count: int
    signer_issuer: bytes | None  # DER Name; None: the signer is named by key identifier
    signer_serial: int | None
    signer_key_id: bytes | None
    digest_algorithm: str  # hashlib name, or the dotted OID of one we do not know
    algorithm: SignatureAlgorithm
    signed_attributes: bytes | None = field(repr=False)  # SET OF Attribute, what was signed; None: there are none
    attribute_content_type: str | None  # dotted OID
    message_digest: bytes | None
    signing_certificate: CertificateReference | None  # of the v2 attribute where both are there
    signing_time: datetime | None  # aware, UTC
    policy_oid: str | None  # "implied" for SignaturePolicyImplied
    value: bytes = field(repr=False)
    certificates: tuple[Certificate, ...]
    crls: tuple[bytes, ...] = field(repr=False)  # from SignedData.crls and adbe-revocationInfoArchival
    ocsps: tuple[bytes, ...] = field(repr=False)  # OCSPResponses, from the same two places
    signed_attribute_types: tuple[str, ...]  # dotted OIDs, in the order encoded
    unsigned_attribute_types: tuple[str, ...]
    timestamps: tuple[bytes, ...] = field(repr=False)  # DER TimeStampTokens of signature-time-stamp
    findings: tuple[Finding, ...]  # what could not be read, or is not as RFC 5652 wants it

    def signer_certificate(self, others: Sequence[Certificate] = ()) -> Certificate | None:
        """The certificate that the SignerInfo names, among the embedded ones, then `others`. Of several with the same
        issuer and serial number the one that was signed along (signing-certificate)."""
        named = [certificate for certificate in (*self.certificates, *others) if self._names(certificate)]
        reference = self.signing_certificate
        if reference is not None:
            named.sort(key=lambda certificate: not reference.matches(certificate))
        return named[0] if named else None

    def _names(self, certificate: Certificate) -> bool:
        if self.signer_key_id is not None:
            return certificate.subject_key_id == self.signer_key_id
        return certificate.issuer == self.signer_issuer and certificate.serial == self.signer_serial


def read_signed_data(contents: bytes, limits: Limits = DEFAULT_LIMITS) -> CmsSignature:
    """The SignedData in `contents` (the bytes of /Contents, padding included; BER is accepted).

    InputError (CMS_MALFORMED), LimitExceeded (cms_bytes, der_depth, certificates).
    """
    limits.check("cms_bytes", len(contents))
    checked = check_der(contents, limits, code="CMS_MALFORMED", what="the signature's value")
    encoded = bytes(contents[: checked.length])
    try:
        return _read(encoded, bytes(contents[checked.length :]).rstrip(b"\0"), checked.definite, limits)
    except Malformed as error:
        raise InputError(f"the signature's value is not CMS SignedData: {error}", code="CMS_MALFORMED") from error


def _read(encoded: bytes, trailing: bytes, definite: bool, limits: Limits) -> CmsSignature:
    data = encoded if definite else to_definite(encoded)
    content_info = Fields(data, element_at(data))
    if dotted(content_info.take(OBJECT_IDENTIFIER).value(data)) != _SIGNED_DATA:
        raise Malformed("it is CMS of another type")
    fields = Fields(data, _explicit(data, content_info.take(_CONTEXT_0)))
    content_info.end()
    version = _integer(data, fields.take(INTEGER))
    fields.take(SET)  # digestAlgorithms: for readers in one pass; what counts is the SignerInfo's
    content_type, encapsulated = _encapsulated(data, fields.take(SEQUENCE))
    certificates, findings = _certificates(data, fields.optional(_CONTEXT_0), limits)
    crls, ocsps = _revocation(data, fields.optional(_CONTEXT_1))
    signers = list(elements(data, fields.take(SET)))
    fields.end()
    if not signers:
        raise Malformed("it names no signer")
    signer = _Signer.read(data, signers[0])
    attributes = signer.attributes
    return CmsSignature(
        der=encoded,
        trailing=trailing,
        version=version,
        content_type=content_type,
        encapsulated=encapsulated,
        signer_count=len(signers),
        signer_issuer=signer.issuer,
        signer_serial=signer.serial,
        signer_key_id=signer.key_id,
        digest_algorithm=signer.digest_algorithm,
        algorithm=signer.algorithm,
        signed_attributes=signer.signed,
        attribute_content_type=attributes.content_type,
        message_digest=attributes.message_digest,
        signing_certificate=attributes.signing_certificate,
        signing_time=attributes.signing_time,
        policy_oid=attributes.policy_oid,
        value=signer.value,
        certificates=certificates,
        crls=crls + attributes.crls,
        ocsps=ocsps + attributes.ocsps,
        signed_attribute_types=attributes.types,
        unsigned_attribute_types=signer.unsigned_types,
        timestamps=signer.timestamps,
        findings=(*findings, *attributes.findings),
    )


@dataclass(frozen=True, slots=True)
class _Signer:
    """A SignerInfo (RFC 5652, 5.3)."""

    issuer: bytes | None
    serial: int | None
    key_id: bytes | None
    digest_algorithm: str
    algorithm: SignatureAlgorithm
    signed: bytes | None
    attributes: Attributes
    value: bytes
    unsigned_types: tuple[str, ...]
    timestamps: tuple[bytes, ...]

    @classmethod
    def read(cls, data: bytes, parent: Element) -> _Signer:
        fields = Fields(data, parent)
        fields.take(INTEGER)  # version: follows from how the signer is named
        name = fields.take(SEQUENCE, _KEY_IDENTIFIER)
        issuer, serial, key_id = None, None, None
        if name.tag == _KEY_IDENTIFIER:
            key_id = name.value(data)
        else:
            issuer_and_serial = Fields(data, name)
            issuer = issuer_and_serial.take(SEQUENCE).whole(data)
            serial = _integer(data, issuer_and_serial.take(INTEGER))
        digest_algorithm = hash_algorithm(data, fields.take(SEQUENCE))
        signed = fields.optional(_CONTEXT_0)
        algorithm = signature_algorithm(data, fields.take(SEQUENCE), digest_algorithm)
        value = fields.take(OCTET_STRING).value(data)
        unsigned = fields.optional(_CONTEXT_1)
        fields.end()
        unsigned_types, timestamps = read_unsigned(data, unsigned) if unsigned else ((), ())
        return cls(
            issuer=issuer,
            serial=serial,
            key_id=key_id,
            digest_algorithm=digest_algorithm,
            algorithm=algorithm,
            # signed under its universal tag (5.4), the rest exactly as encoded
            signed=bytes((SET,)) + signed.whole(data)[1:] if signed else None,
            attributes=read_signed(data, signed) if signed else Attributes(),
            value=value,
            unsigned_types=unsigned_types,
            timestamps=timestamps,
        )


def _encapsulated(data: bytes, parent: Element) -> tuple[str, bytes | None]:
    fields = Fields(data, parent)
    content_type = dotted(fields.take(OBJECT_IDENTIFIER).value(data))
    content = fields.optional(_CONTEXT_0)
    fields.end()
    return content_type, _explicit(data, content).value(data) if content else None


def _certificates(data: bytes, parent: Element | None, limits: Limits) -> tuple[tuple[Certificate, ...], list[Finding]]:
    """Every X.509 certificate; what is none, or cannot be read, is a finding: it may not be needed."""
    items = list(elements(data, parent)) if parent else []
    limits.check("certificates", len(items))
    found, findings = [], []
    for number, item in enumerate(items, start=1):
        try:
            found.append(parse_certificate(item.whole(data), limits))
        except InputError as error:
            findings.append(Finding.of("CMS_CERTIFICATE_UNREADABLE", number=number, why=str(error)))
    return tuple(found), findings


def _revocation(data: bytes, parent: Element | None) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """RevocationInfoChoices (10.2.1): CRLs, and OCSPResponses in the format of RFC 5940."""
    crls, ocsps = [], []
    for item in elements(data, parent) if parent else ():
        if item.tag == SEQUENCE:
            crls.append(item.whole(data))
        elif item.tag == _CONTEXT_1:
            other = Fields(data, item, _CONTEXT_1)
            if dotted(other.take(OBJECT_IDENTIFIER).value(data)) == _OCSP_RESPONSE:
                ocsps.append(other.take(SEQUENCE).whole(data))
    return tuple(crls), tuple(ocsps)


def _explicit(data: bytes, parent: Element) -> Element:
    """The one value inside an explicit tag."""
    inner = element_at(data, parent.content, parent.end)
    if inner.end != parent.end:
        raise Malformed(f"the value at byte {parent.start} holds more than one")
    return inner


def _integer(data: bytes, element: Element) -> int:
    return int.from_bytes(element.value(data), "big", signed=True)
