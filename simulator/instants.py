"""Instants and durations. An instant is an int: microseconds since 1970-01-01T00:00:00Z, never a float, never naive.

Business hours and holidays live in `hours.py`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NewType

Instant = NewType("Instant", int)
"""Microseconds since the Unix epoch, UTC."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE = timedelta(microseconds=1)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _ONE
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _ONE
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|z|UTC|[+-]\d{2}:?\d{2}(?::?\d{2})?|[+-]\d{2})?)?",
    re.ASCII,
)
_USUAL = re.compile(
    r"\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{6})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
"""The forms that exports write; the standard library reads them just as `_read_any` does, only faster."""
_DURATION = re.compile(r"(\d{1,9})([wdhms])", re.ASCII)
_UNITS = {"w": WEEK, "d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND}


def parse_instant(text: str, zone: tzinfo | None = None) -> Instant:
    """Read an ISO 8601 instant (a date alone is its midnight); without an offset it is in `zone`.

    More than six digits of fraction are refused unless the rest are zeros.
    Raises ValueError with the reason, also where there is no offset and no `zone`, and where the offset leads out of
    the years 1 to 9999.
    """
    instant = instant_of(datetime.fromisoformat(text)) if _USUAL.fullmatch(text) else _read_any(text, zone)
    if not _FIRST <= instant <= _LAST:
        raise ValueError(f"outside the years 1 to 9999 in UTC: {text[:40]!r}")
    return instant


def _read_any(text: str, zone: tzinfo | None) -> Instant:
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not an ISO 8601 instant: {text[:40]!r}")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    digits = (fraction or "").ljust(6, "0")
    if digits[6:].strip("0"):
        raise ValueError("more than six digits of fraction of a second")
    clock = int(hour or 0), int(minute or 0), int(second or 0), int(digits[:6])
    base = datetime(int(year), int(month), int(day), *clock)  # noqa: DTZ001 - its zone is added below
    if offset is None:
        if zone is None:
            raise ValueError(f"no offset from UTC: {text[:40]!r}")
        return instant_of(base.replace(tzinfo=zone))
    shift = timedelta()
    if offset not in ("Z", "z", "UTC"):
        numbers = offset[1:].replace(":", "").ljust(6, "0")
        if int(numbers[:2]) > 23 or int(numbers[2:4]) > 59 or int(numbers[4:]) > 59:
            raise ValueError(f"no such offset from UTC: {offset}")
        shift = timedelta(hours=int(numbers[:2]), minutes=int(numbers[2:4]), seconds=int(numbers[4:]))
        if offset[0] == "-":
            shift = -shift
    return Instant((base.replace(tzinfo=UTC) - _EPOCH) // _ONE - shift // _ONE)


def instant_of(moment: datetime) -> Instant:
    """The instant of an aware datetime, exact to the microsecond."""
    return Instant((moment - _EPOCH) // _ONE)


def datetime_of(instant: int, zone: tzinfo = UTC) -> datetime:
    """The aware datetime of an instant, in `zone`; in UTC where the zone's date is beyond the years 1 to 9999.

    An instant beyond those years itself, which only a spoiled file holds, counts as their first or last moment.
    """
    moment = _moment(instant)
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def format_instant(instant: int) -> str:
    """ISO 8601 in UTC ending in Z, with six digits of fraction only if there is any."""
    moment = _moment(instant)
    return moment.replace(tzinfo=None).isoformat() + "Z"


def _moment(instant: int) -> datetime:
    return _EPOCH + timedelta(microseconds=min(max(instant, _FIRST), _LAST))


def parse_duration(text: str) -> int:
    """Microseconds of `7d`: one whole number and one of w d h m s. Raises ValueError."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"not a duration: {text[:40]!r} (one number and one of w d h m s, such as 7d)")
    return int(match[1]) * _UNITS[match[2]]


def format_duration(micros: int) -> str:
    """The shortest exact `7d` form of a whole number of seconds."""
    for unit, size in _UNITS.items():
        if micros and micros % size == 0:
            return f"{micros // size}{unit}"
    return f"{micros // SECOND}s"
