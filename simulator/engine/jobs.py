"""JOBS: both sides replayed by several processes, each on customers of its own. The outcomes are those of one process.

The processes are forks of this one: the columns are there already, and only what was done comes back. Where the
system has no safe fork, one process does it all.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections import defaultdict
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from simulator.engine.columns import Bits
from simulator.engine.memory import Apart, Entry, numbered, portable
from simulator.engine.packing import Packing
from simulator.engine.program import Program
from simulator.engine.replay import replay_edits, run_program
from simulator.engine.state import Fields
from simulator.engine.trace import End, Trace, Traced
from simulator.facts.history import History


class Task(NamedTuple):
    """What is to be replayed: the baseline, then the candidate where an edit can matter."""

    before: Program
    after: Program
    changed: Collection[str]
    max_cascade: int


class _Part(NamedTuple):
    """A trace of some tickets, as it travels: rows, and what was done at each, by its place in the baggage."""

    rows: list[int]
    places: list[int]  # 0: nothing; n: entries[n - 1]; -n: apart[n - 1]
    moved: list[int]
    later: dict[int, list[Apart]]
    ends: dict[int, End]


class _Done(NamedTuple):
    """Both sides of a part, what they did, and the custom fields that their packed states number."""

    sides: tuple[_Part, _Part]
    entries: list[Entry]
    apart: list[Apart]
    fields: Sequence[Fields]


def replay_sides(task: Task, jobs: int = 1) -> tuple[Traced, Traced]:
    """The outcomes of baseline and candidate, the same whatever the number of processes. This one does its share."""
    bits = task.before.bits
    if jobs == 1 or not _can_fork():
        return _both(task, None)
    global _task  # the forks find it here: programs hold functions, which cannot be sent
    _task = task
    mine, *others = _parts(bits.facts.history, jobs)
    try:
        with ProcessPoolExecutor(jobs - 1, mp_context=multiprocessing.get_context("fork")) as pool:
            waiting = [pool.submit(_work, part) for part in others]
            before, after = (side.trace for side in _both(task, mine))
            for done in waiting:
                old, new = _unpack(done.result(), bits)
                before, after = before.with_others(old), after.with_others(new)
    finally:
        _task = None
    return Traced(before), Traced(after)


_task: Task | None = None


def _can_fork() -> bool:
    return sys.platform == "linux" and "fork" in multiprocessing.get_all_start_methods()


def _both(task: Task, tickets: Collection[int] | None) -> tuple[Traced, Traced]:
    before = run_program(task.before, task.max_cascade, tickets)
    return before, replay_edits(task.before, task.after, before, task.changed, task.max_cascade)


def _parts(history: History, count: int) -> list[list[int]]:
    """Ticket ids in so many parts of about as many events, each customer's together."""
    groups: dict[object, list[int]] = defaultdict(list)
    for row, ticket in enumerate(history.tickets):
        groups[("ticket", ticket.id) if ticket.customer_id is None else ticket.customer_id].append(row)
    share = len(history.at) / count
    parts: list[list[int]] = [[]]
    events = 0.0
    for rows in groups.values():
        if events >= share * len(parts) and len(parts) < count:
            parts.append([])
        parts[-1].extend(history.tickets[row].id for row in rows)
        events += sum(history.first[row + 1] - history.first[row] for row in rows)
    return parts


def _work(tickets: Collection[int]) -> _Done:
    assert _task is not None
    before, after = (side.trace for side in _both(_task, tickets))
    baggage = _Baggage()
    sides = baggage.part(before, before), baggage.part(after, before)
    return _Done(sides, baggage.entries, baggage.apart, _task.before.bits.common.packing.all_fields())


class _Baggage:
    """What the two sides of a part did, each thing once."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.apart: list[Apart] = []
        self._places: dict[int, int] = {}  # by the identity of what was done; the traces keep it alive

    def part(self, trace: Trace, other: Trace) -> _Part:
        """A side; what it did apart just as the other side did is not packed again."""
        first = trace.history.first
        rows = [event for row in sorted(trace.ends) for event in range(first[row], first[row + 1])]
        places = [self._place(trace.steps[row], other.steps[row]) for row in rows]
        return _Part(rows, places, [trace.moved[row] for row in rows], trace.later, trace.ends)

    def _place(self, step: Entry | Apart | None, others: Entry | Apart | None) -> int:
        if step is None:
            return 0
        if isinstance(step, Apart) and step == others:
            step = others
        place = self._places.get(id(step))
        if place is None:
            if isinstance(step, Entry):
                self.entries.append(portable(step))
                place = len(self.entries)
            else:
                self.apart.append(step)
                place = -len(self.apart)
            self._places[id(step)] = place
        return place


class _Renumbering:
    """Packed states of another process as packed states of this one: custom fields may have other numbers there."""

    def __init__(self, packing: Packing, fields: Sequence[Fields]) -> None:
        numbers = {number: packing.number_of_fields(one) for number, one in enumerate(fields)}
        self._packing = packing
        self._numbers = {} if all(number == other for number, other in numbers.items()) else numbers

    def __call__(self, packed: int) -> int:
        return self._packing.renumbered(packed, self._numbers) if self._numbers else packed


def _unpack(done: _Done, bits: Bits) -> tuple[Trace, Trace]:
    """What another process did, as traces of this one."""
    renumber = _Renumbering(bits.common.packing, done.fields)
    entries = [numbered(entry, renumber(entry.put), bits.common) for entry in done.entries]
    apart = [_renumbered(one, renumber) for one in done.apart]
    traces = Trace(bits), Trace(bits)
    for trace, part in zip(traces, done.sides, strict=True):
        for row, place, moved in zip(part.rows, part.places, part.moved, strict=True):
            if place:
                trace.steps[row] = entries[place - 1] if place > 0 else apart[-place - 1]
                trace.moved[row] = moved
        trace.later = {row: [_renumbered(one, renumber) for one in steps] for row, steps in part.later.items()}
        trace.ends = {row: end._replace(packed=renumber(end.packed)) for row, end in part.ends.items()}
    return traces


def _renumbered(apart: Apart, renumber: _Renumbering) -> Apart:
    return apart._replace(packed=renumber(apart.packed))
