"""A slice is a snapshot of its own, and its tickets are replayed and paid for just as in the whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from simulator.errors import InputError
from simulator.explain.twin import replay
from simulator.facts.directory import read_directory
from simulator.facts.facts import read_facts
from simulator.facts.read_history import read_history
from simulator.instants import DAY, HOUR
from simulator.outcome import Outcome
from simulator.projection.attribution import Verdict, attribute
from simulator.projection.inputs import read_customers, read_orders, read_refunds, read_tickets
from simulator.projection.values import Params
from simulator.rules.load import load_ruleset
from simulator.rules.model import RuleSet
from simulator.snapshot.slice import Sliced, cut
from simulator.snapshot.store import open_snapshot
from simulator.snapshot.summary import newest_instant
from simulator.snapshot.verify import verify
from tests.snapshot.making import make, sha256
from tests.twin.dice import Dice, seeded
from tests.twin.random_rulesets import ruleset_text
from tests.twin.random_snapshots import BASE, snapshot
from tests.twin.snapshots import Row, Rows, write_snapshot
from tests.twin.worlds import loaded

ANN, BOB, CAT, DAN = 1, 2, 3, 4
WAKES = loaded(
    "version: 1\nname: wakes\nrules:\n"
    "  - {id: sleep, name: sleep, on: [ticket-created], then: [{snoozeTicket: 2d}, {addTags: [slept]}]}\n"
    "  - {id: wake, name: wake, on: [ticket-self-unsnoozed], then: [{addTags: [woken]}]}\n"
    "  - {id: buyer, name: buyer, on: [ticket-updated], if: {customer.orders_count: {gte: 1}},"
    " then: [{addTags: [buyer]}]}\n"
)


class Played(NamedTuple):
    """What one snapshot gives: the outcome of a rule set, and what became of each order."""

    outcome: Outcome
    verdicts: dict[int, tuple[str, int | None]]


def played(path: Path, ruleset: RuleSet) -> Played:
    """Replay and attribute, as `run` does with the usual options."""
    with closing(open_snapshot(path)) as connection:
        facts = read_facts(connection, read_history(connection))
        outcome = replay(ruleset, facts, read_directory(connection))
        with suppress(InputError):  # customers merged in a circle: money gives up
            return Played(outcome, _verdicts(connection))
    return Played(outcome, {})


def _verdicts(connection: sqlite3.Connection) -> dict[int, tuple[str, int | None]]:
    params = Params(newest_instant(connection) or 0)
    inputs = read_tickets(connection), read_customers(connection), read_orders(connection), read_refunds(connection)
    found: Sequence[Verdict] = attribute(*inputs, params).verdicts
    return {one.entry.order.id: (one.reason, one.ticket) for one in found}


def sliced(source: Path, target: Path, *tickets: int) -> Sliced:
    """The slice with the customers of these tickets."""
    with closing(open_snapshot(source)) as whole:
        return cut(whole, source, target, tickets, read_history(whole).last)


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    """What a query gives on a snapshot."""
    with closing(open_snapshot(path)) as connection:
        return list(connection.execute(query))


def alike(source: Path, target: Path, ruleset: RuleSet) -> bool:
    """Whether every ticket and order of a slice comes out as in the whole."""
    whole, part = played(source, ruleset), played(target, ruleset)
    tickets = all(whole.outcome.tickets[id] == one for id, one in part.outcome.tickets.items())
    return tickets and (not whole.verdicts or all(whole.verdicts[id] == one for id, one in part.verdicts.items()))


def _entangled(dice: Dice) -> Rows:
    """A random world whose customers are merged, share addresses and shop ids, and whose rules ran across tickets."""
    world = {table: [dict(row) for row in found] for table, found in snapshot(dice).items()}
    customers: list[dict[str, Any]] = world["customer"]
    customers.append({"id": DAN, "email": dice.pick(None, " Anna@shop.example", "dan@shop.example")})
    in_circles = dice.pick(False, False, True)
    for row in customers:
        into = dice.pick(None, None, None, ANN, BOB, DAN, 99)
        fits = into in (None, 99) or in_circles or into < row["id"]
        row["merged_into"] = into if fits else None
    for customer in dice.some((ANN, BOB, CAT, DAN), 2):
        world["customer_address"].append({"customer_id": customer, "address": "shared@shop.example"})
    for place, customer in enumerate(dice.some((ANN, BOB, CAT, DAN), 3)):
        profile = {"customer_id": customer, "integration_id": 2, "shop_customer_id": dice.pick(501, 502)}
        world["shop_profile"].append({**profile, "orders_count": place, "total_spent": "1.00", "currency": "EUR"})
    for order in world["shop_order"]:
        order["shop_customer_id"] = dice.pick(None, None, 501, 502, 503)
        order["email"] = dice.pick(order["email"], "shared@shop.example", "dan@shop.example")
    contexts = [event["context"] for event in world["event"] if event.get("context")]
    for event in world["event"]:
        if event["type"] != "rule-executed" and contexts:
            event["context"] = dice.pick(event.get("context"), *contexts)
    return world


@pytest.mark.parametrize("seed", range(60))
def test_a_slice_is_replayed_as_the_whole(seed: int, tmp_path: Path) -> None:
    """Every ticket of a slice has the same trail, final state and refusals, every order of it the same verdict; and
    cutting the same customers out of the slice leaves the same content."""
    dice = seeded(seed)
    world, ruleset = _entangled(dice), loaded(ruleset_text(dice))
    ticket = 1 + dice.throw(len(world["ticket"]))
    source, part = write_snapshot(tmp_path / "whole.db", world), tmp_path / "part.db"
    first = sliced(source, part, ticket)
    assert (ticket,) in rows(part, "SELECT id FROM ticket")
    assert alike(source, part, ruleset)
    assert alike(source, part, WAKES)
    assert verify(part, full=True) == first.fingerprint
    assert sliced(part, tmp_path / "again.db", ticket).fingerprint == first.fingerprint


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Ann with two tickets, Bob and Cat with one each; Cat wrote last. Ann and Bob have one address in common."""
    at = {11: BASE, 12: BASE + DAY, 21: BASE + HOUR, 31: BASE + 9 * DAY}
    people = {11: ANN, 12: ANN, 21: BOB, 31: CAT}
    addresses = [(ANN, "ann@x.com"), (ANN, "home@x.com"), (BOB, "bob@x.com"), (BOB, "home@x.com"), (CAT, "cat@x.com")]
    orders = [(1, "ann@x.com"), (2, "home@x.com"), (3, "bob@x.com"), (4, "nobody@x.com")]
    return write_snapshot(
        tmp_path / "desk.db",
        {
            "ticket": [{"id": id, "customer_id": people[id], "created_at": when} for id, when in at.items()],
            "message": [{"id": id, "ticket_id": id, "created_at": when, "text": "hello"} for id, when in at.items()],
            "customer": [{"id": id, "email": f"{name}@x.com", "name": name} for id, name in
                         ((ANN, "ann"), (BOB, "bob"), (CAT, "cat"))],
            "customer_address": [{"customer_id": id, "address": address} for id, address in addresses],
            "shop_order": [{"id": id, "email": email, "created_at": BASE + DAY + HOUR} for id, email in orders],
            "order_refund": [{"id": 9, "order_id": 1, "at": BASE + 2 * DAY, "amount_minor": 10}],
            "agent": [{"id": 7, "email": "lea@x.com"}],
            "external_row": [{"table_name": "loyalty", "row": 1, "key": "cat@x.com", "columns": {}}],
            "skipped": [{"kind": "orders", "reason": "doubted", "count": 3}],
        },
    )  # fmt: skip


def test_events_that_tell_of_a_message(tmp_path: Path) -> None:
    """One without a ticket still says where its message is replayed: behind the tags that came at the same instant."""
    tells = {"ticket_id": None, "type": "ticket-message-created", "created_at": BASE + HOUR}
    tags = {"id": 50, "ticket_id": 1, "object_id": 1, "type": "ticket-tags-added", "created_at": BASE + HOUR}
    source = write_snapshot(
        tmp_path / "whole.db",
        {
            "ticket": [{"id": id, "created_at": BASE, "customer_id": id} for id in (1, 2)],
            "message": [
                {"id": id, "ticket_id": 1 + id // 20, "created_at": BASE + HOUR} for id in (10, 11, 12, 20, 21)
            ],
            "event": [
                {**tags, "user_id": 1, "data": {"tags_added": [1]}},
                {**tells, "id": 60, "object_type": "TicketMessage", "object_id": 11},
                {**tells, "id": 61, "object_type": None, "data": {"message_id": "12"}},
                {**tells, "id": 62, "object_type": None, "data": {"message_id": 21}},
                {**tells, "id": 63, "object_type": None, "data": {"message_id": None}},
            ],
            "tag": [{"id": 1, "name": "late"}],
        },
    )
    sliced(source, tmp_path / "part.db", 1)
    assert rows(tmp_path / "part.db", "SELECT id FROM event ORDER BY id") == [(50,), (60,), (61,)]
    assert alike(source, tmp_path / "part.db", WAKES)


def test_whole_customers(desk: Path, tmp_path: Path) -> None:
    """One ticket brings all tickets and orders of its customer; what is nobody's own stays as it is."""
    done = sliced(desk, tmp_path / "part.db", 12)
    part = tmp_path / "part.db"
    assert rows(part, "SELECT id FROM ticket") == [(11,), (12,)]
    assert rows(part, "SELECT id FROM message") == [(11,), (12,)]
    assert rows(part, "SELECT id FROM shop_order") == [(1,), (2,)]
    assert rows(part, "SELECT id FROM order_refund") == [(9,)]
    assert rows(part, "SELECT count(*) FROM agent") == rows(part, "SELECT count(*) FROM external_row") == [(1,)]
    assert (done.before["tickets"], done.after["tickets"], done.bystanders) == (4, 2, 1)
    assert verify(part, full=True) == done.fingerprint


def test_an_order_of_two_stays_nobodys(desk: Path, tmp_path: Path) -> None:
    """Of the other one only the id and the address in common are kept."""
    sliced(desk, tmp_path / "part.db", 12)
    assert rows(tmp_path / "part.db", "SELECT id, email, name FROM customer WHERE id = 2") == [(BOB, None, None)]
    assert rows(tmp_path / "part.db", "SELECT address FROM customer_address WHERE customer_id = 2") == [("home@x.com",)]
    assert played(tmp_path / "part.db", WAKES).verdicts[2] == ("ambiguous_customer", None)
    assert alike(desk, tmp_path / "part.db", WAKES)


def test_a_snooze_ends_as_in_the_whole(desk: Path, tmp_path: Path) -> None:
    """The last outside event is Cat's: without it Ann's snoozes would not have ended within the snapshot."""
    sliced(desk, tmp_path / "part.db", 11)
    part = played(tmp_path / "part.db", WAKES)
    assert part.outcome.tickets[12].final.tags == ("buyer", "slept", "woken")
    assert alike(desk, tmp_path / "part.db", WAKES)
    with closing(open_snapshot(desk)) as whole, closing(open_snapshot(tmp_path / "part.db")) as small:
        assert newest_instant(small) == newest_instant(whole)


def test_the_last_instants_are_content(desk: Path, tmp_path: Path) -> None:
    """Two slices of the same records that end elsewhere are not the same snapshot."""
    with closing(open_snapshot(desk)) as whole:
        one, other = (cut(whole, desk, tmp_path / "part.db", {11}, at) for at in (BASE + 9 * DAY, BASE + 10 * DAY))
    assert one.after == other.after and one.fingerprint != other.fingerprint


def test_what_was_left_out_is_told(desk: Path, tmp_path: Path) -> None:
    """A report on a slice says that it is one, and keeps what the import had doubted."""
    sliced(desk, tmp_path / "part.db", 11)
    assert rows(tmp_path / "part.db", "SELECT kind, reason, count FROM skipped ORDER BY count") == [
        ("tickets", "left out: a slice of a larger snapshot", 2), ("orders", "doubted", 3)
    ]  # fmt: skip


def test_a_ticket_without_customer_is_its_own(tmp_path: Path) -> None:
    """Nothing else comes with it, not even another such ticket."""
    tickets: list[Row] = [{"id": id, "created_at": BASE} for id in (1, 2)]
    source = write_snapshot(tmp_path / "whole.db", {"ticket": tickets})
    sliced(source, tmp_path / "part.db", 2)
    assert rows(tmp_path / "part.db", "SELECT id FROM ticket") == [(2,)]


def test_merged_customers_stay_together(tmp_path: Path) -> None:
    """Through a chain, and through a profile that the export lacks."""
    people = {1: 2, 2: 9, 3: 9, 4: None}
    source = write_snapshot(
        tmp_path / "whole.db",
        {
            "customer": [{"id": id, "merged_into": into} for id, into in people.items()],
            "ticket": [{"id": id, "customer_id": id, "created_at": BASE} for id in people],
        },
    )
    sliced(source, tmp_path / "part.db", 3)
    assert rows(tmp_path / "part.db", "SELECT id FROM ticket") == [(1,), (2,), (3,)]


def test_never_its_own_input(desk: Path, tmp_path: Path) -> None:
    """By whatever name."""
    before = sha256(desk)
    (tmp_path / "link.db").symlink_to(desk)
    os.link(desk, tmp_path / "hard.db")
    for name in ("desk.db", "link.db", "hard.db"):
        with pytest.raises(InputError) as caught:
            sliced(desk, tmp_path / name, 11)
        assert caught.value.diagnostics[0].code == "S011"
    assert sha256(desk) == before


def test_never_a_file_that_is_no_snapshot(desk: Path, tmp_path: Path) -> None:
    """Only a snapshot is replaced, and no half one is left."""
    (tmp_path / "letter.txt").write_text("dear diary")
    with pytest.raises(InputError) as caught:
        sliced(desk, tmp_path / "letter.txt", 11)
    assert caught.value.diagnostics[0].code == "S002"
    assert (tmp_path / "letter.txt").read_text() == "dear diary"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["desk.db", "letter.txt"]


def test_an_older_snapshot_is_replaced(desk: Path, tmp_path: Path) -> None:
    """Nothing of it is mixed in; the same slice again is the same bytes."""
    make(tmp_path / "part.db", (77, "Ghosts"))
    sliced(desk, tmp_path / "part.db", 11)
    assert rows(tmp_path / "part.db", "SELECT * FROM team") == []
    before = sha256(tmp_path / "part.db")
    sliced(desk, tmp_path / "part.db", 11)
    assert sha256(tmp_path / "part.db") == before


@pytest.mark.real
def test_a_real_helpdesk(real_snapshot: Path, tmp_path: Path) -> None:
    """A twentieth of the customers of a real export, under the rules of the demo."""
    with closing(open_snapshot(real_snapshot)) as connection:
        tickets = [id for (id,) in connection.execute("SELECT id FROM ticket WHERE id % 20 = 3")]
    sliced(real_snapshot, tmp_path / "part.db", *tickets)
    ruleset, _ = load_ruleset(Path(__file__).parents[2] / "rulesets" / "candidate")
    assert alike(real_snapshot, tmp_path / "part.db", ruleset)
