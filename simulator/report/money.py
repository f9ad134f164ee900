"""The money block: what the tickets that change had carried, and whose credit would move. Accounting, no estimate.

Words: carried, credited; sales that are already there are never called the rules' doing. Where too many orders have
no certain customer, no amount is shown, and the reason stands in its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from simulator.instants import SECOND, format_duration, format_instant
from simulator.money import format_amount
from simulator.projection.bill import REFUSE_ABOVE, Quality
from simulator.projection.breakdowns import Row, row, total
from simulator.projection.project import Projection
from simulator.projection.values import Sales
from simulator.report.numbers import counted, share


@dataclass(frozen=True, slots=True)
class MoneyTable:
    """A titled table; its first column is text, the others are numbers as text."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class MoneyView:
    """What a report for people shows of the money: one sentence, tables, and notes on what is not settled."""

    headline: str
    tables: tuple[MoneyTable, ...]
    notes: tuple[str, ...]


def money_view(projection: Projection, changed: Collection[int]) -> MoneyView:
    """The block for the tickets that change (ids)."""
    if projection.bill.quality is Quality.REFUSE:
        return MoneyView(_refusal(projection), (), ())
    before = projection.comparison.before
    return MoneyView(
        _headline(projection, row(before, "touched", changed)), tuple(_tables(projection)), tuple(_notes(projection))
    )


def _refusal(projection: Projection) -> str:
    bill = projection.bill
    return (
        f"Money is not shown: {bill.unmatched:,} of {bill.existing:,} orders have no certain customer, more than "
        f"{REFUSE_ABOVE}%. Import the customers with their shop profiles, or the orders with their e-mail addresses."
    )


def _headline(projection: Projection, touched: Row) -> str:
    as_of = format_instant(projection.params.as_of)
    whole = total(projection.comparison.before)
    if not touched.tickets:
        return f"No ticket that can carry an order would change; support is credited with {_net(whole)} as of {as_of}."
    shares = ", ".join(
        f"{share(sales.net, whole.by_currency[currency].net)} of the {currency} credited to support"
        for currency, sales in touched.by_currency.items()
        if currency in whole.by_currency and whole.by_currency[currency].net
    )
    return (
        f"{counted(touched.tickets, 'ticket')} that would change carried {_net(touched)} net of refunds as of {as_of}"
        f"{f' ({shares})' if shares else ''}: sales already made, whatever the rules."
    )


def _net(carried: Row) -> str:
    return " + ".join(_amount(sales.net, currency) for currency, sales in carried.by_currency.items()) or "nothing"


def _amount(minor: int, currency: str) -> str:
    """`1,234.50 EUR`, without passing through a float."""
    whole, point, part = format_amount(minor, currency).partition(".")
    return f"{int(whole):,}{point}{part} {currency}" if whole != "-0" else f"-0{point}{part} {currency}"


def _signed(minor: int, currency: str) -> str:
    return f"{'+' if minor > 0 else ''}{_amount(minor, currency)}"


def _tables(projection: Projection) -> Iterator[MoneyTable]:
    compared = projection.comparison
    before, after = total(compared.before), total(compared.after)
    yield MoneyTable("credited to support", ("", "before", "after"), tuple(_totals(before, after)))
    carried = [_carried(kind, some) for kind, some in compared.carried.items() if some.tickets]
    if carried:
        yield MoneyTable(
            "carried, by what changes (rows overlap)", ("tickets", "number", "converted", "net"), tuple(carried)
        )
    if compared.credit_moved:
        yield MoneyTable(
            "credit that would move between agents (sums to zero)", ("agent", "net"), tuple(_moved(projection))
        )


def _totals(before: Row, after: Row) -> Iterator[tuple[str, str, str]]:
    yield "tickets", f"{before.tickets:,}", f"{after.tickets:,}"
    yield "converted", f"{before.converted:,}", f"{after.converted:,}"
    yield "ratio", share(before.converted, before.tickets), share(after.converted, after.tickets)
    yield "orders", f"{before.orders:,}", f"{after.orders:,}"
    for currency in sorted({*before.by_currency, *after.by_currency}):
        yield f"net {currency}", _side(before.by_currency, currency), _side(after.by_currency, currency)


def _side(by_currency: Mapping[str, Sales], currency: str) -> str:
    return _amount(by_currency.get(currency, Sales()).net, currency)


def _carried(kind: str, some: Row) -> tuple[str, ...]:
    return kind, f"{some.tickets:,}", f"{some.converted:,}", _net(some)


def _moved(projection: Projection) -> Iterator[tuple[str, str]]:
    for agent, by_currency in projection.comparison.credit_moved.items():
        yield str(agent), ", ".join(_signed(minor, currency) for currency, minor in by_currency.items())


def _notes(projection: Projection) -> Iterator[str]:
    params, bill, settled = projection.params, projection.bill, projection.settled
    window = format_duration(params.window_seconds * SECOND)
    yield (
        f"An order counts for the latest ticket of its customer at most {window} before it, as of "
        f"{format_instant(params.as_of)}; amounts are net of refunds."
    )
    reasons = ", ".join(f"{line.reason.value} {line.orders:,}" for line in bill.lines)
    yield f"Orders by reason: {reasons}."
    if bill.quality is Quality.WARN:
        yield f"{bill.unmatched:,} of {bill.existing:,} orders have no certain customer and count for nobody."
    if settled.open_windows:
        yield f"{counted(settled.open_windows, 'ticket')} may still take orders: their window is open."
    if settled.from_current_value:
        yield f"{counted(settled.from_current_value, 'ticket')} credited to today's assignee, for want of events."
    flags = ", ".join(f"{line.flag.value} {line.orders:,}" for line in settled.lines)
    if flags:
        yield f"Worth knowing of the orders that count: {flags}."
    if projection.comparison.accounting is not None:
        yield "Accounting change, sales unchanged: rules change which tickets can take orders (spam, trash)."
