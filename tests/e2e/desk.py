"""A small helpdesk written as the exports an admin would have, and the command line run on it from outside."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from simulator.cli.main import main

Json = dict[str, Any]
"""An object of an export or a report, as JSON has it."""

D = "2026-03-02T10:00:00Z"
"""The day and hour at which most stories start."""
ALL_TRIGGERS = [
    "ticket-created",
    "ticket-message-created",
    "ticket-updated",
    "ticket-assigned",
    "ticket-self-unsnoozed",
    "satisfaction-survey-responded",
]


def at(clock: str, day: int = 2) -> str:
    """An instant of March 2026: `11:00` or `11:00:05.5`."""
    return f"2026-03-{day:02d}T{clock if clock.count(':') == 2 else clock + ':00'}Z"


def probe(text: str = "seen", on: str | list[str] = ALL_TRIGGERS, **more: Any) -> Json:
    """A rule set whose one rule leaves a note in each phase: it changes no state, so the trail shows what history alone
    does.
    """
    return rule_set(rule("probe", on, [{"addInternalNote": text}], **more))


@dataclass(frozen=True)
class Outcome:
    """What one command gave: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def simulator(*words: object) -> Outcome:
    """Run the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    before = signal.getsignal(signal.SIGTERM)
    code: int | str | None = None
    with (
        patch.object(sys, "argv", ["simulator", *map(str, words)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        finally:
            signal.signal(signal.SIGTERM, before)
    assert isinstance(code, int)
    return Outcome(code, out.getvalue(), err.getvalue())


def rule(id: str, on: str | list[str], then: list[Any], when: Any = None, **more: Any) -> Json:
    """One rule; `when` is its `if`."""
    made: Json = {"id": id, "name": more.pop("name", id), "on": [on] if isinstance(on, str) else on, "then": then}
    if when is not None:
        made["if"] = when
    return made | more


def rule_set(*rules: Json, **more: Any) -> Json:
    """A rule set of the language's first version."""
    return {"version": 1, "name": "main", **more, "rules": list(rules)}


@dataclass
class Desk:
    """The records of a helpdesk and its shop; `write` puts them down one kind a file."""

    records: dict[str, list[Json]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    def add(self, kind: str, record: Json) -> Json:
        self.records.setdefault(kind, []).append(record)
        return record

    def customer(self, id: int = 1, email: str | None = None, **fields: Any) -> Json:
        email = email or f"c{id}@x.com"
        made = {"id": id, "uri": f"/api/customers/{id}/", "email": email, "name": f"Customer {id}"}
        made |= {"firstname": f"First{id}", "lastname": f"Last{id}", "language": None, "data": None}
        channels = [{"id": id * 10, "type": "email", "address": email, "preferred": True}]
        return self.add("customers", made | {"channels": channels, "integrations": {}} | fields)

    def shopper(self, id: int = 1, shopify: int | None = None, email: str | None = None, **profile: Any) -> Json:
        """A customer with a Shopify profile at integration 55."""
        shop = {"__integration_type__": "shopify", "customer": {"id": shopify or 900 + id, **profile}, "orders": []}
        return self.customer(id, email, integrations={"55": shop})

    def ticket(self, id: int = 1, when: str = D, customer: int | None = 1, **fields: Any) -> Json:
        """A list item, without anything of its history."""
        made: Json = {"id": id, "uri": f"/api/tickets/{id}/", "external_id": None, "status": "open"}
        made |= {"priority": "normal", "channel": "email", "via": "email", "from_agent": False, "spam": False}
        made |= {"customer": customer and {"id": customer, "email": f"c{customer}@x.com"}, "assignee_user": None}
        made |= {"assignee_team": None, "language": "en", "subject": f"Subject {id}", "tags": [], "messages_count": 1}
        made |= {"created_datetime": when, "opened_datetime": None, "last_received_message_datetime": when}
        made |= {"last_message_datetime": when, "updated_datetime": when, "closed_datetime": None}
        return self.add("tickets", made | {"snooze_datetime": None, "trashed_datetime": None} | fields)

    def message(self, ticket: int, when: str, text: str = "hello", id: int | None = None, **fields: Any) -> Json:
        """A customer's public e-mail, unless said otherwise."""
        id = id or ticket * 1000 + next(self.numbers)
        made: Json = {"id": id, "uri": f"/api/tickets/{ticket}/messages/{id}/", "ticket_id": ticket, "public": True}
        made |= {"channel": "email", "via": "email", "from_agent": False, "rule_id": None, "subject": None}
        made |= {"source": {"type": "email", "from": {"name": "C", "address": "c@x.com"}, "to": []}, "sender": None}
        made |= {"receiver": None, "integration_id": None, "intents": [], "body_text": text, "body_html": None}
        return self.add(
            "messages", made | {"stripped_text": text, "created_datetime": when, "sent_datetime": when} | fields
        )

    def event(
        self,
        type: str,
        ticket: int,
        when: str,
        user: int | None = None,
        id: int | None = None,
        context: str | None = None,
        data: Json | None = None,
        **fields: Any,
    ) -> Json:
        id = id or 100_000 + next(self.numbers)
        made: Json = {"id": id, "uri": f"/api/events/{id}/", "type": type, "context": context or f"context-{id}"}
        made |= {"object_type": "Ticket", "object_id": ticket, "user_id": user, "data": data or {}}
        return self.add("events", made | {"created_datetime": when} | fields)

    def story(self, id: int = 1, when: str = D, customer: int | None = 1, text: str = "hello", **fields: Any) -> Json:
        """A ticket with full history so far: its creation, its first message, and both recorded."""
        ticket = self.ticket(id, when, customer, **fields)
        self.event("ticket-created", id, when)
        self.writes(id, when, text)
        return ticket

    def writes(self, ticket: int, when: str, text: str = "hello", user: int | None = None, **fields: Any) -> Json:
        """A message and its recorded event; with a user it is the agent's."""
        message = self.message(ticket, when, text, **({"from_agent": True} if user else {}) | fields)
        self.event(
            "ticket-message-created",
            message["id"],
            when,
            user,
            object_type="TicketMessage",
            data={"ticket_id": ticket, "message_id": message["id"], "from_agent": message["from_agent"]},
        )
        return message

    def survey(self, id: int, ticket: int, score: int | None, when: str | None, recorded: bool = True) -> Json:
        made = {"id": id, "uri": f"/api/satisfaction-surveys/{id}/", "ticket_id": ticket, "customer_id": 1}
        made |= {"score": score, "created_datetime": D, "sent_datetime": D, "scored_datetime": when}
        if recorded and when:
            self.event(
                "satisfaction-survey-responded", id, when, object_type="SatisfactionSurvey", data={"score": score}
            )
        return self.add("satisfaction_surveys", made)

    def tag(self, id: int, name: str) -> Json:
        return self.add("tags", {"id": id, "uri": f"/api/tags/{id}/", "name": name})

    def user(self, id: int, email: str | None = None) -> Json:
        made = {"id": id, "uri": f"/api/users/{id}/", "email": email or f"agent{id}@desk.com", "name": f"Agent {id}"}
        return self.add("users", made | {"active": True, "role": {"name": "agent"}, "timezone": "UTC"})

    def team(self, id: int, name: str) -> Json:
        return self.add("teams", {"id": id, "uri": f"/api/teams/{id}/", "name": name, "members": []})

    def order(
        self,
        id: int,
        when: str,
        price: str = "10.00",
        shopify: int | None = 901,
        email: str | None = None,
        status: str = "paid",
        currency: str = "USD",
        **fields: Any,
    ) -> Json:
        money = {"amount": price, "currency_code": currency}
        made: Json = {"id": id, "name": f"#{id}", "created_at": when, "processed_at": when, "cancelled_at": None}
        made |= {"currency": currency, "test": False, "email": email, "financial_status": status, "tags": ""}
        made |= {"total_price": price, "total_price_set": {"shop_money": money, "presentment_money": money}}
        made |= {"current_total_price": price, "total_outstanding": "0.00", "fulfillment_status": None}
        made |= {"customer": shopify and {"id": shopify, "email": email}, "line_items": [], "refunds": []}
        return self.add("orders", made | {"source_name": "web", "fulfillments": []} | fields)

    def write(self, folder: Path) -> Path:
        """One file a kind, `orders` apart in `shop/`."""
        for kind, records in self.records.items():
            place = folder / ("shop" if kind == "orders" else "desk")
            place.mkdir(parents=True, exist_ok=True)
            lines = "".join(json.dumps(record) + "\n" for record in records)
            (place / f"{kind}.jsonl").write_text(lines, encoding="utf-8")
        return folder

    def snapshot(self, folder: Path) -> Path:
        """Write the exports into `folder` and import them: the snapshot's path."""
        self.write(folder)
        path = folder / "s.db"
        for command, place in (("gorgias", "desk"), ("shopify", "shop")):
            if (folder / place).exists():
                done = simulator("import", command, folder / place, "--snapshot", path)
                assert done.code == 0, done.err
        return path


def refund(id: int, when: str, amount: str, processed: str | None = None) -> Json:
    """A refund with one successful transaction."""
    paid_back = {"id": id + 1, "kind": "refund", "status": "success", "amount": amount}
    return {
        "id": id,
        "created_at": when,
        "processed_at": processed,
        "transactions": [paid_back],
        "refund_line_items": [],
    }


def lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@dataclass(frozen=True)
class Run:
    """One finished `run` with all the files it wrote."""

    outcome: Outcome
    folder: Path

    @property
    def report(self) -> Json:
        made = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
        assert isinstance(made, dict)
        return made

    @property
    def trail(self) -> list[Json]:
        return lines(self.folder / "trail.jsonl")

    @property
    def refusals(self) -> list[Json]:
        return lines(self.folder / "refusals.jsonl")

    @property
    def attribution(self) -> list[Json]:
        return lines(self.folder / "attribution.jsonl")

    @property
    def csv(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO((self.folder / "edits.csv").read_text(encoding="utf-8-sig"))))

    def steps(self, *keys: str, **equal: Any) -> list[Any]:
        """Trail lines where each key has the value, cut down to `keys` (one key: its bare values)."""
        chosen = [line for line in self.trail if all(line[key] == value for key, value in equal.items())]
        return [line[keys[0]] if len(keys) == 1 else tuple(line[key] for key in keys) for line in chosen]

    def edits(self, *keys: str, **equal: Any) -> list[Any]:
        chosen = [edit for edit in self.report["edits"] if all(edit[key] == value for key, value in equal.items())]
        return [edit[keys[0]] if len(keys) == 1 else tuple(edit[key] for key in keys) for edit in chosen]

    def of_rule(self, id: str) -> Json:
        found: Json = next(rule for rule in self.report["rules"] if rule["id"] == id)
        return found


def put_rules(path: Path, rules: Json | str) -> str:
    """A rule set as a file (JSON is YAML), or the words `live` and `none` as they are."""
    if isinstance(rules, str) and "\n" not in rules:
        return rules
    path.write_text(rules if isinstance(rules, str) else json.dumps(rules), encoding="utf-8")
    return str(path)


def replay(
    folder: Path, snapshot: Path, candidate: Json | str, baseline: Json | str = "none", *options: object, code: int = 0
) -> Run:
    """Run two rule sets on a snapshot, with every report written."""
    folder.mkdir(parents=True, exist_ok=True)
    words: list[object] = ["run", "--snapshot", snapshot]
    words += ["--baseline", put_rules(folder / "baseline.rules.yaml", baseline)]
    words += ["--candidate", put_rules(folder / "candidate.rules.yaml", candidate), *options]
    files = {"json": "report.json", "trail": "trail.jsonl", "refusals": "refusals.jsonl", "csv": "edits.csv"}
    if (snapshot.parent / "shop").exists():  # without an order there is no attribution to write
        files["attribution"] = "attribution.jsonl"
    for name, file in files.items():
        words += ["--report", f"{name}={folder / file}"]
    outcome = simulator(*words)
    assert outcome.code == code, outcome.out + outcome.err
    return Run(outcome, folder)
