"""On real exports: with no rules at all, the replay gives exactly the exported final state of every ticket."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from simulator.explain.twin import replay
from simulator.facts.directory import read_directory
from simulator.facts.facts import read_facts
from simulator.facts.read_history import read_history
from simulator.hours import NEVER
from simulator.rules.model import RuleSet
from simulator.snapshot.store import open_snapshot

STATES = "SELECT id, status, tags, assignee_user_id, assignee_team_id, COALESCE(spam, 0) FROM ticket ORDER BY id"


@pytest.mark.real
def test_no_rules_give_the_exported_state(real_snapshot: Path) -> None:
    """Status, tags, assignee, team and spam."""
    with closing(open_snapshot(real_snapshot)) as connection:
        facts = read_facts(connection, read_history(connection))
        outcome = replay(RuleSet("none", (), NEVER), facts, read_directory(connection))
        exported = {
            id: (status, tuple(json.loads(tags)), *rest) for id, status, tags, *rest in connection.execute(STATES)
        }
    finals = {id: one.final for id, one in outcome.tickets.items()}
    assert {id: (f.status, f.tags, f.assignee, f.team, f.spam) for id, f in finals.items()} == exported
