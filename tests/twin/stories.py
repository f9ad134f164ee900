"""Reads the `tickets` of a case, told as what people did and when, into the rows of a snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simulator.instants import parse_instant
from tests.twin.snapshots import Row

Item = Mapping[str, object]

DAY = "2026-03-02"
"""A Monday: times of a case without a date are on it, in UTC."""

MESSAGES = ("customer", "agent", "old_rule")
WITH_DATA = {
    "tags": ("ticket-tags-added", "tags_added"),
    "untags": ("ticket-tags-removed", "tags_removed"),
    "assigned": ("ticket-assigned", "assignee_user_id"),
    "team": ("ticket-team-assigned", "assignee_team_id"),
    "subject": ("ticket-subject-updated", "subject"),
    "snoozed": ("ticket-snoozed", "snooze_datetime"),
}
EVENTS_BEGIN, TICKET_SPAN = 100, 100


def instant(text: object) -> int:
    """`09:00` and `09:00:30` on the day of the cases, or any full ISO instant."""
    written = str(text)
    return parse_instant(written if "-" in written else f"{DAY}T{written}Z")


def told(case: Mapping[str, object]) -> dict[str, list[Row]]:
    """The rows of a case: its tickets as told, and whatever stands under `rows` as it is."""
    rows: dict[str, list[Row]] = {
        "customer": _customers(case),
        "tag": [],
        "ticket": [],
        "message": [],
        "event": [],
        "survey": [],
    }
    names = _tag_names(case)
    rows["tag"] = [{"id": place, "name": name} for place, name in enumerate(names, start=1)]
    for ticket in _items(case, "tickets"):
        _ticket(ticket, names, rows)
    for table, records in _mapping(case.get("rows", {})).items():
        rows.setdefault(table, []).extend(_timed(_mapping(record)) for record in _list(records))
    return rows


def _customers(case: Mapping[str, object]) -> list[Row]:
    """The customers told of; each other that a ticket names is known by an address alone."""
    given = {item["id"]: item for item in _items(case, "customers")}
    for ticket in _items(case, "tickets"):
        id = ticket.get("customer", 1)
        if id is not None and id not in given:
            given[id] = {"id": id, "email": f"c{id}@shop.example", "name": f"Customer {id}"}
    return list(given.values())


def _tag_names(case: Mapping[str, object]) -> list[str]:
    names: set[str] = set()
    for ticket in _items(case, "tickets"):
        for item in _items(ticket, "events"):
            names.update(str(tag) for key in ("tags", "untags") for tag in _list(item.get(key, [])))
    return sorted(names)


def _ticket(ticket: Item, names: list[str], rows: dict[str, list[Row]]) -> None:
    id, items = _number(ticket["id"]), list(_items(ticket, "events"))
    created = instant(ticket.get("created", items[0]["at"]))
    record = {
        "id": id,
        "customer_id": ticket.get("customer", 1),
        "created_at": created,
        **_mapping(ticket.get("record", {})),
    }
    rows["ticket"].append(_timed(record))
    if not ticket.get("lists_only"):
        rows["event"].append(_event(id * TICKET_SPAN + 99, id, created, "ticket-created", None, {}))
    for place, item in enumerate(items):
        key = id * TICKET_SPAN + place
        for table, row in _rows_of(item, key, id, names):
            rows[table].append(row)


def _rows_of(item: Item, key: int, ticket: int, names: list[str]) -> Iterator[tuple[str, Row]]:
    """The rows of one thing that happened: `key` is the id of its message, event or survey."""
    at, user = instant(item["at"]), item.get("by", 1)
    for writer in MESSAGES:
        if writer in item:
            yield "message", _message(item, writer, key, ticket, at)
            if "recorded" in item:
                event = _event(_number(item["recorded"]), ticket, at, "ticket-message-created", user, {})
                yield "event", {
                    **event,
                    "object_type": "TicketMessage", "object_id": key,
                }  # fmt: skip
            return
    if "survey" in item:
        yield "survey", {"id": key, "ticket_id": ticket, "score": item["survey"], "scored_at": at}
        return
    context = f"context-{key}" if user == "rule" else None
    if user == "rule":
        yield (
            "event",
            {**_event(key + 50, ticket, at, "rule-executed", None, {}), "object_type": "Rule", "context": context},
        )
    type_, data = _change(item, names)
    yield "event", {**_event(key, ticket, at, type_, None if user == "rule" else user, data), "context": context}


def _message(item: Item, writer: str, key: int, ticket: int, at: int) -> Row:
    own = {"from_agent": writer != "customer", "rule_id": 1 if writer == "old_rule" else None}
    sent = {"sender_email": f"{writer}@shop.example", "sent_at": at, "text": item[writer]}
    return _timed(
        {"id": key, "ticket_id": ticket, "created_at": at, **sent, **own, **_mapping(item.get("message", {}))}
    )


def _change(item: Item, names: list[str]) -> tuple[str, Row]:
    if "do" in item:
        return str(item["do"]), {}
    for key, (type_, name) in WITH_DATA.items():
        if key in item:
            value = item[key]
            if key in ("tags", "untags"):
                return type_, {name: [names.index(str(tag)) + 1 for tag in _list(value)]}
            if key == "snoozed" and value is not None:
                return type_, {name: str(value) if "-" in str(value) else f"{DAY}T{value}Z"}
            return type_, {name: value}
    raise ValueError(f"nothing happened: {dict(item)}")


def _event(key: int, ticket: int, at: int, type_: str, user: object, data: Row) -> dict[str, object]:
    return {
        "id": key, "ticket_id": ticket, "object_id": ticket, "type": type_, "user_id": user, "data": dict(data),
        "created_at": at,
    }  # fmt: skip


def _timed(record: Item) -> Row:
    """A row whose instants (`*_at` and `at`) are written as times."""
    return {
        name: instant(value) if isinstance(value, str) and (name == "at" or name.endswith("_at")) else value
        for name, value in record.items()
    }


def _items(of: Mapping[str, object], name: str) -> list[Item]:
    return [_mapping(item) for item in _list(of.get(name, []))]


def _mapping(value: object) -> Mapping[str, object]:
    assert isinstance(value, Mapping), value
    return value


def _list(value: object) -> list[object]:
    assert isinstance(value, list), value
    return value


def _number(value: object) -> int:
    assert isinstance(value, int), value
    return value
