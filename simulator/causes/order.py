"""ORDER: neighbours whose order decides something, and rules in a row that can be put in any order.

Of two rules order can matter only if they share a trigger, both could act on one event, and one reads or overwrites
what the other writes. Where all of this holds of neighbours, they are swapped and the tickets on which one of them did
something are replayed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from simulator.causes.programs import swapped
from simulator.causes.reach import may_run_in_made_events
from simulator.causes.touches import order_cannot_matter, touches_of
from simulator.causes.trials import Compared
from simulator.causes.values import Looked, Swap
from simulator.engine.memory import CAPACITY
from simulator.engine.program import Asked, Program
from simulator.engine.replay import run_program
from simulator.flow import Flow
from simulator.rules.model import Rule

_Free = Callable[[str, str], bool]


def order_of(with_: Compared, side: int, flow: Flow) -> tuple[tuple[Swap, ...], tuple[tuple[str, ...], ...]]:
    """The swaps of neighbours whose order could matter, in running order; the groups whose order cannot."""
    program = with_.programs[side]
    rules = [rule for rule in program.ruleset.rules if rule.enabled]
    free = _free(program, rules, _events_were_made(with_, side))
    pairs = [(a.id, b.id) for a, b in pairwise(rules) if not free(a.id, b.id)]
    room = None if with_.room is None else with_.room // 20 // max(1, len(pairs))
    swaps = tuple(_swap(with_, side, flow, pair, room) for pair in pairs)
    return swaps, tuple(_groups([rule.id for rule in rules], free))


def _events_were_made(with_: Compared, side: int) -> bool:
    trace = with_.outcomes[side].trace
    return bool(trace.later) or any(one.shares for one in with_.programs)


def _free(program: Program, rules: Sequence[Rule], made_events: bool) -> _Free:
    """Of two rules by id, whether they may stand in either order."""
    touches = {rule.id: touches_of(rule, program.directory) for rule in rules}
    of: dict[str, dict[str, Asked]] = {rule.id: {} for rule in rules}
    for trigger, asked in program.by_trigger.items():
        for one in asked:
            of[one.rule.id][trigger] = one
    looks = list(set(program.looks))

    @cache
    def free(a: str, b: str) -> bool:
        shared = [(trigger, of[a][trigger], of[b][trigger]) for trigger in of[a] if trigger in of[b]]
        if not shared or order_cannot_matter(touches[a], touches[b]):
            return True
        for trigger, one, other in shared:
            if made_events and all(may_run_in_made_events(asked, trigger) for asked in (one, other)):
                return False
            both = 1 << one.place | 1 << other.place
            if any(look & both == both for look in looks):
                return False
        return True

    return free


def _groups(rules: Sequence[str], free: _Free) -> list[tuple[str, ...]]:
    """Rules in a row of which each may change places with each, as many as possible from the first on; two at least."""
    groups: list[list[str]] = []
    for rule in rules:
        if groups and all(free(one, rule) for one in groups[-1]):
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return [tuple(group) for group in groups if len(group) > 1]


def _swap(with_: Compared, side: int, flow: Flow, pair: tuple[str, str], room: int | None) -> Swap:
    households, outcome = with_.households, with_.outcomes[side]
    places = [place for place, rule in enumerate(flow.rules) if rule in pair]
    acted = np.unique(flow.changes.ticket[np.isin(flow.changes.rule, places)]).tolist()
    rows = [with_.row[ticket] for ticket in acted]
    looked = households.whole(rows) if room is None else households.some(rows, room, with_.seed)
    other = run_program(swapped(with_.programs[side], *pair), with_.max_cascade, households.ids(looked), CAPACITY)
    differ = with_.differing(outcome, other, looked)
    return Swap(*pair, differ, Looked(len(set(rows) & set(looked)), len(rows)))
