"""Reads the history that is replayed out of a snapshot: outside events by ticket, in the order of replay.

What is counted on the way (`History.counts`):

- `tickets-full`, `tickets-lists-only`: tickets by kind of history; `lists-only-closings`: closings taken from the
  record of a ticket without events, which may have been a rule's work;
- `changes-without-user`: outside changes that nobody is named for (intake, automatic assignment), of which
  `automatic-assignments`; `reopenings-without-user`: never replayed;
- `rule-made-changes`, `rule-made-messages`: work of the old rules, not replayed;
- `events-before-creation`: moved to the creation's instant; `creations-without-message`; `spam-from-record`;
- `splits`, `macros-applied`, `unknown-event-types`: recorded, and no event;
- `events-of-absent-tickets`, `messages-of-absent-tickets`, `surveys-of-absent-tickets`;
- `message-events-without-message`, `survey-events-without-survey`: recorded, but the export lacks the record;
- `unknown-tags`, `unreadable-tags`, `assignments-without-assignee`, `subjects-without-text`,
  `snoozes-without-instant`: events whose data says less than it should.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, repeat
from operator import itemgetter
from typing import Generic, TypeVar

import numpy as np

from simulator.facts.history import History, Start
from simulator.facts.identity import read_survivors
from simulator.facts.keys import Keys
from simulator.facts.markers import Markers, read_markers, read_rule_contexts
from simulator.facts.one_ticket import (
    Entry,
    OutsideMessage,
    Reading,
    RecordedEvent,
    ScoredSurvey,
    TicketRecord,
    read_ticket,
)
from simulator.facts.recorded import Recorded, read_change
from simulator.facts.values import Value
from simulator.facts.who_did_it import KIND_OF

OUTSIDE_MESSAGES = "FROM message WHERE rule_id IS NULL ORDER BY ticket_id, created_at, id"
"""The messages that are replayed, in the order that `History.message` and `History.current` count them in."""

_TICKETS = "SELECT id, customer_id, channel, created_at, subject, spam, closed_at FROM ticket ORDER BY id"
_MESSAGES = (
    "SELECT ticket_id, created_at, id, from_agent, rule_id, subject FROM message ORDER BY ticket_id, created_at, id"
)
_EVENTS = (
    "SELECT ticket_id, created_at, id, type, user_id, context, data FROM event "
    "WHERE object_type = 'Ticket' ORDER BY ticket_id, created_at, id"
)
_SURVEYS = (
    "SELECT ticket_id, scored_at, id, score FROM survey WHERE scored_at IS NOT NULL ORDER BY ticket_id, scored_at, id"
)

_Item = TypeVar("_Item", OutsideMessage, RecordedEvent, ScoredSurvey)


def read_history(connection: sqlite3.Connection) -> History:
    """All outside events of the snapshot, sorted by ticket id and then in the order of replay on that ticket."""
    counts: Counter[str] = Counter()
    markers, survivors = read_markers(connection), read_survivors(connection)
    reading = Reading(read_rule_contexts(connection), _remembering(connection, counts), counts)
    messages = _ByTicket(_outside_messages(connection, markers, counts))
    events = _ByTicket(map(RecordedEvent._make, connection.execute(_EVENTS)))
    surveys = _ByTicket(_scored_surveys(connection, markers))
    columns = _Columns()
    for id, customer_id, *others in connection.execute(_TICKETS):
        ticket = TicketRecord(id, survivors.get(customer_id, customer_id), *others)
        columns.add(*read_ticket(ticket, messages.of(id), events.of(id), surveys.of(id), reading))
    counts["messages-of-absent-tickets"] = messages.rest()
    counts["events-of-absent-tickets"] = events.rest()
    counts["surveys-of-absent-tickets"] = surveys.rest()
    counts["message-events-without-message"], counts["survey-events-without-survey"] = markers.left()
    return columns.history(counts)


def _outside_messages(
    connection: sqlite3.Connection, markers: Markers, counts: Counter[str]
) -> Iterator[OutsideMessage]:
    row = 0
    for ticket_id, at, id, from_agent, rule_id, subject in connection.execute(_MESSAGES):
        event = markers.take_message(id)
        if rule_id is not None:
            counts["rule-made-messages"] += 1
            continue
        yield OutsideMessage(ticket_id, at, id, row, not from_agent, subject, event)
        row += 1


def _scored_surveys(connection: sqlite3.Connection, markers: Markers) -> Iterator[ScoredSurvey]:
    for ticket_id, at, id, score in connection.execute(_SURVEYS):
        yield ScoredSurvey(ticket_id, at, id, score, markers.take_survey(id))


def _remembering(connection: sqlite3.Connection, counts: Counter[str]) -> Callable[[str, str], Recorded]:
    """How a change's data is read: remembered, as most events of a kind say the same few things."""
    tags: dict[int, str] = dict(connection.execute("SELECT id, name FROM tag"))
    known: dict[tuple[str, str], Recorded] = {}

    def change(type: str, data: str) -> Recorded:
        found = known.get((type, data))
        if found is None:
            found = known[type, data] = read_change(KIND_OF[type], data, tags)
        if found.doubt is not None:
            counts[found.doubt] += 1
        return found

    return change


class _ByTicket(Generic[_Item]):
    """A stream of items sorted by ticket id, handed out ticket by ticket in ascending order of the id."""

    def __init__(self, items: Iterable[_Item]) -> None:
        self._groups: Iterator[tuple[int | None, Iterable[_Item]]] = groupby(items, key=itemgetter(0))
        self._skipped = 0
        self._ticket: int | None = None
        self._items: list[_Item] | None = None
        self._advance()

    def _advance(self) -> None:
        self._ticket, group = next(self._groups, (None, None))
        self._items = None if group is None else list(group)

    def of(self, ticket: int) -> Sequence[_Item]:
        """The items of this ticket; those of ids passed over belong to no ticket and are counted."""
        while self._items is not None and (self._ticket is None or self._ticket < ticket):
            self._skipped += len(self._items)
            self._advance()
        if self._items is None or self._ticket != ticket:
            return ()
        found = self._items
        self._advance()
        return found

    def rest(self) -> int:
        """How many items belong to no ticket of the snapshot, those not yet handed out included."""
        while self._items is not None:
            self._skipped += len(self._items)
            self._advance()
        return self._skipped


@dataclass
class _Columns:
    """The history as it grows; entries are laid out in columns some thousands at a time."""

    tickets: list[Start] = field(default_factory=list)
    first: array[int] = field(default_factory=lambda: array("q", [0]))
    ticket: array[int] = field(default_factory=lambda: array("i"))
    at: array[int] = field(default_factory=lambda: array("q"))
    kind: array[int] = field(default_factory=lambda: array("b"))
    key: Keys = field(default_factory=Keys)
    value: list[Value | None] = field(default_factory=list)
    message: array[int] = field(default_factory=lambda: array("i"))
    from_customer: list[bool] = field(default_factory=list)
    automatic: list[bool] = field(default_factory=list)
    waiting: list[Entry] = field(default_factory=list)

    def add(self, start: Start, entries: Sequence[Entry]) -> None:
        """A ticket and its events, in the order of replay."""
        self.ticket.extend(repeat(len(self.tickets), len(entries)))
        self.tickets.append(start)
        self.first.append(len(self.ticket))
        self.waiting.extend(entries)
        if len(self.waiting) > 2_000:
            self._lay_out()

    def _lay_out(self) -> None:
        if self.waiting:
            at, _, _, kind, record, id, value, message, from_customer, automatic = zip(*self.waiting, strict=True)
            self.at.extend(at)
            self.kind.extend(kind)
            self.key.extend(record, id)
            self.value.extend(value)
            self.message.extend(message)
            self.from_customer.extend(from_customer)
            self.automatic.extend(automatic)
            self.waiting.clear()

    def _current(self) -> array[int]:
        """The ticket's last message as of each event: that of the last event which brought one, or was its first."""
        message = np.array(self.message, np.int32)
        tells = message >= 0
        tells[np.array(self.first[:-1], np.int64)] = True
        last = np.maximum.accumulate(np.where(tells, np.arange(len(message)), 0))
        return array("i", message[last].tobytes())

    def history(self, counts: Counter[str]) -> History:
        """The finished history."""
        self._lay_out()
        return History(
            tickets=self.tickets, first=self.first, ticket=self.ticket, at=self.at, kind=self.kind, key=self.key,
            value=self.value, message=self.message, current=self._current(), from_customer=self.from_customer,
            automatic=self.automatic, last=max(self.at, default=None),
            counts={reason: counts[reason] for reason in sorted(counts) if counts[reason]},
        )  # fmt: skip
