"""DER and BER by hand (ITU-T X.690): a bounded check before any ASN.1 library sees the bytes, exact byte spans of
what is inside, and a tiny writer for templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from esign_core.errors import InputError
from esign_core.limits import Limits

Buffer: TypeAlias = bytes | memoryview

INTEGER, BIT_STRING, OCTET_STRING, NULL, OBJECT_IDENTIFIER, IA5_STRING = 0x02, 0x03, 0x04, 0x05, 0x06, 0x16
SEQUENCE, SET = 0x30, 0x31
CONSTRUCTED = 0x20

SEGMENTED = CONSTRUCTED | OCTET_STRING  # an OCTET STRING in pieces: BER only
END_OF_CONTENTS = b"\x00\x00"
_MAX_LENGTH_OCTETS = 5  # 1 TB: what does not fit is malformed anyway
_DOTTED = re.compile(r"[0-2](\.(0|[1-9][0-9]{0,38}))+", re.ASCII)
_MAX_OID_CHARACTERS = 200
_MAX_OID_OCTETS = 63  # as in most implementations; the arithmetic of long ones is quadratic


class Malformed(ValueError):
    """The bytes are not DER (or BER, where that is accepted); raised and caught inside pki/ only."""


class Element(NamedTuple):
    """One value: its first identifier octet and where it begins, where its contents begin, and where it ends."""

    tag: int
    start: int
    content: int
    end: int

    def whole(self, data: Buffer) -> bytes:
        """Tag, length and contents as encoded."""
        return bytes(data[self.start : self.end])

    def value(self, data: Buffer) -> bytes:
        """The contents as encoded."""
        return bytes(data[self.content : self.end])


# ---- the check -------------------------------------------------------------------------------------------------------


class Checked(NamedTuple):
    """`length` of the first value in bytes; `definite`: `elements` can read it as it is, without `ber`."""

    length: int
    definite: bool


def check_der(data: Buffer, limits: Limits, *, code: str, what: str = "the value") -> Checked:
    """Every length in the first value of `data` checked, without recursion. BER is accepted (X.690, 8).

    InputError (`code`) when a length points outside or a value has no end, LimitExceeded (der_depth). `what` names the
    value in the message.
    """
    try:
        return _walk(data, limits)
    except Malformed as error:
        raise InputError(f"{what} is not DER: {error}", code=code) from error


def _walk(data: Buffer, limits: Limits) -> Checked:
    at, bound = 0, len(data)
    outer: list[tuple[int, bool]] = []  # the bounds around the value being read, and whether a marker ends them
    marked, definite = False, True
    while True:
        if marked and bytes(data[at : at + 2]) == END_OF_CONTENTS:
            at += 2
            bound, marked = outer.pop()
        else:
            tag, content, length = header(data, at, bound)
            at = content
            if tag & CONSTRUCTED:
                outer.append((bound, marked))
                limits.check("der_depth", len(outer))
                marked = length is None
                definite = definite and not marked and tag != SEGMENTED
                if length is not None:
                    bound = content + length
            elif length is None:
                raise Malformed(f"the value at byte {content} has no length")
            else:
                at = content + length
        while outer and not marked and at == bound:
            bound, marked = outer.pop()
        if not outer:
            return Checked(at, definite)


def header(data: Buffer, at: int, bound: int) -> tuple[int, int, int | None]:
    """Tag, start of the contents, and their length (None: a marker ends them). Malformed when it leaves `bound`."""
    try:
        tag, content = data[at], after_tag(data, at)
        length = data[content]
        content += 1
    except IndexError:
        raise Malformed(f"it is cut off after byte {len(data)}") from None
    if length == 0x80:
        return tag, content, None
    if length > 0x80:
        octets = length & 0x7F
        if octets > _MAX_LENGTH_OCTETS:
            raise Malformed(f"the length at byte {content - 1} is absurd")
        length = int.from_bytes(data[content : content + octets], "big")
        content += octets
    if content + length > bound:
        raise Malformed(f"the value at byte {at} ends at byte {content + length}, outside of what holds it ({bound})")
    return tag, content, length


def after_tag(data: Buffer, at: int) -> int:
    """Where the length octets of the value at `at` begin. IndexError at the end of the data."""
    after = at + 1
    if data[at] & 0x1F == 0x1F:  # the tag number follows, seven bits an octet
        while data[after] & 0x80:
            after += 1
        after += 1
    return after


# ---- reading DER -----------------------------------------------------------------------------------------------------


def element_at(data: Buffer, at: int = 0, bound: int | None = None) -> Element:
    """The value that begins at `at`, definite lengths only. Malformed when it is not whole within `bound`."""
    tag, content, length = header(data, at, len(data) if bound is None else bound)
    if length is None:
        raise Malformed(f"the length at byte {content - 1} is indefinite")
    return Element(tag, at, content, content + length)


def elements(data: Buffer, parent: Element) -> Iterator[Element]:
    """The values inside a constructed one, in order."""
    at = parent.content
    while at < parent.end:
        child = element_at(data, at, parent.end)
        yield child
        at = child.end


class Fields:
    """The fields of a SEQUENCE, taken one after the other; Malformed when they do not come as asked for."""

    def __init__(self, data: Buffer, parent: Element, tag: int = SEQUENCE) -> None:
        if parent.tag != tag:
            raise Malformed(f"the value at byte {parent.start} has tag {parent.tag:#04x} instead of {tag:#04x}")
        self._parent = parent
        self._left = list(reversed(list(elements(data, parent))))

    def take(self, *tags: int) -> Element:
        """The next field, which must have one of these tags."""
        if not self._left or self._left[-1].tag not in tags:
            raise Malformed(f"the value at byte {self._parent.start} has not the fields it must have")
        return self._left.pop()

    def optional(self, tag: int) -> Element | None:
        """The next field if it has this tag."""
        return self._left.pop() if self._left and self._left[-1].tag == tag else None

    def end(self) -> None:
        """Nothing may be left."""
        if self._left:
            raise Malformed(f"the value at byte {self._parent.start} has more fields than it may have")


def dotted(content: bytes) -> str:
    """The contents of an OBJECT IDENTIFIER as people write it (X.690, 8.19). Malformed when cut off or absurd."""
    if not content or content[-1] & 0x80 or len(content) > _MAX_OID_OCTETS:
        raise Malformed("an object identifier is cut off or too long")
    arcs, arc = [], 0
    for octet in content:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


# ---- writing DER -----------------------------------------------------------------------------------------------------


def tlv(tag: int, *contents: bytes) -> bytes:
    """Tag, length and the contents joined."""
    content = b"".join(contents)
    return bytes((tag,)) + length_octets(len(content)) + content


def length_octets(size: int) -> bytes:
    """A length as DER writes it."""
    if size < 0x80:
        return bytes((size,))
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets


def set_of(values: Iterable[bytes], tag: int = SET) -> bytes:
    """A SET OF, in the order DER asks for (X.690, 11.6)."""
    return tlv(tag, *sorted(values))


def integer(value: int) -> bytes:
    """An INTEGER."""
    magnitude = value if value >= 0 else ~value
    return tlv(INTEGER, value.to_bytes(magnitude.bit_length() // 8 + 1, "big", signed=True))


def is_object_identifier(name: str) -> bool:
    """Whether it is an OID in dotted form, and one that `dotted` reads again from what `object_identifier` writes."""
    if len(name) > _MAX_OID_CHARACTERS or not _DOTTED.fullmatch(name):
        return False
    first, second = name.split(".", 2)[:2]
    if first != "2" and int(second) > 39:  # X.690, 8.19.4
        return False
    return len(object_identifier(name)) <= len(tlv(OBJECT_IDENTIFIER)) + _MAX_OID_OCTETS


def object_identifier(name: str) -> bytes:
    """An OBJECT IDENTIFIER from its dotted form."""
    first, second, *rest = map(int, name.split("."))
    content = bytearray()
    for arc in (40 * first + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        content += bytes(reversed(septets))
    return tlv(OBJECT_IDENTIFIER, bytes(content))
