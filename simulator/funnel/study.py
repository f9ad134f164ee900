"""STUDY: rules over a whole history, from a replay in which they are watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypedDict

import numpy as np

from simulator.diff.by_rule import overwritten, rules_of
from simulator.diff.values import RuleChange, RuleSide, Side
from simulator.engine.columns import Bits
from simulator.engine.program import fact_tests_of
from simulator.engine.replay import run_program
from simulator.engine.selection import Selection, select, selection_tests
from simulator.engine.trace import Traced
from simulator.explain.timeline import TimeLine, time_line
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.flow import Flow, Ints, ints
from simulator.funnel.near import misses
from simulator.funnel.sightings import sightings, unmarked
from simulator.funnel.steps import counted
from simulator.funnel.values import RuleHistory
from simulator.funnel.watched import compile_watched, watched
from simulator.instants import DAY
from simulator.rules.model import RuleSet

WEEK = 7 * DAY
MONDAY = 4 * DAY
"""The first Monday after the instant 0."""


def study(
    ruleset: RuleSet, ids: Sequence[str], facts: Facts, directory: Directory, selection: Selection, max_cascade: int
) -> tuple[tuple[RuleHistory, ...], int]:
    """What is told of each of these rules (ids of the rule set), and on how many tickets; 0: none was selected."""
    watching = watched(ruleset, ids)
    tests = (*fact_tests_of(watching.ruleset), *selection_tests(selection))
    facts.prepare(one.test.path for one in tests)
    bits = Bits(facts, tests)
    chosen = select(selection, bits, directory)
    program = compile_watched(watching, bits, directory)
    trace = run_program(program, max_cascade, _with_their_customers(facts, chosen)).trace
    seen = sightings(trace, watching.spots, [trace.row[ticket] for ticket in sorted(chosen)])
    outcome = Traced(unmarked(trace))

    @cache
    def look(ticket: int) -> TimeLine:
        return time_line(ruleset, facts, directory, ticket, max_cascade)

    flow = outcome.flow({}).within(chosen)
    sides = _sides(ruleset, outcome, flow)
    ticket_of = _ticket_of(facts)
    by_id = {rule.id: rule for rule in ruleset.rules}
    told = []
    for id in ids:
        own = [one for one in seen if one.spot.rule == id]
        near = misses(own[0], facts, ticket_of, look) if own else ()
        told.append(
            RuleHistory(
                rule=by_id[id],
                side=sides[id],
                asked=tuple(counted(one, ticket_of) for one in own),
                misses=near,
                **_matches(flow, id),
            )
        )
    return tuple(told), len(chosen)


def _with_their_customers(facts: Facts, chosen: frozenset[int]) -> frozenset[int] | None:
    """The tickets to replay: all of a customer's where one is chosen; None for all."""
    tickets = facts.history.tickets
    if len(chosen) == len(tickets):
        return None
    customers = {one.customer_id for one in tickets if one.id in chosen} - {None}
    return frozenset(one.id for one in tickets if one.id in chosen or one.customer_id in customers)


def _sides(ruleset: RuleSet, outcome: Traced, flow: Flow) -> dict[str, RuleSide]:
    """What the by-rule report says of each rule."""
    side = Side(ruleset, outcome)
    changes = {rule.id: RuleChange.SAME for rule in ruleset.rules}
    return {one.id: one.after for one in rules_of(side, side, (flow, flow), changes, ())}


class _Matches(TypedDict):
    as_of: int
    overwrites: Mapping[str, int]
    first_match: int | None
    weeks: tuple[tuple[int, int], ...]


def _matches(flow: Flow, id: str) -> _Matches:
    """What a flow tells of a rule beyond the by-rule report."""
    if id not in flow.rules:
        return {"as_of": 0, "overwrites": {}, "first_match": None, "weeks": ()}
    own = flow.matches.rule == flow.rules.index(id)
    at = flow.matches.at[own]
    return {
        "as_of": int(np.count_nonzero(~(flow.matches.today | flow.matches.missing)[own])),
        "overwrites": _overwrites(flow, id),
        "first_match": int(at.min()) if len(at) else None,
        "weeks": _weeks(at),
    }


def _overwrites(flow: Flow, id: str) -> dict[str, int]:
    """Whose values a rule was the next to change."""
    counts = {flow.rules[old]: by.get(id, 0) for old, by in overwritten(flow).items()}
    return {old: count for old, count in sorted(counts.items()) if count}


def _weeks(at: Ints) -> tuple[tuple[int, int], ...]:
    """Matches by week, Monday to Sunday in UTC."""
    if not len(at):
        return ()
    numbers = (at - MONDAY) // WEEK
    first = int(numbers.min())
    return tuple((MONDAY + (first + place) * WEEK, n) for place, n in enumerate(np.bincount(numbers - first).tolist()))


def _ticket_of(facts: Facts) -> Ints:
    """The id of the ticket of each event row."""
    history = facts.history
    return ints([ticket.id for ticket in history.tickets])[np.asarray(history.ticket, np.int64)]
