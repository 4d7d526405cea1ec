"""A run: the glyphs that one operator shows one after the other, and where they are (ISO 32000-2, 9.4.4)."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import TypeAlias

from esign_core.content.glyphs import Font, Glyph
from esign_core.content.match import Evidence, weakest

Linear: TypeAlias = tuple[float, float, float, float]
Corners: TypeAlias = tuple[float, float, float, float]

NOT_PAINTED = (3, 7)  # text rendering modes: ISO 32000-2, table 104
_WIDTHLESS = 500.0  # width, in thousandths, of the box of a glyph whose font gives it none
TIGHT = 0.15  # ems between glyphs; further apart they may belong to two words, as in lines that TeX has set tightly
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
        "_data",
        "_glyphs",
        "_shifted",
        "_widths",
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
        self,
        setting: Setting,
        origin: tuple[float, float],
        strings: list[bytes],
        shifts: dict[int, float],
        text: str | None = None,
    ) -> None:
        """`text`: what the strings print, if that was asked for already.
        `shifts`: in text space, in front of the glyph of that index, or behind the last; none before the first."""
        self.setting, self.origin, self.shifts = setting, origin, shifts
        font = setting.font
        self._data = b"".join(strings)
        self._glyphs: list[Glyph] | None = None
        self._widths: list[float] | None = None  # of all glyphs in front of the one of that index
        self._shifted: tuple[list[int], list[float]] | None = None
        if font.code_bytes is None:  # a code ends with its string, however short it is
            self._glyphs = [glyph for string in strings for glyph in font.decode(string)]
            self.text = "".join([glyph.text for glyph in self._glyphs])
            width = sum([glyph.advance for glyph in self._glyphs])
            self.count, spaces = len(self._glyphs), sum([glyph.is_space for glyph in self._glyphs])
        else:
            self.text = font.text(self._data) if text is None else text
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
        if self._widths is None:
            self._widths = list(accumulate([glyph.advance for glyph in self.glyphs()], initial=0.0))
        position = self.setting.length(self._widths[index], index, self._spaces(index))
        if not self.shifts:
            return position
        if self._shifted is None:
            self._shifted = list(self.shifts), list(accumulate(self.shifts.values()))
        before = bisect_right(self._shifted[0], index)
        return position + self._shifted[1][before - 1] if before else position

    def _spaces(self, index: int) -> int:
        """How many of the glyphs in front of that one are spaces, where it matters."""
        if not self.setting.word_spacing:
            return 0
        if self.setting.font.code_bytes == 1:
            return self._data.count(b" ", 0, index)
        return sum([glyph.is_space for glyph in self.glyphs(0, index - 1)]) if index else 0

    def span(self, index: int) -> tuple[float, float]:
        """Where the glyph begins and ends along the direction in which the run is read, in user space units."""
        setting = self.setting
        start = self.start + self._position(index) * setting.unit
        return start, start + self.glyphs(index, index)[0].advance * setting.size * setting.scale / 1000 * setting.unit

    def box(self, first: int, last: int) -> Corners:
        """x0, y0, x1, y1 in user space around the glyphs from `first` to `last`: their widths, and the font's ascent
        and descent."""
        setting = self.setting
        x0, x1, y0, y1 = self._extent_down(first, last) if setting.font.vertical else self._extent(first, last)
        (a, b, c, d), (e, f) = setting.linear, self.origin
        if b == 0 and c == 0 and a > 0 and d > 0:  # upright: the commonest case
            return a * x0 + e, d * y0 + f, a * x1 + e, d * y1 + f
        xs = [a * x0 + c * y0, a * x0 + c * y1, a * x1 + c * y0, a * x1 + c * y1]
        ys = [b * x0 + d * y0, b * x0 + d * y1, b * x1 + d * y0, b * x1 + d * y1]
        return min(xs) + e, min(ys) + f, max(xs) + e, max(ys) + f

    def _extent(self, first: int, last: int) -> Corners:
        """The least and the greatest x, and y, in text space from the origin."""
        setting, shifts = self.setting, self.shifts
        size, stretch = setting.size / 1000, setting.size / 1000 * setting.stretch
        position = self._position(first)
        xs: list[float] = []
        for index, glyph in enumerate(self.glyphs(first, last), first):
            if shifts and index > first:
                position += shifts.get(index, 0.0)
            width = glyph.width
            xs += (position, position + (width if width >= 1 or width <= -1 else _WIDTHLESS) * stretch)
            position += setting.length(glyph.advance, 1, glyph.is_space)
        low, high = setting.font.descent * size, setting.font.ascent * size
        if low > high:
            low, high = high, low
        return min(xs), max(xs), low + setting.rise, high + setting.rise

    def _extent_down(self, first: int, last: int) -> Corners:
        """As `_extent`, in vertical writing."""
        setting = self.setting
        font, size, stretch = setting.font, setting.size / 1000, setting.size / 1000 * setting.stretch
        position = self._position(first)
        xs: list[float] = []
        ys: list[float] = []
        for index, glyph in enumerate(self.glyphs(first, last), first):
            if index > first:
                position += self.shifts.get(index, 0.0)
            x, y = glyph.origin[0] * stretch, glyph.origin[1] * size + position
            xs += (x, x + (glyph.width if abs(glyph.width) >= 1 else _WIDTHLESS) * stretch)
            ys += (y + font.descent * size, y + font.ascent * size)
            position += setting.length(glyph.advance, 1, glyph.is_space)
        return min(xs), max(xs), min(ys) + setting.rise, max(ys) + setting.rise

    def evidence(self, first: int, last: int) -> Evidence:
        """The weakest of what tells which characters the glyphs from `first` to `last` print."""
        return weakest({glyph.evidence for glyph in self.glyphs(first, last) if not glyph.text.isspace()})

    def is_tight(self, first: int, last: int) -> bool:
        """Is it plain that no gap parts any of the glyphs from `first` to `last`, nor white space?"""
        setting, shifts = self.setting, self.shifts
        room = (TIGHT - setting.spacing) * setting.em
        if room <= 0:
            return False
        if shifts:
            for index in range(first + 1, last + 1):
                if index in shifts and not shifts[index] * setting.unit < room:
                    return False
        return True


def around(boxes: Iterable[Corners]) -> Corners:
    """The smallest box around all of them."""
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
