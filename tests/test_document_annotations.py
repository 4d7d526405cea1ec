"""Which appearances of annotations a page shows, and where: held against what three viewers draw."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache

import pytest

import esign_core as es
from corpus.writer import Body, append, stream
from esign_core.document.annotations import Annotations, Appearance
from esign_core.document.layers import Layers
from esign_core.document.pages import pages
from esign_core.geometry import Matrix
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref
from tests.viewers import drawn

PATTERN = (0.0, 0.0, 10.0, 5.0)  # the black box that every appearance draws: the lower half of [0 0 10 10]
BBOX = "/BBox [0 0 10 10]"
RECT = "/Rect [50 60 90 100]"
SQUARE = f"/Subtype /Square {RECT} /AP << /N FORM >>"
FIELD = f"/Subtype /Widget /FT /Btn /T (a) {RECT}"
TEXT = f"/Subtype /Widget /FT /Tx /T (a) {RECT} /AP << /N FORM >>"


@dataclass(frozen=True)
class Case:
    """One page with one annotation. FORM, OTHER, PARENT and OFF in its entries stand for references: the appearance, an
    empty one, a field, a layer that is off. `differs`: viewers that draw something else than we say."""

    entries: str
    form: str = BBOX
    page: str = ""
    parent: str = "<< /FT /Btn /V /Yes >>"
    shown: bool = True
    differs: frozenset[str] = field(default_factory=frozenset)


def case(entries: str, *differs: str, shown: bool = True, form: str = BBOX, page: str = "", parent: str = "") -> Case:
    return Case(entries, form, page, parent or Case.parent, shown, frozenset(differs))


def hidden(entries: str, *differs: str, form: str = BBOX, parent: str = "") -> Case:
    return case(entries, *differs, shown=False, form=form, parent=parent)


CASES: dict[str, Case] = {
    "a square": case(SQUARE),
    "invisible": case(f"{SQUARE} /F 1", "mupdf"),
    "an invisible field": hidden(f"{TEXT} /F 1", "poppler"),
    "hidden": hidden(f"{SQUARE} /F 2"),
    "hidden and printed": hidden(f"{SQUARE} /F 6"),
    "no view": hidden(f"{SQUARE} /F 32"),
    "no view, but printed": hidden(f"{SQUARE} /F 36"),
    "a hidden field": hidden(f"{TEXT} /F 2"),
    **{f"flag {flag}": case(f"{SQUARE} /F {flag}") for flag in (4, 8, 64, 128, 256, 512)},
    "flags by name": case(f"{SQUARE} /F /Hidden"),
    "of no known kind": case(SQUARE.replace("Square", "Zorro")),
    "of no kind": case(f"{RECT} /AP << /N FORM >>", "poppler"),
    "a link": case(SQUARE.replace("Square", "Link") + " /Border [0 0 0]", "mupdf"),
    "a pop-up": hidden(SQUARE.replace("Square", "Popup"), "poppler"),
    **{
        kind: case(SQUARE.replace("Square", kind))
        for kind in ("FreeText", "Text", "Stamp", "Watermark", "Redact", "3D", "Screen")
    },
    **{kind: case(SQUARE.replace("Square", kind), "poppler") for kind in ("Movie", "FileAttachment")},
    "a text field": case(TEXT),
    "a field of signature": case(TEXT.replace("/Tx", "/Sig"), "mupdf"),
    "a widget of no field": hidden(TEXT.replace("/FT /Tx", ""), "poppler"),
    "a widget whose parent is the field": case(
        f"/Subtype /Widget /Parent PARENT {RECT} /AP << /N FORM >>", parent="<< /FT /Tx /T (p) >>"
    ),
    "on": case(f"{FIELD} /AS /Yes /AP << /N << /Yes FORM /Off OTHER >> >>"),
    "off": hidden(f"{FIELD} /AS /Off /AP << /N << /Yes FORM >> >>"),
    "no such state": hidden(f"{FIELD} /AS /Foo /AP << /N << /Yes FORM >> >>", "mupdf"),  # which draws an x
    "no state": hidden(f"{FIELD} /AP << /N << /Yes FORM >> >>", "poppler"),
    "no state, but a value": hidden(f"{FIELD} /V /Yes /AP << /N << /Yes FORM >> >>", "poppler"),
    "a square on": case(f"/Subtype /Square {RECT} /AS /Yes /AP << /N << /Yes FORM >> >>"),
    "a state that is not needed": case(f"{SQUARE} /AS /Foo"),
    "states of states": hidden(f"/Subtype /Square {RECT} /AS /Yes /AP << /N << /Yes << /Yes FORM >> >> >>"),
    "pressed only": hidden(f"/Subtype /Link /Border [0 0 0] {RECT} /AP << /D FORM >>"),
    "no height": hidden(SQUARE.replace("90 100", "90 60")),
    "no area": hidden(SQUARE.replace("90 100", "50 60")),
    "corners the other way": case(SQUARE.replace("50 60 90 100", "90 100 50 60")),
    "three numbers": hidden(SQUARE.replace("90 100", "90"), "mupdf"),
    "names for numbers": hidden(SQUARE.replace("50 60 90 100", "/a /b /c /d"), "poppler"),
    "no rectangle": hidden(SQUARE.replace(RECT, ""), "mupdf"),
    "no box": hidden(SQUARE, "pdfium", form=""),
    "an empty box": hidden(SQUARE, form="/BBox [0 0 10 0]"),
    "a box the other way": case(SQUARE, form="/BBox [10 10 0 0]"),
    "a shifted box": case(SQUARE, form="/BBox [0 -5 10 15]"),
    "turned": case(SQUARE, form=f"{BBOX} /Matrix [0 1 -1 0 0 0]"),
    "turned and moved": case(SQUARE, form=f"{BBOX} /Matrix [0 1 -1 0 30 10]"),
    "stretched": case(SQUARE, form=f"{BBOX} /Matrix [2 0 0 1 0 0]"),
    "mirrored": case(SQUARE, form=f"{BBOX} /Matrix [1 0 0 -1 0 0]"),
    "sheared": case(SQUARE, form=f"{BBOX} /Matrix [1 0 2 1 0 0]"),
    "flat": hidden(SQUARE, form=f"{BBOX} /Matrix [0 0 0 0 0 0]"),
    "a matrix of four": case(SQUARE, form=f"{BBOX} /Matrix [2 0 0 1]"),
    "a form that says it is an image": case(SQUARE, form=f"{BBOX} /Subtype /Image"),
    **{f"page turned {rotate}": case(SQUARE, page=f"/Rotate {rotate}") for rotate in (90, 180, 270)},
    **{
        f"page turned {rotate}, upright": case(f"{SQUARE} /F 16", page=f"/Rotate {rotate}") for rotate in (90, 180, 270)
    },
    **{f"page turned {rotate}, a field": case(f"{TEXT} /F 20", page=f"/Rotate {rotate}") for rotate in (90, 180, 270)},
    "turned on a turned page, upright": case(
        f"{SQUARE} /F 16".replace("90 100", "110 80"), form=f"{BBOX} /Matrix [0 1 -1 0 0 0]", page="/Rotate 90"
    ),
    "cropped": case(SQUARE, page="/CropBox [20 30 180 190]"),
    "on a layer that is off": hidden(f"{SQUARE} /OC OFF", "pdfium"),
    "a field on a layer that is off": hidden(f"{TEXT} /OC OFF", "pdfium"),
    "an appearance on a layer that is off": case(SQUARE, form=f"{BBOX} /OC OFF"),
}


@cache
def document() -> bytes:
    """One page for each case."""
    first = 100
    body: dict[int, Body] = {5: "<< /Type /OCG /Name (off) >>"}
    kids: list[str] = []
    widgets: list[str] = []
    for number, each in enumerate(CASES.values()):
        page = first + 10 * number
        names = {"FORM": page + 2, "OTHER": page + 3, "PARENT": page + 4, "OFF": 5}
        entries = each.entries.replace("/T (a)", f"/T (a{number})")  # fields of one name would be one field
        texts = {"annotation": f"<< /Type /Annot {entries} >>", "form": each.form}
        for name, target in names.items():
            texts = {key: text.replace(name, f"{target} 0 R") for key, text in texts.items()}
        kids.append(f"{page} 0 R")
        if "/Widget" in each.entries:
            widgets.append(f"{page + 4 if '/Parent' in each.entries else page + 1} 0 R")
        body[page] = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Annots [{page + 1} 0 R] {each.page} >>"
        body[page + 1] = texts["annotation"]
        body[page + 2] = stream("0 g 0 0 10 5 re f", f"/Type /XObject /Subtype /Form {texts['form']}")
        body[page + 3] = stream("", f"/Type /XObject /Subtype /Form {BBOX}")
        body[page + 4] = each.parent.replace(">>", f"/Kids [{page + 1} 0 R] >>")
    body[1] = (
        f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{' '.join(widgets)}] >> "
        "/OCProperties << /OCGs [5 0 R] /D << /OFF [5 0 R] >> >> >>"
    )
    body[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return append(b"", dict(sorted(body.items())), trailer="/Root 1 0 R")


@cache
def seen_by_us() -> list[tuple[list[Appearance], es.Page]]:
    with PdfFile(document()) as file:
        annotations = Annotations(file, Layers.read(file))
        damage: dict[str, None] = {}
        answer = [(list(annotations.shown(page, damage)), page.frame) for page in pages(file)]
    assert not damage
    return answer


@cache
def seen_by_viewers() -> list[dict[str, es.ViewRect | None]]:
    return drawn(document())


def around(matrix: Matrix, box: tuple[float, float, float, float]) -> es.Rect:
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in box[::2] for y in box[1::2]]
    across, up = zip(*corners, strict=True)
    return es.Rect(min(across), min(up), max(across), max(up))


def same(one: es.ViewRect | None, other: es.ViewRect | None) -> bool:
    if one is None or other is None:
        return one is other
    sides = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in (one, other)]
    return all(math.isclose(left, right, abs_tol=1.0) for left, right in zip(*sides, strict=True))


@pytest.mark.parametrize("name", CASES)
def test_appearances_are_where_viewers_draw_them(name: str) -> None:
    """At least two of three agree with us; which one does not is known."""
    number = list(CASES).index(name)
    appearances, frame = seen_by_us()[number]
    visible = [each for each in appearances if not each.layer_off]
    assert len(visible) == CASES[name].shown
    ours = frame.to_view(around(visible[0].matrix, PATTERN)) if visible else None
    differs = {viewer for viewer, ink in seen_by_viewers()[number].items() if not same(ink, ours)}
    assert differs == CASES[name].differs
    assert len(differs) < 2


def test_both_matrices_say_the_same() -> None:
    (turned,), _ = seen_by_us()[list(CASES).index("turned and moved")]
    (x0, y0), (x1, y1) = [
        (around(matrix, box).x0, around(matrix, box).y0)
        for matrix, box in ((turned.matrix, (2, 3, 4, 5)), (turned.placed, (30 - 5, 10 + 2, 30 - 3, 10 + 4)))
    ]
    assert (x0, y0) == pytest.approx((x1, y1))


# ---- what cannot be read


def with_annotations(value: str, objects: dict[int, Body] | None = None, page: str = "") -> bytes:
    body: dict[int, Body] = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: f"<< /Type /Page /Parent 2 0 R /Annots {value} {page} >>",
        5: f"<< {SQUARE.replace('FORM', '6 0 R')} >>",
        6: stream("0 g", BBOX),
        **(objects or {}),
    }
    return append(b"", body, trailer="/Root 1 0 R")


def shown(pdf: bytes, limits: es.Limits | None = None) -> tuple[list[Appearance], list[str]]:
    with PdfFile(pdf, limits or es.Limits()) as file:
        damage: dict[str, None] = {}
        annotations = Annotations(file, Layers.read(file))
        return [each for page in pages(file) for each in annotations.shown(page, damage)], list(damage)


def test_what_is_told() -> None:
    ((one,), damage) = shown(with_annotations("[5 0 R]"))
    assert (one.stream, one.annotation, one.subtype, one.layer_off) == (Ref(6, 0), Ref(5, 0), "Square", False)
    assert one.placed == one.matrix == (4, 0, 0, 4, 50, 60)
    assert not damage


@pytest.mark.parametrize(
    "value", ["null", "5 0 R", "99 0 R", "(x)", "[]", "<< /A 5 0 R >>", "[null 99 0 R (a) 7 [5 0 R]]"]
)
def test_no_annotations(value: str) -> None:
    assert shown(with_annotations(value)) == ([], [])


def test_an_annotation_within_the_array() -> None:
    ((one,), _) = shown(with_annotations(f"[<< {SQUARE.replace('FORM', '6 0 R')} >>]"))
    assert one.annotation is None


def test_listed_twice() -> None:
    assert len(shown(with_annotations("[5 0 R 5 0 R]"))[0]) == 1


@pytest.mark.parametrize(
    "broken",
    [
        "<< /Subtype /Square /AP <<",
        f"<< /Subtype /Square {RECT} /AP << /N 8 0 R >> >>",
        f"<< /Subtype /Square {RECT} /AP 8 0 R >>",
        f"<< /Subtype /Square {RECT} /F 8 0 R /AP << /N 6 0 R >> >>",
        f"<< /Subtype /Widget /Parent 8 0 R {RECT} /AP << /N 6 0 R >> >>",
        "<< /Subtype /Square /Rect [8 0 R 0 0 0] /AP << /N 6 0 R >> >>",
    ],
)
def test_damage_is_named_and_hides_nothing_else(broken: str) -> None:
    found, damage = shown(with_annotations("[7 0 R 5 0 R]", {7: broken, 8: "<< /Open"}))
    assert [each.annotation for each in found] == [Ref(5, 0)]
    assert damage == ["SYNTAX"]


def test_annotations_that_cannot_be_read() -> None:
    assert shown(with_annotations("8 0 R", {8: "[5 0 R"})) == ([], ["SYNTAX"])


@pytest.mark.parametrize(
    "form",
    [
        "/BBox [0 0 1e300 10] /Matrix [1e300 0 0 1 0 0]",
        "/BBox [0 0 1e-300 1e-300]",
        "/BBox [0 0 10 10] /Matrix [1e-300 0 0 1e-300 0 0]",
        "/BBox [0 0 10 10] /Matrix [1 1 1 1 1e308 1e308]",
        "/BBox [0 0 10 10] /Matrix [1e38 1e38 -1e38 1e38 1e308 -1e308]",
    ],
)
def test_numbers_beyond_measure(form: str) -> None:
    digits = {
        "1e300": "1" + "0" * 300,
        "1e-300": "0." + "0" * 299 + "1",
        "1e308": "1" + "0" * 308,
        "1e38": "1" + "0" * 38,
    }
    for short, written in digits.items():
        form = form.replace(short, written)
    found, damage = shown(with_annotations("[5 0 R]", {6: stream("", form)}))
    assert not damage
    assert all(math.isfinite(number) for each in found for number in (*each.matrix, *each.placed))


def test_a_rectangle_beyond_measure() -> None:
    entries = SQUARE.replace("90 100", "1" + "0" * 300 + " 100").replace("FORM", "6 0 R")
    tiny = stream("", "/BBox [0 0 0." + "0" * 20 + "1 10]")
    assert shown(with_annotations("[5 0 R]", {5: f"<< {entries} >>", 6: tiny})) == ([], [])


def test_fields_that_are_above_themselves() -> None:
    loop = f"<< /Subtype /Widget /Parent 7 0 R {RECT} /AP << /N 6 0 R >> >>"
    assert shown(with_annotations("[7 0 R]", {7: loop})) == ([], [])


def test_annotations_are_counted_over_all_pages() -> None:
    body: dict[int, Body] = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: "<< /Type /Pages /Kids [3 0 R 3 0 R 3 0 R] /Count 3 >>",
        3: "<< /Type /Page /Parent 2 0 R /Annots [null null null] >>",
    }
    pdf = append(b"", body, trailer="/Root 1 0 R")
    assert shown(pdf, es.Limits(annotations=9)) == ([], [])
    with pytest.raises(es.LimitExceeded) as caught:
        shown(pdf, es.Limits(annotations=8))
    assert caught.value.limit == "annotations"


@pytest.mark.parametrize(
    "entries",
    [
        f"/A(x>>endobj) {SQUARE}",
        rf"/A(\)>>endobj) {SQUARE}",
        f"/A 1 %>>endobj\n {SQUARE}",
        f"{SQUARE}".replace("/AP", "/A#50"),
    ],
)
def test_what_looks_like_an_end_hides_no_appearance(entries: str) -> None:
    assert len(shown(with_annotations("[5 0 R]", {5: f"<<{entries.replace('FORM', '6 0 R')}>>"}))[0]) == 1


def test_annotations_behind_a_damaged_section_are_named() -> None:
    pdf = with_annotations("[5 0 R 60 0 R]").replace(b"trailer\n<<", b"trailer\n<< /Prev 3")
    assert shown(pdf)[1] == ["XREF_DAMAGED"]
