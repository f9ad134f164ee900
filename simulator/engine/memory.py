"""Memory: what a step did is done again wherever the rules would see the same thing, without asking them again.

Real histories repeat themselves. What the rules decide in an event depends on the event's fact bits and on what
their conditions, and the question "does this action change anything?", can tell apart in the state: that is the key.
What is remembered is not the effects but the script (which rules matched and which actions ran, in order); it is
played on the full state, so whole tag lists, instants and texts are those of the moment.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from simulator.engine.moment import CUSTOMER_FIELD, LAST_MESSAGE, TICKET_FIELD, Moment, last_message, may_reply
from simulator.engine.state import Shared, State, field_value
from simulator.engine.truth import TIMED, holds
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.facts.values import Value
from simulator.hours import BusinessHours
from simulator.rules.model import Action, FieldValue, Test

CAPACITY = 300_000
"""Scripts remembered at most; when there are more, all are forgotten and the memory begins anew."""

_SNOOZE = "ticket.snooze_datetime"
_STANDING = frozenset({"isEmpty", "isNotEmpty"})


Line = Callable[[Moment], None]
"""A line of a script: an action, or the note that a rule matched or that a phase was reached."""


class Remembered(NamedTuple):
    """What a step did: its script (empty where no rule matched or acted), its phase runs, its loop if it had one."""

    script: tuple[Line, ...]
    phases: tuple[str, ...]
    loop: tuple[str, ...] | None


class Glance:
    """The part of a state that some rules can tell apart, as a key.

    `exact`: whether keys serve at all. Where a rule compares a snooze's end or a custom field's instant with now, a
    state looks different at every instant, and nothing is remembered.
    """

    def __init__(
        self,
        tests: Sequence[Test],
        actions: Sequence[Action],
        hours: BusinessHours,
        facts: Facts,
        directory: Directory,
    ) -> None:
        self._facts, self._hours, self._directory = facts, hours, directory
        self.exact = not any(_compares_with_now(test) for test in tests)
        self._tags = _TagClasses(tests, actions)
        self._assignee = _Classes(
            tests, "ticket.assignee_user_id", hours, _targets(actions, "setAssignee", directory.agent_id)
        )
        self._email = _Classes(tests, "ticket.assignee_user.email", hours, ())
        self._team = _Classes(
            tests, "ticket.assignee_team_id", hours, _targets(actions, "setTeamAssignee", directory.team_id)
        )
        self._subject = _Classes(tests, "ticket.subject", hours, _targets(actions, "setSubject", str))
        self._spans = tuple(dict.fromkeys(a.argument for a in actions if a.kind == "snoozeTicket"))
        self._fields = _ids(tests, actions, TICKET_FIELD, "setCustomFieldValue")
        self._customer_fields = _ids(tests, actions, CUSTOMER_FIELD, "setCustomerCustomFieldValue")
        self._last_message = tuple(test for test in tests if test.path == LAST_MESSAGE)
        self._replies = any(action.kind == "replyToTicket" for action in actions)

    def key(self, state: State, shared: Shared, row: int, now: int) -> Hashable:
        """What the rules can tell apart in this state, at this event row and instant."""
        return (
            self._tags[state.tags],
            state.priority,
            state.status,
            state.spam,
            state.trashed,
            self._assignee[state.assignee],
            self._email[self._directory.agent_email(state.assignee)] if self._email.tests else 0,
            self._team[state.team],
            self._subject[state.subject],
            None if state.snooze is None else tuple([state.snooze == now + span for span in self._spans]),  # type: ignore[operator]
            tuple([_typed(field_value(state.fields, id)) for id in self._fields]) if state.fields else (),
            self._customer(shared, row, now) if self._customer_fields else (),
            self._message(state, row, now) if self._last_message else (),
            not self._replies or may_reply(shared.replied_at, now),
        )

    def _customer(self, shared: Shared, row: int, now: int) -> tuple[Hashable, ...]:
        written = dict(shared.fields)
        return tuple(
            _typed(written[id] if id in written else self._facts.seen(CUSTOMER_FIELD + id, row, now).value)
            for id in self._customer_fields
        )

    def _message(self, state: State, row: int, now: int) -> tuple[bool, ...]:
        value = last_message(self._facts, row, now, state.replied_at).value
        return tuple(holds(test, value, now, self._hours) for test in self._last_message)


class _Classes(dict[Value | None, int]):
    """Value -> number of its class: values of one field that no test and no action can tell apart share a number."""

    def __init__(self, tests: Iterable[Test], path: str, hours: BusinessHours, targets: tuple[object, ...]) -> None:
        super().__init__()
        self.tests = tuple(test for test in tests if test.path == path)
        self._hours, self._targets = hours, targets
        self._known: dict[tuple[bool, ...], int] = {}

    def __missing__(self, value: Value | None) -> int:
        truths = [holds(test, value, 0, self._hours) for test in self.tests]
        looks = (*truths, *(value == target for target in self._targets))
        self[value] = number = self._known.setdefault(looks, len(self._known))
        return number


class _TagClasses(dict[frozenset[str], Hashable]):
    """Tags -> those that some rule names, and whether there are others, where a rule may take all away."""

    def __init__(self, tests: Iterable[Test], actions: Sequence[Action]) -> None:
        super().__init__()
        read = [test.operand for test in tests if test.path == "ticket.tags.name"]
        written = [action.argument for action in actions if action.kind in ("addTags", "removeTags", "setTags")]
        self._named = frozenset(name for words in (*read, *written) if isinstance(words, tuple) for name in words)
        self._wipes = any(action.kind == "setTags" for action in actions)
        self._counts = any(not isinstance(operand, tuple) for operand in read)  # isEmpty, isNotEmpty

    def __missing__(self, tags: frozenset[str]) -> Hashable:
        named = tags & self._named
        self[tags] = looks = (named, (self._wipes or self._counts) and len(named) < len(tags))
        return looks


def _compares_with_now(test: Test) -> bool:
    if test.path == _SNOOZE:
        return test.operator not in _STANDING
    return test.operator in TIMED and test.path.startswith((TICKET_FIELD, CUSTOMER_FIELD))


def _targets(actions: Iterable[Action], kind: str, resolve: Callable[[str], int | str | None]) -> tuple[object, ...]:
    """The values that the actions of a kind would set; a name that nobody has is refused, and tells nothing apart."""
    arguments = dict.fromkeys(action.argument for action in actions if action.kind == kind)
    return tuple(resolve(one) if isinstance(one, str) else one for one in arguments)


def _ids(tests: Iterable[Test], actions: Iterable[Action], family: str, kind: str) -> tuple[str, ...]:
    read = (test.path.removeprefix(family) for test in tests if test.path.startswith(family))
    arguments = (action.argument for action in actions if action.kind == kind)
    return tuple(dict.fromkeys((*read, *(one.id for one in arguments if isinstance(one, FieldValue)))))


def _typed(value: Value | None) -> Hashable:
    """A value that is not taken for an equal one of another type."""
    return type(value), value
