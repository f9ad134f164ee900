"""The attribution as plain values for the JSON report and the JSON Lines: strings for money, ISO 8601 for instants.

Decisions where the contract leaves a choice: `agent` and `team` are ids, or the words `(unassigned)` and
`(not closed)`; all three of ticket, agent and team are null where the order went to no ticket; `customer` is the
surviving profile wherever it is known, whatever the reason; the amounts of an order that counts nowhere are those
that it has at as_of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypedDict

from simulator.instants import format_instant
from simulator.money import format_amount
from simulator.projection.attribution import Attribution
from simulator.projection.breakdowns import Row, by_agent, total
from simulator.projection.carried import Comparison
from simulator.projection.credit import Credit
from simulator.projection.values import Sales


class SalesJson(TypedDict):
    """Money of one currency."""

    gross: str
    refunded: str
    net: str


class AgentJson(TypedDict):
    """A row of `by_agent`."""

    agent: int | str
    tickets: int
    converted: int
    orders: int
    by_currency: dict[str, SalesJson]


class SideJson(TypedDict):
    """One side of `projection.attribution`. `orders` counts those of the report's tickets, `reasons` all orders."""

    tickets: int
    converted: int
    orders: int
    by_currency: dict[str, SalesJson]
    reasons: dict[str, int]
    by_agent: list[AgentJson]


class OrderJson(TypedDict):
    """A line of `--report attribution=`."""

    side: str
    order: int
    ticket: int | None
    customer: int | None
    agent: int | str | None
    team: int | str | None
    reason: str
    gross: str
    refunded: str
    net: str
    currency: str
    created_at: str


class RowJson(TypedDict):
    """Some tickets and what they carried."""

    tickets: int
    converted: int
    orders: int
    by_currency: dict[str, SalesJson]


class MovedJson(TypedDict):
    """Net that an agent's credit gains or loses, by currency."""

    agent: int | str
    by_currency: dict[str, str]


class AccountingJson(TypedDict):
    """Ids of orders that change their ticket and of tickets that enter or leave the report, and the difference."""

    orders: list[int]
    entered: list[int]
    left: list[int]
    by_currency: dict[str, SalesJson]


class ComparisonJson(TypedDict):
    """Before against after: carried by kind, credit moved by agent, and the accounting change if there is one."""

    carried: dict[str, RowJson]
    credit_moved: list[MovedJson]
    accounting: AccountingJson | None


def sales_json(by_currency: Mapping[str, Sales]) -> dict[str, SalesJson]:
    """Amounts by currency."""
    return {currency: _amounts(sales, currency) for currency, sales in by_currency.items()}


def side_json(attribution: Attribution) -> SideJson:
    """One side of `projection.attribution`.

    `reasons` counts every order of the data before the report's filter, so it adds up to all orders: under a period or
    a channel, `attributed` can exceed `orders` by the orders of tickets outside the report.
    """
    whole = total(attribution)
    return {
        "tickets": whole.tickets,
        "converted": whole.converted,
        "orders": whole.orders,
        "by_currency": sales_json(whole.by_currency),
        "reasons": {reason.value: count for reason, count in attribution.reasons.items()},
        "by_agent": [_agent(row) for row in by_agent(attribution)],
    }


def comparison_json(comparison: Comparison) -> ComparisonJson:
    """What the candidate's tickets carried and whose credit moves."""
    change = comparison.accounting
    return {
        "carried": {kind: row_json(row) for kind, row in comparison.carried.items()},
        "credit_moved": [
            {"agent": agent, "by_currency": {c: format_amount(net, c) for c, net in moved.items()}}
            for agent, moved in comparison.credit_moved.items()
        ],
        "accounting": None
        if change is None
        else {
            "orders": list(change.orders),
            "entered": list(change.entered),
            "left": list(change.left),
            "by_currency": sales_json(change.by_currency),
        },
    }


def order_lines(side: str, attribution: Attribution) -> Iterator[OrderJson]:
    """One line an order by id, for all orders of the data: the join before the report's period and channels.

    `side` is `baseline` or `candidate`.
    """
    for entry, reason, ticket in attribution.verdicts:
        credit: Credit | None = None if ticket is None else attribution.credits[ticket]
        order = entry.order
        amounts = _amounts(entry.sales, order.currency)
        yield {
            "side": side,
            "order": order.id,
            "ticket": ticket,
            "customer": entry.customer,
            "agent": None if credit is None else credit.agent,
            "team": None if credit is None else credit.team,
            "reason": reason.value,
            "gross": amounts["gross"],
            "refunded": amounts["refunded"],
            "net": amounts["net"],
            "currency": order.currency,
            "created_at": format_instant(order.created_at),
        }


def _amounts(sales: Sales, currency: str) -> SalesJson:
    return {
        "gross": format_amount(sales.gross, currency),
        "refunded": format_amount(sales.refunded, currency),
        "net": format_amount(sales.net, currency),
    }


def _agent(row: Row) -> AgentJson:
    return {"agent": row.key, **row_json(row)}


def row_json(row: Row) -> RowJson:
    return {
        "tickets": row.tickets,
        "converted": row.converted,
        "orders": row.orders,
        "by_currency": sales_json(row.by_currency),
    }
