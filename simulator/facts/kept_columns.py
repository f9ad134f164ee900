"""The columns of facts in the cache."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import overload

import numpy as np

from simulator.facts.kept import Array, NotKeptError, narrow, packed, packed_values, unpacked, unpacked_values
from simulator.facts.source import Fixed, Moments, Source
from simulator.facts.values import Column, Seen, Value
from simulator.snapshot.cache import Cache


class KeptSource:
    """A field whose column the cache holds; what the column does not tell is asked of the source, opened then."""

    def __init__(self, column: Column, fixed: bool, open: Callable[[], Source]) -> None:
        self._fixed = Fixed(column) if fixed else None
        self._column, self._open = column, open
        self._source: Source | None = None

    def column(self) -> Column:
        """The column as it was."""
        return self._column

    def seen(self, row: int, now: int) -> Seen:
        """The value at `now`: by the column, where it goes by the events alone."""
        return self._fixed.seen(row, now) if self._fixed is not None else self._opened.seen(row, now)

    @property
    def moves(self) -> Moments | None:
        """The moments of the source, where the column alone does not tell."""
        return None if self._fixed is not None else self._opened.moves

    @property
    def _opened(self) -> Source:
        if self._source is None:
            self._source = self._open()
        return self._source


def get_source(cache: Cache, name: str, rows: int, open: Callable[[], Source]) -> KeptSource | None:
    """The field of this name over so many event rows, if the cache holds it."""
    data = cache.get(f"column/{name}")
    if data is None:
        return None
    try:
        arrays = unpacked(data)
        return KeptSource(_column(arrays, rows), bool(arrays["fixed"][0]), open)
    except (NotKeptError, LookupError, ValueError):
        return None


def put_column(cache: Cache, name: str, column: Column, fixed: bool) -> None:
    """Keep a field."""
    if not cache.keeps:
        return
    numbers = all(type(value) is int and abs(value) < 1 << 63 for value in column.values)
    values = np.array(column.values, np.int64) if numbers else packed_values(column.values)
    arrays = {
        "fixed": np.array([fixed]), "rows": narrow(column.rows), "today": np.array(column.today, np.bool_),
        "absent": column.absent, "numbers" if numbers else "values": values,
    }  # fmt: skip
    cache.put(f"column/{name}", *packed(arrays))


def _column(arrays: dict[str, Array], rows: int) -> Column:
    places, absent, today = arrays["rows"].astype(np.int32), arrays["absent"], arrays["today"]
    size = len(absent)
    right = len(places) == rows and len(today) == size and places.min(initial=-1) >= -1
    if not right or places.max(initial=-1) >= size or ("numbers" in arrays and len(arrays["numbers"]) != size):
        raise NotKeptError
    values: Sequence[Value | None] = (
        array("q", arrays["numbers"].astype(np.int64, casting="safe").tobytes())
        if "numbers" in arrays
        else _KeptValues(arrays["values"], size)
    )
    return Column(values, today.astype(np.bool_), places, absent.astype(np.bool_))


class _KeptValues(Sequence[Value | None]):
    """Values that are read when one is asked for: mostly only the truth of conditions on them is."""

    def __init__(self, data: Array, size: int) -> None:
        self._data, self._size = data, size
        self._read: list[Value | None] | None = None

    @property
    def _values(self) -> list[Value | None]:
        if self._read is None:
            found = unpacked_values(self._data)
            self._read = [*found[: self._size], *[None] * (self._size - len(found))]
        return self._read

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Value | None]:
        return iter(self._values)

    @overload
    def __getitem__(self, index: int) -> Value | None: ...

    @overload
    def __getitem__(self, index: slice) -> list[Value | None]: ...

    def __getitem__(self, index: int | slice) -> Value | list[Value | None] | None:
        return self._values[index]
