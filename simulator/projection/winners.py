"""The join: for each purchase the latest ticket of its customer within the window (step 5).

Both ends of the window count, in elapsed time. The nearest ticket decides alone: if it is out of the window, so are
all older ones. Instants are replaced by their rank among the tickets' instants, so that (customer, rank) fits one
64-bit key however far apart they lie, and one sorted search finds every winner: O((T + O) log T).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.int64]

_LONGEST = 2**62
NOBODY = -1


def column(values: Sequence[int]) -> Column:
    """Whole numbers as a column of 64 bits."""
    return np.array(values, dtype=np.int64)


def latest_within(customer: Column, created: Column, ids: Column, buyer: Column, bought: Column, window: int) -> Column:
    """For each purchase (`buyer`, `bought`) the position of the ticket that takes it, or NOBODY.

    Tickets are given as three columns of one length. The latest created wins, at one instant the larger id.
    `window` is in microseconds, both ends included.
    """
    if not len(ids) or not len(buyer):
        return np.full(len(buyer), NOBODY, dtype=np.int64)
    order = np.lexsort((ids, created, customer))
    people, times = np.unique(customer), np.unique(created)
    width = len(times) + 1
    keys = (np.searchsorted(people, customer) * width + np.searchsorted(times, created) + 1)[order]
    wanted = np.searchsorted(people, buyer) * width + np.searchsorted(times, bought, side="right")
    nearest = order[np.maximum(np.searchsorted(keys, wanted, side="right") - 1, 0)]
    age = bought - created[nearest]
    takes = (customer[nearest] == buyer) & (age >= 0) & (age <= min(window, _LONGEST))
    return np.where(takes, nearest, NOBODY).astype(np.int64)
