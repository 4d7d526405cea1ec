"""What belongs to a page before it is followed: contents, resources, and what its annotations show."""

from __future__ import annotations

from typing import NamedTuple

from esign_core.content.resources import Form, Resources, Shared, read_resources
from esign_core.document.annotations import Annotations
from esign_core.document.layers import Layers
from esign_core.document.pages import PageNode, contents
from esign_core.errors import PdfError
from esign_core.geometry import Matrix
from esign_core.pdf.lenient import LenientFile


class Drawn(NamedTuple):
    """A form that an annotation shows, the matrix under which it is drawn, and whether its layer is off."""

    form: Form
    matrix: Matrix
    layer_off: bool


class PageReader:
    """Pages of one document. What they share is read once."""

    def __init__(self, file: LenientFile, *, guess: bool = False) -> None:
        self._file = file
        self.shared = Shared(file, guess=guess)
        self.layers = Layers.read(file)
        self._annotations = Annotations(file, self.layers)

    def resources(self, node: PageNode) -> Resources:
        return read_resources(self.shared, node.entries.get("Resources")) or Resources(self.shared, {})

    def content(self, node: PageNode, damage: dict[str, None]) -> bytes:
        """The page's streams as one (ISO 32000-2, 7.8.2), as `parts` gives them."""
        parts = self.parts(node, damage)
        return parts[0] if len(parts) == 1 else b"\n".join(parts)

    def parts(self, node: PageNode, damage: dict[str, None]) -> list[bytes]:
        """The page's content streams, each as far as it can be decoded; codes of what could not be are added to
        `damage`."""
        parts: list[bytes] = []
        try:
            for stream in contents(self._file, node):
                data, damaged = self._file.data_and_damage(stream)
                parts.append(data)
                if damaged:
                    damage["FILTER_DAMAGED"] = None
        except PdfError as error:
            damage[error.code] = None
        return parts

    def appearances(self, node: PageNode, damage: dict[str, None]) -> list[Drawn]:
        """What annotations show, in the order in which they are drawn."""
        drawn: list[Drawn] = []
        for appearance in self._annotations.shown(node, damage):
            try:
                form = self.shared.form(appearance.stream, appearance=True)
            except PdfError as error:
                damage[error.code] = None
                continue
            if form is not None:
                if form.damaged:
                    damage["FILTER_DAMAGED"] = None
                drawn.append(Drawn(form, appearance.placed, appearance.layer_off))
        return drawn
