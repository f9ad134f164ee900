"""The made-up helpdesk as an export of the API, in JSON Lines, for `import gorgias`: the snapshot written backwards."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from simulator.instants import format_instant

Record = dict[str, Any]
Row = Mapping[str, Any]


def make_export(snapshot: Path, folder: Path) -> int:
    """Write the export into the folder, unless it is there; how many records it has."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with closing(sqlite3.connect(snapshot)) as connection:
        connection.row_factory = sqlite3.Row
        profiles = _profiles(connection)
        for stem, table, record in _FILES:
            path = folder / f"{stem}.jsonl"
            with path.open("w", encoding="utf-8") as out:
                for row in connection.execute(f"SELECT * FROM {table} ORDER BY id"):  # noqa: S608 our own names
                    made = record(row)
                    if table == "customer" and row["id"] in profiles:
                        made["integrations"] = profiles[row["id"]]
                    out.write(json.dumps(made, ensure_ascii=False) + "\n")
                    count += 1
    return count


def _profiles(connection: sqlite3.Connection) -> dict[int, Record]:
    return {row["customer_id"]: {str(row["integration_id"]): _profile(row)} for row in _rows(connection)}


def _rows(connection: sqlite3.Connection) -> Iterator[Row]:
    yield from connection.execute("SELECT * FROM shop_profile")


def _profile(row: Row) -> Record:
    customer = {
        "id": row["shop_customer_id"], "created_at": _at(row["created_at"]), "orders_count": row["orders_count"],
        "total_spent": row["total_spent"], "currency": row["currency"], "tags": ", ".join(json.loads(row["tags"])),
    }  # fmt: skip
    return {"__integration_type__": "shopify", "customer": customer, "orders": []}


def _ticket(row: Row) -> Record:
    return {
        "id": row["id"], "uri": f"/api/tickets/{row['id']}/", "customer": {"id": row["customer_id"]},
        "channel": row["channel"], "via": row["via"], "from_agent": bool(row["from_agent"]),
        "language": row["language"], "subject": row["subject"], "status": row["status"],
        "priority": row["priority"], "spam": bool(row["spam"]),
        "assignee_user": _id(row["assignee_user_id"]), "assignee_team": _id(row["assignee_team_id"]),
        "tags": [{"name": name} for name in json.loads(row["tags"])], "custom_fields": {},
        "created_datetime": _at(row["created_at"]), "opened_datetime": _at(row["opened_at"]),
        "closed_datetime": _at(row["closed_at"]), "snooze_datetime": None, "trashed_datetime": None,
        "updated_datetime": _at(row["updated_at"]),
    }  # fmt: skip


def _message(row: Row) -> Record:
    return {
        "id": row["id"], "uri": f"/api/tickets/{row['ticket_id']}/messages/{row['id']}/", "ticket_id": row["ticket_id"],
        "public": True, "channel": row["channel"], "via": row["via"], "integration_id": row["integration_id"],
        "source": {"type": row["channel"], "from": {"name": row["source_name"], "address": row["source_address"]}},
        "sender": {"email": row["sender_email"]},
        "receiver": row["receiver_email"] and {"email": row["receiver_email"]}, "rule_id": None,
        "from_agent": bool(row["from_agent"]), "subject": row["subject"], "body_text": row["text"],
        "body_html": f"<p>{row['text']}</p>", "stripped_text": row["text"],
        "intents": [{"name": name} for name in json.loads(row["intents"])], "sentiments": [], "attachments": [],
        "created_datetime": _at(row["created_at"]), "sent_datetime": _at(row["sent_at"]),
    }  # fmt: skip


def _customer(row: Row) -> Record:
    names = {name: row[name] for name in ("id", "email", "name", "firstname", "lastname", "language")}
    channels = [{"type": "email", "address": row["email"]}]
    return {**names, "uri": f"/api/customers/{row['id']}/", "channels": channels, "integrations": {}}


def _event(row: Row) -> Record:
    kept = {name: row[name] for name in ("id", "type", "object_type", "object_id", "user_id", "context")}
    data, at = json.loads(row["data"]), _at(row["created_at"])
    return {**kept, "uri": f"/api/events/{row['id']}/", "data": data, "created_datetime": at}


def _survey(row: Row) -> Record:
    kept = {name: row[name] for name in ("id", "ticket_id", "customer_id", "score")}
    return {**kept, "uri": f"/api/satisfaction-surveys/{row['id']}/", "scored_datetime": _at(row["scored_at"])}


def _plain(row: Row) -> Record:
    found = {key: row[key] for key in row.keys()}  # noqa: SIM118 a sqlite3.Row iterates over its values
    return {**found, "active": bool(found["active"])} if "active" in found else found


def _id(value: int | None) -> Record | None:
    return None if value is None else {"id": value}


def _at(value: int | None) -> str | None:
    return None if value is None else format_instant(value)


_FILES: tuple[tuple[str, str, Callable[[Row], Record]], ...] = (
    ("tickets", "ticket", _ticket),
    ("messages", "message", _message),
    ("customers", "customer", _customer),
    ("events", "event", _event),
    ("satisfaction_surveys", "survey", _survey),
    ("tags", "tag", _plain),
    ("users", "agent", _plain),
    ("teams", "team", _plain),
)
"""File, table, and what makes a record of a row."""
