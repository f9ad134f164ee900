"""What was counted while the history was read, in words: the names of `History.counts` as sentences for people."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "rule-made-changes": "changes that the old rules made: not replayed, the simulated rules make their own",
    "rule-made-messages": "messages that the old rules sent: not replayed",
    "changes-without-user": "changes that nobody is named for: replayed as they were",
    "automatic-assignments": "of these, assignments by the helpdesk itself: replayed while nobody is assigned",
    "reopenings-without-user": "reopenings that nobody is named for: not replayed, the customer's message reopens",
    "lists-only-closings": "closings taken from the record of a ticket without events: may have been a rule's work",
    "spam-from-record": "tickets without an event about spam: the record's flag of today stands from the start",
    "creations-without-message": "tickets without a message from outside: message fields are missing at creation",
    "events-before-creation": "events recorded before their ticket was created: replayed at its creation",
    "splits": "splits: recorded, and change nothing here",
    "macros-applied": "macros applied by hand: what they did has events of its own",
    "unknown-event-types": "events of a type that this version does not know: left out",
    "events-of-absent-tickets": "changes of tickets that the snapshot does not hold: left out",
    "messages-of-absent-tickets": "messages of tickets that the snapshot does not hold: left out",
    "surveys-of-absent-tickets": "surveys of tickets that the snapshot does not hold: left out",
    "message-events-without-message": "recorded messages that the export lacks: left out",
    "survey-events-without-survey": "recorded survey answers that the export lacks: left out",
    "unknown-tags": "tags known by number only: written tag:NUMBER",
    "unreadable-tags": "changes of tags whose data cannot be read in full: what can be read is replayed",
    "assignments-without-assignee": "assignments that do not say to whom: replayed as unassignments",
    "subjects-without-text": "changes of a subject that do not give it: they change nothing",
    "snoozes-without-instant": "snoozes that do not say until when: they change nothing",
}
"""Name of a count -> what it counts and what became of it, in the order in which reports list them."""

SAID_ELSEWHERE = frozenset({"tickets-full", "tickets-lists-only"})
"""Counts that every report gives in a sentence of its own."""


def in_words(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts by their words; one without words keeps its name."""
    told = {WORDS[name]: counts[name] for name in WORDS if name in counts}
    return told | {name: number for name, number in counts.items() if name not in WORDS and name not in SAID_ELSEWHERE}
