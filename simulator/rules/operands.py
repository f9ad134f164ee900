"""Reading what stands beside an operator: numbers, instants, durations, levels, words. Nothing is ever a float."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from decimal import Decimal

from simulator.instants import DAY, parse_duration, parse_instant
from simulator.rules.fields import Field, Type
from simulator.rules.model import PRIORITIES, STATUSES, Operand, Trigger
from simulator.rules.operators import Operator, Shape
from simulator.rules.page import Page, quoted
from simulator.rules.scope import Scope, level_of, look, text_of, words_of
from simulator.rules.yaml_tree import Items, Kind, Node, Scalar, is_null, shape_of, truth

_DECIMAL = re.compile(r"[-+]?0{0,50}[0-9]{0,15}(?:\.[0-9]{0,9}0{0,50})?")
_WHOLE = re.compile(r"[-+]?0{0,50}[0-9]{1,15}")
_EARLIEST = parse_instant("1000-01-01T00:00:00Z")
_LATEST = parse_instant("9999-01-01T00:00:00Z")
MAX_DURATION = 36_525 * DAY


def operand_of(node: Node, operator: Operator, field: Field, shown: str, scope: Scope) -> tuple[Operand, str] | None:
    """The operand and, on a field of type any, how the stored value is to be read (`model.Test.reads`).

    `shown` is the field as it was written, for messages. None, and a finding, where the operand cannot be used.
    """
    if is_null(node):
        help = "a missing value is asked for by isEmpty: true" if operator.name in ("eq", "neq") else None
        scope.page.report("R027", f"{operator.name} needs {operator.shape}, not null", node, help)
        return None
    if operator.shape is Shape.WORDS:
        return _words(node, operator, field, scope)
    if operator.shape is Shape.TRUE:
        return _true(node, operator, field, scope.page)
    if not isinstance(node, Scalar):
        scope.page.report(
            "R010", f"{operator.name} takes {operator.shape}, not {shape_of(node)}", node, _list_help(node, field)
        )
        return None
    if operator.shape is Shape.DURATION:
        span = duration_of(node, operator.name, scope.page)
        return None if span is None else (span, _reads(field, "datetime"))
    return _value(node, field, operator, f"{operator.name} on {shown}", scope)


def _reads(field: Field, how: str) -> str:
    return how if field.type is Type.ANY else ""


def _list_help(node: Node, field: Field) -> str | None:
    if isinstance(node, Items) and field.type in (Type.TEXT, Type.LIST, Type.ANY):
        return "for one of several words write {containsAny: [...]}"
    return "for one of several values write any: [...]" if isinstance(node, Items) else None


def _true(node: Node, operator: Operator, field: Field, page: Page) -> tuple[Operand, str] | None:
    if isinstance(node, Scalar) and truth(node) is True:
        return True, _reads(field, "datetime") if Type.LIST not in operator.types else ""
    opposite = _OPPOSITES[operator.name]
    is_false = isinstance(node, Scalar) and truth(node) is False
    page.report("R023", f"{operator.name} takes only true", node, f"write {opposite}: true" if is_false else None)
    return None


_OPPOSITES = {
    "isEmpty": "isNotEmpty",
    "isNotEmpty": "isEmpty",
    "duringBusinessHours": "outsideBusinessHours",
    "outsideBusinessHours": "duringBusinessHours",
}


def _words(node: Node, operator: Operator, field: Field, scope: Scope) -> tuple[Operand, str] | None:
    words = words_of(node, operator.name, scope.page, scope.lists)
    if words is None:
        return None
    if operator.stands_for is not None and len(words) > 1:
        scope.page.report("R023", f"{operator.name} takes one word", node, f"write {operator.stands_for}")
        return None
    look(words, scope.page)
    if field.path == "ticket.tags.name":
        for word in words:
            scope.tag(word)
    elif field.type is Type.TEXT:
        _same_but_for_case(words, scope.page)
    how = "text" if operator.name in ("startsWith", "endsWith") else "words"
    return tuple(word.text for word in words), _reads(field, how)


def _same_but_for_case(words: tuple[Scalar, ...], page: Page) -> None:
    seen: dict[str, Scalar] = {}
    for word in words:
        first = seen.setdefault(word.text.lower(), word)
        if first is not word:
            page.report(
                "R107",
                f"{quoted(word.text)} and {quoted(first.text)} are the same word: case does not matter here",
                word,
            )


def _value(node: Scalar, field: Field, operator: Operator, what: str, scope: Scope) -> tuple[Operand, str] | None:
    """A single value, by the field's type; on a field of type any, by what is written."""
    if field.type is Type.ANY:
        return _any(node, operator, what, scope)
    value: Operand | None
    match field.type:
        case Type.NUMBER | Type.MONEY:
            value = number_of(node, what, scope.page)
        case Type.ID:
            value = whole_of(node, what, scope.page)
        case Type.DATETIME:
            value = instant_at(node, what, scope.zone, scope.page)
        case Type.BOOL:
            value = bool_of(node, what, scope.page)
        case Type.PRIORITY:
            value = level_of(node, "a priority", PRIORITIES, scope.page)
        case Type.STATUS:
            value = level_of(node, "a status", STATUSES, scope.page)
        case _:
            value = _text(node, what, field, scope.page)
    return None if value is None else (value, "")


def _text(node: Scalar, what: str, field: Field, page: Page) -> str | None:
    if field.path == "event.type":
        return level_of(node, "a trigger", tuple(trigger.value for trigger in Trigger), page)
    text = text_of(node, what, page)
    if text is not None:
        look((node,), page)
    return text


def _any(node: Scalar, operator: Operator, what: str, scope: Scope) -> tuple[Operand, str] | None:
    if node.kind in (Kind.NUMBER, Kind.ODD):
        number = number_of(node, what, scope.page)
        return None if number is None else (number, "number")
    if operator.shape is Shape.LEVEL:
        instant = instant_at(node, what, scope.zone, scope.page)
        return None if instant is None else (instant, "datetime")
    as_bool = truth(node)
    if as_bool is not None:
        return as_bool, "bool"
    text = text_of(node, what, scope.page)
    return None if text is None else (text, "text")


def number_of(node: Scalar, what: str, page: Page) -> Decimal | None:
    """An exact number: plain digits with one point, at most 15 before and 9 after it."""
    if node.kind is Kind.ODD:
        page.report(
            "R024", f"{what}: {quoted(node.text)} is not a number that is read", node, "write plain decimal digits"
        )
    elif node.kind is not Kind.NUMBER:
        help = "take the quotes away" if not node.plain and _DECIMAL.fullmatch(node.text) else None
        page.report("R023", f"{what} needs a number, not {_shown(node)}", node, help)
    elif not _DECIMAL.fullmatch(node.text):
        page.report("R024", f"{what}: a number of more than 15 digits before or 9 after the point", node)
    else:
        return Decimal(node.text)
    return None


def whole_of(node: Scalar, what: str, page: Page) -> int | None:
    """A whole number of at most 15 digits: an id, a rank."""
    if node.kind is Kind.NUMBER and _WHOLE.fullmatch(node.text):
        return int(node.text)
    if node.kind in (Kind.NUMBER, Kind.ODD):
        page.report("R024", f"{what} needs a whole number of at most 15 digits", node)
    else:
        help = "take the quotes away" if not node.plain and _WHOLE.fullmatch(node.text) else None
        page.report("R023", f"{what} needs a whole number, not {_shown(node)}", node, help)
    return None


def bool_of(node: Node, what: str, page: Page) -> bool | None:
    """true or false, without quotes."""
    value = truth(node) if isinstance(node, Scalar) else None
    if value is None:
        word = isinstance(node, Scalar) and node.text.lower() in ("yes", "no", "on", "off", "true", "false")
        shown = _shown(node) if isinstance(node, Scalar) else shape_of(node)
        page.report(
            "R023",
            f"{what} needs true or false, not {shown}",
            node,
            "write true or false, without quotes" if word else None,
        )
    return value


def instant_at(node: Scalar, what: str, zone: tzinfo, page: Page) -> int | None:
    """An instant, microseconds: without an offset in `zone`, a date alone its midnight there."""
    if node.kind is not Kind.TEXT:
        page.report(
            "R023", f"{what} needs an instant, not {_shown(node)}", node, "such as 2026-03-01 or 2026-03-01T09:00:00Z"
        )
        return None
    try:
        instant = parse_instant(node.text, zone)
    except (ValueError, OverflowError) as reason:
        page.report("R025", f"{what}: {quoted(node.text)} is not an instant", node, _instant_help(str(reason)))
        return None
    if not _EARLIEST <= instant <= _LATEST:
        page.report("R025", f"{what}: {quoted(node.text)} lies outside the years 1000 to 9998", node)
        return None
    return instant


def is_instant_without_offset(text: str) -> bool:
    """Whether a text is an instant that only a zone makes whole."""
    try:
        parse_instant(text, UTC)
    except (ValueError, OverflowError):
        return False
    try:
        parse_instant(text)
    except ValueError:
        return True
    return False


def _instant_help(reason: str) -> str:
    usual = "such as 2026-03-01 or 2026-03-01T09:00:00Z"
    return usual if reason.startswith("not an ISO") else reason


def duration_of(node: Scalar, what: str, page: Page) -> int | None:
    """A duration, microseconds."""
    try:
        span = parse_duration(node.text)
    except ValueError:
        page.report(
            "R026",
            f"{what} needs a duration, not {_shown(node)}",
            node,
            "one whole number and one of w d h m s, such as 7d",
        )
        return None
    if span > MAX_DURATION:
        page.report("R026", f"{what}: {quoted(node.text)} is longer than 100 years", node)
        return None
    return span


def _shown(node: Scalar) -> str:
    if node.kind is Kind.TEXT:
        return f"the text {quoted(node.text)}"
    return "null" if is_null(node) else node.text
