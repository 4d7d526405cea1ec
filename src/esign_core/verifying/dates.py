"""Date strings of a PDF (ISO 32000-2, 7.9.4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_DATE = re.compile(
    r"(?:D:)?(?P<year>\d{4})(?P<month>\d\d)?(?P<day>\d\d)?(?P<hour>\d\d)?(?P<minute>\d\d)?(?P<second>\d\d)?"
    r"(?:Z.*|(?P<sign>[+-])(?P<offset_hours>\d\d)'?(?P<offset_minutes>\d\d)?'?)?"
)


def parse_date(text: str) -> datetime | None:
    """The moment in UTC; None for what is no date. Without an offset the time is taken as UTC, as 7.9.4 says."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    offset = timedelta(hours=int(match["offset_hours"] or 0), minutes=int(match["offset_minutes"] or 0))
    try:
        zone = timezone(-offset if match["sign"] == "-" else offset)
        moment = datetime(
            int(match["year"]),
            int(match["month"] or 1),
            int(match["day"] or 1),
            int(match["hour"] or 0),
            int(match["minute"] or 0),
            int(match["second"] or 0),
            tzinfo=zone,
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
