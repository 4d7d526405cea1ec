"""How many real documents can be signed? `python -m benchmarks reach --corpus DIR`: ours beside pyHanko, not strict.

A file counts as signed when pdfsig, qpdf and pyHanko all accept what came out: an invisible B-B signature by the
default call. qpdf says which files were sound before (no error, no warning), and which need a password or a
recipient's key: these are counted apart. Files of the same bytes count once.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.reach_files import OURS, Outcome, examine_all
from benchmarks.reach_judges import State


def run(arguments: Sequence[str]) -> int:
    """The exit code: 0, whatever the figures; 2 where there is nothing to sign."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks reach", description=__doc__)
    parser.add_argument(
        "--corpus", type=Path, required=True, nargs="+", metavar="DIR", help="folders with PDF files, searched in depth"
    )
    parser.add_argument("--sample", type=int, metavar="N", help="only so many of them, drawn by --seed")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="which sample (0)")
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="files at a time (1)")
    parser.add_argument("--each", action="store_true", help="name each file that is not signed, or not rightly")
    asked = parser.parse_args(arguments)
    paths = list(_each_once(asked.corpus))
    if not paths:
        print("there is no PDF in these folders", file=sys.stderr)
        return 2
    if asked.sample is not None and asked.sample < len(paths):
        paths = sorted(random.Random(asked.seed).sample(paths, max(asked.sample, 1)))
    outcomes = list(examine_all(paths, max(asked.jobs, 1)))
    print("\n".join(table(outcomes)))
    if asked.each:
        print("\n".join(_each(outcomes)))
    return 0


def _each_once(folders: Sequence[Path]) -> Iterator[Path]:
    seen: set[bytes] = set()
    for path in sorted(path for folder in folders for path in folder.rglob("*.pdf") if path.is_file()):
        digest = hashlib.sha256(path.read_bytes()).digest()
        if digest not in seen:
            seen.add(digest)
            yield path


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """Shares by who signed; then the reasons, each with how many of its files are sound."""
    open_files = [outcome for outcome in outcomes if outcome.state is not State.LOCKED]
    sound = [outcome for outcome in open_files if outcome.state is State.SOUND]
    apart = len(outcomes) - len(open_files)
    lines = [
        f"reach: {len(outcomes)} files, {apart} of them need a password or a key and are left out",
        f"  {'signed and accepted':<24}{'of the sound':>22}{'of all':>22}",
    ]
    names = list(open_files[0].attempts) if open_files else []
    lines += [f"  {name:<24}{_share(sound, name):>22}{_share(open_files, name):>22}" for name in names]
    for name in names:
        lines += [f"{name}:", *_reasons(open_files, name)]
    return lines


def _share(outcomes: Sequence[Outcome], name: str) -> str:
    reached = sum(outcome.attempts[name].reached for outcome in outcomes)
    return f"{reached} of {len(outcomes)} {100 * reached / len(outcomes):.1f} %" if outcomes else "none"


def _reasons(outcomes: Sequence[Outcome], name: str) -> Iterator[str]:
    counts: Counter[str] = Counter()
    sound: Counter[str] = Counter()
    for outcome in outcomes:
        attempt = outcome.attempts[name]
        reasons = [attempt.refusal] if attempt.refusal else [f"signed, but {fault}" for fault in attempt.faults]
        counts.update(reasons)
        sound.update(reasons if outcome.state is State.SOUND else ())
    for reason, count in counts.most_common():
        yield f"  {count:>5}  {reason}" + (f" ({sound[reason]} of a sound file)" if sound[reason] else "")


def _each(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        attempt = outcome.attempts.get(OURS)
        if attempt and not attempt.reached:
            why = attempt.refusal or "; ".join(attempt.faults)
            yield f"{why}\t{outcome.state.name.lower()}\t{outcome.path}"
