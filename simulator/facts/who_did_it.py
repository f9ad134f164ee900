"""Who did it: whether a recorded change came from outside (replayed) or was an old rule's own work (not replayed)."""

from __future__ import annotations

from collections.abc import Container

from simulator.facts.history import Kind

KIND_OF: dict[str, Kind] = {
    "ticket-tags-added": Kind.TAGS_ADDED,
    "ticket-tags-removed": Kind.TAGS_REMOVED,
    "ticket-closed": Kind.CLOSED,
    "ticket-reopened": Kind.REOPENED,
    "ticket-assigned": Kind.ASSIGNED,
    "ticket-unassigned": Kind.UNASSIGNED,
    "ticket-team-assigned": Kind.TEAM_ASSIGNED,
    "ticket-team-unassigned": Kind.TEAM_UNASSIGNED,
    "ticket-subject-updated": Kind.SUBJECT_UPDATED,
    "ticket-customer-updated": Kind.CUSTOMER_UPDATED,
    "ticket-marked-spam": Kind.MARKED_SPAM,
    "ticket-unmarked-spam": Kind.UNMARKED_SPAM,
    "ticket-snoozed": Kind.SNOOZED,
    "ticket-self-unsnoozed": Kind.SELF_UNSNOOZED,
    "ticket-trashed": Kind.TRASHED,
    "ticket-untrashed": Kind.UNTRASHED,
    "ticket-merged": Kind.MERGED,
}
"""The recorded types that are changes. Creation, messages and surveys come from their own records, not from events."""

MESSAGE_CREATED = "ticket-message-created"
SURVEY_RESPONDED = "satisfaction-survey-responded"
RULE_EXECUTED = "rule-executed"
MARKERS = frozenset({"ticket-created", MESSAGE_CREATED, SURVEY_RESPONDED, RULE_EXECUTED})
"""Types that only mark what another record says."""

NO_STATE: dict[str, str] = {"ticket-split": "splits", "macro-applied": "macros-applied"}
"""Types that change nothing and run no phase, by the reason they are counted under."""

SELF_UNSNOOZED = "ticket-self-unsnoozed"
ALWAYS_OUTSIDE = frozenset({"ticket-marked-spam", "ticket-unmarked-spam", "ticket-customer-updated", "ticket-merged"})
"""Changes that no rule can make, whoever is named and whatever ran in their context."""

NOBODY_MISSED = ALWAYS_OUTSIDE | {SELF_UNSNOOZED}
"""Changes that need no user: one that lacks a user is not worth counting."""


def is_rule_made(
    type: str, user_id: int | None, context: str | None, rule_contexts: Container[str], rule_snoozed: bool
) -> bool:
    """Whether an old rule made this change, of one of the types of `KIND_OF`.

    A change with a user is never a rule's. The end of a snooze is one if the last recorded snooze before it was
    (`rule_snoozed`). Any other change without a user is one if a rule ran in its context, `rule_contexts`.
    """
    if user_id is not None or type in ALWAYS_OUTSIDE:
        return False
    if type == SELF_UNSNOOZED:
        return rule_snoozed
    return context is not None and context in rule_contexts
