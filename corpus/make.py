"""The trap suite: `python -m corpus.make [--out DIR]` lists its cases, or writes each as a file with an index.

The cases are in corpus/traps/, by subject. Nothing here is committed as a file: the same call makes the same bytes (but
for those that pikepdf encrypts with AES, whose keys and vectors are random).
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.traps import composite, files, layers, matching, simple, streams, writing
from corpus.traps.page import Case

ROOMS = (writing, simple, composite, streams, files, layers, matching)


def all_cases() -> Iterator[Case]:
    """Every case, with a name of its own."""
    for room in ROOMS:
        yield from room.cases()


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m corpus.make", description=__doc__)
    parser.add_argument("--out", type=Path, help="write NAME.pdf and index.csv into this folder")
    out: Path | None = parser.parse_args(arguments).out
    cases = list(all_cases())
    if out is None:
        for case in cases:
            print(f"{case.name:28} {case.tags}  {case.why}")
        print(f"{len(cases)} cases")
        return 0
    out.mkdir(parents=True, exist_ok=True)
    with (out / "index.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["file", "tag", "options", "password", "expected", "why"])
        for case in cases:
            (out / f"{case.name}.pdf").write_bytes(case.pdf)
            tag = case.tag.pattern if isinstance(case.tag, re.Pattern) else case.tag
            options = " ".join(f"{name}={value}" for name, value in case.options.items())
            table.writerow([f"{case.name}.pdf", tag, options, case.password or "", case.tags, case.why])
    print(f"{len(cases)} cases in {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
