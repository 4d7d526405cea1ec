"""The trap suite asked of every reader that is installed: `python -m benchmarks traps [--all] [NAME ...]`.

A line for each case that some reader has wrong (`--all`: for each case). `.` count and boxes are right (a box overlaps
the ink of the tag by a quarter of their union), a digit is the wrong count, `b` a wrong box, `E` an error, `-` not
asked: peers have none of the library's options. pypdf gives no boxes: its counts alone are judged.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

import pdfminer.high_level
import pdfminer.layout
import pymupdf
import pypdf
import pypdfium2

import esign_core as es
from benchmarks.compare_readers import around
from benchmarks.compare_shape import Box, in_view
from corpus.make import all_cases
from corpus.traps.ink import ink_by_page, overlap
from corpus.traps.page import Case

Hits = list[list[Box | None]]  # by page: left, top, right, bottom in 1/72 inch as seen; None: somewhere on it
_SHARE = 0.25
_XHTML = "{http://www.w3.org/1999/xhtml}"


def _pattern(case: Case) -> re.Pattern[str]:
    return case.tag if isinstance(case.tag, re.Pattern) else re.compile(re.escape(case.tag))


def _ours(case: Case) -> Hits:
    options = es.TagOptions(**case.options)  # type: ignore[arg-type]
    found = es.find_tags(case.pdf, case.tag, options=options, password=case.password)
    hits: Hits = [[] for _ in range(max((match.page_index for match in found), default=0) + 1)]
    for match in found:
        view = match.view_rect
        hits[match.page_index].append((view.x, view.y, view.x + view.width, view.y + view.height))
    return hits


def _pdfium(case: Case, loose: bool) -> Hits:
    document = pypdfium2.PdfDocument(case.pdf, password=case.password)
    hits: Hits = []
    for index in range(len(document)):
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            continue
        text = page.get_textpage()
        boxes: list[Box | None] = []
        for match in _pattern(case).finditer(text.get_text_range()):
            corners = [text.get_charbox(at, loose=loose) for at in range(match.start(), match.end())]
            boxes.append(in_view(page, around(corners)))
        hits.append(boxes)
    document.close()
    return hits


def _mupdf_characters(case: Case) -> Hits:
    hits: Hits = []
    with pymupdf.open(stream=case.pdf, filetype="pdf") as document:
        document.authenticate(case.password or "")
        for page in document:
            boxes: list[Box | None] = []
            for block in page.get_text("rawdict")["blocks"]:
                for line in block.get("lines", ()):
                    boxes += _in_characters(case, [c for span in line["spans"] for c in span["chars"]], page)
            hits.append(boxes)
    return hits


def _in_characters(case: Case, characters: Sequence[Mapping[str, object]], page: pymupdf.Page) -> Iterable[Box]:
    for match in _pattern(case).finditer("".join(str(each["c"]) for each in characters)):
        rects = [pymupdf.Rect(each["bbox"]) * page.rotation_matrix for each in characters[match.start() : match.end()]]
        yield around([(rect.x0, rect.y0, rect.x1, rect.y1) for rect in rects])


def _mupdf_search(case: Case) -> Hits:
    hits: Hits = []
    with pymupdf.open(stream=case.pdf, filetype="pdf") as document:
        document.authenticate(case.password or "")
        for page in document:
            rects = [rect * page.rotation_matrix for rect in page.search_for(str(case.tag))]
            hits.append([(rect.x0, rect.y0, rect.x1, rect.y1) for rect in rects])
    return hits


def _poppler(case: Case) -> Hits:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.pdf"
        path.write_bytes(case.pdf)
        password = ["-upw", case.password] if case.password else []
        command = ["pdftotext", "-bbox", "-cropbox", *password, str(path), "-"]
        out = subprocess.run(command, capture_output=True, check=True).stdout
    clean = re.sub(r"[\x00-\x08\x0b-\x1f]|&(?!\w+;|#)", "", out.decode("utf-8", "replace"))
    hits: Hits = []
    for page in ElementTree.fromstring(clean).iter(f"{_XHTML}page"):
        boxes: list[Box | None] = []
        for word in page.iter(f"{_XHTML}word"):
            text = word.text or ""
            left, top, right, bottom = (float(word.attrib[name]) for name in ("xMin", "yMin", "xMax", "yMax"))
            for match in _pattern(case).finditer(text):
                each = (right - left) / len(text)
                boxes.append((left + each * match.start(), top, left + each * match.end(), bottom))
        hits.append(boxes)
    return hits


def _pypdf(case: Case) -> Hits:
    reader = pypdf.PdfReader(io.BytesIO(case.pdf), password=case.password)
    return [[None] * len(_pattern(case).findall(page.extract_text())) for page in reader.pages]


def _pdfminer(case: Case) -> Hits:
    pages = pdfminer.high_level.extract_pages(
        io.BytesIO(case.pdf), password=case.password or "", laparams=pdfminer.layout.LAParams(all_texts=True)
    )
    return [[box for line in _lines(page) for box in _in_line(case, line, page.height)] for page in pages]


def _lines(item: Iterable[object]) -> Iterable[pdfminer.layout.LTTextLine]:
    for each in item:
        if isinstance(each, pdfminer.layout.LTTextLine):
            yield each
        elif isinstance(each, pdfminer.layout.LTContainer):
            yield from _lines(each)


def _in_line(case: Case, line: pdfminer.layout.LTTextLine, height: float) -> Iterable[Box]:
    characters = [(letter, each) for each in line for letter in getattr(each, "get_text", str)()]
    for match in _pattern(case).finditer("".join(letter for letter, _ in characters)):
        inked = [
            each for _, each in characters[match.start() : match.end()] if isinstance(each, pdfminer.layout.LTChar)
        ]
        yield around([(each.x0, height - each.y1, each.x1, height - each.y0) for each in inked])


READERS: Mapping[str, Callable[[Case], Hits]] = {
    "esign_core": _ours,
    "PDFium": lambda case: _pdfium(case, loose=False),
    "PDFium loose": lambda case: _pdfium(case, loose=True),
    "MuPDF chars": _mupdf_characters,
    "MuPDF search": _mupdf_search,
    "poppler": _poppler,
    "pdfminer": _pdfminer,
    "pypdf": _pypdf,
}


def judged(case: Case, reader: str) -> str:
    """One sign, as the legend says."""
    if reader != "esign_core" and case.options:
        return "-"
    if reader == "MuPDF search" and isinstance(case.tag, re.Pattern):
        return "-"
    try:
        hits = [page for page in READERS[reader](case) if page]
    except Exception:  # noqa: BLE001 - peers raise what they like
        return "E"
    count = sum(map(len, hits))
    if count != case.tags:
        return str(count)
    inked = [page for page in ink_by_page(case) if page]
    if not count or case.boxes:
        return "."
    if list(map(len, inked)) != list(map(len, hits)):
        return "b"
    for page, boxes in zip(inked, hits, strict=True):
        if not all(any(box is None or overlap(box, ink) >= _SHARE for box in boxes) for ink in page):
            return "b"
    return "."


def run(arguments: Sequence[str]) -> int:
    """The exit code: 0, whatever the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks traps", description=__doc__)
    parser.add_argument("--all", action="store_true", help="also the cases that every reader has right")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these cases")
    asked = parser.parse_args(arguments)
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    right: Counter[str] = Counter()
    cases = [case for case in all_cases() if not asked.names or case.name in asked.names]
    plain = sum(not case.options for case in cases)
    print(f"{'':30}" + "".join(f"{reader:>14}" for reader in READERS))
    for case in cases:
        signs = {reader: judged(case, reader) for reader in READERS}
        right.update(reader for reader, sign in signs.items() if sign == ".")
        if asked.all or set(signs.values()) - {".", "-"}:
            print(f"{case.name:30}" + "".join(f"{sign:>14}" for sign in signs.values()) + f"  {case.tags}: {case.why}")
    print(f"{'right':30}" + "".join(f"{right[reader]:>14}" for reader in READERS))
    print(f"of {len(cases)} cases; {plain} of them ask for no option, and only these are asked of peers")
    return 0
