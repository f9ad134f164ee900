"""Conditions as checks: fact conditions become masks on an event's bits, state conditions small closures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from simulator.engine.care import care_of_test
from simulator.engine.columns import Bits, FactTest, Mask, fact_test
from simulator.engine.moment import Moment, is_state
from simulator.engine.packing import Packing
from simulator.engine.truth import TIMED, holds
from simulator.hours import NEVER, BusinessHours
from simulator.rules.model import All, Any, Condition, Not, Test
from simulator.rules.walk import tests_in

Check = Callable[[int, Moment], bool]
"""Whether a condition is true, given the event's fact bits and the moment."""

EVENT_TYPE = "event.type"


class Possible(NamedTuple):
    """Over all event rows, taking state conditions as possible: where the condition may be true, and may be false."""

    true: Mask
    false: Mask


def fact_tests(condition: Condition, hours: BusinessHours) -> Iterator[FactTest]:
    """The tests of a condition that are answered by columns."""
    for test in tests_in(condition):
        if is_fact(test):
            yield fact_test(test, hours)


def is_fact(test: Test) -> bool:
    """Whether a test is answered by a column: neither by state nor by the name of the phase."""
    return test.path != EVENT_TYPE and not is_state(test.path)


def undecided(condition: Condition) -> Iterator[Test]:
    """The tests of a rule's `if` that can still be either where the rule is possible (see `possible`).

    A part that holds facts only, alone or in an `all` at the top, is true there.
    """
    parts = condition.parts if isinstance(condition, All) else (condition,)
    for part in parts:
        tests = tuple(tests_in(part))
        if not all(is_fact(test) or test.path == EVENT_TYPE for test in tests):
            yield from tests


def compile_check(condition: Condition, trigger: str, bits: Bits, hours: BusinessHours) -> Check | bool:
    """The check of a condition in phases of `trigger`; a plain bool where it is the same at all times."""
    if isinstance(condition, Not):
        part = compile_check(condition.part, trigger, bits, hours)
        return (not part) if isinstance(part, bool) else _not(part)
    if isinstance(condition, Test):
        return _test(condition, trigger, bits, hours)
    together = isinstance(condition, All)
    must, rest = 0, list[Check]()
    for one in condition.parts:
        if isinstance(one, Test) and is_fact(one):
            must |= 1 << bits.index[fact_test(one, hours)]
            continue
        check = compile_check(one, trigger, bits, hours)
        if not isinstance(check, bool):
            rest.append(check)
        elif check is not together:
            return check
    return _all(must, rest) if together else _any(must, rest)


def _test(test: Test, trigger: str, bits: Bits, hours: BusinessHours) -> Check | bool:
    if test.path == EVENT_TYPE:
        return holds(test, trigger, 0, hours)
    if not is_state(test.path):
        bit = 1 << bits.index[fact_test(test, hours)]
        return lambda facts, moment: facts & bit != 0
    return _state_test(test, bits.common.packing, hours)


def _state_test(test: Test, packing: Packing, hours: BusinessHours) -> Check:
    path, care = test.path, care_of_test(test, packing)
    if path == "ticket.tags.name" and test.operator in _TAGS:
        return _TAGS[test.operator](care)
    if test.operator in TIMED or not care or path == "ticket.subject":  # the subject is packed by class only
        return lambda facts, moment: holds(test, moment.seen(path).value, moment.now, hours)
    known: dict[int, bool] = {}

    def check(facts: int, moment: Moment) -> bool:
        key = moment.packed & care
        truth = known.get(key)
        if truth is None:
            truth = known[key] = holds(test, moment.seen(path).value, 0, hours)
        return truth

    return check


_TAGS: dict[str, Callable[[int], Check]] = {
    "containsAny": lambda bits: lambda facts, moment: moment.packed & bits != 0,
    "notContainsAny": lambda bits: lambda facts, moment: moment.packed & bits == 0,
    "containsAll": lambda bits: lambda facts, moment: moment.packed & bits == bits,
    "notContainsAll": lambda bits: lambda facts, moment: moment.packed & bits != bits,
}
"""The tests of tags, on their bits."""


def _not(part: Check) -> Check:
    return lambda facts, moment: not part(facts, moment)


def _all(must: int, rest: list[Check]) -> Check | bool:
    if not rest:
        return (lambda facts, moment: facts & must == must) if must else True

    def check(facts: int, moment: Moment) -> bool:
        if facts & must != must:
            return False
        for one in rest:
            if not one(facts, moment):
                return False
        return True

    return check


def _any(either: int, rest: list[Check]) -> Check | bool:
    if not rest:
        return (lambda facts, moment: facts & either != 0) if either else False

    def check(facts: int, moment: Moment) -> bool:
        if facts & either:
            return True
        for one in rest:
            if one(facts, moment):
                return True
        return False

    return check


Chance = Callable[[int], tuple[bool, bool]]
"""Given the fact bits of a moment: may a condition be true there, may it be false."""


def chance(condition: Condition, trigger: str, bits: Bits, hours: BusinessHours) -> Chance:
    """As `possible`, for a moment that is no event row."""
    if isinstance(condition, Not):
        part = chance(condition.part, trigger, bits, hours)
        return lambda facts: part(facts)[::-1]
    if isinstance(condition, Test):
        return _chance_of_test(condition, trigger, bits, hours)
    parts = [chance(part, trigger, bits, hours) for part in condition.parts]
    if isinstance(condition, All):
        return lambda facts: (all(part(facts)[0] for part in parts), any(part(facts)[1] for part in parts))
    return lambda facts: (any(part(facts)[0] for part in parts), all(part(facts)[1] for part in parts))


def _chance_of_test(test: Test, trigger: str, bits: Bits, hours: BusinessHours) -> Chance:
    if test.path == EVENT_TYPE:
        truth = holds(test, trigger, 0, NEVER)
        return lambda facts: (truth, not truth)
    if is_state(test.path):
        return lambda facts: (True, True)
    bit = 1 << bits.index[fact_test(test, hours)]
    return lambda facts: (facts & bit != 0, facts & bit == 0)


def possible(condition: Condition, trigger: str, bits: Bits, hours: BusinessHours) -> Possible:
    """Three-valued truth over all event rows (Kleene's strong logic, state being unknown)."""
    if isinstance(condition, Not):
        part = possible(condition.part, trigger, bits, hours)
        return Possible(part.false, part.true)
    if isinstance(condition, Test):
        return _possible_test(condition, trigger, bits, hours)
    parts = [possible(part, trigger, bits, hours) for part in condition.parts]
    rows = len(bits.rows)
    true, false = [p.true for p in parts], [p.false for p in parts]
    if isinstance(condition, All):
        return Possible(_every(true, rows), _some(false, rows))
    assert isinstance(condition, Any)
    return Possible(_some(true, rows), _every(false, rows))


def _possible_test(test: Test, trigger: str, bits: Bits, hours: BusinessHours) -> Possible:
    rows = len(bits.rows)
    if test.path == EVENT_TYPE:
        truth = np.full(rows, holds(test, trigger, 0, NEVER), dtype=np.bool_)
        return Possible(truth, ~truth)
    if is_state(test.path):
        return Possible(np.ones(rows, dtype=np.bool_), np.ones(rows, dtype=np.bool_))
    mask = bits.mask(fact_test(test, hours))
    return Possible(mask, ~mask)


def _every(masks: list[Mask], rows: int) -> Mask:
    return np.logical_and.reduce(masks) if masks else np.ones(rows, dtype=np.bool_)


def _some(masks: list[Mask], rows: int) -> Mask:
    return np.logical_or.reduce(masks) if masks else np.zeros(rows, dtype=np.bool_)
