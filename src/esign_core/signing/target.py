"""Which field the signature goes into: an empty one that is there, or a new one."""

from __future__ import annotations

from typing import NamedTuple

from esign_core.document.empty_field import EmptyField
from esign_core.document.fields import fields
from esign_core.document.locks import Locks
from esign_core.document.pages import PageNode, page_at
from esign_core.errors import DocumentLocked, PlacementError
from esign_core.geometry import Rect
from esign_core.pdf.objects import PdfFile
from esign_core.place.resolve import locate
from esign_core.signing.order import Order


class Target(NamedTuple):
    """`page` is where the widget is, or will be; None in an invisible field that is there. `rect`: its box in user
    space units, None when invisible. `field`: the one that is filled; None: a new one is made.
    `signed`: names of the fields that are signed, behind which page contents and structure are not to change."""

    name: str
    page: PageNode | None
    rect: Rect | None
    field: EmptyField | None
    signed: tuple[str, ...]


def target_of(file: PdfFile, order: Order, document_sha256: str, locks: Locks) -> Target:
    """What the placement names, invisible without one. DocumentLocked where an earlier signature forbids it.

    PlacementError as `Placement.resolve` and `empty_field`; NO_PLACE for an appearance in a field without a box.
    """
    placement, appearance = order.placement, order.appearance
    if placement is None:
        target = Target(_new_name(file, document_sha256), page_at(file, 0), None, None, locks.signed)
    else:
        aspect = appearance.aspect if appearance else None
        page, rect, field = locate(file, placement, aspect, own_sha256=document_sha256, password=order.password)
        name = field.name if field else _new_name(file, document_sha256)
        target = Target(name, page, rect, field, locks.signed)
    if appearance is not None and target.rect is None:
        raise PlacementError(f"the field {target.name!r} is invisible: sign it without an appearance", code="NO_PLACE")
    refusal = (
        locks.filling(target.name) if target.field else locks.new_field(target.name, visible=target.rect is not None)
    )
    if refusal is not None:
        raise DocumentLocked(
            f"{refusal.why}: sign a copy from before it, or as it permits (inspect tells)", field=refusal.field
        )
    return target


def _new_name(file: PdfFile, document_sha256: str) -> str:
    """A name no field of the document has yet. It derives from the document: the same input gives the same name."""
    taken = {item.name for item in fields(file, ())}
    name = base = f"esign_{document_sha256[:12]}"
    number = 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name
