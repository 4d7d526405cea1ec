"""What is known before anything is placed, and where there is room: against PDFium opening and loading every page."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

import esign_core as es
from benchmarks.books import CACHE
from benchmarks.subject import subject
from benchmarks.timing import compare

_BOOKS = ("policy.pdf", "R-exts.pdf")  # of `python -m corpus fetch`; passed over where they are not


def run() -> None:
    documents = {"letter": subject().letter}
    documents |= {path.name: path.read_bytes() for path in map(_found, _BOOKS) if path is not None}
    for name, pdf in documents.items():
        rounds = 30 if len(pdf) < 200_000 else 5
        compare(
            f"place: {name}",
            {
                "inspect": lambda pdf=pdf: es.inspect(pdf),  # type: ignore[misc]
                "suggest_space": lambda pdf=pdf: es.suggest_space(pdf, width=120, height=60),  # type: ignore[misc]
                "PDFium, pages loaded": lambda pdf=pdf: _loaded(pdf, text=False),  # type: ignore[misc]
                "PDFium, pages and text": lambda pdf=pdf: _loaded(pdf, text=True),  # type: ignore[misc]
            },
            rounds=rounds,
        )


def _loaded(pdf: bytes, *, text: bool) -> int:
    document = pypdfium2.PdfDocument(pdf)
    count = 0
    for page in document:
        if text:
            page.get_textpage().close()
        page.close()
        count += 1
    document.close()
    return count


def _found(name: str) -> Path | None:
    return next(iter(sorted(CACHE.rglob(name))), None) if CACHE.is_dir() else None
