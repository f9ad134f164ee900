"""Which rules differ between two sets. Rules are followed by their id and compared in their canonical form.

Comments, layout, the order of triggers, of words and of the parts of `all` and `any` are no edit: the digest of the
set does not see them either. A changed word list edits every rule that uses it; changed hours, holidays or zone edit
the rules that use business hours, a changed zone also those with instants without an offset, their own or stored.
"""

from __future__ import annotations

import dataclasses

from simulator.diff.values import RuleChange
from simulator.hours import BusinessHours
from simulator.rules.canonical import canonical_rule
from simulator.rules.model import Rule, RuleSet
from simulator.rules.walk import reads_business_hours, reads_zone


def rule_changes(before: RuleSet, after: RuleSet) -> dict[str, RuleChange]:
    """The change of every rule of either set, by id in code point order."""
    old = {rule.id: rule for rule in before.rules}
    new = {rule.id: rule for rule in after.rules}
    return {name: _change(old.get(name), new.get(name), before.hours, after.hours) for name in sorted({*old, *new})}


def _change(before: Rule | None, after: Rule | None, old: BusinessHours, new: BusinessHours) -> RuleChange:
    if before is None:
        return RuleChange.ADDED
    if after is None:
        return RuleChange.REMOVED
    placed = dataclasses.replace(before, priority=after.priority, name=after.name)
    if canonical_rule(placed) != canonical_rule(after) or _other_clock(after, old, new):
        return RuleChange.EDITED
    if (before.priority, before.name) != (after.priority, after.name):
        return RuleChange.MOVED
    return RuleChange.SAME


def _other_clock(rule: Rule, old: BusinessHours, new: BusinessHours) -> bool:
    """Whether the rule, word for word the same, reads the clock of its set, and that is another one."""
    return (old != new and reads_business_hours(rule)) or (old.zone != new.zone and reads_zone(rule))
