"""BETWEEN: the instants between two events of a ticket at which a view may turn by itself, and the facts then.

A view turns as time goes by ("older than a day"), or because an order was placed. Each such instant lies after its
event row and before the ticket's next one (at the end of time at the latest).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from simulator.engine.columns import pack
from simulator.engine.truth import TIMED
from simulator.facts.history import History
from simulator.facts.values import Value
from simulator.flow import Flags, Ints
from simulator.hours import zone_of
from simulator.instants import parse_instant
from simulator.views.asked import Asked, Placed

Moved = Sequence[tuple[int, int]]
"""(Event row, instant), in order."""

Turns = dict[int, list[tuple[int, int]]]
"""Event row -> (instant, truth of the fact tests), in order of time."""


def turns(asked: Asked, history: History, until: int) -> Turns:
    """All of them. There may be more than are needed: at each the views are asked again."""
    before = next_at(history, until)
    moved = {placed: sorted(_moved(asked, placed, before)) for placed in asked.columns}
    pairs = sorted({pair for placed in asked.columns for pair in _instants(asked, placed, moved[placed], before)})
    if not pairs:
        return {}
    rows, instants = (np.array(column, np.int64) for column in zip(*pairs, strict=True))
    masks = [(n, _truth(asked, placed, moved[placed], rows, instants)) for n, placed in enumerate(asked.columns)]
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for (row, at), truth in zip(pairs, pack(masks, len(pairs), len(asked.columns)), strict=True):
        found[row].append((at, truth))
    return dict(found)


def next_at(history: History, until: int) -> Ints:
    """For each event row the instant of the ticket's next event; after the last, one later than the end of time."""
    at, ticket = np.asarray(history.at, np.int64), np.asarray(history.ticket, np.int64)
    last = np.append(ticket[1:] != ticket[:-1], True)[: len(at)]
    return np.where(last, until + 1, np.append(at[1:], 0)[: len(at)])


def turning(placed: Placed, value: Value | None) -> int | None:
    """The instant from which on a test on an age has its other answer, given the value; None for all other tests."""
    test, hours = placed.asked
    if test.operator not in TIMED or not isinstance(test.operand, int):
        return None
    if isinstance(value, str):
        try:
            value = parse_instant(value, zone_of(hours.zone))
        except (ValueError, OverflowError):
            return None
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value + test.operand + (test.operator == "lteTimedelta")


def _instants(asked: Asked, placed: Placed, moved: Moved, before: Ints) -> Iterator[tuple[int, int]]:
    facts, test = asked.bits.facts, placed.asked.test
    if test.operator in TIMED:
        known, instant = _turned(asked, placed)
        rows = np.flatnonzero(known & (instant > np.asarray(facts.history.at, np.int64)) & (instant < before))
        yield from zip(rows.tolist(), instant[rows].tolist(), strict=True)
    yield from moved
    for row, at in moved if test.operator in TIMED else ():
        later = turning(placed, facts.seen(test.path, row, at).value)
        if later is not None and at < later < before[row]:
            yield row, later


def _turned(asked: Asked, placed: Placed) -> tuple[Flags, Ints]:
    """Of a test on an age, for each event row: whether it turns at all, and when, by the value of that row."""
    column = asked.bits.facts.column(placed.asked.test.path)
    turned = [*(turning(placed, value) for value in column.values), None]
    known = np.array([one is not None for one in turned], np.bool_)
    return known[column.rows], np.array([one or 0 for one in turned], np.int64)[column.rows]


def _moved(asked: Asked, placed: Placed, before: Ints) -> Iterator[tuple[int, int]]:
    """The moments at which a fact changes after each row and before the ticket's next event."""
    when = asked.bits.facts.moves(placed.asked.test.path)
    if when is None:
        return
    clock = np.unique(when.starts)
    ticks = len(clock) + 1
    begun = when.owner * ticks + np.searchsorted(clock, when.starts, "right")
    asked_at = when.group.astype(np.int64) * ticks + np.searchsorted(clock, before - 1, "right")
    last = np.searchsorted(begun, asked_at, "right") - 1
    for row in np.flatnonzero((when.group >= 0) & (last > when.state)).tolist():
        for state in range(int(when.state[row]) + 1, int(last[row]) + 1):
            yield row, int(when.starts[state])


def _truth(asked: Asked, placed: Placed, moved: Moved, rows: Ints, instants: Ints) -> Flags:
    """The truth of a fact test at these instants after these rows."""
    facts, test = asked.bits.facts, placed.asked.test
    if test.operator in TIMED:
        known, turned = (column[rows] for column in _turned(asked, placed))
        truth: Flags = known & ((instants >= turned) == (test.operator == "gteTimedelta"))
    else:
        truth = asked.bits.mask(placed.asked)[rows]
    changing = np.unique(np.array([row for row, _ in moved], np.int64))
    for place in np.flatnonzero(np.isin(rows, changing)).tolist():
        row, at = int(rows[place]), int(instants[place])
        truth[place] = placed.holds(facts.seen(test.path, row, at).value, at)
    return truth
