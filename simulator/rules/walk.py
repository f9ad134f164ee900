"""The pieces of a rule: its conditions, tests and actions, in the order written. Without recursion: no nesting is
too deep for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.rules.model import Action, Branch, Condition, Not, Rule, Step, Test
from simulator.rules.operators import BUSINESS_HOURS


def steps_in(steps: Iterable[Step]) -> Iterator[Step]:
    """Every action and branch of a list of steps, a branch before what it holds."""
    pending = [*steps][::-1]
    while pending:
        step = pending.pop()
        yield step
        if isinstance(step, Branch):
            pending.extend(reversed(step.then + step.otherwise))


def tests_in(condition: Condition) -> Iterator[Test]:
    """Every test that a condition names."""
    pending = [condition]
    while pending:
        part = pending.pop()
        if isinstance(part, Test):
            yield part
        elif isinstance(part, Not):
            pending.append(part.part)
        else:
            pending.extend(reversed(part.parts))


def conditions_of(rule: Rule) -> Iterator[Condition]:
    """The rule's condition and those of its nested branches."""
    yield rule.condition
    for step in steps_in(rule.then + rule.otherwise):
        if isinstance(step, Branch):
            yield step.condition


def tests_of(rule: Rule) -> Iterator[Test]:
    """Every test of a rule: of its own condition, then of its nested branches."""
    for condition in conditions_of(rule):
        yield from tests_in(condition)


def actions_of(rule: Rule) -> Iterator[Action]:
    """Every action of a rule, nested ones included."""
    return (step for step in steps_in(rule.then + rule.otherwise) if isinstance(step, Action))


def reads_business_hours(rule: Rule) -> bool:
    """Whether any of its tests depends on business hours."""
    return any(test.operator in BUSINESS_HOURS for test in tests_of(rule))


def reads_zone(rule: Rule) -> bool:
    """Whether the zone is part of any of its tests: it has an instant without an offset, or reads stored ones."""
    return any(test.in_zone or test.reads == "datetime" for test in tests_of(rule))
