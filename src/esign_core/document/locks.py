"""What earlier signatures forbid: DocMDP and FieldMDP (ISO 32000-2, 12.8.2.2 and 12.8.2.4)."""

from __future__ import annotations

from esign_core.document.signatures import SignatureField, signature_fields
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Dictionary


def locking_field(file: PdfFile) -> str | None:
    """The name of the signature field that forbids any further signature; None when none does.

    A certification of permission 1 forbids every change. A field lock of action All would be broken by a new signature
    field as well, and one of action Exclude by a field it does not name.
    """
    for item in signature_fields(file):
        if item.value is not None and (_permits_nothing(file, item) or _locks_new_fields(file, item)):
            return item.name
    return None


def transforms(file: PdfFile, item: SignatureField, method: str) -> list[Dictionary]:
    """The transform parameters of that method in the signature's references."""
    references = file.get(item.value.entries, "Reference") if item.value else None
    found: list[Dictionary] = []
    for reference in references if isinstance(references, list) else []:
        entries = file.resolve(reference)
        if isinstance(entries, dict) and file.get(entries, "TransformMethod") == method:
            parameters = file.get(entries, "TransformParams")
            found.append(parameters if isinstance(parameters, dict) else {})
    return found


def _permits_nothing(file: PdfFile, item: SignatureField) -> bool:
    return any(file.get(parameters, "P") == 1 for parameters in transforms(file, item, "DocMDP"))


def _locks_new_fields(file: PdfFile, item: SignatureField) -> bool:
    return any(
        file.get(parameters, "Action") in ("All", "Exclude") for parameters in transforms(file, item, "FieldMDP")
    )
