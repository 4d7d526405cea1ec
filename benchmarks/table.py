"""How a race is printed: one line, our time and how many times as long each peer takes."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.race import Race


def head(first: str, peers: Sequence[str]) -> str:
    """The line over the columns."""
    return f"{first:<20}{'pages':>6}  {'case':<13}{'tag':<11}{'ms/page':>8} " + " ".join(f"{name:>8}" for name in peers)


def line(name: str, pages: int, kind: str, tag: str, result: Race, peers: Sequence[str]) -> str:
    """Document, pages, case, tag, our CPU ms a page, a ratio for each peer, the hits, who gave no answer and why."""
    own = "refused" if result.ours.refusal else f"{result.ours.seconds * 1000 / pages:.3f}"
    ratios = " ".join(cell(result.ratio(peer)) for peer in peers)
    told = f"{result.counts()} {result.refusals()}".rstrip()
    return f"{name:<20}{pages:>6}  {kind:<13}{tag:<11}{own:>8} {ratios}  {told}"


def cell(ratio: float | None) -> str:
    return f"{ratio:7.2f}x" if ratio is not None else f"{'-':>8}"
