"""What many tests share: the corpus, a CA of each key type, and signers of it."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

import esign_core as es
from demo.ca import Authority, KeyType, make_authority
from esign_core.signers.pkcs12 import Pkcs12Signer
from tests import tsa_peers

hypothesis.settings.register_profile("any machine", deadline=None)  # how long a test takes is no result of it
hypothesis.settings.load_profile("any machine")

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=7)))
PASSPHRASE = "rahasia äöü"
CORPUS = Path(__file__).parent.parent / "corpus"
MANIFEST: dict[str, dict[str, Any]] = tomllib.loads((CORPUS / "manifest.toml").read_text())["files"]
LINK = "https://verify.example/dok/2026-000123"


@cache
def corpus_file(name: str) -> bytes:
    return (CORPUS / "files" / name).read_bytes()


@cache
def authority_of(kind: KeyType) -> Authority:
    return make_authority(NOW, kind)


@cache
def signer_of(kind: KeyType) -> Pkcs12Signer:
    return Pkcs12Signer.load(authority_of(kind).pkcs12(PASSPHRASE), passphrase=PASSPHRASE)


def judge(pdf: es.Pdf, authority: Authority, *, at: datetime = NOW, **changed: Any) -> es.Report:
    """`verify` under the authority's root and CRLs, as the demo does."""
    given: dict[str, Any] = {
        "trust": es.Trust([authority.root.der]),
        "evidence": es.Evidence(crls=authority.crls()),
        "validation_time": at,
    }
    return es.verify(pdf, **(given | changed))


@cache
def certified(pdf: bytes, permission: int) -> bytes:
    """`pdf` certified with that DocMDP permission by pyHanko."""
    signer = signers.SimpleSigner.load_pkcs12_data(authority_of("rsa").pkcs12("x"), other_certs=[], passphrase=b"x")
    meta = signers.PdfSignatureMetadata(
        field_name="Sertifikasi", certify=True, docmdp_permissions=fields.MDPPerm(permission), md_algorithm="sha256"
    )
    return signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer=signer).getvalue()


@pytest.fixture
def letter() -> bytes:
    """The letter of the demo: one page, one `#`."""
    return corpus_file("surat.pdf")


@pytest.fixture(params=["rsa", "p256"])
def key_type(request: pytest.FixtureRequest) -> KeyType:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def authority(key_type: KeyType) -> Authority:
    return authority_of(key_type)


@pytest.fixture
def signer(key_type: KeyType) -> Pkcs12Signer:
    return signer_of(key_type)


@dataclass
class CountingSigner:
    """A signer that counts how often its key was used, awaited or not."""

    key: Pkcs12Signer
    calls: int = 0

    @property
    def certificate(self) -> bytes:
        return self.key.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self.key.chain

    @property
    def mechanism(self) -> es.Mechanism:
        return self.key.mechanism

    def sign(self, tbs: es.ToBeSigned, /) -> bytes:
        self.calls += 1
        return self.key.sign(tbs)


class AsyncCountingSigner(CountingSigner):
    sign = None  # type: ignore[assignment]

    async def asign(self, tbs: es.ToBeSigned, /) -> bytes:
        self.calls += 1
        return self.key.sign(tbs)


@pytest.fixture
def counting() -> CountingSigner:
    return CountingSigner(signer_of("p256"))


@pytest.fixture(scope="session")
def openssl_tsa() -> Iterator[tsa_peers.Served]:
    authority = authority_of("rsa")
    with tsa_peers.openssl_tsa(tsa_peers.tsa_entity(authority.intermediate), (authority.intermediate,)) as served:
        yield served


@pytest.fixture(scope="session")
def certomancer_tsa() -> Iterator[tsa_peers.Certomancer]:
    with tsa_peers.certomancer_tsa() as served:
        yield served
