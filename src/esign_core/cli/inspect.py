"""`esign inspect`: what a document is, before anything is done with it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from esign_core.cli.files import read_document
from esign_core.cli.options import password_option
from esign_core.cli.passphrase import password_of
from esign_core.cli.terminal import console, one_line, print_json, print_lines

if TYPE_CHECKING:
    from rich.table import Table

    from esign_core.document.overview import Overview
    from esign_core.geometry import Page

_JSON_VERSION = 1
_LISTED = 10  # pages of another shape, and findings, that are spelled out


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@password_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def inspect(file: str, password_file: str | None, as_json: bool) -> None:
    """Say what FILE is: pages as seen, signature fields, who signed, encryption, PDF/A claim, locks.

    Nothing is judged: who signed, and PDF/A, is what the document says of itself; "esign verify" judges. Sizes are in
    1/72 inch on the page as a reader shows it. --json has the boxes of every page, as a coordinate picker needs them.

    \b
    Examples:
      esign inspect letter.pdf
      curl -s https://a.example/letter.pdf | esign inspect - --json
    """
    import esign_core as es

    pdf = read_document(file)
    overview = es.inspect(pdf, password=password_of(pdf, file, password_file))
    if as_json:
        print_json(_as_json(overview))
    else:
        _report(overview)


def _as_json(overview: Overview) -> dict[str, object]:
    """As in overview.schema.json; names, units and counting are the library's."""
    return {
        "version": _JSON_VERSION,
        "pdf_version": overview.pdf_version,
        "sha256": overview.sha256,
        "encrypted": overview.encrypted,
        "pdfa": overview.pdfa,
        "lock": overview.lock,
        "restrictions": list(overview.restrictions),
        "pages": [
            asdict(page) | {"view_width": page.view_width, "view_height": page.view_height} for page in overview.pages
        ],
        "fields": [asdict(field) for field in overview.fields],
        "warnings": [finding.as_dict() for finding in overview.warnings],
    }


# ---- for people


def _report(overview: Overview) -> None:
    print_lines(
        f"PDF {overview.pdf_version}{f', claims {overview.pdfa}' if overview.pdfa else ''}"
        f"{', encrypted' if overview.encrypted else ''}",
        f"SHA-256 {overview.sha256}",
        *_pages(overview.pages),
    )
    if overview.fields:
        print_lines("")
        console().print(_fields(overview))
    else:
        print_lines("No signature fields")
    if overview.lock:
        print_lines("", f"Locked: {one_line(overview.lock)}")
    else:
        print_lines(*(one_line(said) for said in overview.restrictions[:_LISTED]))
    for finding in overview.warnings[:_LISTED]:
        print_lines(f"{finding.severity}: {finding.text['en']}", indent=2)
    if len(overview.warnings) > _LISTED:
        print_lines(f"... and {len(overview.warnings) - _LISTED} more; --json lists them all")


def _pages(pages: tuple[Page, ...]) -> list[str]:
    """Runs of pages that look alike, a line each."""
    runs: list[tuple[int, int, str]] = []
    for number, page in enumerate(pages, 1):
        shape = f"{page.view_width:.1f} x {page.view_height:.1f}"
        shape += f", turned by {page.rotate}" if page.rotate else ""
        shape += f", unit {page.user_unit:g}/72 inch" if page.user_unit != 1 else ""
        if runs and runs[-1][2] == shape:
            runs[-1] = (runs[-1][0], number, shape)
        else:
            runs.append((number, number, shape))
    lines = [
        f"{f'Pages {first} to {last}' if first != last else f'Page {first}'}: {shape}"
        for first, last, shape in runs[:_LISTED]
    ]
    if len(runs) > _LISTED:
        lines.append(f"... and other shapes up to page {len(pages)}; --json lists them all")
    return lines


def _fields(overview: Overview) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE, show_edge=False, pad_edge=False)
    table.add_column("Signature field", overflow="fold")
    table.add_column("Page", justify="right", no_wrap=True)
    table.add_column("Left, top, size as seen", no_wrap=True)
    table.add_column("Signed, it says, by", overflow="fold")
    for field in overview.fields:
        table.add_row(
            one_line(field.name),
            "" if field.page_index is None else str(field.page_index + 1),
            _seen(overview, field.page_index, field.rect),
            one_line(field.signed_by or "(nobody named)") if field.signed else "-",
        )
    return table


def _seen(overview: Overview, page_index: int | None, rect: object) -> str:
    from esign_core.geometry import Rect

    if page_index is None or not isinstance(rect, Rect):
        return "invisible"
    seen = overview.pages[page_index].to_view(rect)
    return f"{seen.x:.1f}, {seen.y:.1f}, {seen.width:.1f} x {seen.height:.1f}"
