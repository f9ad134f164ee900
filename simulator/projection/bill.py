"""The data bill: what became of all orders, whether money may be shown at all, and what is not mature yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from simulator.instants import DAY
from simulator.projection.attribution import Attribution, sales_of
from simulator.projection.credit import Basis
from simulator.projection.ledger import Entry
from simulator.projection.values import Params, Reason, Sales

REFUSE_ABOVE = 20
WARN_ABOVE = 5
"""Per cent of orders whose customer is not known or not certain."""

YOUNG = 30 * DAY
"""Orders younger than this may still be sent back."""

_UNMATCHED = (Reason.NO_CUSTOMER, Reason.AMBIGUOUS_CUSTOMER)


class Quality(StrEnum):
    """Whether the money page may be shown."""

    OK = "ok"
    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class BillLine:
    """All orders of one reason, as they stand at as_of: also those that count in no total."""

    reason: Reason
    orders: int
    by_currency: Mapping[str, Sales]


@dataclass(frozen=True, slots=True)
class DataBill:
    """One line a reason that occurs, in the order in which reasons are asked.

    `unmatched` of the `existing` orders (those after as_of do not exist) have no customer, or several.
    `foreign_refunds` orders have refunds in another currency, which were not subtracted; `stray_refunds` belong to no
    order of the data.
    """

    lines: tuple[BillLine, ...]
    existing: int
    unmatched: int
    quality: Quality
    foreign_refunds: int
    stray_refunds: int


def data_bill(attribution: Attribution) -> DataBill:
    """The bill of one side, over all orders of the data, whatever the report's period and channels."""
    groups: dict[Reason, list[Entry]] = {}
    for verdict in attribution.verdicts:
        groups.setdefault(verdict.reason, []).append(verdict.entry)
    lines = tuple(BillLine(r, len(groups[r]), sales_of(groups[r])) for r in Reason if r in groups)
    existing = sum(line.orders for line in lines if line.reason is not Reason.AFTER_AS_OF)
    unmatched = sum(line.orders for line in lines if line.reason in _UNMATCHED)
    foreign = sum(verdict.entry.foreign_refunds > 0 for verdict in attribution.verdicts)
    quality = quality_of(unmatched, existing)
    return DataBill(lines, existing, unmatched, quality, foreign, attribution.ledger.stray_refunds)


def quality_of(unmatched: int, existing: int) -> Quality:
    """Refuse above 20 % of unmatched orders, warn above 5 %; exactly 20 and 5 % are still within."""
    if unmatched * 100 > REFUSE_ABOVE * existing:
        return Quality.REFUSE
    return Quality.WARN if unmatched * 100 > WARN_ABOVE * existing else Quality.OK


class Flag(StrEnum):
    """What a reader should know about an order that counts."""

    REFUNDS_TO_COME = "refunds still to come"
    ZERO_TOTAL = "zero total"
    FULLY_REFUNDED = "fully refunded"
    FOREIGN_REFUND = "refund in another currency, not subtracted"
    RENEWAL = "automatic renewal"
    POINT_OF_SALE = "point of sale"


_FLAGS: Mapping[Flag, Callable[[Entry, Params], bool]] = {
    Flag.REFUNDS_TO_COME: lambda entry, params: entry.order.created_at > params.as_of - YOUNG,
    Flag.ZERO_TOTAL: lambda entry, params: entry.sales.gross == 0,
    Flag.FULLY_REFUNDED: lambda entry, params: entry.sales.gross > 0 and entry.sales.net == 0,
    Flag.FOREIGN_REFUND: lambda entry, params: entry.foreign_refunds > 0,
    Flag.RENEWAL: lambda entry, params: entry.order.source.startswith("subscription"),
    Flag.POINT_OF_SALE: lambda entry, params: entry.order.source == "pos",
}


def flags_of(entry: Entry, params: Params) -> tuple[Flag, ...]:
    """The flags of one order. An order exactly 30 days old is no longer young."""
    return tuple(flag for flag, holds in _FLAGS.items() if holds(entry, params))


@dataclass(frozen=True, slots=True)
class MaturityLine:
    """The orders of the report with one flag, and their money; they are in the totals all the same."""

    flag: Flag
    orders: int
    by_currency: Mapping[str, Sales]


@dataclass(frozen=True, slots=True)
class Maturity:
    """`open_windows`: reported tickets whose window ends after as_of, so that they may still take orders.
    `from_current_value`: reported tickets credited to today's assignee, for want of events. `lines`: by flag, those
    that occur."""

    open_windows: int
    from_current_value: int
    lines: tuple[MaturityLine, ...]


def maturity(attribution: Attribution) -> Maturity:
    """What is not settled yet in one side's report."""
    params = attribution.params
    flagged: dict[Flag, list[Entry]] = {}
    for entries in attribution.taken.values():
        for entry in entries:
            for flag in flags_of(entry, params):
                flagged.setdefault(flag, []).append(entry)
    lines = tuple(MaturityLine(f, len(flagged[f]), sales_of(flagged[f])) for f in Flag if f in flagged)
    still_open = sum(t.created_datetime + params.window > params.as_of for t in attribution.reported.values())
    by_value = sum(attribution.credits[i].basis is not Basis.EVENTS for i in attribution.reported)
    return Maturity(still_open, by_value, lines)
