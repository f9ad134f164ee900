"""The money of a page: what tickets carried, before | after. Accounting (L0): sales already made, whatever the rules.

Where too many orders have no certain customer, `refused` is set and no amount is on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from simulator.projection.bill import REFUSE_ABOVE, BillLine, Maturity, Quality
from simulator.projection.breakdowns import Key, Row, RuleRow, row, total
from simulator.projection.carried import AccountingChange
from simulator.projection.project import BREAKDOWNS, Projection
from simulator.projection.values import Params, Sales
from simulator.report.page.tickets import TicketFacts

ROWS = 200
"""Rows of a breakdown at most; what is cut is said."""

_EMPTY = Row("", 0, 0, 0, {})


class Amounts(NamedTuple):
    """One currency on either side."""

    currency: str
    before: Sales
    after: Sales


class Compared(NamedTuple):
    """A row of a breakdown: an agent, a tag ... on either side, and its money by currency."""

    key: Key
    before: Row
    after: Row
    money: tuple[Amounts, ...]


class Breakdown(NamedTuple):
    """A table by agent, team, channel, priority or tag; `idle`: the rows without an order. Rows of tags overlap."""

    kind: str
    rows: tuple[Compared, ...]
    idle: tuple[Compared, ...]
    cut: int
    overlaps: bool


class Moved(NamedTuple):
    """Net that goes to (or from) a holder of credit, by currency."""

    holder: Key
    by_currency: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """All that the page tells of money. `touched`: the changed tickets on the before side; `paying`: converted tickets
    with money left after refunds, before and after; `moved_in_all`: what the holders that gain credit gain together."""

    refused: bool
    refuse_above: int
    params: Params
    whole: Compared
    paying: tuple[int, int]
    touched: Row
    touched_customers: int
    carried: Mapping[str, Row]
    moved: tuple[Moved, ...]
    moved_in_all: Mapping[str, int]
    breakdowns: tuple[Breakdown, ...]
    rules: tuple[RuleRow, ...]
    rules_cut: int
    any_rule: Row
    bill: tuple[BillLine, ...]
    orders: int
    unmatched: int
    quality: str
    foreign_refunds: int
    stray_refunds: int
    settled: Maturity
    accounting: AccountingChange | None


def money_page(projection: Projection, changed: frozenset[int]) -> MoneyPage:
    """The page for a run; `changed`: ids of the tickets with an edit."""
    compared, bill, rules = projection.comparison, projection.bill, projection.rules
    before, after = compared.before, compared.after
    return MoneyPage(
        refused=bill.quality is Quality.REFUSE,
        refuse_above=REFUSE_ABOVE,
        params=projection.params,
        whole=_compared("total", total(before), total(after)),
        paying=(before.converted_paying, after.converted_paying),
        touched=row(before, "touched", changed),
        touched_customers=len({before.reported[ticket].customer_id for ticket in changed & before.reported.keys()}),
        carried=compared.carried,
        moved_in_all=_in_all(compared.credit_moved.values()),
        moved=tuple(Moved(holder, by_currency) for holder, by_currency in compared.credit_moved.items()),
        breakdowns=tuple(_breakdowns(projection)),
        rules=rules.rows[:ROWS],
        rules_cut=max(len(rules.rows) - ROWS, 0),
        any_rule=rules.union,
        bill=bill.lines,
        orders=bill.existing,
        unmatched=bill.unmatched,
        quality=bill.quality.value,
        foreign_refunds=bill.foreign_refunds,
        stray_refunds=bill.stray_refunds,
        settled=projection.settled,
        accounting=compared.accounting,
    )


def facts_of_money(projection: Projection) -> dict[int, TicketFacts]:
    """What the projection knows of its tickets, for a page that was given nothing else."""
    tickets = projection.comparison.before.tickets
    return {i: TicketFacts(t.customer_id, t.created_datetime, t.channel or None) for i, t in tickets.items()}


def _in_all(moves: Iterable[Mapping[str, int]]) -> dict[str, int]:
    gained: dict[str, int] = {}
    for by_currency in moves:
        for currency, net in by_currency.items():
            gained[currency] = gained.get(currency, 0) + max(net, 0)
    return dict(sorted(gained.items()))


def _breakdowns(projection: Projection) -> Iterator[Breakdown]:
    compared = projection.comparison
    for kind, rows_of in BREAKDOWNS.items():
        old, new = ({row.key: row for row in rows_of(side)} for side in (compared.before, compared.after))
        rows = sorted((_compared(key, old.get(key, _EMPTY), new.get(key, _EMPTY)) for key in {*old, *new}), key=_rank)
        busy, idle = ([row for row in rows if bool(_orders(row)) is wanted] for wanted in (True, False))
        cut = max(len(busy) - ROWS, 0) + max(len(idle) - ROWS, 0)
        yield Breakdown(kind, tuple(busy[:ROWS]), tuple(idle[:ROWS]), cut, kind == "tag")


def _orders(row: Compared) -> int:
    return row.before.orders + row.after.orders


def _rank(row: Compared) -> tuple[bool, int, int, bool, int, str]:
    """Those whose money differs first, then most orders, then most tickets; keys settle the rest."""
    steady = all(amounts.before == amounts.after for amounts in row.money)
    number = row.key if isinstance(row.key, int) else 0
    tickets = row.before.tickets + row.after.tickets
    return steady, -_orders(row), -tickets, isinstance(row.key, str), number, str(row.key)


def _compared(key: Key, before: Row, after: Row) -> Compared:
    currencies = sorted({*before.by_currency, *after.by_currency})
    none = Sales()
    money = tuple(Amounts(c, before.by_currency.get(c, none), after.by_currency.get(c, none)) for c in currencies)
    return Compared(key, before, after, money)
