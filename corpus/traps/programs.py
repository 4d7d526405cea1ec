"""Font programs of a few glyphs drawn here, with exactly the tables that a case needs (fontTools writes them).

The glyphs: `numbersign` of four bars, `t` and `d` that look like themselves from afar, `X` a diagonal cross, `box` a
black square, `space` empty. 1000 units to the em, every glyph 600 wide.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.misc.eexec import encrypt
from fontTools.misc.psCharStrings import T1CharString
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from fontTools.ttLib.tables._c_m_a_p import cmap_format_0, cmap_format_4

from corpus.writer import stream

WIDTH = 600
Bar = tuple[int, int, int, int]  # x0, y0, x1, y1

_BARS: dict[str, Sequence[Bar]] = {
    ".notdef": [],
    "space": [],
    "numbersign": [(150, 0, 220, 700), (380, 0, 450, 700), (50, 220, 550, 290), (50, 430, 550, 500)],
    "t": [(250, 0, 330, 650), (100, 450, 500, 520)],
    "d": [(420, 0, 500, 700), (120, 0, 420, 80), (120, 400, 420, 480), (120, 80, 200, 400)],
    "X": [(50 + 50 * i, 70 * i, 120 + 50 * i, 70 * i + 70) for i in range(9)]
    + [(480 - 50 * i, 70 * i, 550 - 50 * i, 70 * i + 70) for i in range(9)],
    "box": [(50, 0, 550, 700)],
}
ORDER = tuple(_BARS)  # glyph numbers: 2 is the number sign, 3 t, 4 d, 5 X, 6 the black box


def _draw(pen: Any, bars: Sequence[Bar]) -> None:
    for x0, y0, x1, y1 in bars:
        pen.moveTo((x0, y0))
        pen.lineTo((x0, y1))
        pen.lineTo((x1, y1))
        pen.lineTo((x1, y0))
        pen.closePath()


def truetype(
    unicodes: Mapping[int, str] | None = None,
    *,
    symbols: Mapping[int, str] | None = None,
    mac: Mapping[int, str] | None = None,
    names: bool = True,
) -> bytes:
    """A TrueType font. Its cmap has the subtables given, each by code: (3, 1), (3, 0), (1, 0); none without."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(ORDER))
    glyphs = {}
    for name, bars in _BARS.items():
        pen = TTGlyphPen(None)
        _draw(pen, bars)
        glyphs[name] = pen.glyph()
    builder.setupCharacterMap({})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(ORDER, (WIDTH, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Bars", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost(keepGlyphNames=names)
    table = builder.font["cmap"] = newTable("cmap")
    table.tableVersion = 0
    table.tables = [
        _subtable(cmap_format_0 if platform == 1 else cmap_format_4, platform, encoding, codes)
        for platform, encoding, codes in ((3, 1, unicodes), (3, 0, symbols), (1, 0, mac))
        if codes is not None
    ]
    if not table.tables:
        del builder.font["cmap"]
    return _saved(builder)


def _subtable(kind: Any, platform: int, encoding: int, codes: Mapping[int, str]) -> Any:
    subtable = kind(0 if platform == 1 else 4)
    subtable.platformID, subtable.platEncID, subtable.language = platform, encoding, 0
    subtable.cmap = dict.fromkeys(range(256), ".notdef") | dict(codes) if platform == 1 else dict(codes)
    return subtable


def _saved(builder: FontBuilder) -> bytes:
    builder.font["head"].created = builder.font["head"].modified = 3_800_000_000  # seconds since 1904, always the same
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.font.save(out)
    return out.getvalue()


def opentype(unicodes: Mapping[int, str], names: Mapping[str, str] | None = None) -> bytes:
    """A font with CFF outlines and a (3, 1) cmap. `names`: what glyphs are called in it instead."""
    return _saved(_cff_builder(unicodes, names or {}))


def cff(names: Mapping[str, str] | None = None, encoding: Mapping[int, str] | None = None) -> bytes:
    """A bare CFF font, as /FontFile3 of a Type1 font holds it. `encoding`: the built-in one; Standard without."""
    builder = _cff_builder({}, names or {})
    top = builder.font["CFF "].cff[0]
    if encoding is not None:
        top.Encoding = [encoding.get(code, ".notdef") for code in range(256)]
    out = io.BytesIO()
    builder.font["CFF "].cff.compile(out, builder.font)
    data: bytes = out.getvalue()
    return data


def _cff_builder(unicodes: Mapping[int, str], names: Mapping[str, str]) -> FontBuilder:
    called = {name: names.get(name, name) for name in ORDER}
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(list(called.values()))
    builder.setupCharacterMap({code: called[name] for code, name in unicodes.items()})
    strings = {}
    for name, bars in _BARS.items():
        pen = T2CharStringPen(WIDTH, None)
        _draw(pen, bars)
        strings[called[name]] = pen.getCharString()
    builder.setupCFF("Bars", {"FullName": "Bars"}, strings, {})
    builder.setupHorizontalMetrics(dict.fromkeys(called.values(), (WIDTH, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Bars", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    return builder


@cache
def type1(*encoded: tuple[int, str]) -> tuple[bytes, int, int]:
    """A Type 1 font program with this built-in encoding, and its /Length1 and /Length2."""
    codes = "".join(f"dup {code} /{name} put\n" for code, name in encoded)
    clear = (
        "%!PS-AdobeFont-1.0: Bars\n11 dict begin\n"
        "/FontInfo 1 dict dup begin /FullName (Bars) readonly def end readonly def\n"
        "/FontName /Bars def\n/PaintType 0 def\n/FontType 1 def\n/FontMatrix [0.001 0 0 0.001 0 0] readonly def\n"
        f"/Encoding 256 array\n0 1 255 {{1 index exch /.notdef put}} for\n{codes}readonly def\n"
        "/FontBBox {0 -200 600 800} readonly def\ncurrentdict end\ncurrentfile eexec\n"
    ).encode()
    strings = b"".join(_charstring(name, bars) for name, bars in _BARS.items())
    private = (
        b"dup /Private 8 dict dup begin\n/RD {string currentfile exch readstring pop} executeonly def\n"
        b"/ND {noaccess def} executeonly def\n/NP {noaccess put} executeonly def\n/BlueValues [] def\n"
        b"/MinFeature {16 16} def\n/password 5839 def\n/lenIV 4 def\n"
        b"2 index /CharStrings %d dict dup begin\n%send\nend\nreadonly put\nnoaccess put\ndup /FontName get exch "
        b"definefont pop\nmark currentfile closefile\n" % (len(_BARS), strings)
    )
    hidden, _ = encrypt(b"\0\0\0\0" + private, 55665)
    return clear + hidden + (b"0" * 64 + b"\n") * 8 + b"cleartomark\n", len(clear), len(hidden)


def _charstring(name: str, bars: Sequence[Bar]) -> bytes:
    program: list[int | str] = [0, WIDTH, "hsbw"]
    x = y = 0
    for x0, y0, x1, y1 in bars:
        program += [x0 - x, y0 - y, "rmoveto", y1 - y0, "vlineto", x1 - x0, "hlineto", y0 - y1, "vlineto", "closepath"]
        x, y = x1, y0
    string = T1CharString(program=[*program, "endchar"])
    string.compile()
    data, _ = encrypt(b"\0\0\0\0" + string.bytecode, 4330)
    shown: bytes = f"/{name} {len(data)} RD ".encode() + data + b" ND\n"
    return shown


def descriptor(flags: int, file: str = "", base: str = "Bars", ascent: str = "800", descent: str = "-200") -> str:
    """A font descriptor. `file`: its entry for the program."""
    return (
        f"<< /Type /FontDescriptor /FontName /{base} /Flags {flags} /FontBBox [0 -200 600 800] /ItalicAngle 0 "
        f"/Ascent {ascent} /Descent {descent} /CapHeight 700 /StemV 70 {file} >>"
    )


def program(data: bytes, subtype: str = "") -> bytes:
    """The stream of a font program."""
    return stream(data, f"/Length1 {len(data)}" + (f" /Subtype /{subtype}" if subtype else ""))


def widths(first: int, last: int) -> str:
    """/FirstChar, /LastChar and /Widths of a font in which every glyph is as wide as here."""
    return f"/FirstChar {first} /LastChar {last} /Widths [{' '.join([str(WIDTH)] * (last - first + 1))}]"
