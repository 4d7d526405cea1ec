"""Whose certificate a signature field waits for: certificate seed values (ISO 32000-2, table 238)."""

from __future__ import annotations

from collections.abc import Callable

from esign_core.document.fields import text_string
from esign_core.errors import EsignError, SigningError
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, is_integer
from esign_core.pki.certificate import Certificate, parse_certificate, subject_attributes
from esign_core.signer import Identity

_SUBJECT, _ISSUER, _OID, _SUBJECT_DN, _KEY_USAGE = 1, 2, 4, 8, 32  # bits of /Ff
_ATTRIBUTES = {  # what names its attributes otherwise than by OID (RFC 4519)
    "CN": "2.5.4.3", "SERIALNUMBER": "2.5.4.5", "C": "2.5.4.6", "L": "2.5.4.7", "ST": "2.5.4.8", "O": "2.5.4.10",
    "OU": "2.5.4.11",
}  # fmt: skip
_USAGES = (  # in the order of RFC 5280, 4.2.1.3
    "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign",
    "cRLSign", "encipherOnly", "decipherOnly",
)  # fmt: skip


def require_certificate(file: PdfFile, entries: Dictionary, identity: Identity, policy_oid: str | None) -> None:
    """SigningError (SEED_VALUE) naming the entry that the identity does not fulfil. /URL, where to get a certificate
    that does, is told with it."""
    flags = file.get(entries, "Ff")
    flags = flags if is_integer(flags) else 0
    certificate = parse_certificate(identity.certificate)
    checks: tuple[tuple[int, str, Callable[[], bool]], ...] = (
        (_SUBJECT, "Subject", lambda: certificate.der in _strings(file, entries, "Subject")),
        (_ISSUER, "Issuer", lambda: _issued_by(_strings(file, entries, "Issuer"), certificate, identity)),
        (_OID, "OID", lambda: bool({*_texts(file, entries, "OID")} & {*certificate.policies})),
        (_SUBJECT_DN, "SubjectDN", lambda: _named(file, entries, certificate)),
        (_KEY_USAGE, "KeyUsage", lambda: _used(_texts(file, entries, "KeyUsage"), certificate)),
    )
    for bit, key, fits in checks:
        if flags & bit and key in entries and not fits():
            raise _refused(file, entries, key, certificate)
    wanted = file.get(entries, "SignaturePolicyOID")
    if isinstance(wanted, bytes) and text_string(wanted) != policy_oid:
        raise SigningError(
            f"the field's seed value /Cert /SignaturePolicyOID asks for the policy {text_string(wanted)}, and the "
            f"claims name {policy_oid or 'none'}: sign under that policy",
            code="SEED_VALUE",
        )


def _issued_by(wanted: list[bytes], certificate: Certificate, identity: Identity) -> bool:
    """By one of these, directly or over the identity's own chain; by name, as an author's wish is no judgement."""
    if {*wanted} & {bytes(item) for item in identity.chain}:
        return True
    issuers = {certificate.issuer, *(parse_certificate(item).issuer for item in identity.chain)}
    for der in wanted:
        try:
            if parse_certificate(der).subject in issuers:
                return True
        except EsignError:  # what cannot be read has issued nothing
            continue
    return False


def _named(file: PdfFile, entries: Dictionary, certificate: Certificate) -> bool:
    """All attributes of one of the dictionaries are in the subject."""
    held, subject = file.get(entries, "SubjectDN"), subject_attributes(certificate)
    names = [file.resolve(item) for item in held] if isinstance(held, list) else []
    return any(
        all(
            isinstance(value := file.get(name, key), bytes)
            and (_ATTRIBUTES.get(key.upper(), key), text_string(value)) in subject
            for key in name
        )
        for name in names
        if isinstance(name, dict)
    )


def _used(wanted: list[str], certificate: Certificate) -> bool:
    """Each string has a character for each usage: 1 asked for, 0 refused, X and what is not there does not matter."""
    has = certificate.key_usage or frozenset()
    return any(
        all(mark not in "01" or (usage in has) == (mark == "1") for mark, usage in zip(text, _USAGES, strict=False))
        for text in wanted
    )


def _strings(file: PdfFile, entries: Dictionary, key: str) -> list[bytes]:
    held = file.get(entries, key)
    items = [file.resolve(item) for item in held] if isinstance(held, list) else []
    return [item for item in items if isinstance(item, bytes)]


def _texts(file: PdfFile, entries: Dictionary, key: str) -> list[str]:
    return [text_string(item) for item in _strings(file, entries, key)]


def _refused(file: PdfFile, entries: Dictionary, key: str, certificate: Certificate) -> SigningError:
    url = file.get(entries, "URL")
    where = f"; its author names {text_string(url)}" if isinstance(url, bytes) else ""
    return SigningError(
        f"the field's seed value /Cert /{key} asks for another certificate than that of {certificate.label}: use one "
        f"that fits{where}",
        code="SEED_VALUE",
    )
