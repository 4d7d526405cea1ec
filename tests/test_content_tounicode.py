"""ToUnicode CMaps however they are written: looked through, read fast or read slowly, they say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign_core.content.tounicode import IdentityToUnicode, ToUnicode, is_weak


def cmap(text: str) -> ToUnicode:
    return ToUnicode(lambda: text.encode("latin-1"))


def hexadecimal(text: str) -> str:
    return text.encode("utf-16-be").hex()


_CHARACTERS = st.sampled_from("#$Aé中\U0001f600 ")
_CODES = st.integers(0x20, 0x40)
_ENTRY = st.one_of(
    st.tuples(st.just("char"), _CODES, st.just(0), st.text(_CHARACTERS, min_size=1, max_size=3)),
    st.tuples(st.just("range"), _CODES, st.integers(0, 6), _CHARACTERS),
    st.tuples(st.just("list"), _CODES, st.integers(0, 3), st.text(_CHARACTERS, min_size=4, max_size=4)),
)


@given(
    entries=st.lists(_ENTRY, max_size=12, unique_by=lambda entry: (entry[1] - 0x20) // 8),
    white=st.sampled_from(["", " ", "\r\n"]),
    upper=st.booleans(),
    width=st.sampled_from([2, 4]),
)
def test_what_is_written_is_read(entries: list[tuple[str, int, int, str]], white: str, upper: bool, width: int) -> None:
    expected: dict[int, str] = {}
    text = ""
    for kind, first, more, characters in entries:
        code, last = f"<{first:0{width}x}>", f"<{first + more:0{width}x}>"
        if kind == "char":
            expected[first] = characters
            text += f"1 beginbfchar{white}{code}{white}<{hexadecimal(characters)}>{white}endbfchar\n"
        elif kind == "range":
            expected |= {first + step: chr(ord(characters) + step) for step in range(more + 1)}
            text += f"1 beginbfrange {code}{white}{last} <{hexadecimal(characters)}>\nendbfrange\n"
        else:
            expected |= {first + step: characters[step] for step in range(more + 1)}
            strings = white.join(f"<{hexadecimal(each)}>" for each in characters[: more + 1])
            text += f"1 beginbfrange\n{code} {last} [{strings}{white}] endbfrange\n"
    overlap = len(expected) < sum(1 if e[0] == "char" else e[2] + 1 for e in entries)
    if overlap:  # which of them counts depends on the kind of the entry
        return
    text = text.upper().replace("BEGINBF", "beginbf").replace("ENDBF", "endbf") if upper else text
    for word in ("CHAR", "RANGE"):
        text = text.replace(f"beginbf{word}", f"beginbf{word.lower()}").replace(f"endbf{word}", f"endbf{word.lower()}")
    for wanted in "#$Aé中\U0001f600%":
        assert cmap(text).codes_of(wanted) == {code for code, said in expected.items() if wanted in said}
    read = cmap(text)
    assert {code: read.text(code) for code in range(0x80) if read.text(code)} == expected
    assert read.below(0x80) == expected
    assert read.codes_of("#") == {code for code, said in expected.items() if "#" in said}
    assert read.is_useless is not any(said.strip() for said in expected.values())


@given(st.binary(max_size=120))
def test_any_bytes(data: bytes) -> None:
    for body in (data, b"beginbfchar" + data, b"beginbfrange" + data, b"beginbfrange <00> <05>" + data + b"endbfrange"):
        read = ToUnicode(lambda body=body: body)  # type: ignore[misc]
        before = read.codes_of("#")
        assert read.below(256) is not None
        assert read.is_useless in (True, False)
        if before is not None:
            assert {code for code in before if "#" in read.text(code)} <= (read.codes_of("#") or set())


def test_ranges_within_ranges() -> None:
    """The identity with exceptions, as some producers write it."""
    read = cmap("2 beginbfrange <0000> <FFFF> <0000> <0041> <0042> <0023> endbfrange")
    assert (read.text(0x40), read.text(0x41), read.text(0x42), read.text(0x43)) == ("@", "#", "$", "C")


def test_a_range_as_large_as_a_code_costs_nothing() -> None:
    read = cmap("1 beginbfrange <00000000> <FFFFFFFF> <0023> endbfrange")
    assert read.codes_of("$") == {1}
    assert read.text(0xFFFFFFFF) == ""
    read = cmap("2 beginbfrange <00000000> <FFFFFFFF> <00230041> <00000000> <FFFFFFFF> <0041> endbfrange")
    assert read.codes_of("#") is None
    assert len(cmap("beginbfrange" + "<0000><FFFF><0041>" * 2000).text(5)) == 1


@pytest.mark.parametrize(
    ("digits", "text"), [("23", "#"), ("0023", "#"), ("023", "Ȱ"), ("D83D", ""), ("FFFD", ""), ("FFFF", "")]
)
def test_odd_texts(digits: str, text: str) -> None:
    written = f"1 beginbfchar <41> <{digits}> endbfchar"
    assert cmap(written).codes_of(text or "A") == ({0x41} if text else set())
    assert cmap(written).text(0x41) == text


@pytest.mark.parametrize("text", ["\x03", "\ue123", "\U000f0000", "\x7f\x80", ""])
def test_what_nobody_can_read(text: str) -> None:
    assert is_weak(text)
    assert not is_weak(text + "é")
    assert not is_weak(" ")


def test_useless_ones() -> None:
    assert cmap("1 beginbfrange <00> <FF> <0020> endbfrange 1 beginbfchar <41> <0020> endbfchar").is_useless is False
    assert cmap("2 beginbfchar <41> <0020> <42> <F023> endbfchar").is_useless
    assert cmap("").is_useless
    assert not IdentityToUnicode().is_useless
