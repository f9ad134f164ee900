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

PARTS_A_JOB = 2
"""Into so many parts each process's share is cut, so that none waits long for the last."""


class Task(NamedTuple):
    """What is to be replayed: the baseline, then the candidate where an edit can matter."""

    before: Program
    after: Program
    changed: Collection[str]
    max_cascade: int


class _Part(NamedTuple):
    """A trace of some tickets, as it travels: rows, what was done at each (a place in `entries`, or in `apart`)."""

    rows: list[int]
    places: list[int]  # 0: nothing; n: entries[n - 1]; -n: apart[n - 1]
    entries: list[Entry]
    apart: list[Apart]
    moved: list[int]
    later: dict[int, list[Apart]]
    ends: dict[int, End]


class _Done(NamedTuple):
    """Both sides of a part, and the custom fields that their packed states number."""

    sides: tuple[_Part, _Part]
    fields: Sequence[Fields]


def replay_sides(task: Task, jobs: int = 1, parts: int | None = None) -> tuple[Traced, Traced]:
    """The outcomes of baseline and candidate; the same whatever the number of processes and of parts."""
    bits = task.before.bits
    if jobs == 1 or not _can_fork():
        return _both(task, None)
    global _task
    _task = task
    traces = Trace(bits), Trace(bits)
    groups = _parts(bits.facts.history, parts or jobs * PARTS_A_JOB)
    try:
        with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
            for done in pool.map(_work, groups):
                renumber = _renumbering(bits.common.packing, done.fields)
                for trace, part in zip(traces, done.sides, strict=True):
                    _place(trace, part, renumber, bits)
    finally:
        _task = None
    return Traced(traces[0]), Traced(traces[1])


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
    before, after = _both(_task, tickets)
    packing = _task.before.bits.common.packing
    return _Done((_part(before.trace), _part(after.trace)), packing.all_fields())


def _part(trace: Trace) -> _Part:
    first, known = trace.history.first, dict[int, int]()
    rows = [event for row in sorted(trace.ends) for event in range(first[row], first[row + 1])]
    entries: list[Entry] = []
    apart: list[Apart] = []
    places = []
    for step in map(trace.steps.__getitem__, rows):
        if isinstance(step, Entry):
            if id(step) not in known:
                entries.append(portable(step))
                known[id(step)] = len(entries)
            places.append(known[id(step)])
        elif step is None:
            places.append(0)
        else:
            apart.append(step)
            places.append(-len(apart))
    return _Part(rows, places, entries, apart, [trace.moved[row] for row in rows], trace.later, trace.ends)


class _Renumbering:
    """Packed states of another process as packed states of this one: custom fields may have other numbers there."""

    def __init__(self, packing: Packing, numbers: dict[int, int]) -> None:
        self._packing, self._numbers = packing, numbers

    def __call__(self, packed: int) -> int:
        return self._packing.renumbered(packed, self._numbers) if self._numbers else packed


def _renumbering(packing: Packing, fields: Sequence[Fields]) -> _Renumbering:
    numbers = {number: packing.number_of_fields(one) for number, one in enumerate(fields)}
    same = all(number == other for number, other in numbers.items())
    return _Renumbering(packing, {} if same else numbers)


def _place(trace: Trace, part: _Part, renumber: _Renumbering, bits: Bits) -> None:
    entries = [numbered(entry, renumber(entry.put), bits.common) for entry in part.entries]
    apart = [_renumbered(one, renumber) for one in part.apart]
    for row, place, moved in zip(part.rows, part.places, part.moved, strict=True):
        trace.steps[row] = entries[place - 1] if place > 0 else apart[-place - 1] if place < 0 else None
        trace.moved[row] = moved
    trace.later.update((row, [_renumbered(one, renumber) for one in done]) for row, done in part.later.items())
    trace.ends.update((row, end._replace(packed=renumber(end.packed))) for row, end in part.ends.items())


def _renumbered(apart: Apart, renumber: _Renumbering) -> Apart:
    return apart._replace(packed=renumber(apart.packed))
