"""What the demo export itself says, read by plain code that shares nothing with the simulator."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[2] / "fixtures"
FRENCH, VIP, RETURNS, ESCALATE, TELL = 103, 104, 109, 111, 112
RULE_TAGS = {VIP: "VIP", 106: "order-status", 107: "refund"}

Ran = tuple[int, str, int]
"""A ticket, a context, a rule: an execution counts once a context."""


@cache
def rows(kind: str) -> list[dict[str, Any]]:
    """The records of one file."""
    with gzip.open(FIXTURES / f"{kind}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@cache
def tag_names() -> Mapping[int, str]:
    """Names by number."""
    listed = json.loads((FIXTURES / "tags.json").read_text(encoding="utf-8"))["data"]
    return {tag["id"]: tag["name"] for tag in listed}


@cache
def tickets() -> Mapping[int, dict[str, Any]]:
    """The exported tickets by number."""
    return {ticket["id"]: ticket for ticket in rows("tickets")}


@cache
def executed() -> frozenset[Ran]:
    """Every rule that the log says has run on an exported ticket."""
    return frozenset(
        (event["object_id"], event["context"], event["data"]["id"])
        for event in rows("events")
        if event["type"] == "rule-executed" and event["object_id"] in tickets()
    )


def of_rules(*rules: int) -> frozenset[Ran]:
    """The executions of some rules."""
    return frozenset(run for run in executed() if run[2] in rules)


def made_by_rules(type: str) -> list[dict[str, Any]]:
    """Events of a type that nobody signed, in contexts in which rules ran; a reopening by a message is none."""
    contexts = {context for _, context, _ in executed()}
    written = {event["context"] for event in rows("events") if event["type"] == "ticket-message-created"}
    return [
        event
        for event in rows("events")
        if event["type"] == type
        and event["user_id"] is None
        and event["context"] in contexts
        and event["object_id"] in tickets()
        and not (type == "ticket-reopened" and event["context"] in written)
    ]


def tags_without(left_out: Iterable[int]) -> dict[int, set[str]]:
    """The tags that the log alone leaves on each ticket, some of its events (by number) left out.

    A rule that ran put its tag on, also where an agent had done so before it and the log shows no change.
    """
    gone, standing = {*left_out}, defaultdict[int, set[int]](set)
    numbers = {name: number for number, name in tag_names().items()}
    for event in rows("events"):
        if event["type"] == "ticket-tags-added" and event["id"] not in gone:
            standing[event["object_id"]] |= {*event["data"]["tags_added"]}
        elif event["type"] == "ticket-tags-removed" and event["id"] not in gone:
            standing[event["object_id"]] -= {*event["data"]["tags_removed"]}
        elif event["type"] == "rule-executed" and event["data"]["id"] in RULE_TAGS:
            standing[event["object_id"]].add(numbers[RULE_TAGS[event["data"]["id"]]])
    return {ticket: {tag_names()[tag] for tag in standing[ticket]} for ticket in tickets()}


def exported_tags(ticket: int) -> set[str]:
    """The tags of a ticket as exported."""
    return {tag["name"] for tag in tickets()[ticket]["tags"]}


def spent_today(customer: dict[str, Any]) -> float:
    """What the shop profile of a customer says today; nothing without one."""
    for profile in customer["integrations"].values():
        if profile["__integration_type__"] == "shopify":
            return float(profile["customer"]["total_spent"])
    return 0.0
