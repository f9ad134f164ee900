"""By rule: how often each was asked and true, what it changed, who overwrote it, and what its matches rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from simulator.diff.values import Edit, RuleChange, RuleDiff, RuleSide, Side
from simulator.flow import OUTSIDE as OUTSIDE_AUTHOR
from simulator.flow import Flow, Ints
from simulator.outcome import NEVER

OUTSIDE = "(outside)"
"""Stands for the outside world where a rule's value was overwritten: no rule can have this id."""

_NOTHING = RuleSide()


def rules_of(
    before: Side, after: Side, flows: Sequence[Flow], changes: Mapping[str, RuleChange], edits: Sequence[Edit]
) -> tuple[RuleDiff, ...]:
    """Every rule of either set, by id. `flows`: of both sides, on the reported tickets."""
    sides = [_side(side, flow) for side, flow in zip((before, after), flows, strict=True)]
    names = {rule.id: rule.name for side in (before, after) for rule in side.rules.rules}
    named: Counter[tuple[str, bool]] = Counter(
        (rule, edit.direct) for edit in edits for rule in {*edit.rules_before, *edit.rules_after}
    )
    return tuple(
        RuleDiff(
            id=name,
            name=names[name],
            change=change,
            before=sides[0].get(name, _NOTHING),
            after=sides[1].get(name, _NOTHING),
            direct=named[name, True],
            indirect=named[name, False],
        )
        for name, change in changes.items()
    )


def _side(side: Side, flow: Flow) -> dict[str, RuleSide]:
    number = {name: place for place, name in enumerate(flow.rules)}
    runs = dict(zip(flow.triggers, _sums(flow.runs.trigger, len(flow.triggers), flow.runs.times), strict=True))
    counts = _Counts(flow)
    return {
        rule.id: counts.of(
            rule.id, number.get(rule.id), sum(runs.get(on, 0) for on in set(rule.on)) if rule.enabled else 0
        )
        for rule in side.rules.rules
    }


def _sums(places: Ints, size: int, counts: Ints | None = None) -> list[int]:
    """How often each place occurs, or the sum of its counts."""
    if counts is None:
        return list(map(int, np.bincount(places, minlength=size)))
    return [int(n) for n in np.bincount(places, counts, size)]


class _Counts:
    """The numbers of every rule of a flow, by its place in `flow.rules`."""

    def __init__(self, flow: Flow) -> None:
        matches, size = flow.matches, len(flow.rules)
        self.matched = _sums(matches.rule, size)
        self.on_today = _sums(matches.rule[matches.today], size)
        self.on_missing = _sums(matches.rule[matches.missing], size)
        self.tickets = _sums(_pairs(matches.ticket, matches.rule)[1], size)
        last = np.full(size, NEVER, np.int64)
        np.maximum.at(last, matches.rule, matches.at)
        self.last = last.tolist()
        self.changes = _sums(flow.changes.rule, size)
        self.only_here = _sums(_alone(flow), size)
        self.overwritten = overwritten(flow)
        self.refusals: dict[str, Counter[str]] = {}
        for _, (rule,), reason in flow.refusals:
            self.refusals.setdefault(rule, Counter())[reason] += 1

    def of(self, id: str, place: int | None, events: int) -> RuleSide:
        """The side of one rule; `place` is None where nothing at all is told of it."""
        refusals = dict(sorted(self.refusals.get(id, Counter()).items()))
        if place is None:
            return RuleSide(events=events, refusals=refusals)
        return RuleSide(
            events=events,
            matched=self.matched[place],
            tickets=self.tickets[place],
            changes=self.changes[place],
            overwritten=dict(sorted(self.overwritten.get(place, {}).items())),
            only_here=self.only_here[place],
            last_match=None if self.last[place] == NEVER else self.last[place],
            on_today=self.on_today[place],
            on_missing=self.on_missing[place],
            refusals=refusals,
        )


def _pairs(tickets: Ints, rules: Ints) -> tuple[Ints, Ints]:
    """The distinct pairs of ticket and rule, by ticket."""
    order = np.lexsort((rules, tickets))
    tickets, rules = tickets[order], rules[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (tickets[1:] != tickets[:-1]) | (rules[1:] != rules[:-1])
    return tickets[new], rules[new]


def _alone(flow: Flow) -> Ints:
    """For each ticket that one rule changed and no other, that rule."""
    tickets, rules = _pairs(flow.changes.ticket, flow.changes.rule)
    _, first, count = np.unique(tickets, return_index=True, return_counts=True)
    alone: Ints = rules[first[count == 1]]
    return alone


def overwritten(flow: Flow) -> dict[int, dict[str, int]]:
    """Rule -> who wrote next what it had written -> how often."""
    ticket, slot, author = flow.writes
    order = np.lexsort((slot, ticket))  # stable: on a slot of a ticket the order of time stays
    ticket, slot, author = ticket[order], slot[order], author[order]
    earlier, later = author[:-1], author[1:]
    same = (ticket[1:] == ticket[:-1]) & (slot[1:] == slot[:-1])
    taken = same & (earlier != OUTSIDE_AUTHOR) & (earlier != later)
    pairs, counts = np.unique(np.stack([earlier[taken], later[taken]]), axis=1, return_counts=True)
    found: dict[int, dict[str, int]] = {}
    for (old, new), count in zip(pairs.T.tolist(), counts.tolist(), strict=True):
        found.setdefault(old, {})[OUTSIDE if new == OUTSIDE_AUTHOR else flow.rules[new]] = count
    return found
