"""The recorded changes of tickets: which of them came from outside, and what they say."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from simulator.facts.entries import RECORDED, Array, Entries, Ints, ValueTable, entries, places_in
from simulator.facts.history import Kind
from simulator.facts.keys import Record
from simulator.facts.recorded import Recorded, read_change
from simulator.facts.who_did_it import KIND_OF, MARKERS, NO_STATE, NOBODY_MISSED, is_rule_made

_EVENTS = (
    "SELECT ticket_id, id, created_at, type, user_id, context, data FROM event"
    " WHERE object_type = 'Ticket' AND ticket_id IS NOT NULL ORDER BY ticket_id, created_at, id"
)
_NOWHERE = "SELECT count(*) FROM event WHERE object_type = 'Ticket' AND ticket_id IS NULL"


_Event = tuple[int, int, int, str, int | None, str | None, str]
"""Ticket id, id, instant, type, user id, context, data."""

_Change = tuple[int, int, int, int, int, bool]
"""Ticket id, id, instant, kind, place in the table of values, automatic."""


class Changes(NamedTuple):
    """The outside changes; of each ticket, whether the snapshot has any event, and whether one tells of spam."""

    entries: Entries
    full: Array
    spam_told: Array


def read_changes(
    connection: sqlite3.Connection,
    tickets: Ints,
    rule_contexts: Container[str],
    values: ValueTable,
    counts: Counter[str],
) -> Changes:
    """The changes of the tickets with these ascending ids; their values go into the table.

    `rule_contexts`: those in which old rules ran. Events of other tickets, what is no change, and what rules did are
    counted.
    """
    owners = array("q")
    known = frozenset(tickets.tolist())
    reader = _Reader(rule_contexts, _remembering(connection, counts), values, counts)
    outside = reader.outside(connection.execute(_EVENTS), known, owners)
    columns = [np.array(column, np.int64) for column in zip(*outside, strict=True)]
    ticket_id, id, at, kind, value, automatic = columns or [np.zeros(0, np.int64)] * 6
    places = places_in(tickets, np.array(owners, np.int64))
    counts["events-of-absent-tickets"] = int((places < 0).sum()) + connection.execute(_NOWHERE).fetchone()[0]
    ticket = places_in(tickets, ticket_id)
    return Changes(
        entries(Record.EVENT, RECORDED, kind, ticket, at, id, value=value, automatic=automatic),
        full=_marked(len(tickets), places[places >= 0]),
        spam_told=_marked(len(tickets), ticket[(kind == Kind.MARKED_SPAM) | (kind == Kind.UNMARKED_SPAM)]),
    )


def _marked(size: int, places: Array) -> Array:
    """A flag for each ticket, set at these places."""
    marked = np.zeros(size, np.bool_)
    marked[places] = True
    return marked


class _Reader:
    """Reads changes: contexts in which rules ran, how a change's data is read, the values so far, what is counted."""

    def __init__(
        self,
        rule_contexts: Container[str],
        change: Callable[[str, str], Recorded],
        values: ValueTable,
        counts: Counter[str],
    ) -> None:
        self._rule_contexts, self._change, self._values, self._counts = rule_contexts, change, values, counts

    def outside(self, events: Iterable[_Event], tickets: Container[int], owners: array[int]) -> Iterator[_Change]:
        """The outside changes of these tickets among the events; every event's ticket goes into `owners`."""
        counts, snoozed_by_rule, ticket = self._counts, False, None
        for owner, id, at, type, user_id, context, data in events:
            owners.append(owner)
            if type in MARKERS or owner not in tickets:
                continue
            if owner != ticket:
                ticket, snoozed_by_rule = owner, False
            if type not in KIND_OF:
                counts[NO_STATE.get(type, "unknown-event-types")] += 1
                continue
            by_rule = is_rule_made(type, user_id, context, self._rule_contexts, snoozed_by_rule)
            if type == "ticket-snoozed":
                snoozed_by_rule = by_rule
            if type == "ticket-reopened" and user_id is None:
                counts["reopenings-without-user"] += 1
            elif by_rule:
                counts["rule-made-changes"] += 1
            else:
                kind, value, _ = self._change(type, data)
                automatic = user_id is None and self._is_unnamed(type, kind)
                yield owner, id, at, kind, self._values.place(value), automatic

    def _is_unnamed(self, type: str, kind: Kind) -> bool:
        """Counts a change without a user; whether it is an automatic assignment."""
        automatic = kind in (Kind.ASSIGNED, Kind.TEAM_ASSIGNED)
        self._counts["changes-without-user"] += type not in NOBODY_MISSED
        self._counts["automatic-assignments"] += automatic
        return automatic


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
