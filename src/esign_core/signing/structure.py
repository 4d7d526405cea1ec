"""A visible widget in the structure of a tagged document (ISO 32000-2, 14.7, 14.8.4.8.4; ISO 14289-1, 7.18).

The structure is page content as far as signatures are concerned: behind one it is not to change any more.
"""

from __future__ import annotations

from typing import NamedTuple

from esign_core.document.pages import PageNode
from esign_core.errors import PdfError
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.update import DictionaryEdit, UpdateWriter
from esign_core.pdf.values import Dictionary, Ref, Value, is_integer

_MOST_LEVELS = 32  # of a number tree; one of a million entries has 3
_NAMES = {"id": b"(Tanda tangan)", "ms": b"(Tandatangan)"}  # by the document's language; English where it has no other


class _Structure(NamedTuple):
    """`parent`: the element that gets one more child. `branch`: the nodes of the parent tree down to the leaf that gets
    one more entry, without its root where that is a direct value. `key`: of that entry."""

    root: Ref
    parent: Ref
    parent_entries: Dictionary
    branch: list[Ref]
    key: int


def structured(writer: UpdateWriter, file: PdfFile, page: PageNode, field: Ref) -> bytes:
    """Enter a Form element for the widget into the structure tree; what the widget itself has to say of that.

    Nothing where the document is not tagged, or its structure tree cannot be followed: then it is no worse than before.
    """
    try:
        found = _structure(file)
    except PdfError:
        return b""
    if found is None:
        return b""
    element = writer.reserve()
    namespace = found.parent_entries.get("NS")
    space = b"/NS %d %d R" % namespace if isinstance(namespace, Ref) else b""
    writer.put(
        element,
        b"<</Type/StructElem/S/Form/P %d %d R/Pg %d %d R%s/K<</Type/OBJR/Obj %d %d R/Pg %d %d R>>>>"
        % (*found.parent, *page.ref, space, *field, *page.ref),
    )
    _add_child(writer, file, found, element)
    _enter(writer, file, found, element)
    page_edit = writer.edit(page.ref)
    if "Tabs" not in page_edit:
        page_edit.set("Tabs", b"/S")  # the order of the structure: ISO 14289-1, 7.18.3
    return b"/StructParent %d/TU%s" % (found.key, _name(file))


def _structure(file: PdfFile) -> _Structure | None:
    catalog = file.catalog[1]
    held = catalog.get("StructTreeRoot")
    root, marked = file.resolve(held), file.get(catalog, "MarkInfo")
    if not (isinstance(held, Ref) and isinstance(root, dict) and isinstance(marked, dict)):
        return None
    tree = root.get("ParentTree")
    if file.get(marked, "Marked") is not True or not isinstance(tree, (Ref, dict)):
        return None
    branch, last = _rightmost(file, tree)
    said = file.get(root, "ParentTreeNextKey")
    key = max(said if is_integer(said) else 0, last + 1)
    parent, entries = _document_element(file, held, root)
    return _Structure(held, parent, entries, branch, key)


def _document_element(file: PdfFile, root: Ref, entries: Dictionary) -> tuple[Ref, Dictionary]:
    """The one element under the root, which holds all others; the root itself where there are several."""
    kids = file.get(entries, "K")
    only: Value = kids[0] if isinstance(kids, list) and len(kids) == 1 else entries.get("K")
    element = file.resolve(only)
    if isinstance(only, Ref) and isinstance(element, dict) and "S" in element:
        return only, element
    return root, entries


def _rightmost(file: PdfFile, tree: Ref | Dictionary) -> tuple[list[Ref], int]:
    """The nodes down to the last leaf of a number tree (7.9.7), as far as they are objects; its last key or -1."""
    branch: list[Ref] = []
    held: Value = tree
    while len(branch) <= _MOST_LEVELS:
        if isinstance(held, Ref):
            branch.append(held)
        node = file.resolve(held)
        if not isinstance(node, dict):
            break
        kids, numbers = file.get(node, "Kids"), file.get(node, "Nums")
        if isinstance(kids, list) and kids and isinstance(kids[-1], Ref):
            held = kids[-1]
            continue
        keys = [key for key in numbers[::2] if is_integer(key)] if isinstance(numbers, list) else []
        return branch, max(keys, default=-1)
    raise PdfError("the parent tree of the structure has no end", code="STRUCTURE_DAMAGED")


def _add_child(writer: UpdateWriter, file: PdfFile, found: _Structure, element: Ref) -> None:
    edit, item = writer.edit(found.parent), b"%d %d R" % element
    raw = edit.raw("K")
    if raw is None or isinstance(file.get(found.parent_entries, "K"), list):
        writer.append_to_array(edit, "K", item)
    else:  # one child, written as it is
        edit.set("K", b"[%s %s]" % (raw.strip(), item))


def _enter(writer: UpdateWriter, file: PdfFile, found: _Structure, element: Ref) -> None:
    """The entry in the parent tree by which the widget finds its element (14.7.5.4)."""
    entry = b"%d %d %d R" % (found.key, *element)
    root = writer.edit(found.root)
    root.set("ParentTreeNextKey", b"%d" % (found.key + 1))
    for ref in found.branch:
        node = file.resolve(ref)
        limits = file.get(node, "Limits") if isinstance(node, dict) else None
        if isinstance(limits, list) and len(limits) == 2 and is_integer(low := file.resolve(limits[0])):
            writer.edit(ref).set("Limits", b"[%d %d]" % (low, found.key))
    if found.branch:
        writer.append_to_array(writer.edit(found.branch[-1]), "Nums", entry)
    elif (raw := root.raw("ParentTree")) is not None:
        leaf = DictionaryEdit(raw.strip(), 0, depth=file.limits.depth)
        writer.append_to_array(leaf, "Nums", entry)
        root.set("ParentTree", leaf.render())


def _name(file: PdfFile) -> bytes:
    """What a screen reader calls the field (ISO 14289-1, 7.18.4)."""
    language = file.get(file.catalog[1], "Lang")
    return _NAMES.get(language[:2].decode("latin-1").lower() if isinstance(language, bytes) else "", b"(Signature)")
