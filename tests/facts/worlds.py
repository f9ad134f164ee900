"""Small snapshots for the tests of facts, and history written as lines that can be compared at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing

from simulator.facts.facts import Facts, Mode, read_facts
from simulator.facts.history import History, Kind
from simulator.facts.read_history import read_history
from simulator.facts.values import Seen
from tests.twin.snapshots import Rows, open_snapshot

Row = dict[str, object]

SHOPIFY = "ticket.customer.integrations.shopify."
SPENT, COUNT = SHOPIFY + "customer.total_spent", SHOPIFY + "customer.orders_count"
CREATED, TAGS = SHOPIFY + "customer.created_at", SHOPIFY + "customer.tags"
LAST = SHOPIFY + "last_order."


def ticket(id: int = 1, at: int = 100, **columns: object) -> Row:
    """A ticket made at an instant."""
    return {"id": id, "created_at": at, **columns}


def message(id: int, at: int, ticket_id: int = 1, **columns: object) -> Row:
    """A message of a customer, unless said otherwise."""
    return {"id": id, "ticket_id": ticket_id, "created_at": at, "text": f"text {id}", **columns}


def event(id: int, at: int, type: str, data: object = None, ticket_id: int | None = 1, **columns: object) -> Row:
    """A recorded event of a ticket."""
    own = {"ticket_id": ticket_id, "object_id": ticket_id, "context": f"context {id}"}
    return {"id": id, "created_at": at, "type": type, "data": data or {}, **own, **columns}


def message_event(id: int, at: int, of: int, ticket_id: int = 1) -> Row:
    """The recorded event of a message."""
    return event(
        id, at, "ticket-message-created", {"message_id": of}, ticket_id, object_type="TicketMessage", object_id=of
    )


def survey_event(id: int, at: int, of: int) -> Row:
    """The recorded event of a survey's answer."""
    columns = {"object_type": "SatisfactionSurvey", "object_id": of}
    return event(id, at, "satisfaction-survey-responded", None, None) | columns


def history_of(rows: Rows) -> History:
    """The history of a snapshot of these rows."""
    with closing(open_snapshot(rows)) as connection:
        return read_history(connection)


def facts_of(rows: Rows, mode: Mode = "as-of") -> Facts:
    """The facts of a snapshot of these rows; the connection lives as long as they do."""
    connection = open_snapshot(rows)
    return read_facts(connection, read_history(connection), mode)


def lines(history: History) -> list[str]:
    """Each event as `instant key KIND value`."""
    shown = []
    for at, key, kind, value in zip(history.at, history.key, history.kind, history.value, strict=True):
        said = "" if value is None else f" {value}"
        shown.append(f"{at} {key} {Kind(kind).name}{said}")
    return shown


def looks(facts: Facts, path: str) -> list[Seen]:
    """What each event sees of a field, by single views."""
    return [facts.seen(path, row, at) for row, at in enumerate(facts.history.at)]


def at(facts: Facts, path: str, now: int) -> Seen:
    """A field on the first ticket at an instant after its creation."""
    return facts.seen(path, 0, now)


def rows(**tables: Sequence[Mapping[str, object]]) -> Rows:
    """Tables by name."""
    return tables
