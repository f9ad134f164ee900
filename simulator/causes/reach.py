"""REACH: which edits can matter on which tickets, so that each is replayed only where more than one can.

Where a single edit can matter, that edit alone gives the candidate's outcome, and all but that edit the baseline's.
An edit can matter on a ticket if one of its rules, in either version, could act or match in an event of the ticket
with state conditions taken as possible; or in an event that a replay made there (a reply, the end of a snooze); or, as
rules may share something, on another ticket of the customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from simulator.causes.programs import Households
from simulator.causes.units import Unit
from simulator.engine.memory import Apart
from simulator.engine.moment import LAST_MESSAGE
from simulator.engine.phases import CASCADE, REPLY, UNSNOOZED
from simulator.engine.program import Asked, Program
from simulator.engine.trace import Trace
from simulator.rules.model import All, Any, Condition, Not, Rule, Test
from simulator.rules.walk import actions_of, tests_of


def reach_of(
    units: Sequence[Unit], programs: Sequence[Program], traces: Sequence[Trace], households: Households
) -> list[int]:
    """For each ticket row the edits that can matter there, as bits: bit `i` for `units[i]`."""
    reach = [0] * len(households.history.tickets)
    for program in programs:
        _on_events(units, program, reach)
    for trace in traces:
        _on_made_events(units, programs, trace, reach)
    _shared(households, reach)
    return reach


def households_of(programs: Sequence[Program], traces: Sequence[Trace]) -> Households:
    """The tickets that go together: those of customers on whose tickets a rule could reply or write a field."""
    history = traces[0].history
    rows = {row for trace in traces for row in (history.ticket[event] for event in trace.later)}
    for program in programs:
        writers = _places(program, (one.id for one in program.ruleset.rules if _shares(one)))
        if writers:
            rows.update(row for row, look in zip(history.ticket, program.looks, strict=True) if look & writers)
    return Households(history, frozenset(history.tickets[row].customer_id for row in rows) - {None})


def _shares(rule: Rule) -> bool:
    return any(action.kind in _SHARING for action in actions_of(rule))


_SHARING = ("replyToTicket", "setCustomerCustomFieldValue", "applyMacro")
"""The actions of which a customer's other tickets may see something, a macro's among them."""


def _on_events(units: Sequence[Unit], program: Program, reach: list[int]) -> None:
    """Every event row by its look; most looks occur often."""
    places = [_places(program, unit.rules) for unit in units]
    every = 0
    for place in places:
        every |= place
    if not every:
        return
    known: dict[int, int] = {}
    for ticket, look in zip(program.bits.facts.history.ticket, program.looks, strict=True):
        seen = look & every
        if seen:
            found = known.get(seen)
            if found is None:
                found = known[seen] = sum(1 << i for i, place in enumerate(places) if seen & place)
            reach[ticket] |= found


def _places(program: Program, rules: Iterable[str]) -> int:
    wanted = set(rules)
    return sum(1 << one.place for asked in program.by_trigger.values() for one in asked if one.rule.id in wanted)


def _on_made_events(units: Sequence[Unit], programs: Sequence[Program], trace: Trace, reach: list[int]) -> None:
    """Replies and ends of snoozes are no rows: an edit matters on their tickets if its rules may run in any such."""
    after_reply, after_snooze = _may_run(units, programs, _AFTER_REPLY), _may_run(units, programs, _AT_END_OF_SNOOZE)
    ticket_of = trace.history.ticket
    if after_reply:
        for event, step in enumerate(trace.steps):
            if isinstance(step, Apart) and replies(step):
                reach[ticket_of[event]] |= after_reply
    for event, done in trace.later.items():
        reach[ticket_of[event]] |= after_snooze
        if any(replies(one) for one in done):
            reach[ticket_of[event]] |= after_reply


def replies(step: Apart) -> bool:
    """Whether a reply was sent in the step."""
    return any(sent.action == "replyToTicket" for sent in step.sent)


_AFTER_REPLY = {"message.from_agent": True, "message.public": True}
"""What a simulated reply is known to be, as long as it is the last message."""

_AT_END_OF_SNOOZE: Mapping[str, object] = {}


def _reads_messages(rule: Rule) -> bool:
    """Whether a rule may see the reply in a later event that brings no message of its own."""
    return any(test.path.startswith("message.") or test.path == LAST_MESSAGE for test in tests_of(rule))


def _may_run(units: Sequence[Unit], programs: Sequence[Program], known: Mapping[str, object]) -> int:
    triggers = {*CASCADE, *(REPLY if known else (UNSNOOZED,))}
    bits = 0
    for place, unit in enumerate(units):
        wanted = set(unit.rules)
        asked = (
            (trigger, one)
            for program in programs
            for trigger, rules in program.by_trigger.items()
            for one in rules
            if one.rule.id in wanted and (trigger in triggers or (known and _reads_messages(one.rule)))
        )
        if any(may_run(one, trigger, known) for trigger, one in asked):
            bits |= 1 << place
    return bits


def may_run(one: Asked, trigger: str, known: Mapping[str, object]) -> bool:
    """Whether a rule could act or match where nothing but some facts is known."""
    true, false = _chance(one.rule.condition, trigger, known)
    return true or (false and bool(one.otherwise))


def _chance(condition: Condition, trigger: str, known: Mapping[str, object]) -> tuple[bool, bool]:
    """May the condition be true, may it be false (Kleene's strong logic)."""
    match condition:
        case Test():
            return _chance_of_test(condition, trigger, known)
        case Not(part):
            return _chance(part, trigger, known)[::-1]
        case All(parts):
            chances = [_chance(part, trigger, known) for part in parts]
            return all(true for true, _ in chances), any(false for _, false in chances)
        case Any(parts):
            chances = [_chance(part, trigger, known) for part in parts]
            return any(true for true, _ in chances), all(false for _, false in chances)


def _chance_of_test(test: Test, trigger: str, known: Mapping[str, object]) -> tuple[bool, bool]:
    value = trigger if test.path == "event.type" else known.get(test.path)
    if value is None or test.operator not in ("eq", "neq"):
        return True, True
    truth = (value == test.operand) == (test.operator == "eq")
    return truth, not truth


def _shared(households: Households, reach: list[int]) -> None:
    """What can matter on one of the tickets that go together can matter on all."""
    by_customer = dict.fromkeys(households.customers, 0)
    tickets = households.history.tickets
    for row, bits in enumerate(reach):
        customer = tickets[row].customer_id
        if customer in by_customer:
            by_customer[customer] |= bits
    for row, ticket in enumerate(tickets):
        if ticket.customer_id in by_customer:
            reach[row] = by_customer[ticket.customer_id]


def may_run_in_made_events(one: Asked, trigger: str) -> bool:
    """Whether a rule could act or match in a reply's event, at the end of a snooze, or where a reply is still seen."""
    seen = trigger in (*REPLY, *CASCADE) or _reads_messages(one.rule)
    return (seen and may_run(one, trigger, _AFTER_REPLY)) or trigger in (UNSNOOZED, *CASCADE)
