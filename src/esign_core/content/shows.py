"""What one operator shows: kept as it is written, and read only as far as somebody asks (ISO 32000-2, 9.4.3).

Most of what a page shows has nothing to do with a tag. So a `Show` knows from the start on which baseline it stands;
its text is read when a line is looked at, its glyphs when that line may hold the tag.
"""

from __future__ import annotations

import re
from itertools import accumulate

from esign_core.content.operators import lengths_and_shifts, shown_bytes, shown_strings, strings_and_numbers
from esign_core.content.runs import Run, Setting
from esign_core.limits import Limits

_CODE_BYTES = 4  # of the longest code: ISO 32000-2, 9.7.6.2
_FORWARD, _BACK = 1000.0, 300.0  # shifts along the line, in thousandths, that begin a new run
_AHEAD = 200.0  # thousandths; of two glyphs that begin closer together one is printed over the other
_APART = 250.0  # the same for strings that are each put somewhere
_NEAR = rb"(?:-\d{1,3}|\d{1,2})(?:\.\d*+)?+(?![-+.\d])"  # a number between the two, as most are written
_STAYS = rb"(?:\((?:[^()\\]++|\\[\s\S])*+\)|<[^<>]*+>|[\x00\t\n\x0c\r ]++|" + _NEAR + rb")"
_STAYING, _NO_JUMP = re.compile(_STAYS + rb"++"), re.compile(_STAYS + rb"*+")


def between_jumps(operands: bytes) -> list[bytes]:
    """The operands of one operator cut wherever what they show may go so far back or forward that it is another run."""
    return [operands] if _NO_JUMP.fullmatch(operands) else _STAYING.findall(operands)


class Glyphs:
    """How many glyphs one page shows, counted against Limits.glyphs."""

    __slots__ = ("_limits", "count")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.count = 0

    def room_for(self, data: bytes) -> None:
        """A first bound, before the bytes are decoded."""
        if len(data) > (self._limits.glyphs - self.count) * _CODE_BYTES:
            self._limits.check("glyphs", self._limits.glyphs + 1)

    def add(self, count: int) -> None:
        self.count += count
        self._limits.check("glyphs", self.count)


class Show:
    """`operands`: as written. `x` and `y`: where its line begins, in user space; `after`: what was shown on that line
    before, from whose end it goes on. `layer_off`: nobody sees it, since its layer is off."""

    __slots__ = (
        "_behind",
        "_counted",
        "_runs",
        "_text",
        "after",
        "glyphs",
        "layer_off",
        "operands",
        "setting",
        "x",
        "y",
    )

    def __init__(
        self,
        setting: Setting,
        x: float,
        y: float,
        operands: bytes,
        after: Show | None,
        glyphs: Glyphs,
        layer_off: bool,
    ) -> None:
        self.setting, self.x, self.y, self.layer_off = setting, x, y, layer_off
        self.operands, self.after, self.glyphs = operands, after, glyphs
        self._text: str | None = None
        self._runs: list[Run] | None = None
        self._behind: tuple[float, float] | None = None
        self._counted = False

    @property
    def offset(self) -> float:
        """Of the baseline, as in `Run`."""
        (across, up), (rise_x, rise_y) = self.setting.direction, self.setting.raised
        return (self.y + rise_y) * across - (self.x + rise_x) * up

    @property
    def text(self) -> str:
        """All it shows, without regard to the gaps."""
        if self._text is None:
            font = self.setting.font
            data = self._bytes()
            if data is not None:
                self.glyphs.room_for(data)
                self._text = font.text(data)
            else:  # a code ends with its string
                strings = self.strings()
                self.glyphs.room_for(b"".join(strings))
                self._text = "".join(map(font.text, strings))
            self._count(len(self._text))
        return self._text

    def _bytes(self) -> bytes | None:
        """The strings joined; None where that might join codes, too."""
        size = self.setting.font.code_bytes
        return None if size is None else shown_bytes(self.operands, size)

    def strings(self) -> list[bytes]:
        """What it shows, decoded."""
        return shown_strings(self.operands)

    @property
    def may_jump(self) -> bool:
        """Does it perhaps go so far back or forward between its glyphs that it is more than one run?"""
        return self.setting.font.vertical or _NO_JUMP.fullmatch(self.operands) is None

    @property
    def runs(self) -> list[Run]:
        """The runs with glyphs, where viewers show them."""
        if self._runs is None:
            self._read()
        return self._runs or []

    @property
    def behind(self) -> tuple[float, float]:
        """Where it ends, in text space from the begin of its line."""
        chain: list[Show] = []
        show: Show | None = self
        while show is not None and show._behind is None:
            chain.append(show)
            show = show.after
        for each in reversed(chain):
            each._read()
        return self._behind or (0.0, 0.0)

    def _count(self, glyphs: int) -> None:
        if not self._counted:
            self._counted = True
            self.glyphs.add(glyphs)

    def _read(self) -> None:
        """Strings, and between them shifts against the writing direction in thousandths."""
        setting = self.setting
        if not self.may_jump and (data := self._bytes()) and (found := lengths_and_shifts(self.operands)):
            self._read_one(data, *found)
            return
        font = setting.font
        at = self.after.behind if self.after is not None else (0.0, 0.0)
        unit = -setting.size / 1000 * setting.scale
        least, most = (-_BACK, _FORWARD) if font.vertical else (-_FORWARD, _BACK)
        self._runs, total, count = [], 0, 0
        strings: list[bytes] = []
        shifts: dict[int, float] = {}
        for item in strings_and_numbers(self.operands):
            if isinstance(item, bytes):
                if not self._counted:
                    self.glyphs.room_for(item)
                length = len(item) // font.code_bytes if font.code_bytes else len(font.decode(item))
                if length:
                    strings.append(item[: length * font.code_bytes] if font.code_bytes else item)
                    count += length
                continue
            if count and not least < item < most and not self._is_ahead(strings[-1], item):
                at = self._put(at, strings, shifts)
                total, count, strings, shifts = total + count, 0, [], {}
            if count:
                shifts[count] = shifts.get(count, 0.0) + item * unit
            else:
                at = self._moved(at, item * unit)
        self._behind = self._put(at, strings, shifts)
        self._count(total + count)

    def _is_ahead(self, string: bytes, shift: float) -> bool:
        """Does what comes behind the shift begin further on than the last glyph of the string, though it overlaps it?

        So it does in fonts whose widths are all too large, where every glyph is followed by a shift back."""
        font = self.setting.font
        (glyph,) = font.decode(string[-font.code_bytes :] if font.code_bytes else string)[-1:]
        ahead = (shift - glyph.advance) if font.vertical else (glyph.advance - shift)
        return _AHEAD < ahead < abs(glyph.advance)

    def _read_one(self, data: bytes, lengths: list[int], between: list[float]) -> None:
        """As `_read`, what most operators show: one run, of a font whose codes have one length."""
        text = self.text  # which counts the glyphs
        self._runs = []
        at = self.after.behind if self.after is not None else (0.0, 0.0)
        unit, size = -self.setting.size / 1000 * self.setting.scale, self.setting.font.code_bytes or 1
        shifts: dict[int, float] = {}
        for count, shift in zip(accumulate(lengths), between, strict=True):
            if not shift:
                continue
            if count:
                index = count // size
                shifts[index] = shifts.get(index, 0.0) + shift * unit
            else:
                at = self._moved(at, shift * unit)
        self._behind = self._put(at, [data], shifts, text)

    def _put(
        self, at: tuple[float, float], strings: list[bytes], shifts: dict[int, float], text: str | None = None
    ) -> tuple[float, float]:
        """Add the run that begins at `at`; where the next one begins."""
        if not strings:
            return at
        a, b, c, d = self.setting.linear
        origin = (self.x + at[0] * a + at[1] * c, self.y + at[0] * b + at[1] * d)
        run = Run(self.setting, origin, strings, shifts, text)
        if run.is_shown and self._runs is not None:
            self._runs.append(run)
        return self._moved(at, run.advance)

    def _moved(self, at: tuple[float, float], advance: float) -> tuple[float, float]:
        x, y = at
        return (x, y + advance) if self.setting.font.vertical else (x + advance, y)


class SteppedShow(Show):
    """Strings in a row, each put at its own distance from the one before: `steps` are distances and strings.

    Its line begins where the first string does.
    """

    __slots__ = ("steps",)

    def __init__(
        self, setting: Setting, x: float, y: float, steps: list[tuple[float, bytes]], glyphs: Glyphs, layer_off: bool
    ) -> None:
        super().__init__(setting, x, y, b"".join([string for _, string in steps]), None, glyphs, layer_off)
        self.steps = steps

    def _bytes(self) -> bytes | None:
        size = self.setting.font.code_bytes
        whole = size is not None and not any(len(string) % size for _, string in self.steps)
        return self.operands if whole else None

    def strings(self) -> list[bytes]:
        return [string for _, string in self.steps]

    @property
    def may_jump(self) -> bool:
        return True

    def _read(self) -> None:
        setting = self.setting
        font, unit = setting.font, setting.size * setting.scale / 1000
        least, most = sorted((-_BACK * unit, _APART * unit))
        self._runs = []
        strings: list[bytes] = []
        shifts: dict[int, float] = {}
        begin = end = at = 0.0  # of the run, and of this string
        count = total = 0
        for number, (step, string) in enumerate(self.steps):
            at += step if number else 0.0
            length, glyphs, spaces = font.measure(string)
            total += glyphs
            if strings and (font.vertical or font.code_bytes is None or not least < at - end < most):
                self._put((begin, 0.0), strings, shifts)
                strings, shifts, count = [], {}, 0
            if not strings:
                begin = at
            elif at != end:
                shifts[count] = at - end
            strings.append(string)
            count += glyphs
            end = at + setting.length(length, glyphs, spaces)
        self._put((begin, 0.0), strings, shifts)
        self._behind = (0.0, end - at) if font.vertical else (end - at, 0.0)
        self._count(total)
