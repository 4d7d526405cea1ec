"""What a failure of ours becomes in a report, where nothing may be raised."""

from __future__ import annotations

from esign_core.errors import LimitExceeded
from esign_core.finding import Finding


def failure(error: Exception) -> Finding:
    """LIMIT for work that would cost too much, INTERNAL for what nobody foresaw."""
    if isinstance(error, LimitExceeded):
        return Finding.of("LIMIT", limit=error.limit, found=error.found, allowed=error.allowed)
    if isinstance(error, (RecursionError, MemoryError)):
        name = "recursion" if isinstance(error, RecursionError) else "memory"
        return Finding.of("LIMIT", limit=name, found="-", allowed="-")
    return Finding.of("INTERNAL", what=type(error).__name__)
