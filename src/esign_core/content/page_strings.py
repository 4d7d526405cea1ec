"""All strings of a page: of its contents, of what its annotations show and of every form that these draw."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from esign_core.content.glyphs import Font
from esign_core.content.marked import may_replace
from esign_core.content.operators import shown_bytes, shown_strings
from esign_core.content.resources import Resources
from esign_core.content.shows import between_jumps
from esign_core.content.strings import Strings, drawn_names, selected_names, strings_by_font
from esign_core.errors import PdfError
from esign_core.pdf.lexer import decode_name
from esign_core.pdf.values import Ref

_MOST_STREAMS = 1000  # contents and forms of one page that are looked through
_MOST_FONTS = 32  # that the resources of one page list


class ShownBy:
    """What one font shows: `operands` as written."""

    def __init__(self, font: Font, operands: Sequence[bytes]) -> None:
        self.font = font
        self._operands = operands
        self._strings = Strings(b" ".join(operands))

    def holds(self, code: bytes) -> bool:
        """Is it one of the codes that the font shows?"""
        return self._strings.may_hold(code) and any(
            self._is_code(code, string)
            for operands in self._operands
            if Strings(operands).may_hold(code)
            for string in shown_strings(operands)
        )

    def texts(self) -> list[str] | None:
        """What is printed in one go, wherever each begins; None where nobody knows that."""
        font, size = self.font, self.font.code_bytes
        if not font.known or font.vertical:
            return None
        return [
            font.text(data)
            if size and (data := shown_bytes(piece, size)) is not None
            else "".join(map(font.text, shown_strings(piece)))
            for operands in self._operands
            for piece in between_jumps(operands)
        ]

    def _is_code(self, code: bytes, string: bytes) -> bool:
        """Is it in the string, and where one of its codes begins?"""
        size = self.font.code_bytes
        at = string.find(code)
        if size is None:
            return at >= 0 and any(glyph.code == code for glyph in self.font.decode(string))
        while at >= 0 and at % size:
            at = string.find(code, at + 1)
        return at >= 0


class PageStrings:
    """Of `contents`, the page's own first, each with its resources, and of the forms that they draw.

    `unread`: names of the fonts of which nobody knows what they print, as far as `by_font` was asked for.
    """

    def __init__(self, contents: Sequence[tuple[bytes, Resources]]) -> None:
        self._contents = contents
        self.unread: dict[str, None] = {}

    @cached_property
    def streams(self) -> list[tuple[bytes, Resources]] | None:
        """The contents and behind them the forms; None where one cannot be read, may replace what it shows by the
        tag, or selects fonts by a graphics state."""
        streams: list[tuple[bytes, Resources]] = []
        found = [
            (data, names, drawn_names(data) if names.form_names else frozenset()) for data, names in self._contents
        ]
        seen: set[tuple[Ref, int]] = set()
        for data, names, drawn in found:  # grows while it is gone through
            if len(streams) >= _MOST_STREAMS or (b"gs" in data and names.has_state_fonts):
                return None
            if streams and may_replace(data, names):  # what the page's own contents replace is asked for elsewhere
                return None
            streams.append((data, names))
            for name in {decode_name(name) for name in drawn} & names.form_names:
                try:
                    form = names.form(name)
                except PdfError:
                    return None
                if form is None:
                    continue
                if form.damaged:  # what is missing of it is not searched, which has to be said
                    return None
                own = form.names(names, self._contents[0][1])
                if (form.ref, id(own)) not in seen:
                    seen.add((form.ref, id(own)))
                    found.append((form.content, own, form.draws))
        return streams

    @cached_property
    def strings(self) -> list[Strings]:
        """By stream, whatever font shows them."""
        return [Strings(data) for data, _ in self.streams or ()]

    @cached_property
    def fonts(self) -> frozenset[Font] | None:
        """All that may show anything, but for the one that stands in for fonts that are not listed.

        None where one of them is not known, or finding out would cost too much."""
        listed = [names for _, names in self.streams or ()]
        if any(names.font_count > _MOST_FONTS for names in listed):
            return None
        fonts = frozenset().union(*(names.fonts for names in listed))
        return fonts if all(font.known for font in fonts) else None

    @cached_property
    def selected(self) -> frozenset[Font] | None:
        """All that the contents and forms select, and perhaps some more; None where that is not certain, or one of them
        is not known."""
        fonts: set[Font] = set()
        for data, names in self.streams or ():
            selected = selected_names(data)
            if selected is None or len(selected) > _MOST_FONTS:
                return None
            fonts.update(names.font(decode_name(name)) for name in selected)
        return frozenset(fonts) if all(font.known for font in fonts) else None

    @cached_property
    def by_font(self) -> list[ShownBy] | None:
        """What each font shows; None where that is not certain."""
        operands: dict[Font, list[bytes]] = {}
        for number, (data, names) in enumerate(self.streams or ()):
            selected = strings_by_font(data)
            if selected is None:
                return None
            for name, shown in selected.strings.items():
                if name is not None:
                    operands.setdefault(names.font(decode_name(name)), []).extend(shown)
                elif number >= len(self._contents):  # in a font of whoever draws the form; contents have none
                    return None
        self.unread.update((font.name, None) for font in operands if not font.known)
        return [ShownBy(font, shown) for font, shown in operands.items()]
