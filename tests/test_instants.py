"""Instants at the ends of the calendar: whatever can be read can be shown, in any zone."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.instants import datetime_of, format_instant, parse_instant

ZONES = [UTC, *map(ZoneInfo, ("Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "Asia/Tokyo"))]
DAYS = st.sampled_from(["0001-01-01", "0001-01-02", "1970-01-01", "9999-12-30", "9999-12-31"])
CLOCKS = st.sampled_from(["", "T00:00", "T23:59:59.999999"])
OFFSETS = st.sampled_from(["Z", "+14:00", "-14:00", "+23:59"])


@given(DAYS, CLOCKS, OFFSETS, st.sampled_from(ZONES))
def test_what_can_be_read_can_be_shown(day: str, clock: str, offset: str, zone: ZoneInfo) -> None:
    """In UTC, as a date of any zone, and read again as what it was; else it is refused with a reason."""
    try:
        instant = parse_instant(day + clock + (offset if clock else ""), zone)
    except ValueError:
        assert day.startswith(("0001", "9999"))
        return
    assert parse_instant(format_instant(instant)) == instant
    assert [datetime_of(instant, other).year for other in ZONES]


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+01:00"])
def test_an_offset_that_leads_out_of_the_calendar_is_refused(text: str) -> None:
    """The instant would have no year."""
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        parse_instant(text)
