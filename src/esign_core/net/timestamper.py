"""A timestamp authority over HTTP (RFC 3161, 3.4)."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from esign_core.algorithms import Hash
from esign_core.errors import InputError, TimestampError, TransportError, faults_as, public, public_async
from esign_core.net.addresses import origin_of
from esign_core.net.exchange import http_transport
from esign_core.pki.timestamp import read_token, timestamp_request, token_of
from esign_core.pki.timestamp_check import require_answer, require_imprint
from esign_core.transport import Request, Response, Transport

_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"
_NONCE_BITS = 64
_MAX_BYTES = 1024 * 1024  # a token with its chain stays below 20 kB


@public
def http_timestamper(
    url: str,
    *,
    transport: Transport | None = None,
    policy: str | None = None,
    username: str | None = None,
    password: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpTimestamper:
    """The authority at `url`, for Level.t.

    `transport`: unless given, an `http_transport` with 30 s for an answer of at most 1 MB. `policy`: dotted OID of the
    one asked for. `username` and `password`: HTTP Basic (RFC 7617); over plain http anybody on the way reads them.
    `headers`: more of them. Whoever has one keeps it: it remembers the size of its last token, and its connection.

    InputError (URL, POLICY, BASIC_AUTH), MissingExtra (without a transport and without urllib3).
    """
    origin_of(url)
    timestamp_request(bytes(32), "sha256", nonce=1, policy=policy)  # refuses a policy that is no OID now, not later
    sent = {"Content-Type": _QUERY, "Accept": _REPLY} | dict(headers or {})
    if username is not None or password is not None:
        sent["Authorization"] = _basic(username or "", password or "")
    return HttpTimestamper(url, transport or http_transport(max_bytes=_MAX_BYTES), policy, sent)


@dataclass(eq=False, slots=True)
class HttpTimestamper:
    """A Timestamper, and an AsyncTimestamper by worker thread; made by `http_timestamper`."""

    _url: str = field(repr=False)  # its path and query may hold a secret
    _transport: Transport = field(repr=False)
    policy: str | None
    _headers: Mapping[str, str] = field(repr=False)
    size_hint: int | None = None  # bytes of the last token

    @public
    def timestamp(self, imprint: bytes, hash: Hash, /) -> bytes:
        """DER TimeStampToken over `imprint`, made by `hash`: one request, with a fresh nonce.

        InputError (IMPRINT). TransportError as the transport's. TimestampError: TSA_STATUS (HTTP says no), TSA_ANSWER
        (a text instead of a timestamp), TIMESTAMP_REFUSED, TIMESTAMP_MALFORMED, TIMESTAMP_NONCE, TIMESTAMP_POLICY,
        TIMESTAMP_IMPRINT. Signature and certificate are checked by `complete`.
        """
        nonce = secrets.randbits(_NONCE_BITS)
        body = timestamp_request(imprint, hash, nonce=nonce, policy=self.policy)
        token = read_token(token_of(self._answer(body)))
        require_answer(token, nonce=nonce, policy=self.policy)
        require_imprint(token, imprint, hash)
        self.size_hint = len(token.der)
        return token.der

    @public_async
    async def atimestamp(self, imprint: bytes, hash: Hash, /) -> bytes:
        """As `timestamp`, in a worker thread of the running asyncio loop."""
        import asyncio

        return await asyncio.to_thread(self.timestamp, imprint, hash)

    def _answer(self, body: bytes) -> bytes:
        origin = origin_of(self._url)

        def failed(error: Exception) -> TransportError:
            return TransportError(
                f"the transport failed with {type(error).__name__} on the way to {origin}: see its cause",
                code="TRANSPORT_FAILED",
            )

        with faults_as(failed):
            response = self._transport(Request("POST", self._url, self._headers, body))
        _require_success(response, str(origin))
        return response.body


def _require_success(response: Response, origin: str) -> None:
    if response.status != 200:
        hint = "give username and password" if response.status in (401, 403) else "check the URL, or try again later"
        raise TimestampError(f"{origin} answers with HTTP status {response.status}: {hint}", code="TSA_STATUS")
    kind = {name.lower(): value for name, value in response.headers.items()}.get("content-type", "")
    if kind.lower().startswith("text/"):
        raise TimestampError(f"{origin} answers with {kind[:100]!a} and no timestamp: check the URL", code="TSA_ANSWER")


def _basic(username: str, password: str) -> str:
    if ":" in username or any(ord(char) < 32 or ord(char) == 127 for char in username + password):
        raise InputError(
            "user and password for HTTP Basic hold no control characters, and the user no colon (RFC 7617, 2)",
            code="BASIC_AUTH",
        )
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode("ascii")
