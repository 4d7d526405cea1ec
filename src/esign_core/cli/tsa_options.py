"""The timestamp authority on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from esign_core.cli.options import grouped
from esign_core.cli.passphrase import tsa_password_of

if TYPE_CHECKING:
    from esign_core.signing.values import Level

tsa_options = grouped(
    click.option("--tsa", metavar="URL", help="Add a timestamp of this authority (RFC 3161 over HTTP): PAdES B-T."),
    click.option("--tsa-policy", metavar="OID", help="Ask the authority for this policy."),
    click.option("--tsa-user", metavar="NAME", help="Who asks the authority (HTTP Basic)."),
    click.option(
        "--tsa-password-file", type=click.Path(), metavar="F", help="The first line is the password of --tsa-user."
    ),
)


def check_tsa(tsa: str | None, tsa_policy: str | None, tsa_user: str | None, tsa_password_file: str | None) -> None:
    """UsageError for options that need another one."""
    if tsa is None and (tsa_policy or tsa_user or tsa_password_file):
        raise click.UsageError("--tsa-policy, --tsa-user and --tsa-password-file need --tsa.")
    if tsa_user is None and tsa_password_file is not None:
        raise click.UsageError("--tsa-password-file needs --tsa-user.")


def level_of(tsa: str | None, tsa_policy: str | None, tsa_user: str | None, tsa_password_file: str | None) -> Level:
    """B-T with that authority, reached through the proxy that the environment names; without one B-B."""
    import esign_core as es

    if tsa is None:
        return es.Level.b()
    from esign_core.net import http_timestamper, http_transport

    transport = http_transport(proxy=_proxy_for(tsa))
    http_timestamper(tsa, transport=transport, policy=tsa_policy)  # refuses before a person is asked for a password
    password = None if tsa_user is None else tsa_password_of(tsa_user, tsa_password_file)
    return es.Level.t(
        http_timestamper(tsa, transport=transport, policy=tsa_policy, username=tsa_user, password=password)
    )


def _proxy_for(url: str) -> str | None:
    """By http_proxy, https_proxy and no_proxy, or what the system has in their place."""
    from urllib.request import getproxies, proxy_bypass  # which loads the whole of HTTP and e-mail

    parts = urlsplit(url)
    return None if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme)
