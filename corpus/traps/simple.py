"""Simple fonts: what says that a code prints the tag, and what only seems to."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.traps.page import BLACK, RED, Case, one_page, simple_font, tounicode
from corpus.traps.programs import cff, descriptor, opentype, program, truetype, type1, widths
from corpus.writer import Body, stream

UNICODES = {0x23: "numbersign", 0x64: "d", 0x74: "t", 0x58: "X"}


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _encodings()
    yield from _tounicode()
    yield from _truetype()
    yield from _type1()
    yield from _type3()
    yield from _odd_dictionaries()


def printed(
    name: str,
    font: str,
    why: str,
    *,
    shown: str = "(#) Tj",
    tag: str = "#",
    tags: int = 1,
    objects: dict[int, Body] | None = None,
    **more: object,
) -> Case:
    """A case of one font, which is F1."""
    pdf = one_page(f"{RED} BT /F1 20 Tf 100 150 Td {shown} ET", fonts={"F1": font}, objects=objects)
    return Case(name, pdf, tags, why, tag, **more)  # type: ignore[arg-type]


def _encodings() -> Iterator[Case]:
    yield printed("raw_std14", simple_font(), "a standard font without an encoding")
    yield printed(
        "raw_macroman", simple_font(rest="/Encoding /MacRomanEncoding"), "MacRoman", shown="<8E23> Tj", tag="é#"
    )
    yield printed("raw_winansi", simple_font(rest="/Encoding /WinAnsiEncoding"), "WinAnsi", shown="<80> Tj", tag="€")
    for name, glyph in (("raw_diff", "numbersign"), ("raw_diffuni", "uni0023"), ("raw_diffu", "u0023")):
        font = simple_font(rest=f"/Encoding << /Differences [65 /{glyph} /t /d] >>")
        yield printed(name, font, f"Differences with /{glyph}", shown="(ABC) Tj", tag="#td")
    font = simple_font(rest="/Encoding << /BaseEncoding /WinAnsiEncoding /Differences [35 /X] >>")
    yield printed("raw_diff_away", font, "Differences put an X at 0x23", tags=0, proof="other ink")
    names = " ".join(f"/G{code:02X}" for code in (35, 0x74, 0x64, 0x4F))
    gfont = simple_font(
        "Type1", "Bars", f"/Encoding << /Differences [35 {names}] >> {widths(35, 38)} /FontDescriptor 30 0 R"
    )
    called = {"numbersign": "G23", "t": "G74", "d": "G64", "box": "G4F"}
    objects: dict[int, Body] = {30: descriptor(4, "/FontFile3 31 0 R"), 31: program(cff(called), "Type1C")}
    yield printed(
        "raw_real_gname", gfont, "glyph names that spell the code: /G23 (Distiller)", shown="(#$%) Tj", tag="#td",
        objects=objects,
    )  # fmt: skip
    decimal = simple_font(
        "Type1", "Bars", f"/Encoding << /Differences [65 /g35 /g2] >> {widths(65, 66)} /FontDescriptor 30 0 R"
    )
    objects = {30: descriptor(4, "/FontFile3 31 0 R"), 31: program(cff({"X": "g35", "box": "g2"}), "Type1C")}
    yield printed(
        "raw_gname_number",
        decimal,
        "/g35 is a glyph's number, no code",
        shown="(A) Tj",
        tags=0,
        objects=objects,
        proof="other ink",
    )
    yield printed(
        "raw_zapf", simple_font(base="ZapfDingbats"), "0x23 is scissors in ZapfDingbats", tags=0, proof="other ink"
    )
    yield printed("raw_symbol", simple_font(base="Symbol"), "Symbol has a number sign at 0x23")
    yield printed("raw_symbol_dollar", simple_font(base="Symbol"), "0x24 is an existential quantifier in Symbol",
                  shown="($) Tj", tag="$", tags=0, proof="other ink")  # fmt: skip
    yield printed("raw_ligature_name", simple_font(rest="/Encoding << /Differences [65 /fi] >>"),
                  "a glyph named fi prints two characters", shown="(Arma) Tj", tag="firma")  # fmt: skip


def _tounicode() -> Iterator[Case]:
    one: dict[int, Body] = {30: tounicode("1 beginbfchar <41> <0023007400740064> endbfchar")}
    font = simple_font(
        "TrueType", "Bars", f"{widths(65, 65)} /ToUnicode 30 0 R /FontDescriptor 31 0 R /Encoding /WinAnsiEncoding"
    )
    drawn: dict[int, Body] = {31: descriptor(32, "/FontFile2 32 0 R"), 32: program(truetype({65: "numbersign"}))}
    yield printed(
        "raw_tounicode_multi", font, "one code prints a whole tag", shown="(A) Tj", tag="#ttd", objects=one | drawn
    )
    single: dict[int, Body] = {30: tounicode("1 beginbfchar <41> <0023> endbfchar")}
    yield printed("raw_tounicode", font, "ToUnicode says what A is", shown="(A) Tj", objects=single | drawn)
    ranged: dict[int, Body] = {30: tounicode("1 beginbfrange <41> <43> <0023> endbfrange")}
    yield printed("raw_tounicode_range", font, "a range", shown="(A) Tj", objects=ranged | drawn)
    listed: dict[int, Body] = {30: tounicode("1 beginbfrange <41> <42> [<0023> <0024>] endbfrange")}
    yield printed("raw_tounicode_list", font, "a range with a list", shown="(A) Tj", objects=listed | drawn)
    flate: dict[int, Body] = {30: tounicode("1 beginbfchar\n<4 1>\n<00 23>\nendbfchar")}
    yield printed("raw_tounicode_spaced", font, "white space inside its numbers", shown="(A) Tj", objects=flate | drawn)
    lig: dict[int, Body] = {30: tounicode("1 beginbfchar <41> <FB01> endbfchar")}
    helvetica = simple_font(
        rest="/Encoding << /BaseEncoding /WinAnsiEncoding /Differences [65 /fi] >> /ToUnicode 30 0 R"
    )
    yield printed(
        "raw_ligature", helvetica, "the ligature U+FB01 before rma", shown="(Arma) Tj", tag="firma", objects=lig
    )
    blank: dict[int, Body] = {
        30: tounicode("1 beginbfchar <41> <0023> endbfchar"),
        31: descriptor(32, "/FontFile2 32 0 R"),
        32: program(truetype({65: "space"})),
    }
    yield printed("raw_real_blank", font, "ToUnicode calls an empty glyph #: nothing is printed (Quartz)",
                  shown="(A) Tj", tags=0, objects=blank, proof="no ink")  # fmt: skip
    silent = simple_font("TrueType", "Bars", f"{widths(35, 65)} /ToUnicode 30 0 R /FontDescriptor 31 0 R")
    quartz: dict[int, Body] = {
        30: tounicode("1 beginbfchar <41> <0041> endbfchar"),
        31: descriptor(4, "/FontFile2 32 0 R"),
        32: program(truetype(mac={35: "X", 65: "box"}, names=False)),
    }
    yield printed("raw_real_ttcode", silent, "TrueType subset, no Encoding, ToUnicode silent on 0x23 (Quartz)",
                  tags=0, objects=quartz, proof="other ink")  # fmt: skip
    mended = quartz | {32: program(truetype({35: "numbersign"}, names=False))}
    yield printed("raw_tounicode_silent", silent, "ToUnicode is silent, the font's own cmap is not", objects=mended)


def _truetype() -> Iterator[Case]:
    ansi = simple_font("TrueType", "Bars", f"/Encoding /WinAnsiEncoding {widths(32, 126)} /FontDescriptor 30 0 R")
    bare = simple_font("TrueType", "Bars", f"{widths(32, 126)} /FontDescriptor 30 0 R")
    named = simple_font(
        "TrueType", "Bars", f"/Encoding << /Differences [65 /numbersign] >> {widths(32, 126)} /FontDescriptor 30 0 R"
    )

    def embedded(data: bytes, flags: int) -> dict[int, Body]:
        return {30: descriptor(flags, "/FontFile2 31 0 R"), 31: program(data)}

    yield printed(
        "raw_tt_winansi",
        ansi,
        "embedded, WinAnsi",
        shown="(#ttd) Tj",
        tag="#ttd",
        objects=embedded(truetype(UNICODES), 32),
    )
    yield printed(
        "raw_tt_standard",
        bare,
        "nonsymbolic without an encoding: StandardEncoding",
        objects=embedded(truetype(UNICODES), 32),
    )
    symbols = {0xF000 + code: name for code, name in UNICODES.items()}
    yield printed(
        "raw_tt_names",
        named,
        "Differences over a cmap of Unicode",
        shown="(A) Tj",
        objects=embedded(truetype(UNICODES), 32),
    )
    yield printed(
        "raw_tt_uni_symbolic", bare, "symbolic, but its cmap is Unicode's", objects=embedded(truetype(UNICODES), 4)
    )
    yield printed(
        "raw_tt_symbol",
        bare,
        "a (3, 0) cmap and glyph names: 0xF023 is numbersign",
        objects=embedded(truetype(symbols=symbols), 4),
    )
    yield printed("raw_tt_mac", bare, "a (1, 0) cmap and glyph names", objects=embedded(truetype(mac=UNICODES), 4))
    yield printed("raw_tt_mac_other", bare, "a (1, 0) cmap puts an X at 0x23", tags=0, proof="other ink",
                  objects=embedded(truetype(mac={0x23: "X"}), 4))  # fmt: skip
    opened: dict[int, Body] = {30: descriptor(32, "/FontFile3 31 0 R"), 31: program(opentype(UNICODES), "OpenType")}
    yield printed("raw_opentype", ansi, "OpenType with CFF outlines", objects=opened)


def _type1() -> Iterator[Case]:
    bare = simple_font("Type1", "Bars", f"{widths(32, 126)} /FontDescriptor 30 0 R")
    objects: dict[int, Body] = {
        30: descriptor(4, "/FontFile3 31 0 R"),
        31: program(cff(encoding={65: "numbersign", 66: "t", 67: "d"}), "Type1C"),
    }
    yield printed(
        "raw_cff_builtin", bare, "Type1C with an encoding of its own", shown="(ABBC) Tj", tag="#ttd", objects=objects
    )
    objects = {30: descriptor(4, "/FontFile3 31 0 R"), 31: program(cff(encoding={35: "X"}), "Type1C")}
    yield printed(
        "raw_cff_builtin_away", bare, "Type1C that puts an X at 0x23", tags=0, proof="other ink", objects=objects
    )
    objects = {30: descriptor(4, "/FontFile3 31 0 R"), 31: program(cff({"box": "C0035"}, {35: "C0035"}), "Type1C")}
    yield printed(
        "raw_cff_private", bare, "Type1C with a private name at 0x23", tags=0, proof="other ink", objects=objects
    )
    objects = {30: descriptor(34, "/FontFile3 31 0 R"), 31: program(cff(), "Type1C")}
    yield printed("raw_cff_standard", bare, "Type1C in StandardEncoding", objects=objects)
    partly = simple_font(
        "Type1", "Bars", f"/Encoding << /Differences [65 /t] >> {widths(32, 126)} /FontDescriptor 30 0 R"
    )
    objects = {30: descriptor(34, "/FontFile3 31 0 R"), 31: program(cff(), "Type1C")}
    yield printed(
        "raw_cff_differences",
        partly,
        "Differences over the font's own encoding",
        shown="(#A) Tj",
        tag="#t",
        objects=objects,
    )

    def classic(*encoded: tuple[int, str]) -> dict[int, Body]:
        data, clear, hidden = type1(*encoded)
        rest = f"/Length1 {clear} /Length2 {hidden} /Length3 {len(data) - clear - hidden}"
        return {30: descriptor(4, "/FontFile 31 0 R"), 31: stream(data, rest)}

    yield printed("raw_type1_builtin", bare, "Type 1 with an encoding of its own", shown="(ABBC) Tj", tag="#ttd",
                  objects=classic((65, "numbersign"), (66, "t"), (67, "d")))  # fmt: skip
    yield printed(
        "raw_type1_away",
        bare,
        "Type 1 that puts a box at 0x23",
        tags=0,
        proof="other ink",
        objects=classic((35, "box")),
    )


def _type3() -> Iterator[Case]:
    square = "600 0 0 0 600 700 d1 50 0 500 700 re f"
    sign = "600 0 0 0 600 700 d1 150 0 70 700 re 380 0 70 700 re 50 220 500 70 re 50 430 500 70 re f"

    def type3(name: str, matrix: str = ".001 0 0 .001 0 0", first: int = 35, width: str = "600") -> str:
        return (
            f"<< /Type /Font /Subtype /Type3 /FontBBox [0 -100 600 700] /FontMatrix [{matrix}] "
            f"/FirstChar {first} /LastChar {first} /Widths [{width}] /Encoding << /Differences [{first} /{name}] >> "
            f"/CharProcs << /{name} 30 0 R >> /Resources << >> >>"
        )

    yield printed("raw_type3_name", type3("numbersign"), "Type3 whose glyph has a name", objects={30: stream(sign)})
    yield printed(
        "raw_type3_shifted",
        type3("numbersign", first=1),
        "Type3, the named glyph at code 1",
        shown="<01> Tj",
        objects={30: stream(sign)},
    )
    small = "60 0 0 0 60 70 d1 15 0 7 70 re 38 0 7 70 re 5 22 50 7 re 5 43 50 7 re f"
    tenth = type3("numbersign", ".01 0 0 .01 0 0", width="60").replace("[0 -100 600 700]", "[0 -10 60 70]")
    yield printed("raw_type3_matrix", tenth, "Type3 with a matrix of a hundredth", objects={30: stream(small)})
    yield printed(
        "raw_type3_noboxes",
        type3("numbersign").replace("[0 -100 600 700]", "[0 0 0 0]"),
        "Type3 with an empty FontBBox",
        objects={30: stream(sign)},
    )
    yield printed("raw_real_t3code", type3("a35"), "Type3 with made-up names: 0x23 prints a black box (bitmap fonts)",
                  tags=0, proof="other ink", objects={30: stream(square)})  # fmt: skip
    with_map = type3("a0").replace("/Resources", "/ToUnicode 31 0 R /Resources")
    yield printed("raw_type3_tounicode", with_map, "Type3 with made-up names and a ToUnicode",
                  objects={30: stream(sign), 31: tounicode("1 beginbfchar <23> <0023> endbfchar")})  # fmt: skip


def _odd_dictionaries() -> Iterator[Case]:
    yield printed(
        "raw_mmtype1", simple_font("MMType1", "Myriad_400", "/Encoding /WinAnsiEncoding"), "a multiple master font"
    )
    wide = simple_font(rest="/Encoding /WinAnsiEncoding /FirstChar 35 /LastChar 36 /Widths [1200 600]")
    yield printed("raw_widths", wide, "widths of its own", shown=f"(#) Tj {BLACK} (t) Tj")
    few = simple_font("TrueType", "Arial", "/Encoding /WinAnsiEncoding /FirstChar 65 /LastChar 66 /Widths [600 600]")
    yield printed("raw_widths_few", few, "widths that end before the tag's codes", shown="(#ttd) Tj", tag="#ttd")
    tiny: dict[int, Body] = {
        30: descriptor(32, "/FontFile2 31 0 R", ascent="9.464", descent="-2.73"),
        31: program(truetype(UNICODES)),
    }
    ansi = simple_font("TrueType", "Bars", f"/Encoding /WinAnsiEncoding {widths(32, 126)} /FontDescriptor 30 0 R")
    yield printed("raw_real_tinyascent", ansi, "Ascent 9.464, Descent -2.73: the wrong unit (Prawn)", objects=tiny)
    none: dict[int, Body] = {
        30: descriptor(32, "/FontFile2 31 0 R", ascent="0", descent="0"),
        31: program(truetype(UNICODES)),
    }
    yield printed("raw_noascent", ansi, "Ascent and Descent 0", objects=none)
    huge: dict[int, Body] = {
        30: descriptor(32, "/FontFile2 31 0 R", ascent="12000", descent="-9000"),
        31: program(truetype(UNICODES)),
    }
    yield printed("raw_hugeascent", ansi, "Ascent 12000", objects=huge)
    red = f"{RED} BT /F9 20 Tf 100 150 Td (#) Tj ET"
    yield Case("raw_missingfont", one_page(red), 1, "the font is not in Resources: viewers print Helvetica")
    yield Case("raw_real_nofonts", one_page(red, fonts={}), 1, "no fonts in Resources: viewers print Helvetica")
    bad = one_page(red.replace("F9", "F1"), fonts={"F1": "99 0 R"})
    yield Case("raw_deadfont", bad, 1, "the font's object is missing: viewers print Helvetica")
    unset = one_page(f"{RED} BT 20 0 0 20 100 150 Tm (#) Tj ET")
    yield Case("raw_nofontset", unset, 0, "no font is ever set: nothing is printed", proof="no ink")
