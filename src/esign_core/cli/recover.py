"""`esign recover`: half a signature that a crash left is cut off."""

from __future__ import annotations

import click

from esign_core.cli.terminal import print_json, print_lines


@click.command()
@click.argument("file", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def recover(file: str, as_json: bool) -> None:
    """Cut off what `esign sign --in-place` wrote to FILE before a crash stopped it.

    FILE is then what it was before. Any other file stays as it is: nothing that a complete file holds is cut.
    """
    from esign_core import files

    removed = files.recover(file)
    if as_json:
        print_json({"file": file, "removed": removed})
    elif removed:
        print_lines(f"Cut {removed} bytes of an unfinished signature off {file}.")
    else:
        print_lines(f"Nothing to cut: {file} ends with no unfinished signature.")
