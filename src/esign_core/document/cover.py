"""An opaque rectangle, or the look of a signature, over a part of a page: content streams around the page's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from esign_core.geometry import Rect
from esign_core.pdf.update import real

BEFORE = b"q"
_OPERATORS = {1: b"g", 3: b"rg", 4: b"k"}  # by the number of components
_PAINTED = rb"q [0-9. ]{1,60} (?:g|rg|k) [-0-9. ]{1,100} re f Q"
_SHOWN = rb"/Artifact BMC q [-0-9. ]{1,120} cm /Esign[0-9]{1,10}_{0,9} Do Q EMC"
_AFTER = re.compile(rb"Q(?: Q){0,99}(?:\n(?:%s|%s)){1,99}" % (_PAINTED, _SHOWN))


def painted(colour: Sequence[float], rect: Rect) -> bytes:
    """The instructions that fill the rectangle with a colour of DeviceGray, DeviceRGB or DeviceCMYK."""
    numbers = b" ".join(real(min(max(amount, 0.0), 1.0)) for amount in colour)  # as viewers take them (8.6.4)
    box = b" ".join(map(real, (rect.x0, rect.y0, rect.width, rect.height)))
    return b"q %s %s %s re f Q" % (numbers, _OPERATORS[len(colour)], box)


def shown(name: bytes, matrix: Sequence[float]) -> bytes:
    """The instructions that show a form XObject under a matrix, as no content of the document (14.8.2.2)."""
    return b"/Artifact BMC q %s cm /%s Do Q EMC" % (b" ".join(map(real, matrix)), name)


def closed(open_states: int, drawn: Sequence[bytes]) -> bytes:
    """What stands behind contents that leave so many graphics states saved, and draws under none of them."""
    return b"\n".join((b" ".join([b"Q"] * (open_states + 1)), *drawn))


def is_cover(first: bytes, last: bytes) -> bool:
    """Are these the streams around contents over which something has been drawn so?"""
    return first == BEFORE and _AFTER.fullmatch(last) is not None
