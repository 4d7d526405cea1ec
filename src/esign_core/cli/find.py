"""`esign find`: where a tag is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from esign_core.cli.files import read_document
from esign_core.cli.options import PAGE, password_option
from esign_core.cli.passphrase import password_of
from esign_core.cli.terminal import console, harmless, print_json, print_lines

if TYPE_CHECKING:
    from esign_core.content.match import Found


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@click.argument("tag")
@click.option("--page", "pages", type=PAGE, multiple=True, metavar="N", help="Search this page only; may be repeated.")
@password_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def find(file: str, tag: str, pages: tuple[int, ...], password_file: str | None, as_json: bool) -> int:
    """Find where TAG is printed in FILE, in reading order. Exits with 3 where it is not.

    Left and Top say where the tag begins on the page as a reader shows it, in 1/72 inch from its upper left corner. Box
    is the same place in the page's own units, as "esign sign --rect" takes it.

    \b
    Example:
      esign find letter.pdf '#'
    """
    import esign_core as es
    from esign_core.place import tag_not_found

    pdf = read_document(file)
    password = password_of(pdf, file, password_file)
    found = es.find_tags(pdf, tag, pages=[page - 1 for page in pages] or None, password=password)
    if as_json:
        print_json(_as_json(found))
        return 0 if found else 3
    if not found:
        raise tag_not_found(found)
    _show(found)
    return 0


def _as_json(found: Found) -> dict[str, object]:
    """Names, units and counting are the library's: page_index and ordinal count from 0, rect is in user space units,
    view_rect in 1/72 inch from the upper left of the page as seen."""
    return {
        "tag": found.tag,
        "document_sha256": found.document_sha256,
        "pages_searched": found.pages_searched,
        "matches": [dict(match.to_json()) for match in found],
        "warnings": [finding.as_dict() for finding in found.warnings],
        "near_misses": [finding.as_dict() for finding in found.near_misses],
    }


def _show(found: Found) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE, show_edge=False, pad_edge=False)
    for heading in ("No.", "Page", "Left", "Top", "Font size"):
        table.add_column(heading, justify="right")
    table.add_column("Text", overflow="fold")
    table.add_column("Box")
    for number, match in enumerate(found, 1):
        seen, rect = match.view_rect, match.rect
        table.add_row(
            *(str(number), str(match.page_index + 1)),
            *(f"{seen.x:.1f}", f"{seen.y:.1f}", f"{match.font_size:.1f}"),
            harmless(match.text),
            ",".join(f"{side:.1f}" for side in (rect.x0, rect.y0, rect.x1, rect.y1)),
        )
    console().print(table)
    noun = "match" if len(found) == 1 else "matches"
    print_lines(f"{len(found)} {noun}, pages searched: {found.pages_searched}")
    print_lines(*(f"{finding.severity}: {finding.text['en']}" for finding in found.warnings))
