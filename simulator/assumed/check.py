"""CHECK: which of the choices that the helpdesk leaves open, made the other way, would change a result; and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from simulator.assumed.switch import OF_CONDITIONS, replayed, switched, tickets_to_replay
from simulator.diff.edits import edits_of
from simulator.diff.values import RuleChange, Scope
from simulator.diff.writers import last_changes
from simulator.engine.program import Program
from simulator.engine.trace import Traced
from simulator.outcome import TicketOutcome
from simulator.rules.assume import CHOICES, Assumed
from simulator.rules.model import RuleSet

ROOM = 10_000
"""How many tickets are replayed for switches in a run that does not ask for all of them; each side counts."""

EXAMPLES = 3
"""How many tickets are named for a switch."""


class Switched(NamedTuple):
    """One choice made the other way. `before`, `after`: on so many reported tickets that side would end otherwise or
    send other messages; `edits`: on so many the difference between the sides would be another; some of their ids.

    `looked`: whether it was tried; `replays`: how many tickets that takes, both sides counted (None: not known).
    """

    key: str
    value: str
    looked: bool
    replays: int | None
    before: int = 0
    after: int = 0
    edits: int = 0
    examples: tuple[int, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether a result would be another."""
        return bool(self.before or self.after or self.edits)


@dataclass(frozen=True)
class Standing:
    """A comparison as it stands, and what it was made from. `loaded`: the rule sets as they were loaded."""

    loaded: tuple[RuleSet, RuleSet]
    programs: tuple[Program, Program]
    outcomes: tuple[Traced, Traced]
    scope: Scope
    changes: Mapping[str, RuleChange]
    assumed: Assumed


def check(standing: Standing, every: bool) -> tuple[Switched, ...]:
    """Every other value of every choice, in the order of CHOICES.

    `every`: all are tried, however long it takes, and the columns hold the tests of `switch_tests`; else what
    conditions say is left out, and so is what would take more than ROOM replays.
    """
    room = None if every else ROOM
    found = []
    for choice in CHOICES:
        for other in choice.others:
            if other == standing.assumed.of(choice.key):
                continue
            if not every and choice.key in OF_CONDITIONS:
                found.append(Switched(choice.key, other, False, None))
                continue
            one = _try(standing, choice.key, other, room)
            room = room - (one.replays or 0) if room is not None and one.looked else room
            found.append(one)
    return tuple(found)


def _try(standing: Standing, key: str, other: str, room: int | None) -> Switched:
    was, then = standing.assumed, standing.assumed.given(key, other)
    programs = [
        switched(program, then.rules(ruleset), key)
        for program, ruleset in zip(standing.programs, standing.loaded, strict=True)
    ]
    tickets = [
        tickets_to_replay(now, program, outcome.trace, was, then)
        for now, program, outcome in zip(standing.programs, programs, standing.outcomes, strict=True)
    ]
    every = len(standing.programs[0].bits.facts.history.tickets)
    replays = sum(every if ids is None else len(ids) for ids in tickets)
    if room is not None and replays > room:
        return Switched(key, other, False, replays)
    others = [
        replayed(program, then.depth, ids, outcome)
        for program, ids, outcome in zip(programs, tickets, standing.outcomes, strict=True)
    ]
    return _counted(standing, (others[0], others[1]), Switched(key, other, True, replays))


def _counted(standing: Standing, others: tuple[Traced, Traced], one: Switched) -> Switched:
    """What the switch changes, counted over the tickets on which a side does anything else."""
    scope, sides = standing.scope, tuple(zip(standing.outcomes, others, strict=True))
    unlike = sorted({ticket for now, other in sides for ticket in now.unlike(other, scope.reported)})
    counts, examples = [0, 0, 0], list[int]()
    for ticket in unlike:
        (old, new), (old_then, new_then) = (
            [outcome.deeds(ticket) for outcome in pair] for pair in (standing.outcomes, others)
        )
        edits = [_edits(standing, *pair) for pair in ((old, new), (old_then, new_then))]
        differ = (_end(old) != _end(old_then), _end(new) != _end(new_then), edits[0] != edits[1])
        counts = [count + flag for count, flag in zip(counts, differ, strict=True)]
        if any(differ) and len(examples) < EXAMPLES:
            examples.append(ticket)
    before, after, edited = counts
    return one._replace(before=before, after=after, edits=edited, examples=tuple(examples))


def _end(outcome: TicketOutcome) -> object:
    """How a ticket ends, what was sent, and what rules wrote on its customer."""
    written = {change.field: change.after for change in outcome.changes if change.field.startswith("customer.")}
    return outcome.final, outcome.sent, written


def _edits(standing: Standing, old: TicketOutcome, new: TicketOutcome) -> list[object]:
    """What differs between the sides on a ticket, whichever rule did it."""
    lasts = last_changes(old.changes), last_changes(new.changes)
    return [
        (edit.field, edit.before, edit.after) for edit in edits_of(old, new, standing.scope, standing.changes, lasts)
    ]


def choices_json(assumed: Assumed, found: Iterable[Switched]) -> dict[str, object]:
    """The block `assumptions` of the JSON report: each choice, and what its other values would change."""
    tried = tuple(found)
    return {
        choice.key: {
            "value": assumed.of(choice.key),
            "usual": choice.default,
            "switched": [_json(one) for one in tried if one.key == choice.key],
        }
        for choice in CHOICES
    }


def _json(one: Switched) -> dict[str, object]:
    return {
        "value": one.value,
        "looked": one.looked,
        "replays": one.replays,
        "tickets": {"before": one.before, "after": one.after} if one.looked else None,
        "edits": one.edits if one.looked else None,
        "examples": list(one.examples),
    }
