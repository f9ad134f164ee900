"""Programs made from others without compiling anew, and where two outcomes part on some tickets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from simulator.engine.memory import Apart, Entry
from simulator.engine.program import Asked, Places, Program
from simulator.engine.trace import Trace, Traced
from simulator.facts.history import History
from simulator.rules.model import Rule, RuleSet, in_running_order
from simulator.rules.walk import actions_of, tests_of


def without(program: Program, rule: str, rows: Iterable[int]) -> Program:
    """The program less one rule, fit to run on the tickets of these rows (of history.tickets)."""
    gone = sum({1 << one.place for rules in program.by_trigger.values() for one in rules if one.rule.id == rule})
    by_trigger = {
        trigger: tuple(one for one in rules if one.rule.id != rule) for trigger, rules in program.by_trigger.items()
    }
    return replace(
        program, by_trigger=by_trigger, runs={trigger: _places(rules) for trigger, rules in by_trigger.items()},
        looks=_looks(program, rows, ~gone), _known={}, _looks={},
    )  # fmt: skip


def blended(
    before: Program, after: Program, taken: Collection[str], changed: Collection[str], rows: Iterable[int]
) -> Program:
    """The baseline with some of the changed rules as the candidate has them, fit to run on the tickets of these rows.

    Exact only where both sides have the same clock and no changed rule reads or sets the subject (`can_be_blended`).
    """
    sides = (before, set(changed) - set(taken)), (after, set(taken))
    own = {trigger for program, _ in sides for trigger in program.by_trigger}
    by_trigger = {trigger: _in_order(one for one in _of_sides(sides, trigger, changed)) for trigger in sorted(own)}
    gone = _places([one for some in before.by_trigger.values() for one in some if one.rule.id in taken])
    absent = _places([one for some in after.by_trigger.values() for one in some if one.rule.id in sides[0][1]])
    return replace(
        before, by_trigger=by_trigger, runs={trigger: _places(rules) for trigger, rules in by_trigger.items()},
        looks=_both_looks(before, ~gone, after, ~absent, rows), open=tuple(dict.fromkeys((*before.open, *after.open))),
        places=_both_places(before.places, after.places), shares=before.shares or after.shares,
        facts=before.facts | after.facts, _known={}, _looks={},
    )  # fmt: skip


def can_be_blended(before: RuleSet, after: RuleSet, changed: Collection[str]) -> bool:
    """Whether `blended` is exact: one clock for both, and no changed rule touches the subject, as a macro may."""
    versions = (rule for ruleset in (before, after) for rule in ruleset.rules if rule.id in changed)
    return before.hours == after.hours and not any(_touches_subject(rule) for rule in versions)


def _touches_subject(rule: Rule) -> bool:
    return any(test.path == "ticket.subject" for test in tests_of(rule)) or any(
        action.kind in ("setSubject", "applyMacro") for action in actions_of(rule)
    )


_Side = tuple[Program, Collection[str]]


def _of_sides(sides: tuple[_Side, _Side], trigger: str, changed: Collection[str]) -> Iterator[Asked]:
    (before, kept), (after, taken) = sides
    for one in before.by_trigger.get(trigger, ()):
        if one.rule.id in kept or one.rule.id not in changed:
            yield one
    yield from (one for one in after.by_trigger.get(trigger, ()) if one.rule.id in taken)


def _in_order(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    by_rule = {one.rule.id: one for one in asked}
    return tuple(by_rule[rule.id] for rule in in_running_order([one.rule for one in by_rule.values()]))


def _both_looks(before: Program, kept: int, after: Program, taken: int, rows: Iterable[int]) -> list[int]:
    first, old, new = before.bits.facts.history.first, before.looks, after.looks
    looks = [0] * len(old)
    for row in rows:
        for event in range(first[row], first[row + 1]):
            looks[event] = old[event] & kept | new[event] & taken
    return looks


def _both_places(one: Places, other: Places) -> Places:
    return Places(**{each.name: getattr(one, each.name) | getattr(other, each.name) for each in fields(Places)})


def swapped(program: Program, first: str, second: str) -> Program:
    """The program with two neighbours in the other order. It must run with a memory of its own: looks hold no order."""
    by_trigger = {trigger: _swap(rules, first, second) for trigger, rules in program.by_trigger.items()}
    return replace(program, by_trigger=by_trigger, _known={}, _looks={})


def _swap(rules: tuple[Asked, ...], first: str, second: str) -> tuple[Asked, ...]:
    places = {one.rule.id: place for place, one in enumerate(rules)}
    if first not in places or second not in places:
        return rules
    order = list(rules)
    a, b = places[first], places[second]
    order[a], order[b] = order[b], order[a]
    return tuple(order)


def _places(rules: Sequence[Asked]) -> int:
    return sum(1 << one.place for one in rules)


def _looks(program: Program, rows: Iterable[int], kept: int) -> list[int]:
    first = program.bits.facts.history.first
    looks = [0] * len(program.looks)
    for row in rows:
        for event in range(first[row], first[row + 1]):
            looks[event] = program.looks[event] & kept
    return looks


def parted(mine: Traced, others: Traced, rows: Iterable[int]) -> list[int]:
    """Those of the ticket rows, which both hold, on which something else was done or sent."""
    return [row for row in rows if _parted(mine.trace, others.trace, row)]


def _parted(mine: Trace, others: Trace, row: int) -> bool:
    first = mine.history.first
    for event in range(first[row], first[row + 1]):
        one, other = mine.steps[event], others.steps[event]
        if one is not other and _differ(one, other):
            return True
        if (event in mine.later or event in others.later) and _later(mine, event) != _later(others, event):
            return True
    return False


def _differ(one: Entry | Apart | None, other: Entry | Apart | None) -> bool:
    if isinstance(one, Entry) and isinstance(other, Entry):
        return one.number != other.number
    if isinstance(one, Apart) and isinstance(other, Apart):
        return one.changes != other.changes or one.sent != other.sent
    return True


def _later(trace: Trace, event: int) -> list[tuple[object, object]]:
    return [(done.changes, done.sent) for done in trace.later.get(event, ())]


class Households:
    """Tickets that must be replayed together: those of each of `customers`; every other ticket is by itself."""

    def __init__(self, history: History, customers: frozenset[int | None]) -> None:
        self.history, self.customers = history, customers
        self._lots: dict[int, npt.NDArray[np.uint64]] = {}

    @cached_property
    def _rows(self) -> dict[int, list[int]]:
        rows: dict[int, list[int]] = defaultdict(list)
        for row, ticket in enumerate(self.history.tickets):
            if ticket.customer_id in self.customers:
                assert ticket.customer_id is not None
                rows[ticket.customer_id].append(row)
        return rows

    def of(self, row: int) -> list[int]:
        """The ticket row and those that go with it."""
        customer = self.history.tickets[row].customer_id
        return [row] if customer is None or customer not in self.customers else self._rows[customer]

    def whole(self, rows: Collection[int]) -> list[int]:
        """These rows and those that go with them, ascending."""
        return sorted({one for row in rows for one in self.of(row)})

    def ids(self, rows: Iterable[int]) -> list[int]:
        """The ids of ticket rows."""
        return [self.history.tickets[row].id for row in rows]

    def some(self, rows: Sequence[int], room: int, seed: int) -> list[int]:
        """Whole households of these rows, all if there is room for that many tickets, else some by lot; ascending."""
        if len(rows) <= room:
            every = self.whole(rows)
            if len(every) <= room:
                return every
        lots = self.lots(seed)[np.asarray(rows, np.int64)]
        chosen: set[int] = set()
        for place in np.argsort(lots, kind="stable")[: room + 1].tolist():
            household = self.of(rows[place])
            if chosen and len(chosen) + len(household) > room and rows[place] not in chosen:
                break
            chosen.update(household)
        return sorted(chosen)

    def lots(self, seed: int) -> npt.NDArray[np.uint64]:
        """For each ticket row a number that looks drawn: one for all of a household."""
        if seed not in self._lots:
            tickets = self.history.tickets
            first = [tickets[self.of(row)[0]].id for row in range(len(tickets))]
            self._lots[seed] = np.array([lot(seed, id) for id in first], np.uint64)
        return self._lots[seed]


def lot(seed: int, number: int) -> int:
    """A number that looks drawn, always the same for the same number and seed (splitmix64)."""
    mixed = (number + 1 + seed * 0x632BE59BD9B4E019) * 0x9E3779B97F4A7C15 & _WORD
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & _WORD
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & _WORD
    return mixed ^ mixed >> 31


_WORD = 2**64 - 1
