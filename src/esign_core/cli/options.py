"""Values on the command line: pages, times, boxes, occurrences."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from esign_core.errors import PlacementError
from esign_core.geometry import Rect, ViewRect

if TYPE_CHECKING:
    from esign_core.place.at import Occurrence

Command = TypeVar("Command", bound=Callable[..., Any])

_WORDS: dict[str, Literal["only", "first", "last"]] = {"only": "only", "first": "first", "last": "last"}

_PAGES = re.compile(r"(?P<first>[0-9]{1,9})(?:-(?P<last>[0-9]{1,9}))?|last", re.ASCII)
_MOST_PAGES = 1_000_000

"""A page, counted from 1."""

password_option = click.option(
    "--password-file",
    type=click.Path(),
    metavar="F",
    help="The first line is the password of an encrypted FILE.",
)


def grouped(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator, listed by the help in this order."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


# What click calls with an option's text: a value, or BadParameter with what to write instead.


def to_time(context: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    """An instant, ISO 8601 with a zone."""
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not ISO 8601; write 2026-03-12T09:00:00+07:00") from None
    if instant.tzinfo is None:
        raise click.BadParameter(f"{value!r} has no zone; add one, as in 2026-03-12T09:00:00+07:00")
    return instant


def to_rect(context: click.Context, parameter: click.Parameter, value: str | None) -> Rect | None:
    """Four numbers, x0,y0,x1,y1: lower left and upper right corner in user space units."""
    if value is None:
        return None
    numbers = _numbers(value)
    if len(numbers) != 4:
        raise click.BadParameter(f"{value!r} is not four numbers x0,y0,x1,y1")
    try:
        return Rect(*numbers)
    except PlacementError as error:
        raise click.BadParameter(str(error)) from error


def _numbers(value: str) -> tuple[float, ...]:
    """As they stand between commas; none where one of them is no number."""
    try:
        return tuple(float(number) for number in value.split(","))
    except ValueError:
        return ()


def to_pages(context: click.Context, parameter: click.Parameter, value: Sequence[str]) -> list[int] | None:
    """Page numbers from 1, ranges and "last", separated by commas; as the library takes them: from 0, -1 the last."""
    indices: list[int] = []
    for part in ",".join(value).split(",") if value else ():
        match = _PAGES.fullmatch(part.strip())
        first, last = (
            (int(match["first"]), int(match["last"] or match["first"])) if match and match["first"] else (1, 0)
        )
        if match is None or (match["first"] and not 1 <= first <= last <= _MOST_PAGES):
            raise click.BadParameter(f"{part!r} is no page, range of pages (from 1) or last; write 1-3,7,last")
        indices += range(first - 1, last) if match["first"] else [-1]
    return indices or None


def to_numbers(count: int, written: str) -> Callable[..., tuple[float, ...] | None]:
    """What reads that many numbers, separated by commas."""

    def read(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[float, ...] | None:
        if value is None:
            return None
        numbers = _numbers(value)
        if len(numbers) != count:
            raise click.BadParameter(f"{value!r} is not {count} numbers {written}")
        return numbers

    return read


def to_view(context: click.Context, parameter: click.Parameter, value: str | None) -> ViewRect | None:
    """Four numbers, x,y,w,h: upper left corner and size in 1/72 inch on the page as seen."""
    numbers = to_numbers(4, "x,y,w,h")(context, parameter, value)
    try:
        return None if numbers is None else ViewRect(*numbers)
    except PlacementError as error:
        raise click.BadParameter(str(error)) from error


def to_page(context: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    """A page number from 1, or last; as the library takes it: from 0, -1 the last."""
    if value is None or value == "last":
        return None if value is None else -1
    if value.isdecimal() and 0 < int(value) <= _MOST_PAGES:
        return int(value) - 1
    raise click.BadParameter(f"{value!r} is neither a page number from 1 nor last")


def to_occurrence(context: click.Context, parameter: click.Parameter, value: str | None) -> Occurrence | None:
    """only, first, last, or a number counted from 1; as the library takes it, which counts from 0."""
    if value is None:
        return None
    if value in _WORDS:
        return _WORDS[value]
    if value.isdecimal() and int(value) > 0:
        return int(value) - 1
    raise click.BadParameter(f"{value!r} is neither only, first, last nor a number from 1")


def now() -> datetime:
    """The wall clock, in UTC, to the second: the one place where it is read."""
    return datetime.now(UTC).replace(microsecond=0)
