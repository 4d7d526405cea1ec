"""One page by hand, and what a case says about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from corpus.writer import Body, append, stream

HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
SIDE = 300  # of a page, 1/72 inch

RED = "1 0 0 rg 1 0 0 RG "  # the ink of the first tag in reading order
BLUE = "0 0 1 rg 0 0 1 RG "  # of the second
BLACK = "0 g 0 G "  # of all that is no tag

Proof = Literal["ink", "no ink", "other ink", "policy"]


@dataclass(frozen=True, slots=True)
class Case:
    """`tags`: how often `tag` is to be found in `pdf`.

    The tags are painted red, then blue, and nothing else is: their ink as PDFium draws it is where they are. `shown` is
    a file that shows it where the case's own does not. `proof`: what the ink has to show; of cases with no tag that
    there is no red ink ("no ink") or that the red ink is no tag ("other ink"), or nothing, where the ink looks like the
    tag and a rule says that it is none ("policy"). `boxes`: known by the arithmetic of the case, in place of ink: x0,
    y0, x1, y1 in default user space.
    """

    name: str
    pdf: bytes
    tags: int
    why: str
    tag: str | re.Pattern[str] = "#"
    options: Mapping[str, object] = field(default_factory=dict)
    password: str | None = None
    proof: Proof = "ink"
    shown: bytes | None = None
    boxes: tuple[tuple[float, float, float, float], ...] = ()


def one_page(
    content: Body | list[Body],
    *,
    fonts: Mapping[str, str] | None = None,
    objects: Mapping[int, Body] | None = None,
    resources: str = "",
    page: str = "",
    catalog: str = "",
) -> bytes:
    """A file of one page, 300 units square. `objects` have numbers from 30; `fonts` are objects or references."""
    return append(
        b"",
        page_objects(content, fonts=fonts, objects=objects, resources=resources, page=page, catalog=catalog),
        trailer="/Root 1 0 R",
    )


def page_objects(
    content: Body | list[Body],
    *,
    fonts: Mapping[str, str] | None = None,
    objects: Mapping[int, Body] | None = None,
    resources: str = "",
    page: str = "",
    catalog: str = "",
) -> dict[int, Body]:
    """The objects of that file."""
    parts = content if isinstance(content, list) else [content]
    named = " ".join(f"/{name} {body}" for name, body in ({"F1": HELVETICA} if fonts is None else fonts).items())
    numbers = range(10, 10 + len(parts))
    contents = " ".join(f"{number} 0 R" for number in numbers)
    box = "" if "/MediaBox" in page else f"/MediaBox [0 0 {SIDE} {SIDE}]"
    return {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: f"<< /Type /Page /Parent 2 0 R {box} "
        f"/Resources << /Font << {named} >> {resources} >> /Contents [{contents}] {page} >>",
        **{number: part if is_stream(part) else stream(part) for number, part in zip(numbers, parts, strict=True)},
        **(objects or {}),
    }


def is_stream(part: Body) -> bool:
    """Is it a stream object's body already?"""
    return isinstance(part, bytes) and part.startswith(b"<<") and part.endswith(b"endstream")


def text_at(x: float, y: float, text: str, size: float = 12) -> str:
    """A string of F1, shown at a place."""
    return f"BT /F1 {size:g} Tf {x:g} {y:g} Td ({text}) Tj ET\n"


def form(content: Body, entries: str = "") -> bytes:
    """A form XObject."""
    return stream(content, f"/Type /XObject /Subtype /Form /BBox [-1000 -1000 1000 1000] {entries}")


def simple_font(subtype: str = "Type1", base: str = "Helvetica", rest: str = "") -> str:
    """A simple font's dictionary."""
    return f"<< /Type /Font /Subtype /{subtype} /BaseFont /{base} {rest} >>"


def tounicode(*lines: str) -> bytes:
    """A ToUnicode CMap with these sections."""
    return stream("/CIDInit /ProcSet findresource begin begincmap\n" + "\n".join(lines) + "\nendcmap end")
