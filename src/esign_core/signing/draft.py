"""What is going to be written, decided before anything is: the field, its locks, what the field's author asks for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from esign_core.document.locks import locks_of
from esign_core.pdf.objects import PdfFile
from esign_core.signer import Identity
from esign_core.signing.copies import Boxes, copies_on
from esign_core.signing.intent import SubFilter
from esign_core.signing.order import Order
from esign_core.signing.references import Terms, terms_of
from esign_core.signing.seed_values import Request, Seed
from esign_core.signing.target import Target, target_of
from esign_core.signing.values import Level, SigningFacts

_LEVELS: Mapping[SubFilter, str] = MappingProxyType(
    {
        "ETSI.CAdES.detached": Level.b().name,
        "adbe.pkcs7.detached": "PKCS7-B",  # no PAdES baseline signature; `verify` calls it so too
    }
)


class Draft(NamedTuple):
    """What is going to be written, once it is sure that it may be. `boxes`: of the copies."""

    target: Target
    terms: Terms
    subfilter: SubFilter
    timestamp_required: bool
    boxes: Boxes

    def facts(self, document_sha256: str, byte_range: tuple[int, int, int, int]) -> SigningFacts:
        """For the audit log, before the update has met its document."""
        page, rect = self.target.page, self.target.rect
        return SigningFacts(
            field=self.target.name,
            page_index=page.frame.index if page and rect else None,
            rect=rect,
            level=_LEVELS[self.subfilter],
            path="lean",
            repaired=False,
            sha256_before=document_sha256,
            sha256_after=None,
            byte_range=byte_range,
        )


def draft_of(file: PdfFile, document_sha256: str, identity: Identity, order: Order) -> Draft:
    """PlacementError, DocumentLocked, SigningError, InputError: as the rooms that decide say."""
    locks = locks_of(file)
    target = target_of(file, order, document_sha256, locks)
    seed = Seed(file, target.field.entries if target.field else {})
    chosen = seed.subfilter(order.subfilter)
    seed.require(Request(identity, order.claims, order.intent))
    terms = terms_of(file, order.intent, target.field, locks, chosen)
    boxes = copies_on(file, order, document_sha256, locks)
    return Draft(target, terms, chosen, seed.timestamp_required, boxes)
