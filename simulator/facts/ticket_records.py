"""The tickets' own records: how each starts, and the closing of those that have no events."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping

from simulator.facts.entries import CLOSING, Array, Entries, entries, ints
from simulator.facts.history import Kind, Start
from simulator.facts.identity import read_survivors
from simulator.facts.keys import Record

_TICKETS = "SELECT id, customer_id, channel, created_at, subject, spam, closed_at FROM ticket ORDER BY id"
_Row = tuple[int, int | None, str | None, int, str | None, int | None, int | None]


class Tickets:
    """The tickets of a snapshot by ascending id; a merged customer is the one that merges left."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._rows: list[_Row] = connection.execute(_TICKETS).fetchall()
        self._survivors = read_survivors(connection)
        self.ids, self.created_at = ints(row[0] for row in self._rows), ints(row[3] for row in self._rows)

    def closings(self, full: Array, counts: Counter[str]) -> Entries:
        """The closings of tickets that were closed and have no events."""
        rows = zip(self._rows, full.tolist(), strict=True)
        closed = [(place, row[6]) for place, (row, full) in enumerate(rows) if not full and row[6] is not None]
        counts["lists-only-closings"] = len(closed)
        ticket, at = ints(place for place, _ in closed), ints(at for _, at in closed)
        return entries(Record.CLOSED, CLOSING, Kind.CLOSED_LISTS_ONLY, ticket, at, self.ids[ticket])

    def starts(
        self, subjects: Mapping[int, str | None], full: Array, spam_told: Array, counts: Counter[str]
    ) -> list[Start]:
        """How the tickets start, by place; `subjects`: those of first messages, which go before the record's.

        `full`: a ticket has events; `spam_told`: one of them tells when it became spam or ceased to be.
        """
        counts["tickets-full"], counts["tickets-lists-only"] = int(full.sum()), int((~full).sum())
        counts["spam-from-record"] = int((~spam_told).sum())
        shared: dict[str | None, str | None] = {}  # a few channels, each text once
        survivors = self._survivors
        starts = []
        rows = zip(self._rows, full.tolist(), spam_told.tolist(), strict=True)
        for place, ((id, customer, channel, created_at, own, spam, _), has_events, told) in enumerate(rows):
            subject = subjects.get(place)
            starts.append(
                Start(
                    id, None if customer is None else survivors.get(customer, customer),
                    shared.setdefault(channel, channel), created_at, own if subject is None else subject,
                    bool(spam) and not told, has_events, not told,
                )
            )  # fmt: skip
        return starts
