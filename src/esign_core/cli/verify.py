"""`esign verify`: what the signatures of files are worth."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

import click

from esign_core.cli.failure import exit_code, failure, report_failure
from esign_core.cli.files import read_document, read_file, require_one_stdin
from esign_core.cli.options import now, password_option, to_time
from esign_core.cli.passphrase import password_of
from esign_core.cli.terminal import print_json, print_lines
from esign_core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from esign_core.verifying.report import Report

_EXIT_CODES = {"TOTAL-PASSED": 0, "TOTAL-FAILED": 10, "INDETERMINATE": 11, "NO-SIGNATURE": 12, "UNREADABLE": 13}
_STYLES = {"TOTAL-PASSED": "bold green", "TOTAL-FAILED": "bold red"}
_INDENT = 17  # columns before the second column of a report's text

_FILE = click.Path()


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option(
    "--trust", multiple=True, type=_FILE, metavar="CERT", help="Trust this root, PEM or DER; may be repeated."
)
@click.option("--crl", "crls", multiple=True, type=_FILE, metavar="F", help="A revocation list; may be repeated.")
@click.option("--cert", "certs", multiple=True, type=_FILE, metavar="F", help="A missing certificate; may be repeated.")
@click.option(
    "--revocation",
    type=click.Choice(["required", "if-available", "not-checked"]),
    default="required",
    show_default=True,
    help="Whether every certificate needs a current word that it is not revoked.",
)
@click.option(
    "--time", "at", callback=to_time, metavar="TIME", help="Judge as of then, ISO 8601 with a zone.  [default: now]"
)
@password_option
@click.option("--lang", type=click.Choice(["en", "id"]), default="en", show_default=True, help="English or Indonesian.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON; of several files, an array.")
def verify(
    files: tuple[str, ...],
    trust: tuple[str, ...],
    crls: tuple[str, ...],
    certs: tuple[str, ...],
    revocation: Literal["required", "if-available", "not-checked"],
    at: datetime | None,
    password_file: str | None,
    lang: Literal["en", "id"],
    as_json: bool,
) -> int:
    """Verify the signatures of each FILE. Reaches no network: roots and revocation lists are given here.

    Without --trust nothing is trusted, and no signature passes. Exits with 0 when every signature of every file is
    TOTAL-PASSED, else with 10 (TOTAL-FAILED), 11 (INDETERMINATE), 12 (no signature) or 13 (unreadable), the highest of
    all files.

    \b
    Examples:
      esign verify signed.pdf --trust root.pem --crl root.crl --crl issuing.crl
      esign verify signed.pdf --trust root.pem --revocation not-checked --lang id
    """
    require_one_stdin(*files)
    import esign_core as es

    anchors = es.Trust([certificate for name in trust for certificate in _certificates(name)])
    evidence = es.Evidence([read_file(name) for name in certs], crls=[read_file(name) for name in crls])
    policy, time = es.Policy(revocation=revocation), at or now()
    codes, documents = [], []
    for number, name in enumerate(files):
        try:
            pdf = read_document(name)
            password = password_of(pdf, name, password_file)
        except InputError as error:
            codes.append(exit_code(error))
            documents.append(failure(error.code, str(error)))
            if not as_json:
                report_failure(error.code, str(error), as_json=False)
            continue
        report = es.verify(
            pdf, trust=anchors, evidence=evidence, policy=policy, validation_time=time, password=password
        )
        codes.append(_EXIT_CODES[report.conclusion.indication])
        documents.append(_as_json(report, name))
        if not as_json:
            if len(files) > 1:
                print_lines(*([""] if number else []), f"== {name}", style="bold")
            print_report(report, lang)
    if as_json:
        print_json(documents[0] if len(documents) == 1 else documents)
    return max(codes)


def _certificates(name: str) -> Sequence[bytes]:
    """Those of a PEM or DER file; an error says which file it is about."""
    from esign_core.pki.certificate import parse_certificate
    from esign_core.policy import Trust

    data = read_file(name)
    try:
        certificates = Trust([data]).anchors
        for certificate in certificates:
            parse_certificate(certificate)
    except InputError as error:
        raise InputError(f"{name}: {error}", code=error.code) from error
    return certificates


def _as_json(report: Report, name: str) -> dict[str, object]:
    """report.schema.json, with the file's name, which the library does not know."""
    value = dict(report.as_dict())
    document = value["document"]
    assert isinstance(document, dict)  # noqa: S101 - for the type checker; the schema says so
    return value | {"document": {"name": None if name == "-" else PurePath(name).name} | document}


def print_report(report: Report, language: Literal["en", "id"]) -> None:
    """The report in words, its verdict in colour."""
    verdict, *rest = report.text(language).rstrip("\n").split("\n")
    print_lines(verdict, style=_STYLES.get(report.conclusion.indication, "bold yellow"))
    print_lines(*rest, indent=_INDENT)
