"""A run: the glyphs that one operator shows one after the other, and where they are (ISO 32000-2, 9.4.4)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import accumulate
from typing import TypeAlias

from esign_core.content.glyphs import Font, Glyph

Linear: TypeAlias = tuple[float, float, float, float]
Corners: TypeAlias = tuple[float, float, float, float]

NOT_PAINTED = (3, 7)  # text rendering modes: ISO 32000-2, table 104
_WIDTHLESS = 500.0  # width, in thousandths, of the box of a glyph whose font gives it none
TIGHT = 0.15  # ems between glyphs; further apart they may belong to two words, as in lines that TeX has set tightly
_FEW = 8  # glyphs of a run that are measured one by one
SMALLEST, FURTHEST = 1e-4, 1e7  # user space units; no viewer shows type as small or places as far out


class Setting:
    """What runs have in common as long as neither the text state nor the linear part of their matrix changes.

    `linear` is that part: from text space to user space. `direction` is the one in which the text is read, in user
    space, `angle` the same in whole degrees. `unit` is one unit of text space along it, `em` an em along it,
    `font_size` an em across it. `stretch` is horizontal scaling (1 for 100), `scale` what of it lies along the text.
    """

    __slots__ = (
        "angle",
        "char_spacing",
        "direction",
        "em",
        "font",
        "font_size",
        "is_painted",
        "is_shown",
        "linear",
        "raised",
        "rise",
        "scale",
        "size",
        "spacing",
        "stretch",
        "unit",
        "word_spacing",
    )

    def __init__(
        self,
        font: Font,
        size: float,
        char_spacing: float,
        word_spacing: float,
        stretch: float,
        rise: float,
        mode: float,
        linear: Linear,
    ) -> None:
        self.font, self.size, self.linear, self.rise = font, size, linear, rise
        self.char_spacing, self.word_spacing, self.stretch = char_spacing, word_spacing, stretch
        a, b, c, d = linear
        em = size * font.em / 1000
        if font.vertical:  # read downwards: against the y axis of text space
            x, y, length, reads, self.scale = c, d, math.hypot(c, d), -1.0, 1.0
        else:
            x, y, length, reads, self.scale = a, b, math.hypot(a, b), 1.0, stretch
        along = em * self.scale * length
        if along < 0:
            reads = -reads
        self.em = abs(along)
        self.font_size = abs(em * (a * d - b * c)) / length if length else 0.0
        self.unit = reads * length
        self.direction = (x * reads / length, y * reads / length) if length else (1.0, 0.0)
        self.raised = (rise * c, rise * d)
        self.spacing = char_spacing * self.scale * self.unit / self.em if self.em else 0.0  # in ems
        self.is_painted = mode not in NOT_PAINTED
        # of a size in which viewers show anything?
        self.is_shown = SMALLEST < self.em < FURTHEST and SMALLEST < self.font_size < FURTHEST
        self.angle = round(math.degrees(math.atan2(self.direction[1], self.direction[0]))) % 360 if self.is_shown else 0

    def length(self, width: float, count: int, spaces: int) -> float:
        """Of so many glyphs that are so wide together, with the spacing behind each, in text space."""
        spacing = self.char_spacing * count + (self.word_spacing * spaces if self.word_spacing else 0.0)
        return (width * self.size / 1000 + spacing) * self.scale


class Run:
    """`origin`: where it begins in user space. `advance`: to where the next one begins, in text space.

    Along the direction of its setting, in user space units: `start` and `end`; `offset` is how far its baseline lies to
    the left of the line of that direction through the origin of user space. `text` is all that its `count` glyphs
    print. What is known of a single glyph is found out when somebody asks.
    """

    __slots__ = (
        "_asked",
        "_data",
        "_glyphs",
        "_positions",
        "advance",
        "count",
        "end",
        "offset",
        "origin",
        "setting",
        "shifts",
        "start",
        "text",
    )

    def __init__(
        self, setting: Setting, origin: tuple[float, float], strings: list[bytes], shifts: dict[int, float]
    ) -> None:
        self.setting, self.origin = setting, origin
        self.shifts = (
            shifts  # in text space, in front of the glyph of that index, or behind the last; none before the first
        )
        font = setting.font
        self._data = b"".join(strings)
        self._glyphs: list[Glyph] | None = None
        self._positions: list[float] | None = None
        self._asked = 0
        if font.code_bytes is None:  # a code ends with its string, however short it is
            self._glyphs = [glyph for string in strings for glyph in font.decode(string)]
            self.text = "".join([glyph.text for glyph in self._glyphs])
            width = sum([glyph.advance for glyph in self._glyphs])
            self.count, spaces = len(self._glyphs), sum([glyph.is_space for glyph in self._glyphs])
        else:
            self.text = font.text(self._data)
            width, self.count, spaces = font.measure(self._data)
        behind = setting.char_spacing * setting.scale
        length = self.setting.length(width, self.count, spaces) - behind
        last = 0.0
        if shifts:
            last = shifts.get(self.count, 0.0)
            length += sum(shifts.values()) - last
        self.advance = length + behind + last
        x, y = setting.direction
        e, f = origin[0] + setting.raised[0], origin[1] + setting.raised[1]
        self.offset = f * x - e * y
        self.start = e * x + f * y
        self.end = self.start + max(length * setting.unit, 0.0)

    @property
    def is_shown(self) -> bool:
        """Is it of a size and at a place where viewers show anything?"""
        return (
            self.setting.is_shown
            and -FURTHEST < self.offset < FURTHEST
            and -FURTHEST < self.start <= self.end < FURTHEST
        )

    def glyphs(self, first: int = 0, last: int | None = None) -> list[Glyph]:
        """Those from `first` to `last`."""
        last = self.count - 1 if last is None else last
        if self._glyphs is not None:
            return self._glyphs[first : last + 1]
        size = self.setting.font.code_bytes or 1
        return self.setting.font.decode(self._data[first * size : (last + 1) * size])

    def _position(self, index: int) -> float:
        """Where the glyph begins, in text space from the origin."""
        if self._positions is not None:
            return self._positions[index]
        self._asked += 1
        if self._asked > _FEW:  # each answer takes time in proportion to the index: then all of them at once
            glyphs, shifted = self.glyphs(), 0.0
            widths = accumulate([glyph.advance for glyph in glyphs], initial=0.0)
            blanks = accumulate([int(glyph.is_space) for glyph in glyphs], initial=0)
            self._positions = []
            for at, (prefix, blank) in enumerate(zip(widths, blanks, strict=True)):
                shifted += self.shifts.get(at, 0.0)
                self._positions.append(self.setting.length(prefix, at, blank) + shifted)
            return self._positions[index]
        font = self.setting.font
        if self._glyphs is None:
            position = self.setting.length(*font.measure(self._data[: index * (font.code_bytes or 1)]))
        else:
            front = self._glyphs[:index]
            width, spaces = sum([glyph.advance for glyph in front]), sum([glyph.is_space for glyph in front])
            position = self.setting.length(width, index, spaces)
        if self.shifts:
            position += sum([shift for at, shift in self.shifts.items() if at <= index])
        return position

    def span(self, index: int) -> tuple[float, float]:
        """Where the glyph begins and ends along the direction in which the run is read, in user space units."""
        setting = self.setting
        start = self.start + self._position(index) * setting.unit
        return start, start + self.glyphs(index, index)[0].advance * setting.size * setting.scale / 1000 * setting.unit

    def box(self, first: int, last: int) -> Corners:
        """x0, y0, x1, y1 in user space around the glyphs from `first` to `last`: their widths, and the font's ascent
        and descent."""
        setting = self.setting
        font, size, stretch = setting.font, setting.size / 1000, setting.size / 1000 * setting.stretch
        position = self._position(first)
        xs: list[float] = []
        ys: list[float] = []
        for index, glyph in enumerate(self.glyphs(first, last), first):
            if index > first:
                position += self.shifts.get(index, 0.0)
            x, y = glyph.origin
            x, y = (x * stretch, y * size + position) if font.vertical else (x * stretch + position, y * size)
            xs += (x, x + (glyph.width if abs(glyph.width) >= 1 else _WIDTHLESS) * stretch)
            ys += (y + font.descent * size, y + font.ascent * size)
            position += self.setting.length(glyph.advance, 1, glyph.is_space)
        x0, x1, y0, y1 = min(xs), max(xs), min(ys) + setting.rise, max(ys) + setting.rise
        (a, b, c, d), (e, f) = setting.linear, self.origin
        if b == 0 and c == 0 and a > 0 and d > 0:  # upright: the commonest case
            return a * x0 + e, d * y0 + f, a * x1 + e, d * y1 + f
        xs = [a * x0 + c * y0, a * x0 + c * y1, a * x1 + c * y0, a * x1 + c * y1]
        ys = [b * x0 + d * y0, b * x0 + d * y1, b * x1 + d * y0, b * x1 + d * y1]
        return min(xs) + e, min(ys) + f, max(xs) + e, max(ys) + f

    def is_tight(self, first: int, last: int) -> bool:
        """Is it plain that no gap parts any of the glyphs from `first` to `last`, nor white space?"""
        setting, shifts = self.setting, self.shifts
        room = (TIGHT - setting.spacing) * setting.em
        if room <= 0:
            return False
        return not shifts or all(
            shifts[index] * setting.unit < room for index in range(first + 1, last + 1) if index in shifts
        )


def around(boxes: Iterable[Corners]) -> Corners:
    """The smallest box around all of them."""
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
