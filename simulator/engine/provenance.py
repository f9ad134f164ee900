"""What a rule's match rests on: whether a value that its `if` names was only today's, or missing, at that moment."""

from __future__ import annotations

import numpy as np

from simulator.engine.columns import Bits
from simulator.engine.conditions import EVENT_TYPE
from simulator.engine.moment import Moment, is_state
from simulator.facts.values import Provenance
from simulator.rules.model import Condition
from simulator.rules.walk import tests_in


class RestsOn:
    """The paths of one rule's condition, and for each event row whether one of them was flagged or missing."""

    def __init__(self, bits: Bits, condition: Condition) -> None:
        self._bits = bits
        paths = tuple(dict.fromkeys(test.path for test in tests_in(condition) if test.path != EVENT_TYPE))
        self._state = tuple(path for path in paths if is_state(path))
        self._columns = tuple(path for path in paths if not is_state(path))
        self._rows: tuple[bytes, bytes] | None = None

    def flags(self, moment: Moment, plain: bool) -> tuple[bool, bool]:
        """(today, missing) at this moment; `plain`: the moment sees what its event row sees."""
        today = missing = False
        if plain:
            if self._rows is None:
                self._rows = self._over_rows()
            today, missing = bool(self._rows[0][moment.row]), bool(self._rows[1][moment.row])
        paths = self._state if plain else (*self._state, *self._columns)
        for path in paths:
            seen = moment.seen(path)
            today = today or seen.provenance is Provenance.TODAY
            missing = missing or seen.value is None
        return today, missing

    def _over_rows(self) -> tuple[bytes, bytes]:
        size = len(self._bits.rows)
        today, missing = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
        for path in self._columns:
            flagged, absent = self._bits.provenance(path)
            today |= flagged
            missing |= absent
        return today.astype(np.uint8).tobytes(), missing.astype(np.uint8).tobytes()
