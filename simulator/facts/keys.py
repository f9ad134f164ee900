"""The names of events (`message:77`), kept as kind and id and written out when asked for."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import overload


class Record(IntEnum):
    """The kind of record that an event comes from."""

    TICKET = 0
    MESSAGE = 1
    EVENT = 2
    SURVEY = 3
    CLOSED = 4


_NAMES = ("ticket", "message", "event", "survey", "closed")


class Keys(Sequence[str]):
    """`ticket:ID`, `message:ID`, `event:ID`, `survey:ID` or `closed:ID` of each event, in nine bytes each."""

    def __init__(self) -> None:
        self._records = array("b")
        self._ids = array("q")

    def extend(self, records: Iterable[Record], ids: Iterable[int]) -> None:
        """The names of further events."""
        self._records.extend(records)
        self._ids.extend(ids)

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return f"{_NAMES[self._records[index]]}:{self._ids[index]}"
