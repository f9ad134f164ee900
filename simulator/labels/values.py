"""LABELS: how far the tags that rules put are those that people set, as frozen values.

`labelled` is what people say a ticket is, `tagged` what the rules say, `both` what both say: counts of tickets.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

Truth = Mapping[int, Set[str]]
"""Ticket -> the tags that people set on it."""

Put = Mapping[int, Set[str]]
"""Ticket -> the tags that rules put on it."""


class Score(NamedTuple):
    """One tag, or several together. Shares are None where their denominator is zero."""

    labelled: int
    tagged: int
    both: int

    @property
    def precision(self) -> Fraction | None:
        """Of the tickets that rules tagged, the share that people labelled so: both / tagged."""
        return Fraction(self.both, self.tagged) if self.tagged else None

    @property
    def recall(self) -> Fraction | None:
        """Of the tickets that people labelled, the share that rules tagged: both / labelled."""
        return Fraction(self.both, self.labelled) if self.labelled else None

    @property
    def f1(self) -> Fraction | None:
        """The harmonic mean of both: 2 both / (labelled + tagged)."""
        either = self.labelled + self.tagged
        return Fraction(2 * self.both, either) if either else None


@dataclass(frozen=True, slots=True)
class TagLabels:
    """A tag: its score, the tickets that rules should have tagged (`missed`), and those they should not (`wrong`).

    `instead`: of the missed tickets, how many carry which other scored tag that people did not set; under the empty
    name those on which rules put no scored tag at all.
    """

    tag: str
    score: Score
    missed: tuple[int, ...]
    wrong: tuple[int, ...]
    instead: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Labels:
    """All scored tags, by name. `tickets` were compared, `left_out` could not be: there is no record of who set tags.

    `exact`: tickets on which rules put exactly the scored tags that people set. Not scored are, with their tickets,
    `only_people`: tags that people set and no rule puts, and `only_rules`: tags that rules put and nobody ever sets, of
    which no person has said where they belong.
    """

    tickets: int
    left_out: int
    exact: int
    tags: tuple[TagLabels, ...]
    only_people: Mapping[str, int]
    only_rules: Mapping[str, int]

    @property
    def together(self) -> Score:
        """All tags as one: every ticket and tag counts the same (micro average)."""
        return Score(*(sum(one.score[place] for one in self.tags) for place in range(3)))

    @property
    def mean_f1(self) -> Fraction | None:
        """The mean F1 of the tags that anybody set: every tag counts the same (macro average)."""
        found = [f1 for one in self.tags if (f1 := one.score.f1) is not None]
        return sum(found, Fraction(0)) / len(found) if found else None
