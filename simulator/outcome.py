"""OUTCOME: what a side's replay leaves behind: plain values that the engine and its twin both give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

FieldScalar = str | int | bool | Decimal | None
"""What a field holds: instants as int microseconds, custom field values as written."""

FieldState = FieldScalar | tuple[str, ...]


class Sent(NamedTuple):
    """A message that would have gone out. `to` (as written: one, or a list) and `subject` are of e-mails only."""

    action: str  # replyToTicket, addInternalNote or sendEmail
    at: int
    text: str
    rule: str
    to: str | tuple[str, ...] = ()
    subject: str | None = None


class Change(NamedTuple):
    """An action that changed something, in the terms of the trail; or an outside change (`rule` is None).

    `field` is tags, priority, status, assignee, team, subject, spam, snooze, trashed, custom_fields.ID,
    customer.custom_fields.ID, replies, or the flag's own name; tags are whole sorted tuples; for replies `before`
    is None and `after` the rendered text. The end of a snooze by itself is an outside change.
    """

    ticket: int
    event: str
    at: int
    trigger: str  # the phase; "" for an outside change
    depth: int
    rule: str | None
    branch: str
    action: str  # for an outside change the recorded type, such as "ticket-closed"
    field: str
    before: FieldState
    after: FieldState


class Refusal(NamedTuple):
    """An action that was refused: as a change that did not happen, with Gorgias' reason code."""

    ticket: int
    event: str
    at: int
    trigger: str
    depth: int
    rule: str
    branch: str
    action: str
    field: str
    before: FieldState
    after: FieldState
    reason: str  # spam-ticket, recent-auto-reply, no-snooze-closed-ticket, user-not-found, team-not-found


class Match(NamedTuple):
    """A phase run in which a rule's condition was true. `rests_on_today`, `rests_on_missing`: see provenance."""

    ticket: int
    event: str
    trigger: str
    depth: int
    rule: str
    rests_on_today: bool
    rests_on_missing: bool


class Loop(NamedTuple):
    """A cascade that still changed something at the greatest depth, or a snooze that would end over and over."""

    ticket: int
    event: str
    kind: str  # "cascade" or "snooze"
    rules: tuple[str, ...]  # those that changed something in the last run; sorted


class Final(NamedTuple):
    """The state of a ticket at the end of its history. Custom fields are sorted (id, value) pairs."""

    tags: tuple[str, ...]  # sorted by code point
    priority: str
    status: str
    assignee: int | None
    team: int | None
    subject: str | None
    spam: bool
    snooze: int | None
    trashed: bool
    custom_fields: tuple[tuple[str, FieldScalar], ...] = ()


@dataclass(frozen=True)
class TicketOutcome:
    """All that happened on one ticket, as it happened."""

    ticket: int
    final: Final
    changes: tuple[Change, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    matches: tuple[Match, ...] = ()
    sent: tuple[Sent, ...] = ()
    loops: tuple[Loop, ...] = ()
    phases: Mapping[str, int] = field(default_factory=dict)  # trigger -> phase runs
    skipped_assignments: int = 0  # automatic assignments that found the ticket assigned already
    not_simulated: tuple[tuple[str, str], ...] = ()  # (rule, what) of macro actions that cannot be simulated


@dataclass(frozen=True)
class Outcome:
    """One side: outcomes by ticket id, in ascending order of the id."""

    tickets: Mapping[int, TicketOutcome]
