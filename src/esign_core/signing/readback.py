"""The finished document, read by the reader that verifies: what did not come out right is never returned."""

from __future__ import annotations

from esign_core.document.signatures import signature_fields
from esign_core.errors import EsignError
from esign_core.limits import Limits
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Pdf
from esign_core.signing.values import Prepared


def read_back(signed: Pdf, prepared: Prepared, limits: Limits, *, password: str | None = None) -> None:
    """Our field holds our signature over all of the document."""
    with PdfFile(signed, limits, password=password) as file:
        for item in signature_fields(file):
            value = item.value
            if item.name != prepared.facts.field or value is None:
                continue
            start, end = prepared.base_length + prepared.gap_start - 1, prepared.base_length + prepared.gap_end + 1
            if value.contents_span == (start, end) and value.byte_range == prepared.facts.byte_range:
                return
    raise EsignError(
        "the signed document did not come out right and is withheld: a fault of esign_core, please report it"
    )
