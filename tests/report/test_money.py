"""The money block for people, from a real attribution of a few orders."""

from __future__ import annotations

import json

from simulator.instants import HOUR, parse_instant
from simulator.projection.attribution import join_ledger
from simulator.projection.bill import data_bill, maturity
from simulator.projection.breakdowns import by_rule
from simulator.projection.carried import compare
from simulator.projection.ledger import open_ledger
from simulator.projection.project import Projection
from simulator.projection.values import Customer, Order, Params, Refund, Ticket, TicketEvent
from simulator.report.attribution_lines import attribution_lines
from simulator.report.money import money_view
from simulator.report.numbers import counted, share

D = parse_instant("2026-03-02T10:00Z")
PARAMS = Params(as_of=parse_instant("2026-03-31T00:00Z"))


def projection(strangers: int) -> Projection:
    """Two tickets with 1,234.50 and 100.00 EUR net, agent 7 against agent 8 on the first; orders of strangers."""
    orders = [
        Order(1, D + HOUR, "EUR", 123450, shopify_customer_id=901),
        Order(2, D + HOUR, "EUR", 20000, shopify_customer_id=902),
    ]
    orders += [Order(100 + i, D + HOUR, "EUR", 500) for i in range(strangers)]
    ledger = open_ledger(
        [Customer(1, (), (901,)), Customer(2, (), (902,))], orders, [Refund(1, 2, D + 2 * HOUR, 10000)], PARAMS
    )
    old, new = (
        join_ledger(ledger, [_ticket(10, 1, agent, tags), _ticket(20, 2, 7, ())], PARAMS)
        for agent, tags in ((7, ()), (8, ("VIP",)))
    )
    return Projection(PARAMS, compare(old, new), data_bill(old), maturity(old), by_rule(old, {}))


def _ticket(number: int, customer: int, agent: int, tags: tuple[str, ...]) -> Ticket:
    events = (TicketEvent(1, D, "assigned", agent), TicketEvent(2, D + HOUR, "closed"))
    return Ticket(number, D, customer, "email", "closed", tags=tags, events=events, full_history=True)


def test_the_headline_says_carried_and_how_much_of_all() -> None:
    """Amount, currency, as of when, tickets, and the share of what support is credited with."""
    assert money_view(projection(0), [10]).headline == (
        "1 ticket that would change carried 1,234.50 EUR net of refunds as of 2026-03-31T00:00:00Z "
        "(92.5% of the EUR credited to support): sales already made, whatever the rules."
    )


def test_tables() -> None:
    """Totals before and after, what changed tickets carry by kind, and credit that moves."""
    credited, carried, moved = money_view(projection(0), [10]).tables
    assert credited.rows[-1] == ("net EUR", "1,334.50 EUR", "1,334.50 EUR")
    assert carried.rows == (("retagged", "1", "1", "1,234.50 EUR"), ("reassigned", "1", "1", "1,234.50 EUR"))
    assert moved.rows == (("7", "-1,234.50 EUR"), ("8", "+1,234.50 EUR"))


def test_too_many_strangers_and_no_amount_is_shown() -> None:
    """Above a fifth of the orders the reason stands in place of the number."""
    view = money_view(projection(1), [10])
    assert view.headline.startswith("Money is not shown: 1 of 3 orders have no certain customer, more than 20%.")
    assert (view.tables, view.notes) == ((), ())


def test_words() -> None:
    """Nothing is called the rules' doing."""
    view = money_view(projection(0), [10])
    text = " ".join((view.headline, *view.notes, *(table.title for table in view.tables))).lower()
    assert not any(word in text for word in ("generated", "caused", "uplift", "roi ", "will earn", "saved sales"))


def test_no_ticket_that_carries() -> None:
    """Where nothing changes the credited total is said."""
    assert money_view(projection(0), []).headline.startswith("No ticket that can carry an order would change")


def test_lines_of_the_attribution() -> None:
    """One an order and side, baseline first, with the keys of the contract."""
    lines = [json.loads(text) for text in attribution_lines(projection(1))]
    assert [(found["side"], found["order"], found["reason"]) for found in lines[:3]] == [
        ("baseline", 1, "attributed"), ("baseline", 2, "attributed"), ("baseline", 100, "no_customer"),
    ]  # fmt: skip
    assert [found["agent"] for found in lines if found["order"] == 1] == [7, 8]


def test_numbers_in_words() -> None:
    """Counts with their noun; shares half up in whole numbers, and never zero for something."""
    assert [counted(n, "ticket") for n in (0, 1, 1030)] == ["0 tickets", "1 ticket", "1,030 tickets"]
    assert [share(*n) for n in ((0, 5), (1, 3000), (1, 2000), (1, 8), (5, 5), (1, 0))] == [
        "0.0%", "<0.1%", "0.1%", "12.5%", "100.0%", "-",
    ]  # fmt: skip
