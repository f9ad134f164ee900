"""What is counted over a history is what the plain twin finds, ticket by ticket, on random rule sets and histories."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, given, settings

from simulator.diff.by_rule import overwritten, rules_of
from simulator.diff.values import RuleChange, Side
from simulator.engine.columns import Bits
from simulator.engine.program import fact_tests_of
from simulator.engine.replay import bits_for, replay, run_program
from simulator.engine.selection import Selection
from simulator.engine.trace import Traced
from simulator.explain.shortfall import shortfall
from simulator.explain.timeline import TimeLine, time_line
from simulator.explain.truth import Examined, holds
from simulator.funnel.sightings import unmarked
from simulator.funnel.study import study
from simulator.funnel.values import Asked, Part, RuleHistory
from simulator.funnel.watched import compile_watched, watched
from simulator.outcome import Outcome, TicketOutcome
from simulator.rules import model
from simulator.rules.model import All, RuleSet
from tests.twin.snapshots import Rows
from tests.twin.worlds import cascades, rulesets, snapshots, world

COUNT = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@dataclass
class Told:
    """What the time lines tell of one rule: every time one of its conditions was come to."""

    came: defaultdict[str, list[tuple[int, int, Examined]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, branch: str, ticket: int, at: int, examined: Examined) -> None:
        """One time more."""
        self.came[branch].append((ticket, at, examined))


def _told(lines: list[TimeLine]) -> defaultdict[str, Told]:
    told: defaultdict[str, Told] = defaultdict(Told)
    for line in lines:
        for happening in line.happenings:
            for asked in (one for phase in happening.phases for one in phase.asked):
                told[asked.rule.id].add("", line.outcome.ticket, happening.at, asked.examined)
                for branch, examined in asked.branches:
                    told[asked.rule.id].add(branch, line.outcome.ticket, happening.at, examined)
    return told


@COUNT
@given(snapshots(), rulesets(), cascades())
def test_counts_are_those_of_the_time_lines(rows: Rows, ruleset: RuleSet, cascade: int) -> None:
    """Each step alone and passed, each word, near misses and matches: as counted one by one."""
    with world(rows) as (facts, directory):
        ids = [rule.id for rule in ruleset.rules]
        found, tickets = study(ruleset, ids, facts, directory, Selection(), cascade)
        lines = [time_line(ruleset, facts, directory, one.id, cascade) for one in facts.history.tickets]
    assert tickets == len(lines)
    told = _told(lines)
    for one in found:
        came = told[one.rule.id].came
        assert one.side.events == len(came[""])
        assert one.side.matched == sum(examined.holds for _, _, examined in came[""])
        matched = [at for _, at, examined in came[""] if examined.holds]
        assert one.first_match == min(matched, default=None)
        assert one.side.last_match == max(matched, default=None)
        assert sum(count for _, count in one.weeks) == len(matched)
        for asked in one.asked:
            _same_condition(asked, came[asked.branch], ruleset)
        assert not {branch for branch in came if came[branch]} - {asked.branch for asked in one.asked}
        _same_misses(one, came[""])


def _same_condition(asked: Asked, came: list[tuple[int, int, Examined]], ruleset: RuleSet) -> None:
    found = [examined for _, _, examined in came]
    assert (asked.times, asked.true) == (len(found), sum(one.holds for one in found))
    split = isinstance(asked.condition, All) and asked.condition.parts
    through = [True] * len(found)
    for place, step in enumerate(asked.steps):
        parts = [one.parts[place] if split else one for one in found]
        through = [before and one.holds for before, one in zip(through, parts, strict=True)]
        assert step.passed == sum(through)
        _same_part(step, parts)
    assert asked.steps[-1].passed == asked.true
    tests = [list(one.tests()) for one in found]
    for words in asked.keywords:
        place = next(place for place, test in enumerate(_tests(asked)) if test is words.test)
        seen = [(tests[n][place], came[n][1]) for n in range(len(came))]
        there = [[_has(words.test, word.word, one, at, ruleset) for word in words.words] for one, at in seen]
        for n, word in enumerate(words.words):
            assert word.times == sum(has[n] for has in there)
            assert word.only == sum(has[n] and sum(has) == 1 for has in there)
            assert word.matched == sum(has[n] and one.holds for has, one in zip(there, found, strict=True))
            assert word.tickets == len({came[k][0] for k, has in enumerate(there) if has[n]})


def _tests(asked: Asked) -> list[model.Test]:
    def below(part: Part) -> Iterator[model.Test]:
        if isinstance(part.condition, model.Test):
            yield part.condition
        for one in part.parts:
            yield from below(one)

    return [test for step in asked.steps for test in below(step)]


def _has(test: model.Test, word: str, one: Examined, at: int, ruleset: RuleSet) -> bool:
    operator = test.operator if test.operator in ("startsWith", "endsWith") else "containsAny"
    assert one.seen is not None
    return holds(replace(test, operator=operator, operand=(word,)), one.seen.value, at, ruleset.hours)


def _same_part(part: Part, found: list[Examined]) -> None:
    assert part.true == sum(one.holds for one in found)
    for place, below in enumerate(part.parts):
        _same_part(below, [one.parts[place] for one in found])


def _same_misses(one: RuleHistory, came: list[tuple[int, int, Examined]]) -> None:
    """Those of each kind, and of the nearest what was seen there."""
    expected: Counter[object] = Counter()
    for _, _, examined in came:
        short = shortfall(examined)
        if short.near:
            parts = short.gaps[0].parts
            named = tuple(
                (p.examined.condition, p.wanted) for p in parts if isinstance(p.examined.condition, model.Test)
            )
            expected[named, short.of] += 1
    assert {(kind.tests, kind.of): kind.times for kind in one.misses} == dict(expected)
    for kind in one.misses:
        assert len(kind.nearest) == min(3, kind.tickets)
        for miss in kind.nearest:
            assert miss.shortfall is not None and miss.shortfall.of == kind.of
            assert any(ticket == miss.ticket and at == miss.at for ticket, at, _ in came)


def _without_branches(outcome: Outcome) -> list[TicketOutcome]:
    """What was done, but not in which nested branch: a watched rule has more of them."""
    return [
        replace(
            one,
            changes=tuple(change._replace(branch="") for change in one.changes),
            refusals=tuple(refusal._replace(branch="") for refusal in one.refusals),
        )
        for one in outcome.tickets.values()
    ]


@COUNT
@given(snapshots(), rulesets(), cascades())
def test_a_watched_rule_set_does_what_it_does_unwatched(rows: Rows, ruleset: RuleSet, cascade: int) -> None:
    """The outcome, and all that the by-rule report tells, are those of a plain replay."""
    ids = [rule.id for rule in ruleset.rules]
    with world(rows) as (facts, directory):
        plain = replay(ruleset, bits_for(facts, (ruleset,)), directory, cascade)
        watching = watched(ruleset, ids)
        bits = Bits(facts, fact_tests_of(watching.ruleset))
        trace = unmarked(run_program(compile_watched(watching, bits, directory), cascade).trace)
        found, _ = study(ruleset, ids, facts, directory, Selection(), cascade)
        assert _without_branches(Traced(trace)) == _without_branches(plain)
        flow = plain.flow({})
        side = Side(ruleset, plain)
        reported = rules_of(side, side, (flow, flow), dict.fromkeys(ids, RuleChange.SAME), ())
    assert {one.rule.id: one.side for one in found} == {one.id: one.after for one in reported}
    over = {(flow.rules[old], new): count for old, by in overwritten(flow).items() for new, count in by.items()}
    mine = {(old, one.rule.id): count for one in found for old, count in one.overwrites.items()}
    assert mine == {pair: count for pair, count in over.items() if pair[1] != "(outside)"}
