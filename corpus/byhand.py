"""PDFs by hand, byte by byte: whole objects, rows and trailers can be replaced by anything."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

Body = str | bytes

CATALOG = "<</Type/Catalog/Pages 2 0 R>>"
PAGES = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 200]>>"
ONE_PAGE: Mapping[int, Body] = {1: CATALOG, 2: PAGES, 3: PAGE}


def to_bytes(text: Body) -> bytes:
    return text.encode("latin-1") if isinstance(text, str) else text


def stream(data: bytes, entries: str = "", *, length: str | None = None) -> bytes:
    """A stream object's body; `length` replaces the value of /Length."""
    return b"<<%s/Length %s>>\nstream\n%s\nendstream" % (
        entries.encode(),
        (length or str(len(data))).encode(),
        data,
    )


def table_file(
    objects: Mapping[int, Body],
    *,
    trailer: str = "/Root 1 0 R",
    whole: Mapping[int, Body] | None = None,
    rows: Mapping[int, bytes] | None = None,
    before: bytes = b"%PDF-1.7\n",
    section: bytes | None = None,
    startxref: int | None = None,
) -> bytes:
    """A revision with a table of one subsection from 0, after the bytes `before` (a header or a file).

    `whole`: objects with their `N G obj` and `endobj`, or without. `rows`: table rows that are not what they should be.
    `section`: another text from `xref` to the trailer.
    """
    out = bytearray(before)
    texts = {number: b"%d 0 obj\n%s\nendobj\n" % (number, to_bytes(body)) for number, body in objects.items()}
    texts |= {number: to_bytes(text) + b"\n" for number, text in (whole or {}).items()}
    offsets: dict[int, int] = {}
    for number, text in texts.items():
        offsets[number] = len(out)
        out += text
    start = len(out)
    size = max([*texts, *(rows or {})], default=0) + 1
    lines = {0: b"0000000000 65535 f \n"} | {n: b"%010d 00000 n \n" % offset for n, offset in offsets.items()}
    lines |= rows or {}
    table = b"xref\n0 %d\n" % size + b"".join(lines.get(n, b"0000000000 00000 f \n") for n in range(size))
    out += section if section is not None else table + b"trailer\n<</Size %d%s>>\n" % (size, to_bytes(trailer))
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % (start if startxref is None else startxref))


def stream_file(
    objects: Mapping[int, Body],
    *,
    packed: Mapping[int, Body] | None = None,
    container: bytes | None = None,
    rows: Mapping[int, tuple[int, int, int]] | None = None,
    entries: str = "/Root 1 0 R",
    widths: tuple[int, int, int] = (1, 4, 2),
    index: str | None = None,
    data: bytes | None = None,
    before: bytes = b"%PDF-1.7\n",
) -> bytes:
    """A revision with an xref stream.

    `packed` objects go into one object stream, number 90, whose body `container` may replace.
    `rows`, `index`, `data`: what the xref stream says, where it is not what it should be.
    """
    out = bytearray(before)
    table: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    held = dict(objects)
    if packed is not None:
        held[90] = container or object_stream(packed)
        table |= {number: (2, 90, position) for position, number in enumerate(packed)}
    for number, body in held.items():
        table[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, to_bytes(body))
    table[91] = (1, len(out), 0)
    table |= rows or {}
    if data is None:
        data = b"".join(_row(table[number], widths) for number in sorted(table))
    if index is None:
        index = " ".join(f"{n} 1" for n in sorted(table))
    head = f"/Type/XRef/Size 92/W[{' '.join(map(str, widths))}]/Index[{index}]{entries}"
    start = len(out)
    out += b"91 0 obj\n%s\nendobj\n" % stream(data, head)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _row(row: tuple[int, int, int], widths: tuple[int, int, int]) -> bytes:
    return b"".join(value.to_bytes(width, "big") for value, width in zip(row, widths, strict=True) if width)


def object_stream(packed: Mapping[int, Body], *, header: bytes | None = None, entries: str | None = None) -> bytes:
    """The body of an object stream; `header` replaces its numbers and offsets, `entries` its /Type, /N and /First."""
    texts = [to_bytes(body) for body in packed.values()]
    offsets = [sum(len(text) + 1 for text in texts[:position]) for position in range(len(texts))]
    pairs = b" ".join(b"%d %d" % pair for pair in zip(packed, offsets, strict=True)) + b" "
    pairs = header if header is not None else pairs
    told = entries if entries is not None else f"/Type/ObjStm/N {len(packed)}/First {len(pairs)}"
    return stream(zlib.compress(pairs + b" ".join(texts)), told + "/Filter/FlateDecode")
