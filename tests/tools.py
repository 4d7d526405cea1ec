"""Independent tools that judge what we made: poppler, qpdf, openssl, pyHanko, pdfium, QR decoders."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy
import pypdfium2
import zxingcpp
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from numpy.typing import NDArray
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

import esign_core as es

_SECONDS = 30  # far above what any of them takes, also on a busy machine
Pixels = NDArray[numpy.uint8]


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Bounded, as some of them hang on some files (subprocess.TimeoutExpired)."""
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=_SECONDS)


def pdfsig(pdf: bytes, password: str = "") -> str:
    """What poppler says of each signature, certificates aside."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signed.pdf"
        path.write_bytes(pdf)
        return run("pdfsig", "-nocert", *(("-upw", password) if password else ()), path).stdout


def qpdf_problems(pdf: bytes, password: str = "") -> str:
    """Empty when qpdf finds the file without fault."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.pdf"
        path.write_bytes(pdf)
        result = run("qpdf", f"--password={password}", "--check", path)
        return "" if result.returncode == 0 else result.stdout + result.stderr


def signed_bytes_and_cms(pdf: bytes, facts: es.SigningFacts) -> tuple[bytes, bytes]:
    """By the ByteRange of the facts alone: what was signed, and the CMS with its padding cut."""
    first, length, second, rest = facts.byte_range
    cms = bytes.fromhex(pdf[length + 1 : second - 1].decode())
    size = 4 + int.from_bytes(cms[2:4], "big")  # 30 82 hh ll: a SEQUENCE of up to 64 kB
    return pdf[first:length] + pdf[second : second + rest], cms[:size]


def openssl_cms(pdf: bytes, facts: es.SigningFacts, root_pem: bytes, at: datetime) -> str:
    """openssl's verdict over CAdES attributes, chain and value: "" when it succeeds."""
    content, cms = signed_bytes_and_cms(pdf, facts)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        for name, data in (("content", content), ("cms", cms), ("root", root_pem)):
            (base / name).write_bytes(data)
        result = run(
            *("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", base / "cms"),
            *("-content", base / "content", "-CAfile", base / "root", "-purpose", "any"),
            *("-attime", str(int(at.timestamp())), "-out", base / "out"),
        )
        return "" if result.returncode == 0 else result.stderr


def pyhanko_verdicts(
    pdf: bytes, root: bytes, crls: list[bytes], at: datetime, password: str | None = None, *, strict: bool = True
) -> list[bool]:
    """pyHanko's bottom line for each signature, revocation required. Hybrid files it judges if not `strict`."""
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(root)],
        crls=[asn1_crl.CertificateList.load(item) for item in crls],
        moment=at,
        allow_fetching=False,
        revocation_mode="require",
    )
    reader = PdfFileReader(io.BytesIO(pdf), strict=strict)
    if password is not None:
        reader.decrypt(password)
    signatures = reader.embedded_regular_signatures
    return [validate_pdf_signature(item, context, key_usage_settings=None).bottom_line for item in signatures]


def pdfium_page(pdf: bytes, page_index: int = 0, scale: float = 2.0, password: str | None = None) -> Pixels:
    """RGB rows as PDFium draws the page, annotations and form fields included."""
    document = pypdfium2.PdfDocument(pdf, password=password)
    try:
        document.init_forms()
        image = document[page_index].render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    finally:
        document.close()
    return numpy.asarray(image)


def poppler_page(pdf: bytes, page_index: int = 0, scale: float = 2.0) -> Pixels:
    """RGB rows as poppler draws the page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.pdf"
        path.write_bytes(pdf)
        number = str(page_index + 1)
        run(
            "pdftoppm", "-cropbox", "-r", str(72 * scale), "-png", "-singlefile", "-f", number, "-l", number, path, path
        )
        return numpy.asarray(Image.open(path.with_suffix(".pdf.png")).convert("RGB"))


def mupdf_page(pdf: bytes, page_index: int = 0, scale: float = 2.0) -> Pixels:
    """RGB rows as MuPDF draws the page."""
    with tempfile.TemporaryDirectory() as folder:
        path, png = Path(folder) / "file.pdf", Path(folder) / "page.png"
        path.write_bytes(pdf)
        run("mutool", "draw", "-q", "-r", str(72 * scale), "-o", png, path, str(page_index + 1))
        return numpy.asarray(Image.open(png).convert("RGB"))


def pixels(image: Image.Image) -> Pixels:
    return numpy.asarray(image.convert("RGB"))


def qr_texts(pixels: Pixels) -> list[str]:
    """The content of every QR code on the picture."""
    return [found.text for found in zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormat.QRCode)]


@dataclass(frozen=True)
class Window:
    """A box on a picture, in pixels, with a rim that anti-aliasing may touch."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, box: es.ViewRect, scale: float, rim: int = 2) -> Window:
        return cls(
            int(box.x * scale) - rim,
            int(box.y * scale) - rim,
            int((box.x + box.width) * scale) + rim + 1,
            int((box.y + box.height) * scale) + rim + 1,
        )

    def cut(self, pixels: Pixels) -> Pixels:
        return pixels[max(0, self.top) : self.bottom, max(0, self.left) : self.right]

    def blanked(self, pixels: Pixels) -> Pixels:
        copy = pixels.copy()
        copy[max(0, self.top) : self.bottom, max(0, self.left) : self.right] = 0
        return copy


def pyhanko_timestamp(pdf: bytes, root: bytes, tsa_root: bytes, at: datetime) -> tuple[bool, bool]:
    """Of the last signature: pyHanko's bottom line, and whether its timestamp is intact, valid and trusted."""
    contexts = [
        ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(one)], moment=at, allow_fetching=False, revocation_mode="soft-fail"
        )
        for one in (root, tsa_root)
    ]
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[-1]
    status = validate_pdf_signature(signature, *contexts, key_usage_settings=None)
    stamp = status.timestamp_validity
    return status.bottom_line, stamp is not None and stamp.intact and stamp.valid and stamp.trusted


def openssl_timestamp(token: bytes, data: bytes, hash: str, roots_pem: bytes, untrusted_pem: bytes) -> str:
    """openssl's verdict over a token for `data`: "" when it succeeds."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        for name, content in (("token", token), ("roots", roots_pem), ("untrusted", untrusted_pem)):
            (base / name).write_bytes(content)
        result = run(
            *("openssl", "ts", "-verify", "-token_in", "-in", base / "token"),
            *("-digest", hashlib.new(hash, data).hexdigest(), "-CAfile", base / "roots"),
            *(("-untrusted", base / "untrusted") if untrusted_pem else ()),
        )
        return "" if result.returncode == 0 else result.stdout + result.stderr
