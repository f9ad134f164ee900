"""Edits: one for each ticket and field, with the rules that made it so."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from simulator.diff.changes import rule_changes
from simulator.diff.edits import edits_of
from simulator.diff.values import Edit, RuleChange, Scope
from simulator.diff.writers import last_changes
from simulator.outcome import Change, Outcome, TicketOutcome
from tests.diff.worlds import HOUR, T0, add_tags, change, outcome, rule, ruleset, scope, sent, spent, tagged, ticket

CHANGES = rule_changes(
    ruleset(rule("edited", spent("500")), rule("same"), rule("other")),
    ruleset(rule("edited", spent("400")), rule("same"), rule("other"), rule("added", then=[add_tags("x")])),
)


def _edits(before: Outcome, after: Outcome, within: Scope, changes: Mapping[str, RuleChange]) -> tuple[Edit, ...]:
    found: list[Edit] = []
    for id in sorted(within.reported):
        old, new = before.tickets[id], after.tickets[id]
        found += edits_of(old, new, within, changes, (last_changes(old.changes), last_changes(new.changes)))
    return tuple(found)


def edits(before: TicketOutcome, after: TicketOutcome, within: Scope | None = None) -> tuple[Edit, ...]:
    """The edits of one ticket."""
    within = within or scope([before.ticket])
    return _edits(outcome(before), outcome(after), within, CHANGES)


def test_last_writer_of_a_single_value() -> None:
    """The last rule that wrote the field is named on each side; it was edited, so the edit is direct."""
    before = ticket(1, change(1, "edited", "priority", "normal", "high"), change(1, "same", "priority", "high", "low"))
    after = ticket(1, change(1, "edited", "priority", "normal", "critical"))
    assert edits(before, after) == (Edit(1, 1001, "priority", "low", "critical", True, ("same",), ("edited",)),)


def test_indirect() -> None:
    """An untouched rule that now sees another state makes an indirect edit."""
    found = edits(ticket(1), ticket(1, change(1, "same", "priority", "normal", "high")))
    assert [(edit.direct, edit.rules_before, edit.rules_after) for edit in found] == [(False, (), ("same",))]


def test_the_outside_world_takes_over() -> None:
    """An outside change that changed the value takes over: no rule; one that found the value there does not."""
    rule_made = change(1, "edited", "status", "open", "closed")
    reopened = change(1, None, "status", "closed", "open", action="message")
    closed_again = change(1, None, "status", "closed", "closed", action="ticket-closed")
    after = ticket(1, rule_made, closed_again)
    found = edits(ticket(1, rule_made, reopened), after)
    assert [(edit.rules_before, edit.rules_after) for edit in found] == [((), ("edited",))]


def test_the_end_of_a_snooze_takes_over() -> None:
    """A snooze that ended by itself was last written by no rule."""
    snoozed = change(1, "edited", "snooze", None, T0 + HOUR, action="snoozeTicket")
    ended = change(1, None, "snooze", T0 + HOUR, None, at=T0 + HOUR, action="ticket-self-unsnoozed")
    found = edits(ticket(1, snoozed, ended), ticket(1, snoozed))
    assert found == (Edit(1, 1001, "snooze", None, T0 + HOUR, True, (), ("edited",)),)


def test_tags_name_the_last_writer_of_each_tag_that_differs() -> None:
    """Tags that both sides have name nobody; who removed a tag is named as well."""
    before = ticket(1, tagged(1, "other", "", "both"), tagged(1, "same", "both", "both old"))
    after = ticket(1, tagged(1, "other", "", "both"), tagged(1, "added", "both", "VIP both"))
    assert edits(before, after) == (
        Edit(1, 1001, "tags", ("both", "old"), ("VIP", "both"), True, ("same",), ("added",)),
    )
    removed = ticket(1, tagged(1, "same", "", "old"), tagged(1, "other", "old", ""))
    assert [edit.rules_after for edit in edits(ticket(1, tagged(1, "same", "", "old")), removed)] == [("other",)]


def test_a_tag_from_outside_is_nobody_s() -> None:
    """An agent's tag that a rule removes on one side: only that rule is named."""
    given = tagged(1, None, "", "vip")
    found = edits(ticket(1, given), ticket(1, given, tagged(1, "same", "vip", "")))
    assert [(edit.rules_before, edit.rules_after, edit.direct) for edit in found] == [((), ("same",), False)]


def test_replies_name_the_senders_of_what_only_one_side_has() -> None:
    """Shared messages name nobody, and one more of the same counts as one that only that side has."""
    hello, bye, note = sent("same", "Hello"), sent("other", "Bye"), sent("added", "Note", action="addInternalNote")
    found = edits(ticket(1, sent=[hello, bye]), ticket(1, sent=[hello, note, note]))
    assert found == (Edit(1, 1001, "replies", (hello, bye), (hello, note, note), True, ("other",), ("added",)),)
    twice = edits(ticket(1, sent=[note]), ticket(1, sent=[note, note]))
    assert [(edit.rules_before, edit.rules_after) for edit in twice] == [((), ("added",))]


def test_the_same_message_of_another_rule_is_no_edit() -> None:
    """What the customer would read is the same."""
    assert edits(ticket(1, sent=[sent("same", "Hello")]), ticket(1, sent=[sent("other", "Hello")])) == ()


def test_messages_in_another_order_are_an_edit_of_nobody() -> None:
    """Both sides have the same messages: the lists differ, and neither side has one alone."""
    one, two = sent("same", "1"), sent("other", "2")
    found = edits(ticket(1, sent=[one, two]), ticket(1, sent=[two, one]))
    assert [(edit.field, edit.rules_before, edit.rules_after, edit.direct) for edit in found] == [
        ("replies", (), (), False)
    ]


def _custom(value: str | bool | Decimal | None, field: str = "custom_fields.7") -> Change:
    return change(1, "edited", field, None, value, action="setCustomFieldValue")


def test_custom_fields() -> None:
    """One edit a field; an absent value is null; true is not 1, 1 is 1.0."""
    assert edits(ticket(1), ticket(1, _custom("blue"))) == (
        Edit(1, 1001, "custom_fields.7", None, "blue", True, (), ("edited",)),
    )
    assert len(edits(ticket(1, _custom(True)), ticket(1, _custom(Decimal(1))))) == 1
    assert edits(ticket(1, _custom(Decimal("1.0"))), ticket(1, _custom(Decimal(1)))) == ()


def test_customer_fields_show_the_exported_value_where_nothing_was_written() -> None:
    """On the tickets where a rule wrote it; what equals the exported value is no edit."""
    name = "customer.custom_fields.7"
    within = scope([1], exported=lambda customer, field: f"{customer}/{field}")
    assert edits(ticket(1), ticket(1, _custom("blue", name)), within) == (
        Edit(1, 1001, name, "1001/7", "blue", True, (), ("edited",)),
    )
    assert edits(ticket(1), ticket(1, _custom("1001/7", name)), within) == ()


def test_flags_are_no_edits() -> None:
    """The exclude and facebook flags stand in the trail only."""
    assert edits(ticket(1), ticket(1, change(1, "edited", "excludeFromCSAT", False, True))) == ()


def test_order_and_scope() -> None:
    """By ticket as a number, then field; tickets that are not reported stay out."""
    tickets = [
        ticket(i, tagged(i, "same", "", "x"), change(i, "same", "priority", "normal", "low")) for i in (9, 10, 2, 3)
    ]
    before = Outcome({i: ticket(i) for i in (2, 3, 9, 10)})
    found = _edits(before, outcome(*tickets), scope([10, 9, 2]), CHANGES)
    assert [(edit.ticket, edit.field) for edit in found] == [
        (2, "priority"), (2, "tags"), (9, "priority"), (9, "tags"), (10, "priority"), (10, "tags"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [RuleChange.ADDED, RuleChange.REMOVED, RuleChange.EDITED, RuleChange.MOVED])
def test_any_change_of_a_named_rule_makes_it_direct(kind: RuleChange) -> None:
    """Added, removed, edited or moved: all are direct."""
    made = ticket(1, change(1, "r", "priority", "normal", "high"))
    found = _edits(outcome(made), outcome(ticket(1)), scope([1]), {"r": kind})
    assert [edit.direct for edit in found] == [True]
