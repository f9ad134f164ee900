"""One event on one ticket: its phases in order, the rules in each, and the cascade while rules change the ticket."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.explain.acts import act
from simulator.explain.moment import Moment
from simulator.explain.record import Record, Watcher
from simulator.explain.state import Reply, Ticket
from simulator.explain.truth import Examined, examine
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.facts.macros import macro_of
from simulator.facts.values import Provenance
from simulator.hours import BusinessHours
from simulator.outcome import Loop, Match
from simulator.rules.model import Action, Rule, Step, Trigger


@dataclass(frozen=True, slots=True)
class Side:
    """What is the same for all events of a side. `rules`: the enabled ones, in the order in which they run."""

    rules: tuple[Rule, ...]
    hours: BusinessHours
    facts: Facts
    directory: Directory
    max_cascade: int
    watcher: Watcher
    throttle: int


class Event:
    """An outside event, the end of a snooze or a simulated reply, whose phases start at `depth`."""

    def __init__(self, side: Side, ticket: Ticket, record: Record, key: str, at: int, depth: int) -> None:
        self.side, self.ticket, self.record = side, ticket, record
        self.key, self.at, self.depth = key, at, depth
        self.unseen: set[str] = set()  # rules that changed ticket state unseen by a later ticket-updated
        self.given_to_user = False
        self.ran_assigned = False
        self.replies: list[Reply] = []

    def run(self, phases: tuple[Trigger, ...]) -> list[Reply]:
        """The phases of the table, then again and again while rules change the ticket; the replies that were sent."""
        for trigger in phases:
            self._phase(trigger)
        while True:
            if self.given_to_user and not self.ran_assigned:
                self._phase(Trigger.TICKET_ASSIGNED)
            elif self.unseen and self.depth < self.side.max_cascade:
                self.depth += 1
                self._phase(Trigger.TICKET_UPDATED)
            else:
                break
        if self.unseen:
            self.record.loops.append(Loop(self.ticket.start.id, self.key, "cascade", tuple(sorted(self.unseen))))
            tell_cut(self.side, self.ticket, self.key, self.at, self.depth + 1, (Trigger.TICKET_UPDATED,))
        return self.replies

    def _phase(self, trigger: Trigger) -> None:
        """The rules that name the trigger, in order; each sees the state as the rule before it left it."""
        self.record.phases[trigger.value] += 1
        self.side.watcher.phase(trigger.value, self.depth)
        if trigger is Trigger.TICKET_UPDATED:
            self.unseen.clear()  # this run sees what was changed before it, but not what it changes itself
        if trigger is Trigger.TICKET_ASSIGNED:
            self.ran_assigned = True
        moment = _moment(self.side, self.ticket, self.key, self.at, trigger, self.depth)
        for rule in self.side.rules:
            if trigger in rule.on:
                self._ask(rule, moment)

    def _ask(self, rule: Rule, moment: Moment) -> None:
        """Look at a rule's condition and run its actions, or those of its `else`."""
        examined = examine(rule.condition, moment.look, moment.now, self.side.hours)
        self.side.watcher.asked(rule, examined)
        if examined.holds:
            self.record.matches.append(_match(rule, moment, examined))
            self._steps(rule.then, rule, "then", moment)
        else:
            self._steps(rule.otherwise, rule, "else", moment)

    def _steps(self, steps: tuple[Step, ...], rule: Rule, branch: str, moment: Moment) -> None:
        """Actions from top to bottom; a nested {if, then, else} sees the state as it is by then."""
        for place, step in enumerate(steps):
            if isinstance(step, Action):
                self._action(step, step, rule, branch, moment)
                continue
            examined = examine(step.condition, moment.look, moment.now, self.side.hours)
            self.side.watcher.branched(f"{branch}.{place}", examined)
            if examined.holds:
                self._steps(step.then, rule, f"{branch}.{place}.then", moment)
            else:
                self._steps(step.otherwise, rule, f"{branch}.{place}.else", moment)

    def _action(self, action: Action, written: Action, rule: Rule, branch: str, moment: Moment) -> None:
        """Run an action; `written` is what the rule has for it: of a macro's actions, the applyMacro."""
        if action.kind == "applyMacro":
            self._macro(action, rule, branch, moment)
            return
        deed = act(action, rule.id, moment)
        told = None if deed is None else self.record.write(deed, moment, rule.id, branch, action.kind)
        self.side.watcher.tried(written, action, branch, told)
        if deed is None:
            return
        if deed.changed_ticket:
            self.unseen.add(rule.id)
            if deed.field == "assignee" and deed.after is not None:
                self.given_to_user = True
        if deed.reply is not None:
            self.replies.append(deed.reply)

    def _macro(self, action: Action, rule: Rule, branch: str, moment: Moment) -> None:
        """A macro's actions run under their own names in the same branch; what cannot be simulated is counted."""
        known = macro_of(rule, action, self.side.directory)
        self.record.not_simulated += [(rule.id, what) for what in known.not_simulated]
        for part in known.actions:
            self._action(part, action, rule, branch, moment)


def tell_cut(side: Side, ticket: Ticket, key: str, at: int, depth: int, triggers: tuple[Trigger, ...]) -> None:
    """Tell the watcher which rules would have matched in phases that are left out. Nothing runs and nothing changes:
    each rule is asked of the state as it stands."""
    for trigger in triggers:
        moment = _moment(side, ticket, key, at, trigger, depth)
        for rule in side.rules:
            if trigger in rule.on:
                examined = examine(rule.condition, moment.look, at, side.hours)
                if examined.holds:
                    side.watcher.cut(trigger.value, depth, rule, examined)


def _moment(side: Side, ticket: Ticket, key: str, at: int, trigger: Trigger, depth: int) -> Moment:
    return Moment(side.facts, side.directory, ticket, key, at, trigger.value, depth, side.throttle)


def _match(rule: Rule, moment: Moment, examined: Examined) -> Match:
    """A hit rests on today's (missing) values if the rule's `if` names, anywhere, a path that was so then."""
    seen = {test.seen.provenance for test in examined.tests() if test.seen is not None}
    return Match(
        moment.ticket.start.id, moment.event, moment.trigger, moment.depth, rule.id,
        rests_on_today=Provenance.TODAY in seen, rests_on_missing=Provenance.MISSING in seen,
    )  # fmt: skip
