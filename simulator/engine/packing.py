"""Packing: the state of a ticket as one integer, so that a step can be looked up and applied in one go.

Packed are tags, priority, status, assignee, team, spam, trash, ticket custom fields and flags. Apart stay the subject
(only its class is packed, see `program.py`), the snooze, and what simulated replies leave: a ticket that is snoozed
or last spoken to by a rule is replayed step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from simulator.engine.state import Fields
from simulator.outcome import FieldState, Final
from simulator.rules.model import PRIORITIES

FLAGS = ("excludeFromAutoMerge", "excludeFromCSAT", "facebookHideComment", "facebookLikeComment")


class Place(NamedTuple):
    """Where a field stands in the integer."""

    shift: int
    width: int

    @property
    def mask(self) -> int:
        """The field's bits."""
        return ((1 << self.width) - 1) << self.shift


PRIORITY = Place(0, 3)
OPEN, SPAM, TRASHED, SPAM_TODAY, HAS_ASSIGNEE, HAS_TEAM = (1 << bit for bit in (3, 4, 5, 6, 12, 13))
FLAGGED = Place(8, len(FLAGS))
ASSIGNEE, TEAM, FIELDS, SUBJECT = Place(16, 24), Place(40, 24), Place(64, 32), Place(96, 32)
_TAGS = 128  # tags stand above all else, as many as there are
ALL_TAGS = -1 << _TAGS

_LEVEL = {name: place << PRIORITY.shift for place, name in enumerate(PRIORITIES)}
_FLAG = {name: 1 << (FLAGGED.shift + place) for place, name in enumerate(FLAGS)}


class Operation(NamedTuple):
    """A change of a packed state, whatever it was before: `state & keep | put`."""

    keep: int
    put: int


class _Numbers(dict[Hashable, int]):
    """Values numbered as they come; 0 is the empty one."""

    def __init__(self, empty: Hashable) -> None:
        super().__init__({empty: 0})
        self.values_by_number: list[Hashable] = [empty]

    def __missing__(self, value: Hashable) -> int:
        number = self[value] = len(self.values_by_number)
        self.values_by_number.append(value)
        return number


class Packing:
    """One for all programs on a snapshot, so that their states can be compared."""

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}
        self._names: list[str] = []
        self._assignees, self._teams, self._fields = _Numbers(None), _Numbers(None), _Numbers(())
        self._of_fields: list[Fields] = [()]
        self._sorted: dict[int, tuple[str, ...]] = {0: ()}
        self._finals: dict[int, Final] = {}

    def tag(self, name: str) -> int:
        """The bit of a tag."""
        bit = self._bits.get(name)
        if bit is None:
            bit = self._bits[name] = 1 << (_TAGS + len(self._names))
            self._names.append(name)
        return bit

    def tags(self, names: Iterable[str]) -> int:
        """The bits of several tags."""
        found = 0
        for name in names:
            found |= self.tag(name)
        return found

    def names(self, packed: int) -> tuple[str, ...]:
        """The tags of a packed state, sorted."""
        bits = packed >> _TAGS
        known = self._sorted.get(bits)
        if known is None:
            known = self._sorted[bits] = tuple(sorted(self._names_of(bits)))
        return known

    def _names_of(self, bits: int) -> list[str]:
        names = []
        while bits:
            low = bits & -bits
            names.append(self._names[low.bit_length() - 1])
            bits ^= low
        return names

    def start(self, spam: bool, spam_today: bool) -> int:
        """A ticket before its creation: no tags, normal, open, nobody's."""
        return _LEVEL["normal"] | OPEN | (SPAM if spam else 0) | (SPAM_TODAY if spam_today else 0)

    def fields(self, packed: int) -> Fields:
        """The ticket's custom fields."""
        return self._of_fields[(packed & FIELDS.mask) >> FIELDS.shift]

    def with_fields(self, fields: Fields) -> Operation:
        """The ticket has these custom fields, and no others."""
        return Operation(~FIELDS.mask, self.number_of_fields(fields) << FIELDS.shift)

    def number_of_fields(self, fields: Fields) -> int:
        """The number that stands for these custom fields in a packed state."""
        number = self._fields[tuple((id, type(value), str(value)) for id, value in fields)]
        if number == len(self._of_fields):
            self._of_fields.append(fields)
        return number

    def all_fields(self) -> Sequence[Fields]:
        """All custom fields that packed states hold, in the order of their numbers."""
        return self._of_fields

    def renumbered(self, packed: int, numbers: Mapping[int, int]) -> int:
        """A packed state with other numbers for its custom fields."""
        number = (packed & FIELDS.mask) >> FIELDS.shift
        return packed & ~FIELDS.mask | numbers[number] << FIELDS.shift

    def priority(self, packed: int) -> str:
        """The priority of a packed state."""
        return PRIORITIES[packed & PRIORITY.mask]

    def status(self, packed: int) -> str:
        """Open or closed."""
        return "open" if packed & OPEN else "closed"

    def assignee(self, packed: int) -> int | None:
        """The user to whom the ticket is assigned."""
        return self._assignees.values_by_number[(packed & ASSIGNEE.mask) >> ASSIGNEE.shift]  # type: ignore[return-value]

    def team(self, packed: int) -> int | None:
        """The team to which the ticket is assigned."""
        return self._teams.values_by_number[(packed & TEAM.mask) >> TEAM.shift]  # type: ignore[return-value]

    def final(self, packed: int) -> Final:
        """The state as an outcome keeps it, without subject and snooze."""
        packed &= ~SUBJECT.mask
        known = self._finals.get(packed)
        if known is None:
            known = self._finals[packed] = Final(
                tags=self.names(packed), priority=self.priority(packed), status=self.status(packed),
                assignee=self.assignee(packed), team=self.team(packed), subject=None, spam=packed & SPAM != 0,
                snooze=None, trashed=packed & TRASHED != 0,
                custom_fields=tuple(pair for pair in self.fields(packed) if pair[1] is not None),
            )  # fmt: skip
        return known

    def field(self, name: str, packed: int) -> FieldState:
        """One field of a packed state, as an outcome has it; of custom fields none."""
        return _READ[name](self, packed)

    def assigned(self, user: int | None) -> Operation:
        """The ticket is given to a user, or to nobody."""
        has = 0 if user is None else HAS_ASSIGNEE
        return Operation(~(ASSIGNEE.mask | HAS_ASSIGNEE), self._assignees[user] << ASSIGNEE.shift | has)

    def team_assigned(self, team: int | None) -> Operation:
        """The ticket is given to a team, or to none."""
        has = 0 if team is None else HAS_TEAM
        return Operation(~(TEAM.mask | HAS_TEAM), self._teams[team] << TEAM.shift | has)


_READ: dict[str, Callable[[Packing, int], FieldState]] = {
    "tags": Packing.names,
    "priority": Packing.priority,
    "status": Packing.status,
    "assignee": Packing.assignee,
    "team": Packing.team,
    "spam": lambda _, packed: packed & SPAM != 0,
    "trashed": lambda _, packed: packed & TRASHED != 0,
}


def at_priority(level: str) -> Operation:
    """The ticket has this priority."""
    return Operation(~PRIORITY.mask, _LEVEL[level])


def flagged(name: str) -> int:
    """The bit of a flag."""
    return _FLAG[name]
