"""Which orders count, whose they are, for how much, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.errors import InputError
from simulator.projection.attribution import attribute
from simulator.projection.ledger import Entry, open_ledger
from simulator.projection.values import Customer, Order, Params, Reason, Refund, Ticket

PARAMS = Params(as_of=1000)
ORDER = Order(1, 10, "USD", 500, shopify_customer_id=901)
JO = Customer(1, ("jo@x.com",), (901,))


def entry(order: Order, customers: list[Customer] | None = None, refunds: list[Refund] | None = None) -> Entry:
    """The ledger's entry of one order."""
    return open_ledger([JO] if customers is None else customers, [order], refunds or [], PARAMS).entries[0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"created_at": 1001, "test": True}, Reason.AFTER_AS_OF),
        ({"created_at": 1000}, None),
        ({"test": True, "draft": True}, Reason.TEST),
        ({"draft": True, "cancelled_at": 20}, Reason.DRAFT),
        ({"cancelled_at": 1000, "financial_status": "voided"}, Reason.CANCELLED),
        ({"cancelled_at": 1001}, None),
        ({"financial_status": "expired"}, Reason.VOIDED),
        ({"financial_status": "authorized"}, Reason.UNPAID),
        ({"financial_status": "partially_paid"}, Reason.UNPAID),
        ({"financial_status": "partially_paid", "paid_minor": 0}, None),
        ({"financial_status": "refunded"}, None),
        ({"financial_status": "paid", "shopify_customer_id": None}, Reason.NO_CUSTOMER),
        ({"financial_status": "pending", "shopify_customer_id": None}, Reason.UNPAID),
        ({"test": True, "financial_status": "curious"}, Reason.TEST),
    ],
)
def test_the_first_reason_counts(changes: dict[str, Any], reason: Reason | None) -> None:
    """Reasons are asked in one order, and an instant equal to as_of exists."""
    assert entry(ORDER._replace(**changes)).reason is reason


def test_unpaid_orders_can_be_counted() -> None:
    """With the option on, a pending order is a purchase for its total."""
    found = open_ledger([JO], [ORDER._replace(financial_status="pending")], [], Params(1000, count_unpaid=True))
    assert (found.entries[0].reason, found.entries[0].sales.net) == (None, 500)


def test_wrong_input_is_told_all_at_once() -> None:
    """Every unknown status and doubled order is an error, with the nearest right status."""
    wrong = [ORDER._replace(financial_status="payed"), ORDER, ORDER._replace(id=2, financial_status="?")]
    with pytest.raises(InputError) as caught:
        open_ledger([JO], wrong, [], PARAMS)
    found = [(d.code, d.help) for d in caught.value.diagnostics]
    assert found == [("P002", 'did you mean "paid"?'), ("P003", None), ("P002", None)]


def test_doubled_tickets_are_an_error() -> None:
    """Two tickets of one id cannot both be right."""
    with pytest.raises(InputError, match="ticket 5 is there more than once"):
        attribute([Ticket(5, 1, 1), Ticket(5, 2, 1)], [JO], [ORDER], [], PARAMS)


def test_circles_of_merges_are_told() -> None:
    """Each circle once, from its smallest profile; chains into it are not named."""
    profiles = [Customer(i, merged_into=into) for i, into in ((9, 4), (4, 3), (3, 4), (7, 7), (8, 1))]
    with pytest.raises(InputError) as caught:
        open_ledger(profiles, [], [], PARAMS)
    messages = [d.message.rpartition(": ")[2] for d in caught.value.diagnostics]
    assert messages == ["3 -> 4 -> 3", "7 -> 7"]


def test_chains_of_merges_end_at_the_survivor() -> None:
    """A profile merged twice, into one that the data do not have, is still one customer."""
    profiles = [Customer(2, ("a@x.com",), merged_into=5), Customer(5, (), (901,), merged_into=77)]
    assert entry(ORDER, profiles).customer == 77
    assert entry(ORDER._replace(shopify_customer_id=None, email="A@x.com "), profiles).customer == 77


def test_the_id_beats_the_address() -> None:
    """An id that is known decides alone, even against; one that is not leaves it to the address."""
    profiles = [JO, Customer(2, ("two@x.com",), (902,)), Customer(3, (), (902,))]
    assert entry(ORDER._replace(email="two@x.com"), profiles).customer == 1
    assert entry(ORDER._replace(shopify_customer_id=999, email="two@x.com"), profiles).customer == 2
    ambiguous = entry(ORDER._replace(shopify_customer_id=902, email="jo@x.com"), profiles)
    assert (ambiguous.reason, ambiguous.customer) == (Reason.AMBIGUOUS_CUSTOMER, None)


def test_two_profiles_merged_into_one_are_not_ambiguous() -> None:
    """The same id or address on a profile and on the one that it was merged into is one customer."""
    profiles = [JO, Customer(2, ("jo@x.com",), (901,), merged_into=1)]
    assert entry(ORDER, profiles).customer == 1


def test_addresses_are_not_folded() -> None:
    """Plus signs and dots stay, and an empty address is nobody's."""
    for email in ("jo+shop@x.com", "j.o@x.com", "  ", ""):
        found = entry(ORDER._replace(shopify_customer_id=None, email=email), [JO, Customer(2, ("", " "))])
        assert found.reason is Reason.NO_CUSTOMER


def test_refunds_count_once_in_their_currency_and_time() -> None:
    """By id, at processed_at before created_at, up to and with as_of; another currency is told, not subtracted."""
    refunds = [
        Refund(1, 1, 20, 100),
        Refund(1, 1, 20, 100, "USD"),
        Refund(2, 1, 2000, 50, processed_at=1000),
        Refund(3, 1, 20, 30, processed_at=1001),
        Refund(4, 1, 20, 70, "EUR"),
        Refund(1, 2, 20, 7),
    ]
    ledger = open_ledger([JO], [ORDER], refunds, PARAMS)
    found = ledger.entries[0]
    assert found.sales == (500, 150, 350)
    assert (found.foreign_refunds, ledger.stray_refunds) == (1, 1)


def test_the_amount_paid_comes_before_the_total() -> None:
    """Gross is paid_minor where it is given, also on a paid order."""
    assert entry(ORDER._replace(paid_minor=450)).sales.gross == 450
