"""Shares, their intervals, and how they read."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.fidelity.values import Tally, interval
from simulator.report.fidelity import portion

TINY = Fraction(1, 10**20)


def test_shares_of_a_tally() -> None:
    """Precision of what is replayed, recall of what is recorded, agreement of either; nothing gives no share."""
    tally = Tally(recorded=8, replayed=4, both=3)
    assert tally.either == 9
    assert (tally.precision, tally.recall, tally.agreement) == (Fraction(3, 4), Fraction(3, 8), Fraction(1, 3))
    assert (Tally().precision, Tally().recall, Tally().agreement) == (None, None, None)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(10, 10, 0.7225, 1.0), (0, 10, 0.0, 0.2775), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)],
)
def test_intervals_known_from_the_literature(part: int, whole: int, low: float, high: float) -> None:
    """Wilson's interval: Newcombe's (1998) worked examples, and the two ends by hand."""
    found = interval(part, whole)
    assert found is not None
    assert (round(float(found.low), 4), round(float(found.high), 4)) == (low, high)


@given(st.integers(0, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_share_lies_in_its_interval(pair: tuple[int, int]) -> None:
    """And the interval between nothing and all."""
    part, whole = pair
    found = interval(part, whole)
    if not whole:
        assert found is None
        return
    assert found is not None and 0 <= found.low <= found.high <= 1
    assert Fraction(found.low) - TINY <= Fraction(part, whole) <= Fraction(found.high) + TINY


@given(st.integers(1, 10**9).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_what_is_not_all_never_reads_as_all(pair: tuple[int, int]) -> None:
    """Cut off, not rounded: 99.99 % is 99.9%."""
    part, whole = pair
    text = portion(part, whole)
    assert (text == "100%") == (part == whole)
    assert (text == "0.0%") == (part == 0)
    if 0 < part < whole and not text.startswith("<"):
        assert Fraction(text.rstrip("%")) <= Fraction(100 * part, whole) < Fraction(text.rstrip("%")) + Fraction(1, 10)
