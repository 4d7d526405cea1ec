"""What readers show of a QR code: it decodes, nothing shines through, and nothing is drawn outside its box."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from esign_core.appearance import Appearance, qr

LINK = "https://verify.example/doc/0123456789abcdef?id=42"
SIDE = 300  # of the page, 1/72 inch
LEFT, BOTTOM = 20.3, 31.7  # of the box: off any pixel grid
GROUND = (204, 255, 204)  # the page's colour, so that white is seen to be opaque
RENDERERS = ("pdfium", "poppler", "mupdf")


def page_with(drawing: Appearance, size: float) -> bytes:
    """A one-page file with the drawing as a form XObject in the appearance of an annotation."""
    content = drawing.content_for(size, size)
    box = f"[{LEFT} {BOTTOM} {LEFT + size} {BOTTOM + size}]"
    ground = b"0.8 1 0.8 rg 0 0 %d %d re f" % (SIDE, SIDE)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 5 0 R/Annots[4 0 R]>>" % (SIDE, SIDE),
        f"<</Type/Annot/Subtype/Stamp/F 4/Rect{box}/AP<</N 6 0 R>>>>".encode(),
        b"<</Length %d>>stream\n%b\nendstream" % (len(ground), ground),
        f"<</Type/XObject/Subtype/Form/BBox[0 0 {size} {size}]/Length {len(content)}".encode()
        + b"/Resources<<%b>>>>stream\n%b\nendstream" % (drawing.resources, content),
    ]
    pdf = bytearray(b"%PDF-1.7\n")
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for number, body in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(pdf)
        pdf += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(pdf))
    return bytes(pdf + table + trailer)


def rendered(pdf: bytes, renderer: str, dpi: int, folder: Path) -> Path:
    source, target = folder / "page.pdf", folder / f"{renderer}.png"
    source.write_bytes(pdf)
    if renderer == "pdfium":
        pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72).to_pil().save(target)
    elif renderer == "poppler":
        subprocess.run(["pdftoppm", "-r", str(dpi), "-png", "-singlefile", source, target.with_suffix("")], check=True)
    else:
        subprocess.run(["mutool", "draw", "-q", "-r", str(dpi), "-o", target, source], check=True, capture_output=True)
    return target


def zbar(picture: Path) -> str:
    told = subprocess.run(["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", picture], capture_output=True)
    return told.stdout.decode().rstrip("\n")


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize(
    ("size", "dpi", "content"),
    [
        (57, 150, LINK),  # 20 mm, 2.4 pixels a module
        (80, 150, LINK),
        (80, 150, "Ditandatangani oleh Siti Nurjannah, café “Wayang”, suhu ≥ 20 °C"),
        (80, 150, "HTTPS://VERIFY.EXAMPLE/AB12"),  # alphanumeric mode
        (80, 150, "0" * 40),  # the fallback to bytes
        (260, 300, "x" * 1273),  # version 40, and repetitive
    ],
)
def test_it_decodes(renderer: str, size: float, dpi: int, content: str, tmp_path: Path) -> None:
    picture = rendered(page_with(qr(content), size), renderer, dpi, tmp_path)
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(picture))] == [content]
    assert zbar(picture) == content


@pytest.mark.parametrize("renderer", RENDERERS)
def test_there_are_no_seams_and_nothing_leaves_the_box(renderer: str, tmp_path: Path) -> None:
    size, dpi = 80, 144  # the page is a whole number of pixels
    drawing = qr(LINK)
    picture = Image.open(rendered(page_with(drawing, size), renderer, dpi, tmp_path)).convert("RGB")
    modules = reference_modules()
    pitch = size / drawing.width * dpi / 72  # pixels a module
    left, top = LEFT * dpi / 72, picture.height - (BOTTOM + size) * dpi / 72
    seen = set()
    for y in range(picture.height):
        for x in range(picture.width):
            # modules under the pixel and one pixel of anti-aliasing around it
            columns = range(int((x - 1 - left) // pitch), int((x + 2 - left) // pitch) + 1)
            rows = range(int((y - 1 - top) // pitch), int((y + 2 - top) // pitch) + 1)
            under = {modules(column, row) for row in rows for column in columns}
            if len(under) == 1:
                (kind,) = under
                seen.add((kind, picture.getpixel((x, y))))
    assert seen == {("dark", (0, 0, 0)), ("light", (255, 255, 255)), ("page", GROUND)}


def reference_modules():
    """Column and row of the drawing to dark, light or page, by what the encoder says."""
    from qrcode.constants import ERROR_CORRECT_H
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_H, mask_pattern=2)
    code.add_data(LINK, optimize=0)
    code.make()
    side = len(code.modules)

    def kind(column: int, row: int) -> str:
        if not (0 <= column < side + 8 and 0 <= row < side + 8):
            return "page"
        inside = 4 <= column < side + 4 and 4 <= row < side + 4
        return "dark" if inside and code.modules[row - 4][column - 4] else "light"

    return kind
