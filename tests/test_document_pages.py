"""The page tree: order, inherited attributes, frames, and the trees that viewers would walk in different ways."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pypdfium2
import pytest

from corpus.byhand import CATALOG, ONE_PAGE, PAGE, PAGES, Body, stream, table_file
from corpus.writer import append
from esign_core.document.pages import contents, page_at, page_changes, pages
from esign_core.errors import LimitExceeded, PdfError, PlacementError
from esign_core.geometry import Page, Rect
from esign_core.limits import Limits
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Name, Ref

FILES = sorted((Path(__file__).parent.parent / "corpus" / "files").glob("*.pdf"))
A4 = "/MediaBox[0 0 595 842]"


def tree(nodes: Mapping[int, Body], limits: Limits | None = None) -> list[Page]:
    with PdfFile(table_file({1: CATALOG, **nodes}), limits or Limits()) as file:
        return [node.frame for node in pages(file)]


def frame(page: str, above: str = "") -> Page:
    """The only page, with such entries in it and in the node above."""
    (found,) = tree({2: f"<</Type/Pages/Kids[3 0 R]/Count 1{above}>>", 3: f"<</Type/Page/Parent 2 0 R{page}>>"})
    return found


def branch(kids: str, parent: int | None = None, more: str = "") -> str:
    return f"<</Type/Pages/Kids[{kids}]{f'/Parent {parent} 0 R' if parent else ''}{more}>>"


def leaf(parent: int, more: str = A4) -> str:
    return f"<</Type/Page/Parent {parent} 0 R{more}>>"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_pages_are_as_large_as_pdfium_shows_them(path: Path) -> None:
    data = path.read_bytes()
    with PdfFile(data) as file:
        frames = [node.frame for node in pages(file)]
    document = pypdfium2.PdfDocument(data)
    assert len(document) == len(frames)
    for found, shown in zip(frames, document, strict=True):
        assert shown.get_rotation() == found.rotate
        # PDFium leaves UserUnit to its caller
        size = (found.view_width / found.user_unit, found.view_height / found.user_unit)
        assert shown.get_size() == pytest.approx(size, abs=0.01)


def test_order_and_inheritance_over_levels() -> None:
    nodes = {
        2: branch("3 0 R 6 0 R 7 0 R", more="/MediaBox[0 0 100 200]/Rotate 90/Resources 9 0 R"),
        3: branch("4 0 R 5 0 R", 2, "/MediaBox[0 0 300 400]/CropBox[10 10 20 20]"),
        4: leaf(3, "/Rotate 180"),
        5: leaf(3, "/MediaBox 8 0 R/UserUnit 2/Resources<</A 1>>"),
        6: leaf(2, ""),
        7: branch("", 2),
        8: "[0 0 10 0 R 77]",
        9: "<</B 2>>",
        10: "66",
    }
    with PdfFile(table_file({1: CATALOG, **nodes})) as file:
        found = list(pages(file))
        assert [node.ref.number for node in found] == [4, 5, 6]
        assert [node.frame.index for node in found] == [0, 1, 2]
        four, five, six = (node.frame for node in found)
        assert (four.media_box, four.crop_box, four.rotate) == (Rect(0, 0, 300, 400), Rect(10, 10, 20, 20), 180)
        assert (five.media_box, five.crop_box, five.rotate, five.user_unit) == (
            Rect(0, 0, 66, 77),
            Rect(10, 10, 20, 20),
            90,
            2,
        )
        assert (six.media_box, six.crop_box, six.rotate) == (Rect(0, 0, 100, 200), Rect(0, 0, 100, 200), 90)
        assert [file.get(node.entries, "Resources") for node in found] == [{"B": 2}, {"A": 1}, {"B": 2}]


@pytest.mark.parametrize("own", ["/MediaBox null", "/MediaBox 99 0 R", "/MediaBox 4 0 R"])
def test_a_null_attribute_is_none_and_the_one_above_counts(own: str) -> None:
    nodes = {2: branch("3 0 R", more="/MediaBox[0 0 7 8]"), 3: leaf(2, own), 4: "null"}
    assert tree(nodes)[0].media_box == Rect(0, 0, 7, 8)


def test_a_damaged_attribute_is_not_null() -> None:
    """Who needs it hears of the damage; who does not, need not."""
    nodes = {2: branch("3 0 R", more="/MediaBox[0 0 7 8]/Resources<<>>"), 3: leaf(2, "/Resources 4 0 R"), 4: "(("}
    with PdfFile(table_file({1: CATALOG, **nodes})) as file:
        page = page_at(file, 0)
        assert page.frame.media_box == Rect(0, 0, 7, 8)
        with pytest.raises(PdfError):
            file.get(page.entries, "Resources")
    nodes[3] = leaf(2, "/MediaBox 4 0 R")
    with pytest.raises(PdfError) as caught:
        tree(nodes)
    assert caught.value.code == "SYNTAX"


@pytest.mark.parametrize(
    ("entries", "box"),
    [
        ("", Rect(0, 0, 612, 792)),
        ("/MediaBox[100 200 0 0]", Rect(0, 0, 100, 200)),
        ("/MediaBox[-5.5 .5 +10 2.]", Rect(-5.5, 0.5, 10, 2)),
        ("/MediaBox[0 0 0 10]", Rect(0, 0, 612, 792)),
        ("/MediaBox[0 0 10]", Rect(0, 0, 612, 792)),
        ("/MediaBox[0 0 10 (x)]", Rect(0, 0, 612, 792)),
        ("/MediaBox[0 0 10 99 0 R]", Rect(0, 0, 612, 792)),
        ("/MediaBox 5", Rect(0, 0, 612, 792)),
    ],
)
def test_media_boxes(entries: str, box: Rect) -> None:
    assert frame(entries).media_box == box
    assert frame(entries).crop_box == box


@pytest.mark.parametrize(
    ("entries", "box"),
    [
        ("/CropBox[10 20 30 40]", Rect(10, 20, 30, 40)),
        ("/CropBox[30 40 10 20]", Rect(10, 20, 30, 40)),
        ("/CropBox[-10 -20 300 400]", Rect(0, 0, 100, 200)),
        ("/CropBox[50 50 300 400]", Rect(50, 50, 100, 200)),
        ("/CropBox[500 500 600 600]", Rect(0, 0, 100, 200)),
        ("/CropBox[1 1 1 1]", Rect(0, 0, 100, 200)),
    ],
)
def test_crop_boxes_are_cut_to_the_media_box(entries: str, box: Rect) -> None:
    assert frame("/MediaBox[0 0 100 200]" + entries).crop_box == box


@pytest.mark.parametrize(
    ("value", "rotate"),
    [
        ("0", 0),
        ("90", 90),
        ("-90", 270),
        ("450", 90),
        ("360", 0),
        ("45", 0),
        ("90.0", 90),
        ("(90)", 0),
        ("3 0 R", 0),
        ("true", 0),
    ],
)
def test_rotations(value: str, rotate: int) -> None:
    assert frame(A4 + f"/Rotate {value}").rotate == rotate


@pytest.mark.parametrize(("value", "unit"), [("2", 2), ("1.5", 1.5), ("0", 1), ("-1", 1), ("(2)", 1), ("null", 1)])
def test_user_units_are_not_inherited(value: str, unit: float) -> None:
    assert frame(A4 + f"/UserUnit {value}").user_unit == unit
    assert frame(A4, f"/UserUnit {value}").user_unit == 1


def test_a_page_named_twice_is_two_pages() -> None:
    found = tree({2: branch("3 0 R 4 0 R 3 0 R"), 3: leaf(2), 4: leaf(2)})
    assert [page.index for page in found] == [0, 1, 2]


def test_a_page_named_often_costs_nothing_more() -> None:
    """Each time its entries were copied, the work would be the product of the two numbers."""
    entries = " ".join(f"/K{n} {n}" for n in range(20_000))
    found = tree({2: branch("3 0 R " * 20_000), 3: leaf(2, A4 + entries)})
    assert len(found) == 20_000


@pytest.mark.parametrize(
    "nodes",
    [
        {2: branch("2 0 R")},  # below itself
        {2: branch("3 0 R"), 3: branch("2 0 R", 2)},
        {2: branch("3 0 R 3 0 R"), 3: branch("4 0 R", 2), 4: leaf(3)},  # a branch twice
        {2: branch("9 0 R")},  # nothing there
        {2: branch("null 3 0 R"), 3: leaf(2)},
        {2: branch("3 1 R"), 3: leaf(2)},
        {2: branch(f"{leaf(2)} 3 0 R"), 3: leaf(2)},  # direct
        {2: branch("3 0 R"), 3: "[1]"},
        {2: branch("3 0 R"), 3: "<</Type/Page/MediaBox[0 0 9 9]>>"},  # no /Parent
        {2: branch("3 0 R"), 3: leaf(4), 4: branch("3 0 R")},  # another one
        {2: branch("3 0 R"), 3: leaf(2, A4 + "/Kids[4 0 R]"), 4: leaf(3)},  # page or branch?
        {2: branch("3 0 R"), 3: "<</Type/Pages/Parent 2 0 R>>"},
        {2: "<</Type/Pages/Kids 5>>"},
        {2: "<</Type/Pages/Kids<<>>>>"},
        {2: leaf(2)},  # the root is a page
        {2: "(root)"},
        {},
    ],
)
def test_trees_that_are_refused(nodes: dict[int, Body]) -> None:
    with pytest.raises(PdfError) as caught:
        tree(nodes)
    assert caught.value.code == "PAGE_TREE"


def test_a_type_left_out_is_told_by_kids() -> None:
    nodes = {2: "<</Kids[3 0 R]>>", 3: "<</Parent 2 0 R/MediaBox[0 0 9 9]>>"}
    assert tree(nodes)[0].media_box == Rect(0, 0, 9, 9)


def test_a_count_that_lies_is_not_asked() -> None:
    assert len(tree({2: branch("3 0 R 4 0 R", more="/Count -7"), 3: leaf(2), 4: leaf(2)})) == 2


def test_the_walk_is_bounded() -> None:
    chain = {n: branch(f"{n + 1} 0 R", n - 1 if n > 2 else None) for n in range(2, 70)} | {70: leaf(69)}
    with pytest.raises(LimitExceeded) as caught:
        tree(chain)
    assert caught.value.limit == "page_tree_depth"
    wide = {2: branch("3 0 R " * 6), 3: leaf(2)}
    with pytest.raises(LimitExceeded) as caught:
        tree(wide, Limits(pages=5))
    assert caught.value.limit == "pages"
    two = {2: branch("3 0 R 4 0 R"), 3: branch("5 0 R", 2), 4: branch("6 0 R", 2), 5: leaf(3), 6: leaf(4)}
    assert len(tree(two, Limits(pages=2))) == 2
    two[4], two[7] = branch("6 0 R 7 0 R", 2), leaf(4)
    with pytest.raises(LimitExceeded) as caught:
        tree(two, Limits(pages=2))
    assert (caught.value.limit, caught.value.found) == ("pages", 3)


def test_pages_by_index() -> None:
    pdf = table_file({1: CATALOG, 2: branch("3 0 R 4 0 R 5 0 R"), **{n: leaf(2) for n in (3, 4, 5)}})
    with PdfFile(pdf) as file:
        assert [page_at(file, index).ref.number for index in (0, 1, 2, -1)] == [3, 4, 5, 5]
        for index in (3, -2, 10**9):
            with pytest.raises(PlacementError) as caught:
                page_at(file, index)
            assert caught.value.code == "PAGE_OUT_OF_RANGE"
            assert "the document has 3" in str(caught.value)
    with PdfFile(table_file({1: CATALOG, 2: branch("")})) as file, pytest.raises(PlacementError):
        page_at(file, -1)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", []),
        ("/Contents 4 0 R", [b"four"]),
        ("/Contents[4 0 R 5 0 R 4 0 R]", [b"four", b"five", b"four"]),
        ("/Contents 6 0 R", [b"five"]),
        ("/Contents[null 99 0 R 3 0 R (x) 5 0 R]", [b"five"]),
        ("/Contents(x)", []),
    ],
)
def test_content_streams(value: str, found: list[bytes]) -> None:
    held = {4: stream(b"four"), 5: stream(b"five"), 6: "[5 0 R]"}
    with PdfFile(table_file({1: CATALOG, 2: PAGES, 3: leaf(2, A4 + value), **held})) as file:
        assert [file.data(item) for item in contents(file, page_at(file, 0))] == found


def test_the_same_page_after_an_update() -> None:
    objects = {
        1: CATALOG,
        2: PAGES,
        3: leaf(2, A4 + "/Contents 4 0 R"),
        4: stream(b"71>", "/Filter 6 0 R", length="7 0 R"),
    }
    objects |= {6: "/AHx", 7: "3"}
    before = table_file(objects)
    with PdfFile(before) as old:
        changes: list[tuple[dict[int, Body], bool]] = [
            ({5: "(new)"}, True),
            ({3: leaf(2, A4 + "/Contents 4 0 R/Annots[]")}, True),
            ({4: objects[4]}, False),  # other bytes, even if they say the same
            ({6: "/A85"}, False),
            ({6: "[/AHx]"}, True),
            ({7: "4"}, False),
            ({3: leaf(2, A4 + "/Contents[4 0 R 4 0 R]")}, False),
            ({3: leaf(2, A4 + "/Contents 4 0 R/Rotate 90")}, False),
        ]
        for change, same in changes:
            after = append(before, change, trailer="/Root 1 0 R")
            with PdfFile(after) as new:
                assert (not page_changes(old, new, 0)) is same


def test_names_of_inherited_values_stay_names() -> None:
    with PdfFile(table_file({**ONE_PAGE, 3: PAGE.replace(">>", "/Tabs/S>>")})) as file:
        assert page_at(file, 0).entries["Tabs"] == Name("S")
        assert page_at(file, 0).ref == Ref(3, 0)
