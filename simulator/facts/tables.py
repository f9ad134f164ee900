"""Joined tables (a loyalty export, a warranty list): the row of a ticket's customer, by e-mail or customer id."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from simulator.facts.customers import Customers
from simulator.facts.history import History
from simulator.facts.open_values import parse_open, value_of
from simulator.facts.source import FOREVER, LONG_AGO, Dated, Moments, Source, known, moments
from simulator.facts.values import MISSING, Seen

EXTERNAL = "ticket.customer.external."
_ROWS = "SELECT key, at, columns FROM external_row WHERE table_name = ? ORDER BY at, row"


class _Row(NamedTuple):
    since: int  # LONG_AGO: undated
    columns: object


class ExternalTables:
    """The rows of joined tables by customer group, table by table.

    A row belongs to everybody known by its key: an e-mail address, a customer id, or `shopify:` and a shop's id.
    """

    def __init__(self, connection: sqlite3.Connection, history: History, customers: Customers, current: bool) -> None:
        self._connection, self._history, self._customers, self._current = connection, history, customers, current
        self._tables: dict[str, tuple[dict[int, list[_Row]], Moments]] = {}

    def source(self, name: str) -> Source:
        """The field NAME.COLUMN: the latest row dated at or before the moment, else the last undated one, flagged."""
        table, _, column = name.partition(".")
        if table not in self._tables:
            self._tables[table] = self._read(table)
        rows, when = self._tables[table]

        def value_at(group: int, now: int) -> Seen:
            found = rows.get(group, ())
            place = bisect_right(found, FOREVER if self._current else now, key=lambda row: row.since)
            if not place:
                return MISSING
            since, columns = found[place - 1]
            value = value_of(columns.get(column)) if isinstance(columns, dict) else None
            return known(value, self._current or since == LONG_AGO)

        return Dated(when, value_at)

    @cached_property
    def _groups(self) -> dict[str, tuple[int, ...]]:
        """Key -> the groups known by it."""
        identities, place = self._customers.identities, self._customers.place
        groups: dict[str, tuple[int, ...]] = {str(id): (group,) for id, group in place.items()}
        groups |= {str(merged): (place[id],) for merged, id in identities.survivors.items() if id in place}
        for address, ids in identities.by_address.items():
            groups[address] = tuple(place[id] for id in ids if id in place)
        for shop_id, ids in identities.by_shop_id.items():
            groups[f"shopify:{shop_id}"] = tuple(place[id] for id in ids if id in place)
        return groups

    def _read(self, table: str) -> tuple[dict[int, list[_Row]], Moments]:
        rows: defaultdict[int, list[_Row]] = defaultdict(list)
        groups = self._groups
        for key, at, columns in self._connection.execute(_ROWS, (table,)):
            if key in groups:
                row = _Row(LONG_AGO if at is None else at, parse_open(columns))
                for group in groups[key]:
                    rows[group].append(row)
        changes = {group: [row.since for row in found if row.since != LONG_AGO] for group, found in rows.items()}
        when = moments(self._history, self._customers.group, changes, len(self._customers.ids))
        return dict(rows), when
