"""The door of finding: what is asked, what is answered, what is refused."""

from __future__ import annotations

import json
import mmap
import pickle
import re
import zlib
from typing import Any

import pytest

import esign_core as es
from corpus.writer import Body, append, stream
from tests.content_pages import HELVETICA, corners, form, one_page, text_at


def pages_of(*contents: str, entries: str = "") -> bytes:
    """A file with a page for each content."""
    kids = " ".join(f"{10 + 2 * at} 0 R" for at in range(len(contents)))
    body: dict[int, Body] = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} /MediaBox [0 0 300 300] "
        f"/Resources << /Font << /F1 {HELVETICA} >> >> {entries} >>",
    }
    for at, content in enumerate(contents):
        body[10 + 2 * at] = f"<< /Type /Page /Parent 2 0 R /Contents {11 + 2 * at} 0 R >>"
        body[11 + 2 * at] = stream(content)
    return append(b"", body, trailer="/Root 1 0 R")


THREE = pages_of(text_at(50, 100, "# satu"), text_at(50, 100, "dua"), text_at(50, 100, "tiga #"))


# ---- what is asked


@pytest.mark.parametrize(
    ("pages", "found_on", "searched"),
    [
        (None, [0, 2], 3),
        ([0], [0], 1),
        ([-1], [2], 1),
        ([2, 0, 2, -1], [0, 2], 2),
        (range(3), [0, 2], 3),
        ([1], [], 1),
        ([], [], 0),
    ],
)
def test_pages(pages: Any, found_on: list[int], searched: int) -> None:
    found = es.find_tags(THREE, "#", pages=pages)
    assert [match.page_index for match in found] == found_on
    assert [match.ordinal for match in found] == list(range(len(found_on)))
    assert found.pages_searched == searched


@pytest.mark.parametrize("index", [3, -2, 10**9])
def test_a_page_that_is_not_there(index: int) -> None:
    with pytest.raises(es.PlacementError, match="the document has 3") as caught:
        es.find_tags(THREE, "#", pages=[index])
    assert caught.value.code == "PAGE_OUT_OF_RANGE"


@pytest.mark.parametrize("index", ["0", 1.0, True, None])
def test_a_page_that_is_no_number(index: Any) -> None:
    with pytest.raises(es.InputError) as caught:
        es.find_tags(THREE, "#", pages=[index])
    assert caught.value.code == "PAGE_INDEX"


@pytest.mark.parametrize("tag", ["", " ", "\t\n"])
def test_an_empty_tag(tag: str) -> None:
    with pytest.raises(es.InputError) as caught:
        es.find_tags(THREE, tag)
    assert caught.value.code == "TAG_EMPTY"


@pytest.mark.parametrize("tag", [b"#", 5, None, re.compile(b"#")])
def test_a_tag_that_is_no_text(tag: Any) -> None:
    with pytest.raises(es.InputError) as caught:
        es.find_tags(THREE, tag)
    assert caught.value.code == "TAG_PATTERN"


def test_expressions_go_line_by_line() -> None:
    pdf = one_page("BT /F1 12 Tf 14 TL 50 100 Td (${ttd_1} dan ${ttd_22}) Tj T* (\\${ttd_) Tj T* (3}) Tj ET")
    found = es.find_tags(pdf, re.compile(r"\$\{ttd_\d+\}"))
    assert [match.text for match in found] == ["${ttd_1}", "${ttd_22}"]
    assert found.tag == r"\$\{ttd_\d+\}"
    assert [match.text for match in es.find_tags(pdf, re.compile(r"^\S+ dan"))] == ["${ttd_1} dan"]
    assert not es.find_tags(pdf, re.compile(r"x*"))  # what has no length is nowhere


def test_expressions_never_match_what_nobody_can_read() -> None:
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /X /Encoding << /Differences [65 /B /zzz] >> >>"
    found = es.find_tags(one_page(text_at(50, 100, "ABA"), fonts={"F1": font}), re.compile("B.B|B"))
    assert [match.text for match in found] == []  # the line is one match of the first alternative
    assert len(es.find_tags(one_page(text_at(50, 100, "ABA"), fonts={"F1": font}), re.compile("B"))) == 2


@pytest.mark.parametrize(
    ("text", "tag", "count"),
    [
        ("C# #", "#", 1),
        ("(#), #.", "#", 2),
        ("ttd ttd1 attd ttd", "ttd", 2),
        ("a_b b", "b", 1),
        ("tanda tangan", "tanda", 1),
    ],
)
def test_whole_words(text: str, tag: str, count: int) -> None:
    content = f"BT /F1 12 Tf 50 100 Td ({text.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj ET"
    assert len(es.find_tags(one_page(content), tag, options=es.TagOptions(whole_word=True))) == count


def test_case() -> None:
    pdf = one_page(text_at(50, 100, "TTD Ttd ttd"))
    assert [match.text for match in es.find_tags(pdf, "Ttd")] == ["Ttd"]
    options = es.TagOptions(case_sensitive=False)
    assert [match.text for match in es.find_tags(pdf, "tTD", options=options)] == ["TTD", "Ttd", "ttd"]


def test_letters_whose_other_case_is_two_letters() -> None:
    font = "<< /Subtype /Type1 /BaseFont /X /Encoding << /Differences [65 /Idotaccent] >> >>"
    pdf = one_page("BT /F1 12 Tf 50 100 Td (Ax) Tj 0 20 Td (Stra\337e STRASSE) Tj ET", fonts={"F1": font})
    options = es.TagOptions(case_sensitive=False)
    assert not es.find_tags(pdf, "STRASSE", options=options)[1:]
    assert [match.text for match in es.find_tags(pdf, "İX", options=options)] == ["İx"]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer(kind: Any) -> None:
    assert len(es.find_tags(kind(THREE), "#")) == 2


def test_a_mapped_file_is_let_go() -> None:
    with mmap.mmap(-1, len(THREE)) as mapped:
        mapped[:] = THREE
        assert len(es.find_tags(mapped, "#")) == 2
        with pytest.raises(es.InputError):
            es.find_tags(mapped, "")


def test_the_same_answer_every_time() -> None:
    assert es.find_tags(THREE, "#") == es.find_tags(THREE, "#")


# ---- what is answered


def test_found_is_a_sequence() -> None:
    found = es.find_tags(THREE, "#")
    assert found and len(found) == 2 and list(found) == [found[0], found[1]] and found[-1] in found
    assert list(found[:1]) == [found[0]]
    assert not es.find_tags(THREE, "~")
    assert found.tag == "#"
    assert found.document_sha256 == found[0].document_sha256
    assert found[0].document_length == len(THREE)


def test_answers_pickle_and_are_frozen() -> None:
    found = es.find_tags(THREE, "#")
    assert pickle.loads(pickle.dumps(found)) == found
    with pytest.raises(AttributeError):
        found.tag = "x"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        found[0].text = "x"  # type: ignore[misc]


def test_reading_order_is_the_one_seen() -> None:
    scattered = text_at(200, 100, "#") + text_at(50, 50, "#") + text_at(50, 103, "#") + text_at(120, 250, "#")
    upright = es.find_tags(pages_of(scattered), "#")
    assert [round(match.rect.x0) for match in upright] == [120, 50, 200, 50]
    turned = es.find_tags(pages_of(scattered, entries="/Rotate 90"), "#")
    assert [(round(match.rect.x0), round(match.rect.y0)) for match in turned] == [
        (50, 48),
        (50, 101),
        (120, 248),
        (200, 98),
    ]


def test_font_size_as_seen() -> None:
    pdf = one_page("q 2 0 0 2 0 0 cm BT /F1 6 Tf 30 60 Td (#) Tj ET Q", page="/UserUnit 3")
    (match,) = es.find_tags(pdf, "#")
    assert match.font_size == pytest.approx(36)
    assert match.view_rect.width == pytest.approx(3 * match.rect.width)


# ---- hidden, outside, other case


@pytest.mark.parametrize("mode", [3, 7])
def test_text_that_is_not_painted(mode: int) -> None:
    pdf = one_page(f"{mode} Tr " + text_at(50, 100, "#"))
    found = es.find_tags(pdf, "#")
    assert not found
    assert [(finding.code, finding.page_index) for finding in found.near_misses] == [("TAG_HIDDEN", 0)]
    (match,) = es.find_tags(pdf, "#", options=es.TagOptions(hidden=True))
    assert not match.visible


def test_painted_and_hidden_text_do_not_make_one_word() -> None:
    pdf = one_page("BT /F1 12 Tf 50 100 Td (#t) Tj 3 Tr (td) Tj ET")
    assert not es.find_tags(pdf, "#ttd", options=es.TagOptions(hidden=True))


@pytest.mark.parametrize(("x", "y"), [(-20, 100), (295, 100), (100, 299), (100, -30), (1e6, 100)])
def test_text_outside_the_page(x: float, y: float) -> None:
    pdf = one_page(text_at(x, y, "#"), page="/CropBox [0 10 297 300]")
    found = es.find_tags(pdf, "#")
    assert not found
    assert [finding.code for finding in found.near_misses] == ["TAG_OUTSIDE_PAGE"]
    (match,) = es.find_tags(pdf, "#", options=es.TagOptions(outside_crop=True))
    assert not match.visible


def test_other_case_is_a_near_miss() -> None:
    found = es.find_tags(one_page(text_at(50, 100, "#TTD #TTD #Ttd")), "#ttd")
    assert [finding.args["text"] for finding in found.near_misses] == ["#TTD", "#Ttd"]
    assert not es.find_tags(one_page(text_at(50, 100, "#ttd")), "#ttd").near_misses


# ---- what could not be read


@pytest.mark.parametrize(
    ("contents", "why"),
    [
        (stream(b"damaged", "/Filter /FlateDecode"), "FILTER_DAMAGED"),
        (stream(b"x", "/Filter /NoSuchDecode"), "FILTER_UNKNOWN"),
        (stream("BT /F1 12 Tf (no end"), "CONTENT_STRING"),
        (stream("BI /W 1 /H 1 /F /DCT ID \xff\xd8"), "CONTENT_IMAGE"),
        (stream("BI /W 1 /H 1"), "CONTENT_IMAGE"),
    ],
)
def test_damaged_contents_are_named(contents: bytes, why: str) -> None:
    found = es.find_tags(one_page([text_at(50, 200, "#"), contents, text_at(50, 100, "#")]), "#")
    assert [(finding.code, finding.args["why"], finding.page_index) for finding in found.warnings] == [
        ("CONTENT_DAMAGED", why, 0)
    ]
    assert len(found) == (2 if why == "FILTER_DAMAGED" else 1)  # beyond a stream that ends early there are others
    assert found.pages_searched == 1


def test_a_damaged_form_hides_nothing_behind_it() -> None:
    pdf = one_page(
        "/X Do " + text_at(50, 100, "#"),
        objects={30: form(b"damaged", "/Filter /FlateDecode")},
        resources="/XObject << /X 30 0 R >>",
    )
    found = es.find_tags(pdf, "#")
    assert len(found) == 1
    assert [finding.args["why"] for finding in found.warnings] == ["FILTER_DAMAGED"]


CUT = zlib.compress(f"{text_at(50, 150, '#')} % {'x' * 3000} {text_at(50, 50, '~')}".encode(), 0)[:1500]


@pytest.mark.parametrize("tag", ["#", "~", re.compile("[#~]")])
@pytest.mark.parametrize("drawn_by", ["/X Do ", "/Y Do ", "annotation"])
def test_damage_is_named_whether_or_not_the_tag_is_printed(tag: Any, drawn_by: str) -> None:
    """What is left of a form that ends early is searched; that the page prints no tag is no proof any more."""
    pdf = one_page(
        text_at(50, 100, "#") + (drawn_by if "Do" in drawn_by else ""),
        objects={
            30: form(CUT, "/Filter /FlateDecode"),
            31: form("/X Do", "/Resources << /XObject << /X 30 0 R >> >>"),
            32: "<< /Type /Annot /Subtype /Stamp /Rect [0 0 300 300] /AP << /N 30 0 R >> >>",
        },
        resources="/XObject << /X 30 0 R /Y 31 0 R >>",
        page="" if "Do" in drawn_by else "/Annots [32 0 R]",
    )
    found = es.find_tags(pdf, tag)
    assert len(found) == (0 if tag == "~" else 2)
    code = "CONTENT_DAMAGED" if "Do" in drawn_by else "ANNOTATION_NOT_READ"
    assert [(each.code, each.args["why"], each.page_index) for each in found.warnings] == [(code, "FILTER_DAMAGED", 0)]


@pytest.mark.parametrize("tag", ["#", "~"])
def test_layers_that_cannot_be_read_are_named(tag: str) -> None:
    pdf = one_page(text_at(50, 100, "#"), objects={30: "<< /Open"}, catalog="/OCProperties 30 0 R")
    found = es.find_tags(pdf, tag)
    assert len(found) == (tag == "#")
    assert [(each.code, each.args["why"]) for each in found.warnings] == [("LAYERS_NOT_READ", "SYNTAX")]


def test_resources_that_pages_share() -> None:
    body: dict[int, Body] = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 300 300] /Resources 5 0 R >>",
        3: "<< /Type /Page /Parent 2 0 R /Contents 6 0 R >>",
        4: "<< /Type /Page /Parent 2 0 R /Contents 6 0 R >>",
        5: f"<< /Font << /F1 {HELVETICA} >> /XObject << /X null /Y << /Subtype /Form >> >> >>",
        6: stream("/X Do /Y Do " + text_at(50, 100, "#")),
    }
    assert len(es.find_tags(append(b"", body, trailer="/Root 1 0 R"), "#")) == 2


def test_contents_that_lead_nowhere() -> None:
    found = es.find_tags(pages_of("").replace(b"/Contents 11 0 R", b"/Contents 99 0 R"), "#")
    assert not found
    assert not found.warnings


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", THREE[:60], b"no PDF"])
def test_what_is_no_pdf(pdf: bytes) -> None:
    with pytest.raises(es.PdfError):
        es.find_tags(pdf, "#")


def test_a_file_encrypted_in_an_unknown_way_is_refused() -> None:
    pdf = append(b"", {1: "<< /Type /Catalog >>"}, trailer="/Root 1 0 R /Encrypt << /Filter /Standard >>")
    with pytest.raises(es.PdfError) as caught:
        es.find_tags(pdf, "#", password="x")
    assert caught.value.code == "ENCRYPTION_UNSUPPORTED"


# ---- stored matches


def test_json_and_back() -> None:
    for match in es.find_tags(THREE, "#"):
        assert es.TagMatch.from_json(json.loads(json.dumps(match.to_json()))) == match


STORED: dict[str, Any] = dict(es.find_tags(THREE, "#")[0].to_json())


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"page_index": -1},
        {"page_index": 1.5},
        {"ordinal": True},
        {"text": None},
        {"document_sha256": "x"},
        {"document_length": -1},
        {"rect": {"x0": 1, "y0": 1, "x1": 0, "y1": 2}},
        {"rect": [0, 0, 1, 1]},
        {"view_rect": {"x": 1}},
        {"font_size": 0},
        {"font_size": float("nan")},
        {"font_size": "12"},
        {"visible": 1},
        {"evidence": "hearsay"},
        {"more": 1},
    ],
)
def test_damaged_json_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(es.InputError) as caught:
        es.TagMatch.from_json(STORED | change)
    assert caught.value.code == "MATCH_JSON"


@pytest.mark.parametrize("key", STORED)
def test_json_that_lacks_a_key_is_refused(key: str) -> None:
    with pytest.raises(es.InputError):
        es.TagMatch.from_json({name: value for name, value in STORED.items() if name != key})


@pytest.mark.parametrize("value", [None, [], "x", {1: 2}])
def test_what_is_no_json_object_is_refused(value: Any) -> None:
    with pytest.raises(es.InputError):
        es.TagMatch.from_json(value)


def test_a_match_places_a_box() -> None:
    found = es.find_tags(THREE, "#")
    page = es.Page(0, es.Rect(0, 0, 300, 300), es.Rect(0, 0, 300, 300))
    rect = es.at_tag(found, occurrence="first", width=20, height=20).resolve(page, None)
    x0, y0, x1, y1 = corners(found[0])
    assert (rect.x0 + rect.x1, rect.y0 + rect.y1) == pytest.approx((x0 + x1, y0 + y1))
