"""`esign place`: which box, as data for the one who signs."""

from __future__ import annotations

from typing import Any

import click

from esign_core.cli.files import read_document, require_one_stdin
from esign_core.cli.options import password_option, to_numbers
from esign_core.cli.passphrase import password_of
from esign_core.cli.place_options import check_place, has_place, place_options, placement_of
from esign_core.cli.terminal import print_json, print_lines


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@place_options
@click.option("--space", callback=to_numbers(2, "W,H"), metavar="W,H", help="No place: suggest empty boxes.")
@password_option
@click.option("--json", "as_json", is_flag=True, help="Print the placement as JSON, for sign --placement.")
def place(
    file: str,
    space: tuple[float, float] | None,
    password_file: str | None,
    as_json: bool,
    **where: Any,
) -> int:
    """Decide where a signature on FILE goes, and say it; with --json as "esign sign --placement" takes it.

    A placement at a tag, in a cell or in empty space is good for FILE and for what is appended to it later, so that
    several people sign at places decided once; one by numbers is good for any document. With --space, it
    lists empty boxes where a person would sign, the best first; exits with 3 where there is none.

    \b
    Examples:
      esign place letter.pdf --tag '#' --beside right --json > place.json
      esign place letter.pdf --space 120,60
    """
    import esign_core as es
    from esign_core.place.resolve import resolved

    check_place(where)
    if has_place(where) == (space is not None):
        raise click.UsageError("Give one place (--tag, --rect, --view, --corner, --field, --placement), or --space.")
    require_one_stdin(file, where["placement"])
    pdf = read_document(file)
    password = password_of(pdf, file, password_file)
    if space is not None:
        placements = list(es.suggest_space(pdf, width=space[0], height=space[1], password=password))
    else:
        found = placement_of(pdf, password, where)
        placements = [] if found is None else [found]
    boxes = [resolved(pdf, placement, password=password) for placement in placements]  # what cannot be is refused
    if as_json:
        values = [placement.to_json() for placement in placements]
        print_json(values[0] if space is None else {"version": 1, "placements": values})
    else:
        for page, rect, seen in boxes:
            corners = ",".join(f"{side:.2f}" for side in (rect.x0, rect.y0, rect.x1, rect.y1))
            print_lines(
                f"page {page.index + 1}: {seen.width:.1f} x {seen.height:.1f} at {seen.x:.1f}, {seen.y:.1f} from the "
                f"upper left, in 1/72 inch (--rect {corners})"
            )
        if not placements:
            print_lines("no empty box of that size")
    return 0 if placements else 3
