"""REASONS: why a rule did not act, or why what it did is gone: one table, which the documentation repeats."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What became of a rule, or of one of its actions. In order of nearness: what came closest stands first."""

    ACTED = "acted"
    OVERWRITTEN = "overwritten"
    REFUSED = "refused"
    NO_CHANGE = "no-change"
    NO_ACTION = "no-action"
    CASCADE_LIMIT = "cascade-limit"
    CONDITION_FALSE = "condition-false"
    MISSING_FIELD = "missing-field"
    OTHER_TRIGGER = "other-trigger"
    DISABLED = "disabled"
    ABSENT = "absent"


MEANING: dict[Reason, str] = {
    Reason.ACTED: "It changed something that still stands in the end, or sent something.",
    Reason.OVERWRITTEN: "What it changed was changed again later; by whom, and at which event, is named.",
    Reason.REFUSED: "It ran, and its action was refused: a reply within five minutes of the last one to the same "
    "customer (recent-auto-reply), a reply on spam (spam-ticket), a snooze of a closed ticket "
    "(no-snooze-closed-ticket), an agent or a team that the snapshot does not know (user-not-found, team-not-found).",
    Reason.NO_CHANGE: "It ran, and there was nothing to change: the ticket was like that already.",
    Reason.NO_ACTION: "Its condition was true, and there is no action behind it that can be simulated.",
    Reason.CASCADE_LIMIT: "Its condition was true, but rules had set each other off as deep as `--max-cascade` allows: "
    "the phase in which it would have run was left out.",
    Reason.CONDITION_FALSE: "It was asked, and its condition (or that of the branch) was false; which part is named.",
    Reason.MISSING_FIELD: "As condition-false, and every part that failed did so because its value is missing.",
    Reason.OTHER_TRIGGER: "It was never asked: no phase with one of its triggers ran on the ticket.",
    Reason.DISABLED: "It is switched off (`enabled: false`).",
    Reason.ABSENT: "It is not in this rule set, only in the other one.",
}
"""Reason -> what it says, in plain words."""

SHORT: dict[Reason, str] = {
    Reason.ACTED: "acted",
    Reason.OVERWRITTEN: "overwritten later",
    Reason.REFUSED: "refused",
    Reason.NO_CHANGE: "no change, it was so already",
    Reason.NO_ACTION: "matched, no action behind it",
    Reason.CASCADE_LIMIT: "cut off by the cascade limit",
    Reason.CONDITION_FALSE: "condition false",
    Reason.MISSING_FIELD: "missing field",
    Reason.OTHER_TRIGGER: "other trigger, never asked",
    Reason.DISABLED: "disabled",
    Reason.ABSENT: "not in this rule set",
}
"""Reason -> a few words for a line of text."""

NEARNESS: dict[Reason, int] = {
    **{reason: place for place, reason in enumerate(Reason)},
    Reason.MISSING_FIELD: list(Reason).index(Reason.CONDITION_FALSE),  # the number of failed parts decides between them
}
"""Reason -> how near it comes to acting; less is nearer."""
