"""Putting rows into a snapshot: newer records replace older ones, and the same record again changes nothing.

Of two rows with one key the newer wins (by its own time); at the same time, or without any, the one that says more
(more columns filled). What the export gives no time for at all (tags, teams, users, macros, views) is taken as read
last. A loser still gives what the winner never carries (the spam flag, which list items lack).
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from typing import TypeAlias

from simulator.snapshot.schema import columns, keys

Row: TypeAlias = dict[str, int | str | None]

_BATCH = 2_000  # rows


@dataclass(frozen=True, slots=True)
class Policy:
    """How rows of one table replace each other: by `rank` (SQL, larger wins), then by columns filled."""

    rank: str | None = None
    last_wins: bool = False
    kept: tuple[str, ...] = ()


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


class Merge:
    """Rows on their way into a snapshot, in batches. `flush()` at the end."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._waiting: defaultdict[str, list[Row]] = defaultdict(list)
        self._count = 0

    def put(self, table: str, row: Row) -> None:
        """Add or replace, by the policy of the table."""
        self._wait(_statement(table), row)
        for column in _policy(table).kept:
            if row[column] is not None:
                self._wait(_keep(table, column), row)

    def put_if_absent(self, table: str, row: Row) -> None:
        """Add, unless there is a row with that key: for what is only mentioned inside another record."""
        self._wait(_if_absent(table), row)

    def wins(self, table: str, row: Row) -> bool:
        """Add or replace at once; whether the row is now the one that stands."""
        return self.connection.execute(_statement(table), row).rowcount > 0

    def replace_children(self, table: str, column: str, owner: int, rows: list[Row]) -> None:
        """Make `rows` the only ones of `table` whose `column` is `owner`."""
        self.connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (owner,))  # noqa: S608 our own names
        self.connection.executemany(_if_absent(table), rows)

    def flush(self) -> None:
        """Write what is waiting."""
        for statement, rows in self._waiting.items():
            self.connection.executemany(statement, rows)
        self._waiting.clear()
        self._count = 0

    def _wait(self, statement: str, row: Row) -> None:
        self._waiting[statement].append(row)
        self._count += 1
        if self._count >= _BATCH:
            self.flush()


def _policy(table: str) -> Policy:
    return _POLICIES.get(table, Policy())


_STATEMENTS: dict[str, str] = {}


def _statement(table: str) -> str:
    """INSERT ... ON CONFLICT DO UPDATE ... WHERE the new row wins."""
    if table not in _STATEMENTS:
        policy, key = _policy(table), keys()[table]
        names = [name for name in columns()[table] if name not in key]
        changes = ", ".join(f'"{name}" = {_new_value(table, name, policy)}' for name in names)
        _STATEMENTS[table] = (
            f"{_insert(table)} ON CONFLICT ({_listed(key)}) DO UPDATE SET {changes}"
            f" WHERE {_new_row_wins(table, policy, names)}"
        )
    return _STATEMENTS[table]


def _keep(table: str, column: str) -> str:
    """Fill the column of a row that lacks it, or that may have it from an older record than this one."""
    unknown = f"({column} IS NULL OR updated_at IS :updated_at)"
    return f"UPDATE {table} SET {column} = :{column} WHERE id = :id AND {unknown}"  # noqa: S608 our own names


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


def _if_absent(table: str) -> str:
    return f"{_insert(table)} ON CONFLICT DO NOTHING"


def _insert(table: str) -> str:
    names = columns()[table]
    values = ", ".join(f":{name}" for name in names)
    return f'INSERT INTO "{table}" ({_listed(names)}) VALUES ({values})'  # noqa: S608 our own names


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
