"""`esign sign`: a signature at a tag, in a box, or without a look."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from esign_core.cli.files import STANDARD_STREAM, check_output, read_document, read_file, write_output
from esign_core.cli.options import PAGE, now, password_option, to_occurrence, to_rect, to_time
from esign_core.cli.passphrase import passphrase_of, password_of
from esign_core.cli.terminal import print_json, print_lines
from esign_core.errors import TagAmbiguous, TagNotFound

if TYPE_CHECKING:
    from esign_core.geometry import Rect
    from esign_core.place.at import Occurrence
    from esign_core.place.placement import Placement
    from esign_core.signing.values import Signed

_WIDTH = 80.0  # 1/72 inch: 28 mm, at which a QR code of a link is read from paper


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--p12", required=True, type=click.Path(), metavar="P12", help="Key and certificates, PKCS#12.")
@click.option("--passphrase-file", type=click.Path(), metavar="F", help="The first line is the passphrase of P12.")
@password_option
@click.option("--tag", help="Put the signature on this printed text.")
@click.option(
    "--occurrence",
    callback=to_occurrence,
    metavar="WHICH",
    default="only",
    show_default=True,
    help="only, first, last, or a number from 1.",
)
@click.option("--page", type=PAGE, metavar="N", help="Search the tag on this page only; with --rect, the page.")
@click.option(
    "--rect",
    callback=to_rect,
    metavar="X0,Y0,X1,Y1",
    help="Put it here: corners in the page's own units, origin lower left.",
)
@click.option("--qr", metavar="TEXT", help="Draw a QR code of this text there.")
@click.option("--width", type=float, help="Of the box at the tag, in 1/72 inch.  [default: 80]")
@click.option("--height", type=float, help="Of that box.  [default: as the drawing's shape asks]")
@click.option("--name", default="", help="Who signs, as the signer says it.")
@click.option("--reason", default="", help="Why.")
@click.option("--location", default="", help="Where.")
@click.option("--contact", default="", help="How to reach the signer.")
@click.option(
    "--time",
    "signing_time",
    callback=to_time,
    metavar="TIME",
    help="Signing time, ISO 8601 with a zone.  [default: now]",
)
@click.option(
    "-o", "--output", required=True, type=click.Path(allow_dash=True), metavar="OUT", help="The file to write."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def sign(
    file: str,
    p12: str,
    passphrase_file: str | None,
    password_file: str | None,
    tag: str | None,
    occurrence: Occurrence,
    page: int | None,
    rect: Rect | None,
    qr: str | None,
    width: float | None,
    height: float | None,
    name: str,
    reason: str,
    location: str,
    contact: str,
    signing_time: datetime | None,
    output: str,
    as_json: bool,
) -> None:
    """Sign FILE (PAdES B-B) and write the signed document to OUT.

    The signature is invisible unless --tag, or --page with --rect, gives it a place. OUT appears complete or not at
    all; an existing OUT is replaced, and is never FILE itself. The passphrase of P12 is read from --passphrase-file,
    else from the environment variable ESIGN_PASSPHRASE, else asked for; the password of an encrypted FILE from
    --password-file, else from ESIGN_PDF_PASSWORD, else asked for. An encrypted FILE cannot be signed yet.

    \b
    Examples:
      esign sign a.pdf --p12 ani.p12 --tag '#' --qr https://v.example/42 -o b.pdf
      esign sign a.pdf --p12 ani.p12 --page 1 --rect 400,80,480,160 -o b.pdf
      esign sign a.pdf --p12 ani.p12 --reason Approved -o b.pdf
    """
    about_the_tag = occurrence != "only" or width is not None or height is not None
    _check_usage(tag, page, rect, qr, about_the_tag=about_the_tag)
    if as_json and output == STANDARD_STREAM:
        raise click.UsageError("--json and -o - both write to standard output: give a file with -o.")
    check_output(output, file, p12, passphrase_file, password_file)
    import esign_core as es
    from esign_core.signers.pkcs12 import Pkcs12Signer

    pdf = read_document(file)
    password = password_of(pdf, file, password_file)
    placement: Placement | None = None
    if tag is not None:
        placement = _at_tag(pdf, password, tag, page, occurrence, _WIDTH if width is None else width, height)
    elif rect is not None and page is not None:
        placement = es.at_rect(page - 1, rect)
    appearance = None if qr is None else es.qr(qr)
    signer = Pkcs12Signer.load(read_file(p12), passphrase=passphrase_of(p12, passphrase_file))
    claims = es.Claims(name=name, reason=reason, location=location, contact=contact)
    signed = es.sign(
        pdf,
        signer,
        signing_time=signing_time or now(),
        placement=placement,
        appearance=appearance,
        claims=claims,
        password=password,
    )
    write_output(output, signed.pdf)
    _tell(signed, output, as_json=as_json)


def _check_usage(tag: str | None, page: int | None, rect: Rect | None, qr: str | None, *, about_the_tag: bool) -> None:
    """Options that need each other, or exclude each other."""
    if tag is not None and rect is not None:
        raise click.UsageError("--tag and --rect are two places: give one of them.")
    if rect is not None and page is None:
        raise click.UsageError("--rect needs --page N.")
    if page is not None and tag is None and rect is None:
        raise click.UsageError("--page needs --tag or --rect; without either the signature is invisible.")
    if qr is not None and tag is None and rect is None:
        raise click.UsageError("--qr needs a place: give --tag, or --page with --rect.")
    if tag is None and about_the_tag:
        raise click.UsageError("--occurrence, --width and --height belong to --tag.")


def _at_tag(
    pdf: bytes,
    password: str | None,
    tag: str,
    page: int | None,
    occurrence: Occurrence,
    width: float,
    height: float | None,
) -> Placement:
    """As the library's `at_tag`, with messages that count from 1 and name the options."""
    import esign_core as es

    found = es.find_tags(pdf, tag, pages=None if page is None else [page - 1], password=password)
    if found and isinstance(occurrence, int) and occurrence >= len(found):
        raise TagNotFound(f"{tag!r} is printed {len(found)} times: there is no --occurrence {occurrence + 1}")
    try:
        return es.at_tag(found, width=width, height=height, occurrence=occurrence)
    except TagAmbiguous as error:
        pages = ", ".join(str(number) for number in sorted({match.page_index + 1 for match in found})[:10])
        message = (
            f"{tag!r} is printed {len(found)} times (page {pages}): choose one with --occurrence 1 to {len(found)} or "
            f"last; esign find lists them"
        )
        raise TagAmbiguous(message, matches=error.matches) from error


def _tell(signed: Signed, output: str, *, as_json: bool) -> None:
    facts = signed.facts
    if as_json:
        warnings = [finding.as_dict() for finding in signed.warnings]
        print_json({"output": output, "facts": asdict(facts), "warnings": warnings})
    elif output != STANDARD_STREAM:
        place = "invisible" if facts.rect is None or facts.page_index is None else f"on page {facts.page_index + 1}"
        print_lines(
            f"Signed {output} ({facts.level}, {place}, field {facts.field}).",
            f"SHA-256 {facts.sha256_after}",
            *(f"{finding.severity}: {finding.text['en']}" for finding in signed.warnings),
        )
