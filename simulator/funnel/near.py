"""NEAR MISSES over a history: the times when a single test kept a rule from matching, by that test, nearest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

import numpy as np

from simulator.engine.conditions import is_fact
from simulator.explain.shortfall import NUMERIC, Part, Shortfall, distance, shortfall
from simulator.explain.timeline import TimeLine
from simulator.explain.truth import Examined
from simulator.facts.facts import Facts
from simulator.facts.values import Provenance, Seen
from simulator.flow import Ints
from simulator.funnel.sightings import Sightings
from simulator.funnel.values import Miss, Misses
from simulator.rules.model import Test

NEAREST = 3
"""Near misses that are shown of each kind, one a ticket."""

Look = Callable[[int], TimeLine]
"""From the id of a ticket to its time line."""


def misses(seen: Sightings, facts: Facts, ticket_of: Ints, look: Look) -> tuple[Misses, ...]:
    """All near misses of a rule's own condition, by what was in the way, most times first."""
    found = [_kind(seen, wanted, of, truths, facts, ticket_of, look) for (wanted, of), truths in _kinds(seen)]
    return tuple(sorted(found, key=lambda one: -one.times))


def _kinds(seen: Sightings) -> Iterator[tuple[tuple[tuple[tuple[Test, bool], ...], int], list[int]]]:
    """What stood in the way, with how many tests were asked for, and the numbers of the truths of which it did."""
    kinds: defaultdict[tuple[tuple[tuple[Test, bool], ...], int], list[int]] = defaultdict(list)
    for number, one in enumerate(seen.found):
        short = shortfall(one)
        if short.near:
            kinds[_tests(short), short.of].append(number)
    yield from kinds.items()


def _tests(short: Shortfall) -> tuple[tuple[Test, bool], ...]:
    """The tests of which one would have mended it, with what was wanted of each; none for an empty list."""
    parts = ((part.examined.condition, part.wanted) for part in short.gaps[0].parts)
    return tuple((test, wanted) for test, wanted in parts if isinstance(test, Test))


def _kind(
    seen: Sightings,
    tests: tuple[tuple[Test, bool], ...],
    of: int,
    truths: list[int],
    facts: Facts,
    ticket_of: Ints,
    look: Look,
) -> Misses:
    where = np.isin(seen.truth, np.array(truths, np.int64))
    rows, at = seen.row[where], seen.at[where]
    tickets = ticket_of[rows]
    nearest = _nearest(tests, facts, tickets, rows, at)
    shown = tuple(
        Miss(ticket, facts.history.key[row], instant, _shortfall(look(ticket), seen.spot.rule, instant, tests))
        for ticket, row, instant in nearest
    )
    return Misses(tests, of, len(rows), len(np.unique(tickets)), shown)


def _nearest(
    tests: tuple[tuple[Test, bool], ...], facts: Facts, tickets: Ints, rows: Ints, at: Ints
) -> list[tuple[int, int, int]]:
    """(Ticket, event row, instant) of the nearest, one a ticket."""
    far = _distances(tests, facts, rows, at)
    order = np.lexsort((tickets, -at, far))
    _, first = np.unique(tickets[order], return_index=True)
    chosen = order[np.sort(first)[:NEAREST]]
    return list(zip(tickets[chosen].tolist(), rows[chosen].tolist(), at[chosen].tolist(), strict=True))


def _distances(tests: tuple[tuple[Test, bool], ...], facts: Facts, rows: Ints, at: Ints) -> Ints:
    """The rank of each by distance, equal ones equal; those without one share the last rank."""
    none = np.zeros(len(rows), np.int64)
    if len(tests) != 1:
        return none
    test, wanted = tests[0]
    timed = test.operator.endswith("Timedelta")
    if not wanted or not is_fact(test) or not (timed or test.operator in NUMERIC):
        return none
    column = facts.column(test.path)
    places = column.rows[rows].astype(np.int64)
    moments = np.stack([places, at if timed else none])
    unique, back = np.unique(moments, axis=1, return_inverse=True)
    far = [_distance(test, column.values[place] if place >= 0 else None, now) for place, now in unique.T.tolist()]
    ranks = {one: rank for rank, one in enumerate(sorted({one for one in far if one is not None}))}
    return np.array([len(ranks) if one is None else ranks[one] for one in far], np.int64)[back.reshape(-1)]


def _distance(test: Test, value: object, now: int) -> Decimal | int | None:
    if value is None:
        return None
    assert isinstance(value, str | int | Decimal | tuple)
    return distance(Part(Examined(test, False, Seen(value, Provenance.AS_OF)), True), now)


def _shortfall(line: TimeLine, rule: str, at: int, tests: tuple[tuple[Test, bool], ...]) -> Shortfall | None:
    """What a ticket's time line says of the near miss: with what was seen."""
    for happening in line.happenings:
        if happening.at == at:
            for phase in happening.phases:
                for asked in phase.asked:
                    short = shortfall(asked.examined) if asked.rule.id == rule else None
                    if short is not None and short.near and _tests(short) == tests:
                        return short
    return None
