"""The values that attribution reads: tickets, customers, orders, refunds and the parameters.

Instants are microseconds since 1970 in UTC, money is whole minor units of the currency beside it. They are
NamedTuples because a run holds hundreds of thousands of them; the "after" side of a ticket is the same tuple with
a few fields replaced (`ticket._replace(tags=..., priority=..., spam=..., trashed_datetime=...)`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import StrEnum
from typing import Literal, NamedTuple

from simulator.instants import DAY, SECOND

EventType = Literal["assigned", "unassigned", "team_assigned", "team_unassigned", "closed", "reopened"]
By = Literal["human", "auto", "rule"]

WINDOW_SECONDS = 3 * DAY // SECOND
"""Three days: the window of the shop's helpdesk today (it was five, and seven in the beta)."""


class TicketEvent(NamedTuple):
    """One change of assignee, team or status.

    `by`: a person, the helpdesk itself (auto-assignment) or a rule. `user_id` belongs to `assigned`, `team_id` to
    `team_assigned`; an `assigned` without a user unassigns.
    """

    id: int
    at: int
    type: EventType
    user_id: int | None = None
    by: By = "human"
    team_id: int | None = None


class Ticket(NamedTuple):
    """A ticket as it stands on one side. `tags` and `priority` are that side's last ones.

    `events` are the recorded ones of the six kinds, in any order. `full_history` says that the export holds the
    events of this ticket, so that having none of these kinds means that none happened; `trash_recorded` that events
    tell of its trash, so that the replay knows better than the record of today.
    """

    id: int
    created_datetime: int
    customer_id: int | None
    channel: str = ""
    status: str = "open"
    priority: str = "normal"
    tags: tuple[str, ...] = ()
    spam: bool = False
    trashed_datetime: int | None = None
    merged_into: int | None = None
    from_agent: bool = False
    assignee_user_id: int | None = None
    assignee_team_id: int | None = None
    events: tuple[TicketEvent, ...] = ()
    full_history: bool = False
    trash_recorded: bool = False


class Customer(NamedTuple):
    """A customer profile of the helpdesk; `merged_into` is the profile that took it over."""

    id: int
    emails: tuple[str, ...] = ()
    shopify_ids: tuple[int, ...] = ()
    merged_into: int | None = None


class Order(NamedTuple):
    """A shop order. `total_minor` is the original total (after discounts, with tax and shipping), never the current
    one, which is already net of what was sent back. `paid_minor` only where part of it was paid."""

    id: int
    created_at: int
    currency: str
    total_minor: int
    paid_minor: int | None = None
    financial_status: str = "paid"
    test: bool = False
    draft: bool = False
    cancelled_at: int | None = None
    shopify_customer_id: int | None = None
    email: str | None = None
    source: str = ""


class Refund(NamedTuple):
    """Money given back. It counts from `processed_at`, else `created_at`; no currency means that of its order."""

    id: int
    order_id: int
    created_at: int
    amount_minor: int
    currency: str | None = None
    processed_at: int | None = None

    @property
    def at(self) -> int:
        """When the money went back."""
        return self.created_at if self.processed_at is None else self.processed_at


@dataclass(frozen=True, slots=True)
class Params:
    """What the user chose. The period is [start, end) on the ticket's creation; `channels` None means all.

    `zone` is the account's time zone: it gives the days of the breakdown. `count_unpaid` counts pending,
    authorised and partially paid orders as well.
    """

    as_of: int
    window_seconds: int = WINDOW_SECONDS
    period_start: int | None = None
    period_end: int | None = None
    channels: frozenset[str] | None = None
    include_outbound: bool = True
    count_unpaid: bool = False
    zone: tzinfo = UTC

    @property
    def window(self) -> int:
        """The window in microseconds."""
        return self.window_seconds * SECOND


class Reason(StrEnum):
    """What became of an order: `attributed`, or the first reason why not, in the order in which they are asked."""

    ATTRIBUTED = "attributed"
    AFTER_AS_OF = "after_as_of"
    TEST = "test"
    DRAFT = "draft"
    CANCELLED = "cancelled"
    VOIDED = "voided"
    UNPAID = "unpaid"
    AMBIGUOUS_CUSTOMER = "ambiguous_customer"
    NO_CUSTOMER = "no_customer"
    NO_TICKET_IN_WINDOW = "no_ticket_in_window"


class Sales(NamedTuple):
    """Money of one currency, minor units. `net` sums max(0, gross - refunded) order by order, so it can exceed
    gross - refunded where more was given back than was paid."""

    gross: int = 0
    refunded: int = 0
    net: int = 0

    def plus(self, other: Sales) -> Sales:
        """The sum, field by field."""
        return Sales(self.gross + other.gross, self.refunded + other.refunded, self.net + other.net)
