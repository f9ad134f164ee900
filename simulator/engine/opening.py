"""Business hours over whole columns: the same as `is_open` at each instant, asked of the zone once an hour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulator.hours import BusinessHours, closed_dates, is_open_at_minute, zone_of
from simulator.instants import DAY, HOUR, MINUTE, datetime_of

_FIRST, _LAST = 0, 130 * 365 * DAY
"""From 1970 to about 2100: within, an hour at whose two ends the offset is the same has it throughout."""

_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def open_at(hours: BusinessHours, instants: Ints) -> Mask:
    """Whether each instant lies inside the business hours."""
    ends, place = np.unique(instants // HOUR, return_inverse=True)
    before, after = (_offsets(hours, ends + one) for one in (0, 1))
    usual = ((before == after) & (ends * HOUR >= _FIRST) & (ends * HOUR < _LAST))[place]
    local = (instants + before[place])[usual]
    day, time = local // DAY, local % DAY // MINUTE
    found = np.zeros(len(instants), np.bool_)
    found[usual] = _table(hours)[(day + _EPOCH_WEEKDAY) % 7, time] & ~_closed(hours, day)
    rest = np.flatnonzero(~usual)
    found[rest] = [is_open_at_minute(hours, instant) for instant in instants[rest].tolist()]
    return found


def _offsets(hours: BusinessHours, at: Ints) -> Ints:
    """How far the zone's clock is ahead of UTC, in microseconds, at the beginning of these hours since 1970."""
    zone = zone_of(hours.zone)
    moments = (datetime_of(int(hour) * HOUR, zone).utcoffset() for hour in at.tolist())
    return np.array([0 if one is None else (one.days * 86400 + one.seconds) * 1_000_000 for one in moments], np.int64)


def _table(hours: BusinessHours) -> Mask:
    """Weekday (Monday first) and minute of the day -> open."""
    table = np.zeros((7, 24 * 60), np.bool_)
    for weekday, spans in enumerate(hours.spans):
        for start, end in spans:
            table[weekday, start:end] = True
    return table


def _closed(hours: BusinessHours, days: Ints) -> Mask:
    """Whether each local day since 1970 is a closed date."""
    distinct, place = np.unique(days, return_inverse=True)
    dates = [datetime_of(day * DAY).date() for day in distinct.tolist()]
    closed = np.array([date.isoformat() in closed_dates(hours, date.year) for date in dates], np.bool_)
    return closed[place]
