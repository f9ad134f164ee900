"""When and for how long; and who gains or loses a tag."""

from __future__ import annotations

from simulator.diff.compare import compare
from simulator.diff.values import Timing
from simulator.money import Money
from tests.diff.worlds import HOUR, T0, change, rule, ruleset, scope, side, tagged, ticket

RULES = ruleset(rule("r"), rule("s"))


def test_the_same_end_two_hours_earlier() -> None:
    """A tag that both sides end with, set at another instant, is no edit but a timing."""
    old = side(RULES, ticket(1, tagged(1, "r", "", "VIP", at=T0 + 2 * HOUR)))
    new = side(RULES, ticket(1, tagged(1, "s", "", "VIP", at=T0)))
    found = compare(old, new, scope([1]))
    assert found.edits == ()
    assert found.timings == (Timing(1, 1001, "tags", "VIP", T0 + 2 * HOUR, T0, ("r",), ("s",)),)


def test_open_time_at_each_priority() -> None:
    """From creation to the end of the data, without the time in which the ticket was closed."""
    changes = (
        change(1, "r", "priority", "normal", "high", at=T0 + HOUR),
        change(1, None, "status", "open", "closed", at=T0 + 3 * HOUR),
        change(1, "r", "priority", "high", "low", at=T0 + 4 * HOUR),
        change(1, None, "status", "closed", "open", at=T0 + 5 * HOUR),
    )
    here = side(RULES, ticket(1, *changes))
    found = compare(here, side(RULES, ticket(1)), scope([1], created={1: T0}, last=T0 + 10 * HOUR)).open_time
    assert found.before == {"low": 5 * HOUR, "normal": HOUR, "high": 2 * HOUR, "critical": 0}
    shut = side(RULES, ticket(1, *changes[:2]))
    assert compare(shut, shut, scope([1], created={1: T0}, last=T0 + 10 * HOUR)).open_time.after["high"] == 2 * HOUR
    assert found.after == {"low": 0, "normal": 10 * HOUR, "high": 0, "critical": 0}


def test_who_gains_loses_or_keeps() -> None:
    """One row a customer whose tickets gain or lose the tag; another ticket may carry it already."""
    vip = {i: ticket(i, tagged(i, "r", "", "VIP")) for i in (1, 2, 3, 4)}
    none = {i: ticket(i) for i in (1, 2, 3, 4)}
    old = side(RULES, vip[1], none[2], vip[3], none[4])
    new = side(RULES, none[1], vip[2], vip[3], vip[4])
    owners = {1: 10, 2: 20, 3: 30, 4: 30}
    found = compare(old, new, scope(owners, owners), "VIP", {20: Money(81250, "EUR")}).who
    assert found is not None
    rows = [
        (r.customer, r.gains, r.loses, r.tickets_added, r.tickets_removed, r.rules, str(r.money)) for r in found.rows
    ]
    assert rows == [
        (10, False, True, (), (1,), ("r",), "None"),
        (20, True, False, (2,), (), ("r",), "812.50 EUR"),
        (30, False, False, (4,), (), ("r",), "None"),
    ]
