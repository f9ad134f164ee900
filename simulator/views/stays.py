"""STAYS: when each ticket comes into and leaves each view, from its creation to the end of time, as a replay leaves it.

A trace is read event by event. What happens at one instant is one change: only what stands when all of it has happened
counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from simulator.engine.memory import Apart
from simulator.engine.trace import Trace
from simulator.flow import Flags, Ints, ints
from simulator.views.asked import Asked
from simulator.views.between import Turns
from simulator.views.loose import Loose

LASTS = 2**62
"""Stands for the end of a stay that has none: later than any instant."""


class Stays(NamedTuple):
    """Stays in one view, by ticket row, then in order of time. `until`: the instant of leaving, or LASTS."""

    ticket: Ints
    since: Ints
    until: Ints

    def only(self, kept: Flags) -> Stays:
        """Some of them."""
        return Stays(*(column[kept] for column in self))

    def with_others(self, rows: Sequence[int], others: Stays) -> Stays:
        """These, but on some tickets (rows) the others."""
        mine = self.only(~np.isin(self.ticket, ints(rows)))
        both = Stays(*(np.concatenate(pair) for pair in zip(mine, others, strict=True)))
        order = np.argsort(both.ticket, kind="stable")
        return Stays(*(column[order] for column in both))


def watch(asked: Asked, trace: Trace, rows: Iterable[int], turns: Turns, until: int) -> list[Stays]:
    """The stays of these tickets (rows, ascending) in the views of each definition."""
    tickets: list[list[int]] = [[] for _ in asked.definitions]
    instants: list[list[int]] = [[] for _ in asked.definitions]
    standing, loose = asked.standing, Loose(asked, trace, turns, until)
    for row in rows:
        shown = 0
        for at, truth in loose.points(row) if loose.holds(row) else _points(asked, trace, row, turns, loose):
            views = standing[truth]
            turned = views ^ shown
            shown = views
            while turned:
                place = (turned & -turned).bit_length() - 1
                turned &= turned - 1
                tickets[place].append(row)
                instants[place].append(at)
    return [_stays(ints(of), ints(at)) for of, at in zip(tickets, instants, strict=True)]


def _points(asked: Asked, trace: Trace, row: int, turns: Turns, loose: Loose) -> Iterator[tuple[int, int]]:
    """(Instant, truth of all tests) of a ticket of which everything is packed or a fact, in order of time."""
    history, steps, moved, facts, truths = trace.history, trace.steps, trace.moved, asked.bits.rows, asked.truths
    at, last = history.at, history.first[row + 1] - 1
    packed, start = trace.packed_start(row), loose.start(history.tickets[row].subject)
    care = asked.care
    for event in range(history.first[row], last + 1):
        step = steps[event]
        if step is not None:
            packed = step.packed if isinstance(step, Apart) else (packed ^ moved[event]) & step.keep | step.put
        later, turning = trace.later.get(event), turns.get(event)
        if event < last and at[event + 1] == at[event]:
            packed = later[-1].packed if later else packed
            continue
        if not later and not turning:
            truth = truths.get(packed & care)
            yield at[event], facts[event] | start | (truths.of(packed) if truth is None else truth)
            continue
        stop = at[event + 1] if event < last else LASTS
        for instant, state, known in _after(at[event], packed, facts[event], later or (), turning or ()):
            packed = state
            if instant < stop:
                yield instant, known | start | truths.of(state)


def _after(
    at: int, packed: int, facts: int, later: Iterable[Apart], turning: Iterable[tuple[int, int]]
) -> Iterable[tuple[int, int, int]]:
    """After an event, the ends of snoozes, and the turns: the instant, the packed state and the facts from there on."""
    marks: list[tuple[int, int | None, int | None]] = [(instant, None, truth) for instant, truth in turning]
    marks += [(step.changes[0].at, step.packed, None) for step in later]
    found = {at: (at, packed, facts)}
    for instant, state, truth in sorted(marks, key=lambda mark: mark[0]):
        packed = packed if state is None else state
        facts = facts if truth is None else truth
        found[instant] = instant, packed, facts
    return found.values()


def _stays(ticket: Ints, at: Ints) -> Stays:
    """A ticket's instants are by turns those of coming and of leaving."""
    if not len(ticket):
        return Stays(ticket, at, at)
    new = np.append(True, ticket[1:] != ticket[:-1])
    begins = np.maximum.accumulate(np.where(new, np.arange(len(ticket)), 0))
    coming = (np.arange(len(ticket)) - begins) % 2 == 0
    leaves = np.append(~new[1:], False)
    until = np.where(leaves, np.append(at[1:], LASTS), LASTS)
    return Stays(ticket[coming], at[coming], until[coming])
