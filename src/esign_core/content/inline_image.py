"""Where an inline image ends (ISO 32000-2, 8.9.7): its data may hold anything, also what looks like instructions."""

from __future__ import annotations

import re

from esign_core.errors import LimitExceeded, PdfError
from esign_core.pdf.lexer import parse_value
from esign_core.pdf.values import Dictionary, Value

_DATA = re.compile(rb"[\x00\t\n\x0c\r ]ID[\x00\t\n\x0c\r ]")
_END = re.compile(rb"[\x00\t\n\x0c\r ]EI(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])")
_END_HERE = re.compile(rb"[\x00\t\n\x0c\r ]*+EI(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])")
_TEXT = re.compile(rb"[\t\n\x0c\r -~]*+")
_LOOKED_AT = 24  # bytes behind a possible EI that have to be text: image data rarely is for that long
_COMPONENTS = {"G": 1, "DeviceGray": 1, "RGB": 3, "DeviceRGB": 3, "CMYK": 4, "DeviceCMYK": 4, "I": 1, "Indexed": 1}
_DEPTH = 8  # nesting of the image's dictionary


def behind_image(content: bytes, at: int) -> int:
    """The offset behind the EI of the image whose BI ends at `at`. PdfError (CONTENT_IMAGE) where it has no end."""
    start = _DATA.search(content, at)
    if start is None:
        raise PdfError("an inline image in the contents has no data", code="CONTENT_IMAGE")
    length = _length(content[at : start.start()])
    if length is not None and 0 <= length <= len(content) and (end := _END_HERE.match(content, start.end() + length)):
        return end.end()
    for end in _END.finditer(content, start.end() - 1):
        if _TEXT.fullmatch(content, end.end(), min(end.end() + _LOOKED_AT, len(content))):
            return end.end()
    raise PdfError("an inline image in the contents has no end", code="CONTENT_IMAGE")


def _length(entries: bytes) -> int | None:
    """Bytes of data, from /Length or the size of an image that is not filtered; None where neither tells."""
    try:
        image, _ = parse_value(b"<<%s>>" % entries, 0, depth=_DEPTH)
    except (PdfError, LimitExceeded):
        return None
    if not isinstance(image, dict):
        return None
    given = _either(image, "L", "Length")
    if isinstance(given, int):
        return given
    width, height = _either(image, "W", "Width"), _either(image, "H", "Height")
    if not isinstance(width, int) or not isinstance(height, int) or _either(image, "F", "Filter") is not None:
        return None
    bits = _bits(image)
    return None if bits is None else (width * bits + 7) // 8 * height


def _bits(image: Dictionary) -> int | None:
    """Bits of one pixel; None for a colour space that only the resources know."""
    if _either(image, "IM", "ImageMask") is True:
        return 1
    space = _either(image, "CS", "ColorSpace")
    components = _COMPONENTS.get(str(space[0] if isinstance(space, list) and space else space))
    depth = _either(image, "BPC", "BitsPerComponent")
    return components * depth if components and isinstance(depth, int) else None


def _either(image: Dictionary, short: str, long: str) -> Value:
    return image.get(short, image.get(long))
