"""How much of each thing that rules may read a snapshot holds: what the cautions of a report rest on."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.snapshot.joined import joined_columns
from simulator.snapshot.summary import full_histories


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much of each thing the snapshot holds.

    `shop_profiles`: customers with shop data in the export; `full` and `lists`: tickets by kind of history;
    `intents`: messages with an intent or a sentiment; `loyalty`, `subscriptions`: customers with a profile of
    Smile, of Recharge; `external`: names of joined tables; `columns`: the columns of each,
    where they are known.
    """

    tickets: int
    messages: int
    orders: int
    shop_profiles: int
    users: int
    teams: int
    surveys: int
    full: int
    lists: int
    intents: int = 0
    loyalty: int = 0
    subscriptions: int = 0
    external: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_holdings(connection: sqlite3.Connection) -> Holdings:
    """Count what an open snapshot holds."""
    counts = {name: int(connection.execute(query).fetchone()[0]) for name, query in _COUNTS.items()}
    full = full_histories(connection)
    tables = joined_columns(connection)
    known = {name: columns for name, columns in tables.items() if columns}
    return Holdings(**counts, full=full, lists=counts["tickets"] - full, external=tuple(tables), columns=known)


_COUNTS = {
    "tickets": "SELECT count(*) FROM ticket",
    "messages": "SELECT count(*) FROM message",
    "orders": "SELECT count(*) FROM shop_order",
    "shop_profiles": "SELECT count(DISTINCT customer_id) FROM shop_profile",
    "users": "SELECT count(*) FROM agent",
    "teams": "SELECT count(*) FROM team",
    "surveys": "SELECT count(*) FROM survey WHERE scored_at IS NOT NULL",
    "intents": "SELECT count(*) FROM message WHERE intents <> '[]' OR sentiments <> '[]'",
    "loyalty": "SELECT count(*) FROM customer WHERE integrations LIKE '%\"smile\"%'",
    "subscriptions": "SELECT count(*) FROM customer WHERE integrations LIKE '%\"recharge\"%'",
}
