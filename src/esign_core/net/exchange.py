"""HTTP as a Transport, on urllib3 (extra `http`)."""

from __future__ import annotations

import base64
import re
import ssl
import threading
from collections.abc import Callable, Mapping
from http.client import HTTPException
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import unquote, urljoin

from esign_core.errors import InputError, TransportError, public, public_async
from esign_core.net.addresses import Accept, Origin, origin_of
from esign_core.net.connection import Deadline, left, pools, tls_context
from esign_core.transport import AsyncTransport, Request, Response

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HARMLESS = frozenset({"accept", "content-type", "user-agent"})  # what another host may see after a redirect
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}", re.ASCII)
_VALUE = re.compile(r"[\t !-~\u00a0-\u00ff]{0,16384}")
_CHUNK = 65_536


@public
def http_transport(
    *,
    deadline: float = 30.0,
    max_bytes: int = 16 * 1024 * 1024,
    max_redirects: int = 3,
    proxy: str | None = None,
    roots: bytes | None = None,
    ssl_context: ssl.SSLContext | None = None,
    accept: Accept | None = None,
) -> HttpTransport:
    """HTTP and HTTPS with kept connections, safe from any thread; the environment is not looked at.

    `deadline`: seconds for one whole exchange, redirects and the last byte of the body included (the system's resolver
    has a limit of its own). `max_bytes`: of one body. `proxy`: "http://host:port", with user and password before the
    host where it wants them. TLS checks certificate and name: by the system's roots, by `roots` (PEM) instead, or as
    `ssl_context` does (its sslsocket_class is set). `accept`: which addresses may be dialled, as `public_address`; all
    that a name leads to must pass, also after a redirect, and exactly those are dialled. A proxy resolves names by
    itself, so that the two do not go together.

    InputError (URL, TRANSPORT_OPTIONS), MissingExtra.
    """
    if not deadline > 0 or max_bytes < 1 or max_redirects < 0:
        raise InputError(
            f"deadline {deadline} (seconds, > 0), max_bytes {max_bytes} (>= 1), max_redirects {max_redirects} (>= 0): "
            "one of them is out of range",
            code="TRANSPORT_OPTIONS",
        )
    if proxy is not None and accept is not None:
        raise InputError(
            "a proxy resolves names by itself, past what `accept` would check: give one of the two",
            code="TRANSPORT_OPTIONS",
        )
    return HttpTransport(deadline, max_bytes, max_redirects, proxy, lambda: tls_context(ssl_context, roots), accept)


@public
def async_http_transport(transport: HttpTransport) -> AsyncTransport:
    """The same for `await`, each exchange in a worker thread of the running asyncio loop."""

    @public_async
    async def exchange(request: Request, /) -> Response:
        import asyncio

        return await asyncio.to_thread(transport, request)

    return exchange


class HttpTransport:
    """A Transport; made by `http_transport`. As a context manager it closes its connections at the end."""

    def __init__(
        self,
        deadline: float,
        max_bytes: int,
        max_redirects: int,
        proxy: str | None,
        tls: Callable[[], ssl.SSLContext],
        accept: Accept | None,
    ) -> None:
        self._deadline, self._max_bytes, self._max_redirects = deadline, max_bytes, max_redirects
        self._tls, self._has_tls, self._lock = tls, False, threading.Lock()
        address, headers = (None, {}) if proxy is None else _proxy(proxy)
        self._pools = pools(address, headers, accept)

    @public
    def __call__(self, request: Request, /) -> Response:
        """One exchange; a status that is no success is an answer too.

        InputError (URL, HEADER). TransportError: HTTP_TIMEOUT, HTTP_UNREACHABLE, HTTP_TLS, HTTP_ADDRESS_REFUSED,
        HTTP_REDIRECT (too many, to where it may not lead), HTTP_TOO_LARGE, HTTP_BROKEN.
        """
        _check_headers(request.headers)
        method, url, body = request.method, request.url, request.body or None
        headers = {"Accept-Encoding": "identity"} | dict(request.headers)
        origin = origin_of(url)
        with Deadline(self._deadline):
            for _ in range(self._max_redirects + 1):
                response = self._exchange(method, url, origin, headers, body)
                location = response.headers.get("location") if response.status in _REDIRECTS else None
                if location is None:
                    return response
                url, target = _redirected(origin, url, location)
                if target != origin:
                    headers = {name: value for name, value in headers.items() if name.lower() in _HARMLESS}
                origin = target
                # RFC 9110, 15.4.4; the others keep the method, as a POST is of no use as GET
                if response.status == 303:
                    method, body = "GET", None
        raise TransportError(
            f"{origin} redirects more than {self._max_redirects} times: ask for the final URL, or raise max_redirects",
            code="HTTP_REDIRECT",
        )

    def close(self) -> None:
        """Close the kept connections; later exchanges open new ones."""
        self._pools.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"HttpTransport(deadline={self._deadline}, max_bytes={self._max_bytes})"

    def _exchange(
        self,
        method: Literal["GET", "POST"],
        url: str,
        origin: Origin,
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Response:
        from urllib3 import Timeout
        from urllib3.exceptions import HTTPError

        if origin.scheme == "https":
            self._secure()
        answer: BaseHTTPResponse | None = None
        try:
            seconds = left()
            answer = self._pools.urlopen(
                method, url, body=body, headers=headers, redirect=False, retries=False,
                preload_content=False, decode_content=False, timeout=Timeout(connect=seconds, read=seconds),
            )  # fmt: skip
            content = self._body(answer, origin)
            return Response(answer.status, {name.lower(): value for name, value in answer.headers.items()}, content)
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            raise _ours(error, origin, self._deadline) from error
        finally:
            if answer is not None:
                answer.close()  # read to its end, it has given the connection back before

    def _body(self, answer: Any, origin: Origin) -> bytes:
        parts, size = [], 0
        while part := answer.read1(_CHUNK, decode_content=False):
            parts.append(part)
            size += len(part)
            if size > self._max_bytes:
                raise TransportError(
                    f"{origin} answers with more than {self._max_bytes} bytes: refuse it, or raise max_bytes",
                    code="HTTP_TOO_LARGE",
                )
        return b"".join(parts)

    def _secure(self) -> None:
        """A context takes 30 ms to make, so that it is made for the first https URL only."""
        with self._lock:
            if not self._has_tls:
                self._pools.connection_pool_kw["ssl_context"] = self._tls()
                self._has_tls = True


def _redirected(origin: Origin, url: str, location: str) -> tuple[str, Origin]:
    try:
        url = urljoin(url, location)
        target = origin_of(url)
    except ValueError as error:  # an InputError is one too
        raise TransportError(
            f"{origin} redirects to what is no http or https URL: ask for the final one", code="HTTP_REDIRECT"
        ) from error
    if (origin.scheme, target.scheme) == ("https", "http"):
        raise TransportError(
            f"{origin} redirects to {target}, without TLS: ask for a URL that keeps it", code="HTTP_REDIRECT"
        )
    return url, target


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise InputError(
                f"the header {name!r} cannot be sent: names are words, values one line of Latin-1 (RFC 9110, 5)",
                code="HEADER",
            )


def _proxy(url: str) -> tuple[str, dict[str, str]]:
    """The proxy's URL without user and password, and these as a header."""
    user, at, rest = url.rpartition("@")
    scheme = "http://"
    bare = scheme + rest if at else url
    if not url.startswith(scheme):
        raise InputError("a proxy is given as http://host:port", code="URL")
    origin_of(bare)
    if not at:
        return bare, {}
    secret = base64.b64encode(unquote(user.removeprefix(scheme)).encode()).decode("ascii")
    return bare, {"Proxy-Authorization": f"Basic {secret}"}


def _ours(error: Exception, origin: Origin, deadline: float) -> TransportError:
    """Without what the library says, which may hold the URL; it stays the cause."""
    from urllib3 import exceptions

    if isinstance(error, exceptions.TimeoutError | TimeoutError):
        return TransportError(
            f"{origin} did not answer in full within {deadline:g} s: try again later, or allow a longer deadline",
            code="HTTP_TIMEOUT",
        )
    if isinstance(error, exceptions.SSLError | ssl.SSLError):
        inner = next(iter(error.args), None) if isinstance(error, exceptions.SSLError) else error
        why = getattr(inner, "verify_message", "") or getattr(inner, "reason", "") or "no agreement"
        return TransportError(
            f"TLS with {origin} failed ({why}): check the name, its certificate and the roots", code="HTTP_TLS"
        )
    if isinstance(error, exceptions.ProxyError):
        return TransportError(f"the proxy does not lead to {origin}: check it", code="HTTP_UNREACHABLE")
    return TransportError(
        f"the exchange with {origin} broke off ({type(error).__name__}): try again, or check that it speaks HTTP",
        code="HTTP_BROKEN",
    )
