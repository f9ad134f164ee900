"""Small histories written by hand: what counts as the same execution or change, and why two of them part."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from simulator.fidelity.values import Fidelity, Reason, Tally
from simulator.snapshot.store import open_snapshot

from ..e2e.desk import Desk, at
from .conftest import fidelity_of

CREATED, WRITTEN, UPDATED, WOKEN = "ticket-created", "ticket-message-created", "ticket-updated", "ticket-self-unsnoozed"
WHEN = "2026-01-05T09:00:00Z"


def live(desk: Desk, number: int, code: str, on: str = WRITTEN, **fields: Any) -> None:
    """A live rule, last changed long before all else."""
    made = {"id": number, "uri": f"/api/rules/{number}/", "name": f"r{number}", "code": code, "event_types": on}
    made |= {"priority": 100 - number, "type": "user", "deactivated_datetime": None}
    made |= {"created_datetime": WHEN, "updated_datetime": WHEN}
    desk.add("rules", made | fields)


def tagging(word: str, tag: str) -> str:
    """Code that tags what a customer writes."""
    return f"if (containsAny(message.text, ['{word}'])) {{ Action('addTags', {{tags: '{tag}'}}) }}"


def ran(desk: Desk, rule: int, when: str, context: str, ticket: int = 1, **data: Any) -> None:
    """The record of an execution."""
    desk.event("rule-executed", ticket, when, context=context, data={"id": rule, "name": f"r{rule}"} | data)


def tagged(desk: Desk, tag: int, when: str, context: str, ticket: int = 1) -> None:
    """The record of a tag that a rule put on."""
    desk.event("ticket-tags-added", ticket, when, context=context, data={"tags_added": [tag]})


def begin(text: str = "hello", tags: tuple[str, ...] = (), **fields: Any) -> Desk:
    """A helpdesk with a ticket whose creation and first message have the context `first`."""
    desk = Desk()
    desk.customer()
    for number, name in enumerate(("blue", "red"), 1):
        desk.tag(number, name)
    desk.story(text=text, tags=[{"id": 1 if tag == "blue" else 2, "name": tag} for tag in tags], **fields)
    for event in desk.records["events"]:
        event["context"] = "first"
    return desk


def write(desk: Desk, when: str, context: str, text: str = "hello") -> None:
    """The customer writes again."""
    desk.writes(1, when, text)
    desk.records["events"][-1]["context"] = context


Measure = Callable[[Desk], Fidelity]


@pytest.fixture
def measured(tmp_path: Path) -> Measure:
    """A helpdesk's export, imported and measured."""

    def measure(desk: Desk) -> Fidelity:
        with closing(open_snapshot(desk.snapshot(tmp_path))) as connection:
            return fidelity_of(connection)

    return measure


def tags_of(found: Fidelity) -> Tally | None:
    """The changes of tags."""
    return next(one.changes for one in found.fields if one.field == "tags")


def root(found: Fidelity) -> set[Reason]:
    """The reasons that stand at the beginning of others."""
    return {*found.reasons} - {Reason.FOLLOWS}


def test_an_execution_counts_once_a_context(measured: Measure) -> None:
    """A rule with two triggers runs twice for a new ticket; whether the log says so once or twice is the same."""
    desk = begin("a blue one", ("blue",))
    live(desk, 1, tagging("blue", "blue"), f"{CREATED},{WRITTEN}")
    ran(desk, 1, at("10:00:01"), "first")
    tagged(desk, 1, at("10:00:01"), "first")
    found = measured(desk)
    assert found.executions == Tally(1, 1, 1)
    assert tags_of(found) == Tally(1, 1, 1)
    assert found.agreement == 1


def test_events_that_share_a_context_are_one_occasion(measured: Measure) -> None:
    """An agent answers and closes in one go: the replay asks the rule for each, the log says once that it ran."""
    desk = begin("hello", ("blue",), status="closed")
    live(desk, 1, "if (eq(message.from_agent, true)) { Action('addTags', {tags: 'blue'}) }", UPDATED)
    desk.writes(1, at("10:30"), "done", user=7)
    desk.records["events"][-1]["context"] = "sent"
    desk.event("ticket-closed", 1, at("10:30:01"), user=7, context="sent")
    ran(desk, 1, at("10:30:02"), "sent")
    tagged(desk, 1, at("10:30:02"), "sent")
    found = measured(desk)
    assert found.executions == Tally(1, 1, 1)
    assert found.agreement == 1 and not found.unrecorded


def test_a_log_that_lags_is_put_right_by_its_context(measured: Measure) -> None:
    """What a rule did for the first message is written down after the second one came."""
    desk = begin("a blue one", ("blue",))
    live(desk, 1, tagging("blue", "blue"))
    write(desk, at("10:00:05"), "second")
    ran(desk, 1, at("10:00:09"), "first")
    tagged(desk, 1, at("10:00:10"), "first")
    found = measured(desk)
    assert found.agreement == 1 and found.executions == Tally(1, 1, 1)


def test_a_context_without_a_cause_belongs_to_the_event_before_it(measured: Measure) -> None:
    """Nothing else in the log shares the context of the rule."""
    desk = begin("hello", ("blue",))
    live(desk, 1, tagging("blue", "blue"))
    write(desk, at("10:30"), "second", "a blue one")
    ran(desk, 1, at("10:30:02"), "of its own")
    tagged(desk, 1, at("10:30:02"), "of its own")
    assert measured(desk).agreement == 1


def test_the_same_rule_on_another_message_is_another_execution(measured: Measure) -> None:
    """It ran for the second message and the replay matches the first: neither is the other."""
    desk = begin("a blue one", ("blue",))
    live(desk, 1, tagging("blue", "blue"))
    write(desk, at("10:30"), "second")
    ran(desk, 1, at("10:30:02"), "second")
    tagged(desk, 1, at("10:30:02"), "second")
    found = measured(desk)
    assert found.executions == Tally(1, 1, 0)
    assert tags_of(found) == Tally(1, 1, 0)
    assert found.touched == (1, 0)
    assert root(found) == {Reason.SEMANTICS}


def test_the_end_of_a_rules_snooze_is_an_occasion(measured: Measure) -> None:
    """A rule snoozes, the snooze ends by itself, a rule runs then: found again although the log is two seconds late."""
    desk = begin("wait please", ("red",))
    live(desk, 1, "if (containsAny(message.text, ['wait'])) { Action('snoozeTicket', {snooze_timedelta: '1h'}) }")
    live(desk, 2, "Action('addTags', {tags: 'red'})", WOKEN)
    ran(desk, 1, at("10:00:02"), "first")
    desk.event("ticket-snoozed", 1, at("10:00:02"), context="first", data={"snooze_datetime": at("11:00:02")})
    desk.event(WOKEN, 1, at("11:00:02"), context="woken")
    ran(desk, 2, at("11:00:03"), "woken")
    tagged(desk, 2, at("11:00:03"), "woken")
    write(desk, at("12:00"), "later")
    found = measured(desk)
    assert found.executions == Tally(2, 2, 2)
    assert found.agreement == 1


def test_a_message_that_reopens_is_no_rules_doing(measured: Measure) -> None:
    """The reopening that nobody signed comes with the customer's message, although a rule ran in its context."""
    desk = begin("hello", ("blue",))
    live(desk, 1, tagging("blue", "blue"))
    desk.event("ticket-closed", 1, at("10:10"), user=7, context="by hand")
    write(desk, at("10:30"), "second", "a blue one")
    desk.event("ticket-reopened", 1, at("10:30"), context="second")
    ran(desk, 1, at("10:30:01"), "second")
    tagged(desk, 1, at("10:30:01"), "second")
    found = measured(desk)
    assert found.agreement == 1
    assert next(one.changes for one in found.fields if one.field == "status") == Tally()


def test_executions_without_effect_are_counted_only_in_a_log_that_has_them(measured: Measure) -> None:
    """The rule matches three messages and changes something once; a log that wrote down only this is not wrong."""
    desk = begin("a blue one", ("blue",))
    live(desk, 1, tagging("blue", "blue"))
    for minute in (10, 20):
        write(desk, at(f"10:{minute}"), f"at {minute}", "blue again")
    ran(desk, 1, at("10:00:01"), "first")
    tagged(desk, 1, at("10:00:01"), "first")
    found = measured(desk)
    assert found.executions == Tally(1, 1, 1)
    assert found.unrecorded == 2 and found.agreement == 1
    for minute in (10, 20):
        ran(desk, 1, at(f"10:{minute}:01"), f"at {minute}")
    with_them = measured(desk)
    assert with_them.executions == Tally(3, 3, 3) and with_them.unrecorded == 0


def test_a_ticket_without_events_is_not_compared(measured: Measure) -> None:
    """There is no record of what rules did on it: it is in no denominator, and that is counted."""
    desk = begin("a blue one", ("blue",))
    live(desk, 1, tagging("blue", "blue"))
    ran(desk, 1, at("10:00:01"), "first")
    tagged(desk, 1, at("10:00:01"), "first")
    desk.ticket(2)
    desk.message(2, at("11:00"), "also blue")
    found = measured(desk)
    assert (found.selected, found.compared) == (2, 1)
    assert found.agreement == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"updated_datetime": at("12:00")}, Reason.RULE_CHANGED),
        ({"created_datetime": at("12:00"), "updated_datetime": at("12:00")}, Reason.RULE_NEWER),
        ({"deactivated_datetime": at("12:00")}, Reason.RULE_OFF),
        ({"type": "managed"}, Reason.NOT_SIMULATED),
        ({"id": 3}, Reason.RULE_DELETED),
        ({}, Reason.SEMANTICS),
    ],
)
def test_the_rules_own_dates_explain_first(measured: Measure, fields: dict[str, Any], reason: Reason) -> None:
    """A rule that ran on `red` once; as it is now it waits for `blue`, is off, gone, new or not to be simulated."""
    desk = begin("a red one", ("red",))
    live(desk, 1, tagging("blue", "blue"), **fields)
    live(desk, 2, tagging("nothing", "blue"))
    ran(desk, 1, at("10:00:01"), "first")
    tagged(desk, 2, at("10:00:01"), "first")
    found = measured(desk)
    assert root(found) == {reason}
    assert found.lately == (Tally(1, 0, 0) if reason is Reason.SEMANTICS else Tally())


def test_a_copy_of_other_code_shows_that_the_rule_was_changed(measured: Measure) -> None:
    """The log keeps the code as it ran; the export's dates alone would not tell."""
    desk = begin("a red one", ("red",))
    live(desk, 1, tagging("blue", "blue"))
    ran(desk, 1, at("10:00:01"), "first", code=tagging("red", "red"))
    tagged(desk, 2, at("10:00:01"), "first")
    assert root(measured(desk)) == {Reason.RULE_CHANGED}


def test_a_message_that_the_export_lacks_is_missing_history(measured: Measure) -> None:
    """The log has the message's event and a rule that ran for it; its text is not there to match."""
    desk = begin("hello", ("blue",))
    live(desk, 1, tagging("blue", "blue"))
    write(desk, at("10:30"), "second", "a blue one")
    del desk.records["messages"][-1]
    ran(desk, 1, at("10:30:01"), "second")
    tagged(desk, 1, at("10:30:01"), "second")
    found = measured(desk)
    assert found.executions == Tally(1, 0, 0)
    assert root(found) == {Reason.MISSING_HISTORY}


def test_a_priority_leaves_no_event(measured: Measure) -> None:
    """Its changes are not compared, its end is; set by hand, nothing in the log tells of it."""
    desk = begin("a blue one", ("blue",), priority="high")
    live(desk, 1, tagging("blue", "blue"))
    ran(desk, 1, at("10:00:01"), "first")
    tagged(desk, 1, at("10:00:01"), "first")
    found = measured(desk)
    priority = next(one for one in found.fields if one.field == "priority")
    assert priority.changes is None and priority.final == (1, 0)
    assert [(one.what, one.recorded, one.replayed) for one in found.disagreements] == [("final", "high", "normal")]
    assert root(found) == {Reason.MISSING_HISTORY}


def test_a_priority_that_a_rule_set_otherwise_is_a_matter_of_meaning(measured: Measure) -> None:
    """The rule ran on both sides, and left another priority than the export shows."""
    desk = begin("a blue one", priority="normal")
    live(desk, 1, "if (containsAny(message.text, ['blue'])) { Action('setPriority', {priority: 'high'}) }")
    ran(desk, 1, at("10:00:01"), "first")
    found = measured(desk)
    assert found.executions == Tally(1, 1, 1)
    assert root(found) == {Reason.SEMANTICS}


def test_what_came_of_another_disagreement_follows_from_it(measured: Measure) -> None:
    """One rule misses its tag, and with it the rule that waits for this tag; only the first needs explaining."""
    desk = begin("a red one", ("blue", "red"))
    live(desk, 1, tagging("blue", "blue"))
    live(desk, 2, "if (containsAll(ticket.tags.name, ['blue'])) { Action('addTags', {tags: 'red'}) }", UPDATED)
    for rule in (1, 2):
        ran(desk, rule, at("10:00:01"), "first")
        tagged(desk, rule, at("10:00:01"), "first")
    found = measured(desk)
    own = {(one.what, one.rule): one.reason for one in found.disagreements if one.what == "execution"}
    assert own == {("execution", "r1"): Reason.SEMANTICS, ("execution", "r2"): Reason.FOLLOWS}
    assert found.reasons[Reason.SEMANTICS] == (1, 1)
