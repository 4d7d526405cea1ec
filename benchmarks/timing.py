"""Times contestants in turn in one process and prints ratios of medians, which last when the machine's speed drifts."""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections.abc import Callable, Mapping

Contestants = Mapping[str, Callable[[], object]]


def compare(title: str, contestants: Contestants, *, rounds: int = 30) -> None:
    """The first contestant is ours; every other one's line says how many times our median it takes.

    CPU seconds of this process and of finished children, A B C A B C …, after one warm-up round that also shows that
    each contestant works.
    """
    samples: dict[str, list[float]] = {name: [] for name in contestants}
    for round_number in range(rounds + 1):
        for name, job in contestants.items():
            gc.collect()
            start = _cpu_seconds()
            job()
            if round_number:
                samples[name].append(_cpu_seconds() - start)
    medians = {name: statistics.median(values) for name, values in samples.items()}
    ours = next(iter(medians.values()))
    print(f"\n{title} (median of {rounds}, CPU time)")
    for name, median in medians.items():
        ratio = median / ours if ours else float("inf")
        print(f"  {name:<28} {median * 1000:9.2f} ms   {ratio:7.2f} x")


def _cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
