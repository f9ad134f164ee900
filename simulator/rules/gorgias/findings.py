"""What a translation collects on its way: what cannot be simulated, and what an admin should know."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.rules.gorgias.tree import NOWHERE, Place


class Finding(NamedTuple):
    """A reason in words, and where in the code."""

    reason: str
    place: Place = NOWHERE

    def __str__(self) -> str:
        return f"{self.reason} (at {self.place} of the code)" if self.place.line else self.reason


class UnsupportedError(Exception):
    """One condition or action that cannot be simulated; caught where the next one can still be read."""

    def __init__(self, reason: str, place: Place = NOWHERE) -> None:
        super().__init__(reason)
        self.finding = Finding(reason, place)


CODES: dict[str, str] = {
    "G001": "A rule is not simulated; every reason is named.",
    "G002": "A rule reads business hours, which an export of rules does not hold. Write them into the YAML file.",
    "G003": "A deprecated function, and what it is read as.",
    "G004": "`code` and `code_ast` of a rule say different things; `code_ast` is used.",
    "G005": "An empty tag, or an argument without a meaning in a replay, is left out.",
    "G006": "A saved view is not counted; the reason is named.",
    "G007": "The snapshot holds no rules: `live` is the same as `none`. Import rules.json.",
}
"""Code -> meaning, in plain words. All are warnings."""

MAX_PROBLEMS = 20
"""Problems collected of one rule: more do not help anybody, and finding the nearest name costs time."""


@dataclass
class Findings:
    """`problems`: each makes its rule one that cannot be simulated. `notes`: read all the same, with a word of warning.

    A note is a code of `CODES` and a finding.
    """

    problems: list[Finding] = field(default_factory=list)
    notes: list[tuple[str, Finding]] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether so much was found that reading on is of no use."""
        return len(self.problems) >= MAX_PROBLEMS
