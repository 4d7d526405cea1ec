"""Content streams followed as viewers follow them: which glyphs are shown, and where (ISO 32000-2, 8.4, 8.10, 9.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from esign_core.content.glyphs import Font, Glyph
from esign_core.content.operators import instructions, last_name, name_and_number, numbers, strings_and_numbers
from esign_core.content.resources import Form, Resources
from esign_core.content.runs import IDENTITY, Matrix, Run, Setting, TextState, multiply
from esign_core.errors import PdfError
from esign_core.limits import Limits
from esign_core.pdf.values import Ref

_MOST_SAVED = 100_000  # graphics states; honest contents that forget to restore them stay far below
_CODE_BYTES = 4  # of the longest code: ISO 32000-2, 9.7.6.2
_FORWARD, _BACK = 1000.0, 300.0  # shifts along the line, in thousandths, that begin a new run


class Trace:
    """What one page shows. `damage`: codes of what could not be followed. `unread`: fonts of which nobody knows what
    they print."""

    def __init__(self, limits: Limits, operators: int = 0) -> None:
        self.limits = limits
        self.operators = operators  # interpreted so far, on earlier pages too
        self.glyphs = 0  # shown on this page
        self.runs: list[Run] = []
        self.damage: dict[str, None] = {}
        self.unread: dict[str, None] = {}
        self.drawing: list[Ref] = []  # forms, outermost first

    def follow(self, content: bytes, resources: Resources) -> None:
        """Everything that the page's contents show."""
        _Stream(self, resources, IDENTITY, TextState()).follow(content)


class _Stream:
    """One content stream while it is followed: the page's, or a form's."""

    def __init__(self, trace: Trace, resources: Resources, ctm: Matrix, state: TextState) -> None:
        self.trace = trace
        self.resources = resources
        self.ctm = ctm
        self.state = state
        self.saved: list[tuple[Matrix, TextState]] = []
        self.text_matrix = self.line_matrix = IDENTITY
        self.setting: Setting | None = None  # of the last run

    def follow(self, content: bytes) -> None:
        trace, allowed = self.trace, self.trace.limits.operators
        try:
            for operator, operands in instructions(content):
                trace.operators += 1
                if trace.operators > allowed:
                    trace.limits.check("operators", trace.operators)
                handler = _OPERATORS.get(operator)
                if handler is not None:
                    handler(self, operands)
        except PdfError as error:
            trace.damage[error.code] = None

    # ---- graphics state (8.4.4)

    def save(self, operands: bytes) -> None:
        if len(self.saved) >= _MOST_SAVED:
            raise PdfError("the contents save their graphics state without end", code="CONTENT_NESTING")
        self.saved.append((self.ctm, self.state))

    def restore(self, operands: bytes) -> None:
        if self.saved:
            self.ctm, self.state = self.saved.pop()

    def concatenate(self, operands: bytes) -> None:
        if matrix := _matrix(operands):
            self.ctm = multiply(matrix, self.ctm)

    def set_from_dictionary(self, operands: bytes) -> None:
        name = last_name(operands)
        if name is not None and (given := self.resources.state_font(name)):
            self.state = self.state._replace(font=given[0], size=given[1])

    # ---- text state (9.3)

    def select_font(self, operands: bytes) -> None:
        if given := name_and_number(operands):
            self.state = self.state._replace(font=self.resources.font(given[0]), size=given[1])

    # ---- text positions (9.4.2)

    def begin_text(self, operands: bytes) -> None:
        self.text_matrix = self.line_matrix = IDENTITY

    def set_text_matrix(self, operands: bytes) -> None:
        if matrix := _matrix(operands):
            self.text_matrix = self.line_matrix = matrix

    def move(self, operands: bytes) -> None:
        if given := numbers(operands, 2):
            self._to_line(given[0], given[1])

    def move_and_set_leading(self, operands: bytes) -> None:
        if given := numbers(operands, 2):
            self.state = self.state._replace(leading=-given[1])
            self._to_line(given[0], given[1])

    def next_line(self, operands: bytes) -> None:
        self._to_line(0.0, -self.state.leading)

    def _to_line(self, x: float, y: float) -> None:
        a, b, c, d, e, f = self.line_matrix
        self.text_matrix = self.line_matrix = (a, b, c, d, x * a + y * c + e, x * b + y * d + f)

    # ---- text (9.4.3)

    def show_on_next_line(self, operands: bytes) -> None:
        self.next_line(operands)
        self.show(operands)

    def show_with_spacing(self, operands: bytes) -> None:
        given = numbers(operands.partition(b"(")[0].partition(b"<")[0], 2)
        if given:
            self.state = self.state._replace(word_spacing=given[0], char_spacing=given[1])
        self.show_on_next_line(operands)

    def show(self, operands: bytes) -> None:
        strings: list[bytes | float] = [item for item in strings_and_numbers(operands) if isinstance(item, bytes)]
        self._show(strings[-1:])

    def show_adjusted(self, operands: bytes) -> None:
        self._show(strings_and_numbers(operands))

    def _show(self, items: list[bytes | float]) -> None:
        """Strings, and between them shifts against the writing direction in thousandths."""
        state, font = self.state, self.state.font
        if font is None:  # no viewer shows text before a font is selected
            return
        limits = self.trace.limits
        room = (limits.glyphs - self.trace.glyphs) * _CODE_BYTES  # for bytes: a first bound, before they are decoded
        unit = -state.size / 1000 * (1.0 if font.vertical else state.scale)
        least, most = (-_BACK, _FORWARD) if font.vertical else (-_FORWARD, _BACK)
        glyphs: list[Glyph] = []
        shifts: dict[int, float] = {}
        for item in items:
            if isinstance(item, bytes):
                room -= len(item)
                if room < 0:
                    limits.check("glyphs", limits.glyphs + 1)
                glyphs += font.decode(item)
            else:
                if glyphs and not least < item < most:
                    self._put(font, glyphs, shifts)
                    glyphs, shifts = [], {}
                shifts[len(glyphs)] = shifts.get(len(glyphs), 0.0) + item * unit
        self._put(font, glyphs, shifts)

    def _put(self, font: Font, glyphs: list[Glyph], shifts: dict[int, float]) -> None:
        if not glyphs:
            self._advance(font, sum(shifts.values()))
            return
        self.trace.glyphs += len(glyphs)
        self.trace.limits.check("glyphs", self.trace.glyphs)
        a, b, c, d, e, f = multiply(self.text_matrix, self.ctm)
        setting = self.setting
        if setting is None or setting.state is not self.state or setting.linear != (a, b, c, d):
            setting = self.setting = Setting(font, self.state, (a, b, c, d))
        run = Run(setting, (e, f), glyphs, shifts)
        self._advance(font, run.advance)
        if run.is_shown:
            self.trace.runs.append(run)
            if not font.known:
                self.trace.unread[font.name] = None

    def _advance(self, font: Font, advance: float) -> None:
        a, b, c, d, e, f = self.text_matrix
        x, y = (0.0, advance) if font.vertical else (advance, 0.0)
        self.text_matrix = (a, b, c, d, x * a + y * c + e, x * b + y * d + f)

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
            self._draw_form(form)

    def _draw_form(self, form: Form) -> None:
        drawing = self.trace.drawing
        if form.ref in drawing:
            self.trace.damage["FORM_CYCLE"] = None
            return
        self.trace.limits.check("form_depth", len(drawing) + 1)
        drawing.append(form.ref)
        resources = form.resources or self.resources
        _Stream(self.trace, resources, multiply(form.matrix, self.ctm), self.state).follow(form.content)
        drawing.pop()


def _matrix(operands: bytes) -> Matrix | None:
    given = numbers(operands, 6)
    return (given[0], given[1], given[2], given[3], given[4], given[5]) if given else None


def _sets(parameter: str, unit: float = 1.0) -> Callable[[_Stream, bytes], None]:
    """An operator that sets one parameter of the text state."""

    def handler(stream: _Stream, operands: bytes) -> None:
        if given := numbers(operands, 1):
            changed: dict[str, Any] = {parameter: given[0] * unit}
            stream.state = stream.state._replace(**changed)

    return handler


_OPERATORS: Mapping[bytes, Callable[[_Stream, bytes], None]] = MappingProxyType(
    {
        b"q": _Stream.save,
        b"Q": _Stream.restore,
        b"cm": _Stream.concatenate,
        b"gs": _Stream.set_from_dictionary,
        b"Tf": _Stream.select_font,
        b"Tc": _sets("char_spacing"),
        b"Tw": _sets("word_spacing"),
        b"Tz": _sets("scale", unit=0.01),
        b"TL": _sets("leading"),
        b"Ts": _sets("rise"),
        b"Tr": _sets("mode"),
        b"BT": _Stream.begin_text,
        b"Tm": _Stream.set_text_matrix,
        b"Td": _Stream.move,
        b"TD": _Stream.move_and_set_leading,
        b"T*": _Stream.next_line,
        b"Tj": _Stream.show,
        b"TJ": _Stream.show_adjusted,
        b"'": _Stream.show_on_next_line,
        b'"': _Stream.show_with_spacing,
        b"Do": _Stream.draw,
    }
)
