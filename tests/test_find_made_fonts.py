"""Fonts made for the purpose with fontTools, every table known: what is found is what PDFium prints."""

from __future__ import annotations

import io
import zlib

import numpy
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

import esign_core as es
from corpus.writer import Body, stream
from tests.content_pages import holds, ink_box, one_page
from tests.test_find_fonts import descriptor, simple, tounicode, type0
from tests.tools import pdfium_page


def _box(pen: TTGlyphPen | T2CharStringPen) -> None:
    pen.moveTo((100, 0))
    for point in ((100, 700), (500, 700), (500, 0)):
        pen.lineTo(point)
    pen.closePath()


def true_type(
    names: list[str],
    characters: dict[int, str],
    codes: dict[int, str] | None = None,
    *,
    blank: tuple[str, ...] = (),
    post: bool = False,
) -> bytes:
    """A font of boxes 600 wide: .notdef, then a glyph for each name; `characters` is its Unicode subtable, `codes` the
    one by code: (3, 0) where they are at 0xF000, else (1, 0)."""
    builder = FontBuilder(1000, isTTF=True)
    order = [".notdef", *names]
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(characters, allowFallback=True)
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        if name not in (".notdef", *blank):
            _box(pen)
        glyphs[name] = pen.glyph()
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(order, (600, 0)))
    builder.setupHorizontalHeader(ascent=750, descent=-150)
    builder.setupNameTable({"familyName": "Made"})
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=post)
    if codes:
        platform = (3, 0) if min(codes) >= 0xF000 else (1, 0)
        table = CmapSubtable.newSubtable(4 if platform == (3, 0) else 0)
        table.platformID, table.platEncID, table.language, table.cmap = *platform, 0, codes
        builder.font["cmap"].tables = [table, *(each for each in builder.font["cmap"].tables if each.cmap)]
    return _saved(builder)


def open_type(names: list[str], *, blank: tuple[str, ...] = (), characters: dict[int, str] | None = None) -> bytes:
    builder = FontBuilder(1000, isTTF=False)
    order = [".notdef", *names]
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(characters or {}, allowFallback=True)
    strings = {}
    for name in order:
        pen = T2CharStringPen(600, None)
        if name not in (".notdef", *blank):
            _box(pen)
        strings[name] = pen.getCharString()
    builder.setupCFF("Made", {}, strings, {})
    builder.setupHorizontalMetrics(dict.fromkeys(order, (600, 0)))
    builder.setupHorizontalHeader(ascent=750, descent=-150)
    builder.setupNameTable({"familyName": "Made"})
    builder.setupOS2()
    builder.setupPost(keepGlyphNames=False)
    return _saved(builder)


def cff(names: list[str], **changed: object) -> bytes:
    font = TTFont(io.BytesIO(open_type(names, **changed)))  # type: ignore[arg-type]
    return font.reader["CFF "]  # type: ignore[no-any-return]


def _saved(font: FontBuilder | TTFont) -> bytes:
    data = io.BytesIO()
    font.save(data)
    return data.getvalue()


def embedded(data: bytes, kind: str = "") -> dict[int, Body]:
    packed = zlib.compress(data)
    return {31: stream(packed, f"/Filter /FlateDecode /Length1 {len(data)} {f'/Subtype /{kind}' if kind else ''}")}


def page(font: str, content: str, objects: dict[int, Body]) -> bytes:
    return one_page(f"BT /F1 20 Tf 60 150 Td {content} Tj ET", fonts={"F1": font}, objects=objects)


def prints(pdf: bytes) -> bool:
    return bool((numpy.asarray(pdfium_page(pdf, 0, 2)) < 128).any())


def found(font: str, content: str, objects: dict[int, Body], tag: str = "#") -> str | None:
    """The evidence of the only match, whose box PDFium's ink lies in; None without one."""
    pdf = page(font, content, objects)
    matches = es.find_tags(pdf, tag)
    if not matches:
        return None
    (match,) = matches
    assert holds(match.view_rect, ink_box(pdf))
    return match.evidence


WIDTHS = "/FirstChar 33 /Widths [600 600 600 600]"


# ---- TrueType


def test_a_symbolic_subset_that_only_has_codes_prints_nothing_known() -> None:
    data = true_type(["g1"], {}, {33: "g1"})
    font = simple("TrueType", "AAAAAA+Made", f"{WIDTHS} {descriptor()}")
    assert prints(page(font, "(!)", embedded(data)))
    assert found(font, "(!)", embedded(data), "!") is None


@pytest.mark.parametrize(
    ("name", "codes", "blank", "panose", "evidence"),
    [
        ("NewCenturySchlbk+2", {0xF020: "g1", 0xF023: "g2"}, ("g1",), 1, "font-program"),
        ("Made", {0xF020: "g1", 0xF023: "g2"}, ("g1",), 2, "font-program"),
        ("Made", {0xF020: "g1", 0xF023: "g2"}, ("g1",), 5, None),  # pictures
        ("NewCenturySchlbk", {0xF020: "g1", 0xF023: "g2"}, (), 2, None),  # numbered: the first is no space
        ("NewCenturySchlbk", {0xF001: "g1", 0xF023: "g2"}, ("g1",), 2, None),
        ("NewCenturySchlbk", {0x20: "g1", 0x23: "g2"}, ("g1",), 2, None),  # as Quartz numbers any subset
    ],
)
def test_a_symbolic_font_of_a_family_for_text(
    name: str, codes: dict[int, str], blank: tuple[str, ...], panose: int, evidence: str | None
) -> None:
    font = TTFont(io.BytesIO(true_type(["g1", "g2"], {}, codes, blank=blank)))
    font["OS/2"].panose.bFamilyType, font["OS/2"].ulCodePageRange1 = panose, 1
    font["OS/2"].version = 1
    font["OS/2"].ulCodePageRange2 = 0
    written = simple("TrueType", f"AAAAAA+{name}", f"{WIDTHS} {descriptor()}")
    assert prints(page(written, "(#)", embedded(_saved(font))))
    assert found(written, "(#)", embedded(_saved(font))) == evidence


@pytest.mark.parametrize(("in_roman", "evidence"), [(True, "font-program"), (False, None)])
def test_codes_beyond_ascii_of_such_a_font_are_those_of_mac_os(in_roman: bool, evidence: str | None) -> None:
    codes = {0xF020: "g1", 0xF08E: "g2"}
    font = TTFont(io.BytesIO(true_type(["g1", "g2"], {}, codes, blank=("g1",))))
    if in_roman:
        table = CmapSubtable.newSubtable(0)
        table.platformID, table.platEncID, table.language = 1, 0, 0
        table.cmap = dict(zip((0x20, 0x8E), font.getGlyphOrder()[1:], strict=True))
        font["cmap"].tables.append(table)
    written = simple("TrueType", "AAAAAA+Palatino-Roman", f"/FirstChar 142 /Widths [600] {descriptor()}")
    assert prints(page(written, "<8E>", embedded(_saved(font))))
    assert found(written, "<8E>", embedded(_saved(font)), "é") == evidence


@pytest.mark.parametrize("at", [33, 0xF021])
def test_the_unicode_subtable_beside_codes(at: int) -> None:
    data = true_type(["g1"], {0x23: "g1"}, {at: "g1"})
    font = simple("TrueType", "AAAAAA+Made", f"{WIDTHS} {descriptor()}")
    assert found(font, "(!)", embedded(data)) == "font-program"


def test_names_of_glyphs_beside_codes() -> None:
    data = true_type(["numbersign", "uni0024"], {}, {33: "numbersign", 34: "uni0024"}, post=True)
    font = simple("TrueType", "AAAAAA+Made", f"{WIDTHS} {descriptor()}")
    assert found(font, "(!)", embedded(data)) == "font-program"
    assert found(font, '(")', embedded(data), "$") == "font-program"


def test_an_odd_glyph_name_does_not_hide_the_subtable() -> None:
    data = true_type(["odd"], {0x23: "odd"}, post=True)
    encoding = "/Encoding << /Differences [33 /odd] >>"
    font = simple("TrueType", "AAAAAA+Made", f"{WIDTHS} {encoding} {descriptor(flags=32)}")
    assert found(font, "(!)", embedded(data)) == "font-program"


def test_a_useless_tounicode_does_not_hide_the_subtable() -> None:
    data = true_type(["g1"], {0x23: "g1"}, {33: "g1"})
    font = simple("TrueType", "AAAAAA+Made", f"{WIDTHS} /ToUnicode 30 0 R {descriptor()}")
    for text in ("0000", "FFFD", "F021", "0020", "0003"):
        objects = embedded(data) | {30: tounicode(f"1 beginbfchar <21> <{text}> endbfchar")}
        assert found(font, "(!)", objects) == "font-program", text
    objects = embedded(data) | {30: tounicode("1 beginbfchar <21> <0024> endbfchar")}
    assert found(font, "(!)", objects, "$") == "tounicode"


@pytest.mark.parametrize(("rest", "flags"), [("/Encoding /WinAnsiEncoding", 32), ("/ToUnicode 30 0 R", 4)])
def test_an_empty_truetype_glyph(rest: str, flags: int) -> None:
    objects: dict[int, Body] = {30: tounicode("1 beginbfchar <23> <0023> endbfchar")}
    font = simple("TrueType", "AAAAAA+Made", f"{WIDTHS} {rest} {descriptor(flags=flags)}")
    characters = {0x23: "numbersign", 0x24: "dollar"}
    for blank, evidence in (((), {"encoding", "tounicode"}), (("numbersign",), {None})):
        data = true_type(["numbersign", "dollar"], characters, characters, blank=blank)
        assert prints(page(font, "(#)", objects | embedded(data))) is not bool(blank)
        assert found(font, "(#)", objects | embedded(data)) in evidence


def test_widths_of_the_program_where_none_are_listed() -> None:
    data = true_type(["numbersign", "dollar"], {0x23: "numbersign", 0x24: "dollar"})
    pdf = page(
        simple("TrueType", "AAAAAA+Made", f"/Encoding /WinAnsiEncoding {descriptor(flags=32)}"), "($#)", embedded(data)
    )
    (match,) = es.find_tags(pdf, "#")
    assert (match.rect.x0, match.rect.width) == pytest.approx((60 + 12, 12))


def test_the_line_of_the_program_where_the_descriptor_says_nothing_sane() -> None:
    data = true_type(["numbersign"], {0x23: "numbersign"})
    broken = "/FontDescriptor << /Flags 32 /Ascent 0 /Descent 0 /FontBBox [0 0 0 0] /FontFile2 31 0 R >>"
    pdf = page(
        simple("TrueType", "AAAAAA+Made", f"/Encoding /WinAnsiEncoding {WIDTHS} {broken}"), "(#)", embedded(data)
    )
    (match,) = es.find_tags(pdf, "#")
    assert (match.rect.y0, match.rect.y1) == pytest.approx((150 - 0.15 * 20, 150 + 0.75 * 20))


def test_a_program_that_no_viewer_can_read() -> None:
    font = simple("TrueType", "AAAAAA+Made", f"{WIDTHS} {descriptor(flags=32)}")
    assert found(font, "(#)", embedded(b"no program at all")) == "encoding"
    font = simple("TrueType", "AAAAAA+Made", f"{WIDTHS} {descriptor(flags=4)}")
    assert found(font, "(#)", embedded(b"no program at all")) is None


def test_widths_of_a_standard_font_that_is_embedded_without_any() -> None:
    program = b"%!PS-AdobeFont-1.0: Symbol\n/Encoding 256 array\ndup 33 /theta put\nreadonly def currentfile eexec "
    font = simple(base="Symbol", rest=descriptor(key="FontFile"))
    pdf = one_page("BT /F1 20 Tf 60 150 Td [(!) 521 (!!)] TJ ET", fonts={"F1": font}, objects=embedded(program))
    first, second = es.find_tags(pdf, "θ")  # the second is printed over the first
    assert (first.rect.x0, first.rect.width, second.rect.x0) == pytest.approx((60, 10.42, 70.42))


# ---- CFF and OpenType


def test_private_names_of_a_cff_program() -> None:
    font = simple(rest=f"{WIDTHS} /Encoding << /Differences [33 /C35 /G23] >> {descriptor(key='FontFile3')}")
    objects = embedded(cff(["C35", "G23"]), "Type1C")
    assert prints(page(font, "(!)", objects))
    assert found(font, "(!)", objects) is found(font, '(")', objects) is None


def test_an_empty_cff_glyph_that_tounicode_calls_something() -> None:
    rest = f"{WIDTHS} /Encoding << /Differences [33 /C1 /C2] >> /ToUnicode 30 0 R {descriptor(key='FontFile3')}"
    objects = embedded(cff(["C1", "C2"], blank=("C1",)), "Type1C")
    objects[30] = tounicode("2 beginbfchar <21> <0023> <22> <0023> endbfchar")
    assert not prints(page(simple(rest=rest), "(!)", objects))
    assert found(simple(rest=rest), "(!)", objects) is None
    assert found(simple(rest=rest), '(")', objects) == "tounicode"


def test_an_opentype_program_of_a_simple_font() -> None:
    data = open_type(["C1"], characters={0x23: "C1"})
    font = simple(rest=f"{WIDTHS} /Encoding << /Differences [33 /C1] >> {descriptor(key='FontFile3')}")
    assert found(font, "(!)", embedded(data, "OpenType")) == "font-program"


def test_an_opentype_program_of_a_composite_font() -> None:
    data = open_type(["C1", "C2"], characters={0x23: "C1"}, blank=("C2",))
    font = type0(cid=f"/DW 600 {descriptor(key='FontFile3')}").replace("CIDFontType2", "CIDFontType0")
    assert found(font, "<0001>", embedded(data, "OpenType")) == "font-program"
    font = font.replace("/DescendantFonts", "/ToUnicode 30 0 R /DescendantFonts")
    objects = embedded(data, "OpenType") | {30: tounicode("1 beginbfchar <0002> <0023> endbfchar")}
    assert not prints(page(font, "<0002>", objects))
    assert found(font, "<0002>", objects) is None


# ---- Type3


def type3(
    procedure: str, name: str = "numbersign", matrix: str = "[0.001 0 0 0.001 0 0]", box: str = "[0 -150 600 750]"
) -> tuple[str, dict[int, Body]]:
    font = (
        f"<< /Type /Font /Subtype /Type3 /FontBBox {box} /FontMatrix {matrix} /FirstChar 35 /LastChar 35 "
        f"/Widths [600] /Encoding << /Differences [35 /{name}] >> /CharProcs << /{name} 32 0 R >> >>"
    )
    return font, {32: stream(procedure)}


@pytest.mark.parametrize("procedure", ["600 0 d0", "600 0 0 0 0 0 d1", "600 0 d0 q 1 0 0 1 0 0 cm Q", ""])
def test_a_procedure_that_draws_nothing(procedure: str) -> None:
    font, objects = type3(procedure)
    assert not prints(page(font, "(#)", objects))
    assert found(font, "(#)", objects) is None


@pytest.mark.parametrize(
    "matrix", ["[0.001 0 0 0.001 0 0]", "[0.001 0 0 -0.001 0 0.6]", "[.0005 0 0 .0005 0 0]", "[.001 0 .0002 .001 0 0]"]
)
def test_a_procedure_that_draws_a_box(matrix: str) -> None:
    font, objects = type3("600 0 d0 100 0 400 700 re f", matrix=matrix)
    assert found(font, "(#)", objects) == "encoding"


def test_a_code_without_a_procedure() -> None:
    font, objects = type3("600 0 d0 100 0 400 700 re f")
    assert found(font.replace("/CharProcs << /numbersign", "/CharProcs << /other"), "(#)", objects) is None


def test_names_that_spell_a_code() -> None:
    """Distiller made them up for fonts of which it knew no names."""
    font, objects = type3("600 0 d0 100 0 400 700 re f", "G23")
    for names, evidence in (("/G23 /G2A", "encoding"), ("/G23 /G25", None), ("/G23 /G2A /smile", None)):
        assert found(font.replace("[35 /G23]", f"[35 {names}]"), "(#)", objects) == evidence


@pytest.mark.parametrize(
    ("listed", "evidence"),
    [
        ("32 /C20 35 /C23 42 /C2a", "encoding"),
        ("35 /C23 42 /C2a", None),  # a space is in every text
        ("32 /C20 /C21 /C22 /C23 /C24 /C25 /C26 /C27 /C28 /C29 /C2a", None),  # glyphs that are numbered
        ("32 /C20 35 /C24 42 /C2a", None),  # not the code
        ("32 /C20 35 /C23 42 /D2a", None),
        ("32 /C20 35 /C23 41 /C29", None),  # decimal, perhaps
    ],
)
def test_names_that_spell_their_codes_behind_any_letter(listed: str, evidence: str | None) -> None:
    font, objects = type3("600 0 d0 100 0 400 700 re f", "C23")
    assert found(font.replace("35 /C23", listed), "(#)", objects) == evidence


# ---- fonts that viewers know by name


def test_chinese_fonts_of_windows_by_their_names_in_its_code_page() -> None:
    font = simple("TrueType", "#CB#CE#CC#E5", "/Encoding /WinAnsiEncoding /FontDescriptor << /Flags 32 >>")
    pdf = page(font, "<23D6D0>", {})
    (match,) = es.find_tags(pdf, "#中")
    assert match.evidence == "font-program"
    assert match.rect.width == pytest.approx((0.5 + 1) * 20)


def test_what_is_no_space_is_not_printed_as_one() -> None:
    objects: dict[int, Body] = {30: tounicode("2 beginbfchar <23> <0020> <24> <0024> endbfchar")}
    assert found(simple(rest="/Encoding /WinAnsiEncoding /ToUnicode 30 0 R"), "(#)", objects) == "encoding"
