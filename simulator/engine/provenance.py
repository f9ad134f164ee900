"""What a rule's match rests on: whether a value that its `if` names was only today's, or missing, at that moment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.engine.columns import Bits, Mask
from simulator.engine.conditions import EVENT_TYPE
from simulator.engine.moment import Moment, is_packed
from simulator.facts.values import Provenance
from simulator.rules.model import Condition
from simulator.rules.walk import tests_in


class RestsOn:
    """The paths of one rule's condition: those of the packed state, and those that columns give for event rows."""

    def __init__(self, bits: Bits, condition: Condition) -> None:
        paths = tuple(dict.fromkeys(test.path for test in tests_in(condition) if test.path != EVENT_TYPE))
        self._state = tuple(path for path in paths if is_packed(path))
        self._columns = tuple(path for path in paths if not is_packed(path))
        self.number = bits.common.number(self._columns)

    def flags(self, moment: Moment, plain: bool) -> tuple[bool, bool]:
        """(today, missing) at this moment; `plain`: the columns are left out, as the moment sees what its row sees."""
        today = missing = False
        for path in self._state if plain else (*self._state, *self._columns):
            seen = moment.seen(path)
            today = today or seen.provenance is Provenance.TODAY
            missing = missing or seen.value is None
        return today, missing


def row_flags(bits: Bits, columns: Sequence[str]) -> tuple[Mask, Mask]:
    """For each event row, whether one of these columns holds only today's value there, or none."""
    size = len(bits.rows)
    today, missing = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    for path in columns:
        flagged, absent = bits.provenance(path)
        today |= flagged
        missing |= absent
    return today, missing
