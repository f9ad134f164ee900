"""What stands on a ticket, and what is kept of a customer, while one side is replayed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.facts.history import Start
from simulator.outcome import FieldScalar, Final


class Reply(NamedTuple):
    """A reply that a rule sent: from then on the message that later events see, until another one comes."""

    at: int
    rule: str
    text: str
    subject: str | None
    channel: str | None
    receiver: str | None


@dataclass(slots=True)
class Customer:
    """What rules did to a customer, or to a ticket that has none: seen from all of the customer's tickets."""

    last_reply_at: int | None = None
    written: dict[str, FieldScalar] = field(default_factory=dict)  # custom field id -> value; None: emptied


@dataclass(slots=True)
class Ticket:
    """A ticket as it stands. It starts with no tags, normal, open, nobody's, its custom fields empty."""

    start: Start
    customer: Customer
    row: int  # the last outside event so far: the row of the facts that is seen
    subject: str | None
    spam: bool
    tags: tuple[str, ...] = ()  # sorted by code point
    priority: str = "normal"
    status: str = "open"
    assignee: int | None = None
    team: int | None = None
    snooze: int | None = None
    snoozed_by: str | None = None  # the rule whose snooze stands; None: an outside one, or none
    ends_in_a_row: int = 0  # ends of rules' snoozes since the last outside event
    trashed: bool = False
    custom_fields: dict[str, FieldScalar] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)  # excludeFromCSAT and the like
    reply: Reply | None = None  # the current message, where that is a simulated reply
    last_reply_at: int | None = None

    def final(self) -> Final:
        """The state as it stands now, as a frozen value."""
        return Final(
            self.tags, self.priority, self.status, self.assignee, self.team, self.subject, self.spam, self.snooze,
            self.trashed, tuple(sorted(self.custom_fields.items())),
        )  # fmt: skip


def starting(start: Start, customer: Customer, row: int) -> Ticket:
    """The ticket before its first event, whose row in the history is `row`."""
    return Ticket(start, customer, row, start.subject, start.spam)
