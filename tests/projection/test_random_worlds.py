"""Attribution on random small worlds: against a plain scan of everything, and what must always hold.

The worlds are small and crowded on purpose: a few instants around the window's edge, so that ties, exact edges,
merged and doubled profiles, refunds and events at one instant come up all the time.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.projection.attribution import Attribution, attribute, join_ledger
from simulator.projection.bill import data_bill
from simulator.projection.breakdowns import by_agent, by_channel, by_day, by_priority, by_team, total
from simulator.projection.carried import compare
from simulator.projection.credit import credit_of, credit_with_rules
from simulator.projection.values import Customer, EventType, Order, Params, Refund, Sales, Ticket, TicketEvent

SECOND = 1_000_000
WINDOW = 10
STATUSES = ("paid",) * 8 + (
    "refunded",
    "partially_refunded",
    "partially_paid",
    "pending",
    "authorized",
    "voided",
    "expired",
)
KINDS: tuple[EventType, ...] = ("assigned", "unassigned", "team_assigned", "team_unassigned", "closed", "reopened")
EMAILS = ("a@x.com", " A@X.com", "b@x.com", "c@x.com")


class World(NamedTuple):
    """All inputs of one attribution."""

    tickets: list[Ticket]
    customers: list[Customer]
    orders: list[Order]
    refunds: list[Refund]
    params: Params

    def attributed(self) -> Attribution:
        """The attribution of this world."""
        return attribute(*self)


def instant(r: random.Random) -> int:
    """One of few instants, at times a microsecond beside it."""
    return r.randrange(12) * SECOND + r.choice((0, 0, 0, 0, 1, -1))


def a_ticket(r: random.Random, number: int) -> Ticket:
    """A ticket; about three in ten have something that can keep orders from them."""
    events = tuple(an_event(r, n) for n in range(r.randrange(6)))
    odd = r.random() < 0.3
    return Ticket(
        number,
        instant(r),
        None if odd and r.random() < 0.2 else r.choice((1, 1, 1, 2, 2, 3, 4, 5)),
        r.choice(("email", "chat")),
        r.choice(("open", "closed")),
        r.choice(("normal", "high")),
        tuple(r.sample(("VIP", "sizing"), r.randrange(3))),
        odd and r.random() < 0.3,
        instant(r) if odd and r.random() < 0.5 else None,
        1 if odd and r.random() < 0.2 else None,
        r.random() < 0.2,
        r.choice((None, 7, 8)),
        r.choice((None, 70)),
        events,
    )


def an_event(r: random.Random, number: int) -> TicketEvent:
    """A recorded event with ids that are not in the order of time."""
    kind = r.choice(KINDS)
    user = r.choice((7, 8, 9)) if kind == "assigned" else None
    team = r.choice((70, 80)) if kind == "team_assigned" else None
    by = r.choice(("human", "auto", "rule"))
    return TicketEvent(number, instant(r), kind, user, by, team)  # type: ignore[arg-type]


def an_order(r: random.Random, number: int, tickets: list[Ticket]) -> Order:
    """An order with a total that is at times zero; half of them at an edge of some ticket's window."""
    near = r.choice(tickets).created_datetime if tickets and r.random() < 0.5 else None
    edge = r.choice((0, 3, WINDOW)) * SECOND + r.choice((-1, 0, 0, 1))
    return Order(
        number,
        instant(r) if near is None else near + edge,
        r.choice(("USD", "USD", "EUR", "JPY")),
        r.choice((0, 100, 250)),
        r.choice((None, None, 0, 60)),
        r.choice(STATUSES),
        r.random() < 0.05,
        r.random() < 0.05,
        instant(r) if r.random() < 0.1 else None,
        r.choice((None, 901, 901, 901, 902, 902, 903, 904, 999)),
        r.choice((None, "", "b@x.com ", "A@x.com", "c@x.com", "nobody@x.com")),
    )


def a_refund(r: random.Random, number: int) -> Refund:
    """A refund; ids repeat, with the same content as the first or another."""
    processed = instant(r) if r.random() < 0.3 else None
    return Refund(number % 7, r.randrange(14), instant(r), r.choice((30, 100, 400)), r.choice((None, "USD")), processed)


def a_world(seed: int) -> World:
    """A small world; profiles are merged only into later ones, so never in a circle."""
    r = random.Random(seed)
    customers = [
        Customer(
            i,
            tuple(r.sample(EMAILS, r.randrange(3))),
            (900 + i,) if r.random() < 0.8 else tuple(r.sample((901, 902, 903), r.randrange(3))),
            r.randrange(i + 1, 7) if r.random() < 0.3 else None,
        )
        for i in range(1, 6)
    ]
    params = Params(
        as_of=r.choice((9, 16, 40)) * SECOND,
        window_seconds=r.choice((0, 3, WINDOW, 10**12)),
        period_start=r.choice((None, 5 * SECOND)),
        period_end=r.choice((None, 15 * SECOND)),
        channels=r.choice((None, frozenset({"chat"}))),
        include_outbound=r.random() < 0.7,
        count_unpaid=r.random() < 0.2,
    )
    tickets = [a_ticket(r, n) for n in r.sample(range(1, 120), r.randrange(16))]
    orders = [an_order(r, n, tickets) for n in range(r.randrange(12))]
    return World(tickets, customers, orders, [a_refund(r, n) for n in range(r.randrange(10))], params)


# A plain scan, written from the text of the accounting rules and sharing nothing with the package but its values.


def scan_reason(world: World, order: Order) -> str | None:
    """Why the order is no purchase."""
    p = world.params
    partly = order.financial_status == "partially_paid" and order.paid_minor is None
    unpaid = order.financial_status in ("pending", "authorized") or partly
    checks = (
        ("after_as_of", order.created_at > p.as_of),
        ("test", order.test),
        ("draft", order.draft),
        ("cancelled", order.cancelled_at is not None and order.cancelled_at <= p.as_of),
        ("voided", order.financial_status in ("voided", "expired")),
        ("unpaid", unpaid and not p.count_unpaid),
    )
    return next((reason for reason, holds in checks if holds), None)


def scan_survivor(world: World, number: int) -> int:
    """Where a profile was merged to at last."""
    for customer in world.customers:
        if customer.id == number and customer.merged_into is not None:
            return scan_survivor(world, customer.merged_into)
    return number


def scan_customer(world: World, order: Order) -> int | str:
    """Whose order it is."""
    by_id = {scan_survivor(world, c.id) for c in world.customers if order.shopify_customer_id in c.shopify_ids}
    if by_id:
        return by_id.pop() if len(by_id) == 1 else "ambiguous_customer"
    address = (order.email or "").strip().lower()
    owners = {scan_survivor(world, c.id) for c in world.customers if address in [e.strip().lower() for e in c.emails]}
    if not owners or not address:
        return "no_customer"
    return owners.pop() if len(owners) == 1 else "ambiguous_customer"


def scan_eligible(world: World, ticket: Ticket) -> bool:
    """Whether a ticket can take orders."""
    p = world.params
    trashed = ticket.trashed_datetime is not None and ticket.trashed_datetime <= p.as_of
    gone = ticket.spam or trashed or ticket.merged_into is not None
    outbound = ticket.from_agent and not p.include_outbound
    return ticket.created_datetime <= p.as_of and ticket.customer_id is not None and not gone and not outbound


def scan_winner(world: World, customer: int, order: Order) -> int | None:
    """The latest ticket in the window, by looking at all of them."""
    best: tuple[int, int] | None = None
    for ticket in world.tickets:
        age = order.created_at - ticket.created_datetime
        if not scan_eligible(world, ticket) or ticket.customer_id is None:
            continue
        if scan_survivor(world, ticket.customer_id) == customer and 0 <= age <= world.params.window_seconds * SECOND:
            best = max(best or (ticket.created_datetime, ticket.id), (ticket.created_datetime, ticket.id))
    return None if best is None else best[1]


def scan_net(world: World, order: Order) -> int:
    """What remains after refunds; of a doubled refund the last by time, then amount, then currency."""
    known = [r for r in world.refunds if r.order_id == order.id and r.at <= world.params.as_of]
    last = {r.id: r for r in sorted(known, key=lambda r: (r.at, r.amount_minor, r.currency or ""))}
    back = sum(r.amount_minor for r in last.values() if r.currency in (None, order.currency))
    gross = order.total_minor if order.paid_minor is None else order.paid_minor
    return max(0, gross - back)


def scan(world: World) -> dict[int, tuple[str, int | None, int]]:
    """Reason, ticket and net of every order."""
    found: dict[int, tuple[str, int | None, int]] = {}
    for order in world.orders:
        reason, ticket = scan_reason(world, order), None
        if reason is None:
            owner = scan_customer(world, order)
            if isinstance(owner, int):
                ticket = scan_winner(world, owner, order)
                reason = "no_ticket_in_window" if ticket is None else "attributed"
            else:
                reason = owner
        found[order.id] = (reason, ticket, scan_net(world, order))
    return found


def scan_total(world: World) -> dict[str, int]:
    """Net by currency of the report's tickets."""
    p, sums = world.params, dict[str, int]()
    shown = {
        t.id
        for t in world.tickets
        if (p.period_start is None or t.created_datetime >= p.period_start)
        and (p.period_end is None or t.created_datetime < p.period_end)
        and (not p.channels or t.channel in p.channels)
    }
    found = scan(world)
    for order in world.orders:
        _, ticket, amount = found[order.id]
        if ticket in shown:
            sums[order.currency] = sums.get(order.currency, 0) + amount
    return sums


def verdicts(side: Attribution) -> dict[int, tuple[str, int | None, int]]:
    """The same of the package."""
    return {v.entry.order.id: (v.reason.value, v.ticket, v.entry.sales.net) for v in side.verdicts}


@pytest.mark.parametrize("block", range(10))
def test_the_join_equals_a_plain_scan(block: int) -> None:
    """On 300 random worlds a block every order has the reason, ticket and net of the plain scan, and totals agree."""
    for seed in range(block * 300, block * 300 + 300):
        world = a_world(seed)
        side = world.attributed()
        assert verdicts(side) == scan(world), seed
        assert net(side) == scan_total(world), seed


def test_the_random_worlds_are_worth_something() -> None:
    """Every reason, both sides of the window's edge, ties at one instant and merged buyers do come up in them."""
    reasons: set[str] = set()
    exact = late = ties = merged = 0
    for seed in range(1000):
        world = a_world(seed)
        found = scan(world)
        tickets = {t.id: t for t in world.tickets}
        created = [t.created_datetime for t in world.tickets]
        edge = world.params.window_seconds * SECOND
        for order in world.orders:
            reason, winner, _ = found[order.id]
            reasons.add(reason)
            late += any(order.created_at - at == edge + 1 for at in created)
            if winner is not None:
                ticket = tickets[winner]
                exact += order.created_at - ticket.created_datetime == edge
                ties += rivals(world, ticket) > 1
                merged += ticket.customer_id != scan_survivor(world, ticket.customer_id or 0)
    assert len(reasons) == 10
    assert min(exact, late, ties, merged) > 25, (exact, late, ties, merged)


def rivals(world: World, ticket: Ticket) -> int:
    """How many eligible tickets of the same profile were created at the same instant, this one included."""
    same = [t for t in world.tickets if t[1:3] == ticket[1:3]]
    return sum(scan_eligible(world, t) for t in same)


seeds = st.integers(min_value=0, max_value=2**32)
always = settings(deadline=None, derandomize=True)


def net(side: Attribution) -> dict[str, int]:
    """The report's net by currency."""
    return {currency: sales.net for currency, sales in total(side).by_currency.items()}


@always
@given(seeds)
def test_partitions_add_up(seed: int) -> None:
    """Agents, teams, channels, priorities and days each add up to the report's total, money and counts."""
    side = a_world(seed).attributed()
    whole = total(side)
    for rows in (by_agent(side), by_team(side), by_channel(side), by_priority(side), by_day(side)):
        sums: dict[str, Sales] = {}
        for row in rows:
            for currency, sales in row.by_currency.items():
                sums[currency] = sums.get(currency, Sales()).plus(sales)
        assert sums == whole.by_currency
        counts = [(row.tickets, row.converted, row.orders) for row in rows]
        expected = (whole.tickets, whole.converted, whole.orders)
        assert tuple(map(sum, zip(*counts, strict=True))) == expected if counts else whole.tickets == 0


@always
@given(seeds, seeds)
def test_credit_only_moves(seed: int, other: int) -> None:
    """Whatever rules assign, tag or trash, the credit moved sums to zero in every currency."""
    world = a_world(seed)
    r = random.Random(other)
    after = [t._replace(spam=t.spam or r.random() < 0.2, tags=r.choice(((), ("VIP",)))) for t in world.tickets]
    made = {t.id: [an_event(r, n)._replace(by="rule") for n in range(r.randrange(3))] for t in after}
    credits = {t.id: credit_with_rules(t, made[t.id], world.params.as_of) for t in after}
    before = world.attributed()
    both = compare(before, join_ledger(before.ledger, after, world.params, credits))
    sums: dict[str, int] = {}
    for moved in both.credit_moved.values():
        for currency, amount in moved.items():
            sums[currency] = sums.get(currency, 0) + amount
    assert not any(sums.values())


@always
@given(seeds)
def test_without_rules_people_keep_their_credit(seed: int) -> None:
    """Where people alone assigned and no rule does, both ways to the credit agree."""
    r = random.Random(seed)
    events = tuple(an_event(r, n)._replace(by="human") for n in range(1, r.randrange(2, 8)))
    ticket = Ticket(1, 0, 1, events=events)
    assert credit_with_rules(ticket, (), 9 * SECOND) == credit_of(ticket, 9 * SECOND)


@always
@given(seeds)
def test_same_eligibility_means_same_totals(seed: int) -> None:
    """Tags, priority and assignment never change the total, and no accounting change is reported."""
    world = a_world(seed)
    before = world.attributed()
    after = [t._replace(tags=("new",), priority="critical") for t in world.tickets]
    credits = {t.id: credit_with_rules(t, (TicketEvent(0, 0, "assigned", 99, "rule"),), 10**9) for t in after}
    both = compare(before, join_ledger(before.ledger, after, world.params, credits))
    assert both.accounting is None
    assert net(both.before) == net(both.after)
    assert both.carried["retagged"].by_currency == total(before).by_currency


@always
@given(seeds)
def test_trash_explains_the_difference(seed: int) -> None:
    """Where rules change which tickets can take orders, the accounting change is the difference of the totals."""
    world = a_world(seed)
    before = world.attributed()
    after = join_ledger(before.ledger, [t._replace(spam=t.id % 2 == 0) for t in world.tickets], world.params)
    change = compare(before, after).accounting
    old, new = net(before), net(after)
    moved = {c: sales.net for c, sales in change.by_currency.items()} if change else {}
    assert all(new.get(c, 0) - old.get(c, 0) == moved.get(c, 0) for c in {*old, *new})


@always
@given(seeds)
def test_net_is_never_negative(seed: int) -> None:
    """No order and no total is below zero."""
    side = a_world(seed).attributed()
    assert all(v.entry.sales.net >= 0 for v in side.verdicts)
    assert all(amount >= 0 for amount in net(side).values())


@always
@given(seeds)
def test_a_stranger_changes_nothing(seed: int) -> None:
    """A customer with tickets and orders of their own leaves all other orders as they are."""
    world = a_world(seed)
    stranger = Customer(500, ("stranger@x.com",), (5000,))
    more = World(
        [*world.tickets, Ticket(500, 5 * SECOND, 500)],
        [*world.customers, stranger],
        [*world.orders, Order(500, 6 * SECOND, "USD", 77, shopify_customer_id=5000)],
        world.refunds,
        world.params,
    )
    found = verdicts(more.attributed())
    assert found.pop(500)[0] in ("attributed", "no_ticket_in_window")
    assert found == verdicts(world.attributed())


@always
@given(seeds, st.integers(min_value=-(10**15), max_value=10**15))
def test_shifting_time_changes_nothing(seed: int, by: int) -> None:
    """All times moved by one constant give the same verdicts and credits."""
    world = a_world(seed)
    moved, plain = shifted(world, by).attributed(), world.attributed()
    assert verdicts(moved) == verdicts(plain)
    assert moved.credits == plain.credits
    assert net(moved) == net(plain)


def shifted(world: World, by: int) -> World:
    """The world with every time moved."""

    def move(at: int | None) -> int | None:
        return None if at is None else at + by

    p = world.params
    return World(
        [
            t._replace(
                created_datetime=t.created_datetime + by,
                trashed_datetime=move(t.trashed_datetime),
                events=tuple(e._replace(at=e.at + by) for e in t.events),
            )
            for t in world.tickets
        ],
        world.customers,
        [o._replace(created_at=o.created_at + by, cancelled_at=move(o.cancelled_at)) for o in world.orders],
        [r._replace(created_at=r.created_at + by, processed_at=move(r.processed_at)) for r in world.refunds],
        replace(p, as_of=p.as_of + by, period_start=move(p.period_start), period_end=move(p.period_end)),
    )


@always
@given(seeds, seeds)
def test_the_order_of_input_changes_nothing(seed: int, other: int) -> None:
    """Shuffled inputs, and events within each ticket, give the same attribution."""
    world = a_world(seed)
    r = random.Random(other)
    tickets = [t._replace(events=tuple(r.sample(t.events, len(t.events)))) for t in world.tickets]
    mixed = World(tickets, list(world.customers), list(world.orders), list(world.refunds), world.params)
    for items in (mixed.tickets, mixed.customers, mixed.orders, mixed.refunds):
        r.shuffle(items)
    one, two = world.attributed(), mixed.attributed()
    assert (one.verdicts, one.taken, one.credits) == (two.verdicts, two.taken, two.credits)
    assert by_agent(one) == by_agent(two)
    assert data_bill(one) == data_bill(two)


@settings(always, max_examples=200)
@given(seeds, st.integers(min_value=0, max_value=40), st.integers(min_value=0, max_value=40))
def test_a_smaller_window_never_increases_the_total(seed: int, one: int, other: int) -> None:
    """Orders that count within the smaller window count within the larger, for the same ticket."""
    world = a_world(seed)
    small, large = (
        world._replace(params=replace(world.params, window_seconds=seconds)).attributed()
        for seconds in sorted((one, other))
    )
    assert all(amount <= net(large).get(currency, 0) for currency, amount in net(small).items())
    assert all(v.ticket in (None, w.ticket) for v, w in zip(small.verdicts, large.verdicts, strict=True))


@always
@given(seeds)
def test_every_order_has_one_reason(seed: int) -> None:
    """The reasons' counts and the bill's lines add up to all orders."""
    world = a_world(seed)
    side = world.attributed()
    assert sum(side.reasons.values()) == len(world.orders)
    assert sum(line.orders for line in data_bill(side).lines) == len(world.orders)
