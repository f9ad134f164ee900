"""The joined tables of a snapshot and their columns: what `ticket.customer.external.NAME.COLUMN` can name."""

from __future__ import annotations

import json
import sqlite3


def joined_columns(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """Table -> its columns, sorted. Every row of a table holds all of them, so the first one tells."""
    names = [str(name) for (name,) in connection.execute("SELECT DISTINCT table_name FROM external_row ORDER BY 1")]
    return {name: _columns(connection, name) for name in names}


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    first = "SELECT columns FROM external_row WHERE table_name = ? ORDER BY row LIMIT 1"
    ((text,),) = connection.execute(first, (table,))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    return tuple(sorted(found)) if isinstance(found, dict) else ()
