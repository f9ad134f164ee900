"""Reasons: why the replay and the record part, as far as the snapshot itself can tell.

Asked in the order of `Reason`; what nothing in the snapshot explains is left to the meaning of the rules (semantics):
there the replay and the helpdesk understand a rule differently, and that is to be looked into.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulator.facts.history import History
from simulator.facts.rule_made import LiveRule
from simulator.fidelity.occasions import Occasion
from simulator.fidelity.sides import Ran
from simulator.fidelity.units import Pair, Unit
from simulator.fidelity.values import Reason
from simulator.rules.fields import Kind, field_of
from simulator.rules.model import Rule
from simulator.rules.walk import tests_of

GroundAt = Callable[[str, int], tuple[bool, bool]]
"""(path of a fact, event row) -> whether the value seen there is only today's, whether it is missing."""

_BY_STATE = {"deleted": Reason.RULE_DELETED, "not simulated": Reason.NOT_SIMULATED, "off": Reason.RULE_OFF}


@dataclass(frozen=True)
class Rules:
    """The listed rules and their simulated forms, by name in the rule set."""

    listed: Mapping[str, LiveRule]
    simulated: Mapping[str, Rule]

    def state(self, name: str) -> str:
        """live, off, not simulated or deleted."""
        if name not in self.listed:
            return "deleted"
        if name not in self.simulated:
            return "not simulated"
        return "live" if self.simulated[name].enabled else "off"

    def changed_at(self, name: str) -> int | None:
        """The instant since which the rule is as the snapshot has it, where the export dates it."""
        rule = self.listed.get(name)
        dates = [] if rule is None else [at for at in (rule.created_at, rule.updated_at) if at is not None]
        return max(dates, default=None)

    def explains(self, name: str, at: int, code: str | None = None) -> Reason | None:
        """What the rule's own listing explains: it is gone, off, newer than the occasion, or was changed after it.

        `code`: a copy of the rule's code as it ran, where the log keeps one.
        """
        state = self.state(name)
        if state != "live":
            return _BY_STATE[state]
        rule = self.listed[name]
        if rule.created_at is not None and at < rule.created_at:
            return Reason.RULE_NEWER
        changed = self.changed_at(name)
        if changed is not None and at < changed:
            return Reason.RULE_CHANGED
        return Reason.RULE_CHANGED if code and rule.code and code.strip() != rule.code.strip() else None


@dataclass(frozen=True)
class Reasons:
    """What reasons are looked for in. `lost`: (ticket, context) whose message the snapshot lacks.

    `gaps`: whether a ticket's own log fails to explain how the export has it.
    """

    rules: Rules
    lost: Container[tuple[int, str | None]]
    ground: GroundAt
    history: History
    gaps: Callable[[Pair], bool]

    def of(self, pair: Pair, units: Sequence[Unit]) -> Iterator[tuple[Unit, Reason]]:
        """Each unit of a ticket that does not agree, with its reason, in the order of the ticket's history.

        What comes with or after one that explains itself follows from it, and so does what comes after one that
        nothing explains.
        """
        differing = sorted((unit for unit in units if not unit.agrees), key=_order)
        parted = {unit.occasion for unit in differing if unit.what == "execution"}
        own = [self._own(pair, unit, parted) for unit in differing]
        first = min((_order(unit)[0] for unit, reason in zip(differing, own, strict=True) if reason), default=_END)
        for unit, reason in zip(differing, own, strict=True):
            when = _order(unit)[0]
            follows = when > first or (when == first and first != _END)
            yield unit, reason or (Reason.FOLLOWS if follows else self._rest(pair, unit))
            first = min(first, when)

    def _own(self, pair: Pair, unit: Unit, parted: Collection[Occasion | None]) -> Reason | None:
        """What the rules of the unit, or the values that they read, explain.

        `parted`: occasions on which the executions themselves differ, from which the changes then follow.
        """
        if unit.what != "execution" and (unit.occasion in parted or (unit.what == "final" and parted)):
            return None
        for run in _runs(pair, unit):
            recorded = pair.recorded.ran.get(run)
            at = recorded.at if recorded else self.history.at[run.occasion.row]
            found = self.rules.explains(run.rule, at, recorded.code if recorded else None)
            if found is not None:
                return found
        return self._by_values(pair, unit) if unit.what == "execution" else None

    def _by_values(self, pair: Pair, unit: Unit) -> Reason | None:
        assert unit.occasion is not None and unit.rule is not None
        run = Ran(unit.occasion, unit.rule)
        recorded = pair.recorded.ran.get(run)
        if recorded is not None and (pair.ticket, recorded.context) in self.lost:
            return Reason.MISSING_HISTORY
        grounds = [(match.rests_on_today, match.rests_on_missing) for match in pair.replayed.ran.get(run, ())] or [
            self.ground(path, unit.occasion.row) for path in _facts_of(self.rules.simulated[unit.rule])
        ]
        if any(today for today, _ in grounds):
            return Reason.TODAYS_VALUE
        return Reason.MISSING_VALUE if any(missing for _, missing in grounds) else None

    def _rest(self, pair: Pair, unit: Unit) -> Reason:
        """What no rule and no value explains: a log with gaps, or the meaning of the rules."""
        by_people = unit.what == "final" and not (unit.field == "priority" and unit.field in pair.replayed.wrote)
        return Reason.MISSING_HISTORY if by_people or self.gaps(pair) else Reason.SEMANTICS


_END = Occasion(sys.maxsize, 0)


def _order(unit: Unit) -> tuple[Occasion, bool]:
    """By occasion, executions before what they did; final values last."""
    return unit.occasion or _END, unit.what != "execution"


def _runs(pair: Pair, unit: Unit) -> list[Ran]:
    """The executions that may stand behind a unit: itself; of a change all at its occasion; of a priority all."""
    if unit.what == "execution":
        return [Ran(unit.occasion, unit.rule)] if unit.occasion is not None and unit.rule is not None else []
    ran = sorted(pair.recorded.ran.keys() | pair.replayed.ran.keys())
    if unit.what == "final":
        return ran if unit.field == "priority" else []
    return [run for run in ran if run.occasion == unit.occasion]


def _facts_of(rule: Rule) -> list[str]:
    """The facts that a rule reads: ticket state is no fact."""
    paths = dict.fromkeys(test.path for test in tests_of(rule) if test.path != "event.type")
    fields = ((path, field_of(path)) for path in paths)
    return [path for path, field in fields if field is not None and field.kind is not Kind.STATE]
