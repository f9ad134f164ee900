"""--assume KEY=VALUE as text, and rule sets as they read under a choice."""

from __future__ import annotations

import pytest

from simulator.errors import InputError
from simulator.rules import walk
from simulator.rules.assume import CHOICES, KEYS, USUAL, Assumed, parse_assumed, span_of
from simulator.rules.load import load_text
from simulator.rules.model import RuleSet, in_running_order


def _set() -> RuleSet:
    text = """version: 1
rules:
  - {id: a, name: alpha, on: [ticket-created], if: {message.text: {notContainsAny: [Refund]}}, then: [{addTags: [x]}]}
  - {id: b, name: beta, on: [ticket-created], then: [{if: {ticket.subject: {neq: no}}, then: [{addTags: [y]}]}]}
  - {id: c, name: first, priority: 5, on: [ticket-created], then: [{addTags: [z]}]}
views:
  - {id: v, name: v, if: {not: {ticket.subject: {startsWith: [A]}}}}
"""
    return load_text(text, "t")[0]


def test_every_default_is_a_value_that_can_be_given() -> None:
    """The table holds together: defaults and values to try can be given, and the default is one to try."""
    for choice in CHOICES:
        for value in (choice.default, *choice.others, *choice.values):
            assert USUAL.given(choice.key, value).of(choice.key) == value
        assert choice.default in choice.others
    assert list(KEYS) == [choice.key for choice in CHOICES]


def test_values_are_kept_in_one_spelling() -> None:
    """The usual value counts as usual however it is written."""
    assert parse_assumed(["max-cascade=05", "throttle=300s", "missing=satisfies-negatives"]) == USUAL
    assert span_of(parse_assumed(["throttle=90m"]).throttle) == 90 * 60 * 1_000_000


@pytest.mark.parametrize(
    ("text", "says", "help"),
    [
        ("mising=satisfies-nothing", 'no choice "mising"', 'did you mean "missing"?'),
        ("case=count", "takes one of ignored, counts", 'did you mean "counts"?'),
        ("case", "takes KEY=VALUE", 'did you mean "case"?'),
        ("max_cascade=101", "a whole number from 0 to 100", None),
        ("max_cascade=-1", "a whole number", None),
        ("throttle=soon", "a duration of 1s or more", None),
        ("throttle=0s", "a duration of 1s or more", None),
        ("throttle=", "a duration of 1s or more", None),
        ("zzz=1", 'no choice "zzz"', "one of case, max_cascade, missing, throttle, ties"),
    ],
)
def test_what_there_is_not_is_refused_with_the_nearest_name(text: str, says: str, help: str | None) -> None:
    """An unknown choice or value."""
    with pytest.raises(InputError) as caught:
        parse_assumed([text])
    (found,) = caught.value.diagnostics
    assert says in found.message
    assert found.help == help


def test_all_faults_are_listed_together_and_twice_is_one() -> None:
    """Two wrong ones and one given twice with two values."""
    with pytest.raises(InputError) as caught:
        parse_assumed(["a=b", "case=x", "ties=name", "ties=name-descending"])
    assert len(caught.value.diagnostics) == 3


def test_a_rule_set_is_read_under_the_choices_everywhere() -> None:
    """Rules, nested branches and views; where nothing matters to a test it stays the same test."""
    usual = _set()
    assert USUAL.rules(usual) is usual
    read = Assumed(missing="satisfies-nothing", case="counts", ties="name-descending", throttle="1s").rules(usual)
    assert [rule.id for rule in read.rules] == ["c", "b", "a"]
    assert in_running_order(read.rules) == read.rules
    assert read.throttle == 1_000_000
    by_id = {rule.id: rule for rule in read.rules}
    asked = {id: list(walk.tests_of(rule)) for id, rule in by_id.items()}
    assert [(test.missing, test.exact) for test in asked["a"]] == [(False, True)]
    assert [(test.missing, test.exact) for test in asked["b"]] == [(False, False)]
    assert [(test.missing, test.exact) for test in walk.tests_in(read.views[0].condition)] == [(True, True)]
