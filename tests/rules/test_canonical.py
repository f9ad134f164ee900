"""The digest of a rule set: the same for all spellings of the same rules, another for any change of them."""

from __future__ import annotations

import hashlib
import json
import random
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.rules.canonical import canonical_condition, canonical_json, canonical_rule, digest
from simulator.rules.load import load_files, load_text, parse_condition
from simulator.rules.rule_files import RuleFile

Value: TypeAlias = "str | dict[str, Value] | list[Value]"

BASE = """\
version: 1
name: main
timezone: Europe/Paris
business_hours: {mon-fri: "09:00-18:00"}
holidays: [FR, 2026-12-24]
lists: {refund_words: [refund, money back]}
rules:
  - id: vip
    name: VIP
    on: [ticket-created, ticket-message-created]
    priority: 10
    if:
      customer.total_spent: {gte: 500}
      message.text: {containsAny: {list: refund_words}}
      any: [{ticket.channel: email}, {ticket.tags: {containsAny: [a, b]}}]
    then:
      - addTags: [VIP, gold]
        setPriority: high
      - replyToTicket: Hello
views:
  - {id: open, if: {ticket.status: open}}
"""


def of(text: str) -> str:
    """The digest of a text that must load."""
    return digest(load_text(text, "set.yaml")[0])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rules:", "# a comment\n\nrules:"),
        ("name: main", "name: other"),
        ("refund_words", "words"),
        ("{list: refund_words}", '[refund, "money back"]'),
        ("{list: refund_words}", "['money back', refund, refund]"),
        ("customer.total_spent", "ticket.customer.integrations.shopify.customer.total_spent"),
        ("message.text", "message.body"),
        ("ticket.tags", "ticket.tags.name"),
        ("{gte: 500}", "{gte: 500.00}"),
        ("{gte: 500}", "{gte: +0500}"),
        ("[ticket-created, ticket-message-created]", "[ticket-message-created, ticket-created]"),
        ("[VIP, gold]", "[gold, VIP]"),
        ("{ticket.channel: email}", "{ticket.channel: {eq: email}}"),
        ("{containsAny: [a, b]}}]", "{containsAny: [b, a, b]}}]"),
        ("[{ticket.channel: email}, {", "[{ticket.tags: {containsAny: [b, a]}}, {ticket.channel: email}, {"),
        ("[a, b]}}]", "[a, b]}}, {any: [{ticket.channel: email}]}]"),
        ('{mon-fri: "09:00-18:00"}', '{fri: 9:00-18:00, mon-thu: ["12:00-18:00", "09:00-12:00"]}'),
        ("[FR, 2026-12-24]", "['2026-12-24', FR]"),
        ("priority: 10", "priority: 10\n    enabled: true\n    else: []"),
        ("        setPriority: high", "      - setPriority: high"),
    ],
)  # fmt: skip
def test_spelling_does_not_show(old: str, new: str) -> None:
    """Layout, comments, aliases, list names, order of keys, words and parts, zeros, and the name of the set."""
    assert old in BASE
    assert of(BASE.replace(old, new)) == of(BASE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: vip", "id: vip2"),
        ("name: VIP", "name: vip"),
        ("priority: 10", "priority: 11"),
        ("priority: 10", "priority: 10\n    enabled: false"),
        ("{gte: 500}", "{gt: 500}"),
        ("{gte: 500}", "{gte: 500.01}"),
        ("money back", "money"),
        ("any:", "all:"),
        ("[VIP, gold]", "[VIP]"),
        ("addTags: [VIP, gold]\n        setPriority: high", "setPriority: high\n        addTags: [VIP, gold]"),
        ("Hello", "hello"),
        ("replyToTicket", "addInternalNote"),
        ("ticket-message-created", "ticket-updated"),
        ("Europe/Paris", "Europe/London"),
        ("09:00-18:00", "09:00-18:01"),
        ("[FR, 2026-12-24]", "[FR]"),
        ("{ticket.status: open}", "{ticket.status: closed}"),
        ("views:", "  - {id: other, on: ticket-created}\nviews:"),
    ],
)
def test_every_change_of_meaning_shows(old: str, new: str) -> None:
    """Whatever a rule does otherwise, has another digest; so has the order of actions."""
    assert old in BASE
    assert of(BASE.replace(old, new, 1)) != of(BASE)


def test_a_zone_shows_in_instants_without_an_offset() -> None:
    """The rule itself differs where a zone moves what it compares with, and only there."""
    rule = "rules: [{id: a, on: ticket-created, if: {ticket.created_datetime: {gte: %s}}}]\n"
    for instant, same in (("2026-07-01", False), ("2026-07-01T00:00:00Z", True)):
        paris, utc = (
            load_text(f"version: 1\ntimezone: {zone}\n{rule % instant}", "s")[0] for zone in ("Europe/Paris", "UTC")
        )
        assert (canonical_rule(paris.rules[0]) == canonical_rule(utc.rules[0])) is same


def test_text_and_number_are_two_values() -> None:
    """On an open field, 5 and "5" are read differently, and so are true and "true"."""
    spellings = ("5", "'5'", "true", "'true'", "5.5")
    assert len({canonical_condition(parse_condition(f"ticket.custom_fields.1: {one}")) for one in spellings}) == len(
        spellings
    )


def test_the_digest_is_that_of_the_canonical_json() -> None:
    """SHA-256 over ASCII JSON with sorted keys."""
    ruleset = load_text(BASE, "set.yaml")[0]
    text = canonical_json(ruleset)
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert digest(ruleset) == hashlib.sha256(text.encode()).hexdigest()


def test_a_set_cut_into_files_is_the_same_set() -> None:
    """Where a rule stands does not matter, only what it says."""
    head, rules = BASE.split("rules:\n")
    files = [RuleFile("a", ("version: 1\nrules:\n" + rules).encode()), RuleFile("b", head.encode())]
    assert digest(load_files(files, "whatever")[0]) == of(BASE)


CONDITION: st.SearchStrategy[Value] = st.recursive(
    st.sampled_from(("ticket.channel", "message.text", "customer.name")).flatmap(
        lambda path: st.lists(st.sampled_from("abcd"), min_size=1, unique=True).map(
            lambda words: {path: {"containsAny": list[Value](words)}}
        )
    ),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(("all", "any")), st.lists(inner, min_size=1, max_size=3)).map(
            lambda group: {group[0]: group[1]}
        ),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)  # fmt: skip


def shuffled(value: Value, seed: random.Random) -> Value:
    """The same mapping with its keys and lists in another order."""
    if isinstance(value, dict):
        return {key: shuffled(part, seed) for key, part in seed.sample(sorted(value.items()), len(value))}
    return [shuffled(part, seed) for part in seed.sample(value, len(value))] if isinstance(value, list) else value


@settings(deadline=None)
@given(CONDITION, st.randoms(use_true_random=False))
def test_the_order_of_parts_and_words_never_shows(condition: Value, seed: random.Random) -> None:
    """JSON is YAML: random conditions, shuffled at every level, are one condition."""
    one, other = (parse_condition(json.dumps(value)) for value in (condition, shuffled(condition, seed)))
    assert canonical_condition(one) == canonical_condition(other)


def test_the_digest_is_stable() -> None:
    """A digest kept in a saved run stays that of the same rules: change this figure only with the format version."""
    assert of(BASE) == "3eeaa0886573a10fbe36b2fa6abaad8651c2814f9aedc516c336cd2f491e04c5"
