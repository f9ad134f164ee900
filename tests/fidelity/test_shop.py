"""The demo shop: 100 % on its clean history, and as much less as plain code predicts when something is withheld."""

from __future__ import annotations

from collections import Counter

import pytest

from simulator.fidelity.values import Fidelity, Reason, RuleFidelity, Same, Tally

from . import exported
from .conftest import Without
from .exported import ESCALATE, FRENCH, RETURNS, TELL, VIP, executed, of_rules, rows, tickets

NAMES = {
    FRENCH: "route-french-desk",
    VIP: "vip-spent-500-or-more",
    RETURNS: "route-returns",
    ESCALATE: "escalate-damaged-item-of-a-vip",
    TELL: "note-escalation-for-the-lead",
}


def rule(fidelity: Fidelity, number: int) -> RuleFidelity:
    """A rule's numbers."""
    return next(one for one in fidelity.rules if one.name == NAMES[number])


def changes(fidelity: Fidelity, field: str) -> Tally | None:
    """A field's changes."""
    return next(one.changes for one in fidelity.fields if one.field == field)


def final(fidelity: Fidelity, field: str) -> Same | None:
    """How many tickets end the same in a field."""
    return next(one.final for one in fidelity.fields if one.field == field)


def whole(number: int) -> Tally:
    """As many on either side, and all the same."""
    return Tally(number, number, number)


def test_a_clean_history_gives_100_percent(without: Without) -> None:
    """Each execution, change, message and final value of the live rules is in the record, and nothing else is."""
    found = without("")
    assert found.agreement == 1
    assert found.executions == found.lately == whole(len(executed()))
    assert found.touched.tickets == len({ticket for ticket, _, _ in executed()})
    assert found.compared == len(tickets())
    assert not found.disagreements and not found.reasons


def test_the_clean_numbers_are_those_of_the_log(without: Without) -> None:
    """Executions by rule and changes by field are what plain code counts in the exported events."""
    found = without("")
    by_number = Counter(number for _, _, number in executed())
    assert sorted(one.tally.recorded for one in found.rules) == sorted([*by_number.values(), 0])
    put, off = exported.made_by_rules("ticket-tags-added"), exported.made_by_rules("ticket-tags-removed")
    added = [(event["context"], tag) for event in put for tag in event["data"]["tags_added"]]
    taken = [(event["context"], tag) for event in off for tag in event["data"]["tags_removed"]]
    assert changes(found, "tags") == whole(len({*added}) + len({*taken}))
    status = exported.made_by_rules("ticket-closed") + exported.made_by_rules("ticket-reopened")
    assert changes(found, "status") == whole(len({(event["context"], event["type"]) for event in status}))
    for field, type in {"team": "team-assigned", "assignee": "assigned", "snooze": "snoozed"}.items():
        assert changes(found, field) == whole(len(exported.made_by_rules(f"ticket-{type}"))), field
    assert changes(found, "replies") == whole(sum(message["rule_id"] is not None for message in rows("messages")))
    assert changes(found, "priority") is None
    assert final(found, "priority") == Same(len(tickets()), len(tickets()))


def test_without_shop_data_recall_falls_by_the_rules_that_need_it(without: Without) -> None:
    """Nobody is a VIP: what the VIP rule did is missed, and what two other rules did on its tag."""
    found = without("DELETE FROM shop_order; DELETE FROM order_refund; DELETE FROM shop_profile")
    missed = of_rules(VIP, ESCALATE, TELL)
    assert missed
    kept = len(executed()) - len(missed)
    assert found.executions == Tally(len(executed()), kept, kept)
    assert found.executions.precision == 1
    touched = {ticket for ticket, _, _ in executed()}
    assert found.touched == Same(len(touched), len(touched - {ticket for ticket, _, _ in missed}))
    assert found.reasons[Reason.MISSING_VALUE].disagreements == len(of_rules(VIP))
    assert {*found.reasons} == {Reason.MISSING_VALUE, Reason.FOLLOWS}


def test_without_orders_the_vip_rule_goes_by_todays_totals(without: Without) -> None:
    """Profiles alone: the rule matches each message of whoever has spent 500 by today, which is more than it did."""
    found = without("DELETE FROM shop_order; DELETE FROM order_refund")
    rich = {customer["id"] for customer in rows("customers") if exported.spent_today(customer) >= 500}
    written = Counter(message["ticket_id"] for message in rows("messages") if not message["from_agent"])
    expected = {
        (ticket, number)
        for ticket, own in tickets().items()
        if own["customer"]["id"] in rich
        for number in range(written[ticket])
    }
    vip = rule(found, VIP)
    assert vip.tally.replayed == len(expected)
    assert vip.tally.recorded == len(of_rules(VIP))
    assert vip.tally.replayed > vip.tally.both
    assert found.agreement is not None and found.agreement < 1
    roots = {one.reason for one in found.disagreements if one.what == "execution" and one.rule == vip.name}
    assert roots == {Reason.TODAYS_VALUE}


def test_without_agents_tags_their_tickets_end_different(without: Without) -> None:
    """Tags that agents put on are missing at the end; a rule that waits for one of them runs less often."""
    cut = [e for e in rows("events") if e["type"] == "ticket-tags-added" and e["user_id"] is not None]
    found = without("DELETE FROM event WHERE type = 'ticket-tags-added' AND user_id IS NOT NULL")
    left = exported.tags_without(event["id"] for event in cut)
    differing = {ticket for ticket in tickets() if left[ticket] != exported.exported_tags(ticket)}
    ended = final(found, "tags")
    assert ended is not None and ended.tickets - ended.same == len(differing) > 500
    refund = next(number for number, name in exported.tag_names().items() if name == "refund")
    by_rule = {e["object_id"] for e in exported.made_by_rules("ticket-tags-added") if refund in e["data"]["tags_added"]}
    missed = {run for run in of_rules(RETURNS) if run[0] not in by_rule}
    assert missed
    assert rule(found, RETURNS).tally == Tally(
        len(of_rules(RETURNS)), len(of_rules(RETURNS)) - len(missed), len(of_rules(RETURNS)) - len(missed)
    )
    assert found.executions.both == len(executed()) - len(missed)
    assert {*found.reasons} <= {Reason.MISSING_HISTORY, Reason.FOLLOWS}


def test_without_the_executions_of_a_rule_precision_falls_by_them(without: Without) -> None:
    """A rule of which the log is silent: what its replay does was never recorded."""
    found = without(f"DELETE FROM event WHERE type = 'rule-executed' AND json_extract(data, '$.id') = {FRENCH}")
    own = len(of_rules(FRENCH))
    assert rule(found, FRENCH).tally == Tally(0, own, 0)
    assert found.executions == Tally(len(executed()) - own, len(executed()), len(executed()) - own)
    assert found.executions.recall == 1
    assert found.touched.tickets - found.touched.same == len({ticket for ticket, _, _ in of_rules(FRENCH)})


def test_without_every_tag_event_there_is_no_record_of_added_tags(without: Without) -> None:
    """What a log never holds is not held against the replay; it is counted, and the final values still differ."""
    found = without("DELETE FROM event WHERE type = 'ticket-tags-added'")
    tags = next(one for one in found.fields if one.field == "tags")
    taken = len(exported.made_by_rules("ticket-tags-removed"))
    assert tags.changes == whole(taken)
    assert tags.uncompared > 1_000
    assert tags.final is not None and tags.final.same < tags.final.tickets


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("DELETE FROM rule", "no live rules"),
        ("DELETE FROM event", "no event history"),
        ("DELETE FROM event WHERE type = 'rule-executed'", "none of the "),
        ("UPDATE rule SET type = 'managed'", "none of the live rules can be simulated"),
    ],
)
def test_where_there_is_no_record_it_says_why(without: Without, sql: str, says: str) -> None:
    """No rules, no events, no executions, no rule that can be replayed: not measured, and no number at all."""
    found = without(sql)
    assert not found.measured
    assert says in found.why
    assert found.agreement is None and found.executions == Tally() and not found.fields


def test_the_numbers_by_rule_and_reason_add_up(without: Without) -> None:
    """Rules sum to all executions, disagreements to reasons, and a ticket agrees exactly where it has none."""
    found = without("DELETE FROM shop_order; DELETE FROM message WHERE id % 5 = 0 AND rule_id IS NULL")
    for part in ("recorded", "replayed", "both"):
        assert sum(getattr(one.tally, part) for one in found.rules) == getattr(found.executions, part)
    assert Counter(one.reason for one in found.disagreements) == {
        reason: one.disagreements for reason, one in found.reasons.items()
    }
    assert len({one.ticket for one in found.disagreements}) == found.touched.tickets - found.touched.same
    apart = [one for one in found.disagreements if one.what == "execution"]
    assert sum(one.in_record for one in apart) == found.executions.recorded - found.executions.both
    assert sum(one.in_replay for one in apart) == found.executions.replayed - found.executions.both
