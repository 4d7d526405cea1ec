"""Tokens and values: every spelling of a value is that value, and no bytes at all raise anything but our own errors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esign_core.errors import EsignError, LimitExceeded, PdfError
from esign_core.pdf.lexer import (
    decode_literal,
    dictionary_entries,
    dictionary_spans,
    literal_end,
    parse_value,
    skip_space,
)
from esign_core.pdf.values import Name, Ref

REGULAR = bytes(byte for byte in range(0x21, 0x7F) if byte not in b"()<>[]{}/%#")
WHITE = st.sampled_from(
    [b" ", b"\n", b"\r\n", b"\r", b"\t", b"\f", b"\0", b" % a (comment] >>\n", b"\r%\r", b"%%\n \0"]
)


def spell_name(name: str, data: st.DataObject) -> bytes:
    out = b"/"
    for byte in name.encode("latin-1"):
        plain = byte in REGULAR and data.draw(st.booleans())
        out += bytes([byte]) if plain else (b"#%02x" if data.draw(st.booleans()) else b"#%02X") % byte
    return out


def spell_string(value: bytes, data: st.DataObject) -> bytes:
    if data.draw(st.booleans()):
        digits = value.hex().encode() if data.draw(st.booleans()) else value.hex().upper().encode()
        if digits.endswith(b"0") and data.draw(st.booleans()):
            digits = digits[:-1]
        return b"<" + b"".join(data.draw(st.sampled_from([b"", b" ", b"\n\0"])) + bytes([d]) for d in digits) + b">"
    out = b""
    for position, byte in enumerate(value):
        char = bytes([byte])
        following = value[position + 1 : position + 2]
        forms = [b"\\%03o" % byte]
        if not following.isdigit():
            forms.append(b"\\%o" % byte)
        forms += {10: [b"\\n", b"\n", b"\r", b"\r\n"], 13: [b"\\r"], 9: [b"\\t"], 8: [b"\\b"], 12: [b"\\f"]}.get(
            byte, []
        )
        if char in b"()\\":
            forms.append(b"\\" + char)
        elif byte not in (10, 13):
            forms.append(char)
        if byte == 10 and following == b"\n":
            forms = [form for form in forms if form != b"\r"]  # it would be one line end with the next
        out += data.draw(st.sampled_from(forms)) + data.draw(st.sampled_from([b"", b"", b"\\\n", b"\\\r\n"]))
    return b"(" + out + b")"


def spell_number(value: float, data: st.DataObject) -> bytes:
    sign = b"-" if value < 0 else data.draw(st.sampled_from([b"", b"+"]))
    if isinstance(value, int):
        return sign + b"0" * data.draw(st.integers(0, 3)) + b"%d" % abs(value)
    text = f"{abs(value):.6f}".encode()
    whole, _, fraction = text.partition(b".")
    whole = data.draw(st.sampled_from([whole, b"00" + whole] + ([b""] if whole == b"0" else [])))
    fraction = fraction.rstrip(b"0") if whole or fraction.rstrip(b"0") else fraction
    return sign + whole + b"." + fraction


def spell(value: Any, data: st.DataObject) -> bytes:
    """A value as PDF text, with white space and comments wherever they may stand."""
    space = data.draw(WHITE)
    if isinstance(value, Ref):
        return space.join([b"%d" % value.number, b"%d" % value.generation, b"R"])
    if isinstance(value, Name):
        return spell_name(value, data)
    if isinstance(value, bytes):
        return spell_string(value, data)
    if isinstance(value, list):
        return b"[" + b"".join(space + spell(item, data) + data.draw(WHITE) for item in value) + b"]"
    if isinstance(value, dict):
        pairs = ((spell_name(key, data), spell(item, data)) for key, item in value.items())
        return b"<<" + b"".join(data.draw(WHITE) + key + space + item + data.draw(WHITE) for key, item in pairs) + b">>"
    if value is None or isinstance(value, bool):
        return {None: b"null", True: b"true", False: b"false"}[value]
    return spell_number(value, data)


names = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=8).map(Name)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.integers(-(10**9), 10**9).map(lambda whole: whole / 10**6)
    | names
    | st.binary(max_size=12)
    | st.builds(Ref, st.integers(0, 10**9), st.integers(0, 65535))
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names.map(str), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150)
@given(values, st.data())
def test_every_spelling_of_a_value_is_that_value(value: Any, data: st.DataObject) -> None:
    before, after = (
        data.draw(WHITE),
        data.draw(st.sampled_from([b"", b" endobj", b"/Next", b"(x)", b"%c", b">>", b"]"])),
    )
    text = spell(value, data)
    found, end = parse_value(before + text + after, len(before))
    assert found == value
    assert type(found) is type(value)
    assert end == len(before + text)


@settings(max_examples=150)
@given(st.dictionaries(names.map(str), values, max_size=5), st.data())
def test_spans_of_entries_hold_the_values_and_nothing_else(value: dict[str, Any], data: st.DataObject) -> None:
    text = data.draw(WHITE) + spell(value, data) + b" tail"
    entries, close, end = dictionary_entries(text, 0)
    assert {entry.key: entry.value for entry in entries} == value
    assert text[close:end] == b">>"
    for entry in entries:
        assert parse_value(text[entry.start : entry.end], 0) == (entry.value, entry.end - entry.start)


@settings(max_examples=300)
@given(
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                b"<<",
                b">>",
                b"[",
                b"]",
                b"(",
                b")",
                b"<",
                b">",
                b"/A",
                b"#",
                b"1 0 R",
                b"-",
                b".",
                b"5",
                b"\\",
                b"%",
                b"\r",
                b"{",
                b"null",
                b"stream",
                b"endobj",
            ]
        ),
        max_size=30,
    ).map(b" ".join)
)
def test_no_bytes_raise_anything_but_our_errors(text: bytes) -> None:
    for read in (parse_value, dictionary_entries):
        try:
            read(text, 0, depth=8)
        except EsignError as error:
            assert error.code in ("SYNTAX", "LIMIT")
    assert 0 <= skip_space(text, 0) <= len(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"+.5", 0.5),
        (b"-.5", -0.5),
        (b"1.", 1.0),
        (b"-0", 0),
        (b"00012", 12),
        (b"12345678901234567890", 12345678901234567890),
        (b"123456789012345678901", 123456789012345678901.0),  # no reader keeps so many digits
        (b"1 0", 1),
        (b"1 0 0 R", 1),
        (b"1 0 Rx", 1),
        (b"1 0R", 1),
        (b"007 00 R", Ref(7, 0)),
        (b"1%c\n0%c\rR", Ref(1, 0)),
        (b"1 0 R]", Ref(1, 0)),
        (b"/", Name("")),
        (b"/A#20B", Name("A B")),
        (b"/A#2", Name("A#2")),
        (b"/A#zz", Name("A#zz")),
        (b"/#23#4", Name("##4")),
        (b"/A/B", Name("A")),
        (b"/A\0B", Name("A")),
        (b"/\xe9", Name("\xe9")),
        (b"<>", b""),
        (b"<4>", b"\x40"),
        (b"<41 4\n2\0>", b"AB"),
        (b"()", b""),
        (b"(a(b)c)", b"a(b)c"),
        (b"(\\(\\)\\\\\\x)", b"()\\x"),
        (b"(\\053\\53\\0533\\400\\8)", b"+++3\x008"),
        (b"(a\rb\r\nc\n\rd)", b"a\nb\nc\n\nd"),
        (b"(a\\\r\nb\\\rc\\\nd)", b"abcd"),
        (b"(% no comment)", b"% no comment"),
        (b"(\\r\\n)", b"\r\n"),
        (b"%comment\n[1]", [1]),
        (b"[1 0 R 2 3]", [Ref(1, 0), 2, 3]),
        (b"[/A/B(c)<64>true false null]", [Name("A"), Name("B"), b"c", b"d", True, False, None]),
        (b"<</A 1/A 2>>", {"A": 2}),  # of a repeated key the last counts: qpdf, PDFium, poppler and MuPDF agree
        (b"<</A<</B[]>>>>", {"A": {"B": []}}),
        (b"<<>>", {}),
    ],
)
def test_values(text: bytes, value: Any) -> None:
    found, _ = parse_value(text, 0)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        b"", b" ", b"%only a comment", b"-", b"+", b".", b"-.", b"+-1", b"--1", b"1-2", b"5-", b"1e5", b"0x10",
        b"4.5.6", b"R", b"True", b"nul", b"nullx", b"endobj", b"{", b"}", b")", b">", b"]", b">>", b"<", b"<4x>",
        b"<41", b"(a", b"(a\\)", b"((a)", b"[1", b"[1>>", b"<</A 1]", b"<</A>>", b"<</A 1", b"<<1 2>>", b"<<(A) 1>>",
        b"/A#00", b"/#00B", b"<</#00 1>>", b"123456789012345678901 0 R", b"0 123456789012345678901 R", b"9" * 400,
        b"-" + b"9" * 400 + b".0", b"[1 0R]",
    ],
)  # fmt: skip
def test_what_is_no_value_is_refused(text: bytes) -> None:
    with pytest.raises(PdfError) as caught:
        parse_value(text, 0)
    assert caught.value.code == "SYNTAX"


@pytest.mark.parametrize("text", [b"", b"[", b"/A", b"<<1 2>>", b"<</A 1", b"<</A 1]", b"<</A>>", b"<</A x>>"])
def test_what_is_no_dictionary_is_refused(text: bytes) -> None:
    with pytest.raises(PdfError) as caught:
        dictionary_entries(text, 0)
    assert caught.value.code == "SYNTAX"


def test_a_dictionary_s_entries_keep_repeated_keys_and_order() -> None:
    entries, _, _ = dictionary_entries(b"<</B 1/A#42 %c\n(x) /B[2]>>", 0)
    assert [(entry.key, entry.value) for entry in entries] == [("B", 1), ("AB", b"x"), ("B", [2])]


@pytest.mark.parametrize("opening", [b"[", b"<</A", b"[<</A"])
def test_nesting_is_bounded_without_recursion(opening: bytes) -> None:
    with pytest.raises(LimitExceeded) as caught:
        parse_value(opening * 100_000, 0, depth=200)
    assert (caught.value.limit, caught.value.allowed, caught.value.found) == ("depth", 200, 201)
    assert parse_value(b"[" * 200 + b"]" * 200, 0, depth=200)[1] == 400


def test_parentheses_nest_to_any_depth() -> None:
    text = b"(" * 100_000 + b")" * 100_000
    assert parse_value(text, 0) == (text[1:-1], len(text))
    assert literal_end(text, 1) == len(text) - 1


def test_views_are_read_as_bytes_are() -> None:
    assert parse_value(memoryview(b"xx<</A(b)/C<64>/D[1 0 R]>>"), 2)[0] == {"A": b"b", "C": b"d", "D": [Ref(1, 0)]}


def test_a_literal_without_escapes_is_itself() -> None:
    assert decode_literal(b"plain \xff") == b"plain \xff"


_KEYS = st.sampled_from(["/A", "/B#20", "/Long.Name", "/", "/A%c\n", "%>>\n /C", "12"])
_VALUES = st.sampled_from(
    [
        *("/A", "/", "1 0 R", "1 %\n 0 R", "12", "-1.5", "12%\n", "true", "1 0 Rx", "<48>", "<4 8>", "<>", "<4x>"),
        *("(text)", "(a(b)c)", "(a\\) >>)", "(", "[]", "[1 0 R /A]", "[[1] (])]", "[1 % ]\n 2]", "[<4>]", "<</D 1>>"),
        *("<</D<</E 1>>>>", "<</D(>>)>>", "<</D % >>\n 1>>", "]", ">>", ""),
    ]
)


@given(st.lists(st.tuples(_KEYS, _VALUES), max_size=6), st.sampled_from([" ", "\n", "", " %x>>\n"]))
@settings(max_examples=500)
def test_the_spans_of_a_dictionary_are_those_of_its_entries(pairs: list[tuple[str, str]], between: str) -> None:
    """Wherever the lexer reads a dictionary, looking for the spans alone finds the same ones."""
    text = ("<<" + between.join(part for pair in pairs for part in pair) + ">>/Z 1>>").encode()
    try:
        entries, close, end = dictionary_entries(text, 0)
    except PdfError:
        return
    assert dictionary_spans(text, 0) == ({entry.key: (entry.start, entry.end) for entry in entries}, close, end)


@pytest.mark.parametrize("text", [b"", b"[1]", b"<<1 2>>", b"<</A", b"<</A>>", b"<</A 1"])
def test_spans_of_what_is_no_dictionary(text: bytes) -> None:
    with pytest.raises(PdfError):
        dictionary_spans(text, 0)
