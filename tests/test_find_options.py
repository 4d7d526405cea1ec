"""What the options of a search let in: layers, annotations, Unicode forms; held against what viewers draw."""

from __future__ import annotations

from functools import cache

import pytest

import esign_core as es
from corpus.writer import Body, append, stream
from tests.content_pages import HELVETICA, holds
from tests.viewers import drawn

ANYWHERE = "/Type /XObject /Subtype /Form /BBox [0 0 100 100]"
TAG = "BT /F1 30 Tf 30 30 Td (#) Tj ET"
FONT = f"/Font << /F1 {HELVETICA} >>"

# ---- layers: contents, and whether the tag in them is seen; P is a layer that is off, R one that is on

FORMS: dict[str, Body] = {
    "/Plain": stream(TAG, ANYWHERE),
    "/Off": stream(TAG, f"{ANYWHERE} /OC 11 0 R"),
    "/Opens": stream("/OC /P BDC", f"{ANYWHERE} /Resources << /Properties << /P 11 0 R >> >>"),
    "/Closes": stream("EMC", ANYWHERE),
    "/Draws": stream("/Off Do", ANYWHERE),
    "/Marked": stream(f"/OC /P BDC {TAG} EMC", ANYWHERE),
    "/Lacks": stream(f"/OC /P BDC {TAG} EMC", f"{ANYWHERE} /Resources << {FONT} >>"),
}
MARKED: dict[str, tuple[str, bool]] = {
    "plain": (TAG, True),
    "off": (f"/OC /P BDC {TAG} EMC", False),
    "on": (f"/OC /R BDC {TAG} EMC", True),
    "a membership": (f"/OC /M BDC {TAG} EMC", False),
    "without properties": (f"/OC BMC {TAG} EMC", True),
    "unknown properties": (f"/OC /Q BDC {TAG} EMC", True),
    "properties within the contents": (f"/OC << /Type /OCG /Name (off) >> BDC {TAG} EMC", True),
    "another tag": (f"/Span /P BDC {TAG} EMC", True),
    "something on within": (f"/OC /P BDC /Span BMC EMC /OC /R BDC {TAG} EMC EMC", False),
    "behind what is on within": (f"/OC /P BDC /OC /R BDC EMC {TAG} EMC", False),
    "behind": (f"/OC /P BDC EMC {TAG}", True),
    "never closed": (f"/OC /P BDC q {TAG} Q", False),
    "closed by no Q": (f"q /OC /P BDC Q {TAG}", False),
    "closed too often": (f"EMC EMC /OC /P BDC {TAG} EMC", False),
    "inside text": ("BT /F1 30 Tf 30 30 Td /OC /P BDC (#) Tj EMC ET", False),
    "a state set within": ("q /OC /P BDC 1 0 0 1 20 20 cm EMC BT /F1 30 Tf (#) Tj ET Q", True),
    "a form": ("/OC /P BDC /Plain Do EMC", False),
    "a form that is off": ("/Off Do", False),
    "a form that draws one that is off": ("/Draws Do", False),
    "a form that opens": (f"/Opens Do {TAG}", True),
    "a form that closes": (f"/OC /P BDC /Closes Do {TAG} EMC", False),
    "a form with the page's properties": ("/Marked Do", False),
    "a form whose own resources lack them": ("/Lacks Do", False),
}
MUPDF_DIFFERS = {
    "a membership",
    "inside text",
    "a form that opens",
    "a form that closes",
    "a form whose own resources lack them",
}


def document(contents: list[str], pages: list[str] | None = None, more: dict[int, Body] | None = None) -> bytes:
    """A page of 100 by 100 for each content."""
    names = " ".join(f"{name} {20 + at} 0 R" for at, name in enumerate(FORMS))
    kids = [f"{100 + 2 * at} 0 R" for at in range(len(contents))]
    body: dict[int, Body] = {
        1: "<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [10 0 R 11 0 R] /D << /OFF [11 0 R] >> >> >>",
        2: f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} /MediaBox [0 0 100 100] /Resources << {FONT} "
        f"/XObject << {names} >> /Properties << /P 11 0 R /R 10 0 R /M 12 0 R >> >> >>",
        10: "<< /Type /OCG /Name (on) >>",
        11: "<< /Type /OCG /Name (off) >>",
        12: "<< /Type /OCMD /OCGs [10 0 R 11 0 R] /P /AllOn >>",
        **{20 + at: form for at, form in enumerate(FORMS.values())},
        **(more or {}),
    }
    for at, content in enumerate(contents):
        entries = pages[at] if pages else ""
        body[100 + 2 * at] = f"<< /Type /Page /Parent 2 0 R /Contents {101 + 2 * at} 0 R {entries} >>"
        body[101 + 2 * at] = stream(content)
    return append(b"", dict(sorted(body.items())), trailer="/Root 1 0 R")


@cache
def marked() -> bytes:
    return document([content for content, _ in MARKED.values()])


@pytest.mark.parametrize("name", MARKED)
def test_layers_in_contents(name: str) -> None:
    number = list(MARKED).index(name)
    seen = MARKED[name][1]
    found = es.find_tags(marked(), "#", pages=[number])
    assert len(found) == seen
    assert [finding.code for finding in found.near_misses] == ([] if seen else ["TAG_LAYER_OFF"])
    (match,) = es.find_tags(marked(), "#", pages=[number], options=es.TagOptions(layers_off=True))
    assert match.visible is seen


@pytest.mark.parametrize("viewer", ["pdfium", "poppler", "mupdf"])
def test_layers_in_contents_as_viewers_show_them(viewer: str) -> None:
    shown = {name: ink[viewer] is not None for name, ink in zip(MARKED, drawn(marked()), strict=True)}
    differs = {name for name, (_, seen) in MARKED.items() if shown[name] is not seen}
    assert differs == (MUPDF_DIFFERS if viewer == "mupdf" else set())


# ---- annotations

APPEARANCE = f"{ANYWHERE} /Resources << {FONT} >>"
ANNOTATIONS: dict[str, tuple[str, Body, str, bool]] = {  # entries, appearance, entries of the page, is it seen?
    "as it is": ("/Rect [0 0 100 100]", stream(TAG, APPEARANCE), "", True),
    "smaller": ("/Rect [10 40 60 90]", stream(TAG, APPEARANCE), "", True),
    "with a matrix": ("/Rect [10 40 60 90]", stream(TAG, f"{APPEARANCE} /Matrix [0 1 -1 0 7 9]"), "", True),
    "with the page's resources": ("/Rect [10 40 60 90]", stream(TAG, ANYWHERE), "", True),
    "that says it is an image": ("/Rect [10 40 60 90]", stream(TAG, f"{APPEARANCE} /Subtype /Image"), "", True),
    "that draws a form": (
        "/Rect [10 40 60 90]",
        stream("0.5 0 0 0.5 9 9 cm /A Do", f"{ANYWHERE} /Resources << /XObject << /A 20 0 R >> {FONT} >>"),
        "",
        True,
    ),
    "on a turned page": ("/Rect [10 40 60 90]", stream(TAG, APPEARANCE), "/Rotate 90", True),
    "upright on a turned page": ("/F 16 /Rect [10 20 50 60]", stream(TAG, APPEARANCE), "/Rotate 90", True),
    "whose appearance is on a layer that is off": (
        "/Rect [0 0 100 100]",
        stream(TAG, f"{APPEARANCE} /OC 11 0 R"),
        "",
        True,
    ),
    "hidden": ("/F 2 /Rect [0 0 100 100]", stream(TAG, APPEARANCE), "", False),
    "on a layer that is off": ("/OC 11 0 R /Rect [0 0 100 100]", stream(TAG, APPEARANCE), "", False),
    "with something on a layer that is off": (
        "/Rect [0 0 100 100]",
        stream(f"/OC /P BDC {TAG} EMC", f"{ANYWHERE} /Resources << {FONT} /Properties << /P 11 0 R >> >>"),
        "",
        False,
    ),
}


@cache
def annotated() -> bytes:
    more: dict[int, Body] = {}
    pages: list[str] = []
    for at, (entries, appearance, page, _) in enumerate(ANNOTATIONS.values()):
        more[400 + 2 * at] = f"<< /Type /Annot /Subtype /Stamp /AP << /N {401 + 2 * at} 0 R >> {entries} >>"
        more[401 + 2 * at] = appearance
        pages.append(f"{page} /Annots [{400 + 2 * at} 0 R]")
    return document([""] * len(pages), pages, more)


@pytest.mark.parametrize("name", ANNOTATIONS)
def test_annotations(name: str) -> None:
    number = list(ANNOTATIONS).index(name)
    seen = ANNOTATIONS[name][3]
    found = es.find_tags(annotated(), "#", pages=[number])
    assert len(found) == seen
    inks = {
        viewer: ink
        for viewer, ink in drawn(annotated())[number].items()
        if name != "on a layer that is off" or viewer != "pdfium"
    }
    assert all((ink is not None) is seen for ink in inks.values())
    for match in found:
        assert match.visible
        assert all(ink is not None and holds(match.view_rect, ink) for ink in inks.values())
    assert not es.find_tags(annotated(), "#", pages=[number], options=es.TagOptions(annotations=False))


def test_an_annotation_on_a_layer_that_is_off_is_a_near_miss() -> None:
    numbers = [at for at, name in enumerate(ANNOTATIONS) if "layer that is off" in name and not ANNOTATIONS[name][3]]
    for number in numbers:
        found = es.find_tags(annotated(), "#", pages=[number])
        assert [finding.code for finding in found.near_misses] == ["TAG_LAYER_OFF"]
        (match,) = es.find_tags(annotated(), "#", pages=[number], options=es.TagOptions(layers_off=True))
        assert not match.visible


def test_a_damaged_annotation_is_named() -> None:
    pdf = document(
        [TAG], ["/Annots [400 0 R 402 0 R]"], {400: "<< /Open", 402: "<< /AP << /N 403 0 R >> >>", 403: "<<"}
    )
    found = es.find_tags(pdf, "#")
    assert len(found) == 1
    assert {finding.code for finding in found.warnings} == {"ANNOTATION_NOT_READ"}


# ---- Unicode forms


def printing(*texts: str, apart: bool = False) -> bytes:
    """A page that prints these characters side by side, each by a code of its own, or by an operator of its own."""
    lines = "\n".join(f"<{65 + at:02X}> <{text.encode('utf-16-be').hex()}>" for at, text in enumerate(texts))
    cmap = f"1 begincodespacerange <00> <FF> endcodespacerange {len(texts)} beginbfchar\n{lines}\nendbfchar"
    codes = bytes(range(65, 65 + len(texts))).decode()
    widths = " ".join(["500"] * len(texts))
    font = f"<< /Type /Font /Subtype /Type1 /BaseFont /X /FirstChar 65 /Widths [{widths}] /ToUnicode 401 0 R >>"
    shown = ") Tj (".join(codes) if apart else codes
    content = f"BT /F9 20 Tf 10 30 Td ({shown}) Tj ET"
    page = "/Resources << /Font << /F9 400 0 R >> >>"
    return document([content], [page], {400: font, 401: stream(cmap)})


@pytest.mark.parametrize(
    ("texts", "tag", "forms"),
    [
        (("＃",), "#", "nfkc"),
        (("x", "＃", "１"), "#1", "nfkc"),
        (("e", "\u0301"), "é", "nfc"),
        (("é",), "e\u0301", "nfc"),
        (("⼈",), "人", "nfkc"),
        (("\uf90a",), "金", "nfc"),
        (("x", "a", "\u0323", "\u0302"), "ậ", "nfc"),
        (("ｶ", "ﾞ"), "ガ", "nfkc"),
    ],
)
@pytest.mark.parametrize("apart", [False, True])
def test_forms(texts: tuple[str, ...], tag: str, forms: str, apart: bool) -> None:
    pdf = printing(*texts, apart=apart)
    found = es.find_tags(pdf, tag)
    assert not found
    (finding,) = found.near_misses
    printed = "".join(texts).removeprefix("x")
    assert (finding.code, finding.args["text"]) == ("TAG_OTHER_FORM", printed)
    (match,) = es.find_tags(pdf, tag, options=es.TagOptions(forms=forms))  # type: ignore[arg-type]
    assert match.text == printed
    before = 10 * ("x" in texts)
    assert match.rect.x0 == pytest.approx(10 + before)
    assert match.rect.x1 == pytest.approx(10 + 10 * len(texts))


def test_a_form_that_is_no_near_miss() -> None:
    """Characters that print several are found, but not looked for in every font where nobody asked for them."""
    assert not es.find_tags(printing("㎏"), "kg").near_misses
    (match,) = es.find_tags(printing("㎏"), "kg", options=es.TagOptions(forms="nfkc"))
    assert match.text == "㎏"


def test_a_near_miss_names_the_characters() -> None:
    (finding,) = es.find_tags(printing("＃"), "#").near_misses
    assert finding.text["en"] == "Page 1 prints '＃' (U+FF03), which is the tag in another Unicode form"
