"""Small export records for the tests, as the API gives them, and a short way to import and to look."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from simulator.snapshot.store import open_snapshot
from simulator.sources.gorgias.export import GORGIAS
from simulator.sources.intake import Imported, Source, import_paths
from simulator.sources.shopify.export import SHOPIFY

CREATED = "2026-03-02T09:00:00+00:00"
LATER = "2026-03-02T10:00:00.250000+00:00"


def ticket(identity: int = 1, **changes: Any) -> dict[str, Any]:
    """A list item."""
    return {
        "id": identity,
        "uri": f"/api/tickets/{identity}/",
        "status": "open",
        "priority": "normal",
        "channel": "email",
        "via": "email",
        "from_agent": False,
        "customer": {"id": 40, "email": "Ann@Example.com ", "name": "Ann"},
        "assignee_user": {"id": 9, "name": "Bo", "email": "bo@shop.example"},
        "assignee_team": {"id": 3, "name": "Care"},
        "language": "en",
        "subject": "Where is it?",
        "tags": [{"id": 21, "name": "refund"}, {"id": 20, "name": "VIP"}],
        "created_datetime": CREATED,
        "updated_datetime": CREATED,
        **changes,
    }


def detail(identity: int = 1, **changes: Any) -> dict[str, Any]:
    """GET /api/tickets/{id}: with spam, messages, survey and the whole customer."""
    return {
        **ticket(identity),
        "spam": True,
        "customer": customer(),
        "messages": [message(identity * 10)],
        "satisfaction_survey": {"id": 70, "score": 4, "scored_datetime": LATER},
        **changes,
    }


def message(identity: int = 10, **changes: Any) -> dict[str, Any]:
    """A message without its ticket's id, as inside a detail."""
    return {
        "id": identity,
        "public": True,
        "channel": "email",
        "via": "email",
        "source": {"type": "email", "from": {"name": "Ann", "address": "ann@example.com"}},
        "sender": {"id": 40, "email": "ann@example.com"},
        "receiver": None,
        "intents": [{"name": "shipping/status"}],
        "from_agent": False,
        "body_text": "Hello\n> quoted",
        "stripped_text": "Hello",
        "created_datetime": CREATED,
        "sent_datetime": CREATED,
        **changes,
    }


def customer(identity: int = 40, **changes: Any) -> dict[str, Any]:
    """GET /api/customers/{id}: with channels and integrations."""
    shop = {
        "__integration_type__": "shopify",
        "customer": {"id": 650, "orders_count": 2, "total_spent": "80.10", "currency": "EUR", "tags": "b, a,,a"},
        "orders": [{"id": 1, "created_at": CREATED}, {"id": 2, "created_at": LATER}],
    }
    smile = {"__integration_type__": "smile"}
    return {
        "id": identity,
        "email": "Ann@Example.com ",
        "name": "Ann",
        "channels": [{"type": "email", "address": "ANN@work.example"}, {"type": "phone", "address": "1"}],
        "integrations": {"7": shop, "9": {**smile, "n": 9}, "8": {**smile, "n": 8}},
        **changes,
    }  # fmt: skip


def event(identity: int, type: str, object_type: str, object_id: int, **changes: Any) -> dict[str, Any]:
    """GET /api/events."""
    return {
        "id": identity,
        "uri": f"/api/events/{identity}/",
        "type": type,
        "object_type": object_type,
        "object_id": object_id,
        "user_id": None,
        "context": "c",
        "data": {},
        "created_datetime": CREATED,
        **changes,
    }


def order(identity: int = 500, **changes: Any) -> dict[str, Any]:
    """GET /admin/api/orders.json."""
    return {
        "id": identity,
        "admin_graphql_api_id": f"gid://shopify/Order/{identity}",
        "name": f"#{identity}",
        "created_at": "2026-03-03T10:00:00+01:00",
        "updated_at": "2026-03-03T10:00:00+01:00",
        "currency": "EUR",
        "email": " Ann@Example.com",
        "financial_status": "paid",
        "fulfillment_status": None,
        "total_price": "50.00",
        "total_outstanding": "0.00",
        "tags": "gift, vip",
        "test": False,
        "source_name": "web",
        "customer": {"id": 650},
        "line_items": [{"id": 1}],
        "refunds": [],
        **changes,
    }


def write(path: Path, value: Any) -> Path:
    """A JSON page, or JSON Lines by its suffix."""
    if path.suffix == ".jsonl":
        text = "".join(json.dumps(record) + "\n" for record in value)
    else:
        text = json.dumps(value)
    path.write_text(text, encoding="utf-8")
    return path


def gorgias(snapshot: Path, *paths: Path) -> Imported:
    """`import gorgias`."""
    return _import(snapshot, paths, GORGIAS)


def shopify(snapshot: Path, *paths: Path) -> Imported:
    """`import shopify`."""
    return _import(snapshot, paths, SHOPIFY)


def _import(snapshot: Path, paths: tuple[Path, ...], source: Source) -> Imported:
    return import_paths(snapshot, paths, source, lambda _count: None)


def rows(snapshot: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query gives on a snapshot, opened as for a replay."""
    with closing(open_snapshot(snapshot)) as connection:
        return connection.execute(query).fetchall()
