"""What the soak starts from: the files of the corpus, and generated pages that hold what those do not."""

from __future__ import annotations

import io
import re
import zlib
from functools import cache
from pathlib import Path

import pikepdf

from corpus.make import all_cases
from corpus.writer import Body, append, stream
from tests.conftest import CORPUS
from tests.content_pages import HELVETICA, form, one_page, text_at

OBJECT = re.compile(rb"^(\d+) (\d+) obj\n(.*?)\nendobj$", re.DOTALL | re.MULTILINE)

TO_UNICODE = stream(
    "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    "2 beginbfrange <0000> <00FF> <0000> <0100> <0102> [<0023> <00740074> <D835DC1A>] endbfrange\n"
    "1 beginbfchar <0200> <FF03> endbfchar endcmap end"
)
DESCRIPTOR = "<< /Type /FontDescriptor /FontName /X /Flags 4 /Ascent 800 /Descent -200 /FontBBox [0 -200 1000 800] >>"


def fonts() -> bytes:
    """Fonts of every kind, without programs: those the files of the corpus have."""
    faces = {
        "F1": HELVETICA,
        "F2": "<< /Type /Font /Subtype /Type1 /BaseFont /X /FirstChar 65 /Widths [500 600] "
        "/Encoding << /Differences [65 /numbersign /t /fi /uni0023 /u1D41A] >> >>",
        "F3": "<< /Type /Font /Subtype /Type3 /FontMatrix [0.001 0 0 0.001 0 0] /FontBBox [0 0 1000 1000] "
        "/FirstChar 35 /Widths [600] /CharProcs << /numbersign 33 0 R >> "
        "/Encoding << /Differences [35 /numbersign] >> >>",
        "F4": "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 31 0 R "
        "/DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /DW 700 /W [35 [600 500] 100 200 400] "
        "/FontDescriptor 32 0 R >>] >>",
        "F5": "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding 34 0 R /DescendantFonts [<< "
        "/Subtype /CIDFontType0 /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> "
        "/W2 [35 [-900 300 800]] >>] >>",
        "F6": "<< /Type /Font /Subtype /TrueType /BaseFont /Symbol /FontDescriptor 32 0 R /ToUnicode 31 0 R >>",
    }
    content = "".join(
        f"BT /{name} 12 Tf {20 + 3 * at} {250 - 30 * at} Td [(A#t) -50 (td) 200 <00230074>] TJ T* (#\\043\\\n#) ' ET\n"
        for at, name in enumerate(faces)
    )
    objects: dict[int, Body] = {
        31: TO_UNICODE,
        32: DESCRIPTOR,
        33: stream("600 0 0 0 500 700 d1 0 0 500 700 re f"),
        34: stream(
            "/WMode 1 def 2 begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange "
            "1 begincidrange <20> <7E> 1 endcidrange 1 begincidchar <8123> 4 endcidchar",
            "/Type /CMap /CMapName /X /WMode 1 /UseCMap /H",
        ),
    }
    return one_page(content, fonts=faces, objects=objects)


def operators() -> bytes:
    """Every operator that moves or shows text, inline images, nested forms."""
    content = (
        "q 2 0 0 2 10 10 cm BT /F1 9 Tf 90 Tz 1 Tc 2 Tw 10 TL 3 Ts 0 Tr 5 50 Td (# ttd) Tj 0 -10 TD (#ttd) Tj T* "
        "[(#) 20 (t) -300 (td)] TJ 1 0.2 0 1 5 90 Tm (#) ' 1 2 (#ttd) \" 3 Tr (#) Tj ET Q /G gs /A Do /B Do\n"
        "BI /W 4 /H 4 /BPC 8 /CS /G ID 0123456789ABCDEF EI BI /W 2 /H 2 /F [/AHx] ID 00112233> EI\n"
        "/Span << /ActualText (#) >> BDC BT /F1 12 Tf 100 200 Td (hash) Tj ET EMC " + text_at(100, 150, "${ttd_1}")
    )
    nested = "/Resources << /XObject << /B 31 0 R >> /Font << /F1 " + HELVETICA + " >> >>"
    objects: dict[int, Body] = {
        30: form("/B Do " + text_at(20, 20, "#"), f"/Matrix [0 1 -1 0 200 0] {nested}"),
        31: form(text_at(30, 30, "#ttd"), "/Matrix [1 0 0 1 5 5]"),
    }
    more = "/XObject << /A 30 0 R /B 31 0 R >> /ExtGState << /G << /Font [32 0 R 11] >> >>"
    return one_page(content, objects=objects | {32: HELVETICA}, resources=more, page="/Rotate 90 /UserUnit 1.5")


def layers_and_annotations() -> bytes:
    """Optional content with policies and expressions; appearances with states, matrices and flags."""
    content = (
        "/OC /P1 BDC "
        + text_at(20, 250, "#")
        + "EMC /OC /P2 BDC "
        + text_at(20, 220, "#")
        + "EMC /OC /P3 BDC /A Do EMC\n"
    )
    appearance = f"/Resources << /Font << /F1 {HELVETICA} >> >>"
    body: dict[int, Body] = {
        1: "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [21 0 R] /DR << /Font << /F1 6 0 R >> >> >> "
        "/OCProperties << /OCGs [10 0 R 11 0 R] /D << /BaseState /ON /OFF [11 0 R] "
        "/AS [<< /Event /View /OCGs [10 0 R] >>] >> >> >>",
        2: "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 300 300] /Resources << /Font << /F1 6 0 R >> "
        "/Properties << /P1 10 0 R /P2 12 0 R /P3 13 0 R >> /XObject << /A 24 0 R >> >> >>",
        3: "<< /Type /Page /Parent 2 0 R /Contents [5 0 R 5 0 R] /Annots [20 0 R 21 0 R 22 0 R 23 0 R] /Rotate 90 >>",
        4: "<< /Type /Page /Parent 2 0 R /Contents 5 0 R /CropBox [10 10 200 200] /Annots [20 0 R null 99 0 R] >>",
        5: stream(content),
        6: HELVETICA,
        10: "<< /Type /OCG /Name (a) /Usage << /View << /ViewState /ON >> >> >>",
        11: "<< /Type /OCG /Name (b) /Intent [/View /Design] >>",
        12: "<< /Type /OCMD /OCGs [10 0 R 11 0 R null] /P /AllOn >>",
        13: "<< /Type /OCMD /VE [/And [/Not 11 0 R] [/Or 10 0 R 12 0 R]] /OCGs 11 0 R >>",
        20: "<< /Type /Annot /Subtype /Square /Rect [50 60 90 100] /AP << /N 24 0 R >> /F 20 /OC 12 0 R >>",
        21: "<< /Type /Annot /Subtype /Widget /FT /Btn /T (a) /Rect [90 60 50 100] /AS /Yes "
        "/AP << /N << /Yes 24 0 R >> >> >>",
        22: "<< /Type /Annot /Subtype /Link /Rect [10 20 90 30] /A << /S /URI /URI (http://x.example/#ttd) >> >>",
        23: "<< /Type /Annot /Subtype /Popup /Rect [10 20 90 30] /Parent 20 0 R /Open true >>",
        24: form(text_at(5, 5, "#ttd"), f"/Matrix [0 1 -1 0 30 10] {appearance}").replace(b"-1000 -1000", b"0 0"),
    }
    return append(b"", body, trailer="/Root 1 0 R")


def filters() -> bytes:
    """Contents behind every filter that finding reads, xref stream and object stream."""
    text = text_at(50, 100, "#ttd").encode()
    rows = b"".join(b"\2" + bytes(a ^ 0 for a in text[at : at + 10]) for at in range(0, len(text) // 10 * 10, 10))
    parts: list[Body] = [
        stream(zlib.compress(text), "/Filter /FlateDecode"),
        stream(zlib.compress(rows), "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 10 >>"),
        stream(text.hex().encode() + b">", "/Filter /ASCIIHexDecode"),
        stream(b"\x0a" + text[:11] + b"\x80", "/Filter [/RunLengthDecode]"),
        stream(zlib.compress(text.hex().encode() + b">"), "/Filter [/FlateDecode /AHx]"),
    ]
    return one_page(parts)


def signature_fields() -> bytes:
    """Fields that wait for a signature, with seed values and locks, and one whose signature forbids some of it."""
    box = "/Type /Annot /Subtype /Widget /F 4 /P 3 0 R"
    body: dict[int, Body] = {
        1: "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [10 0 R 11 0 R 13 0 R] /SigFlags 3 /DA (/F 0 Tf) >> "
        "/MarkInfo << /Marked true >> /StructTreeRoot 20 0 R /Lang (id) >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 300 300] >>",
        3: "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> "
        "/Annots [10 0 R 12 0 R 13 0 R] >>",
        4: stream(text_at(50, 50, "#ttd")),
        5: HELVETICA,
        10: f"<< {box} /FT /Sig /T (satu) /Rect [10 10 90 50] /SV << /Ff 75 /Filter /Adobe.PPKLite /SubFilter "
        "[/ETSI.CAdES.detached /adbe.pkcs7.detached] /Reasons [(ya)] /DigestMethod [/SHA256] /MDP << /P 0 >> >> >>",
        11: "<< /T (bagian) /Kids [12 0 R] >>",
        12: f"<< {box} /FT /Sig /T (dua) /Parent 11 0 R /Rect [100 10 190 50] "
        "/Lock << /Type /SigFieldLock /Action /Include /Fields [(satu) (bagian.dua)] /P 2 >> >>",
        13: f"<< {box} /FT /Sig /T (tiga) /Rect [10 60 90 100] /V 14 0 R >>",
        14: "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /Contents <3000> "
        "/ByteRange [0 9 12 9] /Reference [<< /TransformMethod /DocMDP /TransformParams << /P 2 /V /1.2 >> >> "
        "<< /TransformMethod /FieldMDP /TransformParams << /Action /Exclude /Fields [(satu)] /V /1.2 >> >>] >>",
        20: "<< /Type /StructTreeRoot /K 21 0 R /ParentTree << /Nums [0 [21 0 R]] >> /ParentTreeNextKey 1 >>",
        21: "<< /Type /StructElem /S /Document /P 20 0 R /K 0 /Pg 3 0 R >>",
    }
    return append(b"", body, trailer="/Root 1 0 R")


def waiting_fields() -> bytes:
    """The same before anybody has signed."""
    return signature_fields().replace(b"/V 14 0 R", b"/X 14 0 R")


GENERATED = (fonts, operators, layers_and_annotations, filters, signature_fields, waiting_fields)


@cache
def documents() -> dict[str, bytes]:
    """By name: a file's, or what made it."""
    found = {
        str(path.relative_to(CORPUS)): path.read_bytes() for path in sorted(CORPUS.rglob("*.pdf")) if _is_ours(path)
    }
    found |= {make.__name__: make() for make in GENERATED}
    # what is encrypted with AES is not the same every time
    return found | {f"traps/{case.name}": case.pdf for case in all_cases() if b"/AESV" not in case.pdf}


def _is_ours(path: Path) -> bool:
    """Committed files only, and none so large that many mutants of it take long."""
    return path.relative_to(CORPUS).parts[0] in ("files", "hostile") and path.stat().st_size < 200_000


@cache
def taken_apart(name: str) -> dict[int, bytes]:
    """The bodies of a document's objects by number, streams decompressed, object streams dissolved; 0: the trailer.

    Empty where qpdf cannot read it.
    """
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(documents()[name])) as pdf:
            pdf.save(
                out,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                fix_metadata_version=False,
                static_id=True,
                encryption=False,
            )
    except (pikepdf.PdfError, pikepdf.PasswordError, RuntimeError, ValueError):
        return {}
    data = out.getvalue()
    trailer = re.search(rb"trailer (<<.*?>>)\nstartxref", data, re.DOTALL)
    assert trailer is not None
    return {0: trailer[1]} | {int(match[1]): match[3] for match in OBJECT.finditer(data)}
