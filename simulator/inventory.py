"""What a snapshot holds, for the head of a report and its cautions."""

from __future__ import annotations

import sqlite3

from simulator.facts.history import History
from simulator.report.cautions import Holdings
from simulator.report.values import SnapshotInfo


def snapshot_info(connection: sqlite3.Connection, history: History) -> SnapshotInfo:
    """Fingerprint, size, period and histories; `events` are the outside events of the whole snapshot."""
    (fingerprint,) = connection.execute("SELECT value FROM meta WHERE key = 'fingerprint'").fetchone()
    full = sum(ticket.full for ticket in history.tickets)
    skipped = {
        f"{kind}: {reason}": count
        for kind, reason, count in connection.execute("SELECT kind, reason, count FROM skipped ORDER BY 1, 2")
    }
    return SnapshotInfo(
        fingerprint=fingerprint,
        tickets=len(history.tickets),
        events=len(history.at),
        since=min((ticket.created_at for ticket in history.tickets), default=None),
        until=history.last,
        full=full,
        lists=len(history.tickets) - full,
        skipped={**skipped, **history.counts},
    )


def holdings(connection: sqlite3.Connection, history: History) -> Holdings:
    """How much of each thing that a rule may read the snapshot holds."""
    full = sum(ticket.full for ticket in history.tickets)
    return Holdings(
        tickets=len(history.tickets),
        full=full,
        lists=len(history.tickets) - full,
        external=tuple(
            name for (name,) in connection.execute("SELECT DISTINCT table_name FROM external_row ORDER BY 1")
        ),
        **{name: connection.execute(query).fetchone()[0] for name, query in _COUNTS.items()},
    )


_COUNTS = {
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
