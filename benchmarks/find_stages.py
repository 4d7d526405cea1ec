"""Where does our own time go? `python -m benchmarks find --profile`: cost by stage, and the dearest functions.

A profiler makes Python calls dearer than work in C, so these shares are a guide, not a measurement.
"""

from __future__ import annotations

import cProfile
import pstats
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import esign_core
from benchmarks.books import books
from benchmarks.choice import Choice
from benchmarks.engines import NotAnsweredError, ours
from benchmarks.families import FAMILIES
from benchmarks.find_families import SMALL

HOME = Path(esign_core.__file__).parent
DEAREST = 12
# The modules of each stage, below `esign_core`; a module in no row counts for its room.
MODULES = {
    "page tree": "document/pages document/inheritance",
    "annotations": "document/annotations document/layers",
    "xref, objects": "pdf/xref pdf/objects pdf/object_streams pdf/lexer pdf/values pdf/lenient pdf/rebuild",
    "decryption": "pdf/security pdf/ciphers pdf/passwords",
    "inflate": "pdf/filters",
    "scan": "content/operators content/inline_image content/absence",
    "trace": "content/trace content/shows content/runs content/resources content/marked",
    "lines, match": "content/lines content/hits content/match content/page_search content/query content/near_misses "
    "content/reading_order content/search content/unicode_forms",
    "fonts": "content/fonts content/simple_font content/simple_encoding content/simple_metrics content/simple_program "
    "content/composite_font content/cid_metrics content/cid_program content/cmaps content/predefined_cmaps "
    "content/tounicode content/ranges content/encodings content/metrics content/truetype content/postscript "
    "content/type3 content/glyphs content/guesses content/standard_names content/standard_widths",
}
STAGES = {f"{module}.py": stage for stage, modules in MODULES.items() for module in modules.split()}
BUILT_IN = {"decompress": "inflate", "sha256": "digest"}
Function = tuple[str, int, str]


def run(choice: Choice) -> None:
    """A profile for each document and case; with `--corpus` one of all its files. `--only` picks."""
    if choice.corpus:
        paths = sorted(path for path in choice.corpus.rglob("*.pdf") if path.is_file() and choice.wants(path.name))
        show(f"{len(paths)} files, {choice.tag}", [path.read_bytes() for path in paths], choice.tag, "")
        return
    for book in books(small=choice.quick):
        pdf = book.load() if choice.wants(book.name) else None
        if pdf:
            for case in book.cases:
                show(f"{book.name}, {case.kind}, {case.tag}", [pdf], case.tag, "")
    for family in FAMILIES:
        if choice.wants(family.name):
            pdf = family.make(min(SMALL, family.pages) if choice.quick else family.pages)
            for case in family.cases:
                show(f"{family.name}, {case.kind}, {case.tag}", [pdf], case.tag, family.password)


def show(title: str, documents: Sequence[bytes], tag: str, password: str) -> None:
    """Profile one call for each document, after one that warms the caches; those that are refused are left out."""
    profiler = cProfile.Profile()
    read = 0
    for pdf in documents:
        try:
            ours(pdf, tag, password)
        except NotAnsweredError as error:
            print(f"\n{title}: refused ({error})" if len(documents) == 1 else "", end="")
            continue
        read += 1
        profiler.enable()
        ours(pdf, tag, password)
        profiler.disable()
    if not read:
        return
    stats = pstats.Stats(profiler)
    whole: float = stats.total_tt  # type: ignore[attr-defined]  # no stub names it
    shares = by_stage(stats)
    print(f"\n{title}: {whole * 1000:.0f} ms under the profiler")
    print(
        "  " + ", ".join(f"{stage} {share / whole:.0%}" for stage, share in sorted(shares.items(), key=lambda i: -i[1]))
    )
    rows: list[tuple[float, int, Function]] = [(row[2], row[1], key) for key, row in stats.stats.items()]  # type: ignore[attr-defined]
    for seconds, calls, (file, number, name) in sorted(rows, reverse=True)[:DEAREST]:
        print(f"    {seconds / whole:5.1%} {calls:>9} calls  {_place(file) or Path(file).name}:{number} {name}")


def by_stage(stats: pstats.Stats) -> dict[str, float]:
    """Seconds by stage. What is not ours counts for those who call it, in proportion."""
    shares: dict[str, float] = defaultdict(float)
    for (file, _, name), (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined]
        special = next((stage for word, stage in BUILT_IN.items() if word in name and file == "~"), None)
        if _place(file) or special or not callers:
            shares[special or stage_of(file)] += own
            continue
        for (caller, _, _), (_, _, part, _) in callers.items():
            shares[stage_of(caller)] += part
    return shares


def stage_of(file: str) -> str:
    place = _place(file)
    return STAGES.get(place, place.split("/")[0] or "other")


def _place(file: str) -> str:
    """The path below the package; empty for what is not ours."""
    path = Path(file)
    return path.relative_to(HOME).as_posix() if path.is_relative_to(HOME) else ""
