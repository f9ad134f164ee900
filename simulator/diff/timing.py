"""When, and for how long: what both sides end with but set at another instant, and the open time at each priority."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from simulator.diff.values import Pair, Scope, Timing
from simulator.diff.writers import Lasts
from simulator.flow import LEVELS, Flags, Flow, Ints, ints
from simulator.outcome import Change, Slot, TicketOutcome
from simulator.rules.model import PRIORITIES


def timings_of(old: TicketOutcome, new: TicketOutcome, customer: int | None, lasts: Lasts) -> Iterator[Timing]:
    """Tags and priority of a ticket that stand at the end of both sides, since another instant on each; by field."""
    if old.changes == new.changes:
        return
    last_old, last_new = lasts
    for slot, value in _shared(old, new):
        a, b = last_old.get(slot), last_new.get(slot)
        if a is not None and b is not None and a.at != b.at:
            yield Timing(old.ticket, customer, slot[0], value, a.at, b.at, _rule(a), _rule(b))


def _shared(old: TicketOutcome, new: TicketOutcome) -> Iterator[tuple[Slot, str]]:
    if old.final.priority == new.final.priority:
        yield ("priority", ""), old.final.priority
    for tag in sorted(set(old.final.tags) & set(new.final.tags)):
        yield ("tags", tag), tag


def _rule(change: Change) -> tuple[str, ...]:
    return () if change.rule is None else (change.rule,)


def open_time_of(flows: Sequence[Flow], scope: Scope) -> Pair[dict[str, int]]:
    """Microseconds that the reported tickets stood open at each priority, from creation to the scope's `last`.

    `flows`: of both sides, on the reported tickets.
    """
    before, after = (_open_time(flow, scope) for flow in flows)
    return Pair(before, after)


def _open_time(flow: Flow, scope: Scope) -> dict[str, int]:
    """Each ticket's changes of priority and status, from its creation to the end, cut into stretches."""
    if scope.last is None:
        return dict.fromkeys(PRIORITIES, 0)
    born = ints([ticket for ticket in scope.reported if ticket in scope.created])
    levels = flow.levels
    known = np.isin(levels.ticket, born)
    ticket = np.concatenate([born, born, levels.ticket[known]])
    creation = ints([scope.created[one] for one in born.tolist()])
    at = np.concatenate([creation, creation, levels.at[known]])
    start = [np.full(len(born), LEVELS.index(level)) for level in ("normal", "open")]
    value = np.concatenate([*start, levels.value[known]])
    order = np.argsort(ticket, kind="stable")
    ticket, at, value = ticket[order], at[order], value[order]
    priority, status = (_standing(value, kind) for kind in (value < len(PRIORITIES), value >= len(PRIORITIES)))
    last = np.append(ticket[1:] != ticket[:-1], True)
    end = np.where(last, np.maximum(scope.last, at), np.append(at[1:], 0))
    spent = np.zeros(len(PRIORITIES), np.int64)
    is_open = LEVELS[len(PRIORITIES) :].index("open") + len(PRIORITIES) == status
    np.add.at(spent, priority[is_open], (end - at)[is_open])
    return dict(zip(PRIORITIES, spent.tolist(), strict=True))


def _standing(value: Ints, told: Flags) -> Ints:
    """At each row the last value of one kind; every ticket begins with one of each."""
    place = np.maximum.accumulate(np.where(told, np.arange(len(value)), 0))
    return value[place]
