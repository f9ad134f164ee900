"""DIFF: what two rule sets would have left behind differently, as frozen values. Nothing here computes or prints.

`before` is always the baseline, `after` the candidate. Tickets are in ascending order of their id, names by code point.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from simulator.flow import Flow
from simulator.money import Money
from simulator.outcome import FieldScalar, Outcome, Sent
from simulator.rules.model import RuleSet

_T_co = TypeVar("_T_co", covariant=True)


class RuleChange(StrEnum):
    """What became of a rule from one set to the other; it is followed by its id."""

    ADDED = "added"
    REMOVED = "removed"
    EDITED = "edited"
    MOVED = "moved"
    SAME = "same"


class Pair(NamedTuple, Generic[_T_co]):
    """The same thing on either side."""

    before: _T_co
    after: _T_co


EditValue = FieldScalar | tuple[str, ...] | tuple[Sent, ...]
"""What a ticket holds in the field of an edit: tags are whole sorted tuples, replies whole tuples of messages."""


class Edit(NamedTuple):
    """One field of one ticket that ends differently.

    `rules_before` and `rules_after` name the rules that made it so on either side (see `edits.py`), sorted;
    `direct`: one of them was itself added, removed, edited or moved. `snooze` values are instants.
    """

    ticket: int
    customer: int | None
    field: str
    before: EditValue
    after: EditValue
    direct: bool
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]


class Timing(NamedTuple):
    """A tag or priority that both sides end with, but that was set at another instant (`field`: tags, priority)."""

    ticket: int
    customer: int | None
    field: str
    value: str
    before: int
    after: int
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]


class TagCount(NamedTuple):
    """A tag: tickets that gain, lose, carried and would carry it; distinct customers of those that gain, lose it."""

    added: int
    removed: int
    before: int
    after: int
    customers_added: int
    customers_removed: int


Matrix = Mapping[str, Mapping[str, int]]
"""Tickets by value before, then value after; dense, with its diagonal: it sums to all tickets."""


@dataclass(frozen=True, slots=True)
class PrioritySummary:
    """Tickets by priority before and after; `raised` and `lowered` off the diagonal."""

    matrix: Matrix
    raised: int
    lowered: int


@dataclass(frozen=True, slots=True)
class StatusSummary:
    """Tickets by status before and after; `closed`: open before, closed after; `reopened`: the opposite."""

    matrix: Matrix
    closed: int
    reopened: int


@dataclass(frozen=True, slots=True)
class AssigneeSummary:
    """Tickets with another assignee; of these, `assigned` had nobody before and `unassigned` has nobody after."""

    changed: int
    assigned: int
    unassigned: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of the whole report. `events` are outside events; `replies` counts replyToTicket only."""

    tickets: int
    events: int
    tickets_changed: int
    customers_changed: int
    tags: Mapping[str, TagCount]
    priority: PrioritySummary
    status: StatusSummary
    assignee: AssigneeSummary
    replies: Pair[int]


@dataclass(frozen=True, slots=True)
class RuleSide:
    """One rule on one side, over the reported tickets.

    `events`: phase runs in which it was asked; `matched`: those in which its condition was true; `tickets`: the
    tickets on which that happened; `changes`: what its actions changed; `overwritten`: how often a value that it set
    was later changed on the same ticket, by rule id or `(outside)`; `only_here`: tickets that it changed and no other
    rule did; `last_match`: the instant of the event; `on_today` and `on_missing`: matches that rest on a value
    known only as it is today, or on a missing one; `refusals`: refused actions by reason.
    """

    events: int = 0
    matched: int = 0
    tickets: int = 0
    changes: int = 0
    overwritten: Mapping[str, int] = field(default_factory=dict)
    only_here: int = 0
    last_match: int | None = None
    on_today: int = 0
    on_missing: int = 0
    refusals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleDiff:
    """A rule of either set, and the edits that name it on either side."""

    id: str
    name: str
    change: RuleChange
    before: RuleSide
    after: RuleSide
    direct: int
    indirect: int


@dataclass(frozen=True, slots=True)
class WhoRow:
    """A customer of whom some ticket gains or loses the tag. `customer` is None for tickets without one.

    `gains`: no reported ticket carried it before, `loses`: none does after; neither: another ticket carries it.
    `money`: what the customer has spent, as far as it is known.
    """

    customer: int | None
    gains: bool
    loses: bool
    tickets_added: tuple[int, ...]
    tickets_removed: tuple[int, ...]
    rules: tuple[str, ...]
    money: Money | None


@dataclass(frozen=True, slots=True)
class Who:
    """The answer to `--who TAG`, by customer."""

    tag: str
    rows: tuple[WhoRow, ...]


def _no_time() -> Pair[Mapping[str, int]]:
    return Pair({}, {})


@dataclass(frozen=True, slots=True)
class Diff:
    """All that differs, and the numbers about it. `open_time`: microseconds that tickets stood open by priority.

    `flows`: both sides as columns, on the reported tickets, as long as they are at hand.
    """

    changes: Mapping[str, RuleChange]
    edits: tuple[Edit, ...]
    summary: Summary
    rules: tuple[RuleDiff, ...]
    timings: tuple[Timing, ...] = ()
    open_time: Pair[Mapping[str, int]] = field(default_factory=_no_time)
    who: Who | None = None
    flows: Pair[Flow] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Side:
    """A rule set and what came of it."""

    rules: RuleSet
    outcome: Outcome


def _nothing_exported(customer: int, field_id: str) -> FieldScalar:
    return None


@dataclass(frozen=True)
class Scope:
    """What the diff is about, and what it needs to know of the snapshot.

    `reported`: the tickets that count; `customers`: ticket -> customer; `events`: outside events on the reported
    tickets; `exported`: the value of a customer's custom field (customer id, field id) in the export;
    `instants`: event key (`ticket:ID`, `message:ID` ...) -> instant; `created`: ticket -> instant; `last`: the instant
    up to which time is counted. Without `instants` no last match, without `created` or `last` no times are given.
    """

    reported: Collection[int]
    customers: Mapping[int, int | None]
    events: int
    exported: Callable[[int, str], FieldScalar] = _nothing_exported
    instants: Mapping[str, int] = field(default_factory=dict)
    created: Mapping[int, int] = field(default_factory=dict)
    last: int | None = None
