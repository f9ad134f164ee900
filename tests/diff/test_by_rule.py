"""What each rule was asked, hit, changed, and lost again."""

from __future__ import annotations

from dataclasses import replace

from simulator.diff.compare import compare
from simulator.diff.values import RuleSide
from simulator.instants import parse_instant
from simulator.rules.model import Trigger
from tests.diff.worlds import HOUR, T0, change, match, refusal, rule, ruleset, scope, side, tagged, ticket

BOTH = (Trigger.TICKET_CREATED, Trigger.TICKET_UPDATED)


def test_events_are_the_phase_runs_of_its_triggers() -> None:
    """Summed over its triggers and tickets; a rule that is off or absent is asked nothing."""
    rules = [rule("a", on=BOTH), rule("b"), rule("off", enabled=False)]
    tickets = [ticket(i, phases={"ticket-created": 1, "ticket-updated": 3, "ticket-assigned": 9}) for i in (1, 2)]
    found = compare(side(ruleset(*rules), *tickets), side(ruleset(rules[0]), *tickets), scope([1, 2])).rules
    assert {r.id: (r.before.events, r.after.events) for r in found} == {"a": (8, 8), "b": (2, 0), "off": (0, 0)}


def test_matches_tickets_and_what_they_rest_on() -> None:
    """Every phase run with a true condition counts; tickets are distinct; the last match is an instant."""
    hits = [
        match(1, "a", today=True),
        match(1, "a", missing=True, event="message:5"),
        match(1, "a", event="message:5/reply:1"),
    ]
    here = side(ruleset(rule("a")), ticket(1, matches=hits), ticket(2, matches=[match(2, "a")]))
    instants = {"ticket:1": T0, "message:5": T0 + 3 * HOUR, "ticket:2": T0 + HOUR}
    found = compare(here, here, scope([1, 2], instants=instants)).rules[0].before
    assert (found.matched, found.tickets, found.on_today, found.on_missing) == (4, 2, 1, 1)
    assert found.last_match == T0 + 3 * HOUR


def test_the_end_of_a_snooze_carries_its_instant() -> None:
    """Its event is in no history: the name says when."""
    event = "unsnooze:1@2026-03-04T10:00:00Z/reply:1"
    here = side(ruleset(rule("a")), ticket(1, matches=[match(1, "a", event=event)]))
    assert compare(here, here, scope([1])).rules[0].after.last_match == parse_instant("2026-03-04T10:00:00Z")


def test_overwritten_and_only_here() -> None:
    """A value that another rule or the outside world changes later counts against who set it, once each time."""
    first = ticket(
        1,
        change(1, "a", "priority", "normal", "high"),
        change(1, "b", "priority", "high", "low"),
        change(1, "b", "priority", "low", "high"),
        change(1, None, "priority", "high", "normal"),
        tagged(1, "a", "", "x y"),
        tagged(1, "b", "x y", "y z"),
    )
    second = ticket(2, tagged(2, "a", "", "x"), tagged(2, None, "x", "x y"))
    here = side(ruleset(rule("a"), rule("b")), first, second)
    a, b = (found.after for found in compare(here, here, scope([1, 2])).rules)
    assert a == RuleSide(events=2, changes=3, overwritten={"b": 2}, only_here=1)
    assert b == RuleSide(events=2, changes=3, overwritten={"(outside)": 1}, only_here=0)


def test_refusals_by_reason() -> None:
    """Refused actions are counted by Gorgias' reason."""
    here = side(ruleset(rule("a")), ticket(1, refusals=[refusal(1, "a"), refusal(1, "a", "spam-ticket")]))
    assert compare(here, here, scope([1])).rules[0].before.refusals == {"recent-auto-reply": 1, "spam-ticket": 1}


def test_edits_that_name_a_rule() -> None:
    """An edit counts once for a rule that is named on both sides; direct and indirect apart."""
    old = side(ruleset(rule("a"), rule("b")), ticket(1, change(1, "a", "priority", "normal", "low")), ticket(2))
    new = side(
        ruleset(replace(rule("a"), priority=3), rule("b")),
        ticket(1, change(1, "a", "priority", "normal", "high")),
        ticket(2, tagged(2, "b", "", "x")),
    )
    found = {r.id: (r.change.value, r.direct, r.indirect) for r in compare(old, new, scope([1, 2])).rules}
    assert found == {"a": ("moved", 1, 0), "b": ("same", 0, 1)}
