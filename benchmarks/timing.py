"""Times contestants in turn in one process and prints ratios of medians, which last when the machine's speed drifts."""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections.abc import Callable, Mapping

Contestants = Mapping[str, Callable[[], object]]


def compare(title: str, contestants: Contestants, *, rounds: int = 30, calls: int = 1) -> dict[str, float]:
    """The first contestant is ours; every other one's line says how many times our median it takes. Answers medians.

    CPU seconds of this process and of finished children, A B C A B C …, after one warm-up round that also shows that
    each contestant works. Short ones are called `calls` times in a row and the mean counts: what collecting garbage
    before has driven out of the processor's caches is not theirs to pay.
    """
    samples: dict[str, list[float]] = {name: [] for name in contestants}
    for round_number in range(rounds + 1):
        for name, job in contestants.items():
            gc.collect()
            start = _cpu_seconds()
            for _ in range(calls):
                job()
            if round_number:
                samples[name].append((_cpu_seconds() - start) / calls)
    medians = {name: statistics.median(values) for name, values in samples.items()}
    ours = next(iter(medians.values()))
    of = f"median of {rounds}" if calls == 1 else f"median of {rounds} times {calls}"
    print(f"\n{title} ({of}, CPU time)")
    for name, median in medians.items():
        ratio = median / ours if ours else float("inf")
        print(f"  {name:<28} {median * 1000:9.2f} ms   {ratio:7.2f} x")
    return medians


def target(what: str, found: float, *, most: float | None = None, least: float | None = None) -> None:
    """One line: a ratio of medians beside what it is to be."""
    met = (most is None or found <= most) and (least is None or found >= least)
    asked = f"at most {most:g}" if most is not None else f"at least {least:g}"
    print(f"  {'met' if met else 'MISSED':<8}{what:<58}{found:8.2f}  ({asked})")


def _cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
