"""Each filter against an encoder that is not ours, and the bounds on what it may put out."""

from __future__ import annotations

import base64
import io
import random
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf.filters import LZWDecode, RunLengthDecode

from esign_core.errors import EsignError, LimitExceeded, PdfError
from esign_core.pdf.filters import decode, filters_of
from esign_core.pdf.values import Name

LIMIT = 1 << 20
SAMPLES = st.binary(max_size=400) | st.binary(max_size=6).map(lambda part: part * 300)


def by_pikepdf(data: bytes, name: str, parameters: dict[str, int]) -> bytes:
    pdf = pikepdf.new()
    made = pikepdf.Stream(pdf, data)
    made.Filter = pikepdf.Name("/" + name)
    made.DecodeParms = pikepdf.Dictionary({"/" + key: value for key, value in parameters.items()})
    return made.read_bytes()


def lzw(data: bytes) -> bytes:
    """By libtiff, whose LZW is that of PDF: most significant bit first, early change."""
    image = Image.frombytes("L", (len(data), 1), data)
    out = io.BytesIO()
    image.save(out, "TIFF", compression="tiff_lzw", tiffinfo={278: 1})
    with Image.open(out) as written:
        (start,), (length,) = written.tag_v2[273], written.tag_v2[279]  # type: ignore[attr-defined]
    return out.getvalue()[start : start + length]


def late_lzw(data: bytes) -> bytes:
    """LZW with /EarlyChange 0, for which there is no encoder at hand: literal codes only, widths by the book."""
    bits, known = "", 258
    for position, byte in enumerate(data):
        width = 9 if known <= 511 else 10 if known <= 1023 else 11
        if position == 0:
            bits += f"{256:09b}"
        bits += f"{byte:0{width}b}"
        known += position > 0
    width = 9 if known <= 511 else 10 if known <= 1023 else 11
    bits += f"{257:0{width}b}"
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def run_length(data: bytes) -> bytes:
    """Runs of equal bytes as runs, the rest as literals of 128 bytes at most."""
    out = bytearray()
    position = 0
    while position < len(data):
        run = 1
        while run < 128 and data[position : position + 1] == data[position + run : position + run + 1]:
            run += 1
        if run > 1:
            out += bytes((257 - run, data[position]))
        else:
            out += bytes((0, data[position]))
        position += run
    return bytes(out) + b"\x80"


@settings(max_examples=60)
@given(SAMPLES)
def test_flate(data: bytes) -> None:
    assert decode(zlib.compress(data), "FlateDecode", {}, LIMIT) == data
    assert decode(zlib.compress(data) + b"\r\ntrailing", "Fl", {"Predictor": 1}, LIMIT) == data


@settings(max_examples=60)
@given(SAMPLES.filter(bool))
def test_lzw(data: bytes) -> None:
    assert decode(lzw(data), "LZWDecode", {}, LIMIT) == data
    assert decode(lzw(data), "LZW", {"EarlyChange": 1}, LIMIT) == LZWDecode.decode(lzw(data))


def test_lzw_through_every_code_width_and_a_full_table() -> None:
    data = random.Random(5).randbytes(20_000)
    assert decode(lzw(data), "LZWDecode", {}, LIMIT) == data


@pytest.mark.parametrize("length", [1, 253, 254, 255, 256, 600, 1200])
def test_lzw_with_late_change(length: int) -> None:
    data = random.Random(length).randbytes(length)
    encoded = late_lzw(data)
    assert decode(encoded, "LZWDecode", {"EarlyChange": 0}, LIMIT) == data
    assert by_pikepdf(encoded, "LZWDecode", {"EarlyChange": 0}) == data


def test_lzw_without_end_of_data_and_with_a_table_never_cleared() -> None:
    assert decode(b"", "LZWDecode", {}, LIMIT) == b""
    assert decode(lzw(b"abc")[:3], "LZWDecode", {}, LIMIT) == b"a"
    codes = [256] + [65] * 5000  # the table fills up and stays full
    bits, known = "", 258
    for position, code in enumerate(codes):
        width = min(12, max(9, (known + 1).bit_length()))
        bits += f"{code:0{width}b}"
        known = min(4096, known + (position > 1))
    data = int(bits + "0" * (-len(bits) % 8), 2).to_bytes((len(bits) + 7) // 8, "big")
    assert decode(data, "LZWDecode", {}, LIMIT) == b"A" * 5000


@settings(max_examples=60)
@given(st.binary(max_size=200) | st.binary(max_size=4).map(lambda part: bytes(8) + part))
def test_ascii85(data: bytes) -> None:
    text = base64.a85encode(data, wrapcol=20)
    assert decode(text + b"~>", "ASCII85Decode", {}, LIMIT) == data
    assert decode(b"<~" + text.replace(b"\n", b"\r\n \0\t") + b"~\n>", "A85", {}, LIMIT) == data
    assert decode(text, "A85", {}, LIMIT) == data


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_ascii_hex(data: bytes) -> None:
    text = data.hex(" ", 4).encode()
    assert decode(text + b">", "ASCIIHexDecode", {}, LIMIT) == data
    assert decode(text.upper() + b" >and more", "AHx", {}, LIMIT) == data


def test_an_odd_hexadecimal_digit_counts_as_if_zero_followed() -> None:
    assert decode(b"41 4>", "ASCIIHexDecode", {}, LIMIT) == b"A\x40"


@settings(max_examples=60)
@given(SAMPLES)
def test_run_length(data: bytes) -> None:
    encoded = run_length(data)
    assert decode(encoded, "RunLengthDecode", {}, LIMIT) == data == RunLengthDecode.decode(encoded)
    assert decode(encoded[:-1], "RL", {}, LIMIT) == data


@settings(max_examples=80)
@given(
    st.integers(10, 15),
    st.integers(1, 9),
    st.sampled_from([(1, 8), (3, 8), (4, 8), (1, 1), (3, 4), (1, 16), (2, 2)]),
    st.data(),
)
def test_png_predictors(predictor: int, columns: int, shape: tuple[int, int], data: st.DataObject) -> None:
    colors, bits = shape
    parameters = {"Predictor": predictor, "Columns": columns, "Colors": colors, "BitsPerComponent": bits}
    width = (columns * colors * bits + 7) // 8
    rows = data.draw(
        st.lists(st.tuples(st.integers(0, 4), st.binary(min_size=width, max_size=width)), min_size=1, max_size=5)
    )
    raw = b"".join(bytes((kind,)) + row for kind, row in rows)
    assert decode(zlib.compress(raw), "FlateDecode", parameters, LIMIT) == by_pikepdf(
        zlib.compress(raw), "FlateDecode", parameters
    )


@settings(max_examples=40)
@given(st.integers(1, 9), st.integers(1, 4), st.data())
def test_tiff_predictor(columns: int, colors: int, data: st.DataObject) -> None:
    parameters = {"Predictor": 2, "Columns": columns, "Colors": colors, "BitsPerComponent": 8}
    raw = data.draw(
        st.binary(min_size=1, max_size=4).map(lambda part: (part * columns * colors * 3)[: columns * colors * 3])
    )
    assert decode(zlib.compress(raw), "FlateDecode", parameters, LIMIT) == by_pikepdf(
        zlib.compress(raw), "FlateDecode", parameters
    )


def test_predictors_after_lzw() -> None:
    raw = b"\x02abc\x02\x01\x01\x01"
    assert decode(lzw(raw), "LZWDecode", {"Predictor": 12, "Columns": 3}, LIMIT) == b"abcbcd"


@pytest.mark.parametrize("predictor", [2, 12, 15])
def test_short_rows_and_no_rows(predictor: int) -> None:
    parameters = {"Predictor": predictor, "Columns": 10**18}
    assert decode(zlib.compress(b""), "FlateDecode", parameters, LIMIT) == b""
    for kind in range(5):
        found = decode(zlib.compress(bytes((kind, 7))), "FlateDecode", parameters, LIMIT)
        assert found == (bytes((kind, kind + 7)) if predictor == 2 else b"\7")


@pytest.mark.parametrize(
    "parameters",
    [
        {"Predictor": 3}, {"Predictor": 16}, {"Predictor": "x"}, {"Predictor": 2, "BitsPerComponent": 4},
        {"Predictor": 12, "Columns": 0}, {"Predictor": 12, "Columns": -5}, {"Predictor": 12, "Columns": 1.5},
        {"Predictor": 12, "Colors": 33}, {"Predictor": 12, "Colors": None}, {"Predictor": 12, "BitsPerComponent": 3},
    ],
)  # fmt: skip
def test_predictors_that_cannot_be_undone(parameters: dict[str, Any]) -> None:
    with pytest.raises(PdfError) as caught:
        decode(zlib.compress(b"\0abc"), "FlateDecode", parameters, LIMIT)
    assert caught.value.code == "FILTER_UNKNOWN"


def test_a_png_row_of_no_kind() -> None:
    with pytest.raises(PdfError) as caught:
        decode(zlib.compress(b"\5abc"), "FlateDecode", {"Predictor": 12, "Columns": 3}, LIMIT)
    assert caught.value.code == "FILTER_UNKNOWN"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("FlateDecode", b"not zlib"),
        ("FlateDecode", zlib.compress(b"abc" * 50)[:-1] + b"x"),  # the check sum is wrong
        ("LZWDecode", b"\x80\x7f\xff"),  # after a clear a code that is not in the table yet
        ("LZWDecode", b"\xff\xff\xff"),
        ("ASCII85Decode", b"abz~>"),  # z inside a group
        ("ASCII85Decode", b"abv~>"),
        ("ASCII85Decode", b"uuuuu~>"),  # more than 32 bits
        ("ASCII85Decode", b"u~>u"[:1] + b"uuuu"),
        ("ASCIIHexDecode", b"4g>"),
        ("ASCIIHexDecode", b"<41>"),
    ],
)
def test_damaged_data(name: str, data: bytes) -> None:
    with pytest.raises(PdfError) as caught:
        decode(data, name, {}, LIMIT)
    assert caught.value.code == "FILTER_DAMAGED"


@pytest.mark.parametrize("damage", [b"uuuuu", b's8W-"', b"abz", b"\x80"])
def test_ascii85_is_read_up_to_the_damage(damage: bytes) -> None:
    told: list[str] = []
    found = decode(base64.a85encode(b"whole words.") + damage + b"!!!!!~>", "A85", {}, LIMIT, told)
    assert found.startswith(b"whole words.")
    assert told == ["ASCII85 data cannot be decoded"]


def test_flate_cut_short_gives_what_there_is_as_viewers_do() -> None:
    data = random.Random(1).randbytes(1000)
    found = decode(zlib.compress(data)[:-200], "FlateDecode", {}, LIMIT)
    assert found
    assert data.startswith(found)


BOMBS: list[tuple[str, Callable[[int], bytes]]] = [
    ("FlateDecode", lambda size: zlib.compress(bytes(size))),
    ("LZWDecode", lambda size: lzw(bytes(size))),
    ("ASCIIHexDecode", lambda size: b"00" * size),
    ("ASCII85Decode", lambda size: b"z" * (size // 4) + b"!" * (5 if size % 4 else 0)),
    ("RunLengthDecode", lambda size: b"\x81\0" * (size // 128) + b"\0\0" * (size % 128)),
]


@pytest.mark.parametrize(("name", "bomb"), BOMBS)
def test_output_is_bounded(name: str, bomb: Callable[[int], bytes]) -> None:
    assert decode(bomb(4096), name, {}, 4096) == bytes(4096)
    for size in (4097, 1 << 18):
        with pytest.raises(LimitExceeded) as caught:
            decode(bomb(size), name, {}, 4096)
        assert (caught.value.limit, caught.value.allowed) == ("stream_bytes", 4096)
        assert caught.value.found > 4096


@pytest.mark.parametrize("name", ["DCTDecode", "JPXDecode", "", "flatedecode"])
def test_filters_that_are_not_for_data(name: str) -> None:
    with pytest.raises(PdfError) as caught:
        decode(b"", name, {}, LIMIT)
    assert caught.value.code == "FILTER_UNKNOWN"


@settings(max_examples=200)
@given(
    st.sampled_from(["FlateDecode", "LZWDecode", "ASCII85Decode", "ASCIIHexDecode", "RunLengthDecode"]),
    st.binary(max_size=60),
    st.integers(1, 16),
    st.integers(-1, 40),
)
def test_no_bytes_raise_anything_but_our_errors(name: str, data: bytes, predictor: int, columns: int) -> None:
    for text in (data, zlib.compress(data)):
        try:
            found = decode(text, name, {"Predictor": predictor, "Columns": columns}, 100)
        except EsignError as error:
            assert error.code in ("FILTER_DAMAGED", "FILTER_UNKNOWN", "LIMIT")
        else:
            assert len(found) <= 100


def plain(value: Any) -> Any:
    return value


def test_filters_and_their_parameters_are_paired() -> None:
    flate, hexadecimal = Name("FlateDecode"), Name("ASCIIHexDecode")
    up = {"Predictor": 12, "Columns": 4, "K": 1}
    shown = {"Predictor": 12, "Columns": 4}
    assert filters_of({}, plain) == []
    assert filters_of({"Filter": None, "DecodeParms": up}, plain) == []
    assert filters_of({"Filter": flate}, plain) == [(flate, {})]
    assert filters_of({"Filter": flate, "DecodeParms": up}, plain) == [(flate, shown)]
    assert filters_of({"Filter": [hexadecimal, flate], "DecodeParms": [None, up]}, plain) == [
        (hexadecimal, {}),
        (flate, shown),
    ]
    assert filters_of({"Filter": [hexadecimal, flate], "DecodeParms": [up]}, plain) == [
        (hexadecimal, shown),
        (flate, {}),
    ]
    assert filters_of({"Filter": [flate], "DecodeParms": up}, plain) == [(flate, shown)]
    assert filters_of({"Filter": [], "DecodeParms": [up]}, plain) == []


@pytest.mark.parametrize("names", [b"FlateDecode", 1, [Name("FlateDecode"), None], [b"x"], {}, [Name("AHx")] * 17])
def test_what_names_no_filter_is_refused(names: Any) -> None:
    with pytest.raises(PdfError) as caught:
        filters_of({"Filter": names}, plain)
    assert caught.value.code == "FILTER_UNKNOWN"
