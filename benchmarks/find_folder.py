"""How long does it take over a folder of files, one by one? Each file's ratio to PDFium, their median, the worst."""

from __future__ import annotations

import statistics
from pathlib import Path

from benchmarks.choice import Choice
from benchmarks.engines import OURS, PEERS, Engine
from benchmarks.race import Pace, Race, race

SHORT_PACE = Pace(3, 0.4)
LONG = 0.010  # seconds of ours above which a file's ratio counts by itself
WORST = 0.5  # of PDFium's time: such a file takes us twice as long
PDFIUM = next(engine for _, engine in PEERS if engine.name == "PDFium")


def run(choice: Choice) -> None:
    """Race over every PDF below the folder; at most three rounds a file."""
    folder = choice.corpus or Path()
    pace = Pace(min(choice.pace.rounds, SHORT_PACE.rounds), SHORT_PACE.seconds)
    ratios: dict[str, float] = {}
    slow: list[tuple[float, float, str]] = []
    unanswered: list[str] = []
    paths = sorted(path for path in folder.rglob("*.pdf") if path.is_file() and choice.wants(path.name))
    for path in paths:
        outcome = one_file((OURS, PDFIUM), path, choice.tag, pace)
        ratio = outcome.ratio("PDFium")
        if ratio is None:
            unanswered.append(f"  {path.name}: {outcome.refusals()}")
            continue
        ratios[path.name] = ratio
        if outcome.ours.seconds > LONG:
            slow.append((ratio, outcome.ours.seconds, path.name))
    print(f"\nfind {choice.tag} in each PDF of {folder}: how many times our CPU time PDFium takes")
    print(f"{len(paths)} files, {len(ratios)} compared, {len(unanswered)} where one gives no answer")
    if ratios:
        median = statistics.median(ratios.values())
        print(f"median {median:.2f}x (should be 1.0x); of {len(slow)} that take us over 10 ms:")
        below = sum(ratio < WORST for ratio, _, _ in slow)
        print(f"  {below} take more than twice PDFium's time (should be none); the worst:")
        for ratio, seconds, name in sorted(slow)[:20]:
            print(f"  {ratio:6.2f}x {seconds * 1000:9.1f} ms  {name}")
    if unanswered:
        print("\n".join(["no answer:", *unanswered]))


def one_file(engines: tuple[Engine, ...], path: Path, tag: str, pace: Pace) -> Race:
    """The race over one file."""
    return race(engines, path.read_bytes(), tag, pace)
