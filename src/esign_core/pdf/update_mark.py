"""The comment in front of each of our updates: how long the update is, and where it belongs.

A file that says so and ends earlier was left unfinished, by a crash while it was written; what stood there before is
then known to the byte. Comments mean nothing to readers (ISO 32000-2, 7.2.4).
"""

from __future__ import annotations

import re

from esign_core.errors import PasswordError, PdfError
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Buffer, Pdf, view_of

_HEAD = b"%esign_core update "
_DIGITS = 12  # of the update's length, which is known only when the rest is laid out
_MARK = re.compile(rb"%%esign_core update (\d{%d}) bytes behind (\d{1,19})\n" % _DIGITS)
_LONGEST = len(_HEAD) + _DIGITS + len(b" bytes behind ") + 19 + len(b"\n")
# What ends the line of a file that does not: the blank tells it from a line end that was there before.
_NEW_LINE = b"\n "
_CHUNK = 1 << 20  # bytes searched at once
_TAIL = 1024  # bytes at the end of a file where its end-of-file marker is
# refused only after the cross-reference section was read
_XREF_IS_GOOD = frozenset({"ENCRYPTION_PUBLIC_KEY", "ENCRYPTION_UNSUPPORTED"})


def mark(base: Buffer, length: int = 0) -> bytes:
    """What an update of `length` bytes behind `base` begins with, always as long, whatever the update's length."""
    return (b"" if base[-1] in b"\r\n" else _NEW_LINE) + _text(length, len(base))


def unfinished_behind(pdf: Pdf, limits: Limits = DEFAULT_LIMITS) -> int | None:
    """How many bytes the document had before an update of ours that lacks its end; None where there is none.

    Certain, or None: the mark stands where it says, the file ends before the update does, and what stands in front of
    it is a PDF whose cross-reference section can be read. Of an update that ends inside its mark the document's own
    end-of-file marker has to be there. An update of which only white space was written is none.
    """
    with view_of(pdf) as buffer:
        base = _ends_in_mark(buffer)
        if base is None:
            base = _ends_early(buffer)
        return base if base is not None and _is_readable(buffer, base, limits) else None


def _text(length: int, base: int) -> bytes:
    return b"%s%0*d bytes behind %d\n" % (_HEAD, _DIGITS, length, base)


def _ends_in_mark(buffer: memoryview) -> int | None:
    window = max(0, len(buffer) - _LONGEST)
    tail = bytes(buffer[window:])
    at = tail.rfind(b"%")
    written = tail[at:] if at >= 0 else b""
    digits = written[len(_HEAD) : len(_HEAD) + _DIGITS].ljust(_DIGITS, b"0")
    base = _base_of(buffer, window + at)
    if not written or not digits.isdigit() or not _text(int(digits), base).startswith(written):
        return None
    before = bytes(buffer[max(0, base - _TAIL) : base])
    return base if before.rfind(b"%%EOF") > before.rfind(b"startxref") else None


def _ends_early(buffer: memoryview) -> int | None:
    """By the last mark that stands where it says; text that only looks like one, as in an attachment, does not."""
    end = len(buffer)
    while (at := _last_head(buffer, end)) >= 0:
        found, base = _MARK.match(buffer, at), _base_of(buffer, at)
        if found and int(found[2]) == base:
            return base if len(buffer) < base + int(found[1]) else None
        end = at + len(_HEAD) - 1
    return None


def _last_head(buffer: memoryview, end: int) -> int:
    """Where the last head that ends before `end` begins, -1 without one."""
    while end >= len(_HEAD):
        start = max(0, end - _CHUNK)
        at = bytes(buffer[start:end]).rfind(_HEAD)
        if at >= 0:
            return start + at
        end = start + len(_HEAD) - 1 if start else 0
    return -1


def _base_of(buffer: memoryview, at: int) -> int:
    """Where the update begins whose mark's own line begins at `at`."""
    return at - len(_NEW_LINE) if at >= 2 and buffer[at - 2 : at] == _NEW_LINE else at


def _is_readable(buffer: memoryview, base: int, limits: Limits) -> bool:
    with buffer[:base] as document:
        try:
            PdfFile(document, limits).close()
        except PasswordError:
            return True  # asked for only after the cross-reference section was read
        except PdfError as error:
            return error.code in _XREF_IS_GOOD
    return True
