"""ENTRIES: outside events as parallel arrays, and how those of all records come into the order of replay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.facts.keys import Record
from simulator.facts.values import Value

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]

CREATION, RECORDED, MESSAGE, SURVEY, CLOSING = range(5)
"""Ranks of events at one instant on one ticket."""


@dataclass(frozen=True)
class Entries:
    """Outside events, one array each: they sort by ticket, instant, rank and tie; no two agree in all four.

    `ticket` is the place of the ticket by ascending id; `value` a place in a table of values, -1 = none.
    """

    ticket: Array
    at: Array
    rank: Array
    tie: Array
    kind: Array
    record: Array
    id: Array
    value: Array
    message: Array
    from_customer: Array
    automatic: Array

    def not_before(self, earliest: Ints) -> Entries:
        """The same with no instant before that of `earliest` for its ticket."""
        return replace(self, at=np.maximum(self.at, earliest[self.ticket]))

    def in_order(self) -> Entries:
        """By ticket, and on each in the order of replay."""
        order = np.lexsort((self.tie, self.rank, self.at, self.ticket))
        return Entries(*(getattr(self, one.name)[order] for one in fields(self)))


_SIZES = {"at": np.int64, "tie": np.int64, "id": np.int64, "ticket": np.int32, "value": np.int32, "message": np.int32}
"""The columns that hold more than small numbers and flags."""


def entries(
    record: Record,
    rank: int | Array,
    kind: int | Array,
    ticket: Array,
    at: Array,
    id: Array,
    tie: Array | None = None,
    value: int | Array = -1,
    message: int | Array = -1,
    from_customer: bool | Array = False,
    automatic: bool | Array = False,
) -> Entries:
    """Entries of one record; what is given as one number is the same for all. They tie by id unless said otherwise."""
    found: dict[str, int | bool | Array] = {
        "ticket": ticket, "at": at, "rank": rank, "tie": id if tie is None else tie, "kind": kind, "record": record,
        "id": id, "value": value, "message": message, "from_customer": from_customer, "automatic": automatic,
    }  # fmt: skip
    return Entries(
        *(np.broadcast_to(np.asarray(one, _SIZES.get(name, np.int8)), ticket.shape) for name, one in found.items())
    )


def joined(parts: Sequence[Entries]) -> Entries:
    """All of them, one after the other."""
    return Entries(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Entries)))


def ints(values: Iterable[int]) -> Ints:
    """Whole numbers as an array."""
    return np.array(list(values), dtype=np.int64)


def places_in(ids: Ints, wanted: Ints) -> Ints:
    """The place of each wanted id among the ascending `ids`, -1 where it is not among them."""
    if not len(ids):
        return np.full(len(wanted), -1, np.int64)
    found = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[found] == wanted, found, -1)


class ValueTable:
    """The distinct values of events; equal ones of one type share a place."""

    def __init__(self, values: Iterable[Value] = ()) -> None:
        self._places: dict[tuple[type, Value], int] = {}
        for value in values:
            self.place(value)

    def place(self, value: Value | None) -> int:
        """The place of a value; -1 for none."""
        return -1 if value is None else self._places.setdefault((type(value), value), len(self._places))

    @property
    def values(self) -> list[Value]:
        """The values by place."""
        return [value for _, value in self._places]

    def at(self, places: Iterable[int]) -> list[Value | None]:
        """What stands at these places."""
        table = [*self.values, None]
        return [table[place] for place in places]
