"""URLs and addresses: what may be asked for, what may be dialled, and what of it may be shown."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from typing import NamedTuple, TypeAlias
from urllib.parse import urlsplit

from esign_core.errors import InputError, TransportError

IpAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Accept: TypeAlias = Callable[[IpAddress], bool]

# IPv6 that stands for an IPv4 address behind a gateway: what it leads to depends on the network
_TRANSLATED = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))
_URL = re.compile(r"[!-~]{1,8192}", re.ASCII)


def public_address(address: IpAddress) -> bool:
    """Whether an address is one of the public Internet (IANA's registries): not private, loopback, link-local,
    multicast, reserved, and none that a gateway translates."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return public_address(address.ipv4_mapped)
        if any(address in network for network in _TRANSLATED):
            return False
    return address.is_global and not address.is_multicast


class Origin(NamedTuple):
    """Where a URL leads, without the path and the query, which may hold secrets."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = {"http": 80, "https": 443}[self.scheme] == self.port
        return f"{self.scheme}://{host}" + ("" if default else f":{self.port}")


def origin_of(url: str) -> Origin:
    """InputError (URL) unless it is an http or https URL (RFC 3986) without user and password. It is not shown then:
    what is wrong with it may be a password."""
    try:
        parts = urlsplit(url) if _URL.fullmatch(url) else None
        port = parts.port if parts else None
    except ValueError:
        parts, port = None, None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(
            "the URL is not one of http or https in ASCII: write it as in https://tsa.example/path, special characters "
            "percent-encoded",
            code="URL",
        )
    if "@" in parts.netloc:
        raise InputError("the URL holds a user or password: pass them by arguments of their own", code="URL")
    return Origin(parts.scheme, parts.hostname, port or {"http": 80, "https": 443}[parts.scheme])


def checked_addresses(host: str, port: int, accept: Accept | None) -> list[tuple[int, tuple[object, ...]]]:
    """Family and socket address of each address of `host`. With `accept`, every one of them must pass.

    TransportError: HTTP_UNREACHABLE, HTTP_ADDRESS_REFUSED. The system's resolver has a time limit of its own.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TransportError(
            f"the name {host} cannot be resolved: check it, and the network", code="HTTP_UNREACHABLE"
        ) from error
    for _, _, _, _, address in found if accept is not None else ():
        ip = ipaddress.ip_address(str(address[0]).partition("%")[0])
        if accept is not None and not accept(ip):
            raise TransportError(
                f"{host} leads to {ip}, which the caller does not accept: use a public host, or accept that address",
                code="HTTP_ADDRESS_REFUSED",
            )
    return [(family, address) for family, _, _, _, address in found]
