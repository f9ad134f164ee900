"""OUTCOME: what a side's replay leaves behind: plain values that the engine and its twin both give."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from simulator.flow import (
    LEVELS,
    OUTSIDE,
    WRITE_ONCE,
    Changes,
    Flow,
    Levels,
    Matches,
    Numbers,
    Runs,
    Told,
    Writes,
    columns,
    ints,
)
from simulator.instants import parse_instant

FieldScalar = str | int | bool | Decimal | None
"""What a field holds: instants as int microseconds, custom field values as written."""

FieldState = FieldScalar | tuple[str, ...]


class Sent(NamedTuple):
    """A message that would have gone out. `to` (as written: one, or a list) and `subject` are of e-mails only."""

    action: str  # replyToTicket, addInternalNote or sendEmail
    at: int
    text: str
    rule: str
    to: str | tuple[str, ...] = ()
    subject: str | None = None


class Change(NamedTuple):
    """An action that changed something, in the terms of the trail; or an outside change (`rule` is None).

    `field` is tags, priority, status, assignee, team, subject, spam, snooze, trashed, custom_fields.ID,
    customer.custom_fields.ID, replies, or the flag's own name; tags are whole sorted tuples; for replies `before`
    is None and `after` the rendered text. The end of a snooze by itself is an outside change.
    """

    ticket: int
    event: str
    at: int
    trigger: str  # the phase; "" for an outside change
    depth: int
    rule: str | None
    branch: str
    action: str  # for an outside change the recorded type, such as "ticket-closed"
    field: str
    before: FieldState
    after: FieldState


class Refusal(NamedTuple):
    """An action that was refused: as a change that did not happen, with Gorgias' reason code."""

    ticket: int
    event: str
    at: int
    trigger: str
    depth: int
    rule: str
    branch: str
    action: str
    field: str
    before: FieldState
    after: FieldState
    reason: str  # spam-ticket, recent-auto-reply, no-snooze-closed-ticket, user-not-found, team-not-found


class Match(NamedTuple):
    """A phase run in which a rule's condition was true. `rests_on_today`, `rests_on_missing`: see provenance."""

    ticket: int
    event: str
    trigger: str
    depth: int
    rule: str
    rests_on_today: bool
    rests_on_missing: bool


class Loop(NamedTuple):
    """A cascade that still changed something at the greatest depth, or a snooze that would end over and over."""

    ticket: int
    event: str
    kind: str  # "cascade" or "snooze"
    rules: tuple[str, ...]  # those that changed something in the last run; sorted


class Final(NamedTuple):
    """The state of a ticket at the end of its history. Custom fields are sorted (id, value) pairs."""

    tags: tuple[str, ...]  # sorted by code point
    priority: str
    status: str
    assignee: int | None
    team: int | None
    subject: str | None
    spam: bool
    snooze: int | None
    trashed: bool
    custom_fields: tuple[tuple[str, FieldScalar], ...] = ()


@dataclass(frozen=True)
class TicketOutcome:
    """All that happened on one ticket, as it happened."""

    ticket: int
    final: Final
    changes: tuple[Change, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    matches: tuple[Match, ...] = ()
    sent: tuple[Sent, ...] = ()
    loops: tuple[Loop, ...] = ()
    phases: Mapping[str, int] = field(default_factory=dict)  # trigger -> phase runs
    skipped_assignments: int = 0  # automatic assignments that found the ticket assigned already
    not_simulated: tuple[tuple[str, str], ...] = ()  # (rule, what) of macro actions that cannot be simulated


Slot = tuple[str, str]
"""What can be overwritten as one: (field, tag); the tag is empty for all fields but tags."""


def slots(change: Change) -> Sequence[Slot]:
    """The slots that a change wrote: of tags those that it added or removed."""
    if change.field == "tags":
        assert isinstance(change.before, tuple) and isinstance(change.after, tuple)
        return [("tags", tag) for tag in set(change.before) ^ set(change.after)]
    if change.rule is not None or change.before != change.after:
        return ((change.field, ""),)
    return ()


@dataclass(frozen=True)
class Outcome:
    """One side: outcomes by ticket id, in ascending order of the id."""

    tickets: Mapping[int, TicketOutcome]

    def final(self, ticket: int) -> Final:
        """How a ticket ends."""
        return self.tickets[ticket].final

    def standing(self, ticket: int) -> Final:
        """How a ticket ends, subject and snooze perhaps left out: for what is counted over all tickets."""
        return self.tickets[ticket].final

    def deeds(self, ticket: int) -> TicketOutcome:
        """What was done on a ticket, matches and phase runs perhaps left out."""
        return self.tickets[ticket]

    def unlike(self, other: Outcome, tickets: Collection[int]) -> list[int]:
        """Those of the tickets on which another outcome may differ, ascending."""
        return sorted(tickets)

    def flow(self, instants: Mapping[str, int]) -> Flow:
        """The outcome as columns. `instants`: event key -> instant."""
        return _Spread(instants).of(self)


class _Spread:
    """Spelt outcomes as columns."""

    def __init__(self, instants: Mapping[str, int]) -> None:
        self.instants = instants
        self.rules, self.triggers, self.slots = Numbers(), Numbers(), dict[Slot, int]()

    def of(self, outcome: Outcome) -> Flow:
        tickets = tuple(outcome.tickets.values())
        matches = columns([row for one in tickets for row in self._matches(one)], 5)
        return Flow(
            matches=Matches(matches[0], matches[1], matches[2], matches[3] != 0, matches[4] != 0),
            changes=Changes(*columns([row for one in tickets for row in self._changes(one)], 2)),
            writes=Writes(*columns([row for one in tickets for row in self._writes(one)], 3)),
            levels=Levels(*columns([row for one in tickets for row in _levels(one)], 3)),
            runs=Runs(*columns([(o.ticket, self.triggers[on], n) for o in tickets for on, n in o.phases.items()], 3)),
            replies=ints([one.ticket for one in tickets for s in one.sent if s.action == "replyToTicket"]),
            refusals=tuple(Told(one.ticket, (r.rule,), r.reason) for one in tickets for r in one.refusals),
            loops=tuple(Told(one.ticket, loop.rules, loop.kind) for one in tickets for loop in one.loops),
            not_simulated=tuple(Told(o.ticket, (rule,), what) for o in tickets for rule, what in o.not_simulated),
            rules=tuple(self.rules),
            triggers=tuple(self.triggers),
        )

    def _matches(self, one: TicketOutcome) -> Iterator[tuple[int, ...]]:
        for match in one.matches:
            at = event_instant(match.event, self.instants)
            flags = match.rests_on_today, match.rests_on_missing
            yield (one.ticket, NEVER if at is None else at, self.rules[match.rule], *flags)

    def _changes(self, one: TicketOutcome) -> Iterator[tuple[int, ...]]:
        for change in one.changes:
            if change.rule is not None:
                yield one.ticket, self.rules[change.rule]

    def _writes(self, one: TicketOutcome) -> Iterator[tuple[int, ...]]:
        for change in one.changes:
            if change.field not in WRITE_ONCE:
                author = OUTSIDE if change.rule is None else self.rules[change.rule]
                for slot in slots(change):
                    yield one.ticket, self.slots.setdefault(slot, len(self.slots)), author


NEVER = -(2**63)
"""Stands for an instant that is not known."""


def _levels(one: TicketOutcome) -> Iterator[tuple[int, ...]]:
    for change in one.changes:
        if change.field in ("priority", "status"):
            yield one.ticket, change.at, LEVELS.index(str(change.after))


def event_instant(event: str, instants: Mapping[str, int]) -> int | None:
    """The instant of an event by its name: a reply stands at its parent's, the end of a snooze carries its own."""
    outside = event.partition("/")[0]
    if outside.startswith("unsnooze:"):
        return parse_instant(outside.partition("@")[2])
    return instants.get(outside)
