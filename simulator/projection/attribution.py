"""Attribution of one side: every order with its ticket or the reason why not, every ticket with what it carried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from simulator.diagnostics import Diagnostic, Severity
from simulator.errors import InputError
from simulator.projection.credit import Credit, credit_of
from simulator.projection.eligible import in_report, is_eligible
from simulator.projection.ledger import Entry, Ledger, open_ledger
from simulator.projection.values import Customer, Order, Params, Reason, Refund, Sales, Ticket
from simulator.projection.winners import NOBODY, column, latest_within


class Verdict(NamedTuple):
    """What became of one order; `ticket` is the id of the ticket that took it, None unless attributed."""

    entry: Entry
    reason: Reason
    ticket: int | None


@dataclass(frozen=True, slots=True)
class Attribution:
    """One side.

    `verdicts`: all orders by id, before the report's filter. `tickets`: all tickets of the side by id. `reported`:
    the eligible ones in the period and channels, by ascending id; ratios and totals are about them alone. `taken`: by
    reported ticket its orders, in the order of their ids; a ticket that is not in it took none. `credits`: by ticket,
    for every reported ticket and every ticket that took an order.
    """

    params: Params
    ledger: Ledger
    verdicts: tuple[Verdict, ...]
    tickets: Mapping[int, Ticket]
    reported: Mapping[int, Ticket]
    taken: Mapping[int, tuple[Entry, ...]]
    credits: Mapping[int, Credit]

    @property
    def converted(self) -> int:
        """Reported tickets that took an order, be it refunded or free."""
        return len(self.taken)

    @property
    def converted_paying(self) -> int:
        """The same without tickets whose orders were all free of charge or wholly refunded."""
        return sum(any(entry.sales.net for entry in entries) for entries in self.taken.values())

    @property
    def reasons(self) -> dict[Reason, int]:
        """How many orders met each reason; they add up to all orders. In the order in which reasons are asked."""
        counts = Counter(verdict.reason for verdict in self.verdicts)
        return {reason: counts[reason] for reason in Reason if counts[reason]}


def attribute(
    tickets: Iterable[Ticket],
    customers: Iterable[Customer],
    orders: Iterable[Order],
    refunds: Iterable[Refund],
    params: Params,
    credits: Mapping[int, Credit] | None = None,
) -> Attribution:
    """Attribute one side from its inputs, in any order; `credits` as in `join_ledger`.

    Raises InputError for circles of merges, unknown financial statuses and doubled ids.
    """
    return join_ledger(open_ledger(customers, orders, refunds, params), tickets, params, credits)


def join_ledger(
    ledger: Ledger, tickets: Iterable[Ticket], params: Params, credits: Mapping[int, Credit] | None = None
) -> Attribution:
    """Join an open ledger with the tickets of a side.

    `credits` gives ready credit by ticket id, such as that of the replayed outcome; a ticket that is not in it is
    credited by its recorded events. `params` must be those with which the ledger was opened.
    """
    by_id = _by_id(tickets)
    eligible = [ticket for ticket in by_id.values() if is_eligible(ticket, params)]
    verdicts = tuple(_verdicts(ledger, eligible, params))
    reported = {ticket.id: ticket for ticket in eligible if in_report(ticket, params)}
    taken = taken_by(verdicts, reported)
    given = {} if credits is None else credits
    needed = sorted({*reported, *(v.ticket for v in verdicts if v.ticket is not None)})
    credited = {i: given.get(i) or credit_of(by_id[i], params.as_of) for i in needed}
    return Attribution(params, ledger, verdicts, by_id, reported, taken, credited)


def _by_id(tickets: Iterable[Ticket]) -> dict[int, Ticket]:
    ordered = sorted(tickets, key=lambda ticket: ticket.id)
    by_id = {ticket.id: ticket for ticket in ordered}
    if len(by_id) < len(ordered):
        doubled = sorted(i for i, count in Counter(ticket.id for ticket in ordered).items() if count > 1)
        raise InputError(Diagnostic("P003", Severity.ERROR, f"ticket {i} is there more than once") for i in doubled)
    return by_id


def _verdicts(ledger: Ledger, eligible: list[Ticket], params: Params) -> Iterator[Verdict]:
    survivor = ledger.people.survivors.get
    owners = [survivor(t.customer_id, t.customer_id) for t in eligible if t.customer_id is not None]
    buyers = [(e.customer, e.order.created_at) for e in ledger.entries if e.reason is None and e.customer is not None]
    positions = latest_within(
        column(owners),
        column([ticket.created_datetime for ticket in eligible]),
        column([ticket.id for ticket in eligible]),
        column([customer for customer, _ in buyers]),
        column([at for _, at in buyers]),
        params.window,
    )
    winners = iter(positions.tolist())
    for entry in ledger.entries:
        if entry.reason is not None:
            yield Verdict(entry, entry.reason, None)
        elif (position := next(winners)) == NOBODY:
            yield Verdict(entry, Reason.NO_TICKET_IN_WINDOW, None)
        else:
            yield Verdict(entry, Reason.ATTRIBUTED, eligible[position].id)


def taken_by(verdicts: Iterable[Verdict], reported: Collection[int]) -> dict[int, tuple[Entry, ...]]:
    """The orders of each reported ticket that took any, by ascending id; `verdicts` are in the order of the orders."""
    taken: dict[int, list[Entry]] = {}
    for entry, _, ticket in verdicts:
        if ticket is not None and ticket in reported:
            taken.setdefault(ticket, []).append(entry)
    return {ticket: tuple(taken[ticket]) for ticket in sorted(taken)}


def sales_of(entries: Iterable[Entry]) -> dict[str, Sales]:
    """Totals per currency, by currency code; currencies are never added up."""
    sums: dict[str, Sales] = {}
    for entry in entries:
        currency = entry.order.currency
        sums[currency] = sums.get(currency, Sales()).plus(entry.sales)
    return dict(sorted(sums.items()))
