"""One condition on one value: the operators, as the rule language defines them.

The engine asks this once for each distinct value of a column, and on the spot where a value belongs to no column
(simulated replies, snooze ends, state).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from simulator.facts.text import composed, fold
from simulator.facts.values import Value
from simulator.hours import BusinessHours, is_open_at_minute, zone_of
from simulator.instants import parse_instant
from simulator.rules.model import PRIORITIES, Test

_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?", re.ASCII)
_LEVEL = {level: place for place, level in enumerate(PRIORITIES)}

TIMED = frozenset({"gteTimedelta", "lteTimedelta"})
"""Operators whose truth depends on now, and not on the value alone."""

NEGATIVE = frozenset({"neq", "notContainsAny", "notContainsAll"})
"""Operators that a missing value satisfies or not, by `Test.missing`."""


def holds(test: Test, value: Value | None, now: int, hours: BusinessHours) -> bool:
    """Whether `test` is true of `value` at instant `now`; a missing value satisfies only the negative operators."""
    read = _read(test, value, hours)
    if read is None and not test.missing and test.operator in NEGATIVE:
        return False
    return OPERATORS[test.operator](test, read, now, hours)


def same(one: Value | None, other: Value | None) -> bool:
    """Equality that never takes a flag for a number."""
    return (isinstance(one, bool) is isinstance(other, bool)) and one == other


def _read(test: Test, value: Value | None, hours: BusinessHours) -> Value | None:
    """A value of type any as the operator needs it, or None where it cannot be read so."""
    if not test.reads or value is None:
        return value
    return _READERS[test.reads](value, hours)


def _as_number(value: Value, hours: BusinessHours) -> Value | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    return None


def _as_text(value: Value, hours: BusinessHours) -> Value | None:
    return value if isinstance(value, str) else None


def _as_bool(value: Value, hours: BusinessHours) -> Value | None:
    return value if isinstance(value, bool) else None


def _as_instant(value: Value, hours: BusinessHours) -> Value | None:
    if not isinstance(value, str):
        return None
    try:
        return parse_instant(value, zone_of(hours.zone))
    except (ValueError, OverflowError):
        return None


def _as_words(value: Value, hours: BusinessHours) -> Value | None:
    return value if isinstance(value, (str, tuple)) else None


_READERS: dict[str, Callable[[Value, BusinessHours], Value | None]] = {
    "number": _as_number,
    "text": _as_text,
    "bool": _as_bool,
    "datetime": _as_instant,
    "words": _as_words,
}


def _eq(test: Test, value: Value | None, now: int, hours: BusinessHours) -> bool:
    return value is not None and same(value, test.operand)


def _compare(accept: Callable[[Value, Value], bool]) -> Callable[[Test, Value | None, int, BusinessHours], bool]:
    def compared(test: Test, value: Value | None, now: int, hours: BusinessHours) -> bool:
        if value is None:
            return False
        operand = test.operand
        if isinstance(operand, str):  # a priority level
            return isinstance(value, str) and accept(_LEVEL[value], _LEVEL[operand])
        return accept(value, operand)

    return compared


def _age(accept: Callable[[int, int], bool]) -> Callable[[Test, Value | None, int, BusinessHours], bool]:
    def aged(test: Test, value: Value | None, now: int, hours: BusinessHours) -> bool:
        return isinstance(value, int) and isinstance(test.operand, int) and accept(now - value, test.operand)

    return aged


def words_of(test: Test) -> tuple[str, ...]:
    """The words of a test on text or lists, as written."""
    assert isinstance(test.operand, tuple)
    return test.operand


@lru_cache(maxsize=4096)
def folded(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words as they are compared with a folded text."""
    return tuple(fold(word) for word in words)


@lru_cache(maxsize=4096)
def _composed(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(composed(word) for word in words)


def _alike(test: Test, text: str) -> tuple[str, tuple[str, ...]]:
    """A text and the words of a test as they are compared."""
    if test.exact:
        return composed(text), _composed(words_of(test))
    return fold(text), folded(words_of(test))


def _contains_any(test: Test, value: Value | None, now: int, hours: BusinessHours) -> bool:
    if isinstance(value, tuple):
        return any(word in value for word in words_of(test))
    if not value:
        return False
    text, words = _alike(test, str(value))
    return any(word in text for word in words)


def _contains_all(test: Test, value: Value | None, now: int, hours: BusinessHours) -> bool:
    if isinstance(value, tuple):
        return all(word in value for word in words_of(test))
    if not value:
        return False
    text, words = _alike(test, str(value))
    return all(word in text for word in words)


def _starts(test: Test, value: Value | None, now: int, hours: BusinessHours) -> bool:
    if not isinstance(value, str):
        return False
    text, words = _alike(test, value)
    return text.startswith(words)


def _ends(test: Test, value: Value | None, now: int, hours: BusinessHours) -> bool:
    if not isinstance(value, str):
        return False
    text, words = _alike(test, value)
    return text.endswith(words)


def _empty(test: Test, value: Value | None, now: int, hours: BusinessHours) -> bool:
    return value is None or value == "" or value == ()


def _open(test: Test, value: Value | None, now: int, hours: BusinessHours) -> bool:
    return isinstance(value, int) and is_open_at_minute(hours, value)


def _closed(test: Test, value: Value | None, now: int, hours: BusinessHours) -> bool:
    return isinstance(value, int) and not is_open_at_minute(hours, value)


_Holds = Callable[[Test, Value | None, int, BusinessHours], bool]


def _negated(positive: _Holds) -> _Holds:
    return lambda test, value, now, hours: not positive(test, value, now, hours)


OPERATORS: dict[str, _Holds] = {
    "eq": _eq,
    "neq": _negated(_eq),
    "gt": _compare(lambda value, operand: value > operand),  # type: ignore[operator]
    "gte": _compare(lambda value, operand: value >= operand),  # type: ignore[operator]
    "lt": _compare(lambda value, operand: value < operand),  # type: ignore[operator]
    "lte": _compare(lambda value, operand: value <= operand),  # type: ignore[operator]
    "gteTimedelta": _age(lambda age, span: age >= span),
    "lteTimedelta": _age(lambda age, span: age <= span),
    "containsAny": _contains_any,
    "containsAll": _contains_all,
    "notContainsAny": _negated(_contains_any),
    "notContainsAll": _negated(_contains_all),
    "startsWith": _starts,
    "endsWith": _ends,
    "isEmpty": _empty,
    "isNotEmpty": _negated(_empty),
    "duringBusinessHours": _open,
    "outsideBusinessHours": _closed,
}
