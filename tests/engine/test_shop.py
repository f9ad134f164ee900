"""The invented shop: hand-written rules made its history, and replaying its live rules must give that history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from simulator.bundled import build_demo
from simulator.engine.replay import bits_for, replay
from simulator.facts.directory import Directory, read_directory
from simulator.facts.facts import Facts, read_facts
from simulator.facts.read_history import read_history
from simulator.hours import NEVER
from simulator.outcome import Outcome
from simulator.rules.live import read_live
from simulator.rules.model import RuleSet
from simulator.snapshot.store import open_snapshot

Shop = tuple[Facts, Outcome, list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The facts, the outcome of the live rules, and what the export says of each ticket."""
    path = tmp_path_factory.mktemp("shop") / "demo.db"
    build_demo(path)
    with closing(open_snapshot(path)) as connection:
        facts = read_facts(connection, read_history(connection))
        live, findings = read_live(connection)
        assert not findings
        outcome = replay(live, bits_for(facts, [live]), read_directory(connection))
        query = """SELECT id, tags, priority, status, assignee_user_id, assignee_team_id, subject, spam, snooze_at
            FROM ticket ORDER BY id"""
        yield facts, outcome, connection.execute(query).fetchall()


def test_live_rules_give_the_exported_tickets(shop: Shop) -> None:
    """Tags, priority, status, assignee, team, subject and snooze of every ticket are those of the export."""
    _, outcome, exported = shop
    assert len(exported) == len(outcome.tickets) > 2000
    for ticket, tags, priority, status, assignee, team, subject, spam, snooze in exported:
        assert isinstance(ticket, int)
        final = outcome.tickets[ticket].final
        said = list(final.tags), final.priority, final.status, final.assignee, final.team, final.subject, final.snooze
        assert said == (json.loads(str(tags)), priority, status, assignee, team, subject, snooze), ticket
        assert spam is None or final.spam == bool(spam), ticket


def test_each_live_rule_matches_somewhere(shop: Shop) -> None:
    """All fourteen active live rules match; the fifteenth is switched off."""
    _, outcome, _ = shop
    assert len({match.rule for one in outcome.tickets.values() for match in one.matches}) == 14


def test_no_rule_gives_what_people_alone_did(shop: Shop) -> None:
    """With no rules there is no change by a rule, no refusal and no message."""
    facts, _, _ = shop
    none = RuleSet("none", (), NEVER)
    outcome = replay(none, bits_for(facts, [none]), Directory({}, {}, {}, {}))
    for one in outcome.tickets.values():
        assert all(change.rule is None for change in one.changes)
        assert not one.refusals and not one.sent and not one.matches


def test_path_is_a_file(tmp_path: Path) -> None:
    """The demo is built where it is asked for, and only there."""
    build_demo(tmp_path / "demo.db")
    assert [file.name for file in tmp_path.iterdir()] == ["demo.db"]
