"""The time line of one ticket on one side: each event, phase, rule and condition, with what was seen and done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.explain.fate import turned
from simulator.explain.record import Nobody
from simulator.explain.state import Ticket
from simulator.explain.truth import Examined
from simulator.explain.twin import of_same_customer, replay
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.outcome import Change, Final, Refusal, TicketOutcome
from simulator.rules.model import Action, Rule, RuleSet


class Try(NamedTuple):
    """An action that ran: `deed` is what it changed or that it was refused, None where it changed nothing.

    `written` is the action as the rule has it: of a macro's actions, the applyMacro.
    """

    written: Action
    action: Action
    branch: str
    deed: Change | Refusal | None


@dataclass
class Asked:
    """A rule that a phase asked at `at`: its condition as found, nested branches by place, its actions that ran."""

    rule: Rule
    examined: Examined
    at: int
    branches: list[tuple[str, Examined]] = field(default_factory=list)
    tries: list[Try] = field(default_factory=list)

    @property
    def done(self) -> tuple[Change | Refusal, ...]:
        """What its actions changed, refusals included, in order."""
        return tuple(one.deed for one in self.tries if one.deed is not None)


@dataclass
class Phase:
    """A phase run and the rules that it asked, in order."""

    trigger: str
    depth: int
    asked: list[Asked] = field(default_factory=list)


class Cut(NamedTuple):
    """A rule whose condition was true in a phase that the limit of the cascade left out."""

    trigger: str
    depth: int
    rule: Rule
    examined: Examined


@dataclass
class Happening:
    """An event: what it was, what it changed itself, its phases, and the state before and after.

    `skipped`: an automatic assignment that found the ticket assigned already. `cut`: what the limit left out.
    """

    event: str
    at: int
    what: str
    before: Final
    after: Final
    outside: list[Change] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    skipped: bool = False
    cut: list[Cut] = field(default_factory=list)

    def done(self) -> Iterator[Change | Refusal]:
        """What rules did in it, refusals included, in order."""
        return (deed for phase in self.phases for asked in phase.asked for deed in asked.done)


@dataclass(frozen=True)
class TimeLine:
    """Everything that happened on a ticket under a rule set, and what came of it.

    `deeds`: what changed or was refused on all tickets of its customer, in the order in which it happened.
    """

    ruleset: RuleSet
    directory: Directory
    happenings: tuple[Happening, ...]
    outcome: TicketOutcome
    deeds: tuple[Change | Refusal, ...]


class Pair(NamedTuple):
    """An event on both sides; None where it did not happen on a side."""

    baseline: Happening | None
    candidate: Happening | None

    @property
    def one(self) -> Happening:
        """The event on a side on which it happened."""
        one = self.baseline or self.candidate
        assert one is not None
        return one

    @property
    def parts(self) -> bool:
        """Whether the sides did something else in it; not whether they differed before."""
        if self.baseline is None or self.candidate is None:
            return True
        return _effects(self.baseline) != _effects(self.candidate)


class Explained(NamedTuple):
    """A ticket on both sides."""

    ticket: int
    baseline: TimeLine
    candidate: TimeLine

    @property
    def lines(self) -> tuple[TimeLine, TimeLine]:
        """Both time lines."""
        return self.baseline, self.candidate


def time_line(ruleset: RuleSet, facts: Facts, directory: Directory, ticket: int, max_cascade: int = 5) -> TimeLine:
    """Replay all tickets of the ticket's customer, and keep what happened on this one. KeyError if it is not there."""
    looking = _Looking(ticket)
    own = of_same_customer(facts.history, ticket)
    outcome = replay(ruleset, facts, directory, max_cascade, tickets=own, watcher=looking)
    return TimeLine(ruleset, directory, tuple(looking.happenings), outcome.tickets[ticket], tuple(looking.deeds))


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
    return pair.one.at


def _effects(one: Happening) -> tuple[object, ...]:
    """What an event and its rules did, of tags which they were: states that differed before are no difference here."""
    return (one.skipped, [_effect(change) for change in one.outside], [_effect(deed) for deed in one.done()])


def _effect(deed: Change | Refusal) -> tuple[object, ...]:
    if deed.field == "tags":
        return (*deed[3:9], turned(deed))
    return deed[3:]


class _Looking(Nobody):
    """Writes down what happens on one ticket. Reports come in order, and those of other tickets only between events."""

    def __init__(self, ticket: int) -> None:
        self.ticket = ticket
        self.happenings: list[Happening] = []
        self.deeds: list[Change | Refusal] = []
        self._now: Happening | None = None

    def event(self, ticket: Ticket, event: str, at: int, what: str) -> None:
        self._now = None
        if ticket.start.id == self.ticket:
            self._now = Happening(event, at, what, ticket.final(), ticket.final())
            self.happenings.append(self._now)

    def outside_change(self, change: Change) -> None:
        self.deeds.append(change)
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
            self._now.phases[-1].asked.append(Asked(rule, examined, self._now.at))

    def branched(self, branch: str, examined: Examined) -> None:
        if self._now:
            self._now.phases[-1].asked[-1].branches.append((branch, examined))

    def tried(self, written: Action, action: Action, branch: str, deed: Change | Refusal | None) -> None:
        if deed is not None:
            self.deeds.append(deed)
        if self._now:
            self._now.phases[-1].asked[-1].tries.append(Try(written, action, branch, deed))

    def cut(self, trigger: str, depth: int, rule: Rule, examined: Examined) -> None:
        if self._now:
            self._now.cut.append(Cut(trigger, depth, rule, examined))

    def finished(self, ticket: Ticket) -> None:
        if self._now:
            self._now.after = ticket.final()
