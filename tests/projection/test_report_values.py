"""Tables, data bill, maturity, before against after, and the JSON shapes."""

from __future__ import annotations

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from simulator.instants import DAY, HOUR, parse_instant
from simulator.projection.as_json import comparison_json, order_lines, side_json
from simulator.projection.attribution import Attribution, attribute, join_ledger
from simulator.projection.bill import Flag, Quality, data_bill, flags_of, maturity, quality_of
from simulator.projection.breakdowns import by_agent, by_day, by_rule, by_segment, by_team, row
from simulator.projection.carried import compare
from simulator.projection.values import Customer, Order, Params, Reason, Refund, Sales, Ticket, TicketEvent

D = parse_instant("2026-03-02T10:00Z")
PARAMS = Params(as_of=parse_instant("2026-03-31T00:00Z"))
CUSTOMERS = [Customer(i, (), (900 + i,)) for i in (1, 2, 3)]
NOTHING = {"tickets": 0, "converted": 0, "orders": 0, "by_currency": {}}


def ticket(number: int, customer: int, agent: int | None, created: int = D) -> Ticket:
    """A ticket assigned at once and closed an hour later."""
    events = (TicketEvent(1, created, "assigned", agent), TicketEvent(2, created + HOUR, "closed"))
    return Ticket(number, created, customer, "email", "closed", events=events)


TICKETS = [ticket(10, 1, 7), ticket(20, 2, 8), ticket(30, 3, None), ticket(40, 3, 7, PARAMS.as_of - DAY)]
ORDERS = [
    Order(1, D + HOUR, "USD", 5000, shopify_customer_id=901),
    Order(2, D + HOUR, "JPY", 700, shopify_customer_id=902),
    Order(3, D + HOUR, "USD", 0, shopify_customer_id=903, source="pos"),
    Order(4, D + HOUR, "USD", 900, shopify_customer_id=902),
    Order(5, D + HOUR, "USD", 100),
    Order(6, D, "USD", 300, shopify_customer_id=901, test=True),
    Order(7, PARAMS.as_of + 1, "USD", 300, shopify_customer_id=901),
]
REFUNDS = [Refund(1, 1, D + 2 * HOUR, 250), Refund(2, 4, D + 2 * HOUR, 1000)]


@pytest.fixture
def side() -> Attribution:
    """Four tickets and seven orders."""
    return attribute(TICKETS, CUSTOMERS, ORDERS, REFUNDS, PARAMS)


def test_side_json(side: Attribution) -> None:
    """One side of the report: counts, amounts as strings, all reasons, a row an agent."""
    assert side_json(side) == {
        "tickets": 4,
        "converted": 3,
        "orders": 4,
        "by_currency": {
            "JPY": {"gross": "700", "refunded": "0", "net": "700"},
            "USD": {"gross": "59.00", "refunded": "12.50", "net": "47.50"},
        },
        "reasons": {"attributed": 4, "after_as_of": 1, "test": 1, "no_customer": 1},
        "by_agent": [
            {
                "agent": 7,
                "tickets": 2,
                "converted": 1,
                "orders": 1,
                "by_currency": {"USD": {"gross": "50.00", "refunded": "2.50", "net": "47.50"}},
            },
            {
                "agent": 8,
                "tickets": 1,
                "converted": 1,
                "orders": 2,
                "by_currency": {
                    "JPY": {"gross": "700", "refunded": "0", "net": "700"},
                    "USD": {"gross": "9.00", "refunded": "10.00", "net": "0.00"},
                },
            },
            {
                "agent": "(unassigned)",
                "tickets": 1,
                "converted": 1,
                "orders": 1,
                "by_currency": {"USD": {"gross": "0.00", "refunded": "0.00", "net": "0.00"}},
            },
        ],
    }


def test_order_lines(side: Attribution) -> None:
    """A line an order, by id, with every key of the contract, also for orders that count nowhere."""
    lines = list(order_lines("baseline", side))
    assert [line["order"] for line in lines] == [1, 2, 3, 4, 5, 6, 7]
    assert json.dumps(lines[0]) == (
        '{"side": "baseline", "order": 1, "ticket": 10, "customer": 1, "agent": 7, "team": "(unassigned)", '
        '"reason": "attributed", "gross": "50.00", "refunded": "2.50", "net": "47.50", "currency": "USD", '
        '"created_at": "2026-03-02T11:00:00Z"}'
    )
    none = {"ticket": None, "agent": None, "team": None}
    assert lines[4].items() >= {**none, "customer": None, "reason": "no_customer", "net": "1.00"}.items()
    assert lines[5].items() >= {**none, "customer": 1, "reason": "test", "gross": "3.00"}.items()


def test_lines_tell_the_join_and_the_side_the_report() -> None:
    """A channel that no ticket has empties the report, and leaves each order with its ticket."""
    params = replace(PARAMS, channels=frozenset({"chat"}))
    side = attribute(TICKETS, CUSTOMERS, ORDERS, REFUNDS, params)
    found = side_json(side)
    assert (found["tickets"], found["orders"], found["by_currency"], found["by_agent"]) == (0, 0, {}, [])
    assert found["reasons"]["attributed"] == 4
    assert next(order_lines("baseline", side))["agent"] == 7


def test_ratio_without_free_and_refunded_orders(side: Attribution) -> None:
    """Tickets 20 (yen order stays) and 10 paid; ticket 30 took only a free order."""
    assert (side.converted, side.converted_paying) == (3, 2)


def test_days_are_those_of_the_account() -> None:
    """A ticket at 23:30 in New York is not yet the next day's."""
    late = [ticket(10, 1, 7, parse_instant("2026-03-03T04:30Z"))]
    for zone, day in (("America/New_York", "2026-03-02"), ("Europe/Paris", "2026-03-03")):
        side = attribute(late, CUSTOMERS, ORDERS, [], replace(PARAMS, zone=ZoneInfo(zone)))
        assert [r.key for r in by_day(side)] == [day]


def test_rule_rows_overlap(side: Attribution) -> None:
    """All that a rule changed, what it alone changed, and the union; unreported tickets are left out."""
    table = by_rule(side, {"vip": [10, 20], "late": [20, 30, 999], "idle": []})
    assert [(r.rule, r.all.tickets, r.only.tickets) for r in table.rows] == [
        ("idle", 0, 0),
        ("late", 2, 1),
        ("vip", 2, 1),
    ]
    assert table.rows[2].all.by_currency == {"JPY": Sales(700, 0, 700), "USD": Sales(5900, 1250, 4750)}
    assert table.rows[2].only.by_currency == {"USD": Sales(5000, 250, 4750)}
    assert (table.union.tickets, table.union.orders) == (3, 4)


def test_segments_and_teams(side: Attribution) -> None:
    """Given segments partition the tickets, with a row for those that have none."""
    assert [(r.key, r.tickets) for r in by_segment(side, {10: "new", 20: "loyal"})] == [
        ("loyal", 1),
        ("new", 1),
        ("(no segment)", 2),
    ]
    assert [r.key for r in by_team(side)] == ["(unassigned)"]
    assert row(side, "none", []).by_currency == {}


def test_data_bill(side: Attribution) -> None:
    """Counts and amounts by reason; one order in six without a customer is above 5 and below 20 per cent."""
    bill = data_bill(side)
    assert [(line.reason, line.orders) for line in bill.lines] == [
        (Reason.ATTRIBUTED, 4),
        (Reason.AFTER_AS_OF, 1),
        (Reason.TEST, 1),
        (Reason.NO_CUSTOMER, 1),
    ]
    assert bill.lines[3].by_currency == {"USD": Sales(100, 0, 100)}
    assert (bill.existing, bill.unmatched, bill.quality) == (6, 1, Quality.WARN)


@pytest.mark.parametrize(
    ("unmatched", "existing", "quality"),
    [
        (0, 0, Quality.OK),
        (1, 20, Quality.OK),
        (6, 100, Quality.WARN),
        (1, 5, Quality.WARN),
        (201, 1000, Quality.REFUSE),
    ],
)
def test_quality(unmatched: int, existing: int, quality: Quality) -> None:
    """Exactly 5 and 20 per cent are still within."""
    assert quality_of(unmatched, existing) is quality


def test_maturity(side: Attribution) -> None:
    """Open windows, young orders (all of March), free, wholly refunded and point-of-sale orders, each a line."""
    found = maturity(side)
    assert (found.open_windows, found.from_current_value) == (1, 0)
    assert [(line.flag, line.orders) for line in found.lines] == [
        (Flag.REFUNDS_TO_COME, 4),
        (Flag.ZERO_TOTAL, 1),
        (Flag.FULLY_REFUNDED, 1),
        (Flag.POINT_OF_SALE, 1),
    ]


def test_edges_of_maturity() -> None:
    """A window that ends at as_of is complete, and an order exactly 30 days old is no longer young."""
    params = replace(PARAMS, as_of=D + 3 * DAY)
    assert maturity(attribute([ticket(10, 1, 7)], CUSTOMERS, [], [], params)).open_windows == 0
    side = attribute([], CUSTOMERS, ORDERS[:1], [], replace(PARAMS, as_of=D + HOUR + 30 * DAY))
    assert flags_of(side.verdicts[0].entry, side.params) == ()


def test_moved_eligibility_is_an_accounting_change(side: Attribution) -> None:
    """A trashed ticket leaves the report, its order goes to the ticket before; sales are unchanged."""
    older = ticket(9, 1, 8, D - HOUR)
    before = join_ledger(side.ledger, [older, *TICKETS], PARAMS)
    trashed = [t._replace(trashed_datetime=D) if t.id in (10, 20) else t for t in [older, *TICKETS]]
    both = compare(before, join_ledger(side.ledger, trashed, PARAMS))
    assert both.accounting is not None
    assert (both.accounting.orders, both.accounting.entered, both.accounting.left) == ((1, 2, 4), (), (10, 20))
    assert both.accounting.by_currency == {"JPY": Sales(-700, 0, -700), "USD": Sales(-900, -1000, 0)}
    assert both.credit_moved == {7: {"USD": -4750}, 8: {"USD": 4750}}
    assert both.carried["reassigned"].tickets == 0
    assert comparison_json(both) == {
        "carried": {"retagged": NOTHING, "reprioritised": NOTHING, "reassigned": NOTHING},
        "credit_moved": [
            {"agent": 7, "by_currency": {"USD": "-47.50"}},
            {"agent": 8, "by_currency": {"USD": "47.50"}},
        ],
        "accounting": {
            "orders": [1, 2, 4],
            "entered": [],
            "left": [10, 20],
            "by_currency": {
                "JPY": {"gross": "-700", "refunded": "0", "net": "-700"},
                "USD": {"gross": "-9.00", "refunded": "-10.00", "net": "0.00"},
            },
        },
    }


def test_sides_of_two_ledgers_are_not_compared(side: Attribution) -> None:
    """Comparing different orders is a mistake of the caller."""
    with pytest.raises(ValueError, match="same orders"):
        compare(side, attribute(TICKETS, CUSTOMERS, ORDERS[1:], REFUNDS, PARAMS))


def test_agents_without_orders_have_a_row() -> None:
    """A ratio needs the tickets that took nothing, too."""
    side = attribute(TICKETS, CUSTOMERS, [], [], PARAMS)
    assert [(r.key, r.tickets, r.converted) for r in by_agent(side)] == [(7, 2, 0), (8, 1, 0), ("(unassigned)", 1, 0)]
