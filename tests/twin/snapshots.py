"""Builds small snapshot files from rows: the ground on which cases and random worlds are replayed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from simulator.snapshot.digest import BLANK, seal
from simulator.snapshot.digest import KEY as DIGEST
from simulator.snapshot.fingerprint import fingerprint
from simulator.snapshot.schema import schema_sql

Row = Mapping[str, object]
Rows = Mapping[str, Sequence[Row]]
"""Table -> rows; columns left out take the defaults below, lists and objects are written as JSON."""

DEFAULTS: dict[str, Row] = {
    "ticket": {
        "channel": "email", "via": "email", "status": "open", "priority": "normal", "tags": [], "custom_fields": {},
    },
    "message": {"from_agent": 0, "public": 1, "channel": "email", "via": "email", "intents": [], "sentiments": []},
    "customer": {"custom_fields": {}, "integrations": {}},
    "shop_profile": {"tags": [], "orders": []},
    "shop_order": {
        "currency": "EUR", "total_minor": 1000, "financial_status": "paid", "tags": [], "test": 0, "draft": 0,
        "origin": "api", "data": {},
    },
    "order_refund": {"currency": "EUR"},
    "event": {"object_type": "Ticket", "data": {}},
    "macro": {"archived": 0},
}  # fmt: skip


def write_snapshot(path: Path, rows: Rows) -> Path:
    """A snapshot file of these rows, as an import would have left it; the path it was written to."""
    with closing(sqlite3.connect(path)) as connection:
        fill(connection, rows)
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)", [("fingerprint", fingerprint(connection)), (DIGEST, BLANK)]
        )
        connection.commit()
    seal(path)
    return path


def open_snapshot(rows: Rows) -> sqlite3.Connection:
    """The same in memory."""
    connection = sqlite3.connect(":memory:")
    fill(connection, rows)
    return connection


def fill(connection: sqlite3.Connection, rows: Rows) -> None:
    """Make the tables and insert the rows."""
    connection.executescript(schema_sql())
    for table, records in rows.items():
        for record in records:
            full = {**DEFAULTS.get(table, {}), **record}
            marks = ", ".join("?" for _ in full)
            connection.execute(
                f"INSERT INTO {table} ({', '.join(full)}) VALUES ({marks})", [_cell(v) for v in full.values()]
            )
    connection.commit()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value
