"""What an outside event changes before any rule sees it, and which phases it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from simulator.engine.state import State
from simulator.engine.step import ASSIGNED, CREATED, MESSAGE, SURVEY, UNSNOOZED, UPDATED
from simulator.facts.history import Kind
from simulator.facts.values import Value
from simulator.outcome import FieldState


class Recorded(NamedTuple):
    """A kind of outside event: the recorded type, its phases in order, and what it does to the state."""

    type: str
    phases: tuple[str, ...]
    apply: Callable[[State, Value | None], State]


def _nothing(state: State, value: Value | None) -> State:
    return state


def _tags_added(state: State, value: Value | None) -> State:
    return state._replace(tags=state.tags | frozenset(value)) if isinstance(value, tuple) else state


def _tags_removed(state: State, value: Value | None) -> State:
    return state._replace(tags=state.tags - frozenset(value)) if isinstance(value, tuple) else state


def _assigned(state: State, value: Value | None) -> State:
    return state._replace(assignee=value) if isinstance(value, int) else state


def _team_assigned(state: State, value: Value | None) -> State:
    return state._replace(team=value) if isinstance(value, int) else state


def _subject(state: State, value: Value | None) -> State:
    return state._replace(subject=value) if isinstance(value, str) else state


def _snoozed(state: State, value: Value | None) -> State:
    return state._replace(snooze=value, snoozed_by=None) if isinstance(value, int) else state


def _awake(state: State, value: Value | None = None) -> State:
    return state if state.snooze is None else state._replace(snooze=None, snoozed_by=None)


def customer_wrote(state: State) -> State:
    """A customer's message reopens a closed ticket and ends its snooze."""
    awake = _awake(state)
    return awake if awake.status == "open" else awake._replace(status="open")


OUTSIDE: dict[int, Recorded] = {
    Kind.CREATED: Recorded("ticket-created", (CREATED, MESSAGE, UPDATED), _nothing),
    Kind.MESSAGE: Recorded("customer-message", (MESSAGE, UPDATED), _nothing),
    Kind.SURVEY: Recorded("satisfaction-survey-responded", (SURVEY,), _nothing),
    Kind.TAGS_ADDED: Recorded("ticket-tags-added", (UPDATED,), _tags_added),
    Kind.TAGS_REMOVED: Recorded("ticket-tags-removed", (UPDATED,), _tags_removed),
    Kind.CLOSED: Recorded("ticket-closed", (UPDATED,), lambda state, value: state._replace(status="closed")),
    Kind.CLOSED_LISTS_ONLY: Recorded("ticket-closed", (UPDATED,), lambda state, value: state._replace(status="closed")),
    Kind.REOPENED: Recorded("ticket-reopened", (UPDATED,), lambda state, value: state._replace(status="open")),
    Kind.ASSIGNED: Recorded("ticket-assigned", (UPDATED, ASSIGNED), _assigned),
    Kind.UNASSIGNED: Recorded("ticket-unassigned", (UPDATED,), lambda state, value: state._replace(assignee=None)),
    Kind.TEAM_ASSIGNED: Recorded("ticket-team-assigned", (UPDATED,), _team_assigned),
    Kind.TEAM_UNASSIGNED: Recorded(
        "ticket-team-unassigned", (UPDATED,), lambda state, value: state._replace(team=None)
    ),
    Kind.SUBJECT_UPDATED: Recorded("ticket-subject-updated", (UPDATED,), _subject),
    Kind.CUSTOMER_UPDATED: Recorded("ticket-customer-updated", (UPDATED,), _nothing),
    Kind.MARKED_SPAM: Recorded("ticket-marked-spam", (UPDATED,), lambda state, value: state._replace(spam=True)),
    Kind.UNMARKED_SPAM: Recorded("ticket-unmarked-spam", (UPDATED,), lambda state, value: state._replace(spam=False)),
    Kind.SNOOZED: Recorded("ticket-snoozed", (UPDATED,), _snoozed),
    Kind.SELF_UNSNOOZED: Recorded("ticket-self-unsnoozed", (UNSNOOZED, UPDATED), _awake),
    Kind.TRASHED: Recorded("ticket-trashed", (UPDATED,), lambda state, value: state._replace(trashed=True)),
    Kind.UNTRASHED: Recorded("ticket-untrashed", (UPDATED,), lambda state, value: state._replace(trashed=False)),
    Kind.MERGED: Recorded("ticket-merged", (UPDATED,), _nothing),
}

SNOOZE_ENDED = Recorded("snooze-ended", (UNSNOOZED, UPDATED), _awake)
"""The end of a rule's snooze, which no export records."""

REPLY_PHASES = (MESSAGE, UPDATED)

_FIELDS = ("tags", "priority", "status", "assignee", "team", "subject", "spam", "snooze", "trashed")


def differences(before: State, after: State) -> list[tuple[str, FieldState, FieldState]]:
    """(field, before, after) of what an outside change changed."""
    if before is after:
        return []
    found: list[tuple[str, FieldState, FieldState]] = []
    for field in _FIELDS:
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            found.append((field, _plain(old), _plain(new)))
    return found


def _plain(value: FieldState | frozenset[str]) -> FieldState:
    return tuple(sorted(value)) if isinstance(value, frozenset) else value
