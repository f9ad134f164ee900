"""PROGRAM: a rule set made ready to run on the columns of one snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from simulator.engine.acts import ACTS, Act, Desk, Written, left_out
from simulator.engine.care import Subjects, by_the_clock, care_of_action, care_of_test
from simulator.engine.columns import Bits, FactTest, Mask, fact_test, pack
from simulator.engine.common import PHASE_BITS, PHASES
from simulator.engine.conditions import Chance, Check, chance, compile_check, fact_tests, is_fact, possible, undecided
from simulator.engine.moment import CUSTOMER_FIELD, LAST_MESSAGE
from simulator.engine.phases import CASCADE
from simulator.engine.provenance import RestsOn
from simulator.facts.directory import Directory
from simulator.facts.macros import macro_of
from simulator.hours import BusinessHours
from simulator.rules.model import Action, Condition, FieldValue, Rule, RuleSet, Step, Test
from simulator.rules.walk import actions_of, conditions_of, tests_in, tests_of


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
    chance: Chance

    def may(self, facts: int) -> bool:
        """Whether the rule could act or match where these facts hold."""
        true, false = self.chance(facts)
        return true or (false and bool(self.otherwise))


@dataclass
class Places:
    """Which of the possible rules need more than a packed state and the row's facts to be decided."""

    replying: int = 0
    of_customers: int = 0  # they read what rules may write on the customer
    of_last_message: int = 0  # they read when the last message was, a simulated reply counted
    of_snoozes: int = 0  # they read when the snooze ends, or set it


@dataclass(frozen=True)
class Program:
    """`by_trigger[t]`: the enabled rules that trigger `t` runs, in running order.

    `looks[i]`: the look of event row `i` (see `common.py`).
    """

    ruleset: RuleSet
    by_trigger: dict[str, tuple[Asked, ...]]
    bits: Bits
    directory: Directory
    runs: dict[str, int]  # trigger -> the bits of its rules
    looks: list[int]
    open: tuple[tuple[int, int], ...]  # (bit in the facts, bit in looks) of each fact that looks hold
    places: Places
    subjects: Subjects
    shares: bool  # a rule may reply or write a customer's fields, so a customer's tickets must run in time order
    facts: int  # which of the fact bits its conditions read
    _known: dict[tuple[str, int], tuple[Asked, ...]] = field(default_factory=dict)
    _looks: dict[tuple[int, tuple[str, ...]], int] = field(default_factory=dict)

    def asked(self, trigger: str, look: int) -> tuple[Asked, ...]:
        """The rules of a trigger that could act or match, in running order."""
        rules = self.by_trigger.get(trigger, ())
        if not rules:
            return rules
        key = trigger, look & self.runs[trigger]
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(one for one in rules if look >> one.place & 1)
        return found

    def look_of(self, facts: int, phases: tuple[str, ...]) -> int:
        """Which rules could act or match at a moment that is no event row, or has other facts than its row."""
        key = facts & self.facts, phases
        look = self._looks.get(key)
        if look is None:
            look = PHASES.index(phases)
            for trigger in {*phases, *CASCADE}:
                for one in self.by_trigger.get(trigger, ()):
                    if one.may(facts):
                        look |= 1 << one.place
            for fact, bit in self.open:
                if facts & fact:
                    look |= bit
            self._looks[key] = look
        return look


def fact_tests_of(ruleset: RuleSet) -> Iterator[FactTest]:
    """Every condition of the enabled rules of a set that columns answer, as long as no simulated reply stands."""
    for rule in ruleset.rules:
        if rule.enabled:
            for condition in conditions_of(rule):
                yield from fact_tests(condition, ruleset.hours)
            for test in tests_of(rule):
                if _moved_by_rules(test):
                    yield fact_test(test, ruleset.hours)


def _moved_by_rules(test: Test) -> bool:
    """Whether a column gives the value as long as no rule has moved it."""
    return test.path == LAST_MESSAGE or test.path.startswith(CUSTOMER_FIELD)


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
        directory=directory,
        runs={trigger: sum(1 << one.place for one in rules) for trigger, rules in asked.items()},
        looks=compiler.looks(),
        open=compiler.open_bits(),
        places=compiler.places,
        subjects=compiler.subjects(),
        shares=compiler.shares,
        facts=sum(1 << bits.index[test] for test in dict.fromkeys(fact_tests_of(ruleset))),
    )


class _Compiler:
    def __init__(self, hours: BusinessHours, bits: Bits, directory: Directory) -> None:
        self.hours, self.bits, self.directory = hours, bits, directory
        self.common = bits.common
        self.masks: dict[int, Mask] = {}  # of each place: where the rule could act or match
        self.place = 0  # of the rule at hand
        self.care = 0  # of the rule at hand
        self.places = Places()
        self.open: dict[FactTest, Mask] = {}  # facts that are still open at a row where their rule is possible: where
        self.titles: dict[Test, None] = {}  # the tests of subjects
        self.titles_set: dict[str, None] = {}
        self.shares = False
        self.running: dict[str, Mask] = {}

    def rule(self, rule: Rule, trigger: str) -> Asked:
        self.place, self.care = self.common.place((rule, _written(rule), trigger, self.hours)), 0
        may = possible(rule.condition, trigger, self.bits, self.hours)
        mask = (may.true | may.false if rule.otherwise else may.true) & self._runs(trigger)
        self.masks[self.place] = mask
        self._note_tests(rule, mask, 1 << self.place)
        then = self.steps(rule, trigger, rule.then, "then")
        otherwise = self.steps(rule, trigger, rule.otherwise, "else")
        self.common.care[1 << self.place] = self.care
        return Asked(
            rule=rule,
            place=self.place,
            check=compile_check(rule.condition, trigger, self.bits, self.hours),
            then=then,
            otherwise=otherwise,
            rests_on=RestsOn(self.bits, rule.condition),
            chance=chance(rule.condition, trigger, self.bits, self.hours),
        )

    def _runs(self, trigger: str) -> Mask:
        """The rows at which the trigger may run: in the event's own phases, or in a cascade."""
        if trigger not in self.running:
            runs = np.array([trigger in phases or trigger in CASCADE for phases in PHASES], np.bool_)
            self.running[trigger] = runs[self.common.phases]
        return self.running[trigger]

    def _note_tests(self, rule: Rule, mask: Mask, place: int) -> None:
        packing = self.common.packing
        for test in tests_of(rule):
            self.care |= care_of_test(test, packing)
            if test.path == "ticket.subject":
                self.titles[test] = None
            if by_the_clock(test):
                self.common.apart |= place
            if test.path == LAST_MESSAGE:
                self.places.of_last_message |= place
            elif test.path.startswith(CUSTOMER_FIELD):
                self.places.of_customers |= place
            elif test.path == "ticket.snooze_datetime":
                self.places.of_snoozes |= place
            if _moved_by_rules(test):
                self._open(fact_test(test, self.hours), mask)
        first, *nested = conditions_of(rule)
        undecided_here = tests_of(rule) if rule.otherwise else (*undecided(first), *_tests(nested))
        for test in undecided_here:
            if is_fact(test):
                self._open(fact_test(test, self.hours), mask)

    def _open(self, test: FactTest, mask: Mask) -> None:
        self.open[test] = self.open[test] | mask if test in self.open else mask

    def looks(self) -> list[int]:
        """The look of each event row."""
        places = {self.common.place(test): test for test in self.open}
        width = max((PHASE_BITS - 1, *self.masks, *places)) + 1
        return pack(self._columns(places), len(self.bits.rows), width)

    def _columns(self, places: Mapping[int, FactTest]) -> Iterator[tuple[int, Mask]]:
        for bit in range(PHASE_BITS):
            yield bit, (self.common.phases >> bit & 1).astype(np.bool_)
        yield from self.masks.items()
        for place, test in places.items():
            yield place, self.bits.mask(test) & self.open[test]

    def open_bits(self) -> tuple[tuple[int, int], ...]:
        """Of each fact that looks hold, its bit in the facts and its bit in looks."""
        return tuple((1 << self.bits.index[test], 1 << self.common.place(test)) for test in self.open)

    def subjects(self) -> Subjects:
        """The classes of subjects: one only where no rule reads or sets them."""
        return Subjects(tuple(self.titles), tuple(self.titles_set), self.hours, self.common.number)

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
        self._note_action(action, 1 << self.place)
        yield ACTS[action.kind](
            action, Written(rule.id, branch, action.kind), Desk(self.common.packing, self.directory)
        )

    def _note_action(self, action: Action, place: int) -> None:
        self.care |= care_of_action(action, self.common.packing)
        if action.kind == "setSubject":
            self.titles_set[str(action.argument)] = None
        if action.kind == "snoozeTicket":
            self.places.of_snoozes |= place
        if action.kind == "replyToTicket":
            self.places.replying |= place
            self.shares = True
        if action.kind == "setCustomerCustomFieldValue":
            self.common.apart |= place
            self.shares = True


def _written(rule: Rule) -> tuple[tuple[type, str], ...]:
    """The values that a rule gives to custom fields, as they stand: 0 is not 0.00 in a trail, nor true 1."""
    values = (a.argument.value for a in actions_of(rule) if isinstance(a.argument, FieldValue))
    return tuple((type(value), str(value)) for value in values)


def _tests(conditions: Sequence[Condition]) -> Iterator[Test]:
    for condition in conditions:
        yield from tests_in(condition)
