"""What a snapshot holds, in numbers, for `snapshot info` and the closing lines of an import. No text, no address."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from simulator.instants import DAY
from simulator.snapshot.horizon import NEWEST, reaching
from simulator.snapshot.store import meta_value

_GAP = 7  # days without a new ticket

_COUNTS = {
    "tickets": "ticket", "messages": "message", "customers": "customer", "shop profiles": "shop_profile",
    "orders": "shop_order", "refunds": "order_refund", "events": "event", "surveys": "survey", "agents": "agent",
    "teams": "team", "tags": "tag", "rules": "rule", "macros": "macro", "views": "view",
}  # fmt: skip

_PERSONAL = {
    "e-mail addresses": "SELECT count(DISTINCT address) FROM customer_address",
    "customers with a name": (
        "SELECT count(*) FROM customer"
        " WHERE coalesce(name, '') || coalesce(firstname, '') || coalesce(lastname, '') <> ''"
    ),
    "message texts": "SELECT count(*) FROM message WHERE text <> ''",
    "orders with an e-mail address": "SELECT count(*) FROM shop_order WHERE email <> ''",
    "orders with a postal address": (
        'SELECT count(*) FROM shop_order WHERE data LIKE \'%"address1":"_%\' OR data LIKE \'%"zip":"_%\''
    ),
    "names or addresses of agents": "SELECT count(*) FROM agent WHERE coalesce(name, '') || coalesce(email, '') <> ''",
    "rows of other tables": "SELECT count(*) FROM external_row",
}

_RECORDED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ticket", ("created_at", "opened_at", "closed_at", "trashed_at", "updated_at")),
    ("message", ("created_at", "sent_at")),
    ("event", ("created_at",)),
    ("survey", ("scored_at",)),
    ("customer", ("updated_at",)),
    ("shop_order", ("created_at", "cancelled_at", "updated_at", "first_fulfilled_at", "last_fulfilled_at")),
    ("order_refund", ("at",)),
)
"""Where something that happened is dated. The end of a snooze is planned, not recorded."""

_FULL_HISTORY = (
    "SELECT count(*) FROM ticket"
    " WHERE EXISTS (SELECT 1 FROM event WHERE event.ticket_id = ticket.id AND object_type = 'Ticket')"
)

_MISSING = (
    ("SELECT NOT EXISTS (SELECT 1 FROM ticket)", "no tickets: nothing to replay"),
    ("SELECT NOT EXISTS (SELECT 1 FROM message)", "no messages: rules that read message.* cannot match"),
    ("SELECT NOT EXISTS (SELECT 1 FROM event)", "no events: every ticket has a lists-only history"),
    ("SELECT NOT EXISTS (SELECT 1 FROM shop_order)", "no orders: no money, and customer totals are those of today"),
    (
        "SELECT NOT EXISTS (SELECT 1 FROM shop_order) AND NOT EXISTS (SELECT 1 FROM shop_profile)",
        "no Shopify profiles: rules that read customer.orders_count or total_spent cannot match",
    ),
    ("SELECT NOT EXISTS (SELECT 1 FROM agent)", "no agents: assignees have no name or e-mail"),
    ("SELECT NOT EXISTS (SELECT 1 FROM tag)", "no tags: tags in events have no name"),
    ("SELECT NOT EXISTS (SELECT 1 FROM rule)", "no live rules: `live` cannot be replayed"),
)


class Skip(NamedTuple):
    """What an import left out or doubted."""

    kind: str
    reason: str
    times: int
    example: str | None


class Gap(NamedTuple):
    """A stretch without a new ticket: the instants of the ticket before and of the one after."""

    after: int
    before: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts by kind, period of ticket creation, history kinds, personal data, gaps, skipped records, missing parts."""

    fingerprint: str
    counts: dict[str, int]
    tables: dict[str, int]
    """Joined tables by name: rows."""
    since: int | None
    until: int | None
    newest: int | None
    """The newest instant recorded anywhere: the default `--as-of`."""
    full_history: int
    lists_only: int
    unknown_spam: int
    """Tickets of which only list items are known: their spam flag is not."""
    currencies: dict[str, int]
    gaps: tuple[Gap, ...]
    personal: dict[str, int]
    skipped: tuple[Skip, ...]
    missing: tuple[str, ...]


def summarise(connection: sqlite3.Connection) -> Summary:
    """Read the summary of an open snapshot."""
    since, until = connection.execute("SELECT min(created_at), max(created_at) FROM ticket").fetchone()
    tickets = _number(connection, "SELECT count(*) FROM ticket")
    full = full_histories(connection)
    return Summary(
        fingerprint=meta_value(connection, "fingerprint") or "",
        counts={name: _rows(connection, table) for name, table in _COUNTS.items()},
        tables=_pairs(connection, "SELECT table_name, count(*) FROM external_row GROUP BY 1 ORDER BY 1"),
        since=since,
        until=until,
        newest=newest_instant(connection),
        full_history=full,
        lists_only=tickets - full,
        unknown_spam=_number(connection, "SELECT count(*) FROM ticket WHERE spam IS NULL"),
        currencies=_pairs(connection, "SELECT currency, count(*) FROM shop_order GROUP BY 1 ORDER BY 1"),
        gaps=_gaps(connection),
        personal={what: _number(connection, query) for what, query in _PERSONAL.items()},
        skipped=tuple(Skip(*row) for row in connection.execute("SELECT * FROM skipped ORDER BY kind, reason")),
        missing=tuple(sentence for query, sentence in _MISSING if _number(connection, query)),
    )


def newest_instant(connection: sqlite3.Connection) -> int | None:
    """The newest instant recorded anywhere in a snapshot, or in the one it was cut from; None in an empty one."""
    found: list[int | None] = []
    for table, columns in _RECORDED:
        newest = ", ".join(f"max({column})" for column in columns)
        found.extend(connection.execute(f"SELECT {newest} FROM {table}").fetchone())  # noqa: S608 our own names
    return reaching(connection, NEWEST, max((at for at in found if at is not None), default=None))


def full_histories(connection: sqlite3.Connection) -> int:
    """Tickets of which the snapshot has events."""
    return _number(connection, _FULL_HISTORY)


def _gaps(connection: sqlite3.Connection) -> tuple[Gap, ...]:
    rows = connection.execute(
        "SELECT previous, created_at FROM (SELECT created_at, lag(created_at) OVER (ORDER BY created_at) AS previous"
        " FROM ticket) WHERE created_at - previous > ? ORDER BY 1",
        (_GAP * DAY,),
    )
    return tuple(Gap(*row) for row in rows)


def _number(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])


def _rows(connection: sqlite3.Connection, table: str) -> int:
    return _number(connection, f'SELECT count(*) FROM "{table}"')  # noqa: S608 our own names


def _pairs(connection: sqlite3.Connection, query: str) -> dict[str, int]:
    return {str(name): int(count) for name, count in connection.execute(query)}
