"""NODES -> STEPS: the lists of actions under `then` and `else`, nested `{if, then, else}` included."""

from __future__ import annotations

from simulator.rules.actions import ACTIONS, Argument
from simulator.rules.arguments import UnreadError, argument_of
from simulator.rules.conditions import condition_of
from simulator.rules.model import Action, Branch, Step
from simulator.rules.page import quoted
from simulator.rules.scope import Scope, known_entries, report_missing
from simulator.rules.yaml_tree import Entries, Items, Node, Scalar, is_null, shape_of

_BRANCH = ("if", "then", "else")
_TRUE = "true"


def steps_of(node: Node | None, what: str, scope: Scope) -> tuple[Step, ...]:
    """The steps of a list of actions; nothing written is an empty list."""
    if node is None or is_null(node):
        return ()
    if not isinstance(node, Items):
        scope.page.report(
            "R010", f"`{what}` is a list of actions, not {shape_of(node)}", node, "put a dash before each action"
        )
        return ()
    return tuple(step for item in node.items for step in _item(item, what, scope))


def _item(node: Node, what: str, scope: Scope) -> tuple[Step, ...]:
    """One item: a bare action, a mapping of one or more actions in order, or a nested {if, then, else}."""
    if isinstance(node, Scalar) and not is_null(node):
        return _actions(((node, Scalar(_TRUE, True, node.line, node.column)),), scope, bare=True)
    if not isinstance(node, Entries) or not node.entries:
        scope.page.report(
            "R010", f"an item of `{what}` is an action, not {_shown(node)}", node, "such as `- addTags: [VIP]`"
        )
        return ()
    nested = [key.text in _BRANCH for key, _ in node.entries]
    if any(nested) and not any(key.text in ACTIONS for key, _ in node.entries):
        return _branch(node, scope)
    if any(nested):
        key = node.entries[nested.index(True)][0]
        scope.page.report(
            "R036",
            f"`{key.text}` stands in one item with an action",
            key,
            "put a dash before the nested if, and one before the action",
        )
        return ()
    return _actions(node.entries, scope)


def _shown(node: Node) -> str:
    return "an empty mapping" if isinstance(node, Entries) else shape_of(node)


def _branch(node: Entries, scope: Scope) -> tuple[Step, ...]:
    entries = known_entries(node, "a nested if", _BRANCH, scope.page)
    if "if" not in entries:
        report_missing("if", "a nested then or else", node, _BRANCH, scope.page)
        return ()
    condition = condition_of(entries["if"][1], scope)
    then, otherwise = (steps_of(entries[key][1] if key in entries else None, key, scope) for key in ("then", "else"))
    return (Branch(condition, then, otherwise, scope.page.at(node)),)


def _actions(entries: tuple[tuple[Scalar, Node], ...], scope: Scope, bare: bool = False) -> tuple[Step, ...]:
    return tuple(step for key, value in entries if (step := _action(key, value, scope, bare)) is not None)


def _action(key: Scalar, value: Node, scope: Scope, bare: bool) -> Action | None:
    kind = ACTIONS.get(key.text)
    if kind is None:
        scope.page.report("R016", f"unknown action {quoted(key.text)}", key, scope.page.nearest(key.text, ACTIONS))
        return None
    if bare and kind.argument is not Argument.FLAG:
        scope.page.report(
            "R029" if kind.argument is Argument.TAGS else "R035",
            f"{kind.name} without its argument",
            key,
            f"it takes {kind.argument}",
        )
        return None
    try:
        argument = argument_of(value, kind, scope)
    except UnreadError:
        return None
    return Action(kind.name, argument, scope.page.at(key))
