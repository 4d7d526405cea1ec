"""How long does it take to judge one signature, chain and CRLs included? Against pyHanko and poppler's pdfsig."""

from __future__ import annotations

import io
import subprocess
import tempfile
from pathlib import Path

from asn1crypto import crl, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

import esign_core as es
from benchmarks.sign_letter import ours as signed_letter
from benchmarks.subject import NOW, subject
from benchmarks.timing import compare


def run() -> None:
    pdf, authority = signed_letter(), subject().authority
    root, crls = authority.root.der, authority.crls()

    def ours() -> None:
        report = es.verify(pdf, trust=es.Trust([root]), evidence=es.Evidence(crls=crls), validation_time=NOW)
        if not report.conclusion.passed:
            raise AssertionError(report.text())

    def pyhanko() -> None:
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(root)],
            crls=[crl.CertificateList.load(item) for item in crls],
            moment=NOW,
            allow_fetching=False,
            revocation_mode="require",
        )
        (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        if not validate_pdf_signature(signature, context).bottom_line:
            raise AssertionError("pyHanko refuses the letter")

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signed.pdf"
        path.write_bytes(pdf)

        def pdfsig() -> None:
            printed = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, check=True).stdout
            if b"Signature is Valid" not in printed:
                raise AssertionError("pdfsig refuses the letter")

        compare(
            "verify: one signature, chain and CRLs (pdfsig: signature only, a process)",
            {"esign_core": ours, "pyHanko": pyhanko, "pdfsig -nocert (process)": pdfsig},
        )
