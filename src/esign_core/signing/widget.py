"""The signature field with its widget and appearance, entered into page, form and catalog (ISO 32000-2, 12.7.5.5)."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from esign_core.appearance.drawing import Appearance
from esign_core.document.cover import painted
from esign_core.document.locks import FieldLock
from esign_core.document.pdfa import lacks_output_intent
from esign_core.geometry import Page, Rect
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.update import DictionaryEdit, UpdateWriter, literal, real, stream_body
from esign_core.pdf.values import Ref
from esign_core.signing.nested import nested
from esign_core.signing.references import Terms, lock_entries
from esign_core.signing.structure import structured
from esign_core.signing.target import Target

# annotation flags Print and Locked (ISO 32000-2, table 167): PDF/A wants Print, nobody moves the box
PRINT_LOCKED = 132
_NOTHING = stream_body(b"/Type/XObject/Subtype/Form/BBox[0 0 0 0]", b"")  # every field has a look: ISO 19005-1, 6.9
# what grey is where the document does not say it: ISO 19005-2, 6.2.4.3
GREY = b"/ColorSpace<</DefaultGray[/CalGray<</WhitePoint[.9505 1 1.089]/Gamma 2.2>>]>>"
_SIGNATURES_EXIST_APPEND_ONLY = 3  # /SigFlags (ISO 32000-2, table 225)
_ESIC = b"<</BaseVersion/1.7/ExtensionLevel 2>>"  # EN 319 142-1, clause 5.6
# a b c d of a form's /Matrix that turns its drawing so that a reader of a page with that /Rotate sees it upright
UPRIGHT = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def write_field(
    writer: UpdateWriter,
    file: PdfFile,
    target: Target,
    value: Ref,
    look: Appearance | None,
    ground: Sequence[float] | None,
    terms: Terms,
) -> None:
    """Put the field, its widget and its appearance into the update, and its entries in page, form and catalog.

    `ground`: the colour that fills the box below the appearance; without one it is transparent there. Of a field that
    is there only value and appearance change: anything else would break the signatures before this one.
    """
    lock = _lock(writer, terms.lock) if terms.new_lock and terms.lock is not None else b""
    drawn = look is not None or ground is not None
    catalog = writer.edit(file.catalog[0])
    if target.field is not None:
        reference = None
        field = writer.edit(target.field.ref)
        field.set("V", b"%d %d R" % value)
        if lock:
            field.set("Lock", lock)
        widget = writer.edit(target.field.widget)
        if drawn or "AP" not in widget:
            widget.set("AP", _appearance(writer, file, target, look, ground))
    else:
        reference = _new_field(writer, file, target, value, _appearance(writer, file, target, look, ground), lock)
    _enter_into_form(writer, file, catalog, reference)
    if terms.permission is not None:
        with nested(writer, file, file.catalog[1], catalog, "Perms") as permissions:
            permissions.set("DocMDP", b"%d %d R" % value)
    if terms.extension:
        _declare_extension(writer, file, catalog)


def _new_field(
    writer: UpdateWriter, file: PdfFile, target: Target, value: Ref, appearance: bytes, lock: bytes
) -> bytes:
    """Field and widget in one object; its reference."""
    field, rect, page = writer.reserve(), target.rect, target.page
    corners = (rect.x0, rect.y0, rect.x1, rect.y1) if rect else (0.0, 0.0, 0.0, 0.0)
    entries = [
        b"/Type/Annot/Subtype/Widget/FT/Sig/T%s/F %d" % (literal(target.name), PRINT_LOCKED),
        b"/Rect[%s]/V %d %d R/AP%s" % (b" ".join(map(real, corners)), *value, appearance),
        b"/Lock %s" % lock if lock else b"",
    ]
    reference = b"%d %d R" % field
    if page is not None:
        entries.append(b"/P %d %d R" % page.ref)
        if rect and not target.signed:
            entries.append(structured(writer, file, page, field))
        writer.append_to_array(writer.edit(page.ref), "Annots", reference)
    writer.put(field, b"<<%s>>" % b"".join(entries))
    return reference


def _appearance(
    writer: UpdateWriter, file: PdfFile, target: Target, look: Appearance | None, ground: Sequence[float] | None
) -> bytes:
    """The /AP dictionary; what is invisible has an empty one."""
    form = writer.reserve()
    body = _NOTHING
    if target.page is not None and target.rect is not None:
        grey = GREY if lacks_output_intent(file) else b""
        body = form_xobject(look, target.page.frame, target.rect, ground, grey)
    writer.put(form, body)
    return b"<</N %d %d R>>" % form


def _lock(writer: UpdateWriter, lock: FieldLock) -> bytes:
    """A reference to the field lock dictionary, which is an object of its own (ISO 32000-2, table 235)."""
    ref = writer.reserve()
    writer.put(ref, b"<</Type/SigFieldLock%s>>" % lock_entries(lock))
    return b"%d %d R" % ref


def form_xobject(
    look: Appearance | None, page: Page, rect: Rect, ground: Sequence[float] | None = None, resources: bytes = b""
) -> bytes:
    """The appearance stream, drawn upright as the reader sees it, in 1/72 inch; viewers fit it into /Rect (12.5.5).
    `resources`: beside those of the look."""
    box = page.to_view(rect)
    drawn = [] if ground is None else [painted(ground, Rect(0, 0, box.width, box.height))]
    drawn += [] if look is None else [look.content_for(box.width, box.height)]
    data = zlib.compress(b"\n".join(drawn), 9)
    entries = (
        b"/Type/XObject/Subtype/Form/BBox[0 0 %s %s]/Matrix[%d %d %d %d 0 0]/Resources<<%s>>/Filter/FlateDecode"
        % (
            real(box.width),
            real(box.height),
            *UPRIGHT[page.rotate],
            (look.resources if look else b"") + resources,
        )
    )
    return stream_body(entries, data)


def _enter_into_form(writer: UpdateWriter, file: PdfFile, catalog: DictionaryEdit, field: bytes | None) -> None:
    with nested(writer, file, file.catalog[1], catalog, "AcroForm") as form:
        if field is not None:
            writer.append_to_array(form, "Fields", field)
        if form.raw("SigFlags") != b"%d" % _SIGNATURES_EXIST_APPEND_ONLY:
            form.set("SigFlags", b"%d" % _SIGNATURES_EXIST_APPEND_ONLY)


def _declare_extension(writer: UpdateWriter, file: PdfFile, catalog: DictionaryEdit) -> None:
    """/Extensions /ESIC, merged into what is there. The version stays: nothing in the update needs a newer one."""
    if file.version >= "2.0":
        return  # PAdES is part of ISO 32000-2
    extensions = file.get(file.catalog[1], "Extensions")
    if isinstance(extensions, dict) and "ESIC" in extensions:
        return
    with nested(writer, file, file.catalog[1], catalog, "Extensions") as entries:
        entries.set("ESIC", _ESIC)
