"""Letters with form fields, annotations and extension dictionaries, each kept directly or behind references."""

from __future__ import annotations

from corpus.frames import A4, Leaf, boxed, content
from corpus.writer import append, stream

PAGE = f"{boxed('MediaBox', A4)} /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R"
FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
LINK = "<< /Type /Annot /Subtype /Link /Rect [30 560 250 575] /A << /S /URI /URI (https://arsip.example/) >> >>"
APPEARANCE = "/Tx BMC q 0.9 g 0 0 200 20 re f Q BT /F1 10 Tf 0 g 4 6 Td ({}) Tj ET EMC"


def letter(title: str, catalog: str, page: str, objects: dict[int, str | bytes]) -> bytes:
    """One page with a number sign: objects 1 to 5 are the frame, `objects` what hangs on it."""
    leaf = Leaf(title, "")
    frame: dict[int, str | bytes] = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: f"<< /Type /Page /Parent 2 0 R {PAGE} {page} >>",
        4: FONT,
        5: stream(content(leaf, 1)[0]),
    }
    return append(b"", frame | objects, trailer="/Root 1 0 R")


def fields(first: int) -> dict[int, str | bytes]:
    """A text field that is its own widget (`first`), one with two widgets (`first` + 1), two appearances."""

    def widget(parent: str, y: int, appearance: int) -> str:
        rect = f"/Rect [30 {y} 230 {y + 20}] /F 4 /P 3 0 R /AP << /N {appearance} 0 R >>"
        return f"<< /Type /Annot /Subtype /Widget {rect} {parent} >>"

    def drawn(value: str) -> bytes:
        entries = "/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 4 0 R >> >>"
        return stream(APPEARANCE.format(value), entries)

    text = "/FT /Tx /DA (/F1 10 Tf 0 g)"
    parent = f"/Parent {first + 1} 0 R"
    return {
        first: widget(f"{text} /T (penerima) /V (Kepala Desa)", 520, first + 4),
        first + 1: f"<< {text} /T (tanggal) /V (12 Januari 2026) /Kids [{first + 2} 0 R {first + 3} 0 R] >>",
        first + 2: widget(parent, 490, first + 5),
        first + 3: widget(parent, 460, first + 5),
        first + 4: drawn("Kepala Desa"),
        first + 5: drawn("12 Januari 2026"),
    }


def direct() -> bytes:
    """AcroForm, Fields and Annots all direct."""
    form = "/AcroForm << /Fields [6 0 R 7 0 R] /DR << /Font << /F1 4 0 R >> >> /DA (/F1 10 Tf 0 g) >>"
    annots = f"/Annots [{LINK} 6 0 R 8 0 R 9 0 R]"
    return letter("formulir langsung", form, annots, fields(6))


def indirect() -> bytes:
    """AcroForm, Fields and Annots all behind references."""
    more: dict[int, str | bytes] = {
        12: "<< /Fields 13 0 R /DR 15 0 R /DA (/F1 10 Tf 0 g) >>",
        13: "[6 0 R 7 0 R]",
        14: "[16 0 R 6 0 R 8 0 R 9 0 R]",
        15: "<< /Font << /F1 4 0 R >> >>",
        16: LINK,
    }
    return letter("formulir tidak langsung", "/AcroForm 12 0 R", "/Annots 14 0 R", fields(6) | more)


def empty_form() -> bytes:
    """AcroForm without any field, Annots an empty indirect array."""
    return letter("formulir kosong", "/AcroForm << /Fields [] >>", "/Annots 6 0 R", {6: "[]"})


def extensions_direct() -> bytes:
    """Extensions, and what it holds, direct."""
    return letter("Extensions langsung", "/Extensions << /ADBE << /BaseVersion /1.7 /ExtensionLevel 3 >> >>", "", {})


def extensions_indirect() -> bytes:
    """Extensions behind a reference, one developer's entry behind another, one an array (ISO 32000-2, 7.12)."""
    more: dict[int, str | bytes] = {
        6: "<< /Type /Extensions /ADBE 7 0 R /ISO_ [<< /BaseVersion /2.0 /ExtensionLevel 32002 >> 8 0 R] >>",
        7: "<< /Type /DeveloperExtensions /BaseVersion /1.7 /ExtensionLevel 8 >>",
        8: "<< /BaseVersion /2.0 /ExtensionLevel 32001 >>",
    }
    return letter("Extensions tidak langsung", "/Version /2.0 /Extensions 6 0 R", "", more)


def extensions_esic() -> bytes:
    """The entry that PAdES asks for (EN 319 142-1, 5.5) is there already."""
    extensions = "/Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 2 >> >>"
    return letter("Extensions dengan ESIC", extensions, "", {})
