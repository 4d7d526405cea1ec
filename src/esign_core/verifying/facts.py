"""What was found about a signature, without any judgement: the input of `judge` and the stuff of the report.

None means "could not be found out" wherever a fact may be unknown; `judge` never takes that for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from esign_core.algorithms import Scheme
from esign_core.finding import Finding
from esign_core.geometry import Rect

SignatureType: TypeAlias = Literal["approval", "certification"]
CoverageLevel: TypeAlias = Literal["entire-file", "entire-revision", "partial", "unclear"]
RevocationStatus: TypeAlias = Literal["good", "revoked", "unknown", "not-required", "missing"]
RevocationSource: TypeAlias = Literal["dss", "vri", "cms-adbe", "cms-sd", "given", "network"]
AttributeState: TypeAlias = Literal["match", "mismatch", "missing"]
KeyKind: TypeAlias = Literal["rsa", "ec", "ed25519", "ed448", "other"]


def rfc3339(moment: datetime) -> str:
    """An aware time in UTC, as reports write it (RFC 3339)."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class RevocationState:
    """What is known of one certificate's revocation at the validation time.

    "not-required" is an anchor, which nobody above it can revoke. `signature_hash`: of the answer that counts, None
    where EdDSA fixes it. `unusable`: why the others do not count.
    """

    status: RevocationStatus = "missing"
    source: RevocationSource | None = None
    kind: Literal["ocsp", "crl"] | None = None
    this_update: datetime | None = None
    next_update: datetime | None = None
    revoked_at: datetime | None = None
    reason: str | None = None
    signature_hash: str | None = None
    unusable: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """One certificate of a path. `key_usage` and `ext_key_usage` (dotted OIDs) are None where the extension is absent.
    `signature_hash` is the hash its issuer signed with, None where the algorithm fixes or hides it."""

    sha256: str
    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    key: str
    key_kind: KeyKind
    key_bits: int
    signature_algorithm: str
    signature_hash: str | None
    common_name: str | None = None
    organization: str | None = None
    issuer_common_name: str | None = None
    key_usage: tuple[str, ...] | None = None
    ext_key_usage: tuple[str, ...] | None = None
    policies: tuple[str, ...] = ()
    is_anchor: bool = False
    revocation: RevocationState = RevocationState()

    @property
    def label(self) -> str:
        """What a person calls it."""
        return self.common_name or self.subject


@dataclass(frozen=True, slots=True)
class ChainFacts:
    """The best path found: signing certificate first, the anchor last where one was reached. `problems`: rules of
    RFC 5280, clause 6, that it breaks, apart from validity and revocation, which stand with each certificate."""

    certificates: tuple[CertificateFacts, ...] = ()
    problems: tuple[Finding, ...] = ()

    @property
    def anchored(self) -> bool:
        """The path ends at a certificate that the caller trusts."""
        return bool(self.certificates) and self.certificates[-1].is_anchor

    @property
    def below_anchor(self) -> tuple[CertificateFacts, ...]:
        """Every certificate that another one vouches for."""
        return self.certificates[:-1] if self.anchored else self.certificates


@dataclass(frozen=True, slots=True)
class CmsFacts:
    """What the SignerInfo says and whether the numbers fit. `digest_ok`: the document's digest is the signed one.
    `signature_ok`: the signature value fits the signed attributes and the signing certificate's key; None where the
    algorithm is not supported or no certificate was found. Digest values are lower case hex."""

    signer_count: int = 1
    encapsulated: bool = False
    content_type_ok: bool = False
    signed_attributes: bool = True
    certificate_found: bool = True
    certificate_attribute: AttributeState = "missing"
    digest_algorithm: str | None = None
    signature_algorithm: str | None = None
    signature_scheme: Scheme | None = None
    signature_hash: str | None = None
    message_digest: str | None = None
    digest_ok: bool | None = None
    signature_ok: bool | None = None
    policy_oid: str | None = None
    timestamps: int = 0
    embedded_ocsps: int = 0
    embedded_crls: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which bytes the signature speaks of. `byte_range_ok`: four numbers from byte 0 whose gap is exactly /Contents."""

    byte_range: tuple[int, ...] = ()
    byte_range_ok: bool = False
    level: CoverageLevel = "unclear"
    covered_until: int = 0


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """One signature dictionary. `problems`: what keeps it from being read as ISO 32000-2, 12.8.1 and RFC 5652 say;
    `notes`: what is odd about it and does no harm. `later_bytes` and `later_revisions` come after
    `coverage.covered_until`; `box` is in user space units of the page; `claimed_time` is proven by nobody."""

    id: str
    index: int
    field: str | None
    type: SignatureType
    subfilter: str | None
    coverage: Coverage
    revision: int | None = None
    object: str | None = None
    page_index: int | None = None
    box: Rect | None = None
    name: str | None = None
    reason: str | None = None
    location: str | None = None
    contact: str | None = None
    claimed_time: datetime | None = None
    claimed_source: Literal["cms", "pdf-m"] | None = None
    docmdp: int | None = None
    later_bytes: int = 0
    later_revisions: int = 0
    problems: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    cms: CmsFacts | None = None
    chain: ChainFacts = ChainFacts()


@dataclass(frozen=True, slots=True)
class TimestampFacts:
    """A document timestamp (ISO 32000-2, 12.8.5): listed, not judged yet."""

    id: str
    field: str | None
    coverage: Coverage
    revision: int | None = None
    object: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """The file; what lies beyond its bytes is None or empty when it could not be read."""

    size: int
    sha256: str
    pdf_version: str | None = None
    pages: int | None = None
    encrypted: bool = False
    empty_signature_fields: tuple[str, ...] = ()
    unsigned_trailing_bytes: int = 0
