"""QR codes (ISO/IEC 18004) as vector drawings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from esign_core.appearance.drawing import Appearance
from esign_core.appearance.outline import outlines
from esign_core.errors import AppearanceError, public

Correction: TypeAlias = Literal["L", "M", "Q", "H"]

QUIET_ZONE = 4
"""Light modules on every side (ISO/IEC 18004, 6.3.8)."""

# Bytes that version 40, the largest, holds (ISO/IEC 18004, table 7): digits alone, the 45 characters of the
# alphanumeric mode, anything else.
_CAPACITY: dict[str, tuple[int, int, int]] = {
    "L": (7089, 4296, 2953),
    "M": (5596, 3391, 2331),
    "Q": (3993, 2420, 1663),
    "H": (3057, 1852, 1273),
}

_ALPHANUMERIC = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")

# The standard asks for the best of eight masks; a decoder takes any. Trying all of them is most of the work (6 ms of 7
# for a link), and this one has the lowest mean penalty over links and texts.
_MASK = 2


@public
def qr(content: str, *, correction: Correction = "H") -> Appearance:
    """A QR code: black on opaque white, quiet zone of four modules included, square.

    `content` is written as UTF-8, in the smallest version (1 to 40) that holds it. `correction`: share of the area that
    may be lost, about 7 (L), 15 (M), 25 (Q) or 30 % (H).

    AppearanceError: code QR_EMPTY without content, QR_TOO_LONG (how many bytes are allowed and how many were given),
    QR_CORRECTION for another letter, QR_CONTENT for text that has no UTF-8 form or is a run of NUL characters.
    """
    if correction not in _CAPACITY:
        raise AppearanceError(f"correction is L, M, Q or H, not {correction!r}", code="QR_CORRECTION")
    if not content:
        raise AppearanceError("a QR code needs content: give a link or a text", code="QR_EMPTY")
    try:
        data = content.encode("utf-8")
    except UnicodeEncodeError as error:
        raise AppearanceError(
            f"the content holds half of a character at position {error.start}; give valid Unicode", code="QR_CONTENT"
        ) from error
    _check_length(data, correction)
    modules = _matrix(data, correction)
    side = len(modules) + 2 * QUIET_ZONE
    return Appearance(width=side, height=side, content=_operators(modules, side))


def _check_length(data: bytes, correction: Correction) -> None:
    digits, alphanumeric, anything = _CAPACITY[correction]
    allowed = digits if data.isdigit() else alphanumeric if _ALPHANUMERIC.issuperset(data) else anything
    if len(data) > allowed:
        roomier = "" if correction == "L" else ", or choose a lower correction"
        raise AppearanceError(
            f"the content is {len(data)} bytes long and a QR code with correction {correction} holds {allowed}: "
            f"shorten it{roomier}",
            code="QR_TOO_LONG",
        )


def _matrix(data: bytes, correction: Correction) -> Sequence[Sequence[bool]]:
    """The modules, row by row from the top, without quiet zone; True is dark."""
    from qrcode import constants, exceptions
    from qrcode.main import QRCode
    from qrcode.util import MODE_8BIT_BYTE, QRData

    # Digits and capitals pack denser than bytes, but a block of nothing but "0" trips the library's Reed-Solomon code
    # (a ValueError): as bytes the same text has no empty block.
    for segment in (QRData(data), QRData(data, mode=MODE_8BIT_BYTE, check_data=False)):
        code = QRCode(error_correction=getattr(constants, f"ERROR_CORRECT_{correction}"), mask_pattern=_MASK)
        code.add_data(segment)
        try:
            code.make()
        except (ValueError, exceptions.DataOverflowError):
            continue
        return [[bool(module) for module in row] for row in code.modules]
    raise AppearanceError("a long run of zeros or NUL characters cannot be encoded: shorten it", code="QR_CONTENT")


def _operators(modules: Sequence[Sequence[bool]], side: int) -> bytes:
    """A white square, then the dark area as one filled path; one unit is one module, y turned up."""
    top = side - QUIET_ZONE
    path = []
    for (x, y), *corners in outlines(modules):
        path.append(f"{x + QUIET_ZONE} {top - y} m")
        path += [f"{x + QUIET_ZONE} {top - y} l" for x, y in corners]
    return f"1 g 0 0 {side} {side} re f 0 g\n{' '.join(path)} f".encode("ascii")
