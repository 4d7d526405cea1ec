"""Is a position that was computed earlier still good for this document?"""

from __future__ import annotations

import hashlib

from esign_core.document.pages import page_changes
from esign_core.errors import InputError
from esign_core.pdf.objects import PdfFile

_SHOWN = 12  # digits of a SHA-256 that a message shows


def require_still_there(
    file: PdfFile,
    page_index: int,
    sha256: str,
    length: int,
    *,
    own_sha256: str | None = None,
    password: str | None = None,
) -> None:
    """InputError (OTHER_DOCUMENT) unless the document begins with exactly the bytes of which `sha256` (hex) and
    `length` are known, and the page has kept its boxes, rotation, unit and contents since. `own_sha256`: of the whole
    document, where that is known."""
    size = len(file.buffer)
    if length > size:
        raise _other(f"on a document of {length} bytes, and this one has {size}")
    if length == size and own_sha256 is not None:
        found = own_sha256
    else:
        with file.buffer[:length] as before:
            found = hashlib.sha256(before).hexdigest()
    if found != sha256:
        raise _other(
            f"on {length} bytes with the SHA-256 {sha256[:_SHOWN]}..., and the first {length} bytes of this document "
            f"have {found[:_SHOWN]}..."
        )
    if length < size:
        _require_same_page(file, page_index, length, password)


def _require_same_page(file: PdfFile, page_index: int, length: int, password: str | None) -> None:
    with file.buffer[:length] as before, PdfFile(before, file.limits, password=password) as earlier:
        changes = page_changes(earlier, file, page_index)
    if changes:
        raise _other(f"before page {page_index + 1} was changed ({'; '.join(changes)})")


def _other(what: str) -> InputError:
    return InputError(f"the position was computed {what}: search the tag again", code="OTHER_DOCUMENT")
