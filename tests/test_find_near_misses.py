"""What a search that finds nothing says instead, and that it reaches whoever wanted to place a box."""

from __future__ import annotations

import pytest

import esign_core as es
from corpus.writer import Body, stream
from tests.content_pages import form, one_page, text_at

TAG = text_at(50, 100, "#")
SILENT = "<< /Type /Font /Subtype /Type1 /BaseFont /X /Encoding << /Differences [35 /zzz] >> >>"
CODES = "1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar <0041> <0041> endbfchar"
WIDE = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 31 0 R /DescendantFonts "
    "[<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
    "/Supplement 0 >> >>] >>"
)
LAYERS = "/OCProperties << /OCGs [30 0 R] /D << /OFF [30 0 R] >> >>"
OFF: dict[int, Body] = {30: "<< /Type /OCG /Name (off) >>"}
PRINTS_FULL_WIDTH: dict[int, Body] = {
    30: stream("1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <41> <FF03> endbfchar")
}

# code: a page without the tag, the option that finds it there, what is said
NEAR: dict[str, tuple[bytes, es.TagOptions, str]] = {
    "TAG_GUESSED": (
        one_page(TAG, fonts={"F1": SILENT}),
        es.TagOptions(guessed=True),
        "Page 1 may print the tag: code 0x23 of font X has no known character",
    ),
    "TAG_HIDDEN": (
        one_page("3 Tr " + TAG),
        es.TagOptions(hidden=True),
        "The tag is on page 1, but not visibly printed",
    ),
    "TAG_LAYER_OFF": (
        one_page(f"/OC /P BDC {TAG} EMC", objects=OFF, resources="/Properties << /P 30 0 R >>", catalog=LAYERS),
        es.TagOptions(layers_off=True),
        "The tag is on page 1, but on a layer that is switched off",
    ),
    "TAG_ACTUAL_TEXT": (
        one_page(f"/Span << /ActualText (#) >> BDC {text_at(50, 100, 'x')} EMC"),
        es.TagOptions(actual_text=True),
        "The tag is on page 1, but only in text that replaces what is printed (ActualText)",
    ),
    "TAG_OUTSIDE_PAGE": (
        one_page(text_at(500, 100, "#")),
        es.TagOptions(outside_crop=True),
        "The tag is on page 1, but outside the part that is shown",
    ),
    "TAG_OTHER_FORM": (
        one_page(
            text_at(50, 100, "A"),
            fonts={"F1": "<< /Type /Font /Subtype /Type1 /BaseFont /X /ToUnicode 30 0 R >>"},
            objects=PRINTS_FULL_WIDTH,
        ),
        es.TagOptions(forms="nfkc"),
        "Page 1 prints '＃' (U+FF03), which is the tag in another Unicode form",
    ),
}


@pytest.mark.parametrize("code", NEAR)
def test_near_misses_are_said_and_carried(code: str) -> None:
    pdf, options, sentence = NEAR[code]
    found = es.find_tags(pdf, "#")
    assert not found
    assert [(each.code, each.severity, each.page_index, each.text["en"]) for each in found.near_misses] == [
        (code, "info", 0, sentence)
    ]
    with pytest.raises(es.TagNotFound) as caught:
        es.at_tag(found, width=80)
    assert caught.value.near_misses == found.near_misses
    assert sentence in str(caught.value)
    with_option = es.find_tags(pdf, "#", options=options)
    assert len(with_option) == 1 and not with_option.near_misses


def test_another_case() -> None:
    found = es.find_tags(one_page(text_at(50, 100, "#TTD")), "#ttd")
    with pytest.raises(es.TagNotFound, match="Page 1 prints '#TTD', which differs from the tag in upper and lower"):
        es.at_tag(found, width=80)
    assert [each.code for each in found.near_misses] == ["TAG_OTHER_CASE"]


def test_warnings_are_spelled_with_the_near_misses() -> None:
    found = es.find_tags(one_page(["3 Tr " + TAG, stream(b"x", "/Filter /NoSuchDecode")]), "#")
    with pytest.raises(es.TagNotFound, match=r"not visibly printed; The contents of page 1 are damaged"):
        es.at_tag(found, width=80)


def test_guesses_name_the_code_as_it_is_written() -> None:
    pdf = one_page("BT /F1 12 Tf 50 100 Td <00410023> Tj ET", fonts={"F1": WIDE}, objects={31: stream(CODES)})
    (finding,) = es.find_tags(pdf, "#").near_misses
    assert (finding.code, finding.args["number"], finding.args["font"]) == ("TAG_GUESSED", "0x0023", "X")
    (match,) = es.find_tags(pdf, "#", options=es.TagOptions(guessed=True))
    assert match.evidence == "guess"


@pytest.mark.parametrize("tag", ["#", "#x"])
def test_nothing_is_guessed_where_it_is_printed_or_would_not_be_the_tag(tag: str) -> None:
    pdf = one_page(
        TAG + "BT /F2 12 Tf 50 200 Td (#) Tj ET",
        fonts={"F1": SILENT, "F2": "<< /Subtype /Type1 /BaseFont /Helvetica >>"},
    )
    assert len(es.find_tags(pdf, tag)) == (tag == "#")
    assert not es.find_tags(pdf, tag).near_misses


def test_each_kind_is_said_once_a_page() -> None:
    found = es.find_tags(one_page("3 Tr " + TAG + text_at(50, 200, "#") + text_at(50, 250, "#")), "#")
    assert [each.code for each in found.near_misses] == ["TAG_HIDDEN"]


def test_a_form_on_a_layer_that_is_off() -> None:
    objects = OFF | {31: form(TAG, "/OC 30 0 R")}
    pdf = one_page("/X Do", objects=objects, resources="/XObject << /X 31 0 R >>", catalog=LAYERS)
    assert [each.code for each in es.find_tags(pdf, "#").near_misses] == ["TAG_LAYER_OFF"]


def test_a_guess_in_text_that_is_put_piece_by_piece() -> None:
    silent = "<< /Type /Font /Subtype /Type1 /BaseFont /X /Encoding << /Differences [35 /zzz] >> >>"
    pdf = one_page("BT /F1 9 Tf 50 50 Td 0 0 Td (a) Tj 6 0 Td (#) Tj ET", fonts={"F1": silent})
    assert [near.code for near in es.find_tags(pdf, "#").near_misses] == ["TAG_GUESSED"]
