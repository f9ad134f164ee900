"""A step: all that one event does to one ticket, cascades included. Pure: the same occasion gives the same result.

Follows "Events, phases, order" of the replay semantics line by line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from simulator.engine.acts import Act
from simulator.engine.moment import Effect, Hit, Moment, Retag, Unpacked
from simulator.engine.phases import ASSIGNED, UPDATED
from simulator.engine.program import Asked, Fork, Program
from simulator.engine.state import Shared, SimulatedReply
from simulator.facts.history import Start
from simulator.outcome import Sent


class Occasion(NamedTuple):
    """An event as the rules meet it, after the outside change was made."""

    ticket: Start
    row: int  # the event row whose facts are seen, from `now` on
    now: int
    phases: tuple[str, ...]
    depth: int  # at which the phases start: 0, and one more for a reply than for the event that sent it
    bits: int
    look: int  # which rules could act
    plain: bool  # columns give what is seen at the row: no simulated reply, no later instant, nothing that rules moved


class Result(NamedTuple):
    """What a step leaves. `loop`: the rules that still changed something when the cascade was cut, if it was."""

    packed: int
    rest: Unpacked
    shared: Shared
    effects: Sequence[Effect | Retag]
    hits: Sequence[Hit]
    sent: Sequence[Sent]
    replies: Sequence[SimulatedReply]
    phases: Sequence[str]
    loop: tuple[str, ...] | None
    not_simulated: Sequence[tuple[str, str]]


def step(program: Program, occasion: Occasion, packed: int, rest: Unpacked, shared: Shared, max_cascade: int) -> Result:
    """Run an event's phases, then the cascade, on a ticket."""
    if occasion.depth > max_cascade:  # only a reply's event starts below the event that sent it
        assert rest.reply is not None
        return Result(packed, rest, shared, (), (), (), (), (), (rest.reply.rule,), ())
    bits = program.bits
    moment = Moment(
        bits.facts, program.directory, bits.common.packing, occasion.ticket, occasion.row, occasion.now, packed, rest,
        shared, occasion.plain, program.ruleset.throttle,
    )  # fmt: skip
    loop = _cascade(program, occasion, moment, max_cascade)
    return Result(
        moment.packed, moment.unpacked(), moment.shared(), moment.effects, moment.hits, moment.sent, moment.replies,
        moment.phases, loop, moment.not_simulated,
    )  # fmt: skip


def _cascade(program: Program, occasion: Occasion, moment: Moment, max_cascade: int) -> tuple[str, ...] | None:
    depth = occasion.depth
    due = False  # ticket state changed, and no ticket-updated has run since: its own run's changes included
    assigned = False
    for trigger in occasion.phases:
        changed = _phase(program, occasion, moment, trigger, depth)
        due = changed if trigger == UPDATED else due or changed
        assigned = assigned or trigger == ASSIGNED
    while True:
        if moment.given_to_user and not assigned:
            due = _phase(program, occasion, moment, ASSIGNED, depth) or due
            assigned = True
        elif not due:
            return None
        elif depth < max_cascade:
            depth += 1
            due = _phase(program, occasion, moment, UPDATED, depth)
        else:
            return tuple(sorted(set(moment.changers)))


def _phase(program: Program, occasion: Occasion, moment: Moment, trigger: str, depth: int) -> bool:
    """Run the rules of a trigger; whether one of them changed ticket state."""
    moment.trigger, moment.depth = trigger, depth
    moment.phases.append(trigger)
    moment.changed = False
    if trigger == UPDATED:
        moment.changers = []
    bits = occasion.bits
    for asked in program.asked(trigger, occasion.look):
        _ask(asked, bits, moment)
    return moment.changed


def _ask(asked: Asked, bits: int, moment: Moment) -> None:
    check = asked.check
    if check is True or (check is not False and check(bits, moment)):
        rests_on = asked.rests_on
        columns = rests_on.number if moment.plain else -1
        flags = rests_on.flags(moment, moment.plain)
        moment.hits.append(Hit(moment.trigger, moment.depth, asked.rule.id, *flags, columns))
        _run(asked.then, bits, moment)
    elif asked.otherwise:
        _run(asked.otherwise, bits, moment)


def _run(steps: Sequence[Act | Fork], bits: int, moment: Moment) -> None:
    for one in steps:
        if isinstance(one, Fork):
            check = one.check
            true = check if isinstance(check, bool) else check(bits, moment)
            _run(one.then if true else one.otherwise, bits, moment)
        else:
            one(moment)
