"""The verification report as values: report.schema.json, name for name.

`as_dict` gives what the schema describes, ready for `json.dumps`; times are RFC 3339 in UTC, boxes are [x0, y0, x1, y1]
in user space units of the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from esign_core.finding import Finding, FrozenMap, Json
from esign_core.geometry import Rect
from esign_core.verifying.elements import Integrity, Modifications, SignerReport, SigningTime, coverage_as_dict
from esign_core.verifying.facts import Coverage, DocumentFacts, SignatureType, rfc3339
from esign_core.verifying.verdicts import Indication as Indication
from esign_core.verifying.wording import report_text

SCHEMA = "esign-core/verification-report/1"
TOOL_VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Worst over all signatures; NO-SIGNATURE and UNREADABLE are ours, outside ETSI. `code` is a stable word, `text`
    its sentence by language ("en", "id")."""

    indication: Indication | Literal["NO-SIGNATURE", "UNREADABLE"]
    code: str
    text: Mapping[str, str] = field(default_factory=FrozenMap)

    @property
    def passed(self) -> bool:
        """Every signature is TOTAL-PASSED, and there is one."""
        return self.indication is Indication.TOTAL_PASSED

    def as_dict(self) -> Json:
        return {"indication": str(self.indication), "code": self.code, "text": dict(self.text)}


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature: its indication and every reason for it. `id`: S- and the SHA-256 of its CMS; `index`: order in the
    form; `revision` and `page_index` count from 0, None when unknown or invisible."""

    id: str
    index: int
    field: str | None
    type: SignatureType
    subfilter: str | None
    level: str
    indication: Indication
    sub_indication: str | None
    findings: tuple[Finding, ...]
    integrity: Integrity
    coverage: Coverage
    modifications: Modifications
    time: SigningTime
    signer: SignerReport
    revision: int | None = None
    page_index: int | None = None
    box: Rect | None = None
    reason: str | None = None
    location: str | None = None
    contact: str | None = None
    policy_oid: str | None = None

    def as_dict(self) -> Json:
        box = self.box
        known: dict[str, object] = {} if self.revision is None else {"revision": self.revision}
        return known | {
            "id": self.id,
            "field": self.field,
            "index": self.index,
            "type": self.type,
            "subfilter": self.subfilter,
            "level": self.level,
            "indication": str(self.indication),
            "sub_indication": self.sub_indication,
            "findings": [finding.as_dict() for finding in self.findings],
            "integrity": self.integrity.as_dict(),
            "coverage": coverage_as_dict(self.coverage),
            "modifications": self.modifications.as_dict(),
            "time": self.time.as_dict(),
            "signer": self.signer.as_dict(),
            "reason": self.reason,
            "location": self.location,
            "contact": self.contact,
            "box": None if box is None else [box.x0, box.y0, box.x1, box.y1],
            "policy_oid": self.policy_oid,
            "timestamps": [],
            "page_index": self.page_index,
        }


@dataclass(frozen=True, slots=True)
class TimestampReport:
    """A document timestamp: listed and not judged in this version, so INDETERMINATE, and its time is not believed."""

    id: str
    field: str | None
    coverage: Coverage
    modifications: Modifications
    findings: tuple[Finding, ...]
    revision: int | None = None
    indication: str = "INDETERMINATE"
    gen_time: datetime | None = None

    def as_dict(self) -> Json:
        known: dict[str, object] = {} if self.revision is None else {"revision": self.revision}
        return known | {
            "id": self.id,
            "kind": "document",
            "field": self.field,
            "indication": self.indication,
            "sub_indication": None,
            "gen_time": None if self.gen_time is None else rfc3339(self.gen_time),
            "coverage": coverage_as_dict(self.coverage),
            "modifications": self.modifications.as_dict(),
            "findings": [finding.as_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Revision:
    """Bytes `start` to `end` of the file: one state it went through. `changed_objects`: how many it writes or frees."""

    index: int
    start: int
    end: int
    kind: str
    changed_objects: int = 0

    def as_dict(self) -> Json:
        return {
            "index": self.index,
            "start": self.start,
            "end": self.end,
            "kind": self.kind,
            "changed_objects": self.changed_objects,
        }


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """Under which rules it was judged; the anchors by SHA-256, hex."""

    id: str
    sha256: str
    revocation: str
    trust_anchors: tuple[str, ...] = ()

    def as_dict(self) -> Json:
        return {
            "id": self.id,
            "sha256": self.sha256,
            "revocation": self.revocation,
            "trust_anchors": list(self.trust_anchors),
        }


@dataclass(frozen=True, slots=True)
class Cost:
    """Deterministic counters: same document, same numbers."""

    bytes_hashed: int = 0
    objects_read: int = 0
    limit_hit: str | None = None

    def as_dict(self) -> Json:
        return {"bytes_hashed": self.bytes_hashed, "objects_read": self.objects_read, "limit_hit": self.limit_hit}


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` found out about one document at one time under one policy."""

    conclusion: Conclusion
    document: DocumentFacts
    policy: PolicyReport
    validation_time: datetime
    signatures: tuple[SignatureReport, ...] = ()
    timestamps: tuple[TimestampReport, ...] = ()
    revisions: tuple[Revision, ...] = ()
    warnings: tuple[Finding, ...] = ()
    cost: Cost = Cost()

    @property
    def policy_id(self) -> str:
        """A named policy's, or "custom"."""
        return self.policy.id

    def as_dict(self) -> Json:
        """JSON values that report.schema.json describes."""
        return {
            "schema": SCHEMA,
            "tool": {"name": "esign_core", "version": TOOL_VERSION},
            "document": self._document_as_dict(),
            "policy": self.policy.as_dict(),
            "validation_time": rfc3339(self.validation_time),
            "conclusion": self.conclusion.as_dict(),
            "signatures": [signature.as_dict() for signature in self.signatures],
            "timestamps": [timestamp.as_dict() for timestamp in self.timestamps],
            "revisions": [revision.as_dict() for revision in self.revisions],
            "warnings": [finding.as_dict() for finding in self.warnings],
            "cost": self.cost.as_dict(),
        }

    def text(self, language: Literal["en", "id"] = "en") -> str:
        """The report to be read: the verdict first, then each signature. InputError (LANGUAGE) for another language."""
        return report_text(self, language)

    def _document_as_dict(self) -> Json:
        document = self.document
        return {
            "size": document.size,
            "sha256": document.sha256,
            "pdf_version": document.pdf_version,
            "pages": document.pages,
            "encrypted": document.encrypted,
            "signature_count": len(self.signatures),
            "timestamp_count": len(self.timestamps),
            "revision_count": sum(revision.kind != "unsigned-tail" for revision in self.revisions),
            "unsigned_trailing_bytes": document.unsigned_trailing_bytes,
            "empty_signature_fields": list(document.empty_signature_fields),
        }
