"""What is searched for, in the text of one line."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

import esign_core as es
from esign_core.content.encodings import expand_ligatures
from esign_core.content.query import read_queries, read_query
from esign_core.content.unicode_forms import code_points, fold, normalized
from tests.content_pages import one_page
from tests.test_find_lazy import every_page_read_in_full


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


@pytest.mark.parametrize("forms", ["exact", "nfkc"])
def test_a_word_that_begins_within_what_is_none(forms: es.Forms) -> None:
    pdf = one_page("BT /F1 12 Tf 20 150 Td (xab ab ab. \\275) Tj ET")
    options = es.TagOptions(whole_word=True, forms=forms)
    (match,) = es.find_tags(pdf, "ab ab", options=options)
    with every_page_read_in_full(options):
        assert es.find_tags(pdf, "ab ab", options=options).matches == (match,)


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
        for needed in read_query(character, es.TagOptions()).needs:
            assert alike[fold(character)] <= needed


@pytest.mark.parametrize("forms", ["NFC", "", None, "nfd"])
def test_forms_there_are_not(forms: str) -> None:
    with pytest.raises(es.InputError) as caught:
        es.TagOptions(forms=forms)  # type: ignore[arg-type]
    assert caught.value.code == "TAG_FORMS"


# ---- forms


def formed(tag: str, text: str, forms: str, **options: bool) -> list[tuple[str, str | None]]:
    query = read_query(tag, es.TagOptions(forms=forms, **options))  # type: ignore[arg-type]
    return [(text[hit.start : hit.end], hit.reason) for hit in query.hits(text)]


@pytest.mark.parametrize(
    ("tag", "text", "found"),
    [
        # tag, text, and by form what is found; "?" in front of what is only near
        ("#", "＃ # ﹟", {"exact": "# ?＃ ?﹟", "nfc": "# ?＃ ?﹟", "nfkc": "＃ # ﹟"}),
        ("＃", "＃ #", {"exact": "＃ ?#", "nfc": "＃ ?#", "nfkc": "＃ #"}),
        ("é", "e\u0301 é", {"exact": "é ?e\u0301", "nfc": "e\u0301 é", "nfkc": "e\u0301 é"}),
        ("e\u0301", "e\u0301 é", {"exact": "e\u0301 ?é", "nfc": "e\u0301 é", "nfkc": "e\u0301 é"}),
        ("e", "e\u0301 é e", {"exact": "e e", "nfc": "e", "nfkc": "e"}),
        ("ệ", "e\u0302\u0323 ê\u0323 ẹ\u0302", {"exact": "?* ?* ?*", "nfc": "* * *", "nfkc": "* * *"}),
        ("각", "가\u11a8 \u1100\u1161\u11a8 각", {"exact": "각 ?* ?*", "nfc": "* * 각", "nfkc": "* * 각"}),
        ("人", "⼈人", {"exact": "人 ?⼈", "nfc": "人 ?⼈", "nfkc": "⼈ 人"}),
        ("金", "\uf90a", {"exact": "?\uf90a", "nfc": "\uf90a", "nfkc": "\uf90a"}),
        ("ガ", "ｶﾞ ｶ", {"exact": "?ｶﾞ", "nfc": "?ｶﾞ", "nfkc": "ｶﾞ"}),
        ("kg", "㎏ kg", {"exact": "kg ?㎏", "nfc": "kg ?㎏", "nfkc": "㎏ kg"}),
        ("k", "㎏", {"exact": "?㎏", "nfc": "?㎏", "nfkc": "㎏"}),
        ("1", "⑪", {"exact": "?⑪", "nfc": "?⑪", "nfkc": "⑪"}),  # one glyph, once
        ("ttd", "ＴＴＤ TTD ttd", {"exact": "?TTD ttd ?ＴＴＤ", "nfkc": "?ＴＴＤ ?TTD ttd"}),
        ("...", "…", {"exact": "?…", "nfkc": "…"}),
        ("𝐚", "a 𝐚", {"exact": "𝐚 ?a", "nfkc": "a 𝐚"}),
        ("a b", "ａ ｂ", {"exact": "?*", "nfkc": "*"}),
        ("¨", "\u0308 \u00a8", {"exact": "¨", "nfc": "¨", "nfkc": "\u0308 ¨"}),
    ],
)
def test_forms(tag: str, text: str, found: dict[str, str]) -> None:
    for forms, expected in found.items():
        hits = formed(tag, text, forms)
        assert len(hits) == len(expected.split()), forms
        for (printed, reason), said in zip(hits, expected.split(), strict=True):
            near, said = said.startswith("?"), said.removeprefix("?")
            assert said in (printed, "*"), forms
            assert (reason is not None) is near, forms
            if reason == "TAG_OTHER_CASE":
                assert fold(printed) == fold(tag) or forms == "nfkc"


def test_expressions_see_the_form_that_is_asked_for() -> None:
    options = es.TagOptions(forms="nfkc")
    (hit,) = read_query(re.compile(r"#\d+"), options).hits("x＃１２x")
    assert (hit.start, hit.end) == (1, 4)
    assert not list(read_query(re.compile(r"#\d+"), es.TagOptions()).hits("x＃１２x"))
    assert [tuple(hit) for hit in read_query(re.compile("1"), options).hits("⑪")] == [(0, 1, None)]


def test_whole_words_and_marks() -> None:
    assert formed("cafe", "cafe\u0301 cafe", "exact", whole_word=True) == [("cafe", None)]
    assert formed("ttd", "\U0001d41attd ttd", "exact", whole_word=True) == [("ttd", None)]


def test_nothing_that_nobody_can_read_in_any_form() -> None:
    assert formed("#", "\ufffd＃", "nfkc") == [("＃", None)]
    assert formed("a\ufffd", "ａ\ufffd", "nfkc") == []


PIECES = st.text(
    st.one_of(
        st.sampled_from("aeEKkßſıİΣςﬁ ..#１＃㎏⑪½¨ｶﾞがガ人⼈金\uf90a각가\u1100\u1161\u11a8ㄱㅏệêẹÅ\u212bΩ\u2126ᾳᾼͅι…"),
        st.sampled_from(
            "\u0300\u0301\u0302\u0308\u0323\u0327\u0344\u0345\u05b0\u093c\u0f71\u0f74\u0f73\u3099\uff9e\ufffd"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=8,
)
FORMS = st.sampled_from(["exact", "nfc", "nfkc"])


@given(PIECES, st.sampled_from(["nfc", "nfkc"]))
def test_a_text_is_normalized_cluster_by_cluster(text: str, form: str) -> None:
    found = normalized(text, form)  # type: ignore[arg-type]
    assert found.text == unicodedata.normalize(form.upper(), text)  # type: ignore[arg-type]
    for at in range(len(found.text)):
        start, end = found.printed(at, at + 1)
        assert found.text[at] in unicodedata.normalize(form.upper(), text[start:end])  # type: ignore[arg-type]


@given(PIECES, PIECES, PIECES, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD", ""]), FORMS, st.booleans())
def test_what_says_no_beforehand_is_right(
    before: str, tag: str, behind: str, written: str, forms: str, case_sensitive: bool
) -> None:
    """However the tag is printed, no proof of absence and no filter loses it, or what is nearly it."""
    try:
        query = read_query(tag, es.TagOptions(case_sensitive=case_sensitive, forms=forms))  # type: ignore[arg-type]
    except es.InputError:
        return
    text = before + tag + behind
    text = unicodedata.normalize(written, text) if written else text  # type: ignore[arg-type]
    reasons = {hit.reason for hit in query.hits(text)}
    if reasons - {"TAG_OTHER_FORM"}:
        assert query.may_be_among(text)
    if reasons:
        assert query.may_be_in(text)
        assert query.may_be_in(" ".join(text))  # wherever the gaps are


@pytest.mark.parametrize("forms", ["nfc", "nfkc"])
def test_every_character_that_is_printed_in_another_form_is_needed(forms: str) -> None:
    """All of Unicode: whatever character another one is in this form, looking for the one asks for the other."""
    needs: dict[str, tuple[frozenset[str], ...]] = {}
    for character in map(chr, (*range(33, 0xD800), *range(0xE000, 0x110000))):
        loose = unicodedata.normalize(forms.upper(), character)  # type: ignore[arg-type]
        if loose == character or any(part.isspace() for part in loose):
            continue
        for part in loose:
            if part not in needs:
                needs[part] = read_query(part, es.TagOptions(forms=forms)).needs  # type: ignore[arg-type]
            assert all(character in needed for needed in needs[part])


def test_near_misses_in_full_width_are_needed() -> None:
    for number in range(33, 127):
        if chr(number).strip():
            (needed,) = read_query(chr(number), es.TagOptions()).needs
            assert chr(number + 0xFEE0) in needed


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0316\u0301"])
def test_thousands_of_marks_on_one_letter_are_no_work(marks: str) -> None:
    text = "a" + marks * 5000
    found = normalized(text, "nfc")
    assert found.printed(0, 1) == (0, 31)
    assert len(found.text) == len(text) - 1  # á, and the marks that are left
    (hit,) = read_query("á", es.TagOptions(forms="nfc")).hits(text)
    assert (hit.start, hit.end) == (0, 31)


@pytest.mark.parametrize("printed", ["ệ", "ê\u0323", "ẹ\u0302", "e\u0302\u0323", "e\u0323\u0302"])
@pytest.mark.parametrize("forms", ["nfc", "nfkc"])
def test_however_a_character_is_composed_it_may_be_among_them(printed: str, forms: str) -> None:
    assert formed("ệ", printed, forms) == [(printed, None)]
    query = read_query("ệ", es.TagOptions(forms=forms))  # type: ignore[arg-type]
    assert query.may_be_among(printed) and query.may_be_in(printed)
    assert not query.may_be_among("\u0302\u0323è")


def test_a_mark_that_folds_to_a_letter_may_be_that_letter() -> None:
    query = read_query("ι", es.TagOptions(case_sensitive=False))
    (hit,) = query.hits("x\u0345")
    assert hit == (1, 2, None)
    assert query.may_be_in("x\u0345") and query.may_be_among("x\u0345")


@given(PIECES, PIECES, FORMS, st.booleans(), st.booleans())
def test_places_are_where_hits_are(tag: str, text: str, forms: str, case_sensitive: bool, whole_word: bool) -> None:
    """Looking at the letters first and at the gaps only where the tag may be gives the same answer."""
    try:
        options = es.TagOptions(case_sensitive=case_sensitive, whole_word=whole_word, forms=forms)  # type: ignore[arg-type]
        query = read_query(tag, options)
    except es.InputError:
        return
    text = " ".join(f"{text}{tag} {text}".split())
    letters = [at for at, character in enumerate(text) if character != " "]
    places = query.places("".join(text[at] for at in letters))
    if places is None:
        return
    found, taken = [], 0
    for start, _ in places:
        if letters[start] >= taken and (hit := query.hit_at(text, letters[start])):
            found.append(hit)
            taken = hit.end if hit.exact else taken
    assert found == list(query.hits(text))


@given(st.lists(PIECES, min_size=1, max_size=4), PIECES, PIECES, FORMS)
def test_what_spans_several_texts_is_said_to(pieces: list[str], before: str, behind: str, forms: str) -> None:
    """A tag printed in pieces is in one of them, or may span them."""
    try:
        query = read_query("".join(pieces), es.TagOptions(forms=forms))  # type: ignore[arg-type]
    except es.InputError:
        return
    texts = [before + pieces[0], *pieces[1:-1], *pieces[1:][-1:]]
    texts[-1] += behind
    if any(query.hits("".join(texts))) and not any(query.may_be_in(text) for text in texts):
        _, heads, tails = query.parts(texts)
        spread = any(head < tail for head in heads for tail in tails)
        assert spread or "".join(pieces) != "".join(expand_ligatures("".join(pieces)).split())


# ---- several at once


def test_several_tags_are_read_in_their_order_and_each_once() -> None:
    queries = read_queries(["${ttd_1}", "#", "${ttd_1}", "é"], es.TagOptions())
    assert [query.name for query in queries] == ["${ttd_1}", "#", "é"]
    assert read_queries([], es.TagOptions()) == []


def test_a_string_is_no_sequence_of_tags() -> None:
    with pytest.raises(es.InputError) as caught:
        read_queries("#ttd", es.TagOptions())
    assert caught.value.code == "TAG_PATTERN"


def test_code_points() -> None:
    assert code_points("a＃＃b\U0001d41a") == "U+FF03 U+1D41A"
    assert code_points("一二三四五六七") == "U+4E00 U+4E8C U+4E09 U+56DB U+4E94 U+516D ..."
