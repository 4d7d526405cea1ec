"""Connections that keep to one deadline for the whole exchange, on urllib3.

A socket's timeout is one for each read, so that a server which drips a byte a second holds its client for ever. Here
every read and write is given what is left, from the first address dialled to the last byte of the body, headers and
TLS records included.
"""

from __future__ import annotations

import contextvars
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

from esign_core.errors import MissingExtra, TransportError
from esign_core.net.addresses import Accept, checked_addresses

if TYPE_CHECKING:
    from urllib3 import PoolManager

_DEADLINE: contextvars.ContextVar[float] = contextvars.ContextVar("deadline")


class Deadline:
    """While it is entered, connections of this thread have `seconds` left in all."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def __enter__(self) -> None:
        self._token = _DEADLINE.set(self._at)

    def __exit__(self, *_: object) -> None:
        _DEADLINE.reset(self._token)


def left() -> float:
    """Seconds; TimeoutError when there are none."""
    seconds = _DEADLINE.get() - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("the deadline has passed")
    return seconds


class _Socket(socket.socket):
    """What http.client reads and writes with is bounded; nothing else is called."""

    def recv_into(self, *args: Any) -> int:
        self.settimeout(left())
        return super().recv_into(*args)

    def sendall(self, *args: Any) -> None:
        self.settimeout(left())
        super().sendall(*args)


class _TlsSocket(ssl.SSLSocket):
    def recv_into(self, *args: Any) -> int:
        self.settimeout(left())
        return super().recv_into(*args)

    def send(self, *args: Any) -> int:  # sendall goes through it, record by record
        self.settimeout(left())
        return super().send(*args)


def _dial(host: str, port: int, accept: Accept | None) -> socket.socket:
    """Connected to the first address of `host` that answers; the addresses dialled are those that were checked."""
    failure: OSError | None = None
    for family, address in checked_addresses(host, port, accept):
        connection = _Socket(family, socket.SOCK_STREAM)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(left())
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
            if isinstance(error, TimeoutError):
                break
        else:
            return connection
    if isinstance(failure, TimeoutError):
        raise failure
    raise TransportError(
        f"nobody answers at {host}, port {port} ({failure}): check the address, and the network",
        code="HTTP_UNREACHABLE",
    ) from failure


def pools(proxy: str | None, proxy_headers: dict[str, str], accept: Accept | None) -> PoolManager:
    """urllib3's pools of kept connections, dialling by `_dial`. MissingExtra where urllib3 is not installed."""
    try:
        import urllib3
        from urllib3.connection import HTTPConnection, HTTPSConnection
    except ImportError as error:
        raise MissingExtra("HTTP needs urllib3: pip install 'esign-core[http]'") from error

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _dial(self._dns_host, self.port, accept)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _dial(self._dns_host, self.port or 443, accept)

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Secure

    manager = urllib3.ProxyManager(proxy, proxy_headers=proxy_headers) if proxy else urllib3.PoolManager()
    manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return manager


def tls_context(given: ssl.SSLContext | None, roots: bytes | None) -> ssl.SSLContext:
    """The caller's, or one that checks certificates (by the system's roots, or `roots` in PEM instead) and names."""
    context = given or ssl.create_default_context(cadata=roots.decode("ascii") if roots else None)
    context.sslsocket_class = _TlsSocket
    return context
