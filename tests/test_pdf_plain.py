"""Values read many tokens at a time are those that the lexer reads one by one, or are left to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.writer import append, stream
from esign_core.errors import EsignError
from esign_core.pdf import objects, plain
from esign_core.pdf.lexer import parse_value
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.plain import parse_plain
from esign_core.pdf.values import Name, Ref, Stream, Value

PIECES = [
    *(b"<<", b">>", b"[", b"]", b"<", b">", b"(", b")", b"{", b"%", b"\n", b" ", b"\0", b"\x0b"),
    *(
        b"/A",
        b"/",
        b"/A#42",
        b"/#00",
        b"/A#4",
        b"true",
        b"false",
        b"null",
        b"nul",
        b"R",
        b"1 0 R",
        b"1\n0\0R",
        b"1 0 Rx",
    ),
    *(b"0", b"-1", b"+17", b"--1", b"1.5", b"-.5", b".", b"5.", b"1.2.3", b"1" * 21, b"1" * 25 + b".5", b"1e5"),
    *(b"12345678901 0 R", b"007 00 R", b"<41>", b"<4 1 5>", b"<>", b"<4x>", b"endobj", b"stream", b"\xff"),
    *(b"(x)", b"(/A % 1 0 R)", b"(<<)", b"(])", b"(\\))", b"(\r)", b"((x))"),
]


def agree(text: bytes) -> bool:
    """Whether the value was plain; then it has to be the lexer's, ending where the text ends."""
    found = parse_plain(text, 50)
    if found is None:
        return False
    assert (value_and_kinds(found[0]), len(text.rstrip(b"\0\t\n\x0c\r "))) == lexed(text)
    return True


def lexed(text: bytes) -> tuple[object, int]:
    value, end = parse_value(text, 0, depth=50)
    return value_and_kinds(value), end


def value_and_kinds(value: Value) -> object:
    """1, 1.0 and True are equal to Python, and a Name is equal to its str."""
    if isinstance(value, list):
        return [value_and_kinds(item) for item in value]
    if isinstance(value, dict):
        return {(type(key), key): value_and_kinds(item) for key, item in value.items()}
    return type(value), value


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from([b"", b" ", b"\r\n"])), max_size=12))
def test_any_text(pieces: list[tuple[bytes, bytes]]) -> None:
    agree(b"".join(piece + space for piece, space in pieces))


def array(items: list[bytes]) -> bytes:
    return b"[" + b" ".join(items) + b"]"


def dictionary(items: list[bytes]) -> bytes:
    return b"<<" + b"".join(b"/K%d %s" % pair for pair in enumerate(items)) + b">>"


WHOLE = st.recursive(
    st.sampled_from([b"/A", b"5", b"-1.25", b"7 0 R", b"true", b"null", b"<0aF>", b"(a % <<)"]),
    lambda inner: st.lists(inner, max_size=4).map(array) | st.lists(inner, max_size=4).map(dictionary),
    max_leaves=30,
)


@given(WHOLE)
def test_whole_values(text: bytes) -> None:
    assert agree(text)


def test_a_page() -> None:
    text = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.28 842]/Rotate 0/X<41>/Y[true null]>>"
    assert parse_plain(text, 5) == (
        {
            "Type": Name("Page"),
            "Parent": Ref(2, 0),
            "MediaBox": [0, 0, 595.28, 842],
            "Rotate": 0,
            "X": b"A",
            "Y": [True, None],
        },
    )


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b" ", b"1 2", b"]", b">>", b"[", b"<<", b"[>>", b"<<]", b"<</A>>", b"<<1 2>>", b"<<[] 2>>"),
        *(b"(x", b"(x))", b"((x))", rb"(\x)", b"(x\r)", b"5 % x", b"R", b"<", b"/#00", b"[[[[[[]]]]]]"),
    ],
)
def test_what_is_left_to_the_lexer(text: bytes) -> None:
    assert parse_plain(text, 5) is None


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "_KEPT", 10)
    for number in range(100):
        assert parse_plain(b"[/N%d %d]" % (number, number), 5) == ([f"N{number}", number],)
        assert parse_plain(b"/" + b"n" * 100, 5) == ("n" * 100,)
        assert parse_plain(b"(text %d)" % number, 5) == (b"text %d" % number,)
        assert not any(key.startswith(b"(") for key in plain._VALUES)  # what documents say stays with their caller
        assert len(plain._VALUES) <= 8192


def test_files_are_read_alike_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from esign_core.pdf import objects
    from esign_core.pdf.objects import PdfFile

    for path in sorted((Path(__file__).parent.parent / "corpus" / "files").glob("*.pdf")):
        found = []
        for parse in (parse_plain, lambda text, depth: None):
            monkeypatch.setattr(objects, "parse_plain", parse)
            with PdfFile(path.read_bytes()) as file:
                values: list[object] = []
                for section in file.sections:
                    for number, entry in section.entries():
                        try:
                            item = file.load(Ref(number, entry.second if entry.kind == "offset" else 0))
                            values.append(item and (item.value, item.start, item.end, item.value_start, item.value_end))
                        except EsignError as error:
                            values.append(str(error))
            found.append(values)
        assert found[0] == found[1]


def test_a_keyword_inside_a_name_does_not_end_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read at once, not left to the lexer: fonts called so have long lists of widths."""
    lexed_values: list[int] = []
    monkeypatch.setattr(objects, "parse_value", lambda *_, **__: lexed_values.append(1))
    font = "<< /BaseFont /ABCDEF+BitstreamVera /Name /stream >>"
    with PdfFile(
        append(b"", {1: "<< /Type /Catalog >>", 2: font, 3: stream(b"x", font[2:-2])}, trailer="/Root 1 0 R")
    ) as file:
        assert file.resolve(Ref(2, 0)) == {"BaseFont": "ABCDEF+BitstreamVera", "Name": "stream"}
        found = file.resolve(Ref(3, 0))
        assert isinstance(found, Stream)
        assert file.data(found) == b"x"
    assert not lexed_values
