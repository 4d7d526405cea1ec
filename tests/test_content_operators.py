"""Content streams cut into instructions, as viewers cut them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esign_core.content.inline_image import behind_image
from esign_core.content.operators import (
    instructions,
    last_name,
    name_and_number,
    numbers,
    shown_strings,
    steps,
    strings_and_numbers,
)
from esign_core.errors import PdfError


def cut(content: bytes) -> list[tuple[bytes, bytes]]:
    return [(operator, operands.strip()) for operator, operands in instructions(content)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"q Q", [(b"q", b""), (b"Q", b"")]),
        (b"/F1 12 Tf(a)Tj", [(b"Tf", b"/F1 12"), (b"Tj", b"(a)")]),
        (b"0 0 m 1 1 l S 0.5 w 1 0 0 rg f* W n q", [(b"q", b"")]),  # passed over
        (b"1 0 0 1 5 6 cm 1 2 3 4 re Q", [(b"cm", b"1 0 0 1 5 6"), (b"Q", b"")]),
        (b"(a(b)c) Tj (a\\)b) Tj", [(b"Tj", b"<6128622963>"), (b"Tj", b"(a\\)b)")]),
        (b"(a) ' (%) (b) '", [(b"'", b"(a)"), (b"'", b"<62>")]),
        (b'7 1 -2.5 (a) "', [(b'"', b"1.000000 -2.500000 <61>")]),
        (b"[(a(b)) % (x)\n 3] TJ", [(b"TJ", b"<61286229> 3.000000")]),
        (b"(1(2(3(4)))) Tj", [(b"Tj", b"<" + b"1(2(3(4)))".hex().encode() + b">")]),
        (b"[(a) -3 <41>] TJ", [(b"TJ", b"(a) -3 <41>")]),
        (b"<4g1> Tj", [(b"Tj", b"<41>")]),
        (b"% q\nQ % q", [(b"Q", b"% q\n".strip())]),
        (b"/P <</MCID 1/B true>> BDC EMC /P BMC EMC q", [(b"q", b"")]),  # passed over unless asked for
        (b"/P <</A(x)>> BDC q", [(b"BDC", b"/P <</A(x)>>"), (b"q", b"")]),
        (b"0 -9 Td 2 0 Td<41>Tj 3. 0 Td (b) Tj", [(b"Td", b"0 -9"), (b"Td Tj", b"2 0 Td<41>Tj 3. 0 Td (b) Tj")]),
        (b"true false null xyz", [(b"xyz", b"true false null")]),
        (b"truely", [(b"truely", b"")]),
        (b") } { > Q", [(b"Q", b"")]),
        (b"BI /W 1 ID x EI Q", [(b"Q", b"")]),
        (b"1 2 3", []),
        (b"T* ' \"", [(b"T*", b""), (b"'", b""), (b'"', b"")]),
    ],
)
def test_instructions(content: bytes, expected: list[tuple[bytes, bytes]]) -> None:
    assert [(operator, operands) for operator, operands in cut(content)] == expected


@pytest.mark.parametrize(
    ("operands", "expected"),
    [
        (b"(a\\051) -3.5 <4 1>(b) +7", [b"a)", -3.5, b"A", b"b", 7.0]),
        (b"() <>", [b"", b""]),
        (b" 1 2(a)3 -4\n(b\\\\)", [1.0, 2.0, b"a", 3.0, -4.0, b"b\\"]),
        (b"(\r\n)--5 .", [b"\n", -5.0, 0.0]),
        (b"<415>", [b"AP"]),
    ],
)
def test_strings_and_numbers(operands: bytes, expected: list[bytes | float]) -> None:
    assert strings_and_numbers(operands) == expected
    assert shown_strings(operands) == [item for item in expected if isinstance(item, bytes)]


@pytest.mark.parametrize(
    ("operands", "count", "expected"),
    [
        (b" 1 2.5 -.5 +3. ", 4, [1, 2.5, -0.5, 3]),
        (b"1 2 3", 2, [2, 3]),
        (b"1", 2, None),
        (b"/X 4", 1, [4]),
        (b"--5 % 7\n 6", 2, [-5, 6]),
        (b"", 1, None),
    ],
)
def test_numbers(operands: bytes, count: int, expected: list[float] | None) -> None:
    assert numbers(operands, count) == expected


def test_marked_content() -> None:
    content = b"/P <</MCID 1/B true>> BDC 1 w /Q BMC EMC EMC"
    expected = [(b"BDC", b"/P <</MCID 1/B true>>"), (b"BMC", b"/Q"), (b"EMC", b""), (b"EMC", b"")]
    assert [(operator, operands.strip()) for operator, operands in instructions(content, marked=True)] == expected


def test_steps() -> None:
    assert steps(b"2 0 Td<41>Tj -3. 0 Td (\\)b) Tj 4 0\nTd() Tj") == [(2.0, b"A"), (-3.0, b")b"), (4.0, b"")]


def test_the_operands_of_tf() -> None:
    assert name_and_number(b"/F#31 12.5 ") == ("F1", 12.5)
    assert name_and_number(b"/F1 % x\n--12") == ("F1", -12)
    assert name_and_number(b"/F1") is None
    assert name_and_number(b"/F1 .-") is None


def test_names() -> None:
    assert last_name(b"/A#42 /C#20D") == "C D"
    assert last_name(b"12") is None


@pytest.mark.parametrize(
    ("image", "rest"),
    [
        (b" /W 2 /H 2 /BPC 8 /CS /G ID EI E\nEI Q", b" Q"),
        (b" /Width 3 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceRGB ID 12 EI 789 EI Q", b" Q"),
        (b" /W 9 /H 1 /IM true ID  EI EI Q", b" EI Q"),  # one bit for a pixel: two bytes of data
        (b" /W 1 /H 3 /BPC 8 /CS [/I /G 1 <00>] ID EI\nEI Q", b" Q"),
        (b" /W 1 /H 1 /F /A85 /L 6 ID a EI b~>EI Q", b" b~>EI Q"),  # a length that leads nowhere: the first EI
        (b" /W 1 /H 1 /F /AHx /Length 4 ID 4 EI EI Q", b" Q"),
        (b" /CS /Cs1 /W 9 /H 9 /BPC 8 ID \x00\xff EI \x00\x01 EI Q", b" Q"),  # what follows the first EI is no text
    ],
)
def test_inline_images(image: bytes, rest: bytes) -> None:
    content = b"BI" + image
    assert content[behind_image(content, 2) :] == rest


@pytest.mark.parametrize("image", [b"BI /W 1", b"BI /W 1 ID x", b"BI /W 1 /H 1 ID \x00 EI\x00\xff\xfe"])
def test_inline_images_without_end(image: bytes) -> None:
    with pytest.raises(PdfError) as caught:
        behind_image(image, 2)
    assert caught.value.code == "CONTENT_IMAGE"


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    try:
        for operator, operands in instructions(content):
            if operator in (b"Tj", b"TJ", b"'", b'"'):  # of others they are as they were written
                strings_and_numbers(operands)
                shown_strings(operands)
            numbers(operands, 1)
            last_name(operands)
    except PdfError as error:
        assert error.code in ("CONTENT_STRING", "CONTENT_IMAGE")


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=8).map(lambda data: b"<" + data.hex().encode() + b">"),
            st.integers(-999, 999).map(lambda number: str(number).encode()),
            st.text("ab()", max_size=6).map(
                lambda text: b"(" + text.encode().replace(b"(", b"\\(").replace(b")", b"\\)") + b")"
            ),
        )
    )
)
def test_an_array_is_read_as_it_was_written(items: list[bytes]) -> None:
    ((operator, operands),) = instructions(b"[" + b" ".join(items) + b"] TJ")
    assert operator == b"TJ"
    assert len(strings_and_numbers(operands)) == len(items)
