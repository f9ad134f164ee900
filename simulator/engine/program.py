"""PROGRAM: a rule set made ready to run on the columns of one snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import NamedTuple

from simulator.engine.acts import ACTS, Act, Written, left_out
from simulator.engine.columns import Bits, FactTest, Mask, pack
from simulator.engine.conditions import Check, compile_check, fact_tests, possible
from simulator.engine.memory import Glance
from simulator.engine.moment import is_state
from simulator.engine.provenance import RestsOn
from simulator.facts.directory import Directory
from simulator.facts.macros import macro_of
from simulator.hours import BusinessHours
from simulator.rules.model import Action, Rule, RuleSet, Step, Test
from simulator.rules.walk import conditions_of, tests_of


class Fork(NamedTuple):
    """A nested {if, then, else}, compiled."""

    check: Check | bool
    then: tuple[Act | Fork, ...]
    otherwise: tuple[Act | Fork, ...]


class Asked(NamedTuple):
    """A rule as one trigger runs it. `place` is its bit among the program's possible rules."""

    rule: Rule
    place: int
    check: Check | bool
    then: tuple[Act | Fork, ...]
    otherwise: tuple[Act | Fork, ...]
    rests_on: RestsOn


@dataclass(frozen=True)
class Program:
    """`by_trigger[t]`: the enabled rules that trigger `t` runs, in running order.

    `possible[i]`: one integer an event row; bit `place` says that the rule could act or match there.
    """

    ruleset: RuleSet
    by_trigger: dict[str, tuple[Asked, ...]]
    bits: Bits
    possible: list[int]
    places: dict[str, int]  # trigger -> the bits of its rules
    shares: bool  # a rule may reply or write a customer's fields, so a customer's tickets must run in time order
    glance: Glance
    facts: int  # which of the bits its conditions read
    _known: dict[tuple[str, int], tuple[Asked, ...]] = field(default_factory=dict)
    _places: dict[tuple[str, ...], int] = field(default_factory=dict)

    def asked(self, trigger: str, possible: int | None) -> tuple[Asked, ...]:
        """The rules of a trigger that could act or match, in running order; all of them where `possible` is None."""
        rules = self.by_trigger.get(trigger, ())
        if possible is None or not rules:
            return rules
        key = trigger, possible & self.places[trigger]
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(one for one in rules if possible >> one.place & 1)
        return found

    def may_act(self, phases: tuple[str, ...], possible: int | None) -> bool:
        """Whether any rule could act or match in these phases."""
        if possible is None:
            return True
        places = self._places.get(phases)
        if places is None:
            places = self._places[phases] = _union(self.places.get(trigger, 0) for trigger in phases)
        return possible & places != 0


def _union(places: Iterable[int]) -> int:
    return reduce(or_, places, 0)


def fact_tests_of(ruleset: RuleSet) -> Iterator[FactTest]:
    """Every condition on a fact that the enabled rules of a set name."""
    for rule in ruleset.rules:
        if rule.enabled:
            for condition in conditions_of(rule):
                yield from fact_tests(condition, ruleset.hours)


def compile_program(ruleset: RuleSet, bits: Bits, directory: Directory) -> Program:
    """Make a rule set ready. Raises InputError where a rule applies a macro that the snapshot does not have."""
    compiler = _Compiler(ruleset.hours, bits, directory)
    asked: dict[str, list[Asked]] = defaultdict(list)
    for rule in ruleset.rules:
        if rule.enabled:
            for trigger in rule.on:
                asked[trigger].append(compiler.rule(rule, trigger))
    return Program(
        ruleset=ruleset,
        by_trigger={trigger: tuple(rules) for trigger, rules in asked.items()},
        bits=bits,
        possible=pack(compiler.masks, len(bits.rows)),
        places={trigger: sum(1 << one.place for one in rules) for trigger, rules in asked.items()},
        shares=compiler.shares,
        glance=Glance(compiler.state_tests, compiler.actions, ruleset.hours, bits.facts, directory),
        facts=sum(1 << bits.index[test] for test in dict.fromkeys(fact_tests_of(ruleset))),
    )


class _Compiler:
    def __init__(self, hours: BusinessHours, bits: Bits, directory: Directory) -> None:
        self.hours, self.bits, self.directory = hours, bits, directory
        self.masks: list[Mask] = []
        self.actions: list[Action] = []  # those of macros included
        self.state_tests: list[Test] = []
        self.shares = False

    def rule(self, rule: Rule, trigger: str) -> Asked:
        self.state_tests.extend(test for test in tests_of(rule) if is_state(test.path))
        may = possible(rule.condition, trigger, self.bits, self.hours)
        self.masks.append(may.true | may.false if rule.otherwise else may.true)
        return Asked(
            rule=rule,
            place=len(self.masks) - 1,
            check=compile_check(rule.condition, trigger, self.bits, self.hours),
            then=self.steps(rule, trigger, rule.then, "then"),
            otherwise=self.steps(rule, trigger, rule.otherwise, "else"),
            rests_on=RestsOn(self.bits, rule.condition),
        )

    def steps(self, rule: Rule, trigger: str, steps: Sequence[Step], branch: str) -> tuple[Act | Fork, ...]:
        compiled: list[Act | Fork] = []
        for place, step in enumerate(steps):
            if isinstance(step, Action):
                compiled.extend(self.acts(rule, step, branch))
            else:
                below = f"{branch}.{place}"
                compiled.append(
                    Fork(
                        compile_check(step.condition, trigger, self.bits, self.hours),
                        self.steps(rule, trigger, step.then, f"{below}.then"),
                        self.steps(rule, trigger, step.otherwise, f"{below}.else"),
                    )
                )
        return tuple(compiled)

    def acts(self, rule: Rule, action: Action, branch: str) -> Iterator[Act]:
        if action.kind == "applyMacro":
            macro = macro_of(rule, action, self.directory)
            for one in macro.actions:
                yield from self.acts(rule, one, branch)
            for what in macro.not_simulated:
                yield left_out(rule.id, what)
            return
        self.actions.append(action)
        self.shares = self.shares or action.kind in ("replyToTicket", "setCustomerCustomFieldValue")
        yield ACTS[action.kind](action, Written(rule.id, branch, action.kind))
