"""What a rule sees of a customer's orders at the time of an event.

The ticket is of instant 100; a unit of money is 1.00.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from simulator.facts.facts import Facts, Mode
from simulator.facts.values import MISSING, Provenance, Seen
from tests.facts.worlds import COUNT, CREATED, LAST, SPENT, TAGS, Row, at, facts_of, rows, ticket

AS_OF, TODAY = Provenance.AS_OF, Provenance.TODAY


def order(id: int, at: int, units: int = 10, **columns: object) -> Row:
    """An order of Shopify customer 901."""
    return {"id": id, "created_at": at, "total_minor": units * 100, "shop_customer_id": 901, **columns}


def refund(order_id: int, at: int | None, units: int, **columns: object) -> Row:
    """Money given back."""
    id = order_id * 1000 + (at or 0)
    return {"id": id, "order_id": order_id, "at": at, "amount_minor": units * 100, **columns}


def profile(columns: Row | None = None, /, **more: object) -> Row:
    """The profile of customer 1."""
    return {"customer_id": 1, "integration_id": 5, "shop_customer_id": 901, **(columns or {}), **more}


TOTALS: Row = {"orders_count": 42, "total_spent": "999.5", "currency": "EUR"}


def shop(
    *orders: Row,
    refunds: Sequence[Row] = (),
    profiles: Sequence[Mapping[str, object]] | None = None,
    mode: Mode = "as-of",
) -> Facts:
    """Facts of one ticket of customer 1, jo@x.com."""
    return facts_of(
        rows(
            customer=[{"id": 1, "email": "jo@x.com"}],
            customer_address=[{"customer_id": 1, "address": "jo@x.com"}, {"customer_id": 1, "address": "jo@y.com"}],
            shop_profile=[profile(TOTALS)] if profiles is None else profiles,
            ticket=[ticket(customer_id=1)],
            shop_order=orders,
            order_refund=refunds,
        ),
        mode,
    )


def money(text: str, provenance: Provenance = AS_OF) -> Seen:
    """An amount as seen."""
    return Seen(Decimal(text), provenance)


def over_time(facts: Facts, path: str, *instants: int) -> list[object]:
    """Values at several instants."""
    return [facts.seen(path, 0, now).value for now in instants]


def test_orders_count_from_their_creation_on() -> None:
    """At its own instant an order is there; test orders never."""
    facts = shop(
        order(1, 200), order(2, 300, financial_status="voided"), order(3, 250, test=1), order(4, 400, cancelled_at=410)
    )
    assert over_time(facts, COUNT, 199, 200, 299, 300, 400, 500) == [0, 1, 1, 2, 3, 3]
    assert over_time(facts, LAST + "created_at", 199, 200, 300, 400) == [None, 200, 300, 400]
    assert at(facts, COUNT, 300) == Seen(Decimal(2), AS_OF)


PAID = [
    ("paid", None, "10.00"), ("partially_refunded", None, "10.00"), ("refunded", None, "10.00"),
    ("partially_paid", 400, "6.00"), ("pending", None, "0.00"), ("authorized", None, "0.00"), ("expired", None, "0.00"),
    ("voided", None, "0.00"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "outstanding", "expected"), PAID)
def test_the_amount_paid_goes_by_the_status(status: str, outstanding: int | None, expected: str) -> None:
    """Before anything is given back; money not paid cannot be given back either."""
    facts = shop(order(1, 50, financial_status=status, outstanding_minor=outstanding), refunds=(refund(1, 900, 3),))
    assert at(facts, SPENT, 100) == money(expected)
    after = Decimal(expected) - 3 if expected != "0.00" else Decimal(0)
    assert at(facts, SPENT, 900) == Seen(after, AS_OF)
    assert str(at(facts, SPENT, 100).value) == expected


def test_refunds_count_from_their_own_time_on() -> None:
    """One that is dated before its order counts with the order."""
    refunds = (refund(1, 300, 2), refund(1, 400, 3), refund(2, 10, 1))
    facts = shop(order(1, 200), order(2, 500, units=5), refunds=refunds)
    expected = ["0.00", "10.00", "8.00", "5.00", "9.00"]
    assert [str(v) for v in over_time(facts, SPENT, 100, 200, 300, 499, 500)] == expected


def test_a_refund_without_a_date_counts_from_the_order_on_and_is_flagged() -> None:
    """Nobody is taken to have spent more than the shop kept."""
    facts = shop(order(1, 200), refunds=(refund(1, None, 4),))
    assert (at(facts, SPENT, 199), at(facts, SPENT, 200)) == (money("0.00"), money("6.00", TODAY))


def test_an_order_said_to_be_refunded_without_refunds_is_flagged() -> None:
    """When and how much is not known."""
    facts = shop(order(1, 200, financial_status="refunded"))
    assert at(facts, SPENT, 200) == money("10.00", TODAY)
    assert at(facts, LAST + "financial_status", 200) == Seen("refunded", TODAY)


def test_several_currencies() -> None:
    """Only the orders in the currency of the newest one, flagged as soon as others are left out."""
    facts = shop(order(1, 200), order(2, 300, currency="JPY", total_minor=700), order(3, 400, units=1))
    seen = [at(facts, SPENT, now) for now in (200, 300, 400)]
    assert seen == [money("10.00"), money("700", TODAY), money("11.00", TODAY)]
    assert str(seen[1].value) == "700"
    assert at(facts, LAST + "total_price", 300) == money("700")


def test_orders_all_of_them_later() -> None:
    """None, nothing, and no last order: known as of then."""
    facts = shop(order(1, 200))
    assert at(facts, COUNT, 100) == Seen(Decimal(0), AS_OF)
    assert at(facts, SPENT, 100) == money("0.00")
    assert at(facts, LAST + "total_price", 100) == MISSING


EMBEDDED = [
    {"id": 9, "created_at": "1970-01-01T00:00:00.000300Z", "total_price": "3.00", "currency": "EUR", "test": True},
    {"id": 8, "created_at": "1970-01-01T00:00:00.000200Z", "total_price": "2.00", "currency": "EUR",
     "financial_status": "paid", "tags": "b, a", "shipping_address": {"country": "France"}},
    {"id": 7, "created_at": "1970-01-01T00:00:00.000100Z", "total_price": "1.00", "currency": "EUR",
     "financial_status": "refunded", "fulfillment_status": "fulfilled", "refunds": [
         {"processed_at": "1970-01-01T00:00:00.000150Z", "transactions": [
             {"kind": "refund", "status": "success", "amount": "1.00"},
             {"kind": "refund", "status": "failure", "amount": "1.00"}]}]},
    {"id": 6, "created_at": "never"},
]  # fmt: skip


def test_without_orders_the_embedded_totals_stand_in() -> None:
    """Flagged as today's; the embedded orders give the last one as of then."""
    facts = shop(profiles=(profile(TOTALS, orders=EMBEDDED, tags=["VIP"], created_at=150),))
    assert at(facts, COUNT, 100) == Seen(Decimal(42), TODAY)
    assert at(facts, SPENT, 100) == money("999.50", TODAY)
    assert str(at(facts, SPENT, 100).value) == "999.50"
    assert over_time(facts, LAST + "total_price", 100, 199, 200, 400) == [
        Decimal(1),
        Decimal(1),
        Decimal(2),
        Decimal(2),
    ]
    assert over_time(facts, LAST + "financial_status", 100, 150, 200) == ["paid", "refunded", "paid"]
    assert at(facts, LAST + "fulfillment_status", 100) == Seen("fulfilled", TODAY)
    assert at(facts, LAST + "shipping_address.country", 200) == Seen("France", TODAY)
    assert at(facts, LAST + "tags", 200) == Seen(("b", "a"), TODAY)
    assert (at(facts, CREATED, 149), at(facts, CREATED, 150)) == (MISSING, Seen(150, AS_OF))
    assert at(facts, TAGS, 100) == Seen(("VIP",), TODAY)


def test_test_orders_alone_are_no_orders() -> None:
    """The embedded totals stand in for them."""
    assert at(shop(order(1, 50, test=1)), COUNT, 100) == Seen(Decimal(42), TODAY)


def test_neither_orders_nor_profile_is_missing() -> None:
    """A stranger has not zero orders: nothing is known of it."""
    facts = shop(profiles=())
    assert {at(facts, path, 100) for path in (COUNT, SPENT, CREATED, TAGS, LAST + "created_at")} == {MISSING}


def test_orders_found_by_e_mail_count_without_a_profile() -> None:
    """By any address of the customer, where the Shopify id leads nowhere."""
    orders = (order(1, 10, email="jo@y.com", shop_customer_id=None), order(2, 20, email="jo@x.com", shop_customer_id=5))
    facts = shop(*orders, profiles=())
    assert at(facts, COUNT, 100) == Seen(Decimal(2), AS_OF)


def test_the_shopify_id_goes_before_the_e_mail() -> None:
    """An order of another Shopify customer that somebody has is not joined by its address."""
    other = {"customer_id": 2, "integration_id": 5, "shop_customer_id": 902}
    facts = shop(order(1, 10, shop_customer_id=902, email="jo@x.com"), profiles=(profile(TOTALS), other))
    assert at(facts, COUNT, 100) == Seen(Decimal(42), TODAY)


def test_two_candidates_are_nobody() -> None:
    """By id, or by e-mail."""
    tables: dict[str, list[Row]] = {
        "customer": [{"id": 1}, {"id": 2}],
        "customer_address": [{"customer_id": id, "address": "jo@x.com"} for id in (1, 2)],
        "ticket": [ticket(customer_id=1)],
    }
    by_email = order(1, 10, shop_customer_id=None, email="jo@x.com")
    assert at(facts_of(rows(**tables, shop_order=[by_email])), COUNT, 100) == MISSING
    twice = [profile(customer_id=id) for id in (1, 2)]
    by_id = order(1, 10, email="jo@x.com")
    assert at(facts_of(rows(**tables, shop_profile=twice, shop_order=[by_id])), COUNT, 100) == MISSING


def test_a_merged_customers_orders_are_the_survivors() -> None:
    """Both Shopify ids lead to it, and one person under one address is not two candidates."""
    tables = rows(
        customer=[{"id": 1}, {"id": 2, "merged_into": 1}],
        customer_address=[{"customer_id": id, "address": "jo@x.com"} for id in (1, 2)],
        shop_profile=[profile(), profile(shop_customer_id=902, customer_id=2)],
        ticket=[ticket(customer_id=2)],
        shop_order=[
            order(1, 10),
            order(2, 20, shop_customer_id=902),
            order(3, 30, shop_customer_id=None, email="jo@x.com"),
        ],
    )
    assert at(facts_of(tables), COUNT, 100) == Seen(Decimal(3), AS_OF)


def test_of_several_shops_the_lowest_integration_counts() -> None:
    """Its totals, its orders and its tags; orders of the customer's other shops do not."""
    second = profile(integration_id=9, orders_count=7, tags=["second"], shop_customer_id=902)
    first = profile(orders_count=3, tags=["first"])
    facts = shop(order(1, 10, shop_customer_id=902), profiles=(second, first))
    assert at(facts, COUNT, 100) == Seen(Decimal(3), TODAY)
    assert at(facts, TAGS, 100) == Seen(("first",), TODAY)
    assert at(shop(order(1, 10), order(2, 20, shop_customer_id=902), profiles=(second, first)), COUNT, 100).value == 1


def test_financial_status_by_the_amount_refunded_so_far() -> None:
    """Paid at zero, partially refunded below the amount paid, refunded from there."""
    facts = shop(order(1, 100, financial_status="refunded"), refunds=(refund(1, 200, 4), refund(1, 300, 6)))
    path = LAST + "financial_status"
    assert over_time(facts, path, 100, 200, 299, 300) == [
        "paid",
        "partially_refunded",
        "partially_refunded",
        "refunded",
    ]
    assert at(facts, path, 200).provenance == AS_OF


@pytest.mark.parametrize("status", ["pending", "voided", "partially_paid"])
def test_the_status_of_an_order_not_paid_is_todays(status: str) -> None:
    """Nothing tells when it became so."""
    assert at(shop(order(1, 100, financial_status=status)), LAST + "financial_status", 100) == Seen(status, TODAY)


def test_fulfilment_by_its_dates() -> None:
    """Missing before the first, partial before the last, then today's."""
    facts = shop(order(1, 100, fulfillment_status="fulfilled", first_fulfilled_at=200, last_fulfilled_at=300))
    path = LAST + "fulfillment_status"
    assert over_time(facts, path, 100, 199, 200, 299, 300) == [None, None, "partial", "partial", "fulfilled"]
    assert at(facts, path, 300).provenance == AS_OF
    assert at(shop(order(1, 100, fulfillment_status="partial")), path, 100) == Seen("partial", TODAY)


def test_other_fields_of_the_last_order() -> None:
    """What stays after the creation is as of then, what may change is today's; tags always are."""
    data = {"name": "#7", "shipping_address": {"country": "FR"}, "discount_codes": [{"code": "A"}, {"code": "B"}],
            "fulfillments": [{"created_at": f"1970-01-01T00:00:00.{at:06}Z", "status": status}
                             for at, status in ((200, "one"), (250, "two"), (300, "three"))]}  # fmt: skip
    facts = shop(order(1, 100, data=data, tags=["b", "a"], first_fulfilled_at=200, last_fulfilled_at=300))
    assert at(facts, LAST + "name", 100) == Seen("#7", AS_OF)
    assert at(facts, LAST + "shipping_address.country", 100) == Seen("FR", TODAY)
    assert at(facts, LAST + "discount_codes.code", 100) == Seen(("A", "B"), TODAY)
    assert at(facts, LAST + "tags", 100) == Seen(("b", "a"), TODAY)
    assert over_time(facts, LAST + "last_fulfillment.status", 100, 200, 250, 300) == [None, "one", "two", "three"]


def test_current_facts_are_the_exports_own() -> None:
    """The profile's totals where there are any, else those of all orders; all flagged."""
    facts = shop(order(1, 900), profiles=(profile(TOTALS, created_at=950),), mode="current")
    assert at(facts, COUNT, 100) == Seen(Decimal(42), TODAY)
    assert at(facts, SPENT, 100) == money("999.50", TODAY)
    assert at(facts, LAST + "created_at", 100) == Seen(900, TODAY)
    assert at(facts, CREATED, 100) == Seen(950, TODAY)
    bare = shop(order(1, 900, email="jo@x.com", shop_customer_id=None), profiles=(), mode="current")
    assert (at(bare, COUNT, 100), at(bare, SPENT, 100)) == (Seen(Decimal(1), TODAY), money("10.00", TODAY))
