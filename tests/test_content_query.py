"""What is searched for, in the text of one line."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

import esign_core as es
from esign_core.content.query import fold, read_query


def hits(tag: str | re.Pattern[str], text: str, **options: bool) -> list[tuple[str, bool]]:
    query = read_query(tag, es.TagOptions(**options))
    return [(text[hit.start : hit.end], hit.exact) for hit in query.hits(text)]


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        ("aa", "aaaaa", [("aa", True), ("aa", True)]),
        ("aA", "AaAa", [("Aa", False), ("aA", True)]),
        ("ttd", "TTD ttd", [("TTD", False), ("ttd", True)]),
        ("a  b\n", "a b", [("a b", True)]),
        ("ΟΔΟΣ", "ΟΔΟΣ ΟΔΟΣΑ", [("ΟΔΟΣ", True), ("ΟΔΟΣ", True)]),  # whatever follows the sigma
        ("k", "\u212a", [("\u212a", False)]),
        ("ß", "SS ß", [("ß", True)]),
        ("#", "\ufffd", []),
    ],
)
def test_strings(tag: str, text: str, expected: list[tuple[str, bool]]) -> None:
    assert hits(tag, text) == expected


def test_whatever_case() -> None:
    assert hits("ttd", "TTD ttd", case_sensitive=False) == [("TTD", True), ("ttd", True)]


@pytest.mark.parametrize(("text", "count"), [("#", 1), ("a#", 0), ("#_", 0), ("(#)", 1), ("é#", 0), ("# #", 2)])
def test_whole_words(text: str, count: int) -> None:
    assert len(hits("#", text, whole_word=True)) == count
    assert len(hits(re.compile("#"), text, whole_word=True)) == count


def test_expressions() -> None:
    assert hits(re.compile("x*"), "axxb") == [("xx", True)]
    assert hits(re.compile("a.b|b"), "a\ufffdb") == []


@given(st.text(max_size=20))
def test_folding_keeps_places(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(text) == "".join(map(fold, text))


def test_needs_hold_every_character_of_the_same_folded_form() -> None:
    alike: dict[str, set[str]] = defaultdict(set)
    characters = [chr(number) for number in range(33, 0x3000) if not chr(number).isspace()]
    for character in characters:
        alike[fold(character)].add(character)
    for character in characters:
        (needed,) = read_query(character, es.TagOptions()).needs or (frozenset(),)
        assert alike[fold(character)] <= needed


@pytest.mark.parametrize("forms", ["NFC", "", None, "nfd"])
def test_forms_there_are_not(forms: str) -> None:
    with pytest.raises(es.InputError) as caught:
        es.TagOptions(forms=forms)  # type: ignore[arg-type]
    assert caught.value.code == "TAG_FORMS"
