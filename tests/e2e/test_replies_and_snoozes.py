"""Replies of rules as events of their own, the throttle, and snoozes that end by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.e2e.desk import ALL_TRIGGERS, D, Desk, at, replay, rule, rule_set

CREATED, MESSAGE, UPDATED, ASSIGNED, UNSNOOZED, SURVEY = ALL_TRIGGERS
NOTE: list[Any] = [{"addInternalNote": "seen"}]
PROBE = rule("probe", ALL_TRIGGERS, NOTE)
FROM_CUSTOMER = {"message.from_agent": False}


def desk_of_one() -> Desk:
    desk = Desk()
    desk.customer()
    desk.story()
    return desk


def test_a_reply_is_an_event_after_its_event_at_the_same_instant(tmp_path: Path) -> None:
    """When the event is wholly finished `ticket-message-created` and `ticket-updated` run for it at the same instant,
    at depth p + 1.
    """
    rules = rule_set(
        rule("reply", CREATED, [{"replyToTicket": "hi"}]),
        rule("tag", UPDATED, [{"addTags": ["x"]}], {"ticket.tags": {"notContainsAny": ["x"]}}),
        PROBE,
    )
    run = replay(tmp_path, desk_of_one().snapshot(tmp_path), rules)
    assert run.steps("event", "trigger", "depth", "at", rule="probe") == [
        ("ticket:1", CREATED, 0, D),
        ("ticket:1", MESSAGE, 0, D),
        ("ticket:1", UPDATED, 0, D),
        ("ticket:1", UPDATED, 1, D),
        ("ticket:1/reply:1", MESSAGE, 1, D),
        ("ticket:1/reply:1", UPDATED, 1, D),
    ]
    assert run.report["summary"]["events"] == 1, "no simulated ones"


def test_what_a_reply_looks_like_to_rules(tmp_path: Path) -> None:
    """from_agent true, public true, via `rule`, the ticket's channel, receiver the customer, text as rendered, no
    intents.
    """
    desk = Desk()
    desk.customer(1, "jo@x.com")
    desk.ticket(1, channel="chat")
    desk.event(CREATED, 1, D)
    desk.message(1, D, intents=[{"name": "refund/request"}], channel="email", via="email")
    text = "{{message.from_agent}}|{{message.public}}|{{message.via}}|{{message.channel}}|{{message.receiver.email}}|"
    text += "{{message.text}}|{{message.intents.name}}|{{message.created_datetime}}"
    rules = rule_set(
        rule("reply", CREATED, [{"replyToTicket": "Hello {{ticket.customer.firstname}}"}]),
        rule("probe", ALL_TRIGGERS, [{"addInternalNote": text}]),
    )
    run = replay(tmp_path, desk.snapshot(tmp_path), rules)
    assert (
        run.steps("after", event="ticket:1/reply:1", rule="probe")
        == [f"true|true|rule|chat|jo@x.com|Hello First1||{D}"] * 2
    )


def test_replies_do_not_reopen_and_chain_under_max_cascade(tmp_path: Path) -> None:
    """It does not reopen a ticket; a note in its phase starts at p + 1; ticket-assigned may run once in it."""
    desk = desk_of_one()
    desk.user(7)
    rules = rule_set(
        rule("close", CREATED, [{"setStatus": "closed"}, {"replyToTicket": "bye"}]),
        rule("give", MESSAGE, [{"setAssignee": 7}], {"message.via": "rule"}),
        rule("probe", ALL_TRIGGERS, [{"addInternalNote": "{{ticket.status}}"}]),
    )
    run = replay(tmp_path, desk.snapshot(tmp_path), rules)
    assert run.steps("event", "trigger", "depth", "after", rule="probe")[3:] == [
        ("ticket:1/reply:1", MESSAGE, 1, "closed"),
        ("ticket:1/reply:1", UPDATED, 1, "closed"),
        ("ticket:1/reply:1", ASSIGNED, 1, "closed"),
    ]


def test_a_reply_under_max_cascade_zero_has_no_phases(tmp_path: Path) -> None:
    """It is an event of its own under the same `max_cascade`: at 0 a reply, at depth 1, runs nothing."""
    rules = rule_set(rule("reply", CREATED, [{"replyToTicket": "hi"}]), PROBE)
    run = replay(tmp_path, desk_of_one().snapshot(tmp_path), rules, "none", "--max-cascade", 0)
    assert run.steps("depth", rule="probe") == [0, 0, 0]


def test_throttle_one_reply_in_five_minutes_over_all_tickets(tmp_path: Path) -> None:
    """One simulated reply per customer in 5 minutes over all tickets, allowed again at exactly 5:00; a refusal does not
    renew it.
    """
    desk = desk_of_one()
    desk.story(2, at("10:04:59.999999"))
    desk.writes(1, at("10:05:00"), id=9000)
    desk.story(3, at("10:07"), customer=2)
    desk.story(4, at("10:09"), customer=None)
    desk.story(5, at("10:09"), customer=None)
    rules = rule_set(rule("reply", MESSAGE, [{"replyToTicket": "hi"}], FROM_CUSTOMER))
    run = replay(tmp_path, desk.snapshot(tmp_path), rules)
    assert run.steps("event") == ["ticket:1", "message:9000", "ticket:3", "ticket:4", "ticket:5"]
    assert [(r["event"], r["reason"], r["field"], r["after"]) for r in run.refusals] == [
        ("ticket:2", "recent-auto-reply", "replies", "hi")
    ]


def test_no_reply_on_spam_which_is_tested_first(tmp_path: Path) -> None:
    """None on spam, which is tested first."""
    desk = desk_of_one()
    desk.event("ticket-marked-spam", 1, at("10:01"), id=501)
    rules = rule_set(rule("reply", [MESSAGE, UPDATED], [{"replyToTicket": "hi"}]))
    run = replay(tmp_path, desk.snapshot(tmp_path), rules)
    assert run.steps("event", "trigger") == [("ticket:1", MESSAGE)]
    reasons = [(r["event"], r["reason"]) for r in run.refusals]
    assert reasons[-1] == ("event:501", "spam-ticket") and ("ticket:1", "recent-auto-reply") in reasons
    assert run.of_rule("reply")["refusals"]["after"]["spam-ticket"] == 1


def test_replies_in_edits_and_summary(tmp_path: Path) -> None:
    """replies: all outgoing messages in order, notes and e-mails included; `replies` {before, after} counting
    replyToTicket; `to` as written.
    """
    mail = {"to": "Boss@X.com", "cc": "c@x.com", "subject": "S {{ticket.id}}{{ticket.subject}}", "body_text": "B"}
    rules = rule_set(rule("a", CREATED, [{"replyToTicket": "hi"}, {"addInternalNote": "n"}, {"sendEmail": mail}]))
    run = replay(tmp_path, desk_of_one().snapshot(tmp_path), rules)
    assert run.edits("before", "after") == [
        (
            [],
            [
                {"action": "replyToTicket", "at": D, "text": "hi"},
                {"action": "addInternalNote", "at": D, "text": "n"},
                {
                    "action": "sendEmail",
                    "at": D,
                    "text": "B",
                    "to": "Boss@X.com",
                    "subject": "S {{ticket.id}}Subject 1",
                },
            ],
        )
    ]
    assert run.report["summary"]["replies"] == {"before": 0, "after": 1}


def test_bodies(tmp_path: Path) -> None:
    """`replyToTicket: TEXT` or `{body_text, body_html}`; a reply with only `body_html` has that as its text."""
    both = {"body_text": "plain", "body_html": "<b>x</b>"}
    rules = rule_set(rule("a", CREATED, [{"addInternalNote": both}, {"addInternalNote": {"body_html": "<b>only</b>"}}]))
    run = replay(tmp_path, desk_of_one().snapshot(tmp_path), rules)
    assert run.steps("after") == ["plain", "<b>only</b>"]


SNOOZE = rule("snooze", CREATED, [{"snoozeTicket": "2h"}])


def test_a_rules_snooze_ends_by_itself(tmp_path: Path) -> None:
    """If it still stands at its instant, not after the last outside event of the whole snapshot, a self-unsnoozed event
    happens there.
    """
    desk = desk_of_one()
    desk.story(2, at("12:00"), customer=2)
    run = replay(
        tmp_path,
        desk.snapshot(tmp_path),
        rule_set(SNOOZE, rule("probe", ALL_TRIGGERS, [{"addInternalNote": "{{ticket.status}}"}])),
    )
    assert run.steps("event", "trigger", "depth", "at", "after", rule="probe", ticket=1)[3:] == [
        (f"unsnooze:1@{at('12:00')}", UNSNOOZED, 0, at("12:00"), "open"),
        (f"unsnooze:1@{at('12:00')}", UPDATED, 0, at("12:00"), "open"),
    ]
    assert run.steps("before", "after", "field", rule="snooze", ticket=1) == [(None, at("12:00"), "snooze")]
    assert run.edits("ticket", "before", "after", field="snooze") == [(2, None, at("14:00"))], (
        "2's stands: it would end later"
    )
    assert run.report["summary"]["events"] == 2


def test_all_ends_come_before_any_outside_event_of_that_instant(tmp_path: Path) -> None:
    """All ends at one instant, by ticket id, come before any outside event of that instant: seen in the throttle's
    order.
    """
    desk = Desk()
    desk.customer()
    desk.story(5)
    desk.story(3)
    desk.story(1, at("12:00"))
    rules = rule_set(
        SNOOZE, rule("reply", [UNSNOOZED, CREATED], [{"replyToTicket": "x"}], {"ticket.priority": "normal"})
    )
    run = replay(tmp_path, desk.snapshot(tmp_path), rules)
    assert run.steps("event", field="replies", at=at("12:00")) == [f"unsnooze:3@{at('12:00')}"]
    refused = [r["event"] for r in run.refusals if r["at"] == at("12:00")]
    assert sorted(refused) == sorted([f"unsnooze:5@{at('12:00')}", "ticket:1"])


def test_a_customers_message_ends_a_rules_snooze(tmp_path: Path) -> None:
    """If it still stands: a customer's message before ends it without a phase, so no end happens."""
    desk = desk_of_one()
    desk.writes(1, at("11:00"))
    desk.story(2, at("20:00"), customer=2)
    run = replay(tmp_path, desk.snapshot(tmp_path), rule_set(SNOOZE, PROBE))
    assert run.steps("event", trigger=UNSNOOZED, ticket=1) == []


def test_at_most_max_cascade_ends_in_a_row(tmp_path: Path) -> None:
    """At most `max_cascade` such ends in a row without an outside event between; then it ends silently with the loop
    finding.
    """
    desk = desk_of_one()
    desk.story(2, at("20:00", 20), customer=2)
    again = rule("again", [CREATED, UNSNOOZED], [{"snoozeTicket": "1h"}], {"ticket.subject": "Subject 1"})
    run = replay(tmp_path, desk.snapshot(tmp_path), rule_set(again, PROBE), "none", "--max-cascade", 3)
    assert run.steps("at", trigger=UNSNOOZED, rule="probe") == [at(f"{hour}:00") for hour in (11, 12, 13)]
    assert run.steps("after", rule="again")[-1] == at("14:00")
    assert run.edits("field", field="snooze") == [], "it ended silently"
    assert [finding for finding in run.report["findings"] if "again" in finding["message"]]


def test_an_outside_snooze_without_end_stands(tmp_path: Path) -> None:
    """A *rule's* snooze ends by itself; an outside one ends where its end was recorded."""
    desk = desk_of_one()
    desk.event("ticket-snoozed", 1, at("10:30"), 7, data={"snooze_datetime": at("11:00")})
    desk.story(2, at("20:00"), customer=2)
    run = replay(tmp_path, desk.snapshot(tmp_path), rule_set(PROBE))
    assert run.steps("event", trigger=UNSNOOZED) == []


def test_notes_are_repeated_in_each_rerun(tmp_path: Path) -> None:
    """A `ticket-updated` rule that sends a note does so again in each re-run (lint warns)."""
    rules = rule_set(rule("a", UPDATED, [{"addTags": ["x"]}, {"addInternalNote": "n"}]))
    run = replay(tmp_path, desk_of_one().snapshot(tmp_path), rules)
    assert run.steps("depth", field="replies") == [0, 1]


def test_customer_fields_are_seen_from_all_tickets_of_the_customer(tmp_path: Path) -> None:
    """Customer custom fields written by rules are state of the customer, seen from all its tickets from then on."""
    desk = desk_of_one()
    desk.story(2, at("11:00"))
    desk.story(3, at("11:00"), customer=2)
    write = rule(
        "write", CREATED, [{"setCustomerCustomFieldValue": {"id": 3, "value": "gold"}}], {"ticket.subject": "Subject 1"}
    )
    rules = rule_set(
        write, rule("probe", CREATED, [{"addInternalNote": "[{{ticket.customer.custom_fields.3}}]"}], priority=-1)
    )
    run = replay(tmp_path, desk.snapshot(tmp_path), rules)
    assert run.steps("ticket", "after", rule="probe") == [(1, "[gold]"), (2, "[gold]"), (3, "[]")]
    assert run.edits("ticket", "before", "after", field="customer.custom_fields.3") == [(1, None, "gold")]
