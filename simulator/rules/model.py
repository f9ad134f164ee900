"""RULESET: a rule set as parsed. Frozen values; lists are expanded, aliases resolved, types checked by the loader.

Two rule sets that mean the same are equal here whatever their layout: places do not take part in comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from simulator.diagnostics import Location
from simulator.hours import BusinessHours
from simulator.instants import MINUTE


class Trigger(StrEnum):
    """What makes a rule run, in Gorgias' names. The order is that of the documentation, not of phases."""

    TICKET_CREATED = "ticket-created"
    TICKET_UPDATED = "ticket-updated"
    MESSAGE_CREATED = "ticket-message-created"
    TICKET_ASSIGNED = "ticket-assigned"
    SELF_UNSNOOZED = "ticket-self-unsnoozed"
    SURVEY_RESPONDED = "satisfaction-survey-responded"


PRIORITIES: tuple[str, ...] = ("low", "normal", "high", "critical")
"""Priority levels, lowest first: gt, gte, lt, lte compare by this order."""

STATUSES: tuple[str, ...] = ("open", "closed")
"""What a ticket's status can be."""

Scalar = str | int | bool | Decimal
"""An operand or stored value of one piece. Instants and durations are ints (microseconds) once loaded."""

Operand = Scalar | tuple[str, ...]
"""What a test compares with: a scalar, or the words of a list (in the order written, duplicates removed)."""


@dataclass(frozen=True, slots=True)
class Test:
    """One condition: `operator` on the field of canonical path `path`.

    operand, by operator: eq/neq: text, Decimal (number, money), int (id), instant (datetime), bool;
    gt/gte/lt/lte: Decimal, instant, or priority level as text; timedeltas: int microseconds;
    contains*/startsWith/endsWith: tuple of words as written; isEmpty/isNotEmpty/hours: True.
    On a field of type `any`, `reads` says how the stored value is to be read. `missing` and `exact` are choices that
    the helpdesk leaves open (see `assume.py`): whether a missing value satisfies neq, notContainsAny and
    notContainsAll; whether the case of words counts.
    """

    path: str
    operator: str
    operand: Operand
    reads: str = ""  # only for fields of type any: "number", "text", "bool", "datetime", "words"
    in_zone: bool = field(default=False, compare=False)  # an instant that was written without an offset
    location: Location | None = field(default=None, compare=False)
    missing: bool = True
    exact: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is; empty is true."""

    parts: tuple[Condition, ...]
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Any:
    """True when at least one part is; empty is false."""

    parts: tuple[Condition, ...]
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """True when the part is not."""

    part: Condition
    location: Location | None = field(default=None, compare=False)


Condition = Test | All | Any | Not
ALWAYS = All(())


@dataclass(frozen=True, slots=True)
class Action:
    """One action of the table in `actions.py`. `argument` by kind:

    addTags, removeTags, setTags: tuple of names; setPriority, setStatus, setSubject: text;
    setAssignee: int id, text e-mail, or None; setTeamAssignee: int id, text name, or None;
    snoozeTicket: int microseconds; setCustomFieldValue, setCustomerCustomFieldValue: FieldValue;
    replyToTicket, addInternalNote, sendEmail: Outgoing; applyMacro: int id or text name;
    trashTicket, excludeFromAutoMerge, excludeFromCSAT, facebookHideComment, facebookLikeComment: True.
    """

    kind: str
    argument: tuple[str, ...] | str | int | FieldValue | MessageTemplate | None
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The id of a custom field and the value to give it; None empties it."""

    id: str
    value: Scalar | None


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """What a reply, note or e-mail says, `{{paths}}` not yet filled in. `to`, `cc`, `bcc`, `subject`: of e-mails."""

    body_text: str | None
    body_html: str | None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str | None = None
    to_one: bool = field(default=False, compare=False)  # `to` was written as one address, not as a list

    @property
    def written_to(self) -> str | tuple[str, ...]:
        """`to` as it was written: one address, or a list."""
        return self.to[0] if self.to_one else self.to

    @property
    def text(self) -> str:
        """The text that is sent: body_text, else body_html as it stands, else nothing."""
        return self.body_text or self.body_html or ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A nested {if, then, else} in a list of actions: it sees the state as it is by then."""

    condition: Condition
    then: tuple[Step, ...]
    otherwise: tuple[Step, ...]
    location: Location | None = field(default=None, compare=False)


Step = Action | Branch


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `id` is its identity through renames and moves; higher `priority` runs first, then name, then id.

    `ties`: a key of TIES, the same for all rules of a run.
    """

    id: str
    name: str
    on: tuple[Trigger, ...]
    priority: int
    enabled: bool
    condition: Condition
    then: tuple[Step, ...]
    otherwise: tuple[Step, ...]
    location: Location | None = field(default=None, compare=False)
    ties: str = field(default="name", compare=False)


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: a condition on state and facts."""

    id: str
    name: str
    condition: Condition
    location: Location | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A rule set. `rules` are in the order they run: priority descending, name, id (by code point).

    `not_simulated`: rules that stand in a live rule set and cannot be replayed (managed, unknown code), by name
    with the reason; always empty for YAML. `throttle`: microseconds from a reply to the next to the same customer.
    """

    name: str
    rules: tuple[Rule, ...]
    hours: BusinessHours
    views: tuple[View, ...] = ()
    not_simulated: tuple[tuple[str, str], ...] = ()
    throttle: int = 5 * MINUTE


def in_running_order(rules: tuple[Rule, ...] | list[Rule]) -> tuple[Rule, ...]:
    """Priority descending, then name, then id, both by code point (or as `ties` says)."""
    return tuple(sorted(rules, key=lambda rule: (-rule.priority, *TIES[rule.ties](rule))))


def _backwards(text: str) -> tuple[int, ...]:
    """A key that sorts texts from last to first."""
    return (*(-ord(character) for character in text), 1)


TIES: dict[str, Callable[[Rule], tuple[object, ...]]] = {
    "name": lambda rule: (rule.name, rule.id),
    "name-descending": lambda rule: (_backwards(rule.name), _backwards(rule.id)),
}
"""How rules of the same priority are put in order."""
