"""The names of events (`message:77`), kept as kind and id and written out when asked for."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
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

    def __init__(self, records: array[int], ids: array[int]) -> None:
        self.records, self.ids = records, ids

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[str]:
        return (f"{_NAMES[record]}:{id}" for record, id in zip(self.records, self.ids, strict=True))

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return f"{_NAMES[self.records[index]]}:{self.ids[index]}"
