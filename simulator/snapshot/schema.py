"""The schema a snapshot must have, read from `schema.sql` without SQLModel, so that `run` starts fast."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_PRAGMA = re.compile(r"^PRAGMA (application_id|user_version) = (\d+);$", re.MULTILINE)

NOT_CONTENT = frozenset({"meta", "source_file", "skipped"})
"""Tables about the import itself: no replay reads them, so they are not part of the fingerprint."""


@cache
def schema_sql() -> str:
    """The statements that make an empty snapshot."""
    return (files(__package__) / "schema.sql").read_text(encoding="ascii")


def marks() -> dict[str, int]:
    """`application_id` and `user_version` of the snapshots that this version reads."""
    return marks_of(schema_sql())


@cache
def marks_of(schema: str) -> dict[str, int]:
    """The two numbers in the header of a file that these statements make."""
    return {name: int(value) for name, value in _PRAGMA.findall(schema)}


@cache
def objects_made_by(schema: str) -> tuple[tuple[object, ...], ...]:
    """What `sqlite_schema` must hold, text for text: (type, name, table, sql), sorted."""
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.executescript(schema)
        return objects_of(empty)


def objects_of(connection: sqlite3.Connection) -> tuple[tuple[object, ...], ...]:
    """Every table, index, view and trigger of a file: (type, name, table, sql), sorted."""
    return tuple(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"))


@cache
def columns() -> dict[str, tuple[str, ...]]:
    """The columns of every table, in order."""
    return {table: tuple(column.name for column in found) for table, found in _table_info().items()}


@cache
def texts() -> dict[str, frozenset[str]]:
    """The columns of every table that hold text; all others hold whole numbers (the tables are STRICT)."""
    return {
        table: frozenset(column.name for column in found if column.type == "TEXT")
        for table, found in _table_info().items()
    }


@cache
def keys() -> dict[str, tuple[str, ...]]:
    """The primary key of every table."""
    return {table: tuple(column.name for column in found if column.key) for table, found in _table_info().items()}


class _Column(NamedTuple):
    """A column as SQLite tells it: its name, `INTEGER` or `TEXT`, its place in the primary key (0: not in it)."""

    name: str
    type: str
    key: int


@cache
def _table_info() -> dict[str, list[_Column]]:
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.executescript(schema_sql())
        tables = [str(name) for kind, name, *_ in objects_of(empty) if kind == "table"]
        return {
            table: [_Column(row[1], row[2], row[5]) for row in empty.execute(f"PRAGMA table_info({table})")]
            for table in tables
        }
