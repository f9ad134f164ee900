"""SIGHTINGS: each time a watched condition was come to, what was true of it, read out of a trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.engine.memory import Apart, Entry
from simulator.engine.trace import Trace
from simulator.explain.truth import Examined
from simulator.facts.values import MISSING
from simulator.flow import Flags, Ints, ints
from simulator.funnel.watched import WATCH, Spot, mark_of
from simulator.rules.model import All, Any, Condition, Not, Test


@dataclass(frozen=True)
class Sightings:
    """A condition over a history, one entry for each time that it was come to, by ticket, then in order of time.

    `row`: the event row; `at`: the instant; `truth`: which of `truths` was found: bit i says that watched test i was
    true.
    """

    spot: Spot
    row: Ints
    at: Ints
    truth: Ints
    truths: tuple[int, ...]

    @cached_property
    def found(self) -> tuple[Examined, ...]:
        """The condition as each of `truths` makes it; the values that were seen are not in it."""
        return tuple(examined(self.spot.condition, truth) for truth in self.truths)

    @cached_property
    def times(self) -> Ints:
        """How often each of `truths` was found."""
        return np.bincount(self.truth, minlength=len(self.truths)).astype(np.int64)

    def count(self, holds: Iterable[bool]) -> int:
        """How often it was one of those `truths` for which `holds` has true."""
        return int(self.times[np.fromiter(holds, np.bool_, len(self.truths))].sum())

    def where(self, holds: Iterable[bool]) -> Flags:
        """At which entries it was one of those."""
        flags: Flags = np.fromiter(holds, np.bool_, len(self.truths))[self.truth]
        return flags


def examined(condition: Condition, truth: int) -> Examined:
    """A condition whose tests, in the order written, are true where the bits of `truth` are; nothing is seen."""
    return _examined(condition, truth, 0)[0]


def _examined(condition: Condition, truth: int, test: int) -> tuple[Examined, int]:
    """`test`: the number of its first test; also the number after its last."""
    match condition:
        case Test():
            return Examined(condition, truth >> test & 1 == 1, MISSING), test + 1
        case Not(part):
            inner, test = _examined(part, truth, test)
            return Examined(condition, not inner.holds, parts=(inner,)), test
        case All(parts) | Any(parts):
            found = []
            for part in parts:
                inner, test = _examined(part, truth, test)
                found.append(inner)
            combine = all if isinstance(condition, All) else any
            return Examined(condition, combine(one.holds for one in found), parts=tuple(found)), test


def sightings(trace: Trace, spots: Sequence[Spot], tickets: Iterable[int]) -> list[Sightings]:
    """Of each spot, on these tickets (rows, ascending)."""
    reading = _Reading(trace, spots)
    for ticket in tickets:
        reading.read(ticket)
    return [
        Sightings(spot, ints(row), ints(at), ints(truth), tuple(numbers))
        for spot, row, at, truth, numbers in zip(
            spots, reading.row, reading.at, reading.truth, reading.numbers, strict=True
        )
    ]


def unmarked(trace: Trace) -> Trace:
    """The trace as it is without the rules that watch, but for the names of nested branches in what was changed."""
    plain, known = Trace(trace.bits), dict[int, Entry]()
    for event, step in enumerate(trace.steps):
        if isinstance(step, Entry):
            found = known.get(id(step))
            plain.steps[event] = found or known.setdefault(id(step), _plain_entry(step))
        elif step is not None:
            plain.steps[event] = _plain_apart(step)
    plain.moved, plain.ends = trace.moved, trace.ends
    plain.later = {event: [_plain_apart(step) for step in done] for event, done in trace.later.items()}
    return plain


def _plain_entry(step: Entry) -> Entry:
    hits = tuple(hit for hit in step.hits if not hit.rule.startswith(WATCH))
    return step._replace(hits=hits, not_simulated=_plain(step.not_simulated))


def _plain_apart(step: Apart) -> Apart:
    kept = [place for place, match in enumerate(step.matches) if not match.rule.startswith(WATCH)]
    return step._replace(
        matches=tuple(step.matches[place] for place in kept),
        instants=tuple(step.instants[place] for place in kept),
        not_simulated=_plain(step.not_simulated),
    )


def _plain(told: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(one for one in told if one[0] != WATCH)


class _Reading:
    """A trace while it is read; lists by spot."""

    def __init__(self, trace: Trace, spots: Sequence[Spot]) -> None:
        self.trace, self.marks = trace, mark_of(spots)
        self.row, self.at, self.truth = ([list[int]() for _ in spots] for _ in range(3))
        self.numbers: list[dict[int, int]] = [{} for _ in spots]  # truth -> its number
        self.known: dict[int, list[tuple[int, int]]] = {}  # id of a remembered step -> what it found

    def read(self, ticket: int) -> None:
        """One ticket, event by event."""
        history, steps, later, known = self.trace.history, self.trace.steps, self.trace.later, self.known
        for event in range(history.first[ticket], history.first[ticket + 1]):
            step = steps[event]
            if isinstance(step, Entry):
                found = known.get(id(step))
                if found is None:
                    found = known[id(step)] = self._found(step)
                self._note(found, event, history.at[event])
            elif step is not None:
                self._note(self._found(step), event, history.at[event])
            for apart in later.get(event, ()):
                self._note(self._found(apart), event, apart.changes[0].at)

    def _note(self, found: Sequence[tuple[int, int]], event: int, at: int) -> None:
        for spot, truth in found:
            self.row[spot].append(event)
            self.at[spot].append(at)
            self.truth[spot].append(truth)

    def _found(self, step: Entry | Apart) -> list[tuple[int, int]]:
        """(Spot, number of the truth) of each time that one was come to, in order."""
        found: list[tuple[int, int]] = []
        for rule, what in step.not_simulated:
            if rule == WATCH:
                spot, test = self.marks[what]
                if test < 0:
                    found.append((spot, 0))
                else:
                    found[-1] = spot, found[-1][1] | 1 << test
        return [(spot, self._number(spot, truth)) for spot, truth in found]

    def _number(self, spot: int, truth: int) -> int:
        return self.numbers[spot].setdefault(truth, len(self.numbers[spot]))
