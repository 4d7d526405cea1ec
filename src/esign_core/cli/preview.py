"""`esign preview`: a page as a picture."""

from __future__ import annotations

import click

from esign_core.cli.files import check_output, read_document, write_output
from esign_core.cli.options import PAGE, password_option
from esign_core.cli.passphrase import password_of


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--page", type=PAGE, default=1, show_default=True, metavar="N", help="Which page.")
@click.option("--scale", type=float, default=2.0, show_default=True, help="Pixels for each 1/72 inch.")
@password_option
@click.option(
    "-o", "--output", required=True, type=click.Path(allow_dash=True), metavar="OUT", help="The PNG to write."
)
def preview(file: str, page: int, scale: float, password_file: str | None, output: str) -> None:
    """Draw a page of FILE as a PNG, signatures included.

    \b
    Example:
      esign preview signed.pdf --page 2 -o page.png
    """
    from esign_core.preview import render_page

    check_output(output, file, password_file)
    pdf = read_document(file)
    write_output(output, render_page(pdf, page - 1, scale=scale, password=password_of(pdf, file, password_file)))
