"""What a rule set says once it is read: values exact, aliases resolved, lists expanded, rules in running order."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from simulator.errors import InputError
from simulator.hours import BusinessHours
from simulator.instants import DAY, parse_instant
from simulator.rules import model
from simulator.rules.load import load_text, parse_condition
from simulator.rules.model import (
    ALWAYS,
    Action,
    All,
    Any,
    Branch,
    FieldValue,
    MessageTemplate,
    Not,
    RuleSet,
    Step,
    Trigger,
)

SPENT = "ticket.customer.integrations.shopify.customer.total_spent"


def load(text: str) -> RuleSet:
    """The rule set of a text that must load."""
    return load_text("version: 1\n" + text, "set.yaml")[0]


def only_then(text: str) -> tuple[Step, ...]:
    """The steps of the only rule of a set whose `then` is this text."""
    return load(f"rules:\n  - id: a\n    on: ticket-created\n    then: {text}\n").rules[0].then


@pytest.mark.parametrize(
    ("written", "test"),
    [
        ("customer.total_spent: {gte: 500}", model.Test(SPENT, "gte", Decimal(500))),
        ("customer.total_spent: {gte: 0.1}", model.Test(SPENT, "gte", Decimal("0.1"))),
        ("customer.total_spent: -3.", model.Test(SPENT, "eq", Decimal(-3))),
        ("ticket.tags: {containsAny: VIP}", model.Test("ticket.tags.name", "containsAny", ("VIP",))),
        ("message.body: {contains: [refund]}", model.Test("message.text", "containsAny", ("refund",))),
        ("message.text: {notContains: 0777}", model.Test("message.text", "notContainsAny", ("0777",))),
        ("message.text: {containsAll: [b, a, b]}", model.Test("message.text", "containsAll", ("b", "a"))),
        ("ticket.spam: TRUE", model.Test("ticket.spam", "eq", True)),
        ("ticket.subject: 12:30", model.Test("ticket.subject", "eq", "12:30")),
        ("ticket.subject: no", model.Test("ticket.subject", "eq", "no")),
        ("ticket.subject: 1.50", model.Test("ticket.subject", "eq", "1.50")),
        ("ticket.assignee_team_id: 302", model.Test("ticket.assignee_team_id", "eq", 302)),
        ("ticket.priority: {gt: normal}", model.Test("ticket.priority", "gt", "normal")),
        ("ticket.assignee_user_id: {isEmpty: true}", model.Test("ticket.assignee_user_id", "isEmpty", True)),
        (
            "last_order.created_at: {lteTimedelta: 2d}",
            model.Test("ticket.customer.integrations.shopify.last_order.created_at", "lteTimedelta", 2 * DAY),
        ),
        ("ticket.custom_fields.7: 5", model.Test("ticket.custom_fields.7", "eq", Decimal(5), "number")),
        ("ticket.custom_fields.7: '5'", model.Test("ticket.custom_fields.7", "eq", "5", "text")),
        ("ticket.custom_fields.7: true", model.Test("ticket.custom_fields.7", "eq", True, "bool")),
        (
            "ticket.custom_fields.7: {gt: 2026-01-01}",
            model.Test("ticket.custom_fields.7", "gt", parse_instant("2026-01-01", UTC), "datetime"),
        ),
        (
            "ticket.custom_fields.7: {lteTimedelta: 1d}",
            model.Test("ticket.custom_fields.7", "lteTimedelta", DAY, "datetime"),
        ),
        (
            "ticket.custom_fields.7: {duringBusinessHours: true}",
            model.Test("ticket.custom_fields.7", "duringBusinessHours", True, "datetime"),
        ),
        (
            "ticket.custom_fields.7: {containsAny: a}",
            model.Test("ticket.custom_fields.7", "containsAny", ("a",), "words"),
        ),
        ("ticket.custom_fields.7: {endsWith: a}", model.Test("ticket.custom_fields.7", "endsWith", ("a",), "text")),
        ("ticket.custom_fields.7: {isEmpty: true}", model.Test("ticket.custom_fields.7", "isEmpty", True)),
    ],
)
def test_a_test_is_read_by_the_type_of_its_field(written: str, test: model.Test) -> None:
    """Aliases become full paths, numbers exact decimals, and on open fields the operand says how values are read."""
    assert parse_condition(written) == test


def test_every_form_of_a_condition_says_what_the_table_says() -> None:
    """Mappings and lists are all of their parts; all, any and not nest at will."""
    spam, email, vip = (
        model.Test("ticket.spam", "eq", True),
        model.Test("ticket.channel", "eq", "email"),
        model.Test("ticket.tags.name", "containsAny", ("VIP",)),
    )
    assert parse_condition("ticket.spam: true\nticket.channel: email") == All((spam, email))
    assert parse_condition("[{ticket.spam: true}, {ticket.channel: email}]") == All((spam, email))
    assert parse_condition("any: [{ticket.spam: true}, {not: {ticket.channel: email}}]") == Any((spam, Not(email)))
    assert parse_condition("not: [{ticket.spam: true}, {ticket.channel: email}]") == Not(All((spam, email)))
    assert parse_condition("all: [{any: []}]\nticket.tags: {containsAny: [VIP]}") == All((All((Any(()),)), vip))
    assert parse_condition("ticket.tags: {containsAny: VIP, notContainsAny: x}") == All(
        (vip, model.Test("ticket.tags.name", "notContainsAny", ("x",)))
    )


def test_a_missing_if_is_always_true_and_missing_branches_are_empty() -> None:
    """A rule needs no more than an id and a trigger."""
    (rule,) = load("rules: [{id: a, on: ticket-updated}]").rules
    assert (rule.name, rule.on, rule.priority, rule.enabled) == ("a", (Trigger.TICKET_UPDATED,), 0, True)
    assert (rule.condition, rule.then, rule.otherwise) == (ALWAYS, (), ())


def test_rules_come_in_running_order() -> None:
    """Priority descending, then name, then id, by code point; disabled rules are read as well."""
    rules = load(
        "rules:\n"
        "  - {id: d, name: b, on: ticket-created, priority: -1}\n"
        "  - {id: c, name: a, on: ticket-created, enabled: false}\n"
        "  - {id: b, name: a, on: ticket-created}\n"
        "  - {id: a, name: Z, on: ticket-created}\n"
        "  - {id: e, name: z, on: ticket-created, priority: 5}\n"
    ).rules
    assert [rule.id for rule in rules] == ["e", "a", "b", "c", "d"]
    assert [rule.id for rule in rules if not rule.enabled] == ["c"]


@pytest.mark.parametrize(
    ("written", "argument"),
    [
        ("addTags: [b, a, b]", ("b", "a")),
        ("removeTags: 2024", ("2024",)),
        ("setTags: []", ()),
        ("setStatus: closed", "closed"),
        ("setAssignee: 12", 12),
        ("setAssignee: a@b.example", "a@b.example"),
        ("setAssignee: null", None),
        ("setTeamAssignee: '12'", "12"),
        ("snoozeTicket: 2d", 2 * DAY),
        ("setCustomFieldValue: {id: 5, value: 3.50}", FieldValue("5", Decimal("3.50"))),
        ("setCustomerCustomFieldValue: {value: yes, id: a}", FieldValue("a", "yes")),
        ("setCustomFieldValue: {id: 5, value: null}", FieldValue("5", None)),
        ("replyToTicket: Hello", MessageTemplate("Hello", None)),
        ("addInternalNote: {body_html: <b>x</b>}", MessageTemplate(None, "<b>x</b>")),
        (
            "sendEmail: {to: [a@b.example], bcc: c@d.example, subject: S, body_text: B}",
            MessageTemplate("B", None, ("a@b.example",), (), ("c@d.example",), "S"),
        ),
        ("applyMacro: 7", 7),
        ("trashTicket: true", True),
    ],
)
def test_arguments_of_actions(written: str, argument: object) -> None:
    """Each action's argument is what the model says."""
    assert only_then(f"[{{{written}}}]") == (Action(written.partition(":")[0], argument),)  # type: ignore[arg-type]


def test_items_keep_their_order_and_nest() -> None:
    """Several actions in one item run in the order written; a bare word is an action without an argument."""
    closing = Action("setStatus", "closed")
    nested = Branch(
        model.Test("ticket.spam", "eq", True), (closing,), (Action("trashTicket", True), Action("setPriority", "low"))
    )
    branch = "{if: {ticket.spam: true}, then: [{setStatus: closed}], else: [trashTicket, {setPriority: low}]}"
    text = f"[{{setStatus: closed, addTags: [a]}}, {branch}]"
    assert only_then(text) == (closing, Action("addTags", ("a",)), nested)


def test_named_lists_are_expanded_alone_and_as_items() -> None:
    """`{list: NAME}` stands for the words, wherever words may stand."""
    ruleset = load(
        "lists: {w: [a, b]}\nrules:\n  - {id: a, on: ticket-created, if: {message.text: "
        "{containsAny: {list: w}, containsAll: [c, {list: w}]}}}"
    )
    assert ruleset.rules[0].condition == All(
        (
            model.Test("message.text", "containsAny", ("a", "b")),
            model.Test("message.text", "containsAll", ("c", "a", "b")),
        )
    )


def test_instants_without_an_offset_are_in_the_zone_of_the_set() -> None:
    """A date is its midnight there; the zone may stand anywhere in the file."""
    text = (
        "rules: [{id: a, on: ticket-created, if: {ticket.created_datetime: {gte: 2026-07-01}}}]\ntimezone: Europe/Paris"
    )
    condition = load(text).rules[0].condition
    assert condition == model.Test("ticket.created_datetime", "gte", parse_instant("2026-06-30T22:00:00Z"))
    alone = parse_condition("ticket.created_datetime: 2026-07-01T00:00", zone=ZoneInfo("Europe/Paris"))
    assert alone == model.Test("ticket.created_datetime", "eq", parse_instant("2026-06-30T22:00:00Z"))


def test_business_hours_wrap_and_join() -> None:
    """Ranges of days may wrap, spans that touch are one, calendars and dates are sorted."""
    hours = load(
        "timezone: America/New_York\n"
        "business_hours: {sat-mon: ['14:00-24:00', '10:00-12:00', '12:00-13:00'], tue: 9:00-17:30, wed: []}\n"
        "holidays: [US, 2026-12-24, DE-BY]\nrules: []"
    ).hours
    weekend = ((600, 780), (840, 1440))
    spans = (weekend, ((540, 1050),), (), (), (), weekend, weekend)
    assert hours == BusinessHours("America/New_York", spans, ("DE-BY", "US"), ("2026-12-24",))


def test_overlapping_spans_are_joined_with_a_warning() -> None:
    """What is open twice is open once."""
    ruleset, warnings = load_text(
        "version: 1\nbusiness_hours: {mon: ['09:00-12:00', '11:00-14:00']}\nrules: []", "set.yaml"
    )
    assert ruleset.hours.spans[0] == ((540, 840),)
    assert [one.code for one in warnings] == ["R111"]


def test_a_condition_of_its_own_reports_all_its_faults() -> None:
    """`--where` is read by the same rules; lists of a set are not known there."""
    with pytest.raises(InputError) as caught:
        parse_condition("ticket.chanel: email\nmessage.text: {containsAny: {list: w}}", "--where")
    assert [(one.code, str(one.location)) for one in caught.value.diagnostics] == [
        ("R012", "--where:1:1"),
        ("R017", "--where:2:36"),
    ]
    with pytest.raises(InputError):
        parse_condition("")
