"""The time line of one ticket on one side: each event, phase, rule and condition, with what was seen and done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.explain.record import Nobody
from simulator.explain.state import Ticket
from simulator.explain.truth import Examined
from simulator.explain.twin import of_same_customer, replay
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.outcome import Change, Final, Refusal, TicketOutcome
from simulator.rules.model import All, Any, Not, Rule, RuleSet


@dataclass
class Asked:
    """A rule that a phase asked: its condition as found, nested branches by their place, and what its actions did."""

    rule: Rule
    examined: Examined
    branches: list[tuple[str, Examined]] = field(default_factory=list)
    done: list[Change | Refusal] = field(default_factory=list)

    @property
    def tells(self) -> bool:
        """Whether it matched, did something, or nearly matched."""
        return self.examined.holds or bool(self.done) or nearly(self.examined)


@dataclass
class Phase:
    """A phase run and the rules that it asked, in order."""

    trigger: str
    depth: int
    asked: list[Asked] = field(default_factory=list)


@dataclass
class Happening:
    """An event: what it changed itself, its phases, and the state before and after. `skipped`: an automatic
    assignment that found the ticket assigned already."""

    event: str
    at: int
    before: Final
    after: Final
    outside: list[Change] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    skipped: bool = False

    def done(self) -> Iterator[Change | Refusal]:
        """What rules did in it, refusals included, in order."""
        return (deed for phase in self.phases for asked in phase.asked for deed in asked.done)


class TimeLine(NamedTuple):
    """Everything that happened on a ticket, and what came of it."""

    happenings: tuple[Happening, ...]
    outcome: TicketOutcome


class Pair(NamedTuple):
    """An event on both sides; None where it did not happen on a side."""

    baseline: Happening | None
    candidate: Happening | None

    @property
    def parts(self) -> bool:
        """Whether the sides did something else in it."""
        if self.baseline is None or self.candidate is None:
            return True
        return _effects(self.baseline) != _effects(self.candidate)


def time_line(ruleset: RuleSet, facts: Facts, directory: Directory, ticket: int, max_cascade: int = 5) -> TimeLine:
    """Replay all tickets of the ticket's customer, and keep what happened on this one. KeyError if it is not there."""
    looking = _Looking(ticket)
    own = of_same_customer(facts.history, ticket)
    outcome = replay(ruleset, facts, directory, max_cascade, tickets=own, watcher=looking)
    return TimeLine(tuple(looking.happenings), outcome.tickets[ticket])


def side_by_side(baseline: TimeLine, candidate: TimeLine) -> tuple[Pair, ...]:
    """The events of both sides in time order, those of one side alone between the common ones."""
    left, right = list(baseline.happenings), list(candidate.happenings)
    common = {one.event for one in left} & {one.event for one in right}
    pairs: list[Pair] = []
    while left or right:
        if left and (left[0].event not in common or not right):
            pairs.append(Pair(left.pop(0), None))
        elif right and (right[0].event not in common or not left):
            pairs.append(Pair(None, right.pop(0)))
        else:
            pairs.append(Pair(left.pop(0), right.pop(0)))
    return tuple(sorted(pairs, key=_instant))


def _instant(pair: Pair) -> int:
    one = pair.baseline or pair.candidate
    assert one is not None
    return one.at


def _effects(one: Happening) -> tuple[object, ...]:
    return (one.skipped, one.outside, [deed[3:] for deed in one.done()], one.after)


def nearly(examined: Examined) -> bool:
    """Whether a condition was false though two of its tests were true, and one single test the other way would do."""
    tests = tuple(examined.tests())
    if examined.holds or sum(test.holds for test in tests) < 2:
        return False
    return any(_holds_with(examined, test) for test in tests)


def _holds_with(examined: Examined, other: Examined) -> bool:
    """Whether the condition holds where the test `other` is taken the other way."""
    match examined.condition:
        case All():
            return all(_holds_with(part, other) for part in examined.parts)
        case Any():
            return any(_holds_with(part, other) for part in examined.parts)
        case Not():
            return not _holds_with(examined.parts[0], other)
        case _:
            return examined.holds is not (examined is other)


class _Looking(Nobody):
    """Writes down what happens on one ticket. Reports come in order, and those of other tickets only between events."""

    def __init__(self, ticket: int) -> None:
        self.ticket = ticket
        self.happenings: list[Happening] = []
        self._now: Happening | None = None

    def event(self, ticket: Ticket, event: str, at: int, depth: int) -> None:
        self._now = None
        if ticket.start.id == self.ticket:
            self._now = Happening(event, at, ticket.final(), ticket.final())
            self.happenings.append(self._now)

    def outside_change(self, change: Change) -> None:
        if self._now:
            self._now.outside.append(change)

    def skipped(self) -> None:
        if self._now:
            self._now.skipped = True

    def phase(self, trigger: str, depth: int) -> None:
        if self._now:
            self._now.phases.append(Phase(trigger, depth))

    def asked(self, rule: Rule, examined: Examined) -> None:
        if self._now:
            self._now.phases[-1].asked.append(Asked(rule, examined))

    def branched(self, branch: str, examined: Examined) -> None:
        if self._now:
            self._now.phases[-1].asked[-1].branches.append((branch, examined))

    def done(self, change: Change | Refusal) -> None:
        if self._now:
            self._now.phases[-1].asked[-1].done.append(change)

    def finished(self, ticket: Ticket) -> None:
        if self._now:
            self._now.after = ticket.final()
