"""Plain copies of a signature's look on other places of an unsigned document: page content, no fields.

They are in the revision that is signed, so that the signature covers them; behind a signature page content is not to
change any more (ISO 32000-2, 12.8.2.2).
"""

from __future__ import annotations

from collections.abc import Sequence

from esign_core.document import cover
from esign_core.document.locks import Locks
from esign_core.document.pages import PageNode, content_refs, page_at
from esign_core.document.pdfa import lacks_output_intent
from esign_core.errors import DocumentLocked, PdfError, PlacementError
from esign_core.geometry import Rect
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.update import UpdateWriter
from esign_core.pdf.values import Dictionary, Ref
from esign_core.place.boxes import FieldBox
from esign_core.place.resolve import locate
from esign_core.signing.contents import draw_above, references
from esign_core.signing.nested import nested
from esign_core.signing.order import Order
from esign_core.signing.widget import GREY, UPRIGHT, form_xobject

_MOST_ANCESTORS = 100  # levels of the page tree above a page

Boxes = Sequence[tuple[PageNode, list[Rect]]]


def copies_on(file: PdfFile, order: Order, document_sha256: str, locks: Locks) -> Boxes:
    """The boxes, page by page. DocumentLocked in a signed document, PlacementError as `Placement.resolve`; TREATMENT
    for a copy that is to cover or erase a tag, FIELD_KIND for one in a field, NO_PLACE without an appearance."""
    copies, look = order.copies, order.appearance
    if not copies:
        return ()
    if look is None:
        raise PlacementError("copies show the appearance: pass one, and a place for the signature", code="NO_PLACE")
    if locks.signed:
        raise DocumentLocked(
            f"the signature in field {locks.signed[0]!r} forbids any change of page contents: leave copies= out",
            field=locks.signed[0],
        )
    found: dict[Ref, tuple[PageNode, list[Rect]]] = {}
    for placement in copies:
        if isinstance(placement.box, FieldBox):
            raise PlacementError(f"a copy is no field: {placement.box.name!r} takes a signature", code="FIELD_KIND")
        if placement.treatment != "leave":
            raise PlacementError("a copy leaves the tag: cover or erase it by placement=", code="TREATMENT")
        node, rect, _ = locate(file, placement, look.aspect, own_sha256=document_sha256, password=order.password)
        if node is not None and rect is not None:
            found.setdefault(node.ref, (node, []))[1].append(rect)
    return tuple(found.values())


def draw_copies(writer: UpdateWriter, file: PdfFile, boxes: Boxes, order: Order, treated: PageNode | None) -> None:
    """Put them into the update, above the pages' own contents. `treated`: the page on which a tag has been covered or
    erased already. PlacementError (COPY_GROUND) where they cannot be told apart from the contents."""
    look, treatment = order.appearance, order.placement.treatment if order.placement else "leave"
    grey = GREY if boxes and lacks_output_intent(file) else b""
    for node, rects in boxes:
        drawn = []
        for rect in rects:
            form = writer.reserve()
            writer.put(form, form_xobject(look, node.frame, rect, None, grey))
            drawn.append(cover.shown(_named(writer, file, node, form), _placed(node, rect)))
        changed = treated is not None and treated.ref == node.ref and treatment != "leave"
        states = 0 if changed and treatment == "cover" else _open_states(file, node, order.password)
        own = writer.edit(node.ref).raw("Contents") if changed else None
        inner = own.strip()[1:-1] if own else references(content_refs(file, node))
        draw_above(writer, node, inner, states, drawn)


def _open_states(file: PdfFile, node: PageNode, password: str | None) -> int:
    from esign_core.content.ink_trace import page_ink  # fonts and all: only where something is drawn

    with LenientFile(file.buffer, file.limits, password=password) as lenient:
        states = page_ink(lenient, page_at(lenient, node.frame.index)).open_states
    if states is None:
        raise PlacementError(
            f"nothing can be drawn on page {node.frame.index + 1}: its contents restore more graphics states than they "
            "save, or leave marked content open; leave the copy out",
            code="COPY_GROUND",
        )
    return states


def _placed(node: PageNode, rect: Rect) -> tuple[float, ...]:
    """The matrix that fits the form, turned by its own, into the box (as ISO 32000-2, 12.5.5, does it)."""
    seen = node.frame.to_view(rect)
    a, b, c, d = UPRIGHT[node.frame.rotate]
    across = (0, a * seen.width, c * seen.height, a * seen.width + c * seen.height)
    up = (0, b * seen.width, d * seen.height, b * seen.width + d * seen.height)
    wide = rect.width / (max(across) - min(across))
    high = rect.height / (max(up) - min(up))
    return wide, 0, 0, high, rect.x0 - wide * min(across), rect.y0 - high * min(up)


def _named(writer: UpdateWriter, file: PdfFile, node: PageNode, form: Ref) -> bytes:
    """The name of the form in the page's resources, into which it is entered, wherever they are."""
    holder, entries = _holder(file, node)
    name = f"Esign{form.number}"
    held = file.get(entries, "Resources")
    resources = held if isinstance(held, dict) else {}
    known = file.get(resources, "XObject")
    while isinstance(known, dict) and name in known:
        name += "_"
    with (
        nested(writer, file, entries, holder, "Resources") as edit,
        nested(writer, file, resources, edit, "XObject") as forms,
    ):
        forms.set(name, b"%d %d R" % form)
    return name.encode("ascii")


def _holder(file: PdfFile, node: PageNode) -> tuple[Ref, Dictionary]:
    """The page, or the node above it from which it inherits its resources (ISO 32000-2, 7.7.3.4)."""
    ref: Ref = node.ref
    for _ in range(_MOST_ANCESTORS):
        entries = file.resolve(ref)
        if not isinstance(entries, dict):
            break
        if isinstance(file.get(entries, "Resources"), dict):
            return ref, entries
        above = entries.get("Parent")
        if not isinstance(above, Ref):
            break
        ref = above
    own = file.resolve(node.ref)
    if not isinstance(own, dict):
        raise PdfError(f"page {node.frame.index + 1} is no dictionary; the file is damaged", code="PAGE_TREE")
    return node.ref, own
