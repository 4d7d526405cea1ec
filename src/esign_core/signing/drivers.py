"""Signing in one call: `prepare`, the key once, `complete`, `join`, and a look at what came out."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from esign_core.appearance.drawing import Appearance
from esign_core.document.signatures import signature_fields
from esign_core.errors import EsignError, SignerError, public
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Pdf
from esign_core.place.placement import Placement
from esign_core.policy import SigningPolicy
from esign_core.signer import Signer, ToBeSigned
from esign_core.signing.steps import complete, prepare
from esign_core.signing.values import Approve, Claims, Level, Prepared, Signed


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
    intent: Approve = Approve(),  # noqa: B008 - frozen
    password: str | None = None,
    policy: SigningPolicy = SigningPolicy(),  # noqa: B008 - frozen
    limits: Limits = DEFAULT_LIMITS,
) -> Signed:
    """The signed document: `pdf` byte for byte, and one incremental update behind it.

    Invisible without a placement. The key is used once. Whatever the signer raises is a SignerError, unless it is an
    EsignError already; otherwise as `prepare` and `complete`. A document that did not come out right is never returned.
    """
    prepared = prepare(
        pdf,
        signer,
        signing_time=signing_time,
        placement=placement,
        appearance=appearance,
        claims=claims,
        intent=intent,
        password=password,
        policy=policy,
        limits=limits,
    )
    update = complete(prepared, _value(signer, prepared.tbs))
    signed = update.join(pdf)
    _read_back(signed, prepared, limits)
    facts = replace(update.facts, sha256_after=hashlib.sha256(signed).hexdigest())
    return Signed(signed, facts, update.warnings)


def _value(signer: Signer, tbs: ToBeSigned) -> bytes:
    try:
        value = signer.sign(tbs)
    except EsignError:
        raise
    except Exception as error:
        raise SignerError(
            f"the signer failed with {type(error).__name__}: see its cause, and check the key's home",
            code="SIGNER_FAILED",
        ) from error
    if not isinstance(value, bytes):
        raise SignerError(
            f"the signer returned {type(value).__name__}, not the signature's bytes", code="SIGNER_FAILED"
        )
    return value


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
