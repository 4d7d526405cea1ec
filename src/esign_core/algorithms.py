"""Hash and signature mechanisms by the names this library uses for them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from esign_core.errors import InputError

Hash: TypeAlias = Literal["sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512", "shake256"]
Scheme: TypeAlias = Literal["rsa_pkcs1v15", "rsa_pss", "ecdsa", "ed25519", "ed448"]

HASH_SIZES: Mapping[str, int] = MappingProxyType(
    {"sha256": 32, "sha384": 48, "sha512": 64, "sha3_256": 32, "sha3_384": 48, "sha3_512": 64, "shake256": 64}
)
"""Digest size in bytes. SHAKE256 is used with 512 bits of output (RFC 8419, 3.1)."""

SCHEMES: frozenset[str] = frozenset({"rsa_pkcs1v15", "rsa_pss", "ecdsa", "ed25519", "ed448"})


@dataclass(frozen=True, slots=True)
class Mechanism:
    """How a key signs. PSS: MGF1 with the same hash, and a salt as long as it unless `salt_length` (bytes) is given."""

    scheme: Scheme
    hash: Hash = "sha256"
    salt_length: int | None = None

    def __post_init__(self) -> None:
        if self.scheme not in SCHEMES:
            raise InputError(
                f"unknown signature scheme {self.scheme!r}; use one of {sorted(SCHEMES)}", code="MECHANISM"
            )
        if self.hash not in HASH_SIZES:
            raise InputError(f"unknown hash {self.hash!r}; use one of {sorted(HASH_SIZES)}", code="MECHANISM")
        if self.salt_length is not None and (self.scheme != "rsa_pss" or self.salt_length < 0):
            raise InputError("salt_length is a number of bytes >= 0 and belongs to rsa_pss only", code="MECHANISM")


def digest(hash_name: Hash, data: bytes | memoryview) -> bytes:
    """The digest of `data`, in one call."""
    return finished(hash_name, hashlib.new(hash_name, data))


def finished(hash_name: str, running: hashlib._Hash) -> bytes:
    """The digest of what `running`, an object of hashlib by that name, has been fed."""
    if hash_name == "shake256":
        return running.digest(HASH_SIZES[hash_name])  # type: ignore[call-arg]  # typed for hashes of one length
    return running.digest()
