"""`esign preview`: a page as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from esign_core.cli.files import check_output, read_document, require_one_stdin, write_output
from esign_core.cli.options import password_option, to_numbers, to_page, to_rect
from esign_core.cli.passphrase import password_of
from esign_core.cli.place_options import read_placement

if TYPE_CHECKING:
    from esign_core.geometry import Rect
    from esign_core.place.placement import Placement
    from esign_core.preview import Mark, Rgb

_RED, _BLUE, _GREEN, _VIOLET = (200, 30, 30), (30, 70, 200), (0, 130, 60), (140, 30, 160)


def _to_rects(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> list[Rect]:
    read = (to_rect(context, parameter, value) for value in values)
    return [rect for rect in read if rect is not None]


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--page", callback=to_page, default="1", show_default=True, metavar="N", help="From 1, or last.")
@click.option("--scale", type=float, default=2.0, show_default=True, help="Pixels for each 1/72 inch.")
@click.option("--tag", "tags", multiple=True, help="Frame this printed text; may be given again.")
@click.option(
    "--rect",
    "rects",
    multiple=True,
    callback=_to_rects,
    metavar="X0,Y0,X1,Y1",
    help="Frame this box, in the page's own units; may be given again.",
)
@click.option("--fields", is_flag=True, help="Frame signature fields.")
@click.option(
    "--placement",
    "stored",
    multiple=True,
    type=click.Path(allow_dash=True),
    metavar="JSON",
    help="Frame what esign place --json printed.",
)
@click.option("--space", callback=to_numbers(2, "W,H"), metavar="W,H", help="Frame empty boxes of this size.")
@password_option
@click.option(
    "-o", "--output", required=True, type=click.Path(allow_dash=True), metavar="OUT", help="The PNG to write."
)
def preview(
    file: str,
    page: int,
    scale: float,
    tags: tuple[str, ...],
    rects: Sequence[Rect],
    fields: bool,
    stored: tuple[str, ...],
    space: tuple[float, float] | None,
    password_file: str | None,
    output: str,
) -> None:
    """Draw a page of FILE as a PNG, signatures included, and onto it what is asked for.

    Tags are framed in red, signature fields in blue, boxes in green, empty boxes in violet.

    \b
    Example:
      esign preview signed.pdf --page 2 -o page.png
      esign preview letter.pdf --tag '#' --space 120,60 -o page.png
    """
    import esign_core as es
    from esign_core.preview import render_page

    check_output(output, file, password_file, *stored)
    require_one_stdin(file, *stored)
    pdf = read_document(file)
    password = password_of(pdf, file, password_file)
    index = len(es.inspect(pdf, password=password).pages) - 1 if page == -1 else page
    marks = [
        *_tags(pdf, password, tags, index),
        *(_fields(pdf, password, index) if fields else ()),
        *_placements(pdf, password, [*_boxes(index, rects), *map(read_placement, stored)], index, _GREEN),
        *_placements(pdf, password, _spaces(pdf, password, space), index, _VIOLET),
    ]
    write_output(output, render_page(pdf, index, scale=scale, marks=marks, password=password))


def _tags(pdf: bytes, password: str | None, tags: Sequence[str], page_index: int) -> Iterator[Mark]:
    import esign_core as es
    from esign_core.preview import Mark

    for tag in tags:
        for match in es.find_tags(pdf, tag, pages=[page_index], password=password):
            yield Mark(match.view_rect, f"{match.ordinal + 1}: {match.text}", _RED)


def _fields(pdf: bytes, password: str | None, page_index: int) -> Iterator[Mark]:
    import esign_core as es
    from esign_core.preview import Mark

    overview = es.inspect(pdf, password=password)
    for field in overview.fields:
        if field.page_index == page_index and field.rect is not None:
            yield Mark(overview.pages[page_index].to_view(field.rect), field.name, _BLUE)


def _boxes(page_index: int, rects: Sequence[Rect]) -> Sequence[Placement]:
    import esign_core as es

    return [es.at_rect(page_index, rect, allow_overlap=True) for rect in rects]


def _spaces(pdf: bytes, password: str | None, space: tuple[float, float] | None) -> Sequence[Placement]:
    import esign_core as es

    return es.suggest_space(pdf, width=space[0], height=space[1], password=password) if space else ()


def _placements(
    pdf: bytes, password: str | None, placements: Sequence[Placement], page_index: int, colour: Rgb
) -> Iterator[Mark]:
    from esign_core.place.resolve import resolved
    from esign_core.preview import Mark

    for number, placement in enumerate(placements, 1):
        page, _, seen = resolved(pdf, placement, password=password)
        if page.index == page_index:
            yield Mark(seen, f"{number}: {seen.x:.0f}, {seen.y:.0f}", colour)
