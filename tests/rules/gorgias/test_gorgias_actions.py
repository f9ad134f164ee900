"""Actions of Gorgias code and macros: every one, and every way in which one cannot be simulated."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.instants import DAY, MINUTE
from simulator.rules.actions import ACTIONS as LANGUAGE
from simulator.rules.gorgias.actions import ACTIONS
from simulator.rules.gorgias.findings import Findings
from simulator.rules.gorgias.javascript import read_javascript
from simulator.rules.gorgias.macros import MacroActions, actions_from_macro
from simulator.rules.gorgias.statements import steps_of
from simulator.rules.model import Action, FieldValue, MessageTemplate

Argument = object


def read(code: str) -> tuple[tuple[object, ...], Findings]:
    """The steps of some code, and what was found on the way."""
    findings = Findings()
    return steps_of(read_javascript(code), findings), findings


CASES: list[tuple[str, str, Argument]] = [
    ("addTags", "{tags: 'a, b ,a'}", ("a", "b")),
    ("addTags", "{tags: ['a', 'b']}", ("a", "b")),
    ("addTags", "{'tags': [{name: 'a', id: 4}]}", ("a",)),
    ("removeTags", "{tags: 'a'}", ("a",)),
    ("setTags", "{tags: ''}", ()),
    ("setTags", "{tags: null}", ()),
    ("setTags", "{tags: 'x,y'}", ("x", "y")),
    ("setPriority", "{priority: 'critical'}", "critical"),
    ("setStatus", "{status: 'closed'}", "closed"),
    ("setSubject", "{subject: 'New'}", "New"),
    ("setAssignee", "{assignee_user: 12}", 12),
    ("setAssignee", "{assignee_user: '12'}", 12),
    ("setAssignee", "{assignee_user: {id: 12, name: 'A'}}", 12),
    ("setAssignee", "{assignee_user: null}", None),
    ("setAssignee", "{assignee_user: 'a@example.com'}", "a@example.com"),
    ("setTeamAssignee", "{assignee_team: 302}", 302),
    ("setTeamAssignee", "{assignee_team: null}", None),
    ("snoozeTicket", "{snooze_timedelta: '3d'}", 3 * DAY),
    ("snoozeTicket", "{snooze_timedelta: '90m'}", 90 * MINUTE),
    ("setCustomFieldValue", "{custom_field_id: 7, value: 'gold'}", FieldValue("7", "gold")),
    ("setCustomFieldValue", "{custom_field_id: '7', value: -1.50}", FieldValue("7", Decimal("-1.5"))),
    ("setCustomerCustomFieldValue", "{custom_field_id: 7, value: null}", FieldValue("7", None)),
    ("replyToTicket", "{body_text: 'Hi', body_html: '<p>Hi</p>', attachments: []}", MessageTemplate("Hi", "<p>Hi</p>")),
    ("replyToTicket", "{body_html: '<p>Hi</p>', body_text: ''}", MessageTemplate(None, "<p>Hi</p>")),
    ("addInternalNote", "{body_text: 'note'}", MessageTemplate("note", None)),
    (
        "sendEmail",
        "{to: 'a@example.com, b@example.com', cc: ['c@example.com'], bcc: null, subject: 'S', body_text: 'T'}",
        MessageTemplate("T", None, ("a@example.com", "b@example.com"), ("c@example.com",), (), "S"),
    ),
    ("applyMacro", "{macro: 81}", 81),
    ("applyMacro", "{macro: {id: 81}}", 81),
    ("trashTicket", "{}", True),
    ("trashTicket", "null", True),
    ("excludeFromAutoMerge", "{}", True),
    ("excludeFromCSAT", "{}", True),
    ("facebookHideComment", "{}", True),
    ("facebookLikeComment", "{}", True),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_each_action_is_read(name: str, arguments: str, expected: Argument) -> None:
    """An action and its arguments become what the rule language has for them, without a word of warning."""
    steps, findings = read(f"Action('{name}', {arguments})")
    assert findings == Findings()
    (step,) = steps
    assert isinstance(step, Action)
    assert (step.kind, step.argument, type(step.argument)) == (name, expected, type(expected))


def test_every_action_of_the_language_has_a_case() -> None:
    """The tables of actions and this one do not drift apart."""
    assert {name for name, *_ in CASES} == set(LANGUAGE) == set(ACTIONS) - {"setResponseText"}


def test_an_action_without_arguments_and_a_response_text() -> None:
    """Arguments may be left out where none are needed; setResponseText is a reply."""
    steps, findings = read("Action('trashTicket'); Action('setResponseText', {body_text: 'Hi'})")
    assert steps == (Action("trashTicket", True), Action("replyToTicket", MessageTemplate("Hi", None)))
    assert not findings.problems


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("Action('notify', {})", 'action "notify" cannot be simulated'),
        ("Action('addTag', {tags: 'x'})", 'action "addTag" cannot be simulated, the nearest known is "addTags"'),
        ("Action('addTags', {tags: ''})", "addTags: no tag given"),
        ("Action('addTags', {tags: ' , '})", "addTags: no tag given"),
        ("Action('addTags', {})", "addTags: no tags given"),
        ("Action('addTags')", "addTags: no tags given"),
        ("Action('addTags', {tags: 5})", "addTags: tags that are not a text or a list"),
        ("Action('addTags', {tags: ['a,b']})", "addTags: a tag that is not a plain name"),
        ("Action('addTags', {tags: x + y})", 'addTags: operator "+"'),
        ("Action('addTags', 'x')", "arguments that are not an object in addTags"),
        ("Action(name, {})", "an Action without a plain name"),
        ("Action()", "an Action without a plain name"),
        ("action('addTags', {tags: 'x'})", '"action" where an Action should stand'),
        ("Action('setPriority', {priority: 'urgent'})", '"urgent" where one of low'),
        ("Action('setStatus', {status: null})", "null where one of open"),
        ("Action('setSubject', {subject: ' '})", "no subject given"),
        ("Action('setAssignee', {})", "no assignee_user given"),
        ("Action('setAssignee', {assignee_user: 'Bob'})", '"Bob" where a number is needed'),
        ("Action('setAssignee', {assignee_user: '{{current_user.id}}'})", "where a number is needed"),
        ("Action('setTeamAssignee', {assignee_team: true})", "true where a number is needed"),
        ("Action('snoozeTicket', {snooze_timedelta: '0d'})", "a snooze of no length"),
        ("Action('snoozeTicket', {snooze_datetime: '2026-01-01'})", "no snooze_timedelta given"),
        ("Action('setCustomFieldValue', {custom_field_id: 1, value: ['a']})", "value that is not a plain value"),
        ("Action('replyToTicket', {body_text: ''})", "replyToTicket: no text given"),
        ("Action('sendEmail', {to: '', body_text: 'x'})", "sendEmail: no recipient given"),
        (
            f"Action('sendEmail', {{to: '{','.join(f'{n}@example.com' for n in range(16))}', body_text: 'x'}})",
            "more than 15 recipients",
        ),
        ("Action('applyMacro', {macro: null})", "applyMacro: no macro given"),
        ("eq(ticket.spam, true)", '"eq" where an Action should stand'),
        ("'use strict'", "a statement that is neither an if nor an Action"),
        ("for (;;) {}", "for statement"),
    ],
)
def test_what_cannot_be_simulated_has_a_reason(code: str, reason: str) -> None:
    """Nothing is guessed or left out silently."""
    steps, findings = read(code)
    assert steps == ()
    assert len(findings.problems) == 1
    assert reason in findings.problems[0].reason
    assert findings.problems[0].place.line == 1


def test_what_is_left_out_of_an_action_is_noted() -> None:
    """An empty tag and an argument that has no meaning here are said, and the action stands."""
    steps, findings = read("Action('addTags', {tags: 'a,,b', colour: 'red'})")
    assert steps == (Action("addTags", ("a", "b")),)
    assert [(code, note.reason) for code, note in findings.notes] == [
        ("G005", "an empty tag is left out"),
        ("G005", 'addTags: "colour" is left out'),
    ]


def test_a_macro_gives_its_actions_and_names_the_rest() -> None:
    """Macro actions run under their own names; what cannot be simulated is named and the others stand."""
    actions = [
        {
            "name": "setResponseText",
            "title": "Reply",
            "arguments": {"body_text": "Hi {{ticket.customer.firstname}}", "body_html": ""},
        },
        {"name": "addTags", "arguments": {"tags": "a,b"}},
        {"name": "addTags", "arguments": {"tags": [{"name": "c"}]}},
        {"name": "setCustomFieldValue", "arguments": {"custom_field_id": 3, "value": 1.5}},
        {"name": "setAssignee", "arguments": {"assignee_user": {"id": 5}}},
        {"name": "trashTicket"},
        {"name": "http", "arguments": {"url": "x"}},
        {"name": "applyMacro", "arguments": {"macro": 1}},
        {"arguments": {}},
        "x",
    ]
    assert actions_from_macro(actions) == MacroActions(
        (
            Action("replyToTicket", MessageTemplate("Hi {{ticket.customer.firstname}}", None)),
            Action("addTags", ("a", "b")),
            Action("addTags", ("c",)),
            Action("setCustomFieldValue", FieldValue("3", Decimal("1.5"))),
            Action("setAssignee", 5),
            Action("trashTicket", True),
        ),
        (
            'action "http" cannot be simulated',
            'action "applyMacro" in a macro cannot be simulated',
            "an action without a name",
            "an action without a name",
        ),
    )


@pytest.mark.parametrize(
    "actions",
    [
        None,
        [],
        {},
        "x",
        5,
        [[]],
        [{"name": "addTags", "arguments": [[[["x"]]]]}],
        [{"name": "addTags", "arguments": float("nan")}],
    ],
)
def test_any_json_is_a_macro_or_refused(actions: object) -> None:
    """No shape of a macro's actions brings anything but a result."""
    assert actions_from_macro(actions).actions == ()
