"""STEPS: time cut into hours, days, weeks or months (UTC), so that a report shows a hundred or two of them at most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from simulator.instants import DAY, HOUR, datetime_of, instant_of

_MOST_HOURS, _MOST_DAYS, _MOST_WEEKS = 2 * DAY // HOUR, 92, 260


class Steps(NamedTuple):
    """The width, and the first instant of each step; a step lasts to the next one, the last to the end of time."""

    width: str
    starts: tuple[int, ...]


def steps_of(since: int, until: int) -> Steps:
    """Hours for up to two days, days for up to 92, weeks (from Monday) for up to five years, then months."""
    days = (until - since) // DAY
    if (until - since) // HOUR < _MOST_HOURS:
        return Steps("hour", _even(since - since % HOUR, until, HOUR))
    if days < _MOST_DAYS:
        return Steps("day", _even(since - since % DAY, until, DAY))
    if days < _MOST_WEEKS * 7:
        monday = since - since % DAY - datetime_of(since).weekday() * DAY
        return Steps("week", _even(monday, until, 7 * DAY))
    return Steps("month", _months(since, until))


def _even(start: int, until: int, width: int) -> tuple[int, ...]:
    return tuple(range(start, until + 1, width))


def _months(since: int, until: int) -> tuple[int, ...]:
    first = datetime_of(since)
    month = datetime(first.year, first.month, 1, tzinfo=UTC)
    starts = []
    while instant_of(month) <= until:
        starts.append(int(instant_of(month)))
        month = (month + timedelta(days=32)).replace(day=1)
    return tuple(starts)
