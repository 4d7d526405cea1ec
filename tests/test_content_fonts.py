"""The fast ways through a font say what the precise way says, code by code, on every kind of font."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.writer import Body, stream
from esign_core.content.fonts import read_font
from esign_core.content.glyphs import Font
from esign_core.pdf.objects import PdfFile
from tests.content_pages import one_page
from tests.test_find_fonts import CMAP, SIGN, descriptor, program, simple, tounicode, type0

_OBJECTS: dict[int, Body] = {
    30: tounicode(
        f"5 beginbfchar <{SIGN:04X}> <0023> <41> <00660069> <42> <FB01> <23> <0023> <8001> <0074> endbfchar",
        "1 beginbfrange <0061> <007A> <0041> endbfrange",
    ),
    31: program(),
    33: stream(CMAP, "/Type /CMap"),
}
_FONTS: dict[str, str] = {
    "standard": simple(rest="/Encoding /WinAnsiEncoding"),
    "dingbats": simple(base="ZapfDingbats"),
    "differences": simple(rest="/FirstChar 65 /Widths [500 600] /Encoding << /Differences [65 /f_i /fi /a35] >>"),
    "tounicode": simple(rest="/ToUnicode 30 0 R"),
    "truetype": simple("TrueType", "Vera", f"/FirstChar 32 /Widths [300 400 500 838] {descriptor()}"),
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
def font_of(name: str) -> Font:
    file = PdfFile(one_page("", fonts={"F1": _FONTS[name]}, objects=_OBJECTS))
    _, catalog = file.catalog
    pages = file.get(catalog, "Pages")
    assert isinstance(pages, dict)
    kids = file.get(pages, "Kids")
    assert isinstance(kids, list)
    value = file.resolve(kids[0])
    for key in ("Resources", "Font", "F1"):
        assert isinstance(value, dict)
        value = file.get(value, key)
    return read_font(file, value, "F1")


_CODES = st.sampled_from([b" ", b"#", b"A", b"\0", b"\0#", b"\x80\x01", SIGN.to_bytes(2, "big"), b"\xd8\x3d\xde\x00"])


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
