"""The numbers of the report."""

from __future__ import annotations

from simulator.diff.compare import compare
from simulator.diff.values import Pair, Summary, TagCount
from tests.diff.worlds import change, outcome, rule, ruleset, scope, sent, side, tagged, ticket

RULES = ruleset(rule("r"))


def summary() -> Summary:
    """Four tickets of three customers, one without a customer."""
    before = side(
        RULES,
        ticket(1, tagged(1, "r", "", "VIP")),
        ticket(2, change(2, "r", "priority", "normal", "high"), sent=[sent("r", "Hello")]),
        ticket(3, change(3, "r", "assignee", None, 7)),
        ticket(4),
    )
    after = side(
        RULES,
        ticket(1, change(1, "r", "status", "open", "closed")),
        ticket(2, tagged(2, "r", "", "VIP"), change(2, "r", "priority", "normal", "low")),
        ticket(3, tagged(3, "r", "", "VIP gold"), change(3, "r", "assignee", None, 8)),
        ticket(
            4, tagged(4, "r", "", "VIP"), change(4, "r", "assignee", None, 9), sent=[sent("r", "x", action="sendEmail")]
        ),
    )
    return compare(before, after, scope([1, 2, 3, 4], {1: 50, 2: 60, 3: 60, 4: None})).summary


def test_totals() -> None:
    """All tickets, those with an edit, and their distinct customers (a ticket without one adds none)."""
    found = summary()
    assert (found.tickets, found.events, found.tickets_changed, found.customers_changed) == (4, 4, 4, 2)


def test_tags_count_tickets_and_distinct_customers() -> None:
    """Tickets before and after, those that gain and lose the tag, and their distinct customers."""
    assert summary().tags == {"VIP": TagCount(3, 1, 1, 3, 1, 1), "gold": TagCount(1, 0, 0, 1, 1, 0)}
    assert list(summary().tags) == ["VIP", "gold"]


def test_matrices_are_dense_and_sum_to_all_tickets() -> None:
    """Four levels by four, two by two, the diagonal included."""
    found = summary()
    assert found.priority.matrix["high"] == {"low": 1, "normal": 0, "high": 0, "critical": 0}
    assert [
        sum(map(sum, (row.values() for row in m.values()))) for m in (found.priority.matrix, found.status.matrix)
    ] == [4, 4]
    assert (found.priority.raised, found.priority.lowered) == (0, 1)
    assert (found.status.closed, found.status.reopened) == (1, 0)


def test_assignee_and_replies() -> None:
    """Another assignee, from nobody, to nobody; replies to tickets only."""
    found = summary()
    assert (found.assignee.changed, found.assignee.assigned, found.assignee.unassigned) == (2, 1, 0)
    assert found.replies == Pair(1, 0)


def test_only_reported_tickets_count() -> None:
    """A ticket that was replayed for its customer's sake is in no number."""
    before, after = outcome(ticket(1), ticket(2)), outcome(ticket(1), ticket(2, tagged(2, "r", "", "VIP")))
    found = compare(side(RULES, *before.tickets.values()), side(RULES, *after.tickets.values()), scope([1])).summary
    assert (found.tickets, found.tickets_changed, dict(found.tags)) == (1, 0, {})
