"""Care: which bits of a packed state a rule can tell apart, or would change. All that its steps depend on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from simulator.engine.moment import TICKET_FIELD
from simulator.engine.packing import (
    ALL_TAGS,
    ASSIGNEE,
    FIELDS,
    FLAGGED,
    HAS_ASSIGNEE,
    HAS_TEAM,
    OPEN,
    PRIORITY,
    SPAM,
    SPAM_TODAY,
    SUBJECT,
    TEAM,
    TRASHED,
    Packing,
)
from simulator.engine.truth import TIMED, holds
from simulator.hours import BusinessHours
from simulator.rules.model import Action, Test


def care_of_test(test: Test, packing: Packing) -> int:
    """The bits that decide a test; none for a fact, and none for the snooze, which is not packed."""
    if test.path == "ticket.tags.name":
        return packing.tags(test.operand) if isinstance(test.operand, tuple) else ALL_TAGS  # else isEmpty, isNotEmpty
    if test.path.startswith(TICKET_FIELD):
        return FIELDS.mask
    if test.operator in ("isEmpty", "isNotEmpty") and test.path in _EMPTY:
        return _EMPTY[test.path]
    return _READ.get(test.path, 0)


def care_of_action(action: Action, packing: Packing) -> int:
    """The bits that an action may change, or that decide whether it is done."""
    if action.kind in ("addTags", "removeTags"):
        assert isinstance(action.argument, tuple)
        return packing.tags(action.argument)
    return _WRITTEN.get(action.kind, 0)


def by_the_clock(test: Test) -> bool:
    """Whether a test of ticket state changes its answer as time goes by."""
    return test.operator in TIMED and test.path.startswith(TICKET_FIELD)


_READ: dict[str, int] = {
    "ticket.priority": PRIORITY.mask,
    "ticket.status": OPEN,
    "ticket.assignee_user_id": ASSIGNEE.mask,
    "ticket.assignee_user.email": ASSIGNEE.mask,
    "ticket.assignee_team_id": TEAM.mask,
    "ticket.subject": SUBJECT.mask,
    "ticket.spam": SPAM | SPAM_TODAY,
}

_EMPTY: dict[str, int] = {"ticket.assignee_user_id": HAS_ASSIGNEE, "ticket.assignee_team_id": HAS_TEAM}

_WRITTEN: dict[str, int] = {
    "setTags": ALL_TAGS,
    "setPriority": PRIORITY.mask,
    "setStatus": OPEN,
    "setSubject": SUBJECT.mask,
    "setAssignee": ASSIGNEE.mask | HAS_ASSIGNEE,
    "setTeamAssignee": TEAM.mask | HAS_TEAM,
    "snoozeTicket": OPEN,
    "setCustomFieldValue": FIELDS.mask,
    "replyToTicket": SPAM,
    "trashTicket": TRASHED,
    **dict.fromkeys(
        ("excludeFromAutoMerge", "excludeFromCSAT", "facebookHideComment", "facebookLikeComment"), FLAGGED.mask
    ),
}


class Subjects(dict[str | None, int]):
    """Subject -> the number of its class, in its place in a packed state: what no test and no action tells apart.

    `number` gives each class a number of its own among all programs.
    """

    def __init__(
        self, tests: Sequence[Test], targets: Sequence[str], hours: BusinessHours, number: Callable[[Hashable], int]
    ) -> None:
        super().__init__()
        self._tests, self._targets, self._hours, self._number = tuple(tests), tuple(targets), hours, number

    def __missing__(self, subject: str | None) -> int:
        if not self._tests and not self._targets:
            self[subject] = 0
            return 0
        looks = (
            subject is None,  # what rests on a missing value is told
            *(holds(test, subject, 0, self._hours) for test in self._tests),
            *(subject == target for target in self._targets),
        )
        number = self[subject] = self._number((self._tests, self._targets, looks)) << SUBJECT.shift
        return number
