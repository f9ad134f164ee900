"""The fingerprint of a snapshot: SHA-256 over what it says, not over how the file happens to lie on the disk.

Two snapshots with the same records have the same fingerprint, in whatever order and from whatever files they
were imported. Tables in order of name, rows in order of key, each value as type, length in bytes and text; then the
instants that a slice carries, if it is one.
"""

from __future__ import annotations

import hashlib
import sqlite3

from simulator.snapshot.horizon import CARRIED
from simulator.snapshot.schema import NOT_CONTENT, columns, keys, texts
from simulator.snapshot.store import meta_value


def fingerprint(connection: sqlite3.Connection) -> str:
    """64 hexadecimal digits. Reads every row of every table with content."""
    sha = hashlib.sha256()
    for table in sorted(set(columns()) - NOT_CONTENT):
        sha.update(f"T{len(table)}:{table}".encode("ascii"))
        for (line,) in connection.execute(_row_text(table)):
            sha.update(line)
    for key in CARRIED:
        carried = meta_value(connection, key)
        if carried is not None:
            sha.update(f"M{key}:{carried}".encode())
    return sha.hexdigest()


def _row_text(table: str) -> str:
    """A SELECT of one BLOB a row: every value as `i2:42`, `t3:abc`, `n` for null, one after the other."""
    values = " || ".join(_value_text(f'"{name}"', name in texts()[table]) for name in columns()[table])
    order = ", ".join(f'"{name}"' for name in keys()[table])
    return f'SELECT CAST({values} AS BLOB) FROM "{table}" ORDER BY {order}'  # noqa: S608 our own names


def _value_text(name: str, is_text: bool) -> str:
    """The length of a text is that of its bytes, of a whole number that of its digits and sign."""
    tagged = f"'t' || length(CAST({name} AS BLOB))" if is_text else f"'i' || length({name})"
    return f"coalesce({tagged} || ':' || {name}, 'n')"
