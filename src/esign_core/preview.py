"""Pictures of pages, drawn by PDFium (extra `preview`).

PDFium is native code that is not safe for threads: calls here wait for each other on a lock. A program that also uses
pypdfium2 itself, in several threads, has to hold a lock of its own around both. What a page costs is PDFium's to say;
only the number of pixels is bounded here, so pages from strangers belong into a process with limits of its own.
"""

from __future__ import annotations

import io
import math
import threading
from contextlib import closing
from typing import Any

from esign_core.document.pages import no_page
from esign_core.errors import InputError, LimitExceeded, MissingExtra, PasswordError, PdfError, public
from esign_core.pdf.values import Pdf

_ONE_AT_A_TIME = threading.Lock()
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD of fpdfview.h


@public
def render_page(
    pdf: Pdf,
    page_index: int = 0,
    *,
    scale: float = 2.0,
    password: str | None = None,
    max_pixels: int = 50_000_000,
) -> bytes:
    """One page as a PNG, with its annotations and form fields, as a reader shows it.

    `page_index` counts from 0. `scale`: pixels for each 1/72 inch; 2 gives an A4 page of 1191 x 1684. What is not
    `bytes` is copied once for PDFium.

    MissingExtra without pypdfium2 and Pillow, PdfError (code PREVIEW) for what PDFium cannot open or draw,
    PasswordError, PlacementError (code PAGE_OUT_OF_RANGE), InputError (code SCALE), LimitExceeded for more than
    `max_pixels`.
    """
    try:
        import PIL.Image  # noqa: F401 - what pypdfium2 hands its bitmaps to
        import pypdfium2
    except ImportError as error:
        raise MissingExtra("pictures of pages need PDFium and Pillow: pip install 'esign-core[preview]'") from error
    if not (math.isfinite(scale) and scale > 0):
        raise InputError(f"a scale of {scale} draws nothing: give a positive number", code="SCALE")
    data = pdf if isinstance(pdf, bytes) else bytes(pdf)
    with _ONE_AT_A_TIME:
        try:
            with closing(pypdfium2.PdfDocument(data, password=password)) as document:
                return _drawn(document, page_index, scale, max_pixels)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == _PASSWORD_ERROR:
                raise PasswordError("the document is encrypted: give its password") from error
            told = str(error).rstrip(".")
            raise PdfError(
                f"no picture of this document ({told}): is it a PDF, and complete?", code="PREVIEW"
            ) from error


def _drawn(document: Any, page_index: int, scale: float, max_pixels: int) -> bytes:
    """PNG of one page of an open pypdfium2 document; everything opened here is closed here, while the lock is held."""
    if not 0 <= page_index < len(document):
        raise no_page(page_index, len(document))
    document.init_forms()  # form fields are drawn only then
    with closing(document[page_index]) as page:
        width, height = page.get_size()
        pixels = math.ceil(width * scale) * math.ceil(height * scale)
        if pixels > max_pixels:
            raise LimitExceeded(
                f"max_pixels: the picture has {pixels}, {max_pixels} are allowed; choose a smaller scale",
                limit="max_pixels",
                allowed=max_pixels,
                found=pixels,
            )
        with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
            png = io.BytesIO()
            bitmap.to_pil().convert("RGB").save(png, "PNG")
            return png.getvalue()
