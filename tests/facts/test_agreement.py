"""Properties: a column and a single view never disagree, and totals are what adding up by hand gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.facts.facts import Facts, Mode
from simulator.facts.values import Column, Provenance, Seen
from tests.facts.worlds import COUNT, CREATED, LAST, SPENT, TAGS, Row, event, facts_of, message, rows, ticket
from tests.twin.snapshots import Rows

PATHS = (
    "message.text", "message.channel", "message.from_agent", "message.integration_id", "message.created_datetime",
    "ticket.channel", "ticket.created_datetime", "ticket.opened_datetime", "ticket.satisfaction_survey.score",
    "ticket.last_message_datetime", "ticket.last_received_message_datetime",
    "ticket.customer.email", "ticket.customer.data.a", "ticket.customer.custom_fields.1",
    "ticket.customer.external.t.c",
    SPENT, COUNT, CREATED, TAGS, LAST + "created_at", LAST + "total_price", LAST + "financial_status",
    LAST + "fulfillment_status", LAST + "tags", LAST + "note",
)  # fmt: skip

INSTANT = st.integers(0, 12)
IDS = st.integers(1, 3)
STATUS = st.sampled_from(["paid", "partially_refunded", "refunded", "partially_paid", "pending"])
CURRENCY = st.sampled_from(["EUR", "EUR", "USD", "JPY"])
ANY = st.sampled_from([None, 1, 1.5, True, "1", ["a", 1]])
OF_MESSAGE: dict[str, st.SearchStrategy[object]] = {
    "from_agent": st.booleans(),
    "rule_id": st.sampled_from([None, None, 4]),
    "channel": st.sampled_from(["a", "b"]),
}


def many(**columns: st.SearchStrategy[object]) -> st.SearchStrategy[list[Row]]:
    """Up to six rows with ids."""
    made = st.lists(st.fixed_dictionaries(columns), max_size=6)
    return made.map(lambda found: [{"id": place + 1, **row} for place, row in enumerate(found)])


@st.composite
def orders(draw: st.DrawFn) -> list[Row]:
    """Orders of three Shopify customers and one of nobody, some fulfilled in parts."""
    made = draw(
        many(created_at=INSTANT, total_minor=st.integers(0, 30), financial_status=STATUS, currency=CURRENCY,
             shop_customer_id=st.sampled_from([901, 902, 903, None]), email=st.sampled_from(["1@x", "2@x", None]),
             outstanding_minor=st.none() | st.integers(0, 9), test=st.sampled_from([0, 0, 0, 1]),
             fulfillment_status=st.none() | st.just("fulfilled"))
    )  # fmt: skip
    for order in made:
        if draw(st.booleans()):
            order["first_fulfilled_at"], order["last_fulfilled_at"] = sorted(draw(st.tuples(INSTANT, INSTANT)))
    return made


@st.composite
def worlds(draw: st.DrawFn) -> Rows:
    """A few tickets of three customers at a dozen instants, so that everything collides."""
    of = {"created_at": INSTANT, "ticket_id": st.integers(1, 6)}
    refunds = many(
        order_id=st.integers(1, 6), at=st.none() | INSTANT, amount_minor=st.integers(1, 9), currency=CURRENCY
    )
    totals: Row = {"integration_id": 1, "orders_count": 5, "total_spent": "7.5", "currency": "EUR"}
    joined = draw(many(key=st.sampled_from(["1", "2@x", "3"]), at=st.none() | INSTANT))
    return rows(
        ticket=[
            {**ticket(), **row}
            for row in draw(many(created_at=INSTANT, customer_id=st.none() | IDS, opened_at=st.none() | INSTANT))
        ],
        message=[{**message(0, 0), **row} for row in draw(many(**of, **OF_MESSAGE))],
        event=[{**event(0, 0, "ticket-closed", user_id=5), **row} for row in draw(many(**of))],
        survey=draw(many(ticket_id=of["ticket_id"], score=st.integers(1, 5), scored_at=st.none() | INSTANT)),
        customer=[
            {"id": id, "email": f"{id}@x", "data": {"a": draw(ANY)}, "custom_fields": {"1": draw(ANY)}}
            for id in (1, 2, 3)
        ],
        shop_profile=[
            {"customer_id": id, "shop_customer_id": 900 + id, "created_at": draw(INSTANT), **totals}
            for id in sorted(draw(st.sets(IDS)))
        ],
        shop_order=draw(orders()),
        order_refund=draw(refunds),
        external_row=[
            {"row": row["id"], "table_name": "t", "key": row["key"], "at": row["at"], "columns": {"c": row["id"]}}
            for row in joined
        ],
    )


def seen_in(column: Column, row: int) -> Seen:
    """What a column says of an event."""
    place = column.rows[row]
    value = None if place < 0 else column.values[place]
    if value is None:
        return Seen(None, Provenance.MISSING)
    return Seen(value, Provenance.TODAY if column.today[place] else Provenance.AS_OF)


@settings(max_examples=150, deadline=None)
@given(worlds(), st.sampled_from(["as-of", "current"]))
def test_column_and_view_agree(world: Rows, mode: Mode) -> None:
    """Value, type and provenance, for every path, at every event."""
    facts = facts_of(world, mode)
    for path in PATHS:
        column = facts.column(path)
        for row, now in enumerate(facts.history.at):
            one, other = facts.seen(path, row, now), seen_in(column, row)
            assert (one, type(one.value), str(one.value)) == (other, type(other.value), str(other.value)), path


@settings(max_examples=150, deadline=None)
@given(worlds(), INSTANT)
def test_totals_are_what_adding_up_gives(world: Rows, now: int) -> None:
    """Count and money of each ticket's customer, by a plain sum over all orders and refunds."""
    facts = facts_of(world)
    for place, start in enumerate(facts.history.tickets):
        own = [
            order for order in world["shop_order"] if _owner(order, world) == start.customer_id and not order["test"]
        ]
        if start.customer_id is None or not own:
            continue
        there = sorted((o for o in own if _int(o["created_at"]) <= now), key=lambda o: (o["created_at"], o["id"]))
        row = facts.history.first[place]
        assert facts.seen(COUNT, row, now) == Seen(Decimal(len(there)), Provenance.AS_OF)
        assert facts.seen(SPENT, row, now).value == _spent(there, world, now)


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value


def _owner(order: Mapping[str, object], world: Rows) -> object:
    for profile in world["shop_profile"]:
        if profile["shop_customer_id"] == order["shop_customer_id"]:
            return profile["customer_id"]
    return int(str(order["email"])[0]) if order["email"] else None


def _spent(there: Sequence[Mapping[str, object]], world: Rows, now: int) -> Decimal:
    total, currency = 0, there[-1]["currency"] if there else "EUR"
    for order in there:
        paid = _int(order["total_minor"]) if order["financial_status"] != "pending" else 0
        if order["financial_status"] == "partially_paid":
            paid -= _int(order["outstanding_minor"] or 0)
        if order["currency"] == currency and paid:
            total += paid - sum(
                _int(refund["amount_minor"])
                for refund in world["order_refund"]
                if refund["order_id"] == order["id"] and refund["currency"] == currency
                if refund["at"] is None or _int(refund["at"]) <= now
            )
    return Decimal(total) if currency == "JPY" else Decimal(total) / 100


def test_the_same_facts_twice_are_the_same() -> None:
    """A column is made once and kept."""
    facts: Facts = facts_of(rows(ticket=[ticket()]))
    assert facts.column("ticket.channel") is facts.column("ticket.channel")
