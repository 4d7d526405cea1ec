"""What embedded font programs say, read from programs made by hand in every format of their tables."""

from __future__ import annotations

import struct
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign_core.content.postscript import Cff, read_cff, type1_encoding
from esign_core.content.truetype import TrueType

# ---- TrueType


def true_type(**tables: bytes) -> TrueType:
    at = 12 + 16 * len(tables)
    directory, data = b"", b""
    for name, table in tables.items():
        directory += struct.pack(">4sLLL", name.encode().ljust(4), 0, at + len(data), len(table))
        data += table
    return TrueType(b"\0\1\0\0" + struct.pack(">H", len(tables)) + bytes(6) + directory + data)


def cmap(platform: int, encoding: int, subtable: bytes) -> bytes:
    return struct.pack(">HHHHL", 0, 1, platform, encoding, 12) + subtable


def format_4(segments: list[tuple[int, int, int, int]], glyphs: list[int]) -> bytes:
    """Segments: first, last, delta, offset into `glyphs` (None where it is -1)."""
    count = len(segments)
    offsets = [0 if at < 0 else 2 * (count - index + at) for index, (_, _, _, at) in enumerate(segments)]
    columns = [
        *(last for _, last, _, _ in segments),
        0,
        *(first for first, _, _, _ in segments),
        *(delta for _, _, delta, _ in segments),
        *offsets,
        *glyphs,
    ]
    return struct.pack(">HHHHHHH", 4, 0, 0, 2 * count, 0, 0, 0) + struct.pack(f">{len(columns)}H", *columns)


SUBTABLES = {
    "format 0": struct.pack(">HHH", 0, 262, 0) + bytes(35) + b"\5" + bytes(220),
    "format 4, delta": format_4([(35, 35, 65536 - 30, -1), (0xFFFF, 0xFFFF, 1, -1)], []),
    "format 4, table": format_4([(34, 36, 0, 0), (0xFFFF, 0xFFFF, 1, -1)], [0, 5, 0]),
    "format 4, table and delta": format_4([(34, 36, 2, 0), (0xFFFF, 0xFFFF, 1, -1)], [0, 3, 0]),
    "format 6": struct.pack(">HHHHHHHH", 6, 16, 0, 34, 3, 0, 5, 0),
    "format 12": struct.pack(">HHLLLLLL", 12, 0, 28, 0, 1, 35, 35, 5),
}


@pytest.mark.parametrize("name", SUBTABLES)
def test_character_maps(name: str) -> None:
    font = true_type(cmap=cmap(3, 1, SUBTABLES[name]))
    assert {character: glyph for character, glyph in font.by_character.items() if glyph == 5} == {35: 5}
    assert font.characters[5] == "#"
    assert not font.by_code


@pytest.mark.parametrize("name", SUBTABLES)
@pytest.mark.parametrize("cut", [0, 3, 9, 15])
def test_truncated_character_maps(name: str, cut: int) -> None:
    assert not true_type(cmap=cmap(3, 1, SUBTABLES[name][:cut])).by_character


def test_truncated_directories() -> None:
    assert not TrueType(b"\0\1\0\0\0\5").by_character
    assert not true_type(cmap=b"\0\0\0\3\0\3").by_character


def test_codes_in_the_private_use_area() -> None:
    symbol = format_4([(0xF023, 0xF023, 65536 - 0xF01E, -1), (0xFFFF, 0xFFFF, 1, -1)], [])
    font = true_type(cmap=cmap(3, 0, symbol))
    assert font.by_code == {0x23: 5}
    assert not font.characters


def test_groups_without_bounds_are_cut() -> None:
    groups = b"".join(struct.pack(">LLL", first << 16, 0xFFFFFFFF, 1) for first in range(40))
    font = true_type(cmap=cmap(3, 10, struct.pack(">HHLLL", 12, 0, 0, 0, 40) + groups))
    assert len(font.by_character) <= 0x110000


@pytest.mark.parametrize(("wide", "pack"), [(b"\0\1", ">5L"), (b"\0\0", ">5H")])
def test_glyphs_without_an_outline(wide: bytes, pack: str) -> None:
    unit = 1 if wide == b"\0\1" else 2
    offsets = [0, 20, 20, 60, 60]
    tables = {"head": bytes(50) + wide, "loca": struct.pack(pack, *(at // unit for at in offsets)), "glyf": bytes(60)}
    font = true_type(**tables)
    assert [font.is_blank(glyph) for glyph in range(6)] == [False, True, False, True, False, False]
    assert not any(true_type(**tables | {"glyf": b""}).is_blank(glyph) for glyph in range(6))  # then all would be
    assert not any(true_type(**tables | {"loca": b"\0\0\0"}).is_blank(glyph) for glyph in range(6))
    assert not any(true_type(head=bytes(54)).is_blank(glyph) for glyph in range(6))


@given(st.binary(max_size=400))
def test_any_bytes_as_truetype(data: bytes) -> None:
    font = TrueType(data)
    assert font.characters is not None
    assert font.by_code is not None
    font.is_blank(3)


@given(st.binary(max_size=200))
def test_any_character_map(data: bytes) -> None:
    for kind in (0, 4, 6, 12):
        assert len(true_type(cmap=cmap(3, 1, struct.pack(">H", kind) + data)).characters) >= 0


# ---- CFF


def index(items: list[bytes], size: int = 2) -> bytes:
    if not items:
        return b"\0\0"
    offsets = accumulate([1, *map(len, items)])
    return struct.pack(">HB", len(items), size) + b"".join(at.to_bytes(size, "big") for at in offsets) + b"".join(items)


def cff(charset: bytes | int, encoding: bytes | int, glyphs: int, names: list[str], extra: bytes = b"") -> bytes:
    """A font; `charset` and `encoding` as bytes, or one of the predefined ones as a number."""

    def integer(number: int) -> bytes:
        return b"\x1d" + struct.pack(">l", number)

    head, strings = b"\1\0\4\2" + index([b"Tag"]), index([name.encode() for name in names], 1) + index([])
    at = len(head) + len(index([extra + integer(0) * 3 + b"\x0f\x10\x11"])) + len(strings)
    body = top = b""
    for operator, part in ((b"\x0f", charset), (b"\x10", encoding), (b"\x11", index([b"\x0e"] * glyphs))):
        top += integer(part if isinstance(part, int) else at + len(body)) + operator
        body += b"" if isinstance(part, int) else part
    return head + index([extra + top]) + strings + body


CHARSETS = {
    "format 0": struct.pack(">BHH", 0, 391, 4),
    "format 1": struct.pack(">BHBHB", 1, 391, 0, 4, 0),
    "format 2": struct.pack(">BHHHH", 2, 391, 0, 4, 0),
}


@pytest.mark.parametrize("name", CHARSETS)
def test_glyph_names(name: str) -> None:
    font = read_cff(cff(CHARSETS[name], 0, 3, ["ttd"]))
    assert font is not None
    assert font.names == (".notdef", "ttd", "numbersign")
    assert font.encoding is None


def test_ranges_of_glyph_names() -> None:
    font = read_cff(cff(struct.pack(">BHB", 1, 4, 5), 0, 4, []))
    assert font is not None
    assert font.names == (".notdef", "numbersign", "dollar", "percent")


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        (b"\0\2\x41\x42", {65: 1, 66: 2}),
        (b"\1\1\x41\1", {65: 1, 66: 2}),
        (b"\x80\2\x41\x42\0", {65: 1, 66: 2}),  # with supplements
        (0, None),
        (1, {}),
    ],
)
def test_built_in_codes(encoding: bytes | int, expected: dict[int, int] | None) -> None:
    font = read_cff(cff(CHARSETS["format 0"], encoding, 3, ["ttd"]))
    assert font is not None
    assert font.encoding == expected


@pytest.mark.parametrize(("charset", "name"), [(0, "space"), (1, "space"), (2, "space")])
def test_predefined_charsets(charset: int, name: str) -> None:
    font = read_cff(cff(charset, 0, 2, []))
    assert font is not None
    assert font.names == (".notdef", name)


def test_numbers_of_every_kind_in_front_of_an_operator() -> None:
    numbers = b"\x8b\xf7\x00\xfb\x00\x1c\xff\xff\x1e\x12\x3f\x05"  # 0, 108, -108, -1, a real number; then /FontBBox
    font = read_cff(cff(CHARSETS["format 0"], 0, 3, ["ttd"], extra=numbers))
    assert font is not None


def test_a_cid_keyed_font_has_cids_in_place_of_names() -> None:
    font = read_cff(cff(CHARSETS["format 0"], 0, 3, ["ttd"], extra=b"\x8b\x8b\x8b\x0c\x1e"))
    assert font is not None
    assert (font.names, font.cids) == ((), (0, 391, 4))


@given(data=st.binary(max_size=200), cut=st.integers(0, 100))
def test_any_bytes_as_cff(data: bytes, cut: int) -> None:
    read_cff(data)
    read_cff(cff(CHARSETS["format 1"], b"\0\2\x41\x42", 3, ["ttd"])[:cut] + data)


# ---- Type 1


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (
            b"/Encoding 256 array dup 35/numbersign put dup 36 /dollar put readonly def eexec dup 37 /x put",
            {35: "numbersign", 36: "dollar"},
        ),
        (b"/Encoding StandardEncoding def", None),
        (b"", {}),
    ],
)
def test_type1_encodings(program: bytes, expected: dict[int, str] | None) -> None:
    assert type1_encoding(program) == expected


def test_supplements_give_glyphs_further_codes() -> None:
    encoding = b"\x80\2\x41\x42\2" + struct.pack(">BHBH", 0x43, 4, 0x44, 391)
    font = read_cff(cff(CHARSETS["format 0"], encoding, 3, ["ttd"]))
    assert font is not None
    assert font.encoding == {0x41: 1, 0x42: 2, 0x43: 2, 0x44: 1}


def test_the_expert_encoding_selects_glyphs_by_name() -> None:
    charset = struct.pack(">BHH", 0, 274, 13)  # Asmall, comma
    font = read_cff(cff(charset, 1, 3, []))
    assert font is not None
    assert font.encoding == {0x61: 1, 0x2C: 2}


@pytest.mark.parametrize(
    ("charstring", "blank"),
    [
        (b"\x0e", True),
        (b"\xf8\x88\x0e", True),  # a width
        (b"\x1c\x02\x58\x0e", True),
        (b"\x8b\x8b\x8b\x15\x0e", True),  # a width and a move
        (b"\x8b\x8b\x8b\x8b\x0e", False),  # draws an accented character
        (b"\x8b\x05\x0e", False),
        (b"\x8b\x0a\x0e", False),  # calls a subroutine
        (b"\x8b" * 16 + b"\x0e", False),
        (b"\x8b", False),
        (b"", False),
    ],
)
def test_cff_glyphs_that_draw_nothing(charstring: bytes, blank: bool) -> None:
    drawn = b"\x8b\x8b\x15\x8b\x8b\x8b\x05\x0e"
    assert Cff((".notdef", "A", "B"), (), None, (drawn, charstring, drawn)).is_blank(1) is blank
    assert not Cff((".notdef", "A"), (), None, (b"\x0e", b"\x0e")).is_blank(1)  # then all would be
    assert not Cff((), (), None, ()).is_blank(1)


def test_names_in_post() -> None:
    names = b"\x03odd\x07uni0024"
    post = b"\0\2\0\0" + bytes(28) + struct.pack(">HHHHH", 4, 0, 6, 258, 259) + names
    tables = {"post": post, "maxp": b"\0\1\0\0" + struct.pack(">H", 4)}
    assert true_type(**tables).characters == {1: "#", 3: "$"}
    assert true_type(**tables).named == {"odd": 2, "uni0024": 3}
    assert not true_type(**tables | {"maxp": b"\0\1\0\0\0\5"}).characters
    assert not true_type(**tables | {"post": post[:40]}).characters
    assert len(true_type(post=b"\0\1\0\0" + bytes(28), maxp=b"\0\1\0\0\1\2").characters) == 255
    assert not true_type(post=b"\0\1\0\0" + bytes(28), maxp=b"\0\1\0\0\1\3").characters


def test_codes_of_several_pages_of_the_private_use_area() -> None:
    symbol = format_4([(0x23, 0x23, 1, -1), (0xF023, 0xF024, 0, 0), (0xFFFF, 0xFFFF, 1, -1)], [7, 8])
    assert true_type(cmap=cmap(3, 0, symbol)).by_code == {0x23: 0x24, 0x24: 8}


def test_widths_and_lines() -> None:
    tables = {
        "head": bytes(18) + struct.pack(">H", 2000) + bytes(34),
        "hhea": bytes(4) + struct.pack(">hh", 1800, -400) + bytes(26) + struct.pack(">H", 2),
        "hmtx": struct.pack(">HhHh", 1000, 0, 1200, 0),
    }
    font = true_type(**tables)
    assert [font.width(glyph) for glyph in range(4)] == [500, 600, 600, 600]
    assert font.line == (900, -200)
    for table in tables:
        broken = true_type(**tables | {table: b""})
        assert broken.width(1) is None
    assert true_type(**tables | {"hhea": b""}).line is None


def test_type1_codes_in_octal() -> None:
    assert type1_encoding(b"/Encoding 256 array dup 8#043 /numbersign put dup 8#99 /x put") == {35: "numbersign"}
