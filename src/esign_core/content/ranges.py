"""Values that hold for ranges of whole numbers, as CMaps and width arrays give them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import Generic, TypeVar

T = TypeVar("T")


class Ranges(Generic[T]):
    """Values for ranges, given as first number, last number and value. Where ranges overlap, the one that begins last
    counts, and of those the one given last."""

    def __init__(self, items: Iterable[tuple[int, int, T]]) -> None:
        self._items = sorted(items, key=itemgetter(0))

    def find(self, number: int) -> tuple[int, T] | None:
        """How far into its range the number is, and the range's value."""
        at = bisect_right(self._starts, number) - 1
        if at < 0 or number > self._items[at][1]:
            return None
        first, _, value = self._items[at]
        return number - first, value

    @cached_property
    def overlap(self) -> bool:
        """Is any number in two ranges?"""
        return any(one[1] >= next_one[0] for one, next_one in pairwise(self._items))

    @cached_property
    def _starts(self) -> list[int]:
        return [item[0] for item in self._items]

    def __iter__(self) -> Iterator[tuple[int, int, T]]:
        return iter(self._items)
