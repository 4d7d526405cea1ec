"""What the caller trusts and accepts, as values: anchors, outside evidence, and the rules for signing and verifying."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, Self, TypeAlias

from esign_core.errors import InputError

Revocation: TypeAlias = Literal["required", "if-available", "not-checked"]

_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)


def _pem_blocks(pem: bytes, label: bytes) -> list[bytes]:
    """DER of every block with this label; other blocks are passed over (RFC 7468)."""
    blocks = []
    for match in _PEM.finditer(pem):
        if match[1] != label:
            continue
        try:
            blocks.append(base64.b64decode(b"".join(match[2].split()), validate=True))
        except binascii.Error as error:
            raise InputError(f"a PEM block is not base64 ({error}); export the file again", code="PEM") from error
    return blocks


def _to_der(items: Sequence[bytes], label: bytes) -> tuple[bytes, ...]:
    if isinstance(items, (bytes, bytearray, memoryview, str)):
        raise InputError("give a sequence of DER or PEM values, not a single one", code="NOT_A_SEQUENCE")
    found: list[bytes] = []
    for item in items:
        data = bytes(item)
        if b"-----BEGIN" in data:
            blocks = _pem_blocks(data, label)
            if not blocks:
                raise InputError(f"no {label.decode()} block in the PEM data", code="PEM")
            found += blocks
        else:
            found.append(data)
    return tuple(found)


@dataclass(frozen=True, slots=True, init=False)
class Trust:
    """Anchors, DER or PEM; kept as DER. `tsa` defaults to `anchors`. Empty: nothing is trusted, no error.

    InputError (code PEM) for PEM data that holds no certificate.
    """

    anchors: tuple[bytes, ...]
    tsa: tuple[bytes, ...]

    def __init__(self, anchors: Sequence[bytes], *, tsa: Sequence[bytes] | None = None) -> None:
        object.__setattr__(self, "anchors", _to_der(anchors, b"CERTIFICATE"))
        object.__setattr__(self, "tsa", self.anchors if tsa is None else _to_der(tsa, b"CERTIFICATE"))

    @classmethod
    def from_pem(cls, pem: bytes, *, tsa: bytes | None = None) -> Self:
        """Every certificate of a PEM bundle becomes an anchor."""
        return cls([pem], tsa=None if tsa is None else [tsa])

    def __repr__(self) -> str:
        return f"Trust({len(self.anchors)} anchors, {len(self.tsa)} for timestamps)"


@dataclass(frozen=True, slots=True, init=False)
class Evidence:
    """Certificates, OCSP responses and CRLs from outside the document, DER (certificates and CRLs also PEM).

    Adds to what the document carries; what is not needed costs nothing.
    """

    certificates: tuple[bytes, ...]
    ocsp: tuple[bytes, ...]
    crls: tuple[bytes, ...]

    def __init__(
        self, certificates: Sequence[bytes] = (), ocsp: Sequence[bytes] = (), crls: Sequence[bytes] = ()
    ) -> None:
        object.__setattr__(self, "certificates", _to_der(certificates, b"CERTIFICATE"))
        object.__setattr__(self, "ocsp", _to_der(ocsp, b"OCSP RESPONSE"))
        object.__setattr__(self, "crls", _to_der(crls, b"X509 CRL"))

    def __repr__(self) -> str:
        return (
            f"Evidence({len(self.certificates)} certificates, {len(self.ocsp)} OCSP responses, {len(self.crls)} CRLs)"
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """What is accepted when verifying.

    `revocation`: "required" — no verdict without a current answer for every certificate below the anchor;
    "if-available" — judged where there is one; "not-checked". `hashes`, `rsa_bits` and `ec_bits`: what still counts as
    strong (ETSI TS 119 312, clauses 5 and 6); weaker is INDETERMINATE / CRYPTO_CONSTRAINTS_FAILURE.
    """

    revocation: Revocation = "required"
    hashes: tuple[str, ...] = ("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512")
    rsa_bits: int = 2048
    ec_bits: int = 256

    def __post_init__(self) -> None:
        if self.revocation not in ("required", "if-available", "not-checked"):
            raise InputError(
                f"revocation is not {self.revocation!r} but required, if-available or not-checked", code="POLICY"
            )
        object.__setattr__(self, "hashes", tuple(self.hashes))

    @property
    def id(self) -> str:
        """A named preset's, or "custom" as soon as any field differs from it."""
        return "default-2026" if self == Policy() else "custom"

    @property
    def sha256(self) -> str:
        """Digest over every field, hex: two reports with the same one were judged alike."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @classmethod
    def default(cls) -> Self:
        """The strict one: revocation required, algorithms of 2026."""
        return cls()


@dataclass(frozen=True, slots=True)
class SigningPolicy:
    """What a signer's certificate must be before it signs. Each check can be relaxed, by name.

    `check_validity`: signing time within notBefore and notAfter. `check_key_usage`: digitalSignature or nonRepudiation
    where the extension is present (RFC 5280, 4.2.1.3). `allow_ca`: a CA certificate may sign. `rsa_bits`, `ec_bits`:
    least strength (ETSI TS 119 312, clause 6).
    """

    check_validity: bool = True
    check_key_usage: bool = True
    allow_ca: bool = False
    rsa_bits: int = 2048
    ec_bits: int = 256
