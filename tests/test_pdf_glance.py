"""A glance at an object's text: what it says is absent is absent."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import esign_core as es
from corpus.byhand import ONE_PAGE, Body, stream_file, table_file
from esign_core.pdf.glance import Glance
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.values import Ref, Value

LINK = "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Border[0 0 0]/A<</S/GoTo/D(section.1.2)>>>>"
TEXT = "<</Subtype/Text/Rect[0 0 9 9]/Contents<FEFF0041>/AP<</N 5 0 R>>>>"


def glance(pdf: bytes, number: int = 4, key: bytes = b"AP") -> bool:
    with PdfFile(pdf) as file:
        return Glance(file, key).may_have_key(Ref(number, 0))


def packed(body: Body) -> bytes:
    """The object, number 4, in an object stream with others, of which one has the key."""
    return stream_file(ONE_PAGE, packed={20: "null", 4: body, 30: "<</AP 1>>"})


def glance_packed(pdf: bytes) -> bool:
    with PdfFile(pdf) as file:
        file.load(Ref(20, 0))
        return Glance(file, b"AP").may_have_key(Ref(4, 0))


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (LINK, False),
        (TEXT, True),
        ("null", False),
        ("[1 2 (AP)]", False),
        ("<</Contents(a (nested) string with /AP)>>", True),  # read to be sure
        (r"<</Contents(an \) escape, not /AP)>>", False),
        (r"<</Contents(a \)>>", True),
        ("<</Contents 1%(\n/AP 5 0 R/X 2%)\n>>", True),
        ("<</CAP 5 0 R>>", False),
        ("<</A 1% comment\n>>", True),
        ("<</A(100%)>>", False),
        ("<</A#50 5 0 R>>", True),
        ("<</A(page#1)>>", False),
        ("<</N<41><42>[<43>]/D<</E 1>>>>", False),
    ],
)
def test_what_is_said_of_an_object(body: str, answer: bool) -> None:
    assert glance(table_file({**ONE_PAGE, 4: body})) is answer
    assert glance_packed(packed(body)) is answer


def test_objects_that_are_not_there_or_elsewhere() -> None:
    one = table_file({**ONE_PAGE, 4: LINK})
    assert not glance(one, 99)
    assert not glance(one, 0)
    assert glance(table_file({**ONE_PAGE, 4: LINK}, rows={4: b"9999999999 00000 n \n"}))
    assert glance(table_file({**ONE_PAGE, 4: LINK}, rows={4: b"%010d 00000 n \n" % one.index(b"3 0 obj")}))
    assert glance(table_file({**ONE_PAGE, 4: "[" + "0 " * 2000 + "]"}))


def test_an_object_that_is_loaded_is_looked_at() -> None:
    with PdfFile(table_file({**ONE_PAGE, 4: LINK})) as file:
        assert not Glance(file, b"AP").may_have_key(Ref(4, 0))
        file.load(Ref(4, 0))
        assert Glance(file, b"AP").may_have_key(Ref(4, 0))


def test_object_streams() -> None:
    pdf = packed(LINK)
    assert glance(pdf)  # of a stream that was not read yet
    assert not glance_packed(pdf)
    assert glance_packed(packed("[" + "0 " * 2000 + "]"))
    assert not glance_packed(stream_file(ONE_PAGE, packed={20: "<</AP 1>>", 4: LINK}))  # the last one
    with PdfFile(stream_file(ONE_PAGE, packed={20: "null", 4: r"<</A(\))>>", 5: "1"})) as file:
        asked = Glance(file, b"AP")
        assert asked.may_have_key(Ref(4, 0))
        file.load(Ref(20, 0))
        assert not asked.may_have_key(Ref(4, 0))  # nowhere in the stream, however it is written
        assert not asked.may_have_key(Ref(5, 0))
    for index in (0, 7):
        assert glance_packed(stream_file(ONE_PAGE, packed={20: "<</AP 1>>", 4: LINK}, rows={4: (2, 90, index)}))


HIDING = [
    "<</A(endobj /AP 5 0 R)>>",
    r"<</A(\)endobj (x) /AP 5 0 R>>",
    "<</A 1 %)\n endobj\n/AP 5 0 R>>",
    "<</endobj 1/AP 5 0 R>>",
    "<</A[<41>endobj]/AP 5 0 R>>",
    "<</A(>>)/AP 5 0 R>>",
]


@pytest.mark.parametrize("body", HIDING)
def test_nothing_is_hidden_by_what_looks_like_an_end(body: str) -> None:
    assert glance(table_file({**ONE_PAGE, 4: body})) or "/AP" in body.partition("(")[2]
    assert glance_packed(packed(body)) or "(endobj /AP" in body


def keys(value: Value) -> set[str]:
    """Of a dictionary and all within it."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


TOKENS = st.sampled_from(
    [
        *(
            "<<",
            ">>",
            "[",
            "]",
            "(",
            ")",
            "<",
            ">",
            "%",
            "\\",
            "\n",
            " ",
            "/AP",
            "/A#50",
            "/#41P",
            "/A",
            "/N",
            "1 ",
            "5 0 R",
        ),
        *(" endobj ", "endobj", "(x)", "<41>", "/AP 5 0 R", "(a(b)c)", "\\)", "% x\n", "/Subtype/Link"),
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(TOKENS, max_size=12), st.lists(TOKENS, max_size=4))
def test_what_is_absent_is_absent(inside: list[str], behind: list[str]) -> None:
    """Objects of whatever tokens: where the glance says no, what is loaded has no such key."""
    body = f"<<{''.join(inside)}>>{''.join(behind)}"
    for pdf, ask in ((table_file({**ONE_PAGE, 4: body}), glance), (packed(body), glance_packed)):
        if not ask(pdf):
            with PdfFile(pdf) as file, contextlib.suppress(es.PdfError):
                assert "AP" not in keys(file.resolve(Ref(4, 0)))
