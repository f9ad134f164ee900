"""What a step sees and changes: the state of a ticket, and what its customer's tickets share."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from simulator.facts.history import Start
from simulator.facts.values import Value
from simulator.outcome import FieldScalar, Final

Fields = tuple[tuple[str, FieldScalar], ...]
"""Custom fields as sorted (id, value) pairs: a value that can be compared and remembered."""


class SimulatedReply(NamedTuple):
    """A rule's reply seen as a message: from an agent, public, via `rule`; whatever is not here is missing."""

    at: int
    text: str
    subject: str | None
    receiver: str | None
    channel: str | None
    rule: str  # that sent it

    def field(self, path: str) -> Value | None:
        """A message field; intents and sentiments are empty, and what is not listed is missing."""
        read = _OF_REPLY.get(path)
        return read(self) if read else None


_OF_REPLY: dict[str, Callable[[SimulatedReply], Value | None]] = {
    "message.text": lambda reply: reply.text,
    "message.subject": lambda reply: reply.subject,
    "message.channel": lambda reply: reply.channel,
    "message.via": lambda reply: "rule",
    "message.from_agent": lambda reply: True,
    "message.public": lambda reply: True,
    "message.created_datetime": lambda reply: reply.at,
    "message.sent_datetime": lambda reply: reply.at,
    "message.receiver.email": lambda reply: reply.receiver,
    "message.intents.name": lambda reply: (),
    "message.sentiments.name": lambda reply: (),
}


class State(NamedTuple):
    """A ticket between two events. `reply` is the last message, where that is a simulated reply."""

    tags: frozenset[str]
    priority: str
    status: str
    assignee: int | None
    team: int | None
    subject: str | None
    spam: bool
    snooze: int | None
    snoozed_by: str | None  # the rule whose snooze stands, which ends by itself
    trashed: bool
    fields: Fields
    flags: frozenset[str]
    reply: SimulatedReply | None
    replied_at: int | None  # of the last simulated reply, whether or not a message came after it


class Shared(NamedTuple):
    """What the tickets of one customer share: custom fields that rules wrote, and when a rule last replied."""

    fields: Fields = ()
    replied_at: int | None = None


def starting(ticket: Start) -> State:
    """A ticket before its creation: no tags, normal, open, nobody's."""
    return State(
        tags=frozenset(), priority="normal", status="open", assignee=None, team=None, subject=ticket.subject,
        spam=ticket.spam, snooze=None, snoozed_by=None, trashed=False, fields=(), flags=frozenset(),
        reply=None, replied_at=None,
    )  # fmt: skip


def final(state: State) -> Final:
    """The state as an outcome keeps it."""
    return Final(
        tags=tuple(sorted(state.tags)), priority=state.priority, status=state.status, assignee=state.assignee,
        team=state.team, subject=state.subject, spam=state.spam, snooze=state.snooze, trashed=state.trashed,
        custom_fields=tuple(pair for pair in state.fields if pair[1] is not None),
    )  # fmt: skip


def with_field(fields: Fields, name: str, value: FieldScalar) -> Fields:
    """The pairs with one more (or other) value; an emptied field stays as None, since a rule wrote it."""
    return tuple(sorted([*(pair for pair in fields if pair[0] != name), (name, value)], key=lambda pair: pair[0]))


def field_value(fields: Fields, name: str) -> FieldScalar:
    """The value of a custom field, or None."""
    return next((value for key, value in fields if key == name), None)
