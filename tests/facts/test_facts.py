"""Facts of tickets, messages and customers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.facts.values import MISSING, Provenance, Seen
from tests.facts.worlds import at, event, facts_of, looks, message, rows, ticket

AS_OF, TODAY = Provenance.AS_OF, Provenance.TODAY
AGENT = {"user_id": 5}


def test_fields_of_the_ticket() -> None:
    """Known as of any time."""
    facts = facts_of(rows(ticket=[ticket(channel="chat", via="api", language=None, from_agent=1)]))
    paths = ("channel", "via", "from_agent", "created_datetime", "language")
    assert [at(facts, f"ticket.{path}", 100) for path in paths] == [
        Seen("chat", AS_OF), Seen("api", AS_OF), Seen(True, AS_OF), Seen(100, AS_OF), MISSING,
    ]  # fmt: skip


def test_fields_of_the_message_are_those_of_the_last_one_so_far() -> None:
    """Rule-made messages never; before any message they are missing."""
    messages = [message(1, 100), message(2, 200, rule_id=3), message(3, 300, from_agent=1, intents=["b", "a", "b"])]
    closings = [event(1, 250, "ticket-closed", **AGENT), event(2, 350, "ticket-closed", **AGENT)]
    facts = facts_of(rows(ticket=[ticket(), ticket(2)], message=messages, event=closings))
    assert [seen.value for seen in looks(facts, "message.text")] == ["text 1", "text 1", "text 3", "text 3", None]
    assert [seen.value for seen in looks(facts, "message.from_agent")] == [False, False, True, True, None]
    assert [seen.value for seen in looks(facts, "message.intents.name")][1:3] == [(), ("b", "a")]
    assert [seen.value for seen in looks(facts, "message.created_datetime")] == [100, 100, 300, 300, None]


def test_prepared_message_fields_are_the_same() -> None:
    """Reading several at once is only a matter of speed."""
    tables = rows(ticket=[ticket()], message=[message(1, 100, channel="sms", subject="s")])
    prepared, plain = facts_of(tables), facts_of(tables)
    prepared.prepare(["message.subject", "message.channel", "ticket.channel"])
    for path in ("message.subject", "message.channel"):
        assert looks(prepared, path) == looks(plain, path)


def test_last_message_times() -> None:
    """The latest own time of the messages so far; received ones are those of customers."""
    messages = [message(1, 500), message(2, 600, from_agent=1), message(3, 700)]
    facts = facts_of(
        rows(ticket=[ticket(1), ticket(2)], message=[*messages, message(4, 90, ticket_id=2, from_agent=1)])
    )
    assert [seen.value for seen in looks(facts, "ticket.last_message_datetime")] == [500, 600, 700, 90]
    assert [seen.value for seen in looks(facts, "ticket.last_received_message_datetime")] == [500, 500, 700, None]


def test_a_message_recorded_out_of_order_does_not_take_the_last_time_back() -> None:
    """Merged-in messages come at the creation's instant, in any order of their own times."""
    messages = [message(1, 10), message(2, 50), message(3, 20)]
    events = [
        event(i, 60, "ticket-message-created", object_type="TicketMessage", object_id=of) for i, of in ((7, 2), (8, 3))
    ]
    facts = facts_of(rows(ticket=[ticket()], message=messages, event=events))
    assert [seen.value for seen in looks(facts, "ticket.last_message_datetime")] == [10, 50, 50]


def test_opened_is_missing_until_it_has_happened() -> None:
    """At its own instant it has."""
    facts = facts_of(rows(ticket=[ticket(opened_at=300)], event=[event(1, 299, "ticket-closed", **AGENT)]))
    assert looks(facts, "ticket.opened_datetime") == [MISSING, MISSING]
    assert at(facts, "ticket.opened_datetime", 300) == Seen(300, AS_OF)


def test_the_score_is_missing_until_it_was_given() -> None:
    """It counts from its own event on, in the order of replay."""
    survey = [{"id": 1, "ticket_id": 1, "score": 4, "scored_at": 300}]
    events = [event(1, 300, "ticket-closed", **AGENT), event(2, 400, "ticket-closed", **AGENT)]
    facts = facts_of(rows(ticket=[ticket(), ticket(2)], survey=survey, event=events))
    given = Seen(Decimal(4), AS_OF)
    assert looks(facts, "ticket.satisfaction_survey.score") == [MISSING, MISSING, given, given, MISSING]


def test_current_facts_show_today_at_every_event() -> None:
    """And say so."""
    survey = [{"id": 1, "ticket_id": 1, "score": 4, "scored_at": 300}]
    facts = facts_of(rows(ticket=[ticket(opened_at=900)], survey=survey), "current")
    assert looks(facts, "ticket.opened_datetime")[0] == Seen(900, TODAY)
    assert looks(facts, "ticket.satisfaction_survey.score")[0] == Seen(Decimal(4), TODAY)


CUSTOMER = {
    "id": 3,
    "email": "Jo@x.com",
    "firstname": "Jo",
    "language": "fr",
    "data": {
        "tier": "gold",
        "points": 12.50,
        "ok": False,
        "list": ["b", 1, None, True, "b"],
        "deep": {"a": {"b": "c"}},
    },
    "custom_fields": {"7": 3},
    "integrations": {"smile": {"customer": {"vip_tier": {"name": "Gold"}, "point_balance": 5}}, "recharge": {"n": [1]}},
}
CUSTOMER_FIELDS = [
    ("email", "Jo@x.com"),
    ("firstname", "Jo"),
    ("name", None),
    ("language", "fr"),
    ("data.tier", "gold"),
    ("data.points", Decimal("12.5")),
    ("data.ok", False),
    ("data.list", ("b", "1", "true")),
    ("data.deep.a.b", "c"),
    ("data.deep", None),
    ("data.tier.x", None),
    ("data.none", None),
    ("custom_fields.7", Decimal(3)),
    ("integrations.smile.customer.vip_tier.name", "Gold"),
    ("integrations.smile.customer.point_balance", Decimal(5)),
    ("integrations.recharge.n", ("1",)),
    ("integrations.magento2.customer.email", None),
]


@pytest.mark.parametrize(("path", "value"), CUSTOMER_FIELDS)
def test_undated_customer_fields_are_todays(path: str, value: object) -> None:
    """And flagged, unless there is nothing."""
    facts = facts_of(rows(customer=[CUSTOMER], ticket=[ticket(customer_id=3)]))
    seen = at(facts, f"ticket.customer.{path}", 100)
    assert seen == (MISSING if value is None else Seen(value, TODAY))  # type: ignore[arg-type]
    assert type(seen.value) is type(value)


def test_a_ticket_without_customer_has_none_of_its_fields() -> None:
    """All are missing."""
    facts = facts_of(rows(customer=[CUSTOMER], ticket=[ticket()]))
    paths = ("email", "data.tier", "custom_fields.7", "integrations.shopify.customer.total_spent", "external.a.b")
    assert {at(facts, f"ticket.customer.{path}", 100) for path in paths} == {MISSING}


@pytest.mark.parametrize("path", ["ticket.tags.name", "ticket.custom_fields.3", "event.type", "ticket.nothing", "x"])
def test_what_is_no_fact_is_refused(path: str) -> None:
    """State belongs to the replay, and the event's type to its phases."""
    with pytest.raises(KeyError):
        facts_of(rows(ticket=[ticket()])).column(path)


@pytest.mark.parametrize("data", ["[", "1e999999999", '{"a": 1e999999999}', '{"a": NaN}', "[" * 5000])
def test_numbers_and_json_that_no_rule_can_read_are_missing(data: str) -> None:
    """Whatever stands in the export, it is never an error here."""
    customer = {"id": 3, "data": data}
    facts = facts_of(rows(customer=[customer], ticket=[ticket(customer_id=3)]))
    assert at(facts, "ticket.customer.data.a", 100) == MISSING


TABLE = [
    ("jo@x.com", None, {"tier": "bronze"}),
    ("jo@x.com", 200, {"tier": "silver"}),
    ("3", 300, {"tier": "gold", "points": 5}),
    ("4", 100, {"tier": "other"}),
]


def joined(mode: str = "as-of") -> list[Seen]:
    """The tier of customer 3 over time."""
    table = [
        {"table_name": "loyal", "row": row, "key": key, "at": since, "columns": columns}
        for row, (key, since, columns) in enumerate(TABLE)
    ]
    closings = [event(i, i, "ticket-closed", **AGENT) for i in (199, 200, 299, 300)]
    tables = rows(customer=[CUSTOMER], ticket=[ticket(customer_id=3)], event=closings, external_row=table)
    return looks(facts_of(tables, mode), "ticket.customer.external.loyal.tier")  # type: ignore[arg-type]


def test_a_joined_table_is_read_as_of_its_dates() -> None:
    """By e-mail or customer id; an undated row is today's, and gives way to dated ones."""
    silver = Seen("silver", AS_OF)
    assert joined() == [Seen("bronze", TODAY), Seen("bronze", TODAY), silver, silver, Seen("gold", AS_OF)]


def test_a_joined_table_of_today() -> None:
    """The latest row at every event, flagged."""
    assert joined("current") == [Seen("gold", TODAY)] * 5


def test_equal_values_of_other_types_stay_apart_in_a_column() -> None:
    """True is not 1, though they compare as equal."""
    customers = [{"id": id, "data": {"a": value}} for id, value in ((1, True), (2, 1), (3, True), (4, "1"))]
    facts = facts_of(rows(customer=customers, ticket=[ticket(id, customer_id=id) for id in (1, 2, 3, 4)]))
    column = facts.column("ticket.customer.data.a")
    assert [type(column.values[place]) for place in column.rows] == [bool, Decimal, bool, str]
    assert len(column.values) == 3


def test_numbers_keep_the_digits_they_were_written_with() -> None:
    """Equal numbers of two customers are not one: a text that is filled in shows each as its own."""
    customers = [{"id": 1, "data": {"a": 1}}, {"id": 2, "data": '{"a": 1.00}'}]
    facts = facts_of(rows(customer=customers, ticket=[ticket(1, customer_id=1), ticket(2, customer_id=2)]))
    assert [str(seen.value) for seen in looks(facts, "ticket.customer.data.a")] == ["1", "1.00"]
