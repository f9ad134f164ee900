"""The folded texts of a field, run by run: out of the cache, or read, folded and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from simulator.facts.folding import FoldedTexts, fold_all
from simulator.facts.kept import Array, NotKeptError, packed, unpacked
from simulator.facts.values import Value
from simulator.snapshot.cache import Cache

RUN = 1_000
"""Texts in a run: few enough that a run stays in the processor's own memory while it is folded and searched."""


def folded_texts(
    cache: Cache, name: str, size: int, unread: Callable[[int], Iterable[list[bytes]]]
) -> Iterator[FoldedTexts]:
    """Runs of the `size` folded texts of a field, in their order.

    `unread`: the texts in UTF-8 from a place on, in runs of RUN; asked only for what the cache does not hold.
    """
    run = 0
    while run * RUN < size:
        kept = _kept(cache, f"texts/{name}/{run}", min(RUN, size - run * RUN))
        if kept is None:
            break
        yield kept
        run += 1
    if run * RUN < size:
        for number, texts in enumerate(unread(run * RUN), run):
            folded = fold_all(texts)
            if cache.keeps:
                arrays: dict[str, Array] = {
                    "ends": folded.ends.astype(np.int32),
                    "data": np.frombuffer(folded.data, np.uint8),
                }
                cache.put(f"texts/{name}/{number}", *packed(arrays))
            yield folded


def in_runs(values: Sequence[Value | None]) -> Iterator[list[bytes]]:
    """Values as texts in UTF-8, in runs; one that is no text is like one in which nothing occurs."""
    for first in range(0, len(values), RUN):
        yield [
            value.encode("utf-8", "surrogatepass") if isinstance(value, str) else b""
            for value in values[first : first + RUN]
        ]


def _kept(cache: Cache, name: str, size: int) -> FoldedTexts | None:
    """A run of `size` texts, if the cache holds it."""
    found = cache.get(name)
    if found is None:
        return None
    try:
        arrays = unpacked(found)
        ends, data = arrays["ends"].astype(np.int64), arrays["data"].tobytes()
    except (NotKeptError, LookupError):
        return None
    right = len(ends) == size and ends[0] >= 0 and ends[-1] + 1 == len(data) and bool(np.all(np.diff(ends) > 0))
    return FoldedTexts(data, ends) if right else None
