"""Putting rows into a snapshot: newer records replace older ones, and the same record again changes nothing.

Of two rows with one key the newer wins (by its own time); at the same time, or without any, the one that says more
(more columns filled). What the export gives no time for at all (tags, teams, users, macros, views) is taken as read
last. A loser still gives what the winner never carries (the spam flag, which list items lack).
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from simulator.snapshot.schema import columns, keys

Row: TypeAlias = dict[str, int | str | None]
Values: TypeAlias = tuple[int | str | None, ...]

_BATCH = 1_000  # rows


@dataclass(frozen=True, slots=True)
class Policy:
    """How rows of one table replace each other: by `rank` (SQL, larger wins), then by columns filled."""

    rank: str | None = None
    last_wins: bool = False
    kept: tuple[str, ...] = ()


_PLAIN = Policy()
_POLICIES: dict[str, Policy] = {
    "ticket": Policy(rank="{row}.updated_at", kept=("spam",)),
    "customer": Policy(rank="{row}.updated_at"),
    "survey": Policy(rank="{row}.scored_at"),
    "rule": Policy(rank="{row}.updated_at"),
    "shop_order": Policy(rank="({row}.origin = 'api') * 10000000000000000 + coalesce({row}.updated_at, 0)"),
    "agent": Policy(last_wins=True),
    "team": Policy(last_wins=True),
    "tag": Policy(last_wins=True),
    "macro": Policy(last_wins=True),
    "view": Policy(last_wins=True),
}


class _Statement(NamedTuple):
    """SQL with a `?` for every value, and what takes those values out of a row, in their order."""

    sql: str
    values: Callable[[Row], Values]


class Merge:
    """Rows on their way into a snapshot, in batches. `flush()` at the end."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._waiting: defaultdict[_Statement, list[Values]] = defaultdict(list)
        self._count = 0

    def put(self, table: str, row: Row) -> None:
        """Add or replace, by the policy of the table."""
        self._wait(_put(table), row)
        for column in _policy(table).kept:
            if row[column] is not None:
                self._wait(_keep(table, column), row)

    def put_if_absent(self, table: str, row: Row) -> None:
        """Add, unless there is a row with that key: for what is only mentioned inside another record."""
        self._wait(_if_absent(table), row)

    def wins(self, table: str, row: Row) -> bool:
        """Add or replace at once; whether the row is now the one that stands."""
        statement = _put(table)
        return self.connection.execute(statement.sql, statement.values(row)).rowcount > 0

    def replace_children(self, table: str, column: str, owner: int, rows: list[Row]) -> None:
        """Make `rows` the only ones of `table` whose `column` is `owner`."""
        self.connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (owner,))  # noqa: S608 our own names
        if rows:
            statement = _if_absent(table)
            self.connection.executemany(statement.sql, map(statement.values, rows))

    def flush(self) -> None:
        """Write what is waiting."""
        for statement, waiting in self._waiting.items():
            self.connection.executemany(statement.sql, waiting)
        self._waiting.clear()
        self._count = 0

    def _wait(self, statement: _Statement, row: Row) -> None:
        self._waiting[statement].append(statement.values(row))
        self._count += 1
        if self._count >= _BATCH:
            self.flush()


def _policy(table: str) -> Policy:
    return _POLICIES.get(table, _PLAIN)


@cache
def _put(table: str) -> _Statement:
    """INSERT ... ON CONFLICT DO UPDATE ... WHERE the new row wins."""
    policy, key = _policy(table), keys()[table]
    names = [name for name in columns()[table] if name not in key]
    changes = ", ".join(f'"{name}" = {_new_value(table, name, policy)}' for name in names)
    return _insert(
        table, f"ON CONFLICT ({_listed(key)}) DO UPDATE SET {changes} WHERE {_new_row_wins(table, policy, names)}"
    )


@cache
def _if_absent(table: str) -> _Statement:
    return _insert(table, "ON CONFLICT DO NOTHING")


def _insert(table: str, on_conflict: str) -> _Statement:
    names = columns()[table]
    marks = ", ".join("?" for _ in names)
    sql = f'INSERT INTO "{table}" ({_listed(names)}) VALUES ({marks}) {on_conflict}'  # noqa: S608 our own names
    return _Statement(sql, itemgetter(*names))


@cache
def _keep(table: str, column: str) -> _Statement:
    """Fill the column of a row that lacks it, or that may have it from an older record than this one."""
    unknown = f"({column} IS NULL OR updated_at IS ?)"
    sql = f"UPDATE {table} SET {column} = ? WHERE id = ? AND {unknown}"  # noqa: S608 our own names
    return _Statement(sql, itemgetter(column, "id", "updated_at"))


def _new_row_wins(table: str, policy: Policy, names: list[str]) -> str:
    if policy.last_wins:
        return " OR ".join(f'excluded."{name}" IS NOT {table}."{name}"' for name in names)
    sides = [f"({_rank(policy, row)}, {_filled(row, names)})" for row in ("excluded", table)]
    return f"{sides[0]} > {sides[1]}"


def _rank(policy: Policy, row: str) -> str:
    return f"coalesce({policy.rank.format(row=row)}, -1)" if policy.rank else "0"


def _filled(row: str, names: list[str]) -> str:
    """How many columns say something: neither null nor an empty text, list or object."""
    return " + ".join(
        f"""({row}."{name}" IS NOT NULL AND {row}."{name}" NOT IN ('', '[]', '{{}}'))""" for name in names
    )


def _new_value(table: str, name: str, policy: Policy) -> str:
    if name in policy.kept:
        return f'coalesce(excluded."{name}", {table}."{name}")'
    return f'excluded."{name}"'


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
