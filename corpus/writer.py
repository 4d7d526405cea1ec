"""A PDF writer as plain as the format allows: every byte is placed on purpose, the same call gives the same file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

Body = str | bytes


def stream(content: Body, entries: str = "") -> bytes:
    """A stream object's body, without any filter."""
    data = content.encode("cp1252") if isinstance(content, str) else content
    space = " " if entries else ""
    return b"<< /Length %d%s%s >>\nstream\n%s\nendstream" % (len(data), space.encode(), entries.encode(), data)


def append(
    before: bytes,
    objects: Mapping[int, Body],
    *,
    trailer: str,
    xref: Literal["table", "stream"] = "table",
    packed: Sequence[int] = (),
    freed: Mapping[int, int] | None = None,
    generations: Mapping[int, int] | None = None,
    version: str = "1.7",
) -> bytes:
    """One revision after `before`, or the first one after nothing.

    `packed`: numbers of the objects that go into one object stream (xref streams only). `freed`: all numbers that are
    free now, each with the generation of its next use; left out, the list of free objects stays as it was.
    `generations`: of the objects that are not of generation 0.
    """
    out = bytearray(before or b"%PDF-" + version.encode() + b"\n%\xe2\xe3\xcf\xd3\n")
    generation = dict(generations or {})
    entries: dict[int, tuple[int, int, int]] = {}  # number: type, then the two fields of ISO 32000-2, table 18

    def put(number: int, body: Body) -> None:
        entries[number] = (1, len(out), generation.get(number, 0))
        data = body.encode("cp1252") if isinstance(body, str) else body
        out.extend(b"%d %d obj\n%s\nendobj\n" % (number, generation.get(number, 0), data))

    for number, body in objects.items():
        if number not in packed:
            put(number, body)
    size = max([*objects, *(int(n) - 1 for n in re.findall(rb"/Size (\d+)", before)[-1:])]) + 1
    if packed:
        bodies = [str(objects[number]) for number in packed]
        offsets = [sum(len(b) + 1 for b in bodies[:i]) for i in range(len(bodies))]
        index = " ".join(f"{number} {offset}" for number, offset in zip(packed, offsets, strict=True)) + "\n"
        put(size, stream(index + "\n".join(bodies), f"/Type /ObjStm /N {len(packed)} /First {len(index)}"))
        entries |= {number: (2, size, i) for i, number in enumerate(packed)}
        size += 1
    if freed is not None or not before:
        chain = [0, *sorted(freed or {}), 0]
        for number, following in pairwise(chain):
            entries[number] = (0, following, (freed or {}).get(number, 65535))
    previous = re.findall(rb"startxref\s+(\d+)", before)
    seed = hashlib.sha256(trailer.encode() + bytes(out)).hexdigest().upper()
    first = re.findall(rb"/ID \[<(\w+)>", before)
    identifier = f"/ID [<{first[0].decode() if first else seed[:32]}> <{seed[:32]}>]"
    prev = f" /Prev {int(previous[-1])}" if previous else ""
    start = len(out)
    if xref == "table":
        out += b"xref\n" + b"".join(
            b"%d %d\n" % (run[0], len(run))
            + b"".join(b"%010d %05d %s \n" % (b, c, b"f" if a == 0 else b"n") for a, b, c in (entries[n] for n in run))
            for run in _runs(entries)
        )
        out += f"trailer\n<< /Size {size} {trailer} {identifier}{prev} >>\n".encode("cp1252")
    else:
        entries[size] = (1, start, 0)
        ranges = " ".join(f"{run[0]} {len(run)}" for run in _runs(entries))
        rows = b"".join(
            bytes([a]) + b.to_bytes(3, "big") + c.to_bytes(2, "big") for _, (a, b, c) in sorted(entries.items())
        )
        head = f"/Type /XRef /Size {size + 1} /W [1 3 2] /Index [{ranges}] {trailer} {identifier}{prev}"
        out += b"%d 0 obj\n%s\nendobj\n" % (size, stream(rows, head))
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _runs(numbers: Mapping[int, object]) -> list[list[int]]:
    """Consecutive numbers, together."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs
