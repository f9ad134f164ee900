"""Whether a condition is true of what a rule sees: the operators of the rule language on one value, and all/any/not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from simulator.facts.text import composed, fold
from simulator.facts.values import Seen, Value
from simulator.hours import BusinessHours, is_open
from simulator.instants import parse_instant
from simulator.rules.fields import Type, field_of
from simulator.rules.model import PRIORITIES, All, Any, Condition, Not, Test

Look = Callable[[str], Seen]
"""From a canonical path to what stands there at this moment."""

NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?", re.ASCII)

TRUE_OF_MISSING = ("neq", "notContainsAny", "notContainsAll")
"""The operators that a missing value satisfies, unless it is assumed not to; beside isEmpty it satisfies no other."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A condition as it was found at one moment: whether it held, what its tests saw, and the same of its parts."""

    condition: Condition
    holds: bool
    seen: Seen | None = None  # of a Test only
    parts: tuple[Examined, ...] = ()

    def tests(self) -> Iterator[Examined]:
        """Every single test in it, in the order written."""
        if self.seen is not None:
            yield self
        for part in self.parts:
            yield from part.tests()


def examine(condition: Condition, look: Look, now: int, hours: BusinessHours) -> Examined:
    """Look at every test of a condition, also where the answer is known before."""
    match condition:
        case Test():
            seen = look(condition.path)
            return Examined(condition, holds(condition, seen.value, now, hours), seen)
        case All(parts):
            found = tuple(examine(part, look, now, hours) for part in parts)
            return Examined(condition, all(part.holds for part in found), parts=found)
        case Any(parts):
            found = tuple(examine(part, look, now, hours) for part in parts)
            return Examined(condition, any(part.holds for part in found), parts=found)
        case Not(part):
            inner = examine(part, look, now, hours)
            return Examined(condition, not inner.holds, parts=(inner,))


def holds(test: Test, value: Value | None, now: int, hours: BusinessHours) -> bool:
    """Whether one test is true of a value at `now`; None is the missing value."""
    if test.operator in ("isEmpty", "isNotEmpty"):
        empty = value is None or value in ("", ())
        return empty == (test.operator == "isEmpty")
    value = readable(test, value, hours.zone)
    if value is None:
        return test.missing and test.operator in TRUE_OF_MISSING
    if test.operator in ("eq", "neq"):
        return (value == test.operand) == (test.operator == "eq")
    if test.operator in ("gt", "gte", "lt", "lte"):
        return _in_order(test, value)
    if test.operator in ("gteTimedelta", "lteTimedelta"):
        return _long_ago(test, value, now)
    if test.operator in ("duringBusinessHours", "outsideBusinessHours"):
        assert isinstance(value, int)
        return is_open(hours, value) == (test.operator == "duringBusinessHours")
    return _words(test, value)


def readable(test: Test, value: Value | None, zone: str) -> Value | None:
    """The value as the operator needs it; on a field of type `any`, one that cannot be read so is missing."""
    field = field_of(test.path)
    if field is None or field.type is not Type.ANY or value is None:
        return value
    if test.operator in ("startsWith", "endsWith") or test.reads == "text":
        return value if isinstance(value, str) else None
    if test.reads == "words":
        return value if isinstance(value, str | tuple) else None
    if test.reads == "number":
        return _number(value)
    if test.reads == "bool":
        return _flag(value)
    return _instant(value, zone)


def _number(value: Value) -> Value | None:
    if isinstance(value, str):
        return Decimal(value.strip()) if NUMBER.fullmatch(value.strip()) else None
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _flag(value: Value) -> Value | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def _instant(value: Value, zone: str) -> Value | None:
    """An ISO instant; one without an offset is in the zone of the rule set, as it would be in a rule."""
    if isinstance(value, str):
        try:
            return parse_instant(value, ZoneInfo(zone))
        except (ValueError, OverflowError):
            return None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _in_order(test: Test, value: Value) -> bool:
    if test.path == "ticket.priority":
        return _compare(test.operator, PRIORITIES.index(str(value)), PRIORITIES.index(str(test.operand)))
    assert isinstance(value, int | Decimal) and isinstance(test.operand, int | Decimal)
    return _compare(test.operator, value, test.operand)


def _compare(operator: str, left: int | Decimal, right: int | Decimal) -> bool:
    if operator == "gt":
        return left > right
    if operator == "gte":
        return left >= right
    if operator == "lt":
        return left < right
    return left <= right


def _long_ago(test: Test, value: Value, now: int) -> bool:
    assert isinstance(value, int) and isinstance(test.operand, int)
    age = now - value
    return age >= test.operand if test.operator == "gteTimedelta" else age <= test.operand


def _words(test: Test, value: Value) -> bool:
    """contains*, startsWith, endsWith: on a text by what it holds, ignoring case (unless that is assumed to count); on
    a list by exact membership."""
    assert isinstance(test.operand, tuple)
    if isinstance(value, tuple):
        found = [word in value for word in test.operand]
    else:
        alike = composed if test.exact else fold
        text = alike(str(value))
        words = [alike(word) for word in test.operand]
        if test.operator == "startsWith":
            return any(text.startswith(word) for word in words)
        if test.operator == "endsWith":
            return any(text.endswith(word) for word in words)
        found = [word in text for word in words]
    match test.operator:
        case "containsAny":
            return any(found)
        case "containsAll":
            return all(found)
        case "notContainsAny":
            return not any(found)
        case _:
            return not all(found)
