"""`esign sign`: a signature at a tag, in a box, or without a look."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from esign_core.cli.files import (
    STANDARD_STREAM,
    check_output,
    read_document,
    read_file,
    require_one_stdin,
    write_output,
)
from esign_core.cli.intent_options import intent_of, intent_options
from esign_core.cli.options import now, password_option, to_time
from esign_core.cli.passphrase import passphrase_of, password_of
from esign_core.cli.place_options import check_place, has_place, place_options, placement_of
from esign_core.cli.terminal import print_json, print_lines

if TYPE_CHECKING:
    from esign_core.signing.intent import Lock, SignaturePolicy, SubFilter
    from esign_core.signing.values import Signed


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--p12", required=True, type=click.Path(), metavar="P12", help="Key and certificates, PKCS#12.")
@click.option("--passphrase-file", type=click.Path(), metavar="F", help="The first line is the passphrase of P12.")
@password_option
@place_options
@intent_options
@click.option("--qr", metavar="TEXT", help="Draw a QR code of this text there.")
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
    qr: str | None,
    name: str,
    reason: str,
    location: str,
    contact: str,
    signing_time: datetime | None,
    certify: str | None,
    lock: Lock | None,
    subfilter: SubFilter | None,
    signature_policy: SignaturePolicy | None,
    output: str,
    as_json: bool,
    **where: Any,
) -> None:
    """Sign FILE (PAdES B-B) and write the signed document to OUT.

    The signature is invisible unless --tag, --rect, --view, --corner, --field or --placement gives it a place; --field
    fills an empty signature field, and keeps to what its author asks for. OUT appears complete or not at all; an
    existing OUT is replaced, and is never FILE itself. The passphrase of P12 is read from --passphrase-file, else from
    the environment variable ESIGN_PASSPHRASE, else asked for; the password of an encrypted FILE from --password-file,
    else from ESIGN_PDF_PASSWORD, else asked for. An encrypted FILE cannot be signed yet.

    \b
    Examples:
      esign sign a.pdf --p12 ani.p12 --tag '#' --qr https://v.example/42 -o b.pdf
      esign sign a.pdf --p12 ani.p12 --placement place.json -o b.pdf
      esign sign a.pdf --p12 ani.p12 --page 1 --rect 400,80,480,160 -o b.pdf
      esign sign a.pdf --p12 ani.p12 --reason Approved -o b.pdf
      esign sign a.pdf --p12 ani.p12 --field Approval --lock all -o b.pdf
      esign sign a.pdf --p12 ani.p12 --certify forms -o b.pdf
    """
    check_place(where)
    if qr is not None and not has_place(where):
        raise click.UsageError("--qr needs a place: give --tag, --rect, --view, --corner, --field or --placement.")
    if as_json and output == STANDARD_STREAM:
        raise click.UsageError("--json and -o - both write to standard output: give a file with -o.")
    require_one_stdin(file, where["placement"])
    check_output(output, file, p12, passphrase_file, password_file, where["placement"])
    import esign_core as es
    from esign_core.signers.pkcs12 import Pkcs12Signer

    pdf = read_document(file)
    password = password_of(pdf, file, password_file)
    placement = placement_of(pdf, password, where)
    appearance = None if qr is None else es.qr(qr)
    signer = Pkcs12Signer.load(read_file(p12), passphrase=passphrase_of(p12, passphrase_file))
    claims = es.Claims(name=name, reason=reason, location=location, contact=contact, policy=signature_policy)
    signed = es.sign(
        pdf,
        signer,
        signing_time=signing_time or now(),
        placement=placement,
        appearance=appearance,
        claims=claims,
        intent=intent_of(certify, lock),
        subfilter=subfilter,
        password=password,
    )
    write_output(output, signed.pdf)
    _tell(signed, output, as_json=as_json)


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
