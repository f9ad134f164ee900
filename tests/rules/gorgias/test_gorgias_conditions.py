"""Conditions of Gorgias code: every function, path and literal, and every way in which one cannot be simulated."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.instants import DAY, HOUR, parse_instant
from simulator.rules.gorgias.conditions import condition
from simulator.rules.gorgias.findings import Findings
from simulator.rules.gorgias.javascript import read_javascript
from simulator.rules.gorgias.tree import Do
from simulator.rules.model import ALWAYS, All, Any, Condition, Not, Operand
from simulator.rules.model import Test as Question
from simulator.rules.operators import OPERATORS

SHOPIFY = "ticket.customer.integrations.shopify."


def read(code: str) -> tuple[Condition, Findings]:
    """The condition of one expression, and what was found on the way."""
    (statement,) = read_javascript(code)
    assert isinstance(statement, Do)
    findings = Findings()
    return condition(statement.expression, findings), findings


CASES: list[tuple[str, str, str, Operand, str]] = [
    ("eq(ticket.subject, 'Hi ')", "ticket.subject", "eq", "Hi ", ""),
    ("neq(ticket.spam, true)", "ticket.spam", "neq", True, ""),
    ("eq(ticket.from_agent, 'false')", "ticket.from_agent", "eq", False, ""),
    ("eq(ticket.assignee_team_id, '302')", "ticket.assignee_team_id", "eq", 302, ""),
    ("eq(message.integration_id, 5501)", "message.integration_id", "eq", 5501, ""),
    ("eq(ticket.assignee_user.id, 7)", "ticket.assignee_user_id", "eq", 7, ""),
    ("isEmpty(ticket.assignee_team.id)", "ticket.assignee_team_id", "isEmpty", True, ""),
    (f"gte({SHOPIFY}customer.total_spent, '500.50')", SHOPIFY + "customer.total_spent", "gte", Decimal("500.5"), ""),
    (f"lt({SHOPIFY}customer.orders_count, 3)", SHOPIFY + "customer.orders_count", "lt", Decimal(3), ""),
    ("gt(ticket.priority, 'normal')", "ticket.priority", "gt", "normal", ""),
    ("eq(ticket.status, 'open')", "ticket.status", "eq", "open", ""),
    (
        "lte(ticket.created_datetime, '2026-03-02T10:00:00+01:00')",
        "ticket.created_datetime",
        "lte",
        parse_instant("2026-03-02T09:00:00Z"),
        "",
    ),
    (
        f"lteTimedelta({SHOPIFY}last_order.created_at, '2d')",
        SHOPIFY + "last_order.created_at",
        "lteTimedelta",
        2 * DAY,
        "",
    ),
    ("gteTimedelta(ticket.last_message_datetime, '1w')", "ticket.last_message_datetime", "gteTimedelta", 7 * DAY, ""),
    ("containsAny(message.text, ['a', 'b', 'a'])", "message.text", "containsAny", ("a", "b"), ""),
    ("containsAll(ticket.tags.name, 'VIP')", "ticket.tags.name", "containsAll", ("VIP",), ""),
    ("notContainsAny(ticket.tags.name, ['x'])", "ticket.tags.name", "notContainsAny", ("x",), ""),
    (
        "notContainsAll(message.intents.name, ['refund/request'])",
        "message.intents.name",
        "notContainsAll",
        ("refund/request",),
        "",
    ),
    ("contains(message.text, 'x')", "message.text", "containsAny", ("x",), ""),
    ("notContains(message.text, 'x')", "message.text", "notContainsAny", ("x",), ""),
    ("startsWith(ticket.subject, ['re:', 'aw:'])", "ticket.subject", "startsWith", ("re:", "aw:"), ""),
    ("endsWith(message.sender.email, '@example.com')", "message.sender.email", "endsWith", ("@example.com",), ""),
    ("isNotEmpty(ticket.snooze_datetime)", "ticket.snooze_datetime", "isNotEmpty", True, ""),
    ("duringBusinessHours(message.created_datetime)", "message.created_datetime", "duringBusinessHours", True, ""),
    ("outsideBusinessHours(ticket.created_datetime)", "ticket.created_datetime", "outsideBusinessHours", True, ""),
    ("eq(event.type, 'ticket-message-created')", "event.type", "eq", "ticket-message-created", ""),
    ("eq(message.source.from.address, 'a@example.com')", "message.source.from.address", "eq", "a@example.com", ""),
    ("eq(ticket['channel'], 'email')", "ticket.channel", "eq", "email", ""),
    ("eq(ticket.custom_fields[123], 'gold')", "ticket.custom_fields.123", "eq", "gold", "text"),
    ("eq(ticket.custom_fields['123'].value, true)", "ticket.custom_fields.123", "eq", True, "bool"),
    ("gte(ticket.customer.custom_fields[9].value, 5)", "ticket.customer.custom_fields.9", "gte", Decimal(5), "number"),
    ("gte(ticket.customer.data.points, '100')", "ticket.customer.data.points", "gte", Decimal(100), "number"),
    (
        "gte(ticket.customer.data.since, '2026-01-01')",
        "ticket.customer.data.since",
        "gte",
        parse_instant("2026-01-01T00:00:00Z"),
        "datetime",
    ),
    (
        "gteTimedelta(ticket.customer.data.since, '36h')",
        "ticket.customer.data.since",
        "gteTimedelta",
        36 * HOUR,
        "datetime",
    ),
    ("containsAny(ticket.customer.data.tier, ['a'])", "ticket.customer.data.tier", "containsAny", ("a",), "words"),
    ("startsWith(ticket.customer.data.tier, 'a')", "ticket.customer.data.tier", "startsWith", ("a",), "text"),
    ("isEmpty(ticket.customer.data.tier)", "ticket.customer.data.tier", "isEmpty", True, ""),
    (
        "duringBusinessHours(ticket.customer.data.since)",
        "ticket.customer.data.since",
        "duringBusinessHours",
        True,
        "datetime",
    ),
    (
        f"eq({SHOPIFY}last_order.shipping_address.country, 'France')",
        SHOPIFY + "last_order.shipping_address.country",
        "eq",
        "France",
        "text",
    ),
]


@pytest.mark.parametrize(("code", "path", "operator", "operand", "reads"), CASES, ids=[case[0] for case in CASES])
def test_each_function_is_read(code: str, path: str, operator: str, operand: Operand, reads: str) -> None:
    """A function, a path and a literal become one test, the literal of the field's type."""
    test, findings = read(code)
    assert (test, findings.problems) == (Question(path, operator, operand, reads), [])
    assert isinstance(test, Question)
    assert type(test.operand) is type(operand)


def test_every_operator_of_the_language_has_a_case() -> None:
    """The table of operators and this table do not drift apart."""
    assert {code.partition("(")[0] for code, *_ in CASES} == set(OPERATORS)


A, B, C = (
    Question("ticket.channel", "eq", "a"),
    Question("ticket.channel", "eq", "b"),
    Question("ticket.via", "neq", "c"),
)
a, b, c = "eq(ticket.channel, 'a')", "eq(ticket.channel, 'b')", "neq(ticket.via, 'c')"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"{a} && {b} && {c}", All((A, B, C))),
        (f"{a} && ({b} && {c})", All((A, B, C))),
        (f"{a} || {b} && {c}", Any((A, All((B, C))))),
        (f"({a} || {b}) && {c}", All((Any((A, B)), C))),
        (f"!{a}", Not(A)),
        (f"!({a} || !{b})", Not(Any((A, Not(B))))),
        ("true", ALWAYS),
        ("false", Any(())),
        (f"true && {a}", A),
    ],
)
def test_logic(code: str, expected: Condition) -> None:
    """&&, || and ! become all, any and not; chains are one list."""
    assert read(code) == (expected, Findings())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("eqq(ticket.subject, 'x')", 'unknown function "eqq", the nearest known is "eq"'),
        ("eq(ticket.subjet, 'x')", 'unknown field "ticket.subjet", the nearest known is "ticket.subject"'),
        ("eq(ticket.tags, 'x')", 'unknown field "ticket.tags"'),
        ("eq(customer.email, 'x')", 'unknown variable "customer"'),
        ("eq(user.email, 'x')", 'unknown variable "user"'),
        ("eq(ticket.customer.data['a.b'], 'x')", 'unknown field "ticket.customer.data.a.b"'),
        (f"eq({SHOPIFY}last_order.financial_statuss, 'x')", "the nearest known is"),
        ("eq('x', ticket.subject)", "a first argument that is not a field"),
        ("eq(ticket.subject)", "eq with 1 arguments instead of 2"),
        ("isEmpty(ticket.subject, true)", "isEmpty with 2 arguments instead of 1"),
        ("eq(ticket.subject, null)", "a comparison with null"),
        ("eq(ticket.subject, '')", "an empty text"),
        ("eq(ticket.subject, ' ')", "an empty text"),
        ("eq(ticket.subject, 5)", "5 where a text is needed"),
        ("eq(ticket.subject, ticket.channel)", "a value that is not a text, number, true or false"),
        ("eq(ticket.subject, `x`)", "template string"),
        ("eq(ticket.assignee_user_id, '{{current_user.id}}')", 'the template "{{current_user.id}}" in a condition'),
        ("eq(ticket.assignee_user_id, 'me')", '"me" where a number is needed'),
        ("eq(ticket.assignee_user_id, 1.5)", "1.5 where an id is needed"),
        ("eq(ticket.spam, 1)", "1 where true or false is needed"),
        ("eq(ticket.priority, 'urgent')", '"urgent" where one of low, normal, high, critical is needed'),
        ("eq(ticket.status, 'snoozed')", '"snoozed" where one of open, closed is needed'),
        ("eq(event.type, 'ticket-closed')", '"ticket-closed" where one of ticket-created'),
        ("gte(ticket.subject, 'x')", "gte on ticket.subject, which holds a text"),
        ("eq(ticket.tags.name, 'x')", "eq on ticket.tags.name, which holds a list"),
        ("containsAny(ticket.status, ['open'])", "containsAny on ticket.status"),
        (f"gte({SHOPIFY}customer.total_spent, '1,000')", '"1,000" where a number is needed'),
        ("gte(ticket.created_datetime, 'yesterday')", '"yesterday" where an ISO 8601 instant is needed'),
        ("gte(ticket.created_datetime, '0001-01-01')", "an instant of the years 1000 to 9998"),
        ("gteTimedelta(ticket.created_datetime, '1y')", '"1y" where a duration such as 2d is needed'),
        ("gteTimedelta(ticket.created_datetime, '999999999w')", "a duration of at most 100 years"),
        ("containsAny(message.text, [])", "an empty list of words"),
        ("containsAny(message.text, ['a', ''])", "an empty text"),
        ("containsAny(message.text, ['a',, 'b'])", "empty place in a list"),
        ("Action('addTags', {tags: 'x'})", 'unknown function "Action"'),
        ("ticket.spam", "a condition that is not a call of a function"),
        ("a == b", 'operator "==" in a condition'),
    ],
)
def test_what_cannot_be_simulated_has_a_reason_and_a_place(code: str, reason: str) -> None:
    """Nothing is guessed: the reason and the line are named, and other conditions are still read."""
    _, findings = read(f"{a} && {code}\n && eqq(x)")
    assert len(findings.problems) == 2
    assert reason in findings.problems[0].reason
    assert findings.problems[0].place.line == 1
    assert str(findings.problems[1]).endswith("(at 2:5 of the code)")


def test_a_deprecated_function_is_noted() -> None:
    """contains is read as containsAny, and said so."""
    _, findings = read("contains(message.text, 'x')")
    assert [(code, note.reason) for code, note in findings.notes] == [
        ("G003", "deprecated contains read as containsAny")
    ]


def test_problems_are_bounded() -> None:
    """A rule of a thousand unknown functions is given up after twenty."""
    assert len(read(" && ".join(["f(x)"] * 1000))[1].problems) == 20
