"""The mark of an update: a file cut anywhere in it is known for what it was, and nothing else ever is."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.byhand import ONE_PAGE, stream, stream_file, table_file
from esign_core.errors import PdfError
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.update import UpdateWriter
from esign_core.pdf.update_mark import unfinished_behind
from tests.conftest import corpus_file

ENDS = {"line end": b"\n", "none": b"", "carriage return": b"\r", "blanks": b"\n \n ", "zeros": b"\n" + bytes(50)}


def encrypted(pdf: bytes) -> bytes:
    changed = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        file.save(changed, encryption=pikepdf.Encryption(user="rahasia", owner="rahasia"))
    return changed.getvalue()


def updated(pdf: bytes, body: bytes = b"(new)") -> bytes:
    with PdfFile(pdf) as file:
        writer = UpdateWriter(file)
        writer.put(writer.reserve(), body)
        return pdf + writer.finish(seed=b"").data


def whole(end: bytes = b"\n") -> bytes:
    return table_file(ONE_PAGE).rstrip() + end


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("twice", [False, True])
def test_an_update_cut_at_any_byte_is_known(end: bytes, twice: bool) -> None:
    pdf = updated(whole()) + end if twice else whole(end)
    signed = updated(pdf)
    blank = len(b"\n ") if pdf[-1:] not in (b"\r", b"\n") else 0
    assert signed[len(pdf) + blank :].startswith(b"%esign_core update ")
    for length in range(len(pdf) + blank + 1, len(signed)):
        assert unfinished_behind(signed[:length]) == len(pdf), length
    for length in (len(signed), *range(len(pdf), len(pdf) + blank + 1)):  # white space alone is nothing
        assert unfinished_behind(signed[:length]) is None, length


def test_an_update_behind_two_line_ends_that_are_none() -> None:
    """The base ends like the mark of a base without a line end begins."""
    pdf = whole(b"\n ")
    signed = updated(pdf)
    assert signed[len(pdf) :].startswith(b"\n %esign_core")
    assert unfinished_behind(signed[:-1]) == len(pdf)


@given(st.binary(max_size=80))
def test_what_stands_behind_a_finished_update_is_never_cut(junk: bytes) -> None:
    assert unfinished_behind(updated(whole()) + junk + b"x") is None


@given(st.sampled_from(["surat.pdf", "surat_linearized.pdf", "update_stream_2.pdf", "tabel.pdf"]), st.integers(0, 100))
def test_a_file_without_a_mark_is_never_cut(name: str, missing: int) -> None:
    pdf = corpus_file(name)
    assert unfinished_behind(pdf[: len(pdf) - missing]) is None


def marked(base: int, length: int) -> bytes:
    return b"%%esign_core update %012d bytes behind %d\n" % (length, base)


PDF = whole()
ODD: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "no PDF": lambda: b"% text",
    "a mark and no PDF in front": lambda: marked(0, 1000) + b"x",
    "a mark at another place": lambda: PDF + marked(len(PDF) + 1, 1000) + b"x" * 50,
    "a mark that nobody finished": lambda: PDF + b"%esign_core update 00000000x" + b"y" * 70,
    "half a mark with letters": lambda: PDF + b"%esign_core update 00x",
    "half a mark for another place": lambda: PDF + marked(len(PDF) + 1, 10)[:-1],
    "a comment": lambda: PDF + b"%esign_care",
    "cut in the marker of its end": lambda: PDF[: PDF.rindex(b"%EOF")],
    "cut before the second per cent": lambda: PDF[: PDF.rindex(b"%EOF") - 1] + b"%",
    "text only": lambda: PDF + b"no comment here, but more text than a mark has, and none of it is a per cent sign",
    "damaged": lambda: PDF.replace(b"xref\n", b"xxxx\n") + marked(len(PDF), 1000) + b"x" * 50,
}


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_what_only_looks_unfinished_is_left(make: Callable[[], bytes]) -> None:
    assert unfinished_behind(make()) is None


def test_an_attachment_signed_by_us_is_no_mark_of_its_own() -> None:
    inner = updated(whole())
    pdf = table_file({**ONE_PAGE, 4: stream(inner)})
    assert b"%esign_core update" in pdf
    assert unfinished_behind(pdf) is None
    signed = updated(pdf, stream(inner))
    assert unfinished_behind(signed[:-1]) == len(pdf)
    assert unfinished_behind(signed) is None


def test_a_mark_is_found_across_the_pieces_that_are_searched() -> None:
    pdf = whole()
    for length in range((1 << 20) - 120, (1 << 20) + 120, 7):
        signed = updated(pdf, b"(" + b"x" * length + b")")
        assert unfinished_behind(signed[:-1]) == len(pdf)


def test_streams_and_encrypted_files_have_marks_too() -> None:
    streams = stream_file(ONE_PAGE, packed={9: "<<>>"})
    assert unfinished_behind(updated(streams)[:-1]) == len(streams)
    locked = encrypted(corpus_file("surat.pdf"))
    assert unfinished_behind(locked + marked(len(locked), 1000) + b"x") == len(locked)


def test_a_public_key_encrypted_file_can_be_cut_back() -> None:
    handler = "/Root 1 0 R/Encrypt<</Filter/Adobe.PubSec>>"
    pdf = table_file(ONE_PAGE, trailer=handler)
    with pytest.raises(PdfError) as caught:
        PdfFile(pdf)
    assert caught.value.code == "ENCRYPTION_PUBLIC_KEY"
    assert unfinished_behind(pdf + marked(len(pdf), 1000) + b"x") == len(pdf)
