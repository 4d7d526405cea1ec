"""Who says that a signed file came out right: poppler's pdfsig, qpdf and pyHanko, each with a time limit."""

from __future__ import annotations

import enum
import io
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import crl, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

TOOL_SECONDS = 20  # for one tool and one file
_BLOCK = re.compile(r"^Signature #\d+:$", re.MULTILINE)


class State(enum.IntEnum):
    """What qpdf finds in a file, best first."""

    SOUND = 0
    WARNED = 1
    DAMAGED = 2
    LOCKED = 3
    """Encrypted, for a password that is not the empty one or for the holder of a recipient's key."""


@dataclass(frozen=True, slots=True)
class Judges:
    """What is trusted when: DER of the root and of its CRLs."""

    root: bytes
    crls: Sequence[bytes]
    at: datetime

    def faults(self, pdf: bytes, field: str, before: State) -> tuple[str, ...]:
        """What is wrong with the signature in that field, in short words; empty when all three accept the file.

        qpdf must like it no less than it did before.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "signed.pdf"
            path.write_bytes(pdf)
            found = [*_by_pdfsig(path, field), *_by_qpdf(path, before)]
        return (*found, *self._by_pyhanko(pdf, field))

    def _by_pyhanko(self, pdf: bytes, field: str) -> Iterator[str]:
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(self.root)],
            crls=[crl.CertificateList.load(item) for item in self.crls],
            moment=self.at,
            allow_fetching=False,
            revocation_mode="require",
        )
        try:
            reader = PdfFileReader(io.BytesIO(pdf), strict=False)
            if reader.encrypted:
                reader.decrypt("")
            signature = next((item for item in reader.embedded_signatures if item.field_name == field), None)
            if signature is None:
                yield "pyHanko: not found"
            elif not validate_pdf_signature(signature, context, key_usage_settings=None).bottom_line:
                yield "pyHanko: not valid"
        except Exception as error:  # noqa: BLE001 - a peer may raise anything; it is told as what it says of the file
            yield f"pyHanko: {type(error).__name__}"


def state_of(path: Path) -> State:
    """Sound is what qpdf checks without an error and without a warning."""
    if _qpdf("--requires-password", path)[0] == 0:
        return State.LOCKED
    code, said = _qpdf("--check", path)
    if b"unsupported encryption filter" in said:
        return State.LOCKED
    return {0: State.SOUND, 3: State.WARNED}.get(code, State.DAMAGED)


def _by_qpdf(path: Path, before: State) -> Iterator[str]:
    after = state_of(path)
    if after > before:
        yield f"qpdf: {before.name.lower()} before, {after.name.lower()} now"


def _by_pdfsig(path: Path, field: str) -> Iterator[str]:
    try:
        printed = subprocess.run(
            ["pdfsig", "-nocert", str(path)], capture_output=True, check=False, timeout=TOOL_SECONDS
        ).stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        yield "pdfsig: took too long"
        return
    ours = [block for block in _BLOCK.split(printed) if f"Signature Field Name: {field}\n" in block]
    if not ours:
        yield "pdfsig: not found"
    elif "Signature is Valid" not in ours[-1]:
        yield "pdfsig: not valid"
    elif "Total document signed" not in ours[-1]:
        yield "pdfsig: not the whole document"


def _qpdf(option: str, path: Path) -> tuple[int, bytes]:
    """Its exit code and what it complains of."""
    try:
        done = subprocess.run(["qpdf", option, str(path)], capture_output=True, check=False, timeout=TOOL_SECONDS)
    except subprocess.TimeoutExpired:
        return -1, b""
    return done.returncode, done.stderr
