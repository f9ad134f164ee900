"""A smaller snapshot cut out of a larger one: customers with all that is theirs, replayed just as in the whole.

Kept whole: the customers of the chosen tickets, with everybody who was merged with them, all their tickets, messages,
events, surveys, profiles, orders and refunds. Kept as they are: agents, teams, tags, macros, rules, views, joined
tables. Kept of others is only what the replay of the kept tickets rests on:

- who else has the shop id or address of a kept order (id and that one key, nothing else), so that an order which is
  nobody's stays nobody's;
- that a rule ran in a context (id, context and instant of one event), so that a rule's change stays a rule's;
- the last instants of the whole (`horizon.py`), so that snoozes end and money is counted as there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from simulator.addresses import normal_address
from simulator.diagnostics import Location
from simulator.errors import input_error
from simulator.snapshot.belongings import Kept, kept_of
from simulator.snapshot.guard import read_only_uri
from simulator.snapshot.horizon import LAST_EVENT, NEWEST, carry
from simulator.snapshot.store import meta_value
from simulator.snapshot.summary import newest_instant
from simulator.snapshot.write import writing

COUNTED = {
    "tickets": "ticket", "customers": "customer", "messages": "message", "events": "event", "surveys": "survey",
    "orders": "shop_order", "refunds": "order_refund",
}  # fmt: skip
"""What a slice is told in: kind -> table."""


@dataclass(frozen=True, slots=True)
class Sliced:
    """What was cut: records by kind before and after, and the customers of whom only a key was kept."""

    fingerprint: str
    before: dict[str, int]
    after: dict[str, int]
    bystanders: int


def cut(
    whole: sqlite3.Connection, source: Path, target: Path, tickets: Collection[int], last_event: int | None
) -> Sliced:
    """Write the slice of `source`, open as `whole`, with the customers of `tickets` to `target`.

    `last_event` is the instant of the last outside event of the whole. An older snapshot at `target` is replaced.
    Raises InputError: S011 the target is the source, S002 and S004 it is no snapshot, S007 the source changed in
    between, and what `writing` raises.
    """
    if target.exists() and source.samefile(target):
        raise input_error("S011", "a slice cannot replace the snapshot it is cut from", Location(str(target)))
    kept = kept_of(whole, tickets)
    with writing(target, fresh=True) as work:
        _attach(work.connection, source, meta_value(whole, "fingerprint"))
        _mark(work.connection, kept)
        for statement in (*_OWN, *_OTHERS, *_COMMON):
            work.connection.execute(statement)
        carry(work.connection, LAST_EVENT, last_event)
        carry(work.connection, NEWEST, newest_instant(whole))
        before, after = _counts(work.connection, "whole"), _counts(work.connection, "main")
        _note(work.connection, before["tickets"] - after["tickets"])
        _detach(work.connection)
    return Sliced(work.fingerprint, before, after, len(kept.bystanders))


def _attach(connection: sqlite3.Connection, source: Path, expected: str | None) -> None:
    """Lay the source beside the new snapshot, for reading only; it must still be the one that was checked."""
    connection.create_function("normal_address", 1, lambda text: text and normal_address(text), deterministic=True)
    connection.execute("ATTACH ? AS whole", (read_only_uri(source),))
    (found,) = connection.execute("SELECT value FROM whole.meta WHERE key = 'fingerprint'").fetchone() or (None,)
    if found != expected:
        raise input_error("S007", "the snapshot was replaced meanwhile: start again", Location(str(source)))


def _detach(connection: sqlite3.Connection) -> None:
    """Only between transactions; the new snapshot has no name yet, so nobody sees a half one."""
    connection.execute("COMMIT")
    connection.execute("DETACH whole")
    connection.execute("BEGIN")


def _mark(connection: sqlite3.Connection, kept: Kept) -> None:
    """What is kept, as temporary tables of ids and keys."""
    marks: dict[str, Iterable[int | str]] = {
        "kept_ticket": kept.tickets, "kept_customer": kept.customers, "kept_order": kept.orders,
        "bystander": kept.bystanders, "shared_shop_id": kept.shop_ids, "shared_address": kept.addresses,
    }  # fmt: skip
    for name, values in marks.items():
        connection.execute(f"CREATE TEMP TABLE {name} (id PRIMARY KEY) WITHOUT ROWID")
        connection.executemany(f"INSERT INTO {name} VALUES (?)", ((value,) for value in values))  # noqa: S608 our own


def _counts(connection: sqlite3.Connection, schema: str) -> dict[str, int]:
    return {
        kind: int(connection.execute(f"SELECT count(*) FROM {schema}.{table}").fetchone()[0])  # noqa: S608 our own
        for kind, table in COUNTED.items()
    }


def _note(connection: sqlite3.Connection, missing: int) -> None:
    """Every report on a slice says that it is one."""
    if missing:
        connection.execute(
            "INSERT INTO skipped VALUES ('tickets', 'left out: a slice of a larger snapshot', ?, NULL)"
            " ON CONFLICT DO UPDATE SET count = count + excluded.count",
            (missing,),
        )


def _copy(table: str, condition: str = "1") -> str:
    return f'INSERT INTO main."{table}" SELECT * FROM whole."{table}" WHERE {condition}'  # noqa: S608 our own names


_TICKETS, _CUSTOMERS = "(SELECT id FROM kept_ticket)", "(SELECT id FROM kept_customer)"
_TELLS_OF = """type = '{type}' AND CASE WHEN object_id IS NOT NULL AND object_type = '{own}' THEN object_id
    WHEN json_valid(data) THEN json_extract(data, '$.{name}') END IN (SELECT id FROM main.{table})"""
_EVENTS = (
    f"ticket_id IN {_TICKETS}",
    f"object_type = 'Ticket' AND object_id IN {_TICKETS}",
    f"object_type = 'Customer' AND object_id IN {_CUSTOMERS}",
    _TELLS_OF.format(type="ticket-message-created", own="TicketMessage", name="message_id", table="message"),
    _TELLS_OF.format(
        type="satisfaction-survey-responded", own="SatisfactionSurvey", name="satisfaction_survey_id", table="survey"
    ),
)
"""Which events are kept. One that tells of a message or survey says where that one is replayed."""

_OWN = (
    _copy("ticket", f"id IN {_TICKETS}"),
    _copy("message", f"ticket_id IN {_TICKETS}"),
    _copy("survey", f"ticket_id IN {_TICKETS}"),
    _copy("customer", f"id IN {_CUSTOMERS}"),
    _copy("customer_address", f"customer_id IN {_CUSTOMERS}"),
    _copy("shop_profile", f"customer_id IN {_CUSTOMERS}"),
    _copy("shop_order", "id IN (SELECT id FROM kept_order)"),
    _copy("order_refund", "order_id IN (SELECT id FROM kept_order)"),
    _copy("event", " OR ".join(f"({one})" for one in _EVENTS)),
)
"""The records of the kept customers."""

_OTHERS = (
    """INSERT INTO main.customer (id, email, custom_fields, integrations, merged_into)
    SELECT id, CASE WHEN normal_address(email) IN (SELECT id FROM shared_address) THEN email END, '{}', '{}',
        merged_into FROM whole.customer WHERE id IN (SELECT id FROM bystander)""",
    """INSERT INTO main.customer_address SELECT customer_id, address FROM whole.customer_address
    WHERE customer_id IN (SELECT id FROM bystander)
        AND normal_address(address) IN (SELECT id FROM shared_address)""",
    """INSERT INTO main.shop_profile (customer_id, integration_id, shop_customer_id, tags, orders)
    SELECT customer_id, integration_id, shop_customer_id, '[]', '[]' FROM whole.shop_profile
    WHERE customer_id IN (SELECT id FROM bystander) AND shop_customer_id IN (SELECT id FROM shared_shop_id)""",
    """INSERT INTO main.event (id, type, context, data, created_at)
    SELECT min(id), type, context, '{}', created_at FROM whole.event
    WHERE type = 'rule-executed' AND context IN (SELECT context FROM main.event)
        AND context NOT IN (SELECT context FROM main.event WHERE type = 'rule-executed' AND context IS NOT NULL)
    GROUP BY context""",
)
"""What the kept tickets rest on of others: keys, and that a rule ran."""

_COMMON = tuple(_copy(table) for table in ("agent", "team", "tag", "rule", "macro", "view", "external_row", "skipped"))
"""What is nobody's own. Not the list of files read: the whole export can be imported into a slice again."""
