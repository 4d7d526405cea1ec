"""Many tags in one pass: for each of them what a search for it alone says."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

import esign_core as es
from esign_core.content.page_search import PageSearch
from tests.conftest import MANIFEST, corpus_file
from tests.content_pages import one_page, text_at

TAGS = ["#", "ttd", "the", "Tanda tangan", "#ttd1", "～", "surat", "e", "SURAT"]


@pytest.mark.parametrize("options", [es.TagOptions(), es.TagOptions(hidden=True, case_sensitive=False)])
@pytest.mark.parametrize("name", MANIFEST)
def test_the_same_as_tag_by_tag(name: str, options: es.TagOptions) -> None:
    pdf = corpus_file(name)
    found = es.find_all(pdf, TAGS, options=options)
    assert list(found) == TAGS
    assert dict(found) == {tag: es.find_tags(pdf, tag, options=options) for tag in TAGS}


def test_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []
    page = PageSearch.page

    def noting(self: PageSearch, node: Any) -> Any:
        searched.append(node.frame.index)
        return page(self, node)

    monkeypatch.setattr(PageSearch, "page", noting)
    es.find_all(corpus_file("laporan.pdf"), TAGS)
    assert searched == sorted(set(searched)) and len(searched) > 1


def test_no_tags() -> None:
    assert es.find_all(corpus_file("surat.pdf"), []) == {}


def test_a_tag_given_twice_is_answered_once() -> None:
    pdf = corpus_file("surat.pdf")
    assert list(es.find_all(pdf, ["#", "ttd", "#"])) == ["#", "ttd"]
    assert es.find_all(pdf, ("#", "#"))["#"] == es.find_tags(pdf, "#")


def test_answers_are_frozen_and_pickle() -> None:
    found = es.find_all(corpus_file("surat.pdf"), ["#", "~"])
    assert pickle.loads(pickle.dumps(found)) == found
    with pytest.raises(TypeError):
        found["#"] = found["~"]  # type: ignore[index]


def test_warnings_and_near_misses_are_those_of_each_tag() -> None:
    silent = "<< /Type /Font /Subtype /Type1 /BaseFont /X /Encoding << /Differences [35 /zzz] >> >>"
    content = [text_at(50, 100, "TTD") + "3 Tr " + text_at(50, 150, "~") + "0 Tr BT /F2 9 Tf 50 50 Td (#) Tj ET", b"("]
    helvetica = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    pdf = one_page(content, fonts={"F1": helvetica, "F2": silent})
    found = es.find_all(pdf, ["ttd", "~", "#", "TTD"])
    assert {tag: [near.code for near in each.near_misses] for tag, each in found.items()} == {
        "ttd": ["TAG_OTHER_CASE"],
        "~": ["TAG_HIDDEN"],
        "#": ["TAG_GUESSED"],
        "TTD": [],
    }
    for tag, each in found.items():
        assert each == es.find_tags(pdf, tag)


@pytest.mark.parametrize("allowed", [1, 3])
def test_matches_are_limited_over_all_tags(allowed: int) -> None:
    pdf = one_page(text_at(50, 100, "ab") + text_at(50, 200, "ab"))
    assert len(es.find_all(pdf, ["a", "b"], limits=es.Limits(matches=4))) == 2
    with pytest.raises(es.LimitExceeded) as caught:
        es.find_all(pdf, ["a", "b"], limits=es.Limits(matches=allowed))
    assert caught.value.limit == "matches"


@pytest.mark.parametrize(
    ("tags", "code"),
    [("#", "TAG_PATTERN"), (["#", ""], "TAG_EMPTY"), (["#", " \n"], "TAG_EMPTY"), ([5], "TAG_PATTERN")],
)
def test_tags_that_are_none(tags: Any, code: str) -> None:
    with pytest.raises(es.InputError) as caught:
        es.find_all(corpus_file("surat.pdf"), tags)
    assert caught.value.code == code


def test_pages_and_password_reach_the_search() -> None:
    pdf = corpus_file("laporan.pdf")
    found = es.find_all(pdf, ["e", "#"], pages=[-1])
    assert {each.pages_searched for each in found.values()} == {1}
    assert found["e"] == es.find_tags(pdf, "e", pages=[-1])
    with pytest.raises(es.PlacementError):
        es.find_all(pdf, ["e"], pages=[10**6])
