"""Hebrew and Arabic: a tag is given as it is typed, and printed from right to left."""

from __future__ import annotations

import re

import pytest

import esign_core as es
from corpus.writer import Body
from tests.content_pages import one_page
from tests.test_find_fonts import tounicode
from tests.test_find_lazy import every_page_read_in_full

COURIER = "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding /ToUnicode 30 0 R >>"
CODES = {chr(code): text for code, text in enumerate("אבגדהוזחט", ord("a"))}
CODES |= {"p": "\ufefb", "q": "لا", "r": "ﺱ", "s": "م", "y": "\u05b0"}  # lam with alef twice, a seen, and a vowel sign
WIDTH = 6  # of each glyph


def page(content: str) -> bytes:
    lines = [f"<{ord(code):02X}> <{text.encode('utf-16-be').hex()}>" for code, text in CODES.items()]
    objects: dict[int, Body] = {30: tounicode(f"{len(lines)} beginbfchar {' '.join(lines)} endbfchar")}
    return one_page(f"BT /F1 10 Tf {content} ET", fonts={"F1": COURIER}, objects=objects)


def leftwards(codes: str) -> str:
    """Each glyph to the left of the one before; the last one at 60."""
    lefts = range(60 + WIDTH * (len(codes) - 1), 59, -WIDTH)
    return " ".join(f"1 0 0 1 {left} 100 Tm ({code}) Tj" for left, code in zip(lefts, codes, strict=True))


def places(pdf: bytes, tag: str, **options: bool) -> list[tuple[str, float, float]]:
    """The text, the left end and the width in glyphs of each match; the same without any shortcut."""
    chosen = es.TagOptions(**options)
    found = es.find_tags(pdf, tag, options=chosen)
    with every_page_read_in_full(chosen):
        assert es.find_tags(pdf, tag, options=chosen).matches == found.matches
    return [(each.text, each.rect.x0, pytest.approx(each.rect.width / WIDTH)) for each in found]


@pytest.mark.parametrize(
    "content",
    ["60 100 Td (edcba) Tj", leftwards("abcde"), "84 100 Td [(a) 1200 (b) 1200 (c) 1200 (d) 1200 (e)] TJ"],
)
def test_a_word(content: str) -> None:
    pdf = page(content)
    assert [match.text for match in es.find_tags(pdf, "אבגדה")] == ["אבגדה"]
    assert [match.text for match in es.find_tags(pdf, re.compile(r"ב\w+"))] == ["בגדה"]
    ((text, left, width),) = places(pdf, "בגד")
    assert (text, left, width) == ("בגד", pytest.approx(66), 3)
    assert not es.find_tags(pdf, "דגב")  # which is how it stands from left to right


# what stands from left to right, the tag, and where it begins and how many glyphs long it is, if it is there
LINES: dict[str, tuple[str, str, tuple[int, int] | None]] = {
    "two words": ("fed cba", "אבג דהו", (0, 7)),
    "in a line of Latin": ("AB cba CD", "אבג", (3, 3)),
    "with what is around it": ("AB cba CD", "AB אבג CD", (0, 9)),
    "Latin in a line of Hebrew": ("ihg AB fedcba", "דהו AB זחט", (0, 10)),
    "a number behind": ("10:30 cba", "אבג 10:30", (0, 9)),
    "a number within": ("fed 12,5 cba", "אבג 12,5 דהו", (0, 12)),
    "a number in brackets": ("\\(12\\) cba", "אבג (12)", (0, 8)),
    "brackets around it": ("AB \\(cba\\) CD", "(אבג)", (3, 5)),
    "a ligature": ("sps", "ملام", (0, 3)),
    "a ligature that ToUnicode spells out": ("sqs", "ملام", (0, 3)),
    "a part of a ligature": ("sqs", "مل", (1, 2)),
    "letters in the shape that they have there": ("sr", "سم", (0, 2)),
    "a vowel sign on its letter": ("cbya", "אב\u05b0ג", (0, 4)),
    "the number alone": ("fed 12,5 cba", "12,5", (4, 4)),
    "another order": ("fed cba", "דהו אבג", None),
    "two words that stand in the order of Latin": ("AB cba CD", "CD אבג AB", None),
}


@pytest.mark.parametrize("case", LINES)
def test_lines(case: str) -> None:
    printed, tag, at = LINES[case]
    expected = [] if at is None else [(60 + WIDTH * at[0], at[1])]
    assert [each[1:] for each in places(page(f"60 100 Td ({printed}) Tj"), tag)] == expected


def test_whole_words() -> None:
    pdf = page("60 100 Td (cba dcba) Tj")
    assert len(places(pdf, "אבג")) == 2
    assert [each[1:] for each in places(pdf, "אבג", whole_word=True)] == [(60, 3)]
