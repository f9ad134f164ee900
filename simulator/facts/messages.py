"""The fields of the event's message; on events without one, of the ticket's last outside message so far."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import overload

import numpy as np

from simulator.facts.history import History
from simulator.facts.kept_texts import RUN
from simulator.facts.open_values import list_of
from simulator.facts.outside_messages import OUTSIDE_MESSAGES
from simulator.facts.source import Fixed, Rows, by_place
from simulator.facts.values import Column, Mask, Value
from simulator.snapshot.cache import Cache

TEXT, CREATED = "message.text", "message.created_datetime"

_FIELDS: dict[str, str] = {
    TEXT: "text",
    "message.subject": "subject",
    "message.channel": "channel",
    "message.via": "via",
    "message.from_agent": "from_agent",
    "message.public": "public",
    "message.integration_id": "integration_id",
    CREATED: "created_at",
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
_ABSENT = "absent/message.text"


class Messages:
    """The outside messages, in the order of `History.message`; a field is read when it is first asked for."""

    paths = frozenset(_FIELDS)

    def __init__(self, connection: sqlite3.Connection, history: History, cache: Cache) -> None:
        self._connection, self._outside, self._cache = connection, history.outside, cache
        self._current = np.asarray(history.current, np.int32)
        self._sources: dict[str, Fixed] = {}
        self._without_text: list[bool] = []  # as far as the texts were gone through

    def load(self, paths: Iterable[str]) -> None:
        """Read several fields in one pass; texts are not read, but looked up one by one or gone through by `texts`."""
        wanted = sorted(set(paths) - self._sources.keys() - {TEXT, CREATED})
        if wanted:
            names = ", ".join(_FIELDS[path] for path in wanted)
            rows = self._connection.execute(f"SELECT {names} {OUTSIDE_MESSAGES}").fetchall()
            columns = zip(*rows, strict=True) if rows else [()] * len(wanted)
            for path, cells in zip(wanted, columns, strict=True):
                self._sources[path] = _field(path, cells, self._current)

    def source(self, path: str) -> Fixed:
        """The field of this path over all events."""
        if path == CREATED and path not in self._sources:
            times = self._outside.at
            nothing = np.zeros(len(times), np.bool_)
            self._sources[path] = Fixed(Column(times, nothing, self._current, nothing))
        elif path == TEXT and path not in self._sources:
            texts = MessageTexts(self._connection, self._outside.ids)
            self._sources[path] = Fixed(Column(texts, np.zeros(len(texts), np.bool_), self._current, self._absent()))
        self.load([path])
        return self._sources[path]

    def texts(self, first: int = 0) -> Iterator[list[bytes]]:
        """The texts (UTF-8, nothing for a missing one) in runs, from message `first` on."""
        rows = self._connection.execute(f"SELECT CAST(text AS BLOB) {OUTSIDE_MESSAGES} LIMIT -1 OFFSET ?", (first,))
        while some := rows.fetchmany(RUN):
            self._without_text.extend(text is None for (text,) in some)
            yield [text or b"" for (text,) in some]

    def _absent(self) -> Mask:
        """Which messages have no text."""
        kept = self._cache.get(_ABSENT)
        if kept is not None and len(kept) == len(self._outside.ids):
            return np.frombuffer(kept, np.uint8).astype(np.bool_)
        flags = self._without_text
        if len(flags) != len(self._outside.ids):
            flags = [flag for (flag,) in self._connection.execute(f"SELECT text IS NULL {OUTSIDE_MESSAGES}")]
        absent = np.array(flags, np.bool_)
        self._cache.put(_ABSENT, absent.tobytes())
        return absent


class MessageTexts(Sequence[Value | None]):
    """The texts of the outside messages, looked up when asked for: all of them at once would fill the memory."""

    def __init__(self, connection: sqlite3.Connection, ids: Sequence[int]) -> None:
        self._connection, self._ids = connection, ids
        self._text = lru_cache(maxsize=64)(self._read)

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Value | None]:
        return (text for (text,) in self._connection.execute(f"SELECT text {OUTSIDE_MESSAGES}"))

    @overload
    def __getitem__(self, index: int) -> Value | None: ...

    @overload
    def __getitem__(self, index: slice) -> list[Value | None]: ...

    def __getitem__(self, index: int | slice) -> Value | list[Value | None] | None:
        if isinstance(index, slice):
            return [self._text(id) for id in self._ids[index]]
        return self._text(self._ids[index])

    def _read(self, id: int) -> str | None:
        found: tuple[str | None] = self._connection.execute("SELECT text FROM message WHERE id = ?", (id,)).fetchone()
        return found[0]


def _field(path: str, cells: Sequence[str | int | None], current: Rows) -> Fixed:
    if path == "message.sent_datetime":  # hardly two are the same: they are not looked through for equal ones
        return Fixed(Column(cells, np.zeros(len(cells), np.bool_), current))
    if path in _FLAGS:
        return by_place([None if cell is None else bool(cell) for cell in cells], current)
    if path in _LISTS:
        names = {cell: list_of(cell) for cell in dict.fromkeys(cells) if isinstance(cell, str)}
        return by_place([names.get(cell) if isinstance(cell, str) else None for cell in cells], current)
    return by_place(cells, current)


def last_message(history: History, received: bool) -> Fixed:
    """The latest time of the ticket's outside messages so far, or of those from customers only (`received`).

    A message counts from its event on, at its own created_datetime, which may be before or after that event.
    """
    times = history.outside.at
    by_time = np.argsort(np.asarray(times, np.int64), kind="stable")
    rank = np.zeros(len(times) + 1, np.int64)
    rank[by_time] = np.arange(1, len(times) + 1)  # the last stands for no message
    message, ticket = np.asarray(history.message, np.int64), np.asarray(history.ticket, np.int64)
    if received:
        message = np.where(np.array(history.from_customer, bool), message, -1)
    base = ticket * (len(times) + 1)  # a ticket's ranks lie above those of all tickets before it
    latest = np.maximum.accumulate(base + rank[message]) - base
    rows = np.concatenate([[-1], by_time])[latest].astype(np.int32)
    nothing = np.zeros(len(times), np.bool_)
    return Fixed(Column(times, nothing, rows, nothing))
