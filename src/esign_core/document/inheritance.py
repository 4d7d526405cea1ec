"""Attributes that a node of a tree takes from the nodes above it (ISO 32000-2, 7.7.3.4 and 12.7.4.1)."""

from __future__ import annotations

from collections.abc import Iterable

from esign_core.errors import PdfError
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Ref


def inherited(file: PdfFile, node: Dictionary, keys: Iterable[str], above: Dictionary) -> Dictionary:
    """The attributes as they are at `node`: its own, else those `above`. Null, also behind a reference, is none."""
    result = dict(above)
    for key in keys:
        value = node.get(key)
        if isinstance(value, Ref) and _is_null(file, value):
            continue
        if value is not None:
            result[key] = value
    return result


def _is_null(file: PdfFile, ref: Ref) -> bool:
    """A damaged object is not null: whoever needs it hears of the damage."""
    try:
        return file.resolve(ref) is None
    except PdfError:
        return False
