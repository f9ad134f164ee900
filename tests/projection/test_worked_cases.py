"""The worked cases A1 to A16 of attribution, each a file in `cases/`.

Customer 1 is the shop's 901 with jo@x.com, the cut-off is 31 March 2026 and amounts are minor USD, unless a case says
otherwise. `by: 7` on a ticket means assigned to 7 at its creation and closed an hour later.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from simulator.instants import HOUR, parse_instant
from simulator.projection.attribution import Attribution, attribute
from simulator.projection.breakdowns import Row, by_agent, by_tag, total
from simulator.projection.carried import Comparison, compare
from simulator.projection.credit import credit_with_rules
from simulator.projection.values import Customer, EventType, Order, Params, Refund, Ticket, TicketEvent

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
Raw = dict[str, Any]
EVENTS = ("assigned", "unassigned", "team_assigned", "team_unassigned", "closed", "reopened")
JO: Raw = {"id": 1, "shopify": [901], "emails": ["jo@x.com"]}


def at(raw: Raw, key: str) -> int | None:
    """The instant under a key, if there is one."""
    return parse_instant(raw[key]) if raw.get(key) is not None else None


def event(number: int, raw: Raw) -> TicketEvent:
    """An event from `{at, assigned: 7, by}`."""
    kind = next(name for name in EVENTS if name in raw)
    user = raw[kind] if kind == "assigned" else None
    team = raw[kind] if kind == "team_assigned" else None
    return TicketEvent(number, parse_instant(raw["at"]), cast(EventType, kind), user, raw.get("by", "human"), team)


def ticket(raw: Raw) -> Ticket:
    """A ticket from its line in the case."""
    created = parse_instant(raw["created"])
    events = tuple(event(n, e) for n, e in enumerate(raw.get("events", ())))
    if "by" in raw:
        events = (TicketEvent(0, created, "assigned", raw["by"]), TicketEvent(1, created + HOUR, "closed"))
    return Ticket(
        raw["id"],
        created,
        raw.get("customer", 1),
        tags=tuple(raw.get("tags", ())),
        spam=raw.get("spam", False),
        trashed_datetime=at(raw, "trashed"),
        events=events,
    )


def customer(raw: Raw) -> Customer:
    """A profile from its line in the case."""
    return Customer(raw["id"], tuple(raw.get("emails", ())), tuple(raw.get("shopify", ())), raw.get("merged_into"))


def order(raw: Raw) -> Order:
    """An order from its line in the case; it is Jo's unless said otherwise."""
    return Order(
        raw["id"],
        parse_instant(raw["at"]),
        raw.get("currency", "USD"),
        raw["total"],
        raw.get("paid"),
        raw.get("status", "paid"),
        test=raw.get("test", False),
        cancelled_at=at(raw, "cancelled"),
        shopify_customer_id=raw.get("shopify", 901),
        email=raw.get("email"),
    )


def sides(raw: Raw) -> Comparison:
    """Both sides of a case; without changes they are the same."""
    given = raw.get("params", {})
    params = Params(
        parse_instant(given.get("as_of", "2026-03-31T00:00Z")),
        period_start=at(given, "period_start"),
        period_end=at(given, "period_end"),
    )
    tickets = [ticket(t) for t in raw["tickets"]]
    rest = (
        [customer(c) for c in raw.get("customers", [JO])],
        [order(o) for o in raw["orders"]],
        [Refund(r["id"], r["order"], parse_instant(r["at"]), r["amount"]) for r in raw.get("refunds", ())],
        params,
    )
    rules = {i: [event(n, e) for n, e in enumerate(es)] for i, es in raw.get("rules", {}).items()}
    credits = {t.id: credit_with_rules(t, rules.get(t.id, ()), params.as_of) for t in tickets}
    changed = [changed_ticket(t, raw.get("after", {}).get(t.id, {})) for t in tickets]
    return compare(attribute(tickets, *rest), attribute(changed, *rest, credits=credits))


def changed_ticket(before: Ticket, after: Raw) -> Ticket:
    """The ticket as the new rules leave it."""
    return before._replace(tags=tuple(after.get("tags", before.tags)), priority=after.get("priority", before.priority))


def net(row: Row) -> dict[str, int]:
    """Net by currency."""
    return {currency: sales.net for currency, sales in row.by_currency.items()}


def table(rows: tuple[Row, ...]) -> dict[int | str, dict[str, int]]:
    """Net by key and currency."""
    return {row.key: net(row) for row in rows}


def verdicts(side: Attribution) -> dict[int, str | Raw]:
    """What became of each order, as the cases write it."""
    return {
        v.entry.order.id: v.reason.value if v.ticket is None else {"ticket": v.ticket, "net": v.entry.sales.net}
        for v in side.verdicts
    }


def found(both: Comparison) -> Mapping[str, object]:
    """Everything that a case can expect."""
    whole = total(both.before)
    return {
        "orders": verdicts(both.before),
        "total": net(whole),
        "tickets": whole.tickets,
        "converted": whole.converted,
        "agents": table(by_agent(both.before)),
        "after_agents": table(by_agent(both.after)),
        "tags": table(by_tag(both.before)),
        "after_tags": table(by_tag(both.after)),
        "carried": {kind: net(row) for kind, row in both.carried.items()},
        "credit_moved": both.credit_moved,
    }


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_worked_case(path: Path) -> None:
    """A case gives what it expects, and the same rules on both sides change nothing in the accounts."""
    raw: Raw = yaml.safe_load(path.read_text("utf-8"))
    both = sides(raw)
    result = found(both)
    assert {key: result[key] for key in raw["expect"]} == raw["expect"], raw["name"]
    assert both.accounting is None


def test_all_cases_are_there() -> None:
    """None of the sixteen cases is missing."""
    assert [path.stem for path in CASES] == [f"a{n:02d}" for n in range(1, 17)]
