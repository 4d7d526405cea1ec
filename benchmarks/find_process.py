"""What does a whole process cost that finds a tag in a file of ten pages, from exec to exit?"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import made
from benchmarks.choice import Choice
from benchmarks.programs import Ran, execute, programs, python

PAGES = 10
NAME = "process"
BARE, BBOX = "python -c pass", "pdftotext -bbox"


def run(choice: Choice) -> None:
    """Median CPU time (user and system) of each, and how many times ours that is."""
    if not choice.wants(NAME):
        return
    rounds = 2 if choice.quick else 15
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ten.pdf"
        path.write_bytes(made.reportlab_book(PAGES))
        start = partial(python, bytecode=Path(folder) / "bytecode")
        jobs: dict[str, Callable[[], Ran]] = {
            name: partial(start, source, str(path), "#") for name, source in programs().items()
        }
        jobs[BARE] = partial(start, "pass")
        jobs[BBOX] = partial(execute, ["pdftotext", "-bbox", str(path), "-"])
        samples: dict[str, list[float]] = {name: [] for name in jobs}
        for number in range(rounds + 1):
            for name, job in jobs.items():
                taken = job().seconds
                if number:
                    samples[name].append(taken)
    medians = {name: statistics.median(taken) for name, taken in samples.items()}
    medians[f"{BBOX} + {BARE}"] = medians[BBOX] + medians[BARE]
    ours = next(iter(medians.values()))
    print(f"\nfind, whole process, {PAGES} pages, one # (median of {rounds}, user and system CPU time)")
    for name, median in medians.items():
        print(f"  {name:<32} {median * 1000:9.1f} ms   {median / ours:7.2f} x")
