"""Signing a file in place or into another one, without holding its bytes."""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

from esign_core.appearance.drawing import Appearance
from esign_core.errors import EsignError, InputError, public
from esign_core.files.appending import append, cut_back_on_error, require_room
from esign_core.files.copying import copy_content
from esign_core.files.opening import FilePath, OpenFile, mapped, open_file, to_path, writing
from esign_core.files.replacing import replacement
from esign_core.finding import Finding
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.place.placement import Placement
from esign_core.policy import SigningPolicy
from esign_core.signer import Recipient, Signer
from esign_core.signing.drivers import answered
from esign_core.signing.intent import Approve, Claims, Intent, SubFilter
from esign_core.signing.order import Order
from esign_core.signing.readback import read_back
from esign_core.signing.values import Level, Prepared, SigningFacts, Update


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A signed file: where it is, its length in bytes, and what was done to it."""

    path: Path
    length: int
    facts: SigningFacts
    warnings: Sequence[Finding] = ()


@public
def sign_file(
    path: FilePath,
    signer: Signer,
    *,
    signing_time: datetime,
    target: FilePath | None = None,
    placement: Placement | None = None,
    appearance: Appearance | None = None,
    level: Level = Level.b(),  # noqa: B008 - frozen
    claims: Claims = Claims(),  # noqa: B008 - frozen
    intent: Intent = Approve(),  # noqa: B008 - frozen
    subfilter: SubFilter | None = None,
    copies: Sequence[Placement] = (),
    password: str | None = None,
    recipient: Recipient | None = None,
    reserve: int | None = None,
    may_sign_twice: bool = False,
    policy: SigningPolicy = SigningPolicy(),  # noqa: B008 - frozen
    limits: Limits = DEFAULT_LIMITS,
) -> SignedFile:
    """`sign`, for a file of any size: it is mapped and hashed once, and only the update is in memory.

    Without `target` the update is appended to the file itself. After an error, an interruption too, the file is cut
    back to what it was. Only a crash of the process or the machine while those few kB are written leaves half an
    update, which readers cannot read and `recover` cuts off. A file must not be cut by others while it is read: the
    system ends the process that does.

    With `target` the signed document goes to a copy (shared blocks where the file system can), under its name complete
    or not at all; one that is there is replaced. There is no such window, so `target=path` suits files that cannot be
    had again. A new file has the mode of the old one under the umask, a replaced one keeps its own. Symbolic links
    stay, and what they lead to is written.

    The tail is read back before it counts. Whoever else signs the file meanwhile is refused (an advisory lock), and
    whatever else changes it is noticed, before the key is used and again before anything is written.

    As `sign`, and InputError: FILE_NAME, FILE_NOT_READ, FILE_NOT_WRITTEN, NOT_A_FILE, FILE_IN_USE, FILE_CHANGED,
    DISK_FULL, FILE_UNFINISHED.
    """
    order = Order(
        signing_time=signing_time,
        placement=placement,
        appearance=appearance,
        claims=claims,
        intent=intent,
        subfilter=subfilter,
        copies=copies,
        password=password,
        policy=policy,
        limits=limits,
        recipient=recipient,
    )
    update_of = partial(answered, signer=signer, order=order, level=level, reserve=reserve, twice=may_sign_twice)
    if target is None:
        return _in_place(to_path(path), update_of, order)
    return _to_copy(to_path(path), to_path(target), update_of, order)


_UpdateOf: TypeAlias = Callable[..., tuple[Prepared, Update]]  # of the bytes, with `before_key`


def _in_place(path: Path, update_of: _UpdateOf, order: Order) -> SignedFile:
    with open_file(path, to_write=True) as file:
        prepared, update = _signed(file, file.descriptor, path, update_of)
        with cut_back_on_error(path, file.descriptor, file.length):
            _append_and_read_back(path, file.descriptor, prepared, update, order)
    return _told(file.path, update)


def _to_copy(path: Path, target: Path, update_of: _UpdateOf, order: Order) -> SignedFile:
    with open_file(path, to_write=False) as source, writing(target):
        place = target.resolve()  # a symbolic link stays one
        if place.exists() and not place.is_file():
            raise InputError(f"{target} is a folder or device: name a file", code="NOT_A_FILE")
        with replacement(place, mode=stat.S_IMODE(source.state.st_mode) & 0o777) as copy:
            copy_content(source.descriptor, copy)
            prepared, update = _signed(source, copy, target, update_of)
            _append_and_read_back(target, copy, prepared, update, order)
            source.require_unchanged()
    return _told(target, update)


def _signed(file: OpenFile, descriptor: int, written_to: FilePath, update_of: _UpdateOf) -> tuple[Prepared, Update]:
    """The update for `file`, whose bytes `descriptor` holds: itself, or its copy."""

    def before_key(prepared: Prepared) -> None:
        file.require_unchanged()
        require_room(written_to, descriptor, len(prepared.data))

    file.require_unchanged()
    with mapped(file.path, descriptor, file.length) as pdf:
        prepared, update = update_of(pdf, before_key=before_key)
    file.require_unchanged()  # a key's home takes its time
    return prepared, update


def _append_and_read_back(path: FilePath, descriptor: int, prepared: Prepared, update: Update, order: Order) -> None:
    with writing(path):
        append(descriptor, update.base_length, update.data)
    with mapped(path, descriptor, update.base_length + len(update.data)) as signed:
        if signed[update.base_length :] != update.data:
            raise EsignError(f"{path} does not hold what was written to it: check the disk", code="FILE_NOT_WRITTEN")
        read_back(signed, prepared, order)


def _told(path: Path, update: Update) -> SignedFile:
    return SignedFile(path, update.base_length + len(update.data), update.facts, update.warnings)
