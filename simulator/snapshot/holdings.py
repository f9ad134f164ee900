"""How much of each thing that rules may read a snapshot holds: what the cautions of a report rest on."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from simulator.snapshot.summary import full_histories


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much of each thing the snapshot holds.

    `shop_profiles`: customers with shop data in the export; `full` and `lists`: tickets by kind of history;
    `intents`: messages with an intent or a sentiment; `loyalty`, `subscriptions`: customers with a profile of
    Smile, of Recharge; `external`: names of joined tables.
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


def read_holdings(connection: sqlite3.Connection) -> Holdings:
    """Count what an open snapshot holds."""
    counts = {name: int(connection.execute(query).fetchone()[0]) for name, query in _COUNTS.items()}
    full = full_histories(connection)
    tables = connection.execute("SELECT DISTINCT table_name FROM external_row ORDER BY 1")
    return Holdings(**counts, full=full, lists=counts["tickets"] - full, external=tuple(name for (name,) in tables))


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
