"""Rows into a table, in the order of its columns, and texts that SQLite can hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from simulator.saved.exact import from_text, to_text

Cell = str | int | None
Row = tuple[Cell, ...]

SIDES = ("baseline", "candidate")


class Spoiled(Exception):  # noqa: N818 - what the file is
    """The rows are not those that a run leaves: somebody changed the file and sealed it again."""


@contextmanager
def reading() -> Iterator[None]:
    """Rows that cannot be read, or that hold something else, raise Spoiled."""
    try:
        yield
    except (
        sqlite3.DatabaseError, AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError
    ) as error:  # fmt: skip
        raise Spoiled from error


def insert(connection: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    """Add rows that have a value for each column of the table."""
    columns = len(connection.execute(f"PRAGMA table_info({table})").fetchall())
    marks = ", ".join("?" * columns)
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 our own names


def select(connection: sqlite3.Connection, table: str, columns: str, order: str) -> Iterator[Row]:
    """The columns named, of all rows, in order."""
    return connection.execute(f"SELECT {columns} FROM {table} ORDER BY {order}")  # noqa: S608 our own names


def maybe_text(text: str | None) -> str | None:
    """`to_text` where there is a text."""
    return None if text is None else to_text(text)


def maybe_from_text(text: str | None) -> str | None:
    """`from_text` where there is a text."""
    return None if text is None else from_text(text)
