"""Dice that random worlds are thrown with: hypothesis throws them (and shrinks), or a seed does (and is fast)."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Dice:
    """`throw(n)` gives 0 to n - 1; nought is the simplest."""

    def __init__(self, throw: Callable[[int], int]) -> None:
        self.throw = throw

    def pick(self, *values: T) -> T:
        """One of the values; the first is the simplest."""
        return values[self.throw(len(values))]

    def maybe(self, make: Callable[[], T]) -> T | None:
        """Nothing, or what `make` gives."""
        return make() if self.throw(2) else None

    def several(self, make: Callable[[], T], most: int, least: int = 0) -> list[T]:
        """Between `least` and `most` of what `make` gives."""
        return [make() for _ in range(least + self.throw(most - least + 1))]

    def some(self, values: tuple[T, ...], most: int, least: int = 0) -> list[T]:
        """Different ones of the values, in the order thrown."""
        return list(dict.fromkeys(self.several(lambda: self.pick(*values), most, least)))


def seeded(seed: int) -> Dice:
    """Dice that fall the same way for the same seed."""
    return Dice(random.Random(seed).randrange)


def thrown(make: Callable[[Dice], T]) -> st.SearchStrategy[T]:
    """What `make` gives, as a strategy."""

    @st.composite
    def strategy(draw: st.DrawFn) -> T:
        return make(Dice(lambda count: draw(_places(count))))

    return strategy()


@cache
def _places(count: int) -> st.SearchStrategy[int]:
    return st.integers(0, count - 1)
