"""Jobs: whatever the number of processes, the outcome is that of one."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.diff.changes import rule_changes
from simulator.engine.jobs import Task, replay_sides
from simulator.engine.program import compile_program
from simulator.engine.replay import bits_for
from simulator.rules.model import RuleSet
from tests.twin.snapshots import Rows
from tests.twin.worlds import rulesets, snapshots, world


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(snapshots(), rulesets(), rulesets(), st.integers(2, 4))
def test_processes_change_nothing(rows: Rows, one: RuleSet, other: RuleSet, jobs: int) -> None:
    """Outcomes, and which tickets may differ, are the same with any number of processes."""
    with world(rows) as (facts, directory):
        done = []
        for processes in (1, jobs):
            bits = bits_for(facts, [one, other])
            before, after = (compile_program(ruleset, bits, directory) for ruleset in (one, other))
            changed = [id for id, change in rule_changes(one, other).items() if change != "same"]
            old, new = replay_sides(Task(before, after, changed, 5), processes)
            unlike = old.unlike(new, old.tickets)
            done.append((dict(old.tickets), dict(new.tickets), unlike))
        assert done[0] == done[1]
