"""Content streams followed as viewers follow them: what is shown, and where (ISO 32000-2, 8.4, 8.10, 9.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from esign_core.content.glyphs import Font
from esign_core.content.marked import Replaced, actual_text, may_replace, tag_and_properties
from esign_core.content.operators import STEPS, instructions, last_name, name_and_number, numbers, steps
from esign_core.content.resources import Form, Resources
from esign_core.content.runs import FURTHEST, NOT_PAINTED, Linear, Setting
from esign_core.content.shows import Glyphs, Show, SteppedShow
from esign_core.document.layers import Layers
from esign_core.errors import PdfError
from esign_core.geometry import IDENTITY, Matrix, multiply
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref

_MOST_SAVED = 100_000  # graphics states; honest contents that forget to restore them stay far below
_BYTES_PER_GLYPH = 16  # of operands, kept until the page is done: 7 in text that TeX has set, 20 where all is octal
_SettingKey = tuple[Font, float, float, float, float, float, float, Linear]


class Trace:
    """What one page shows. `damage`: codes of what could not be followed; `annotations`: of why some of these were not
    looked at. `unread`: fonts of which nobody knows what they print. `marked`: is all marked content looked at, since
    it may be on a layer that is off? `replaced`: by /ActualText."""

    def __init__(self, file: PdfFile, layers: Layers, operators: int) -> None:
        self.file = file
        self.layers = layers
        self.limits = limits = file.limits
        self.operators = operators  # interpreted so far, on earlier pages too
        self.glyphs = Glyphs(limits)
        self.room = limits.glyphs * _BYTES_PER_GLYPH  # bytes of operands that may still be kept
        self.shows: list[Show] = []
        self.marked = not layers.none
        self.replaced: list[Replaced] = []
        self.layers_off = 0  # that what is shown now is on
        self.settings: dict[_SettingKey, Setting] = {}
        self.damage: dict[str, None] = {}
        self.annotations: dict[str, None] = {}
        self.unread: dict[str, None] = {}
        self.drawing: list[Ref] = []  # forms, outermost first
        self.stream: type[Stream] = Stream

    def follow(self, content: bytes, resources: Resources) -> None:
        """Everything that the page's contents show."""
        self.stream(self, resources, resources, IDENTITY, State()).follow(content)

    def draw(self, form: Form, matrix: Matrix, resources: Resources, layer_off: bool) -> None:
        """A form that the page shows beside its contents: an annotation's appearance. `resources`: the page's."""
        self.layers_off += layer_off
        self.stream(self, resources, resources, matrix, State()).draw_form(form)
        self.layers_off -= layer_off


class State:
    """The parameters of the text state (ISO 32000-2, 9.3); `stretch` is horizontal scaling, 1 for 100."""

    __slots__ = ("char_spacing", "font", "leading", "mode", "rise", "size", "stretch", "word_spacing")

    def __init__(self) -> None:
        self.font: Font | None = None
        self.stretch = 1.0
        self.size = self.char_spacing = self.word_spacing = self.leading = self.rise = self.mode = 0.0

    def copy(self) -> State:
        copied = State()
        copied.font, copied.stretch, copied.size, copied.mode = self.font, self.stretch, self.size, self.mode
        copied.char_spacing, copied.word_spacing = self.char_spacing, self.word_spacing
        copied.leading, copied.rise = self.leading, self.rise
        return copied


class Stream:
    """One content stream while it is followed: the page's, or a form's. `painting`: are paths, colours and inline
    images followed, too? `where`: filled with begin and end of the instruction, if somebody wants to know."""

    painting = False
    where: list[int] | None = None

    def __init__(self, trace: Trace, page: Resources, resources: Resources, ctm: Matrix, state: State) -> None:
        self.trace = trace
        self.page = page
        self.resources = resources
        self.ctm = ctm
        self.state = state
        self.saved: list[tuple[Matrix, State]] = []
        self.line = IDENTITY  # the text line matrix
        self.moved = (0.0, 0.0)  # in text space: how far from the begin of the line the first of `last`'s chain is
        self.last: Show | None = None  # what was shown on this line
        self.is_cut = False  # was that in another user space?
        self.setting: Setting | None = None  # None: the text state or the linear part of a matrix has changed
        self.fonts: dict[bytes, tuple[Font, float]] = {}  # by the operands of Tf
        self.unclosed = 0  # marked content that the stream leaves open
        self.opened: list[tuple[bool, Replaced | None, int]] = []  # marked content: on a layer off, replaced, from here

    def handlers(self) -> Mapping[bytes, Callable[[Any, bytes], None]]:
        """What is done at each operator."""
        return OPERATORS

    def follow(self, content: bytes) -> None:
        trace, allowed = self.trace, self.trace.limits.operators
        handlers = self.handlers()
        marked = trace.marked or may_replace(content, self.resources)
        try:
            for operator, operands in instructions(content, marked=marked, painting=self.painting, where=self.where):
                trace.operators += 1
                if trace.operators > allowed:
                    trace.limits.check("operators", trace.operators)
                handler = handlers.get(operator)
                if handler is not None:
                    handler(self, operands)
        except PdfError as error:
            trace.damage[error.code] = None
        self.unclosed = len(self.opened)
        while self.opened:
            self.end_marked(b"")

    # ---- graphics state (8.4.4)

    def save(self, operands: bytes) -> None:
        if len(self.saved) >= _MOST_SAVED:
            raise PdfError("the contents save their graphics state without end", code="CONTENT_NESTING")
        self.saved.append((self.ctm, self.state))
        self.state = self.state.copy()

    def restore(self, operands: bytes) -> None:
        if self.saved:
            self._stay()
            self.ctm, self.state = self.saved.pop()

    def concatenate(self, operands: bytes) -> None:
        if matrix := _matrix(operands):
            self._stay()
            self.ctm = multiply(matrix, self.ctm)

    def set_from_dictionary(self, operands: bytes) -> None:
        name = last_name(operands)
        if name is not None and (given := self.resources.state_font(name)):
            self.state.font, self.state.size = given
            self.setting = None

    def _stay(self) -> None:
        """The matrix of user space is about to change: what is shown next goes on from where the line is then."""
        self.setting = None
        self.is_cut = self.last is not None

    def _resolve(self, last: Show) -> None:
        """Measure what was shown on this line, so that what follows does not depend on it."""
        self.moved = (self.moved[0] + last.behind[0], self.moved[1] + last.behind[1])
        self.last, self.is_cut = None, False

    # ---- text state (9.3)

    def select_font(self, operands: bytes) -> None:
        selected = self.fonts.get(operands)
        if selected is None:
            given = name_and_number(operands)
            if given is None:
                return
            selected = self.fonts[operands] = (self.resources.font(given[0]), given[1])
        self.state.font, self.state.size = selected
        self.setting = None

    # ---- text positions (9.4.2)

    def begin_text(self, operands: bytes) -> None:
        self._set_line(IDENTITY)

    def set_text_matrix(self, operands: bytes) -> None:
        if matrix := _matrix(operands):
            self._set_line(matrix)

    def _set_line(self, matrix: Matrix) -> None:
        if matrix[:4] != self.line[:4]:
            self.setting = None
        self.line, self.last, self.moved = matrix, None, (0.0, 0.0)

    def move(self, operands: bytes) -> None:
        if given := numbers(operands, 2):
            self._to_line(given[0], given[1])

    def move_and_set_leading(self, operands: bytes) -> None:
        if given := numbers(operands, 2):
            self.state.leading = -given[1]
            self._to_line(given[0], given[1])

    def next_line(self, operands: bytes) -> None:
        self._to_line(0.0, -self.state.leading)

    def _to_line(self, x: float, y: float) -> None:
        a, b, c, d, e, f = self.line
        self.line, self.last, self.moved = (a, b, c, d, x * a + y * c + e, x * b + y * d + f), None, (0.0, 0.0)

    # ---- text (9.4.3)

    def show_on_next_line(self, operands: bytes) -> None:
        self.next_line(operands)
        self.show(operands)

    def show_with_spacing(self, operands: bytes) -> None:
        before, bracket, string = operands.partition(b"<")
        if given := numbers(before, 2):
            self.state.word_spacing, self.state.char_spacing = given
            self.setting = None
        self.show_on_next_line(bracket + string)

    def show(self, operands: bytes) -> None:
        trace = self.trace
        trace.room -= len(operands)
        if trace.room < 0:
            trace.limits.check("glyphs", trace.limits.glyphs + 1)
        setting = self.setting or self._settle()
        if setting is None:  # no viewer shows text before a font is selected
            return
        last = self.last
        if last is not None and (self.is_cut or last.setting.font.vertical is not setting.font.vertical):
            self._resolve(last)
        a, b, c, d, e, f = self.line
        if self.moved != (0.0, 0.0):
            x, y = self.moved
            e, f = e + x * a + y * c, f + x * b + y * d
        g, h, i, j, k, m = self.ctm
        x, y = e * g + f * i + k, e * h + f * j + m
        self.last = Show(setting, x, y, operands, self.last, trace.glyphs, trace.layers_off > 0)
        self.is_cut = False
        self._keep(self.last)

    def show_in_steps(self, operands: bytes) -> None:
        """Several times Td, along the line, and Tj."""
        trace, found = self.trace, steps(operands)
        self._to_line(found[0][0], 0.0)
        a, b, _, _, e, f = line = self.line
        total = sum([by for by, _ in found]) - found[0][0]
        trace.room -= len(operands)
        setting = self.setting or self._settle()
        if setting is not None:
            if trace.room < 0:
                trace.limits.check("glyphs", trace.limits.glyphs + 1)
            g, h, i, j, k, m = self.ctm
            x, y = e * g + f * i + k, e * h + f * j + m
            self.last = SteppedShow(setting, x, y, found, trace.glyphs, trace.layers_off > 0)
            self.is_cut = False
            self._keep(self.last)
        self.line = (*line[:4], e + total * a, f + total * b)

    def _keep(self, show: Show) -> None:
        setting = show.setting
        if setting.is_shown and -FURTHEST < show.x < FURTHEST and -FURTHEST < show.y < FURTHEST:
            self.trace.shows.append(show)
            if not setting.font.known:
                self.trace.unread[setting.font.name] = None

    def _settle(self) -> Setting | None:
        """The setting of what is shown now; None without a font."""
        state, font = self.state, self.state.font
        if font is None:
            return None
        if state.mode in NOT_PAINTED:
            font = self.resources.unpainted(font)
        a, b, c, d, _, _ = self.line
        g, h, i, j, _, _ = self.ctm
        linear = (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j)
        size, spacing, word_spacing = state.size, state.char_spacing, state.word_spacing
        key = (font, size, spacing, word_spacing, state.stretch, state.rise, state.mode, linear)
        setting = self.trace.settings.get(key)
        if setting is None:
            setting = self.trace.settings[key] = Setting(*key)
        self.setting = setting
        return setting

    # ---- forms (8.10)

    def draw(self, operands: bytes) -> None:
        name = last_name(operands)
        if name is None:
            return
        try:
            form = self.resources.form(name)
        except PdfError as error:
            self.trace.damage[error.code] = None
            return
        if form is not None:
            if form.damaged:
                self.trace.damage["FILTER_DAMAGED"] = None
            self.draw_form(form)

    def draw_form(self, form: Form) -> None:
        drawing = self.trace.drawing
        if form.ref in drawing:
            self.trace.damage["FORM_CYCLE"] = None
            return
        self.trace.limits.check("form_depth", len(drawing) + 1)
        is_off = self.trace.layers.is_off(form.layer)
        drawing.append(form.ref)
        self.trace.layers_off += is_off
        resources = form.names(self.resources, self.page)
        ctm = multiply(form.matrix, self.ctm)
        self.inside(self.page, resources, ctm).follow(form.content)
        self.trace.layers_off -= is_off
        drawing.pop()

    def inside(self, page: Resources, resources: Resources, ctm: Matrix) -> Stream:
        """A form's contents, which begin with the state of whoever draws it."""
        return Stream(self.trace, page, resources, ctm, self.state.copy())

    # ---- marked content (14.6)

    def begin_marked(self, operands: bytes) -> None:
        if len(self.opened) >= _MOST_SAVED:
            raise PdfError("the contents mark content without end", code="CONTENT_NESTING")
        trace, is_off, replaced = self.trace, False, None
        if given := tag_and_properties(operands, self.resources, self.page):
            tag, properties = given
            is_off = tag == "OC" and trace.layers.is_off(properties)
            text = actual_text(trace.file, properties)
            replaced = None if text is None else Replaced(text)
        trace.layers_off += is_off
        self.opened.append((is_off, replaced, len(trace.shows)))

    def end_marked(self, operands: bytes) -> None:
        if self.opened:
            is_off, replaced, since = self.opened.pop()
            self.trace.layers_off -= is_off
            if replaced is not None:
                replaced.shows = self.trace.shows[since:]
                self.trace.replaced.append(replaced)


def _matrix(operands: bytes) -> Matrix | None:
    given = numbers(operands, 6)
    return (given[0], given[1], given[2], given[3], given[4], given[5]) if given else None


def _sets(parameter: str, unit: float = 1.0) -> Callable[[Stream, bytes], None]:
    """An operator that sets one parameter of the text state."""

    def handler(stream: Stream, operands: bytes) -> None:
        if given := numbers(operands, 1):
            setattr(stream.state, parameter, given[0] * unit)
            stream.setting = None

    return handler


OPERATORS: Mapping[bytes, Callable[[Stream, bytes], None]] = MappingProxyType(
    {
        b"q": Stream.save,
        b"Q": Stream.restore,
        b"cm": Stream.concatenate,
        b"gs": Stream.set_from_dictionary,
        b"Tf": Stream.select_font,
        b"Tc": _sets("char_spacing"),
        b"Tw": _sets("word_spacing"),
        b"Tz": _sets("stretch", unit=0.01),
        b"TL": _sets("leading"),
        b"Ts": _sets("rise"),
        b"Tr": _sets("mode"),
        b"BT": Stream.begin_text,
        b"Tm": Stream.set_text_matrix,
        b"Td": Stream.move,
        b"TD": Stream.move_and_set_leading,
        b"T*": Stream.next_line,
        b"Tj": Stream.show,
        STEPS: Stream.show_in_steps,
        b"TJ": Stream.show,
        b"'": Stream.show_on_next_line,
        b'"': Stream.show_with_spacing,
        b"Do": Stream.draw,
        b"BMC": Stream.begin_marked,
        b"BDC": Stream.begin_marked,
        b"EMC": Stream.end_marked,
    }
)
