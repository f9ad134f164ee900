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
    """A kind of outside event: the recorded type, its phases in order, what it does to the state, to which field."""

    type: str
    phases: tuple[str, ...]
    apply: Callable[[State, Value | None], State]
    field: str = ""


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


def _opened(state: State, value: Value | None) -> State:
    return state if state.status == "open" else state._replace(status="open")


def _setting(field: str, value: FieldState) -> Callable[[State, Value | None], State]:
    """The change that gives a field one value."""
    return lambda state, _: state._replace(**{field: value})  # type: ignore[arg-type]


OUTSIDE: dict[int, Recorded] = {
    Kind.CREATED: Recorded("ticket-created", (CREATED, MESSAGE, UPDATED), _nothing),
    Kind.MESSAGE: Recorded("customer-message", (MESSAGE, UPDATED), _nothing),
    Kind.SURVEY: Recorded("satisfaction-survey-responded", (SURVEY,), _nothing),
    Kind.TAGS_ADDED: Recorded("ticket-tags-added", (UPDATED,), _tags_added, "tags"),
    Kind.TAGS_REMOVED: Recorded("ticket-tags-removed", (UPDATED,), _tags_removed, "tags"),
    Kind.CLOSED: Recorded("ticket-closed", (UPDATED,), _setting("status", "closed"), "status"),
    Kind.CLOSED_LISTS_ONLY: Recorded("ticket-closed", (UPDATED,), _setting("status", "closed"), "status"),
    Kind.REOPENED: Recorded("ticket-reopened", (UPDATED,), _setting("status", "open"), "status"),
    Kind.ASSIGNED: Recorded("ticket-assigned", (UPDATED, ASSIGNED), _assigned, "assignee"),
    Kind.UNASSIGNED: Recorded("ticket-unassigned", (UPDATED,), _setting("assignee", None), "assignee"),
    Kind.TEAM_ASSIGNED: Recorded("ticket-team-assigned", (UPDATED,), _team_assigned, "team"),
    Kind.TEAM_UNASSIGNED: Recorded("ticket-team-unassigned", (UPDATED,), _setting("team", None), "team"),
    Kind.SUBJECT_UPDATED: Recorded("ticket-subject-updated", (UPDATED,), _subject, "subject"),
    Kind.CUSTOMER_UPDATED: Recorded("ticket-customer-updated", (UPDATED,), _nothing),
    Kind.MARKED_SPAM: Recorded("ticket-marked-spam", (UPDATED,), _setting("spam", True), "spam"),
    Kind.UNMARKED_SPAM: Recorded("ticket-unmarked-spam", (UPDATED,), _setting("spam", False), "spam"),
    Kind.SNOOZED: Recorded("ticket-snoozed", (UPDATED,), _snoozed, "snooze"),
    Kind.SELF_UNSNOOZED: Recorded("ticket-self-unsnoozed", (UNSNOOZED, UPDATED), _awake, "snooze"),
    Kind.TRASHED: Recorded("ticket-trashed", (UPDATED,), _setting("trashed", True), "trashed"),
    Kind.UNTRASHED: Recorded("ticket-untrashed", (UPDATED,), _setting("trashed", False), "trashed"),
    Kind.MERGED: Recorded("ticket-merged", (UPDATED,), _nothing),
}

SNOOZE_ENDED = Recorded("snooze-ended", (UNSNOOZED, UPDATED), _awake, "snooze")
"""The end of a rule's snooze, which no export records."""

REPLY_PHASES = (MESSAGE, UPDATED)
WITHOUT_MESSAGE = (CREATED, UPDATED)
"""The phases of a ticket's creation without any message."""

CUSTOMER_WROTE = (
    Recorded("customer-message", (), _opened, "status"),
    Recorded("customer-message", (), _awake, "snooze"),
)
"""What a customer's message does: it reopens a closed ticket and ends its snooze."""


def plain(value: FieldState | frozenset[str]) -> FieldState:
    """A field of the state as an outcome has it."""
    return tuple(sorted(value)) if isinstance(value, frozenset) else value
