"""What a rule of March sees of orders, refunds, totals and dates: the values of then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.e2e.desk import ALL_TRIGGERS, D, Desk, Run, at, probe, refund, replay, rule, rule_set, simulator

TEXT = "{{customer.orders_count}}|{{customer.total_spent}}|{{last_order.created_at}}|{{last_order.financial_status}}|"
TEXT += "{{last_order.fulfillment_status}}|{{last_order.total_price}}"


def hourly(desk: Desk, *clocks: str, ticket: int = 1) -> None:
    """Agent's notes at these hours: occasions to look."""
    for clock in clocks:
        desk.writes(ticket, at(clock), user=7, public=False)


def looks(desk: Desk, folder: Path, text: str = TEXT, *options: object) -> list[str]:
    """The text rendered once at each event."""
    run = replay(folder, desk.snapshot(folder), probe(text, "ticket-updated"), "none", *options)
    return run.steps("after")


def shop(*, profile: dict[str, Any] | None = None) -> Desk:
    desk = Desk()
    desk.shopper(1, 901, **profile or {})
    desk.story()
    return desk


def test_orders_are_counted_from_their_own_instant_on(tmp_path: Path) -> None:
    """`orders_count` = orders created at or before t, test orders left out (voided and cancelled ones count);
    `last_order` = the newest.
    """
    desk = shop()
    hourly(desk, "11:00", "12:00", "13:00", "14:00")
    desk.order(1, at("10:30"), "20.00")
    desk.order(2, at("11:00"), "5.50")
    desk.order(3, at("11:30"), "1.00", test=True)
    desk.order(4, at("12:30"), "7.00", status="voided")
    desk.order(5, at("13:30"), "9.00", cancelled_at=at("13:31"))
    desk.order(6, at("23:00"), "99.00")
    assert looks(desk, tmp_path) == [
        "0|0.00||||",
        f"2|25.50|{at('11:00')}|paid||5.50",
        f"2|25.50|{at('11:00')}|paid||5.50",
        f"3|25.50|{at('12:30')}|voided||7.00",
        f"4|34.50|{at('13:30')}|paid||9.00",
    ]


def test_refund_timing_and_financial_status(tmp_path: Path) -> None:
    """Minus refunds at `processed_at`, else `created_at`; `paid` at zero, `partially_refunded` below, `refunded` from
    the amount paid.
    """
    desk = shop()
    hourly(desk, "11:00", "12:00", "13:00")
    refunds = [refund(50, at("09:30"), "4.00", at("11:00")), refund(60, at("13:00"), "6.00")]
    desk.order(1, at("09:00"), "10.00", status="refunded", current_total_price="0.00", refunds=refunds)
    first = at("09:00")
    assert looks(desk, tmp_path) == [
        f"1|10.00|{first}|paid||10.00",
        f"1|6.00|{first}|partially_refunded||10.00",
        f"1|6.00|{first}|partially_refunded||10.00",
        f"1|0.00|{first}|refunded||10.00",
    ]


def test_refunds_without_transactions(tmp_path: Path) -> None:
    """Refunds: successful refund transactions; else line subtotals and tax less adjustments."""
    desk = shop()
    failed = {"id": 9, "kind": "refund", "status": "failure", "amount": "100.00"}
    worked = [{"id": n, "kind": "refund", "status": "success", "amount": "1.00"} for n in (10, 11)]
    lines = [{"id": 1, "quantity": 1, "subtotal": "3.00", "total_tax": "0.50"}]
    desk.order(
        1,
        at("08:00"),
        "50.00",
        status="partially_refunded",
        refunds=[
            {"id": 1, "created_at": at("08:30"), "transactions": [failed, *worked], "refund_line_items": lines},
            {
                "id": 2,
                "created_at": at("08:40"),
                "transactions": [],
                "refund_line_items": lines,
                "order_adjustments": [],
            },
        ],
    )
    assert looks(desk, tmp_path, "{{customer.total_spent}}") == ["44.50"]


def test_what_each_financial_status_has_paid(tmp_path: Path) -> None:
    """total_price for paid, partially_refunded and refunded; less total_outstanding for partially_paid; else 0.

    Where nothing is dated (no refund in the snapshot), the status is the current value.
    """
    desk = Desk()
    orders: list[tuple[str, dict[str, Any]]] = [
        ("paid", {}),
        ("partially_refunded", {}),
        ("refunded", {}),
        ("partially_paid", {"total_outstanding": "3.00"}),
        ("pending", {}),
        ("authorized", {}),
        ("expired", {}),
        ("voided", {"refunds": [refund(70, at("09:10"), "5.00")]}),
    ]
    for number, (status, more) in enumerate(orders, 1):
        desk.shopper(number, 900 + number)
        desk.story(number, customer=number)
        desk.order(number, at("09:00"), "10.00", shopify=900 + number, status=status, **more)
    assert looks(desk, tmp_path, "{{customer.total_spent}} {{last_order.financial_status}}") == [
        "10.00 paid",
        "10.00 partially_refunded",
        "10.00 refunded",
        "7.00 partially_paid",
        "0.00 pending",
        "0.00 authorized",
        "0.00 expired",
        "0.00 voided",
    ]


def test_several_currencies_count_the_newest_orders(tmp_path: Path) -> None:
    """Several currencies: only the orders in the currency of the newest as-of order, the rest flagged."""
    desk = shop()
    desk.order(1, at("09:00"), "10.00", currency="EUR")
    desk.order(2, at("10:30"), "7", currency="JPY")
    desk.order(3, at("11:30"), "5.00", currency="EUR")
    hourly(desk, "11:00", "12:00")
    rules = rule_set(
        rule(
            "spent",
            "ticket-updated",
            [{"addInternalNote": "{{customer.orders_count}} {{customer.total_spent}}"}],
            {"customer.total_spent": {"gte": 0}},
        )
    )
    run = replay(tmp_path, desk.snapshot(tmp_path), rules)
    assert run.steps("after") == ["1 10.00", "2 7", "3 15.00"]
    assert run.of_rule("spent")["rests_on"]["after"] == {"today": 2, "missing": 0}


def test_fulfilment_status(tmp_path: Path) -> None:
    """`fulfillment_status` is null before the first dated fulfilment, `partial` before the last; undated: the current
    value, flagged.
    """
    desk = shop()
    hourly(desk, "11:00", "12:00", "13:00")
    parcels = [
        {"id": 1, "status": "success", "created_at": at("11:00")},
        {"id": 2, "status": "success", "created_at": at("13:00")},
    ]
    desk.order(1, at("09:00"), fulfillment_status="fulfilled", fulfillments=parcels)
    assert looks(desk, tmp_path, "[{{last_order.fulfillment_status}}]") == [
        "[]",
        "[partial]",
        "[partial]",
        "[fulfilled]",
    ]


def test_undated_fulfilment_is_todays_and_flagged(tmp_path: Path) -> None:
    """Where nothing is dated, the current value, flagged; a hit *rests on* it if the rule's `if` names the path."""
    desk = shop()
    desk.order(1, at("09:00"), fulfillment_status="fulfilled")
    sent = {"last_order.fulfillment_status": "fulfilled"}
    rules = rule_set(
        rule("sent", "ticket-created", [{"addTags": ["sent"]}], sent),
        rule("other", "ticket-created", [{"addTags": ["o"]}]),
    )
    run = replay(tmp_path, desk.snapshot(tmp_path), rules)
    assert run.of_rule("sent")["rests_on"]["after"] == {"today": 1, "missing": 0}
    assert run.of_rule("other")["rests_on"]["after"] == {"today": 0, "missing": 0}
    assert "sent" in run.outcome.out and "today" in run.outcome.out


def test_orders_join_by_id_else_email_and_two_candidates_are_nobody(tmp_path: Path) -> None:
    """Orders join customers by Shopify customer id, else by e-mail (trimmed, lower case; address and channels); two
    candidates = nobody.
    """
    desk = Desk()
    desk.shopper(1, 901)
    extra = [
        {"id": 5, "type": "email", "address": "Second@X.com"},
        {"id": 6, "type": "phone", "address": "phone@x.com"},
    ]
    desk.customer(2, "two@x.com", channels=extra)
    desk.customer(3, "same@x.com")
    desk.customer(4, "same@x.com")
    for id in (1, 2, 3, 4):
        desk.story(id, customer=id)
    desk.order(1, at("09:00"), "1.00", shopify=901, email="two@x.com")
    desk.order(2, at("09:00"), "2.00", shopify=None, email="  SECOND@x.COM ")
    desk.order(3, at("09:00"), "4.00", shopify=None, email="same@x.com")
    desk.order(4, at("09:00"), "8.00", shopify=None, email="phone@x.com")
    desk.order(5, at("09:00"), "16.00", shopify=999, email="Two@x.com")
    assert looks(desk, tmp_path, "{{customer.orders_count}} {{customer.total_spent}}") == [
        "1 1.00",
        "2 18.00",
        " ",
        " ",
    ]


def test_a_stranger_has_no_count(tmp_path: Path) -> None:
    """Neither orders nor profile: missing, so `orders_count: 0` is false for a stranger: the report says so."""
    desk = Desk()
    desk.customer(1)
    desk.shopper(2, 902)
    desk.story(1)
    desk.story(2, customer=2)
    desk.story(3, customer=None)
    desk.order(1, at("20:00"), shopify=902)
    rules = rule_set(
        rule("none", "ticket-created", [{"addTags": ["none"]}], {"customer.orders_count": 0}),
        rule("not-many", "ticket-created", [{"addTags": ["nm"]}], {"customer.orders_count": {"neq": 5}}),
        rule("empty", "ticket-created", [{"addTags": ["e"]}], {"customer.orders_count": {"isEmpty": True}}),
    )
    run = replay(tmp_path, desk.snapshot(tmp_path), rules)
    assert run.steps("ticket", "rule") == [
        (1, "empty"),
        (1, "not-many"),
        (2, "none"),
        (2, "not-many"),
        (3, "empty"),
        (3, "not-many"),
    ]
    assert run.of_rule("not-many")["rests_on"]["after"] == {"today": 0, "missing": 2}


def test_totals_embedded_in_the_export_are_todays(tmp_path: Path) -> None:
    """A customer without any order in the snapshot: the totals embedded in the export, **flagged as current**."""
    desk = Desk()
    desk.shopper(1, 901, orders_count=7, total_spent="812.50", tags="gold, first", created_at="2020-01-01T00:00:00Z")
    desk.story()
    rules = rule_set(
        rule(
            "a",
            "ticket-created",
            [{"addInternalNote": "{{customer.orders_count}} {{customer.total_spent}} {{customer.tags}}"}],
            {"customer.total_spent": {"gte": 800}},
        )
    )
    run = replay(tmp_path, desk.snapshot(tmp_path), rules)
    assert run.steps("after") == ["7 812.50 first, gold"]
    assert run.of_rule("a")["rests_on"]["after"] == {"today": 1, "missing": 0}


def test_embedded_orders_are_as_of(tmp_path: Path) -> None:
    """And the embedded `orders[]` as-of: `last_order` is the newest of them by then."""
    desk = Desk()
    orders = [
        {"id": 1, "created_at": at("09:00"), "total_price": "4.00", "currency": "USD", "financial_status": "paid"},
        {"id": 2, "created_at": at("11:30"), "total_price": "6.00", "currency": "USD", "financial_status": "paid"},
    ]
    profile = {"__integration_type__": "shopify", "customer": {"id": 901, "orders_count": 2, "total_spent": "10.00"}}
    desk.customer(1, integrations={"55": profile | {"orders": orders}})
    desk.story()
    hourly(desk, "12:00")
    assert looks(desk, tmp_path, "{{last_order.total_price}}") == ["4.00", "6.00"]


def test_the_lowest_integration_id_of_several_shops(tmp_path: Path) -> None:
    """Several shops: the lowest integration id (as a number)."""
    desk = Desk()
    made = {
        id: {"__integration_type__": "shopify", "customer": {"id": int(id), "orders_count": int(id)}, "orders": []}
        for id in ("100", "99")
    }
    desk.customer(1, integrations={"3": {"__integration_type__": "smile", "customer": {}}, **made})
    desk.story()
    assert looks(desk, tmp_path, "{{customer.orders_count}}") == ["99"]


def test_dates_of_the_ticket_are_as_of(tmp_path: Path) -> None:
    """`opened_datetime` is missing until it has happened; score until scored; `last_message_datetime` counts outside
    messages and replies so far.
    """
    desk = Desk()
    desk.story(
        opened_datetime=at("11:00"), last_message_datetime=at("20:00"), last_received_message_datetime=at("19:00")
    )
    hourly(desk, "10:30", "11:00")
    desk.writes(1, at("12:00"))
    text = "{{ticket.opened_datetime}} {{ticket.last_message_datetime}} {{ticket.last_received_message_datetime}}"
    assert looks(desk, tmp_path, text) == [
        f" {D} {D}",
        f" {at('10:30')} {D}",
        f"{at('11:00')} {at('11:00')} {D}",
        f"{at('11:00')} {at('12:00')} {at('12:00')}",
    ]


def test_the_survey_score_is_missing_until_it_was_scored(tmp_path: Path) -> None:
    """`satisfaction_survey.score` until it was scored."""
    desk = Desk()
    desk.story()
    desk.survey(70, 1, 4, at("11:00"))
    hourly(desk, "10:30", "12:00")
    text = "[{{ticket.satisfaction_survey.score}}]"
    run = replay(tmp_path, desk.snapshot(tmp_path), probe(text))
    assert run.steps("after") == ["[]"] * 5 + ["[4]"] * 3


def test_message_fields_on_events_without_a_message(tmp_path: Path) -> None:
    """On events without a message: those of the last message in replay order, a simulated reply included, rule-made
    messages never.
    """
    desk = Desk()
    desk.customer()
    desk.story(text="first")
    desk.message(1, at("10:30"), "old rule's", rule_id=5, from_agent=True, via="rule")
    desk.event("ticket-closed", 1, at("11:00"), 7)
    desk.writes(1, at("12:00"), "third")
    desk.event("ticket-closed", 1, at("13:00"), 7)
    rules = rule_set(
        rule("reply", "ticket-message-created", [{"replyToTicket": "our reply"}], {"message.text": "third"}),
        rule("probe", "ticket-updated", [{"addInternalNote": "{{message.text}} {{ticket.last_message_datetime}}"}]),
    )
    run = replay(tmp_path, desk.snapshot(tmp_path), rules)
    assert run.steps("after", rule="probe") == [
        f"first {D}",
        f"first {D}",
        f"third {at('12:00')}",
        f"our reply {at('12:00')}",
        f"our reply {at('12:00')}",
    ]


def test_facts_current_shows_todays(tmp_path: Path) -> None:
    """`--facts as-of|current` chooses; as-of is the default."""
    desk = shop(profile={"orders_count": 3, "total_spent": "30.00"})
    desk.order(1, at("20:00"), "10.00")
    assert looks(desk, tmp_path, "{{customer.orders_count}}") == ["0"]
    run = replay(
        tmp_path / "now",
        tmp_path / "s.db",
        probe("{{customer.orders_count}}", "ticket-updated"),
        "none",
        "--facts",
        "current",
    )
    assert run.steps("after") in (["3"], ["1"])
    assert run.report["settings"]["facts"] == "current"


def test_a_joined_table_is_as_of_where_it_is_dated(tmp_path: Path) -> None:
    """From a joined table by e-mail or customer id: as-of where the table has a date column, else fact."""
    desk = Desk()
    desk.customer(1, "jo@x.com")
    desk.customer(2, "al@x.com")
    desk.story(1)
    hourly(desk, "12:00")
    desk.story(2, at("12:30"), customer=2)
    snapshot = desk.snapshot(tmp_path)
    loyalty = tmp_path / "loyalty.csv"
    loyalty.write_text("email,tier,since\n Jo@X.com ,silver,2026-03-02T09:00:00Z\njo@x.com,gold,2026-03-02T11:00:00Z\n")
    warranty = tmp_path / "w.csv"
    warranty.write_text("customer_id,until\n2,2027\n")
    made = simulator(
        "import", "table", "loyalty", loyalty, "--key", "email", "--date-column", "since", "--snapshot", snapshot
    )
    assert made.code == 0, made.err
    made = simulator("import", "table", "warranty", warranty, "--key", "customer_id", "--snapshot", snapshot)
    assert made.code == 0, made.err
    path = "{{ticket.customer.external"
    text = f"{path}.loyalty.tier}}}}/{path}.warranty.until}}}}"
    run = replay(tmp_path / "r", snapshot, probe(text, "ticket-updated"))
    assert run.steps("after") == ["silver/", "gold/", "/2027"]


def test_undated_customer_fields_are_flagged(tmp_path: Path) -> None:
    """Shopify tags, `data`, language and other undated customer fields are today's: flagged."""
    desk = Desk()
    desk.shopper(1, 901, tags="gold")
    desk.records["customers"][0] |= {"language": "fr", "data": {"plan": "pro"}}
    desk.story()
    conditions: dict[str, Any] = {
        "tags": {"customer.tags": {"containsAny": ["gold"]}},
        "data": {"ticket.customer.data.plan": "pro"},
        "language": {"ticket.customer.language": "fr"},
        "email": {"customer.email": "c1@x.com"},
        "either": {"any": [{"ticket.status": "open"}, {"customer.tags": {"containsAny": ["x"]}}]},
        "ticket": {"ticket.status": "open"},
    }
    rules = [rule(id, "ticket-created", [{"addTags": [id]}], when) for id, when in conditions.items()]
    run = replay(tmp_path, desk.snapshot(tmp_path), rule_set(*rules))
    hits = {id: run.of_rule(id)["matched"]["after"] for id in conditions}
    assert hits == dict.fromkeys(conditions, 1)
    today = {id: run.of_rule(id)["rests_on"]["after"]["today"] for id in conditions}
    assert today | {"email": 0} == {"tags": 1, "data": 1, "language": 1, "email": 0, "either": 1, "ticket": 0}


def test_all_six_triggers_are_known() -> None:
    """The six triggers of the language."""
    assert len(set(ALL_TRIGGERS)) == 6


def test_customer_field_of_the_export(tmp_path: Path) -> None:
    """customer.custom_fields.ID: a side that wrote nothing shows the exported value; an absent value is null."""
    desk = Desk()
    desk.customer(1, custom_fields={"3": {"id": 3, "value": "old"}})
    desk.story()
    rules = rule_set(rule("w", "ticket-created", [{"setCustomerCustomFieldValue": {"id": 3, "value": "new"}}]))
    run: Run = replay(tmp_path, desk.snapshot(tmp_path), rules)
    assert run.edits("field", "before", "after", "direct") == [("customer.custom_fields.3", "old", "new", True)]
    assert run.steps("before", "after") == [("old", "new")]
