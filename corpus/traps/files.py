"""Page boxes, page trees, cross-reference tables and encryption: what stands between the file and its page."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pikepdf

from corpus.traps.page import BLACK, HELVETICA, RED, Case, one_page, page_objects
from corpus.traps.writing import at
from corpus.writer import Body, append, stream

TEXT = RED + at("(#ttd) Tj")
SIGN = (100, 150 - 20 * 0.207, 100 + 20 * 0.556, 150 + 20 * 0.718)  # a number sign shown by `at`, Helvetica 20


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _boxes()
    yield from _trees()
    yield from _tables()
    yield from _encrypted()


def _boxes() -> Iterator[Case]:
    for name, page, why in (
        ("raw_mbneg", "/MediaBox [-150 -100 150 200]", "MediaBox with a negative corner"),
        ("raw_mbrot", "/MediaBox [50 50 350 250] /Rotate 90", "MediaBox not at 0, 0, rotated"),
        ("raw_mbswapped", "/MediaBox [300 300 0 0]", "MediaBox by its other corners"),
        ("raw_rotate90", "/Rotate 90", "rotated"),
        ("raw_rotate180", "/Rotate 180", "rotated"),
        ("raw_rotate270", "/Rotate 270", "rotated"),
        ("raw_rotate_minus", "/Rotate -90", "rotated by -90"),
        ("raw_crop", "/CropBox [80 120 220 200]", "cropped"),
        ("raw_crop_rotate", "/CropBox [80 120 220 200] /Rotate 90", "cropped and rotated"),
        ("raw_crop_beyond", "/CropBox [-50 100 400 400]", "CropBox larger than MediaBox"),
    ):
        x, y = (20, 50) if name == "raw_mbneg" else (100, 150)
        content = RED + at("(#ttd) Tj", x=x, y=y)
        yield Case(name, one_page(content, page=page), 1, why, "#ttd")
    unit = one_page(RED + at("(#) Tj"), page="/UserUnit 2")
    yield Case("raw_userunit", unit, 1, "UserUnit 2", boxes=(SIGN,))  # PDFium draws the page as if it were 1
    yield Case(
        "raw_outside", one_page(RED + at("(#) Tj", x=400)), 0, "outside the page: by policy no tag", proof="no ink"
    )
    crop = one_page(RED + at("(#) Tj"), page="/CropBox [0 0 90 90]")
    yield Case("raw_outcrop", crop, 0, "outside CropBox: by policy no tag", proof="no ink")
    yield Case("raw_outcrop_option", crop, 1, "the option `outside_crop`", options={"outside_crop": True},
               boxes=(SIGN,))  # fmt: skip


def _document(objects: dict[int, Body], **changed: Body) -> bytes:
    return append(b"", objects | {int(number[1:]): body for number, body in changed.items()}, trailer="/Root 1 0 R")


def _trees() -> Iterator[Case]:
    objects = page_objects(TEXT)
    inherited: dict[int, Body] = {
        2: f"<< /Type /Pages /Kids [4 0 R] /Count 1 /MediaBox [0 0 300 300] /Rotate 90 "
        f"/Resources << /Font << /F1 {HELVETICA} >> >> >>",
        4: "<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 /CropBox [50 50 250 250] >>",
        3: "<< /Type /Page /Parent 4 0 R /Contents 10 0 R >>",
    }
    yield Case(
        "raw_inherited", _document(objects | inherited), 1, "boxes, rotation and Resources are inherited", "#ttd"
    )
    twice: dict[int, Body] = {2: "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>"}
    yield Case("raw_duppage", _document(objects | twice), 2, "one page object stands twice in Kids", "#ttd")
    loop: dict[int, Body] = {2: "<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>"}
    yield Case("raw_treeloop", _document(objects | loop), 1, "the page tree holds itself", "#ttd")
    for name, count in (("raw_badcount", 0), ("raw_badcount_many", 7)):
        lying: dict[int, Body] = {2: f"<< /Type /Pages /Kids [3 0 R] /Count {count} >>"}
        yield Case(name, _document(objects | lying), 1, f"/Count says {count}", "#ttd")
    first: dict[int, Body] = {
        2: "<< /Type /Pages /Kids [5 0 R 3 0 R] /Count 2 >>",
        5: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>",
    }
    yield Case("raw_nocontent_first", _document(objects | first), 1, "a first page without contents", "#ttd")
    untyped = {number: body for number, body in objects.items() if number != 3} | {
        3: str(objects[3]).replace("/Type /Page ", "")
    }
    yield Case("raw_notype", _document(untyped), 1, "a page without /Type", "#ttd")
    alone = {number: body for number, body in objects.items() if number != 3} | {
        3: str(objects[3]).replace("/Parent 2 0 R", "")
    }
    yield Case("raw_noparent", _document(alone), 1, "a page without /Parent", "#ttd")
    orphan: dict[int, Body] = {2: "<< /Type /Pages /Kids [3 0 R 98 0 R] /Count 2 >>"}
    yield Case("raw_deadkid", _document(objects | orphan), 1, "a kid that does not exist", "#ttd")


def _tables() -> Iterator[Case]:
    objects, root = page_objects(TEXT), "/Root 1 0 R"
    plain = append(b"", objects, trailer=root)
    yield Case(
        "raw_xref_stream", append(b"", objects, trailer=root, xref="stream"), 1, "a cross-reference stream", "#ttd"
    )
    packed = append(b"", objects, trailer=root, xref="stream", packed=(1, 2, 3))
    yield Case("raw_objstm", packed, 1, "pages in an object stream", "#ttd")
    old = append(b"", page_objects(BLACK + at("(old) Tj")), trailer=root)
    updated = append(old, {10: stream(TEXT)}, trailer=root)
    yield Case("raw_updated", updated, 1, "an update brings the tag", "#ttd")
    removed = append(plain, {10: stream(BLACK + at("(new) Tj"))}, trailer=root)
    yield Case("raw_removed", removed, 0, "an update takes the tag away", "#ttd", proof="no ink")
    hybrid = "a hybrid file: the page is in the stream's part only (as qpdf reads it)"
    yield Case("raw_hybrid", _hybrid(), 1, hybrid, "#ttd", shown=plain)
    start = re.search(rb"startxref\n(\d+)", plain)
    assert start is not None
    yield Case(
        "raw_startxref",
        plain.replace(start[0], b"startxref\n%d" % (int(start[1]) + 3)),
        1,
        "startxref is off by three",
        "#ttd",
    )
    yield Case("raw_startxref_zero", plain.replace(start[0], b"startxref\n0"), 1, "startxref 0", "#ttd")
    table = plain[int(start[1]) : plain.index(b"trailer")]
    yield Case("raw_noxref", plain.replace(table, b""), 1, "no cross-reference table, only a trailer", "#ttd")
    yield Case("raw_offsets", _shifted(plain), 1, "offsets are wrong, as after an edit by hand", "#ttd")
    yield Case("raw_junk_before", b"junk\r\n" + plain, 1, "bytes before the header", "#ttd")
    yield Case("raw_junk_after", plain + b"\n" + b"junk " * 20, 1, "bytes after the end", "#ttd")
    yield Case("raw_cut_end", plain[: plain.rindex(b"startxref")], 1, "cut off before startxref", "#ttd")


def _hybrid() -> bytes:
    """A table without the page, whose trailer points to a stream that knows it (ISO 32000-2, 7.5.8.4)."""
    objects = page_objects(TEXT)
    whole = append(b"", objects, trailer="/Root 1 0 R", xref="stream", packed=(3,))
    start = int(re.findall(rb"startxref\n(\d+)", whole)[-1])
    body = whole[: whole.rindex(b"startxref")]
    offsets = {number: body.index(b"\n%d 0 obj" % number) + 1 for number in (1, 2, 10, 11, 12)}
    at_table = len(body)
    rows = {number: b"%010d 00000 n \n" % offset for number, offset in offsets.items()}
    table = b"xref\n0 3\n0000000000 65535 f \n" + rows[1] + rows[2] + b"10 3\n" + rows[10] + rows[11] + rows[12]
    trailer = b"trailer\n<< /Size 13 /Root 1 0 R /XRefStm %d >>\nstartxref\n%d\n%%%%EOF\n" % (start, at_table)
    return body + table + trailer


def _shifted(plain: bytes) -> bytes:
    """Every offset of the table, and startxref, too small by the length of a comment put in after the header."""
    head, rest = plain.split(b"\n", 1)
    return head + b"\n% edited by hand, so that everything has moved\n" + rest


def _encrypted() -> Iterator[Case]:
    plain = one_page(TEXT)
    for name, revision, aes, metadata in (
        ("rc4_40", 2, False, False),
        ("rc4_128", 3, False, False),
        ("aes_128", 4, True, True),
        ("aes_256", 6, True, True),
    ):
        for word, password in (("", None), ("rahasia", "rahasia")):
            named = f"raw_enc_{name}" + ("_password" if word else "")
            why = f"encrypted, revision {revision}, " + ("with a user password" if word else "the user password empty")
            with pikepdf.open(io.BytesIO(plain)) as pdf:
                out = io.BytesIO()
                protection = pikepdf.Encryption(user=word, owner="pemilik", R=revision, aes=aes, metadata=metadata)  # type: ignore[arg-type]
                pdf.save(out, encryption=protection, static_id=True)
            yield Case(named, out.getvalue(), 1, why, "#ttd", password=password)
