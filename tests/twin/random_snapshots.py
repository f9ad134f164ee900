"""Random small snapshots: a handful of customers with several tickets each, crowded in time so that things collide."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.instants import DAY, HOUR, MINUTE, SECOND, format_instant, parse_instant
from tests.twin.dice import Dice
from tests.twin.snapshots import Row, Rows

BASE = parse_instant("2026-03-02T08:00:00Z")
"""A Monday. All happens a few steps after it; the steps meet the durations that rules name, and their borders."""

STEPS = (
    0, 0, MINUTE, 4 * MINUTE, 5 * MINUTE - SECOND, 5 * MINUTE, 6 * MINUTE, 10 * MINUTE, HOUR, 2 * HOUR, 10 * HOUR,
    DAY, DAY + 5 * MINUTE, 5 * DAY,
)  # fmt: skip
TEXTS = (
    "I want a Refund", "refund please\n\nthanks", "REMBOURSEMENT de l'e\u0301té", "Été", "hello {{customer.email}}",
    "İstanbul STRASSE", "straße ΟΔΟΣ", "thanks for your order", "", None, "x" * 3 + "refunds",
)  # fmt: skip
SUBJECTS = ("Order 1001", "order 1001", "Été", "", None)
CHANNELS = ("email", "chat", "Email", None)
TAGS = ("VIP", "vip", "refund", "late", "été")
AGENTS = (7, 8, 9)  # 9 is not in the snapshot
TEAMS = (5, 6)  # 6 is not in the snapshot
CUSTOMERS = (1, 2, 3)
ADDRESSES = {1: "Anna@shop.example", 2: "bob@shop.example", 3: None}
EVENT_TYPES = (
    "ticket-closed", "ticket-reopened", "ticket-unassigned", "ticket-team-unassigned", "ticket-customer-updated",
    "ticket-marked-spam", "ticket-unmarked-spam", "ticket-self-unsnoozed", "ticket-trashed", "ticket-untrashed",
    "ticket-merged", "ticket-split", "macro-applied", "something-new",
)  # fmt: skip

ANYTHING = ("gold", "Gold", "12", 12, 12.5, True, "", ["a", "VIP"], "2026-03-02T09:00:00Z", None)
MACROS: list[Row] = [
    {"id": 1, "name": "Refund", "actions": [
        {"name": "addTags", "arguments": {"tags": "refund, late"}},
        {"name": "setResponseText", "arguments": {"body_text": "Dear {{ticket.customer.firstname}}, {{message.text}}"}},
    ]},
    {"id": 2, "name": "Close", "actions": [
        {"name": "setStatus", "arguments": {"status": "closed"}},
        {"name": "http", "arguments": {"url": "https://x.example"}},
        {"name": "snoozeTicket", "arguments": {"snooze_timedelta": "1h"}},
    ]},
]  # fmt: skip


@dataclass
class _World:
    """Rows as they are made, and the dice they are made with."""

    dice: Dice
    rows: dict[str, list[Row]]

    def instant(self) -> int:
        """Up to three steps after the base."""
        return BASE + sum(self.dice.pick(*STEPS) for _ in range(3))


def snapshot(dice: Dice) -> Rows:
    """The rows of a snapshot, for `open_snapshot` or `write_snapshot`."""
    rows: dict[str, list[Row]] = {
        "agent": [{"id": 7, "email": "Lea@Shop.example"}, {"id": 8, "email": "max@shop.example"}],
        "team": [{"id": 5, "name": "Returns"}],
        "tag": [{"id": place, "name": name} for place, name in enumerate(TAGS, start=1)],
        "customer": [_customer(dice, id) for id in CUSTOMERS],
        "customer_address": [{"customer_id": id, "address": mail.lower()} for id, mail in ADDRESSES.items() if mail],
        "macro": MACROS,
    }  # fmt: skip
    for table in ("ticket", "message", "event", "survey", "shop_order", "order_refund", "shop_profile", "external_row"):
        rows[table] = []
    world = _World(dice, rows)
    for ticket in range(1, dice.throw(5) + 2):
        _ticket(world, ticket)
    _shop(world)
    return rows


def _customer(dice: Dice, id: int) -> Row:
    return {
        "id": id, "email": ADDRESSES[id], "name": f"Customer {id}", "firstname": dice.pick(None, "Anna"),
        "language": dice.pick(None, "fr", "en"),
        "data": dice.maybe(lambda: {"points": dice.pick(*ANYTHING), "tier": dice.pick(*ANYTHING)}),
        "custom_fields": {field: dice.pick(*ANYTHING) for field in dice.some(("3", "4"), 2)},
        "integrations": dice.pick({}, {"smile": {"customer": {"vip_tier": {"name": "Gold"}}}}),
    }  # fmt: skip


def _ticket(world: _World, id: int) -> None:
    """A ticket with its messages, events and survey; ids rise with the place in the list, times need not."""
    dice, created, first = world.dice, world.instant(), 1000 * id
    world.rows["ticket"].append({
        "id": id, "customer_id": dice.pick(1, 1, 1, 2, 3, None), "created_at": created,
        "closed_at": dice.maybe(world.instant), "channel": dice.pick(*CHANNELS), "via": dice.pick("email", "api", None),
        "language": dice.pick(None, "fr"), "from_agent": dice.pick(0, 1, None), "subject": dice.pick(*SUBJECTS),
        "spam": dice.pick(0, 0, 1, None), "opened_at": dice.maybe(world.instant),
    })  # fmt: skip
    lists_only = dice.pick(False, False, False, True)
    if not lists_only:
        world.rows["event"].append(_event(first, id, created, "ticket-created", None, {}, None))
    for place in range(1, 2 + dice.throw(7)):
        key, at = first + 3 * place, dice.pick(created, world.instant(), world.instant())
        happened = dice.pick("message", "message", "change", "change", "change", "survey")
        if happened == "survey":
            _survey(world, id, key, at)
        elif happened == "change" and not lists_only:
            _change(world, id, key, at)
        else:
            _message(world, id, key, at, recorded=not lists_only and dice.pick(False, True))


def _message(world: _World, ticket: int, id: int, at: int, recorded: bool) -> None:
    pick = world.dice.pick
    world.rows["message"].append({
        "id": id, "ticket_id": ticket, "created_at": at, "sent_at": world.dice.maybe(world.instant),
        "from_agent": pick(0, 0, 0, 1, None), "public": pick(1, 1, 0, None), "channel": pick(*CHANNELS),
        "via": pick("email", "api", None), "integration_id": pick(None, 4), "rule_id": pick(None, None, None, None, 1),
        "subject": pick(*SUBJECTS), "text": pick(*TEXTS), "sender_email": pick("anna@shop.example", None),
        "receiver_email": pick("help@shop.example", "Anna@shop.example", None),
        "source_address": pick(None, "help@shop.example"),
        "source_name": pick(None, "Help"), "intents": pick([], ["refund/request"], ["refund/request", "VIP"]),
        "sentiments": pick([], ["negative"]),
    })  # fmt: skip
    if recorded:
        event = _event(id + 1, ticket, at, "ticket-message-created", None, {"message_id": id}, None)
        world.rows["event"].append({**event, "object_type": "TicketMessage", "object_id": id})


def _survey(world: _World, ticket: int, id: int, at: int) -> None:
    if all(survey["ticket_id"] != ticket for survey in world.rows["survey"]):
        world.rows["survey"].append({"id": id, "ticket_id": ticket, "score": 1 + world.dice.throw(5), "scored_at": at})


def _change(world: _World, ticket: int, id: int, at: int) -> None:
    """A recorded change, by somebody or nobody, in a context in which rules ran or not."""
    type_, data = _type_and_data(world)
    user, ran = world.dice.pick((1, False), (1, True), (None, False), (None, True))
    context = f"ran-{id}" if ran else None
    if ran:
        executed = _event(id + 1, ticket, at, "rule-executed", None, {"id": 1}, context)
        world.rows["event"].append({**executed, "object_type": "Rule", "object_id": 1})
    world.rows["event"].append(_event(id, ticket, at, type_, user, data, context))


def _type_and_data(world: _World) -> tuple[str, Row]:
    pick = world.dice.pick
    match pick(
        "tags-added",
        "tags-removed",
        "assigned",
        "team-assigned",
        "snoozed",
        "subject-updated",
        "other",
        "other",
        "other",
    ):
        case "tags-added" | "tags-removed" as change:
            tags = world.dice.some(tuple(range(1, len(TAGS) + 2)), 2, 1)
            return f"ticket-{change}", {change.replace("-", "_"): tags}
        case "assigned":
            return "ticket-assigned", {"assignee_user_id": pick(*AGENTS)}
        case "team-assigned":
            return "ticket-team-assigned", {"assignee_team_id": pick(*TEAMS)}
        case "snoozed":
            return "ticket-snoozed", {"snooze_datetime": world.dice.maybe(lambda: format_instant(world.instant()))}
        case "subject-updated":
            return "ticket-subject-updated", {pick("subject", "new_subject"): pick(*SUBJECTS, "VIP only")}
        case _:
            return pick(*EVENT_TYPES), {}


def _event(id: int, ticket: int, at: int, type_: str, user: int | None, data: Row, context: str | None) -> Row:
    return {
        "id": id, "ticket_id": ticket, "object_id": ticket, "type": type_, "user_id": user, "context": context,
        "data": dict(data), "created_at": at,
    }  # fmt: skip


def _shop(world: _World) -> None:
    """Orders before, at and after the events, some with refunds; profiles of today; a joined table."""
    dice, pick = world.dice, world.dice.pick
    for id in range(1, dice.throw(5) + 1):
        world.rows["shop_order"].append({
            "id": id, "created_at": pick(BASE - DAY, world.instant()),
            "email": pick("anna@shop.example", "bob@shop.example", None),
            "total_minor": pick(1250, 0, 50000), "currency": pick("EUR", "EUR", "USD"),
            "financial_status": pick("paid", "pending", "partially_refunded", "voided"),
            "fulfillment_status": pick(None, "fulfilled"), "test": pick(0, 0, 0, 1), "tags": ["VIP"],
            "data": {"name": f"#{id}", "shipping_address": {"country": pick("France", None)}},
        })  # fmt: skip
        if pick(False, True):
            world.rows["order_refund"].append(
                {"id": id, "order_id": id, "at": dice.maybe(world.instant), "amount_minor": 1250}
            )
    if pick(False, True):
        profile = {"orders_count": 6, "total_spent": "612.50", "currency": "EUR", "tags": ["VIP", "b2b"]}
        world.rows["shop_profile"].append({"customer_id": pick(*CUSTOMERS), "integration_id": 1, **profile})
    for row in range(dice.throw(3)):
        world.rows["external_row"].append({
            "table_name": "loyalty", "row": row, "key": "anna@shop.example", "at": dice.maybe(world.instant),
            "columns": {"tier": pick("Gold", "silver"), "points": str(row)},
        })  # fmt: skip
