"""Random rule sets over the same small world: every trigger, field kind, operator and action, as files have them."""

from __future__ import annotations

import json
from collections.abc import Callable

from simulator.rules.fields import Type, canonical, field_of
from simulator.rules.model import Trigger
from simulator.rules.operators import OPERATORS, Shape, fitting
from tests.twin.dice import Dice
from tests.twin.random_snapshots import SUBJECTS, TAGS

Tree = object  # what json.dumps takes

TRIGGERS = ("ticket-updated", "ticket-message-created", *(trigger.value for trigger in Trigger))

WORDS = (
    "refund",
    "REFUND",
    "thanks",
    "été",
    "e\u0301te\u0301",
    "i\u0307stanbul",
    "ΟΔΟΣ",
    "strasse",
    "Order",
    "1001",
    "x",
    "VIP",
    "gold",
    "shop.example",
    "Anna@",
)
DURATIONS = ("0s", "1m", "4m", "5m", "1h", "2h", "1d", "5d")
INSTANTS = ("2026-03-02T08:00:00Z", "2026-03-02T08:05:00Z", "2026-03-02T10:00", "2026-03-03", "2026-03-02T09:00:00Z")
PATHS = (
    "ticket.tags", "ticket.tags", "ticket.tags", "ticket.priority", "ticket.status", "ticket.assignee_user_id",
    "ticket.assignee_user.email", "ticket.assignee_team_id", "ticket.subject", "ticket.spam", "ticket.snooze_datetime",
    "ticket.snooze_datetime", "ticket.custom_fields.3", "ticket.custom_fields.4", "ticket.channel", "ticket.via",
    "ticket.language", "ticket.from_agent", "ticket.created_datetime", "ticket.opened_datetime",
    "ticket.last_message_datetime", "ticket.last_message_datetime", "ticket.last_received_message_datetime",
    "ticket.satisfaction_survey.score", "message.text", "message.text", "message.text", "message.subject",
    "message.channel", "message.via", "message.from_agent", "message.from_agent", "message.public",
    "message.integration_id", "message.created_datetime", "message.sent_datetime", "message.sender.email",
    "message.receiver.email", "message.source.from.address", "message.source.from.name", "message.intents.name",
    "message.sentiments.name", "customer.email", "customer.name", "customer.language", "customer.data.tier",
    "customer.data.points", "ticket.customer.custom_fields.3", "ticket.customer.custom_fields.4",
    "customer.total_spent", "customer.orders_count", "customer.created_at", "customer.tags", "last_order.created_at",
    "last_order.financial_status", "last_order.fulfillment_status", "last_order.tags", "last_order.total_price",
    "last_order.name", "last_order.shipping_address.country",
    "ticket.customer.integrations.smile.customer.vip_tier.name", "ticket.customer.external.loyalty.tier",
    "ticket.customer.external.loyalty.points", "event.type",
)  # fmt: skip
"""What conditions name; those that the state of a replay turns on stand there more often."""

_VALUES: dict[Type, tuple[Tree, ...]] = {
    Type.TEXT: (
        *WORDS,
        "email",
        "chat",
        "rule",
        "Été",
        "Lea@Shop.example",
        "Anna@shop.example",
        "Order 1001",
        "paid",
        "France",
    ),
    Type.NUMBER: (0, 1, 2, 3, 6),
    Type.MONEY: (0, 12.5, 500, 612.50),
    Type.DATETIME: INSTANTS,
    Type.BOOL: (True, False),
    Type.ID: (4, 5, 6, 7, 8, 9),
    Type.PRIORITY: ("low", "normal", "high", "critical"),
    Type.STATUS: ("open", "closed"),
    Type.ANY: ("gold", "12", 12, 12.5, True, "refund", "2026-03-02T09:00:00Z"),
}


def _test(dice: Dice) -> Tree:
    """One condition: a path, an operator that fits it, an operand."""
    path = dice.pick(*PATHS)
    field = field_of(canonical(path))
    assert field is not None
    operator = OPERATORS[dice.pick(*fitting(field.type))]
    return {path: {operator.name: _operand(dice, path, field.type, operator.shape)}}


def _operand(dice: Dice, path: str, type_: Type, shape: Shape) -> Tree:
    if shape is Shape.WORDS:
        return dice.some(TAGS if type_ is Type.LIST else WORDS, 3, 1)
    if shape is Shape.TRUE:
        return True
    if shape is Shape.DURATION:
        return dice.pick(*DURATIONS)
    if shape is Shape.LEVEL and type_ is Type.ANY:
        return dice.pick(12, 1, 12.5, "2026-03-02T09:00:00Z")
    if path == "event.type":
        return dice.pick(*TRIGGERS)
    return dice.pick(*_VALUES[type_])


def _condition(dice: Dice, depth: int = 0) -> Tree:
    """Tests, nested in all, any and not."""
    match dice.pick("test", "test", "test", "all", "any", "not") if depth < 3 else "test":
        case "all":
            return {"all": dice.several(lambda: _condition(dice, depth + 1), 3, 1)}
        case "any":
            return {"any": dice.several(lambda: _condition(dice, depth + 1), 3, 1)}
        case "not":
            return {"not": _condition(dice, depth + 1)}
        case _:
            return _test(dice)


_TEMPLATES = (
    "hello", "refund {{message.text}}", "{{ticket.customer.firstname}} {{ticket.tags}} {{customer.total_spent}}",
    "thanks {{ticket.subject}} {{ticket.last_message_datetime}} {{ticket.snooze_datetime}}",
    "{{ticket.custom_fields.3}}|{{x}}",
    "{{event.type}} {{message.from_agent}} {{ticket.assignee_user.email}} {{ticket.customer.custom_fields.3}}",
)  # fmt: skip


def _field_value(dice: Dice) -> Tree:
    value = dice.pick("gold", "Gold", "12", 12, 12.5, True, None, "refund", "2026-03-02T09:00:00Z")
    return {"id": dice.pick(3, 4), "value": value}


def _tags(dice: Dice) -> Tree:
    return dice.some(TAGS, 2, 1)


def _text(dice: Dice) -> Tree:
    return dice.pick(*_TEMPLATES)


def _flag(dice: Dice) -> Tree:
    return True


ARGUMENTS: dict[str, Callable[[Dice], Tree]] = {
    "addTags": _tags,
    "removeTags": _tags,
    "setTags": lambda dice: dice.some(TAGS, 2),
    "setPriority": lambda dice: dice.pick(*_VALUES[Type.PRIORITY]),
    "setStatus": lambda dice: dice.pick(*_VALUES[Type.STATUS]),
    "setSubject": lambda dice: dice.pick(*SUBJECTS[:3], "refund"),
    "setAssignee": lambda dice: dice.pick(7, 8, 9, None, "LEA@shop.example", "nobody@shop.example"),
    "setTeamAssignee": lambda dice: dice.pick(5, 6, None, "Returns", "returns"),
    "snoozeTicket": lambda dice: dice.pick(*DURATIONS[1:]),
    "setCustomFieldValue": _field_value,
    "setCustomerCustomFieldValue": _field_value,
    "replyToTicket": _text,
    "addInternalNote": _text,
    "sendEmail": lambda dice: {"to": "a@x.example", "subject": _text(dice), "body_html": _text(dice)},
    "applyMacro": lambda dice: dice.pick(1, 2, "Refund", "Close"),
    "trashTicket": _flag,
    "excludeFromAutoMerge": _flag,
    "excludeFromCSAT": _flag,
    "facebookHideComment": _flag,
    "facebookLikeComment": _flag,
}
_KINDS = (
    *ARGUMENTS,
    "addTags",
    "removeTags",
    "setTags",
    "replyToTicket",
    "replyToTicket",
    "snoozeTicket",
    "snoozeTicket",
    "setAssignee",
)


def _step(dice: Dice, depth: int = 0) -> Tree:
    """An action, or now and then a nested {if, then, else}."""
    if depth == 2 or dice.throw(5) < 4:
        kind = dice.pick(*_KINDS)
        return {kind: ARGUMENTS[kind](dice)}
    then, otherwise = (dice.several(lambda: _step(dice, depth + 1), 2) for _ in range(2))
    return {"if": _condition(dice), "then": then, "else": otherwise}


def _rule(dice: Dice, id: str) -> Tree:
    rule: dict[str, Tree] = {
        "id": id, "name": dice.pick("a", "A", "é"), "priority": dice.pick(0, 1, -1),
        "enabled": dice.throw(10) < 9, "on": dice.some(TRIGGERS, 3, 1),
        "then": dice.several(lambda: _step(dice), 3), "else": dice.several(lambda: _step(dice), dice.pick(0, 0, 2)),
    }  # fmt: skip
    if dice.pick(True, True, False):
        rule["if"] = _condition(dice)
    return rule


def ruleset_text(dice: Dice, most: int = 6) -> str:
    """The text of a rule file."""
    split = {"mon-fri": "09:00-10:05", "sat": ["08:00-09:00", "10:00-12:00"]}
    hours: tuple[Tree, ...] = ({}, {"mon-sun": "00:00-24:00"}, split)
    ruleset: dict[str, Tree] = {
        "version": 1, "name": "random", "timezone": dice.pick("UTC", "Europe/Paris", "America/New_York"),
        "business_hours": dice.pick(*hours), "holidays": dice.pick([], ["2026-03-03"]),
        "rules": [_rule(dice, f"r{place}") for place in range(1 + dice.throw(most))],
    }  # fmt: skip
    return json.dumps(ruleset, ensure_ascii=False, indent=1)
