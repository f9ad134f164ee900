"""Instants at the ends of the calendar: whatever can be read can be shown, in any zone."""

from __future__ import annotations

from datetime import UTC, datetime
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


_PART = st.integers(0, 99).map("{:02}".format)
_YEAR = st.sampled_from(["0000", "0001", "1969", "1970", "2023", "2024", "9999"])
_FRACTION = st.just("") | st.text("0123456789", min_size=1, max_size=9).map(".{}".format)
_SHIFT = st.sampled_from(["Z", "+00:00", "-05:30", "+23:59"]) | st.builds(
    "{}{}:{}".format, st.sampled_from("+-"), _PART, _PART
)
_SANE = st.builds("{:%Y-%m-%dT%H:%M:%S}{}".format, st.datetimes(min_value=datetime(1000, 1, 1)), _FRACTION)  # noqa: DTZ001
_ODD = st.builds("{}-{}-{}T{}:{}:{}{}".format, _YEAR, _PART, _PART, _PART, _PART, _PART, _FRACTION)


def _outcome(text: str) -> int | str:
    try:
        return parse_instant(text)
    except ValueError as error:
        return str(error).replace(text[:40], "")


@given(_SANE | _ODD, _SHIFT)
def test_the_usual_form_is_read_as_any_other(moment: str, shift: str) -> None:
    """With a T, which the standard library reads, and with a blank, read field by field: one instant, one reason."""
    text = moment + shift
    blank = text.replace("T", " ")
    assert _outcome(text) == _outcome(blank)


@pytest.mark.parametrize("text", ["2024-01-01T24:00:00Z", "2024-02-30T00:00:00Z", "2024-01-01T00:00:00+24:00",
                                  "2024-W01-1T00:00:00Z", "2024-01-01T00:00:00,5Z", "20240101T000000Z",
                                  "٢٠٢٤-01-01T00:00:00Z"])  # fmt: skip
def test_what_only_the_standard_library_reads_is_refused(text: str) -> None:
    """Its newer versions read midnight as 24:00, weeks, commas and more."""
    with pytest.raises(ValueError):
        parse_instant(text)
