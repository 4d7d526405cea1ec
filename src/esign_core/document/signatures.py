"""Signature fields and signature dictionaries (ISO 32000-2, 12.7.5.5 and 12.8.1), with the spans a verifier needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from esign_core.document.fields import Field, fields
from esign_core.document.pages import PageNode, box, pages
from esign_core.geometry import Rect
from esign_core.pdf.lexer import dictionary_entries
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Name, Ref, is_integer


@dataclass(frozen=True, slots=True)
class SignatureValue:
    """One signature dictionary.

    `byte_range` holds its numbers as written, empty when it is no array of integers. `contents` is the string's bytes;
    `contents_span` are the offsets of its `<` and behind its `>` in the file, None when the dictionary is inside an
    object stream. `start` is where the object begins.
    """

    ref: Ref | None
    entries: Dictionary
    kind: str
    subfilter: str | None
    byte_range: tuple[int, ...]
    contents: bytes
    contents_span: tuple[int, int] | None
    start: int


@dataclass(frozen=True, slots=True)
class SignatureField:
    """One field of type /Sig, signed or not, with the box of its first widget in user space (None when invisible)."""

    name: str
    field: Field
    value: SignatureValue | None
    rect: Rect | None
    widget: Dictionary


def signature_fields(file: PdfFile) -> Iterator[SignatureField]:
    """Every signature field of the form, in tree order; what its value holds is reported, not judged."""
    for item in fields(file):
        if file.get(item.entries, "FT") == "Sig":
            yield signature_field(file, item)


def signature_field(file: PdfFile, item: Field) -> SignatureField:
    """One field of type /Sig with its value and first widget. PdfError where one of them is damaged."""
    widget = file.resolve(item.kids[0]) if item.kids else item.entries
    widget = widget if isinstance(widget, dict) else {}
    return SignatureField(item.name, item, _value(file, item), box(file, widget.get("Rect")), widget)


def page_of(file: PdfFile, item: SignatureField) -> PageNode | None:
    """The page whose /Annots holds the field's first widget; None when no page does."""
    widget = item.field.kids[0] if item.field.kids else item.field.ref
    searched = 0
    for page in pages(file):
        annotations = file.get(page.entries, "Annots")
        if isinstance(annotations, list):
            searched += len(annotations)
            file.limits.check("objects", searched)
            if widget in annotations:
                return page
    return None


def boxes_on(file: PdfFile, page: PageNode) -> Iterator[tuple[str, Rect]]:
    """Name and box of every signature field that a widget of the page shows; invisible ones have none."""
    annotations = file.get(page.entries, "Annots")
    refs = {item for item in annotations if isinstance(item, Ref)} if isinstance(annotations, list) else set()
    for item in fields(file) if refs else ():
        if file.get(item.entries, "FT") != "Sig":
            continue
        for ref in item.kids or (item.ref,):
            widget = file.resolve(ref) if ref in refs else None
            rect = box(file, widget.get("Rect")) if isinstance(widget, dict) else None
            if rect is not None:
                yield item.name, rect


def _value(file: PdfFile, item: Field) -> SignatureValue | None:
    held = item.entries.get("V")
    entries = file.resolve(held)
    if not isinstance(entries, dict):
        return None
    ref = held if isinstance(held, Ref) else None
    start, span = _contents_span(file, item, ref)
    kind, subfilter, contents = (file.get(entries, key) for key in ("Type", "SubFilter", "Contents"))
    return SignatureValue(
        ref=ref,
        entries=entries,
        kind=kind if isinstance(kind, Name) else "Sig",  # /Type is optional: ISO 32000-2, table 255
        subfilter=subfilter if isinstance(subfilter, Name) else None,
        byte_range=_integers(file, entries),
        contents=contents if isinstance(contents, bytes) else b"",
        contents_span=span,
        start=start,
    )


def _integers(file: PdfFile, entries: Dictionary) -> tuple[int, ...]:
    value = file.get(entries, "ByteRange")
    items = [file.resolve(number) for number in value] if isinstance(value, list) else []
    numbers = tuple(number for number in items if is_integer(number))
    return numbers if len(numbers) == len(items) else ()


def _contents_span(file: PdfFile, item: Field, ref: Ref | None) -> tuple[int, tuple[int, int] | None]:
    """Where the signature dictionary's object begins, and the span of its /Contents string in the file."""
    holder = ref or item.ref
    found = file.load(holder) if holder else None
    while found and isinstance(found.value, Ref):  # as far as `resolve` went to find the entries
        found = file.load(found.value)
    if found is None or found.container is not None:
        return 0, None
    entries = dictionary_entries(found.source, found.value_start, depth=file.limits.depth)[0]
    if ref is None:  # direct in the field; if not in this one, then inherited from one above
        own = [entry for entry in entries if entry.key == "V"]
        if not own or not isinstance(own[-1].value, dict):
            return found.start, None
        entries = dictionary_entries(found.source, own[-1].start, depth=file.limits.depth)[0]
    spans = [entry for entry in entries if entry.key == "Contents"]
    if not spans or not isinstance(spans[-1].value, bytes) or file.buffer[spans[-1].start] != ord("<"):
        return found.start, None
    return found.start, (spans[-1].start, spans[-1].end)
