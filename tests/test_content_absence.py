"""What is proved absent is absent: with and without the proofs, the answers are the same."""

from __future__ import annotations

import zlib
from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import esign_core as es
from corpus.writer import Body, stream
from esign_core.content.absence import Absence
from tests.conftest import MANIFEST, corpus_file
from tests.content_pages import HELVETICA, form, one_page, text_at

TOUNICODE = stream("beginbfrange <0001> <005E> <0021> endbfrange beginbfchar <0100> <FB01> <0A0D> <0023> endbfchar")
CID_FONT = "<< /Subtype /CIDFontType2 >>"
TYPE0 = f"<< /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 40 0 R /DescendantFonts [{CID_FONT}] >>"
LIGATURES = HELVETICA.replace(
    "/WinAnsiEncoding", "<< /Differences [1 /fi 10 /numbersign 13 /numbersign 92 /numbersign] >>"
)
SILENT = HELVETICA.replace("/WinAnsiEncoding", "<< /Differences [35 /a] >>")
FONTS = {"F1": HELVETICA, "F2": TYPE0, "F3": LIGATURES, "F4": SILENT}


def without_proofs(pdf: bytes, tag: str) -> es.Found:
    with patch.object(Absence, "is_proved", return_value=False):
        return es.find_tags(pdf, tag)


def proved(pdf: bytes, tag: str) -> bool:
    """Is the one page of the file proved to have no such tag?"""
    answers: list[bool] = []
    is_proved = Absence.is_proved

    def noted(self: Absence, *arguments: object) -> bool:
        answers.append(is_proved(self, *arguments))  # type: ignore[arg-type]
        return answers[-1]

    with patch.object(Absence, "is_proved", noted):
        es.find_tags(pdf, tag)
    return answers == [True]


@pytest.mark.parametrize("name", MANIFEST)
@pytest.mark.parametrize("tag", ["#", "~", "$", "Q", "fi", "ttd", "tanda tangan", "é", "\u4e2d", "()"])
def test_on_every_corpus_file(name: str, tag: str) -> None:
    pdf = corpus_file(name)
    assert es.find_tags(pdf, tag) == without_proofs(pdf, tag)


@pytest.mark.parametrize(
    ("content", "tag"),
    [
        (text_at(50, 100, "tanda"), "#"),
        ("BT /F2 12 Tf <0042004300> Tj ET", "#"),
        ("BT /F1 12 Tf <4142> Tj ET", "#"),
        (r"BT /F1 12 Tf (a\(b\)\\) Tj ET", "#"),
        ("/X Do", "#"),
        ("/G1 gs " + text_at(50, 100, "x"), "#"),
        ("BT /F1 12 Tf (a) Tj ET", "1"),  # digits outside of strings, and in a name
        ("BT /F1 12 Tf [(a) -1250 (b)] TJ ET", "5"),
        ("BT /F1 12 Tf (a) Tj /F4 12 Tf (#) Tj ET", "#"),  # a code of one font in another one's string
        ("BT /F1 12 Tf (a) Tj ET q BT /F4 12 Tf (#) Tj ET Q BT (a) Tj ET", "#"),
        ("BT /F4 12 Tf (Tf #) Tj (Tf) Tj ET", "#"),
        ("BT /F4 12 Tf ((#)) Tj [((#))] TJ ET", "#"),
        ("BT /F2 12 Tf (\1\0\3\1) Tj <01000301> Tj ET", "#"),  # two bytes that are no code
        ("BI /W 3 /H 1 /BPC 8 /CS /G ID (#) EI BT /F1 12 Tf (a) Tj ET", "#"),
        ("BT /F1 12 Tf (BI) Tj ET", "#"),
        ("/X Do BT /F4 12 Tf (# Do) Tj ET", "#"),
    ],
)
def test_what_can_be_proved(content: str, tag: str) -> None:
    objects: dict[int, Body] = {30: form(text_at(50, 100, "x")), 40: TOUNICODE}
    pdf = one_page(
        content, fonts=FONTS, objects=objects, resources="/XObject << /X 30 0 R >> /ExtGState << /G1 << >> >>"
    )
    assert proved(pdf, tag)


@pytest.mark.parametrize(
    "content",
    [
        text_at(50, 100, "#"),
        r"BT /F1 12 Tf (\43) Tj ET",
        r"BT /F1 12 Tf (\443) Tj ET",  # high-order overflow is ignored
        "BT /F1 12 Tf <2 3> Tj ET",
        "BT /F1 12 Tf <2x3> Tj ET",
        "BT /F2 12 Tf <0003> Tj ET",
        "BT /F2 12 Tf (\\000\003) Tj ET",
        "BT /F2 12 Tf (\0\\\n\003) Tj ET",
        "BT /F2 12 Tf (\\\n\\n\\r) Tj ET",
        "BT /F3 12 Tf (\r) Tj ET",  # read as a line feed
        "BT /F3 12 Tf (\\\\) Tj ET",
        "BT /F3 12 Tf (\\\r\\n) Tj ET",
        "BT /F9 12 Tf (#) Tj ET",
        "BT /F#31 12 Tf (#) Tj ET",
        "BT 12 % \n /F1 12 % x\n Tf (#) Tj ET",
        "/G gs BT (#) Tj ET",
        "/X Do",
        "/#58 Do",
        "BT /F1 12 Tf q /F4 12 Tf (a) Tj Q (#) Tj ET",
        "BT /F4 12 Tf q /F1 12 Tf (a) Tj Q Q /F1 12 Tf (#) Tj ET",
        "BT /F4 12 Tf /F1 12 Tf ((#)) Tj ET",
        "BT /F4 12 Tf /F1 6 /F4 9 Tf (#) Tj ET",  # the first name and number count
        "BT /F4 12 Tf /F1 6 /Fx /F4 9 Tf (#) Tj ET",
        "BT /F4 12 Tf /F1 6 null /F4 9 Tf (#) Tj ET",
        "BT /F4 12 Tf /F1 6" + " " * 60 + "/F4 9 Tf (#) Tj ET",
        "BT /F4 12 Tf /F1 6 %x\n/F4 9 Tf (#) Tj ET",
        "BT /F4 12 Tf /F1 6 (x)/F4 9 Tf (#) Tj ET",
        "BT /F1 12 Tf (/F4 12 Tf) Tj (#) Tj ET",
        "BT /F1 12 Tf (\\(/F4 12 Tf) Tj (#) Tj ET",
        "BT /F1 12 Tf ((((/F4 12 Tf)))) Tj (#) Tj ET",
        "BT /F1 12 Tf %(\n /F4 12 %)\n Tf /F1 12 Tf (#) Tj ET",
        "BT /F4 12 Tf (a) Tj /F1 12 0 Tf (#) Tj ET",
        "/F1 12 Tf BI /W 11 /H 1 /BPC 8 /CS /G ID /F4 12 Tf x EI BT (#) Tj ET",
        "BT /F4 12 Tf (#) Tj xBI /F1 12 Tf ID 1 EI (#) Tj ET",
        "/F1 12 Tf /Y Do",
        "BT /F1 12 Tf (Do) Tj ET /X Do",
        "BT /F2 12 Tf (\\001\\000\\000\\003) Tj ET",
    ],
)
def test_what_is_there_is_found(content: str) -> None:
    objects: dict[int, Body] = {30: form(text_at(50, 100, "#")), 31: HELVETICA, 32: form("BT (#) Tj ET"), 40: TOUNICODE}
    resources = "/XObject << /X 30 0 R /Y 32 0 R >> /ExtGState << /G << /Font [31 0 R 12] >> >>"
    pdf = one_page("1 0 0 1 50 50 cm " + content, fonts=FONTS, objects=objects, resources=resources)
    assert es.find_tags(pdf, "#")


def test_a_proof_names_the_fonts_that_were_not_read() -> None:
    unknown = "<< /Type /Font /Subtype /Type3 /FontMatrix [.01 0 0 .01 0 0] /FontBBox [0 0 9 9] /CharProcs << >> >>"
    fonts = {"F1": HELVETICA, "F5": unknown, "F6": unknown}
    pdf = one_page("BT /F1 12 Tf 9 9 Td (a) Tj /F5 12 Tf (b) Tj ET", fonts=fonts)  # nothing is shown in F6
    assert proved(pdf, "#")
    assert [each.args["font"] for each in es.find_tags(pdf, "#").warnings] == ["F5"]
    assert es.find_tags(pdf, "#") == without_proofs(pdf, "#")
    assert not proved(pdf, "b")  # it may be a guess


@pytest.mark.parametrize("fonts", [{}, {"F2": TYPE0}])
def test_a_font_that_is_missing_prints_nevertheless(fonts: dict[str, str]) -> None:
    pdf = one_page("BT /F9 12 Tf 50 100 Td (#) Tj ET", fonts=fonts, objects={40: TOUNICODE})
    assert len(es.find_tags(pdf, "#")) == 1
    assert proved(pdf, "~")


def test_a_form_that_ends_early_is_named() -> None:
    entries = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Filter /FlateDecode"
    cut = zlib.compress(text_at(50, 100, "abcdefghijklmnopqrstuvwxyz").encode())[:-20]
    pdf = one_page("/X Do", objects={30: stream(cut, entries)}, resources="/XObject << /X 30 0 R >>")
    assert [each.args["why"] for each in es.find_tags(pdf, "#").warnings] == ["FILTER_DAMAGED", "CONTENT_STRING"]


def literal(data: bytes, style: int) -> bytes:
    if style == 0:
        return b"<" + data.hex().encode() + b">"
    if style == 1:
        return b"<" + b" ".join(b"%02X" % byte for byte in data) + b">"
    if style == 2:
        return b"(" + b"".join(b"\\%03o" % byte for byte in data) + b")"
    escaped = data.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)").replace(b"\r", b"\\r")
    return b"(" + escaped + b")"


SHOWN = st.tuples(st.sampled_from(["F1", "F2", "F3", "F4", "F9"]), st.binary(min_size=1, max_size=6), st.integers(0, 3))


@settings(max_examples=300, deadline=None)
@given(shown=st.lists(SHOWN, min_size=1, max_size=4), tag=st.sampled_from(["#", "f", "a", "A!", "é", "\\", "fi", "("]))
def test_on_any_strings(shown: list[tuple[str, bytes, int]], tag: str) -> None:
    content = b"BT 50 100 Td " + b" ".join(
        b"/%s 12 Tf %s Tj" % (f.encode(), literal(data, style)) for f, data, style in shown
    )
    pdf = one_page(content + b" ET", fonts=FONTS, objects={40: TOUNICODE})
    assert without_other_forms(es.find_tags(pdf, tag)) == without_other_forms(without_proofs(pdf, tag))


def without_other_forms(found: es.Found) -> es.Found:
    """A proof need not know every form that comes close: ª is nearly a."""
    return replace(found, near_misses=tuple(each for each in found.near_misses if each.code != "TAG_OTHER_FORM"))
