"""Hostile bytes: files made to cost too much, and mutants of honest ones. What a reader does not like it refuses."""

from __future__ import annotations

import json
import os
import random
import re
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import esign_core as es
from corpus.hostile import CASES, FOLDER
from esign_core.document.fields import fields
from esign_core.document.locks import locks_of
from esign_core.document.pages import contents, page_at, pages
from esign_core.document.revisions import revisions
from esign_core.document.signatures import page_of, signature_fields
from esign_core.errors import EsignError
from esign_core.pdf.objects import PdfFile
from esign_core.pdf.update import UpdateWriter
from esign_core.pdf.values import Ref, Stream
from tests.conftest import NOW

CORPUS = FOLDER.parent / "files"
SMALL = sorted(path for path in CORPUS.glob("*.pdf") if path.stat().st_size < 60_000)
SEEDS = range(int(os.environ.get("FUZZ_SEEDS", "20")))  # mutants of each file and kind of change
MEGABYTE = 1024 * 1024


def questions(file: PdfFile) -> Iterator[Callable[[], object]]:
    """All that the rooms above ask of a file, in this order."""
    yield lambda: file.catalog
    yield lambda: file.sections
    yield lambda: revisions(file)
    yield lambda: [file.data(stream) for page in pages(file) for stream in contents(file, page)]
    yield lambda: list(fields(file))
    yield lambda: [page_of(file, item) for item in signature_fields(file)]
    yield lambda: locks_of(file)
    yield lambda: _update(file)
    for section in file.sections:
        for number, entry in section.entries():
            yield lambda number=number, entry=entry: _load(
                file, Ref(number, entry.second if entry.kind == "offset" else 0)
            )  # type: ignore[misc]


def _load(file: PdfFile, ref: Ref) -> None:
    value = file.resolve(ref)
    if isinstance(value, Stream) and file.resolve(value.entries.get("Subtype")) != "Image":
        file.data(value)


def _update(file: PdfFile) -> None:
    writer = UpdateWriter(file)
    writer.append_to_array(writer.edit(page_at(file, 0).ref), "Annots", b"%d %d R" % writer.reserve())
    writer.edit(file.catalog[0]).set("Extensions", b"<<>>")
    writer.finish(seed=b"")


def refusals(data: bytes) -> list[str]:
    """The codes of all refusals, in order; whatever else is raised passes through."""
    codes: list[str] = []
    try:
        with PdfFile(data) as file:
            for ask in questions(file):
                try:
                    ask()
                except EsignError as error:
                    codes.append(error.code)
    except EsignError as error:
        codes.append(error.code)
    return codes


# ---- hostile files


def test_every_hostile_file_is_committed() -> None:
    assert {path.stem for path in FOLDER.glob("*")} == set(CASES)
    assert all(path.stat().st_size < 100_000 for path in FOLDER.glob("*"))


@pytest.mark.parametrize("name", CASES)
def test_hostile_files_get_their_refusal(name: str) -> None:
    code, _ = CASES[name]
    codes = refusals((FOLDER / f"{name}.pdf").read_bytes())
    assert codes[:1] == ([code] if code else [])
    assert "INTERNAL" not in codes


@pytest.mark.parametrize(
    "name", ["xref_count_huge", "xref_bomb", "predictor_row_huge", "filter_bomb_in_bomb", "pages_laugh"]
)
def test_hostile_files_get_no_memory(name: str) -> None:
    tracemalloc.start()
    try:
        refusals((FOLDER / f"{name}.pdf").read_bytes())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 160 * MEGABYTE  # a stream may have 64, and is held twice while it grows


def at_the_public_doors(data: bytes) -> None:
    """`find_tags` finds or refuses, `verify` reports: nothing passes, nothing is our own fault."""
    try:
        es.find_tags(data, "#")
    except EsignError as error:
        assert error.code != "INTERNAL"
    report = es.verify(data, trust=es.Trust([]), validation_time=NOW)
    assert not report.conclusion.passed
    assert "INTERNAL" not in json.dumps(report.as_dict())


@pytest.mark.parametrize("name", CASES)
def test_hostile_files_at_the_public_doors(name: str) -> None:
    at_the_public_doors((FOLDER / f"{name}.pdf").read_bytes())


# ---- mutants


def flip(data: bytearray, dice: random.Random) -> None:
    """A few bytes."""
    for _ in range(dice.choice((1, 1, 2, 8))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def cut(data: bytearray, dice: random.Random) -> None:
    """The end, or a piece, is missing."""
    start = dice.randrange(len(data))
    del data[start : dice.choice((len(data), start + dice.randrange(1, 200)))]


def number(data: bytearray, dice: random.Random) -> None:
    """Another number in a table, a trailer, a length, an offset, a reference."""
    spots = [match.span(1) for match in re.finditer(rb"(?:\n|/\w+ ?|\[|startxref\s+|\d )(\d+)", data)]
    start, end = dice.choice(spots)
    old = int(data[start:end])
    new = dice.choice(
        (
            0,
            1,
            old + 1,
            max(0, old - 1),
            old * 2,
            10**9,
            2**31,
            2**63,
            10**19 - 1,
            10**30,
            len(data),
            dice.randrange(len(data)),
        )
    )
    text = b"%d" % new
    keeps_length = dice.random() < 0.5
    data[start:end] = (
        text.zfill(end - start)[: end - start] if keeps_length else dice.choice((text, b"-" + text, text + b".5"))
    )


TOKENS = [
    b"<<", b">>", b"[", b"]", b"(", b")", b"<", b">", b"%", b"obj", b"endobj", b"stream", b"endstream", b"xref",
    b"trailer", b"startxref", b"/Type", b"/Kids", b"/Parent", b"/Prev", b"/Length", b"/Filter", b"/Root", b"/Size",
    b"/W", b"/Index", b"/N", b"/First", b"/Pages", b"/Fields", b"/FlateDecode", b" 0 R", b"null", b"true", b"0", b"1",
    b"-1", b"/Contents", b"/Rotate",
]  # fmt: skip
TOKEN = re.compile(b"|".join(sorted(map(re.escape, TOKENS), key=len, reverse=True)))


def swap(data: bytearray, dice: random.Random) -> None:
    """One token for another, in front of it, or gone."""
    start, end = dice.choice([match.span() for match in TOKEN.finditer(data)])
    data[start:end] = dice.choice((dice.choice(TOKENS), dice.choice(TOKENS) + data[start:end], b""))


def splice(data: bytearray, dice: random.Random) -> None:
    """A piece from elsewhere in the file, over another or between."""
    start, target, size = dice.randrange(len(data)), dice.randrange(len(data)), dice.randrange(1, 400)
    data[target : target + dice.choice((0, size))] = data[start : start + size]


def mutate(data: bytearray, change: Callable[[bytearray, random.Random], None], dice: random.Random) -> None:
    """Half of the changes are near the end: in the trailer they are worth more than in an image."""
    if len(data) < 200:
        return
    start = max(0, len(data) - 1500) if dice.random() < 0.5 else 0
    part = data[start:]
    change(part, dice)
    data[start:] = part


@pytest.mark.parametrize("change", [flip, cut, number, swap, splice], ids=lambda change: change.__name__)
@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.name)
def test_mutants_are_read_or_refused(path: Path, change: Callable[[bytearray, random.Random], None]) -> None:
    original = path.read_bytes()
    for seed in SEEDS:
        dice = random.Random(f"{path.name} {change.__name__} {seed}")
        mutant = bytearray(original)
        for _ in range(dice.choice((1, 1, 3))):
            mutate(mutant, change, dice)
        assert "INTERNAL" not in refusals(bytes(mutant)), (path.name, change.__name__, seed)


@pytest.mark.parametrize("change", [flip, cut, number, swap, splice], ids=lambda change: change.__name__)
def test_mutants_at_the_public_doors(change: Callable[[bytearray, random.Random], None]) -> None:
    for path in SMALL[::4]:
        for seed in SEEDS[::3]:
            mutant = bytearray(path.read_bytes())
            mutate(mutant, change, random.Random(f"door {path.name} {change.__name__} {seed}"))
            at_the_public_doors(bytes(mutant))


@pytest.mark.parametrize("path", SMALL[:4], ids=lambda path: path.name)
def test_every_shorter_file_is_refused_or_read_to_its_last_revision(path: Path) -> None:
    data = path.read_bytes()
    ends = {match.end() for match in re.finditer(rb"startxref\s+\d+\s+%%EOF\s?", data)}
    for size in sorted({*range(0, len(data), max(1, len(data) // 60)), *range(max(0, len(data) - 40), len(data))}):
        codes = refusals(data[:size])
        assert "INTERNAL" not in codes
        assert codes or any(end - 10 <= size for end in ends)


def test_the_mutations_do_something() -> None:
    """Most mutants differ from the file, and some are refused: otherwise nothing is tested."""
    data = SMALL[0].read_bytes()
    refused = 0
    for change in (flip, cut, number, swap, splice):
        for seed in range(10):
            mutant = bytearray(data)
            mutate(mutant, change, random.Random(seed))
            refused += bool(refusals(bytes(mutant)))
    assert refused > 15
