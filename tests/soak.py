"""The soak: many mutated files through the door of finding. What it does not like it refuses, at a bounded cost.

`python -m tests.soak` (`make soak`) takes 20 000 seeds, `python -m tests.soak --seed N` one, with what it asked and
cost; `tests/test_soak_find.py` takes a fixed part of them. A seed always gives the same file and question.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import esign_core as es
from esign_core.content.page_search import PageAnswer, PageSearch
from esign_core.document.pages import PageNode
from esign_core.pdf.objects import PdfFile
from tests.soak_mutants import mutant

SEEDS = 20_000
LIMITS = es.Limits(
    decoded_bytes=16_000_000, stream_bytes=4_000_000, operators=50_000, glyphs=20_000, matches=2_000, pages=2_000
)
TAGS: tuple[Any, ...] = (
    "#",
    "#",
    "ttd",
    "#ttd",
    "${ttd_1}",
    "the",
    "é",
    "ガ",
    re.compile(r"#|t+d"),
    re.compile(r"\w+#?"),
)
SLOW = 2.0  # seconds of CPU time that make a seed worth a look; nothing fails by time


@dataclass
class Cost:
    """What one call worked on: bytes out of filters and objects of each file that it opened; operators followed."""

    decoded: list[int] = field(default_factory=list)
    objects: list[int] = field(default_factory=list)
    operators: int = 0
    seconds: float = 0.0


# ---- one seed


def ask(pdf: bytes, tag: Any, options: es.TagOptions) -> es.Found:
    """The answer for the tag; for a list of tags of all of them together, the first one's."""
    if isinstance(tag, list):
        return next(iter(es.find_all(pdf, tag, options=options, limits=LIMITS).values()))
    return es.find_tags(pdf, tag, options=options, limits=LIMITS)


def question(dice: random.Random) -> tuple[Any, es.TagOptions]:
    """A tag, or several, and options; the defaults in half of all cases."""
    tag = dice.choice(TAGS)
    if dice.random() < 0.5:
        return tag, es.TagOptions()
    flags = (
        "case_sensitive",
        "whole_word",
        "hidden",
        "outside_crop",
        "annotations",
        "layers_off",
        "actual_text",
        "guessed",
    )
    options: dict[str, Any] = {flag: dice.random() < 0.5 for flag in flags}
    return tag, es.TagOptions(forms=dice.choice(("exact", "nfc", "nfkc")), **options)


@contextlib.contextmanager
def counted(cost: Cost) -> Iterator[None]:
    """Note what each file that is opened has cost when it is closed."""
    close, page = PdfFile.close, PageSearch.page

    def closing(file: PdfFile) -> None:
        cost.decoded.append(file.decoded_bytes)
        cost.objects.append(file.objects_read)
        close(file)

    def searching(search: PageSearch, node: PageNode) -> list[PageAnswer]:
        try:
            return page(search, node)
        finally:
            cost.operators = max(cost.operators, search._operators)

    started = time.process_time()
    try:
        with mock.patch.object(PdfFile, "close", closing), mock.patch.object(PageSearch, "page", searching):
            yield
    finally:
        cost.seconds = time.process_time() - started


def trouble(seed: int, cost: Cost) -> str:
    """What is wrong about the seed's file: empty, or a description. The answers of a search are searched for sense."""
    name, pdf, dice = mutant(seed)
    tag, options = question(dice)
    try:
        with counted(cost):
            found = ask(pdf, tag, options)
    except es.EsignError as error:
        if error.code == "INTERNAL":
            return f"{name}: {error}\n{''.join(traceback.format_exception(error.__cause__))}"
    except BaseException as error:  # noqa: BLE001 - whatever passes the door is what is looked for
        return f"{name}: passed the door\n{''.join(traceback.format_exception(error))}"
    else:
        if len(found) > LIMITS.matches:
            return f"{name}: {len(found)} matches"
        if [match.ordinal for match in found] != list(range(len(found))):
            return f"{name}: ordinals {[match.ordinal for match in found]}"
        if isinstance(tag, str) and not options.actual_text and any(not match.text for match in found):
            return f"{name}: a match of nothing"
    if max(cost.decoded, default=0) > LIMITS.decoded_bytes + LIMITS.stream_bytes:
        return f"{name}: {max(cost.decoded)} bytes decoded"
    if cost.operators > LIMITS.operators:
        return f"{name}: {cost.operators} operators followed"
    return ""


# ---- many


def part(seeds: range) -> list[tuple[int, str, Cost]]:
    """Some of the seeds, in a process of its own."""
    told: list[tuple[int, str, Cost]] = []
    for seed in seeds:
        cost = Cost()
        told.append((seed, trouble(seed, cost), cost))
    return told


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes")
    parser.add_argument("--seed", type=int, help="one alone, with what it asks and costs")
    parser.add_argument("--write", metavar="FILE", help="with --seed: write its document there")
    given = parser.parse_args(arguments)
    if given.seed is not None:
        return one(given.seed, given.write)
    parts = [
        range(at, min(at + 100, given.first + given.seeds)) for at in range(given.first, given.first + given.seeds, 100)
    ]
    bad: list[tuple[int, str]] = []
    costs: list[tuple[float, int]] = []
    with ProcessPoolExecutor(given.jobs) as pool:
        for done, told in enumerate(pool.map(part, parts), 1):
            for seed, wrong, cost in told:
                costs.append((cost.seconds, seed))
                if wrong:
                    bad.append((seed, wrong))
                    print(f"seed {seed}: {wrong}\n  again: python -m tests.soak --seed {seed}", flush=True)
            if done % 20 == 0:
                print(f"{done * 100} seeds, {len(bad)} in trouble", flush=True)
    slow = [f"{seed} ({seconds:.1f} s)" for seconds, seed in sorted(costs, reverse=True)[:10] if seconds > SLOW]
    print(
        f"{given.seeds} seeds: {len(bad)} in trouble; {sum(seconds for seconds, _ in costs):.0f} s of CPU time in all"
    )
    print(f"slow, worth a look: {', '.join(slow) or 'none'}")
    return bool(bad)


def one(seed: int, target: str | None) -> int:
    name, pdf, dice = mutant(seed)
    tag, options = question(dice)
    if target:
        Path(target).write_bytes(pdf)
    cost = Cost()
    wrong = trouble(seed, cost)
    print(f"{name}, {len(pdf)} bytes, searched for {tag!r} with {options}")
    print(f"{cost.decoded} bytes decoded, {cost.objects} objects, {cost.operators} operators, {cost.seconds:.2f} s")
    print(wrong or "fine")
    return bool(wrong)


def answers(seeds: range) -> Counter[str]:
    """How the seeds end: `found`, `nothing`, or an error's code."""
    told: Counter[str] = Counter()
    for seed in seeds:
        _, pdf, dice = mutant(seed)
        tag, options = question(dice)
        try:
            told["found" if ask(pdf, tag, options) else "nothing"] += 1
        except es.EsignError as error:
            told[error.code] += 1
    return told


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
