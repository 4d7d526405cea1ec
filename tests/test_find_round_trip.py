"""A tag at a random matrix, font, rotation and crop is found within half a point of where arithmetic puts it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

import esign_core as es
from corpus.traps.composite import descendant, glyphs, type0
from corpus.traps.page import form, one_page, simple_font, tounicode
from corpus.traps.programs import ORDER, WIDTH, descriptor, program, truetype, widths
from corpus.writer import Body

Matrix = tuple[float, float, float, float, float, float]
NEAR = 0.5  # 1/72 inch
SIGN, TEE, DEE = (ORDER.index(name) for name in ("numbersign", "t", "d"))


@dataclass(frozen=True)
class Face:
    """A font: its dictionary, what shows `#td`, glyph by glyph, and its measures in thousandths (of the standard fonts
    as in Adobe's metrics files; for Courier these differ, and pdfminer's table is the one the library has)."""

    font: str
    strings: tuple[str, str, str]
    advances: tuple[int, int, int]
    ascent: int
    descent: int
    embedded: bool = False


ANSI = ("(#)", "(t)", "(d)")
FACES = {
    "Helvetica": Face(simple_font(rest="/Encoding /WinAnsiEncoding"), ANSI, (556, 278, 556), 718, -207),
    "Times": Face(simple_font(base="Times-Roman", rest="/Encoding /WinAnsiEncoding"), ANSI, (500, 278, 500), 683, -217),
    "Courier": Face(simple_font(base="Courier", rest="/Encoding /WinAnsiEncoding"), ANSI, (600, 600, 600), 627, -194),
    "TrueType": Face(
        simple_font("TrueType", "Bars", f"/Encoding /WinAnsiEncoding {widths(32, 126)} /FontDescriptor 32 0 R"),
        ANSI,
        (WIDTH, WIDTH, WIDTH),
        800,
        -200,
        embedded=True,
    ),
    "Type0": Face(
        type0("/Identity-H", rest="/ToUnicode 30 0 R"),
        (f"<{SIGN:04X}>", f"<{TEE:04X}>", f"<{DEE:04X}>"),
        (WIDTH, WIDTH, WIDTH),
        800,
        -200,
        embedded=True,
    ),
}


@cache
def program_objects() -> dict[int, Body]:
    return {
        30: tounicode(f"3 beginbfchar <{SIGN:04X}> <0023> <{TEE:04X}> <0074> <{DEE:04X}> <0064> endbfchar"),
        31: descendant(),
        32: descriptor(32, "/FontFile2 33 0 R"),
        33: program(truetype({0x23: "numbersign", 0x74: "t", 0x64: "d"})),
    }


@dataclass(frozen=True)
class Written:
    """How the tag is written. `matrix` is the text matrix, `outer` what cm or a form does around it."""

    face: str
    size: float
    matrix: Matrix
    outer: Matrix
    scale: float  # horizontal, in percent
    rise: float
    spacing: float
    style: str
    in_form: bool


@dataclass(frozen=True)
class Frame:
    """The page: part of the way across the crop box where the tag's middle is to be, from 0 to 1."""

    crop: tuple[int, int, int, int]
    rotate: int
    unit: float
    across: float
    up: float


def multiply(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def angles() -> st.SearchStrategy[float]:
    return st.one_of(st.sampled_from([0.0, 90.0, 180.0, 270.0]), st.floats(-180, 180).map(lambda x: round(x, 2)))


@st.composite
def matrices(draw: st.DrawFn, *, largest: float) -> Matrix:
    """Turned, stretched, mirrored and slanted; nothing is moved."""
    angle = math.radians(draw(angles()))
    across, along = (draw(st.floats(0.5, largest)) for _ in range(2))
    mirror, slant = draw(st.sampled_from([1, 1, -1])), draw(st.sampled_from([0.0, 0.0, 0.3, -0.5]))
    turned = (math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle), 0.0, 0.0)
    shaped = (across * mirror, 0.0, slant * along, along, 0.0, 0.0)
    numbers = multiply(shaped, turned)
    a, b, c, d, e, f = (round(number, 4) for number in numbers)
    return a, b, c, d, e, f


WRITTEN = st.builds(
    Written,
    face=st.sampled_from(sorted(FACES)),
    size=st.sampled_from([1.0, 8.0, 11.5, 24.0, -10.0]),
    matrix=matrices(largest=2.0),
    outer=matrices(largest=1.5),
    scale=st.sampled_from([100, 100, 70, 140]),
    rise=st.sampled_from([0.0, 0.0, 3.0, -2.0]),
    spacing=st.sampled_from([0.0, 0.0, 0.05]),
    style=st.sampled_from(["one string", "strings", "kerned"]),
    in_form=st.booleans(),
)
FRAMES = st.builds(
    Frame,
    crop=st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(300, 600), st.integers(300, 600)),
    rotate=st.sampled_from([0, 90, 180, 270, -90, 450]),
    unit=st.sampled_from([1.0, 1.0, 0.5, 2.0]),
    across=st.floats(0.1, 0.9),
    up=st.floats(0.1, 0.9),
)


def text_box(written: Written) -> tuple[float, float, float, float]:
    """In text space, from the place where the text begins: left, bottom, right, top (ISO 32000-2, 9.4.4)."""
    face = FACES[written.face]
    glyph_widths = [advance / 1000 * written.size for advance in face.advances]
    between = 2 * written.spacing * written.size
    if written.style == "kerned":
        between += (30 - 20) / 1000 * written.size
    right = (sum(glyph_widths) + between) * written.scale / 100
    bottom, top = (edge / 1000 * written.size + written.rise for edge in (face.descent, face.ascent))
    return min(0.0, right), min(bottom, top), max(0.0, right), max(bottom, top)


def page_of(written: Written, frame: Frame) -> tuple[bytes, tuple[float, float, float, float]]:
    """The file, and the box around the tag in user space."""
    face = FACES[written.face]
    left, bottom, right, top = text_box(written)
    whole = multiply(written.matrix, written.outer)
    corners = [apply(whole, x, y) for x in (left, right) for y in (bottom, top)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    x0, y0, x1, y1 = frame.crop
    move_x = round(x0 + frame.across * (x1 - x0) - (min(xs) + max(xs)) / 2, 3)
    move_y = round(y0 + frame.up * (y1 - y0) - (min(ys) + max(ys)) / 2, 3)
    one, two, three = face.strings
    show = {
        "one string": f"[{one} {two} {three}] TJ",
        "strings": f"{one} Tj {two} Tj {three} Tj",
        "kerned": f"[{one} -30 {two} 20 {three}] TJ",
    }[written.style]
    state = f"{written.scale} Tz {written.rise} Ts {written.spacing * written.size:.5f} Tc"
    text = f"BT /F1 {written.size} Tf {state} {numbers(written.matrix)} Tm {show} ET"
    outer = (*written.outer[:4], move_x, move_y)
    fonts, objects = {"F1": face.font}, dict(program_objects()) if face.embedded else {}
    content = f"q {numbers(outer)} cm {text} Q"
    if written.in_form:
        objects[40] = form(text, f"/Matrix [{numbers(outer)}] /Resources << /Font << /F1 {face.font} >> >>")
        content = "q /X Do Q"
    pdf = one_page(
        content,
        fonts=fonts,
        objects=objects,
        resources="/XObject << /X 40 0 R >>",
        page=f"/MediaBox [0 0 600 600] /CropBox [{x0} {y0} {x1} {y1}] /Rotate {frame.rotate} /UserUnit {frame.unit}",
    )
    return pdf, (min(xs) + move_x, min(ys) + move_y, max(xs) + move_x, max(ys) + move_y)


def numbers(matrix: Matrix) -> str:
    return " ".join(f"{number:.4f}" for number in matrix)


def as_seen(x: float, y: float, frame: Frame) -> tuple[float, float]:
    """From user space to the page as seen, origin upper left (ISO 32000-2, table 31: Rotate turns clockwise)."""
    x0, y0, x1, y1 = frame.crop
    places = {0: (x - x0, y1 - y), 90: (y - y0, x - x0), 180: (x1 - x, y - y0), 270: (y1 - y, x1 - x)}
    across, down = places[frame.rotate % 360]
    return across * frame.unit, down * frame.unit


@settings(deadline=None, max_examples=100)
@given(WRITTEN, FRAMES)
def test_a_tag_is_found_where_it_was_put(written: Written, frame: Frame) -> None:
    pdf, box = page_of(written, frame)
    (match,) = es.find_tags(pdf, "#td")
    rect = match.rect
    for got, expected in zip((rect.x0, rect.y0, rect.x1, rect.y1), box, strict=True):
        assert abs(got - expected) < NEAR, (rect, box)
    view = match.view_rect.center
    expected_view = as_seen((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, frame)
    assert math.dist(view, expected_view) < NEAR, (view, expected_view)
    assert match.visible


def test_vertical_writing() -> None:
    """DW2 [880 -1000] by default: the origin is half a width to the right and 0.88 em below the upper edge."""
    font = type0("/Identity-V", rest="/ToUnicode 30 0 R")
    content = f"BT /F1 20 Tf 100 250 Td {glyphs(SIGN, TEE, DEE)} ET"
    (match,) = es.find_tags(one_page(content, fonts={"F1": font}, objects=dict(program_objects())), "#td")
    expected = (100 - 6, 250 - 2 * 20 - 17.6 - 4, 100 + 6, 250 - 17.6 + 16)
    got = (match.rect.x0, match.rect.y0, match.rect.x1, match.rect.y1)
    assert math.dist(got, expected) < NEAR, (got, expected)
