"""A moment: one ticket in one event, while rules run on it. What conditions read and actions change."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from simulator.engine.packing import SPAM, Packing
from simulator.engine.state import Shared, SimulatedReply, field_value
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.facts.history import Start
from simulator.facts.values import MISSING, Provenance, Seen, Value
from simulator.outcome import FieldState, Sent

CUSTOMER_FIELD = "ticket.customer.custom_fields."
TICKET_FIELD = "ticket.custom_fields."
LAST_MESSAGE = "ticket.last_message_datetime"


class Effect(NamedTuple):
    """A change or a refusal (`reason` not empty), relative to its event: ticket, event and instant are joined later."""

    trigger: str
    depth: int
    rule: str
    branch: str
    action: str
    field: str
    before: FieldState
    after: FieldState
    reason: str


class Hit(NamedTuple):
    """A rule whose condition was true in a phase run."""

    trigger: str
    depth: int
    rule: str
    today: bool
    missing: bool
    columns: int  # the number of the columns whose flags come to these at the event's row; -1: they are in


class Retag(NamedTuple):
    """A change of tags, whatever others the ticket carries: bits that came and bits that went."""

    trigger: str
    depth: int
    rule: str
    branch: str
    action: str
    added: int
    removed: int


class Unpacked(NamedTuple):
    """What belongs to a ticket's state and is not packed."""

    subject: str | None
    snooze: int | None = None
    snoozed_by: str | None = None  # the rule whose snooze stands, which ends by itself
    reply: SimulatedReply | None = None  # the last message, where that is a simulated reply
    replied_at: int | None = None  # of the last simulated reply, whether or not a message came after it


class Moment:
    """The working copy of a state during one event. Only actions (`acts.py`) and the step change it."""

    __slots__ = (
        "changed", "changers", "customer_fields", "customer_replied_at", "depth", "directory", "effects", "facts",
        "given_to_user", "hits", "not_simulated", "now", "packed", "packing", "phases", "plain", "replied_at",
        "replies", "reply", "row", "sent", "snooze", "snoozed_by", "subject", "throttle", "ticket", "trigger",
    )  # fmt: skip

    def __init__(
        self,
        facts: Facts,
        directory: Directory,
        packing: Packing,
        ticket: Start,
        row: int,
        now: int,
        packed: int,
        rest: Unpacked,
        shared: Shared,
        plain: bool,
        throttle: int = 0,
    ) -> None:
        self.facts, self.directory, self.packing = facts, directory, packing
        self.ticket, self.row, self.now, self.throttle = ticket, row, now, throttle
        self.packed = packed
        self.subject, self.snooze, self.snoozed_by, self.reply, self.replied_at = rest
        self.customer_fields, self.customer_replied_at = shared
        self.trigger, self.depth = "", 0
        self.changed = False  # some action of this phase run changed ticket state
        self.changers: list[str] = []  # the rules whose changes no run of ticket-updated has seen yet
        self.given_to_user = False
        self.effects: list[Effect | Retag] = []
        self.hits: list[Hit] = []
        self.sent: list[Sent] = []
        self.replies: list[SimulatedReply] = []
        self.phases: list[str] = []
        self.not_simulated: list[tuple[str, str]] = []
        self.plain = plain  # columns give what it sees at its row: no simulated reply, nothing that rules moved

    def unpacked(self) -> Unpacked:
        """What is not packed of the state, as it stands."""
        return Unpacked(self.subject, self.snooze, self.snoozed_by, self.reply, self.replied_at)

    def shared(self) -> Shared:
        """What the customer's other tickets will see."""
        return Shared(self.customer_fields, self.customer_replied_at)

    def record(self, rule: str, branch: str, action: str, field: str, before: FieldState, after: FieldState) -> None:
        """Write an effect down."""
        self.effects.append(Effect(self.trigger, self.depth, rule, branch, action, field, before, after, ""))

    def refuse(
        self, rule: str, branch: str, action: str, field: str, before: FieldState, after: FieldState, reason: str
    ) -> None:
        """Write down an action that was not done, with the reason."""
        self.effects.append(Effect(self.trigger, self.depth, rule, branch, action, field, before, after, reason))

    def may_reply(self) -> bool:
        """Whether the throttle lets a reply to this customer through now."""
        return may_reply(self.customer_replied_at, self.now, self.throttle)

    def seen(self, path: str) -> Seen:
        """Any field as a rule sees it at this moment."""
        if path == "ticket.spam" and self.ticket.spam_today:
            return Seen(self.packed & SPAM != 0, Provenance.TODAY)
        read = STATE.get(path)
        if read is not None:
            return _known(read(self))
        if path.startswith(TICKET_FIELD):
            return _known(field_value(self.packing.fields(self.packed), path[len(TICKET_FIELD) :]))
        if path.startswith(CUSTOMER_FIELD):
            name = path[len(CUSTOMER_FIELD) :]
            if any(key == name for key, _ in self.customer_fields):
                return _known(field_value(self.customer_fields, name))
        if path == "event.type":
            return _known(self.trigger)
        if path == LAST_MESSAGE:
            return last_message(self.facts, self.row, self.now, self.replied_at)
        if self.reply is not None and path.startswith("message."):
            return _known(self.reply.field(path))
        return self.facts.seen(path, self.row, self.now)


def may_reply(replied_at: int | None, now: int, throttle: int) -> bool:
    """Whether a reply is let through now, when the last one to the customer went out at `replied_at`.

    At most one in `throttle` microseconds; allowed again at exactly their end.
    """
    return replied_at is None or now - replied_at >= throttle


def last_message(facts: Facts, row: int, now: int, replied_at: int | None) -> Seen:
    """The later of the last outside message and the last simulated reply."""
    outside = facts.seen(LAST_MESSAGE, row, now)
    if replied_at is None or (isinstance(outside.value, int) and outside.value > replied_at):
        return outside
    return _known(replied_at)


def _known(value: Value | None) -> Seen:
    return MISSING if value is None else Seen(value, Provenance.AS_OF)


def _assignee_email(moment: Moment) -> Value | None:
    assignee = moment.packing.assignee(moment.packed)
    return None if assignee is None else moment.directory.agent_email(assignee)


STATE: dict[str, Callable[[Moment], Value | None]] = {
    "ticket.tags.name": lambda moment: moment.packing.names(moment.packed),
    "ticket.priority": lambda moment: moment.packing.priority(moment.packed),
    "ticket.status": lambda moment: moment.packing.status(moment.packed),
    "ticket.assignee_user_id": lambda moment: moment.packing.assignee(moment.packed),
    "ticket.assignee_user.email": _assignee_email,
    "ticket.assignee_team_id": lambda moment: moment.packing.team(moment.packed),
    "ticket.subject": lambda moment: moment.subject,
    "ticket.spam": lambda moment: moment.packed & SPAM != 0,
    "ticket.snooze_datetime": lambda moment: moment.snooze,
}
"""How each state field is read."""


def is_state(path: str) -> bool:
    """Whether a path is read from the moment itself, not from a column: state, and what simulated replies move."""
    return is_packed(path) or path == LAST_MESSAGE or path.startswith(CUSTOMER_FIELD)


def is_packed(path: str) -> bool:
    """Whether a path is read from the ticket's own state."""
    return path in STATE or path.startswith(TICKET_FIELD)
