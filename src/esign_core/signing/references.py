"""Signature reference dictionaries (ISO 32000-2, 12.8.1 and 12.8.2): what a signature forbids to later ones."""

from __future__ import annotations

from typing import NamedTuple

from esign_core.document.empty_field import EmptyField
from esign_core.document.fields import fields
from esign_core.document.locks import Action, FieldLock, Locks, field_lock
from esign_core.errors import DocumentLocked, InputError, SigningError
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.update import literal
from esign_core.pdf.values import Ref
from esign_core.signing.intent import PERMISSIONS, SUBFILTERS, Certify, Intent, Lock, SubFilter

_ACTIONS: dict[str, Action] = {"all": "All", "include": "Include", "exclude": "Exclude"}


class Terms(NamedTuple):
    """What the new signature forbids. `permission`: of DocMDP, where it certifies. `new_lock`: the lock is to be
    written into the field too. `extension`: the catalog declares PAdES."""

    permission: int | None
    lock: FieldLock | None
    new_lock: bool
    extension: bool

    def references(self, catalog: Ref) -> bytes:
        """The /Reference entry; empty where there is nothing to say. DocMDP stands first: some readers look no further.

        /Data of FieldMDP names the object that is compared later (table 256): the whole document.
        """
        parts = []
        if self.permission is not None:
            parts.append(_reference(b"DocMDP", b"/P %d" % self.permission))
        if self.lock is not None:
            parts.append(_reference(b"FieldMDP", lock_entries(self.lock), b"/Data %d %d R" % catalog))
        return b"/Reference[%s]" % b"".join(parts) if parts else b""


def lock_entries(lock: FieldLock) -> bytes:
    """/Action and /Fields, as FieldMDP and field lock dictionaries have them (tables 236 and 259)."""
    names = b"/Fields[%s]" % b"".join(map(literal, lock.fields)) if lock.action != "All" else b""
    return b"/Action/%s%s" % (lock.action.encode("ascii"), names)


def terms_of(file: PdfFile, intent: Intent, field: EmptyField | None, locks: Locks, subfilter: SubFilter) -> Terms:
    """What the signer means, and what the author of the field asks for.

    DocumentLocked for a certification behind another signature (ISO 32000-2, 12.8.2.2.1), SigningError: CERTIFIED for a
    document whose /Perms name a certification already, FIELD_LOCK where the field has another lock of its own.
    InputError (LOCK_FIELDS) for a lock that names fields that are not there.
    """
    permission = None
    if isinstance(intent, Certify):
        _require_first(locks)
        permission = intent.permission
    wanted = _field_lock(file, intent.lock) if intent.lock else None
    own, own_permission = field_lock(file, field.entries) if field else (None, None)
    if permission is not None and own_permission is not None and own_permission < permission:
        raise SigningError(
            f"the lock of the field asks for DocMDP permission {own_permission}, and {permission} is to be certified: "
            f"certify with permit={next(name for name, value in PERMISSIONS.items() if value == own_permission)!r}",
            code="FIELD_LOCK",
        )
    if wanted is not None and own not in (None, wanted):
        raise SigningError(
            f"the field {field.name if field else ''!r} locks {own} when it is signed, not {wanted}: leave lock= out",
            code="FIELD_LOCK",
        )
    may_be_written = own is None and not (field and locks.signed)  # a field that is there is not to change any more
    return Terms(permission, own or wanted, may_be_written, extension=subfilter == SUBFILTERS[0])


def _require_first(locks: Locks) -> None:
    if locks.signed:
        first = locks.signed[0]
        raise DocumentLocked(
            f"a certification is the first signature of a document, and the field {first!r} is signed: approve it, or "
            "certify a copy from before it",
            field=first,
        )
    if locks.certified:
        raise SigningError(
            "the document is certified already (/Perms), by a signature in no field: save it anew without /Perms",
            code="CERTIFIED",
        )


def _reference(method: bytes, parameters: bytes, data: bytes = b"") -> bytes:
    return (b"<</Type/SigRef/TransformMethod/%s/TransformParams<</Type/TransformParams/V/1.2%s>>%s>>") % (
        method,
        parameters,
        data,
    )


def _field_lock(file: PdfFile, lock: Lock) -> FieldLock:
    """A name that is none would lock nothing, and nobody would notice."""
    names = [item.name for item in fields(file)]
    for wanted in lock.fields:
        one = FieldLock("Include", (wanted,))
        if not any(map(one.covers, names)):
            raise InputError(
                f"there is no field {wanted!r} to {lock.action}: the document has {len(names)} fields; give full names",
                code="LOCK_FIELDS",
            )
    return FieldLock(_ACTIONS[lock.action], tuple(lock.fields))
