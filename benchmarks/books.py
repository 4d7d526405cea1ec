"""The named documents of 100 to 4 000 pages, and what is looked for in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import made

CACHE = Path(__file__).parent.parent / "corpus" / "cache"

ABSENT, ONE_PAGE, EVERY_PAGE, FIFTEEN = "absent", "on one page", "once a page", "15 a page"


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    tag: str


@dataclass(frozen=True, slots=True)
class Book:
    """`load`: the bytes, or None where the file or the program that makes it is not there; `missing` says which."""

    name: str
    load: Callable[[], bytes | None]
    missing: str
    cases: tuple[Case, ...]


def _fetched(name: str, character: str, rare: tuple[str, str], word: str) -> Book:
    """A public book: a character and a string it does not print, two tags on one page, a word that is everywhere."""

    def load() -> bytes | None:
        path = next(CACHE.glob(f"**/{name}"), None)
        return path.read_bytes() if path else None

    absent, once = (character, "${ttd_1}"), rare
    cases = [Case(ABSENT, tag) for tag in absent] + [Case(ONE_PAGE, tag) for tag in once] + [Case(FIFTEEN, word)]
    return Book(name, load, "python -m corpus fetch", tuple(cases))


def _made(name: str, make: Callable[[], bytes | None], missing: str, *, cjk: bool = False, keep: bool = True) -> Book:
    """A book of `benchmarks.made`: prose with one number sign in all, one dollar sign a page, no tilde."""
    absent = (Case(ABSENT, "~"), Case(ABSENT, "${ttd_1}"))
    rest = (Case(ONE_PAGE, "#"), Case(EVERY_PAGE, "$"), Case(FIFTEEN, made.CJK_WORD if cjk else made.WORD))
    return Book(name, (lambda: made.kept(name, make)) if keep else make, missing, absent + rest)


def books(*, small: bool = False) -> list[Book]:
    """Twelve, of seven producers; or two of a few pages that need no other program and no cache."""
    if small:
        return [
            _made("reportlab", lambda: made.reportlab_book(8), "", keep=False),
            _made("reportlab_cjk", lambda: made.reportlab_cjk(8), "", cjk=True, keep=False),
        ]
    return [
        _fetched("fullrefman.pdf", "☃", ("®", "barebones"), "the"),
        _fetched("gnuplot.pdf", "`", ("©", "students"), "is"),
        _fetched("octave.pdf", "☃", ("÷", "realistic"), "is"),
        _fetched("policy.pdf", "☃", ("π", "wishlist"), "is"),
        _fetched("asymptote.pdf", "`", ("∪", "licenses"), "the"),
        _fetched("R-exts.pdf", "`", ("≥", "approved"), "is"),
        _made("reportlab", made.reportlab_book, "ReportLab"),
        _made("reportlab_cjk", made.reportlab_cjk, "ReportLab", cjk=True),
        _made("fpdf2", made.fpdf2_book, "fpdf2 and DejaVu Sans"),
        _made("fpdf2_cjk", made.fpdf2_cjk, "fpdf2 and a TrueType font for Japanese", cjk=True),
        _made("libreoffice", made.libreoffice_book, "LibreOffice"),
        _made("chromium", made.chromium_book, "Chromium"),
    ]
