"""What was asked for on the command line."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.engines import Engine, engines
from benchmarks.race import Pace


@dataclass(frozen=True, slots=True)
class Choice:
    """Which documents (`only`: part of a name), how long, against whom. `quick`: small documents made on the spot."""

    quick: bool = False
    only: str = ""
    pace: Pace = field(default_factory=Pace)
    corpus: Path | None = None
    profile: bool = False
    tag: str = "#"
    engines: tuple[Engine, ...] = field(default_factory=lambda: tuple(engines()[0]))

    def wants(self, name: str) -> bool:
        return self.only.lower() in name.lower()

    def say_who_is_missing(self) -> None:
        missing = engines()[1]
        if missing:
            print(f"not installed: {', '.join(missing)} (make bench installs them)")


def parser() -> argparse.ArgumentParser:
    """`python -m benchmarks [sign] [find] [verify]` and its options."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument(
        "questions",
        nargs="*",
        metavar="QUESTION",
        help="sign, find, verify; all without any (compare, reach, traps and large: see their --help)",
    )
    arguments.add_argument("--quick", action="store_true", help="a short form: one round, small documents")
    arguments.add_argument("--only", default="", metavar="NAME", help="find: only documents with this in their name")
    arguments.add_argument("--rounds", type=int, metavar="N", help="at most so many timed rounds")
    arguments.add_argument(
        "--corpus", type=Path, metavar="DIR", help="find: race over every PDF in this folder instead"
    )
    arguments.add_argument("--profile", action="store_true", help="find: our own cost by stage instead")
    arguments.add_argument("--tag", default="#", help="with --corpus: what is looked for; # without it")
    return arguments


def read(arguments: argparse.Namespace) -> Choice:
    """The choice that the arguments make."""
    pace = Pace(1, 0.2) if arguments.quick else Pace()
    if arguments.rounds:
        pace = Pace(max(arguments.rounds, 1), pace.seconds)
    return Choice(arguments.quick, arguments.only, pace, arguments.corpus, arguments.profile, arguments.tag)
