"""Drawings: QR codes as operators, outlines, and how a drawing is fitted into a box."""

from __future__ import annotations

import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign_core.appearance import Appearance, qr
from esign_core.appearance.outline import outlines
from esign_core.errors import AppearanceError

LINK = "https://verify.example/doc/0123456789abcdef?id=42"


def filled(polygons: list[list[tuple[int, int]]], columns: int, rows: int) -> list[list[int]]:
    """Winding number of every module's middle, by the vertical borders to its left."""
    winding = [[0] * columns for _ in range(rows)]
    for corners in polygons:
        for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
            assert (x0 == x1) != (y0 == y1), "outlines run along the grid"
            for y in range(min(y0, y1), max(y0, y1)):
                for x in range(x0, columns):
                    winding[y][x] += 1 if y1 < y0 else -1
    return winding


@st.composite
def matrices(draw: st.DrawFn) -> list[list[bool]]:
    columns = draw(st.integers(1, 7))
    return draw(st.lists(st.lists(st.booleans(), min_size=columns, max_size=columns), min_size=1, max_size=7))


@given(matrices())
def test_outlines_fill_the_dark_modules_and_nothing_else(dark: list[list[bool]]) -> None:
    polygons = outlines(dark)
    assert filled(polygons, len(dark[0]), len(dark)) == [[int(module) for module in row] for row in dark]


@given(matrices())
def test_outlines_hold_corners_only(dark: list[list[bool]]) -> None:
    for corners in outlines(dark):
        for before, corner, after in zip(corners[-1:] + corners[:-1], corners, corners[1:] + corners[:1], strict=True):
            assert (before[0] == corner[0]) != (corner[0] == after[0])


def test_a_hole_is_an_outline_of_the_other_direction() -> None:
    ring = [[True] * 4, [True, False, False, True], [True] * 4]
    assert outlines(ring) == [[(0, 0), (4, 0), (4, 3), (0, 3)], [(1, 1), (1, 2), (3, 2), (3, 1)]]


def test_a_qr_is_white_with_one_black_path_and_needs_no_resources() -> None:
    drawing = qr("A")  # version 1: 21 modules and a quiet zone of 4 on each side
    assert (drawing.width, drawing.height, drawing.resources) == (29, 29, b"")
    assert drawing.content.startswith(b"1 g 0 0 29 29 re f 0 g\n4 25 m 11 25 l 11 18 l 4 18 l ")  # upper left finder
    assert drawing.content.endswith(b" f")
    numbers = [int(number) for number in re.findall(rb"\d+", drawing.content.partition(b"\n")[2])]
    assert (min(numbers), max(numbers)) == (4, 25)


def test_a_qr_is_the_same_each_time_and_is_a_value() -> None:
    assert qr(LINK) == qr(LINK)
    assert pickle.loads(pickle.dumps(qr(LINK))) == qr(LINK)


@pytest.mark.parametrize(("correction", "bytes_allowed"), [("L", 2953), ("M", 2331), ("Q", 1663), ("H", 1273)])
def test_the_longest_content_fits_and_one_byte_more_does_not(correction: str, bytes_allowed: int) -> None:
    assert qr("é" + "x" * (bytes_allowed - 2), correction=correction).width == 185  # type: ignore[arg-type]
    told = f"is {bytes_allowed + 1} bytes long .* correction {correction} holds {bytes_allowed}:"
    with pytest.raises(AppearanceError, match=told) as caught:
        qr("é" + "x" * (bytes_allowed - 1), correction=correction)  # type: ignore[arg-type]
    assert caught.value.code == "QR_TOO_LONG"


@pytest.mark.parametrize(("character", "allowed"), [("7", 3057), ("Z", 1852)])
def test_digits_and_capitals_have_more_room(character: str, allowed: int) -> None:
    assert qr(character * allowed).width == 185
    with pytest.raises(AppearanceError, match=f"holds {allowed}:"):
        qr(character * (allowed + 1))


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "QR_EMPTY"), ("\0" * 300, "QR_CONTENT"), ("a\ud800", "QR_CONTENT"), ("x" * 10_000_000, "QR_TOO_LONG")],
)
def test_content_that_no_qr_can_hold(content: str, code: str) -> None:
    with pytest.raises(AppearanceError) as caught:
        qr(content)
    assert caught.value.code == code


def test_an_unknown_correction_is_refused() -> None:
    with pytest.raises(AppearanceError) as caught:
        qr("A", correction="h")  # type: ignore[arg-type]
    assert caught.value.code == "QR_CORRECTION"


@pytest.mark.parametrize(
    ("width", "height", "matrix"),
    [
        (80, 40, b"20 0 0 20 0 0"),  # the same aspect: the whole box
        (80, 80, b"20 0 0 20 0 20"),  # a higher box: centred between top and bottom
        (100, 40, b"20 0 0 20 10 0"),  # a wider box: centred between left and right
        (1, 0.5, b"0.25 0 0 0.25 0 0"),
        (1e-7, 1e-7, b"0.000000025 0 0 0.000000025 0 0.000000025"),  # never an exponent
    ],
)
def test_a_drawing_is_scaled_uniformly_and_centred(width: float, height: float, matrix: bytes) -> None:
    drawing = Appearance(width=4, height=2, content=b"0 0 4 2 re f")
    assert drawing.content_for(width, height) == b"q " + matrix + b" cm\n0 0 4 2 re f\nQ\n"


@pytest.mark.parametrize("side", [0, -1, float("nan"), float("inf")])
def test_a_drawing_or_box_without_area_is_refused(side: float) -> None:
    for make in (lambda: Appearance(side, 1, b""), lambda: Appearance(1, 1, b"").content_for(1, side)):
        with pytest.raises(AppearanceError) as caught:
            make()
        assert caught.value.code == "EMPTY_DRAWING"
