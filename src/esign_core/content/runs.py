"""A run: the glyphs that one operator shows one after the other, and where they are (ISO 32000-2, 9.4.4)."""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot
from typing import NamedTuple, TypeAlias

from esign_core.content.glyphs import Font, Glyph

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
Linear: TypeAlias = tuple[float, float, float, float]
Corners: TypeAlias = tuple[float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_NOT_PAINTED = (3, 7)  # text rendering modes: ISO 32000-2, table 104
_WIDTHLESS = 500.0  # width, in thousandths, of the box of a glyph whose font gives it none
_SMALLEST, _FURTHEST = 1e-4, 1e7  # user space units; no viewer shows type as small or places as far out


class TextState(NamedTuple):
    """ISO 32000-2, 9.3. `scale` is horizontal, 1 for 100."""

    font: Font | None = None
    size: float = 0.0
    char_spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: float = 0.0


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that does what `first` does and then what `second` does."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


class Setting:
    """What runs have in common as long as neither the text state nor the linear part of their matrix changes.

    `linear` is that part: from text space to user space. `direction` is the one in which the text is read, in user
    space. `unit` is one unit of text space along it, `em` an em along it, `font_size` an em across it.
    """

    __slots__ = ("char_spacing", "direction", "em", "font", "font_size", "linear", "rise", "state", "unit")

    def __init__(self, font: Font, state: TextState, linear: Linear) -> None:
        self.font, self.state, self.linear = font, state, linear
        a, b, c, d = linear
        size = state.size * font.em / 1000
        if font.vertical:  # read downwards: against the y axis of text space
            x, y, length, reads = c, d, hypot(c, d), -1.0
            em, spacing = size * length, state.char_spacing
        else:
            x, y, length, reads = a, b, hypot(a, b), 1.0
            em, spacing = size * state.scale * length, state.char_spacing * state.scale
        if em < 0:
            reads = -reads
        self.em = abs(em)
        self.font_size = abs(size * (a * d - b * c)) / length if length else 0.0
        self.unit = reads * length
        self.direction = (x * reads / length, y * reads / length) if length else (1.0, 0.0)
        self.rise = (state.rise * c, state.rise * d)
        self.char_spacing = spacing * self.unit / self.em if self.em else 0.0  # in ems

    @property
    def is_shown(self) -> bool:
        """Is it of a size in which viewers show anything?"""
        return _SMALLEST < self.em < _FURTHEST and _SMALLEST < self.font_size < _FURTHEST

    @property
    def is_painted(self) -> bool:
        return self.state.mode not in _NOT_PAINTED


class Run:
    """`origin`: where it begins in user space. `advance`: to where the next one begins, in text space.

    Along the direction of its setting, in user space units: `start` and `end`; `offset` is how far its baseline lies to
    the left of the line of that direction through the origin of user space.
    """

    __slots__ = ("advance", "end", "glyphs", "offset", "origin", "setting", "shifts", "start", "text")

    def __init__(
        self, setting: Setting, origin: tuple[float, float], glyphs: list[Glyph], shifts: dict[int, float]
    ) -> None:
        self.setting, self.origin, self.glyphs = setting, origin, glyphs
        self.shifts = shifts  # in text space, in front of the glyph of that index
        self.text = "".join([glyph.text for glyph in glyphs])
        length, behind = self._measure()
        self.advance = length + behind
        x, y = setting.direction
        e, f = origin[0] + setting.rise[0], origin[1] + setting.rise[1]
        self.offset = f * x - e * y
        self.start = e * x + f * y
        self.end = self.start + max(length * setting.unit, 0.0)

    @property
    def is_shown(self) -> bool:
        """Is it of a size and at a place where viewers show anything?"""
        return (
            self.setting.is_shown
            and -_FURTHEST < self.offset < _FURTHEST
            and -_FURTHEST < self.start <= self.end < _FURTHEST
        )

    def _measure(self) -> tuple[float, float]:
        """From the begin to the end of the last glyph, and from there to where the next run begins, in text space."""
        state, count = self.setting.state, len(self.glyphs)
        length = sum([glyph.advance for glyph in self.glyphs]) * state.size / 1000 + state.char_spacing * (count - 1)
        if state.word_spacing:
            length += state.word_spacing * sum([glyph.is_space for glyph in self.glyphs])
        scale = 1.0 if self.setting.font.vertical else state.scale
        behind = state.char_spacing * scale
        if not self.shifts:
            return length * scale, behind
        last = self.shifts.get(count, 0.0)
        return length * scale + sum(self.shifts.values()) - last, behind + last

    def spans(self) -> list[tuple[float, float]]:
        """Where each glyph begins and ends along the direction in which the run is read, in user space units."""
        state, unit = self.setting.state, self.setting.unit
        scale = 1.0 if self.setting.font.vertical else state.scale
        size, between = state.size * scale / 1000, state.char_spacing * scale
        position = 0.0
        spans: list[tuple[float, float]] = []
        for index, glyph in enumerate(self.glyphs):
            position += self.shifts.get(index, 0.0)
            length = glyph.advance * size
            start = self.start + position * unit
            spans.append((start, start + length * unit))
            position += length + between + (state.word_spacing * scale if glyph.is_space else 0.0)
        return spans

    def box(self, index: int, start: float) -> Corners:
        """x0, y0, x1, y1 in user space around the glyph that begins at `start` (as `spans` says): its width, and the
        font's ascent and descent."""
        glyph, setting = self.glyphs[index], self.setting
        font, state = setting.font, setting.state
        position = (start - self.start) / setting.unit
        size = state.size / 1000
        x, y = glyph.origin[0] * size * state.scale, glyph.origin[1] * size + state.rise
        if font.vertical:
            y += position
        else:
            x += position
        width = (glyph.width if abs(glyph.width) >= 1 else _WIDTHLESS) * size * state.scale
        (a, b, c, d), (e, f) = setting.linear, self.origin
        corners = [
            (a * x1 + c * y1 + e, b * x1 + d * y1 + f)
            for x1 in (x, x + width)
            for y1 in (y + font.ascent * size, y + font.descent * size)
        ]
        return around((x, y, x, y) for x, y in corners)


def around(boxes: Iterable[Corners]) -> Corners:
    """The smallest box around all of them."""
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
