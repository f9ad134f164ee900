"""HISTORY: what happened whatever the rules, by ticket, in the order of replay; and what the old rules did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from simulator.facts.keys import Keys
from simulator.facts.values import Value


class Kind(IntEnum):
    """The outside events that are replayed. `value` of each in brackets."""

    CREATED = 0
    MESSAGE = 1
    SURVEY = 2  # [score, None where the export lacks it]
    TAGS_ADDED = 3  # [tuple of names]
    TAGS_REMOVED = 4  # [tuple of names]
    CLOSED = 5
    REOPENED = 6
    ASSIGNED = 7  # [user id]
    UNASSIGNED = 8
    TEAM_ASSIGNED = 9  # [team id]
    TEAM_UNASSIGNED = 10
    SUBJECT_UPDATED = 11  # [text, None where the export lacks it: no change]
    CUSTOMER_UPDATED = 12
    MARKED_SPAM = 13
    UNMARKED_SPAM = 14
    SNOOZED = 15  # [instant, None where the export lacks it: no change]
    SELF_UNSNOOZED = 16
    TRASHED = 17
    UNTRASHED = 18
    MERGED = 19
    CLOSED_LISTS_ONLY = 20  # the closing of a ticket without events, at closed_datetime


class Start(NamedTuple):
    """A ticket as it starts: no tags, normal, open, nobody's. `row` of history.tickets = its place by ascending id."""

    id: int
    customer_id: int | None
    channel: str | None
    created_at: int
    subject: str | None
    spam: bool
    full: bool  # False: lists-only history
    spam_today: bool = False  # `spam` is the record's value of today: no spam event tells how it began


class OutsideMessages(NamedTuple):
    """The messages that no rule sent, by ticket id, time and id: their own ids, and when each was made."""

    ids: Sequence[int]
    at: Sequence[int]


@dataclass(frozen=True)
class History:
    """Outside events as parallel sequences, sorted by ticket id and then in the order of replay on that ticket.

    Events of ticket row `t` are rows `first[t]` to `first[t + 1] - 1`; the first of them is its creation.
    `message[i]` is the row (in the message table of the facts) of the message that event `i` brings, else -1;
    `current[i]` is the row of the ticket's last outside message as of event `i`, its own included, else -1.
    `from_customer[i]`: the event brings a message that is not from an agent.
    `automatic[i]`: an assignment (user or team) without a user behind it: replayed only while nobody is assigned.
    `outside`: the messages that `message` and `current` count.
    `last`: the instant of the last outside event of the whole snapshot (None without tickets).
    `counts`: what was counted on the way, by reason, for the report; sorted.
    """

    tickets: Sequence[Start]
    first: Sequence[int]
    ticket: Sequence[int]  # ticket row of each event
    at: Sequence[int]
    kind: Sequence[int]
    key: Keys  # "ticket:ID", "message:ID", "event:ID", "survey:ID" or "closed:ID"
    value: Sequence[Value | None]
    message: Sequence[int]
    current: Sequence[int]
    from_customer: Sequence[bool]
    automatic: Sequence[bool]
    outside: OutsideMessages
    last: int | None
    counts: Mapping[str, int]
