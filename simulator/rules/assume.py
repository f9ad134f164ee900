"""ASSUME: the choices that the helpdesk's documentation leaves open, and rule sets as they read under other choices.

One row of CHOICES for each. Both sides of a run, its views and the live rules that fidelity replays are read alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from simulator.diagnostics import Diagnostic, did_you_mean
from simulator.errors import InputError, input_error
from simulator.instants import format_duration, parse_duration
from simulator.rules.model import (
    TIES,
    All,
    Any,
    Branch,
    Condition,
    Not,
    Rule,
    RuleSet,
    Step,
    Test,
    in_running_order,
)

MAX_CASCADE = 5
"""How many levels deep rules may trigger rules, unless chosen otherwise: six runs of ticket-updated at most."""

MOST_CASCADE = 100
"""The greatest depth that may be chosen."""


class Choice(NamedTuple):
    """An open choice. `values`: what it can be; `others`: what --assume-check tries instead of the value in force."""

    key: str
    default: str
    values: tuple[str, ...]  # empty: `takes` says what can be given
    takes: str
    others: tuple[str, ...]
    meaning: str
    source: str


CHOICES: tuple[Choice, ...] = (
    Choice(
        "missing", "satisfies-negatives", ("satisfies-negatives", "satisfies-nothing"), "",
        ("satisfies-negatives", "satisfies-nothing"),
        "Whether a missing value satisfies neq, notContainsAny and notContainsAll. isEmpty is true of it either way.",
        "not documented: what an operator does with a value that is not there",
    ),
    Choice(
        "case", "ignored", ("ignored", "counts"), "", ("ignored", "counts"),
        "Whether the case of words counts in contains*, notContains*, startsWith and endsWith on texts. "
        "eq and neq always compare exactly, and so do tags.",
        "the help centre says ignored; that eq is exact follows only from its not being named there",
    ),
    Choice(
        "ties", "name", tuple(TIES), "", tuple(TIES),
        "In which order rules of the same priority run: by name, or by name from the last to the first.",
        "the list of rules shows ties by name; that they also run so is not documented",
    ),
    Choice(
        "max_cascade", str(MAX_CASCADE), (), f"a whole number from 0 to {MOST_CASCADE}", ("0", "5", "20"),
        "How deep rules may trigger rules: 0 means that what rules change triggers nothing.",
        "that rules trigger rules is documented, a limit is not",
    ),
    Choice(
        "throttle", "5m", (), "a duration of 1s or more, such as 5m", ("5m", "1s"),
        "How long after a simulated reply the same customer gets none; allowed again at exactly its end. Two at one "
        "instant are never sent: rules that answer each other would have no end.",
        "one automatic reply a customer in 5 minutes is documented; whether it holds over all tickets and rules is not",
    ),
)  # fmt: skip
"""What Gorgias leaves open, and how it is replayed unless chosen otherwise."""

KEYS: Mapping[str, Choice] = {choice.key: choice for choice in CHOICES}


@dataclass(frozen=True, slots=True)
class Assumed:
    """A value for each choice, as written: a key of `KEYS` each."""

    missing: str = KEYS["missing"].default
    case: str = KEYS["case"].default
    ties: str = KEYS["ties"].default
    max_cascade: str = KEYS["max_cascade"].default
    throttle: str = KEYS["throttle"].default

    def of(self, key: str) -> str:
        """The value in force."""
        return str(getattr(self, key))

    def given(self, key: str, value: str) -> Assumed:
        """The same with one choice made. Raises InputError for a key or value that there is not."""
        return replace(self, **{key: _checked(key, value)})

    @property
    def depth(self) -> int:
        """How deep rules may trigger rules."""
        return int(self.max_cascade)

    @property
    def unusual(self) -> tuple[str, ...]:
        """KEY=VALUE of each choice that is not as usual."""
        return tuple(f"{c.key}={self.of(c.key)}" for c in CHOICES if self.of(c.key) != c.default)

    def condition(self, condition: Condition) -> Condition:
        """A condition as it reads under these choices."""
        if self._reads_as_usual:
            return condition
        match condition:
            case Test():
                missing = self.missing == KEYS["missing"].default or condition.operator not in MISSING_MATTERS
                exact = self.case == "counts" and condition.operator in CASE_MATTERS
                return replace(condition, missing=missing, exact=exact)
            case Not(part, place):
                return Not(self.condition(part), place)
            case All(parts, place):
                return All(tuple(self.condition(part) for part in parts), place)
            case Any(parts, place):
                return Any(tuple(self.condition(part) for part in parts), place)

    def rules(self, ruleset: RuleSet) -> RuleSet:
        """A rule set as it reads and runs under these choices."""
        if self == Assumed(max_cascade=self.max_cascade):
            return ruleset
        rules = in_running_order([self._rule(rule) for rule in ruleset.rules])
        views = tuple(replace(view, condition=self.condition(view.condition)) for view in ruleset.views)
        return replace(ruleset, rules=rules, views=views, throttle=span_of(self.throttle))

    @property
    def _reads_as_usual(self) -> bool:
        return (self.missing, self.case) == (KEYS["missing"].default, KEYS["case"].default)

    def _rule(self, rule: Rule) -> Rule:
        then, otherwise = self._steps(rule.then), self._steps(rule.otherwise)
        condition = self.condition(rule.condition)
        return replace(rule, condition=condition, then=then, otherwise=otherwise, ties=self.ties)

    def _steps(self, steps: Sequence[Step]) -> tuple[Step, ...]:
        return tuple(self._branch(step) if isinstance(step, Branch) else step for step in steps)

    def _branch(self, branch: Branch) -> Branch:
        then, otherwise = self._steps(branch.then), self._steps(branch.otherwise)
        return replace(branch, condition=self.condition(branch.condition), then=then, otherwise=otherwise)


USUAL = Assumed()
"""Every choice as the documents of this project make it."""

MISSING_MATTERS = frozenset({"neq", "notContainsAny", "notContainsAll"})
"""The operators whose answer on a missing value is a choice."""

CASE_MATTERS = frozenset({"containsAny", "containsAll", "notContainsAny", "notContainsAll", "startsWith", "endsWith"})
"""The operators that look for words."""


def parse_assumed(texts: Iterable[str], start: Assumed = USUAL) -> Assumed:
    """The choices of KEY=VALUE texts on top of `start`. Raises InputError with every wrong one and the nearest."""
    assumed = start
    wrong: list[Diagnostic] = []
    seen: dict[str, str] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        key, value = key.strip().replace("-", "_"), value.strip()
        try:
            if not sign:
                raise input_error("U002", f'--assume takes KEY=VALUE, not "{text[:60]}"', help=_near(key, KEYS))
            assumed = assumed.given(key, value)
            if seen.setdefault(key, assumed.of(key)) != assumed.of(key):
                raise input_error("U002", f"--assume {key}: given twice, as {seen[key]} and as {assumed.of(key)}")
        except InputError as error:
            wrong += error.diagnostics
    if wrong:
        raise InputError(wrong)
    return assumed


def span_of(throttle: str) -> int:
    """Microseconds of a throttle as written. Raises ValueError."""
    return parse_duration(throttle)


def _checked(key: str, value: str) -> str:
    """A value as it is kept. Raises InputError."""
    choice = KEYS.get(key)
    if choice is None:
        raise input_error("U002", f'--assume: there is no choice "{key[:60]}"', help=_near(key, KEYS))
    if choice.values:
        fits = value in choice.values
    elif key == "max_cascade":
        fits = value.isascii() and value.isdigit() and len(value) <= 3 and int(value) <= MOST_CASCADE
        value = str(int(value)) if fits else value
    else:
        fits, value = _throttle(value)
    if not fits:
        takes = choice.takes or f"one of {', '.join(choice.values)}"
        help = did_you_mean(value, choice.values)
        raise input_error("U002", f'--assume {key} takes {takes}, not "{value[:60]}"', help=help)
    return value


def _throttle(value: str) -> tuple[bool, str]:
    """Whether a throttle can be read, and its one spelling."""
    try:
        span = span_of(value)
    except (ValueError, OverflowError):
        return False, value
    return span > 0, format_duration(span)


def _near(word: str, known: Iterable[str]) -> str:
    return did_you_mean(word, known) or f"one of {', '.join(sorted(known))}"
