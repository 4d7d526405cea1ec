"""What all questions are asked about: the demo's letter, and an identity made on the spot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from demo.ca import Authority, make_authority
from esign_core.signers.pkcs12 import Pkcs12Signer

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PASSPHRASE = "benchmark"
LETTER = Path(__file__).parent.parent / "corpus" / "files" / "surat.pdf"


@dataclass(frozen=True)
class Subject:
    letter: bytes
    authority: Authority
    bundle: bytes
    signer: Pkcs12Signer


@cache
def subject() -> Subject:
    authority = make_authority(NOW, "rsa")
    bundle = authority.pkcs12(PASSPHRASE)
    return Subject(LETTER.read_bytes(), authority, bundle, Pkcs12Signer.load(bundle, passphrase=PASSPHRASE))
