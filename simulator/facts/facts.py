"""FACTS: every field of the rules that rules do not change, over all outside events and at any moment between them.

Each table is read when a path first asks for it, and kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Literal

import numpy as np

from simulator.facts.customers import SHOPIFY, Customers
from simulator.facts.folding import FoldedTexts
from simulator.facts.history import History
from simulator.facts.kept_columns import get_source, put_column
from simulator.facts.kept_texts import folded_texts, in_runs
from simulator.facts.messages import CREATED, TEXT, Messages, last_message
from simulator.facts.shopify import Shopify
from simulator.facts.source import Dated, Fixed, Moments, Source, encoded
from simulator.facts.tables import EXTERNAL, ExternalTables
from simulator.facts.tickets import TICKET_PATHS, ticket_source
from simulator.facts.values import Column, Seen
from simulator.rules.fields import Kind, field_of
from simulator.snapshot.cache import NO_CACHE, Cache

Mode = Literal["as-of", "current"]
_LAST_MESSAGES = {"ticket.last_message_datetime": False, "ticket.last_received_message_datetime": True}
_FROM_HISTORY = frozenset({TEXT, CREATED, *_LAST_MESSAGES})
"""Fields whose columns come with the history, or are not worth keeping beside the texts."""


class Facts:
    """The facts of a snapshot, over the events of `history`.

    Paths are canonical (`fields.canonical`). Values: text as str, lists as tuple of str, numbers and money as
    Decimal (money with its currency's decimals), instants, ids and flags as int, int and bool. A field of type `any`
    gives text, bool, Decimal or a tuple of text, whichever the export has. Ticket state and `event.type` are not
    facts; `ticket.customer.custom_fields.ID` gives the exported value, which rules may change.
    """

    def __init__(self, connection: sqlite3.Connection, history: History, mode: Mode, cache: Cache = NO_CACHE) -> None:
        self.history, self.mode, self.cache = history, mode, cache
        self._connection = connection
        self._current = mode == "current"
        self._messages = Messages(connection, history, cache)
        self._sources: dict[str, Source] = {}
        self._columns: dict[str, Column] = {}

    def prepare(self, paths: Iterable[str]) -> None:
        """Read the message fields among these paths in one pass: only a matter of speed."""
        self._messages.load(path for path in paths if path in Messages.paths and not self._find(path))

    def column(self, path: str) -> Column:
        """The field over all event rows, each seen at its own event. Raises KeyError for a path that is no fact."""
        if path not in self._columns:
            source = self._source(path)
            self._columns[path] = source.column()
            if isinstance(source, Dated):
                put_column(self.cache, f"{self.mode}/{path}", self._columns[path], fixed=False)
        return self._columns[path]

    def seen(self, path: str, row: int, now: int) -> Seen:
        """The field on the ticket of event `row`, after that event, at an instant `now` not before it.

        At the event's own instant it is what `column` says. Raises KeyError for a path that is no fact.
        """
        return self._source(path).seen(row, now)

    def moves(self, path: str) -> Moments | None:
        """The moments at which the field changes between events; None where it goes by the events alone."""
        return self._source(path).moves

    def texts(self, path: str) -> Iterator[FoldedTexts]:
        """The values of a text field's column, in its order, folded, in runs. What is no text is like an empty one."""
        if path == TEXT:
            return folded_texts(self.cache, path, len(self.history.outside.ids), self._messages.texts)
        values = self.column(path).values
        return folded_texts(self.cache, f"{self.mode}/{path}", len(values), lambda first: in_runs(values[first:]))

    def _source(self, path: str) -> Source:
        found = self._find(path)
        if found is None:
            found = self._sources[path] = self._open(path)
            if isinstance(found, Fixed) and path not in _FROM_HISTORY:
                put_column(self.cache, f"{self.mode}/{path}", found.whole, fixed=True)
        return found

    def _find(self, path: str) -> Source | None:
        """The field where it was asked for before, or the cache holds it."""
        if path not in self._sources and path not in _FROM_HISTORY:
            found = get_source(self.cache, f"{self.mode}/{path}", len(self.history.at), lambda: self._open(path))
            if found is not None:
                self._sources[path] = found
        return self._sources.get(path)

    def _open(self, path: str) -> Source:
        if path in Messages.paths:
            return self._messages.source(path)
        if path in _LAST_MESSAGES:
            return last_message(self.history, received=_LAST_MESSAGES[path])
        if path in TICKET_PATHS:
            return ticket_source(self._connection, self.history, path, self._current)
        if Customers.reads(path):
            return self._customers.source(path)
        if path.startswith(SHOPIFY):
            return self._shopify.source(path.removeprefix(SHOPIFY))
        if path.startswith(EXTERNAL):
            return self._tables.source(path.removeprefix(EXTERNAL))
        field = field_of(path)
        if field is None or field.kind is Kind.STATE or path == "event.type":
            raise KeyError(path)
        return encoded([], np.full(len(self.history.at), -1, np.int32))  # a field that snapshots do not keep

    @cached_property
    def _customers(self) -> Customers:
        return Customers(self._connection, self.history)

    @cached_property
    def _shopify(self) -> Shopify:
        return Shopify(self._connection, self.history, self._customers, self._current)

    @cached_property
    def _tables(self) -> ExternalTables:
        return ExternalTables(self._connection, self.history, self._customers, self._current)


def read_facts(
    connection: sqlite3.Connection, history: History, mode: Mode = "as-of", cache: Cache = NO_CACHE
) -> Facts:
    """Facts over a history of the same snapshot. `current` gives a customer's totals and orders as they are today,
    at every event, and flags them. What the cache of the snapshot holds is not read again."""
    return Facts(connection, history, mode, cache)
