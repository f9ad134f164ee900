"""The summary: how many tickets and customers would end differently, tag by tag and level by level."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

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
from simulator.outcome import Final, Outcome
from simulator.rules.model import PRIORITIES

STATUSES = ("open", "closed")
_Ends = Sequence[tuple[int, Final, Final]]


def summary_of(before: Outcome, after: Outcome, scope: Scope, edits: Sequence[Edit]) -> Summary:
    """The numbers over the reported tickets."""
    tickets = sorted(scope.reported)
    ends = [(ticket, before.tickets[ticket].final, after.tickets[ticket].final) for ticket in tickets]
    return Summary(
        tickets=len(tickets),
        events=scope.events,
        tickets_changed=len({edit.ticket for edit in edits}),
        customers_changed=len({edit.customer for edit in edits if edit.customer is not None}),
        tags=_tags(ends, scope),
        priority=_priority(ends),
        status=_status(ends),
        assignee=_assignee(ends),
        replies=Pair(_replies(before, tickets), _replies(after, tickets)),
    )


def _tags(ends: _Ends, scope: Scope) -> dict[str, TagCount]:
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    added: defaultdict[str, list[int]] = defaultdict(list)
    removed: defaultdict[str, list[int]] = defaultdict(list)
    for ticket, old, new in ends:
        before.update(old.tags)
        after.update(new.tags)
        if old.tags != new.tags:
            for tag in set(new.tags) - set(old.tags):
                added[tag].append(ticket)
            for tag in set(old.tags) - set(new.tags):
                removed[tag].append(ticket)
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


def _matrix(levels: Sequence[str], pairs: Iterable[tuple[str, str]]) -> Matrix:
    counts = Counter(pairs)
    return {old: {new: counts[old, new] for new in levels} for old in levels}


def _priority(ends: _Ends) -> PrioritySummary:
    matrix = _matrix(PRIORITIES, ((old.priority, new.priority) for _, old, new in ends))
    rank = {level: place for place, level in enumerate(PRIORITIES)}
    moves = [(rank[new] - rank[old], count) for old, row in matrix.items() for new, count in row.items()]
    raised = sum(count for step, count in moves if step > 0)
    lowered = sum(count for step, count in moves if step < 0)
    return PrioritySummary(matrix, raised, lowered)


def _status(ends: _Ends) -> StatusSummary:
    matrix = _matrix(STATUSES, ((old.status, new.status) for _, old, new in ends))
    return StatusSummary(matrix, closed=matrix["open"]["closed"], reopened=matrix["closed"]["open"])


def _assignee(ends: _Ends) -> AssigneeSummary:
    moved = [(old.assignee, new.assignee) for _, old, new in ends if old.assignee != new.assignee]
    return AssigneeSummary(
        changed=len(moved),
        assigned=sum(old is None for old, _ in moved),
        unassigned=sum(new is None for _, new in moved),
    )


def _replies(outcome: Outcome, tickets: Iterable[int]) -> int:
    return sum(sent.action == "replyToTicket" for ticket in tickets for sent in outcome.tickets[ticket].sent)
