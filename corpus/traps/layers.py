"""Annotations, form fields, optional content and replacement text: each with the option that turns it on or off."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.traps.page import BLACK, HELVETICA, RED, Case, form, one_page
from corpus.traps.writing import at
from corpus.writer import Body, stream

FONTS = f"/Resources << /Font << /F1 {HELVETICA} >> >>"
SEEN = one_page(RED + at("(#) Tj"))


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _annotations()
    yield from _widgets()
    yield from _optional()
    yield from _actual_text()


def _appearance(content: str = RED + "BT /F1 20 Tf 5 8 Td (#) Tj ET", entries: str = "") -> bytes:
    return stream(content, f"/Type /XObject /Subtype /Form /BBox [0 0 50 30] {FONTS} {entries}")


def _annotation(entries: str, appearance: bytes | None = None) -> bytes:
    objects: dict[int, Body] = {
        30: "<< /Type /Annot /Subtype /FreeText /Rect [100 150 150 180] /Contents (#) /DA (/F1 20 Tf) "
        f"/AP << /N 31 0 R >> {entries} >>",
        31: appearance or _appearance(),
    }
    return one_page("", page="/Annots [30 0 R]", objects=objects)


def _annotations() -> Iterator[Case]:
    free = _annotation("/F 4")
    yield Case("raw_annot", free, 1, "the appearance of an annotation")
    yield Case(
        "raw_annot_off", free, 0, "the option `annotations` turned off", options={"annotations": False}, proof="policy"
    )
    yield Case("raw_annot_hidden", _annotation("/F 2"), 0, "a hidden annotation is not shown", proof="no ink")
    yield Case("raw_annot_noview", _annotation("/F 32"), 0, "an annotation that is for printing only", proof="no ink")
    scaled = _annotation("/F 4 /Rect [100 150 200 210]".replace("/Rect [100 150 200 210]", ""), None).replace(
        b"/Rect [100 150 150 180]", b"/Rect [100 150 200 210]"
    )
    yield Case("raw_annot_scaled", scaled, 1, "the appearance is scaled into its rectangle")
    turned = _annotation("/F 4", _appearance(entries="/Matrix [0 1 -1 0 0 0]"))
    yield Case("raw_annot_matrix", turned, 1, "the appearance has a matrix of its own")
    none = one_page("", page="/Annots [<< /Type /Annot /Subtype /Text /Rect [100 150 120 170] /Contents (#) /F 2 >>]")
    yield Case("raw_annot_contents", none, 0, "/Contents is what a note says, not what is printed", proof="no ink")


def _field(entries: str, objects: dict[int, Body]) -> bytes:
    widget = f"<< /Type /Annot /Subtype /Widget /Rect [100 150 150 180] /F 4 /T (nama) /DA (/F1 20 Tf 0 g) {entries} >>"
    return one_page(
        "", page="/Annots [30 0 R]", catalog="/AcroForm << /Fields [30 0 R] >>", objects={30: widget} | objects
    )


def _widgets() -> Iterator[Case]:
    pdf = _field("/FT /Tx /V (#) /AP << /N 31 0 R >>", {31: _appearance()})
    yield Case("raw_widget", pdf, 1, "the value of a form field")
    yield Case(
        "raw_widget_off", pdf, 0, "the option `annotations` turned off", options={"annotations": False}, proof="policy"
    )
    states = "/FT /Btn /AS /{} /AP << /N << /On 31 0 R /Off 32 0 R >> >>"
    drawn: dict[int, Body] = {31: _appearance(), 32: _appearance("0 g 5 5 10 10 re f")}
    yield Case("raw_widget_on", _field(states.format("On"), drawn), 1, "the state that /AS names is shown")
    yield Case("raw_widget_other", _field(states.format("Off"), drawn), 0, "the other state is shown", proof="no ink")


def _layers(state: str) -> str:
    return f"/OCProperties << /OCGs [40 0 R 41 0 R] /D << /Order [40 0 R 41 0 R] {state} >> >>"


GROUPS: dict[int, Body] = {40: "<< /Type /OCG /Name (Tanda) >>", 41: "<< /Type /OCG /Name (Lain) >>"}


def _optional() -> Iterator[Case]:
    content = f"/OC /L BDC {RED} {at('(#) Tj')} EMC {BLACK} {at('(x) Tj', y=50)}"
    layer = "/Properties << /L 40 0 R >>"
    off = one_page(content, resources=layer, catalog=_layers("/OFF [40 0 R]"), objects=GROUPS)
    yield Case("raw_ocgoff", off, 0, "optional content that is off", proof="no ink")
    yield Case("raw_ocgoff_option", off, 1, "the option `layers_off`", options={"layers_off": True}, shown=SEEN)
    on = one_page(content, resources=layer, catalog=_layers("/OFF [41 0 R]"), objects=GROUPS)
    yield Case("raw_ocgon", on, 1, "optional content that is on")
    base = one_page(content, resources=layer, catalog=_layers("/BaseState /OFF /ON [41 0 R]"), objects=GROUPS)
    yield Case("raw_ocgbase", base, 0, "everything is off but what is named", proof="no ink")
    nested = f"/OC /L BDC /Span << >> BDC q {RED} {at('(#) Tj')} Q EMC EMC"
    pdf = one_page(nested, resources=layer, catalog=_layers("/OFF [40 0 R]"), objects=GROUPS)
    yield Case("raw_ocgnested", pdf, 0, "marked content inside what is off", proof="no ink")
    after = f"/OC /L BDC {BLACK} {at('(x) Tj', y=50)} EMC {RED} {at('(#) Tj')}"
    pdf = one_page(after, resources=layer, catalog=_layers("/OFF [40 0 R]"), objects=GROUPS)
    yield Case("raw_ocgafter", pdf, 1, "after what is off")
    hidden = form(RED + at("(#) Tj"), f"/OC 40 0 R {FONTS}")
    pdf = one_page(
        "/X Do", resources="/XObject << /X 30 0 R >>", catalog=_layers("/OFF [40 0 R]"), objects=GROUPS | {30: hidden}
    )
    yield Case("raw_ocgform", pdf, 0, "a form that is off", proof="no ink")
    member: dict[int, Body] = {42: "<< /Type /OCMD /OCGs [40 0 R 41 0 R] /P /AllOn >>"}
    pdf = one_page(
        content, resources="/Properties << /L 42 0 R >>", catalog=_layers("/OFF [41 0 R]"), objects=GROUPS | member
    )
    yield Case("raw_ocmd", pdf, 0, "a membership of which one group is off", proof="no ink")


def _actual_text() -> Iterator[Case]:
    says = one_page(f"/Span << /ActualText (#) >> BDC {RED} {at('(X) Tj')} EMC")
    yield Case("raw_actualtext", says, 0, "ActualText says #, the page shows X", proof="other ink")
    yield Case("raw_actualtext_option", says, 1, "the option `actual_text`", options={"actual_text": True})
    hides = one_page(f"/Span << /ActualText (X) >> BDC {RED} {at('(#) Tj')} EMC")
    yield Case("raw_actualhide", hides, 1, "the page shows #, ActualText says X")
    yield Case(
        "raw_actualhide_option",
        hides,
        1,
        "the option `actual_text` adds, it takes nothing away",
        options={"actual_text": True},
    )
    wide = one_page(f"/Span << /ActualText <FEFF00230074> >> BDC {RED} {at('(XY) Tj')} EMC")
    yield Case(
        "raw_actualtext_utf16", wide, 1, "ActualText in UTF-16 over two glyphs", "#t", options={"actual_text": True}
    )
