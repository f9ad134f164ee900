"""What a snapshot holds, counted, and the newest instant recorded in it."""

from __future__ import annotations

from contextlib import closing

from simulator.snapshot.holdings import Holdings, read_holdings
from simulator.snapshot.summary import newest_instant
from tests.twin.snapshots import Rows, open_snapshot

ROWS: Rows = {
    "ticket": [{"id": 1, "created_at": 100, "snooze_at": 9_999}, {"id": 2, "created_at": 200}],
    "message": [{"id": 1, "ticket_id": 1, "created_at": 100, "intents": ["refund"]}],
    "event": [
        {
            "id": 1, "type": "ticket-snoozed", "created_at": 300, "ticket_id": 1, "object_id": 1,
            "data": {"snooze_datetime": "2099-01-01T00:00:00Z"},
        }
    ],
    "survey": [{"id": 1, "ticket_id": 1, "scored_at": None}, {"id": 2, "ticket_id": 2, "scored_at": 250}],
    "customer": [{"id": 1, "integrations": {"smile": {}}}],
    "external_row": [{"table_name": "loyalty", "row": 1, "key": "1", "columns": {}}],
}  # fmt: skip


def test_holdings() -> None:
    """Tickets by kind of history; surveys that were answered; customers by the profiles they have."""
    with closing(open_snapshot(ROWS)) as connection:
        assert read_holdings(connection) == Holdings(
            tickets=2, messages=1, orders=0, shop_profiles=0, users=0, teams=0, surveys=1, full=1, lists=1, intents=1,
            loyalty=1, external=("loyalty",),
        )  # fmt: skip


def test_the_newest_instant_is_one_that_happened() -> None:
    """The end of a snooze is planned; nothing is recorded in an empty snapshot."""
    with closing(open_snapshot(ROWS)) as connection:
        assert newest_instant(connection) == 300
    later: Rows = {**ROWS, "order_refund": [{"order_id": 7, "id": 1, "at": 301, "amount_minor": 1}]}
    with closing(open_snapshot(later)) as connection:
        assert newest_instant(connection) == 301
    with closing(open_snapshot({})) as connection:
        assert newest_instant(connection) is None
