"""The door: where a tag is printed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from esign_core.content.match import Found, TagMatch, TagOptions
from esign_core.content.page_search import PageAnswer, PageSearch
from esign_core.content.query import Query, read_queries, read_query
from esign_core.document.damage import damage_of
from esign_core.document.pages import PageNode, no_page
from esign_core.document.pages import pages as all_pages
from esign_core.errors import InputError, public
from esign_core.finding import Finding, FrozenMap
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
    regular expression is matched line by line, lines capped by Limits; its own cost is the caller's risk. Hebrew and
    Arabic are found in the order in which they are typed.

    Page contents are searched with the forms they draw, and what annotations and form fields show; text on layers that
    are off is not, by default (`TagOptions`). Whether text is clipped away or covered is not looked at, and the cells
    of tiling patterns are not searched.

    `pages`: indices from 0, -1 the last; all pages without it. `password`: of the user or the owner, for
    encrypted files that the empty one does not open. Only characters that the document says it prints count (ToUnicode,
    encoding or font program: ISO 32000-2, 9.10.2); fonts, contents and annotations that could not be read are in the
    answer's `warnings`. So is damage to the file, of which all is searched that can be read; hybrid-reference files
    are read as viewers of today do.

    InputError: TAG_EMPTY, TAG_PATTERN, PAGE_INDEX. PlacementError: PAGE_OUT_OF_RANGE. PasswordError for a password that
    is missing or wrong, PdfError for what is no readable PDF, LimitExceeded for what costs too much.
    """
    return _search(pdf, [read_query(tag, options)], pages, options, password, limits)[0]


@public
def find_all(
    pdf: Pdf,
    tags: Sequence[str],
    *,
    pages: Sequence[int] | None = None,
    options: TagOptions = _DEFAULT_OPTIONS,
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Mapping[str, Found]:
    """Many tags in one pass: for each tag what `find_tags` says of it, in the order given. Raises the same errors."""
    queries = read_queries(tags, options)
    found = _search(pdf, queries, pages, options, password, limits) if queries else ()
    return FrozenMap({each.tag: each for each in found})


def _search(
    pdf: Pdf,
    queries: Sequence[Query],
    pages: Sequence[int] | None,
    options: TagOptions,
    password: str | None,
    limits: Limits,
) -> list[Found]:
    answers: list[list[PageAnswer]] = [[] for _ in queries]
    with LenientFile(pdf, limits, password=password) as file:
        search = PageSearch(file, queries, options)
        matches = 0
        for node in _selected(file, pages):
            for known, answer in zip(answers, search.page(node), strict=True):
                known.append(answer)
                matches += len(answer.occurrences)
            limits.check("matches", matches)
        document = hashlib.sha256(file.buffer).hexdigest(), len(file.buffer)
        damage = [*damage_of(file), *(Finding.of("LAYERS_NOT_READ", why=code) for code in search.layers_unread)]
    return [_found(query, document, damage, each) for query, each in zip(queries, answers, strict=True)]


def _found(query: Query, document: tuple[str, int], damage: Sequence[Finding], pages: Sequence[PageAnswer]) -> Found:
    occurrences = [each for page in pages for each in page.occurrences]
    return Found(
        tag=query.name,
        document_sha256=document[0],
        pages_searched=len(pages),
        matches=tuple(
            TagMatch(
                *document,
                each.page_index,
                ordinal,
                each.text,
                each.rect,
                each.view_rect,
                each.font_size,
                each.visible,
                each.evidence,
            )
            for ordinal, each in enumerate(occurrences)
        ),
        warnings=(*damage, *(warning for page in pages for warning in page.warnings)),
        near_misses=tuple(finding for page in pages for finding in page.near_misses),
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
