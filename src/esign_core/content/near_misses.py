"""What comes close to a tag, in words that help whoever searched for it."""

from __future__ import annotations

from collections.abc import Sequence

from esign_core.content.glyphs import UNKNOWN
from esign_core.content.query import Query
from esign_core.content.resources import Shared
from esign_core.content.shows import Show
from esign_core.content.unicode_forms import code_points
from esign_core.finding import Finding


def near_miss(reason: str, page: int, text: str) -> Finding:
    """The finding of this code; `text`: what is printed."""
    if reason == "TAG_OTHER_FORM":
        return Finding.of(reason, page_index=page, page=page + 1, text=text, characters=code_points(text))
    if reason == "TAG_OTHER_CASE":
        return Finding.of(reason, page_index=page, page=page + 1, text=text)
    return Finding.of(reason, page_index=page, page=page + 1)


def guessed(shared: Shared, shows: Sequence[Show], query: Query, page: int) -> Finding | None:
    """The tag, if a code of which nobody knows what it prints were the ASCII character of the same number.

    `shows`: those that may hold such a code."""
    for show in shows:
        if UNKNOWN not in show.text:
            continue
        font, data = shared.guessing(show.setting.font), b"".join(show.strings())
        if not query.may_be_in(font.text(data)):
            continue
        for glyph in font.decode(data):
            if glyph.evidence == "guess" and query.is_made_of(glyph.text):
                number = "0x" + glyph.code.hex().upper()
                return Finding.of("TAG_GUESSED", page_index=page, page=page + 1, number=number, font=font.name)
    return None
