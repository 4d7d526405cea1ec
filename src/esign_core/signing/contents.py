"""A page's contents in an update: streams around its own, which keep where they are (ISO 32000-2, 7.8.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from esign_core.document import cover
from esign_core.document.pages import PageNode
from esign_core.pdf.update import UpdateWriter, stream_body
from esign_core.pdf.values import Ref


def references(streams: Iterable[Ref]) -> bytes:
    """As they stand in the /Contents array."""
    return b" ".join(b"%d %d R" % ref for ref in streams)


def draw_above(writer: UpdateWriter, page: PageNode, inner: bytes, open_states: int, drawn: Sequence[bytes]) -> None:
    """Instructions above the streams `inner` (references), which leave so many graphics states saved."""
    before, behind = writer.reserve(), writer.reserve()
    writer.put(before, stream_body(b"", cover.BEFORE))
    writer.put(behind, stream_body(b"", cover.closed(open_states, drawn)))
    writer.edit(page.ref).set("Contents", b"[%d %d R %s %d %d R]" % (*before, inner, *behind))
