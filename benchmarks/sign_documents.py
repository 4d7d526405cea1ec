"""What is signed, and against whom: documents by size, the bare cost of key and hash, and the peers' calls."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from pyhanko.sign.signers import SimpleSigner

import esign_core as es
from benchmarks import made
from benchmarks.engines import installed
from benchmarks.sign_letter import bare_rsa, pyhanko_signer, with_pyhanko
from benchmarks.subject import NOW, subject
from corpus import writer
from demo.ca import PrivateKey

Jobs = dict[str, Callable[[], object]]
OURS, PYHANKO, RUSTPDF, RSA, SHA = "esign_core", "pyHanko", "rustpdf sign_with", "RSA-2048 alone", "SHA-256 of the file"
_LINKS = 98  # on each page of the index


def ten_pages() -> bytes:
    """A contract: text in Helvetica, by ReportLab."""
    return made.reportlab_book(10)


def thousand_pages() -> bytes:
    """The same, a hundred times as long."""
    return made.kept("thousand", lambda: made.reportlab_book(1000)) or b""


def many_objects(pages: int = 1000) -> bytes:
    """An index: pages with as many links as fit, a hundred objects each, a cross-reference table."""
    objects: dict[int, writer.Body] = {1: "<< /Type /Catalog /Pages 2 0 R >>"}
    first = range(3, 3 + pages * (2 + _LINKS), 2 + _LINKS)
    kids = " ".join(f"{number} 0 R" for number in first)
    objects[2] = f"<< /Type /Pages /Count {pages} /MediaBox [0 0 595 842] /Kids [{kids}] >>"
    for index, number in enumerate(first):
        links = range(number + 2, number + 2 + _LINKS)
        annotations = " ".join(f"{link} 0 R" for link in links)
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /Resources << >> /Contents {number + 1} 0 R /Annots [{annotations}] >>"
        )
        objects[number + 1] = writer.stream(f"0.9 g 40 40 515 {700 + index % 60} re f")
        for line, link in enumerate(links):
            objects[link] = (
                f"<< /Type /Annot /Subtype /Link /Rect [40 {40 + 8 * line} 555 {48 + 8 * line}] /Border [0 0 0] "
                f"/A << /S /URI /URI (https://index.example/{index}/{line}) >> >>"
            )
    return writer.append(b"", objects, trailer="/Root 1 0 R")


def letters(count: int) -> list[bytes]:
    """The demo's letter as so many documents: each has an /ID of its own."""
    letter = subject().letter
    start = letter.rindex(b"/DocChecksum /") + len(b"/DocChecksum /")
    return [
        letter[:start] + hashlib.md5(b"%d" % number).hexdigest().upper().encode() + letter[start + 32 :]
        for number in range(count)
    ]


def jobs_on(pdf: bytes) -> Jobs:
    """Who signs this document: ours by the default call, the peers that are installed, and the bare operations."""
    jobs: Jobs = {
        OURS: lambda: ours(pdf),
        RSA: bare_rsa,
        SHA: lambda: hashlib.sha256(pdf).digest(),
        PYHANKO: lambda: with_pyhanko(_pyhanko(), pdf),
    }
    if installed("rustpdf"):
        jobs[RUSTPDF] = lambda: with_rustpdf(pdf)
    return jobs


def ours(pdf: bytes) -> bytes:
    return es.sign(pdf, subject().signer, signing_time=NOW).pdf


def with_rustpdf(pdf: bytes) -> bytes:
    """PAdES as ours, with the same key and chain."""
    library = installed("rustpdf")
    assert library is not None
    signed: bytes = library.sign_with(
        pdf, subject().signer.certificate, _sign, subject().signer.chain, library.SigningOptions(pades=True)
    )
    return signed


@cache
def _pyhanko() -> SimpleSigner:
    return pyhanko_signer()


@cache
def _key() -> PrivateKey:
    return subject().authority.signer.key


def _sign(data: bytes) -> bytes:
    value: bytes = _key().sign(data, padding.PKCS1v15(), hashes.SHA256())  # type: ignore[call-arg, arg-type]
    return value
