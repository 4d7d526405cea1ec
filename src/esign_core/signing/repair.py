"""A damaged document, rewritten by qpdf (pikepdf) before it is signed: when asked for, and never over a signature.

What is signed then is another file than the caller's: what qpdf could save of it.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from esign_core.document.pages import contents, page_at
from esign_core.errors import InputError, LimitExceeded, MissingExtra, PasswordError, PdfError
from esign_core.limits import Limits
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.values import Pdf, view_of
from esign_core.place.placement import Placement
from esign_core.signer import Identity
from esign_core.signing.order import Order
from esign_core.signing.steps import prepared_and_hashed

if TYPE_CHECKING:
    import pikepdf

_NO_DAMAGE = frozenset(  # what a new copy would not cure, or would cure by showing another document
    {
        "EMPTY",
        "ENCRYPTION_DAMAGED",
        "ENCRYPTION_PUBLIC_KEY",
        "ENCRYPTION_UNSUPPORTED",
        "HYBRID_XREF",
        "NUMBERS_EXHAUSTED",
        "TOO_LARGE",
        "XFA",
    }
)
_ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z])|/Filter */Standard(?![A-Za-z])")
_SIGNED = re.compile(rb"/ByteRange|/DocTimeStamp|/Type */Sig(?![A-Za-z])")


class Mended(NamedTuple):
    """The document to sign, and what is asked for. `repaired`: it is another one than was given."""

    pdf: Pdf
    order: Order
    repaired: bool


def mended(pdf: Pdf, identity: Identity, order: Order) -> Mended:
    """The document as it is where preparing it finds no damage; otherwise rewritten.

    A placement stays good where the page has kept its boxes and contents; InputError (OTHER_DOCUMENT) where it has
    not. PdfError: what preparing raises where a new copy cures nothing, REPAIR_SIGNED, REPAIR_ENCRYPTED, REPAIR_FAILED.
    """
    try:
        prepared_and_hashed(pdf, identity, order, None)
    except PasswordError:
        raise
    except PdfError as error:
        if error.code == "NEEDS_SIGN":
            return Mended(pdf, order, False)
        if error.code in _NO_DAMAGE:
            raise
        document = _rewritten(pdf, error, order.limits)
        place = order.placement and _moved(order.placement, pdf, document, order.limits)
        copies = [_moved(each, pdf, document, order.limits) for each in order.copies]
        return Mended(document, replace(order, placement=place, copies=copies), True)
    return Mended(pdf, order, False)


def _rewritten(pdf: Pdf, damage: PdfError, limits: Limits) -> bytes:
    """The same bytes for the same file: /ID derives from what is written."""
    try:
        import pikepdf  # noqa: F401 - here to be told of by name
    except ImportError as error:
        raise MissingExtra("repair needs pikepdf: pip install 'esign-core[repair]'") from error
    if _SIGNED.search(view_of(pdf)):
        raise _signed() from damage
    if _ENCRYPTED.search(view_of(pdf)):  # where the trailer is lost, nothing else tells
        raise _encrypted() from damage
    output = io.BytesIO()
    try:
        with _opened(pdf, limits) as document:
            signed, encrypted = _holds_signature(document), document.is_encrypted
            document.trailer.Size = 0  # qpdf writes the number, but only where there is one
            document.save(output, compress_streams=False, fix_metadata_version=False, deterministic_id=True)
    except (LimitExceeded, MemoryError):
        raise
    except Exception as error:
        raise PdfError(
            f"the file is damaged beyond repair ({type(error).__name__}; it was: {damage}): ask for another copy",
            code="REPAIR_FAILED",
        ) from error
    if signed or encrypted:
        raise (_signed() if signed else _encrypted()) from damage
    return output.getvalue()


def _opened(pdf: Pdf, limits: Limits) -> pikepdf.Pdf:
    """qpdf looks for the objects of a file whose sections are damaged, but must be told its catalog."""
    import pikepdf

    try:
        return pikepdf.open(io.BytesIO(pdf))
    except pikepdf.PdfError:
        with LenientFile(pdf, limits) as file:
            trailer = b"\ntrailer\n<</Root %d %d R>>\nstartxref\n0\n%%%%EOF\n" % file.catalog[0]
        return pikepdf.open(io.BytesIO(b"".join((pdf, trailer))))


def _holds_signature(document: pikepdf.Pdf) -> bool:
    """In object streams, say, or with names written with escapes: where the bytes do not show it."""
    import pikepdf

    return any(
        isinstance(item, pikepdf.Dictionary) and _SIGNED.search(item.unparse(resolved=True))
        for item in document.objects
    )


def _moved(placement: Placement, pdf: Pdf, document: bytes, limits: Limits) -> Placement:
    length = placement.document_length
    index = placement.page_index
    if placement.document_sha256 is None or length is None or index is None:
        return placement
    with LenientFile(pdf, limits) as before, LenientFile(document, limits) as after:
        if length != len(before.buffer) or hashlib.sha256(before.buffer).hexdigest() != placement.document_sha256:
            return placement  # of another document, as signing is going to say
        if _page(before, index) != _page(after, index):
            raise InputError(
                "the position was computed on the damaged file, and the repaired page has other boxes or contents: "
                "place the signature with at_rect or at_view",
                code="OTHER_DOCUMENT",
            )
    return replace(placement, document_sha256=hashlib.sha256(document).hexdigest(), document_length=len(document))


def _page(file: LenientFile, index: int) -> tuple[object, list[bytes]]:
    """What positions on a page depend on; the white space that ends a stream may be part of its data or not."""
    page = page_at(file, index)
    return page.frame, [file.data_and_damage(stream)[0].rstrip() for stream in contents(file, page)]


def _signed() -> PdfError:
    return PdfError(
        "the file is damaged and holds a signature, which a repair would break: ask for an undamaged copy",
        code="REPAIR_SIGNED",
    )


def _encrypted() -> PdfError:
    return PdfError(
        "the file is damaged and encrypted, and a repair would leave it open to all: save it without a password first",
        code="REPAIR_ENCRYPTED",
    )
