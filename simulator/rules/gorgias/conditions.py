"""The conditions of Gorgias rules and views -> Condition: functions, paths and literals, typed by the fields table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC
from decimal import Decimal

from simulator.diagnostics import nearest
from simulator.instants import DAY, parse_duration, parse_instant
from simulator.rules.fields import Field, Type, field_of, known_paths, near_miss
from simulator.rules.gorgias.findings import Finding, Findings, UnsupportedError
from simulator.rules.gorgias.tree import (
    Call,
    Expression,
    Listing,
    Literal,
    Logic,
    Negation,
    Path,
    Unknown,
    decimal,
    quoted,
)
from simulator.rules.model import ALWAYS, PRIORITIES, STATUSES, All, Any, Condition, Not, Operand, Test, Trigger
from simulator.rules.operators import BUSINESS_HOURS, OPERATORS, Operator, Shape

EARLIEST = parse_instant("1000-01-01T00:00:00Z")
LATEST = parse_instant("9999-01-01T00:00:00Z")
MAX_DURATION = 36_525 * DAY
"""Limits of the rule language: what keeps within them can be written as YAML and read again."""

ROOTS = ("ticket", "message", "event")

SYNONYMS: dict[str, str] = {
    "ticket.assignee_user.id": "ticket.assignee_user_id",
    "ticket.assignee_team.id": "ticket.assignee_team_id",
}
"""Paths that views use for a field that has its own path in rules."""

_FIELD_VALUE = re.compile(r"(ticket(?:\.customer)?\.custom_fields\.[^.]+)\.value")


def condition(expression: Expression, findings: Findings) -> Condition:
    """The condition that an expression states; a part that cannot be read adds a problem and counts as always true."""
    if findings.full:
        return ALWAYS
    match expression:
        case Logic(operator, parts):
            read = tuple(condition(part, findings) for part in parts)
            return _joined(All if operator == "&&" else Any, read)
        case Negation(part):
            return Not(condition(part, findings))
        case Literal(bool(value)):
            return ALWAYS if value else Any(())
        case Call():
            try:
                return _test(expression, findings)
            except UnsupportedError as error:
                findings.problems.append(error.finding)
        case Unknown(what, place):
            findings.problems.append(Finding(f"{what} in a condition", place))
        case _:
            findings.problems.append(Finding("a condition that is not a call of a function", expression.place))
    return ALWAYS


def _joined(kind: type[All] | type[Any], parts: tuple[Condition, ...]) -> Condition:
    """`a && (b && c)` is one list of three; a list of one is its part."""
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _test(call: Call, findings: Findings) -> Test:
    operator = OPERATORS.get(call.name)
    if operator is None:
        raise UnsupportedError(f"unknown function {quoted(call.name)}{_hint(call.name, OPERATORS)}", call.place)
    wanted = 1 if operator.shape is Shape.TRUE else 2
    if len(call.arguments) != wanted:
        raise UnsupportedError(f"{call.name} with {len(call.arguments)} arguments instead of {wanted}", call.place)
    field = field_at(call.arguments[0])
    if field.type not in operator.types:
        raise UnsupportedError(f"{call.name} on {field.path}, which holds a {field.type}", call.place)
    name = operator.stands_for or operator.name
    if operator.stands_for:
        findings.notes.append(("G003", Finding(f"deprecated {call.name} read as {name}", call.place)))
    if wanted == 1:
        timed = field.type is Type.ANY and name in BUSINESS_HOURS
        return Test(field.path, name, True, "datetime" if timed else "")
    return Test(field.path, name, *_operand(operator, field, call.arguments[1]))


def field_at(expression: Expression) -> Field:
    """The field that a member path names. Raises UnsupportedError."""
    if isinstance(expression, Unknown):
        raise UnsupportedError(expression.what, expression.place)
    if not isinstance(expression, Path):
        raise UnsupportedError("a first argument that is not a field", expression.place)
    if expression.parts[0] not in ROOTS:
        raise UnsupportedError(f"unknown variable {quoted(expression.parts[0])}", expression.place)
    path = ".".join(expression.parts)
    whole = _FIELD_VALUE.fullmatch(path)
    name = whole[1] if whole else SYNONYMS.get(path, path)
    odd = len(name) > 500 or any("." in part for part in expression.parts)
    field = None if odd else field_of(name)
    if field is None or near_miss(name) is not None:
        raise UnsupportedError(f"unknown field {quoted(path, 120)}{_hint(path, known_paths())}", expression.place)
    return field


def _hint(word: str, known: Iterable[str]) -> str:
    near = nearest(word[:120], known)
    return f", the nearest known is {quoted(near, 120)}" if near else ""


def _operand(operator: Operator, field: Field, value: Expression) -> tuple[Operand, str]:
    """What the value is compared with, and for a field of type `any` how the field is read. Raises UnsupportedError."""
    untyped = field.type is Type.ANY
    if operator.shape is Shape.WORDS:
        how = "words" if Type.LIST in operator.types else "text"
        return _words(value), how if untyped else ""
    literal = _literal(value)
    if field.path == "event.type":
        return one_of(literal, tuple(trigger.value for trigger in Trigger)), ""
    if operator.shape is Shape.DURATION:
        return duration(literal), "datetime" if untyped else ""
    return _untyped(literal, operator) if untyped else (_TYPED[field.type](literal), "")


def _literal(value: Expression) -> Literal:
    """A literal with a value in it: no null, no empty text, no template. Raises UnsupportedError."""
    if isinstance(value, Unknown):
        raise UnsupportedError(value.what, value.place)
    if not isinstance(value, Literal):
        raise UnsupportedError("a value that is not a text, number, true or false", value.place)
    if value.value is None:
        raise UnsupportedError("a comparison with null (isEmpty says whether a value is missing)", value.place)
    if isinstance(value.value, str) and not value.value.strip():
        raise UnsupportedError("an empty text", value.place)
    if isinstance(value.value, str) and "{{" in value.value:
        raise UnsupportedError(f"the template {quoted(value.value)} in a condition", value.place)
    return value


def _refused(literal: Literal, wanted: str) -> UnsupportedError:
    value = literal.value
    shown = quoted(value) if isinstance(value, str) else "null" if value is None else str(value).lower()
    return UnsupportedError(f"{shown} where {wanted} is needed", literal.place)


def _text(literal: Literal) -> str:
    if not isinstance(literal.value, str):
        raise _refused(literal, "a text")
    return literal.value


_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)


def _number(literal: Literal) -> Decimal:
    value = literal.value
    if isinstance(value, str):
        value = decimal(value.strip()) if _PLAIN_NUMBER.fullmatch(value.strip()) else None
    if not isinstance(value, Decimal):
        raise _refused(literal, "a number")
    return value


def whole(literal: Literal) -> int:
    """The id that a number or a text of digits gives. Raises UnsupportedError."""
    value = _number(literal)
    if value != value.to_integral_value() or not 0 <= value < 10**15:
        raise _refused(literal, "an id")
    return int(value)


def _bool(literal: Literal) -> bool:
    value = {"true": True, "false": False}.get(literal.value) if isinstance(literal.value, str) else literal.value
    if not isinstance(value, bool):
        raise _refused(literal, "true or false")
    return value


def _instant(literal: Literal) -> int:
    try:
        instant = parse_instant(_text(literal), UTC)
    except (ValueError, OverflowError):
        raise _refused(literal, "an ISO 8601 instant") from None
    if not EARLIEST <= instant <= LATEST:
        raise _refused(literal, "an instant of the years 1000 to 9998")
    return instant


def one_of(literal: Literal, known: tuple[str, ...]) -> str:
    """A text that is one of the known ones. Raises UnsupportedError."""
    if not isinstance(literal.value, str) or literal.value not in known:
        raise _refused(literal, "one of " + ", ".join(known))
    return literal.value


_TYPED: dict[Type, Callable[[Literal], Operand]] = {
    Type.TEXT: _text,
    Type.NUMBER: _number,
    Type.MONEY: _number,
    Type.ID: whole,
    Type.BOOL: _bool,
    Type.DATETIME: _instant,
    Type.PRIORITY: lambda literal: one_of(literal, PRIORITIES),
    Type.STATUS: lambda literal: one_of(literal, STATUSES),
}
"""How a literal is read for a field of each type."""


def _untyped(literal: Literal, operator: Operator) -> tuple[Operand, str]:
    """A literal for a field of type `any`: its own kind says how the field is read."""
    value = literal.value
    equality = operator.shape is Shape.VALUE
    if isinstance(value, bool) and equality:
        return value, "bool"
    if isinstance(value, Decimal):
        return value, "number"
    if equality:
        return _text(literal), "text"
    if isinstance(value, str) and _PLAIN_NUMBER.fullmatch(value.strip()):
        return _number(literal), "number"
    return _instant(literal), "datetime"


def duration(literal: Literal) -> int:
    """Microseconds of `2d`. Raises UnsupportedError."""
    try:
        span = parse_duration(_text(literal).strip())
    except ValueError:
        raise _refused(literal, "a duration such as 2d") from None
    if span > MAX_DURATION:
        raise _refused(literal, "a duration of at most 100 years")
    return span


def _words(value: Expression) -> tuple[str, ...]:
    """The words of a list, or a single word as a list of one: none empty, each once. Raises UnsupportedError."""
    items = value.items if isinstance(value, Listing) else (value,)
    if not items:
        raise UnsupportedError("an empty list of words", value.place)
    return tuple(dict.fromkeys(_text(_literal(item)) for item in items))
