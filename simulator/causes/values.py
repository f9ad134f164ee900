"""CAUSES as frozen values: a diff read as its few causes, edit by edit, rule by rule. Nothing here computes or prints.

Tickets are counted once in each place where they count; `Looked` says where only a sample of them was replayed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Looked(NamedTuple):
    """How many tickets were looked at, of how many: all where the two are equal, else a sample of whole customers."""

    tickets: int
    of: int

    @property
    def all(self) -> bool:
        """Whether nothing was left out."""
        return self.tickets == self.of


NOTHING = Looked(0, 0)


class Turn(StrEnum):
    """What became of a rule on the tickets of a cause; `OTHER` where it is true on both sides, or on neither."""

    NOW = "now true"
    NO_LONGER = "no longer true"
    OTHER = "does otherwise"


class Group(NamedTuple):
    """Something that happens to tickets of a cause, and the rules that write it; `tickets` of them."""

    what: str
    rules: tuple[str, ...]
    tickets: int


class Sample(NamedTuple):
    """A ticket worth opening. `kind`: typical, boundary, most valuable or odd; `why`: what makes it that."""

    ticket: int
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Cause:
    """What comes of the same: `rules` edited (several where it takes them together), and the part that turned.

    `part`: which part of the rule's edit it is, in words; `turn`: what became of the rule there (None for several);
    `changes`: tags that come or go and fields that end other, each on its ticket: every one is in exactly one cause.
    `direct`: what the edited rules write themselves; `knock_on`: what other rules write because of it. `by_name`:
    tickets that were not replayed with each edit alone and without it, and stand here for the rules that wrote there.
    """

    rules: tuple[str, ...]
    part: str
    turn: Turn | None
    tickets: int
    changes: int
    customers: int
    direct: tuple[Group, ...]
    knock_on: tuple[Group, ...]
    samples: tuple[Sample, ...]
    by_name: int = 0


class Effect(StrEnum):
    """What an edited rule comes to."""

    COSMETIC = "cosmetic"
    NONE = "no effect on this history"
    SOME = "effect"
    UNKNOWN = "not told by the sample"


@dataclass(frozen=True, slots=True)
class EditResult:
    """An edit of one rule (or of the hours that several read), by itself on top of the baseline, and left out.

    `alone`: tickets that end other than under the baseline if this is the only edit; `needed`: tickets that end other
    than under the candidate if it is left out; `only`: tickets that it changes alone and no other edit does alone.
    """

    rules: tuple[str, ...]
    change: str
    parts: tuple[str, ...]
    effect: Effect
    alone: int = 0
    needed: int = 0
    only: int = 0


class How(StrEnum):
    """How edits act on each other on a ticket."""

    TOGETHER = "only together"
    CANCEL = "cancel each other out"
    EITHER = "either would do"


class Interaction(NamedTuple):
    """Edits that do together what they do not do alone. `samples`: some of the tickets."""

    rules: tuple[str, ...]
    how: How
    tickets: int
    samples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ByEdit:
    """Each edit alone and left out. `looked`: of the tickets that more than one edit can reach, those replayed."""

    edits: tuple[EditResult, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    looked: Looked = NOTHING


class Role(StrEnum):
    """What a rule is good for on this history."""

    OFF = "off"
    DEAD = "never matches"
    IDLE = "changes nothing"
    REDUNDANT = "redundant"
    USEFUL = "useful"
    UNKNOWN = "not told by the sample"


class Marginal(NamedTuple):
    """A rule of a side, and what would be missing without it.

    `acts`: tickets on which it changed something; `looked`: of these and their customers' others, those replayed
    without it; `differ`: how many of those would end otherwise.
    """

    role: Role
    acts: int = 0
    looked: Looked = NOTHING
    differ: int = 0


class Overlap(NamedTuple):
    """Tickets on which both rules matched."""

    rules: tuple[str, str]
    tickets: int


class Fight(NamedTuple):
    """How often a value that `loser` had written was next changed by `winner`, and the other way round."""

    winner: str
    loser: str
    times: int
    back: int


class Swap(NamedTuple):
    """Two rules that run one after the other and touch on the same; `differ`: tickets that end otherwise if swapped."""

    first: str
    second: str
    differ: int
    looked: Looked


@dataclass(frozen=True, slots=True)
class RuleSetView:
    """One side, rule by rule. `groups`: rules in a row whose order among themselves cannot matter on this history."""

    marginal: Mapping[str, Marginal] = field(default_factory=dict)
    overlaps: tuple[Overlap, ...] = ()
    fights: tuple[Fight, ...] = ()
    swaps: tuple[Swap, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()


class Week(NamedTuple):
    """Tickets created in a week (`since`: its Monday, as a date), and those of them that change."""

    since: str
    tickets: int
    changed: int


class Most(NamedTuple):
    """The day, customer or channel with the most changed tickets, of `of`; `usual`: its per cent of all tickets."""

    kind: str
    name: str
    changed: int
    of: int
    usual: int

    @property
    def dominates(self) -> bool:
        """Whether most of the change is there, and far more than of the tickets; not said of a handful."""
        return self.of >= 10 and 2 * self.changed > self.of and 100 * self.changed > 2 * self.usual * self.of


@dataclass(frozen=True, slots=True)
class Stability:
    """Where the change lies: by week of the tickets' creation, and what holds the most of it."""

    weeks: tuple[Week, ...] = ()
    most: tuple[Most, ...] = ()


@dataclass(frozen=True, slots=True)
class Causes:
    """Everything about why. `sides`: the baseline and the candidate rule by rule."""

    causes: tuple[Cause, ...] = ()
    by_edit: ByEdit = ByEdit()
    before: RuleSetView = RuleSetView()
    after: RuleSetView = RuleSetView()
    stability: Stability = Stability()
