"""Text: all words of both rule sets looked for in one pass over each run of folded texts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import ahocorasick_rs
import numpy as np
import numpy.typing as npt

from simulator.facts.folding import FoldedTexts
from simulator.facts.text import fold

_DFA_LIMIT = 200_000  # bytes of words: beyond, the fastest automaton takes too much memory

Rows = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Words:
    """Words as they are looked for: folded, each once."""

    def __init__(self, words: Iterable[str]) -> None:
        written = sorted(set(words))
        patterns = sorted({_encoded(word) for word in written})
        places = {pattern: place for place, pattern in enumerate(patterns)}
        self.place: dict[str, int] = {word: places[_encoded(word)] for word in written}
        self.size = len(patterns)
        small = sum(map(len, patterns)) <= _DFA_LIMIT
        implementation = ahocorasick_rs.Implementation.DFA if small else None
        self._automaton = ahocorasick_rs.BytesAhoCorasick(patterns, implementation=implementation)

    def search(self, texts: FoldedTexts) -> Occurrences:
        """Every place at which a word stands in the texts; words inside others and overlapping ones all count."""
        found = self._automaton.find_matches_as_indexes(texts.data, overlapping=True)
        flat = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found))
        return Occurrences(self, texts, *flat.reshape(-1, 3).T)


class Occurrences:
    """Which words occur in which of some texts, ignoring case: anywhere, at the start, or at the end."""

    def __init__(self, words: Words, texts: FoldedTexts, word: Ints, start: Ints, stop: Ints) -> None:
        self._words, self._shape = words, (words.size, len(texts.ends))
        self._word, self._text = word, np.searchsorted(texts.ends, stop)
        self._starts = start == np.append(0, texts.ends + 1)[self._text]
        self._stops = stop == texts.ends[self._text]
        self._known: dict[str, Rows] = {}

    def of(self, words: Iterable[str], where: str = "anywhere") -> Rows:
        """In which texts each of these words occurs: a row a word, a column a text."""
        if where not in self._known:
            chosen = {"anywhere": slice(None), "start": self._starts, "end": self._stops}[where]
            hits = np.zeros(self._shape, np.bool_)
            hits[self._word[chosen], self._text[chosen]] = True
            self._known[where] = hits
        return self._known[where][[self._words.place[word] for word in words]]


def _encoded(word: str) -> bytes:
    return fold(word).encode("utf-8", "surrogatepass")
