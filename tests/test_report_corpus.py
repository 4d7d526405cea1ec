"""Reports on public signed files, where that folder is at hand: nothing raises, and no file known to be bad passes."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

import esign_core as es
from esign_core.document.signatures import signature_fields
from esign_core.errors import EsignError
from esign_core.pdf.objects import PdfFile
from esign_core.pki.certificate import parse_certificate
from esign_core.pki.cms_read import read_signed_data
from tests.test_report import SCHEMA

SIGNED = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "signed"
ROWS = list(csv.DictReader((SIGNED / "index.csv").read_text().splitlines())) if SIGNED.exists() else []

pytestmark = [
    pytest.mark.skipif(not ROWS, reason="the public corpus of signed files is not on this machine"),
    pytest.mark.filterwarnings("ignore:Attribute's length"),
    pytest.mark.filterwarnings("ignore:Parsed a"),
]


def embedded_certificates(data: bytes) -> list[bytes]:
    found: list[bytes] = []
    try:
        with PdfFile(data) as file:
            for item in signature_fields(file):
                if item.value is not None:
                    found += [certificate.der for certificate in read_signed_data(item.value.contents).certificates]
    except EsignError:
        pass  # what cannot be read has no certificates to trust: the report says the rest
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['category']}-{row['file']}")
def test_public_signed_file(row: dict[str, str]) -> None:
    """Trusting all that the file brings along and asking no CRL, so that only the document itself can be at fault."""
    data = (SIGNED / row["file"]).read_bytes()
    certificates = embedded_certificates(data)
    issued = [parse_certificate(der).not_before for der in certificates]
    report = es.verify(
        data,
        trust=es.Trust(certificates),
        validation_time=max(issued, default=datetime(2026, 1, 1, tzinfo=UTC)) + timedelta(days=1),
        policy=es.Policy(revocation="not-checked"),
    )
    jsonschema.validate(report.as_dict(), SCHEMA)
    findings = [finding for signature in report.signatures for finding in signature.findings] + list(report.warnings)
    assert "INTERNAL" not in {finding.code for finding in findings}
    if row["expected"] == "REJECT":
        assert not report.conclusion.passed, row["why"]
    if row["expected"] == "ACCEPT":
        assert report.conclusion.indication is not es.Indication.TOTAL_FAILED, report.text()
