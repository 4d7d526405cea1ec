"""Books that the benchmark makes itself, each by another program, with fixed seeds, kept in `corpus/cache/made/`."""

from __future__ import annotations

import hashlib
import html
import shutil
import tempfile
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

from benchmarks import prose
from benchmarks.engines import installed
from benchmarks.prose import CJK_WORD, WORD
from corpus import tools

__all__ = [
    "CJK_WORD", "WORD", "chromium_book", "fpdf2_book", "fpdf2_cjk", "kept", "libreoffice_book", "reportlab_book",
    "reportlab_cjk",
]  # fmt: skip

HERE = Path(__file__).parent
KEPT = HERE.parent / "corpus" / "cache" / "made"
PAGES = 300


def kept(name: str, make: Callable[[], bytes | None]) -> bytes | None:
    """The document from the cache, made anew where the recipe has changed since."""
    recipe = hashlib.sha256(b"".join((HERE / file).read_bytes() for file in ("made.py", "prose.py", "book.fodt")))
    path = KEPT / f"{name}-{recipe.hexdigest()[:8]}.pdf"
    if path.exists():
        return path.read_bytes()
    data = make()
    if data is not None:
        KEPT.mkdir(parents=True, exist_ok=True)
        for old in KEPT.glob(f"{name}-????????.pdf"):
            old.unlink()
        path.write_bytes(data)
    return data


def font(pattern: str) -> str | None:
    """The file of the font that fontconfig has for this pattern; None where there is no fontconfig."""
    return tools.run("fc-match", "-f", "%{file}", pattern) if shutil.which("fc-match") else None


def reportlab_book(pages: int = PAGES) -> bytes:
    """Helvetica in WinAnsi, one string a line."""
    return _drawn("Helvetica", prose.pages(pages))


def reportlab_cjk(pages: int = PAGES) -> bytes:
    """A font that is not embedded, with a predefined CMap (UniJIS-UCS2-H): codes are UTF-16."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    return _drawn("HeiseiMin-W3", prose.cjk_pages(pages))


def _drawn(typeface: str, pages: Iterable[list[str]]) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    draw = Canvas(out, pagesize=(595, 842), invariant=1, pageCompression=1)
    for page in pages:
        text = draw.beginText(60, 780)
        text.setFont(typeface, 10, leading=18)
        for line in page:
            text.textLine(line)
        draw.drawText(text)
        draw.showPage()
    draw.save()
    return out.getvalue()


def fpdf2_book(pages: int = PAGES) -> bytes | None:
    """A TrueType subset behind Identity-H, one string a line."""
    return _by_fpdf2(font("DejaVu Sans:style=Book"), prose.pages(pages))


def fpdf2_cjk(pages: int = PAGES) -> bytes | None:
    """A TrueType subset for Japanese behind Identity-H; None where there is no such font."""
    return _by_fpdf2(font(":lang=ja"), prose.cjk_pages(pages), CJK_WORD)


def _by_fpdf2(file: str | None, pages: Iterable[list[str]], needed: str = WORD) -> bytes | None:
    from datetime import UTC, datetime

    library, fonts = installed("fpdf"), installed("fontTools.ttLib")
    if not file or not library or not fonts or Path(file).suffix not in {".ttf", ".otf"}:
        return None
    if not set(map(ord, needed)) <= set(fonts.TTFont(file).getBestCmap()):
        return None
    document = library.FPDF(unit="pt", format="A4")
    document.set_creation_date(datetime(2026, 1, 12, 8, tzinfo=UTC))
    document.set_auto_page_break(False)
    document.add_font("book", fname=file)
    document.set_font("book", size=10)
    for page in pages:
        document.add_page()
        for index, line in enumerate(page):
            document.text(60, 60 + 18 * index, line)
    return bytes(document.output())


def libreoffice_book(pages: int = PAGES) -> bytes | None:
    """Writer's export: subsets of Liberation, one string a line or less."""
    if not shutil.which("soffice"):
        return None
    paragraph = '<text:p text:style-name="{}">{}</text:p>'
    body = "".join(
        paragraph.format("P" if index == 0 else "L", html.escape(line))
        for page in prose.pages(pages)
        for index, line in enumerate(page)
    )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "book.fodt"
        source.write_text((HERE / "book.fodt").read_text().replace("BODY", body))
        profile = f"-env:UserInstallation=file://{folder}/profile"
        tools.run("soffice", profile, "--headless", "--convert-to", "pdf:writer_pdf_Export", "--outdir", folder, source)
        return tools.settle(source.with_suffix(".pdf").read_bytes())


def chromium_book(pages: int = PAGES) -> bytes | None:
    """Skia's: every glyph placed, Type0 fonts with ToUnicode, flipped matrices."""
    if not shutil.which("chromium"):
        return None
    style = "@page{size:A4;margin:2cm}body{font:10pt/1.5 'DejaVu Serif'}section{break-after:page}p{margin:0}"
    body = "".join(
        "<section>" + "".join(f"<p>{html.escape(line)}</p>" for line in page) + "</section>"
        for page in prose.pages(pages)
    )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "book.html"
        source.write_text(f"<!doctype html><meta charset=utf-8><title>Buku</title><style>{style}</style>{body}")
        return tools.chromium(str(source))
