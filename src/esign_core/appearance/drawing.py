"""A compiled drawing and how it is fitted into the box of a form XObject."""

from __future__ import annotations

import math
from dataclasses import dataclass

from esign_core.errors import AppearanceError


@dataclass(frozen=True, slots=True)
class Appearance:
    """A drawing, compiled once, usable at any size and in any number of documents and threads.

    `content`: content stream operators (ISO 32000-2, 7.8.2) that draw in a space of `width` x `height`, origin lower
    left, y up. The size has no unit: only its aspect counts. `resources`: what stands inside `/Resources << >>` of the
    form XObject; empty where the operators need none. AppearanceError (code EMPTY_DRAWING) for a size that is not
    positive.
    """

    width: float
    height: float
    content: bytes
    resources: bytes = b""

    def __post_init__(self) -> None:
        if not all(math.isfinite(side) and side > 0 for side in (self.width, self.height)):
            raise AppearanceError(
                f"a drawing of {self.width} x {self.height} has no area: give a positive width and height",
                code="EMPTY_DRAWING",
            )

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height

    def content_for(self, width: float, height: float) -> bytes:
        """The content of a form XObject with /BBox [0 0 width height]: scaled uniformly to fit, and centred.

        `width` and `height`: the box as a reader sees it, in 1/72 inch. What /Rotate and /UserUnit ask for belongs into
        the form's /Matrix (ISO 32000-2, 12.5.5). AppearanceError (code EMPTY_DRAWING) for a box without area.
        """
        if not all(math.isfinite(side) and side > 0 for side in (width, height)):
            raise AppearanceError(
                f"nothing can be drawn in a box of {width} x {height}: give a positive width and height",
                code="EMPTY_DRAWING",
            )
        scale = min(width / self.width, height / self.height)
        left = (width - scale * self.width) / 2
        bottom = (height - scale * self.height) / 2
        matrix = f"{_real(scale)} 0 0 {_real(scale)} {_real(left)} {_real(bottom)} cm"
        return b"q " + matrix.encode("ascii") + b"\n" + self.content + b"\nQ\n"


def _real(value: float) -> str:
    """A number as PDF writes it: no exponent (ISO 32000-2, 7.3.3)."""
    rounded = round(value, 9) + 0.0  # a rounded -0.0 becomes 0.0
    return f"{rounded:.9f}".rstrip("0").rstrip(".")
