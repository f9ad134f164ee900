"""What must always hold, on random worlds: every number against whole replays of the mixed rule sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.causes.by_edit import by_edit
from simulator.causes.by_rule import acting, marginals
from simulator.causes.clusters import clusters
from simulator.causes.items import items_of
from simulator.causes.order import order_of
from simulator.causes.trials import Compared, trials
from simulator.causes.units import Unit, mixed
from simulator.causes.values import How, Role
from simulator.diff.compare import compare
from simulator.diff.scope import scope_of
from simulator.diff.values import Edit, Side
from simulator.engine.program import compile_program
from simulator.engine.replay import bits_for, replay_edits, run_program
from simulator.rules.model import RuleSet, in_running_order
from tests.twin.snapshots import Rows
from tests.twin.worlds import cascades, rulesets, snapshots, world

LAWS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
some_rules = st.sets(st.integers(0, 5), min_size=1)


@contextmanager
def compared(rows: Rows, baseline: RuleSet, other: RuleSet, taken: set[int], cascade: int) -> Iterator[Compared]:
    """A baseline against itself with some rules of another set."""
    candidate = _mixed(baseline, other, {f"r{number}" for number in taken})
    with world(rows) as (facts, directory):
        bits = bits_for(facts, [baseline, candidate])
        old, new = (compile_program(one, bits, directory) for one in (baseline, candidate))
        before = run_program(old, cascade)
        scope = scope_of(facts, [ticket.id for ticket in facts.history.tickets])
        changed = sorted({*_ids(baseline), *_ids(candidate)})
        after = replay_edits(old, new, before, changed, cascade)
        diff = compare(Side(baseline, before), Side(candidate, after), scope)
        yield Compared((old, new), (before, after), scope, diff, cascade, None)


def _ids(ruleset: RuleSet) -> list[str]:
    return [rule.id for rule in ruleset.rules]


def _mixed(baseline: RuleSet, other: RuleSet, ids: set[str]) -> RuleSet:
    rules = [rule for rule in baseline.rules if rule.id not in ids]
    rules += [rule for rule in other.rules if rule.id in ids]
    hours = other.hours if "r5" in ids else baseline.hours
    return replace(baseline, rules=in_running_order(rules), hours=hours)


def whole(with_: Compared, one: RuleSet, other: RuleSet) -> dict[tuple[int, str], Edit]:
    """The edits between two rule sets, each replayed whole by a program of its own."""
    sides = []
    for ruleset in (one, other):
        program = compile_program(ruleset, with_.programs[0].bits, with_.programs[0].directory)
        sides.append(Side(ruleset, run_program(program, with_.max_cascade)))
    return {(edit.ticket, edit.field): edit for edit in compare(sides[0], sides[1], with_.scope).edits}


def _values(edits: dict[tuple[int, str], Edit]) -> dict[tuple[int, str], tuple[object, object]]:
    return {place: (edit.before, edit.after) for place, edit in edits.items()}


@LAWS
@given(snapshots(), rulesets(), rulesets(), some_rules, cascades())
def test_an_edit_alone_and_left_out_is_a_whole_run_of_the_mixed_rules(
    rows: Rows, baseline: RuleSet, other: RuleSet, taken: set[int], cascade: int
) -> None:
    """What each edit changes alone, and as the last of all, is what two whole replays compare to."""
    with compared(rows, baseline, other, taken, cascade) as with_:
        found, (before, after) = trials(with_), with_.rulesets
        for place, unit in enumerate(with_.units):
            others: list[Unit] = [one for one in with_.units if one != unit]
            assert _values(dict(found.alone[place])) == _values(whole(with_, before, mixed(before, after, [unit])))
            assert _values(dict(found.without[place])) == _values(whole(with_, mixed(before, after, others), after))


@LAWS
@given(snapshots(), rulesets(), rulesets(), some_rules, cascades())
def test_the_causes_part_all_that_the_diff_changes(
    rows: Rows, baseline: RuleSet, other: RuleSet, taken: set[int], cascade: int
) -> None:
    """Each item of each edit is in exactly one cause, and a cause that is measured names an edit of the change."""
    with compared(rows, baseline, other, taken, cascade) as with_:
        made = clusters(with_, trials(with_))
        items = [(item.edit, item.tag) for cluster in made for item in cluster.items]
        expected = [(item.edit, item.tag) for edit in with_.diff.edits for item in items_of(edit, with_.deeds)]
        assert sorted(items, key=repr) == sorted(expected, key=repr)
        assert all(cluster.places for cluster in made)


@LAWS
@given(snapshots(), rulesets(), rulesets(), some_rules, cascades())
def test_interactions_are_what_whole_runs_say(
    rows: Rows, baseline: RuleSet, other: RuleSet, taken: set[int], cascade: int
) -> None:
    """Tickets that change only together, and those on which edits cancel out, by sets of whole runs."""
    with compared(rows, baseline, other, taken, cascade) as with_:
        result, (before, after) = by_edit(with_, trials(with_)), with_.rulesets
        alone = [{t for t, _ in whole(with_, before, mixed(before, after, [unit]))} for unit in with_.units]
        changed, by_any = {edit.ticket for edit in with_.diff.edits}, set[int]().union(*alone)
        counts = Counter[How]()
        for one in result.interactions:
            counts[one.how] += one.tickets
        assert counts[How.TOGETHER] == len(changed - by_any)
        assert counts[How.CANCEL] == len(by_any - changed)
        assert [one.alone for one in result.edits] == [len(some) for some in alone]


@LAWS
@given(snapshots(), rulesets(), rulesets(), cascades())
def test_what_would_be_missing_without_a_rule_is_a_whole_run_without_it(
    rows: Rows, baseline: RuleSet, other: RuleSet, cascade: int
) -> None:
    """For every rule of the baseline, and those of which it is said that nothing would be missing."""
    with compared(rows, baseline, other, {0}, cascade) as with_:
        for id, marginal in marginals(with_, 0, with_.flows[0]).items():
            less = replace(baseline, rules=tuple(rule for rule in baseline.rules if rule.id != id))
            differ = {ticket for ticket, _ in whole(with_, baseline, less)}
            assert marginal.differ == len(differ)
            assert (marginal.role is Role.USEFUL) == bool(differ)
            assert marginal.acts == len(acting(with_.flows[0]).get(id, ()))


@LAWS
@given(snapshots(), rulesets(), rulesets(), some_rules, cascades(), st.sampled_from((0, 20, 60, 200)))
def test_with_little_room_less_is_said_and_nothing_false(
    rows: Rows, baseline: RuleSet, other: RuleSet, taken: set[int], cascade: int, room: int
) -> None:
    """What a sample says of a ticket is what a look at all says, and the causes still part the diff."""
    with compared(rows, baseline, other, taken, cascade) as with_:
        sample, every = trials(replace(with_, room=room)), trials(with_)
        for some, all_ in zip((*sample.alone, *sample.without), (*every.alone, *every.without), strict=True):
            assert dict(some) == {at: edit for at, edit in all_.items() if at[0] not in sample.skipped}
        assert sample.looked.tickets + len(sample.skipped) == sample.looked.of == every.looked.tickets
        items = sum(len(cluster.items) for cluster in clusters(with_, sample))
        assert items == sum(1 for edit in with_.diff.edits for _ in items_of(edit, with_.deeds))
        whole_marginals = marginals(with_, 1, with_.flows[1])
        for id, one in marginals(replace(with_, room=room), 1, with_.flows[1]).items():
            assert one.differ <= whole_marginals[id].differ and one.acts == whole_marginals[id].acts


@LAWS
@given(snapshots(), rulesets(), rulesets(), cascades())
def test_order_matters_only_where_it_is_said(rows: Rows, baseline: RuleSet, other: RuleSet, cascade: int) -> None:
    """Swapped neighbours give what a whole run of the swapped rules gives, and so does any order within a group."""
    with compared(rows, baseline, other, {0}, cascade) as with_:
        swaps, groups = order_of(with_, 0, with_.flows[0])
        named = {(one.first, one.second): one.differ for one in swaps}
        order = [rule.id for rule in baseline.rules if rule.enabled]
        for pair in pairwise(order):
            turned = list(order)
            place = turned.index(pair[0])
            turned[place : place + 2] = pair[::-1]
            assert named.get(pair, 0) == len({t for t, _ in whole(with_, baseline, _ordered(baseline, turned))})
        for group in groups:
            start = order.index(group[0])
            turned = [*order[:start], *reversed(group), *order[start + len(group) :]]
            assert not whole(with_, baseline, _ordered(baseline, turned))


def _ordered(ruleset: RuleSet, order: list[str]) -> RuleSet:
    """The enabled rules in another order, by other priorities."""
    rank = {id: len(order) - place for place, id in enumerate(order)}
    rules = [replace(rule, priority=rank.get(rule.id, 0)) for rule in ruleset.rules]
    return replace(ruleset, rules=in_running_order(rules))
