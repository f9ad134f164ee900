"""Rule sets written as YAML: readable, harmless, and equal when loaded again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.hours import BusinessHours
from simulator.rules.fields import canonical, known_paths
from simulator.rules.gorgias.tree import MAX_DEPTH
from simulator.rules.gorgias_code import LiveRuleRecord, LiveViewRecord, rules_from_gorgias, views_from_gorgias
from simulator.rules.load import load_text
from simulator.rules.model import RuleSet
from simulator.rules.write_yaml import short_path, yaml_of
from simulator.rules.yaml_text import comment, word
from tests.rules.gorgias.forms import STATEMENTS, TEXTS, javascript


def live(*codes: str, **other: str) -> RuleSet:
    """The set of rules with this code; all must come through."""
    records = [
        LiveRuleRecord(number, f"Rule {number}", code, None, "ticket-created") for number, code in enumerate(codes, 1)
    ]
    read = rules_from_gorgias(records, "live")
    assert read.unsupported == ()
    return read.ruleset


def back(ruleset: RuleSet) -> RuleSet:
    """The set written and loaded."""
    return load_text(yaml_of(ruleset, "rules.json"), "rules.yaml")[0]


EXPECTED = """\
# Imported from rules.json.
# Not simulated, and so not in this file:
# - Wismo: a managed rule: Gorgias runs it by code of its own
version: 1
name: live
rules:
  - id: vip-1-2
    name: "[VIP] 1 & 2"
    on: [ticket-created, ticket-message-created]
    priority: 70
    if:
      message.from_agent: false
      customer.tags: {containsAny: [VIP, "on", "12:30", "500", "yes", "a, b"]}
      any:
        - customer.total_spent: {gte: 500}
        - not:
            last_order.created_at: {lteTimedelta: 2d}
    then:
      - setPriority: critical
      - addTags: [VIP, "true"]
      - if:
          ticket.created_datetime: {gte: "2026-03-02T09:00:00Z"}
        then:
          - trashTicket
        else:
          - replyToTicket: |-
              Hello,

              bye
          - setCustomFieldValue: {id: 12, value: "3"}
          - sendEmail:
              to: a@example.com
              subject: Hi
              body_text: text
    else:
      - setAssignee: null

  - id: always
    name: Always
    on: [ticket-updated]
    priority: 0
    enabled: false
    then:
      - setTags: []
"""


def test_the_text_is_as_an_admin_would_write_it() -> None:
    """Short names, short forms, words bare where that is safe, blocks for long texts; where it came from on top."""
    code = """
    if (eq(message.from_agent, false)
        && containsAny(ticket.customer.integrations.shopify.customer.tags, ['VIP', 'on', '12:30', '500', 'yes', 'a, b'])
        && (gte(ticket.customer.integrations.shopify.customer.total_spent, 500)
            || !lteTimedelta(ticket.customer.integrations.shopify.last_order.created_at, '48h'))) {
        Action('setPriority', {priority: 'critical'}); Action('addTags', {tags: 'VIP,true'})
        if (gte(ticket.created_datetime, '2026-03-02T10:00:00+01:00')) { Action('trashTicket') } else {
            Action('replyToTicket', {body_text: 'Hello,\\n\\nbye'})
            Action('setCustomFieldValue', {custom_field_id: 12, value: '3'})
            Action('sendEmail', {to: 'a@example.com', subject: 'Hi', body_text: 'text'})
        }
    } else { Action('setAssignee', {assignee_user: null}) }"""
    read = rules_from_gorgias(
        [
            LiveRuleRecord(1, "[VIP] 1 & 2", code, None, "ticket-created,ticket-message-created", 70),
            LiveRuleRecord(2, "Always", "Action('setTags', {tags: ''})", None, "ticket-updated", active=False),
            LiveRuleRecord(3, "Wismo", type="managed"),
        ]
    )
    assert yaml_of(read.ruleset, "rules.json") == EXPECTED
    assert back(read.ruleset) == replace(read.ruleset, not_simulated=())


@settings(deadline=None, max_examples=60)
@given(st.lists(STATEMENTS.map(javascript), max_size=3))
def test_loading_gives_the_same_set(codes: list[str]) -> None:
    """Whatever rules came from Gorgias, their YAML loads to an equal set; what cannot be simulated stays out of it."""
    ruleset = live(*codes)
    assert back(ruleset) == replace(ruleset, not_simulated=())


def test_the_deepest_code_that_is_read_can_be_loaded() -> None:
    """The limits of the code lie within those of the rule language."""
    test, action = "eq(ticket.spam, true)", "Action('sendEmail', {to: ['a@example.com'], body_text: 'x'});"
    shapes: list[Callable[[int], str]] = [
        lambda depth: f"if ({test}) {{" * depth + action + "}" * depth,
        lambda depth: f"if ({test}) {action} else " * depth + action,
        lambda depth: f"if ({'!(' * depth}{test}{')' * depth}) {action}",
        lambda depth: (
            "if (" + "".join(f"{test} {'&|'[n % 2] * 2} (" for n in range(depth)) + test + ")" * depth + f") {action}"
        ),
    ]
    for shape in shapes:
        read = [
            rules_from_gorgias([LiveRuleRecord(1, "deep", shape(depth), None, "ticket-created")])
            for depth in range(1, MAX_DEPTH + 2)
        ]
        through = [rules.ruleset for rules in read if not rules.unsupported]
        assert 10 < len(through) < len(read)
        assert back(through[-1]) == through[-1]


@settings(deadline=None, max_examples=60)
@given(TEXTS | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_a_word_is_the_same_text_for_every_reader(text: str) -> None:
    """A word comes back as the same text from a reader of YAML 1.1, alone and in a list."""
    assert yaml.load(f"[{word(text)}]", Loader=yaml.CSafeLoader) == [text]
    assert yaml.load(f"{word(text)}: {word(text)}", Loader=yaml.CSafeLoader) == {text: text}


@pytest.mark.parametrize(
    "text",
    [
        "on",
        "Yes",
        "NO",
        "y",
        "null",
        "~",
        "true",
        "1e3",
        "0x1F",
        "1_000",
        "12:30",
        "2026-01-01",
        "-",
        ".inf",
        "a: b",
        "a #b",
        " a",
        "a ",
        "a  b",
        "@a",
        "a,b",
        "*a",
        "\u202ea",
        "a\u00a0b",
    ],
)
def test_what_could_be_mistaken_stands_in_quotes(text: str) -> None:
    """Whatever is no plain word is quoted, and invisible letters are written as escapes."""
    assert word(text).startswith('"')
    assert word(text).isprintable()


@pytest.mark.parametrize(
    "text", ["refund", "money back", "contraseña", "a-b_c", "ticket-created", "other/no_reply", "a@example.com", "v1.2"]
)
def test_plain_words_stand_bare(text: str) -> None:
    """Words that nothing can take for anything else need no quotes."""
    assert word(text) == text


def test_foreign_text_stays_in_its_comment() -> None:
    """A name with line breaks cannot leave the comment that it stands in."""
    assert comment("a\nrules: []\u2028\x1b") == "# a\\u000arules: []\\u2028\\u001b"


@pytest.mark.parametrize(
    "text",
    [
        "a\nb",
        "a\nb\n",
        "a\n\n\nb",
        "\na",
        "a\n ",
        " a\nb",
        "a\n  b\n c",
        "a\nb\n\n",
        "a\r\nb",
        "a\n\tb",
        "# a\n- b: c",
        "a\n---\nb",
        "a \nb",
        "é\n\u00a0b",
    ],
)
def test_texts_of_several_lines_come_back(text: str) -> None:
    """A reply keeps its line breaks and blanks, as a block where that is exact, else in quotes."""
    code = f"Action('replyToTicket', {{body_text: {text!a}, body_html: 'x'}})"
    assert back(live(code)) == live(code)


def test_long_lists_have_a_line_a_word() -> None:
    """A list that does not fit on a line is written below its head."""
    words = [f"keyword number {number}" for number in range(20)]
    ruleset = live(f"if (containsAny(message.text, {words})) {{ }}")
    assert "containsAny:\n          - keyword number 0\n" in yaml_of(ruleset)
    assert back(ruleset) == ruleset
    assert max(map(len, yaml_of(ruleset).splitlines())) < 110


def test_settings_and_views_come_back() -> None:
    """Zone, hours, holidays and views are written, the defaults are not."""
    nine, morning = ((540, 1080),), ((540, 720), (780, 1440))
    hours = BusinessHours("Europe/Paris", (nine, nine, morning, nine, nine, (), ()), ("DE-BY", "FR"), ("2026-12-24",))
    views = views_from_gorgias(
        [LiveViewRecord(1, "Open: all", "eq(ticket.status, 'open')"), LiveViewRecord(2, "All")]
    ).views
    ruleset = replace(live("Action('trashTicket')"), hours=hours, views=views)
    assert back(ruleset) == ruleset
    assert (
        'business_hours: {mon-tue: "09:00-18:00", wed: ["09:00-12:00", "13:00-24:00"], thu-fri: "09:00-18:00"}'
        in yaml_of(ruleset)
    )


def test_short_names_stand_for_the_same_field() -> None:
    """Every short name written is one that the language reads as the full path."""
    assert short_path("message.text") == "message.text"
    for path in known_paths():
        full = canonical(path)
        assert canonical(short_path(full)) == full
        assert len(short_path(full)) <= len(full)
