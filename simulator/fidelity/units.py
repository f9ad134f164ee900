"""Units: what is counted on one ticket, each with whether the record has it and whether the replay has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from simulator.facts.values import Value
from simulator.fidelity.finals import FINAL_FIELDS, Exported
from simulator.fidelity.occasions import Occasion
from simulator.fidelity.sides import MESSAGES, Did, Recorded, Replayed

RECORDED_AS: Mapping[tuple[str, str], str] = {
    ("tags", "+"): "ticket-tags-added",
    ("tags", "-"): "ticket-tags-removed",
    ("status", "closed"): "ticket-closed",
    ("status", "open"): "ticket-reopened",
    ("assignee", "to"): "ticket-assigned",
    ("assignee", "none"): "ticket-unassigned",
    ("team", "to"): "ticket-team-assigned",
    ("team", "none"): "ticket-team-unassigned",
    ("subject", "to"): "ticket-subject-updated",
    ("snooze", "to"): "ticket-snoozed",
    ("trashed", "to"): "ticket-trashed",
}
"""The type of event that records a change: one that a log never holds cannot be missed in it."""


class Unit(NamedTuple):
    """An execution (of `rule`), a change or message (`field` gets `value`, by `rule` in the replay), or a final value.

    `recorded` and `replayed`: who has it. A final value that differs has both, as `value` and `other`.
    """

    what: str
    occasion: Occasion | None
    rule: str | None
    field: str
    value: Value | None
    recorded: bool
    replayed: bool
    other: Value | None = None

    @property
    def agrees(self) -> bool:
        """Both have it, and the same."""
        return self.recorded and self.replayed and self.what != "final"


@dataclass(frozen=True)
class Pair:
    """One ticket on both sides, and the fields that end different."""

    ticket: int
    row: int
    recorded: Recorded
    replayed: Replayed
    exported: Exported
    final: Exported


def records_idle(pairs: Iterable[Pair]) -> bool:
    """Whether this log records executions that change nothing: it does if it has at least half of the replay's."""
    idle = kept = 0
    for pair in pairs:
        for run in pair.replayed.ran.keys() - pair.replayed.effects:
            idle += 1
            kept += run in pair.recorded.ran
    return 2 * kept >= idle


class Units(NamedTuple):
    """The units of a ticket, and what is left out: executions (rules) and changes (fields) that this log never has."""

    units: list[Unit]
    idle: list[str]
    uncompared: list[str]


def units_of(pair: Pair, idle_recorded: bool, types: frozenset[str]) -> Units:
    """All that is counted on a ticket, in the order of its history."""
    old, new = pair.recorded, pair.replayed
    found = Units([], [], [])
    for run in sorted(old.ran.keys() | new.ran.keys()):
        sides = run in old.ran, run in new.ran
        if not idle_recorded and sides == (False, True) and run not in new.effects:
            found.idle.append(run.rule)
        else:
            found.units.append(Unit("execution", run.occasion, run.rule, "", None, *sides))
    for did in sorted(old.did.keys() | new.did.keys(), key=_order):
        sides = did in old.did, did in new.did
        type = _type_of(did)
        if sides == (False, True) and type is not None and type not in types:
            found.uncompared.append(did.field)
        else:
            what = "message" if did.field == MESSAGES else "change"
            found.units.append(Unit(what, did.occasion, new.did.get(did), did.field, did.value, *sides))
    found.units.extend(_ends(pair))
    return found


def _ends(pair: Pair) -> Iterator[Unit]:
    if pair.exported != pair.final:
        for name, said, final in zip(FINAL_FIELDS, pair.exported, pair.final, strict=True):
            if said != final:
                yield Unit("final", None, None, name, said, True, True, final)


def _order(did: Did) -> tuple[Occasion, str, str]:
    return did.occasion, did.field, repr(did.value)


def _type_of(did: Did) -> str | None:
    """The type of event that would record this change; None for messages."""
    if did.field == MESSAGES:
        return None
    if did.field == "tags":
        return RECORDED_AS["tags", str(did.value)[0]]
    if did.field == "status":
        return RECORDED_AS["status", str(did.value)]
    return RECORDED_AS[did.field, "none" if did.value is None else "to"]
