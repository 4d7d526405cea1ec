"""A code is not a character: what each kind of font says that its codes print, and where nothing says it."""

from __future__ import annotations

import struct
from importlib.resources import files
from itertools import accumulate
from pathlib import Path

import numpy
import pytest
from reportlab.pdfbase.ttfonts import TTFontFile

import esign_core as es
from corpus.writer import Body, stream
from tests.content_pages import HELVETICA, SCALE, holds, ink_box, one_page, text_at
from tests.tools import pdfium_page

VERA_PATH = Path(str(files("reportlab"))) / "fonts" / "Vera.ttf"
VERA = VERA_PATH.read_bytes()
GLYPHS = TTFontFile(str(VERA_PATH)).charToGlyph  # another reader's view of the same font
SIGN, SPACE = GLYPHS[ord("#")], GLYPHS[ord(" ")]


def simple(subtype: str = "Type1", base: str = "Helvetica", rest: str = "") -> str:
    return f"<< /Type /Font /Subtype /{subtype} /BaseFont /{base} {rest} >>"


def found_in(font: str, content: str, tag: str = "#", objects: dict[int, Body] | None = None) -> es.Found:
    return es.find_tags(one_page(f"BT /F1 12 Tf 60 150 Td {content} Tj ET", fonts={"F1": font}, objects=objects), tag)


def tounicode(*lines: str) -> bytes:
    return stream("/CIDInit /ProcSet findresource begin begincmap\n" + "\n".join(lines) + "\nendcmap end")


# ---- encodings

ENCODED: dict[str, tuple[str, str, str]] = {
    "WinAnsi": (simple(rest="/Encoding /WinAnsiEncoding"), "<E9>", "é"),
    "MacRoman": (simple(rest="/Encoding /MacRomanEncoding"), "<8E>", "é"),
    "Standard": (simple(rest="/Encoding /StandardEncoding"), "<27AE>", "’ﬁ"),
    "none: Standard": (simple(), "<27>", "’"),
    "differences": (simple(rest="/Encoding << /Differences [65 /numbersign /dollar] >>"), "(AB)", "#$"),
    "differences from a base": (
        simple(rest="/Encoding << /BaseEncoding /MacRomanEncoding /Differences [65 /numbersign] >>"),
        "<418E>",
        "#é",
    ),
    "uniXXXX": (simple(rest="/Encoding << /Differences [65 /uni00230024 /u20AC] >>"), "(AB)", "#$€"),
    "suffixed": (simple(rest="/Encoding << /Differences [65 /numbersign.alt] >>"), "(A)", "#"),
    "Symbol": (simple(base="Symbol"), '(")', "∀"),
    "Symbol by another encoding": (simple(base="Symbol", rest="/Encoding /WinAnsiEncoding"), '(")', "∀"),
    "ZapfDingbats": (simple(base="ZapfDingbats"), "(#)", "✃"),
    "ZapfDingbats by name": (simple(base="ZapfDingbats", rest="/Encoding << /Differences [65 /a20] >>"), "(A)", "✔"),
    "MMType1": (simple("MMType1", "Myriad_400"), "(#)", "#"),
    "Arial, called symbolic": (
        simple("TrueType", "Arial", "/FontDescriptor << /Flags 4 /Ascent 900 /Descent -200 >>"),
        "(#)",
        "#",
    ),
}


@pytest.mark.parametrize("name", ENCODED)
def test_what_an_encoding_says(name: str) -> None:
    font, content, tag = ENCODED[name]
    (match,) = found_in(font, content, tag)
    assert match.evidence == "encoding"
    assert match.rect.width > 2


def test_a_number_sign_is_scissors_in_zapf_dingbats() -> None:
    assert not found_in(simple(base="ZapfDingbats"), "(#)")


def test_a_symbolic_font_that_says_nothing_is_not_guessed_at() -> None:
    font = simple("TrueType", "Wingdings-Regular", "/FontDescriptor << /Flags 4 >>")
    found = found_in(font, "(#)")
    assert not found
    assert [(finding.code, finding.args["font"]) for finding in found.warnings] == [
        ("FONT_NOT_READ", "Wingdings-Regular")
    ]


@pytest.mark.parametrize(("glyph", "count"), [("numbersign", 1), ("a35", 0), ("G23", 0)])
def test_type3_goes_by_glyph_names(glyph: str, count: int) -> None:
    font = (
        f"<< /Type /Font /Subtype /Type3 /FontBBox [0 -100 600 700] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 35 "
        f"/LastChar 35 /Widths [600] /Encoding << /Differences [35 /{glyph}] >> /CharProcs << /{glyph} 30 0 R >> >>"
    )
    pdf = one_page(text_at(60, 150, "#"), fonts={"F1": font}, objects={30: stream("600 0 d0 50 0 500 700 re f")})
    found = es.find_tags(pdf, "#")
    assert len(found) == count
    assert [finding.code for finding in found.warnings] == ([] if count else ["FONT_NOT_READ"])
    if count:
        assert holds(found[0].view_rect, ink_box(pdf), rim=0.5)


# ---- ToUnicode


def test_tounicode_comes_first() -> None:
    objects = {30: tounicode("2 beginbfchar <41> <0023> <23> <0058> endbfchar")}
    font = simple(rest="/Encoding /WinAnsiEncoding /ToUnicode 30 0 R")
    (match,) = found_in(font, "(A)", objects=objects)
    assert match.evidence == "tounicode"
    assert not found_in(font, "(#)", objects=objects)


def test_where_tounicode_is_silent_the_encoding_speaks() -> None:
    objects = {30: tounicode("1 beginbfchar <41> <0042> endbfchar")}
    (match,) = found_in(simple(rest="/Encoding /WinAnsiEncoding /ToUnicode 30 0 R"), "(#)", objects=objects)
    assert match.evidence == "encoding"


def test_the_weakest_evidence_counts() -> None:
    objects = {30: tounicode("1 beginbfchar <41> <0023> endbfchar")}
    (match,) = found_in(simple(rest="/ToUnicode 30 0 R"), "(AB)", "#B", objects)
    assert match.evidence == "encoding"


@pytest.mark.parametrize(
    ("line", "content", "tag"),
    [
        ("beginbfchar <41> <0024007B007400740064007D> endbfchar", "(A)", "${ttd}"),
        ("beginbfrange <41> <43> <0023> endbfrange", "(ABC)", "#$%"),
        ("beginbfrange <41> <42> [<0023> <00240025>] endbfrange", "(AB)", "#$%"),
        ("beginbfrange <41><43><D83DDE00> endbfrange", "(B)", "\U0001f601"),
        ("beginbfchar <41> <23> endbfchar", "(A)", "#"),
        ("beginbfchar\n<4 1>\n<00 23>\nendbfchar", "(A)", "#"),
        ("beginbfchar <41> <FB01> endbfchar", "(A)", "fi"),
    ],
)
def test_what_tounicode_may_say(line: str, content: str, tag: str) -> None:
    assert len(found_in(simple(rest="/ToUnicode 30 0 R"), content, tag, {30: tounicode(line)})) == 1


def test_tounicode_by_a_name() -> None:
    assert (
        found_in(type0(rest="/ToUnicode /Identity-H", cid=descriptor(None)), "<00230074>", "#t")[0].evidence
        == "tounicode"
    )


def test_a_range_whose_texts_begin_alike() -> None:
    objects: dict[int, Body] = {30: tounicode("beginbfrange <41> <44> <002300740031> endbfrange")}
    found = found_in(simple(rest="/ToUnicode 30 0 R"), "(BD)", "#t4", objects)
    assert len(found) == 1
    assert len(found_in(type0(rest="/ToUnicode 30 0 R"), "<0041>", "#t1", objects)) == 1


def test_a_damaged_tounicode_says_nothing() -> None:
    objects = {30: stream(b"no deflate data", "/Filter /FlateDecode")}
    assert found_in(simple(rest="/ToUnicode 30 0 R"), "(#)", objects=objects)[0].evidence == "encoding"


# ---- TrueType programs


def descriptor(program: int | None = 31, flags: int = 4, key: str = "FontFile2") -> str:
    embedded = f"/{key} {program} 0 R" if program else ""
    return f"/FontDescriptor << /FontName /Vera /Flags {flags} /Ascent 928 /Descent -236 {embedded} >>"


def program(data: bytes = VERA, entries: str = "") -> bytes:
    return stream(data, f"/Length1 {len(data)} {entries}")


def table_at(data: bytes, tag: bytes) -> int:
    at = 12
    while data[at : at + 4] != tag:
        at += 16
    return int.from_bytes(data[at + 8 : at + 12], "big")


def without_unicode(data: bytes, *, names: bool = False) -> bytes:
    """The font with its Unicode subtables given to a platform that nobody reads, and without names of glyphs."""
    table = table_at(data, b"cmap")
    patched = bytearray(data)
    if not names:
        patched[table_at(data, b"post") : table_at(data, b"post") + 4] = b"\0\3\0\0"
    for index in range(struct.unpack_from(">H", data, table + 2)[0]):
        record = table + 4 + 8 * index
        if struct.unpack_from(">HH", data, record) in ((0, 0), (0, 3), (3, 1)):
            patched[record : record + 2] = b"\0\x09"
    return bytes(patched)


def test_the_program_says_what_its_codes_draw() -> None:
    font = simple("TrueType", "Vera", f"/FirstChar 35 /Widths [838] {descriptor()}")
    pdf = one_page(text_at(60, 150, "#"), fonts={"F1": font}, objects={31: program()})
    (match,) = es.find_tags(pdf, "#")
    assert match.evidence == "font-program"
    assert holds(match.view_rect, ink_box(pdf))


def test_a_code_that_selects_a_glyph_is_no_character() -> None:
    font = simple("TrueType", "Vera", f"/FirstChar 35 /Widths [838] {descriptor()}")
    found = found_in(font, "(#)", objects={31: program(without_unicode(VERA))})
    assert not found
    assert [finding.code for finding in found.warnings] == ["FONT_NOT_READ"]


def test_a_glyph_name_in_the_program_says_what_a_code_draws() -> None:
    font = simple("TrueType", "Vera", f"/FirstChar 35 /Widths [838] {descriptor()}")
    (match,) = found_in(font, "(#)", objects={31: program(without_unicode(VERA, names=True))})
    assert match.evidence == "font-program"


def test_a_nonsymbolic_truetype_font_with_differences_starts_from_standard_encoding() -> None:
    font = simple("TrueType", "Vera", f"/Encoding << /Differences [65 /B] >> {descriptor(flags=32)}")
    assert found_in(font, "(#)", objects={31: program()})[0].evidence == "encoding"


@pytest.mark.parametrize("cut", [0, 5, 100, 3000, 20000])
def test_a_truncated_program_says_nothing(cut: int) -> None:
    font = simple("TrueType", "Vera", descriptor())
    found = found_in(font, "(#)", objects={31: program(VERA[:cut])})
    assert [finding.code for finding in found.warnings] == ([] if found else ["FONT_NOT_READ"])


# ---- Type0


def type0(encoding: str = "/Identity-H", rest: str = "", cid: str = "", ordering: str = "Identity") -> str:
    return (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /Vera /Encoding {encoding} {rest} /DescendantFonts [<< /Type /Font "
        f"/Subtype /CIDFontType2 /BaseFont /Vera /CIDSystemInfo << /Registry (Adobe) /Ordering ({ordering}) "
        f"/Supplement 0 >> {cid} >>] >>"
    )


@pytest.mark.parametrize("name", ["Adobe-Korea1-UCS2", "Adobe-Korea1-UCS3"])
def test_a_tounicode_that_builds_on_a_published_one(name: str) -> None:
    """Codes are CIDs there; what the CMap says itself comes first."""
    mapped = tounicode(f"/{name} usecmap", "1 beginbfchar <0005> <0024> endbfchar")
    font = type0(rest="/ToUnicode 30 0 R", cid="/DW 1000", ordering="Unidocs")
    for code, tag in (("0004", "#"), ("0005", "$"), ("0561", "나")):
        found = found_in(font, f"<{code}>", tag, {30: mapped})
        known = name.endswith("UCS2") or tag == "$"
        assert [each.evidence for each in found] == (["tounicode"] if known else [])
    assert not found_in(font, "<0005>", "%", {30: mapped})


def test_a_ligature_is_the_letters_that_it_joins() -> None:
    objects: dict[int, Body] = {30: tounicode("2 beginbfchar <41> <FB05> <42> <FB06> endbfchar")}
    font = simple(rest="/ToUnicode 30 0 R")
    assert [len(found_in(font, "(AB)", tag, objects)) for tag in ("ſt", "ſtst", "st", "tst")] == [1, 1, 1, 1]
    assert not found_in(font, "(A)", "st", objects)  # long s: Unicode Standard, U+FB05
    assert [each.code for each in found_in(font, "(A)", "st", objects).near_misses] == ["TAG_OTHER_CASE"]


def test_identity_with_tounicode() -> None:
    objects: dict[int, Body] = {30: tounicode(f"beginbfchar <{SIGN:04X}> <0023> endbfchar"), 31: program()}
    font = type0(rest="/ToUnicode 30 0 R", cid=f"/W [{SIGN} [838]] {descriptor()} /CIDToGIDMap /Identity")
    for content in (f"<{SIGN:04X}>", f"(\\000\\{SIGN:03o})", f"[<{SIGN:04X}>] TJ <>"):
        pdf = one_page(f"BT /F1 12 Tf 60 150 Td {content} Tj ET", fonts={"F1": font}, objects=objects)
        (match,) = es.find_tags(pdf, "#")
        assert match.evidence == "tounicode"
        assert match.rect.width == pytest.approx(0.838 * 12)
        assert holds(match.view_rect, ink_box(pdf))


def test_identity_without_tounicode_asks_the_program() -> None:
    font = type0(cid=f"{descriptor()} /CIDToGIDMap /Identity")
    assert found_in(font, f"<{SIGN:04X}>", objects={31: program()})[0].evidence == "font-program"
    assert not found_in(font, "<0023>", objects={31: program()})


@pytest.mark.parametrize(
    "line", ["beginbfchar <0001> <0041> endbfchar", "", "beginbfrange <0000> <FFFF> <E000> endbfrange"]
)
def test_a_tounicode_that_says_nothing_of_a_code_does_not_hide_the_program(line: str) -> None:
    objects = {30: tounicode(line), 31: program()}
    font = type0(rest="/ToUnicode 30 0 R", cid=f"{descriptor()} /CIDToGIDMap /Identity")
    assert found_in(font, f"<{SIGN:04X}>", objects=objects)[0].evidence == "font-program"
    font = type0("/GBK-EUC-H", "/ToUnicode 30 0 R", ordering="GB1")
    assert found_in(font, "(#)", objects=objects)[0].evidence == "font-program"


def test_glyphs_by_a_map() -> None:
    objects: dict[int, Body] = {31: program(), 32: stream(bytes(2 * 7) + struct.pack(">H", SIGN))}
    font = type0(cid=f"{descriptor()} /CIDToGIDMap 32 0 R")
    assert found_in(font, "<0007>", objects=objects)[0].evidence == "font-program"


def test_identity_that_nothing_explains() -> None:
    found = found_in(type0(cid=descriptor(None)), "<00230024>")
    assert not found
    assert [finding.code for finding in found.warnings] == ["FONT_NOT_READ"]


def test_an_empty_glyph_prints_nothing_whatever_it_is_called() -> None:
    objects: dict[int, Body] = {30: tounicode(f"beginbfchar <{SPACE:04X}> <0023> endbfchar"), 31: program()}
    found = found_in(type0(rest="/ToUnicode 30 0 R", cid=descriptor()), f"<{SPACE:04X}>", objects=objects)
    assert not found
    font = simple("TrueType", "Vera", f"/Encoding /WinAnsiEncoding /ToUnicode 30 0 R {descriptor(flags=32)}")
    objects[30] = tounicode("beginbfchar <20> <0023> endbfchar")
    assert not found_in(font, "( )", objects=objects)
    assert found_in(font, "(#)", objects=objects)


def test_an_empty_glyph_of_text_that_is_not_painted_is_as_good_as_any() -> None:
    """As in the layer that OCR puts behind a scanned page."""
    objects: dict[int, Body] = {30: tounicode(f"beginbfchar <{SPACE:04X}> <0023> endbfchar"), 31: program()}
    composite = type0(rest="/ToUnicode 30 0 R", cid=descriptor())
    one_byte = simple("TrueType", "Vera", f"/Encoding /WinAnsiEncoding /ToUnicode 32 0 R {descriptor(flags=32)}")
    objects[32] = tounicode("beginbfchar <20> <0024> endbfchar")
    content = f"BT 3 Tr /F1 12 Tf 60 150 Td <{SPACE:04X}> Tj /F2 12 Tf 100 0 Td ( ) Tj 0 Tr ( ) Tj ET"
    pdf = one_page(content, fonts={"F1": composite, "F2": one_byte}, objects=objects)
    for tag, at in (("#", 60), ("$", 160)):
        (match,) = es.find_tags(pdf, tag, options=es.TagOptions(hidden=True))
        assert match.rect.x0 == pytest.approx(at) and not match.visible
        found = es.find_tags(pdf, tag)
        assert not found and [each.code for each in found.near_misses] == ["TAG_HIDDEN"]


def test_a_range_of_all_characters_is_not_useless_because_of_its_ends() -> None:
    objects: dict[int, Body] = {30: tounicode("1 beginbfrange <0000> <FFFF> <0000> endbfrange")}
    found = found_in(type0(rest="/ToUnicode 30 0 R", cid="/DW 500"), "<0023>", objects=objects)
    assert [each.evidence for each in found] == ["tounicode"] and not found.warnings


@pytest.mark.parametrize(
    ("encoding", "ordering", "content", "tag"),
    [
        ("/UniJIS-UCS2-H", "Japan1", "<00230074>", "#t"),
        ("/UniGB-UTF16-H", "GB1", "<0023D83DDE00>", "#"),
        ("/GBK-EUC-H", "GB1", "<23D6D0>", "#中"),
        ("/90ms-RKSJ-H", "Japan1", "<2388C0>", "#安"),
        ("/KSCms-UHC-H", "Korea1", "(#)", "#"),
        ("/ETen-B5-H", "CNS1", "(#)", "#"),
        ("/Identity-H", "Japan1", "<0004>", "#"),
    ],
)
def test_predefined_cmaps(encoding: str, ordering: str, content: str, tag: str) -> None:
    (match,) = found_in(type0(encoding, ordering=ordering), content, tag)
    assert match.evidence == "font-program"


def test_a_cmap_name_from_the_file_reaches_no_other_table() -> None:
    assert found_in(type0("/..#2f..#2fetc#2fpasswd"), "<0023>").warnings[0].code == "FONT_NOT_READ"


CMAP = """begincmap 2 begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange
1 begincidchar <23> 7 endcidchar 1 begincidrange <8001> <8010> 100 endcidrange endcmap"""


def test_an_embedded_cmap_cuts_codes_of_several_lengths() -> None:
    objects: dict[int, Body] = {
        30: tounicode("beginbfchar <23> <0023> <8001> <0074> endbfchar"),
        33: stream(CMAP, "/Type /CMap"),
    }
    font = type0("33 0 R", "/ToUnicode 30 0 R", "/DW 500 /W [7 [838] 100 116 250]")
    (match,) = found_in(font, "<23800123>", "#t#", objects)
    assert match.rect.width == pytest.approx((0.838 + 0.25 + 0.838) * 12)


@pytest.mark.parametrize("entries", ["/UseCMap /GBK-EUC-H", ""])
def test_a_cmap_that_builds_on_another(entries: str) -> None:
    body = "begincmap endcmap" if entries else "/GBK-EUC-H usecmap begincmap endcmap"
    font = type0("33 0 R", ordering="GB1")
    assert found_in(font, "<23D6D0>", "#中", {33: stream(body, f"/Type /CMap {entries}")})[0].evidence == "font-program"


def test_a_cmap_of_the_file_before_the_program_is_asked() -> None:
    cmap = "begincodespacerange <0000> <FFFF> endcodespacerange begincidrange <0100> <01FF> 0 endcidrange"
    objects: dict[int, Body] = {31: program(), 33: stream(cmap, "/Type /CMap /WMode 1")}
    (match,) = found_in(
        type0("33 0 R", cid=f"{descriptor()} /DW2 [700 -900]"), f"<{0x100 + SIGN:04X}>", objects=objects
    )
    assert match.evidence == "font-program"
    assert match.rect.y0 == pytest.approx(150 - 0.7 * 12 - 0.236 * 12)  # vertical: below the start of the line


def test_vertical_writing() -> None:
    objects: dict[int, Body] = {30: tounicode("beginbfrange <0021> <007E> <0021> endbfrange")}
    font = type0("/Identity-V", "/ToUnicode 30 0 R", "/DW 1000")
    pdf = one_page("BT /F1 20 Tf 150 250 Td <00230074> Tj 0 -80 Td <0023> Tj ET", fonts={"F1": font}, objects=objects)
    first, second = es.find_tags(pdf, "#")
    assert (first.rect.x0, first.rect.x1) == pytest.approx((140, 160))  # centred on the line, one em below its start
    assert first.rect.y0 == pytest.approx(250 - 0.88 * 20 - 0.2 * 20)
    assert second.rect.y1 == pytest.approx(first.rect.y1 - 80)
    (both,) = es.find_tags(pdf, "#t")
    assert both.rect.height == pytest.approx(40)


def test_vertical_metrics_of_one_glyph() -> None:
    objects: dict[int, Body] = {30: tounicode("beginbfrange <0021> <007E> <0021> endbfrange")}
    font = type0("/Identity-V", "/ToUnicode 30 0 R", "/DW 1000 /W2 [35 [-500 100 700] 36 40 -2000 0 0]")
    (match,) = found_in(font, "<0023>", objects=objects)
    assert match.rect.x0 == pytest.approx(60 - 0.1 * 12)
    assert match.rect.y1 == pytest.approx(150 - 0.7 * 12 + 0.8 * 12)


# ---- Type 1 and CFF programs


def cff(names: list[str], encoding: list[int] | None) -> bytes:
    """A CFF font whose glyphs draw nothing: .notdef, then one for each name, with its own strings and encoding."""

    def index(items: list[bytes]) -> bytes:
        if not items:
            return b"\0\0"
        offsets = accumulate([1, *map(len, items)])
        return struct.pack(">HB", len(items), 2) + b"".join(struct.pack(">H", at) for at in offsets) + b"".join(items)

    def integer(number: int) -> bytes:
        return b"\x1d" + struct.pack(">l", number)

    strings, glyphs = index([name.encode() for name in names]), index([b"\x0e"] * (len(names) + 1))
    charset = b"\0" + b"".join(struct.pack(">H", 391 + at) for at in range(len(names)))
    codes = b"\0" + bytes((len(encoding), *encoding)) if encoding else b""
    head = b"\1\0\4\2" + index([b"Tag"])
    size = len(index([integer(0) * 3 + b"\x0f\x10\x11"]))
    at = len(head) + size + len(strings) + 2
    top = integer(at) + b"\x0f" + integer(at + len(charset) if encoding else 0) + b"\x10"
    top += integer(at + len(charset) + len(codes)) + b"\x11"
    return head + index([top]) + strings + index([]) + charset + codes + glyphs


@pytest.mark.parametrize("encoding", [[65, 66], None])
def test_codes_built_into_a_cff_program(encoding: list[int] | None) -> None:
    objects: dict[int, Body] = {31: stream(cff(["numbersign", "dollar"], encoding), "/Subtype /Type1C")}
    font = simple(rest=f"/FirstChar 35 /Widths [500 500] {descriptor(key='FontFile3')}")
    (match,) = found_in(font, "(AB)" if encoding else "(#$)", "#$", objects)
    assert match.evidence == "font-program"


def test_private_glyph_names_of_a_cff_program() -> None:
    objects: dict[int, Body] = {31: stream(cff(["C35", "G23"], [35, 36]), "/Subtype /Type1C")}
    found = found_in(simple(rest=descriptor(key="FontFile3")), "(#)", objects=objects)
    assert not found
    assert [finding.code for finding in found.warnings] == ["FONT_NOT_READ"]


def test_glyph_names_of_a_cff_program_behind_identity() -> None:
    objects: dict[int, Body] = {31: stream(cff(["numbersign", "dollar"], None), "/Subtype /CIDFontType0C")}
    assert found_in(type0(cid=descriptor(key="FontFile3")), "<0001>", objects=objects)[0].evidence == "font-program"


def test_codes_built_into_a_type1_program() -> None:
    clear = "%!FontType1\n/Encoding 256 array\n0 1 255 {{1 index exch /.notdef put}} for\n{} readonly def\neexec\xff"
    objects: dict[int, Body] = {31: stream(clear.format("dup 65 /numbersign put\ndup 66/dollar put"), "/Length1 9")}
    (match,) = found_in(simple(rest=descriptor(key="FontFile")), "(AB)", "#$", objects)
    assert match.evidence == "font-program"
    objects = {31: stream("%!FontType1\n/Encoding StandardEncoding def\neexec", "/Length1 9")}
    assert found_in(simple(rest=descriptor(key="FontFile")), "(#)", objects=objects)[0].evidence == "font-program"


# ---- sizes


@pytest.mark.parametrize(
    ("rest", "width"),
    [
        ("", 556),
        ("/FirstChar 35 /Widths [700]", 700),
        ("/FirstChar 36 /Widths [700] /FontDescriptor << /MissingWidth 300 >>", 300),
        ("/FirstChar 30 0 R /Widths 32 0 R", 444),
    ],
)
def test_widths(rest: str, width: float) -> None:
    objects: dict[int, Body] = {30: "34", 32: "[1 33 0 R]", 33: "444"}
    (match,) = found_in(simple(rest=f"/Encoding /WinAnsiEncoding {rest}"), "(#)", objects=objects)
    assert match.rect.width == pytest.approx(width * 12 / 1000)


@pytest.mark.parametrize(
    ("base", "width"),
    [("LiberationMono-Bold", 600), ("Garamond-TimesLike", 500), ("DejaVuSerif-Italic", 500), ("Frutiger-Bold", 556)],
)
def test_widths_of_fonts_that_give_none(base: str, width: float) -> None:
    (match,) = found_in(simple(base=base), "(#)")
    assert match.rect.width == pytest.approx(width * 12 / 1000)


@pytest.mark.parametrize(
    ("box", "height"), [("[0 0 1 1]", 0.6), ("[0 0 0 0]", 0.6), ("[0 -200 900 800]", 1.0), ("[]", 0.6)]
)
def test_lines_of_a_type3_font(box: str, height: float) -> None:
    font = f"<< /Subtype /Type3 /FontBBox {box} /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 35 /Widths [600] "
    (match,) = found_in(font + "/Encoding << /Differences [35 /numbersign] >> >>", "(#)")
    assert match.rect.height == pytest.approx(height * 12)


@pytest.mark.parametrize(
    ("entries", "ascent", "descent"),
    [
        ("/Ascent 900 /Descent -300", 900, -300),
        ("/Ascent 900 /Descent 300", 900, -300),  # a sign that many producers forget
        ("/Ascent 9.464 /Descent -2.73", 718, -207),  # another unit
        ("/Ascent 9000 /Descent -2000", 718, -207),
        ("/Ascent 0 /Descent 0", 718, -207),
    ],
)
def test_lines_of_a_sane_height(entries: str, ascent: float, descent: float) -> None:
    font = simple(rest=f"/Encoding /WinAnsiEncoding /FontDescriptor << /Flags 32 {entries} >>")
    (match,) = found_in(font, "(#)")
    assert match.rect.y1 - 150 == pytest.approx(ascent * 12 / 1000)
    assert match.rect.y0 - 150 == pytest.approx(descent * 12 / 1000)


def test_a_font_dictionary_that_is_damaged_is_reported() -> None:
    pdf = one_page(text_at(60, 150, "#"), fonts={"F1": "30 0 R"}, objects={30: HELVETICA})
    found = es.find_tags(pdf.replace(b"30 0 obj\n<<", b"30 0 obj\n<]"), "#")
    assert not found
    assert [finding.code for finding in found.warnings] == ["FONT_NOT_READ"]


@pytest.mark.parametrize("base_font", ["Helvetica", "Times-Roman", "Courier"])
def test_a_code_without_a_glyph_takes_as_much_room_as_viewers_give_it(base_font: str) -> None:
    font = f"<< /Type /Font /Subtype /Type1 /BaseFont /{base_font} /Encoding /WinAnsiEncoding >>"
    pdf = one_page(r"BT /F1 20 Tf 50 150 Td (\001\002\003\004\005\006#) Tj ET", fonts={"F1": font})
    (match,) = es.find_tags(pdf, "#")
    blank = one_page(r"BT /F1 20 Tf 50 150 Td (\001\002\003\004\005\006 ) Tj ET", fonts={"F1": font})
    changed = (pdfium_page(pdf, 0, SCALE) != pdfium_page(blank, 0, SCALE)).any(axis=2)
    _, columns = numpy.nonzero(changed)
    middle = (columns.min() + columns.max() + 1) / 2 / SCALE
    assert abs(match.view_rect.center[0] - middle) < 2
