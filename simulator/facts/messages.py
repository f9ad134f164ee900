"""The fields of the event's message; on events without one, of the ticket's last outside message so far."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np

from simulator.facts.history import History
from simulator.facts.open_values import list_of
from simulator.facts.read_history import OUTSIDE_MESSAGES
from simulator.facts.source import Fixed, Rows, by_place
from simulator.facts.values import Column

_FIELDS: dict[str, str] = {
    "message.text": "text",
    "message.subject": "subject",
    "message.channel": "channel",
    "message.via": "via",
    "message.from_agent": "from_agent",
    "message.public": "public",
    "message.integration_id": "integration_id",
    "message.created_datetime": "created_at",
    "message.sent_datetime": "sent_at",
    "message.sender.email": "sender_email",
    "message.receiver.email": "receiver_email",
    "message.source.from.address": "source_address",
    "message.source.from.name": "source_name",
    "message.intents.name": "intents",
    "message.sentiments.name": "sentiments",
}
"""Path -> column of the message table."""

_FLAGS = frozenset({"message.from_agent", "message.public"})
_LISTS = frozenset({"message.intents.name", "message.sentiments.name"})
_OWN = frozenset({"message.text", "message.created_datetime", "message.sent_datetime"})
"""Fields of which hardly two messages have the same value: they are not looked through for equal ones."""


class Messages:
    """The outside messages, in the order of `History.message`; a field is read when it is first asked for."""

    paths = frozenset(_FIELDS)

    def __init__(self, connection: sqlite3.Connection, history: History) -> None:
        self._connection = connection
        self._current = np.asarray(history.current, np.int32)
        self._sources: dict[str, Fixed] = {}

    def load(self, paths: Iterable[str]) -> None:
        """Read several fields in one pass."""
        wanted = sorted(set(paths) - self._sources.keys())
        if wanted:
            names = ", ".join(_FIELDS[path] for path in wanted)
            rows = self._connection.execute(f"SELECT {names} {OUTSIDE_MESSAGES}").fetchall()
            columns = zip(*rows, strict=True) if rows else [()] * len(wanted)
            for path, cells in zip(wanted, columns, strict=True):
                self._sources[path] = _field(path, cells, self._current)

    def source(self, path: str) -> Fixed:
        """The field of this path over all events."""
        self.load([path])
        return self._sources[path]


def _field(path: str, cells: Sequence[str | int | None], current: Rows) -> Fixed:
    if path in _OWN:
        return Fixed(Column(cells, [False] * len(cells), current))
    if path in _FLAGS:
        return by_place([None if cell is None else bool(cell) for cell in cells], current)
    if path in _LISTS:
        names = {cell: list_of(cell) for cell in dict.fromkeys(cells) if isinstance(cell, str)}
        return by_place([names.get(cell) if isinstance(cell, str) else None for cell in cells], current)
    return by_place(cells, current)


def last_message(connection: sqlite3.Connection, history: History, received: bool) -> Fixed:
    """The latest time of the ticket's outside messages so far, or of those from customers only (`received`).

    A message counts from its event on, at its own created_datetime, which may be before or after that event.
    """
    times = [at for (at,) in connection.execute(f"SELECT created_at {OUTSIDE_MESSAGES}")]
    by_time = np.argsort(np.array(times, np.int64), kind="stable")
    rank = np.zeros(len(times) + 1, np.int64)
    rank[by_time] = np.arange(1, len(times) + 1)  # the last stands for no message
    message, ticket = np.asarray(history.message, np.int64), np.asarray(history.ticket, np.int64)
    if received:
        message = np.where(np.array(history.from_customer, bool), message, -1)
    base = ticket * (len(times) + 1)  # a ticket's ranks lie above those of all tickets before it
    latest = np.maximum.accumulate(base + rank[message]) - base
    rows = np.concatenate([[-1], by_time])[latest].astype(np.int32)
    return Fixed(Column(times, [False] * len(times), rows))
