"""Who gets the credit, from history and with other rules' assignments."""

from __future__ import annotations

from simulator.projection.credit import NOT_CLOSED, OPEN, UNASSIGNED, Basis, Credit, credit_of, credit_with_rules
from simulator.projection.values import Ticket, TicketEvent

AS_OF = 100


def ticket(*events: TicketEvent, status: str = "closed", full_history: bool = True) -> Ticket:
    """A ticket with these events, today assigned to agent 5 in team 50."""
    return Ticket(
        1, 0, 1, status=status, assignee_user_id=5, assignee_team_id=50, events=events, full_history=full_history
    )


def test_events_at_one_instant_go_by_id() -> None:
    """The larger id comes later, wherever it stands in the export."""
    found = credit_of(ticket(TicketEvent(2, 5, "closed"), TicketEvent(1, 5, "assigned", 7)), AS_OF)
    assert found == Credit(7, UNASSIGNED)


def test_an_event_at_as_of_exists_and_a_later_one_does_not() -> None:
    """A close at the cut-off counts, a reopening one microsecond later has not happened."""
    found = credit_of(ticket(TicketEvent(1, AS_OF, "closed"), TicketEvent(2, AS_OF + 1, "reopened")), AS_OF)
    assert found.agent == UNASSIGNED


def test_the_last_of_several_closes_counts() -> None:
    """A second close without a reopening between takes the assignee of its own time."""
    closes = (TicketEvent(1, 1, "closed"), TicketEvent(2, 2, "assigned", 8), TicketEvent(3, 3, "closed"))
    assert credit_of(ticket(*closes), AS_OF).agent == 8


def test_the_team_is_credited_like_the_agent() -> None:
    """Team at the last close, after which a change is of no concern."""
    events = (
        TicketEvent(1, 1, "team_assigned", team_id=70),
        TicketEvent(2, 2, "closed"),
        TicketEvent(3, 3, "team_unassigned"),
    )
    assert credit_of(ticket(*events), AS_OF) == Credit(UNASSIGNED, 70)


def test_without_events_the_current_assignee_of_a_closed_ticket() -> None:
    """It is marked as resting on the current value; an open ticket credits nobody."""
    assert credit_of(ticket(), AS_OF) == Credit(5, 50, Basis.CURRENT)
    assert credit_of(ticket(status="open"), AS_OF) == OPEN


def test_old_rules_assignments_are_dropped() -> None:
    """With no rules at all, what rules assigned is gone; what people assigned stays."""
    events = (
        TicketEvent(1, 1, "assigned", 7),
        TicketEvent(2, 2, "assigned", 8, "rule"),
        TicketEvent(3, 3, "closed"),
    )
    assert credit_of(ticket(*events), AS_OF).agent == 8
    assert credit_with_rules(ticket(*events), (), AS_OF).agent == 7


def test_automatic_assignment_yields_only_while_assigned() -> None:
    """After an unassignment the automatic one counts again; teams are looked at apart."""
    auto = TicketEvent(1, 10, "assigned", 7, "auto")
    auto_team = TicketEvent(2, 10, "team_assigned", None, "auto", 70)
    close = TicketEvent(3, 20, "closed")
    rule = TicketEvent(0, 5, "assigned", 9, "rule")
    assert credit_with_rules(ticket(auto, auto_team, close), (rule,), AS_OF) == Credit(9, 70)
    freed = TicketEvent(0, 6, "unassigned", by="rule")
    assert credit_with_rules(ticket(auto, auto_team, close), (rule, freed), AS_OF) == Credit(7, 70)


def test_rules_stand_before_history_at_one_instant() -> None:
    """A rule that assigns at the very close is in time for it."""
    rule = TicketEvent(99, 20, "assigned", 9, "rule")
    assert credit_with_rules(ticket(TicketEvent(1, 20, "closed")), (rule,), AS_OF).agent == 9


def test_simulated_changes_keep_their_own_order() -> None:
    """At one instant simulated changes count in the order given, whatever their ids."""
    rules = (TicketEvent(2, 5, "assigned", 9, "rule"), TicketEvent(1, 5, "assigned", 8, "rule"))
    assert credit_with_rules(ticket(TicketEvent(1, 20, "closed")), rules, AS_OF).agent == 8


def test_a_simulated_close_counts_only_where_history_never_closes() -> None:
    """An earlier or later close by a rule does not replace the one of history."""
    rule = (TicketEvent(0, 5, "assigned", 9, "rule"), TicketEvent(0, 5, "closed", by="rule"))
    assigned = TicketEvent(1, 10, "assigned", 7)
    assert credit_with_rules(ticket(assigned, status="open"), rule, AS_OF).agent == 9
    assert credit_with_rules(ticket(assigned, TicketEvent(2, 20, "closed")), rule, AS_OF).agent == 7
    later = (TicketEvent(0, 30, "assigned", 9, "rule"), TicketEvent(0, 30, "closed", by="rule"))
    closed = (assigned, TicketEvent(2, 20, "closed"))
    assert credit_with_rules(ticket(*closed), later, AS_OF).agent == 7
    reopened = (*closed, TicketEvent(3, 25, "reopened"))
    assert credit_with_rules(ticket(*reopened, status="open"), later, AS_OF).agent == NOT_CLOSED


def test_simulated_reopenings_count_with_simulated_closes() -> None:
    """Where the rules alone close the ticket, their last word on its status counts."""
    rule = (TicketEvent(0, 5, "closed", by="rule"), TicketEvent(0, 6, "reopened"))
    assigned = TicketEvent(1, 3, "assigned", 7)
    assert credit_with_rules(ticket(assigned, status="open"), rule, AS_OF).agent == NOT_CLOSED
    assert credit_with_rules(ticket(assigned, status="open"), rule[:1], AS_OF).agent == 7


def test_a_close_after_as_of_is_not_historys_close() -> None:
    """What history does after the cut-off does not exist, so the simulated close stands."""
    rule = (TicketEvent(0, 5, "assigned", 9, "rule"), TicketEvent(0, 5, "closed", by="rule"))
    assert credit_with_rules(ticket(TicketEvent(1, AS_OF + 1, "closed")), rule, AS_OF).agent == 9


def test_without_events_historys_credit_is_kept() -> None:
    """It cannot be computed, and says so; an open ticket of a full history really had no change."""
    rule = (TicketEvent(0, 5, "assigned", 9, "rule"), TicketEvent(0, 6, "closed", by="rule"))
    assert credit_with_rules(ticket(), rule, AS_OF) == Credit(5, 50, Basis.KEPT)
    unknown = ticket(status="open", full_history=False)
    assert credit_with_rules(unknown, rule, AS_OF) == Credit(NOT_CLOSED, NOT_CLOSED, Basis.KEPT)
    assert credit_with_rules(ticket(status="open"), rule, AS_OF).agent == 9
