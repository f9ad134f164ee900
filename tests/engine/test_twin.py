"""The engine against its plain twin: two readings of the same documents, on random rule sets and random histories."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.diff.changes import rule_changes
from simulator.engine.program import compile_program
from simulator.engine.replay import bits_for, replay, replay_edits
from simulator.explain.twin import replay as twin
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.outcome import Outcome
from simulator.rules.model import RuleSet, in_running_order
from tests.twin.runner import cases, check
from tests.twin.snapshots import Rows
from tests.twin.worlds import cascades, rulesets, snapshots, world

COUNT = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def engine(ruleset: RuleSet, facts: Facts, directory: Directory, max_cascade: int = 5) -> Outcome:
    """The engine with the twin's signature."""
    return replay(ruleset, bits_for(facts, [ruleset]), directory, max_cascade)


def plain(outcome: Outcome) -> Outcome:
    """An outcome with plain dicts of phases, so that two can be compared."""
    return Outcome({id: replace(one, phases=dict(one.phases)) for id, one in outcome.tickets.items()})


@pytest.mark.parametrize("name", list(cases()))
def test_engine_does_what_the_case_says(name: str) -> None:
    """One sentence of the documents, on a history of a few events."""
    check(cases()[name], engine)


@COUNT
@given(snapshots(), rulesets(), cascades())
def test_engine_is_its_twin(rows: Rows, ruleset: RuleSet, cascade: int) -> None:
    """Final states, changes, refusals, matches with what they rest on, messages, loops and phase runs are the same."""
    with world(rows) as (facts, directory):
        assert plain(engine(ruleset, facts, directory, cascade)) == plain(twin(ruleset, facts, directory, cascade))


@COUNT
@given(snapshots(), rulesets(), cascades(), st.sampled_from((0, 1, 3)))
def test_memory_changes_nothing(rows: Rows, ruleset: RuleSet, cascade: int, memory: int) -> None:
    """With the memory off, or so small that it is always forgotten, the outcome is the same."""
    with world(rows) as (facts, directory):
        bits = bits_for(facts, [ruleset])
        assert replay(ruleset, bits, directory, cascade, memory=memory) == replay(ruleset, bits, directory, cascade)


@COUNT
@given(snapshots(), rulesets(), rulesets())
def test_columns_of_two_rule_sets_serve_each(rows: Rows, one: RuleSet, other: RuleSet) -> None:
    """A rule set gives the same outcome on columns made for itself and on columns made for two."""
    with world(rows) as (facts, directory):
        both = bits_for(facts, [one, other])
        assert replay(one, both, directory) == engine(one, facts, directory)


@COUNT
@given(snapshots(), rulesets(), rulesets(), cascades(), st.sets(st.integers(0, 5)))
def test_replaying_only_the_edits_changes_nothing(
    rows: Rows, baseline: RuleSet, other: RuleSet, cascade: int, taken: set[int]
) -> None:
    """A candidate that takes some rules from another set: the delta gives what a whole replay gives."""
    candidate = _mixed(baseline, other, {f"r{number}" for number in taken})
    changed = {id for id, change in rule_changes(baseline, candidate).items() if change != "same"}
    with world(rows) as (facts, directory):
        bits = bits_for(facts, [baseline, candidate])
        before, after = (compile_program(ruleset, bits, directory) for ruleset in (baseline, candidate))
        outcome = replay(baseline, bits, directory, cascade)
        delta = replay_edits(before, after, outcome, changed, directory, cascade)
        assert plain(delta) == plain(replay(candidate, bits, directory, cascade))


def _mixed(baseline: RuleSet, other: RuleSet, ids: set[str]) -> RuleSet:
    """The baseline with the rules of these ids as the other set has them, if it has them."""
    rules = [rule for rule in baseline.rules if rule.id not in ids]
    rules += [rule for rule in other.rules if rule.id in ids]
    return replace(baseline, rules=in_running_order(rules))
