"""The form's field tree, flattened: every terminal field with its inherited attributes (ISO 32000-2, 12.7.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from esign_core.document.inheritance import inherited
from esign_core.errors import PdfError
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.text_encoding import PDFDOC
from esign_core.pdf.values import Dictionary, Ref, Value

_INHERITABLE = ("FT", "V", "Ff", "DA")
_LONGEST_NAME = 2_000  # characters; every field below repeats it


class Field(NamedTuple):
    """One terminal field. `name` is fully qualified, partial names joined by periods; `ref` is None for a direct one.

    `entries` has inherited attributes filled in; `kids` are its widgets where they are objects of their own.
    """

    name: str
    ref: Ref | None
    entries: Dictionary
    kids: tuple[Ref, ...]


def form(file: PdfFile) -> Dictionary:
    """The interactive form dictionary (/AcroForm); empty when there is none."""
    value = file.get(file.catalog[1], "AcroForm")
    return value if isinstance(value, dict) else {}


def fields(file: PdfFile, keys: Sequence[str] = _INHERITABLE) -> Iterator[Field]:
    """Every terminal field in tree order; one that is listed twice is visited once. `keys`: what may be inherited of
    what the caller looks at, so that no other value is loaded.

    PdfError (FIELD_TREE) for a field above itself or a name without end; Limits.fields and Limits.depth bound the walk.
    """
    top = file.get(form(file), "Fields")
    top = top if isinstance(top, list) else []
    levels: list[tuple[Iterator[Value], Ref | None, str, Dictionary]] = [(iter(top), None, "", {})]
    visited: set[Ref] = set()
    count = len(top)
    while levels:
        siblings, _, prefix, above = levels[-1]
        for item in siblings:
            ref = item if isinstance(item, Ref) else None
            node = file.resolve(item)
            if ref and any(ref == parent for _, parent, _, _ in levels):
                raise PdfError(f"form field {ref.number} is above itself; the file is damaged", code="FIELD_TREE")
            if not isinstance(node, dict) or ref in visited:
                continue
            if ref:
                visited.add(ref)
            name, own = _full_name(file, prefix, node), inherited(file, node, keys, above)
            kids = file.get(node, "Kids")
            kids = kids if isinstance(kids, list) else []
            count += len(kids)
            file.limits.check("fields", count)
            if any(_is_field(file, kid) for kid in kids):
                file.limits.check("depth", len(levels))
                levels.append((iter(kids), ref, name, own))
                break
            yield Field(name, ref, node | own, tuple(kid for kid in kids if isinstance(kid, Ref)))
        else:
            levels.pop()


def _full_name(file: PdfFile, prefix: str, node: Dictionary) -> str:
    partial = file.get(node, "T")
    name = ".".join(part for part in (prefix, text_string(partial) if isinstance(partial, bytes) else "") if part)
    if len(name) > _LONGEST_NAME:
        raise PdfError(f"a form field's name is longer than {_LONGEST_NAME} characters", code="FIELD_TREE")
    return name


def _is_field(file: PdfFile, kid: Value) -> bool:
    """A kid with a partial name is a field, one without is a widget (ISO 32000-2, 12.7.4.2), unless it has a value."""
    node = file.resolve(kid)
    return isinstance(node, dict) and ("T" in node or "V" in node)


def text_string(raw: bytes) -> str:
    """A text string's characters: UTF-16 or UTF-8 by its mark, else PDFDocEncoding (ISO 32000-2, 7.9.2.2)."""
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    if raw.startswith(b"\xff\xfe"):
        return raw[2:].decode("utf-16-le", "replace")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "replace")
    return raw.decode("latin-1").translate(PDFDOC)
