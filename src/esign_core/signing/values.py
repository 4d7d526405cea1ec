"""What goes into a signature and what comes out, as values."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from esign_core.algorithms import Mechanism
from esign_core.errors import EsignError, InputError, public
from esign_core.finding import Finding, FrozenMap, Json
from esign_core.geometry import Rect
from esign_core.pdf.values import Pdf, view_of
from esign_core.signer import ToBeSigned
from esign_core.transport import AsyncTimestamper, Timestamper

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Level:
    """PAdES baseline level (EN 319 142-1, clause 6). `name` is the one reports use.

    `tsa` stamps, None where nobody does. An AsyncTimestamper belongs to `asign`; given to `sign`, a TypeError.
    """

    name: Literal["PAdES-B-B", "PAdES-B-T"]
    tsa: Timestamper | AsyncTimestamper | None = field(default=None, repr=False)

    @classmethod
    def b(cls) -> Self:
        """B-B: signature and signing certificate; needs nothing from outside."""
        return cls("PAdES-B-B")

    @classmethod
    def t(cls, tsa: Timestamper | AsyncTimestamper) -> Self:
        """B-T: with a timestamp over the signature value, asked for once for each signature."""
        return cls("PAdES-B-T", tsa)


@dataclass(frozen=True, slots=True)
class SigningFacts:
    """What was done, for an audit log: no secret in it.

    `rect` is the widget's box in user space, None when invisible. `sha256_before` and `sha256_after` are hex digests of
    the document; after: None until the update has met its document. `byte_range` is in bytes of the signed document.
    """

    field: str
    page_index: int | None
    rect: Rect | None
    level: str
    path: Literal["lean", "full"]
    repaired: bool
    sha256_before: str
    sha256_after: str | None
    byte_range: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Update:
    """Bytes to append to exactly one document: that of `base_length` bytes with digest `base_sha256` (hex)."""

    base_length: int
    base_sha256: str
    data: bytes
    facts: SigningFacts
    warnings: Sequence[Finding] = ()

    @public
    def join(self, pdf: Pdf) -> bytes:
        """The signed document. InputError (OTHER_DOCUMENT) when `pdf` is another document."""
        view = view_of(pdf)
        if len(view) != self.base_length or hashlib.sha256(view).hexdigest() != self.base_sha256:
            raise InputError(
                f"this update belongs to the document of {self.base_length} bytes with SHA-256 {self.base_sha256}; "
                "give exactly the bytes that were prepared",
                code="OTHER_DOCUMENT",
            )
        return b"".join((view, self.data))

    def __repr__(self) -> str:
        return f"Update({len(self.data)} bytes for the document {self.base_sha256[:12]}…)"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed document and what was done to it."""

    pdf: bytes
    facts: SigningFacts
    warnings: Sequence[Finding] = ()

    def __repr__(self) -> str:
        return f"Signed({len(self.pdf)} bytes, field {self.facts.field!r})"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document waiting for its signature value: the bytes to append with a gap, and what to sign.

    Holds no byte of the document. `data` is appended behind it; the hexadecimal digits of /Contents go into
    `data[gap_start:gap_end]`. `certificate` and `chain` are DER. `timestamp_required`: the field's
    author asks for one, so that `complete` without is refused.
    """

    base_length: int
    base_sha256: str
    data: bytes
    gap_start: int
    gap_end: int
    tbs: ToBeSigned
    certificate: bytes
    chain: Sequence[bytes]
    facts: SigningFacts
    warnings: Sequence[Finding] = ()
    timestamp_required: bool = False

    @property
    def reserved(self) -> int:
        """Bytes of room for the CMS."""
        return (self.gap_end - self.gap_start) // 2

    def __repr__(self) -> str:
        return f"Prepared({len(self.data)} bytes for the document {self.base_sha256[:12]}…, {self.reserved} reserved)"

    def to_json(self) -> Json:
        """JSON values with a version and a digest; nothing in it is secret."""
        facts = self.facts
        value: dict[str, object] = {
            "version": _VERSION,
            "base_length": self.base_length,
            "base_sha256": self.base_sha256,
            "data": _text(self.data),
            "gap": [self.gap_start, self.gap_end],
            "signed_attributes": _text(self.tbs.data),
            "mechanism": [self.tbs.mechanism.scheme, self.tbs.mechanism.hash, self.tbs.mechanism.salt_length],
            "certificate": _text(self.certificate),
            "chain": [_text(item) for item in self.chain],
            "facts": {
                "field": facts.field,
                "page_index": facts.page_index,
                "rect": [facts.rect.x0, facts.rect.y0, facts.rect.x1, facts.rect.y1] if facts.rect else None,
                "level": facts.level,
                "path": facts.path,
                "repaired": facts.repaired,
                "byte_range": list(facts.byte_range),
            },
            "timestamp_required": self.timestamp_required,
            "warnings": [item.as_dict() for item in self.warnings],
        }
        return value | {"digest": _digest(value)}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """InputError (PREPARED_JSON) for a damaged value or an unknown version."""
        if not isinstance(value, Mapping) or value.get("version") != _VERSION:
            raise InputError(
                f"not a prepared signature of version {_VERSION}: prepare the document again", code="PREPARED_JSON"
            )
        rest = {key: item for key, item in value.items() if key != "digest"}
        try:
            if value.get("digest") != _digest(rest):
                raise _damaged()
            return cls._from_parts(rest)
        except (KeyError, TypeError, ValueError, AttributeError, binascii.Error, EsignError) as error:
            raise _damaged() from error

    @classmethod
    def _from_parts(cls, value: dict[str, object]) -> Self:
        """Shapes are checked by use: whatever does not fit raises, and from_json names it."""
        parts = json.loads(json.dumps(value))
        facts, rect = parts["facts"], parts["facts"]["rect"]
        scheme, hash_name, salt_length = parts["mechanism"]
        start, second, third, last = facts["byte_range"]
        return cls(
            base_length=parts["base_length"],
            base_sha256=parts["base_sha256"],
            data=_bytes(parts["data"]),
            gap_start=parts["gap"][0],
            gap_end=parts["gap"][1],
            tbs=ToBeSigned(_bytes(parts["signed_attributes"]), Mechanism(scheme, hash_name, salt_length)),
            certificate=_bytes(parts["certificate"]),
            chain=tuple(_bytes(item) for item in parts["chain"]),
            facts=SigningFacts(
                field=facts["field"],
                page_index=facts["page_index"],
                rect=Rect(*rect) if rect else None,
                level=facts["level"],
                path=facts["path"],
                repaired=facts["repaired"],
                sha256_before=parts["base_sha256"],
                sha256_after=None,
                byte_range=(start, second, third, last),
            ),
            timestamp_required=parts.get("timestamp_required", False),  # not there in what was stored earlier
            warnings=tuple(
                replace(Finding(**item), args=FrozenMap(item["args"]), text=FrozenMap(item["text"]))
                for item in parts["warnings"]
            ),
        )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _digest(value: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _damaged() -> InputError:
    return InputError(
        "the prepared signature was changed or cut short in storage: prepare the document again", code="PREPARED_JSON"
    )
