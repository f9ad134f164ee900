"""BISECT: the first commit of a rule set at which the result of one ticket changed, by halving the commits between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.diff.changes import rule_changes
from simulator.diff.edits import edits_of
from simulator.diff.scope import scope_of
from simulator.diff.values import Edit, RuleChange
from simulator.diff.writers import last_changes
from simulator.errors import InputError, input_error
from simulator.explain.twin import of_same_customer, replay
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.outcome import TicketOutcome
from simulator.rules.assume import Assumed
from simulator.rules.model import RuleSet
from simulator.rules.walk import tests_of
from simulator.sources.git import Commit

Load = Callable[[str], RuleSet]
"""From the whole hash of a commit to the rule set that stood there. Raises InputError where it does not load."""


class Tried(NamedTuple):
    """A rule set, and what becomes of the ticket under it."""

    ruleset: RuleSet
    outcome: TicketOutcome

    @property
    def result(self) -> object:
        """How the ticket ends, what is sent, and what rules wrote on its customer."""
        written = {one.field: one.after for one in self.outcome.changes if one.field.startswith("customer.")}
        return self.outcome.final, self.outcome.sent, written


@dataclass(frozen=True)
class Turned:
    """The commit at which the result changed: the rules that it changed, and what that did to the ticket.

    `commits`: how many lay between; `tried`: how many of them were replayed; `skipped`: hashes of those right before
    it, or of others that were tried, whose rules do not load. Where there are any right before, they may be it.
    """

    commit: Commit
    rules: Mapping[str, RuleChange]
    edits: tuple[Edit, ...]
    commits: int
    tried: int
    skipped: tuple[str, ...]


@dataclass
class Bench:
    """One ticket, to be replayed under one rule set after the other."""

    facts: Facts
    directory: Directory
    ticket: int
    assumed: Assumed
    load: Load
    tried: int = 0
    skipped: list[str] = field(default_factory=list)

    def at(self, commit: str) -> Tried:
        """The ticket under the rules of a commit. Raises InputError where they do not load."""
        ruleset = self.assumed.rules(self.load(commit))
        self.facts.prepare(test.path for rule in ruleset.rules for test in tests_of(rule))
        own = of_same_customer(self.facts.history, self.ticket)
        outcome = replay(ruleset, self.facts, self.directory, self.assumed.depth, own)
        return Tried(ruleset, outcome.tickets[self.ticket])

    def between(self, commit: str) -> Tried | None:
        """The same; None, and noted, where the rules do not load."""
        self.tried += 1
        try:
            return self.at(commit)
        except InputError:
            self.skipped.append(commit)
            return None


def bisect(bench: Bench, good: str, commits: list[Commit], bad: str) -> Turned:
    """The first of `commits` (oldest first, all those between that touch the rules) with another result than `good`.

    Raises InputError U011 where both ends give the same result, or what the rules of an end raise.
    """
    old, new = bench.at(good), bench.at(bad)
    if old.result == new.result or not commits:
        raise input_error("U011", f"ticket {bench.ticket} has the same result at the good and at the bad revision")
    left, count = list(commits), len(commits)  # the last of them has the rules of `bad`
    before, after = old, new
    while len(left) > 1:
        place = (len(left) - 1) // 2
        found = bench.between(left[place].hash)
        if found is None:
            del left[place]
        elif found.result == old.result:
            before, left = found, left[place + 1 :]
        else:
            after, left = found, left[: place + 1]
    edits = _edits(bench, before, after)
    changes = rule_changes(before.ruleset, after.ruleset)
    changed = {id: change for id, change in changes.items() if change is not RuleChange.SAME}
    return Turned(left[0], changed, edits, count, bench.tried, tuple(bench.skipped))


def _edits(bench: Bench, before: Tried, after: Tried) -> tuple[Edit, ...]:
    """What differs on the ticket between the two rule sets."""
    old, new = before.outcome, after.outcome
    scope, changes = scope_of(bench.facts, [bench.ticket]), rule_changes(before.ruleset, after.ruleset)
    return tuple(edits_of(old, new, scope, changes, (last_changes(old.changes), last_changes(new.changes))))
