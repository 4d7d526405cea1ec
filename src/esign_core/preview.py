"""Pictures of pages, drawn by PDFium (extra `preview`).

PDFium is native code that is not safe for threads: calls here wait for each other on a lock. A program that also uses
pypdfium2 itself, in several threads, has to hold a lock of its own around both. What a page costs is PDFium's to say;
only the number of pixels is bounded here, so pages from strangers belong into a process with limits of its own.
"""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeAlias

from esign_core.document.overview import inspect
from esign_core.document.pages import no_page
from esign_core.errors import EsignError, InputError, LimitExceeded, MissingExtra, PasswordError, PdfError, public
from esign_core.geometry import ViewRect
from esign_core.pdf.values import Pdf

Rgb: TypeAlias = tuple[int, int, int]

_INK: Rgb = (200, 30, 30)
_LABEL, _SMALLEST = 6.0, 11.0  # 1/72 inch, and pixels
_LONGEST = 40  # characters of a label that are drawn
_OUTSIDE = 100  # pixels: more than a line is wide
_ONE_AT_A_TIME = threading.Lock()
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD of fpdfview.h


@dataclass(frozen=True, slots=True)
class Mark:
    """A frame drawn onto the picture: `box` in 1/72 inch on the page as seen, a short `label`, `colour` 0 to 255."""

    box: ViewRect
    label: str = ""
    colour: Rgb = _INK


@public
def render_page(
    pdf: Pdf,
    page_index: int = 0,
    *,
    scale: float = 2.0,
    marks: Sequence[Mark] = (),
    password: str | None = None,
    max_pixels: int = 50_000_000,
) -> bytes:
    """One page as a PNG, with its annotations and form fields, as a reader shows it.

    `page_index` counts from 0. `scale`: pixels for each 1/72 inch; 2 gives an A4 page of 1191 x 1684. What is not
    `bytes` is copied once for PDFium. `marks`: frames drawn over the page, where a reader sees these boxes.

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
    unit = _user_unit(data, page_index, password)
    with _ONE_AT_A_TIME:
        try:
            with closing(pypdfium2.PdfDocument(data, password=password)) as document:
                return _drawn(document, page_index, scale, max_pixels, marks, unit)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == _PASSWORD_ERROR:
                raise PasswordError("the document is encrypted: give its password") from error
            told = str(error).rstrip(".")
            raise PdfError(
                f"no picture of this document ({told}): is it a PDF, and complete?", code="PREVIEW"
            ) from error


def _user_unit(data: bytes, page_index: int, password: str | None) -> float:
    """Of a page that only PDFium can read, nobody knows."""
    try:
        pages = inspect(data, password=password).pages
    except EsignError:
        return 1.0
    return pages[page_index].user_unit if 0 <= page_index < len(pages) else 1.0


def _drawn(
    document: Any, page_index: int, scale: float, max_pixels: int, marks: Sequence[Mark], user_unit: float
) -> bytes:
    """PNG of one page of an open pypdfium2 document; everything opened here is closed here, while the lock is held."""
    if not 0 <= page_index < len(document):
        raise no_page(page_index, len(document))
    document.init_forms()  # form fields are drawn only then
    with closing(document[page_index]) as page:
        width, height = page.get_size()
        drawn_at = scale * user_unit  # PDFium draws every page as if its UserUnit were 1
        pixels = math.ceil(width * drawn_at) * math.ceil(height * drawn_at)
        if pixels > max_pixels:
            raise LimitExceeded(
                f"max_pixels: the picture has {pixels}, {max_pixels} are allowed; choose a smaller scale",
                limit="max_pixels",
                allowed=max_pixels,
                found=pixels,
            )
        with closing(page.render(scale=drawn_at, rev_byteorder=True)) as bitmap:
            png = io.BytesIO()
            picture = bitmap.to_pil().convert("RGB")
            if marks:
                _mark(picture, marks, scale)
            picture.save(png, "PNG")
            return png.getvalue()


def _mark(picture: Any, marks: Sequence[Mark], scale: float) -> None:
    """Frames first, then labels: no line crosses one. What is far off the page is as good as just outside."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(picture)
    size = max(_LABEL * scale, _SMALLEST)
    for mark in marks:
        draw.rectangle(_frame(mark.box, scale, picture), outline=mark.colour, width=max(1, round(scale / 2)))
    for mark in marks:
        label = "".join(filter(str.isprintable, mark.label[:_LONGEST]))  # a name out of a document
        if label:
            left, top, _, bottom = _frame(mark.box, scale, picture)
            x0, y0, x1, y1 = draw.textbbox((0, 0), label, anchor="lt", font_size=size)
            x = max(0, min(left, picture.width - x1 - 1))
            y = top - y1 - 1 if top > y1 else max(0, min(bottom + 2, picture.height - y1 - 1))
            draw.rectangle((x + x0, y + y0, x + x1, y + y1), fill=(255, 255, 255))
            draw.text((x, y), label, fill=mark.colour, anchor="lt", font_size=size)


def _frame(box: ViewRect, scale: float, picture: Any) -> tuple[float, float, float, float]:
    """Around the box, in pixels."""
    left, top = box.x * scale - 1, box.y * scale - 1
    right, bottom = (box.x + box.width) * scale + 1, (box.y + box.height) * scale + 1

    def near(value: float, most: int) -> float:
        return max(-_OUTSIDE, min(value, most + _OUTSIDE))

    across, down = picture.size
    return near(left, across), near(top, down), near(right, across), near(bottom, down)
