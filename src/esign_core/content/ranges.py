"""Values that hold for ranges of whole numbers, as CMaps and width arrays give them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Ranges(Generic[T]):
    """Values for ranges of whole numbers. Where ranges overlap, the one that begins last counts."""

    def __init__(self) -> None:
        self._items: list[tuple[int, int, T]] = []
        self._starts: list[int] | None = None

    def add(self, first: int, last: int, value: T) -> None:
        self._items.append((first, last, value))
        self._starts = None

    def find(self, number: int) -> tuple[int, T] | None:
        """How far into its range the number is, and the range's value."""
        if self._starts is None:
            self._items.sort(key=lambda item: item[0])
            self._starts = [item[0] for item in self._items]
        at = bisect_right(self._starts, number) - 1
        if at < 0 or number > self._items[at][1]:
            return None
        first, _, value = self._items[at]
        return number - first, value

    def __iter__(self) -> Iterator[tuple[int, int, T]]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
