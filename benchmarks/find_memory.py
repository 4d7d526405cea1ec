"""How much memory does it take to find a tag? The peak (VmHWM) of a process of its own for each engine."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.books import books
from benchmarks.choice import Choice
from benchmarks.programs import programs, python

TAG = "#"


def run(choice: Choice) -> None:
    """MiB for each book and engine; the interpreter alone for comparison."""
    sources = programs(peak=True)
    print("\nfind, peak memory in MiB (VmHWM), a process each")
    print(f"{'document':<20}{'bytes':>10} ", *(f"{name:>11}" for name in sources))
    with tempfile.TemporaryDirectory() as folder:
        bytecode = Path(folder) / "bytecode"
        for book in books(small=choice.quick):
            pdf = book.load() if choice.wants(book.name) else None
            if pdf is None:
                continue
            path = Path(folder) / "book.pdf"
            path.write_bytes(pdf)
            peaks = [_peak(source, path, bytecode) for source in sources.values()]
            print(f"{book.name:<20}{len(pdf):>10} ", *(f"{peak:>11.0f}" for peak in peaks), flush=True)


def _peak(source: str, path: Path, bytecode: Path) -> float:
    """In MiB, of the second of two runs: the first compiles what it imports, and a compiler's memory is not ours."""
    first, second = (python(source, str(path), TAG, bytecode=bytecode).printed for _ in range(2))
    return min(int(first), int(second)) / 1024
