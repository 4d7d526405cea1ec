"""Placements: which box, on the page as seen, and what becomes of it on pages that are turned, cropped and scaled."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from esign_core.content.match import Found, TagMatch
from esign_core.errors import InputError, PlacementError, TagAmbiguous, TagNotFound
from esign_core.finding import Finding
from esign_core.geometry import Page, Rect, ViewRect
from esign_core.place.at import at_corner, at_rect, at_tag, at_view
from esign_core.place.boxes import FittedBox, PinnedBox
from esign_core.place.placement import Placement

A4 = Page(0, Rect(0, 0, 595, 842), Rect(0, 0, 595, 842))
SHA256 = "ab" * 32


def match_at(seen: ViewRect, page: Page = A4, ordinal: int = 0) -> TagMatch:
    return TagMatch(
        document_sha256=SHA256,
        document_length=1000,
        page_index=page.index,
        ordinal=ordinal,
        text="#",
        rect=page.to_user(seen),
        view_rect=seen,
        font_size=11.0,
        visible=True,
        evidence="tounicode",
    )


def found(*matches: TagMatch, near_misses: tuple[Finding, ...] = ()) -> Found:
    return Found(
        tag="#",
        document_sha256=SHA256,
        pages_searched=3,
        matches=matches,
        warnings=(),
        near_misses=near_misses,
    )


TAG = match_at(ViewRect(100, 200, 10, 20))  # its middle is at (105, 210)

sizes = st.floats(1, 500)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    left, bottom = draw(st.floats(-300, 300)), draw(st.floats(-300, 300))
    crop = Rect(left, bottom, left + draw(st.floats(50, 1000)), bottom + draw(st.floats(50, 1000)))
    media = Rect(crop.x0 - 10, crop.y0 - 20, crop.x1 + 30, crop.y1 + 40)
    rotate = draw(st.sampled_from([0, 90, 180, 270]))
    return Page(draw(st.integers(0, 9)), media, crop, rotate, draw(st.sampled_from([1.0, 2.0, 0.5, 10.0])))


@pytest.mark.parametrize(
    ("anchor", "x", "y"),
    [
        ("top-left", 105, 210),
        ("top", 75, 210),
        ("top-right", 45, 210),
        ("left", 105, 190),
        ("center", 75, 190),
        ("right", 45, 190),
        ("bottom-left", 105, 170),
        ("bottom", 75, 170),
        ("bottom-right", 45, 170),
    ],
)
def test_the_anchor_of_the_box_sits_on_the_middle_of_the_tag(anchor: Any, x: float, y: float) -> None:
    placement = at_tag(TAG, width=60, height=40, anchor=anchor)
    assert A4.to_view(placement.resolve(A4, None)) == ViewRect(x, y, 60, 40)


def test_the_offset_moves_right_and_down() -> None:
    placement = at_tag(TAG, width=60, height=40, offset=(7, -3))
    assert A4.to_view(placement.resolve(A4, None)) == ViewRect(82, 187, 60, 40)


@pytest.mark.parametrize(
    ("rotate", "rect"),
    [
        # a box of 60 x 40 as seen, its middle 105 from the left and 210 from the top of what is shown of the page,
        # whose visible part runs from (20, 30) to (620, 730) and whose unit is 2/72 inch: 30 x 20 at (52.5, 105)
        (0, Rect(20 + 37.5, 730 - 115, 20 + 67.5, 730 - 95)),
        (90, Rect(20 + 95, 30 + 37.5, 20 + 115, 30 + 67.5)),
        (180, Rect(620 - 67.5, 30 + 95, 620 - 37.5, 30 + 115)),
        (270, Rect(620 - 115, 730 - 67.5, 620 - 95, 730 - 37.5)),
    ],
)
def test_a_turned_cropped_and_scaled_page(rotate: Any, rect: Rect) -> None:
    page = Page(0, Rect(0, 0, 700, 800), Rect(20, 30, 620, 730), rotate, 2.0)
    assert at_tag(match_at(TAG.view_rect, page), width=60, height=40).resolve(page, None) == rect


@given(pages(), sizes, sizes, st.floats(-2000, 2000), st.floats(-2000, 2000))
def test_a_kept_box_is_on_the_page_in_its_full_size(
    page: Page, width: float, height: float, x: float, y: float
) -> None:
    assume(width <= page.view_width and height <= page.view_height)
    box = at_tag(match_at(ViewRect(x, y, 10, 10), page), width=width, height=height).resolve(page, None)
    seen, crop = page.to_view(box), page.crop_box
    assert (seen.width, seen.height) == pytest.approx((width, height))
    slack = 1e-6
    assert crop.x0 - slack <= box.x0 and crop.y0 - slack <= box.y0
    assert box.x1 <= crop.x1 + slack and box.y1 <= crop.y1 + slack


@given(pages(), sizes, sizes, st.floats(0, 1), st.floats(0, 1))
def test_a_box_that_fits_stays_where_it_was_asked_to_be(
    page: Page, width: float, height: float, across: float, down: float
) -> None:
    assume(width <= page.view_width and height <= page.view_height)
    x, y = across * (page.view_width - width), down * (page.view_height - height)
    tag = match_at(ViewRect(x + width / 2 - 5, y + height / 2 - 5, 10, 10), page)
    for keep_on_page in (True, False):
        seen = page.to_view(at_tag(tag, width=width, height=height, keep_on_page=keep_on_page).resolve(page, None))
        assert (seen.x, seen.y) == pytest.approx((x, y), abs=1e-6)


@given(pages(), st.floats(0.05, 20), st.floats(20, 50))
def test_without_a_height_the_aspect_gives_it(page: Page, aspect: float, width: float) -> None:
    assume(width / aspect <= page.view_height and width <= page.view_width)
    seen = page.to_view(at_tag(match_at(ViewRect(0, 0, 5, 5), page), width=width).resolve(page, aspect))
    assert seen.width / seen.height == pytest.approx(aspect)


def test_without_a_height_and_an_appearance_there_is_no_box() -> None:
    with pytest.raises(PlacementError) as caught:
        at_tag(TAG, width=60).resolve(A4, None)
    assert caught.value.code == "NO_HEIGHT"


@pytest.mark.parametrize(
    "placement",
    [
        at_tag(TAG, width=60, height=40, offset=(-80, 0), keep_on_page=False),  # over the left edge
        at_tag(TAG, width=60, height=40, offset=(0, 620), keep_on_page=False),  # over the lower edge
        at_rect(0, Rect(-1, 10, 50, 50)),
        at_rect(0, Rect(10, 10, 595.1, 50)),
        at_rect(0, Rect(700, 900, 800, 1000)),
    ],
)
def test_a_box_off_the_page_is_refused_with_the_numbers(placement: Placement) -> None:
    with pytest.raises(PlacementError, match=r"595\.00 x 842\.00") as caught:
        placement.resolve(A4, None)
    assert caught.value.code == "OFF_PAGE"


@pytest.mark.parametrize(
    ("placement", "size"),
    [
        (at_tag(TAG, width=596, height=40), r"596\.00 x 40\.00"),
        (at_tag(TAG, width=60, height=843), r"60\.00 x 843\.00"),
        (at_view(0, ViewRect(0, 0, 595.1, 9)), r"595\.10 x 9\.00"),
        (at_corner(0, "top", width=60, height=900), r"60\.00 x 900\.00"),
    ],
)
def test_a_box_larger_than_the_page_is_refused_with_the_numbers(placement: Placement, size: str) -> None:
    with pytest.raises(PlacementError, match=rf"{size} is larger .* 595\.00 x 842\.00") as caught:
        placement.resolve(A4, None)
    assert caught.value.code == "LARGER_THAN_PAGE"


@pytest.mark.parametrize(
    ("beside", "anchor", "x", "y"),
    [
        ("right", "center", 114, 190),
        ("right", "top", 114, 210),
        ("right", "bottom-left", 114, 170),
        ("left", "center", 36, 190),
        ("below", "center", 75, 224),
        ("below", "left", 105, 224),
        ("above", "center", 75, 156),
        ("above", "right", 45, 156),
    ],
)
def test_a_box_beside_the_tag_begins_a_gap_from_its_edge(beside: Any, anchor: Any, x: float, y: float) -> None:
    placement = at_tag(TAG, width=60, height=40, beside=beside, gap=4, anchor=anchor)
    assert A4.to_view(placement.resolve(A4, None)) == ViewRect(x, y, 60, 40)


@given(pages(), st.sampled_from(["above", "below", "left", "right"]), st.floats(0, 20), sizes, sizes)
def test_beside_never_touches_the_tag(page: Page, beside: Any, gap: float, width: float, height: float) -> None:
    seen = ViewRect(page.view_width / 2, page.view_height / 2, 5, 7)
    placement = at_tag(match_at(seen, page), width=width, height=height, beside=beside, gap=gap, keep_on_page=False)
    try:
        box = page.to_view(placement.resolve(page, None))
    except PlacementError as error:
        assert error.code in ("OFF_PAGE", "LARGER_THAN_PAGE")
        return
    away = {
        "right": box.x - (seen.x + seen.width),
        "left": seen.x - (box.x + box.width),
        "below": box.y - (seen.y + seen.height),
        "above": seen.y - (box.y + box.height),
    }
    assert away[beside] == pytest.approx(gap, abs=1e-6)


def test_a_view_box_is_used_as_it_stands() -> None:
    turned = Page(2, A4.media_box, Rect(10, 20, 500, 700), 90, 2.0)
    box = ViewRect(30, 40, 60, 50)
    assert turned.to_view(at_view(2, box).resolve(turned, None)) == box


@pytest.mark.parametrize(
    ("anchor", "x", "y"),
    [("top-left", 10, 10), ("top", 267.5, 10), ("right", 525, 401), ("bottom-right", 525, 792), ("center", 267.5, 401)],
)
def test_a_corner_keeps_its_margin(anchor: Any, x: float, y: float) -> None:
    placement = at_corner(-1, anchor, width=60, height=40)
    assert A4.to_view(placement.resolve(A4, None)) == ViewRect(x, y, 60, 40)
    assert A4.to_view(at_corner(0, "top-left", width=60, margin=0).resolve(A4, 1.5)) == ViewRect(0, 0, 60, 40)


@given(pages(), st.one_of(st.none(), st.floats(0.1, 10)))
def test_a_fitted_box_keeps_the_aspect_in_the_middle(page: Page, aspect: float | None) -> None:
    rect = Rect(page.crop_box.x0 + 5, page.crop_box.y0 + 5, page.crop_box.x1 - 7, page.crop_box.y1 - 9)
    cell, box = page.to_view(rect), page.to_view(Placement(page.index, FittedBox(rect)).resolve(page, aspect))
    assert box.center == pytest.approx(cell.center)
    assert box.width <= cell.width + 1e-6 and box.height <= cell.height + 1e-6
    assert box.width == pytest.approx(cell.width) or box.height == pytest.approx(cell.height)
    if aspect is not None:
        assert box.width / box.height == pytest.approx(aspect)


def test_a_box_over_another_field_is_refused_unless_it_may() -> None:
    taken = [("sig_1", A4.to_user(ViewRect(100, 100, 50, 50)))]
    for box in (ViewRect(140, 140, 50, 50), ViewRect(90, 90, 100, 100), ViewRect(110, 110, 5, 5)):
        with pytest.raises(PlacementError, match=r"'sig_1' from \(100.00, 100.00\) to \(150.00, 150.00\)") as caught:
            at_view(0, box).resolve(A4, None, taken)
        assert caught.value.code == "OVERLAP"
        assert at_view(0, box, allow_overlap=True).resolve(A4, None, taken)
    assert at_view(0, ViewRect(150, 100, 50, 50)).resolve(A4, None, taken)  # next to it


def test_a_rect_is_used_as_it_stands() -> None:
    rect = Rect(0, 0, 595, 842.005)  # a rounding over the edge is no fault
    assert at_rect(3, rect).page_index == 3
    assert at_rect(3, rect).resolve(A4, 2.0) is rect


def test_a_placement_knows_the_document_its_tag_was_found_in() -> None:
    placement = at_tag(TAG, width=60)
    assert (placement.document_sha256, placement.document_length) == (SHA256, 1000)
    placement = at_rect(0, Rect(0, 0, 1, 1))
    assert (placement.document_sha256, placement.document_length) == (None, None)


# ---- which occurrence ------------------------------------------------------------------------------------------------

THREE = found(*(match_at(ViewRect(10 * number, 20, 5, 5), ordinal=number) for number in range(3)))


@pytest.mark.parametrize(("occurrence", "x"), [("first", 2.5), ("last", 22.5), (0, 2.5), (1, 12.5), (2, 22.5)])
def test_one_of_several_matches_is_chosen(occurrence: Any, x: float) -> None:
    box = at_tag(THREE, width=60, occurrence=occurrence).box
    assert isinstance(box, PinnedBox)
    assert box.x == x


def test_the_only_match_needs_no_choice() -> None:
    assert at_tag(found(TAG), width=60) == at_tag(TAG, width=60)


def test_several_matches_without_a_choice_are_ambiguous() -> None:
    with pytest.raises(
        TagAmbiguous, match=r"printed 3 times.*0: page 1 at \(0, 20\); 1: page 1 at \(10, 20\)"
    ) as caught:
        at_tag(THREE, width=60)
    assert list(caught.value.matches) == list(THREE)
    many = found(*(match_at(ViewRect(1, 1, 1, 1)) for _ in range(5000)))
    with pytest.raises(TagAmbiguous, match="and 4990 more"):
        at_tag(many, width=60)


def test_a_tag_that_is_not_there_is_named_with_what_came_close() -> None:
    near = Finding.of("TAG_OTHER_CASE", page=2, text="TTD")
    with pytest.raises(TagNotFound, match="Page 2 prints 'TTD'") as caught:
        at_tag(found(near_misses=(near,)), width=60)
    assert caught.value.near_misses == (near,)
    with pytest.raises(TagNotFound, match="check how the document writes it"):
        at_tag(found(), width=60, occurrence="first")
    with pytest.raises(TagNotFound, match="occurrence is 0 to 2, not 3"):
        at_tag(THREE, width=60, occurrence=3)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"width": 0}, "EMPTY_BOX"),
        ({"width": -1}, "EMPTY_BOX"),
        ({"width": float("inf")}, "EMPTY_BOX"),
        ({"width": "80"}, "EMPTY_BOX"),
        ({"width": 60, "height": float("nan")}, "EMPTY_BOX"),
        ({"width": 60, "anchor": "middle"}, "ANCHOR"),
        ({"width": 60, "offset": (float("nan"), 0)}, "NO_POINT"),
        ({"width": 60, "beside": "under"}, "SIDE"),
        ({"width": 60, "beside": "left", "anchor": "middle"}, "ANCHOR"),
        ({"width": 60, "beside": "left", "gap": float("nan")}, "NO_POINT"),
        ({"width": 60, "treatment": "hide"}, "TREATMENT"),
        ({"width": 60, "occurrence": -1}, "OCCURRENCE"),
        ({"width": 60, "occurrence": "second"}, "OCCURRENCE"),
    ],
)
def test_values_that_place_nothing_are_refused(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(PlacementError) as caught:
        at_tag(THREE, **({"occurrence": "first"} | arguments))
    assert caught.value.code == code


def test_a_corner_that_is_none_is_refused() -> None:
    for arguments, code in (
        ({"margin": -1}, "MARGIN"),
        ({"margin": float("inf")}, "MARGIN"),
        ({"anchor": "corner"}, "ANCHOR"),
        ({"width": 0}, "EMPTY_BOX"),
    ):
        with pytest.raises(PlacementError) as caught:
            at_corner(**{"page_index": 0, "anchor": "top", "width": 9.0} | arguments)  # type: ignore[arg-type]
        assert caught.value.code == code


def test_only_a_tag_can_be_treated() -> None:
    with pytest.raises(PlacementError) as caught:
        Placement(0, Rect(0, 0, 9, 9), treatment="erase")
    assert caught.value.code == "TREATMENT"


@pytest.mark.parametrize("page_index", [-2, 1.0, True, "0", None])
def test_a_page_that_is_no_page_is_refused(page_index: Any) -> None:
    with pytest.raises(PlacementError) as caught:
        at_rect(page_index, Rect(0, 0, 1, 1))
    assert caught.value.code == "PAGE_INDEX"


# ---- JSON ------------------------------------------------------------------------------------------------------------

placements = st.one_of(
    st.builds(
        lambda page, x, y, width, height: at_rect(page, Rect(x, y, x + width, y + height)),
        st.integers(-1, 10_000),
        *(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), sizes, sizes),
    ),
    st.builds(
        lambda anchor, width, height, margin: at_corner(
            -1, anchor, width=width, height=height, margin=margin, allow_overlap=True
        ),
        st.sampled_from(["center", "top-left", "bottom"]),
        *(sizes, st.one_of(st.none(), sizes), st.floats(0, 50)),
    ),
    st.builds(
        lambda x, y: Placement(3, FittedBox(Rect(x, y, x + 5, y + 6))), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)
    ),
    st.builds(
        lambda seen, width, height, anchor, offset, keep, treatment: at_tag(
            match_at(seen),
            width=width,
            height=height,
            anchor=anchor,
            offset=offset,
            keep_on_page=keep,
            treatment=treatment,
        ),
        st.builds(ViewRect, st.floats(0, 500), st.floats(0, 800), sizes, sizes),
        *(sizes, st.one_of(st.none(), sizes)),
        st.sampled_from(["center", "top-left", "bottom"]),
        *(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), st.booleans()),
        st.sampled_from(["leave", "cover", "erase"]),
    ),
)


@given(placements)
def test_json_and_pickle_bring_the_same_placement_back(placement: Placement) -> None:
    assert Placement.from_json(json.loads(json.dumps(placement.to_json()))) == placement
    assert pickle.loads(pickle.dumps(placement)) == placement


RECT_JSON = at_rect(0, Rect(1, 2, 3, 4)).to_json()
TAG_JSON = at_tag(TAG, width=60).to_json()


def test_the_json_of_version_1() -> None:
    assert RECT_JSON == {"version": 1, "page_index": 0, "rect": {"x0": 1, "y0": 2, "x1": 3, "y1": 4}}
    assert TAG_JSON == {
        "version": 1,
        "page_index": 0,
        "pinned": {"x": 105, "y": 210, "width": 60, "height": None, "anchor": "center", "keep_on_page": True},
        "document": {"sha256": SHA256, "length": 1000},
    }


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        "{}",
        {**RECT_JSON, "version": 2},
        {**RECT_JSON, "version": "1"},
        {**RECT_JSON, "colour": "blue"},
        {**RECT_JSON, "page_index": "0"},
        {**RECT_JSON, "page_index": True},
        {**RECT_JSON, "rect": None},
        {**RECT_JSON, "rect": [1, 2, 3, 4]},
        {**RECT_JSON, "rect": {"x0": 3, "y0": 2, "x1": 1, "y1": 4}},
        {**RECT_JSON, "rect": {"x0": "1", "y0": 2, "x1": 3, "y1": 4}},
        {**RECT_JSON, "rect": {"x0": 1, "y0": 2, "x1": 3, "y1": 10**400}},
        {**RECT_JSON, "pinned": TAG_JSON["pinned"]},
        {**RECT_JSON, "allow_overlap": 1},
        {**RECT_JSON, "tag": {"treatment": "cover", "box": {"x0": 1, "y0": 2, "x1": 3, "y1": 4}, "text": "#"}},
        {**TAG_JSON, "tag": {"treatment": "hide", "box": {"x0": 1, "y0": 2, "x1": 3, "y1": 4}, "text": "#"}},
        {**TAG_JSON, "tag": {"treatment": "cover", "box": {"x0": 1, "y0": 2, "x1": 3, "y1": 4}, "text": 7}},
        {**TAG_JSON, "tag": {"treatment": "cover"}},
        {"version": 1, "page_index": 0},
        {"version": 1, "page_index": 0, "fitted": {"x0": 1}},
        {"version": 1, "page_index": 0, "corner": {"anchor": "top", "width": 0}},
        {**TAG_JSON, "pinned": {"x": 1}},
        {**TAG_JSON, "pinned": {"x": 1, "y": 2, "width": 0}},
        {**TAG_JSON, "pinned": {"x": 1, "y": 2, "width": 3, "anchor": []}},
        {**TAG_JSON, "pinned": {"x": 1, "y": 2, "width": 3, "keep_on_page": "no"}},
        {**TAG_JSON, "document": {}},
        {**TAG_JSON, "document": {"sha256": "zz", "length": 1}},
        {**TAG_JSON, "document": {"sha256": SHA256, "length": -1}},
        {**TAG_JSON, "document": {"sha256": 7, "length": 1}},
    ],
)
def test_damaged_json_is_refused(value: Any) -> None:
    with pytest.raises(InputError) as caught:
        Placement.from_json(value)
    assert caught.value.code == "PLACEMENT_JSON"
