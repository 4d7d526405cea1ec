"""The DER reader and writer against asn1crypto, BER turned into DER, and hostile bytes."""

from __future__ import annotations

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from esign_core.errors import EsignError, InputError, LimitExceeded
from esign_core.limits import DEFAULT_LIMITS, Limits
from esign_core.pki.ber import to_definite
from esign_core.pki.der import (
    Checked,
    Fields,
    Malformed,
    check_der,
    dotted,
    element_at,
    elements,
    integer,
    object_identifier,
    set_of,
    tlv,
)

# A value is (tag octets, bytes), or (tag octets, whether a marker ends it, values).
_primitives = st.tuples(st.sampled_from([b"\x02", b"\x0c", b"\x80", b"\x9f\x81\x01"]), st.binary(max_size=200))
_strings = st.tuples(st.just(b"\x24"), st.booleans(), st.lists(st.tuples(st.just(b"\x04"), st.binary(max_size=9))))
_values = st.recursive(
    _primitives | _strings,
    lambda inner: st.tuples(st.sampled_from([b"\x30", b"\x31", b"\xa0", b"\xbf\x21"]), st.booleans(), st.lists(inner)),
    max_leaves=12,
)
_constructed = st.tuples(st.just(b"\x30"), st.booleans(), st.lists(_values, max_size=4))


def _encode(value: tuple, *, der: bool) -> bytes:
    if len(value) == 2:
        return _with_length(value[0], value[1])
    tag, marked, inner = value
    if der and tag == b"\x24":
        return _with_length(b"\x04", b"".join(piece for _, piece in inner))
    content = b"".join(_encode(item, der=der) for item in inner)
    return tag + b"\x80" + content + b"\0\0" if marked and not der else _with_length(tag, content)


def _with_length(tag: bytes, content: bytes) -> bytes:
    return tag + tlv(0x04, content)[1:]


def check(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Checked:
    return check_der(data, limits, code="TEST")


@given(_constructed, st.binary(max_size=5))
def test_ber_is_measured_and_turned_into_der(value: tuple, behind: bytes) -> None:
    ber, der = _encode(value, der=False), _encode(value, der=True)
    assert check(ber + behind).length == len(ber)
    assert to_definite(ber) == der
    assert check(der) == Checked(len(der), True)
    assert to_definite(der) == der


@given(st.binary(max_size=300))
def test_any_bytes_are_measured_or_refused(data: bytes) -> None:
    try:
        found = check(data)
    except EsignError as error:
        assert error.code in ("TEST", "LIMIT")
    else:
        assert 2 <= found.length <= len(data)


@pytest.mark.parametrize("header", [b"\x30\x80", b"\xa0\x80", b"\x24\x80"])
def test_depth_is_bounded_without_recursion(header: bytes) -> None:
    with pytest.raises(LimitExceeded) as caught:
        check(header * 500_000)
    assert (caught.value.limit, caught.value.allowed, caught.value.found) == ("der_depth", 64, 65)
    assert check(header * 64 + b"\0\0" * 64).length == 64 * 4


def test_definite_depth_is_bounded_too() -> None:
    value = b""
    for _ in range(65):
        value = tlv(0x30, value)
    with pytest.raises(LimitExceeded):
        check(value)
    assert check(value, Limits(der_depth=65)).definite


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x05\x02\x01\x00",  # cut off
        b"\x30\x03\x02\x05\x00",  # the inner value leaves the outer one
        b"\x30\x80\x02\x01\x00",  # no end
        b"\x02\x80\x00\x00",  # a primitive without a length
        b"\x30\x86\x01\x00\x00\x00\x00\x00",  # a length of 1 TB and more
        b"\x1f\xff\xff",  # a tag without an end
    ],
)
def test_malformed(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        check(data)
    assert caught.value.code == "TEST"


@given(st.integers(-(2**200), 2**200))
def test_integer_as_asn1crypto(value: int) -> None:
    assert integer(value) == core.Integer(value).dump()


@given(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 2**40), max_size=5))
def test_object_identifiers_as_asn1crypto(first: int, second: int, rest: list[int]) -> None:
    name = ".".join(map(str, (first, second, *rest)))
    encoded = core.ObjectIdentifier(name).dump()
    assert object_identifier(name) == encoded
    assert dotted(element_at(encoded).value(encoded)) == name


@pytest.mark.parametrize("content", [b"", b"\x86", b"\x2a" + b"\x81" * 4_000_000 + b"\x01"])
def test_an_object_identifier_costs_no_more_than_its_length(content: bytes) -> None:
    with pytest.raises(Malformed):
        dotted(content)


def test_a_set_is_sorted() -> None:
    assert set_of([b"\x02\x01\x05", b"\x02\x01\x03"]) == b"\x31\x06\x02\x01\x03\x02\x01\x05"


def test_fields_come_in_order_and_none_is_left() -> None:
    data = bytes.fromhex("3006020101040107")
    fields = Fields(data, element_at(data))
    assert fields.optional(0x04) is None
    assert fields.take(0x02).value(data) == b"\x01"
    with pytest.raises(Malformed):
        fields.end()
    with pytest.raises(Malformed):
        fields.take(0x02)
    assert fields.take(0x02, 0x04).value(data) == b"\x07"
    fields.end()
    with pytest.raises(Malformed):
        Fields(data, element_at(data), 0x31)


def test_reading_stays_inside() -> None:
    with pytest.raises(Malformed):
        list(elements(b"\x30\x03\x02\x02\x00", element_at(b"\x30\x03\x02\x02\x00")))
    with pytest.raises(Malformed):
        element_at(b"\x30\x80\x00\x00")
