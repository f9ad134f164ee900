"""The pieces of a rule that a comparison or a caution asks about: its tests, its actions, the paths that it names."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.rules.model import Action, All, Any, Branch, Condition, Not, Rule, Step, Test

BUSINESS_HOURS = frozenset({"duringBusinessHours", "outsideBusinessHours"})


def tests_of(rule: Rule) -> Iterator[Test]:
    """Every test of a rule: of its own condition, then of its nested branches, in reading order."""
    yield from _tests(rule.condition)
    for branch in _branches(rule.then + rule.otherwise):
        yield from _tests(branch.condition)


def actions_of(rule: Rule) -> Iterator[Action]:
    """Every action of a rule, nested ones included."""
    pending: list[Step] = [*reversed(rule.then + rule.otherwise)]
    while pending:
        step = pending.pop()
        if isinstance(step, Action):
            yield step
        else:
            pending.extend(reversed(step.then + step.otherwise))


def reads_business_hours(rule: Rule) -> bool:
    """Whether any of its tests depends on business hours."""
    return any(test.operator in BUSINESS_HOURS for test in tests_of(rule))


def _tests(condition: Condition) -> Iterator[Test]:
    pending = [condition]
    while pending:
        part = pending.pop()
        if isinstance(part, Test):
            yield part
        elif isinstance(part, Not):
            pending.append(part.part)
        else:
            assert isinstance(part, All | Any)
            pending.extend(reversed(part.parts))


def _branches(steps: tuple[Step, ...]) -> Iterator[Branch]:
    pending = [*reversed(steps)]
    while pending:
        step = pending.pop()
        if isinstance(step, Branch):
            yield step
            pending.extend(reversed(step.then + step.otherwise))
