"""What a fact is: a value, and how far it can be trusted. The contract between facts, engine and twin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
"""One flag for each of many."""

Value = str | int | bool | Decimal | tuple[str, ...]
"""Text, id or instant (int microseconds), flag, number or money (Decimal with its currency's decimals), texts."""


class Provenance(IntEnum):
    """How a value is known: as it was then, only as it is today, or not at all."""

    AS_OF = 0
    TODAY = 1
    MISSING = 2


class Seen(NamedTuple):
    """A value as a rule sees it at one moment; None when it is missing."""

    value: Value | None
    provenance: Provenance


MISSING = Seen(None, Provenance.MISSING)


@dataclass(frozen=True)
class Column:
    """A field over all outside events: `rows[i]` is the place in `values` of what event row `i` sees, -1 = missing.

    `values` are the few distinct sources (one a message, a customer's state, a ticket ...), so a condition is
    evaluated once for each of them and then gathered; `today[j]` says that `values[j]` is only today's value.
    An entry of `values` may itself be None (missing).
    """

    values: Sequence[Value | None]
    today: Sequence[bool] | Mask
    rows: npt.NDArray[np.int32]
    known_absent: Mask | None = None

    @cached_property
    def absent(self) -> Mask:
        """Which of `values` are missing: known beforehand, or looked up."""
        if self.known_absent is not None:
            return self.known_absent
        return np.fromiter((value is None for value in self.values), np.bool_, len(self.values))
