"""What the tests of signed files share."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import esign_core as es
from esign_core.files import SignedFile, sign_file
from tests.conftest import NOW, corpus_file, signer_of

LETTER = corpus_file("surat.pdf")


def signed_here(path: Path, target: Path | None = None, **changed: Any) -> SignedFile:
    return sign_file(path, changed.pop("signer", signer_of("rsa")), signing_time=NOW, target=target, **changed)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@dataclass
class Meanwhile:
    """A signer that does something before it signs, and counts."""

    action: Any
    certificate: bytes = field(default_factory=lambda: signer_of("rsa").certificate)
    chain: Any = field(default_factory=lambda: signer_of("rsa").chain)
    mechanism: Any = field(default_factory=lambda: signer_of("rsa").mechanism)
    used: int = 0

    def sign(self, tbs: es.ToBeSigned, /) -> bytes:
        self.used += 1
        self.action()
        return signer_of("rsa").sign(tbs)


def unsupported(*_: object) -> int:
    raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
