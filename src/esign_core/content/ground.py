"""On what a tag is printed: the one colour under it, or what else is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from esign_core.content.ink import Colour, Ink, PageInk
from esign_core.content.paths import Corners, shared
from esign_core.content.runs import Run

_WHITE: Colour = (1.0,)
_TOUCH = 0.5  # user space units by which the boxes of neighbouring glyphs may reach into the box
_EDGE = 0.01  # the same for all else, after arithmetic
_NAMES = {
    "fill": "a fill that does not cover it in full, or whose colour is not known",
    "stroke": "a line",
    "image": "an image",
    "shading": "a shading",
}


class Ground(NamedTuple):
    """`colour` that fills a box; or `obstacle`, what else is in it, in words."""

    colour: Colour = _WHITE
    obstacle: str | None = None


def ground_under(ink: PageInk, box: Corners, tag: Corners, text: str) -> Ground:
    """The ground of `box`, in which nothing else may be printed than the tag, which is at `tag` and reads `text`."""
    colour = _WHITE
    if ink.damage:
        return Ground(obstacle=f"contents that cannot be read in full ({', '.join(ink.damage)})")
    letters = "".join(text.split())
    for number, item in enumerate(ink.inks):
        if not _meet(item.box, box, _TOUCH if item.kind == "text" else _EDGE):
            continue
        if item.kind == "text":
            for obstacle in _other_text(item, box, tag, letters):
                return Ground(obstacle=obstacle)
            if number >= ink.annotations_from and _meet(item.box, tag):
                return Ground(obstacle="text of an annotation or form field, which is drawn over the contents")
        elif item.fills_box and item.colour is not None and _holds(item.box, box):
            colour = item.colour
        else:
            return Ground(obstacle=_NAMES[item.kind])
    return Ground(colour)


def _other_text(item: Ink, box: Corners, tag: Corners, letters: str) -> Iterator[str]:
    """Glyphs in the box that are not the tag's."""
    runs: Sequence[Run] = item.show.runs if item.show else ()
    for run in runs:
        for index in range(run.count):
            glyph = run.box(index, index)
            if not _meet(glyph, box):
                continue
            printed = run.glyphs(index, index)[0].text.strip()
            middle = ((glyph[0] + glyph[2]) / 2, (glyph[1] + glyph[3]) / 2)
            inside = tag[0] <= middle[0] <= tag[2] and tag[1] <= middle[1] <= tag[3]
            if printed and not (inside and printed in letters):
                yield f"other text ({printed!r})"


def _meet(one: Corners, other: Corners, touch: float = _TOUCH) -> bool:
    both = shared(one, other)
    if both is None:
        return False
    thin = min(one[2] - one[0], one[3] - one[1]) <= 2 * touch
    return thin or (both[2] - both[0] > touch and both[3] - both[1] > touch)


def _holds(outer: Corners, inner: Corners) -> bool:
    return (
        outer[0] <= inner[0] + _EDGE
        and outer[1] <= inner[1] + _EDGE
        and outer[2] >= inner[2] - _EDGE
        and outer[3] >= inner[3] - _EDGE
    )
