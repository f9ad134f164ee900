"""REPLAY: a program over a history -> OUTCOME. A ticket after the other, a customer's together where need be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from simulator.engine.columns import Bits
from simulator.engine.delta import touched_by_edits
from simulator.engine.memory import Memory
from simulator.engine.program import Program, compile_program, fact_tests_of
from simulator.engine.trace import Trace, Traced
from simulator.engine.walk import Walk
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.facts.history import History
from simulator.rules.assume import MAX_CASCADE
from simulator.rules.model import RuleSet

DEFAULT_CASCADE = MAX_CASCADE
"""How many levels deep rules may trigger rules: six runs of ticket-updated at most."""


def bits_for(facts: Facts, rulesets: Iterable[RuleSet]) -> Bits:
    """The columns that some rule sets need, together: each distinct fact condition once."""
    return Bits(facts, (test for ruleset in rulesets for test in fact_tests_of(ruleset)))


def replay(
    ruleset: RuleSet,
    bits: Bits,
    directory: Directory,
    max_cascade: int = DEFAULT_CASCADE,
    tickets: Collection[int] | None = None,
    memory: int | None = None,
) -> Traced:
    """The outcome of a rule set on a snapshot, or on some of its tickets (ids; whole customers, or it is not exact).

    `memory`: how many steps are remembered at most; whatever it is, the outcome is the same.
    """
    return run_program(compile_program(ruleset, bits, directory), max_cascade, tickets, memory)


def replay_edits(
    before: Program, after: Program, outcome: Traced, changed: Collection[str], max_cascade: int = DEFAULT_CASCADE
) -> Traced:
    """The candidate's outcome, given the baseline's and the ids of the rules that differ: that of a whole replay.

    Both programs must stand on the same columns.
    """
    tickets = touched_by_edits(before, after, changed, outcome.trace)
    return Traced(outcome.trace.with_others(run_program(after, max_cascade, tickets).trace))


def run_program(
    program: Program, max_cascade: int, tickets: Collection[int] | None = None, memory: int | None = None
) -> Traced:
    """The outcome of a compiled rule set. `memory`: how many steps of its own it remembers, None: what all share."""
    common = program.bits.common
    if memory is None:
        known = program.bits.memories.setdefault(_assumed(program.ruleset, max_cascade), Memory(common))
    trace = Trace(program.bits)
    walk = Walk(program, trace, max_cascade, known if memory is None else Memory(common, memory))
    for group in _groups(program.bits.facts.history, program.shares, tickets):
        walk.run(group)
    return Traced(trace)


def _assumed(ruleset: RuleSet, max_cascade: int) -> tuple[int, int, str]:
    """Under what a step is remembered: all that decides it, beside its look and state, and may be chosen."""
    return max_cascade, ruleset.throttle, next((rule.ties for rule in ruleset.rules), "")


def _groups(history: History, shares: bool, tickets: Collection[int] | None) -> Iterator[list[int]]:
    """Ticket rows that must run together: a customer's, where rules reply or write customer fields; else one each."""
    wanted = None if tickets is None else set(tickets)
    by_customer: dict[int, list[int]] = defaultdict(list)
    for row, ticket in enumerate(history.tickets):
        if wanted is not None and ticket.id not in wanted:
            continue
        if shares and ticket.customer_id is not None:
            by_customer[ticket.customer_id].append(row)
        else:
            yield [row]
    yield from by_customer.values()
