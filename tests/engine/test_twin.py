"""The engine against its plain twin: two readings of the same documents, on random rule sets and random histories."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.diff.by_rule import overwritten
from simulator.diff.changes import rule_changes
from simulator.engine.program import compile_program
from simulator.engine.replay import bits_for, replay, replay_edits, run_program
from simulator.explain.twin import replay as twin
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.flow import Flow
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
        assert plain(replay(one, both, directory)) == plain(twin(one, facts, directory))
        assert plain(replay(other, both, directory)) == plain(twin(other, facts, directory))


@COUNT
@given(snapshots(), rulesets(), rulesets(), cascades())
def test_an_outcome_as_columns_is_what_it_spells_out(rows: Rows, one: RuleSet, other: RuleSet, cascade: int) -> None:
    """What is counted without spelling the outcome out is what the spelt outcome says, delta included."""
    with world(rows) as (facts, directory):
        bits = bits_for(facts, [one, other])
        old, new = (compile_program(ruleset, bits, directory) for ruleset in (one, other))
        before, instants = run_program(old, cascade), dict(zip(facts.history.key, facts.history.at, strict=True))
        changed = {id for id, change in rule_changes(one, other).items() if change != "same"}
        for outcome in (before, replay_edits(old, new, before, changed, cascade)):
            assert _counted(outcome.flow(instants)) == _counted(Outcome(dict(outcome.tickets)).flow(instants))
            assert all(outcome.final(id) == spelt.final for id, spelt in outcome.tickets.items())


@COUNT
@given(snapshots(), rulesets(), rulesets())
def test_tickets_that_are_alike_are_alike(rows: Rows, one: RuleSet, other: RuleSet) -> None:
    """A ticket on which two outcomes are not said to differ has the same changes, messages and end."""
    with world(rows) as (facts, directory):
        bits = bits_for(facts, [one, other])
        before, after = (replay(ruleset, bits, directory) for ruleset in (one, other))
        for id in sorted(set(before.tickets) - set(before.unlike(after, before.tickets))):
            mine, others = before.tickets[id], after.tickets[id]
            assert (mine.final, mine.changes, mine.sent) == (others.final, others.changes, others.sent)


def _counted(flow: Flow) -> dict[str, object]:
    """A flow with names for its numbers."""
    writes = zip(flow.writes.ticket.tolist(), flow.writes.slot.tolist(), flow.writes.author.tolist(), strict=True)
    return {
        "matches": sorted(_named(flow, *zip(*(column.tolist() for column in flow.matches), strict=True), at=2)),
        "changes": Counter(_named(flow, *zip(*(column.tolist() for column in flow.changes), strict=True), at=1)),
        "authors": Counter((ticket, flow.rules[author] if author >= 0 else "") for ticket, _, author in writes),
        "levels": list(zip(*(column.tolist() for column in flow.levels), strict=True)),
        "runs": _runs(flow),
        "replies": sorted(flow.replies.tolist()),
        "told": (sorted(flow.refusals), sorted(flow.loops), sorted(flow.not_simulated)),
        "overwritten": {flow.rules[rule]: found for rule, found in overwritten(flow).items()},
    }


def _named(flow: Flow, *rows: tuple[int, ...], at: int) -> list[tuple[object, ...]]:
    return [(*row[:at], flow.rules[row[at]], *row[at + 1 :]) for row in rows]


def _runs(flow: Flow) -> Counter[tuple[int, str]]:
    counted: Counter[tuple[int, str]] = Counter()
    for ticket, trigger, count in zip(*(column.tolist() for column in flow.runs), strict=True):
        counted[ticket, flow.triggers[trigger]] += count
    return counted


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
        delta = replay_edits(before, after, run_program(before, cascade), changed, cascade)
        assert plain(delta) == plain(replay(candidate, bits, directory, cascade))


def _mixed(baseline: RuleSet, other: RuleSet, ids: set[str]) -> RuleSet:
    """The baseline with the rules of these ids as the other set has them, if it has them."""
    rules = [rule for rule in baseline.rules if rule.id not in ids]
    rules += [rule for rule in other.rules if rule.id in ids]
    return replace(baseline, rules=in_running_order(rules))
