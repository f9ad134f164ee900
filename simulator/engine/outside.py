"""What an outside event changes before any rule sees it, and which phases it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from simulator.engine.packing import OPEN, SPAM, TRASHED, Operation, Packing
from simulator.engine.phases import ASSIGNED, CREATED, MESSAGE, SURVEY, UNSNOOZED, UPDATED
from simulator.facts.history import Kind
from simulator.facts.values import Value

Change = Callable[[Packing, Value | None], Operation | None]
"""What a value of the event does to a packed state; None where it says nothing."""


class Recorded(NamedTuple):
    """A kind of outside event: the recorded type, its phases in order, the field that it changes, and how.

    `change` is None where it changes nothing, or something that is not packed: the subject or the snooze.
    """

    type: str
    phases: tuple[str, ...]
    field: str = ""
    change: Change | None = None


def _add(packing: Packing, value: Value | None) -> Operation | None:
    return Operation(-1, packing.tags(value)) if isinstance(value, tuple) else None


def _remove(packing: Packing, value: Value | None) -> Operation | None:
    return Operation(~packing.tags(value), 0) if isinstance(value, tuple) else None


def _assign(packing: Packing, value: Value | None) -> Operation | None:
    return packing.assigned(value) if isinstance(value, int) else None


def _assign_team(packing: Packing, value: Value | None) -> Operation | None:
    return packing.team_assigned(value) if isinstance(value, int) else None


def _unassign(packing: Packing, value: Value | None) -> Operation:
    return packing.assigned(None)


def _unassign_team(packing: Packing, value: Value | None) -> Operation:
    return packing.team_assigned(None)


def _flag(bit: int, on: bool) -> Change:
    operation = Operation(-1, bit) if on else Operation(~bit, 0)
    return lambda packing, value: operation


OUTSIDE: dict[int, Recorded] = {
    Kind.CREATED: Recorded("ticket-created", (CREATED, MESSAGE, UPDATED)),
    Kind.MESSAGE: Recorded("customer-message", (MESSAGE, UPDATED)),
    Kind.SURVEY: Recorded("satisfaction-survey-responded", (SURVEY,)),
    Kind.TAGS_ADDED: Recorded("ticket-tags-added", (UPDATED,), "tags", _add),
    Kind.TAGS_REMOVED: Recorded("ticket-tags-removed", (UPDATED,), "tags", _remove),
    Kind.CLOSED: Recorded("ticket-closed", (UPDATED,), "status", _flag(OPEN, False)),
    Kind.CLOSED_LISTS_ONLY: Recorded("ticket-closed", (UPDATED,), "status", _flag(OPEN, False)),
    Kind.REOPENED: Recorded("ticket-reopened", (UPDATED,), "status", _flag(OPEN, True)),
    Kind.ASSIGNED: Recorded("ticket-assigned", (UPDATED, ASSIGNED), "assignee", _assign),
    Kind.UNASSIGNED: Recorded("ticket-unassigned", (UPDATED,), "assignee", _unassign),
    Kind.TEAM_ASSIGNED: Recorded("ticket-team-assigned", (UPDATED,), "team", _assign_team),
    Kind.TEAM_UNASSIGNED: Recorded("ticket-team-unassigned", (UPDATED,), "team", _unassign_team),
    Kind.SUBJECT_UPDATED: Recorded("ticket-subject-updated", (UPDATED,), "subject"),
    Kind.CUSTOMER_UPDATED: Recorded("ticket-customer-updated", (UPDATED,)),
    Kind.MARKED_SPAM: Recorded("ticket-marked-spam", (UPDATED,), "spam", _flag(SPAM, True)),
    Kind.UNMARKED_SPAM: Recorded("ticket-unmarked-spam", (UPDATED,), "spam", _flag(SPAM, False)),
    Kind.SNOOZED: Recorded("ticket-snoozed", (UPDATED,), "snooze"),
    Kind.SELF_UNSNOOZED: Recorded("ticket-self-unsnoozed", (UNSNOOZED, UPDATED), "snooze"),
    Kind.TRASHED: Recorded("ticket-trashed", (UPDATED,), "trashed", _flag(TRASHED, True)),
    Kind.UNTRASHED: Recorded("ticket-untrashed", (UPDATED,), "trashed", _flag(TRASHED, False)),
    Kind.MERGED: Recorded("ticket-merged", (UPDATED,)),
}

SNOOZE_ENDED = Recorded("snooze-ended", (UNSNOOZED, UPDATED), "snooze")
"""The end of a rule's snooze, which no export records."""

CUSTOMER_WROTE = Recorded("customer-message", (), "status", _flag(OPEN, True))
"""What a customer's message does beside: it reopens a closed ticket, and ends its snooze."""
