"""The hard families: small documents that each make one thing expensive, made on the spot from fixed seeds."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from benchmarks import made, prose
from benchmarks.books import ABSENT, EVERY_PAGE, FIFTEEN, ONE_PAGE, Case
from corpus.writer import Body, append, stream

PROSE = (Case(ABSENT, "~"), Case(ONE_PAGE, "#"), Case(EVERY_PAGE, "$"), Case(FIFTEEN, prose.WORD))
PASSWORD = "rahasia"


@dataclass(frozen=True, slots=True)
class Family:
    """`make(pages)`. `may_be_slow`: the family may stay below a ratio of 1."""

    name: str
    make: Callable[[int], bytes]
    cases: tuple[Case, ...]
    pages: int = 40
    password: str = ""
    may_be_slow: bool = False


def own_subsets(pages: int) -> bytes:
    """Each page brings five TrueType subsets of its own, as merged documents do."""
    import pikepdf
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    files = ("Vera", "VeraBd", "VeraIt", "VeraBI", "Vera")
    with pikepdf.new() as whole:
        for page in prose.pages(pages):
            out = BytesIO()
            draw = Canvas(out, pagesize=(595, 842), invariant=1)
            for index, file in enumerate(files):
                pdfmetrics.registerFont(TTFont(f"Own{index}", f"{file}.ttf"))
            for index, line in enumerate(page):
                draw.setFont(f"Own{index % 5}", 9)
                draw.drawString(40, 790 - 18 * index, line)
            draw.save()
            with pikepdf.open(BytesIO(out.getvalue())) as part:
                whole.pages.extend(part.pages)
        saved = BytesIO()
        whole.save(saved, deterministic_id=True)
        return saved.getvalue()


def inline_images(pages: int) -> bytes:
    """Three pictures of 30 000 raw bytes between the lines of each page; EI stands in them by chance."""
    dice = random.Random(3)
    picture = b"q 40 0 0 40 500 %d cm BI /W 100 /H 100 /BPC 8 /CS /RGB ID %s EI Q\n"

    def content(lines: list[str]) -> bytes:
        pictures = [picture % (700 - 60 * row, dice.randbytes(29_990) + b" EI q Q 12") for row in range(3)]
        return pictures[0] + _text(lines[:20], 780) + pictures[1] + _text(lines[20:], 400) + pictures[2]

    return _document([content(page) for page in prose.pages(pages)])


def many_paths(pages: int) -> bytes:
    """A drawing of 1 500 paths on each page, before its text."""
    dice = random.Random(4)

    def paths() -> bytes:
        spots = (tuple(f"{dice.uniform(0, 800):.2f}" for _ in range(6)) for _ in range(1500))
        return "".join(f"{a} {b} m {c} {d} l {e} {f} l S\n" for a, b, c, d, e, f in spots).encode()

    return _document([paths() + _text(page, 780) for page in prose.pages(pages)])


def large_to_unicode(pages: int) -> bytes:
    """Codes of two bytes with a ToUnicode of 20 000 lines, of which a page needs few."""
    rows = [f"<{code:04X}> <{0x4E00 + code:04X}>" for code in range(20_000)]
    blocks = "".join(
        f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar\n"
        for block in (rows[start : start + 100] for start in range(0, len(rows), 100))
    )
    cmap = f"begincmap\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{blocks}endcmap\n"
    return _composite(pages, "/Identity-H", "Identity", "utf-16-be", -0x4E00, cmap)


def predefined(pages: int) -> bytes:
    """Shift-JIS codes read through the predefined CMap 90ms-RKSJ-H; nothing embedded."""
    return _composite(pages, "/90ms-RKSJ-H", "Japan1", "cp932", 0, "")


def _composite(pages: int, cmap: str, ordering: str, codec: str, shift: int, to_unicode: str) -> bytes:
    """Japanese pages in one composite font: a string's codes are its characters, shifted, in a codec."""
    fonts: dict[int, Body] = {
        3: f"<< /Type /Font /Subtype /Type0 /BaseFont /Mincho /Encoding {cmap} /DescendantFonts [4 0 R]"
        + (" /ToUnicode 6 0 R >>" if to_unicode else " >>"),
        4: "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Mincho /DW 1000 /FontDescriptor 5 0 R "
        f"/CIDSystemInfo << /Registry (Adobe) /Ordering ({ordering}) /Supplement 2 >> >>",
        5: "<< /Type /FontDescriptor /FontName /Mincho /Flags 4 /FontBBox [0 -200 1000 900] /Ascent 900 "
        "/Descent -200 /ItalicAngle 0 /CapHeight 700 /StemV 80 >>",
        6: stream(zlib.compress(to_unicode.encode()), "/Filter /FlateDecode"),
    }

    def line(text: str) -> str:
        moved = "".join(chr(ord(each) + shift) for each in text if ord(each) + shift >= 0)
        return "<" + moved.encode(codec).hex() + ">"

    kanji = (["".join(c for c in text if ord(c) >= 0x4E00 or not shift) for text in page] for page in _tagged(pages))
    contents = [
        "\n".join(["BT /F1 10 Tf 60 780 Td 18 TL", *(f"{line(t)} Tj T*" for t in page), "ET"]) for page in kanji
    ]
    return _document([each.encode() for each in contents], fonts)


def _tagged(pages: int) -> list[list[str]]:
    """Japanese pages with a rare letter on the middle one and another once on each."""
    made_pages = [list(page) for page in prose.cjk_pages(pages)]
    for number, page in enumerate(made_pages):
        page[5] += "壱"
        if number == pages // 2:
            page[7] += "弐"
    return made_pages


def encrypted(revision: int, aes: bool, password: str = "") -> Callable[[int], bytes]:
    """ReportLab's book, encrypted by qpdf's library: opened by the empty password or by `password`."""

    def make(pages: int) -> bytes:
        import pikepdf

        out = BytesIO()
        with pikepdf.open(BytesIO(made.reportlab_book(pages))) as pdf:
            how = pikepdf.Encryption(owner="pemilik", user=password, R=revision, aes=aes, metadata=aes)  # type: ignore[arg-type]
            pdf.save(out, encryption=how)
        return out.getvalue()

    return make


def lost_table(pages: int) -> bytes:
    """`startxref` points to nothing."""
    return re.sub(rb"startxref\s+\d+", b"startxref\n7", made.reportlab_book(pages))


def shifted_table(pages: int) -> bytes:
    """Every offset in the table is wrong by the 12 bytes that somebody put before the first object."""
    whole = made.reportlab_book(pages)
    first = whole.index(b"1 0 obj")
    return whole[:first] + b"% 4567 8901\n" + whole[first:]


def _text(lines: list[str], top: int) -> bytes:
    rows = "".join(f"({line}) Tj T*\n" for line in lines)
    return f"BT /F1 10 Tf 60 {top} Td 18 TL\n{rows}ET\n".encode()


def _document(contents: list[bytes], fonts: dict[int, Body] | None = None) -> bytes:
    """Pages with these contents, compressed; object 3 is the font F1, Helvetica unless told otherwise."""
    helvetica = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects: dict[int, Body] = {1: "<< /Type /Catalog /Pages 2 0 R >>", **(fonts or {3: helvetica})}
    frame = "/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
    for index, content in enumerate(contents):
        objects[10 + 2 * index] = f"<< /Type /Page /Parent 2 0 R {frame} /Contents {11 + 2 * index} 0 R >>"
        objects[11 + 2 * index] = stream(zlib.compress(content), "/Filter /FlateDecode")
    kids = " ".join(f"{10 + 2 * index} 0 R" for index in range(len(contents)))
    objects[2] = f"<< /Type /Pages /Count {len(contents)} /Kids [{kids}] >>"
    return append(b"", objects, trailer="/Root 1 0 R")


CJK = (Case(ABSENT, "~"), Case(ONE_PAGE, "#"), Case(EVERY_PAGE, "$"), Case(FIFTEEN, prose.CJK_WORD))
ONE_CHARACTER = (Case(ABSENT, "龍"), Case(ONE_PAGE, "弐"), Case(EVERY_PAGE, "壱"), Case(FIFTEEN, prose.CJK_WORD))
SEALED = (Case(ABSENT, "~"), Case(ONE_PAGE, "#"), Case(FIFTEEN, prose.WORD))
FAMILIES = (
    Family("CJK literals", made.reportlab_cjk, CJK),
    Family("five own subsets", own_subsets, PROSE),
    Family("inline images", inline_images, PROSE),
    Family("1500 paths", many_paths, PROSE),
    Family("large ToUnicode, 1p", large_to_unicode, ONE_CHARACTER, 1, may_be_slow=True),
    Family("large ToUnicode", large_to_unicode, ONE_CHARACTER, may_be_slow=True),
    Family("predefined CMap, 1p", predefined, ONE_CHARACTER, 1, may_be_slow=True),
    Family("predefined CMap", predefined, ONE_CHARACTER, may_be_slow=True),
    Family("RC4-128", encrypted(3, False), SEALED, may_be_slow=True),
    Family("AES-128", encrypted(4, True), SEALED, may_be_slow=True),
    Family("AES-256", encrypted(6, True), SEALED, may_be_slow=True),
    Family("AES-256, password", encrypted(6, True, PASSWORD), SEALED, password=PASSWORD, may_be_slow=True),
    Family("xref lost", lost_table, PROSE, may_be_slow=True),
    Family("xref shifted", shifted_table, PROSE, may_be_slow=True),
)
