"""A document opened to be signed, or why it cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from esign_core.document.fields import form
from esign_core.errors import PdfError
from esign_core.limits import Limits
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Pdf


@contextmanager
def open_to_sign(pdf: Pdf, limits: Limits, password: str | None) -> Iterator[PdfFile]:
    """The document. PdfError: NEEDS_SIGN where the lean path cannot write it, HYBRID_XREF, XFA; PasswordError."""
    try:
        file = PdfFile(pdf, limits, password=password)
    except PdfError as error:
        if error.code == "ENCRYPTION_PUBLIC_KEY":
            raise _needs_sign("encrypted for certificates") from error
        raise
    with file:
        if file.has_mac:
            raise _needs_sign("protected by a PDF MAC (ISO/TS 32004)")
        _require_one_view(file)
        if "XFA" in form(file):
            raise PdfError("forms in XFA cannot be signed yet: flatten the form first", code="XFA")
        yield file


def _needs_sign(what: str) -> PdfError:
    """What the lean path does not write, and the full path does: `sign` alone has one."""
    return PdfError(f"the document is {what}: `sign` signs it, `prepare` does not", code="NEEDS_SIGN")


def _require_one_view(file: PdfFile) -> None:
    """Of a hybrid-reference file (ISO 32000-2, 7.5.8.4) the stream may add objects to those of its table.

    Where both have an object, and in different places, it is up to the reader which one is seen.
    """
    for section in file.sections:
        number = section.in_two_places()
        if number is not None:
            raise PdfError(
                f"object {number} is in one place for readers that know cross-reference streams, and in another for "
                "those that do not: save the file anew",
                code="HYBRID_XREF",
            )
