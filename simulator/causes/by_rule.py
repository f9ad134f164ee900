"""BY RULE: what would be missing without each rule of a side, which rules meet on a ticket, and who overwrites whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from simulator.causes.order import order_of
from simulator.causes.programs import without
from simulator.causes.trials import Compared
from simulator.causes.values import Fight, Looked, Marginal, Overlap, Role, RuleSetView
from simulator.diff.by_rule import OUTSIDE, overwritten
from simulator.diff.values import RuleChange
from simulator.engine.replay import run_program
from simulator.flow import Flow, Ints, ints


def by_rule(with_: Compared, side: int, flow: Flow) -> RuleSetView:
    """One side (0: baseline, 1: candidate), rule by rule. `flow`: its outcome as columns, on all tickets."""
    swaps, groups = order_of(with_, side, flow)
    shown = with_.diff.flows[side] if with_.diff.flows else flow
    return RuleSetView(marginals(with_, side, flow), overlaps(shown, ints(with_.row)), fights(shown), swaps, groups)


def acting(flow: Flow) -> dict[str, Ints]:
    """Rule -> the ids of the tickets on which it changed something, ascending."""
    return {rule: np.unique(flow.changes.ticket[flow.changes.rule == place]) for place, rule in enumerate(flow.rules)}


def marginals(with_: Compared, side: int, flow: Flow) -> Mapping[str, Marginal]:
    """The rules, by id; where there is no room for all, of the baseline only those that the change is about.

    Without a rule nothing else happens on a ticket before the rule first changes something there: so only those
    tickets, and those that go with them, are replayed without it.
    """
    acts, matched = acting(flow), {flow.rules[place] for place in np.unique(flow.matches.rule).tolist()}
    rules, changes = with_.rulesets[side].rules, with_.diff.changes
    room = None if with_.room is None else with_.room // 20
    sizes = {rule.id: len(acts.get(rule.id, ())) for rule in rules if rule.enabled}
    if side == 0 and room is not None and sum(sizes.values()) > room:
        rules = tuple(rule for rule in rules if changes[rule.id] is not RuleChange.SAME)
    share = None if room is None else _share(room, [sizes[rule.id] for rule in rules if rule.enabled])
    found = {}
    for rule in rules:
        own = acts.get(rule.id, _NONE)
        if not rule.enabled:
            found[rule.id] = Marginal(Role.OFF)
        elif not len(own):
            found[rule.id] = Marginal(Role.IDLE if rule.id in matched else Role.DEAD)
        else:
            found[rule.id] = _missing(with_, side, rule.id, [with_.row[one] for one in own.tolist()], share)
    return dict(sorted(found.items()))


_NONE = np.zeros(0, np.int64)


def _share(room: int, sizes: Sequence[int]) -> int:
    """How many tickets each rule may take of the room, so that those which need few leave more to the others."""
    left = sorted(sizes)
    while left and left[0] * len(left) <= room:
        room -= left.pop(0)
    return room // len(left) if left else room + max(sizes, default=0)


def _missing(with_: Compared, side: int, rule: str, rows: Sequence[int], room: int | None) -> Marginal:
    program, outcome, households = with_.programs[side], with_.outcomes[side], with_.households
    looked = households.whole(rows) if room is None else households.some(rows, room, with_.seed)
    less = run_program(without(program, rule, looked), with_.max_cascade, households.ids(looked))
    differ = with_.differing(outcome, less, looked)
    asked = set(rows) & set(looked)
    seen = Looked(len(asked), len(rows))
    role = Role.USEFUL if differ else Role.REDUNDANT if seen.all else Role.UNKNOWN
    return Marginal(role, len(rows), seen, differ)


def overlaps(flow: Flow, tickets: Ints) -> tuple[Overlap, ...]:
    """Pairs of rules that matched on the same tickets, the most first. `tickets`: the ids of all, ascending."""
    met = np.zeros((len(tickets), len(flow.rules)), np.float32)  # exact: it counts to no more than 16 million
    met[np.searchsorted(tickets, flow.matches.ticket), flow.matches.rule] = 1
    both = (met.T @ met).astype(np.int64)
    found = [
        Overlap((min(a, b), max(a, b)), int(both[i, j]))
        for i, a in enumerate(flow.rules)
        for j, b in enumerate(flow.rules[:i])
        if both[i, j]
    ]
    return tuple(sorted(found, key=lambda one: (-one.tickets, one.rules)))


def fights(flow: Flow) -> tuple[Fight, ...]:
    """Who changes next what another rule had written: each pair once, by who does it more often."""
    times = {
        (winner, flow.rules[loser]): count
        for loser, winners in overwritten(flow).items()
        for winner, count in winners.items()
        if winner != OUTSIDE
    }
    found = [
        Fight(winner, loser, count, times.get((loser, winner), 0))
        for (winner, loser), count in times.items()
        if (times.get((loser, winner), 0), winner) <= (count, loser)
    ]
    return tuple(sorted(found, key=lambda one: (-one.times - one.back, one.winner, one.loser)))
