"""Signing in one call: `prepare`, the key once, a timestamp where the level has one, `complete`, `join`, and a look at
what came out. Two drivers over the same needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from esign_core.appearance.drawing import Appearance
from esign_core.errors import SignerError, TimestampError, WrongKind, faults_as, public, public_async
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.values import Pdf
from esign_core.place.placement import Placement
from esign_core.policy import SigningPolicy
from esign_core.signer import AsyncSigner, Identity, Recipient, Signer
from esign_core.signing.intent import Approve, Claims, Intent, SubFilter
from esign_core.signing.needs import NeedSignature, NeedTimestamp, room_for, signing_needs
from esign_core.signing.order import Order
from esign_core.signing.readback import read_back
from esign_core.signing.repair import mended
from esign_core.signing.values import Level, Prepared, Signed, Update
from esign_core.transport import AsyncTimestamper, Timestamper


@public
def sign(
    pdf: Pdf,
    signer: Signer,
    *,
    signing_time: datetime,
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
    repair: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> Signed:
    """The signed document: `pdf` byte for byte, and one incremental update behind it.

    Invisible without a placement. The key is used once, and so is the timestamp authority of Level.t. `reserve`: bytes
    for /Contents; unless given 16 384, or more where the authority's `size_hint` asks for it. A timestamp that does not
    fit is SpaceExceeded, unless `may_sign_twice`: then key and authority are used once more, with room enough.

    Whatever the signer raises is a SignerError, and whatever the timestamper raises a TimestampError, unless it is an
    EsignError already; TypeError for async ones, which belong to `asign`; otherwise as `prepare` and `complete`. A
    document that did not come out right is never returned.

    `repair`: a damaged document without a signature is rewritten first (extra `repair`), and `facts.repaired` says so;
    "byte for byte" is then said of what was rewritten. MissingExtra; PdfError (REPAIR_SIGNED, REPAIR_ENCRYPTED,
    REPAIR_FAILED); InputError (OTHER_DOCUMENT) where the page came out otherwise than it was when the tag was found.

    `recipient`: whose key opens a document that is encrypted for certificates. Such a document, and one with a PDF MAC,
    is signed by pyHanko (extra `full`), `facts.path` says so: PAdES approvals in a new field, the tag left;
    PasswordError (PASSWORD, RECIPIENT), PdfError (FULL_PATH).
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
    repaired = False
    if repair:
        pdf, order, repaired = mended(pdf, signer, order)
    signed = _joined(pdf, order, *answered(pdf, signer, order, level, reserve=reserve, twice=may_sign_twice))
    return replace(signed, facts=replace(signed.facts, repaired=repaired))


def _nothing(prepared: Prepared) -> None:
    """There is nothing to do before the key is used."""


def answered(
    pdf: Pdf,
    signer: Signer,
    order: Order,
    level: Level,
    *,
    reserve: int | None,
    twice: bool,
    before_key: Callable[[Prepared], None] = _nothing,
) -> tuple[Prepared, Update]:
    """What the needs come to, each answered where this is called. TypeError for a signer or timestamper that is not
    one for threads."""
    _require_method(signer, "sign", "a Signer; an AsyncSigner belongs to asign")
    if level.tsa is not None:
        _require_method(level.tsa, "timestamp", "a Timestamper; an AsyncTimestamper belongs to asign")
    room = _room(signer, level, reserve, order.limits)
    needs = signing_needs(pdf, signer, order, level, reserve=room, twice=twice, before_key=before_key)
    need = next(needs)
    while True:
        answer = _value(signer, need) if isinstance(need, NeedSignature) else _token(level.tsa, need)
        try:
            need = needs.send(answer)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # what Needs returns


@public_async
async def asign(
    pdf: Pdf,
    signer: AsyncSigner,
    *,
    signing_time: datetime,
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
) -> Signed:
    """As `sign`, with key and timestamp authority awaited; what is computed in between runs where it is called.

    A Timestamper that is not async runs in a worker thread of the running asyncio loop; without one (another
    framework) give an AsyncTimestamper, or use `prepare` and `complete`. TypeError for a Signer that is not async.
    """
    _require_method(signer, "asign", "an AsyncSigner; a Signer belongs to sign")
    if level.tsa is not None and not hasattr(level.tsa, "timestamp"):
        _require_method(level.tsa, "atimestamp", "an AsyncTimestamper or a Timestamper")
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
    room = _room(signer, level, reserve, limits)
    needs = signing_needs(pdf, signer, order, level, reserve=room, twice=may_sign_twice, before_key=_nothing)
    need = next(needs)
    while True:
        answer = await (_avalue(signer, need) if isinstance(need, NeedSignature) else _atoken(level.tsa, need))
        try:
            need = needs.send(answer)
        except StopIteration as done:
            return _joined(pdf, order, *done.value)


def _joined(pdf: Pdf, order: Order, prepared: Prepared, update: Update) -> Signed:
    """Bytes cannot have changed since they were hashed; any other buffer is looked at again."""
    signed = pdf + update.data if isinstance(pdf, bytes) else update.join(pdf)
    read_back(signed, prepared, order)
    return Signed(signed, update.facts, update.warnings)


def _require_method(given: object, name: str, wanted: str) -> None:
    if not callable(getattr(given, name, None)):
        raise WrongKind(f"{type(given).__name__} has no method {name}: give {wanted}")


def _room(identity: Identity, level: Level, reserve: int | None, limits: Limits) -> int | None:
    """Bytes for /Contents: what the caller says, else what the authority's last token asks for."""
    if reserve is not None or level.tsa is None:
        return reserve
    with faults_as(_timestamper_failed):
        hint = level.tsa.size_hint
    if hint is not None and (not isinstance(hint, int) or hint < 0):
        raise TimestampError(
            f"the timestamper's size_hint is {hint!r}, not a number of bytes or None: correct it",
            code="TIMESTAMPER_FAILED",
        )
    limits.check("cms_bytes", hint or 0)
    return room_for(identity, hint)


# ---- key and authority, whose faults become ours -----------------------------------------------------------------


def _value(signer: Signer, need: NeedSignature) -> bytes:
    with faults_as(_signer_failed):
        value = signer.sign(need.tbs)
    return _signature_bytes(value)


async def _avalue(signer: AsyncSigner, need: NeedSignature) -> bytes:
    with faults_as(_signer_failed):
        value = await signer.asign(need.tbs)
    return _signature_bytes(value)


def _token(tsa: object, need: NeedTimestamp) -> bytes:
    with faults_as(_timestamper_failed):
        token = cast(Timestamper, tsa).timestamp(need.imprint, need.hash)
    return _token_bytes(token)


async def _atoken(tsa: object, need: NeedTimestamp) -> bytes:
    if not hasattr(tsa, "atimestamp"):
        import asyncio

        return await asyncio.to_thread(_token, tsa, need)  # its faults are ours in there: a StopIteration cannot leave
    with faults_as(_timestamper_failed):
        token = await cast(AsyncTimestamper, tsa).atimestamp(need.imprint, need.hash)
    return _token_bytes(token)


def _signature_bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise SignerError(
            f"the signer returned {type(value).__name__}, not the signature's bytes", code="SIGNER_FAILED"
        )
    return value


def _token_bytes(token: object) -> bytes:
    if not isinstance(token, bytes):
        raise TimestampError(
            f"the timestamper returned {type(token).__name__}, not the bytes of a TimeStampToken",
            code="TIMESTAMPER_FAILED",
        )
    return token


def _signer_failed(error: Exception) -> SignerError:
    return SignerError(
        f"the signer failed with {type(error).__name__}: see its cause, and check the key's home", code="SIGNER_FAILED"
    )


def _timestamper_failed(error: Exception) -> TimestampError:
    return TimestampError(
        f"the timestamper failed with {type(error).__name__}: see its cause, and check the way to the authority",
        code="TIMESTAMPER_FAILED",
    )
