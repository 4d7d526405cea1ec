"""Who finds text: our library and its peers, each the fastest way that it offers, each the whole call from bytes."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import esign_core as es
from esign_core.errors import EsignError

Find = Callable[[bytes, str, str], int]


class NotAnsweredError(Exception):
    """The engine refuses the document; the text says in a few words why."""


@dataclass(frozen=True, slots=True)
class Engine:
    """`find(pdf, tag, password)`: how many hits, the box of each asked for; NotAnsweredError where it refuses."""

    name: str
    find: Find


def ours(pdf: bytes, tag: str, password: str = "") -> int:
    """The default call. The password goes along only where there is one."""
    try:
        return len(es.find_tags(pdf, tag, password=password) if password else es.find_tags(pdf, tag))
    except EsignError as error:
        raise NotAnsweredError(error.code) from error


def pdfium(pdf: bytes, tag: str, password: str = "") -> int:
    """Each page's text is built and searched; a hit's box is that of its first and of its last character."""
    library = importlib.import_module("pypdfium2")
    try:
        document = library.PdfDocument(pdf, password=password or None)
    except library.PdfiumError as error:
        raise NotAnsweredError(str(error)) from error
    hits = 0
    for index in range(len(document)):
        try:
            page = document[index]
        except library.PdfiumError:  # a damaged page: PDFium goes on, and so do we
            continue
        text = page.get_textpage()
        search = text.search(tag, match_case=True)
        while match := search.get_next():
            text.get_charbox(match[0])
            text.get_charbox(match[0] + match[1] - 1)
            hits += 1
        search.close()
        text.close()
        page.close()
    document.close()
    return hits


def mupdf(pdf: bytes, tag: str, password: str = "") -> int:
    """A structured text page without images and ligatures (flags 0) is what MuPDF makes and searches fastest.

    It looks at neither upper nor lower case, so its counts of words are its own.
    """
    library = importlib.import_module("pymupdf")
    library.TOOLS.mupdf_display_errors(False)
    try:
        document = library.open(stream=pdf, filetype="pdf")
        if document.needs_pass and not document.authenticate(password):
            raise NotAnsweredError("needs a password")
        hits = sum(len(page.get_textpage(flags=0).search(tag, quads=True)) for page in document)
    except RuntimeError as error:  # what its bindings raise, under several names
        raise NotAnsweredError(type(error).__name__) from error
    document.close()
    return hits


def rustpdf(pdf: bytes, tag: str, password: str = "") -> int:
    """One call for the whole document; it takes no password."""
    library = importlib.import_module("rustpdf")
    if password:
        raise NotAnsweredError("takes no password")
    try:
        return len(library.find_text(pdf, tag, case_sensitive=True))
    except library.PdfError as error:
        raise NotAnsweredError("PdfError") from error


OURS = Engine("esign_core", ours)
PEERS = (
    ("pypdfium2", Engine("PDFium", pdfium)),
    ("pymupdf", Engine("MuPDF", mupdf)),
    ("rustpdf", Engine("rustpdf", rustpdf)),
)


def installed(module: str) -> ModuleType | None:
    """The module, or None where its package is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


def engines() -> tuple[list[Engine], list[str]]:
    """Ours first, then the peers that are installed; and the names of those that are not."""
    there = [engine for module, engine in PEERS if installed(module)]
    return [OURS, *there], [engine.name for _, engine in PEERS if engine not in there]
