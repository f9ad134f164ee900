"""Business hours over columns: the same as asking at each instant."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.opening import open_at
from simulator.hours import BusinessHours, is_open
from simulator.instants import DAY, HOUR, MINUTE

OFFICE = ((9 * 60, 12 * 60), (13 * 60 + 30, 18 * 60))
ZONES = st.sampled_from(["UTC", "Europe/Paris", "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe"])
HOURS = st.builds(
    BusinessHours, ZONES, st.just((OFFICE,) * 5 + (((0, 1),), ((0, 24 * 60),))), st.sampled_from([(), ("FR",)]),
    st.sampled_from([(), ("2026-03-29", "2025-01-01")]),
)  # fmt: skip
YEAR = 365 * DAY
INSTANTS = st.one_of(
    st.integers(50 * YEAR, 60 * YEAR), st.integers(-9 * YEAR, 200 * YEAR), st.integers(-(2**62), 2**62)
)


@given(HOURS, st.lists(INSTANTS, max_size=20))
def test_columns_say_what_single_instants_say(hours: BusinessHours, instants: list[int]) -> None:
    """At any instant, however far off, in zones with whole and broken offsets, with holidays."""
    assert open_at(hours, np.array(instants, np.int64)).tolist() == [is_open(hours, one) for one in instants]


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/St_Johns", "Australia/Lord_Howe"])
def test_clock_changes_inside_an_hour(zone: str) -> None:
    """Each minute around the changes of a year, some of which fall between two whole hours."""
    hours = BusinessHours(zone, (((0, 125), (200, 1400)),) * 7)
    start = 20 * YEAR
    instants = np.arange(start, start + YEAR + 5 * DAY, 7 * MINUTE, dtype=np.int64) + HOUR // 7
    assert open_at(hours, instants).tolist() == [is_open(hours, one) for one in instants.tolist()]
