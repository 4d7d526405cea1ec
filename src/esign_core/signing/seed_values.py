"""What the author of a signature field asks of its signature: seed values (ISO 32000-2, 12.7.5.5, tables 237 and 238).

What is required is fulfilled or refused by the name of its entry (SigningError, code SEED_VALUE); what is only
suggested does not bind, but for /SubFilter, which costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from esign_core.document.fields import text_string
from esign_core.document.locks import field_lock
from esign_core.errors import InputError, SigningError
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Name, Value, is_integer
from esign_core.signer import Identity
from esign_core.signing.intent import PERMISSIONS, SUBFILTERS, Certify, Claims, Intent, SubFilter
from esign_core.signing.seed_certificate import require_certificate

_FILTER = "Adobe.PPKLite"
_NEWEST = 3  # /V of a dictionary with all that ISO 32000-2 knows


class Request(NamedTuple):
    """What is to be written into the field."""

    identity: Identity
    claims: Claims
    intent: Intent


class Seed:
    """The seed values of one field."""

    def __init__(self, file: PdfFile, field: Dictionary) -> None:
        self._file = file
        held = file.get(field, "SV")
        self._entries: Dictionary = held if isinstance(held, dict) else {}
        self._field = field
        flags = file.get(self._entries, "Ff")
        self._flags = flags if is_integer(flags) else 0

    @property
    def timestamp_required(self) -> bool:
        """/TimeStamp with /Ff 1: a signature without a timestamp is none for this field."""
        held = self._file.get(self._entries, "TimeStamp")
        return isinstance(held, dict) and self._file.get(held, "Ff") == 1

    def subfilter(self, wanted: SubFilter | None) -> SubFilter:
        """The first that the field's author lists and we write, unless the caller has chosen."""
        if wanted is not None and wanted not in SUBFILTERS:
            raise InputError(f"subfilter is {' or '.join(SUBFILTERS)}; not {wanted!r}", code="SUBFILTER")
        listed = _texts(self._file, self._entries, "SubFilter")
        ours = next((each for name in listed for each in SUBFILTERS if each == name), None)
        if self._flags & _BITS["SubFilter"] and listed and (ours is None or wanted not in (None, ours)):
            raise _refused("SubFilter", " or ".join(listed), wanted or SUBFILTERS[0])
        return wanted or ours or SUBFILTERS[0]

    def require(self, request: Request) -> None:
        """SigningError (SEED_VALUE) unless the request is what the author asks for."""
        if not self._entries:
            return
        for key, bit in _BITS.items():
            if self._flags & bit and key in _CHECKS and (key == "Reasons" or key in self._entries):
                _CHECKS[key](self._file, self._entries, request)
        self._require_kind(request.intent)
        held = self._file.get(self._entries, "Cert")
        if isinstance(held, dict):
            policy = request.claims.policy
            require_certificate(self._file, held, request.identity, policy.oid if policy else None)

    def _require_kind(self, intent: Intent) -> None:
        """/MDP binds whatever the flags are: its /P is 0 for an approval, else that of the certification."""
        held = self._file.get(self._entries, "MDP")
        wanted = self._file.get(held, "P") if isinstance(held, dict) else None
        found = intent.permission if isinstance(intent, Certify) else 0
        if is_integer(wanted) and wanted in (0, *PERMISSIONS.values()) and wanted != found:
            names = {0: "an approval"} | {value: f"Certify({name!r})" for name, value in PERMISSIONS.items()}
            raise _refused("MDP", names[wanted], names[found])
        if self._flags & _BITS["LockDocument"]:
            self._require_lock(found)

    def _require_lock(self, certified: int) -> None:
        said = self._file.get(self._entries, "LockDocument")
        locked = certified == 1 or field_lock(self._file, self._field)[1] == 1
        wanted = {"true": True, "True": True, "false": False, "False": False}.get(str(said))  # a name, or a boolean
        if wanted is not None and wanted != locked:
            raise _refused("LockDocument", str(wanted).lower(), "a lock against any change" if locked else "none")


def _filter(file: PdfFile, entries: Dictionary, request: Request) -> None:
    if (wanted := file.get(entries, "Filter")) != _FILTER:
        raise _refused("Filter", str(wanted), _FILTER)


def _version(file: PdfFile, entries: Dictionary, request: Request) -> None:
    version = file.get(entries, "V")
    if isinstance(version, (int, float)) and version > _NEWEST:
        raise _refused("V", f"what version {version} means", f"version {_NEWEST}")


def _reasons(file: PdfFile, entries: Dictionary, request: Request) -> None:
    """Without a list, or with one that holds a period alone, no reason may be given at all."""
    listed = _texts(file, entries, "Reasons")
    if listed in ([], ["."]):
        if request.claims.reason:
            raise _refused("Reasons", "no reason", repr(request.claims.reason))
    elif request.claims.reason not in listed:
        raise _refused("Reasons", " or ".join(map(repr, listed)), repr(request.claims.reason) or "none")


def _digest(file: PdfFile, entries: Dictionary, request: Request) -> None:
    listed = _texts(file, entries, "DigestMethod")
    if request.identity.mechanism.hash not in [name.lower().replace("-", "") for name in listed]:
        raise _refused("DigestMethod", " or ".join(listed), request.identity.mechanism.hash)


def _revocation(file: PdfFile, entries: Dictionary, request: Request) -> None:
    if file.get(entries, "AddRevInfo") is True:
        raise _refused("AddRevInfo", "revocation information in the CMS", "none (it goes into the DSS: Level.lt)")


def _unknown(key: str) -> Callable[[PdfFile, Dictionary, Request], None]:
    def refuse(file: PdfFile, entries: Dictionary, request: Request) -> None:
        raise _refused(key, "what is not written here", "none")

    return refuse


_BITS = {  # of /Ff, table 237
    "Filter": 1,
    "SubFilter": 2,
    "V": 4,
    "Reasons": 8,
    "LegalAttestation": 16,
    "AddRevInfo": 32,
    "DigestMethod": 64,
    "LockDocument": 128,
    "AppearanceFilter": 256,
}
_CHECKS: dict[str, Callable[[PdfFile, Dictionary, Request], None]] = {
    "Filter": _filter,
    "V": _version,
    "Reasons": _reasons,
    "LegalAttestation": _unknown("LegalAttestation"),
    "AddRevInfo": _revocation,
    "DigestMethod": _digest,
    "AppearanceFilter": _unknown("AppearanceFilter"),
}


def require_timestamp(*, required: bool, given: bool) -> None:
    """SigningError (SEED_VALUE) for a field that is not to be signed without a timestamp."""
    if required and not given:
        raise _refused("TimeStamp", "a timestamp", "none (sign with Level.t)")


def _texts(file: PdfFile, entries: Dictionary, key: str) -> list[str]:
    """Names and text strings of an array as text; its other items are none."""
    held = file.get(entries, key)
    items: list[Value] = [file.resolve(item) for item in held] if isinstance(held, list) else []
    return [
        str(item) if isinstance(item, Name) else text_string(item) for item in items if isinstance(item, (Name, bytes))
    ]


def _refused(key: str, wanted: str, found: str) -> SigningError:
    return SigningError(
        f"the field's seed value /{key} asks for {wanted}, and the signature would have {found}: give what it "
        "asks for, or sign in another field",
        code="SEED_VALUE",
    )
