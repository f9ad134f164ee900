"""What must always hold of a replay, on random rule sets and histories."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from simulator.explain.twin import of_same_customer, replay
from simulator.outcome import Outcome
from simulator.rules.model import RuleSet
from tests.twin.snapshots import Rows
from tests.twin.worlds import cascades, rulesets, snapshots, world

SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@SLOW
@given(snapshots(), rulesets(), cascades())
def test_changes_of_a_field_follow_each_other_to_the_final_state(rows: Rows, ruleset: RuleSet, cascade: int) -> None:
    """Each change begins where the last one of its field ended, and the last one ends in the final state."""
    with world(rows) as (facts, directory):
        outcome = replay(ruleset, facts, directory, cascade)
        for ticket in outcome.tickets.values():
            state: dict[str, object] = {}
            for change in ticket.changes:
                if change.field != "replies" and not change.field.startswith("customer."):
                    assert change.before != change.after or isinstance(change.before, bool) != isinstance(
                        change.after, bool
                    )
                    assert state.get(change.field, change.before) == change.before
                    state[change.field] = change.after
            for name in set(state) & set(ticket.final._fields):
                assert getattr(ticket.final, name) == state[name]


@SLOW
@given(snapshots(), rulesets(), cascades())
def test_customers_can_be_replayed_apart(rows: Rows, ruleset: RuleSet, cascade: int) -> None:
    """The tickets of one customer come out the same alone as among all others."""
    with world(rows) as (facts, directory):
        whole = replay(ruleset, facts, directory, cascade)
        parts: dict[int, object] = {}
        for start in facts.history.tickets:
            own = of_same_customer(facts.history, start.id)
            parts[start.id] = replay(ruleset, facts, directory, cascade, tickets=own).tickets[start.id]
        assert parts == dict(whole.tickets)


@SLOW
@given(snapshots(), rulesets())
def test_rules_that_are_off_do_nothing(rows: Rows, ruleset: RuleSet) -> None:
    """A set whose rules are all disabled replays as no rules at all."""
    off = replace(ruleset, rules=tuple(replace(rule, enabled=False) for rule in ruleset.rules))
    with world(rows) as (facts, directory):
        assert _without_rules(replay(off, facts, directory)) == replay(replace(ruleset, rules=()), facts, directory)


def _without_rules(outcome: Outcome) -> Outcome:
    assert not any(ticket.matches or ticket.sent or ticket.refusals for ticket in outcome.tickets.values())
    return outcome


@SLOW
@given(snapshots(), rulesets(), cascades())
def test_replies_to_a_customer_are_five_minutes_apart(rows: Rows, ruleset: RuleSet, cascade: int) -> None:
    """However many tickets a customer has, and whatever the rules."""
    with world(rows) as (facts, directory):
        outcome = replay(ruleset, facts, directory, cascade)
        sent: dict[tuple[bool, int], list[int]] = {}
        for start in facts.history.tickets:
            key = (True, start.id) if start.customer_id is None else (False, start.customer_id)
            replies = [m.at for m in outcome.tickets[start.id].sent if m.action == "replyToTicket"]
            sent.setdefault(key, []).extend(replies)
        for times in sent.values():
            times.sort()
            assert all(later - earlier >= 300_000_000 for earlier, later in itertools.pairwise(times))
