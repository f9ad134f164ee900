"""FACTS: every field of the rules that rules do not change, over all outside events and at any moment between them.

Each table is read when a path first asks for it, and kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import cached_property
from typing import Literal

import numpy as np

from simulator.facts.customers import SHOPIFY, Customers
from simulator.facts.history import History
from simulator.facts.messages import Messages, last_message
from simulator.facts.shopify import Shopify
from simulator.facts.source import Source, encoded
from simulator.facts.tables import EXTERNAL, ExternalTables
from simulator.facts.tickets import TICKET_PATHS, ticket_source
from simulator.facts.values import Column, Seen
from simulator.rules.fields import Kind, field_of

Mode = Literal["as-of", "current"]
_LAST_MESSAGES = {"ticket.last_message_datetime": False, "ticket.last_received_message_datetime": True}


class Facts:
    """The facts of a snapshot, over the events of `history`.

    Paths are canonical (`fields.canonical`). Values: text as str, lists as tuple of str, numbers and money as
    Decimal (money with its currency's decimals), instants, ids and flags as int, int and bool. A field of type `any`
    gives text, bool, Decimal or a tuple of text, whichever the export has. Ticket state and `event.type` are not
    facts; `ticket.customer.custom_fields.ID` gives the exported value, which rules may change.
    """

    def __init__(self, connection: sqlite3.Connection, history: History, mode: Mode) -> None:
        self.history = history
        self._connection = connection
        self._current = mode == "current"
        self._messages = Messages(connection, history)
        self._sources: dict[str, Source] = {}
        self._columns: dict[str, Column] = {}

    def prepare(self, paths: Iterable[str]) -> None:
        """Read the message fields among these paths in one pass: only a matter of speed."""
        self._messages.load(path for path in paths if path in Messages.paths)

    def column(self, path: str) -> Column:
        """The field over all event rows, each seen at its own event. Raises KeyError for a path that is no fact."""
        if path not in self._columns:
            self._columns[path] = self._source(path).column()
        return self._columns[path]

    def seen(self, path: str, row: int, now: int) -> Seen:
        """The field on the ticket of event `row`, after that event, at an instant `now` not before it.

        At the event's own instant it is what `column` says. Raises KeyError for a path that is no fact.
        """
        return self._source(path).seen(row, now)

    def _source(self, path: str) -> Source:
        if path not in self._sources:
            self._sources[path] = self._open(path)
        return self._sources[path]

    def _open(self, path: str) -> Source:
        if path in Messages.paths:
            return self._messages.source(path)
        if path in _LAST_MESSAGES:
            return last_message(self._connection, self.history, received=_LAST_MESSAGES[path])
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


def read_facts(connection: sqlite3.Connection, history: History, mode: Mode = "as-of") -> Facts:
    """Facts over a history of the same snapshot. `current` gives a customer's totals and orders as they are today,
    at every event, and flags them."""
    return Facts(connection, history, mode)
