"""The undated fields of a ticket's customer: known only as they are today, and flagged so."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from simulator.facts.history import History
from simulator.facts.identity import Identities, read_identities, read_survivors
from simulator.facts.open_values import follow, parse_open, text_of, value_of
from simulator.facts.source import Fixed, Rows, encoded, known
from simulator.facts.values import Value

_PLAIN = {
    "ticket.customer.email": "email",
    "ticket.customer.name": "name",
    "ticket.customer.language": "language",
    "ticket.customer.firstname": "firstname",
    "ticket.customer.lastname": "lastname",
}
_OPEN = {
    "ticket.customer.data.": "data",
    "ticket.customer.custom_fields.": "custom_fields",
    "ticket.customer.integrations.": "integrations",
}
"""Families of paths, and the column whose JSON they read; integrations begin with the name of their type."""

SHOPIFY = "ticket.customer.integrations.shopify."
"""Below this, fields are worked out from orders, elsewhere."""

_TEXT = frozenset({"ticket.customer.integrations.smile.customer.vip_tier.name"})


class Customers:
    """The customers of the tickets; group `g` is `ids[g]`, ascending. Merged customers are those they became."""

    def __init__(self, connection: sqlite3.Connection, history: History) -> None:
        self._connection = connection
        self.ids = sorted({start.customer_id for start in history.tickets if start.customer_id is not None})
        group = {id: place for place, id in enumerate(self.ids)}
        of_ticket = [-1 if t.customer_id is None else group[t.customer_id] for t in history.tickets]
        self.group: Rows = np.array(of_ticket, np.int32)[np.asarray(history.ticket, np.int64)]
        self._open: dict[str, list[object]] = {}

    @cached_property
    def place(self) -> dict[int, int]:
        """Customer id -> group."""
        return {id: place for place, id in enumerate(self.ids)}

    @cached_property
    def survivors(self) -> dict[int, int]:
        """Each merged customer -> the one it became."""
        return read_survivors(self._connection)

    @cached_property
    def identities(self) -> Identities:
        """What every customer of the snapshot is known by."""
        return read_identities(self._connection)

    @staticmethod
    def reads(path: str) -> bool:
        """Whether this is the path of a customer's undated field."""
        return path in _PLAIN or (path.startswith(tuple(_OPEN)) and not path.startswith(SHOPIFY))

    def source(self, path: str) -> Fixed:
        """The field of this path over all events."""
        if path in _PLAIN:
            values: list[Value | None] = list(self._cells(_PLAIN[path]))
        else:
            prefix = next(prefix for prefix in _OPEN if path.startswith(prefix))
            steps = path.removeprefix(prefix).split(".")
            read = text_of if path in _TEXT else value_of
            values = [read(follow(found, steps)) for found in self._parsed(_OPEN[prefix])]
        return encoded([known(value, today=True) for value in values], self.group)

    def _parsed(self, column: str) -> list[object]:
        if column not in self._open:
            self._open[column] = [parse_open(cell) for cell in self._cells(column)]
        return self._open[column]

    def _cells(self, column: str) -> Iterator[str | None]:
        cells: dict[int, str | None] = dict(self._connection.execute(f"SELECT id, {column} FROM customer"))  # noqa: S608
        return (cells.get(id) for id in self.ids)
