"""A step: all that one event does to one ticket, cascades included. Pure: the same occasion gives the same result.

Follows "Events, phases, order" of the replay semantics line by line.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from simulator.engine.acts import Act
from simulator.engine.memory import CAPACITY, Line, Remembered
from simulator.engine.moment import Effect, Hit, Moment
from simulator.engine.program import Asked, Fork, Program
from simulator.engine.state import Shared, SimulatedReply, State
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.facts.history import Start
from simulator.outcome import Sent
from simulator.rules.model import Trigger

CREATED, MESSAGE, UPDATED = Trigger.TICKET_CREATED.value, Trigger.MESSAGE_CREATED.value, Trigger.TICKET_UPDATED.value
ASSIGNED, UNSNOOZED, SURVEY = (
    Trigger.TICKET_ASSIGNED.value,
    Trigger.SELF_UNSNOOZED.value,
    Trigger.SURVEY_RESPONDED.value,
)


class Occasion(NamedTuple):
    """An event as the rules meet it, after the outside change was made."""

    ticket: Start
    row: int  # the event row whose facts are seen, from `now` on
    now: int
    phases: tuple[str, ...]
    depth: int  # at which the phases start: 0, and one more for a reply than for the event that sent it
    bits: int
    possible: int | None  # which rules could act; None: ask them all
    plain: bool  # the facts are those of the row itself: no simulated reply, no later instant


class Result(NamedTuple):
    """What a step leaves. `loop`: the rules that still changed something when the cascade was cut, if it was."""

    state: State
    shared: Shared
    effects: Sequence[Effect]
    hits: Sequence[Hit]
    sent: Sequence[Sent]
    replies: Sequence[SimulatedReply]
    phases: Sequence[str]
    loop: tuple[str, ...] | None
    not_simulated: Sequence[tuple[str, str]]


class Stepper:
    """Makes steps of one program. `memory` off (capacity 0) gives the same results, one evaluation at a time."""

    def __init__(
        self, program: Program, facts: Facts, directory: Directory, max_cascade: int, capacity: int = CAPACITY
    ) -> None:
        self._program, self._facts, self._directory, self._max_cascade = program, facts, directory, max_cascade
        self._capacity = capacity if program.glance.exact else 0
        self._memory: dict[Hashable, Remembered] = {}

    def step(self, occasion: Occasion, state: State, shared: Shared) -> Result:
        """Run an event's phases, then the cascade, on a ticket."""
        program = self._program
        if occasion.depth > self._max_cascade:  # only a reply's event starts below the event that sent it
            assert state.reply is not None
            return _nothing(state, shared, (), (state.reply.rule,))
        if not program.may_act(occasion.phases, occasion.possible):
            return _nothing(state, shared, occasion.phases)
        if not self._capacity:
            moment = self._moment(occasion, state, shared)
            return _result(moment, _cascade(program, occasion, moment, self._max_cascade))
        key = (
            occasion.bits & program.facts,
            occasion.phases,
            occasion.depth,
            program.glance.key(state, shared, occasion.row, occasion.now),
        )
        known = self._memory.get(key)
        if known is None:
            return self._remember(key, occasion, state, shared)
        if not known.script:
            return _nothing(state, shared, known.phases, known.loop)
        moment = self._moment(occasion, state, shared)
        for one in known.script:
            one(moment)
        moment.phases.extend(known.phases)
        return _result(moment, known.loop)

    def _remember(self, key: Hashable, occasion: Occasion, state: State, shared: Shared) -> Result:
        moment = self._moment(occasion, state, shared)
        loop = _cascade(self._program, occasion, moment, self._max_cascade)
        if len(self._memory) >= self._capacity:
            self._memory.clear()
        self._memory[key] = Remembered(tuple(moment.script), tuple(moment.phases), loop)
        return _result(moment, loop)

    def _moment(self, occasion: Occasion, state: State, shared: Shared) -> Moment:
        moment = Moment(self._facts, self._directory, occasion.ticket, occasion.row, occasion.now, state, shared)
        moment.plain = occasion.plain
        return moment


def _nothing(state: State, shared: Shared, phases: Sequence[str], loop: tuple[str, ...] | None = None) -> Result:
    """A step in which no rule matched or acted."""
    return Result(state, shared, (), (), (), (), phases, loop, ())


def _result(moment: Moment, loop: tuple[str, ...] | None) -> Result:
    return Result(
        moment.state(), moment.shared(), moment.effects, moment.hits, moment.sent, moment.replies, moment.phases, loop,
        moment.not_simulated,
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
    for asked in program.asked(trigger, occasion.possible):
        _ask(asked, bits, moment)
    return moment.changed


def _ask(asked: Asked, bits: int, moment: Moment) -> None:
    check = asked.check
    if check is True or (check is not False and check(bits, moment)):
        _do(_matched(moment.trigger, moment.depth, asked), moment)
        _run(asked.then, bits, moment)
    elif asked.otherwise:
        _do(_reached(moment.trigger, moment.depth), moment)
        _run(asked.otherwise, bits, moment)


def _run(steps: Sequence[Act | Fork], bits: int, moment: Moment) -> None:
    for one in steps:
        if isinstance(one, Fork):
            check = one.check
            true = check if isinstance(check, bool) else check(bits, moment)
            _run(one.then if true else one.otherwise, bits, moment)
        else:
            _do(one, moment)


def _do(line: Line, moment: Moment) -> None:
    """Do one line of the script, and write it down."""
    line(moment)
    moment.script.append(line)


def _reached(trigger: str, depth: int) -> Line:
    """A line of the script: what follows happens in this phase run."""

    def line(moment: Moment) -> None:
        moment.trigger, moment.depth = trigger, depth

    return line


def _matched(trigger: str, depth: int, asked: Asked) -> Line:
    """A line of the script: in this phase run, a rule's condition was true."""

    def line(moment: Moment) -> None:
        moment.trigger, moment.depth = trigger, depth
        moment.hits.append(Hit(trigger, depth, asked.rule.id, *asked.rests_on.flags(moment, moment.plain)))

    return line
