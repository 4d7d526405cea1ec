"""The seam to the network: values for one HTTP exchange, and the Protocols that whoever dials implements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from esign_core.algorithms import Hash
from esign_core.finding import FrozenMap


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Header names compare as given; `body` is empty for GET."""

    method: Literal["GET", "POST"]
    url: str
    headers: Mapping[str, str] = field(default_factory=FrozenMap, repr=False)  # Authorization may be among them
    body: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", FrozenMap(self.headers))


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response, body complete."""

    status: int
    headers: Mapping[str, str] = field(default_factory=FrozenMap)
    body: bytes = b""

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", FrozenMap(self.headers))


class Transport(Protocol):
    """One HTTP exchange. Timeouts, proxies, TLS, redirects and size limits are its own; it raises TransportErrors."""

    def __call__(self, request: Request, /) -> Response: ...


class AsyncTransport(Protocol):
    """As `Transport`, awaited."""

    async def __call__(self, request: Request, /) -> Response: ...


class Timestamper(Protocol):
    """A TSA. The nonce is the implementation's (floor 7 has dice); the core checks imprint, signature, certificate."""

    def timestamp(self, imprint: bytes, hash: Hash, /) -> bytes:
        """DER TimeStampToken (RFC 3161) over `imprint`."""

    @property
    def size_hint(self) -> int | None:
        """Bytes of its last token; the caller's object learns, we do not."""


class AsyncTimestamper(Protocol):
    """As `Timestamper`, awaited."""

    async def atimestamp(self, imprint: bytes, hash: Hash, /) -> bytes:
        """DER TimeStampToken (RFC 3161) over `imprint`."""

    @property
    def size_hint(self) -> int | None:
        """Bytes of its last token; the caller's object learns, we do not."""
