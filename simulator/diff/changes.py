"""Which rules differ between two sets. Rules are followed by their id and compared as parsed.

Comments and layout are no edit; a changed word list edits every rule that uses it; changed hours, holidays or zone
edit the rules that use business hours. Instants written without an offset are already instants here, so a changed zone
shows as another operand, unless both zones have the same offset at that instant: then the rule means the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal

from simulator.diff.parts import reads_business_hours
from simulator.diff.values import RuleChange
from simulator.rules.model import Rule, RuleSet


def rule_changes(before: RuleSet, after: RuleSet) -> dict[str, RuleChange]:
    """The change of every rule of either set, by id in code point order."""
    old = {rule.id: rule for rule in before.rules}
    new = {rule.id: rule for rule in after.rules}
    other_hours = before.hours != after.hours
    return {name: _change(old, new, name, other_hours) for name in sorted({*old, *new})}


def _change(old: Mapping[str, Rule], new: Mapping[str, Rule], name: str, other_hours: bool) -> RuleChange:
    if name not in old:
        return RuleChange.ADDED
    if name not in new:
        return RuleChange.REMOVED
    before, after = old[name], new[name]
    placed = dataclasses.replace(before, priority=after.priority, name=after.name)
    if _shape(placed) != _shape(after) or (other_hours and reads_business_hours(after)):
        return RuleChange.EDITED
    if (before.priority, before.name) != (after.priority, after.name):
        return RuleChange.MOVED
    return RuleChange.SAME


def _shape(value: object) -> object:
    """A value that is equal for equal meaning only: Python holds `True == 1`, a rule does not."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, int | Decimal):
        return ("number", value)
    if isinstance(value, tuple):
        return tuple(_shape(part) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = (_shape(getattr(value, f.name)) for f in dataclasses.fields(value) if f.compare)
        return (type(value).__name__, *parts)
    return value
