"""Text and JSON on the terminal. Whatever comes out of a document is made harmless before it is shown."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console() -> Console:
    """Standard output: colours on a terminal, plain text elsewhere; no markup is read out of strings."""
    from rich.console import Console

    return Console(file=sys.stdout, markup=False, emoji=False, highlight=False)


def harmless(text: str) -> str:
    """`text` with control and formatting characters written out (\\x1b): they could redraw the terminal or turn a name
    around. Line ends stay."""
    return "".join(
        character if character == "\n" or character.isprintable() else ascii(character)[1:-1] for character in text
    )


def one_line(text: str) -> str:
    """`text` made harmless, on one line."""
    return harmless(" ".join(text.split("\n")))


def print_lines(*lines: str, indent: int = 0, style: str | None = None) -> None:
    """Lines of text, made harmless and wrapped; what is wrapped goes on `indent` columns in.

    A word is never broken: one that is too long for that begins further left.
    """
    width = shutil.get_terminal_size().columns
    for line in map(harmless, lines):
        room = width - max(map(len, line.split()), default=0)
        wrapped = textwrap.wrap(
            line,
            width,
            subsequent_indent=" " * max(0, min(indent, room)),
            break_long_words=False,
            break_on_hyphens=False,
        )
        if style is None:  # Rich takes a tenth of the time that a signature takes
            print("\n".join(wrapped))
        else:
            console().print("\n".join(wrapped), style=style, soft_wrap=True)


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    print(json.dumps(value, indent=2, allow_nan=False))
