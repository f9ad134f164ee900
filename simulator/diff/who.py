"""Who: the customers who would gain or lose a tag, with the tickets, the rules and the money behind each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from simulator.diff.values import Scope, Who, WhoRow
from simulator.diff.writers import last_changes, writer
from simulator.money import Money
from simulator.outcome import Outcome

_Ends = dict[int, tuple[bool, bool]]


def who(before: Outcome, after: Outcome, scope: Scope, tag: str, money: Mapping[int, Money] | None = None) -> Who:
    """One row a customer with a reported ticket that gains or loses `tag`; tickets without a customer come last.

    `money`: customer -> what they have spent.
    """
    by_customer: defaultdict[int | None, _Ends] = defaultdict(dict)
    for ticket in sorted(scope.reported):
        ends = tag in before.final(ticket).tags, tag in after.final(ticket).tags
        if any(ends):
            by_customer[scope.customers.get(ticket)][ticket] = ends
    rows = [
        _row(before, after, tag, customer, ends, None if customer is None else (money or {}).get(customer))
        for customer, ends in by_customer.items()
        if any(old is not new for old, new in ends.values())
    ]
    return Who(tag, tuple(sorted(rows, key=lambda row: (row.customer is None, row.customer or 0))))


def _row(before: Outcome, after: Outcome, tag: str, customer: int | None, ends: _Ends, money: Money | None) -> WhoRow:
    moved = [ticket for ticket, (old, new) in ends.items() if old is not new]
    lasts = [last_changes(side.tickets[ticket].changes) for ticket in moved for side in (before, after)]
    rules = {writer(last, ("tags", tag)) for last in lasts}
    return WhoRow(
        customer=customer,
        gains=not any(old for old, _ in ends.values()),
        loses=not any(new for _, new in ends.values()),
        tickets_added=tuple(t for t in moved if ends[t][1]),
        tickets_removed=tuple(t for t in moved if ends[t][0]),
        rules=tuple(sorted(rule for rule in rules if rule is not None)),
        money=money,
    )
