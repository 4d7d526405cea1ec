"""The signature dictionary (ISO 32000-2, 12.8.1; EN 319 142-1, clause 6.3) with room for what is known only later."""

from __future__ import annotations

from datetime import datetime, timedelta

from esign_core.errors import InputError
from esign_core.pdf.update import literal
from esign_core.signing.intent import Claims, SubFilter
from esign_core.version import __version__

BYTE_RANGE_WIDTH = 64  # characters; three offsets of up to 19 digits
_HEAD = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/%s"
# which software it was (Digital Signature Build Dictionary Specification, table 2); /REx is its version
_BUILD = b"/Prop_Build<</App<</Name/esign_core/REx%s>>>>" % literal(__version__)


def signature_dictionary(
    signing_time: datetime, claims: Claims, subfilter: SubFilter, references: bytes, reserved: int
) -> tuple[bytes, int, int]:
    """The dictionary's text, and in it the offsets of the /ByteRange room and of the first digit of /Contents.

    `references`: the /Reference entry, or nothing. `reserved` is in bytes of CMS. /M is always there (EN 319 142-1,
    table 1); the CMS carries no signing-time.
    """
    entries = [_HEAD % subfilter.encode("ascii"), b"/M" + literal(pdf_date(signing_time))]
    stated = (
        (b"Name", claims.name),
        (b"Reason", claims.reason),
        (b"Location", claims.location),
        (b"ContactInfo", claims.contact),
    )
    entries += [b"/%s%s" % (key, literal(text)) for key, text in stated if text]
    head = b"".join([*entries, references, _BUILD, b"/ByteRange "])
    contents = b"/Contents<"
    text = b"".join([head, b"null".ljust(BYTE_RANGE_WIDTH), contents, b"0" * (2 * reserved), b">>>"])
    return text, len(head), len(head) + BYTE_RANGE_WIDTH + len(contents)


def pdf_date(moment: datetime) -> str:
    """A date string in the moment's own zone (ISO 32000-2, 7.9.4), to the second."""
    offset = moment.utcoffset()
    if offset is None:
        raise InputError("signing_time has no time zone: pass an aware datetime", code="NAIVE_TIME")
    date, time = f"{moment.year:04}{moment.month:02}{moment.day:02}", f"{moment.hour:02}{moment.minute:02}"
    text = f"D:{date}{time}{moment.second:02}"
    if not offset:
        return text + "Z"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{text}{'+' if offset > timedelta(0) else '-'}{hours:02}'{minutes:02}'"
