"""The committed demo export: made by its generator to the byte, and a history that hangs together."""

import csv
import gzip
import json
import os
import subprocess
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"
WRITTEN = sorted(path.name for path in FIXTURES.iterdir() if path.suffix in (".gz", ".json", ".csv"))
RULE_MADE = ("ticket-tags-added", "ticket-tags-removed", "ticket-closed", "ticket-team-assigned", "ticket-snoozed")
EXPORT = datetime.fromisoformat("2026-01-31T22:00:00+00:00")


class Event(TypedDict):
    """The parts of an event that these tests read."""

    id: int
    context: str
    type: str
    object_type: str
    object_id: int
    user_id: int | None
    data: Mapping[str, object]
    created_datetime: str


Row = Mapping[str, object]


@cache
def rows(name: str) -> list[Row]:
    """The records of a JSON Lines file."""
    with gzip.open(FIXTURES / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def events() -> list[Event]:
    """The log."""
    return cast("list[Event]", rows("events"))


def page(name: str) -> list[Row]:
    """The records of a page of settings."""
    return cast("list[Row]", json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))["data"])


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_the_generator_writes_the_committed_bytes(tmp_path: Path, seed: str) -> None:
    """Another folder, another hash seed, a far time zone: the same files."""
    environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": "Pacific/Auckland", "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, FIXTURES / "generate.py", tmp_path], check=True, env=environment)
    assert sorted(path.name for path in tmp_path.iterdir()) == WRITTEN
    for name in WRITTEN:
        made, kept = (tmp_path / name).read_bytes(), (FIXTURES / name).read_bytes()
        if name.endswith(".gz"):
            assert gzip.decompress(made) == gzip.decompress(kept), name
        if not name.endswith(".gz") or "ng" not in zlib.ZLIB_RUNTIME_VERSION:
            assert made == kept, name


def test_the_export_is_small_and_big_enough() -> None:
    """Some thousand tickets in about two and a half megabytes."""
    assert sum((FIXTURES / name).stat().st_size for name in WRITTEN) < 2_650_000
    assert 2400 <= len(rows("tickets")) <= 3000
    assert 1150 <= len(rows("customers")) <= 1250
    assert len(rows("orders")) > 2500


def test_every_id_is_there_once() -> None:
    """Tickets, messages, customers, events, surveys, orders: no id twice."""
    for name in ("tickets", "messages", "customers", "events", "satisfaction_surveys", "orders"):
        ids = [row["id"] for row in rows(name)]
        assert len(ids) == len(set(ids)), name


def test_each_rule_executed_event_belongs_to_a_live_rule_and_trigger() -> None:
    """The log names the rules of `rules.json`, never the one that was switched off."""
    live = {rule["id"]: rule for rule in page("rules") if rule["deactivated_datetime"] is None}
    ran = Counter[object]()
    for event in events():
        if event["type"] == "rule-executed":
            rule = live[event["data"]["id"]]
            assert event["data"]["name"] == rule["name"]
            assert event["data"]["triggering_event_type"] in str(rule["event_types"]).split(",")
            ran[rule["id"]] += 1
    assert set(ran) == set(live)
    assert min(ran.values()) >= 10


def test_unsigned_changes_share_the_context_of_a_rule() -> None:
    """Nobody but rules tags, closes, snoozes or gives to a team without signing."""
    contexts = {event["context"] for event in events() if event["type"] == "rule-executed"}
    unsigned = [event for event in events() if event["user_id"] is None and event["type"] in RULE_MADE]
    assert len(unsigned) > 1500
    assert all(event["context"] in contexts for event in unsigned)


def test_automatic_assignments_stand_apart_from_rules() -> None:
    """An assignment that nobody signed and that says so is in no rule's context."""
    contexts = {event["context"] for event in events() if event["type"] == "rule-executed"}
    dealt = [event for event in events() if event["data"].get("auto_assigned")]
    assert len(dealt) > 200
    assert all(event["user_id"] is None and event["context"] not in contexts for event in dealt)


def test_a_context_is_one_instant_on_one_ticket() -> None:
    """Cause and effects happen at once, on the ticket that was touched."""
    seen: defaultdict[str, set[object]] = defaultdict(set)
    for event in events():
        where = event["object_id"] if event["object_type"] == "Ticket" else event["data"].get("ticket_id")
        seen[event["context"]] |= {event["created_datetime"]} | ({where} if where else set())
    assert max(len(found) for found in seen.values()) == 2


def test_rule_messages_name_their_rule_and_have_its_context() -> None:
    """Automatic answers and notes come by way of a rule, from the desk."""
    sent = [message for message in rows("messages") if message["rule_id"] is not None]
    contexts = {event["context"] for event in events() if event["type"] == "rule-executed"}
    told = {event["object_id"]: event["context"] for event in events() if event["type"] == "ticket-message-created"}
    assert len(sent) > 80
    for message in sent:
        assert message["via"] == "rule"
        assert message["from_agent"] is True
        assert told[cast("int", message["id"])] in contexts


def test_tags_and_status_follow_from_the_log() -> None:
    """Adding up all events of a ticket gives the tags and the status of the export."""
    names = {tag["id"]: tag["name"] for tag in page("tags")}
    tags: defaultdict[int, set[object]] = defaultdict(set)
    closed: defaultdict[int, bool] = defaultdict(bool)
    for event in events():
        ticket, data = event["object_id"], event["data"]
        tags[ticket] |= {names[tag] for tag in cast("list[int]", data.get("tags_added", []))}
        tags[ticket] -= {names[tag] for tag in cast("list[int]", data.get("tags_removed", []))}
        if event["type"] in ("ticket-closed", "ticket-reopened"):
            closed[ticket] = event["type"] == "ticket-closed"
    for row in rows("tickets"):
        number = cast("int", row["id"])
        assert {tag["name"] for tag in cast("list[Row]", row["tags"])} == tags[number], number
        assert row["status"] == ("closed" if closed[number] else "open"), number


def test_the_shop_totals_are_those_of_the_export() -> None:
    """What a profile says was spent is what its orders come to, less refunds."""
    spent: defaultdict[object, int] = defaultdict(int)
    for order in rows("orders"):
        shopper = cast("Row | None", order["customer"])
        paid = order["financial_status"] in ("paid", "partially_refunded", "refunded")
        if order["financial_status"] == "partially_paid":
            spent[shopper and shopper["id"]] -= _cents(order["total_outstanding"])
        if paid or order["financial_status"] == "partially_paid":
            spent[shopper and shopper["id"]] += _cents(order["total_price"]) - _back(order)
    shops = [_shop(row) for row in rows("customers")]
    assert sum(shop is not None for shop in shops) > 900
    for shop in shops:
        if shop is not None:
            assert _cents(shop["total_spent"]) == spent[shop["id"]]


def _cents(amount: object) -> int:
    euros, cents = str(amount).split(".")
    return int(euros) * 100 + int(cents)


def _back(order: Row) -> int:
    refunds = cast("list[Row]", order["refunds"])
    tries = [row for refund in refunds for row in cast("list[Row]", refund["transactions"])]
    return sum(_cents(row["amount"]) for row in tries if row["status"] == "success")


def _shop(customer: Row) -> Row | None:
    integrations = cast("Mapping[str, Row]", customer["integrations"]).values()
    return next((cast("Row", i["customer"]) for i in integrations if i["__integration_type__"] == "shopify"), None)


def test_nothing_is_later_than_the_export() -> None:
    """The newest instant is the lead's note at the moment of the export."""
    stamps = [datetime.fromisoformat(event["created_datetime"]) for event in events()]
    assert max(stamps) == stamps[-1] == EXPORT
    assert all(datetime.fromisoformat(str(order["created_at"])) < EXPORT for order in rows("orders"))


def test_everybody_has_an_example_address() -> None:
    """No address of the export can belong to anybody."""
    with (FIXTURES / "loyalty.csv").open(encoding="utf-8", newline="") as file:
        addresses = [row["email"] for row in csv.DictReader(file)]
    addresses += [str(row[key]) for name, key in (("customers", "email"), ("orders", "email")) for row in rows(name)]
    addresses += [str(user["email"]) for user in page("users")]
    assert all(address.strip().lower().endswith("example.com") for address in addresses)


def test_texts_have_accents_quotes_and_two_languages() -> None:
    """What real mail has: French apostrophes, quoted mail that is stripped, texts without a stripped form."""
    messages = rows("messages")
    bodies = [str(message["body_text"]) for message in messages]
    assert sum("’" in body for body in bodies) > 300
    assert sum("où" in body.lower() for body in bodies) > 30
    assert sum(m["stripped_text"] is not None and m["stripped_text"] != m["body_text"] for m in messages) > 300
    assert sum(message["stripped_text"] is None for message in messages) > 200
    assert len(set(bodies)) > len(bodies) * 0.6
