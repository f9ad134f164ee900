"""Counts: units summed by rule and by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.fidelity.finals import FINAL_FIELDS
from simulator.fidelity.reasons import Rules
from simulator.fidelity.sides import FIELDS, MESSAGES
from simulator.fidelity.units import RECORDED_AS, Pair, Unit, Units
from simulator.fidelity.values import FieldFidelity, RuleFidelity, Same, Tally


class _Ran(NamedTuple):
    rule: str
    recorded: bool
    replayed: bool
    late: bool


class _Did(NamedTuple):
    field: str
    recorded: bool
    replayed: bool


@dataclass
class Counts:
    """Units by rule or field and by who has them. `idle`, `uncompared`: what is in no denominator (see `Units`)."""

    ran: Counter[_Ran] = field(default_factory=Counter)
    did: Counter[_Did] = field(default_factory=Counter)
    idle: Counter[str] = field(default_factory=Counter)
    uncompared: Counter[str] = field(default_factory=Counter)
    touched: Counter[str] = field(default_factory=Counter)  # tickets on which rules changed the field, or it ends other
    differs: Counter[str] = field(default_factory=Counter)  # tickets on which the field ends other

    def add(self, pair: Pair, units: Units, is_late: Callable[[Unit], bool]) -> None:
        """A ticket's units."""
        self.idle.update(units.idle)
        self.uncompared.update(units.uncompared)
        touched = {*pair.replayed.wrote}
        for unit in units.units:
            if unit.what == "execution":
                self.ran[_Ran(unit.rule or "", unit.recorded, unit.replayed, is_late(unit))] += 1
                continue
            touched.add(unit.field)
            if unit.what == "final":
                self.differs[unit.field] += 1
            else:
                self.did[_Did(unit.field, unit.recorded, unit.replayed)] += 1
        self.touched.update(touched)

    def executions(self, rule: str | None = None, late: bool = False) -> Tally:
        """Executions, of one rule or of all; `late`: only since the rule is as it is now."""
        return _tally(
            {
                one: number
                for one, number in self.ran.items()
                if (rule is None or one.rule == rule) and (one.late or not late)
            }
        )


def _tally(units: Mapping[_Ran, int] | Mapping[_Did, int]) -> Tally:
    recorded = sum(number for unit, number in units.items() if unit.recorded)
    replayed = sum(number for unit, number in units.items() if unit.replayed)
    return Tally(recorded, replayed, sum(number for unit, number in units.items() if unit.recorded and unit.replayed))


def rules_of(counts: Counts, rules: Rules) -> tuple[RuleFidelity, ...]:
    """Every listed rule and every other that the record names, by name."""
    names = sorted({*rules.listed, *(one.rule for one in counts.ran)})
    return tuple(
        RuleFidelity(
            name=name,
            title=rules.listed[name].title if name in rules.listed else "",
            state=rules.state(name),
            tally=counts.executions(name),
            changed_at=rules.changed_at(name),
            lately=counts.executions(name, late=True),
            unrecorded=counts.idle[name],
        )
        for name in names
    )


def fields_of(counts: Counts, compared: int, types: frozenset[str]) -> tuple[FieldFidelity, ...]:
    """Every field of which there is a record, then priority, whose changes leave none."""
    return tuple(_field(counts, name, compared, types) for name in (*FIELDS, "priority"))


def _field(counts: Counts, name: str, compared: int, types: frozenset[str]) -> FieldFidelity:
    ends = name in FINAL_FIELDS
    changes = _tally({one: number for one, number in counts.did.items() if one.field == name})
    kinds = [type for (field, _), type in RECORDED_AS.items() if field == name]
    recorded = name == MESSAGES or any(type in types for type in kinds)
    return FieldFidelity(
        field=name,
        changes=changes if recorded else None,
        why="" if recorded else _why(kinds),
        uncompared=counts.uncompared[name],
        final=Same(compared, compared - counts.differs[name]) if ends else None,
        touched=Same(counts.touched[name], counts.touched[name] - counts.differs[name]) if ends else None,
    )


def _why(kinds: list[str]) -> str:
    """Why there is no record of a field's changes."""
    return (
        f"this log holds no event of the type {' or '.join(kinds)}" if kinds else "the helpdesk records no event for it"
    )
