"""The time line: what was asked, seen and done, and where two sides part."""

from __future__ import annotations

from contextlib import closing

from simulator.explain.timeline import Asked, Pair, TimeLine, side_by_side, time_line
from simulator.facts.directory import read_directory
from simulator.facts.facts import read_facts
from simulator.facts.read_history import read_history
from simulator.facts.values import Provenance, Seen
from tests.twin.runner import Case, ruleset_of
from tests.twin.snapshots import open_snapshot
from tests.twin.stories import told

TICKETS = [
    {"id": 1, "customer": 9, "events": [{"at": "09:00", "customer": "refund please"}, {"at": "09:10", "tags": ["x"]}]},
    {"id": 2, "customer": 9, "events": [{"at": "09:01", "customer": "again"}]},
    {"id": 3, "customer": 8, "events": [{"at": "09:02", "customer": "refund"}]},
]


def line_of(rules: str, ticket: int = 1) -> TimeLine:
    """The time line of a ticket of the three above."""
    case: Case = {"tickets": TICKETS, "rules": rules}
    with closing(open_snapshot(told(case))) as connection:
        facts = read_facts(connection, read_history(connection))
        return time_line(ruleset_of(case), facts, read_directory(connection), ticket)


TAG = "- {id: tag, on: [ticket-created], if: {message.text: {containsAny: [refund]}}, then: [{addTags: [refund]}]}"
REPLY = "- {id: reply, on: [ticket-created], then: [{replyToTicket: hi}]}"


def asked_of(line: TimeLine) -> list[Asked]:
    """Every rule that was asked, in order."""
    return [asked for one in line.happenings for phase in one.phases for asked in phase.asked]


def test_only_the_ticket_itself_is_told_though_its_customer_is_replayed() -> None:
    """The reply to ticket 1 throttles that to ticket 2, whose time line says so."""
    line = line_of(REPLY, ticket=2)
    assert [one.event for one in line.happenings] == ["ticket:2"]
    assert [refusal.reason for refusal in line.outcome.refusals] == ["recent-auto-reply"]


def test_every_condition_is_told_with_what_it_saw() -> None:
    """The test, the value, how it is known, and the truth."""
    (asked,) = asked_of(line_of(TAG))
    (test,) = asked.examined.tests()
    assert (test.holds, test.seen) == (True, Seen("refund please", Provenance.AS_OF))
    assert [change.after for change in asked.done] == [("refund",)]


def test_states_before_and_after_are_those_of_the_event() -> None:
    """The tag of the rule, then that of the agent."""
    first, second = line_of(TAG).happenings
    assert (first.before.tags, first.after.tags) == ((), ("refund",))
    assert (second.before.tags, second.after.tags) == (("refund",), ("refund", "x"))
    assert [change.action for change in second.outside] == ["ticket-tags-added"]


def test_sides_part_where_they_did_something_else() -> None:
    """An event on one side alone stands between the common ones."""
    pairs = side_by_side(line_of("[]"), line_of(REPLY))
    assert [event_of(pair) for pair in pairs] == ["ticket:1", "ticket:1/reply:1", "event:101"]
    assert [pair.parts for pair in pairs] == [True, True, False]
    assert pairs[1].baseline is None


def test_the_same_event_on_another_state_is_no_parting() -> None:
    """The agent's tag is the same on both sides, whatever stood there before."""
    pairs = side_by_side(line_of("[]"), line_of(TAG))
    assert [pair.parts for pair in pairs] == [True, False]
    assert pairs[1].one.outside[0].after == ("x",)


def test_the_same_rules_part_nowhere() -> None:
    """Two time lines of one rule set."""
    assert not any(pair.parts for pair in side_by_side(line_of(TAG), line_of(TAG)))


def event_of(pair: Pair) -> str:
    """The key of a pair's event."""
    return pair.one.event


def test_an_event_says_what_it_was() -> None:
    """Also where it changed nothing."""
    assert [one.what for one in line_of(REPLY).happenings] == [
        "ticket-created",
        "reply of rule reply",
        "ticket-tags-added",
    ]


TWICE = "- {id: twice, on: [ticket-created], then: [{addTags: [a]}, {addTags: [a]}]}"


def test_an_action_that_changed_nothing_is_told() -> None:
    """The second of two equal actions ran, and nothing came of it."""
    (asked,) = asked_of(line_of(TWICE))
    assert [one.deed is None for one in asked.tries] == [False, True]
    assert len(asked.done) == 1


SNOOZE = "- {id: again, on: [ticket-created, ticket-self-unsnoozed], then: [{snoozeTicket: 1m}]}"


def test_what_the_limit_left_out_is_told() -> None:
    """A snooze that would end over and over: the rule that would have matched at the end that came too often."""
    last = line_of(SNOOZE).happenings[-2]
    assert [(cut.trigger, cut.rule.id) for cut in last.cut] == [("ticket-self-unsnoozed", "again")]
