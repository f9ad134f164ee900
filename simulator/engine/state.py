"""What is not packed of a ticket's state: a simulated reply, custom fields, and what a customer's tickets share."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from simulator.facts.values import Value
from simulator.outcome import FieldScalar

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


class Shared(NamedTuple):
    """What the tickets of one customer share: custom fields that rules wrote, and when a rule last replied."""

    fields: Fields = ()
    replied_at: int | None = None


def with_field(fields: Fields, name: str, value: FieldScalar) -> Fields:
    """The pairs with one more (or other) value; an emptied field stays as None, since a rule wrote it."""
    return tuple(sorted([*(pair for pair in fields if pair[0] != name), (name, value)], key=lambda pair: pair[0]))


def field_value(fields: Fields, name: str) -> FieldScalar:
    """The value of a custom field, or None."""
    return next((value for key, value in fields if key == name), None)
