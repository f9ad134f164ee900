"""SWITCH: a choice that the helpdesk leaves open made the other way, on columns that are there already.

The switched program, and the tickets that it has to be replayed on: on all others it does the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from simulator.engine.columns import FactTest
from simulator.engine.delta import touched_by_edits
from simulator.engine.memory import Apart, Entry
from simulator.engine.moment import Effect
from simulator.engine.program import Asked, Program, compile_program, fact_tests_of
from simulator.engine.replay import run_program
from simulator.engine.trace import Trace, Traced
from simulator.rules.assume import CHOICES, Assumed, span_of
from simulator.rules.model import RuleSet

OF_CONDITIONS = ("missing", "case")
"""The choices that change what conditions say: they need facts of their own."""


def switch_tests(loaded: Iterable[RuleSet], assumed: Assumed) -> Iterator[FactTest]:
    """The fact conditions of rule sets (as loaded) with each choice of conditions made the other way."""
    rulesets = tuple(loaded)
    for choice in CHOICES:
        if choice.key in OF_CONDITIONS:
            for other in choice.others:
                for ruleset in rulesets:
                    yield from fact_tests_of(assumed.given(choice.key, other).rules(ruleset))


def switched(program: Program, ruleset: RuleSet, key: str) -> Program:
    """The program of the same rules with one choice made the other way. `ruleset`: the rules as they read then."""
    if key in OF_CONDITIONS:
        return compile_program(ruleset, program.bits, program.directory)
    if key != "ties":
        return replace(program, ruleset=ruleset)
    order = {rule.id: place for place, rule in enumerate(ruleset.rules)}
    by_trigger = {
        trigger: tuple(sorted(asked, key=lambda one: order[one.rule.id]))
        for trigger, asked in program.by_trigger.items()
    }
    return replace(program, ruleset=ruleset, by_trigger=by_trigger, _known={}, _looks={})


def tickets_to_replay(now: Program, other: Program, trace: Trace, was: Assumed, then: Assumed) -> frozenset[int] | None:
    """The ids of the tickets on which a switch can matter; None: all of them. `trace`: of the program as it is now."""
    if was.max_cascade != then.max_cascade:
        return None if then.depth < was.depth else _households(now, _told(trace, "loops"))
    if was.throttle != then.throttle:
        if span_of(then.throttle) < span_of(was.throttle):  # nothing was held back: nothing is let through
            return _households(now, _told(trace, "refusals"))
        rules = {one.rule.id for one in _asked(now) if now.places.replying >> one.place & 1}
    elif was.ties != then.ties:
        rules = set(_tied(now))
    else:
        pairs = zip(now.ruleset.rules, other.ruleset.rules, strict=True)
        rules = {one.id for one, same in pairs if one.enabled and one != same}
    return touched_by_edits(now, other, rules, trace) if rules else frozenset()


def replayed(program: Program, depth: int, tickets: frozenset[int] | None, outcome: Traced) -> Traced:
    """The switched outcome: that of the program where it can differ, the present one elsewhere."""
    if tickets is None:
        return run_program(program, depth)
    return Traced(outcome.trace.with_others(run_program(program, depth, tickets).trace)) if tickets else outcome


def _asked(program: Program) -> Iterator[Asked]:
    for asked in program.by_trigger.values():
        yield from asked


def _tied(program: Program) -> Iterator[str]:
    """The rules of which another has the same priority and trigger."""
    for asked in program.by_trigger.values():
        for _, group in groupby(asked, key=lambda one: one.rule.priority):
            tied = [one.rule.id for one in group]
            yield from tied if len(tied) > 1 else ()


def _told(trace: Trace, what: str) -> set[int]:
    """The rows of the tickets on which a cascade was cut (`loops`), or a reply was held back (`refusals`)."""
    ticket_of, found = trace.history.ticket, set[int]()
    for event, step in enumerate(trace.steps):
        if step is not None and _tells(step, what):
            found.add(ticket_of[event])
    found.update(ticket_of[event] for event, done in trace.later.items() if any(_tells(one, what) for one in done))
    return found


def _tells(step: Entry | Apart, what: str) -> bool:
    if what == "loops":
        return step.loop is not None if isinstance(step, Entry) else bool(step.loops)
    if isinstance(step, Entry):
        return any(isinstance(effect, Effect) and effect.reason == THROTTLED for effect in step.effects)
    return any(refusal.reason == THROTTLED for refusal in step.refusals)


THROTTLED = "recent-auto-reply"
"""The reason of a reply that the throttle held back."""


def _households(program: Program, rows: set[int]) -> frozenset[int]:
    """The ids of tickets, and of their customers' other tickets where rules share something among them."""
    tickets = program.bits.facts.history.tickets
    if program.shares:
        people = {tickets[row].customer_id for row in rows} - {None}
        rows = rows | {row for row, start in enumerate(tickets) if start.customer_id in people}
    return frozenset(tickets[row].id for row in rows)
