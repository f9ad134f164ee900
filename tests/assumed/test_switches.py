"""The engine and its plain twin under random choices, and switches that replay only what they can touch."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.assumed.check import Standing, check, choices_json
from simulator.assumed.switch import replayed, switch_tests, switched, tickets_to_replay
from simulator.diff.changes import rule_changes
from simulator.diff.compare import compare
from simulator.diff.scope import scope_of
from simulator.diff.values import Side
from simulator.engine.columns import Bits
from simulator.engine.program import compile_program, fact_tests_of
from simulator.engine.replay import bits_for, replay, run_program
from simulator.explain.twin import replay as twin
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.outcome import Outcome
from simulator.rules.assume import CHOICES, USUAL, Assumed
from simulator.rules.model import RuleSet
from tests.twin.snapshots import Rows
from tests.twin.worlds import rulesets, snapshots, world

COUNT = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def assumed() -> st.SearchStrategy[Assumed]:
    """Random choices."""
    values = {choice.key: st.sampled_from((choice.default, *choice.others)) for choice in CHOICES}
    values["throttle"] = st.sampled_from(("5m", "1h", "1s"))
    return st.builds(Assumed, **values)


def plain(outcome: Outcome) -> Outcome:
    """An outcome with plain dicts of phases, so that two can be compared."""
    return Outcome({id: replace(one, phases=dict(one.phases)) for id, one in outcome.tickets.items()})


@COUNT
@given(snapshots(), rulesets(), assumed())
def test_engine_is_its_twin_whatever_is_assumed(rows: Rows, ruleset: RuleSet, choices: Assumed) -> None:
    """Both follow every choice."""
    read = choices.rules(ruleset)
    with world(rows) as (facts, directory):
        done = replay(read, bits_for(facts, [read]), directory, choices.depth)
        assert plain(done) == plain(twin(read, facts, directory, choices.depth))


@COUNT
@given(snapshots(), rulesets(), assumed(), st.sampled_from(CHOICES), st.data())
def test_a_switch_is_a_whole_replay(
    rows: Rows, ruleset: RuleSet, was: Assumed, choice: object, data: st.DataObject
) -> None:
    """What a switch replays in part is what a whole replay under it gives, on columns that were used before."""
    assert isinstance(choice, type(CHOICES[0]))
    then = was.given(choice.key, data.draw(st.sampled_from(choice.others)))
    now = was.rules(ruleset)
    with world(rows) as (facts, directory):
        bits = Bits(facts, (*fact_tests_of(now), *switch_tests([ruleset], was)))
        program = compile_program(now, bits, directory)
        outcome = run_program(program, was.depth)
        other = switched(program, then.rules(ruleset), choice.key)
        tickets = tickets_to_replay(program, other, outcome.trace, was, then)
        assert plain(replayed(other, then.depth, tickets, outcome)) == plain(
            twin(then.rules(ruleset), facts, directory, then.depth)
        )


def _standing(facts: Facts, directory: Directory, loaded: tuple[RuleSet, RuleSet], choices: Assumed) -> Standing:
    before, after = (choices.rules(ruleset) for ruleset in loaded)
    tests = (*fact_tests_of(before), *fact_tests_of(after), *switch_tests(loaded, choices))
    bits = Bits(facts, tests)
    old, new = (compile_program(ruleset, bits, directory) for ruleset in (before, after))
    outcomes = run_program(old, choices.depth), run_program(new, choices.depth)
    scope = scope_of(facts, [ticket.id for ticket in facts.history.tickets])
    return Standing(loaded, (old, new), outcomes, scope, rule_changes(before, after), choices)


@settings(COUNT, max_examples=30)
@given(snapshots(), rulesets(), rulesets(), assumed())
def test_the_count_of_a_switch_is_that_of_two_runs(rows: Rows, one: RuleSet, other: RuleSet, was: Assumed) -> None:
    """So many tickets end otherwise, and differ otherwise, as the twin and a comparison under the switch say."""
    with world(rows) as (facts, directory):
        standing = _standing(facts, directory, (one, other), was)
        for switch in check(standing, every=True):
            then = was.given(switch.key, switch.value)
            told = [_by_the_twin(facts, directory, (one, other), each) for each in (was, then)]
            ends, edits = [one for one, _ in told], [one for _, one in told]
            counts = [sum(ends[0][side][id] != ends[1][side][id] for id in ends[0][side]) for side in (0, 1)]
            assert [switch.before, switch.after] == counts
            assert switch.edits == sum(edits[0][id] != edits[1][id] for id in edits[0])


def _by_the_twin(
    facts: Facts, directory: Directory, loaded: tuple[RuleSet, RuleSet], choices: Assumed
) -> tuple[list[dict[int, object]], dict[int, object]]:
    """How each ticket ends on each side, and what differs on it, by whole replays of the twin."""
    rules = [choices.rules(ruleset) for ruleset in loaded]
    outcomes = [twin(ruleset, facts, directory, choices.depth) for ruleset in rules]
    ids = [ticket.id for ticket in facts.history.tickets]
    before, after = (Side(ruleset, outcome) for ruleset, outcome in zip(rules, outcomes, strict=True))
    diff = compare(before, after, scope_of(facts, ids))
    ends: list[dict[int, object]] = [
        {
            id: (
                one.final,
                one.sent,
                {change.field: change.after for change in one.changes if change.field.startswith("customer.")},
            )
            for id, one in outcome.tickets.items()
        }
        for outcome in outcomes
    ]
    edits: dict[int, object] = {
        id: [(edit.field, edit.before, edit.after) for edit in diff.edits if edit.ticket == id] for id in ids
    }
    return ends, edits


def test_what_needs_other_facts_is_tried_only_when_asked(demo_standing: Standing) -> None:
    """By default conditions are not read again; asked for, all is tried."""
    some, every = check(demo_standing, every=False), check(demo_standing, every=True)
    assert [one.looked for one in some if one.key in ("missing", "case")] == [False, False]
    assert all(one.looked for one in every)
    block = choices_json(USUAL, every)
    assert list(block) == [choice.key for choice in CHOICES]


@pytest.fixture
def demo_standing() -> Standing:
    """Two small rule sets on a snapshot of one ticket."""
    from tests.twin.dice import seeded
    from tests.twin.random_rulesets import ruleset_text
    from tests.twin.random_snapshots import snapshot
    from tests.twin.worlds import loaded

    dice = seeded(3)
    with world(snapshot(dice)) as (facts, directory):
        sets = loaded(ruleset_text(dice)), loaded(ruleset_text(dice))
        return _standing(facts, directory, sets, USUAL)
