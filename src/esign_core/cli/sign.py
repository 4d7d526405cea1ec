"""`esign sign`: a signature at a tag, in a box, or without a look."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from esign_core.cli.files import (
    STANDARD_STREAM,
    check_output,
    document,
    is_file,
    is_file_to_be,
    read_file,
    require_one_stdin,
    write_output,
)
from esign_core.cli.intent_options import intent_of, intent_options
from esign_core.cli.options import now, password_option, to_time
from esign_core.cli.passphrase import passphrase_of, password_of
from esign_core.cli.place_options import check_place, has_place, place_options, placement_of
from esign_core.cli.terminal import print_json, print_lines
from esign_core.cli.tsa_options import check_tsa, level_of, tsa_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esign_core.finding import Finding
    from esign_core.signing.intent import Lock, SignaturePolicy, SubFilter
    from esign_core.signing.values import SigningFacts


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
@tsa_options
@click.option(
    "--time",
    "signing_time",
    callback=to_time,
    metavar="TIME",
    help="Signing time, ISO 8601 with a zone.  [default: now]",
)
@click.option("-o", "--output", type=click.Path(allow_dash=True), metavar="OUT", help="The file to write.")
@click.option("--in-place", is_flag=True, help="Append the signature to FILE itself.")
@click.option("--repair", is_flag=True, help="Rewrite a damaged FILE without signatures first.")
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
    tsa: str | None,
    tsa_policy: str | None,
    tsa_user: str | None,
    tsa_password_file: str | None,
    signing_time: datetime | None,
    certify: str | None,
    lock: Lock | None,
    subfilter: SubFilter | None,
    signature_policy: SignaturePolicy | None,
    output: str | None,
    in_place: bool,
    repair: bool,
    as_json: bool,
    **where: Any,
) -> None:
    """Sign FILE (PAdES B-B; B-T with --tsa) and write it to OUT, or append the signature to FILE (--in-place).

    The signature is invisible unless --tag, --rect, --view, --corner, --field or --placement gives it a place; --field
    fills an empty signature field, and keeps to what its author asks for. OUT appears complete or not at all; an
    existing OUT is replaced, and is never FILE itself. A FILE signed in place is as before after any error; after a
    crash in between, esign recover makes it so. The passphrase of P12 is read from --passphrase-file, else from the
    environment variable ESIGN_PASSPHRASE, else asked for; the password of an encrypted FILE from --password-file, else
    from ESIGN_PDF_PASSWORD, else asked for. An encrypted FILE stays encrypted. The password of --tsa-user is read from
    --tsa-password-file, else from ESIGN_TSA_PASSWORD, else asked for; the authority is reached through the proxy that
    http_proxy, https_proxy and no_proxy name.

    \b
    Examples:
      esign sign a.pdf --p12 ani.p12 --tag '#' --qr https://v.example/42 -o b.pdf
      esign sign a.pdf --p12 ani.p12 --placement place.json -o b.pdf
      esign sign a.pdf --p12 ani.p12 --page 1 --rect 400,80,480,160 -o b.pdf
      esign sign a.pdf --p12 ani.p12 --reason Approved --in-place
      esign sign a.pdf --p12 ani.p12 --field Approval --lock all -o b.pdf
      esign sign a.pdf --p12 ani.p12 --certify forms -o b.pdf
      esign sign a.pdf --p12 ani.p12 --tsa https://tsa.example/rfc3161 -o b.pdf
    """
    check_place(where)
    check_tsa(tsa, tsa_policy, tsa_user, tsa_password_file)
    if qr is not None and not has_place(where):
        raise click.UsageError("--qr needs a place: give --tag, --rect, --view, --corner, --field or --placement.")
    output = _output(file, output, in_place=in_place, repair=repair)
    if as_json and output == STANDARD_STREAM:
        raise click.UsageError("--json and -o - both write to standard output: give a file with -o.")
    require_one_stdin(file, where["placement"])
    secrets = (passphrase_file, password_file, tsa_password_file)
    check_output(output, None if in_place else file, p12, *secrets, where["placement"])
    import esign_core as es
    from esign_core.signers.pkcs12 import Pkcs12Signer

    signer = Pkcs12Signer.load(read_file(p12), passphrase=passphrase_of(p12, passphrase_file))
    claims = es.Claims(name=name, reason=reason, location=location, contact=contact, policy=signature_policy)
    on_disk = is_file(file) and is_file_to_be(output) and not repair
    with document(file) as pdf:
        password = password_of(pdf, file, password_file)
        how: dict[str, Any] = {
            "signing_time": signing_time or now(),
            "placement": placement_of(pdf, password, where),
            "appearance": None if qr is None else es.qr(qr),
            "level": level_of(tsa, tsa_policy, tsa_user, tsa_password_file),
            "claims": claims,
            "intent": intent_of(certify, lock),
            "subfilter": subfilter,
            "password": password,
        }
        signed = None if on_disk else es.sign(pdf, signer, repair=repair, **how)
    if signed is None:
        from esign_core.files import sign_file

        done = sign_file(file, signer, target=None if in_place else output, **how)
        _tell(done.facts, done.warnings, output, as_json=as_json)
    else:
        write_output(output, signed.pdf)
        _tell(signed.facts, signed.warnings, output, as_json=as_json)


def _output(file: str, output: str | None, *, in_place: bool, repair: bool) -> str:
    """Where the signed document goes. UsageError where that is not said once."""
    if in_place == (output is not None):
        raise click.UsageError("Say once where the signature goes: to another file with -o, or --in-place.")
    if in_place and file == STANDARD_STREAM:
        raise click.UsageError("Standard input cannot be signed --in-place: give -o.")
    if in_place and repair:
        raise click.UsageError("A repaired document is another file: --repair takes -o, not --in-place.")
    return file if output is None else output


def _tell(facts: SigningFacts, found: Sequence[Finding], output: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"output": output, "facts": asdict(facts), "warnings": [finding.as_dict() for finding in found]})
    elif output != STANDARD_STREAM:
        place = "invisible" if facts.rect is None or facts.page_index is None else f"on page {facts.page_index + 1}"
        print_lines(
            f"Signed {output} ({facts.level}, {place}, field {facts.field}).",
            *(["The document was damaged: what is signed is a repaired copy."] if facts.repaired else []),
            f"SHA-256 {facts.sha256_after}",
            *(f"{finding.severity}: {finding.text['en']}" for finding in found),
        )
