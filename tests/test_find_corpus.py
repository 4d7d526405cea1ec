"""Every corpus file: the tags that the manifest promises, where other readers find them and where their ink is."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy
import pypdfium2
import pytest

import esign_core as es
from esign_core.document.pages import pages
from esign_core.pdf.objects import PdfFile
from tests.conftest import MANIFEST, corpus_file
from tests.tools import Pixels, Window, pdfium_page, run

TAGS = [(name, tag, count) for name, entry in MANIFEST.items() for tag, count in entry.get("tags", {}).items()]
BASELINES = [(name, page) for name, entry in MANIFEST.items() for page in range(len(entry.get("origins", ())))]


@cache
def found_in(name: str, tag: str) -> es.Found:
    return es.find_tags(corpus_file(name), tag)


@cache
def frames_of(name: str) -> list[es.Page]:
    with PdfFile(corpus_file(name)) as file:
        return [node.frame for node in pages(file)]


@pytest.mark.parametrize(("name", "tag", "count"), TAGS)
def test_as_often_as_the_manifest_says(name: str, tag: str, count: int) -> None:
    found = found_in(name, tag)
    assert len(found) == count
    assert not found.warnings
    assert {match.evidence for match in found} <= {"tounicode", "encoding"}
    assert all(match.visible for match in found)


@pytest.mark.parametrize(("name", "tag", "count"), TAGS)
def test_as_pdfium_finds_it(name: str, tag: str, count: int) -> None:
    """PDFium's boxes of the same characters lie within ours, and their middles are close."""
    for match in found_in(name, tag):
        boxes = pdfium_boxes(corpus_file(name), match.page_index, tag)
        inner = [box for box in boxes if _distance(box, match.rect) < match.rect.height / 2]
        assert inner, (match.rect, boxes)


def pdfium_boxes(pdf: bytes, page_index: int, tag: str) -> list[es.Rect]:
    document = pypdfium2.PdfDocument(pdf)
    text = document[page_index].get_textpage()
    searcher = text.search(tag, match_case=True)
    boxes: list[es.Rect] = []
    while (occurrence := searcher.get_next()) is not None:
        index, count = occurrence
        corners = [text.get_charbox(index + at) for at in range(count)]
        lefts, bottoms, rights, tops = zip(*corners, strict=True)
        boxes.append(es.Rect(min(lefts), min(bottoms), max(rights), max(tops)))
    document.close()
    return boxes


def _distance(one: es.Rect, other: es.Rect) -> float:
    x = (one.x0 + one.x1 - other.x0 - other.x1) / 2
    y = (one.y0 + one.y1 - other.y0 - other.y1) / 2
    return float(numpy.hypot(x, y))


LETTERS = [(name, tag) for name, tag, _ in TAGS if name.startswith(("surat", "laporan"))]


@pytest.mark.parametrize(("name", "tag"), LETTERS)
def test_as_poppler_finds_it(name: str, tag: str, tmp_path: Path) -> None:
    """`pdftotext -bbox` gives words: ours is one of them or inside one, and as high."""
    path = tmp_path / name
    path.write_bytes(corpus_file(name))
    words = poppler_words(path)
    for match in found_in(name, tag):
        box = match.view_rect
        holding = [
            (x0, y0, x1, y1)
            for page, x0, y0, x1, y1, text in words
            if page == match.page_index
            and tag in text
            and x0 - 1 <= box.center[0] <= x1 + 1
            and y0 <= box.center[1] <= y1
        ]
        assert holding, (box, words)
        _, y0, _, y1 = holding[0]
        assert abs((y0 + y1) / 2 - box.center[1]) < box.height / 4


def poppler_words(path: Path) -> list[tuple[int, float, float, float, float, str]]:
    words: list[tuple[int, float, float, float, float, str]] = []
    page = -1
    for line in run("pdftotext", "-bbox", path, "-").stdout.splitlines():
        page += "<page " in line
        if match := re.search(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*)</word>', line):
            x0, y0, x1, y1 = (float(match[at]) for at in range(1, 5))
            words.append((page, x0, y0, x1, y1, match[5]))
    return words


# ---- frames: rotated, cropped, scaled


@pytest.mark.parametrize(("name", "page"), BASELINES)
def test_the_baseline_is_where_the_manifest_says(name: str, page: int) -> None:
    (match,) = [match for match in found_in(name, "#") if match.page_index == page]
    x, y = MANIFEST[name]["origins"][page]
    box = match.view_rect
    assert box.x - 3 <= x <= box.x + box.width + 3
    assert box.y - 3 <= y <= box.y + box.height + 3


SCALE = 3.0


@pytest.mark.parametrize(("name", "page"), BASELINES)
def test_the_ink_of_the_tag_is_in_its_box_and_nowhere_else(name: str, page: int) -> None:
    """Without its number sign the page differs from the page as it is, in the box and only there."""
    pdf = corpus_file(name)
    changed = _differs(pdfium_page(pdf, page, SCALE), pdfium_page(pdf.replace(b"(#) Tj", b"( ) Tj"), page, SCALE))
    (match,) = [match for match in found_in(name, "#") if match.page_index == page]
    assert changed.any()
    window = Window.of(match.view_rect, changed.shape[1] / frames_of(name)[page].view_width, rim=1)
    inside = changed[window.top : window.bottom, window.left : window.right]
    assert inside.sum() == changed.sum()


def _differs(one: Pixels, other: Pixels) -> numpy.typing.NDArray[numpy.bool_]:
    differs: numpy.typing.NDArray[numpy.bool_] = (one != other).any(axis=2)
    return differs


@pytest.mark.parametrize("name", ["frames.pdf", "frames_odd.pdf"])
def test_both_boxes_are_the_same_place(name: str) -> None:
    for match in found_in(name, "#"):
        frame = frames_of(name)[match.page_index]
        assert frame.to_view(match.rect) == match.view_rect
        assert 0 <= match.view_rect.x <= frame.view_width - match.view_rect.width
        assert 0 <= match.view_rect.y <= frame.view_height - match.view_rect.height
