"""What the signer says and means: claims, signature policy, approval or certification, locks; as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from esign_core.algorithms import HASH_SIZES, Hash
from esign_core.errors import InputError
from esign_core.pki.der import is_object_identifier

SubFilter: TypeAlias = Literal["ETSI.CAdES.detached", "adbe.pkcs7.detached"]

SUBFILTERS: tuple[SubFilter, ...] = ("ETSI.CAdES.detached", "adbe.pkcs7.detached")


@dataclass(frozen=True, slots=True)
class SignaturePolicy:
    """EPES: the policy under which one signs (EN 319 122-1, 5.2.9). `oid`: dotted. `digest`: of the policy document, or
    as that document says, made with `hash`. `uri`: where to read it; empty: left out.

    InputError (SIGNATURE_POLICY) for an OID, digest or URI that is none.
    """

    oid: str
    digest: bytes
    hash: Hash = "sha256"
    uri: str = ""

    def __post_init__(self) -> None:
        if not is_object_identifier(self.oid):
            raise InputError(f"{self.oid!r} is no object identifier; write 2.16.360.1", code="SIGNATURE_POLICY")
        if self.hash not in HASH_SIZES:
            raise InputError(f"{self.hash!r} is none of {', '.join(HASH_SIZES)}", code="SIGNATURE_POLICY")
        if len(self.digest) != HASH_SIZES[self.hash]:
            raise InputError(
                f"the digest of the policy has {len(self.digest)} bytes and {self.hash} gives {HASH_SIZES[self.hash]}",
                code="SIGNATURE_POLICY",
            )
        if not self.uri.isascii() or not self.uri.isprintable():
            raise InputError(f"{self.uri!r} is no URI: escape what is not ASCII", code="SIGNATURE_POLICY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What the signer says: /Name, /Reason, /Location, /ContactInfo (ISO 32000-2, table 255). Empty: left out.
    `policy`: the signature policy, among the signed attributes.

    InputError (CLAIM_TEXT) for text that no encoding of Unicode can hold (lone surrogates).
    """

    name: str = ""
    reason: str = ""
    location: str = ""
    contact: str = ""
    policy: SignaturePolicy | None = None

    def __post_init__(self) -> None:
        for text in (self.name, self.reason, self.location, self.contact):
            try:
                text.encode("utf-16")
            except UnicodeEncodeError as error:
                raise InputError(f"{text!r} is no Unicode text: decode it properly first", code="CLAIM_TEXT") from error


@dataclass(frozen=True, slots=True)
class Lock:
    """FieldMDP: which fields may not change afterwards (ISO 32000-2, 12.8.2.4). `fields`: full names for "include" and
    "exclude"; a name stands for all fields below it.

    InputError (LOCK) for an action that is none, and for names where there are to be none or the other way round.
    """

    action: Literal["all", "include", "exclude"]
    fields: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.action not in ("all", "include", "exclude"):
            raise InputError(f"action is all, include or exclude; not {self.action!r}", code="LOCK")
        if isinstance(self.fields, str) or not all(isinstance(name, str) and name for name in self.fields):
            raise InputError(f"fields are full names of fields, not {self.fields!r}", code="LOCK")
        object.__setattr__(self, "fields", tuple(self.fields))
        if bool(self.fields) == (self.action == "all"):
            wrong = "locks all fields: name none" if self.fields else "needs the names of fields"
            raise InputError(f"a lock of action {self.action!r} {wrong}", code="LOCK")


@dataclass(frozen=True, slots=True)
class Approve:
    """An approval signature: one of any number (ISO 32000-2, 12.8.1). `lock`: fields that may not change afterwards."""

    lock: Lock | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Certify:
    """A certification signature: DocMDP (ISO 32000-2, 12.8.2.2), the document's first signature, once.

    `permit`: what may be done afterwards: "nothing", "forms" (filling them in and signing) or "annotations" too;
    permissions 1 to 3 of table 257. `lock`: fields that may not change afterwards. InputError (PERMIT).
    """

    permit: Literal["nothing", "forms", "annotations"] = "forms"
    lock: Lock | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.permit not in PERMISSIONS:
            raise InputError(f"permit is {', '.join(PERMISSIONS)}; not {self.permit!r}", code="PERMIT")

    @property
    def permission(self) -> int:
        """/P of DocMDP."""
        return PERMISSIONS[self.permit]


PERMISSIONS: dict[str, int] = {"nothing": 1, "forms": 2, "annotations": 3}

Intent: TypeAlias = Approve | Certify
