"""The messages that no rule sent: the first of a ticket is part of its creation, the others are events of their own."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter

import numpy as np

from simulator.facts.entries import CREATION, MESSAGE, RECORDED, Array, Entries, Ints, entries, places_in
from simulator.facts.history import Kind, OutsideMessages
from simulator.facts.keys import Record
from simulator.facts.markers import Markers

OUTSIDE_MESSAGES = "FROM message WHERE rule_id IS NULL ORDER BY ticket_id, created_at, id"
"""The messages that are replayed, in the order that `History.message` and `History.current` count them in."""

_MESSAGES = (
    "SELECT ticket_id, created_at, id, coalesce(from_agent, 0) = 0, rule_id IS NULL, subject FROM message"
    " ORDER BY ticket_id, created_at, id"
)
_AT_ONCE = 20_000  # rows


class Messages:
    """All outside messages, by ticket id, time and id.

    Messages of absent tickets, messages that rules sent, and recorded messages that are not there are counted.
    """

    def __init__(self, connection: sqlite3.Connection, tickets: Ints, markers: Markers, counts: Counter[str]) -> None:
        """`tickets`: the ids of the snapshot's tickets, ascending."""
        numbers, subjects = _read(connection)
        outside = numbers[4].astype(np.bool_)
        counts["rule-made-messages"] = int((~outside).sum())
        event, counts["message-events-without-message"] = markers.events_of(numbers[2])
        owner, self._at, self._id, from_customer, _ = (column[outside] for column in numbers)
        self._ticket = places_in(tickets, owner)
        counts["messages-of-absent-tickets"] = int((self._ticket < 0).sum())
        self._from_customer = from_customer.astype(np.bool_)
        self._event = event[outside]
        places, first = np.unique(self._ticket, return_index=True)
        self._places, self._first = places[places >= 0], first[places >= 0]
        rows = np.flatnonzero(outside)[self._first].tolist()
        self.subjects = {place: subjects[row] for place, row in zip(self._places.tolist(), rows, strict=True)}
        """Place of a ticket -> the subject of its first outside message."""

    def listed(self) -> OutsideMessages:
        """Their ids and times."""
        return OutsideMessages(array("q", self._id.tobytes()), array("q", self._at.tobytes()))

    def creations(self, ids: Ints, created_at: Ints, counts: Counter[str]) -> Entries:
        """The creations of the tickets with these ids, each with its first message; those without one are counted."""
        message, from_customer = np.full(len(ids), -1, np.int32), np.zeros(len(ids), np.bool_)
        message[self._places] = self._first
        from_customer[self._places] = self._from_customer[self._first]
        counts["creations-without-message"] = len(ids) - len(self._places)
        return entries(
            Record.TICKET, CREATION, Kind.CREATED, np.arange(len(ids)), created_at, ids,
            message=message, from_customer=from_customer,
        )  # fmt: skip

    def later(self) -> Entries:
        """The messages after each ticket's first: at the place of their recorded event where there is one."""
        chosen = self._ticket >= 0
        chosen[self._first] = False
        row = np.flatnonzero(chosen)
        id, event = self._id[row], self._event[row]
        return entries(
            Record.MESSAGE, np.where(event < 0, MESSAGE, RECORDED), Kind.MESSAGE, self._ticket[row], self._at[row], id,
            tie=np.where(event < 0, id, event), message=row, from_customer=self._from_customer[row],
        )  # fmt: skip


def _read(connection: sqlite3.Connection) -> tuple[list[Array], list[str | None]]:
    """The columns of all messages that are numbers, and the subjects."""
    numbers = [array(code) for code in "qqqbb"]
    subjects: list[str | None] = []
    rows = connection.execute(_MESSAGES)
    while some := rows.fetchmany(_AT_ONCE):
        *found, texts = zip(*some, strict=True)
        subjects.extend(texts)
        for column, values in zip(numbers, found, strict=True):
            column.extend(values)
    return [np.asarray(column) for column in numbers], subjects
