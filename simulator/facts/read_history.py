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

import numpy as np

from simulator.facts.changes import read_changes
from simulator.facts.entries import RECORDED, SURVEY, Array, Entries, Ints, ValueTable, entries, ints, joined, places_in
from simulator.facts.history import History, Kind
from simulator.facts.kept_history import kept_history
from simulator.facts.keys import Keys, Record
from simulator.facts.markers import Markers, read_markers
from simulator.facts.outside_messages import Messages
from simulator.facts.ticket_records import Tickets
from simulator.snapshot.cache import NO_CACHE, Cache
from simulator.snapshot.horizon import LAST_EVENT, reaching

_SURVEYS = "SELECT ticket_id, scored_at, id, score FROM survey WHERE scored_at IS NOT NULL ORDER BY id"


def read_history(connection: sqlite3.Connection, cache: Cache = NO_CACHE) -> History:
    """All outside events of the snapshot, sorted by ticket id and then in the order of replay on that ticket."""
    return kept_history(cache, lambda: _read(connection))


def _read(connection: sqlite3.Connection) -> History:
    counts: Counter[str] = Counter()
    values = ValueTable()
    tickets = Tickets(connection)
    told = read_markers(connection)
    messages = Messages(connection, tickets.ids, told.messages, counts)
    surveys = _surveys(connection, tickets.ids, told.surveys, values, counts)
    changes = read_changes(connection, tickets.ids, told.rule_contexts, values, counts)
    creations = messages.creations(tickets.ids, tickets.created_at, counts)
    events = joined([creations, messages.later(), surveys, changes.entries, tickets.closings(changes.full, counts)])
    counts["events-before-creation"] = int((events.at < tickets.created_at[events.ticket]).sum())
    events = events.not_before(tickets.created_at).in_order()
    first = np.searchsorted(events.ticket, np.arange(len(tickets.ids) + 1))
    last = int(events.at.max()) if len(events.at) else None
    return History(
        tickets=tickets.starts(messages.subjects, changes.full, changes.spam_told, counts),
        first=array("q", first.tobytes()),
        ticket=array("i", events.ticket.tobytes()),
        at=array("q", events.at.tobytes()),
        kind=array("b", events.kind.tobytes()),
        key=Keys(array("b", events.record.tobytes()), array("q", events.id.tobytes())),
        value=values.at(events.value.tolist()),
        message=array("i", events.message.tobytes()),
        current=array("i", _current(events.message, first).tobytes()),
        from_customer=events.from_customer.astype(np.bool_).tolist(),
        automatic=events.automatic.astype(np.bool_).tolist(),
        outside=messages.listed(),
        last=reaching(connection, LAST_EVENT, last),
        counts={reason: counts[reason] for reason in sorted(counts) if counts[reason]},
    )


def _surveys(
    connection: sqlite3.Connection, tickets: Ints, markers: Markers, values: ValueTable, counts: Counter[str]
) -> Entries:
    """The surveys that were answered: at the place of their recorded event where there is one."""
    rows = connection.execute(_SURVEYS).fetchall()
    owner, at, id = (ints(row[place] for row in rows) for place in range(3))
    ticket = places_in(tickets, owner)
    event, counts["survey-events-without-survey"] = markers.events_of(id)
    counts["surveys-of-absent-tickets"] = int((ticket < 0).sum())
    there = np.flatnonzero(ticket >= 0)
    score = ints(values.place(rows[row][3]) for row in there.tolist())
    id, event = id[there], event[there]
    return entries(
        Record.SURVEY, np.where(event < 0, SURVEY, RECORDED), Kind.SURVEY, ticket[there], at[there], id,
        tie=np.where(event < 0, id, event), value=score,
    )  # fmt: skip


def _current(message: Array, first: Ints) -> Array:
    """The ticket's last message as of each event: that of the last event which brought one, or was its first."""
    tells = message >= 0
    tells[first[:-1]] = True
    found: Array = message[np.maximum.accumulate(np.where(tells, np.arange(len(message)), 0))]
    return found
