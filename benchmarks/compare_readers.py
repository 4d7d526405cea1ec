"""What each reader answers about one file: ours, PDFium's text page, MuPDF's characters. Boxes in user space."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pymupdf
import pypdfium2
import pypdfium2.raw as pdfium_c

import esign_core as es
from benchmarks.compare_shape import Box

ANYTHING = re.compile("a(?!a)a")  # prints nowhere, and leads a reader through everything that is printed
OURS, PDFIUM, MUPDF = "esign_core", "PDFium", "MuPDF"

_SAME_PLACE = 0.1  # of the height: drawn twice to look bold, as the library counts it


@dataclass(frozen=True, slots=True)
class Hit:
    """One occurrence. `height`: of the text, 1/72 inch where the reader knows it, or else the height of its box."""

    page_index: int
    box: Box
    height: float
    characters: tuple[Box, ...] = ()  # of each, where the reader gives them

    @property
    def center(self) -> tuple[float, float]:
        left, bottom, right, top = self.box
        return (left + right) / 2, (bottom + top) / 2


Answers = dict[str, list[Hit]]  # by tag


# What PDFium's text page holds: also what is hidden, off the page or on a layer that is off; no annotations.
AS_A_TEXT_PAGE = es.TagOptions(hidden=True, outside_crop=True, layers_off=True, annotations=False)
AS_PRINTED = es.TagOptions(annotations=False)


def ours(pdf: bytes, tags: Sequence[str], chosen: es.TagOptions) -> Answers:
    return {
        tag: [
            Hit(match.page_index, (match.rect.x0, match.rect.y0, match.rect.x1, match.rect.y1), match.font_size)
            for match in found
        ]
        for tag, found in es.find_all(pdf, tags, options=chosen).items()
    }


@contextmanager
def pdfium_document(pdf: bytes) -> Iterator[Any]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()


def pdfium(document: Any, tags: Sequence[str]) -> Answers:
    """By its own search; the boxes are its loose ones, from ascent to descent like ours."""
    answers: Answers = {tag: [] for tag in tags}
    for index in range(len(document)):
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            continue
        text = page.get_textpage()
        for tag in tags:
            search = text.search(tag, match_case=True)
            while occurrence := search.get_next():
                first, count = occurrence
                boxes = [text.get_charbox(first + at, loose=True) for at in range(count)]
                solid = [box for box in boxes if box[0] < box[2] and box[1] < box[3]] or boxes
                box = around(solid)
                size = pdfium_c.FPDFText_GetFontSize(text, first)
                answers[tag].append(Hit(index, box, size, characters=tuple(boxes)))
        text.close()
        page.close()
    return {tag: once(hits) for tag, hits in answers.items()}


def pdfium_text(document: Any) -> Iterator[str]:
    for index in range(len(document)):
        try:
            yield document[index].get_textpage().get_text_range()
        except pypdfium2.PdfiumError:
            continue


def mupdf(pdf: bytes, tags: Sequence[str]) -> Answers:
    """By its characters, line by line: its own search takes upper and lower case for the same."""
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    answers: Answers = {tag: [] for tag in tags}
    flags = pymupdf.TEXTFLAGS_RAWDICT & ~pymupdf.TEXT_PRESERVE_IMAGES & ~pymupdf.TEXT_PRESERVE_LIGATURES
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        for index, page in enumerate(document):
            page.set_rotation(0)
            to_user = ~page.transformation_matrix
            for block in page.get_text("rawdict", flags=flags)["blocks"]:
                for line in block.get("lines", ()):
                    _in_line(line, index, to_user, answers)
    return {tag: once(hits) for tag, hits in answers.items()}


def _in_line(line: Mapping[str, Any], index: int, to_user: Any, answers: Answers) -> None:
    characters = [(character, span["size"]) for span in line["spans"] for character in span["chars"]]
    text = "".join(character["c"][:1] or " " for character, _ in characters)
    for tag, hits in answers.items():
        for match in re.finditer(re.escape(tag), text):
            rects = [
                pymupdf.Rect(character["bbox"]) * to_user for character, _ in characters[match.start() : match.end()]
            ]
            box = around([(rect.x0, rect.y0, rect.x1, rect.y1) for rect in rects])
            hits.append(Hit(index, box, characters[match.start()][1]))


def around(boxes: Sequence[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(*lefts, *rights), min(*bottoms, *tops), max(*lefts, *rights), max(*bottoms, *tops)


def once(hits: Sequence[Hit]) -> list[Hit]:
    """Text drawn twice counts once."""
    kept: list[Hit] = []
    cells: dict[tuple[int, int, int], list[Hit]] = {}
    for hit in hits:
        reach = _SAME_PLACE * max(min(hit.box[2] - hit.box[0], hit.box[3] - hit.box[1]), abs(hit.height), 0.1)
        (x, y), size = hit.center, max(reach, 2.0)
        column, row = int(x // 2), int(y // 2)
        span = range(-int(size // 2) - 1, int(size // 2) + 2)
        near = [other for i in span for j in span for other in cells.get((hit.page_index, column + i, row + j), ())]
        if not any(max(abs(x - other.center[0]), abs(y - other.center[1])) <= reach for other in near):
            cells.setdefault((hit.page_index, column, row), []).append(hit)
            kept.append(hit)
    return kept


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    area = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)) - width * height
    return width * height / area


def pairs(ones: Sequence[Hit], others: Sequence[Hit]) -> tuple[list[tuple[Hit, Hit]], list[Hit], list[Hit]]:
    """Hits of both sides at the same place, and what only one side has: the nearest middle within half an em."""
    left: dict[int, list[Hit]] = {}
    for hit in others:
        left.setdefault(hit.page_index, []).append(hit)
    both: list[tuple[Hit, Hit]] = []
    alone: list[Hit] = []
    for hit in ones:
        near = left.get(hit.page_index, [])
        other = min(near, key=partial(_distance, hit), default=None)
        if other is not None and _same_place(hit, other):
            near.remove(other)
            both.append((hit, other))
        else:
            alone.append(hit)
    return both, alone, [hit for page in left.values() for hit in page]


def _same_place(one: Hit, other: Hit) -> bool:
    return _distance(one, other) <= max(one.height, other.height, 1.0) / 2 or overlap(one.box, other.box) > 0.1


def _distance(one: Hit, other: Hit) -> float:
    return float(max(abs(one.center[0] - other.center[0]), abs(one.center[1] - other.center[1])))
