"""What does a signature on the letter take? With the key kept, with the key loaded each time, at the tag with a QR."""

from __future__ import annotations

import io

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

import esign_core as es
from benchmarks.choice import Choice
from benchmarks.subject import NOW, PASSPHRASE, subject
from benchmarks.timing import compare
from esign_core.signers.pkcs12 import Pkcs12Signer


def ours() -> bytes:
    return es.sign(subject().letter, subject().signer, signing_time=NOW).pdf


def ours_at_the_tag() -> bytes:
    placement = es.at_tag(es.find_tags(subject().letter, "#"), width=80, height=80)
    look = es.qr("https://verify.example/42")
    return es.sign(subject().letter, subject().signer, signing_time=NOW, placement=placement, appearance=look).pdf


def ours_with_the_key_loaded() -> bytes:
    signer = Pkcs12Signer.load(subject().bundle, passphrase=PASSPHRASE)
    return es.sign(subject().letter, signer, signing_time=NOW).pdf


def pyhanko_signer() -> signers.SimpleSigner:
    passphrase = PASSPHRASE.encode()
    signer: signers.SimpleSigner = signers.SimpleSigner.load_pkcs12_data(subject().bundle, [], passphrase)
    return signer


def with_pyhanko(signer: signers.SimpleSigner, pdf: bytes) -> bytes:
    """Its plain call."""
    meta = signers.PdfSignatureMetadata("Sig", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES)
    document = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signed: bytes = signers.sign_pdf(document, meta, signer=signer).getvalue()
    return signed


def bare_rsa() -> bytes:
    key = subject().authority.signer.key
    if not isinstance(key, rsa.RSAPrivateKey):
        raise AssertionError("the benchmark signs with RSA")
    return key.sign(b"x" * 240, padding.PKCS1v15(), hashes.SHA256())


def run(choice: Choice) -> None:
    rounds = 1 if choice.quick else 30
    letter = subject().letter
    compare(
        "sign the letter: invisible, key loaded each time",
        {"esign_core": ours_with_the_key_loaded, "pyHanko": lambda: with_pyhanko(pyhanko_signer(), letter)},
        rounds=rounds,
    )
    compare(
        "sign the letter: find, QR at the tag, key kept",
        {"esign_core": ours_at_the_tag, "of that invisible": ours},
        rounds=rounds,
    )
