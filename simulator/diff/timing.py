"""When, and for how long: what both sides end with but set at another instant, and the open time at each priority."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.diff.values import Pair, Scope, Timing
from simulator.diff.writers import Slot, last_changes
from simulator.outcome import Change, Outcome, TicketOutcome
from simulator.rules.model import PRIORITIES


def timings_of(before: Outcome, after: Outcome, scope: Scope) -> tuple[Timing, ...]:
    """Tags and priorities that stand at the end of both sides, since another instant on each; by ticket, then field."""
    return tuple(
        timing
        for ticket in sorted(scope.reported)
        for timing in _of_ticket(before.tickets[ticket], after.tickets[ticket], scope.customers.get(ticket))
    )


def _of_ticket(old: TicketOutcome, new: TicketOutcome, customer: int | None) -> Iterator[Timing]:
    if old.changes == new.changes:
        return
    last_old, last_new = last_changes(old.changes), last_changes(new.changes)
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


def open_time_of(before: Outcome, after: Outcome, scope: Scope) -> Pair[dict[str, int]]:
    """Microseconds that the reported tickets stood open at each priority, from creation to the scope's `last`."""
    return Pair(_open_time(before, scope), _open_time(after, scope))


def _open_time(outcome: Outcome, scope: Scope) -> dict[str, int]:
    spent = dict.fromkeys(PRIORITIES, 0)
    if scope.last is None:
        return spent
    for ticket in scope.reported:
        if ticket in scope.created:
            for level, micros in _stretches(outcome.tickets[ticket], scope.created[ticket], scope.last):
                spent[level] += micros
    return spent


def _stretches(outcome: TicketOutcome, start: int, end: int) -> Iterator[tuple[str, int]]:
    priority, is_open = "normal", True
    for change in outcome.changes:
        if change.field in ("priority", "status"):
            if is_open:
                yield priority, change.at - start
            start = change.at
            if change.field == "priority":
                priority = str(change.after)
            else:
                is_open = change.after == "open"
    if is_open and end > start:
        yield priority, end - start
