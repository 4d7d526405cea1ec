"""`python -m benchmarks [sign] [find] [place] [verify]`: ratios of medians, ours first, in one run."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from benchmarks.choice import Choice, parser, read

QUESTIONS = ("sign", "find", "place", "verify")
# These read arguments of their own. They time nothing, or make a file too large to be made in passing.
COMMANDS = {"compare": "compare", "reach": "reach", "traps": "trap_matrix", "large": "sign_large"}


def find(choice: Choice) -> None:
    """The find questions, one file each."""
    if choice.profile:
        names = ["find_stages"]
    elif choice.corpus:
        names = ["find_folder"]
    else:
        names = ["find_tag", "find_books", "find_families", "find_process", "find_memory", "find_growth"]
    for name in names:
        importlib.import_module(f"benchmarks.{name}").run(choice)


def sign(choice: Choice) -> None:
    """The sign questions, one file each."""
    for name in ("sign_sizes", "sign_timestamped", "sign_many", "sign_letter", "sign_process"):
        importlib.import_module(f"benchmarks.{name}").run(choice)


ASKED_IN_PARTS = {"find": find, "sign": sign}


def main(asked: Sequence[str]) -> int:
    if asked and asked[0] in COMMANDS:
        code: int = importlib.import_module(f"benchmarks.{COMMANDS[asked[0]]}").run(asked[1:])
        return code
    arguments = parser().parse_args(asked)
    unknown = [name for name in arguments.questions if name not in QUESTIONS]
    if unknown:
        print(f"unknown: {' '.join(unknown)}; there are: {' '.join(QUESTIONS)}", file=sys.stderr)
        return 2
    choice = read(arguments)
    for name in arguments.questions or QUESTIONS:
        if name in ASKED_IN_PARTS:
            ASKED_IN_PARTS[name](choice)
        else:
            importlib.import_module(f"benchmarks.{name}_letter").run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
