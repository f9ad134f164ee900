"""What the outside world did: which state an outside event changes, and which phases run for it."""

from __future__ import annotations

from simulator.explain.state import Ticket
from simulator.facts.history import Kind
from simulator.facts.values import Value
from simulator.outcome import FieldState
from simulator.rules.model import Trigger

Effect = tuple[str, FieldState, FieldState]
"""The field, and what stood there before and after."""

_UPDATED = (Trigger.TICKET_UPDATED,)

PHASES: dict[Kind, tuple[Trigger, ...]] = {
    Kind.CREATED: (Trigger.TICKET_CREATED, Trigger.MESSAGE_CREATED, Trigger.TICKET_UPDATED),
    Kind.MESSAGE: (Trigger.MESSAGE_CREATED, Trigger.TICKET_UPDATED),
    Kind.ASSIGNED: (Trigger.TICKET_UPDATED, Trigger.TICKET_ASSIGNED),
    Kind.SELF_UNSNOOZED: (Trigger.SELF_UNSNOOZED, Trigger.TICKET_UPDATED),
    Kind.SURVEY: (Trigger.SURVEY_RESPONDED,),
}
"""The phases of an outside event, in order; every kind that is not here runs ticket-updated alone."""

REPLY_PHASES = PHASES[Kind.MESSAGE]
SNOOZE_END_PHASES = PHASES[Kind.SELF_UNSNOOZED]

RECORDED: dict[Kind, str] = {
    Kind.CREATED: "customer-message",
    Kind.MESSAGE: "customer-message",
    Kind.TAGS_ADDED: "ticket-tags-added",
    Kind.TAGS_REMOVED: "ticket-tags-removed",
    Kind.CLOSED: "ticket-closed",
    Kind.CLOSED_LISTS_ONLY: "ticket-closed",
    Kind.REOPENED: "ticket-reopened",
    Kind.ASSIGNED: "ticket-assigned",
    Kind.UNASSIGNED: "ticket-unassigned",
    Kind.TEAM_ASSIGNED: "ticket-team-assigned",
    Kind.TEAM_UNASSIGNED: "ticket-team-unassigned",
    Kind.SUBJECT_UPDATED: "ticket-subject-updated",
    Kind.MARKED_SPAM: "ticket-marked-spam",
    Kind.UNMARKED_SPAM: "ticket-unmarked-spam",
    Kind.SNOOZED: "ticket-snoozed",
    Kind.SELF_UNSNOOZED: "ticket-self-unsnoozed",
    Kind.TRASHED: "ticket-trashed",
    Kind.UNTRASHED: "ticket-untrashed",
    Kind.CUSTOMER_UPDATED: "ticket-customer-updated",
    Kind.MERGED: "ticket-merged",
    Kind.SURVEY: "satisfaction-survey-responded",
}
"""The recorded type of a change, as the trail names it; what a customer's message reopens is its own."""


def kind_in_words(kind: Kind, from_customer: bool) -> str:
    """What an outside event was, for somebody who reads a time line."""
    if kind is Kind.CREATED:
        return "ticket-created"
    if kind is Kind.MESSAGE:
        return "message from the customer" if from_customer else "message from an agent"
    return RECORDED[kind]


def phases_of(kind: Kind, with_message: bool) -> tuple[Trigger, ...]:
    """The phases of an outside event; a creation without any message leaves the message phase out."""
    phases = PHASES.get(kind, _UPDATED)
    if kind is Kind.CREATED and not with_message:
        return tuple(phase for phase in phases if phase is not Trigger.MESSAGE_CREATED)
    return phases


def is_skipped(kind: Kind, automatic: bool, ticket: Ticket) -> bool:
    """An assignment that nobody made is replayed only while the ticket has no assignee (no team)."""
    if not automatic:
        return False
    return (kind is Kind.ASSIGNED and ticket.assignee is not None) or (
        kind is Kind.TEAM_ASSIGNED and ticket.team is not None
    )


def change(ticket: Ticket, kind: Kind, value: Value | None, from_customer: bool) -> list[Effect]:
    """Change the state of the ticket as the outside event did; the fields whose value that changed."""
    if from_customer:
        return _customer_wrote(ticket)
    effect = _change(ticket, kind, value)
    return [effect] if effect is not None and effect[1] != effect[2] else []


def _customer_wrote(ticket: Ticket) -> list[Effect]:
    """A customer's message reopens a closed ticket and ends its snooze."""
    effects: list[Effect] = []
    if ticket.status == "closed":
        ticket.status = "open"
        effects.append(("status", "closed", "open"))
    if ticket.snooze is not None:
        effects.append(("snooze", ticket.snooze, None))
        wake(ticket)
    return effects


def wake(ticket: Ticket) -> None:
    """Nothing is snoozed any more."""
    ticket.snooze, ticket.snoozed_by = None, None


def _change(ticket: Ticket, kind: Kind, value: Value | None) -> Effect | None:
    match kind:
        case Kind.TAGS_ADDED | Kind.TAGS_REMOVED:
            return _tags(ticket, kind, value)
        case Kind.CLOSED | Kind.CLOSED_LISTS_ONLY | Kind.REOPENED:
            before, ticket.status = ticket.status, "open" if kind is Kind.REOPENED else "closed"
            return "status", before, ticket.status
        case Kind.ASSIGNED | Kind.UNASSIGNED:
            user, ticket.assignee = ticket.assignee, _id(value) if kind is Kind.ASSIGNED else None
            return "assignee", user, ticket.assignee
        case Kind.TEAM_ASSIGNED | Kind.TEAM_UNASSIGNED:
            team, ticket.team = ticket.team, _id(value) if kind is Kind.TEAM_ASSIGNED else None
            return "team", team, ticket.team
        case Kind.SUBJECT_UPDATED:
            subject, ticket.subject = ticket.subject, ticket.subject if value is None else str(value)
            return "subject", subject, ticket.subject
        case Kind.MARKED_SPAM | Kind.UNMARKED_SPAM:
            spam, ticket.spam = ticket.spam, kind is Kind.MARKED_SPAM
            return "spam", spam, ticket.spam
        case Kind.TRASHED | Kind.UNTRASHED:
            trashed, ticket.trashed = ticket.trashed, kind is Kind.TRASHED
            return "trashed", trashed, ticket.trashed
        case Kind.SNOOZED | Kind.SELF_UNSNOOZED:
            return _snooze(ticket, kind, value)
        case _:
            return None


def _tags(ticket: Ticket, kind: Kind, value: Value | None) -> Effect:
    assert isinstance(value, tuple)
    before = ticket.tags
    after = set(before) | set(value) if kind is Kind.TAGS_ADDED else set(before) - set(value)
    ticket.tags = tuple(sorted(after))
    return "tags", before, ticket.tags


def _snooze(ticket: Ticket, kind: Kind, value: Value | None) -> Effect:
    before = ticket.snooze
    if kind is Kind.SELF_UNSNOOZED:
        wake(ticket)
    elif value is not None:
        ticket.snooze, ticket.snoozed_by = _id(value), None
    return "snooze", before, ticket.snooze


def _id(value: Value | None) -> int | None:
    assert value is None or isinstance(value, int)
    return value
