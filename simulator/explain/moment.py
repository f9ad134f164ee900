"""What a rule sees at one moment: the state of its ticket, and the facts as of now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.explain.state import Reply, Ticket
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.facts.values import MISSING, Provenance, Seen, Value
from simulator.outcome import FieldScalar

TICKET_FIELD = "ticket.custom_fields."
CUSTOMER_FIELD = "ticket.customer.custom_fields."
MESSAGE = "message."


@dataclass(frozen=True, slots=True)
class Moment:
    """A phase on a ticket. `event` is the key that the trail names, `now` the instant of that event."""

    facts: Facts
    directory: Directory
    ticket: Ticket
    event: str
    now: int
    trigger: str
    depth: int
    throttle: int

    def look(self, path: str) -> Seen:
        """What stands at a canonical path; what is absent is missing, whatever the field."""
        if path == "event.type":
            return known(self.trigger)
        if path == "ticket.spam":
            return self._spam()
        if path in STATE:
            return known(STATE[path](self))
        if path.startswith(TICKET_FIELD):
            return known(self.ticket.custom_fields.get(path.removeprefix(TICKET_FIELD)))
        if path.startswith(CUSTOMER_FIELD):
            return self._customer_field(path)
        if path.startswith(MESSAGE) and self.ticket.reply is not None:
            return known(of_reply(self.ticket.reply, path))
        if path == "ticket.last_message_datetime":
            return self._last_message()
        return self._fact(path)

    def _fact(self, path: str) -> Seen:
        return self.facts.seen(path, self.ticket.row, self.now)

    def _spam(self) -> Seen:
        """As spam events tell; where there are none, the record's value, which is today's."""
        today = Provenance.TODAY if self.ticket.start.spam_today else Provenance.AS_OF
        return Seen(self.ticket.spam, today)

    def _customer_field(self, path: str) -> Seen:
        """What a rule wrote, from then on; until then what the export says, which is today's."""
        written = self.ticket.customer.written
        field = path.removeprefix(CUSTOMER_FIELD)
        return known(written[field]) if field in written else self._fact(path)

    def _last_message(self) -> Seen:
        """The later of the last outside message and the last simulated reply."""
        outside, reply = self._fact("ticket.last_message_datetime"), self.ticket.last_reply_at
        if reply is None or (isinstance(outside.value, int) and outside.value > reply):
            return outside
        return known(reply)


def known(value: Value | None) -> Seen:
    """A value that is known as of now; None is missing."""
    return MISSING if value is None else Seen(value, Provenance.AS_OF)


def of_reply(reply: Reply, path: str) -> FieldScalar | tuple[str, ...]:
    """A message field of a simulated reply: from an agent, public, via rule, without intents; the rest is missing."""
    values: dict[str, FieldScalar | tuple[str, ...]] = {
        "message.text": reply.text,
        "message.subject": reply.subject,
        "message.channel": reply.channel,
        "message.via": "rule",
        "message.from_agent": True,
        "message.public": True,
        "message.created_datetime": reply.at,
        "message.sent_datetime": reply.at,
        "message.receiver.email": reply.receiver,
        "message.intents.name": (),
        "message.sentiments.name": (),
    }
    return values.get(path)


STATE: dict[str, Callable[[Moment], Value | None]] = {
    "ticket.tags.name": lambda moment: moment.ticket.tags,
    "ticket.priority": lambda moment: moment.ticket.priority,
    "ticket.status": lambda moment: moment.ticket.status,
    "ticket.assignee_user_id": lambda moment: moment.ticket.assignee,
    "ticket.assignee_user.email": lambda moment: moment.directory.agent_email(moment.ticket.assignee),
    "ticket.assignee_team_id": lambda moment: moment.ticket.team,
    "ticket.subject": lambda moment: moment.ticket.subject,
    "ticket.snooze_datetime": lambda moment: moment.ticket.snooze,
}
