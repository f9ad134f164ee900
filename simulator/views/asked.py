"""ASKED: the conditions of all views as bits of one number: which of them hold, given what stands on a ticket.

Tests come in three kinds. *Facts* are answered by columns, over all event rows at once. *Packed* ones read the packed
state of the replay and are answered once for each state. *Loose* ones read what belongs to neither: the subject, the
snooze, custom fields by the clock; and, where a rule has replied or written a customer's field, facts that it moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from simulator.engine.care import by_the_clock, care_of_test
from simulator.engine.columns import Bits, FactTest, fact_test
from simulator.engine.moment import TICKET_FIELD
from simulator.engine.packing import SPAM, TRASHED, Packing
from simulator.engine.state import field_value
from simulator.engine.truth import holds
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.facts.values import Value
from simulator.rules.model import All, Condition, Not, Test
from simulator.rules.walk import tests_in
from simulator.views.values import Definition

EVENT, SUBJECT, SNOOZE = "event.type", "ticket.subject", "ticket.snooze_datetime"
MESSAGE = "message."

_PACKED: Mapping[str, Callable[[Packing, int], Value | None]] = {
    "ticket.tags.name": Packing.names,
    "ticket.priority": Packing.priority,
    "ticket.status": Packing.status,
    "ticket.assignee_user_id": Packing.assignee,
    "ticket.assignee_team_id": Packing.team,
    "ticket.spam": lambda _, packed: packed & SPAM != 0,
}
_EMAIL = "ticket.assignee_user.email"


def packed_value(path: str, packing: Packing, directory: Directory, packed: int) -> Value | None:
    """A field of a packed state."""
    if path == _EMAIL:
        return directory.agent_email(packing.assignee(packed))
    if path.startswith(TICKET_FIELD):
        return field_value(packing.fields(packed), path.removeprefix(TICKET_FIELD))
    return _PACKED[path](packing, packed)


def is_packed(test: Test) -> bool:
    """Whether the packed state alone answers a test."""
    path = test.path
    return path in _PACKED or path == _EMAIL or (path.startswith(TICKET_FIELD) and not by_the_clock(test))


def is_loose(test: Test) -> bool:
    """Whether neither the packed state nor a column answers a test. No view sees an event's type: it is missing."""
    return test.path in (SUBJECT, SNOOZE, EVENT) or by_the_clock(test)


@dataclass(frozen=True)
class Placed:
    """A test and its bit."""

    asked: FactTest
    bit: int

    def holds(self, value: Value | None, now: int) -> bool:
        """Whether it is true of a value."""
        return holds(self.asked.test, value, now, self.asked.hours)


class Asked:
    """The tests of some definitions. `bits`: facts as columns; `standing`: truth -> the definitions that are true."""

    def __init__(self, definitions: Iterable[Definition], facts: Facts, packing: Packing, directory: Directory) -> None:
        self.definitions = tuple(dict.fromkeys(definitions))
        self.packing, self.directory = packing, directory
        tests = dict.fromkeys(fact_test(test, d.hours) for d in self.definitions for test in tests_in(d.condition))
        facts.prepare(asked.test.path for asked in tests)
        columns = [asked for asked in tests if not is_packed(asked.test) and not is_loose(asked.test)]
        self.bits = Bits(facts, columns)
        others = [asked for asked in tests if asked not in self.bits.index]
        self._place = dict(self.bits.index) | {asked: place for place, asked in enumerate(others, len(columns))}
        self.packed = [self._placed(asked) for asked in others if is_packed(asked.test)]
        self.loose = [self._placed(asked) for asked in others if is_loose(asked.test)]
        self.columns = [self._placed(asked) for asked in columns]
        self.care = TRASHED
        for placed in self.packed:
            self.care |= care_of_test(placed.asked.test, packing)
        self._checks = [self._compiled(one.condition, one) for one in self.definitions]
        self._trash = 1 << len(tests)
        self.truths = _Truths(self)
        self.standing = _Standing(self)

    def _placed(self, asked: FactTest) -> Placed:
        return Placed(asked, 1 << self._place[asked])

    def place_of(self, definition: Definition) -> int:
        """The place of a definition among the bits of `standing`."""
        return self.definitions.index(definition)

    def reads(self, start: str) -> bool:
        """Whether some test reads a path that begins so."""
        return any(asked.test.path.startswith(start) for asked in self._place)

    def truth_of(self, packed: int) -> int:
        """The bits of the packed tests that are true of a state."""
        found = self._trash if packed & TRASHED else 0
        for placed in self.packed:
            if placed.holds(packed_value(placed.asked.test.path, self.packing, self.directory, packed), 0):
                found |= placed.bit
        return found

    def views_of(self, truth: int) -> int:
        """The definitions, as bits, that are true where these tests are; in the trash none is."""
        if truth & self._trash:
            return 0
        return sum(1 << place for place, check in enumerate(self._checks) if check(truth))

    def _compiled(self, condition: Condition, of: Definition) -> Callable[[int], bool]:
        if isinstance(condition, Test):
            bit = 1 << self._place[fact_test(condition, of.hours)]
            return lambda truth: truth & bit != 0
        if isinstance(condition, Not):
            part = self._compiled(condition.part, of)
            return lambda truth: not part(truth)
        parts = [self._compiled(one, of) for one in condition.parts]
        if isinstance(condition, All):
            return lambda truth: all(part(truth) for part in parts)
        return lambda truth: any(part(truth) for part in parts)


class _Truths(dict[int, int]):
    """Packed state, as far as it is cared for -> the truth of the packed tests."""

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self._asked = asked

    def of(self, packed: int) -> int:
        """The truth of a whole packed state."""
        key = packed & self._asked.care
        found = self.get(key)
        if found is None:
            found = self[key] = self._asked.truth_of(packed)
        return found


class _Standing(dict[int, int]):
    """The truth of all tests -> the definitions that are true."""

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self._asked = asked

    def __missing__(self, truth: int) -> int:
        found = self[truth] = self._asked.views_of(truth)
        return found
