"""A font dictionary as a `Font`: which kind it is, and what stands in where it is missing or damaged."""

from __future__ import annotations

import re

from esign_core.content.glyphs import Font, dictionary, stream_data
from esign_core.content.simple_font import SimpleFont
from esign_core.content.tounicode import IdentityToUnicode, ToUnicode
from esign_core.errors import PdfError
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Name, Value

# What PDFium, poppler and MuPDF print text in where its font is missing from the resources.
_SUBSTITUTE: Dictionary = {
    "Subtype": Name("Type1"),
    "BaseFont": Name("Helvetica"),
    "Encoding": Name("WinAnsiEncoding"),
}
# Chinese fonts of Windows by their names in its code page: written as TrueType fonts, their codes are those of GBK.
_GBK_FONTS = ("\xcb\xce\xcc\xe5", "\xba\xda\xcc\xe5", "\xbf\xac\xcc\xe5", "\xb7\xc2\xcb\xce", "\xd0\xc2\xcb\xce")
_GBK_HALF_WIDTH: list[Value] = [814, 939, 500]  # CIDs from one to another, and their width
_SUBSET_TAG = re.compile(r"\A(?:[^+]{6}\+)++")  # ISO 32000-2, 9.9.2; some producers put one before another
_DAMAGED: Dictionary = {"Subtype": Name("Type3")}  # a font with no names for its glyphs: none of its codes is known


def read_font(file: PdfFile, value: Value, resource: str, *, guess: bool = False) -> Font:
    """The font of a resource. Never a PdfError: a font that cannot be read has codes that print nothing known.

    `guess`: codes of which nothing is known are taken for what they look like; their glyphs' evidence is "guess".
    """
    try:
        font = file.resolve(value)
        if not isinstance(font, dict) or not font.keys() & {"Subtype", "BaseFont", "Encoding"}:
            font = _SUBSTITUTE
        return _read(file, font, resource, guess)
    except PdfError:
        return _read(file, _DAMAGED, resource, guess)


def _read(file: PdfFile, font: Dictionary, resource: str, guess: bool) -> Font:
    base_font = file.get(font, "BaseFont")
    name = _SUBSET_TAG.sub("", base_font) if isinstance(base_font, Name) else resource
    tounicode = _tounicode(file, font)
    if name.startswith(_GBK_FONTS) and file.get(font, "Subtype") == "TrueType":
        font = _as_gbk(file, font)
    if file.get(font, "Subtype") == "Type0":
        from esign_core.content.composite_font import CompositeFont  # with all about CMaps: many documents have none

        return CompositeFont(file, font, name, tounicode, guess=guess)
    return SimpleFont(file, font, name, tounicode, guess=guess)


def _as_gbk(file: PdfFile, font: Dictionary) -> Dictionary:
    """As PDFium and MuPDF read it where it is not embedded: a Type0 font with widths of its own."""
    descriptor = dictionary(file, font.get("FontDescriptor"))
    if descriptor.get("FontFile2") is not None:
        return font
    system: Dictionary = {"Registry": b"Adobe", "Ordering": b"GB1"}
    descendant: Dictionary = {"CIDSystemInfo": system, "W": _GBK_HALF_WIDTH, "FontDescriptor": descriptor}
    return {"Subtype": Name("Type0"), "Encoding": Name("GBK-EUC-H"), "DescendantFonts": [descendant]}


def _tounicode(file: PdfFile, font: Dictionary) -> ToUnicode:
    value = file.get(font, "ToUnicode")
    if isinstance(value, Name) and value.startswith("Identity") and file.get(font, "Subtype") == "Type0":
        return IdentityToUnicode()
    return ToUnicode(lambda: stream_data(file, value))
