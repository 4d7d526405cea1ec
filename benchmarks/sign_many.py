"""How many letters a second? 500 documents of one page in memory, one after the other, one key."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.choice import Choice
from benchmarks.sign_documents import OURS, PYHANKO, RSA, RUSTPDF, jobs_on, letters
from benchmarks.timing import compare, target

LETTERS = 500
FEW = 50  # of them for pyHanko, which takes a minute for all


def run(choice: Choice) -> None:
    """Shares of the RSA ceiling: what the key alone would take, of what the whole takes."""
    count = 5 if choice.quick else LETTERS
    documents = letters(count)

    def all_of(name: str, most: int = LETTERS) -> Callable[[], None]:
        jobs = [jobs_on(pdf)[name] for pdf in documents[:most]]

        def work() -> None:
            for job in jobs:
                job()

        return work

    names = [name for name in jobs_on(documents[0]) if name in (OURS, RSA, RUSTPDF)]
    found = compare(f"sign: {count} letters", {name: all_of(name) for name in names}, rounds=1 if choice.quick else 5)
    slow = {name: all_of(name, FEW) for name in (RSA, PYHANKO)}
    slower = compare(f"sign: {min(count, FEW)} letters, pyHanko", slow, rounds=1)
    target("of the RSA ceiling", found[RSA] / found[OURS], least=0.5)
    if RUSTPDF in found:
        print(f"          rustpdf {found[RSA] / found[RUSTPDF]:.2f}, ", end="")
    print(f"          pyHanko {slower[RSA] / slower[PYHANKO]:.3f}")
