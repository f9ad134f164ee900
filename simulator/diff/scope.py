"""FACTS -> SCOPE: what a comparison needs to know of the snapshot, and what its customers have spent."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from simulator.diff.values import Scope
from simulator.facts.facts import Facts
from simulator.money import Money, exponent
from simulator.outcome import FieldScalar
from simulator.rules.fields import canonical


def scope_of(facts: Facts, reported: Collection[int]) -> Scope:
    """The scope of a comparison over the reported tickets (ids)."""
    history = facts.history
    counted = [row for row, ticket in enumerate(history.tickets) if ticket.id in reported]
    return Scope(
        reported=sorted(reported),
        customers={ticket.id: ticket.customer_id for ticket in history.tickets},
        events=sum(history.first[row + 1] - history.first[row] for row in counted),
        exported=_Exported(facts).value,
        created={ticket.id: ticket.created_at for ticket in history.tickets},
        last=history.last,
    )


class _Exported:
    """The exported value of a customer's custom field, read where a rule wrote one."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        history = facts.history
        self._row = {t.customer_id: history.first[row] for row, t in enumerate(history.tickets)}

    def value(self, customer: int, field: str) -> FieldScalar:
        row = self._row[customer]
        seen = self._facts.seen(f"ticket.customer.custom_fields.{field}", row, self._facts.history.at[row])
        return None if isinstance(seen.value, tuple) else seen.value


def spent_by(facts: Facts, reported: Collection[int]) -> dict[int, Money]:
    """What each customer of a reported ticket had spent by the last event of their tickets, where a shop knows it."""
    history = facts.history
    last: dict[int, int] = {}
    for row, ticket in enumerate(history.tickets):
        if ticket.customer_id is not None and ticket.id in reported:
            event = history.first[row + 1] - 1
            standing = last.get(ticket.customer_id)
            if standing is None or history.at[event] >= history.at[standing]:
                last[ticket.customer_id] = event
    found = {customer: _money_seen(facts, event) for customer, event in last.items()}
    return {customer: money for customer, money in found.items() if money is not None}


def _money_seen(facts: Facts, event: int) -> Money | None:
    at = facts.history.at[event]
    spent = facts.seen(canonical("customer.total_spent"), event, at).value
    currency = facts.seen(canonical("last_order.currency"), event, at).value
    if not isinstance(spent, Decimal) or not isinstance(currency, str):
        return None
    return Money(int(spent.scaleb(exponent(currency))), currency)
