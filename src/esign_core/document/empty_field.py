"""A signature field that is there and waits for its signature (ISO 32000-2, 12.7.5.5)."""

from __future__ import annotations

from dataclasses import dataclass

from esign_core.document.fields import Field, fields
from esign_core.document.pages import PageNode
from esign_core.document.signatures import page_of, signature_field
from esign_core.errors import PdfError, PlacementError
from esign_core.geometry import Rect
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Ref

_LISTED = 10  # names that a message spells out


@dataclass(frozen=True, slots=True)
class EmptyField:
    """The field's object and that of its widget, which may be one. `page` and `rect` (user space units) are None where
    it is invisible: no page lists the widget, or its box is empty."""

    name: str
    ref: Ref
    entries: Dictionary
    widget: Ref
    page: PageNode | None
    rect: Rect | None


def empty_field(file: PdfFile, name: str) -> EmptyField:
    """The empty signature field of that full name.

    PlacementError: FIELD_NOT_FOUND, FIELD_SIGNED, FIELD_KIND for a field that is none for signatures, FIELD_AMBIGUOUS
    for a name that two fields have or a field with two widgets. PdfError (FIELD_TREE) for one that is no object of its
    own.
    """
    everything = list(fields(file))
    found = [item for item in everything if item.name == name]
    if not found:
        raise PlacementError(f"there is no field {name!r}: {_choice(file, everything)}", code="FIELD_NOT_FOUND")
    item = found[0]
    if file.get(item.entries, "FT") != "Sig":
        raise PlacementError(
            f"the field {name!r} is not for signatures: {_choice(file, everything)}", code="FIELD_KIND"
        )
    if len(found) > 1 or len(item.kids) > 1:
        what = f"{len(found)} fields have the name {name!r}"
        if len(found) == 1:
            what = f"the field {name!r} is shown in {len(item.kids)} places"
        raise PlacementError(f"{what}, and a signature has one: {_choice(file, everything)}", code="FIELD_AMBIGUOUS")
    if file.get(item.entries, "V") is not None:
        raise PlacementError(f"the field {name!r} is signed already: {_choice(file, everything)}", code="FIELD_SIGNED")
    widget = item.kids[0] if item.kids else item.ref
    if item.ref is None or widget is None:
        raise PdfError(f"the field {name!r} is no object of its own; the form is damaged", code="FIELD_TREE")
    shown = signature_field(file, item)
    page = page_of(file, shown)
    return EmptyField(name, item.ref, item.entries, widget, page, shown.rect if page else None)


def _choice(file: PdfFile, everything: list[Field]) -> str:
    names = [
        repr(item.name)
        for item in everything
        if file.get(item.entries, "FT") == "Sig" and file.get(item.entries, "V") is None
    ]
    if not names:
        return "the document has no empty signature field, place the signature elsewhere"
    listed = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    return f"name one that is empty ({listed})"
