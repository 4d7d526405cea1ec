"""What happens between `prepare` and a signed document, as a generator of needs: whoever drives it signs and stamps.

One flow for threads, event loops and batches; `drivers` holds the drivers.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from esign_core.algorithms import Hash, digest
from esign_core.errors import PdfError, SpaceExceeded
from esign_core.pdf.values import Pdf
from esign_core.signer import Identity, ToBeSigned
from esign_core.signing.order import Order
from esign_core.signing.seed_values import require_timestamp
from esign_core.signing.steps import (
    DEFAULT_RESERVE,
    DocumentHashes,
    completed,
    prepared_and_hashed,
    require_value,
    room_of,
)
from esign_core.signing.values import Level, Prepared, Update

_SIGNATURE_BYTES = 2_560  # a CMS without certificates: attributes, and the value of a key of up to 16 384 bits
_TOKENS_DIFFER = 256  # bytes that the next token of an authority may be longer by: serial number, ECDSA values


@dataclass(frozen=True, slots=True)
class NeedSignature:
    """The value of a signature over this, as `complete` takes it."""

    tbs: ToBeSigned


@dataclass(frozen=True, slots=True)
class NeedTimestamp:
    """A DER TimeStampToken over this imprint."""

    imprint: bytes
    hash: Hash


Needs: TypeAlias = Generator[NeedSignature | NeedTimestamp, bytes, tuple[Prepared, Update]]


def signing_needs(
    pdf: Pdf,
    identity: Identity,
    order: Order,
    level: Level,
    *,
    reserve: int | None,
    twice: bool,
    before_key: Callable[[Prepared], None],
) -> Needs:
    """What was prepared, and the update, whose facts know the digest of the document with it. `reserve`: bytes for
    /Contents. The key is needed once, or a second time where that is allowed (`twice`) and the timestamp did not fit;
    so is the timestamp. `before_key`: called with what was prepared before the key is needed."""
    ready = _ready(pdf, identity, order, reserve)
    before_key(ready.prepared)
    try:
        update = yield from _completed(ready, level)
    except SpaceExceeded as error:
        if not twice:
            raise
        ready = _ready(pdf, identity, order, error.needed + _TOKENS_DIFFER)
        before_key(ready.prepared)
        update = yield from _completed(ready, level)
    facts = replace(update.facts, sha256_after=ready.hashes.sha256_with(update.data))
    return ready.prepared, replace(update, facts=facts)


class _Ready(NamedTuple):
    """`unsigned`: from the signature value to the unsigned attributes (DER) that the document asks for."""

    prepared: Prepared
    hashes: DocumentHashes
    unsigned: Callable[[bytes], Sequence[bytes]]


def _ready(pdf: Pdf, identity: Identity, order: Order, reserve: int | None) -> _Ready:
    """By the lean path, or the full one where the document asks for it."""
    try:
        return _Ready(*prepared_and_hashed(pdf, identity, order, reserve), _no_more)
    except PdfError as error:
        if error.code != "NEEDS_SIGN":
            raise
    from esign_core.signing.full import prepare_full  # pyHanko: only where a document needs it

    document = bytes(pdf)
    prepared, unsigned = prepare_full(document, identity, order, room_of(reserve))
    return _Ready(prepared, DocumentHashes.of(document, identity.mechanism.hash), unsigned)


def _no_more(value: bytes) -> Sequence[bytes]:
    return ()


def _completed(ready: _Ready, level: Level) -> Generator[NeedSignature | NeedTimestamp, bytes, Update]:
    prepared = ready.prepared
    require_timestamp(required=prepared.timestamp_required, given=level.tsa is not None)  # before the key is spent
    value = yield NeedSignature(prepared.tbs)
    require_value(prepared, value)  # before an authority is asked to stamp it
    token = None
    if level.tsa is not None:
        hash = _imprint_hash(prepared.tbs.mechanism.hash)
        token = yield NeedTimestamp(digest(hash, value), hash)
    return completed(prepared, value, token, ready.unsigned(value))


def _imprint_hash(signature_hash: Hash) -> Hash:
    """As strong as the signature's, of those that authorities commonly take."""
    return signature_hash if signature_hash in ("sha384", "sha512") else "sha256"


def room_for(identity: Identity, size_hint: int | None) -> int | None:
    """Bytes for /Contents where a timestamp of that size is to be in it; None: the default is enough."""
    if size_hint is None:
        return None
    certificates = sum(map(len, (identity.certificate, *identity.chain)))
    needed = certificates + _SIGNATURE_BYTES + size_hint + _TOKENS_DIFFER
    return needed if needed > DEFAULT_RESERVE else None
