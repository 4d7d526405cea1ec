"""What earlier signatures forbid: DocMDP, FieldMDP and field lock dictionaries (ISO 32000-2, 12.8.2.2, 12.8.2.4, table
236). Facts of the document in, an answer out; signing asks before it writes, verifying after somebody wrote.

Where the standard leaves room, the answers are those of pyHanko's difference analysis: behind a DocMDP of permission 2
or 3 a new signature field may be added where it is invisible, one that is there may be filled. Two are stricter: the
lock dictionary of a signed field counts whether or not its signature repeats it, and so does a certification in /Perms
that is in no field.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from esign_core.document.fields import text_string
from esign_core.document.signatures import SignatureField, signature_fields
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Name, is_integer

Action: TypeAlias = Literal["All", "Include", "Exclude"]

_ACTIONS: dict[str, Action] = {"Include": "Include", "Exclude": "Exclude"}
_DEFAULT_PERMISSION = 2  # ISO 32000-2, table 257
_LISTED = 5  # names that a sentence spells out


class Refusal(NamedTuple):
    """`field`: of the signature that forbids it; empty for a certification that is in no field. `why`: a sentence."""

    field: str
    why: str


@dataclass(frozen=True, slots=True)
class FieldLock:
    """FieldMDP, or a field lock dictionary: which fields may not change. A name stands for all fields below it too."""

    action: Action
    fields: tuple[str, ...] = ()

    def covers(self, name: str) -> bool:
        """Is the field of that full name locked?"""
        if self.action == "All":
            return True
        named = any(name == each or name.startswith(f"{each}.") for each in self.fields)
        return named == (self.action == "Include")

    def __str__(self) -> str:
        if self.action == "All":
            return "all fields"
        names = ", ".join(map(repr, self.fields[:_LISTED])) + (" and others" if len(self.fields) > _LISTED else "")
        return f"the fields {names}" if self.action == "Include" else f"all fields but {names or 'none'}"


@dataclass(frozen=True, slots=True)
class Restriction:
    """What the signature in `field` forbids. `permission`: 1 to 3 of DocMDP (table 257), None where it has none."""

    field: str
    permission: int | None
    locks: tuple[FieldLock, ...]

    def sentence(self) -> str:
        """All of it, for people."""
        said = [f"locks {lock} (FieldMDP)" for lock in self.locks if str(lock)]
        if self.permission is not None:
            said.insert(0, _PERMITS[self.permission])
        return f"{self.who} {' and '.join(said)}"

    @property
    def who(self) -> str:
        return f"the signature in field {self.field!r}" if self.field else "the certification in /Perms"


_PERMITS = {
    1: "forbids any further change (DocMDP, permission 1)",
    2: "permits filling in forms and signing, and no new visible field (DocMDP, permission 2)",
    3: "permits annotations, filling in forms and signing, and no new visible field (DocMDP, permission 3)",
}


@dataclass(frozen=True, slots=True)
class Locks:
    """All restrictions of a document. `signed`: names of the fields that are signed. `certified`: /Perms has DocMDP."""

    signed: tuple[str, ...]
    certified: bool
    restrictions: tuple[Restriction, ...]

    def filling(self, name: str) -> Refusal | None:
        """What forbids to sign the empty field of that name; None where nothing does."""
        for each in self.restrictions:
            if each.permission == 1:
                return Refusal(each.field, f"{each.who} {_PERMITS[1]}")
            for lock in each.locks:
                if lock.covers(name):
                    return Refusal(each.field, f"{each.who} locks {lock} (FieldMDP)")
        return None

    def new_field(self, name: str = "", *, visible: bool) -> Refusal | None:
        """What forbids to add and sign a field of that name; without one, of a name that no lock spells out."""
        refusal = self.filling(name)
        if refusal is not None or not visible:
            return refusal
        for each in self.restrictions:
            if each.permission is not None:
                return Refusal(each.field, f"{each.who} {_PERMITS[each.permission]}")
        return None

    @property
    def permission(self) -> int | None:
        """The strictest in force."""
        return min((each.permission for each in self.restrictions if each.permission is not None), default=None)


def locks_of(file: PdfFile) -> Locks:
    """What the document's signatures forbid, in the order of its fields. PdfError for a form that cannot be read."""
    return locks_among(file, signature_fields(file))


def locks_among(file: PdfFile, items: Iterable[SignatureField]) -> Locks:
    """As `locks_of`, for who has all signature fields of the document already."""
    signed: list[str] = []
    found: list[Restriction] = []
    certification = _certification(file)
    in_a_field = certification is None
    for item in items:
        if item.value is None:
            continue
        signed.append(item.name)
        in_a_field = in_a_field or item.value.entries is certification
        found.append(_restriction(file, item))
    if certification is not None and not in_a_field:
        found.append(Restriction("", _docmdp(file, certification), ()))
    kept = tuple(each for each in found if each.permission is not None or each.locks)
    return Locks(tuple(signed), certification is not None, kept)


def transforms(file: PdfFile, entries: Dictionary, method: str) -> list[Dictionary]:
    """The transform parameters of that method in a signature dictionary's references."""
    references = file.get(entries, "Reference")
    found: list[Dictionary] = []
    for reference in references if isinstance(references, list) else []:
        held = file.resolve(reference)
        if isinstance(held, dict) and file.get(held, "TransformMethod") == method:
            parameters = file.get(held, "TransformParams")
            found.append(parameters if isinstance(parameters, dict) else {})
    return found


def permission(file: PdfFile, parameters: Dictionary) -> int:
    """/P of DocMDP; 2 unless it says otherwise (ISO 32000-2, table 257)."""
    value = file.get(parameters, "P")
    return value if is_integer(value) and value in _PERMITS else _DEFAULT_PERMISSION


def field_lock(file: PdfFile, field: Dictionary) -> tuple[FieldLock | None, int | None]:
    """What the field's own lock dictionary (/Lock, table 236) locks once it is signed, and its /P."""
    held = file.get(field, "Lock")
    if not isinstance(held, dict):
        return None, None
    return _field_lock(file, held), permission(file, held) if file.get(held, "P") is not None else None


def _restriction(file: PdfFile, item: SignatureField) -> Restriction:
    entries = item.value.entries if item.value else {}
    own, own_permission = field_lock(file, item.field.entries)
    locks = [_field_lock(file, parameters) for parameters in transforms(file, entries, "FieldMDP")]
    if own is not None and own not in locks:  # of the field, whether or not the signature repeats it
        locks.append(own)
    said = _docmdp(file, entries)
    harmless = FieldLock("Include")  # locks nothing: there for the sake of /P
    return Restriction(
        item.name, own_permission if said is None else said, tuple(lock for lock in locks if lock != harmless)
    )


def _docmdp(file: PdfFile, entries: Dictionary) -> int | None:
    return min((permission(file, each) for each in transforms(file, entries, "DocMDP")), default=None)


def _certification(file: PdfFile) -> Dictionary | None:
    """The signature dictionary that /Perms names (ISO 32000-2, table 263)."""
    held = file.get(file.catalog[1], "Perms")
    found = file.get(held, "DocMDP") if isinstance(held, dict) else None
    return found if isinstance(found, dict) else None


def _field_lock(file: PdfFile, entries: Dictionary) -> FieldLock:
    """What is none of the actions locks all: nobody knows what its author meant."""
    said = file.get(entries, "Action")
    action = _ACTIONS.get(said, "All") if isinstance(said, Name) else "All"
    names = file.get(entries, "Fields") if action != "All" else None
    held = [file.resolve(name) for name in names] if isinstance(names, list) else []
    return FieldLock(action, tuple(text_string(name) for name in held if isinstance(name, bytes)))
