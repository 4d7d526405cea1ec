"""Make `corpus/hostile/`: small files that want too much of a reader, each with the code of the refusal it must get.

`python -m corpus.hostile`. The same call gives the same files, but for compressed data where zlib is another.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

from corpus.byhand import CATALOG, ONE_PAGE, PAGE, PAGES, Body, object_stream, stream, stream_file, table_file

FOLDER = Path(__file__).parent / "hostile"
MEGABYTE = 1 << 20


def page_with(contents: bytes, **more: Body) -> bytes:
    """One page whose content stream is object 4."""
    shown = PAGE.replace(">>", "/Contents 4 0 R>>")
    return table_file({**ONE_PAGE, 3: shown, 4: contents, **{int(key[1:]): body for key, body in more.items()}})


def form_with(top: str, objects: dict[int, Body]) -> bytes:
    """One page and a form with those /Fields."""
    catalog = f"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields {top}>>>>"
    return table_file({**ONE_PAGE, 1: catalog, **objects})


def tree_with(nodes: dict[int, Body]) -> bytes:
    """A document with that page tree."""
    return table_file({1: CATALOG, **nodes})


def branch(kids: str, parent: int) -> str:
    """A node of the page tree; the root's parent is 0."""
    return f"<</Type/Pages/Kids[{kids}]{f'/Parent {parent} 0 R' if parent else ''}>>"


# ---- sections


def itself() -> bytes:
    """A table whose /Prev is its own offset."""
    start = table_file(ONE_PAGE).index(b"xref\n0")
    return table_file(ONE_PAGE, trailer=f"/Root 1 0 R/Prev {start}")


def stream_itself() -> bytes:
    """The same with an xref stream."""
    start = stream_file(ONE_PAGE, entries="/Root 1 0 R/Prev 0000").index(b"91 0 obj")
    return stream_file(ONE_PAGE, entries=f"/Root 1 0 R/Prev {start:04}")


def each_other() -> bytes:
    """Two tables, each the one before the other."""
    first = table_file(ONE_PAGE, trailer="/Root 1 0 R/Prev 0000")
    second = len(first)
    return table_file({}, before=first.replace(b"/Prev 0000", b"/Prev %04d" % second), trailer=_older(first))


def _older(first: bytes) -> str:
    return f"/Root 1 0 R/Prev {first.index(b'xref' + bytes((10,)) + b'0')}"


def many_sections() -> bytes:
    """More sections than anybody saves."""
    out = bytearray(table_file(ONE_PAGE))
    previous = out.index(b"xref\n0")
    for _ in range(2_001):
        start = len(out)
        out += b"xref\n0 0\ntrailer<</Root 1 0 R/Prev %d>>\n" % previous
        previous = start
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % previous)


def many_entries() -> bytes:
    """An xref stream of 3 million entries in a few kilobytes."""
    count = 3_000_000
    data = zlib.compress(bytes(count))
    head = f"/Type/XRef/Size {count}/W[1 0 0]/Root 1 0 R/Filter/FlateDecode"
    return b"%PDF-1.7\n1 0 obj\n" + stream(data, head) + b"\nendobj\nstartxref\n9\n%%EOF\n"


def count_huge() -> bytes:
    """A table that announces all the objects there can be."""
    return table_file(ONE_PAGE, section=b"xref\n0 9999999999\n0000000000 65535 f \ntrailer<</Root 1 0 R>>\n")


# ---- objects


def overlapping() -> bytes:
    """A thousand strings, each with all later ones inside: read one by one they are 500 times the file."""
    numbers = range(4, 1004)
    text = b"".join(b"%d 0 obj (" % number for number in numbers) + b")endobj" * len(numbers)
    start = table_file(ONE_PAGE, whole={4: text}).index(b"4 0 obj (")
    lengths = [len(b"%d 0 obj (" % number) for number in numbers]
    rows = {number: b"%010d 00000 n \n" % (start + sum(lengths[:index])) for index, number in enumerate(numbers)}
    return table_file(ONE_PAGE, whole={4: text}, rows=rows)


def sharing() -> bytes:
    """Many numbers in an object stream for one long value."""
    numbers = range(100, 600)
    header = b"".join(b"%d 0 " % number for number in numbers)
    entries = f"/Type/ObjStm/N {len(numbers)}/First {len(header)}"
    held = object_stream({1: "(" + "x" * 100_000 + ")"}, header=header, entries=entries)
    return stream_file(ONE_PAGE, packed=dict.fromkeys(numbers, ""), container=held)


def length_chain() -> bytes:
    """To read one stream, five hundred others have to be read."""
    objects = {number: stream(b"x", length=f"{number + 1} 0 R") for number in range(4, 504)}
    return table_file({**ONE_PAGE, **objects, 504: "1"})


def length_inside() -> bytes:
    """An object stream whose /Length is in it."""
    held = object_stream({4: "99"}).replace(b"/Length ", b"/Length 4 0 R/Was ")
    return stream_file(ONE_PAGE, packed={4: "99"}, container=held)


# ---- bombs


def zeros(size: int) -> bytes:
    """That many null bytes, compressed."""
    return zlib.compress(bytes(size), 9)


def laughs() -> bytes:
    """A page tree of 40 levels, each twice on the level above."""
    nodes: dict[int, Body] = {n: branch(f"{n + 1} 0 R {n + 1} 0 R", n - 1 if n > 2 else 0) for n in range(2, 42)}
    return tree_with({**nodes, 42: branch("", 41)})


def shared_kids() -> bytes:
    """Four hundred fields, all with the same 400 widgets."""
    fields: dict[int, Body] = dict.fromkeys(range(4, 404), "<</Kids 500 0 R>>")
    top = "[" + " ".join(f"{number} 0 R" for number in fields) + "]"
    return form_with(top, {**fields, 500: "[" + "501 0 R " * 400 + "]", 501: "<<>>"})


CASES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "xref_itself": ("XREF_DAMAGED", itself),
    "xref_each_other": ("XREF_DAMAGED", each_other),
    "xref_stream_itself": ("XREF_DAMAGED", stream_itself),
    "xref_many_sections": ("LIMIT", many_sections),
    "xref_many_entries": ("LIMIT", many_entries),
    "xref_count_huge": ("XREF_DAMAGED", count_huge),
    "xref_index_huge": (
        "XREF_DAMAGED",
        lambda: stream_file(ONE_PAGE, entries="/Root 1 0 R/Index[0 99999999999999]"),
    ),
    "xref_offset_huge": ("OBJECT_MISPLACED", lambda: table_file(ONE_PAGE, rows={3: b"9999999999 00000 n \n"})),
    "startxref_huge": ("XREF_DAMAGED", lambda: table_file(ONE_PAGE, startxref=10**19 - 1)),
    "xref_bomb": (
        "LIMIT",
        lambda: stream_file(
            ONE_PAGE,
            data=zlib.compress(zeros(65 * MEGABYTE), 9),
            entries="/Root 1 0 R/Filter[/FlateDecode/FlateDecode]",
        ),
    ),
    "object_nests_arrays": ("LIMIT", lambda: page_with(stream(b""), o5="[" * 10_000 + "]" * 10_000)),
    "object_nests_dictionaries": ("LIMIT", lambda: page_with(stream(b""), o5="<</A" * 10_000 + " 1" + ">>" * 10_000)),
    "object_nests_without_end": ("LIMIT", lambda: page_with(stream(b""), o5="[<</A" * 10_000)),
    "object_string_without_end": ("SYNTAX", lambda: page_with(stream(b""), o5="(" * 10_000)),
    "object_number_huge": ("SYNTAX", lambda: page_with(stream(b""), o5="9" * 10_000)),
    "object_name_null": ("SYNTAX", lambda: page_with(stream(b""), o5="/A#00B")),
    "object_refers_to_itself": ("LIMIT", lambda: page_with(b"4 0 R")),
    "objects_refer_to_each_other": ("LIMIT", lambda: page_with(b"5 0 R", o5="4 0 R")),
    "objects_overlap": ("OBJECTS_OVERLAP", overlapping),
    "objects_share_bytes": ("OBJECTS_OVERLAP", sharing),
    "length_itself": ("OBJECT_LOOP", lambda: page_with(stream(b"x", length="4 0 R"))),
    "length_each_other": (
        "OBJECT_LOOP",
        lambda: page_with(stream(b"x", length="5 0 R"), o5=stream(b"x", length="4 0 R")),
    ),
    "length_chain": ("LIMIT", length_chain),
    "length_huge": ("STREAM_DAMAGED", lambda: page_with(stream(b"x", length="9" * 18))),
    "length_negative": ("STREAM_DAMAGED", lambda: page_with(stream(b"x", length="-9"))),
    "object_stream_in_itself": (
        "OBJECT_STREAM_DAMAGED",
        lambda: stream_file(ONE_PAGE, packed={4: "1"}, rows={90: (2, 90, 0)}),
    ),
    "object_stream_length_inside": ("OBJECT_LOOP", length_inside),
    "object_stream_count_inside": (
        "OBJECT_LOOP",
        lambda: stream_file(
            ONE_PAGE,
            packed={4: "1"},
            container=object_stream({4: "1"}, entries="/Type/ObjStm/N 4 0 R/First 4"),
        ),
    ),
    "object_stream_count_huge": (
        "LIMIT",
        lambda: stream_file(
            ONE_PAGE,
            packed={4: "1"},
            container=object_stream({4: "1"}, entries="/Type/ObjStm/N 999999999999999/First 4"),
        ),
    ),
    "object_stream_offset_huge": (
        "OBJECT_STREAM_DAMAGED",
        lambda: stream_file(
            ONE_PAGE,
            packed={4: "1"},
            container=object_stream({4: "1"}, header=b"4 9999999999999999999 "),
        ),
    ),
    "object_stream_bomb": (
        "LIMIT",
        lambda: stream_file(
            ONE_PAGE,
            packed={4: "1"},
            container=stream(
                zlib.compress(zeros(65 * MEGABYTE), 9), "/Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]"
            ),
        ),
    ),
    "filter_bomb": ("LIMIT", lambda: page_with(stream(zeros(65 * MEGABYTE), "/Filter/FlateDecode"))),
    "filter_bomb_in_bomb": (
        "LIMIT",
        lambda: page_with(stream(zlib.compress(zeros(65 * MEGABYTE), 9), "/Filter[/FlateDecode/FlateDecode]")),
    ),
    "filter_bomb_run_length": (
        "LIMIT",
        lambda: page_with(stream(zlib.compress(b"\x81\0" * MEGABYTE, 9), "/Filter[/FlateDecode/RunLengthDecode]")),
    ),
    "filter_bomb_base_85": (
        "LIMIT",
        lambda: page_with(stream(zlib.compress(b"z" * 17 * MEGABYTE, 9), "/Filter[/FlateDecode/ASCII85Decode]")),
    ),
    "filters_many": ("FILTER_UNKNOWN", lambda: page_with(stream(b">", "/Filter[" + "/AHx" * 10_000 + "]"))),
    "predictor_row_huge": (
        "",  # one row that is not there: nothing to refuse, and nothing to reserve
        lambda: page_with(
            stream(zlib.compress(b"\2x"), f"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns {10**18}>>")
        ),
    ),
    "pages_loop": ("PAGE_TREE", lambda: tree_with({2: branch("3 0 R", 0), 3: branch("2 0 R", 2)})),
    "pages_itself": ("PAGE_TREE", lambda: tree_with({2: branch("2 0 R", 0)})),
    "pages_laugh": ("PAGE_TREE", laughs),
    "pages_deep": (
        "LIMIT",
        lambda: tree_with({n: branch(f"{n + 1} 0 R", n - 1 if n > 2 else 0) for n in range(2, 100)}),
    ),
    "pages_many": (
        "LIMIT",
        lambda: stream_file(
            {1: CATALOG, 3: PAGE},
            packed={2: PAGES},
            container=object_stream({2: "<</Type/Pages/Kids[" + "3 0 R " * 100_001 + "]>>"}),
        ),
    ),
    "fields_loop": (
        "FIELD_TREE",
        lambda: form_with("[4 0 R]", {4: "<</T(a)/Kids[5 0 R]>>", 5: "<</T(b)/Kids[4 0 R]>>"}),
    ),
    "fields_deep": (
        "LIMIT",
        lambda: form_with("[4 0 R]", {n: f"<</T(a)/Kids[{n + 1} 0 R]>>" for n in range(4, 300)}),
    ),
    "fields_long_names": (
        "FIELD_TREE",
        lambda: form_with("[4 0 R]", {n: f"<</T({'a' * 500})/Kids[{n + 1} 0 R]>>" for n in range(4, 60)}),
    ),
    "fields_share_kids": ("LIMIT", shared_kids),
}


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    for name, (code, make) in CASES.items():
        data = make()
        (FOLDER / f"{name}.pdf").write_bytes(data)
        print(f"{name}.pdf: {len(data)} bytes, {code or 'read'}")


if __name__ == "__main__":
    main()
