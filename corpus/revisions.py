"""Letters saved again by incremental updates: the first revision prints three number signs, the last one prints one."""

from __future__ import annotations

from corpus.forms import FONT, PAGE
from corpus.frames import Leaf, content
from corpus.writer import Body, append, stream

ROOT = "/Root 1 0 R"
NOTE = "<< /Type /Annot /Subtype /Text /Rect [500 780 520 800] /Contents ({}) >>"


def page(annots: str = "") -> str:
    """The page object, number 3."""
    return f"<< /Type /Page /Parent 2 0 R {PAGE} {annots} >>"


def base(title: str) -> dict[int, Body]:
    """A draft: three number signs on the page."""
    draft = content(Leaf(f"{title} DRAF", ""), 1)[0].replace("(#)", "(# # #)")
    return {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: page(),
        4: FONT,
        5: stream(draft),
    }


def final(title: str) -> dict[int, Body]:
    """The page's content in its last form."""
    return {5: stream(content(Leaf(title, ""), 1)[0])}


def table(updates: int) -> bytes:
    """Classic tables; the last update prints the final text."""
    title = f"pembaruan tabel {updates}"
    data = append(b"", base(title), trailer=ROOT)
    if updates > 1:
        data = append(data, {3: page("/Annots [6 0 R]"), 6: NOTE.format("periksa")}, trailer=ROOT)
    return append(data, final(title), trailer=ROOT)


def streams(updates: int) -> bytes:
    """Xref streams, object streams in every revision; the page moves from one into another."""
    title = f"pembaruan aliran {updates}"
    data = append(b"", base(title), trailer=ROOT, xref="stream", packed=(1, 2, 3, 4))
    if updates > 1:
        note: dict[int, Body] = {3: page("/Annots [8 0 R]"), 8: NOTE.format("periksa")}
        data = append(data, note, trailer=ROOT, xref="stream", packed=(3, 8))
    return append(data, final(title), trailer=ROOT, xref="stream")


def freed(reused: bool) -> bytes:
    """An annotation is deleted, its number freed, and in a third revision used again with generation 1."""
    title = "nomor objek dibebaskan"
    first: dict[int, Body] = {**base(title), 3: page("/Annots [6 0 R]"), 6: NOTE.format("draf")}
    data = append(b"", first, trailer=ROOT)
    data = append(data, {3: page(), **final(title)}, trailer=ROOT, freed={6: 1})
    if reused:
        again: dict[int, Body] = {3: page("/Annots [6 1 R]"), 6: NOTE.format("baru")}
        data = append(data, again, trailer=ROOT, generations={6: 1}, freed={})
    return data
