"""An edit of a rule in words: each part that differs, and edits that can change nothing."""

from __future__ import annotations

import pytest

from simulator.causes.parts import parts_of
from simulator.causes.units import is_cosmetic, units_of
from simulator.causes.values import Most
from simulator.diff.changes import rule_changes
from simulator.rules.load import load_text
from simulator.rules.model import RuleSet

BASE = """\
version: 1
rules:
  - id: vip
    on: ticket-created
    priority: 20
    if: {customer.total_spent: {gte: 500}, message.text: {containsAny: [refund, return]}}
    then: [{addTags: [VIP]}]
  - id: other
    on: ticket-updated
    priority: 10
    if: {ticket.status: open}
    then: [{addTags: [seen]}]
"""


def loaded(text: str) -> RuleSet:
    """The rule set of a text."""
    return load_text(text, "rules.yaml")[0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("gte: 500", "gte: 300", ["customer.total_spent gte 300 (was 500)"]),
        ("gte: 500", "gt: 500", ["customer.total_spent gt 500 (was gte 500)"]),
        ("[refund, return]", "[refund, exchange]", ["message.text containsAny +[exchange] -[return]"]),
        ("[{addTags: [VIP]}]", "[{addTags: [gold]}]", ["then: - addTags [VIP]; + addTags [gold]"]),
        ("priority: 20", "priority: 5", ["priority 5 (was 20)"]),
        ("priority: 20", "priority: 20\n    enabled: false", ["switched off"]),
        ("on: ticket-created", "on: ticket-updated", ["runs on ticket-updated (was ticket-created)"]),
        ("{customer.total_spent: {gte: 500}, ", "{", ["condition removed: customer.total_spent gte 500"]),
        ("    priority: 20", "    name: Very important\n    priority: 20", ["renamed"]),
    ],
)
def test_each_part_in_words(old: str, new: str, words: list[str]) -> None:
    """One row a kind of edit."""
    before, after = loaded(BASE), loaded(BASE.replace(old, new, 1))
    old_rule, new_rule = (next(rule for rule in one.rules if rule.id == "vip") for one in (before, after))
    assert [part.words for part in parts_of(old_rule, new_rule)] == words


def test_an_edit_of_two_parts_has_a_rule_for_each() -> None:
    """Each part's rule has that part changed and nothing else."""
    before, after = loaded(BASE), loaded(BASE.replace("gte: 500", "gte: 300").replace("[VIP]", "[gold]"))
    old, new = (next(rule for rule in one.rules if rule.id == "vip") for one in (before, after))
    condition, action = (part.rule for part in parts_of(old, new))
    assert condition is not None and action is not None
    assert (condition.condition, condition.then) == (new.condition, old.then)
    assert (action.condition, action.then) == (old.condition, new.then)


@pytest.mark.parametrize(
    ("old", "new", "cosmetic"),
    [
        ("priority: 20", "priority: 5", True),  # passes only a rule with which it shares no trigger
        ("on: ticket-updated\n    priority: 10", "on: ticket-created\n    priority: 30", False),
        ("    priority: 20", "    name: Very important\n    priority: 20", True),
        ("gte: 500", "gte: 300", False),
    ],
)
def test_what_can_change_nothing_is_cosmetic(old: str, new: str, cosmetic: bool) -> None:
    """A move that passes no rule of its triggers, a new name."""
    before, after = loaded(BASE), loaded(BASE.replace(old, new, 1))
    (unit,) = units_of(before, after, rule_changes(before, after))
    assert is_cosmetic(unit, before, after) is cosmetic


def test_changed_hours_are_one_edit_with_the_rules_that_read_them() -> None:
    """A set has one clock: the rules that read it are edited together, others by themselves."""
    timed = BASE.replace("{ticket.status: open}", "{ticket.created_datetime: {duringBusinessHours: true}}")
    hours = "version: 1\nbusiness_hours: {{mon-fri: '{}'}}\n"
    before = loaded(timed.replace("version: 1\n", hours.format("09:00-17:00")))
    after = loaded(timed.replace("version: 1\n", hours.format("08:00-17:00")).replace("gte: 500", "gte: 300"))
    units = units_of(before, after, rule_changes(before, after))
    assert [(unit.rules, unit.clock) for unit in units] == [(("other",), True), (("vip",), False)]


@pytest.mark.parametrize(
    ("most", "dominates"),
    [
        (Most("day", "2026-01-05", 30, 40, 2), True),
        (Most("day", "2026-01-05", 20, 40, 2), False),  # not more than half
        (Most("channel", "email", 38, 40, 90), False),  # most tickets are of that channel anyway
        (Most("customer", "7", 5, 5, 1), False),  # a handful
    ],
)
def test_most_of_the_change_in_one_place_is_said(most: Most, dominates: bool) -> None:
    """More than half of at least ten tickets, and more than twice its share of all."""
    assert most.dominates is dominates
