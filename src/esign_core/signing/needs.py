"""What happens between `prepare` and a signed document, as a generator of needs: whoever drives it signs and stamps.

One flow for threads, event loops and batches; `drivers` holds the drivers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import TypeAlias

from esign_core.algorithms import Hash, digest
from esign_core.document.signatures import signature_fields
from esign_core.errors import EsignError, SpaceExceeded
from esign_core.limits import Limits
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Pdf
from esign_core.signer import Identity, ToBeSigned
from esign_core.signing.seed_values import require_timestamp
from esign_core.signing.steps import DEFAULT_RESERVE, complete, require_value
from esign_core.signing.values import Level, Prepared, Signed, Update

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


Needs: TypeAlias = Generator[NeedSignature | NeedTimestamp, bytes, Signed]


def signing_needs(
    pdf: Pdf,
    prepared_with: Callable[[int | None], Prepared],
    level: Level,
    *,
    reserve: int | None,
    twice: bool,
    limits: Limits,
) -> Needs:
    """`prepared_with` takes the bytes to reserve for /Contents. The key is needed once, or a second time where that is
    allowed (`twice`) and the timestamp did not fit; so is the timestamp."""
    prepared = prepared_with(reserve)
    try:
        update = yield from _completed(prepared, level)
    except SpaceExceeded as error:
        if not twice:
            raise
        prepared = prepared_with(error.needed + _TOKENS_DIFFER)
        update = yield from _completed(prepared, level)
    signed = update.join(pdf)
    _read_back(signed, prepared, limits)
    facts = replace(update.facts, sha256_after=hashlib.sha256(signed).hexdigest())
    return Signed(signed, facts, update.warnings)


def _completed(prepared: Prepared, level: Level) -> Generator[NeedSignature | NeedTimestamp, bytes, Update]:
    require_timestamp(required=prepared.timestamp_required, given=level.tsa is not None)  # before the key is spent
    value = yield NeedSignature(prepared.tbs)
    if level.tsa is None:
        return complete(prepared, value)
    require_value(prepared, value)  # before an authority is asked to stamp it
    hash = _imprint_hash(prepared.tbs.mechanism.hash)
    token = yield NeedTimestamp(digest(hash, value), hash)
    return complete(prepared, value, timestamp=token)


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


def _read_back(signed: bytes, prepared: Prepared, limits: Limits) -> None:
    """The finished tail, read by the reader that verifies: our field holds our signature over all of the document."""
    with PdfFile(signed, limits) as file:
        for item in signature_fields(file):
            value = item.value
            if item.name != prepared.facts.field or value is None:
                continue
            start, end = prepared.base_length + prepared.gap_start - 1, prepared.base_length + prepared.gap_end + 1
            if value.contents_span == (start, end) and value.byte_range == prepared.facts.byte_range:
                return
    raise EsignError(
        "the signed document did not come out right and is withheld: a fault of esign_core, please report it"
    )
