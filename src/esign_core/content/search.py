"""The door: where a tag is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from esign_core.content.match import Found, TagMatch, TagOptions
from esign_core.content.page_search import PageSearch
from esign_core.content.query import read_query
from esign_core.document.pages import PageNode, no_page
from esign_core.document.pages import pages as all_pages
from esign_core.errors import InputError, public
from esign_core.finding import Finding
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Pdf

_DEFAULT_OPTIONS = TagOptions()


@public
def find_tags(
    pdf: Pdf,
    tag: str | re.Pattern[str],
    *,
    pages: Sequence[int] | None = None,
    options: TagOptions = _DEFAULT_OPTIONS,
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Found:
    """Where the document prints `tag`: page, box in default user space and as seen, in reading order.

    A string is found however it is written: letter by letter, over several fonts, as ligatures. It is not found over a
    line end, nor over a gap as wide as a space that the tag does not have; white space in the tag is one such gap. A
    regular expression is matched line by line, lines capped by Limits; its own cost is the caller's risk.

    Page contents are searched, with the forms they draw; annotations and form fields are not. Whether text is clipped
    away, covered, or on a layer that is switched off is not looked at.

    `pages`: indices from 0, -1 the last; all pages without it. `password`: of the user or the owner, for
    encrypted files that the empty one does not open. Only characters that the document says it prints count (ToUnicode,
    encoding or font program: ISO 32000-2, 9.10.2); fonts and contents that could not be read are in the answer's
    `warnings`.

    InputError: TAG_EMPTY, TAG_PATTERN, PAGE_INDEX. PlacementError: PAGE_OUT_OF_RANGE. PdfError for what is no readable
    PDF, LimitExceeded for what costs too much.
    """
    query = read_query(tag, options)
    matches: list[TagMatch] = []
    warnings: list[Finding] = []
    near_misses: list[Finding] = []
    searched = 0
    with LenientFile(pdf, limits, password=password) as file:
        search = PageSearch(file, query, options)
        for node in _selected(file, pages):
            searched += 1
            page = search.page(node)
            matches += page.matches
            limits.check("matches", len(matches))
            warnings += page.warnings
            near_misses += page.near_misses
        return Found(
            tag=query.name,
            document_sha256=search.digest,
            pages_searched=searched,
            matches=tuple(replace(match, ordinal=ordinal) for ordinal, match in enumerate(matches)),
            warnings=tuple(warnings),
            near_misses=tuple(near_misses),
        )


def _selected(file: PdfFile, indices: Sequence[int] | None) -> Iterable[PageNode]:
    """The pages of these indices, each once and in the order of the document."""
    if indices is None:
        return all_pages(file)
    nodes = list(all_pages(file))
    for index in indices:
        if type(index) is not int:
            raise InputError(f"a page is a whole number counted from 0, or -1; not {index!r}", code="PAGE_INDEX")
        if not -1 <= index < len(nodes) or not nodes:
            raise no_page(index, len(nodes))
    return [nodes[index] for index in sorted({index % len(nodes) for index in indices})]
