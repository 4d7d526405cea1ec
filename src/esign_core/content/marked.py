"""Marked content: which layer it is on, and the text that replaces it (ISO 32000-2, 14.6, 8.11.3.2, 14.9.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from esign_core.content.resources import Resources
from esign_core.content.shows import Show
from esign_core.document.fields import text_string
from esign_core.errors import LimitExceeded, PdfError
from esign_core.pdf.lexer import parse_value
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Name, Value

_DEPTH = 8  # nesting of a property list in the contents
_ACTUAL_TEXT = re.compile(rb"/ActualText[\x00\t\n\x0c\r ]*+(?=[(<])")


class Replaced:
    """A stretch of the contents that /ActualText replaces: what it shows, and what is to be read in place of that."""

    __slots__ = ("shows", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.shows: list[Show] = []


def tag_and_properties(operands: bytes, resources: Resources, page: Resources) -> tuple[str, Value] | None:
    """The operands of BDC: the tag, and the property list as it stands in the contents or the resources.

    Where the resources of a form lack it, viewers take the page's.
    """
    try:
        tag, end = parse_value(operands, 0, depth=_DEPTH)
        properties, _ = parse_value(operands, end, depth=_DEPTH)
    except (PdfError, LimitExceeded):
        return None
    if not isinstance(tag, Name):
        return None
    if isinstance(properties, Name):
        given = resources.properties(properties)
        properties = page.properties(properties) if given is None else given
    return tag, properties


def actual_text(file: PdfFile, properties: Value) -> str | None:
    """The text that a property list puts in place of what is shown; None where it puts none."""
    entries = file.resolve(properties)
    value = file.get(entries, "ActualText") if isinstance(entries, dict) else None
    return text_string(value) if isinstance(value, bytes) else None


def may_replace(content: bytes, resources: Resources) -> bool:
    """May the contents replace what they show, by property lists of their own or those of the resources?"""
    return b"/ActualText" in content or (b"BDC" in content and resources.has_actual_text)


def actual_texts(content: bytes) -> Iterator[str]:
    """All that a content stream itself writes as such text."""
    for match in _ACTUAL_TEXT.finditer(content):
        try:
            value, _ = parse_value(content, match.end(), depth=_DEPTH)
        except (PdfError, LimitExceeded):
            continue
        if isinstance(value, bytes):
            yield text_string(value)
