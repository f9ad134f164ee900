"""The rules of the benchmark: 70 (35 ask for words, 15 for state, 20 for numbers and enums), and 8 edits of them."""
# ruff: noqa: E501 - a rule stays on one line

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import yaml

from bench.texts import TOPICS

Rule = dict[str, Any]
RuleSet = dict[str, Any]

_CREATED, _MESSAGE, _UPDATED = "ticket-created", "ticket-message-created", "ticket-updated"
_REPLY = "Hi {{ticket.customer.firstname}}, we have your message and answer within a working day."

_MORE: Mapping[str, list[Any]] = {
    "return": [{"setTeamAssignee": "Returns"}],
    "refund": [{"setTeamAssignee": "Returns"}],
    "late": [{"setPriority": "high"}],
    "damaged": [{"setPriority": "high"}, {"snoozeTicket": "2d"}],
    "cancel": [{"setPriority": "critical"}],
    "stock": [{"replyToTicket": _REPLY}, {"setStatus": "closed"}],
    "angry": [{"setPriority": "critical"}],
    "praise": [{"setPriority": "low"}],
    "links": [{"setTags": ["links"]}, {"setStatus": "closed"}],
    "injury": [{"setPriority": "critical"}, {"setAssignee": 501}],
    "lawyer": [{"setAssignee": 501}],
}
"""What the rule of a topic does beside adding its tag."""


def _rule(id: str, on: str | list[str], priority: int, condition: Any, *then: Any) -> Rule:
    return {"id": id, "on": on, "priority": priority, "if": condition, "then": list(then)}


def _by_words() -> list[Rule]:
    """A rule for each topic."""
    return [
        _rule(
            f"text-{topic.name}",
            [_CREATED, _MESSAGE],
            200 - place,
            {"message.from_agent": False, "message.text": {"containsAny": list(topic.words)}},
            {"addTags": [topic.name]},
            *_MORE.get(topic.name, []),
        )
        for place, topic in enumerate(TOPICS)
    ]


def _by_state() -> list[Rule]:
    def has(*tags: str) -> dict[str, Any]:
        return {"ticket.tags": {"containsAny": list(tags)}}

    high, nobody = {"ticket.priority": {"gte": "high"}}, {"ticket.assignee_user_id": {"isEmpty": True}}
    no_team, opened = {"ticket.assignee_team_id": {"isEmpty": True}}, {"ticket.status": "open"}
    both = [_CREATED, _MESSAGE]
    return [
        _rule("state-route-orders", _UPDATED, 100, {**has("where", "late", "missing"), **no_team}, {"setTeamAssignee": "Order care"}),
        _rule("state-late-where", _UPDATED, 99, [has("late"), has("where")], {"addTags": ["late-where"]}),
        _rule("state-urgent", _UPDATED, 98, {**has("late", "cancel"), **high, **nobody}, {"addTags": ["urgent"]}),
        _rule("state-angry-vip", both, 97, [has("angry"), has("VIP")], {"setAssignee": 502}),
        _rule("state-calm", _UPDATED, 96, {**has("praise"), "ticket.priority": {"gt": "normal"}}, {"setPriority": "normal"}),
        _rule("state-money", both, 95, has("refund", "payment", "chargeback"), {"addTags": ["money"]}),
        _rule("state-returned", "ticket-self-unsnoozed", 94, has("damaged"), {"addTags": ["no-photo"]}, {"setStatus": "open"}),
        _rule("state-assigned", "ticket-assigned", 93, {**high, **opened}, {"addTags": ["in-work"]}),
        _rule("state-subject", both, 92, {"ticket.subject": {"containsAny": ["urgent"]}, "ticket.priority": {"lt": "high"}}, {"setPriority": "high"}),
        _rule("state-first", _CREATED, 91, {**nobody, **no_team, **has("invoice", "payment")}, {"setTeamAssignee": "Order care"}),
        _rule("state-links", _UPDATED, 90, {**has("links"), **opened}, {"setStatus": "closed"}),
        _rule("state-by-hand", _UPDATED, 89, {**has("by-hand"), "ticket.status": "closed"}, {"removeTags": ["urgent"]}),
        _rule("state-checked", _MESSAGE, 88, {**has("checked"), **opened}, {"removeTags": ["checked"]}),
        _rule("state-spam", both, 87, {"ticket.spam": True}, {"setPriority": "low"}),
        _rule("state-many", _UPDATED, 86, {"ticket.tags": {"containsAll": ["refund", "return"]}}, {"addTags": ["refund-return"]}),
    ]  # fmt: skip


def _by_facts() -> list[Rule]:
    """Numbers, channels, hours: all facts."""
    both, theirs = [_CREATED, _MESSAGE], {"message.from_agent": False}

    def spent(level: int) -> Any:
        return {**theirs, "customer.total_spent": {"gte": level}}

    return [
        _rule("fact-spent-300", _CREATED, 80, spent(300), {"addTags": ["spent-300"]}),
        _rule("fact-spent-600", _CREATED, 79, spent(600), {"addTags": ["spent-600"]}),
        _rule("fact-spent-900", both, 78, spent(900), {"addTags": ["VIP"]}),
        _rule("fact-spent-1500", both, 77, spent(1500), {"addTags": ["VIP"]}, {"setPriority": "high"}),
        _rule("fact-first-order", _CREATED, 76, {"customer.orders_count": 1}, {"addTags": ["first-order"]}),
        _rule("fact-many-orders", _CREATED, 75, {"customer.orders_count": {"gte": 6}}, {"addTags": ["regular"]}),
        _rule("fact-some-orders", _CREATED, 74, {"customer.orders_count": {"gte": 3, "lt": 6}}, {"addTags": ["known"]}),
        _rule("fact-shop-vip", _CREATED, 73, {"customer.tags": {"containsAny": ["VIP"]}}, {"addTags": ["VIP"]}),
        _rule("fact-french", _CREATED, 72, {"ticket.language": "fr"}, {"setTeamAssignee": "French desk"}),
        _rule("fact-chat", _CREATED, 71, {"ticket.channel": "chat"}, {"addTags": ["chat"]}),
        _rule("fact-chat-night", _CREATED, 70, {"ticket.channel": "chat", "message.created_datetime": {"outsideBusinessHours": True}}, {"replyToTicket": "We are closed."}),
        _rule("fact-phone", _CREATED, 69, {"message.channel": "phone"}, {"addTags": ["phone"]}, {"setPriority": "high"}),
        _rule("fact-form", _CREATED, 68, {"message.via": "form"}, {"addTags": ["form"]}),
        _rule("fact-instagram", both, 67, {"message.integration_id": 7003, **theirs}, {"addTags": ["instagram"]}),
        _rule("fact-thanks", _MESSAGE, 66, {"message.intents.name": {"containsAny": ["other/thanks"]}, **theirs}, {"addTags": ["thanks"]}),
        _rule("fact-discount", _CREATED, 65, {"message.intents.name": {"containsAny": ["discount/request"]}}, {"addTags": ["intent-discount"]}),
        _rule("fact-answered", _MESSAGE, 64, {"message.from_agent": True, "ticket.language": "fr", "ticket.channel": "chat"}, {"addTags": ["answered"]}),
        _rule("fact-old", _MESSAGE, 63, {"ticket.created_datetime": {"gteTimedelta": "2d"}, **theirs}, {"addTags": ["two-days"]}),
        _rule("fact-low-score", "satisfaction-survey-responded", 62, {"ticket.satisfaction_survey.score": {"lte": 2}}, {"addTags": ["csat-low"]}, {"setStatus": "open"}),
        _rule("fact-high-score", "satisfaction-survey-responded", 61, {"ticket.satisfaction_survey.score": 5}, {"addTags": ["csat-5"]}),
    ]  # fmt: skip


BASELINE: RuleSet = {
    "version": 1,
    "name": "baseline",
    "timezone": "Europe/Paris",
    "business_hours": {"mon-fri": "09:00-18:00", "sat": "10:00-13:00"},
    "holidays": ["FR"],
    "rules": [*_by_words(), *_by_state(), *_by_facts()],
}


def _edited() -> RuleSet:
    """The candidate: eight edits of the baseline."""
    ruleset = deepcopy(BASELINE)
    rules = {rule["id"]: rule for rule in ruleset["rules"]}
    rules["text-angry"]["if"]["message.text"]["containsAny"].append("no answer")  # a word more
    rules["fact-spent-900"]["if"]["customer.total_spent"] = {"gte": 800}  # a threshold
    rules["text-cancel"]["priority"] = 300  # moved
    rules["text-invoice"]["then"].append({"setTeamAssignee": "Order care"})  # an action more
    rules["state-calm"]["enabled"] = False  # switched off
    rules["fact-high-score"]["else"] = [{"addTags": ["csat-lower"]}]  # an else
    del rules["text-press"]  # removed
    rules["fact-spent-1200"] = _rule("fact-spent-1200", _CREATED, 77, {"customer.total_spent": {"gte": 1200}}, {"addTags": ["spent-1200"]})  # fmt: skip
    return {**ruleset, "name": "candidate", "rules": list(rules.values())}


CANDIDATE: RuleSet = _edited()


def one_edit() -> RuleSet:
    """The baseline with a single threshold moved, as a sweep does it."""
    ruleset = deepcopy(BASELINE)
    rule = next(rule for rule in ruleset["rules"] if rule["id"] == "fact-spent-900")
    rule["if"]["customer.total_spent"] = {"gte": 800}
    return {**ruleset, "name": "one-edit"}


def as_yaml(ruleset: RuleSet) -> str:
    """The rule set as a file."""
    plain = json.loads(json.dumps(ruleset))  # nothing is there twice, or YAML would refer to it by an anchor
    written: str = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=120)
    return written
