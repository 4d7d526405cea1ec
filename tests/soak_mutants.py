"""Mutants for the soak: of whole files, byte by byte, and of their objects, put together again as the table says."""

from __future__ import annotations

import contextlib
import random
import re
from collections.abc import Callable

from tests.soak_documents import documents, taken_apart
from tests.test_fuzz_reader import cut, flip, number, splice, swap

TOKENS = r"""
    q Q cm BT ET Tf Td TD Tm T* Tj TJ ' " Tc Tw Tz TL Ts Tr Do gs BI ID EI BDC BMC EMC (#) (#ttd) <0023> <23> [ ] <<
    >> ( ) < > % /F1 /A /B /G /P1 /OC /Span 0 1 -1 12 1000000 0.00001 99999999999999999999 beginbfchar beginbfrange
    endbfrange begincidrange begincodespacerange usecmap <00> <FFFF> <D800> <00230023> null true 1 0 R 10 0 R
    /Identity-H /FlateDecode /LZWDecode /ASCII85Decode /Filter /Type /Subtype /Form /Encoding /Differences
    /ToUnicode /Widths /W /W2 /DW /FontMatrix /Matrix /BBox /Rect /AP /N /AS /OCGs /VE /P /And /Or /Not /AllOn /Kids
    /Parent /Contents /Resources /Rotate /UserUnit /ActualText
""".split()  # noqa: SIM905 - a word each, as they stand in files
NUMBER = re.compile(rb"(?<![\w.#])-?\d+\.?\d*(?![\w.])")
KEYWORD = re.compile(rb"(?<![\w#])/?[A-Za-z*'\"][\w*]*")
REFERENCE = re.compile(rb"(?<!\d)(\d+) 0 R")
EXTREMES = (
    b"0",
    b"-1",
    b"1",
    b"65535",
    b"-32768",
    b"1000000",
    b"99999999999",
    b"0.0000001",
    b"-0.5",
    b"9" * 40,
    b"300",
)


def swap_numbers(data: bytearray, dice: random.Random) -> None:
    spots = [match.span() for match in NUMBER.finditer(data)]
    if len(spots) > 1:
        (a, b), (c, d) = sorted(dice.sample(spots, 2))
        data[a:d] = data[c:d] + data[b:c] + data[a:b]


def extreme_number(data: bytearray, dice: random.Random) -> None:
    if spots := [match.span() for match in NUMBER.finditer(data)]:
        start, end = dice.choice(spots)
        data[start:end] = dice.choice(EXTREMES)


def delete_keyword(data: bytearray, dice: random.Random) -> None:
    if spots := [match.span() for match in KEYWORD.finditer(data)]:
        start, end = dice.choice(spots)
        del data[start:end]


def swap_keywords(data: bytearray, dice: random.Random) -> None:
    spots = [match.span() for match in KEYWORD.finditer(data)]
    if len(spots) > 1:
        (a, b), (c, d) = sorted(dice.sample(spots, 2))
        data[a:d] = data[c:d] + data[b:c] + data[a:b]


def insert_token(data: bytearray, dice: random.Random) -> None:
    at = dice.choice([match.end() for match in re.finditer(rb"\s", data)] or [0])
    data[at:at] = b" " + dice.choice(TOKENS).encode() + b" "


def repeat(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(data))
    piece = data[start : start + dice.randrange(1, 300)]
    data[start:start] = piece * dice.choice((1, 2, 50))


def other_reference(data: bytearray, dice: random.Random) -> None:
    if spots := [match.span(1) for match in REFERENCE.finditer(data)]:
        (start, end), (other, behind) = dice.choice(spots), dice.choice(spots)
        data[start:end] = dice.choice((data[other:behind], b"99999", b"%d" % dice.randrange(1, 40)))


RAW: tuple[Callable[[bytearray, random.Random], None], ...] = (flip, cut, number, swap, splice)
IN_OBJECTS = (
    *(swap_numbers, extreme_number, delete_keyword, swap_keywords, insert_token, insert_token, repeat, other_reference),
    *(flip, splice),
)


def mutated_whole(name: str, dice: random.Random) -> bytes:
    """The file as it is, some of its bytes changed."""
    data = bytearray(documents()[name])
    for _ in range(dice.choice((1, 1, 2, 5))):
        if len(data) > 40:
            with contextlib.suppress(IndexError, ValueError):  # nothing in it that this change could change
                dice.choice(RAW)(data, dice)
    return bytes(data)


def mutated_objects(name: str, dice: random.Random) -> bytes:
    """The file's objects changed, each put back where the table says: damage that the reader does not refuse."""
    bodies = dict(taken_apart(name))
    numbers = [number for number in bodies if number]
    for _ in range(dice.choice((1, 2, 3, 8))):
        match dice.randrange(16):
            case 0:
                bodies[dice.choice(numbers)] = taken_apart(name)[dice.choice(numbers)]  # one object is another
            case 1:
                bodies.pop(dice.choice(numbers), None)
            case _:
                chosen = _one_of(bodies, dice)
                bodies[chosen] = _changed(bodies[chosen], dice)
    return _put_together(bodies)


def _one_of(bodies: dict[int, bytes], dice: random.Random) -> int:
    """Mostly what is only read when text is looked for: contents, fonts and what is above neither pages nor catalog."""
    streams = [number for number, body in bodies.items() if number and b"stream\n" in body]
    frame = [number for number, body in bodies.items() if number and re.search(rb"/Type */(Pages?|Catalog)\b", body)]
    rest = [number for number in bodies if number and number not in streams and number not in frame]
    return dice.choice(dice.choice([streams, streams, streams, rest or streams, rest or streams, frame]) or [0])


def _changed(body: bytes, dice: random.Random) -> bytes:
    """Mostly with a /Length that is right again, so that what was changed is read."""
    head, keyword, rest = body.partition(b"stream\n")
    data, ending, _ = rest.rpartition(b"\nendstream")
    in_data = bool(data) and dice.random() < 0.7
    part = bytearray(data if in_data else head)
    if part:
        dice.choice(IN_OBJECTS)(part, dice)
    if not keyword:
        return bytes(part)
    head, data = (head, bytes(part)) if in_data else (bytes(part), data)
    if dice.random() < 0.95:
        head = re.sub(rb"/Length \d+", b"/Length %d" % len(data), head)
    return head + keyword + data + ending


def _put_together(bodies: dict[int, bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    offsets: dict[int, int] = {}
    for each, body in bodies.items():
        if each:
            offsets[each] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (each, body)
    start, size = len(out), max(offsets, default=0) + 1
    rows = (
        b"%010d 00000 n \n" % offsets[each] if each in offsets else b"0000000000 65535 f \n" for each in range(size)
    )
    out += b"xref\n0 %d\n%strailer %s\nstartxref\n%d\n%%%%EOF\n" % (size, b"".join(rows), bodies[0], start)
    return bytes(out)


KINDS = ("generated", "files/", "traps/", "traps/", "traps/", "hostile/")  # the last one whole, since only that hurts


def mutant(seed: int) -> tuple[str, bytes, random.Random]:
    """The seed's document: what it was made from, its bytes, and the dice for what is asked of it."""
    dice = random.Random(seed)
    kind = dice.choice(KINDS)
    names = [name for name in documents() if ("/" not in name if kind == "generated" else name.startswith(kind))]
    name = dice.choice(names)
    whole = dice.random() < 0.15 or kind == "hostile/" or not taken_apart(name)
    return name, (mutated_whole if whole else mutated_objects)(name, dice), dice
