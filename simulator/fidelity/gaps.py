"""Gaps: whether a ticket's own log explains how the export has it. Where it does not, something was never recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator.facts.history import History, Kind
from simulator.facts.rule_made import Made
from simulator.facts.values import Value
from simulator.fidelity.finals import Exported
from simulator.fidelity.sides import OfTicket


@dataclass
class _State:
    """What a log alone makes of a ticket."""

    tags: set[str] = field(default_factory=set)
    status: Value | None = "open"
    assignee: Value | None = None
    team: Value | None = None


def log_has_gaps(history: History, row: int, of: OfTicket, exported: Exported) -> bool:
    """Whether all that was recorded of a ticket, played in time, ends with other tags, status, assignee or team.

    `row`: the ticket's row in the history. Nothing is simulated here.
    """
    state = _State()
    for name, value in _recorded(history, row, of):
        if name == "tags":
            (state.tags.add if str(value)[0] == "+" else state.tags.discard)(str(value)[1:])
        elif name in ("status", "assignee", "team"):
            setattr(state, name, value)
    ends = tuple(sorted(state.tags)), state.status, state.assignee, state.team
    return ends != (exported.tags, exported.status, exported.assignee, exported.team)


def _recorded(history: History, row: int, of: OfTicket) -> Iterator[tuple[str, Value | None]]:
    """Field and value of every recorded change, in time; at one instant what came from outside is first."""
    places = range(history.first[row], history.first[row + 1])
    outside = [(history.at[place], 0, place, change) for place in places for change in _outside(history, place)]
    by_rules = [(made.at, 1, number, _of_rule(made)) for number, made in enumerate(of.made)]
    for *_, change in sorted([*outside, *by_rules], key=lambda entry: entry[:3]):
        yield change


def _of_rule(made: Made) -> tuple[str, Value | None]:
    return made.field, made.value


def _outside(history: History, place: int) -> Iterator[tuple[str, Value | None]]:
    kind, value = history.kind[place], history.value[place]
    if history.from_customer[place]:
        yield "status", "open"
    elif kind in (Kind.TAGS_ADDED, Kind.TAGS_REMOVED) and isinstance(value, tuple):
        sign = "+" if kind == Kind.TAGS_ADDED else "-"
        yield from (("tags", sign + tag) for tag in value)
    elif kind in _SETS:
        name, fixed = _SETS[Kind(kind)]
        yield name, fixed if fixed is not None else value


_SETS: dict[Kind, tuple[str, Value | None]] = {
    Kind.CLOSED: ("status", "closed"),
    Kind.REOPENED: ("status", "open"),
    Kind.ASSIGNED: ("assignee", None),
    Kind.UNASSIGNED: ("assignee", None),
    Kind.TEAM_ASSIGNED: ("team", None),
    Kind.TEAM_UNASSIGNED: ("team", None),
}
