"""The operators of conditions: one table, from which loading, schema and docs are made."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from simulator.rules.fields import Type


class Shape(StrEnum):
    """What stands beside an operator: how its operand is read."""

    VALUE = "one value of the field's type"
    LEVEL = "a number, an ISO instant or a priority"
    DURATION = "a duration such as 7d"
    WORDS = "a word or a list of words"
    TRUE = "true"


class Operator(NamedTuple):
    """An operator. `types`: the field types it fits (`any` takes all). `positive`: false on a missing value;
    the others are true on it. `stands_for`: what a deprecated operator is read as."""

    name: str
    types: frozenset[Type]
    shape: Shape
    positive: bool
    meaning: str
    stands_for: str | None = None


_ALL = frozenset(Type)
_SCALAR = _ALL - {Type.LIST}
_ORDERED = frozenset((Type.NUMBER, Type.MONEY, Type.DATETIME, Type.PRIORITY, Type.ANY))
_TEXT = frozenset((Type.TEXT, Type.ANY))
_WORDS = _TEXT | {Type.LIST}
_TIME = frozenset((Type.DATETIME, Type.ANY))

OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator("eq", _SCALAR, Shape.VALUE, True, "the same value; text exactly, with case"),
        Operator("neq", _SCALAR, Shape.VALUE, False, "not the same value"),
        Operator("gt", _ORDERED, Shape.LEVEL, True, "greater, later or higher"),
        Operator("gte", _ORDERED, Shape.LEVEL, True, "greater, later or higher, or the same"),
        Operator("lt", _ORDERED, Shape.LEVEL, True, "less, earlier or lower"),
        Operator("lte", _ORDERED, Shape.LEVEL, True, "less, earlier or lower, or the same"),
        Operator("gteTimedelta", _TIME, Shape.DURATION, True, "at least that long before the event"),
        Operator("lteTimedelta", _TIME, Shape.DURATION, True, "at most that long before the event, or after it"),
        Operator(
            "containsAny", _WORDS, Shape.WORDS, True, "text: any word occurs, ignoring case; list: any is a member"
        ),
        Operator(
            "containsAll", _WORDS, Shape.WORDS, True, "text: all words occur, ignoring case; list: all are members"
        ),
        Operator("notContainsAny", _WORDS, Shape.WORDS, False, "none of the words occurs"),
        Operator("notContainsAll", _WORDS, Shape.WORDS, False, "not all of the words occur"),
        Operator("startsWith", _TEXT, Shape.WORDS, True, "begins with one of the words, ignoring case"),
        Operator("endsWith", _TEXT, Shape.WORDS, True, "ends with one of the words, ignoring case"),
        Operator("isEmpty", _ALL, Shape.TRUE, False, "missing, an empty text or an empty list"),
        Operator("isNotEmpty", _ALL, Shape.TRUE, True, "there is something"),
        Operator("duringBusinessHours", _TIME, Shape.TRUE, True, "inside the business hours, holidays closed"),
        Operator("outsideBusinessHours", _TIME, Shape.TRUE, True, "outside the business hours, or on a holiday"),
        Operator("contains", _WORDS, Shape.WORDS, True, "containsAny of one word", "containsAny"),
        Operator("notContains", _WORDS, Shape.WORDS, False, "notContainsAny of one word", "notContainsAny"),
    )
}

BUSINESS_HOURS = frozenset({"duringBusinessHours", "outsideBusinessHours"})
"""The operators whose truth depends on the rule set's business hours, holidays and zone."""


def fitting(type_: Type) -> tuple[str, ...]:
    """The operators that a field of this type takes, deprecated ones left out, in the order of the table."""
    return tuple(name for name, entry in OPERATORS.items() if type_ in entry.types and entry.stands_for is None)
