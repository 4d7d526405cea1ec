"""A page followed for what it paints. Nothing is rendered: where each thing lies, and in which colour, is enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from esign_core.content.ink import Colour, Ink, Kind, PageInk
from esign_core.content.operators import last_name, numbers
from esign_core.content.page_reader import PageReader
from esign_core.content.paths import EVERYWHERE, Corners, Path, around, grown, placed, shared
from esign_core.content.resources import Form, Resources
from esign_core.content.shows import Show
from esign_core.content.trace import OPERATORS, State, Stream, Trace
from esign_core.document.layers import Layers
from esign_core.document.pages import PageNode, box
from esign_core.errors import PdfError
from esign_core.geometry import IDENTITY, Matrix, multiply
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Stream as PdfStream

_BY_COMPONENTS = {1, 3, 4}
_DEVICE = {"DeviceGray": 1, "G": 1, "CalGray": 1, "DeviceRGB": 3, "RGB": 3, "CalRGB": 3, "DeviceCMYK": 4, "CMYK": 4}
_PLAIN_BLENDING = ("Normal", "Compatible")
_UNIT_SQUARE = ((0, 0), (1, 0), (1, 1), (0, 1))
_MOST_POINTS = 2_000_000  # of one path; honest ones stay below 100 000


def page_ink(file: LenientFile, node: PageNode) -> PageInk:
    """What one page paints: contents, the forms they draw, what its annotations and form fields show. LimitExceeded."""
    reader = PageReader(file)
    trace = _InkTrace(file, reader.layers)
    inks: list[Ink] = []
    annotations_from = 0
    try:
        content, resources = reader.content(node, trace.damage), reader.resources(node)
        drawn = reader.appearances(node, trace.annotations)
        trace.follow(content, resources)
        inks += trace.inks()
        annotations_from = len(inks)
        for form, matrix, layer_off in drawn:
            trace.draw(form, matrix, resources, layer_off)
    except PdfError as error:
        trace.damage[error.code] = None
    return PageInk(inks + trace.inks(), [*trace.damage, *trace.annotations], annotations_from, trace.open_states)


class _InkTrace(Trace):
    """A trace that also keeps what is painted; text in between is measured at the end."""

    def __init__(self, file: PdfFile, layers: Layers) -> None:
        super().__init__(file, layers, 0)
        self.stream = _InkStream
        self.painted: list[tuple[Ink | Show, _Paint]] = []
        self.open_states: int | None = 0

    def follow(self, content: bytes, resources: Resources) -> None:
        stream = _InkStream(self, resources, resources, IDENTITY, State())
        stream.follow(content)
        self.open_states = None if stream.lacks_states or stream.unclosed else len(stream.saved)

    def inks(self) -> list[Ink]:
        """What has been painted since they were asked for last."""
        found: list[Ink] = []
        painted, self.painted = self.painted, []
        for item, paint in painted:
            if isinstance(item, Ink):
                found.append(item)
                continue
            for run in item.runs if item.setting.is_painted else ():
                seen = shared(run.box(0, run.count - 1), paint.clip)
                if seen is not None and run.text.strip():
                    found.append(Ink("text", seen, paint.fill, show=item))
        return found


class _Paint(NamedTuple):
    """The parameters of the graphics state that painting asks for; `clip` is around the clipping path."""

    clip: Corners = EVERYWHERE
    clip_fills_box: bool = True
    fill: Colour | None = (0.0,)
    stroke: Colour | None = (0.0,)
    width: float = 1.0
    opaque: bool = True

    def clipped(self, edge: Corners, *, is_rectangle: bool) -> _Paint:
        """With the clip cut to a path around which `edge` runs; nothing is left of it but a point where they miss."""
        clip = shared(self.clip, edge) or (edge[0], edge[1], edge[0], edge[1])
        return self._replace(clip=clip, clip_fills_box=self.clip_fills_box and is_rectangle)


class _InkStream(Stream):
    """One content stream while it is followed for its ink."""

    painting = True

    def __init__(self, trace: Trace, page: Resources, resources: Resources, ctm: Matrix, state: State) -> None:
        super().__init__(trace, page, resources, ctm, state)
        self.paint = _Paint()
        self.paints: list[_Paint] = []
        self.path = Path()
        self.points = 0
        self.lacks_states = False

    def handlers(self) -> Mapping[bytes, Callable[[Any, bytes], None]]:
        return _HANDLERS

    # ---- graphics state (8.4)

    def save(self, operands: bytes) -> None:
        super().save(operands)
        self.paints.append(self.paint)

    def restore(self, operands: bytes) -> None:
        self.lacks_states |= not self.saved
        super().restore(operands)
        if self.paints:
            self.paint = self.paints.pop()

    def set_width(self, operands: bytes) -> None:
        if given := numbers(operands, 1):
            self.paint = self.paint._replace(width=abs(given[0]))

    def set_from_dictionary(self, operands: bytes) -> None:
        super().set_from_dictionary(operands)
        name = last_name(operands)
        entries = self.resources.graphics_state(name) if name is not None else {}
        file, opaque = self.trace.file, self.paint.opaque
        for key in ("ca", "CA"):
            alpha = file.get(entries, key)
            opaque = opaque and not (isinstance(alpha, (int, float)) and alpha < 1)
        if file.get(entries, "BM") not in (None, *_PLAIN_BLENDING) or file.get(entries, "SMask") not in (None, "None"):
            opaque = False
        if entries.keys() & {"ca", "CA", "BM", "SMask"}:
            self.paint = self.paint._replace(opaque=opaque)
        width = file.get(entries, "LW")
        if isinstance(width, (int, float)):
            self.paint = self.paint._replace(width=abs(float(width)))

    # ---- colours (8.6)

    def set_fill(self, operands: bytes) -> None:
        self.paint = self.paint._replace(fill=_colour(operands))

    def set_stroke(self, operands: bytes) -> None:
        self.paint = self.paint._replace(stroke=_colour(operands))

    def select_fill_space(self, operands: bytes) -> None:
        self.paint = self.paint._replace(fill=self._initial(operands))

    def select_stroke_space(self, operands: bytes) -> None:
        self.paint = self.paint._replace(stroke=self._initial(operands))

    def set_fill_in_space(self, operands: bytes) -> None:
        if self.paint.fill is not None:
            self.paint = self.paint._replace(fill=_colour(operands, len(self.paint.fill)))

    def set_stroke_in_space(self, operands: bytes) -> None:
        if self.paint.stroke is not None:
            self.paint = self.paint._replace(stroke=_colour(operands, len(self.paint.stroke)))

    def _initial(self, operands: bytes) -> Colour | None:
        """The colour with which a space begins; None of one whose colours are not known (patterns, Separation ...)."""
        name = last_name(operands)
        count = None if name is None else _DEVICE.get(name) or self.resources.components(name)
        if count not in _BY_COMPONENTS:
            return None
        return (0.0, 0.0, 0.0, 1.0) if count == 4 else (0.0,) * count

    # ---- paths (8.5)

    def begin_path(self, operands: bytes) -> None:
        if given := numbers(operands, 2):
            self._count(1)
            self.path.move(placed(self.ctm, given[0], given[1]))

    def add_line(self, operands: bytes) -> None:
        if given := numbers(operands, 2):
            self._count(1)
            self.path.line([placed(self.ctm, given[0], given[1])])

    def add_curve(self, operands: bytes) -> None:
        given = numbers(operands, 6) or numbers(operands, 4)
        if given:
            self._count(3)
            pairs = zip(given[::2], given[1::2], strict=True)
            self.path.line([placed(self.ctm, x, y) for x, y in pairs], curved=True)

    def close_path(self, operands: bytes) -> None:
        self._count(1)
        self.path.close()

    def add_rectangle(self, operands: bytes) -> None:
        if given := numbers(operands, 4):
            self._count(5)
            self.path.rectangle(self.ctm, *given)

    def _count(self, points: int) -> None:
        self.points += points
        if self.points > _MOST_POINTS:
            raise PdfError("a path in the contents has no end", code="CONTENT_NESTING")

    def clip(self, operands: bytes) -> None:
        self.path.clips = True

    def end_path(self, operands: bytes) -> None:
        path, self.path, self.points = self.path, Path(), 0
        if path.clips and (edge := path.box):
            self.paint = self.paint.clipped(edge, is_rectangle=path.is_rectangle)

    def fill_path(self, operands: bytes) -> None:
        self._fill()
        self.end_path(operands)

    def _fill(self) -> None:
        # of several subpaths one may cut a hole into another
        fills_box = self.paint.clip_fills_box and self.path.is_rectangle
        for subpath in self.path.subpaths:
            if len(subpath.points) > 2:
                self._add("fill", subpath.box, self.paint.fill, fills_box=fills_box)

    def stroke_path(self, operands: bytes) -> None:
        self._stroke()
        self.end_path(operands)

    def close_and_stroke(self, operands: bytes) -> None:
        self.path.close()
        self.stroke_path(operands)

    def fill_and_stroke(self, operands: bytes) -> None:
        self._fill()
        self.stroke_path(operands)

    def close_fill_and_stroke(self, operands: bytes) -> None:
        self.path.close()
        self.fill_and_stroke(operands)

    def _stroke(self) -> None:
        a, b, c, d, _, _ = self.ctm
        rim = self.paint.width * abs(a * d - b * c) ** 0.5 / 2
        for subpath in self.path.subpaths:
            if subpath.curved:
                self._add("stroke", grown(subpath.box, rim), self.paint.stroke)
                continue
            for segment in subpath.segments():  # each by itself: a frame leaves its inside free
                self._add("stroke", grown(around(segment), rim), self.paint.stroke)

    # ---- images, shadings, forms, text

    def draw(self, operands: bytes) -> None:
        name = last_name(operands)
        if name is not None and self.resources.is_image(name):
            self.draw_image(operands)
        else:
            super().draw(operands)

    def draw_image(self, operands: bytes) -> None:
        self._add("image", around([placed(self.ctm, x, y) for x, y in _UNIT_SQUARE]), None)

    def shade(self, operands: bytes) -> None:
        self._add("shading", self.paint.clip, None)

    def inside(self, page: Resources, resources: Resources, ctm: Matrix) -> Stream:
        inner = _InkStream(self.trace, page, resources, ctm, self.state.copy())
        inner.paint = self.paint
        return inner

    def draw_form(self, form: Form) -> None:
        """Its box clips what it paints (8.10.1)."""
        before, held = self.paint, self.trace.file.resolve(form.ref)
        given = box(self.trace.file, held.entries.get("BBox")) if isinstance(held, PdfStream) else None
        if given is not None:
            matrix = multiply(form.matrix, self.ctm)
            path = Path()
            path.rectangle(matrix, given.x0, given.y0, given.width, given.height)
            (edge,) = path.subpaths
            self.paint = before.clipped(edge.box, is_rectangle=edge.is_rectangle)
        super().draw_form(form)
        self.paint = before

    def _keep(self, show: Show) -> None:
        before = len(self.trace.shows)
        super()._keep(show)
        if len(self.trace.shows) > before and not self.trace.layers_off:
            self._painted().append((show, self.paint))

    def _add(self, kind: Kind, extent: Corners, colour: Colour | None, *, fills_box: bool = False) -> None:
        seen = shared(extent, self.paint.clip)
        if seen is not None and not self.trace.layers_off:
            ink = Ink(kind, seen, colour if self.paint.opaque else None, fills_box)
            self._painted().append((ink, self.paint))

    def _painted(self) -> list[tuple[Ink | Show, _Paint]]:
        assert isinstance(self.trace, _InkTrace)  # noqa: S101 - for the type checker
        return self.trace.painted


def _colour(operands: bytes, count: int | None = None) -> Colour | None:
    """The numbers that an operator of colour is given, all that stand there unless `count` says how many; None where
    they are not as many, or a pattern is named."""
    given = None if b"/" in operands else numbers(operands, count or max(len(operands.split()), 1))
    return tuple(given) if given and len(given) in _BY_COMPONENTS else None


_HANDLERS: Mapping[bytes, Callable[[Any, bytes], None]] = MappingProxyType(
    {
        **OPERATORS,
        b"q": _InkStream.save,
        b"Q": _InkStream.restore,
        b"gs": _InkStream.set_from_dictionary,
        b"w": _InkStream.set_width,
        b"g": _InkStream.set_fill,
        b"rg": _InkStream.set_fill,
        b"k": _InkStream.set_fill,
        b"G": _InkStream.set_stroke,
        b"RG": _InkStream.set_stroke,
        b"K": _InkStream.set_stroke,
        b"cs": _InkStream.select_fill_space,
        b"CS": _InkStream.select_stroke_space,
        b"sc": _InkStream.set_fill_in_space,
        b"scn": _InkStream.set_fill_in_space,
        b"SC": _InkStream.set_stroke_in_space,
        b"SCN": _InkStream.set_stroke_in_space,
        b"m": _InkStream.begin_path,
        b"l": _InkStream.add_line,
        b"c": _InkStream.add_curve,
        b"v": _InkStream.add_curve,
        b"y": _InkStream.add_curve,
        b"h": _InkStream.close_path,
        b"re": _InkStream.add_rectangle,
        b"W": _InkStream.clip,
        b"W*": _InkStream.clip,
        b"n": _InkStream.end_path,
        b"f": _InkStream.fill_path,
        b"F": _InkStream.fill_path,
        b"f*": _InkStream.fill_path,
        b"S": _InkStream.stroke_path,
        b"s": _InkStream.close_and_stroke,
        b"B": _InkStream.fill_and_stroke,
        b"B*": _InkStream.fill_and_stroke,
        b"b": _InkStream.close_fill_and_stroke,
        b"b*": _InkStream.close_fill_and_stroke,
        b"sh": _InkStream.shade,
        b"BI": _InkStream.draw_image,
        b"Do": _InkStream.draw,
    }
)
