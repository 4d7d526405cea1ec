"""From bytes to facts: everything the judge and the report want to know about one document, found out once.

Signatures are listed and their CMS read first, then the file is hashed once for all of them, then each is looked at
with its certificates. What goes wrong with one signature stays with it: the others are still looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from esign_core.document.fields import fields
from esign_core.document.pages import pages
from esign_core.document.revisions import RevisionSpan, revisions
from esign_core.document.signatures import SignatureField, SignatureValue, signature_field
from esign_core.errors import InputError, LimitExceeded, PdfError
from esign_core.finding import Finding
from esign_core.limits import Limits
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref
from esign_core.pki.cms_read import CmsSignature, read_signed_data
from esign_core.verifying.chains import ChainBuilder
from esign_core.verifying.coverage import Extent, extent_of
from esign_core.verifying.facts import Coverage, DocumentFacts, SignatureFacts, TimestampFacts
from esign_core.verifying.failures import failure
from esign_core.verifying.hashing import HASHES, Covered, Digests, hash_once
from esign_core.verifying.judge import SUBFILTERS
from esign_core.verifying.signature_facts import described, examined, identifier

_CmsRead: TypeAlias = tuple[CmsSignature | None, tuple[Finding, ...]]
_BYTE_RANGE = re.compile(rb"/ByteRange[\x00\t\n\x0c\r ]*\[")


@dataclass(frozen=True, slots=True)
class Gathered:
    """Every fact about one document. `revisions` is None where the file does not say clearly what they are."""

    document: DocumentFacts
    signatures: tuple[SignatureFacts, ...]
    timestamps: tuple[TimestampFacts, ...]
    revisions: tuple[RevisionSpan, ...] | None
    warnings: tuple[Finding, ...]
    bytes_hashed: int
    objects_read: int


@dataclass(frozen=True, slots=True)
class _Signed:
    """A signed field on its way: its value, what that covers, and its CMS or why there is none."""

    item: SignatureField
    value: SignatureValue
    extent: Extent
    cms: CmsSignature | None
    problems: tuple[Finding, ...]

    @property
    def covered(self) -> Covered | None:
        """What to hash for it; None when the ranges or the algorithm do not allow to."""
        if self.cms is None or self.cms.digest_algorithm not in HASHES or not self.extent.coverage.byte_range_ok:
            return None
        _, gap_start, gap_end, length = self.value.byte_range
        return Covered(self.cms.digest_algorithm, gap_start, gap_end, gap_end + length)


def gather(file: PdfFile, chains: ChainBuilder) -> Gathered:
    """Everything about the document. PdfError where it cannot be read, LimitExceeded where that would cost too much."""
    spans = revisions(file)
    listed, damaged = _fields(file)
    read: dict[bytes, _CmsRead] = {}
    signed = [_signed(file, item, item.value, spans, read) for item in listed if item.value is not None]
    stamps = [one for one in signed if _is_timestamp(one.value)]
    signed = [one for one in signed if not _is_timestamp(one.value)]
    digests, too_much = _hash(file, signed)
    page_count, page_of, broken_pages = _pages(file) if signed else (None, {}, ())
    two_views = (Finding.of("HYBRID_NOT_JUDGED"),) if any(section.hidden for section in file.sections) else ()
    found: list[SignatureFacts] = []
    for index, one in enumerate(signed):
        facts = _described(file, one, index)
        problems = (*facts.problems, *too_much, *broken_pages, *two_views)
        facts = replace(facts, page_index=page_of.get(_widget(one.item)), problems=problems)
        found.append(_examined(facts, one, digests, chains))
    found += (_unread(name, index, why) for index, (name, why) in enumerate(damaged, len(signed)))
    document = DocumentFacts(
        size=len(file.buffer),
        sha256=digests.document.hex(),
        pdf_version=file.version,
        pages=page_count,
        encrypted=file.encrypted,
        empty_signature_fields=tuple(item.name for item in listed if item.value is None),
        unsigned_trailing_bytes=_tail(file, spans, signed + stamps),
    )
    timestamps = tuple(_timestamp(one) for one in stamps)
    warnings = _unlisted(file, signed + stamps, len(damaged))
    return Gathered(document, tuple(found), timestamps, spans, warnings, digests.bytes_hashed, file.objects_read)


def _fields(file: PdfFile) -> tuple[list[SignatureField], list[tuple[str, PdfError]]]:
    """The signature fields, and the names of those that are damaged: a signature that cannot be read is not dropped."""
    listed: list[SignatureField] = []
    damaged: list[tuple[str, PdfError]] = []
    for field in fields(file):
        try:
            if file.get(field.entries, "FT") == "Sig":
                listed.append(signature_field(file, field))
        except PdfError as error:
            damaged.append((field.name, error))
        file.limits.check("signatures", len(listed) + len(damaged))
    return listed, damaged


def _signed(
    file: PdfFile,
    item: SignatureField,
    value: SignatureValue,
    spans: Sequence[RevisionSpan] | None,
    read: dict[bytes, _CmsRead],
) -> _Signed:
    extent = extent_of(value, file.buffer, spans)
    if value.subfilter not in SUBFILTERS:
        return _Signed(item, value, extent, None, extent.problems)
    if value.contents not in read:  # many fields may share one signature dictionary: it is read once
        read[value.contents] = _read_cms(value.contents, file.limits)
    cms, problems = read[value.contents]
    return _Signed(item, value, extent, cms, (*extent.problems, *problems))


def _read_cms(contents: bytes, limits: Limits) -> _CmsRead:
    try:
        return read_signed_data(contents, limits), ()
    except InputError as error:
        return None, (Finding.of("CMS_MALFORMED", why=str(error)),)
    except Exception as error:  # noqa: BLE001 - a report is owed for any bytes
        return None, (failure(error),)


def _is_timestamp(value: SignatureValue) -> bool:
    """A document timestamp by its /Type or its format (ISO 32000-2, 12.8.5)."""
    return value.kind == "DocTimeStamp" or value.subfilter == "ETSI.RFC3161"


def _hash(file: PdfFile, signed: Sequence[_Signed]) -> tuple[Digests, tuple[Finding, ...]]:
    """All digests; where hostile ranges ask for too much, only the document's own, and the limit as a finding."""
    try:
        return hash_once(file.buffer, [one.covered for one in signed if one.covered], file.limits), ()
    except LimitExceeded as error:
        return hash_once(file.buffer, [], file.limits), (failure(error),)


def _pages(file: PdfFile) -> tuple[int | None, dict[Ref | None, int], tuple[Finding, ...]]:
    """How many pages there are and which one each annotation is on; a broken page tree is a finding."""
    on_page: dict[Ref | None, int] = {}
    count = seen = 0
    try:
        for page in pages(file):
            count += 1
            annotations = file.get(page.entries, "Annots")
            annotations = annotations if isinstance(annotations, list) else []
            seen += len(annotations)
            file.limits.check("objects", seen)  # pages may share one long list
            for annotation in annotations:
                if isinstance(annotation, Ref):
                    on_page.setdefault(annotation, page.frame.index)
    except PdfError as error:
        return None, {}, (Finding.of("PAGES_NOT_READ", why=str(error)),)
    return count, on_page, ()


def _widget(item: SignatureField) -> Ref | None:
    return item.field.kids[0] if item.field.kids else item.field.ref


def _described(file: PdfFile, one: _Signed, index: int) -> SignatureFacts:
    """What the dictionary says, with what is wrong so far."""
    try:
        facts = described(file, one.item, one.value, one.extent, index)
    except PdfError as error:
        facts = _unread(one.item.name, index, error)
    name = identifier("S", one.cms.der if one.cms else one.value.contents)
    return replace(facts, id=name, problems=(*facts.problems, *one.problems))


def _examined(facts: SignatureFacts, one: _Signed, digests: Digests, chains: ChainBuilder) -> SignatureFacts:
    if one.cms is None:
        return facts
    try:
        return examined(facts, one.cms, digests.covered.get(one.covered) if one.covered else None, chains)
    except Exception as error:  # noqa: BLE001 - a report is owed for any bytes
        return replace(facts, problems=(*facts.problems, failure(error)))


def _unread(name: str, index: int, error: PdfError) -> SignatureFacts:
    """A signature whose dictionary or field is damaged."""
    why = Finding.of("SIGNATURE_NOT_READ", why=str(error))
    return SignatureFacts(identifier("S", b""), index, name, "approval", None, Coverage(), problems=(why,))


def _timestamp(one: _Signed) -> TimestampFacts:
    return TimestampFacts(
        id=identifier("T", one.value.contents),
        field=one.item.name,
        coverage=one.extent.coverage,
        revision=one.extent.revision,
        object=None if one.value.ref is None else f"{one.value.ref.number} {one.value.ref.generation}",
    )


def _unlisted(file: PdfFile, listed: Sequence[_Signed], damaged: int) -> tuple[Finding, ...]:
    """Signature dictionaries that no field leads to: removed, hidden from this reader, or of usage rights.

    Their byte range never lies in a compressed object, since the gap must be found in the file; so a plain search sees
    all of them. In an embedded file it may see others, hence a warning only.
    """
    known = {(one.value.ref, one.value.contents_span) for one in listed if "ByteRange" in one.value.entries}
    count = sum(1 for _ in _BYTE_RANGE.finditer(file.buffer)) - len(known) - damaged
    return (Finding.of("SIGNATURES_UNLISTED", count=count),) if count > 0 else ()


def _tail(file: PdfFile, spans: Sequence[RevisionSpan] | None, signed: Sequence[_Signed]) -> int:
    """Bytes behind the last revision that no signature speaks of."""
    ends = [one.extent.coverage.covered_until for one in signed] + [span.end for span in spans or ()]
    return len(file.buffer) - max(ends) if spans else 0
