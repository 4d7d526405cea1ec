"""Signed and unsigned attributes of a SignerInfo (RFC 5652, 5.3 and 11), those that a PDF signature has."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TypeVar

from esign_core.algorithms import digest
from esign_core.finding import Finding
from esign_core.pki.certificate import Certificate
from esign_core.pki.der import (
    INTEGER,
    NULL,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    SET,
    Element,
    Fields,
    Malformed,
    dotted,
    element_at,
    elements,
)
from esign_core.pki.identifiers import HASHES, hash_algorithm

CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"  # RFC 2634, 5.4
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"  # RFC 5035, 3
SIGNATURE_POLICY = "1.2.840.113549.1.9.16.2.15"  # EN 319 122-1, 5.2.9
SIGNATURE_TIMESTAMP = "1.2.840.113549.1.9.16.2.14"  # EN 319 122-1, 5.3
REVOCATION_ARCHIVAL = "1.2.840.113583.1.1.8"  # ISO 32000-2, 12.8.3.3.2

IMPLIED_POLICY = "implied"

_UTC_TIME, _GENERALIZED_TIME, _DIRECTORY_NAME = 0x17, 0x18, 0xA4
_TIMES = MappingProxyType(
    {
        _UTC_TIME: re.compile(rb"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z"),
        _GENERALIZED_TIME: re.compile(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z"),
    }
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CertificateReference:
    """ESSCertID or ESSCertIDv2 (RFC 5035): `hash` is a hashlib name, or the dotted OID of one we do not know."""

    version: int
    hash: str
    digest: bytes
    issuer: bytes | None  # DER Name
    serial: int | None

    def matches(self, certificate: Certificate) -> bool:
        """The digest fits, and so do issuer and serial number where they are given. False for a hash we do not know."""
        if self.hash not in HASHES.values():
            return False
        if self.issuer not in (None, certificate.issuer) or self.serial not in (None, certificate.serial):
            return False
        return digest(self.hash, certificate.der) == self.digest  # type: ignore[arg-type]  # one of HASHES


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the signed attributes say; the fields are those of `cms_read.CmsSignature`."""

    types: tuple[str, ...] = ()
    content_type: str | None = None
    message_digest: bytes | None = None
    signing_certificate: CertificateReference | None = None
    signing_time: datetime | None = None
    policy_oid: str | None = None
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_signed(data: bytes, parent: Element) -> Attributes:
    """The signed attributes. Malformed for one that decides what was signed; one that only informs is a finding."""
    attributes = _Attributes(data, parent)
    archival = attributes.informative(REVOCATION_ARCHIVAL, _archival)
    return Attributes(
        types=attributes.types,
        content_type=attributes.single(CONTENT_TYPE, _oid),
        message_digest=attributes.single(MESSAGE_DIGEST, _octets),
        signing_certificate=attributes.single(SIGNING_CERTIFICATE_V2, _reference_v2)
        or attributes.single(SIGNING_CERTIFICATE, _reference_v1),
        signing_time=attributes.informative(SIGNING_TIME, time_of),
        policy_oid=attributes.single(SIGNATURE_POLICY, _policy),
        crls=archival[0] if archival else (),
        ocsps=archival[1] if archival else (),
        findings=tuple(attributes.findings),
    )


def read_unsigned(data: bytes, parent: Element) -> tuple[tuple[str, ...], tuple[bytes, ...]]:
    """Types of the unsigned attributes, and the DER TimeStampTokens among them."""
    attributes = _Attributes(data, parent)
    return attributes.types, tuple(stamp.whole(data) for stamp in attributes.values(SIGNATURE_TIMESTAMP))


class _Attributes:
    """A SET OF Attribute, looked up by type."""

    def __init__(self, data: bytes, parent: Element) -> None:
        self._data = data
        self._all: list[tuple[str, Element]] = []
        self.findings: list[Finding] = []
        for attribute in elements(data, parent):
            fields = Fields(data, attribute)
            self._all.append((dotted(fields.take(OBJECT_IDENTIFIER).value(data)), fields.take(SET)))
            fields.end()

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(kind for kind, _ in self._all)

    def values(self, kind: str) -> list[Element]:
        return [value for name, values in self._all if name == kind for value in elements(self._data, values)]

    def single(self, kind: str, read: Callable[[bytes, Element], T]) -> T | None:
        """The value of an attribute that may be there once, with one value (RFC 5652, 11)."""
        if kind not in self.types:
            return None
        values = self.values(kind)
        if self.types.count(kind) != 1 or len(values) != 1:
            raise Malformed(f"the attribute {kind} has not exactly one value")
        return read(self._data, values[0])

    def informative(self, kind: str, read: Callable[[bytes, Element], T]) -> T | None:
        try:
            return self.single(kind, read)
        except Malformed as error:
            self.findings.append(Finding.of("CMS_ATTRIBUTE_UNREADABLE", oid=kind, why=str(error)))
            return None


# ---- the values of single attributes ---------------------------------------------------------------------------------


def _oid(data: bytes, value: Element) -> str:
    if value.tag != OBJECT_IDENTIFIER:
        raise Malformed("the content-type is not an object identifier")
    return dotted(value.value(data))


def _octets(data: bytes, value: Element) -> bytes:
    if value.tag != OCTET_STRING:
        raise Malformed("the message-digest is not an octet string")
    return value.value(data)


def _reference_v2(data: bytes, value: Element) -> CertificateReference:
    first = Fields(data, _first_reference(data, value))
    algorithm = first.optional(SEQUENCE)
    hash = hash_algorithm(data, algorithm) if algorithm else "sha256"
    return _reference(data, 2, hash, first)


def _reference_v1(data: bytes, value: Element) -> CertificateReference:
    return _reference(data, 1, "sha1", Fields(data, _first_reference(data, value)))


def _first_reference(data: bytes, value: Element) -> Element:
    """SigningCertificate and SigningCertificateV2: the first of the references is the signer's (RFC 5035, 3)."""
    return element_at(data, Fields(data, value).take(SEQUENCE).content, value.end)


def _reference(data: bytes, version: int, hash: str, fields: Fields) -> CertificateReference:
    certificate_digest = fields.take(OCTET_STRING).value(data)
    issuer, serial = None, None
    issuer_serial = fields.optional(SEQUENCE)
    if issuer_serial:
        parts = Fields(data, issuer_serial)
        names = list(elements(data, parts.take(SEQUENCE)))
        serial = int.from_bytes(parts.take(INTEGER).value(data), "big", signed=True)
        if [name.tag for name in names] == [_DIRECTORY_NAME]:
            issuer = names[0].value(data)
    return CertificateReference(version, hash, certificate_digest, issuer, serial)


def time_of(data: bytes, value: Element) -> datetime:
    """A UTCTime or GeneralizedTime in UTC, to the second. Malformed for any other."""
    pattern = _TIMES.get(value.tag)
    match = pattern.fullmatch(value.value(data)) if pattern else None
    if match is None:
        raise Malformed("it is not a time in UTC")
    year, month, day, hour, minute, second = map(int, match.groups())
    if value.tag == _UTC_TIME:
        year += 1900 if year >= 50 else 2000  # RFC 5652, 11.3
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise Malformed(str(error)) from error


def _policy(data: bytes, value: Element) -> str:
    if value.tag == NULL:
        return IMPLIED_POLICY
    return dotted(Fields(data, value).take(OBJECT_IDENTIFIER).value(data))


def _archival(data: bytes, value: Element) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """RevocationInfoArchival: CRLs and OCSPResponses."""
    found: dict[int, tuple[bytes, ...]] = {}
    for part in elements(data, value):
        inner = element_at(data, part.content, part.end)
        found[part.tag] = tuple(item.whole(data) for item in elements(data, inner))
    return found.get(0xA0, ()), found.get(0xA1, ())
