"""A dictionary in a dictionary, to be edited wherever it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from esign_core.pdf.objects import PdfFile
from esign_core.pdf.update import DictionaryEdit, UpdateWriter
from esign_core.pdf.values import Dictionary, Ref


@contextmanager
def nested(
    writer: UpdateWriter, file: PdfFile, entries: Dictionary, owner: DictionaryEdit | Ref, key: str
) -> Iterator[DictionaryEdit]:
    """The dictionary under `key` of `owner` (an object, or what it is edited by), whose values are `entries`:
    an object of its own, a direct value, or not there yet."""
    held = entries.get(key)
    if isinstance(held, Ref) and file.resolve(held) is not None:
        yield writer.edit(held)
        return
    holder = writer.edit(owner) if isinstance(owner, Ref) else owner
    raw = holder.raw(key)
    edit = DictionaryEdit(raw if raw and raw.startswith(b"<<") else b"<<>>", 0, depth=file.limits.depth)
    yield edit
    holder.set(key, edit.render())
