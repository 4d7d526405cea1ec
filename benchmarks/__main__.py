"""`python -m benchmarks [sign] [find] [verify]`: ratios of medians, ours first, all contestants in the same run."""

from __future__ import annotations

import importlib
import sys

QUESTIONS = {"sign": "sign_letter", "find": "find_tag", "verify": "verify_letter"}


def main(asked: list[str]) -> int:
    unknown = [name for name in asked if name not in QUESTIONS]
    if unknown:
        print(f"unknown: {' '.join(unknown)}; there are: {' '.join(QUESTIONS)}", file=sys.stderr)
        return 2
    for name in asked or QUESTIONS:
        importlib.import_module(f"benchmarks.{QUESTIONS[name]}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
