"""Business hours and holidays of a rule set, in its zone. Start included, end excluded, holidays closed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from simulator.instants import MINUTE, datetime_of

DAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """`spans`: for each weekday (Monday first) the open spans in minutes of the day, [start, end), sorted.

    `calendars`: ids of the holidays package (`FR`, `DE-BY`); `closed`: explicit dates, ISO, sorted.
    """

    zone: str = "UTC"
    spans: tuple[tuple[tuple[int, int], ...], ...] = ((),) * 7
    calendars: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


NEVER = BusinessHours()


def is_open(hours: BusinessHours, instant: int) -> bool:
    """Whether an instant lies inside the business hours, by local date and wall clock of the zone."""
    local = datetime_of(instant, zone_of(hours.zone))
    day = hours.spans[local.weekday()]
    if not day:
        return False
    minute = local.hour * 60 + local.minute
    if not any(start <= minute < end for start, end in day):
        return False
    return local.date().isoformat() not in closed_dates(hours, local.year)


def is_open_at_minute(hours: BusinessHours, instant: int) -> bool:
    """`is_open`, remembered by the minute: zones shift by whole minutes since 1972."""
    return _open_minute(hours, instant // MINUTE)


@lru_cache(maxsize=1 << 17)
def _open_minute(hours: BusinessHours, minute: int) -> bool:
    return is_open(hours, minute * MINUTE)


@lru_cache(maxsize=256)
def closed_dates(hours: BusinessHours, year: int) -> frozenset[str]:
    """The closed dates (ISO) of a local year: those of the calendars and those written out."""
    dates = {date for date in hours.closed if date.startswith(f"{year:04d}-")}
    if hours.calendars:
        import holidays  # 0.1 s to import: only where a rule set names a calendar

        for calendar in hours.calendars:
            country, _, subdivision = calendar.partition("-")
            days = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
            dates.update(day.isoformat() for day in days)
    return frozenset(dates)


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name, remembered."""
    return ZoneInfo(name)
