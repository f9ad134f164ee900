"""Text: all words of both rule sets looked for in one pass over each column of texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import ahocorasick_rs
import numpy as np
import numpy.typing as npt

from simulator.facts.text import fold
from simulator.facts.values import Value

_SEPARATOR = b"\xff"  # never a byte of UTF-8, so no match spans two texts
_CHUNK = 1 << 22  # bytes scanned at a time, to bound the list of matches

Rows = npt.NDArray[np.bool_]


class Texts:
    """A column's distinct texts, folded once; a text that is missing is like one in which nothing occurs."""

    def __init__(self, values: Sequence[Value | None]) -> None:
        self.folded: list[str] = [fold(value) if isinstance(value, str) else "" for value in values]
        self._encoded = [text.encode("utf-8", "surrogatepass") for text in self.folded]

    def occurrences(self, words: Iterable[str]) -> dict[str, Rows]:
        """For each word (as written): in which texts it occurs, ignoring case. Bool arrays, one entry a text."""
        written = sorted(set(words))
        patterns = sorted({fold(word) for word in written})
        if not patterns:
            return {}
        place = {pattern: at for at, pattern in enumerate(patterns)}
        hits = np.zeros((len(patterns), len(self.folded)), dtype=np.bool_)
        automaton = ahocorasick_rs.BytesAhoCorasick([p.encode("utf-8", "surrogatepass") for p in patterns])
        for first, ends, joined in self._chunks():
            found = automaton.find_matches_as_indexes(joined, overlapping=True)
            if found:
                pattern, _, stop = np.array(found, dtype=np.int64).T
                hits[pattern, first + np.searchsorted(ends, stop, side="left")] = True
        return {word: hits[place[fold(word)]] for word in written}

    def _chunks(self) -> Iterable[tuple[int, npt.NDArray[np.int64], bytes]]:
        """Runs of texts joined by the separator: the first one's place, where each ends, and the bytes."""
        first = 0
        size = 0
        for place, text in enumerate(self._encoded):
            size += len(text) + 1
            if size >= _CHUNK or place + 1 == len(self._encoded):
                part = self._encoded[first : place + 1]
                ends = np.cumsum([len(one) + 1 for one in part], dtype=np.int64) - 1
                yield first, ends, _SEPARATOR.join(part)
                first, size = place + 1, 0
