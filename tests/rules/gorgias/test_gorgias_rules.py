"""Live rules of Gorgias as a rule set: ids, order, shapes of the code, and what is named as not simulable."""

from __future__ import annotations

from typing import Any as Anything

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.hours import NEVER
from simulator.rules.gorgias.tree import Statement
from simulator.rules.gorgias_code import (
    GorgiasRules,
    LiveRuleRecord,
    LiveViewRecord,
    rule_record,
    rules_from_gorgias,
    views_from_gorgias,
)
from simulator.rules.model import ALWAYS, Action, Branch, Rule, Step, Trigger
from simulator.rules.model import Test as Question
from tests.rules.gorgias.forms import JSON_VALUES, STATEMENTS, estree, javascript

CHAT, MAIL = Question("ticket.channel", "eq", "chat"), Question("ticket.channel", "eq", "email")
chat, mail = "eq(ticket.channel, 'chat')", "eq(ticket.channel, 'email')"
X, Y, Z = (Action("addTags", (name,)) for name in "xyz")
x, y, z = (f"Action('addTags', {{tags: '{name}'}});" for name in "xyz")


def record(code: str = x, **other: Anything) -> LiveRuleRecord:
    """A live rule of this code."""
    fields: dict[str, Anything] = {"id": 12, "name": "A rule", "event_types": "ticket-created", "code": code, **other}
    return LiveRuleRecord(**fields)


def only(code: str, **other: Anything) -> Rule:
    """The one rule of this code, which must come through."""
    read = rules_from_gorgias([record(code, **other)])
    assert read.unsupported == ()
    (rule,) = read.ruleset.rules
    return rule


def reasons(read: GorgiasRules) -> list[str]:
    """Why rules are not simulated."""
    return [rule.reason for rule in read.unsupported]


@pytest.mark.parametrize(
    ("code", "condition", "then", "otherwise"),
    [
        (f"if ({chat}) {{ {x} }}", CHAT, (X,), ()),
        (f"if ({chat}) {x}", CHAT, (X,), ()),
        (f"if ({chat}) {{ {x} {y} }} else {{ {z} }}", CHAT, (X, Y), (Z,)),
        (f"if ({chat}) {{ }} else {{ {z} }}", CHAT, (), (Z,)),
        (f"if ({chat}) ; else {z}", CHAT, (), (Z,)),
        (f"if ({chat}) {{ if ({mail}) {{ {x} }} {y} }}", CHAT, (Branch(MAIL, (X,), ()), Y), ()),
        (f"if ({chat}) {x} else if ({mail}) {y} else {z}", CHAT, (X,), (Branch(MAIL, (Y,), (Z,)),)),
        (f"if ({chat}) {x} else {{ if ({mail}) {y} else {z} }}", CHAT, (X,), (Branch(MAIL, (Y,), (Z,)),)),
        (x, ALWAYS, (X,), ()),
        (f"{x} if ({chat}) {{ {y} }} {z}", ALWAYS, (X, Branch(CHAT, (Y,), ()), Z), ()),
        (f"if ({chat}) {x} if ({mail}) {y}", ALWAYS, (Branch(CHAT, (X,), ()), Branch(MAIL, (Y,), ())), ()),
        (f"{{ ; {x} {{ {y} }} }}", ALWAYS, (X, Y), ()),
        (f"// a comment\nif ({chat}) {{ /* another */ {x} }}", CHAT, (X,), ()),
    ],
)
def test_the_shape_of_the_code_is_kept(
    code: str, condition: Question, then: tuple[Step, ...], otherwise: tuple[Step, ...]
) -> None:
    """One if is the rule's own; else if is an if in the else; several statements are a list that always runs."""
    rule = only(code)
    assert (rule.condition, rule.then, rule.otherwise) == (condition, then, otherwise)


def test_what_stands_beside_the_code() -> None:
    """Name verbatim, triggers split, priority and activity kept; nothing has a place."""
    rule = only(
        x, name="[VIP]  Été", event_types="ticket-updated, ticket-created,ticket-updated", priority=-5, active=False
    )
    expected = Rule(
        "vip-ete", "[VIP]  Été", (Trigger.TICKET_UPDATED, Trigger.TICKET_CREATED), -5, False, ALWAYS, (X,), ()
    )
    assert (rule, rule.location) == (expected, None)


def test_rules_run_by_priority_then_name() -> None:
    """The set is in running order, with no business hours."""
    ruleset = rules_from_gorgias([record(name="b"), record(name="c", priority=9), record(name="B")], "mine").ruleset
    assert [rule.name for rule in ruleset.rules] == ["c", "B", "b"]
    assert (ruleset.name, ruleset.hours) == ("mine", NEVER)


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (["[Tag] Refund!", "Été ß", "x" * 200], ["tag-refund", "ete", "x" * 60]),
        (["same", "Same", "SAME"], ["same", "same-2", "same-3"]),
        (["a 3", "b", "a", "A"], ["a-3", "b", "a", "a-4"]),
        (["a 3", "a", "A"], ["a-3", "a", "a-3-2"]),
        (["日本", "!!", ""], ["rule-1", "rule-2", "rule-3"]),
    ],
)
def test_ids_are_names_made_unique(names: list[str], ids: list[str]) -> None:
    """The id is the name in kebab case; the lowest Gorgias id keeps it bare, later ones have theirs appended."""
    records = [record(id=number, name=name) for number, name in enumerate(names, 1)]
    found = {rule.name: rule.id for rule in rules_from_gorgias(records).ruleset.rules}
    assert [found[name or "rule 3"] for name in names] == ids


def test_an_id_does_not_depend_on_what_comes_later_or_on_order() -> None:
    """Adding a rule of the same name, one that cannot be simulated included, leaves the ids of the others alone."""
    first, second, third = record(id=1, name="n"), record("while (1) {}", id=2, name="n"), record(id=3, name="n")
    read = rules_from_gorgias([third, second, first])
    assert {rule.id for rule in read.ruleset.rules} == {"n", "n-3"}
    assert [rule.rule for rule in read.unsupported] == ["n-2"]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (
            {"type": "managed", "code": "", "slug": "auto-reply-wismo"},
            "a managed rule (auto-reply-wismo): Gorgias runs it by code of its own",
        ),
        ({"type": "system"}, "a system rule: Gorgias runs it by code of its own"),
        ({"code": " \n"}, "it has no code"),
        ({"code": "// nothing"}, "its code holds no statement"),
        ({"event_types": ""}, "no trigger (event_types is empty)"),
        (
            {"event_types": "ticket-created,ticket-closed"},
            'unknown trigger "ticket-closed", the nearest known is "ticket-created"',
        ),
        ({"priority": 10**12}, "priority 1000000000000 is out of range"),
        ({"code": "if (x"}, "syntax error (at 1:"),
        ({"code": "\n  require('fs')"}, '"require" where an Action should stand (at 2:3 of the code)'),
        ({"code": "x" * 60_000}, "more than 50000 characters"),
        ({"code": "", "code_ast": {"type": "Nothing"}}, "nothing"),
        ({"code": "", "code_ast": [1]}, "code_ast is not an ESTree tree"),
    ],
)
def test_what_cannot_be_simulated_is_named(other: dict[str, Anything], reason: str) -> None:
    """A rule is simulated whole or not at all; name and reason stand in the set, in the list and in a diagnostic."""
    read = rules_from_gorgias([record(**{"code": x, **other}), record(id=13, name="good")])
    assert [rule.name for rule in read.ruleset.rules] == ["good"]
    assert reasons(read)[0].startswith(reason)
    assert read.ruleset.not_simulated == (("A rule", read.unsupported[0].reason),)
    assert [(found.code, found.rule) for found in read.diagnostics] == [("G001", "a-rule")]


def test_every_reason_of_a_rule_is_named() -> None:
    """A rule with several faults names them all, in the order of the code."""
    code = f"if (eqq(ticket.spam, true)) {{ {x} Action('notify', {{}}) }} else {{ for (;;) {{}} }}"
    (reason,) = reasons(rules_from_gorgias([record(code, event_types="x")]))
    assert [part.split(" (")[0] for part in reason.split("; ")] == [
        'unknown trigger "x"',
        'unknown function "eqq", the nearest known is "eq"',
        'action "notify" cannot be simulated',
        "for statement",
    ]


def test_the_total_of_code_is_bounded() -> None:
    """Code past two million characters in one list is not read."""
    long = x + "/* " + "x" * 49_000 + " */"
    read = rules_from_gorgias([record(long, id=number, name=f"{number:03d}") for number in range(1, 45)])
    assert len(read.ruleset.rules) == 40
    assert set(reasons(read)) == {"more than 2000000 characters of code in all"}


def test_business_hours_are_warned_of() -> None:
    """An export of rules has no business hours: each rule that reads them, however deep, is warned of."""
    hours = "duringBusinessHours(ticket.created_datetime)"
    codes = [f"if ({chat} || !({hours} && {mail})) {x}", f"{x} if ({chat}) {{ }} else {{ if ({hours}) {y} }}", x]
    read = rules_from_gorgias([record(code, id=number, name=f"r{number}") for number, code in enumerate(codes)])
    assert [(found.code, found.rule) for found in read.diagnostics] == [("G002", "r0"), ("G002", "r1")]


def test_differing_forms_are_warned_of() -> None:
    """Where code and code_ast say different things, code_ast is used, with a warning."""
    read = rules_from_gorgias([record(x, code_ast={"type": "Program", "body": []})])
    assert reasons(read) == ["its code holds no statement"]
    from simulator.rules.gorgias.javascript import read_javascript

    read = rules_from_gorgias([record(x, code_ast=estree(read_javascript(y)))])
    assert [found.code for found in read.diagnostics] == ["G004"]
    assert read.ruleset.rules[0].then == (Y,)


@settings(deadline=None, max_examples=60)
@given(STATEMENTS)
def test_both_forms_give_the_same_rule(statements: tuple[Statement, ...]) -> None:
    """A rule reads the same from its code, from its tree, and from both."""
    code, ast = javascript(statements), estree(statements)
    read = [
        rules_from_gorgias([record(code, code_ast=ast)]),
        rules_from_gorgias([record(code)]),
        rules_from_gorgias([record("", code_ast=ast)]),
    ]
    assert read[0] == read[1]
    assert read[0].ruleset == read[2].ruleset
    assert read[0].unsupported == ()


ANY_RECORD = st.builds(
    LiveRuleRecord,
    id=st.integers(),
    name=st.text(max_size=8) | st.text(st.characters(), max_size=3),
    code=st.text(max_size=20)
    | STATEMENTS.map(javascript)
    | STATEMENTS.map(javascript).map(lambda code: code.replace("'", "", 1)),
    code_ast=st.none() | JSON_VALUES | STATEMENTS.map(estree),
    event_types=st.sampled_from(["ticket-created", "ticket-created,ticket-updated", "", "x"]),
    priority=st.integers(),
    type=st.sampled_from(["user", "managed", "", "x"]),
    active=st.booleans(),
    slug=st.text(max_size=3),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(ANY_RECORD, max_size=3))
def test_any_list_of_rules_is_read(records: list[LiveRuleRecord]) -> None:
    """Whatever the rules hold, each of them comes through or is named, and ids are unique."""
    read = rules_from_gorgias(records)
    assert len(read.ruleset.rules) + len(read.unsupported) == len(records)
    ids = [rule.id for rule in read.ruleset.rules] + [rule.rule for rule in read.unsupported]
    assert len(set(ids)) == len(ids)


def test_a_record_is_read_from_the_api() -> None:
    """The fields of GET /api/rules, with the forms seen in the wild."""
    item = {
        "id": "7", "name": "n", "code": None, "code_ast": None, "priority": None,
        "event_types": ["ticket-created", "ticket-updated"],
        "type": "managed", "deactivated_datetime": "2026-01-01T00:00:00Z", "settings": {"slug": "s"}, "more": 1,
    }  # fmt: skip
    assert rule_record(item) == LiveRuleRecord(
        7, "n", "", None, "ticket-created,ticket-updated", 0, "managed", False, "s"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"id": True},
        {"id": "x"},
        {"id": 1 << 70},
        {"name": 5},
        {"code": []},
        {"event_types": [1]},
        {"priority": "high"},
    ],
)
def test_a_record_with_a_wrong_field_is_refused(wrong: dict[str, object]) -> None:
    """A field of the wrong kind is named."""
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))} is not a (whole number|text)$"):
        rule_record({"id": 1, "name": "n", "code": x, **wrong})


def test_views_are_read_and_the_others_named() -> None:
    """Filters of views are conditions of the same language; what depends on who looks cannot be counted."""
    read = views_from_gorgias(
        [
            LiveViewRecord(9, "VIP", f"{chat} && isEmpty(ticket.assignee_user.id)"),
            LiveViewRecord(3, "vip", "", estree(())),
            LiveViewRecord(4, "Mine", "eq(ticket.assignee_user.id, '{{current_user.id}}')"),
            LiveViewRecord(5, "Two", f"{chat}; {mail}"),
            LiveViewRecord(6, "Broken", "eq("),
        ]
    )
    assert [(view.id, view.name) for view in read.views] == [("vip", "vip"), ("vip-9", "VIP")]
    assert read.views[0].condition == ALWAYS
    assert [view.reason for view in read.unsupported] == [
        'the template "{{current_user.id}}" in a condition (at 1:29 of the code)',
        "filters that are not one condition",
        "syntax error (at 1:1 of the code)",
    ]
    assert [found.code for found in read.diagnostics] == ["G006"] * 3
