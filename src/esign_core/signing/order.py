"""What is asked for when something is to be signed, beside the document and whose key it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from esign_core.appearance.drawing import Appearance
from esign_core.limits import Limits
from esign_core.place.placement import Placement
from esign_core.policy import SigningPolicy
from esign_core.signer import Recipient
from esign_core.signing.intent import Claims, Intent, SubFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The keywords of `prepare` as one value, so that the steps behind it hand on one thing."""

    signing_time: datetime
    placement: Placement | None
    appearance: Appearance | None
    claims: Claims
    intent: Intent
    subfilter: SubFilter | None
    copies: Sequence[Placement]
    password: str | None
    policy: SigningPolicy
    limits: Limits
    recipient: Recipient | None
