"""WATCHED: rules made to tell, each time they are asked, which of the tests of their conditions are true.

Nothing is evaluated a second time in another way: the engine itself asks. Before a watched rule runs another one of no
consequence, a nested {if} without actions for each test; before each nested {if} of the rule the same. What the
engine finds true there leaves a mark, in the list of what could not be simulated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.diagnostics import Location
from simulator.engine.acts import Act, left_out
from simulator.engine.columns import Bits
from simulator.engine.program import Asked, Fork, Program, compile_program
from simulator.facts.directory import Directory
from simulator.rules.model import ALWAYS, Branch, Condition, Rule, RuleSet, Step, Test
from simulator.rules.walk import tests_in

WATCH = "\0watch"
"""Stands for a rule's id in what a mark leaves, and before one in the id of the rule that watches: none is so named."""

WORDS = ("containsAny", "containsAll", "notContainsAny", "notContainsAll", "startsWith", "endsWith")
"""The operators that look for the words of a list."""


@dataclass(frozen=True)
class WordList:
    """A test that looks for words, and which of the watched tests are those of its words alone, in the order written.

    `place`: which of the tests of the condition it is.
    """

    test: Test
    place: int
    words: tuple[str, ...]
    first: int


@dataclass(frozen=True)
class Spot:
    """A condition that is watched: a rule's own (`branch` is empty), or that of a nested branch (`then.1`).

    `tests`: what is watched of it, the tests of the condition in the order written, then those of single words.
    `mark`: the number that says that the condition was come to; the next ones say that a test is true.
    """

    rule: str
    branch: str
    condition: Condition
    tests: tuple[Test, ...]
    own: int  # how many of the tests are those of the condition
    lists: tuple[WordList, ...]
    mark: int

    @property
    def size(self) -> int:
        """How many marks are its own."""
        return len(self.tests) + 1


@dataclass(frozen=True)
class Watched:
    """A rule set with the rules that watch, and all the spots, in the order of their marks."""

    ruleset: RuleSet
    spots: tuple[Spot, ...]


def watched(ruleset: RuleSet, rules: Collection[str]) -> Watched:
    """The same rule set, in which these rules are watched where they are enabled. Its outcome is the same."""
    spots: list[Spot] = []
    running: list[Rule] = []
    for rule in ruleset.rules:
        if rule.id in rules and rule.enabled:
            running += _pair(rule, spots)
        else:
            running.append(rule)
    return Watched(replace(ruleset, rules=tuple(running)), tuple(spots))


def compile_watched(one: Watched, bits: Bits, directory: Directory) -> Program:
    """The program, with the marks in their places."""
    program = compile_program(one.ruleset, bits, directory)
    rules = {spot.rule for spot in one.spots} | {WATCH + spot.rule for spot in one.spots}

    def marked(asked: Asked) -> Asked:
        if asked.rule.id not in rules:
            return asked
        then, otherwise = _marked(asked.then, asked.rule.then), _marked(asked.otherwise, asked.rule.otherwise)
        return asked._replace(then=then, otherwise=otherwise)

    by_trigger = {trigger: tuple(map(marked, asked)) for trigger, asked in program.by_trigger.items()}
    return replace(program, by_trigger=by_trigger)


def mark_of(spots: Sequence[Spot]) -> Mapping[str, tuple[int, int]]:
    """What a mark says -> the spot (its place in `spots`) and the test, -1 for that the condition was come to."""
    return {str(spot.mark + place): (n, place - 1) for n, spot in enumerate(spots) for place in range(spot.size)}


def _pair(rule: Rule, spots: list[Spot]) -> tuple[Rule, Rule]:
    """The rule that watches, and the rule with its nested branches watched."""
    own = _spot(rule.id, "", rule.condition, spots)
    watching = replace(rule, id=WATCH + rule.id, condition=ALWAYS, then=tuple(_watch(own)), otherwise=())
    then = tuple(_steps(rule.id, rule.then, "then", spots))
    return watching, replace(rule, then=then, otherwise=tuple(_steps(rule.id, rule.otherwise, "else", spots)))


def _steps(rule: str, steps: Sequence[Step], branch: str, spots: list[Spot]) -> Iterator[Step]:
    for place, step in enumerate(steps):
        if not isinstance(step, Branch):
            yield step
            continue
        here = f"{branch}.{place}"
        yield from _watch(_spot(rule, here, step.condition, spots))
        then = tuple(_steps(rule, step.then, f"{here}.then", spots))
        yield replace(step, then=then, otherwise=tuple(_steps(rule, step.otherwise, f"{here}.else", spots)))


def _watch(spot: Spot) -> Iterator[Branch]:
    conditions: tuple[Condition, ...] = (ALWAYS, *spot.tests)
    for place, condition in enumerate(conditions):
        yield Branch(condition, (), (), Location(WATCH, spot.mark + place))


def _spot(rule: str, branch: str, condition: Condition, spots: list[Spot]) -> Spot:
    own = tuple(tests_in(condition))
    lists: list[WordList] = []
    tests = [*own]
    for place, test in enumerate(own):
        if test.operator in WORDS and isinstance(test.operand, tuple):
            lists.append(WordList(test, place, test.operand, len(tests)))
            tests += [_alone(test, word) for word in test.operand]
    mark = spots[-1].mark + spots[-1].size if spots else 0
    spot = Spot(rule, branch, condition, tuple(tests), len(own), tuple(lists), mark)
    spots.append(spot)
    return spot


def _alone(test: Test, word: str) -> Test:
    """Whether one word of a list is there."""
    operator = test.operator if test.operator in ("startsWith", "endsWith") else "containsAny"
    return replace(test, operator=operator, operand=(word,))


def _marked(steps: Sequence[Act | Fork], written: Sequence[Step]) -> tuple[Act | Fork, ...]:
    """Compiled steps with marks in those branches that watch; the branches stand in the order written."""
    branches = iter([step for step in written if isinstance(step, Branch)])
    return tuple(_fork(one, next(branches)) if isinstance(one, Fork) else one for one in steps)


def _fork(fork: Fork, branch: Branch) -> Fork:
    if branch.location is not None and branch.location.file == WATCH:
        return fork._replace(then=(left_out(WATCH, str(branch.location.line)),))
    return fork._replace(
        then=_marked(fork.then, branch.then), otherwise=_marked(fork.otherwise, branch.otherwise)
    )  # fmt: skip
