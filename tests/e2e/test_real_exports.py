"""On real exports, through the command line: no rules give the exported state, and every order is accounted for."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from simulator.engine.replay import bits_for, replay
from simulator.explain.twin import replay as twin
from simulator.facts.directory import read_directory
from simulator.facts.facts import read_facts
from simulator.facts.read_history import read_history
from simulator.hours import NEVER
from simulator.rules.load import load_ruleset
from simulator.rules.model import RuleSet
from simulator.snapshot.store import open_snapshot

from .desk import simulator

pytestmark = pytest.mark.real

RULESETS = Path(__file__).parents[2] / "rulesets"
WINDOW = 3 * 86_400_000_000


@pytest.fixture(scope="module")
def opened(real_snapshot: Path) -> Iterator[sqlite3.Connection]:
    """The snapshot, open."""
    with closing(open_snapshot(real_snapshot)) as connection:
        yield connection


def test_no_rules_give_the_exported_state(opened: sqlite3.Connection) -> None:
    """Status, tags, assignee, team and spam of all 5,706 tickets."""
    none = RuleSet("none", (), NEVER)
    facts = read_facts(opened, read_history(opened))
    outcome = replay(none, bits_for(facts, [none]), read_directory(opened))
    query = "SELECT id, status, tags, assignee_user_id, assignee_team_id, coalesce(spam, 0) FROM ticket"
    exported = {id: (status, tuple(json.loads(tags)), *rest) for id, status, tags, *rest in opened.execute(query)}
    assert len(exported) == 5706
    finals = {id: one.final for id, one in outcome.tickets.items()}
    assert {id: (f.status, f.tags, f.assignee, f.team, f.spam) for id, f in finals.items()} == exported


def test_engine_is_its_twin_on_a_sample(opened: sqlite3.Connection) -> None:
    """The candidate on one customer in ten: final states, changes, refusals, matches and messages are the same."""
    ruleset, _ = load_ruleset(RULESETS / "candidate")
    facts, directory = read_facts(opened, read_history(opened)), read_directory(opened)
    chosen = {start.id for start in facts.history.tickets if (start.customer_id or 0) % 10 == 0}
    fast = replay(ruleset, bits_for(facts, [ruleset]), directory, tickets=chosen)
    slow = twin(ruleset, facts, directory, tickets=chosen)
    assert len(chosen) > 300
    for ticket in chosen:
        one, other = fast.tickets[ticket], slow.tickets[ticket]
        assert (one.final, one.changes, one.refusals, one.matches, one.sent) == (
            other.final,
            other.changes,
            other.refusals,
            other.matches,
            other.sent,
        )


def test_every_order_is_accounted_for(real_snapshot: Path, opened: sqlite3.Connection, tmp_path: Path) -> None:
    """128 tickets took 203 orders, as a plain search for the latest ticket within three days finds them.

    The edges change nothing in these two: spam tickets, cancelled and test orders took no part in any of the pairs.
    They take 361 spam tickets out of the denominator.
    """
    done = simulator(
        "run", "--snapshot", real_snapshot, "--baseline", "none", "--candidate", "none", "--format", "json",
        "--report", f"attribution={tmp_path / 'orders.jsonl'}",
    )  # fmt: skip
    assert done.code == 0
    side = json.loads(done.out)["projection"]["attribution"]["baseline"]
    assert (side["tickets"], side["converted"], side["orders"]) == (5706 - 361, 128, 203)
    assert sum(side["reasons"].values()) == 12_964
    lines = [json.loads(line) for line in (tmp_path / "orders.jsonl").read_text("utf-8").splitlines()]
    attributed = {line["order"]: line["ticket"] for line in lines if line["side"] == "baseline" and line["ticket"]}
    assert attributed == _plain_search(opened)


def _plain_search(connection: sqlite3.Connection) -> dict[int, int]:
    """Order -> the latest ticket of its customer at most three days before it, by the plainest of joins."""
    tickets: dict[int, dict[int, int]] = {}
    for order, customer_at, ticket in connection.execute(
        """SELECT o.id, t.created_at, t.id FROM shop_order o
        JOIN shop_profile p ON p.shop_customer_id = o.shop_customer_id JOIN ticket t ON t.customer_id = p.customer_id
        WHERE o.created_at BETWEEN t.created_at AND t.created_at + ?""",
        (WINDOW,),
    ):
        tickets.setdefault(order, {})[customer_at] = ticket
    return {order: found[max(found)] for order, found in tickets.items()}
