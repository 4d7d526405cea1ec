"""What one wants to know of a document before anything else: pages, fields, who signed, what it claims to be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from esign_core.document.damage import damage_of
from esign_core.document.fields import text_string
from esign_core.document.locks import Locks, locks_among
from esign_core.document.pages import pages
from esign_core.document.pdfa import pdfa_claim
from esign_core.document.signatures import SignatureField, signature_fields
from esign_core.errors import EsignError, PdfError, public
from esign_core.finding import Finding
from esign_core.geometry import Page, Rect
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.values import Name, Pdf, Ref, Value

_VERSION = re.compile(r"[0-9]\.[0-9]")


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """One signature field. `page_index` (from 0) is None where no page shows it, `rect` (user space units) where it is
    invisible. `signed_by`: the common name in the certificate that the signature names, else what the signature
    dictionary says: a claim that nobody has checked here; None where nothing says. `locked`: why an empty one may
    not be signed any more."""

    name: str
    page_index: int | None
    rect: Rect | None
    signed: bool
    signed_by: str | None = None
    locked: str | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """What a coordinate picker, a gateway or a person wants to know first.

    `pdf_version`: of header and catalog the higher. `sha256`: of the document, hex. `pages`: their boxes, rotation and
    size as seen. `pdfa`: the claim in the metadata, as "PDF/A-2B". `lock`: why nothing may be signed here any more,
    and by which signature; None as far as DocMDP and FieldMDP tell. `restrictions`: all that earlier signatures forbid,
    a sentence each. `warnings`: what could not be read.
    """

    pdf_version: str
    sha256: str
    pages: tuple[Page, ...]
    encrypted: bool
    pdfa: str | None
    fields: tuple[FieldInfo, ...]
    lock: str | None
    warnings: tuple[Finding, ...] = ()
    restrictions: tuple[str, ...] = ()


@public
def inspect(pdf: Pdf, *, password: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Overview:
    """Pages, signature fields, encryption, PDF/A claim and locks, without reading the pages' contents.

    Nothing is judged: who signed, and that a document is PDF/A, is what it says of itself (`verify` judges). A damaged
    document is read as far as it goes, with warnings.

    PasswordError for a password that is missing or wrong, PdfError for what is no readable PDF, LimitExceeded.
    """
    with LenientFile(pdf, limits, password=password) as file:
        nodes = list(pages(file))
        shown = _pages_of_widgets(file, [node.entries.get("Annots") for node in nodes])
        warnings: list[Finding] = []
        fields: tuple[FieldInfo, ...] = ()
        locks = Locks((), certified=False, restrictions=())
        try:
            found = list(signature_fields(file))
            locks = locks_among(file, found)
            fields = tuple(_field(item, shown, locks, limits) for item in found)
        except PdfError as error:
            warnings.append(Finding.of("FIELDS_NOT_READ", why=error.code))
        return Overview(
            pdf_version=_version(file),
            sha256=hashlib.sha256(file.buffer).hexdigest(),
            pages=tuple(node.frame for node in nodes),
            encrypted=file.encrypted,
            pdfa=pdfa_claim(file),
            fields=fields,
            lock=_lock(locks, fields),
            warnings=(*damage_of(file), *warnings),
            restrictions=tuple(each.sentence() for each in locks.restrictions),
        )


def _version(file: LenientFile) -> str:
    """ISO 32000-2, 7.5.2: the catalog's /Version counts where it is later than the header's."""
    said = file.get(file.catalog[1], "Version")
    return max(file.version, said) if isinstance(said, Name) and _VERSION.fullmatch(said) else file.version


def _pages_of_widgets(file: LenientFile, annotations: list[Value]) -> Mapping[Ref, int]:
    """For each annotation the page that shows it first."""
    found: dict[Ref, int] = {}
    searched = 0
    for index, value in enumerate(annotations):
        held = file.resolve(value)
        for item in held if isinstance(held, list) else ():
            searched += 1
            if isinstance(item, Ref):
                found.setdefault(item, index)
        file.limits.check("annotations", searched)
    return found


def _lock(locks: Locks, fields: tuple[FieldInfo, ...]) -> str | None:
    """Why neither a new field nor one that is there may be signed."""
    refusal = locks.new_field(visible=False)
    if refusal is None or any(not field.signed and field.locked is None for field in fields):
        return None
    return refusal.why


def _field(item: SignatureField, shown: Mapping[Ref, int], locks: Locks, limits: Limits) -> FieldInfo:
    widget = item.field.kids[0] if item.field.kids else item.field.ref
    index = shown.get(widget) if widget is not None else None
    signed = item.value is not None
    refusal = None if signed else locks.filling(item.name)
    return FieldInfo(
        item.name,
        index,
        item.rect,
        signed,
        _signer(item, limits) if signed else None,
        refusal.why if refusal else None,
    )


def _signer(item: SignatureField, limits: Limits) -> str | None:
    from esign_core.pki.cms_read import read_signed_data  # imports cryptography: only where somebody has signed

    if item.value is None:
        return None
    try:
        certificate = read_signed_data(item.value.contents, limits).signer_certificate()
    except EsignError:
        certificate = None
    said = item.value.entries.get("Name")
    return certificate.label if certificate else text_string(said) if isinstance(said, bytes) else None
