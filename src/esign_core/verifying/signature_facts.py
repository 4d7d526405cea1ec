"""The facts of one signature: what its dictionary says, then what its CMS and certificates show."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from esign_core.document.fields import text_string
from esign_core.document.locks import permission, transforms
from esign_core.document.signatures import SignatureField, SignatureValue
from esign_core.errors import EsignError
from esign_core.finding import Finding
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary
from esign_core.pki.certificate import Certificate
from esign_core.pki.cms_read import CmsSignature, read_signed_data
from esign_core.pki.signature import Outcome, verify_value
from esign_core.verifying.chains import ChainBuilder
from esign_core.verifying.coverage import Extent
from esign_core.verifying.dates import parse_date
from esign_core.verifying.facts import AttributeState, ChainFacts, CmsFacts, SignatureFacts

_DATA = "1.2.840.113549.1.7.1"  # id-data: RFC 5652, 4
_FITS = {Outcome.VALID: True, Outcome.INVALID: False, Outcome.UNSUPPORTED: None}


def identifier(kind: str, data: bytes) -> str:
    """The report's name for a signature ("S") or timestamp ("T"): it depends on nothing but its CMS."""
    return f"{kind}-{hashlib.sha256(data).hexdigest().upper()}"


def identifies(name: str, contents: bytes) -> bool:
    """Is this the identifier of the signature with that /Contents: of its CMS, or of all of it where that is no CMS?"""
    if name == identifier("S", contents):
        return True
    try:
        return name == identifier("S", read_signed_data(contents).der)
    except EsignError:
        return False


def described(file: PdfFile, item: SignatureField, value: SignatureValue, extent: Extent, index: int) -> SignatureFacts:
    """What the field and the signature dictionary say (ISO 32000-2, tables 235 and 255)."""
    certifying = transforms(file, value.entries, "DocMDP")
    entries = value.entries
    claimed = _text(file, entries, "M")
    claimed_time = parse_date(claimed) if claimed else None
    return SignatureFacts(
        id=identifier("S", value.contents),
        index=index,
        field=item.name,
        type="certification" if certifying else "approval",
        subfilter=value.subfilter,
        coverage=extent.coverage,
        revision=extent.revision,
        object=None if value.ref is None else f"{value.ref.number} {value.ref.generation}",
        box=item.rect,
        name=_text(file, entries, "Name"),
        reason=_text(file, entries, "Reason"),
        location=_text(file, entries, "Location"),
        contact=_text(file, entries, "ContactInfo"),
        claimed_time=claimed_time,
        claimed_source="pdf-m" if claimed_time else None,
        docmdp=permission(file, certifying[0]) if certifying else None,
        later_bytes=extent.later_bytes,
        later_revisions=extent.later_revisions,
    )


def examined(facts: SignatureFacts, cms: CmsSignature, digest: bytes | None, chains: ChainBuilder) -> SignatureFacts:
    """`facts` with the CMS, the signature value and the certificates looked at. `digest`: of the covered bytes, by the
    CMS's algorithm; None when it could not be computed."""
    signer = cms.signer_certificate(chains.materials.certificates)
    problems = [finding for finding in cms.findings if finding.severity == "error"]
    if cms.trailing:
        problems.append(Finding.of("CMS_TRAILING_BYTES", count=len(cms.trailing)))
    if cms.signed_attributes is not None and cms.message_digest is None:
        problems.append(Finding.of("CMS_MALFORMED", why="no message-digest among the signed attributes"))
    own_time = facts.claimed_time or cms.signing_time
    return replace(
        facts,
        claimed_time=own_time,
        claimed_source=facts.claimed_source or ("cms" if own_time else None),
        problems=(*facts.problems, *problems),
        notes=tuple(finding for finding in cms.findings if finding.severity != "error"),
        cms=_cms_facts(cms, signer, digest),
        chain=chains.chain(signer, cms.certificates) if signer else ChainFacts(),
    )


def _cms_facts(cms: CmsSignature, signer: Certificate | None, digest: bytes | None) -> CmsFacts:
    attributes = cms.signed_attributes
    digest_ok = None
    if digest is not None and cms.message_digest is not None and attributes is not None:
        digest_ok = digest == cms.message_digest
    signature_ok = None
    if signer is not None and attributes is not None:
        signature_ok = _FITS[verify_value(signer, cms.algorithm, cms.value, attributes)]
    return CmsFacts(
        signer_count=cms.signer_count,
        encapsulated=cms.encapsulated is not None,
        content_type_ok=cms.content_type == _DATA and (attributes is None or cms.attribute_content_type == _DATA),
        signed_attributes=attributes is not None,
        certificate_found=signer is not None,
        certificate_attribute=_attribute(cms, signer),
        digest_algorithm=cms.digest_algorithm,
        signature_algorithm=cms.algorithm.name,
        signature_scheme=cms.algorithm.scheme,
        signature_hash=cms.algorithm.hash,
        message_digest=cms.message_digest.hex() if cms.message_digest is not None else None,
        digest_ok=digest_ok,
        signature_ok=signature_ok,
        policy_oid=cms.policy_oid,
        timestamps=len(cms.timestamps),
        embedded_ocsps=len(cms.ocsps),
        embedded_crls=len(cms.crls),
    )


def _attribute(cms: CmsSignature, signer: Certificate | None) -> AttributeState:
    """Does the signed reference name the signing certificate (RFC 5035; EN 319 122-1, 5.2.2)?"""
    if cms.signing_certificate is None:
        return "missing"
    return "match" if signer is not None and cms.signing_certificate.matches(signer) else "mismatch"


def _text(file: PdfFile, entries: Dictionary, key: str) -> str | None:
    value = file.get(entries, key)
    return text_string(value) or None if isinstance(value, bytes) else None
