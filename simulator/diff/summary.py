"""The summary: how many tickets and customers would end differently, tag by tag and level by level."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from simulator.diff.values import (
    AssigneeSummary,
    Edit,
    Matrix,
    Pair,
    PrioritySummary,
    Scope,
    StatusSummary,
    Summary,
    TagCount,
)
from simulator.flow import Flow
from simulator.outcome import Final, Outcome
from simulator.rules.model import PRIORITIES

STATUSES = ("open", "closed")


class _Ends(NamedTuple):
    """Tickets that end alike: so on one side, so on the other."""

    old: Final
    new: Final
    tickets: list[int]


def summary_of(before: Outcome, after: Outcome, flows: Sequence[Flow], scope: Scope, edits: Sequence[Edit]) -> Summary:
    """The numbers over the reported tickets. `flows`: of both sides, on these tickets."""
    tickets = sorted(scope.reported)
    ends = _by_end(tickets, before, after)
    return Summary(
        tickets=len(tickets),
        events=scope.events,
        tickets_changed=len({edit.ticket for edit in edits}),
        customers_changed=len({edit.customer for edit in edits if edit.customer is not None}),
        tags=_tags(ends, scope),
        priority=_priority(ends),
        status=_status(ends),
        assignee=_assignee(ends),
        replies=Pair(*(len(flow.replies) for flow in flows)),
    )


def _by_end(tickets: Sequence[int], before: Outcome, after: Outcome) -> list[_Ends]:
    found: dict[tuple[int, int], _Ends] = {}
    for ticket in tickets:
        old, new = before.standing(ticket), after.standing(ticket)
        key = id(old), id(new)  # they live on in what is found
        if key not in found:
            found[key] = _Ends(old, new, [])
        found[key].tickets.append(ticket)
    return list(found.values())


def _tags(ends: Sequence[_Ends], scope: Scope) -> dict[str, TagCount]:
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    added: defaultdict[str, list[int]] = defaultdict(list)
    removed: defaultdict[str, list[int]] = defaultdict(list)
    for old, new, tickets in ends:
        for counts, end in ((before, old), (after, new)):
            for tag in end.tags:
                counts[tag] += len(tickets)
        if old.tags != new.tags:
            for tag in set(new.tags) - set(old.tags):
                added[tag].extend(tickets)
            for tag in set(old.tags) - set(new.tags):
                removed[tag].extend(tickets)
    return {
        tag: TagCount(
            added=len(added.get(tag, ())),
            removed=len(removed.get(tag, ())),
            before=before[tag],
            after=after[tag],
            customers_added=_customers(added.get(tag, ()), scope),
            customers_removed=_customers(removed.get(tag, ()), scope),
        )
        for tag in sorted({*before, *after})
    }


def _customers(tickets: Iterable[int], scope: Scope) -> int:
    """Distinct customers; a ticket without one adds nobody."""
    return len({scope.customers.get(ticket) for ticket in tickets} - {None})


def _matrix(levels: Sequence[str], ends: Iterable[tuple[str, str, int]]) -> Matrix:
    counts: Counter[tuple[str, str]] = Counter()
    for old, new, tickets in ends:
        counts[old, new] += tickets
    return {old: {new: counts[old, new] for new in levels} for old in levels}


def _priority(ends: Sequence[_Ends]) -> PrioritySummary:
    matrix = _matrix(PRIORITIES, ((old.priority, new.priority, len(tickets)) for old, new, tickets in ends))
    rank = {level: place for place, level in enumerate(PRIORITIES)}
    moves = [(rank[new] - rank[old], count) for old, row in matrix.items() for new, count in row.items()]
    raised = sum(count for step, count in moves if step > 0)
    lowered = sum(count for step, count in moves if step < 0)
    return PrioritySummary(matrix, raised, lowered)


def _status(ends: Sequence[_Ends]) -> StatusSummary:
    matrix = _matrix(STATUSES, ((old.status, new.status, len(tickets)) for old, new, tickets in ends))
    return StatusSummary(matrix, closed=matrix["open"]["closed"], reopened=matrix["closed"]["open"])


def _assignee(ends: Sequence[_Ends]) -> AssigneeSummary:
    moved = [(old.assignee, new.assignee, len(tickets)) for old, new, tickets in ends if old.assignee != new.assignee]
    return AssigneeSummary(
        changed=sum(count for _, _, count in moved),
        assigned=sum(count for old, _, count in moved if old is None),
        unassigned=sum(count for _, new, count in moved if new is None),
    )
