"""Finding reads as little as it can. Here it finds the same with every shortcut taken out (decision 006)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

import esign_core as es
from corpus.make import all_cases
from corpus.traps.page import Case
from esign_core.content.absence import Absence
from esign_core.content.query import LiteralQuery, Query
from esign_core.content.shows import Show
from esign_core.pdf.glance import Glance
from tests.conftest import MANIFEST, corpus_file

REAL = Path(__file__).parent.parent.parent / "shared" / "corpus" / "real"
SAMPLE = 60  # files of those
LARGEST = 300_000  # bytes of one

TAGS = ["#", "e", "Z", "1", "ﬁ", "the", "fi", "ffi", "office", "ttd", "#ttd1", "of the", "Tanda tangan", "a b", "tt d"]
OPTIONS = {
    "all that is not seen": es.TagOptions(hidden=True, outside_crop=True, layers_off=True),
    "whole words in any case": es.TagOptions(whole_word=True, case_sensitive=False),
    "compatible forms": es.TagOptions(forms="nfkc"),
}
SHORTCUTS: list[tuple[type, str, object]] = [
    (Absence, "is_proved", lambda self, contents: False),
    (Absence, "candidates", lambda self, shows: shows),
    (Glance, "may_have_key", lambda self, ref: True),
    (LiteralQuery, "is_one_glyph", False),
    (LiteralQuery, "may_be_in", lambda self, text: True),
    (LiteralQuery, "may_be_among", lambda self, characters: True),
    (LiteralQuery, "parts", Query.parts),
    (LiteralQuery, "places", lambda self, letters: None),
    (Query, "is_loose", False),
    (Show, "may_jump", True),
]


@contextmanager
def every_page_read_in_full(options: es.TagOptions) -> Iterator[None]:
    """Every page is traced, every line put together and matched as text; nothing is proved from bytes."""
    with ExitStack() as shortcuts:
        for owner, name, instead in SHORTCUTS:
            if not (options.actual_text and name == "may_be_in"):  # which is no shortcut where it is what is asked
                shortcuts.enter_context(patch.object(owner, name, instead))
        yield


def its_own(pdf: bytes) -> list[str]:
    """Words of the document, some side by side: a pattern is matched against every line."""
    words: dict[str, None] = {}
    for pattern in (r"\w{3,}", r"\w+ \w+", r"[^\w\s]\w+"):
        try:
            found = list(dict.fromkeys(match.text for match in es.find_tags(pdf, re.compile(pattern))))
        except es.EsignError:
            return []
        words |= dict.fromkeys(found[:: max(len(found) // 4, 1)][:4])
    return list(words)


def found_in(
    pdf: bytes, tags: list[str], options: es.TagOptions, password: str | None = None
) -> Mapping[str, tuple[es.TagMatch, ...]] | str:
    try:
        answers = es.find_all(pdf, tags, options=options, password=password)
    except es.EsignError as error:
        return error.code
    return {tag: found.matches for tag, found in answers.items()}


def unread_by(pdf: bytes, tag: str, options: es.TagOptions, password: str | None) -> set[tuple[int | None, object]]:
    """Pages and fonts whose text was not searched for this tag alone."""
    warnings = es.find_tags(pdf, tag, options=options, password=password).warnings
    return {(each.page_index, each.args["font"]) for each in warnings if each.code == "FONT_NOT_READ"}


def compare(pdf: bytes, options: es.TagOptions, tags: list[str], password: str | None = None) -> int:
    """How many matches there are, which are the same either way."""
    lazy = found_in(pdf, tags, options, password)
    with every_page_read_in_full(options):
        full = found_in(pdf, tags, options, password)
    if isinstance(lazy, str) or isinstance(full, str):
        assert lazy == full
        return 0
    different = {tag: (lazy[tag], full[tag]) for tag in tags if lazy[tag] != full[tag]}
    assert not different
    for tag in ("#", "the"):
        unread = unread_by(pdf, tag, options, password)
        with every_page_read_in_full(options):
            assert unread == unread_by(pdf, tag, options, password)
    return sum(map(len, full.values()))


def compare_twice(pdf: bytes, turn: int) -> int:
    """With the default options, and with others in turn."""
    own, others = its_own(pdf), list(OPTIONS.values())
    return sum(compare(pdf, options, TAGS + own) for options in (es.TagOptions(), others[turn % len(others)]))


@pytest.mark.parametrize("name", MANIFEST)
def test_corpus(name: str) -> None:
    count = compare_twice(corpus_file(name), list(MANIFEST).index(name))
    assert count or not MANIFEST[name].get("tags")


@pytest.mark.parametrize("case", list(all_cases()), ids=lambda case: case.name)
def test_traps(case: Case) -> None:
    tags = TAGS if isinstance(case.tag, re.Pattern) else [*TAGS, case.tag]
    for options in (es.TagOptions(), es.TagOptions(**case.options)):  # type: ignore[arg-type]
        compare(case.pdf, options, tags, case.password)


@pytest.mark.skipif(not REAL.is_dir(), reason="real documents are not beside the repository")
@pytest.mark.parametrize("turn", range(SAMPLE))
def test_real_documents(turn: int) -> None:
    small = [path for path in sorted(REAL.glob("*.pdf")) if path.stat().st_size <= LARGEST]
    compare_twice(small[turn * len(small) // SAMPLE].read_bytes(), turn)
