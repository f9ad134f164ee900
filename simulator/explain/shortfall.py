"""SHORTFALL: how far a condition was from the truth that was wanted of it, and which of its parts stood in the way.

`failed on 1 of 4`: of the cheapest way to satisfy the condition, which asks for four tests, one was otherwise. Of the
alternatives of an `any` the one with the fewest failed tests counts, and of several the first; where a single test
would do, all such tests are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from simulator.explain.truth import Examined
from simulator.facts.values import Provenance
from simulator.rules.fields import is_instant
from simulator.rules.model import All, Not, Test

NUMERIC = ("eq", "gt", "gte", "lt", "lte")
"""The operators that have a distance on numbers, money and instants."""


class Part(NamedTuple):
    """A test that was not as `wanted`. Where an empty `any` or `all` can never be so, that condition itself."""

    examined: Examined
    wanted: bool

    @property
    def missing(self) -> bool:
        """Whether it failed on a missing value."""
        return self.examined.seen is not None and self.examined.seen.provenance is Provenance.MISSING


class Gap(NamedTuple):
    """One thing that would have had to be otherwise: any of these parts, in the order written."""

    parts: tuple[Part, ...]

    @property
    def missing(self) -> bool:
        """Whether nothing but missing values stood in the way."""
        return all(part.missing for part in self.parts)


class Shortfall(NamedTuple):
    """What was wrong: `gaps` of `of` tests; no gaps where the condition was as wanted."""

    gaps: tuple[Gap, ...]
    of: int

    @property
    def missing(self) -> bool:
        """Whether every gap is one of missing values."""
        return bool(self.gaps) and all(gap.missing for gap in self.gaps)

    @property
    def near(self) -> bool:
        """A near miss: one test of several."""
        return len(self.gaps) == 1 and self.of > 1


def shortfall(examined: Examined, wanted: bool = True) -> Shortfall:
    """How far a condition, as it was found, is from being `wanted`."""
    condition = examined.condition
    if isinstance(condition, Test):
        return Shortfall(() if examined.holds is wanted else (Gap((Part(examined, wanted),)),), 1)
    if isinstance(condition, Not):
        return shortfall(examined.parts[0], not wanted)
    parts = [shortfall(part, wanted) for part in examined.parts]
    if isinstance(condition, All) is wanted:
        return Shortfall(tuple(gap for part in parts for gap in part.gaps), sum(part.of for part in parts))
    return _cheapest(parts) if parts else Shortfall((Gap((Part(examined, wanted),)),), 1)


def _cheapest(parts: list[Shortfall]) -> Shortfall:
    best = min(parts, key=lambda part: len(part.gaps))
    if len(best.gaps) != 1:
        return best
    single = (part.gaps[0].parts for part in parts if len(part.gaps) == 1)
    return Shortfall((Gap(tuple(_flat(single))),), best.of)


def _flat(groups: Iterable[tuple[Part, ...]]) -> Iterator[Part]:
    for group in groups:
        yield from group


def distance(part: Part, now: int) -> Decimal | int | None:
    """How far the value seen was from the operand: a number, or microseconds for instants and spans; None where there
    is no distance: words, levels, ids, missing values, and tests that were true against the wish."""
    test, seen = part.examined.condition, part.examined.seen
    if not isinstance(test, Test) or seen is None or not part.wanted:
        return None
    value, operand = seen.value, test.operand
    if isinstance(value, bool) or isinstance(operand, bool):
        return None
    if test.operator.endswith("Timedelta"):
        return abs(now - value - operand) if isinstance(value, int) and isinstance(operand, int) else None
    if test.operator not in NUMERIC:
        return None
    if isinstance(value, int) and isinstance(operand, int):
        return abs(value - operand) if is_instant(test.path) else None
    if isinstance(value, int | Decimal) and isinstance(operand, Decimal):
        return abs(Decimal(value) - operand)
    return None
