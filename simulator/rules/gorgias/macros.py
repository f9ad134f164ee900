"""Macros of the helpdesk -> the actions that applyMacro runs; what cannot be simulated is named and left out."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from simulator.rules.gorgias import tree
from simulator.rules.gorgias.actions import named_action
from simulator.rules.gorgias.findings import Findings, UnsupportedError
from simulator.rules.gorgias.tree import NOWHERE, Expression, quoted
from simulator.rules.model import Action

_DEEPEST = 16


class MacroActions(NamedTuple):
    """The actions in order, and for each one left out a reason in words; `notes` say what was left out of an action."""

    actions: tuple[Action, ...]
    not_simulated: tuple[str, ...]
    notes: tuple[str, ...] = ()


def actions_from_macro(actions: object) -> MacroActions:
    """The actions of a macro's JSON: a list of `{name, arguments}`. A macro in a macro is not run."""
    if not isinstance(actions, list):
        return MacroActions((), () if actions is None else ("its actions are not a list",))
    findings = Findings()
    read: list[Action] = []
    refused: list[str] = []
    for item in actions:
        try:
            read.append(_action(item, findings))
        except UnsupportedError as error:
            refused.append(error.finding.reason)
    return MacroActions(tuple(read), tuple(refused), tuple(note.reason for _, note in findings.notes))


def _action(item: object, findings: Findings) -> Action:
    name = item.get("name") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(name, str):
        raise UnsupportedError("an action without a name")
    if name == "applyMacro":
        raise UnsupportedError(f"action {quoted(name)} in a macro cannot be simulated")
    return named_action(name, _expression(item.get("arguments"), 0), NOWHERE, findings)


def _expression(value: object, depth: int) -> Expression:
    """A piece of JSON as the tree would have it."""
    if depth > _DEEPEST:
        return tree.Unknown(f"arguments nested more than {_DEEPEST} deep")
    match value:
        case None | bool():
            return tree.Literal(value)
        case str():
            return tree.text(value, NOWHERE)
        case int() | float() | Decimal():
            return tree.json_number(value, NOWHERE)
        case list():
            return tree.Listing(tuple(_expression(item, depth + 1) for item in value))
        case dict():
            return tree.Mapping(tuple((str(key), _expression(item, depth + 1)) for key, item in value.items()))
    return tree.Unknown("arguments of an unknown kind")
