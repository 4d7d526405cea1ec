"""The fast ways through a font say what the precise way says, code by code, on every kind of font."""

from __future__ import annotations

import unicodedata
import zlib
from functools import cache

import pytest
from fontTools import agl, cffLib
from fontTools.encodings import StandardEncoding
from fontTools.ttLib.standardGlyphOrder import standardGlyphOrder
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfminer.cmapdb import CMapDB
from reportlab.pdfbase import _fontdata_enc_macexpert, pdfmetrics

from corpus.writer import Body, stream
from esign_core.content.encodings import (
    encoding_table,
    expand_ligatures,
    glyph_text,
    ligatures_with,
    mac_glyph_texts,
)
from esign_core.content.fonts import read_font
from esign_core.content.glyphs import UNKNOWN, Font, stream_start
from esign_core.content.metrics import standard_metrics
from esign_core.content.predefined_cmaps import _NAMES, PredefinedCMap, _leaves, cid_text, cids_of, named_cmap
from esign_core.content.standard_names import STANDARD_STRINGS, expert_charset, expert_names
from esign_core.errors import LimitExceeded
from esign_core.limits import Limits
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref
from tests.content_pages import one_page
from tests.test_find_fonts import CMAP, SIGN, descriptor, program, simple, tounicode, type0

_OBJECTS: dict[int, Body] = {
    30: tounicode(
        f"5 beginbfchar <{SIGN:04X}> <0023> <41> <00660069> <42> <FB01> <23> <0023> <8001> <0074> endbfchar",
        "1 beginbfrange <0061> <007A> <0041> endbfrange",
    ),
    31: program(),
    33: stream(CMAP, "/Type /CMap"),
    34: tounicode("5 beginbfchar <23> <0020> <24> <F024> <25> <0000> <26> <0041> <27> <FFFD> endbfchar"),
}
_FONTS: dict[str, str] = {
    "standard": simple(rest="/Encoding /WinAnsiEncoding"),
    "dingbats": simple(base="ZapfDingbats"),
    "differences": simple(rest="/FirstChar 65 /Widths [500 600] /Encoding << /Differences [65 /f_i /fi /a35] >>"),
    "tounicode": simple(rest="/ToUnicode 30 0 R"),
    "truetype": simple("TrueType", "Vera", f"/FirstChar 32 /Widths [300 400 500 838] {descriptor()}"),
    "odd tounicode": simple("TrueType", "Vera", f"/Encoding /WinAnsiEncoding /ToUnicode 34 0 R {descriptor()}"),
    "odd names": simple("TrueType", "Vera", f"/Encoding << /Differences [35 /odd /C /a35 /.notdef] >> {descriptor()}"),
    "type3": "<< /Subtype /Type3 /FontMatrix [0.01 0 0 -0.01 0 0] /FirstChar 65 /Widths [50 60] /Encoding "
    "<< /Differences [65 /numbersign /G24] >> >>",
    "nothing": "<< >>",
    "identity": type0(rest="/ToUnicode 30 0 R", cid=f"/W [{SIGN} [838]] {descriptor()}"),
    "identity, no ToUnicode": type0(cid=f"/DW 500 {descriptor()}"),
    "vertical": type0("/Identity-V", ordering="Japan1"),
    "UCS2": type0("/UniJIS-UCS2-H", ordering="Japan1"),
    "UTF16": type0("/UniGB-UTF16-H", ordering="GB1"),
    "shift-JIS": type0("/90ms-RKSJ-H", ordering="Japan1"),
    "EUC": type0("/GBK-EUC-V", ordering="GB1"),
    "embedded": type0("33 0 R", "/ToUnicode 30 0 R", "/DW 500 /W [7 [838] 100 116 250]"),
}


@cache
def font_of(name: str, *, guess: bool = False) -> Font:
    return read(_FONTS[name], guess=guess)


def read(font: str, objects: dict[int, Body] = _OBJECTS, *, guess: bool = False) -> Font:
    file = PdfFile(one_page("", fonts={"F1": font}, objects=objects))
    _, catalog = file.catalog
    pages = file.get(catalog, "Pages")
    assert isinstance(pages, dict)
    kids = file.get(pages, "Kids")
    assert isinstance(kids, list)
    value = file.resolve(kids[0])
    for key in ("Resources", "Font", "F1"):
        assert isinstance(value, dict)
        value = file.get(value, key)
    return read_font(file, value, "F1", guess=guess)


_CODES = st.sampled_from([b" ", b"#", b"A", b"\0", b"\0#", b"\x80\x01", SIGN.to_bytes(2, "big"), b"\xd8\x3d\xde\x00"])


@settings(deadline=None)  # large tables are read by whoever is first
@given(name=st.sampled_from(sorted(_FONTS)), data=st.binary(max_size=40) | st.lists(_CODES).map(b"".join))
def test_fast_is_precise(name: str, data: bytes) -> None:
    font = font_of(name)
    glyphs = font.decode(data)
    assert font.text(data) == "".join(glyph.text for glyph in glyphs)
    advance, count, spaces = font.measure(data)
    assert advance == pytest.approx(sum(glyph.advance for glyph in glyphs))
    assert (count, spaces) == (len(glyphs), sum(glyph.is_space for glyph in glyphs))
    if font.code_bytes:
        assert count == len(data) // font.code_bytes


_LETTERS = [chr(number) for number in range(0x21, 0x7F)] + list("éßﬁ中ア￼")


@pytest.mark.parametrize("name", sorted(_FONTS))
def test_codes_of_is_the_inverse_of_decode(name: str) -> None:
    font, fresh = font_of(name), read(_FONTS[name])
    before = {letter: fresh.codes_of(letter) for letter in _LETTERS}
    if font.code_bytes == 1:
        codes = [bytes((code,)) for code in range(256)]
    else:
        codes = [bytes((high, low)) for high in range(256) for low in range(256)]
        codes += [bytes((code,)) for code in range(256)] if font.code_bytes is None else []
    texts = {code: glyph.text for code in codes for glyph in font.decode(code) if glyph.code == code}
    assert before == {letter: font.codes_of(letter) for letter in _LETTERS}
    for letter in _LETTERS:
        written = {letter} | ligatures_with(letter)
        found = frozenset().union(*(font.codes_of(each) or frozenset() for each in written))
        expected = {code for code, text in texts.items() if letter in text}
        if expand_ligatures(letter) == letter:
            assert {code for code in found if code in texts} == expected


@pytest.mark.parametrize("name", sorted(_FONTS))
def test_guesses_only_fill_gaps(name: str) -> None:
    font, guessing = font_of(name), font_of(name, guess=True)
    for code in range(256):
        known, guessed = font.decode(bytes((0, code))), guessing.decode(bytes((0, code)))
        for glyph, guess in zip(known, guessed, strict=True):
            if glyph.text in (UNKNOWN, " "):
                assert guess.evidence == "guess" or guess.text == glyph.text
            else:
                assert guess == glyph
    assert font.known == guessing.known
    data = bytes(range(256))
    assert guessing.text(data) == "".join(glyph.text for glyph in guessing.decode(data))


@pytest.mark.parametrize(
    ("font", "code", "text"),
    [
        ("<< /Subtype /Type3 /Encoding << /Differences [35 /a35] >> >>", b"#", "#"),
        ("<< /Subtype /Type3 /Encoding << /Differences [1 /G23 /C036 /g0x] >> >>", b"\1\2", "#$"),
        ("<< /Subtype /Type3 /Encoding << /Differences [36 /smile] >> >>", b"$", "$"),
        (type0(cid=descriptor(None)), b"\0#", "#"),
        (type0(cid=descriptor(None)), b"\xd8\0", UNKNOWN),
        (simple("TrueType", "Wingdings-Regular", "/FontDescriptor << /Flags 4 >>"), b"#\1", "#" + UNKNOWN),
    ],
)
def test_what_is_guessed(font: str, code: bytes, text: str) -> None:
    assert set(read(font).text(code)) == {UNKNOWN}
    guessing = read(font, guess=True)
    assert guessing.text(code) == text
    assert {glyph.evidence for glyph in guessing.decode(code) if glyph.text != UNKNOWN} <= {"guess"}
    if text[0] != UNKNOWN:
        assert code[: guessing.code_bytes] in (guessing.codes_of(text[0]) or ())
    assert read(font).codes_of("#") == frozenset()


# ---- what hostile fonts may cost


def test_codes_that_are_too_many_are_not_listed() -> None:
    ranges = "<0000> <0010> 0 " * 70_000  # each of them says anew which code selects a CID that prints the sign
    cmap = f"begincodespacerange <0000> <FFFF> endcodespacerange begincidrange {ranges} endcidrange"
    font = read(type0("33 0 R", ordering="Japan1"), {33: stream(cmap, "/Type /CMap")})
    assert font.codes_of("#") is None
    assert font.text(b"\0\4") == "#"


def test_the_start_of_a_stream_is_bounded_and_counted() -> None:
    packed = zlib.compress(bytes(1_000_000))
    pdf = one_page("", objects={30: stream(packed, "/Filter /FlateDecode")})
    with PdfFile(pdf, Limits(stream_bytes=5000, decoded_bytes=12_000)) as file:
        assert len(stream_start(file, Ref(30, 0), 1000)) == 1000
        assert len(stream_start(file, Ref(30, 0), 1 << 30)) == 5000
        assert file.decoded_bytes == 6000
        with pytest.raises(LimitExceeded):
            [stream_start(file, Ref(30, 0), 5000) for _ in range(2)]


def test_the_start_of_what_is_no_plain_deflate_stream() -> None:
    objects: dict[int, Body] = {30: stream(b"abc"), 31: stream(b"no deflate data", "/Filter /FlateDecode"), 32: "7"}
    with PdfFile(one_page("", objects=objects)) as file:
        assert [stream_start(file, Ref(number, 0), 2) for number in (30, 31, 32)] == [b"abc", b"", b""]


# ---- the tables, against those of other packages


def test_glyph_names_are_those_of_the_adobe_glyph_list() -> None:
    assert {name: glyph_text(name) for name in agl.AGL2UV} == {name: agl.toUnicode(name) for name in agl.AGL2UV}


@pytest.mark.parametrize(
    "name",
    ["f_i", "uni00230024", "u1F600", "A.alt", "one.superior", "f_f_i.liga", "uniD800", "u110000", "uni002", "u23"],
)
def test_names_made_by_rules(name: str) -> None:
    assert glyph_text(name) == agl.toUnicode(name)


@pytest.mark.parametrize(
    "name",
    ["a35", "g35", "c35", "G24", "cid35", "cid00035", "gid35", "glyph35", "C0023", "a_1", "x_x1", ".notdef", "", "."],
)
def test_made_up_names_say_nothing(name: str) -> None:
    assert glyph_text(name) == ""


@pytest.mark.parametrize(
    ("name", "codec", "other"),
    [
        ("WinAnsiEncoding", "cp1252", "\x7f\x81\x8d\x8f\x90\x9d\xa0\xad"),
        ("MacRomanEncoding", "mac_roman", "\x7f\xca\xdb"),
    ],
)
def test_encodings_are_code_pages_but_for_what_the_standard_says(name: str, codec: str, other: str) -> None:
    table = encoding_table(name)
    assert len(table) == 256
    assert all(table[code] == bytes((code,)).decode(codec) for code in range(32, 256) if chr(code) not in other)


def test_the_standard_encoding() -> None:
    expected = {code: agl.toUnicode(name) for code, name in enumerate(StandardEncoding.StandardEncoding)}
    assert {code: text for code, text in enumerate(encoding_table("StandardEncoding")) if text != "\0"} == {
        code: text for code, text in expected.items() if text
    }


def test_the_expert_encodings() -> None:
    expected = {code: name for code, name in enumerate(_fontdata_enc_macexpert.MacExpertEncoding) if name}
    assert dict(expert_names(mac=True)) == expected
    assert sorted(expert_names(mac=False).values()) == sorted(set(cffLib.cffIExpertStrings) - {".notdef"})
    assert [STANDARD_STRINGS[at] for at in expert_charset(subset=False)] == cffLib.cffIExpertStrings
    assert [STANDARD_STRINGS[at] for at in expert_charset(subset=True)] == cffLib.cffExpertSubsetStrings
    assert list(STANDARD_STRINGS) == cffLib.cffStandardStrings


def test_the_glyphs_of_the_macintosh() -> None:
    expected = [agl.toUnicode(name) for name in standardGlyphOrder]
    expected[standardGlyphOrder.index("nonbreakingspace")] = " "
    assert [unicodedata.normalize("NFC", text).strip("\0") for text in mac_glyph_texts()] == [
        unicodedata.normalize("NFC", text) for text in expected
    ]


@pytest.mark.parametrize(
    "name", ["Helvetica", "Helvetica-BoldOblique", "Times-Italic", "Times-BoldItalic", "Courier", "Symbol"]
)
def test_widths_of_standard_fonts(name: str) -> None:
    metrics = standard_metrics(name)
    listed = pdfmetrics.getFont(name).widths
    encoding = pdfmetrics.getFont(name).encoding.vector
    for code, glyph in enumerate(encoding):
        text = encoding_table("Symbol")[code] if name == "Symbol" else agl.toUnicode(glyph or "")
        if text.strip("\0\xa0\xad") and glyph not in ("bullet", "Euro"):
            assert metrics.width(text) == listed[code], (glyph, text)
    assert standard_metrics("Helvetica").width("€") == 556


# ---- predefined CMaps


_CMAPS = [f"{name}-{way}" for names in _NAMES.values() for name in names.split() for way in "HV"]


@pytest.mark.parametrize("name", _CMAPS)
def test_ascii_in_predefined_cmaps(name: str) -> None:
    """What is known beforehand is what the tables say, but for bars and tildes that older ones draw otherwise."""
    cmap = named_cmap(name)
    assert isinstance(cmap, PredefinedCMap)
    if cmap.unicode:
        assert list(cmap.codes_of("#")) == [b"\0#"]
        assert cmap.text(b"\0#") == "#"
        return
    full = CMapDB.get_unicode_map(cmap.collection).cid2unichr
    codes: dict[str, set[bytes]] = {}
    for code, cid in _leaves(cmap._tree, b""):
        codes.setdefault(full.get(cid) or "", set()).add(code)
    for letter in map(chr, range(0x21, 0x7F)):
        found = set(cmap.codes_of(letter))
        assert found == codes.get(letter, set()) | (found & {letter.encode()} if letter in "|~" else set()), letter
        assert {cmap.text(code) for code in found} <= {letter}


@pytest.mark.parametrize("collection", list(_NAMES))
def test_ascii_in_character_collections(collection: str) -> None:
    full = CMapDB.get_unicode_map(collection).cid2unichr
    for letter in map(chr, range(0x21, 0x7F)):
        assert sorted(cids_of(collection, letter)) == sorted(cid for cid, text in full.items() if text == letter)
    assert all(cid_text(collection, cid) == (text or "") for cid, text in full.items())


def test_cmaps_that_only_say_where_they_differ() -> None:
    for name in ("ETenms-B5-H", "ETenms-B5-V"):
        assert named_cmap(name).text(b"\xa4\xa4") == "中"  # type: ignore[union-attr]
    assert named_cmap("UniJIS-UCS2-HW-H").cid("中".encode("utf-16-be")) > 0  # type: ignore[union-attr]
