"""One race: every engine answers the same question in turn; medians of CPU time, counts of hits, ratios to ours."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.engines import Engine, NotAnsweredError


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `rounds` timed rounds; an engine that has used `seconds` of CPU time drops out earlier."""

    rounds: int = 7
    seconds: float = 3.0


@dataclass(frozen=True, slots=True)
class Result:
    """What one engine did: CPU seconds of a call (median) and hits, or why it gave no answer."""

    engine: str
    seconds: float = 0.0
    hits: int = 0
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Race:
    """The first result is ours."""

    results: tuple[Result, ...]

    @property
    def ours(self) -> Result:
        return self.results[0]

    def ratio(self, engine: str) -> float | None:
        """How many times our CPU time the engine takes; None where one of the two gave no answer."""
        theirs = next((each for each in self.results if each.engine == engine), None)
        if theirs is None or theirs.refusal or self.ours.refusal or not self.ours.seconds:
            return None
        return theirs.seconds / self.ours.seconds

    def misses(self, engine: str) -> bool:
        """Does the engine find next to nothing of what is there many times? Then it did not do the work."""
        counts = {each.engine: each.hits for each in self.results if not each.refusal}
        return engine in counts and counts[engine] * 10 < max(counts.values()) and max(counts.values()) > 10

    def counts(self) -> str:
        """The hits: one number where all agree, otherwise each engine's."""
        said = [each for each in self.results if not each.refusal]
        if len({each.hits for each in said}) == 1:
            return str(said[0].hits)
        return " ".join(f"{each.engine[:3]}:{each.hits}" for each in said)

    def refusals(self) -> str:
        return "; ".join(f"{each.engine}: {each.refusal}" for each in self.results if each.refusal)


def race(engines: Sequence[Engine], pdf: bytes, tag: str, pace: Pace, *, password: str = "") -> Race:
    """A warm-up round, which counts the hits and is not timed; then rounds A B C, A B C, ... while `pace` allows."""
    hits: dict[str, int] = {}
    refusals: dict[str, str] = {}
    samples: dict[str, list[float]] = {engine.name: [] for engine in engines}
    for engine in engines:
        try:
            hits[engine.name] = engine.find(pdf, tag, password)
        except NotAnsweredError as error:
            refusals[engine.name] = str(error)
    gc.collect()
    gc.freeze()  # what the libraries keep is not walked through again before, or in, each call
    for _ in range(pace.rounds):
        for engine in engines:
            taken = samples[engine.name]
            if engine.name in refusals or sum(taken) > pace.seconds:
                continue
            gc.collect()
            start = time.process_time()
            engine.find(pdf, tag, password)
            taken.append(time.process_time() - start)
    gc.unfreeze()
    return Race(
        tuple(
            Result(name, refusal=refusals[name])
            if name in refusals
            else Result(name, statistics.median(samples[name]), hits[name])
            for name in samples
        )
    )
