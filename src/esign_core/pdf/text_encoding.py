"""PDFDocEncoding, in which text strings and old passwords are written (ISO 32000-2, annex D.3)."""

from __future__ import annotations

PDFDOC = {
    **dict(zip(range(0x18, 0x20), "˘ˇˆ˙˝˛˚˜", strict=True)),
    **dict(zip(range(0x80, 0x9F), "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž", strict=True)),
    0xA0: "€",
}
"""What a code stands for where it is not the Latin-1 character."""


def encode(text: str) -> bytes | None:
    """`text` in PDFDocEncoding; None where it has characters that the encoding lacks."""
    codes = {ord(character): code for code, character in PDFDOC.items()}
    lost = PDFDOC.keys() - codes.keys()  # the Latin-1 characters that others have replaced
    found = [codes.get(ord(character), ord(character)) for character in text]
    if any(code > 0xFF for code in found) or any(ord(character) in lost for character in text):
        return None
    return bytes(found)
