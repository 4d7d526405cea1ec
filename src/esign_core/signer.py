"""The seam to keys: what a key is given, and the Protocols that whoever holds one implements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from esign_core.algorithms import Mechanism, digest

SecretsHandler: TypeAlias = Callable[[str], str]
"""Asked by name ("pin", "passphrase", "otp") when, and only when, the secret is needed."""


@dataclass(frozen=True, slots=True)
class ToBeSigned:
    """DER SignedAttributes (RFC 5652, 5.4): about 135 bytes that hold the document's digest, never the document."""

    data: bytes
    mechanism: Mechanism

    @property
    def digest(self) -> bytes:
        """Hash of `data`, for keys that take digests. TypeError for EdDSA, which signs the data itself (RFC 8419)."""
        if self.mechanism.scheme in ("ed25519", "ed448"):
            raise TypeError(
                f"{self.mechanism.scheme} signs the data itself: give the key `data`, not a digest (RFC 8419)"
            )
        return digest(self.mechanism.hash, self.data)


class Identity(Protocol):
    """Whose key it is. Read-only properties, so that a frozen dataclass or a plain object both fit."""

    @property
    def certificate(self) -> bytes:
        """The signer's certificate, DER."""

    @property
    def chain(self) -> Sequence[bytes]:
        """The certificates above it, DER, issuer first; may be empty."""

    @property
    def mechanism(self) -> Mechanism:
        """How the key signs."""


class Signer(Identity, Protocol):
    """Whoever holds a key: an identity that signs."""

    def sign(self, tbs: ToBeSigned, /) -> bytes:
        """The signature value: RSA as is, ECDSA as DER. Whatever it raises reaches the caller as a SignerError."""


class BatchSigner(Signer, Protocol):
    """A key that is authorised once for many documents (CSC `numSignatures`)."""

    def sign_many(self, tbs: Sequence[ToBeSigned], /) -> Sequence[bytes]:
        """One signature value for each, in order."""


class AsyncSigner(Identity, Protocol):
    """As `Signer`, awaited."""

    async def asign(self, tbs: ToBeSigned, /) -> bytes:
        """As `Signer.sign`."""


class AsyncBatchSigner(AsyncSigner, Protocol):
    """As `BatchSigner`, awaited."""

    async def asign_many(self, tbs: Sequence[ToBeSigned], /) -> Sequence[bytes]:
        """As `BatchSigner.sign_many`."""


class Recipient(Protocol):
    """Whoever a document is encrypted for (ISO 32000-2, 7.6.5): the key that opens it."""

    @property
    def certificate(self) -> bytes:
        """The recipient's certificate, DER."""

    def decrypt(self, encrypted_key: bytes, /) -> bytes:
        """What is in an envelope of RSA with PKCS#1 v1.5 padding (RFC 5652, 6.2.1)."""
