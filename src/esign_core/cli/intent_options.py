"""What a signature means, on the command line: approval or certification, locks, kind, signature policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from esign_core.cli.options import grouped
from esign_core.errors import InputError

if TYPE_CHECKING:
    from esign_core.signing.intent import Intent, Lock, SignaturePolicy

_HASHES = {64: "sha256", 96: "sha384", 128: "sha512"}  # by the digits of the digest


def to_lock(context: click.Context, parameter: click.Parameter, value: str | None) -> Lock | None:
    """all, include=NAME,NAME or exclude=NAME,NAME."""
    if value is None:
        return None
    import esign_core as es

    action, _, names = value.partition("=")
    try:
        return es.Lock(action, [name for name in names.split(",") if name])  # type: ignore[arg-type]  # Lock looks
    except InputError as error:
        raise click.BadParameter(f"{error}; write all, include=NAME,NAME or exclude=NAME,NAME") from error


def to_policy(context: click.Context, parameter: click.Parameter, value: str | None) -> SignaturePolicy | None:
    """OID,DIGEST or OID,DIGEST,URI; the digest in hex, whose length tells SHA-256, SHA-384 or SHA-512."""
    if value is None:
        return None
    import esign_core as es

    oid, digits, uri = (*value.split(",", 2), "", "")[:3]
    try:
        return es.SignaturePolicy(oid, bytes.fromhex(digits), _HASHES.get(len(digits), "sha256"), uri)  # type: ignore[arg-type]  # one of Hash
    except ValueError as error:
        raise click.BadParameter(f"{error}; write OID,DIGEST or OID,DIGEST,URI with the digest in hex") from error


intent_options = grouped(
    click.option("--certify", type=click.Choice(("nothing", "forms", "annotations")),
                 help="Certify FILE, as its first signature; what may be done to it afterwards."),
    click.option("--lock", callback=to_lock, metavar="FIELDS",
                 help="Fields that may not change afterwards: all, include=NAME,... or exclude=NAME,..."),
    click.option("--subfilter", type=click.Choice(("ETSI.CAdES.detached", "adbe.pkcs7.detached")),
                 help="Kind of signature.  [default: ETSI.CAdES.detached, or as --field asks]"),
    click.option("--policy", "signature_policy", callback=to_policy, metavar="OID,DIGEST[,URI]",
                 help="Sign under this signature policy."),
)  # fmt: skip


def intent_of(certify: str | None, lock: Lock | None) -> Intent:
    """What the options say."""
    import esign_core as es

    if certify is None:
        return es.Approve(lock=lock)
    return es.Certify(certify, lock=lock)  # type: ignore[arg-type]  # one of click's choices
