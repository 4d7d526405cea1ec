"""A tag taken out of the contents that print it: in place of its glyphs the line moves on as far as they did.

What comes out is followed again, and has to print everything else where it was.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from esign_core.content.operators import strings_and_numbers
from esign_core.content.page_reader import Drawn, PageReader
from esign_core.content.reading_order import SAME_PLACE
from esign_core.content.resources import Resources
from esign_core.content.runs import Corners, Setting
from esign_core.content.shows import Show, SteppedShow
from esign_core.content.trace import State, Stream, Trace
from esign_core.document.layers import Layers
from esign_core.document.pages import PageNode
from esign_core.errors import PdfError, PlacementError
from esign_core.geometry import IDENTITY, Matrix, Rect
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.update import real

_STRAYED = 0.05  # user space units by which what is printed may have moved: far below what is seen
_WHITE = b"\x00\t\n\x0c\r "
_Chosen = dict[Show, set[int]]  # numbers of glyphs, counted over all that the operator shows


def without_tag(file: LenientFile, node: PageNode, tag: Rect, text: str) -> dict[int, bytes]:
    """The page's content streams that print the tag, by number, without it. `tag`: its box in user space units.

    PlacementError (ERASE) where it cannot be taken out alone. LimitExceeded.
    """
    reader, damage = PageReader(file), dict[str, None]()
    parts, resources = reader.parts(node, damage), reader.resources(node)
    drawn = reader.appearances(node, damage)
    before = _followed(file, reader.layers, parts, resources, drawn)
    if damage or before.damage:
        raise _refused("the page's contents are damaged, so that they cannot be written anew")
    chosen = _chosen(before, tag, text)
    changed = _rewritten(parts, before, chosen)
    after = _followed(file, reader.layers, [changed.get(at, part) for at, part in enumerate(parts)], resources, drawn)
    if after.damage or not _same(list(_printed(before, chosen)), list(_printed(after, {}))):
        raise _refused("other text would move with it")
    return changed


class _LocatingTrace(Trace):
    """A trace that knows where in the page's contents each show is written."""

    def __init__(self, file: LenientFile, layers: Layers) -> None:
        super().__init__(file, layers, 0)
        self.marked = True
        self.spans: dict[Show, tuple[int, int]] = {}

    def follow(self, content: bytes, resources: Resources) -> None:
        _LocatingStream(self, resources, resources, IDENTITY, State()).follow(content)


class _LocatingStream(Stream):
    """The page's own contents; forms that they draw are followed as ever."""

    painting = True  # nothing is passed over: an instruction begins where the one before ends

    def __init__(self, trace: Trace, page: Resources, resources: Resources, ctm: Matrix, state: State) -> None:
        super().__init__(trace, page, resources, ctm, state)
        self.where = [0, 0]

    def _keep(self, show: Show) -> None:
        assert isinstance(self.trace, _LocatingTrace) and self.where is not None  # noqa: S101 - for the type checker
        super()._keep(show)
        begin, end = self.where
        self.trace.spans[show] = begin, end


def _followed(
    file: LenientFile, layers: Layers, parts: Sequence[bytes], resources: Resources, drawn: Iterable[Drawn]
) -> _LocatingTrace:
    trace = _LocatingTrace(file, layers)
    try:
        trace.follow(b"\n".join(parts), resources)
        for form, matrix, layer_off in drawn:
            trace.draw(form, matrix, resources, layer_off)
    except PdfError as error:
        trace.damage[error.code] = None
    return trace


def _chosen(trace: Trace, tag: Rect, text: str) -> _Chosen:
    """The glyphs that print the tag: once or, where bold is made of strokes as near as finding takes for one, several
    times over."""
    wanted = Counter(_letters(text))
    chosen: _Chosen = {}
    found: Counter[str] = Counter()
    for show, number, printed, (x0, y0, x1, y1) in _glyphs(trace, tag):
        letters = _letters(printed)
        if letters and wanted.keys() >= set(letters):
            reach = SAME_PLACE * show.setting.font_size
            if min(x0 - tag.x0, y0 - tag.y0, tag.x1 - x1, tag.y1 - y1) >= -reach:
                chosen.setdefault(show, set()).add(number)
                found.update(letters)
    times = found.total() // max(wanted.total(), 1)
    if not times or found != Counter({letter: count * times for letter, count in wanted.items()}):
        raise _refused(f"what prints {text!r} there prints other text, too, or other text than it is read as")
    if any(show in chosen for replaced in trace.replaced for show in replaced.shows):
        raise _refused("its text stands beside it a second time, as /ActualText")
    return chosen


def _letters(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _glyphs(trace: Trace, near: Rect | None = None) -> Iterator[tuple[Show, int, str, Corners]]:
    """All that is printed, each with its number in what its operator shows; of runs that come near a box, if given."""
    for show in trace.shows:
        first = 0
        for run in show.runs:
            x0, y0, x1, y1 = run.box(0, run.count - 1)
            if near is None or (x0 <= near.x1 and x1 >= near.x0 and y0 <= near.y1 and y1 >= near.y0):
                for index, glyph in enumerate(run.glyphs()):
                    yield show, first + index, glyph.text, run.box(index, index)
            first += run.count


def _printed(trace: Trace, without: _Chosen) -> Iterator[tuple[str, Corners]]:
    for show, number, text, box in _glyphs(trace):
        if number not in without.get(show, ()):
            yield text, box


def _same(before: Sequence[tuple[str, Corners]], after: Sequence[tuple[str, Corners]]) -> bool:
    return len(before) == len(after) and all(
        text == now and max(abs(a - b) for a, b in zip(box, place, strict=True)) < _STRAYED
        for (text, box), (now, place) in zip(before, after, strict=True)
    )


# ---- the contents written anew


def _rewritten(parts: Sequence[bytes], trace: _LocatingTrace, chosen: _Chosen) -> dict[int, bytes]:
    content = b"\n".join(parts)
    edits: dict[int, list[tuple[int, int, bytes]]] = {}
    for show, numbers in chosen.items():
        if show not in trace.spans:
            raise _refused("a form XObject or an annotation prints it, and that may be shown elsewhere, too")
        begin, end = trace.spans[show]
        begin += end - begin - len(content[begin:end].lstrip(_WHITE))
        number, start = _part_at(parts, begin)
        if end > start + len(parts[number]):
            raise _refused("the instruction that prints it stands in two content streams")
        written = _instruction(show, numbers, content[begin:end].rstrip(_WHITE))
        edits.setdefault(number, []).append((begin - start, end - start, written))
    changed: dict[int, bytes] = {}
    for number, found in edits.items():
        pieces, at = [], 0
        for begin, end, written in sorted(found):
            pieces += [parts[number][at:begin], b" ", written, b"\n"]
            at = end
        changed[number] = b"".join([*pieces, parts[number][at:]])
    return changed


def _part_at(parts: Sequence[bytes], offset: int) -> tuple[int, int]:
    """Which part holds the offset, and where that begins."""
    start = 0
    for number, part in enumerate(parts):
        if offset < start + len(part):
            return number, start
        start += len(part) + 1
    raise AssertionError("an instruction stands behind the contents")


def _instruction(show: Show, without: set[int], written: bytes) -> bytes:
    """The same instruction without glyphs (ISO 32000-2, 9.4.3)."""
    setting, first = show.setting, 0
    if isinstance(show, SteppedShow):
        steps = []
        for by, string in show.steps:
            array, first = _array([string], setting, without, first)
            steps.append(b"%s 0 Td %s" % (real(by), array))
        return b" ".join(steps)
    array, _ = _array(strings_and_numbers(show.operands), setting, without, 0)
    if written.endswith(b'"'):
        return b"%s Tw %s Tc T* %s" % (real(setting.word_spacing), real(setting.char_spacing), array)
    return b"T* " + array if written.endswith(b"'") else array


def _array(items: Iterable[bytes | float], setting: Setting, without: set[int], first: int) -> tuple[bytes, int]:
    """An instruction that shows strings and numbers without some glyphs, which are counted from `first`; its bytes,
    and the number of the next glyph."""
    unit = setting.size * setting.scale / 1000  # numbers move back, in thousandths
    number, kept = first, list[bytes | float]()
    for item in items:
        if isinstance(item, float):
            kept.append(item)
            continue
        for glyph in setting.font.decode(item):
            length = setting.length(glyph.advance, 1, glyph.is_space)
            kept.append(-length / unit if number in without else glyph.code)
            number += 1
    pieces = []
    for shifts, together in groupby(kept, key=lambda each: isinstance(each, float)):
        written = list(together)
        if shifts:
            pieces.append(real(sum(each for each in written if isinstance(each, float))))
        else:
            code = b"".join(each for each in written if isinstance(each, bytes))
            pieces.append(b"<%s>" % code.hex().encode("ascii"))
    return b"[%s] TJ" % b" ".join(pieces), number


def _refused(why: str) -> PlacementError:
    return PlacementError(f"the tag cannot be erased: {why}; leave it, or cover it", code="ERASE")
