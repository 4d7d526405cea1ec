"""How long does it take to find the `#` of the letter? Against PDFium and poppler's command."""

from __future__ import annotations

import subprocess

import pypdfium2

import esign_core as es
from benchmarks.choice import Choice
from benchmarks.subject import LETTER, subject
from benchmarks.timing import compare


def ours() -> None:
    if len(es.find_tags(subject().letter, "#")) != 1:
        raise AssertionError("the letter has one #")


def ours_absent() -> None:
    if es.find_tags(subject().letter, "~"):
        raise AssertionError("the letter has no ~")


def pdfium(tag: str = "#", expected: int = 1) -> None:
    document = pypdfium2.PdfDocument(subject().letter)
    count = 0
    for page in document:
        text = page.get_textpage()
        search = text.search(tag, match_case=True)
        while match := search.get_next():
            text.get_charbox(match[0])
            count += 1
    document.close()
    if count != expected:
        raise AssertionError(f"PDFium finds {count}")


def poppler() -> None:
    command = ["pdftotext", "-bbox", str(LETTER), "-"]
    if subprocess.run(command, capture_output=True, check=True).stdout.count(b">#<") != 1:
        raise AssertionError("the letter has one #")


def run(choice: Choice) -> None:
    if not choice.wants(LETTER.name):
        return
    rounds = 2 if choice.quick else 30
    everyone = {"esign_core": ours, "PDFium": pdfium, "pdftotext -bbox (process)": poppler}
    compare("find: one # on the letter", everyone, rounds=rounds)
    absent = {"esign_core": ours_absent, "PDFium": lambda: pdfium("~", 0)}
    compare("find: a tag that is not there", absent, rounds=rounds)
