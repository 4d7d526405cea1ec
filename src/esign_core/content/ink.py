"""What a page paints, as values: boxes and colours of text, paths, images and shadings, in painting order.

Boxes are around what is painted, cut to the box of the clip; a curve counts with the points that steer it, and what is
painted over later is there as well. They are in default user space (`Corners`).
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from esign_core.content.paths import Corners
from esign_core.content.shows import Show

Kind: TypeAlias = Literal["text", "fill", "stroke", "image", "shading"]
Colour: TypeAlias = tuple[float, ...]
"""Components of DeviceGray, DeviceRGB or DeviceCMYK."""

_WHITE = frozenset({(1.0,), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 0.0)})
_LIGHT = 0.8


class Ink(NamedTuple):
    """One thing that is painted.

    `colour`: None for patterns, colours of spaces that are not looked into, and whatever is not opaque. `fills_box`: a
    fill that paints all of its box. `show`: of text.
    """

    kind: Kind
    box: Corners
    colour: Colour | None = None
    fills_box: bool = False
    show: Show | None = None

    @property
    def is_white(self) -> bool:
        return self.colour in _WHITE

    @property
    def is_light(self) -> bool:
        """Of a colour that paper may have."""
        if self.colour is None:
            return False
        shades = self.colour if len(self.colour) < 4 else [1 - amount for amount in self.colour]
        return min(shades) >= _LIGHT


class PageInk(NamedTuple):
    """All that a page paints; `damage`: codes of what could not be followed, so that there may be more.

    `annotations_from`: the number of the first ink that is not of the contents. `open_states`: how many graphics states
    the contents leave saved; None where they restore more than they save, or leave marked content
    open, which a saved state does not close.
    """

    inks: list[Ink]
    damage: list[str]
    annotations_from: int = 0
    open_states: int | None = 0
