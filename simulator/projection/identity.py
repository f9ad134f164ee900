"""Whose order it is: merged profiles first, then the shop's customer id, then the e-mail address.

Telephone numbers are not used. Addresses are compared trimmed and in lower case; `jo+shop@x.com` and `jo@x.com` stay
two addresses, because nobody but the mail provider knows whether they are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from simulator.diagnostics import Diagnostic, Severity
from simulator.errors import InputError
from simulator.projection.values import Customer, Order, Reason

AMBIGUOUS = Reason.AMBIGUOUS_CUSTOMER
NOBODY = Reason.NO_CUSTOMER

_Key = TypeVar("_Key", int, str)


class Identities(NamedTuple):
    """Profiles by what identifies them. A value is the one surviving profile, or AMBIGUOUS where there are several."""

    survivors: Mapping[int, int]
    by_shopify: Mapping[int, int | Reason]
    by_email: Mapping[str, int | Reason]

    def survivor(self, customer_id: int) -> int:
        """The profile that this one was merged into at last; itself if it was not, or is not in the data."""
        return self.survivors.get(customer_id, customer_id)

    def owner(self, order: Order) -> int | Reason:
        """The customer of an order, AMBIGUOUS or NOBODY. The shop's id beats an address that says otherwise."""
        if order.shopify_customer_id is not None:
            found = self.by_shopify.get(order.shopify_customer_id)
            if found is not None:
                return found
        return self.by_email.get(normal_email(order.email), NOBODY) if order.email else NOBODY


def normal_email(email: str) -> str:
    """Trimmed and in lower case."""
    return email.strip().lower()


def identities(customers: Iterable[Customer]) -> Identities:
    """Index the profiles; raises InputError where profiles are merged into each other in a circle."""
    known = tuple(customers)
    survivors = survivors_of({c.id: c.merged_into for c in known if c.merged_into is not None})
    by_shopify: dict[int, int | Reason] = {}
    by_email: dict[str, int | Reason] = {}
    for customer in known:
        survivor = survivors.get(customer.id, customer.id)
        for shopify_id in customer.shopify_ids:
            _claim(by_shopify, shopify_id, survivor)
        for email in customer.emails:
            if address := normal_email(email):
                _claim(by_email, address, survivor)
    return Identities(survivors, by_shopify, by_email)


def _claim(index: dict[_Key, int | Reason], key: _Key, survivor: int) -> None:
    if index.setdefault(key, survivor) != survivor:
        index[key] = AMBIGUOUS


def survivors_of(merged_into: Mapping[int, int]) -> dict[int, int]:
    """The last profile of each chain of merges. A profile that is not in the data can be the survivor.

    Raises InputError naming every circle.
    """
    survivors: dict[int, int] = {}
    circles: set[tuple[int, ...]] = set()
    for start in sorted(merged_into):
        path = [start]
        on_path = {start}
        while (step := merged_into.get(path[-1])) is not None and step not in survivors and step not in on_path:
            path.append(step)
            on_path.add(step)
        if step is not None and step in on_path:
            circles.add(_from_smallest(path[path.index(step) :]))
        end = path[-1] if step is None else survivors.get(step, step)
        survivors.update(dict.fromkeys(path, end))
    if circles:
        raise InputError(_circle(circle) for circle in sorted(circles))
    return survivors


def _from_smallest(circle: list[int]) -> tuple[int, ...]:
    first = circle.index(min(circle))
    return tuple(circle[first:] + circle[:first])


def _circle(circle: tuple[int, ...]) -> Diagnostic:
    path = " -> ".join(map(str, (*circle, circle[0])))
    return Diagnostic("P001", Severity.ERROR, f"customer profiles are merged in a circle: {path}")
