"""Where contents hide: forms, filters, arrays torn inside a token, damaged data."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from itertools import pairwise

from corpus.traps.page import BLACK, BLUE, RED, Case, form, one_page
from corpus.traps.writing import at
from corpus.writer import Body, stream

TEXT = RED + at("(#) Tj")
FONTS = "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _forms()
    yield from _arrays()
    yield from _filters()
    yield from _damage()


def _drawn(name: str, content: str, objects: dict[int, Body], why: str, tags: int = 1, tag: str = "#") -> Case:
    return Case(name, one_page(content, resources="/XObject << /X 30 0 R >>", objects=objects), tags, why, tag)


def _forms() -> Iterator[Case]:
    yield _drawn("raw_form", "/X Do", {30: form(TEXT, FONTS)}, "in a form XObject")
    yield _drawn("raw_form_nores", "/X Do", {30: form(TEXT)}, "a form without Resources takes the page's")
    moved = form(RED + at("(#) Tj", 10, 50, 75), f"/Matrix [2 0 0 2 10 0] {FONTS}")
    yield _drawn("raw_form_matrix", "q .9 0 0 .9 0 0 cm /X Do Q", {30: moved}, "a form with a matrix, under cm")
    nested: dict[int, Body] = {
        30: form("q 1 0 0 1 20 20 cm /Y Do Q", "/Resources << /XObject << /Y 31 0 R >> >>"),
        31: form(TEXT, FONTS),
    }
    yield _drawn("raw_form_nested", "/X Do", nested, "a form in a form")
    bare: dict[int, Body] = {30: form("/Y Do", f"{FONTS[:-2]} /XObject << /Y 31 0 R >> >>"), 31: form(TEXT)}
    yield _drawn("raw_form_nested_nores", "/X Do", bare, "the inner form has no Resources: those of the outer one")
    deep: dict[int, Body] = {
        30 + level: form("/X Do", f"/Resources << /XObject << /X {31 + level} 0 R >> >>") for level in range(8)
    }
    yield _drawn("raw_form_deep", "/X Do", deep | {38: form(TEXT, FONTS)}, "nine forms deep")
    twice = f"/X Do q 1 0 0 1 0 -80 cm {BLUE} /X Do Q"
    plain = form(at("(#) Tj"), FONTS)
    yield _drawn("raw_form_twice", RED + twice, {30: plain}, "one form drawn at two places", 2)
    loop = form(f"{TEXT} /X Do", f"{FONTS[:-2]} /XObject << /X 30 0 R >> >>")
    yield _drawn("raw_form_loop", "/X Do", {30: loop}, "a form that draws itself")
    split = f"{RED} BT /F1 20 Tf 100 150 Td (#t) Tj ET /X Do"
    yield _drawn(
        "raw_form_split",
        split,
        {30: form(RED + at("(td) Tj", x=116.68), FONTS)},
        "begun on the page, ended in a form",
        tag="#ttd",
    )
    state = f"{RED} /F1 20 Tf /X Do"
    yield _drawn(
        "raw_form_state", state, {30: form("BT 100 150 Td (#) Tj ET", FONTS)}, "a form inherits the font that is set"
    )
    pattern = stream(
        TEXT,
        f"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 300 300] /XStep 300 /YStep 300 {FONTS}",
    )
    painted = one_page(
        "/Pattern cs /P scn 0 0 300 300 re f", resources="/Pattern << /P 30 0 R >>", objects={30: pattern}
    )
    yield Case("raw_pattern", painted, 0, "in a tiling pattern: no tag, by policy", proof="policy")


def _arrays() -> Iterator[Case]:
    parts: list[Body] = [f"{RED} BT /F1 20 Tf 100 150 T", "d (#) T", "j ET"]
    yield Case(
        "raw_split_operator",
        one_page(parts),
        0,
        "torn inside operators: T and d are two, nothing is shown",
        proof="no ink",
    )
    between: list[Body] = [f"{RED} BT /F1 20 Tf 100", "150 Td", "(#) Tj ET"]
    yield Case("raw_split_token", one_page(between), 1, "torn between tokens, with white space only at the seam")
    words: list[Body] = [f"{RED} BT /F1 20 Tf 100 150 Td [(#t)", "(td)] TJ ET"]
    yield Case("raw_split_array", one_page(words), 1, "torn inside an array", "#ttd")
    strings: list[Body] = [f"{RED} BT /F1 20 Tf 100 150 Td (#t", "td) Tj ET"]
    yield Case(
        "raw_split_string",
        one_page(strings),
        0,
        "torn inside a string: white space comes between",
        "#ttd",
        proof="policy",
    )
    many: list[Body] = [*["q 1 0 0 1 1 1 cm Q"] * 15, RED + at("(#) Tj")]
    yield Case("raw_many_streams", one_page(many), 1, "sixteen content streams")
    states: list[Body] = [f"{RED} /F1 20 Tf", "q", "BT 100 150 Td (#) Tj ET", "Q"]
    yield Case("raw_state_over_streams", one_page(states), 1, "the state goes on from stream to stream")
    empty: list[Body] = ["", RED + at("(#) Tj"), ""]
    yield Case("raw_empty_stream", one_page(empty), 1, "empty streams before and after")
    dead = one_page(TEXT, page="/Old 0").replace(b"/Contents [10 0 R] /Old 0", b"/Contents [99 0 R 10 0 R]")
    yield Case("raw_dead_content", dead, 1, "the first content stream does not exist")


def _lzw(data: bytes) -> bytes:
    """Without compression: every byte a code of 9 bits, the table cleared before it grows."""
    codes = [256]
    for start in range(0, len(data), 200):
        codes += [*data[start : start + 200], 256]
    bits = "".join(f"{code:09b}" for code in [*codes, 257])
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")


def _run_length(data: bytes) -> bytes:
    pieces = [data[start : start + 128] for start in range(0, len(data), 128)]
    return b"".join(bytes([len(piece) - 1]) + piece for piece in pieces) + b"\x80"


def _png_up(data: bytes, columns: int = 16) -> bytes:
    data = data.ljust(-(-len(data) // columns) * columns)
    rows, before = b"", bytes(columns)
    for start in range(0, len(data), columns):
        row = data[start : start + columns]
        rows += b"\x02" + bytes((new - old) % 256 for new, old in zip(row, before, strict=True))
        before = row
    return rows


def _tiff(data: bytes, columns: int = 16) -> bytes:
    data = data.ljust(-(-len(data) // columns) * columns)
    rows = [data[start : start + columns] for start in range(0, len(data), columns)]
    return b"".join(bytes([row[0], *((b - a) % 256 for a, b in pairwise(row))]) for row in rows)


def _filters() -> Iterator[Case]:
    plain = TEXT.encode()
    deflated = zlib.compress(plain)
    ascii85, hexed = base64.a85encode(deflated) + b"~>", deflated.hex().encode() + b">"
    made = {
        "flate": (deflated, "/Filter /FlateDecode"),
        "flate_array": (deflated, "/Filter [/FlateDecode]"),
        "a85": (base64.a85encode(plain) + b"~>", "/Filter /ASCII85Decode"),
        "ahx": (plain.hex().encode() + b">", "/Filter /ASCIIHexDecode"),
        "lzw": (_lzw(plain), "/Filter /LZWDecode"),
        "rl": (_run_length(plain), "/Filter /RunLengthDecode"),
        "chain": (ascii85, "/Filter [/ASCII85Decode /FlateDecode]"),
        "chain_hex": (hexed, "/Filter [/ASCIIHexDecode /FlateDecode]"),
        "abbr": (ascii85, "/Filter [/A85 /Fl]"),
        "abbr_hex": (hexed, "/Filter [/AHx /Fl]"),
        "abbr_rl": (_run_length(plain), "/Filter /RL"),
        "abbr_lzw": (_lzw(plain), "/Filter /LZW"),
        "png": (zlib.compress(_png_up(plain)), "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 16 >>"),
        "tiff": (zlib.compress(_tiff(plain)), "/Filter /FlateDecode /DecodeParms << /Predictor 2 /Columns 16 >>"),
        "parms_array": (ascii85, "/Filter [/ASCII85Decode /FlateDecode] /DecodeParms [null << /Predictor 1 >>]"),
        "a85_lines": (re.sub(rb"(.{20})", rb"\1\n", base64.a85encode(plain)) + b"\n~>\n", "/Filter /ASCII85Decode"),
        "badlen": (deflated[:-2], "/Filter /FlateDecode"),
        "crypt_identity": (deflated, "/Filter [/Crypt /FlateDecode] /DecodeParms [<< /Name /Identity >> null]"),
    }
    why = {"badlen": "the deflate data's checksum is cut off"}
    for name, (data, entries) in made.items():
        shown = one_page(TEXT) if name == "crypt_identity" else None  # PDFium knows no /Crypt in streams
        reason = why.get(name, f"contents with {entries}")
        yield Case(f"raw_flt_{name}", one_page(stream(data, entries)), 1, reason, shown=shown)


def _damage() -> Iterator[Case]:
    padding = "".join(f"% {number:08x}\n" for number in range(0, 90000, 431))
    deflated = zlib.compress((TEXT + BLACK + padding).encode())
    third = len(deflated) * 2 // 3
    garbage = bytes((byte * 167 + 13) % 256 for byte in range(len(deflated) - third))
    flate = "/Filter /FlateDecode"
    yield Case("raw_real_flatedamage", one_page(stream(deflated[:third] + garbage, flate)), 1,
               "the last third of the deflate data is garbage")  # fmt: skip
    yield Case(
        "raw_flt_truncated",
        one_page(stream(deflated[:third], flate)),
        1,
        "the last third of the deflate data is missing",
    )
    plain = one_page(TEXT)
    length = re.search(rb"/Length (\d+)", plain)
    assert length is not None
    for name, change, reason in (
        ("raw_length_short", -20, "/Length is too small"),
        ("raw_length_long", +7, "/Length is too large"),
    ):
        told = b"%0*d" % (len(length[1]), int(length[1]) + change)
        yield Case(name, plain.replace(length[0], b"/Length " + told, 1), 1, reason)
    yield Case(
        "raw_length_far", one_page(TEXT * 2).replace(b"/Length 1", b"/Length 9", 1), 1, "/Length beyond the file"
    )
    spaced = one_page(b"<< /Length %d >>\nstream \n%s\nendstream" % (len(TEXT), TEXT.encode()))
    yield Case("raw_stream_space", spaced, 1, "`stream` followed by a space")
    returned = plain.replace(b">>\nstream\n1", b">>\nstream\r1", 1)
    yield Case("raw_stream_cr", returned, 1, "`stream` followed by a lone carriage return")
