"""The signature field with its widget and appearance, entered into page, form and catalog (ISO 32000-2, 12.7.5.5)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from esign_core.appearance.drawing import Appearance
from esign_core.document.cover import painted
from esign_core.document.fields import fields
from esign_core.document.pages import PageNode
from esign_core.document.pdfa import lacks_output_intent
from esign_core.geometry import Page, Rect
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.update import DictionaryEdit, UpdateWriter, literal, real, stream_body
from esign_core.pdf.values import Ref
from esign_core.signing.structure import structured

PRINT_LOCKED = (
    132  # annotation flags Print and Locked (ISO 32000-2, table 167): PDF/A wants Print, nobody moves the box
)
_NOTHING = stream_body(b"/Type/XObject/Subtype/Form/BBox[0 0 0 0]", b"")  # every field has a look: ISO 19005-1, 6.9
# what grey is where the document does not say it: ISO 19005-2, 6.2.4.3
_GREY = b"/ColorSpace<</DefaultGray[/CalGray<</WhitePoint[.9505 1 1.089]/Gamma 2.2>>]>>"
_SIGNATURES_EXIST_APPEND_ONLY = 3  # /SigFlags (ISO 32000-2, table 225)
_ESIC = b"<</BaseVersion/1.7/ExtensionLevel 2>>"  # EN 319 142-1, clause 5.6
# the text of a form's /Matrix that turns its drawing so that a reader of a page with that /Rotate sees it upright
_UPRIGHT = {0: b"1 0 0 1 0 0", 90: b"0 1 -1 0 0 0", 180: b"-1 0 0 -1 0 0", 270: b"0 -1 1 0 0 0"}


def field_name(file: PdfFile, document_sha256: str) -> str:
    """A name no field of the document has yet. It derives from the document: the same input gives the same name."""
    taken = {item.name for item in fields(file)}
    name = base = f"esign_{document_sha256[:12]}"
    number = 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name


def add_field(
    writer: UpdateWriter,
    file: PdfFile,
    name: str,
    value: Ref,
    page: PageNode,
    rect: Rect | None,
    look: Appearance | None,
    ground: Sequence[float] | None = None,
) -> None:
    """Put the field, its widget and its appearance into the update. No `rect`: invisible, with an empty box. `ground`:
    the colour that fills the box below the appearance; without one it is transparent there."""
    field = writer.reserve()
    form = writer.reserve()
    grey = _GREY if rect is not None and lacks_output_intent(file) else b""
    writer.put(form, _NOTHING if rect is None else form_xobject(look, page.frame, rect, ground, grey))
    said = b"" if rect is None else structured(writer, file, page, field)
    corners = (rect.x0, rect.y0, rect.x1, rect.y1) if rect else (0.0, 0.0, 0.0, 0.0)
    writer.put(
        field,
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T%s/F %d/Rect[%s]/P %d %d R/V %d %d R/AP<</N %d %d R>>%s>>"
        % (literal(name), PRINT_LOCKED, b" ".join(map(real, corners)), *page.ref, *value, *form, said),
    )
    reference = b"%d %d R" % field
    writer.append_to_array(writer.edit(page.ref), "Annots", reference)
    catalog = writer.edit(file.catalog[0])
    _enter_into_form(writer, file, catalog, reference)
    _declare_extension(writer, file, catalog)


def form_xobject(
    look: Appearance | None, page: Page, rect: Rect, ground: Sequence[float] | None = None, resources: bytes = b""
) -> bytes:
    """The appearance stream, drawn upright as the reader sees it, in 1/72 inch; viewers fit it into /Rect (12.5.5).
    `resources`: beside those of the look."""
    box = page.to_view(rect)
    drawn = [] if ground is None else [painted(ground, Rect(0, 0, box.width, box.height))]
    drawn += [] if look is None else [look.content_for(box.width, box.height)]
    data = zlib.compress(b"\n".join(drawn), 9)
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 %s %s]/Matrix[%s]/Resources<<%s>>/Filter/FlateDecode" % (
        real(box.width),
        real(box.height),
        _UPRIGHT[page.rotate],
        (look.resources if look else b"") + resources,
    )
    return stream_body(entries, data)


def _enter_into_form(writer: UpdateWriter, file: PdfFile, catalog: DictionaryEdit, field: bytes) -> None:
    with _nested(writer, file, catalog, "AcroForm") as form:
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
    with _nested(writer, file, catalog, "Extensions") as entries:
        entries.set("ESIC", _ESIC)


@contextmanager
def _nested(writer: UpdateWriter, file: PdfFile, catalog: DictionaryEdit, key: str) -> Iterator[DictionaryEdit]:
    """A dictionary of the catalog, to be edited wherever it is: an object of its own, a direct value, or not there."""
    held = file.catalog[1].get(key)
    if isinstance(held, Ref) and file.resolve(held) is not None:
        yield writer.edit(held)
        return
    raw = catalog.raw(key)
    edit = DictionaryEdit(raw if raw and raw.startswith(b"<<") else b"<<>>", 0, depth=file.limits.depth)
    yield edit
    catalog.set(key, edit.render())
