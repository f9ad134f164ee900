"""The worked cases of attribution through real exports and `--report attribution=`."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.e2e.desk import D, Desk, Json, Run, at, refund, replay, rule, rule_set, simulator

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
KEYS = [
    "side",
    "order",
    "ticket",
    "customer",
    "agent",
    "team",
    "reason",
    "gross",
    "refunded",
    "net",
    "currency",
    "created_at",
]


def d(hours: float = 0, micros: int = 0) -> str:
    """The instant so many hours after d."""
    return (START + timedelta(hours=hours, microseconds=micros)).isoformat()


def shop() -> Desk:
    """Customer 1 is Shopify's 901; agents 7, 8 and 9."""
    desk = Desk()
    desk.shopper(1, 901, "jo@x.com")
    for id in (7, 8, 9):
        desk.user(id)
    return desk


def closed(
    desk: Desk,
    id: int,
    when: str = D,
    close: str = at("11:00"),
    by: int | None = 7,
    customer: int | None = 1,
    **fields: Any,
) -> None:
    """A ticket with full history: created, assigned by its agent, closed."""
    desk.story(id, when, customer, **fields)
    if by:
        desk.event("ticket-assigned", id, close, by, data={"assignee_user_id": by})
    desk.event("ticket-closed", id, close, by or 7)


def attribute(
    desk: Desk, folder: Path, *options: object, candidate: Json | str = "none", as_of: str = "2026-03-31T00:00:00Z"
) -> Run:
    return replay(folder, desk.snapshot(folder), candidate, "none", "--as-of", as_of, *options)


def lines(run: Run, *keys: str, side: str = "candidate") -> list[Any]:
    chosen = [line for line in run.attribution if line["side"] == side]
    return [line[keys[0]] if len(keys) == 1 else tuple(line[key] for key in keys) for line in chosen]


def block(run: Run, side: str = "candidate") -> Json:
    sides: Json = run.report["projection"]["attribution"]
    found: Json = sides[side] if side in sides else sides[{"candidate": "after", "baseline": "before"}[side]]
    return found


def total(run: Run) -> dict[str, str]:
    return {currency: sums["net"] for currency, sums in block(run)["by_currency"].items()}


def test_a1_an_order_a_day_later(tmp_path: Path) -> None:
    """A1: T10 d by 7; order 5000 at d+24h: T10, 5000, agent 7, 1/1 converted."""
    desk = shop()
    closed(desk, 10)
    desk.order(1, d(24), "50.00")
    run = attribute(desk, tmp_path)
    assert [line for line in run.attribution if line["side"] == "candidate"] == [
        {
            "side": "candidate",
            "order": 1,
            "ticket": 10,
            "customer": 1,
            "agent": 7,
            "team": "(unassigned)",
            "reason": "attributed",
            "gross": "50.00",
            "refunded": "0.00",
            "net": "50.00",
            "currency": "USD",
            "created_at": "2026-03-03T10:00:00Z",
        }
    ]
    assert all(list(line) == KEYS for line in run.attribution)
    assert (block(run)["tickets"], block(run)["converted"], block(run)["orders"]) == (1, 1, 1)
    assert block(run)["by_currency"] == {"USD": {"gross": "50.00", "refunded": "0.00", "net": "50.00"}}
    assert block(run)["reasons"] == {"attributed": 1}


def test_a2_a3_a4_both_ends_of_the_window(tmp_path: Path) -> None:
    """A2-A4: exactly 72 h counts, 72 h + 1 microsecond does not; at d counts, a second before does not."""
    desk = shop()
    closed(desk, 10)
    desk.order(1, d(72), "50.00")
    desk.order(2, d(72, 1), "50.00")
    desk.order(3, d(-1 / 3600), "50.00")
    desk.order(4, d(), "7.00")
    run = attribute(desk, tmp_path)
    none = "no_ticket_in_window"
    assert lines(run, "order", "ticket", "reason") == [
        (1, 10, "attributed"),
        (2, None, none),
        (3, None, none),
        (4, 10, "attributed"),
    ]
    assert total(run) == {"USD": "57.00"}
    only = shop()
    closed(only, 10)
    only.order(2, d(72, 1), "50.00")
    assert total(attribute(only, tmp_path / "a3")) == {}


def test_window_option(tmp_path: Path) -> None:
    """`--window 3d` (5d, 7d or any duration)."""
    desk = shop()
    closed(desk, 10)
    desk.order(1, d(72, 1), "50.00")
    assert total(attribute(desk, tmp_path, "--window", "5d")) == {"USD": "50.00"}
    assert total(attribute(desk, tmp_path, "--window", "36h")) == {}


def test_a5_the_most_recent_ticket_wins(tmp_path: Path) -> None:
    """A5: T10 d by 7, T11 d+24h by 8; 2000 at d+23h -> T10 (7); 3000 at d+24.5h -> T11 (8); 2/2."""
    desk = shop()
    closed(desk, 10)
    closed(desk, 11, d(24), d(25), 8)
    desk.order(1, d(23), "20.00")
    desk.order(2, d(24.5), "30.00")
    run = attribute(desk, tmp_path)
    assert lines(run, "ticket", "agent", "net") == [(10, 7, "20.00"), (11, 8, "30.00")]
    assert (block(run)["converted"], block(run)["tickets"]) == (2, 2)
    assert [(row["agent"]) for row in block(run)["by_agent"]]


def test_a6_same_instant_the_larger_id(tmp_path: Path) -> None:
    """A6: T10 and T12 both at d (7, 8); order at d+2h: T12, agent 8; 1/2 converted."""
    desk = shop()
    closed(desk, 12, by=8)
    closed(desk, 10)
    closed(desk, 9)
    desk.order(1, d(2), "10.00")
    run = attribute(desk, tmp_path)
    assert lines(run, "ticket", "agent") == [(12, 8)]
    assert (block(run)["converted"], block(run)["tickets"]) == (1, 3)


def test_a7_refunds(tmp_path: Path) -> None:
    """A7: 9990 with refunds 2490 and 1000 (as_of + 1 s): 7500; 1000 with refund 1200: 0; T10 converted."""
    desk = shop()
    closed(desk, 10)
    late = refund(3, "2026-03-31T00:00:01Z", "10.00")
    desk.order(
        1,
        d(1),
        "99.90",
        status="partially_refunded",
        refunds=[refund(1, "2026-03-20T00:00:00Z", "24.90"), late],
        current_total_price="64.00",
    )
    desk.order(2, d(2), "10.00", status="refunded", refunds=[refund(5, "2026-03-20T00:00:00Z", "12.00")])
    run = attribute(desk, tmp_path)
    assert lines(run, "gross", "refunded", "net") == [("99.90", "24.90", "75.00"), ("10.00", "12.00", "0.00")]
    assert total(run) == {"USD": "75.00"} and block(run)["converted"] == 1


def test_a8_what_is_no_purchase(tmp_path: Path) -> None:
    """A8: test, cancelled, voided, pending (unpaid), partially_paid with paid 150: only 150; the first reason in order
    counts.
    """
    desk = shop()
    closed(desk, 10)
    desk.order(1, d(), "1.00", test=True, cancelled_at=d(1))
    desk.order(2, d(), "2.00", cancelled_at="2026-03-30T00:00:00Z", status="voided")
    desk.order(3, d(), "3.00", status="voided")
    desk.order(4, d(), "4.00", status="pending")
    desk.order(5, d(), "5.00", status="partially_paid", total_outstanding="3.50")
    desk.order(6, d(), "6.00", cancelled_at="2026-04-01T00:00:00Z")
    desk.order(7, "2026-03-31T00:00:01Z", "7.00", test=True)
    desk.order(8, "2026-03-31T00:00:00Z", "8.00")
    run = attribute(desk, tmp_path)
    assert lines(run, "order", "reason") == [
        (1, "test"),
        (2, "cancelled"),
        (3, "voided"),
        (4, "unpaid"),
        (5, "attributed"),
        (6, "attributed"),
        (7, "after_as_of"),
        (8, "no_ticket_in_window"),
    ]
    assert lines(run, "gross")[4] == "1.50"
    assert sum(block(run)["reasons"].values()) == 8


def test_a9_spam_and_trash(tmp_path: Path) -> None:
    """A9: T11 spam is not counted; T12 trashed after as_of is: 1100 -> T10, 2200 -> T12; 2/2."""
    desk = shop()
    closed(desk, 10)
    closed(desk, 11, d(2), d(4), spam=True)
    closed(desk, 12, d(3), d(4), 8, trashed_datetime="2026-04-02T00:00:00Z")
    closed(desk, 13, d(3.2), d(4), 8, trashed_datetime="2026-03-30T00:00:00Z")
    desk.order(1, d(2.5), "11.00")
    desk.order(2, d(3.5), "22.00")
    run = attribute(desk, tmp_path)
    assert lines(run, "ticket", "net") == [(10, "11.00"), (12, "22.00")]
    assert (block(run)["converted"], block(run)["tickets"]) == (2, 2)


def test_trash_of_the_events_beats_the_record(tmp_path: Path) -> None:
    """Not trashed at as_of: where events tell of the trash, they decide; a rule's trash counts on its side only."""
    desk = shop()
    closed(desk, 10)
    closed(desk, 11, d(1), d(4))
    desk.event("ticket-trashed", 11, d(5), 7)
    closed(desk, 12, d(2), d(4), trashed_datetime=d(5))
    desk.event("ticket-trashed", 12, d(5), 7)
    desk.event("ticket-untrashed", 12, d(6), 7)
    closed(desk, 13, d(2.5), d(4))
    desk.order(1, d(2.2), "10.00")
    desk.order(2, d(3), "20.00")
    trash = rule("trash", "ticket-created", ["trashTicket"], {"ticket.subject": "Subject 13"})
    run = attribute(desk, tmp_path, candidate=rule_set(trash))
    assert lines(run, "ticket", side="baseline") == [12, 13]
    assert lines(run, "ticket") == [12, 12]


def test_a10_whose_order(tmp_path: Path) -> None:
    """A10: " JO@X.com " by e-mail; no identity: no_customer; an address of two profiles: ambiguous_customer."""
    desk = shop()
    closed(desk, 10)
    desk.customer(3, "two@x.com")
    desk.customer(4, "two@x.com")
    closed(desk, 11, customer=3)
    desk.order(1, d(2), "1.00", shopify=None, email=" JO@X.com ")
    desk.order(2, d(2), "4.00", shopify=None)
    desk.order(3, d(2), "8.00", shopify=None, email="two@x.com")
    desk.order(4, d(2), "16.00", shopify=901, email="two@x.com")
    desk.order(5, d(2), "32.00", shopify=555, email="nobody@x.com")
    run = attribute(desk, tmp_path)
    assert lines(run, "reason", "customer") == [
        ("attributed", 1),
        ("no_customer", None),
        ("ambiguous_customer", None),
        ("attributed", 1),
        ("no_customer", None),
    ]
    assert total(run) == {"USD": "17.00"} and (block(run)["converted"], block(run)["tickets"]) == (1, 2)


def test_a11_credit_at_the_last_close(tmp_path: Path) -> None:
    """A11: 8 has the 1000 (9 came after the close); T20 reopened: (not closed); T30 unassigned, then closed:
    (unassigned).
    """
    desk = shop()
    desk.shopper(2, 902)
    desk.shopper(3, 903)
    closed(desk, 10)
    desk.event("ticket-reopened", 10, at("12:00"), 7)
    desk.event("ticket-assigned", 10, at("12:10"), 8, data={"assignee_user_id": 8})
    desk.event("ticket-closed", 10, at("12:20"), 8)
    desk.event("ticket-assigned", 10, at("12:30"), 9, data={"assignee_user_id": 9})
    closed(desk, 20, customer=2)
    desk.event("ticket-reopened", 20, at("12:00"), 7)
    desk.story(30, customer=3)
    desk.event("ticket-assigned", 30, at("10:30"), 7, data={"assignee_user_id": 7})
    desk.event("ticket-unassigned", 30, at("10:40"), 7)
    desk.event("ticket-closed", 30, at("11:00"), 7)
    for id, price in ((1, "10.00"), (2, "20.00"), (3, "40.00")):
        desk.order(id, d(3), price, shopify=900 + id)
    run = attribute(desk, tmp_path)
    assert lines(run, "agent", "net") == [(8, "10.00"), ("(not closed)", "20.00"), ("(unassigned)", "40.00")]


def test_a12_two_currencies(tmp_path: Path) -> None:
    """A12: orders 5000 EUR and 8000 JPY: EUR 5000, JPY 8000, no sum over currencies."""
    desk = shop()
    closed(desk, 10)
    desk.order(1, d(1), "50.00", currency="EUR")
    desk.order(2, d(1), "8000", currency="JPY")
    run = attribute(desk, tmp_path)
    assert total(run) == {"EUR": "50.00", "JPY": "8000"}


def test_a13_the_period_filter_comes_last(tmp_path: Path) -> None:
    """A13: period from 2026-03-01; T10 28 Feb 23:00, T11 1 Mar 00:00: shown T11 3000 only, 1/1."""
    desk = shop()
    closed(desk, 10, "2026-02-28T23:00:00Z")
    closed(desk, 11, "2026-03-01T00:00:00Z", by=8)
    desk.order(1, "2026-02-28T23:30:00Z", "10.00")
    desk.order(2, "2026-03-02T00:00:00Z", "30.00")
    run = attribute(desk, tmp_path, "--since", "2026-03-01")
    assert total(run) == {"USD": "30.00"}
    assert (block(run)["converted"], block(run)["tickets"]) == (1, 1)


def test_channels_are_filtered_after_the_join(tmp_path: Path) -> None:
    """Period and channels are applied AFTER the join, or the wrong ticket wins."""
    desk = shop()
    closed(desk, 10)
    closed(desk, 11, d(1), channel="chat")
    desk.order(1, d(2), "10.00")
    assert total(attribute(desk, tmp_path, "--channel", "email")) == {}
    assert total(attribute(desk, tmp_path, "--channel", "email", "--channel", "chat")) == {"USD": "10.00"}


def test_outbound_tickets(tmp_path: Path) -> None:
    """Outbound (from_agent) counts unless `--exclude-outbound`."""
    desk = shop()
    closed(desk, 10)
    closed(desk, 11, d(1), d(2), 8, from_agent=True)
    desk.order(1, d(2), "10.00")
    assert lines(attribute(desk, tmp_path), "ticket") == [11]
    run = attribute(desk, tmp_path, "--exclude-outbound")
    assert lines(run, "ticket") == [10] and block(run)["tickets"] == 1


def test_a14_carried_by_what_the_rules_touch(tmp_path: Path) -> None:
    """A14: T10 [VIP] 5000 -> priority high; T20 [] 700 -> tags: carried reprioritised 5000, retagged 700; credit moved
    {}.
    """
    desk = shop()
    desk.shopper(2, 902)
    desk.tag(5, "VIP")
    closed(desk, 10)
    desk.event("ticket-tags-added", 10, at("10:01"), 7, data={"tags_added": [5]})
    closed(desk, 20, by=8, customer=2)
    desk.order(1, d(1), "50.00")
    desk.order(2, d(1), "7.00", shopify=902)
    rules = rule_set(
        rule("p", "ticket-updated", [{"setPriority": "high"}], {"ticket.tags": {"containsAny": ["VIP"]}}),
        rule("t", "ticket-created", [{"addTags": ["VIP", "sizing"]}], {"ticket.subject": "Subject 20"}),
    )
    run = attribute(desk, tmp_path, candidate=rules)
    text = (
        str(run.report["projection"]["carried"])
        if "carried" in run.report["projection"]
        else str(run.report["projection"])
    )
    assert "50.00" in text and "7.00" in text
    assert [line | {"side": ""} for line in run.attribution if line["side"] == "baseline"] == [
        line | {"side": ""} for line in run.attribution if line["side"] == "candidate"
    ]


def test_a15_credit_moves_with_assignments_of_rules(tmp_path: Path) -> None:
    """A15: T10 auto-assigned 7, closed (5000); T20 auto 7, human 8, closed (700); new rule assigns 9 at d: 7 -5000, 9
    +5000.
    """
    desk = shop()
    desk.shopper(2, 902)
    desk.story(10)
    desk.event("ticket-assigned", 10, D, data={"assignee_user_id": 7})
    desk.event("ticket-closed", 10, at("11:00"), 7)
    desk.story(20, customer=2)
    desk.event("ticket-assigned", 20, D, data={"assignee_user_id": 7})
    desk.event("ticket-assigned", 20, at("10:30"), 8, data={"assignee_user_id": 8})
    desk.event("ticket-closed", 20, at("11:00"), 8)
    desk.order(1, d(1), "50.00")
    desk.order(2, d(1), "7.00", shopify=902)
    run = attribute(desk, tmp_path, candidate=rule_set(rule("give", "ticket-created", [{"setAssignee": 9}])))
    assert lines(run, "agent", "net", side="baseline") == [(7, "50.00"), (8, "7.00")]
    assert lines(run, "agent", "net") == [(9, "50.00"), (8, "7.00")]
    moved: dict[Any, Decimal] = defaultdict(Decimal)
    for line in run.attribution:
        moved[line["agent"]] += Decimal(line["net"]) * (1 if line["side"] == "candidate" else -1)
    assert {agent: amount for agent, amount in moved.items() if amount} == {7: Decimal("-50.00"), 9: Decimal("50.00")}
    assert "-50.00" in str(run.report["projection"])


def test_a16_elapsed_time_across_the_clock_change(tmp_path: Path) -> None:
    """A16: T10 27 Mar 12:00+01:00; 1000 at 30 Mar 13:00+02:00, 2000 one second later: 1000 only."""
    desk = shop()
    closed(desk, 10, "2026-03-27T12:00:00+01:00", "2026-03-27T13:00:00+01:00")
    desk.order(1, "2026-03-30T13:00:00+02:00", "10.00")
    desk.order(2, "2026-03-30T13:00:01+02:00", "20.00")
    assert total(attribute(desk, tmp_path, as_of="2026-04-30T00:00:00Z")) == {"USD": "10.00"}


def test_as_of_defaults_to_the_newest_instant_recorded(tmp_path: Path) -> None:
    """`--as-of INSTANT` (default: the newest instant recorded in the snapshot, never the clock)."""
    desk = shop()
    closed(desk, 10)
    desk.order(1, d(1), "10.00", status="partially_refunded", refunds=[refund(3, d(500), "4.00")])
    run = replay(tmp_path, desk.snapshot(tmp_path), "none")
    assert lines(run, "net") == ["6.00"], "the refund is the newest instant, and exists"
    assert d(500).replace("+00:00", "Z") in str(run.report["projection"])


def test_every_order_has_one_line_a_side(tmp_path: Path) -> None:
    """JSON Lines, one an order: every order has exactly one reason and the reasons' counts add up to all orders."""
    desk = shop()
    closed(desk, 10)
    for id in range(30, 0, -1):
        desk.order(id, d(id * 4 - 20), "1.00", shopify=901 if id % 3 else None)
    run = attribute(desk, tmp_path)
    assert lines(run, "order") == lines(run, "order", side="baseline") == list(range(1, 31))
    assert [line["side"] for line in run.attribution] == ["baseline"] * 30 + ["candidate"] * 30, "baseline first"
    assert block(run)["reasons"] == dict(Counter(lines(run, "reason")))


def test_lists_only_credit(tmp_path: Path) -> None:
    """No events at all: closed -> current assignee (flagged `from current value`), open -> `(not closed)`."""
    desk = shop()
    desk.shopper(2, 902)
    desk.ticket(10, status="closed", closed_datetime=at("11:00"), assignee_user={"id": 8}, assignee_team={"id": 30})
    desk.ticket(20, customer=2, assignee_user={"id": 8})
    desk.order(1, d(1), "10.00")
    desk.order(2, d(1), "7.00", shopify=902)
    run = attribute(desk, tmp_path)
    assert lines(run, "agent", "net", side="baseline") == [(8, "10.00"), ("(not closed)", "7.00")]
    assert lines(run, "agent") == [8, "(not closed)"], "without events: not computable, keep history"


def test_without_orders_there_is_no_attribution(tmp_path: Path) -> None:
    """Without an order in the snapshot `projection` is null, and asking for the lines is refused with words."""
    desk = Desk()
    desk.customer()
    desk.story()
    snapshot = desk.snapshot(tmp_path)
    assert replay(tmp_path / "r", snapshot, "none").report["projection"] is None
    asked = simulator(
        "run",
        "--snapshot",
        snapshot,
        "--baseline",
        "none",
        "--candidate",
        "none",
        "--report",
        f"attribution={tmp_path / 'a'}",
    )
    assert asked.code == 0 and "no orders" in asked.err and (tmp_path / "a").read_text() == ""
