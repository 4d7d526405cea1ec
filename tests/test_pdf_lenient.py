"""Damaged files, read for finding alone: what is found in spite of the damage, and that it is said."""

from __future__ import annotations

import io
import random
import re
import zlib
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest

import esign_core as es
from corpus.byhand import CATALOG, ONE_PAGE, PAGES, object_stream, stream, stream_file, table_file
from esign_core.document.pages import pages
from esign_core.errors import LimitExceeded, PasswordError, PdfError
from esign_core.limits import Limits
from esign_core.pdf.filters import decode
from esign_core.pdf.lenient import LenientFile
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref, Stream
from tests.conftest import NOW, corpus_file, signer_of

LETTER = corpus_file("surat.pdf")
PACKED = corpus_file("surat_objstm.pdf")
TEXT = b"BT /F1 12 Tf 10 10 Td (#) Tj ET"
PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 200]/Contents 4 0 R>>"
WITH_TEXT = {**ONE_PAGE, 3: PAGE, 4: stream(TEXT)}


def strict_code(pdf: bytes) -> str:
    """Why the strict reader refuses the file, or one of its pages; empty where it does not."""
    try:
        with PdfFile(pdf) as file:
            for page in pages(file):
                held = file.get(page.entries, "Contents")
                if isinstance(held, Stream):
                    file.data(held)
            return ""
    except PdfError as error:
        return error.code


def content_of(file: PdfFile) -> tuple[bytes, str | None]:
    (page,) = pages(file)
    held = file.get(page.entries, "Contents")
    assert isinstance(held, Stream)
    return file.data_and_damage(held)


# ---- sections that are damaged


def shifted(pdf: bytes) -> bytes:
    """Every offset of the table is 7 too high."""
    return re.sub(rb"(?m)^(\d{10}) 00000 n", lambda match: b"%010d 00000 n" % (int(match[1]) + 7), pdf)


def without_trailer(pdf: bytes) -> bytes:
    return pdf[: pdf.rindex(b"trailer")]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "junk in front": lambda pdf: b"HTTP/1.1 200 OK\r\n\r\n" + pdf,
    "no startxref": lambda pdf: pdf.replace(b"startxref", b"startxxxx"),
    "startxref of 0": lambda pdf: re.sub(rb"startxref\s+\d+", b"startxref\n0", pdf),
    "startxref beyond the end": lambda pdf: re.sub(rb"startxref\s+\d+", b"startxref\n99999999", pdf),
    "startxref in the middle of nothing": lambda pdf: re.sub(rb"startxref\s+\d+", b"startxref\n20", pdf),
    "the end cut off": lambda pdf: pdf[: pdf.rindex(b"startxref")],
    "a byte lost": lambda pdf: pdf[:12] + pdf[13:],
    "no endobj": lambda pdf: pdf.replace(b"endobj", b"      "),
}


@pytest.mark.parametrize("name", ["surat.pdf", "surat_objstm.pdf", "surat_linearized_objstm.pdf", "update_table_2.pdf"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_the_tag_is_found_in_a_damaged_file(damage: str, name: str) -> None:
    pdf = corpus_file(name)
    damaged = DAMAGE[damage](pdf)
    if (damage, name) == ("the end cut off", "update_table_2.pdf"):
        return  # an older end is in sight, and the file is read as it was then
    assert strict_code(damaged)
    found, whole = es.find_tags(damaged, "#"), es.find_tags(pdf, "#")
    assert [match.rect for match in found] == [match.rect for match in whole]
    assert not whole.warnings
    assert (damage == "no endobj") is ("XREF_REBUILT" not in [finding.code for finding in found.warnings])
    with pytest.raises(es.PdfError) as caught:
        es.sign(damaged, signer_of("p256"), signing_time=NOW)
    assert damage == "no endobj" or caught.value.code == strict_code(damaged)
    report = es.verify(damaged, trust=es.Trust([]), validation_time=NOW)
    assert report.conclusion.indication == ("UNREADABLE" if damage != "no endobj" else report.conclusion.indication)


def test_signing_says_that_a_damaged_file_can_be_searched() -> None:
    with pytest.raises(es.PdfError, match="it can be searched, but neither signed nor verified"):
        es.sign(DAMAGE["startxref of 0"](LETTER), signer_of("p256"), signing_time=NOW)


@pytest.mark.parametrize("change", [shifted, without_trailer])
def test_tables_that_lead_nowhere(change: Callable[[bytes], bytes]) -> None:
    damaged = change(table_file(WITH_TEXT))
    assert strict_code(damaged)
    with LenientFile(damaged) as file:
        assert content_of(file) == (TEXT, None)
        assert file.rebuilt
    if change is shifted:
        assert len(pypdfium2.PdfDocument(damaged)) == 1


def test_an_object_that_is_elsewhere_is_looked_for_when_it_is_needed() -> None:
    damaged = table_file(WITH_TEXT, rows={4: b"0000000009 00000 n \n"})
    with LenientFile(damaged) as file:
        assert file.catalog
        assert file.rebuilt is None
        assert content_of(file) == (TEXT, None)
        assert file.rebuilt == "object 4 is not at byte 9, where it is said to be"


def test_a_damaged_object_is_no_reason_to_rebuild_and_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    with LenientFile(table_file({**WITH_TEXT, 5: "<< ]"})) as file:
        at = file.object_at
        monkeypatch.setattr(file, "object_at", lambda offset, section=0: tried.append(offset) or at(offset, section))
        for _ in range(2):
            with pytest.raises(PdfError) as caught:
                file.load(Ref(5, 0))
            assert caught.value.code == "SYNTAX"
        assert file.rebuilt is None
        assert len(tried) == 1


def test_a_loop_of_sections() -> None:
    first = table_file(WITH_TEXT)
    at = first.index(b"xref\n0")
    pdf = table_file({1: CATALOG}, before=first, trailer=f"/Root 1 0 R/Prev {at}")
    looped = pdf.replace(b"/Root 1 0 R>>", b"/Root 1 0 R/Prev %d>>" % pdf.rindex(b"xref\n0"), 1)
    looped = looped.replace(b"/Prev %d" % at, b"/Prev %d" % looped.index(b"xref\n0"))
    with LenientFile(looped) as file:
        assert content_of(file) == (TEXT, None)


def test_the_last_of_several_objects_counts() -> None:
    pdf = table_file({4: stream(b"new")}, before=table_file(WITH_TEXT)).replace(b"startxref", b"startxxxx")
    with LenientFile(pdf) as file:
        assert content_of(file) == (b"new", None)


@pytest.mark.parametrize(("later", "expected"), [(True, b"new"), (False, b"old")])
def test_objects_in_streams_count_where_their_stream_stands(later: bool, expected: bytes) -> None:
    body = {1: f"<</Type/Catalog/Pages 2 0 R/Said({'old' if later else 'new'})>>"}
    packed = stream_file({2: PAGES, 3: ONE_PAGE[3]}, packed={1: "<</Type/Catalog/Pages 2 0 R/Said(new)>>"})
    if not later:
        packed = packed.replace(b"new", b"old")
    parts = (table_file(body, before=b"%PDF-1.7\n"), packed) if later else (packed, table_file(body, before=b"\n"))
    pdf = b"".join(parts).replace(b"startxref", b"startxxxx")
    with LenientFile(pdf) as file:
        assert file.catalog[1]["Said"] == (expected if later else b"new")


def test_a_catalog_that_no_trailer_names() -> None:
    for pdf in (table_file(WITH_TEXT, trailer=""), table_file(WITH_TEXT, trailer="/Root 9 0 R")):
        with LenientFile(pdf) as file:
            assert file.catalog[0] == Ref(1, 0)
    packed = stream_file({4: stream(TEXT)}, packed={1: CATALOG, 2: PAGES, 3: PAGE}, entries="")
    with LenientFile(packed) as file:
        assert content_of(file) == (TEXT, None)
    two = table_file({5: "<</Type/Catalog/Pages 9 0 R>>", 6: "/Type/Catalog"}, before=table_file(WITH_TEXT, trailer=""))
    with LenientFile(two.replace(b"trailer", b"tr41ler").replace(b"%PDF-1.7", b"%PDF-1.7/Type/Catalog")) as file:
        assert file.catalog[0] == Ref(1, 0)


@pytest.mark.parametrize(
    "pdf",
    [
        b"%PDF-1.7 but no object",
        b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj",
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R",
        b"%PDF-1.7\n1 0 obj 5 stream endstream 9 0 obj obj /Type/Catalog",
        b"%PDF-1.7\nstream trailer trailer<< trailer 5 trailer",
    ],
)
def test_what_has_no_pages_is_refused_for_the_first_reason(pdf: bytes) -> None:
    with pytest.raises(PdfError) as caught:
        LenientFile(pdf)
    assert caught.value.code == "TRUNCATED"


def test_a_catalog_without_pages_is_refused() -> None:
    with pytest.raises(PdfError) as caught:
        LenientFile(table_file({1: "<</Type/Catalog/Pages 9 0 R>>"}))
    assert caught.value.code == "PAGE_TREE"


def test_an_object_stream_inside_an_object_stream_is_none() -> None:
    pdf = stream_file(WITH_TEXT, packed={6: "(six)"}) + b"95 0 obj %s endobj" % object_stream({90: "(other)"})
    with LenientFile(pdf.replace(b"startxref", b"startxxxx").replace(b"/ObjStm/N 1", b"/ObjStm /N 1", 1)) as file:
        assert content_of(file) == (TEXT, None)
        assert file.resolve(Ref(90, 0)) == b"other"


@pytest.mark.parametrize("pdf", [b"", b"no PDF", bytes(2000) + LETTER])
def test_what_is_no_pdf_is_refused(pdf: bytes) -> None:
    with pytest.raises(PdfError) as caught:
        LenientFile(pdf)
    assert caught.value.code == ("NOT_A_PDF" if pdf else "EMPTY")


def test_a_header_without_a_version() -> None:
    with LenientFile(table_file(WITH_TEXT, before=b"%PDF-x.y\n")) as file:
        assert file.version == "1.4"
        assert content_of(file) == (TEXT, None)


def test_a_pdf_inside_a_stream_is_not_mixed_up_with_the_one_around_it() -> None:
    inner = table_file({**WITH_TEXT, 4: stream(b"inner")})
    pdf = table_file({**WITH_TEXT, 5: stream(inner)}).replace(b"startxref", b"startxxxx")
    with LenientFile(pdf) as file:
        assert content_of(file) == (TEXT, None)


def test_a_rebuilt_file_has_bounds() -> None:
    many = b"".join(b"%d 0 obj 5 endobj\n" % number for number in range(1, 200))
    with pytest.raises(LimitExceeded) as caught:
        LenientFile(b"%PDF-1.7\n" + many, Limits(objects=100))
    assert caught.value.limit == "objects"
    deep = b"%PDF-1.7\ntrailer<</Root" + b"[" * 300 + b"]" * 300 + b">>"
    with pytest.raises(PdfError):
        LenientFile(deep)


def test_an_object_stream_that_is_damaged_is_passed_over() -> None:
    packed = stream_file(WITH_TEXT, packed={6: "(six)"}, container=stream(b"x", "/Type/ObjStm/N 1/First 9"))
    with LenientFile(packed.replace(b"startxref", b"startxxxx")) as file:
        assert content_of(file) == (TEXT, None)
        assert list(file.damage) == ["object stream 90 cannot be read; the file is damaged"]


def test_an_object_stream_whose_numbers_are_damaged_in_part() -> None:
    header = b"6 0 7 4 x 8 "
    body = stream(header + b"(a) (b) (c)", f"/Type/ObjStm/N 3/First {len(header)}")
    packed = stream_file(WITH_TEXT, packed={6: "", 7: "", 8: ""}, container=body)
    with LenientFile(packed) as file:
        assert file.resolve(Ref(6, 0)) == b"a"
        assert file.resolve(Ref(7, 0)) == b"b"
        assert file.resolve(Ref(8, 0)) is None
        assert file.rebuilt
    with PdfFile(packed) as strict, pytest.raises(PdfError):
        strict.resolve(Ref(6, 0))


def test_an_object_number_that_a_later_object_takes_from_an_object_stream() -> None:
    """What was an object stream once is not one any more."""
    pdf = stream_file(WITH_TEXT, packed={6: "(six)"}) + b"90 0 obj (other) endobj\n"
    with LenientFile(pdf.replace(b"startxref", b"startxxxx")) as file:
        assert content_of(file) == (TEXT, None)
        assert file.resolve(Ref(90, 0)) == b"other"


@pytest.mark.parametrize("revision", [3, 4, 6])
def test_encrypted_and_damaged(revision: int) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(LETTER)) as pdf:
        lock = pikepdf.Encryption(user="kata", owner="x", R=revision, aes=revision > 3, metadata=revision > 3)
        pdf.save(output, encryption=lock, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    data = output.getvalue()
    whole = [match.rect for match in es.find_tags(LETTER, "#")]
    for damaged in (data.replace(b"startxref", b"startxxxx"), data[:12] + b"\n" + data[12:]):
        assert [match.rect for match in es.find_tags(damaged, "#", password="kata")] == whole
        with pytest.raises(PasswordError):
            es.find_tags(damaged, "#", password="salah")


def test_an_encrypted_file_with_one_object_elsewhere() -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(LETTER)) as pdf:
        lock = pikepdf.Encryption(user="kata", owner="x", R=4)
        pdf.save(output, encryption=lock, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = output.getvalue()
    with PdfFile(data, password="kata") as file:
        (page,) = pages(file)
        number = page.entries["Contents"].number  # type: ignore[union-attr]
        offset = file.load(Ref(number, 0)).start  # type: ignore[union-attr]
    damaged = data.replace(b"%010d 00000 n" % offset, b"%010d 00000 n" % (offset + 1))
    assert damaged != data
    found = es.find_tags(damaged, "#", password="kata")
    assert [match.rect for match in found] == [match.rect for match in es.find_tags(LETTER, "#")]
    assert [finding.code for finding in found.warnings] == ["XREF_REBUILT"]


def test_a_password_is_not_kept() -> None:
    with LenientFile(DAMAGE["no startxref"](LETTER), password="rahasia") as file:
        assert "rahasia" not in repr(vars(file))


# ---- streams


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"<</Length %d>>stream \n%s\nendstream" % (len(TEXT), TEXT), TEXT),
        (b"<</Length %d>>stream\t\r\n%s\nendstream" % (len(TEXT), TEXT), TEXT),
        (b"<</Length %d>>stream%s\nendstream" % (len(TEXT), TEXT), TEXT),
        (b"<<>>stream\n%s\r\nendstream" % TEXT, TEXT),
        (b"<<>>stream\n%s\rendstream" % TEXT, TEXT),
        (b"<<>>stream\n%sendstream" % TEXT, TEXT),
        (b"<</Length 3>>stream\n%s\nendstream" % TEXT, TEXT),
        (b"<</Length 30000>>stream\n%s\nendstream" % TEXT, TEXT),
        (b"<</Length -3>>stream\n%s\nendstream" % TEXT, TEXT),
        (b"<</Length(x)>>stream\n%s\nendstream" % TEXT, TEXT),
        (b"<</Length 4 0 R>>stream\n%s\nendstream" % TEXT, TEXT),
        (b"<</Length 99 0 R>>stream\n%s" % TEXT, TEXT),
        (b"<<>>stream\n\nendstream", b""),
        (b"<<>>stream\nendstream", b""),
    ],
)
def test_streams_that_end_where_their_data_does(body: bytes, expected: bytes) -> None:
    pdf = table_file({**WITH_TEXT, 4: body})
    with LenientFile(pdf) as file:
        assert content_of(file) == (expected, None)
        assert file.rebuilt is None


def test_a_stream_that_the_end_of_the_file_cuts_off() -> None:
    whole = table_file(WITH_TEXT)
    with LenientFile(whole[: whole.index(b"Tj")]) as file:
        assert content_of(file) == (TEXT[: TEXT.index(b"Tj")], None)


PLAIN = b"".join(b"(%d) Tj T* " % number for number in range(3000))
PACKED_TEXT = zlib.compress(PLAIN)


@pytest.mark.parametrize(
    ("data", "least", "complete"),
    [
        (PACKED_TEXT, len(PLAIN), True),
        (PACKED_TEXT[:-4], len(PLAIN), True),
        (PACKED_TEXT[:-1], len(PLAIN), True),
        (PACKED_TEXT[:-4] + b"\0\0\0\0", len(PLAIN), False),
        (PACKED_TEXT[: len(PACKED_TEXT) // 2], len(PLAIN) // 4, False),
        (PACKED_TEXT[:-20] + bytes(20), len(PLAIN) - 1000, False),
        (PACKED_TEXT[:-2000] + b"\xff" * 2000, len(PLAIN) // 4, False),
        (b"", 0, False),
        (b"x", 0, False),
        (b"damaged", 0, False),
    ],
)
def test_deflated_data_is_kept_up_to_its_damage(data: bytes, least: int, complete: bool) -> None:
    pdf = table_file({**WITH_TEXT, 4: stream(data, "/Filter/Fl")})
    with LenientFile(pdf) as file:
        found, why = content_of(file)
        assert PLAIN.startswith(found) or not complete
        assert PLAIN[:least] == found[:least]
        assert len(found) >= least
        assert (why is None) is complete


def test_a_damaged_bomb_stays_within_its_limit() -> None:
    bomb = zlib.compress(bytes(10_000_000))[:-6] + b"\xff\xff"
    with pytest.raises(LimitExceeded):
        decode(bomb, "FlateDecode", {}, 1_000_000, [])
    with pytest.raises(LimitExceeded):
        decode(zlib.compress(bytes(1_000_000))[:-20] + b"\xff" * 20, "FlateDecode", {}, 500_000, [])


@pytest.mark.parametrize("seed", range(40))
def test_a_flipped_byte_costs_no_more_than_what_follows(seed: int) -> None:
    """Bytes that changed may also change what comes out, as in every reader, but what stands before them is kept."""
    at = random.Random(seed).randrange(2, len(PACKED_TEXT))
    data = bytearray(PACKED_TEXT)
    data[at] ^= 0x55
    before = zlib.decompressobj().decompress(PACKED_TEXT[: max(2, at - 600)])
    damage: list[str] = []
    assert decode(bytes(data), "FlateDecode", {}, 10**6, damage).startswith(before)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("AHx", b"414243 xx 44>", b"ABC"),
        ("A85", b"87cURD\x7fx~>", b"Hello"[:5]),
        ("A85", b'87cURs8W-"87cUR~>', b"Hell\xff\xff\xff\xff"),
        ("A85", b"87cURuuuuu87cUR~>", b"Hell"),
        ("LZW", b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", b"-----A---B"),
        ("LZW", b"\x80\x0b\x7f\xff\xff", b"-"),
    ],
)
def test_other_data_is_kept_up_to_its_damage(name: str, data: bytes, expected: bytes) -> None:
    damage: list[str] = []
    found = decode(data, name, {}, 1000, damage)
    assert found.startswith(expected[:4]) if name == "A85" else found == expected
    if not (name == "LZW" and expected.endswith(b"B")) and b"s8W" not in data:
        assert damage
        with pytest.raises(PdfError):
            decode(data, name, {}, 1000)


def test_damaged_contents_are_a_warning() -> None:
    pdf = corpus_file("surat.pdf")
    with PdfFile(pdf) as file:
        (page,) = pages(file)
        held = file.get(page.entries, "Contents")
        assert isinstance(held, Stream)
        end = held.start + len(file.raw_data(held))
    damaged = pdf[: end - 12] + bytes(12) + pdf[end:]
    found = es.find_tags(damaged, "#")
    assert [(finding.code, finding.args["why"]) for finding in found.warnings] == [
        ("CONTENT_DAMAGED", "FILTER_DAMAGED")
    ]


# ---- page trees


@pytest.mark.parametrize(
    ("changes", "count", "noted"),
    [
        ({3: "<</Type/Page/Parent 9 0 R>>"}, 1, 0),
        ({3: "<</Parent 2 0 R>>"}, 1, 0),
        ({2: "<</Kids[3 0 R]>>"}, 1, 0),
        ({2: "<</Kids[3 0 R null 9 0 R 3 0 R]/Count -5>>"}, 2, 2),
        ({2: "<</Kids[3 0 R 2 0 R]>>"}, 1, 1),
        ({2: "<</Kids[<</Type/Page>><</Type/Page/Rotate 90>>]>>"}, 2, 0),
        ({2: "<</Kids[3 0 R 4 0 R]>>", 4: "<</Type/Pages>>"}, 1, 1),
        ({2: "<</Kids[3 0 R 4 0 R]>>", 4: "<< ]"}, 1, 1),
        ({2: "<</Kids[3 0 R 4 0 R]>>", 4: "<</Kids 5>>"}, 1, 1),
        ({3: "<</Type/Page/Kids[]>>"}, 1, 0),
        ({3: "<</Type/Page/Kids 5>>"}, 1, 0),
        ({3: "<</Type/Page/Kids[4 0 R]>>", 4: "<</Type/Page>>"}, 1, 0),
        ({2: "<</Type/Page>>"}, 1, 0),
        ({2: "<</Type/Pages>>"}, 0, 1),
    ],
)
def test_damaged_page_trees(changes: dict[int, str], count: int, noted: int) -> None:
    pdf = table_file({**ONE_PAGE, **changes})
    with LenientFile(pdf) as file:
        assert [page.frame.index for page in pages(file)] == list(range(count))
        assert len(file.damage) == noted
    with PdfFile(pdf) as strict:
        if changes not in ({2: "<</Kids[3 0 R]>>"}, {3: "<</Parent 2 0 R>>"}):
            with pytest.raises(PdfError):
                list(pages(strict))


def test_pages_that_were_passed_over_are_a_warning() -> None:
    found = es.find_tags(table_file({**ONE_PAGE, 2: "<</Kids[3 0 R 9 0 R]>>"}), "#")
    assert [finding.code for finding in found.warnings] == ["DOCUMENT_DAMAGED"]
    assert found.pages_searched == 1


def test_what_is_not_damaged_is_read_as_strictly() -> None:
    for pdf in (LETTER, PACKED):
        with LenientFile(pdf) as lenient, PdfFile(pdf) as strict:
            assert lenient.rebuilt is None
            assert not lenient.damage
            assert content_of(lenient) == content_of(strict)
            assert object_stream({}) and strict.lenient is False
