"""What all programs on one snapshot share, so that their outcomes can be compared without being spelt out."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from simulator.engine.outside import CUSTOMER_WROTE, OUTSIDE, Recorded
from simulator.engine.packing import Packing
from simulator.engine.phases import WITHOUT_MESSAGE
from simulator.facts.history import History, Kind
from simulator.facts.values import Value


class Outside(NamedTuple):
    """What an event changes from outside, on a packed state: `state & keep | put`, of a field, recorded as `type`."""

    keep: int
    put: int
    type: str
    field: str
    only_free: int  # the bits that must be 0, or the event is passed over (an automatic assignment)


UNPACKED = Outside(-1, 0, "", "", 0)
"""Stands for a change of the subject or the snooze, which are not packed."""

PHASES = tuple(dict.fromkeys((WITHOUT_MESSAGE, *(recorded.phases for recorded in OUTSIDE.values()))))
"""The lists of phases that events run."""

PHASE_BITS = len(PHASES).bit_length()


class Common:
    """`outside[i]`: what event row `i` changes, None where nothing; `phases[i]`: which of `PHASES` it runs.

    A look is all that rules see of the facts of a moment, as one integer: which phases it runs (the lowest bits),
    which rules could act or match (each rule has a bit, the same one in every program that holds it unchanged), and
    the facts that are open for these. `care` gives for the bit of a rule the bits of a packed state on which it
    depends; `apart` has the bits of the rules that are never remembered.
    """

    def __init__(self, history: History) -> None:
        self.packing = Packing()
        self.care: dict[int, int] = {}
        self.apart = 0
        self.things: list[Hashable] = []
        self._numbers: dict[Hashable, int] = {}
        self._places: dict[Hashable, int] = {}
        self._known: dict[tuple[int, Value | None, bool], Outside | None] = {}
        self.wrote = self._operation(CUSTOMER_WROTE, None, False)
        self.outside: list[Outside | None] = self._changes(history)
        self.phases = _phases(history)

    def number(self, thing: Hashable) -> int:
        """A number for a thing: equal things have the same, and it is the place in `things`."""
        number = self._numbers.get(thing)
        if number is None:
            number = self._numbers[thing] = len(self.things)
            self.things.append(thing)
        return number

    def place(self, thing: Hashable) -> int:
        """The place of a rule or a fact in looks, above the phases."""
        return self._places.setdefault(thing, len(self._places) + PHASE_BITS)

    def care_of(self, look: int) -> int:
        """The bits of a packed state on which a step of this look depends."""
        care, rest = 0, look >> PHASE_BITS << PHASE_BITS
        while rest:
            low = rest & -rest
            care |= self.care.get(low, 0)
            rest ^= low
        return care

    def _changes(self, history: History) -> list[Outside | None]:
        changes: list[Outside | None] = [None] * len(history.at)
        columns = zip(history.kind, history.value, history.from_customer, history.automatic, strict=True)
        for row, (kind, value, from_customer, automatic) in enumerate(columns):
            if kind == Kind.CREATED or kind == Kind.MESSAGE:
                if from_customer:
                    changes[row] = self.wrote
            else:
                changes[row] = self._change(kind, value, automatic)
        return changes

    def _change(self, kind: int, value: Value | None, automatic: bool) -> Outside | None:
        key = kind, value, automatic
        if key not in self._known:
            self._known[key] = self._operation(OUTSIDE[kind], value, automatic)
        return self._known[key]

    def _operation(self, recorded: Recorded, value: Value | None, automatic: bool) -> Outside | None:
        if recorded.change is None:
            return UNPACKED if recorded.field else None
        operation = recorded.change(self.packing, value)
        if operation is None:
            return None
        return Outside(*operation, recorded.type, recorded.field, ~operation.keep if automatic else 0)


def _phases(history: History) -> npt.NDArray[np.uint8]:
    of_kind = np.zeros(max(OUTSIDE) + 1, np.uint8)
    for kind, recorded in OUTSIDE.items():
        of_kind[kind] = PHASES.index(recorded.phases)
    kinds = np.asarray(history.kind, np.int64)
    silent = (kinds == Kind.CREATED) & (np.asarray(history.message, np.int64) < 0)
    return np.where(silent, np.uint8(PHASES.index(WITHOUT_MESSAGE)), of_kind[kinds])
