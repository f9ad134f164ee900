"""UNITS: the edits of a change, each a thing that can be made or left out by itself, and the mixed rule sets.

An edit is one rule added, removed, edited or moved. Where hours, holidays or the zone changed, that and every rule
that reads them is one edit: the set has only one clock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from simulator.causes.parts import Part, parts_of
from simulator.diff.values import RuleChange
from simulator.rules.model import Rule, RuleSet, in_running_order
from simulator.rules.walk import reads_business_hours, reads_zone


class Unit(NamedTuple):
    """An edit. `rules`: those it changes, by id; `clock`: it brings the candidate's hours, holidays and zone."""

    rules: tuple[str, ...]
    change: str
    parts: tuple[Part, ...]
    clock: bool = False


def units_of(before: RuleSet, after: RuleSet, changes: Mapping[str, RuleChange]) -> tuple[Unit, ...]:
    """The edits, by the ids of their rules."""
    changed = [id for id, change in changes.items() if change is not RuleChange.SAME]
    old, new = _by_id(before), _by_id(after)
    timed = [] if before.hours == after.hours else [id for id in changed if _reads_clock(old.get(id), new.get(id))]
    units = [Unit((id,), changes[id].value, parts_of(old.get(id), new.get(id))) for id in changed if id not in timed]
    if timed:
        words = "hours, holidays or zone, and the rules that read them"
        units.append(Unit(tuple(timed), "hours", (Part(words, None),), clock=True))
    return tuple(sorted(units, key=lambda unit: unit.rules))


def _by_id(ruleset: RuleSet) -> dict[str, Rule]:
    return {rule.id: rule for rule in ruleset.rules}


def _reads_clock(*versions: Rule | None) -> bool:
    return any(rule is not None and (reads_business_hours(rule) or reads_zone(rule)) for rule in versions)


def mixed(before: RuleSet, after: RuleSet, units: Collection[Unit]) -> RuleSet:
    """The baseline with some of the edits made."""
    taken = {rule for unit in units for rule in unit.rules}
    rules = [rule for rule in before.rules if rule.id not in taken] + [rule for rule in after.rules if rule.id in taken]
    hours = after.hours if any(unit.clock for unit in units) else before.hours
    return replace(before, rules=in_running_order(rules), hours=hours)


def with_rule(before: RuleSet, id: str, rule: Rule | None) -> RuleSet:
    """The baseline with another version of one rule."""
    rules = [*(one for one in before.rules if one.id != id), *(() if rule is None else (rule,))]
    return replace(before, rules=in_running_order(rules))


def is_cosmetic(unit: Unit, before: RuleSet, after: RuleSet) -> bool:
    """Whether the edit can change nothing on any history, so that no replay is needed to know it.

    So is a rule that runs on neither side, and one that only moved without passing any rule that shares a trigger.
    """
    if unit.clock:
        return False
    (id,) = unit.rules
    old, new = _by_id(before).get(id), _by_id(after).get(id)
    if not any(rule is not None and rule.enabled for rule in (old, new)):
        return True
    if unit.change != RuleChange.MOVED.value:
        return False
    return _order(before, id) == _order(mixed(before, after, [unit]), id) and _order(after, id) == _order(
        mixed(after, before, [unit]), id
    )


def _order(ruleset: RuleSet, id: str) -> Sequence[str]:
    """The rules that run before it on any of its triggers."""
    (rule,) = (one for one in ruleset.rules if one.id == id)
    place = ruleset.rules.index(rule)
    return [one.id for one in ruleset.rules[:place] if one.enabled and set(one.on) & set(rule.on)]
