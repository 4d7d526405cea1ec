"""The finished document, read by the reader that verifies: what did not come out right is never returned."""

from __future__ import annotations

from esign_core.document.fields import fields
from esign_core.errors import EsignError, PdfError
from esign_core.pdf.lexer import dictionary_spans, parse_value
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Pdf, Ref
from esign_core.signing.order import Order
from esign_core.signing.values import Prepared

_HEX_DIGITS = b"0123456789abcdef"


def read_back(signed: Pdf, prepared: Prepared, order: Order) -> None:
    """Our field, as the newest section has it, holds our signature over all of the document.

    EsignError (INTERNAL) where it does not: a fault of ours. The digits of /Contents are looked at and left out of what
    is parsed: they are most of the update, and one token.
    """
    try:
        right = _holds_ours(signed, prepared, order)
    except PdfError as error:
        raise _withheld() from error
    if not right:
        raise _withheld()


def _holds_ours(signed: Pdf, prepared: Prepared, order: Order) -> bool:
    if prepared.facts.path == "full":
        from esign_core.signing.full import read_back_full

        return read_back_full(bytes(signed), prepared, order)
    with PdfFile(signed, order.limits, password=order.password) as file:
        for item in fields(file, ("FT",)):
            value = item.entries.get("V")
            if item.name != prepared.facts.field or file.get(item.entries, "FT") != "Sig":
                continue
            if isinstance(value, Ref) and _is_ours(file, value, prepared):
                return True
    return False


def _is_ours(file: PdfFile, ref: Ref, prepared: Prepared) -> bool:
    """Is this object the signature dictionary, with /ByteRange and /Contents where they are meant to be?"""
    found = file.xref.find(ref.number)
    if found is None or found[0].kind != "offset" or found[1] != 0:
        return False
    offset, start, end = (
        found[0].first,
        prepared.base_length + prepared.gap_start,
        prepared.base_length + prepared.gap_end,
    )
    head = b"%d %d obj\n" % ref
    text = b"".join((file.buffer[offset:start], file.buffer[end:]))
    if not text.startswith(head) or bytes(file.buffer[start:end]).translate(None, _HEX_DIGITS):
        return False
    spans, _, behind = dictionary_spans(text, len(head), depth=file.limits.depth)
    if not {"ByteRange", "Contents"} <= spans.keys() or not text.startswith(b"\nendobj\n", behind):
        return False
    meant = (0, start - 1, end + 1, len(file.buffer) - (end + 1))
    at = start - 1 - offset
    return (
        prepared.facts.byte_range == meant
        and parse_value(text, spans["ByteRange"][0])[0] == list(meant)
        and (spans["Contents"], text[at : at + 2]) == ((at, at + 2), b"<>")
    )


def _withheld() -> EsignError:
    return EsignError(
        "the signed document did not come out right and is withheld: a fault of esign_core, please report it"
    )
