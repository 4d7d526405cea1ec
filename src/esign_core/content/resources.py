"""What the names in a content stream stand for: fonts and forms, each read once for a document."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from esign_core.content.fonts import read_font
from esign_core.content.glyphs import Font, dictionary, number, numbers
from esign_core.content.strings import drawn_names
from esign_core.errors import PdfError
from esign_core.geometry import IDENTITY, Matrix
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary, Ref, Stream, Value

_KEPT = 16 * 1024 * 1024  # decoded bytes of all forms that are kept: letterheads are drawn again on every page


_USED_BY = {"Font": b"Tf", "XObject": b"Do"}  # categories of resources, and the operators that use them


class Form(NamedTuple):
    """A form XObject (ISO 32000-2, 8.10): contents, matrix, and resources (None: those of whoever draws it).

    `layer`: its /OC entry, the optional content that it belongs to; nothing counts there of an appearance stream.
    `draws`: names of the XObjects that it draws, as written, and perhaps some more.
    """

    ref: Ref
    content: bytes
    matrix: Matrix
    resources: Resources | None
    layer: Value
    draws: frozenset[bytes]
    damaged: bool = False  # contents that end early

    def names(self, drawer: Resources, page: Resources) -> Resources:
        """What the names in its contents stand for.

        Where its own resources say nothing at all of fonts, or of XObjects, PDFium and poppler take those of the page.
        """
        own = self.resources
        if own is None:
            return drawer
        lacks = [each for each, operator in _USED_BY.items() if not own.has(each) and operator in self.content]
        return own.completed(page, lacks) if lacks else own


class Shared:
    """What was read of one document so far. `substitute` is the font of names that the resources lack; `guess`: fonts
    guess at codes of which nobody knows what they print."""

    def __init__(self, file: PdfFile, *, guess: bool = False) -> None:
        self.file = file
        self.guess = guess
        self.sources: dict[Font, tuple[Value, str]] = {}
        self.guesses: dict[Font, Font] = {}
        self.unpainted: dict[Font, Font] = {}
        self.fonts: dict[Ref, Font] = {}
        self.font_sets: dict[frozenset[Font], frozenset[Font]] = {}
        self.forms: dict[tuple[Ref, bool], Form | PdfError | None] = {}
        self.kept = 0
        self.resources: dict[Ref, Resources] = {}

    @cached_property
    def substitute(self) -> Font:
        return self.read_font(None, "")

    def read_font(self, value: Value, name: str) -> Font:
        font = read_font(self.file, value, name, guess=self.guess)
        self.sources[font] = (value, name)
        return font

    def guessing(self, font: Font) -> Font:
        """The same font, where it guesses."""
        if font not in self.guesses:
            self.guesses[font] = read_font(self.file, *self.sources[font], guess=True)
        return self.guesses[font]

    def not_painted(self, font: Font) -> Font:
        """The same font for text that is not painted."""
        found = self.unpainted.get(font)
        if found is None:
            found = self.unpainted[font] = font.unpainted()
            self.sources[found] = self.sources[font]
        return found

    def form(self, ref: Ref, *, appearance: bool = False) -> Form | None:
        """The form that this stream is; None for an image or nothing. PdfError where it cannot be read.

        `appearance`: an annotation shows it, for which viewers take any stream, whatever its /Subtype and /OC.
        """
        key = ref, appearance
        found = self.forms.get(key)
        if found is None and key not in self.forms:
            try:
                found = self._read_form(ref, appearance)
            except PdfError as error:
                found = error
            size = len(found.content) if isinstance(found, Form) else 0
            if self.kept + size <= _KEPT:
                self.forms[key] = found
                self.kept += size
        if isinstance(found, PdfError):
            raise found
        return found

    def _read_form(self, ref: Ref, appearance: bool) -> Form | None:
        stream = self.file.resolve(ref)
        if not isinstance(stream, Stream):
            return None
        if not appearance and self.file.get(stream.entries, "Subtype") not in ("Form", None):
            return None
        matrix = numbers(self.file, stream.entries.get("Matrix"))
        content, damage = self.file.data_and_damage(stream)
        return Form(
            ref=ref,
            content=content,
            damaged=damage is not None,
            matrix=(matrix[0], matrix[1], matrix[2], matrix[3], matrix[4], matrix[5]) if len(matrix) == 6 else IDENTITY,
            resources=read_resources(self, stream.entries.get("Resources")),
            layer=None if appearance else stream.entries.get("OC"),
            draws=drawn_names(content),
        )


class Resources:
    """One resource dictionary (ISO 32000-2, 7.8.3)."""

    def __init__(self, shared: Shared, entries: Dictionary) -> None:
        self._shared = shared
        self._file = shared.file
        self._entries = entries
        self._fonts: dict[str, Font] = {}
        self._categories: dict[str, Dictionary] = {}
        self._completed: tuple[Resources, Resources] | None = None

    def has(self, category: str) -> bool:
        return isinstance(self._file.resolve(self._entries.get(category)), dict)

    def completed(self, page: Resources, categories: list[str]) -> Resources:
        """With these categories of the page's; kept for the page at hand."""
        lacks: Dictionary = {name: page._entries[name] for name in categories if name in page._entries}
        if not lacks:
            return self
        if self._completed is None or self._completed[0] is not page:
            self._completed = page, Resources(self._shared, self._entries | lacks)
        return self._completed[1]

    def font(self, name: str) -> Font:
        """The font of that name; what viewers print in where there is none."""
        if name not in self._fonts:
            self._fonts[name] = self._read_font(self._category("Font").get(name), name)
        return self._fonts[name]

    def unpainted(self, font: Font) -> Font:
        return self._shared.not_painted(font)

    @property
    def font_count(self) -> int:
        return len(self._category("Font"))

    @cached_property
    def fonts(self) -> frozenset[Font]:
        """Every font that a name may stand for, but the one of names that are not listed."""
        fonts = frozenset([self.font(name) for name in self._category("Font")])
        return self._shared.font_sets.setdefault(fonts, fonts)  # one for the many pages that have the same

    def state_font(self, name: str) -> tuple[Font, float] | None:
        """Font and size that a graphics state dictionary sets (ISO 32000-2, table 57); None where it sets none."""
        value = self._file.get(dictionary(self._file, self._category("ExtGState").get(name)), "Font")
        if not isinstance(value, list) or len(value) != 2:
            return None
        return self._read_font(value[0], name), number(self._file, value[1])

    @cached_property
    def has_state_fonts(self) -> bool:
        return any(self.state_font(name) for name in self._category("ExtGState"))

    def form(self, name: str) -> Form | None:
        """The form of that name; None for an image or nothing. PdfError where it cannot be read."""
        ref = self._category("XObject").get(name)
        return self._shared.form(ref) if isinstance(ref, Ref) else None  # streams are indirect objects

    def is_image(self, name: str) -> bool:
        stream = self._file.resolve(self._category("XObject").get(name))
        return isinstance(stream, Stream) and self._file.get(stream.entries, "Subtype") == "Image"

    def graphics_state(self, name: str) -> Dictionary:
        """The entries of the graphics state parameter dictionary of that name (ISO 32000-2, table 57)."""
        return dictionary(self._file, self._category("ExtGState").get(name))

    def components(self, name: str) -> int | None:
        """How many components colours have in the space of that name, where they are those of a device or nearly so
        (CalGray, CalRGB, ICCBased: ISO 32000-2, 8.6.5); None of any other space."""
        space = self._file.resolve(self._category("ColorSpace").get(name))
        kind = self._file.resolve(space[0]) if isinstance(space, list) and space else space
        if kind == "ICCBased" and isinstance(space, list) and len(space) > 1:
            profile = self._file.resolve(space[1])
            count = self._file.get(profile.entries, "N") if isinstance(profile, Stream) else None
            return count if isinstance(count, int) else None
        return {"CalGray": 1, "DeviceGray": 1, "CalRGB": 3, "DeviceRGB": 3, "DeviceCMYK": 4}.get(str(kind))

    def properties(self, name: str) -> Value:
        """The property list of that name, as it stands: a reference or a dictionary (ISO 32000-2, 14.6.2)."""
        return self._category("Properties").get(name)

    @cached_property
    def has_actual_text(self) -> bool:
        """Does any of the property lists put another text in place of what is shown?"""
        lists = (dictionary(self._file, value) for value in self._category("Properties").values())
        return any("ActualText" in entries for entries in lists)

    @cached_property
    def form_names(self) -> frozenset[str]:
        """Names of the XObjects, images included."""
        return frozenset(self._category("XObject"))

    def _category(self, name: str) -> Dictionary:
        found = self._categories.get(name)
        if found is None:
            found = self._categories[name] = dictionary(self._file, self._entries.get(name))
        return found

    def _read_font(self, value: Value, name: str) -> Font:
        fonts = self._shared.fonts
        if isinstance(value, Ref):
            if value not in fonts:
                fonts[value] = self._shared.read_font(value, name)
            return fonts[value]
        if value is not None:
            return self._shared.read_font(value, name)
        return self._shared.substitute


def read_resources(shared: Shared, value: Value) -> Resources | None:
    """The resources that an entry holds; None where it holds none."""
    if isinstance(value, Ref) and value in shared.resources:
        return shared.resources[value]
    entries = shared.file.resolve(value)
    if not isinstance(entries, dict):
        return None
    resources = Resources(shared, entries)
    if isinstance(value, Ref):
        shared.resources[value] = resources
    return resources
