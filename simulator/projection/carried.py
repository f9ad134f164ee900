"""Before against after: what the tickets carried that new rules would touch, and whose credit would move.

The sales are those of history on both sides: rules change who is credited, and which tickets are there to take an
order, never what was bought.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from simulator.projection.attribution import Attribution, Verdict, sales_of
from simulator.projection.breakdowns import Row, row
from simulator.projection.credit import Holder
from simulator.projection.values import Sales

_Differs = Callable[[Attribution, Attribution, int], bool]


def _retagged(before: Attribution, after: Attribution, ticket: int) -> bool:
    return set(before.tickets[ticket].tags) != set(after.tickets[ticket].tags)


def _reprioritised(before: Attribution, after: Attribution, ticket: int) -> bool:
    return before.tickets[ticket].priority != after.tickets[ticket].priority


def _reassigned(before: Attribution, after: Attribution, ticket: int) -> bool:
    """A ticket that can take no order on the after side has no credit there: it was not reassigned."""
    return ticket in after.credits and before.credits[ticket].agent != after.credits[ticket].agent


_KINDS: Mapping[str, _Differs] = {
    "retagged": _retagged,
    "reprioritised": _reprioritised,
    "reassigned": _reassigned,
}
KINDS = tuple(_KINDS)
"""Retagged: another set of tags at the end. Reprioritised: another priority. Reassigned: another agent at close."""


@dataclass(frozen=True, slots=True)
class AccountingChange:
    """What moves because the rules changed which tickets can take orders (trash, spam, merges): sales unchanged.

    `orders`: ids of the orders that go to another ticket, or to none; `entered` and `left`: the reported tickets that
    only the after (before) side has; `by_currency`: the report's total after minus before.
    """

    orders: tuple[int, ...]
    entered: tuple[int, ...]
    left: tuple[int, ...]
    by_currency: Mapping[str, Sales]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides of one ledger.

    `carried`: by kind, what the tickets that differ in it carry on the before side. `credit_moved`: net in minor
    units by agent and currency, without zeros; in each currency it sums to zero. `accounting`: None where both sides
    report the same tickets and give each order to the same one.
    """

    before: Attribution
    after: Attribution
    carried: Mapping[str, Row]
    credit_moved: Mapping[Holder, Mapping[str, int]]
    accounting: AccountingChange | None


def compare(before: Attribution, after: Attribution) -> Comparison:
    """Set two sides side by side. They must share their ledger and parameters (ValueError otherwise)."""
    if before.params != after.params or (before.ledger is not after.ledger and before.ledger != after.ledger):
        raise ValueError("the two sides of a comparison need the same orders and parameters")
    common = [i for i in before.reported if i in after.tickets]
    carried = {
        kind: row(before, kind, (i for i in common if differs(before, after, i))) for kind, differs in _KINDS.items()
    }
    return Comparison(before, after, carried, _credit_moved(before, after), _accounting(before, after))


def _paired(before: Attribution, after: Attribution) -> Iterator[tuple[Verdict, Verdict]]:
    return zip(before.verdicts, after.verdicts, strict=True)


def _credit_moved(before: Attribution, after: Attribution) -> dict[Holder, dict[str, int]]:
    """Each order that both reports count takes its net from one agent to the other: nothing is added or lost."""
    moved: Counter[tuple[Holder, str]] = Counter()
    for old, new in _paired(before, after):
        if old.ticket in before.taken and new.ticket in after.taken:
            assert old.ticket is not None and new.ticket is not None
            currency, net = old.entry.order.currency, old.entry.sales.net
            moved[before.credits[old.ticket].agent, currency] -= net
            moved[after.credits[new.ticket].agent, currency] += net
    table: dict[Holder, dict[str, int]] = {}
    for (agent, currency), net in sorted(moved.items(), key=lambda item: (isinstance(item[0][0], str), item[0])):
        if net:
            table.setdefault(agent, {})[currency] = net
    return table


def _accounting(before: Attribution, after: Attribution) -> AccountingChange | None:
    orders = tuple(old.entry.order.id for old, new in _paired(before, after) if old.ticket != new.ticket)
    if not orders and before.reported.keys() == after.reported.keys():
        return None
    entered = tuple(sorted(after.reported.keys() - before.reported.keys()))
    left = tuple(sorted(before.reported.keys() - after.reported.keys()))
    return AccountingChange(orders, entered, left, _difference(_totals(before), _totals(after)))


def _totals(side: Attribution) -> dict[str, Sales]:
    return sales_of(entry for entries in side.taken.values() for entry in entries)


def _difference(before: Mapping[str, Sales], after: Mapping[str, Sales]) -> dict[str, Sales]:
    none = Sales()
    pairs = {c: (before.get(c, none), after.get(c, none)) for c in sorted({*before, *after})}
    return {
        c: Sales(new.gross - old.gross, new.refunded - old.refunded, new.net - old.net)
        for c, (old, new) in pairs.items()
        if new != old
    }
