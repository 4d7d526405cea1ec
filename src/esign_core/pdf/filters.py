"""Stream filters (ISO 32000-2, 7.4), each bounded by the bytes it may put out. Image filters are not decoded here."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import accumulate

from esign_core.errors import LimitExceeded, PdfError
from esign_core.pdf.lexer import decode_hex
from esign_core.pdf.values import Dictionary, Name, Value

_WHITE = b"\x00\t\n\x0c\r "
_HEX = re.compile(rb"[0-9A-Fa-f]*+")
_ASCII85 = re.compile(rb"(?:z|[!-u]{5})*+[!-u]{0,4}+")
_FROM_85 = bytes((code - 33) % 256 for code in range(256))
_PARAMETERS = ("Predictor", "Colors", "BitsPerComponent", "Columns", "EarlyChange", "Name")
_PIECE = 1024  # bytes that are decoded together when damage is looked for
_CHECKSUM = "incorrect data check"  # as zlib says it
_MAX_FILTERS = 16  # of one stream; honest ones have two


def filters_of(entries: Dictionary, resolve: Callable[[Value], Value]) -> list[tuple[Name, Dictionary]]:
    """A stream's filters in order, each with the parameters that concern it (ISO 32000-2, table 5).

    PdfError (FILTER_UNKNOWN) for what is no name: without that filter the data would be something else.
    """
    names, parameters = resolve(entries.get("Filter")), resolve(entries.get("DecodeParms"))
    if names is None:
        return []
    names = names if isinstance(names, list) else [names]
    parameters = parameters if isinstance(parameters, list) else [parameters] * len(names)
    if len(names) > _MAX_FILTERS:
        raise PdfError(f"a stream has {len(names)} filters, {_MAX_FILTERS} are allowed", code="FILTER_UNKNOWN")
    filters: list[tuple[Name, Dictionary]] = []
    for index, item in enumerate(names):
        name = resolve(item)
        if not isinstance(name, Name):
            raise PdfError("a stream's filter is not a name; the file is damaged", code="FILTER_UNKNOWN")
        given = resolve(parameters[index]) if index < len(parameters) else None
        found = given if isinstance(given, dict) else {}
        filters.append((name, {key: resolve(found[key]) for key in _PARAMETERS if key in found}))
    return filters


def decode(
    data: bytes, filter_name: str, parameters: Mapping[str, object], limit: int, damage: list[str] | None = None
) -> bytes:
    """`data` through one filter. PdfError (FILTER_UNKNOWN, FILTER_DAMAGED); LimitExceeded past `limit` bytes.

    Given a list for `damage`, data that cannot be decoded to its end is decoded up to there, and the list told.
    """
    function = _FILTERS.get(filter_name)
    if function is None:
        raise PdfError(f"filter /{filter_name} is not a text or data filter", code="FILTER_UNKNOWN")
    return function(data, parameters, limit, damage)


def _tell(why: str, damage: list[str] | None) -> None:
    if damage is None:
        raise PdfError(f"{why}; the file is damaged", code="FILTER_DAMAGED")
    damage.append(why)


def _too_long(limit: int) -> LimitExceeded:
    return LimitExceeded(
        f"a stream decodes to more than {limit} bytes; refuse the file, or raise Limits.stream_bytes",
        limit="stream_bytes",
        allowed=limit,
        found=limit + 1,
    )


def _flate(data: bytes, parameters: Mapping[str, object], limit: int, damage: list[str] | None) -> bytes:
    decoder = zlib.decompressobj()
    try:
        result = decoder.decompress(data, limit + 1)
    except zlib.error as error:
        if damage is None:
            raise PdfError(
                f"compressed data cannot be decoded ({error}); the file is damaged", code="FILTER_DAMAGED"
            ) from error
        result = _inflated_so_far(data, damage)
    else:
        if damage is not None and not decoder.eof and len(result) <= limit and not _lacks_checksum_alone(decoder):
            damage.append("compressed data ends early")
    if len(result) > limit:
        raise _too_long(limit)
    return _unpredict(result, parameters)


def _inflated_so_far(data: bytes, damage: list[str]) -> bytes:
    """What comes out of `data`, which cannot be decoded, up to that byte: all of it when only its checksum is wrong."""
    decoder, result = zlib.decompressobj(), bytearray()
    before, start = decoder, 0
    try:
        for start in range(0, len(data), _PIECE):  # pragma: no branch - it ends with the error that was met before
            before = decoder.copy()
            result += decoder.decompress(data[start : start + _PIECE])
    except zlib.error as error:
        damage.append(f"compressed data cannot be decoded to its end ({error})")
    with suppress(zlib.error):
        for at in range(start, start + _PIECE):  # pragma: no branch - and so does this
            result += before.decompress(data[at : at + 1])
    return bytes(result)


def _lacks_checksum_alone(decoder: zlib._Decompress) -> bool:
    """Whether nothing but (a part of) the four bytes behind the data is missing."""
    try:
        return not decoder.decompress(bytes(4)) and decoder.eof
    except zlib.error as error:
        return _CHECKSUM in str(error)


def _lzw(data: bytes, parameters: Mapping[str, object], limit: int, damage: list[str] | None) -> bytes:
    early = 0 if parameters.get("EarlyChange", 1) == 0 else 1
    table: list[bytes] = [bytes((code,)) for code in range(256)] + [b"", b""]
    result = bytearray()
    bits, pending, available, previous = 9, 0, 0, b""
    for byte in data:
        pending, available = pending << 8 | byte, available + 8
        if available < bits:
            continue
        available -= bits
        code, pending = pending >> available, pending & ((1 << available) - 1)
        if code == 257:  # end of data
            break
        if code == 256:  # clear table
            del table[258:]
            bits, previous = 9, b""
            continue
        if code < len(table):
            sequence = table[code]
            if previous and len(table) < 4096:
                table.append(previous + sequence[:1])
        elif previous and code == len(table) < 4096:
            sequence = previous + previous[:1]
            table.append(sequence)
        else:
            _tell("LZW data cannot be decoded", damage)
            break
        result += sequence
        if len(result) > limit:
            raise _too_long(limit)
        previous = sequence
        bits = min(12, max(9, (len(table) + early).bit_length()))
    return _unpredict(bytes(result), parameters)


def _ascii_hex(data: bytes, parameters: Mapping[str, object], limit: int, damage: list[str] | None) -> bytes:
    text = data.partition(b">")[0].translate(None, _WHITE)
    digits = _beginning(_HEX, text)
    if len(digits) < len(text):
        _tell("ASCII hexadecimal data cannot be decoded", damage)
    return _bounded(decode_hex(digits), limit)


def _beginning(pattern: re.Pattern[bytes], text: bytes) -> bytes:
    match = pattern.match(text)
    return match[0] if match else b""


def _ascii85(data: bytes, parameters: Mapping[str, object], limit: int, damage: list[str] | None) -> bytes:
    whole = data.translate(None, _WHITE).removeprefix(b"<~").partition(b"~")[0]
    text = _beginning(_ASCII85, whole)
    if len(text) < len(whole):
        _tell("ASCII85 data cannot be decoded", damage)
    groups, rest = divmod(len(text) + 4 * text.count(b"z"), 5)
    if 4 * groups + max(0, rest - 1) > limit:
        raise _too_long(limit)
    text = text.replace(b"z", b"!!!!!")
    padding = -len(text) % 5
    result, bad = _from_85((text + b"u" * padding).translate(_FROM_85))
    if bad is not None:
        _tell("ASCII85 data cannot be decoded", damage)
        return result[: 4 * bad]
    return result[: len(result) - padding]


def _from_85(digits: bytes) -> tuple[bytes, int | None]:
    """Groups of five digits to the base of 85 as four bytes each; the first group that says more than they hold.

    One long number has 64 bits for each group, so that all of them are multiplied at once.
    """
    count = len(digits) // 5
    column, number = bytearray(8 * count), 0
    for place in range(5):
        column[7::8] = digits[place::5]
        number = number * 85 + int.from_bytes(column, "big")
    wide = number.to_bytes(8 * count, "big")
    result = bytearray(4 * count)
    for place in range(4):
        result[place::4] = wide[4 + place :: 8]
    above = wide[3::8]
    return bytes(result), above.index(1) if above.strip(b"\0") else None


def _crypt(data: bytes, parameters: Mapping[str, object], limit: int, damage: list[str] | None) -> bytes:
    """Undone before all other filters (ISO 32000-2, 7.4.10), in `security`."""
    return _bounded(data, limit)


def _run_length(data: bytes, parameters: Mapping[str, object], limit: int, damage: list[str] | None) -> bytes:
    result = bytearray()
    position = 0
    while position < len(data) and data[position] != 128:
        length = data[position]
        if length < 128:
            result += data[position + 1 : position + 2 + length]
            position += 2 + length
        else:
            result += data[position + 1 : position + 2] * (257 - length)
            position += 2
        if len(result) > limit:
            raise _too_long(limit)
    return bytes(result)


def _bounded(data: bytes, limit: int) -> bytes:
    if len(data) > limit:
        raise _too_long(limit)
    return data


def _unpredict(data: bytes, parameters: Mapping[str, object]) -> bytes:
    """Undo the predictor of Flate and LZW (ISO 32000-2, 7.4.4.4)."""
    predictor = parameters.get("Predictor", 1)
    if predictor in (1, None):
        return data
    columns, colors, depth = (parameters.get(key, default) for key, default in _PREDICTOR_DEFAULTS)
    if not (isinstance(columns, int) and isinstance(colors, int) and isinstance(depth, int)):
        raise _bad_predictor()
    if columns < 1 or not 1 <= colors <= 32 or depth not in (1, 2, 4, 8, 16):
        raise _bad_predictor()
    pixel, row = (colors * depth + 7) // 8, (columns * colors * depth + 7) // 8
    row = max(1, min(row, len(data)))  # a hostile file may claim rows of any length
    if isinstance(predictor, int) and 10 <= predictor <= 15:
        return _unpredict_png(data, pixel, row)
    if predictor == 2 and depth == 8:
        return _unpredict_tiff(data, pixel, row)
    raise _bad_predictor()


_PREDICTOR_DEFAULTS = (("Columns", 1), ("Colors", 1), ("BitsPerComponent", 8))


def _bad_predictor() -> PdfError:
    return PdfError("the stream's predictor is not one that can be undone", code="FILTER_UNKNOWN")


def _unpredict_tiff(data: bytes, pixel: int, row: int) -> bytes:
    result = bytearray(data)
    for start in range(0, len(result), row):
        for index in range(start + pixel, min(start + row, len(result))):
            result[index] = (result[index] + result[index - pixel]) & 0xFF
    return bytes(result)


def _unpredict_png(data: bytes, pixel: int, row: int) -> bytes:
    rows, rest = divmod(len(data), row + 1)
    if not rest and data[:: row + 1] == b"\2" * rows:  # Up in every row, as in cross-reference streams: by columns
        flat = bytearray(rows * row)
        for column in range(row):
            flat[column::row] = bytes(map(_LOW_BYTE, accumulate(data[column + 1 :: row + 1])))
        return bytes(flat)
    result = bytearray()
    above = bytes(row)
    for start in range(0, len(data), row + 1):
        kind, line = data[start], bytearray(data[start + 1 : start + 1 + row])  # the last row may be short
        if kind == 2:  # Up: by far the commonest, so without a branch for each byte
            line = bytearray((byte + up) & 0xFF for byte, up in zip(line, above, strict=False))
        elif kind:
            _unfilter_row(kind, line, above, pixel)
        result += line
        above = bytes(line)
    return bytes(result)


_LOW_BYTE = (0xFF).__and__


def _unfilter_row(kind: int, line: bytearray, above: bytes, pixel: int) -> None:
    """Sub, Average or Paeth, in place (PNG specification, clause 9)."""
    for index in range(len(line)):
        left = line[index - pixel] if index >= pixel else 0
        up = above[index]
        if kind == 1:
            predicted = left
        elif kind == 3:
            predicted = (left + up) // 2
        elif kind == 4:
            corner = above[index - pixel] if index >= pixel else 0
            predicted = _paeth(left, up, corner)
        else:
            raise _bad_predictor()
        line[index] = (line[index] + predicted) & 0xFF


def _paeth(left: int, up: int, corner: int) -> int:
    estimate = left + up - corner
    distances = (abs(estimate - left), abs(estimate - up), abs(estimate - corner))
    return (left, up, corner)[distances.index(min(distances))]


_Filter = Callable[[bytes, Mapping[str, object], int, "list[str] | None"], bytes]
_FILTERS: Mapping[str, _Filter] = {
    "FlateDecode": _flate,
    "Fl": _flate,
    "LZWDecode": _lzw,
    "LZW": _lzw,
    "ASCIIHexDecode": _ascii_hex,
    "AHx": _ascii_hex,
    "ASCII85Decode": _ascii85,
    "A85": _ascii85,
    "RunLengthDecode": _run_length,
    "RL": _run_length,
    "Crypt": _crypt,
}
