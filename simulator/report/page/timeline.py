"""The time line of a ticket, before | after: what rules and the outside world changed at each event, on either side."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from simulator.outcome import Change, FieldState, TicketOutcome
from simulator.report.page.moves import Move, move_of_change


class Step(NamedTuple):
    """One change. `rule` is None for the outside world, whose `action` is then the recorded type of event."""

    rule: str | None
    action: str
    branch: str
    depth: int
    move: Move


class Event(NamedTuple):
    """Something that happened, and what changed at it on either side; `same`: both sides did the same.

    `kind` and `ref` are the parts of its name (`message`, `81`); `reply` counts the replies below it, 0 for itself.
    """

    kind: str
    ref: str
    reply: str
    at: int
    before: tuple[Step, ...]
    after: tuple[Step, ...]

    @property
    def same(self) -> bool:
        """Whether both sides did the same."""
        return self.before == self.after


def time_line(before: TicketOutcome | None, after: TicketOutcome | None) -> tuple[Event, ...]:
    """The events at which something changed on either side, in the order of time."""
    old, new = (_by_event(side) for side in (before, after))
    instants = {name: changes[0].at for side in (old, new) for name, changes in side.items()}
    ordered = sorted(instants, key=lambda name: instants[name])
    return tuple(_event(name, instants[name], old.get(name, ()), new.get(name, ())) for name in ordered)


def _by_event(outcome: TicketOutcome | None) -> dict[str, list[Change]]:
    events: dict[str, list[Change]] = {}
    for change in () if outcome is None else outcome.changes:
        events.setdefault(change.event, []).append(change)
    return events


def _event(name: str, at: int, before: Sequence[Change], after: Sequence[Change]) -> Event:
    outside, _, replies = name.partition("/")
    kind, _, ref = outside.partition(":")
    reply = replies.rpartition(":")[2]
    return Event(kind, ref.partition("@")[0], reply, at, _steps(before), _steps(after))


def _steps(changes: Sequence[Change]) -> tuple[Step, ...]:
    return tuple(_exact(c) if _is_decimal(c) else _alike(*c[4:]) for c in changes)


def _is_decimal(change: Change) -> bool:
    """Equal decimals may be written differently (1.0, 1.00): they are not shared."""
    return isinstance(change.before, Decimal) or isinstance(change.after, Decimal)


def _exact(change: Change) -> Step:
    return Step(change.rule, change.action, change.branch, change.depth, move_of_change(change))


@lru_cache(maxsize=20_000, typed=True)
def _alike(
    depth: int, rule: str | None, branch: str, action: str, field: str, before: FieldState, after: FieldState
) -> Step:
    """Most changes of a run are alike: each is made once."""
    return _exact(Change(0, "", 0, "", depth, rule, branch, action, field, before, after))
