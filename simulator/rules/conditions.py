"""NODES -> CONDITION: every form in which a condition can be written, one function a form."""

from __future__ import annotations

from collections.abc import Callable

from simulator.rules.fields import Field, Type
from simulator.rules.model import ALWAYS, All, Any, Condition, Not, Test
from simulator.rules.operands import is_instant_without_offset, operand_of
from simulator.rules.operators import OPERATORS, fitting
from simulator.rules.page import choice, quoted
from simulator.rules.scope import Scope, field_at
from simulator.rules.yaml_tree import Entries, Items, Node, Scalar, is_null, shape_of


def condition_of(node: Node, scope: Scope) -> Condition:
    """A condition from any of its forms. What cannot be read is a finding and left out of the value."""
    if isinstance(node, Items):
        return _parts(node, scope)
    if isinstance(node, Entries):
        return _mapping(node, scope)
    help = "leave `if` out for a rule that always runs" if is_null(node) else "write `path: value`, or all, any, not"
    scope.page.report("R010", f"a condition is a mapping or a list, not {shape_of(node)}", node, help)
    return ALWAYS


def _parts(node: Items, scope: Scope) -> All:
    """A list: all of them."""
    if not node.items:
        scope.page.report("R101", "an empty list of conditions is always true", node)
    return All(tuple(condition_of(item, scope) for item in node.items), scope.page.at(node))


def _mapping(node: Entries, scope: Scope) -> Condition:
    """A mapping: all of its entries; a single entry stands for itself."""
    if not node.entries:
        scope.page.report("R101", "an empty condition is always true", node)
    parts = [part for key, value in node.entries for part in _entry(key, value, scope)]
    return parts[0] if len(parts) == 1 else All(tuple(parts), scope.page.at(node))


def _entry(key: Scalar, value: Node, scope: Scope) -> list[Condition]:
    group = _GROUPS.get(key.text)
    return [group(key, value, scope)] if group is not None else _field(key, value, scope)


def _all(key: Scalar, value: Node, scope: Scope) -> Condition:
    return All(_listed(key, value, scope), scope.page.at(key))


def _any(key: Scalar, value: Node, scope: Scope) -> Condition:
    return Any(_listed(key, value, scope), scope.page.at(key))


def _not(key: Scalar, value: Node, scope: Scope) -> Condition:
    return Not(condition_of(value, scope), scope.page.at(key))


_GROUPS: dict[str, Callable[[Scalar, Node, Scope], Condition]] = {"all": _all, "any": _any, "not": _not}
GROUPS: tuple[str, ...] = tuple(_GROUPS)


def _listed(key: Scalar, value: Node, scope: Scope) -> tuple[Condition, ...]:
    """The parts of `all` or `any`. A mapping here could mean either, so it is refused."""
    if not isinstance(value, Items):
        scope.page.report(
            "R010",
            f"`{key.text}` takes a list of conditions, not {shape_of(value)}",
            value,
            "put a dash before each condition",
        )
        return ()
    if not value.items:
        scope.page.report(
            "R101", f"an empty `{key.text}` is {'always true' if key.text == 'all' else 'never true'}", key
        )
    return tuple(condition_of(item, scope) for item in value.items)


def _field(key: Scalar, value: Node, scope: Scope) -> list[Condition]:
    """`path: {op: value, ...}` or `path: value`."""
    field = field_at(key, scope.page)
    if isinstance(value, Entries):
        if not value.entries:
            scope.page.report("R010", f"{quoted(key.text)} has no operator", value, "write `path: {operator: value}`")
        alone = len(value.entries) == 1
        read = (_test(key, field, name, operand, key if alone else name, scope) for name, operand in value.entries)
        return [test for test in read if test is not None]
    if field is None or _no_eq(key, field, value, scope):
        return []
    test = _test(key, field, Scalar("eq", True, key.line, key.column), value, key, scope)
    return [test] if test is not None else []


def _no_eq(key: Scalar, field: Field, value: Node, scope: Scope) -> bool:
    """Whether `path: value`, short for eq, cannot be meant: the field is a list, or a list is written."""
    operators = fitting(field.type)
    if "eq" in operators and not isinstance(value, Items):
        return False
    if "containsAny" in operators:
        word = value.text if isinstance(value, Scalar) and not is_null(value) else "..."
        help = f"write {{containsAny: [{word[:40]}]}}"
    else:
        help = "for one of several values write any: [...]"
    what = f"eq, for which `path: value` is short, does not fit {shape_of(value)} on {quoted(key.text)}"
    scope.page.report("R014", what, value, help)
    return True


def _test(key: Scalar, field: Field | None, name: Scalar, operand: Node, place: Scalar, scope: Scope) -> Test | None:
    """One operator on a field; the operand is read only where operator and field are known and fit."""
    operator = OPERATORS.get(name.text)
    if operator is None:
        known = fitting(field.type if field is not None else Type.ANY)
        current = [one for one, entry in OPERATORS.items() if entry.stands_for is None]
        help = scope.page.nearest(name.text, current) or choice(known)
        scope.page.report("R013", f"unknown operator {quoted(name.text)}", name, help)
        return None
    if operator.stands_for is not None:
        help = f"write {{{operator.stands_for}: [...]}}"
        message = f"{operator.name} is deprecated in Gorgias and read as {operator.stands_for}"
        scope.page.report("R102", message, name, help)
    if field is None:
        return None
    if field.type not in operator.types:
        message = f"{operator.name} does not fit {quoted(key.text)}, a field of type {field.type}"
        scope.page.report("R014", message, name, f"it takes {', '.join(fitting(field.type))}")
        return None
    read = operand_of(operand, operator, field, key.text, scope)
    if read is None:
        return None
    dated = field.type is Type.DATETIME or read[1] == "datetime"
    in_zone = dated and isinstance(operand, Scalar) and is_instant_without_offset(operand.text)
    return Test(field.path, operator.stands_for or operator.name, *read, in_zone, scope.page.at(place))
