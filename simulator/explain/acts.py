"""The actions of rules on the state of a ticket, one function an action: what was done, or why it was refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from simulator.explain.moment import CUSTOMER_FIELD, Moment
from simulator.explain.state import Reply
from simulator.facts.render import render
from simulator.outcome import FieldState, Sent
from simulator.rules.model import Action, FieldValue, MessageTemplate
from simulator.rules.templates import parse_template

NO_TICKET_STATE = ("replies", "customer.custom_fields.", "exclude", "facebook")
"""How the fields begin whose changes run no phase again."""


class Deed(NamedTuple):
    """What an action did or would have done to one field; `reason` says why it was refused."""

    field: str
    before: FieldState
    after: FieldState
    reason: str | None = None
    sent: Sent | None = None
    reply: Reply | None = None

    @property
    def changed_ticket(self) -> bool:
        """Whether ticket state changed: replies, notes, e-mails, customer fields and flags are none."""
        return self.reason is None and not self.field.startswith(NO_TICKET_STATE)


def act(action: Action, rule: str, moment: Moment) -> Deed | None:
    """Run one action of a rule; None where it changes nothing. Macros are run by their own actions, not here."""
    return ACTIONS[action.kind](action, rule, moment)


def _tags(action: Action, rule: str, moment: Moment) -> Deed | None:
    named = set(_names(action))
    before = moment.ticket.tags
    if action.kind == "addTags":
        after = set(before) | named
    elif action.kind == "removeTags":
        after = set(before) - named
    else:
        after = named
    moment.ticket.tags = tuple(sorted(after))
    return _if_changed("tags", before, moment.ticket.tags)


def _priority(action: Action, rule: str, moment: Moment) -> Deed | None:
    before, moment.ticket.priority = moment.ticket.priority, str(action.argument)
    return _if_changed("priority", before, moment.ticket.priority)


def _status(action: Action, rule: str, moment: Moment) -> Deed | None:
    before, moment.ticket.status = moment.ticket.status, str(action.argument)
    return _if_changed("status", before, moment.ticket.status)


def _subject(action: Action, rule: str, moment: Moment) -> Deed | None:
    before, moment.ticket.subject = moment.ticket.subject, str(action.argument)
    return _if_changed("subject", before, moment.ticket.subject)


def _assignee(action: Action, rule: str, moment: Moment) -> Deed | None:
    """An id is taken as it is, null unassigns, an e-mail (any case) must be that of a user in the snapshot."""
    before, after = moment.ticket.assignee, action.argument
    if isinstance(after, str):
        user = moment.directory.agent_id(after)
        if user is None:
            return Deed("assignee", before, after, "user-not-found")
        after = user
    moment.ticket.assignee = _id(after)
    return _if_changed("assignee", before, moment.ticket.assignee)


def _team(action: Action, rule: str, moment: Moment) -> Deed | None:
    """An id is taken as it is, null takes the team away, a name must be exactly that of a team in the snapshot."""
    before, after = moment.ticket.team, action.argument
    if isinstance(after, str):
        team = moment.directory.team_id(after)
        if team is None:
            return Deed("team", before, after, "team-not-found")
        after = team
    moment.ticket.team = _id(after)
    return _if_changed("team", before, moment.ticket.team)


def _snooze(action: Action, rule: str, moment: Moment) -> Deed | None:
    """Until now and the time given; a closed ticket cannot be snoozed."""
    before, until = moment.ticket.snooze, moment.now + _micros(action)
    if moment.ticket.status == "closed":
        return Deed("snooze", before, until, "no-snooze-closed-ticket")
    if until == before:
        return None
    moment.ticket.snooze, moment.ticket.snoozed_by = until, rule
    return Deed("snooze", before, until)


def _trash(action: Action, rule: str, moment: Moment) -> Deed | None:
    before, moment.ticket.trashed = moment.ticket.trashed, True
    return _if_changed("trashed", before, True)


def _ticket_field(action: Action, rule: str, moment: Moment) -> Deed | None:
    given, fields = _field_value(action), moment.ticket.custom_fields
    before = fields.pop(given.id, None)
    if given.value is not None:
        fields[given.id] = before if same(before, given.value) else given.value
    return _if_changed(f"custom_fields.{given.id}", before, given.value)


def _customer_field(action: Action, rule: str, moment: Moment) -> Deed | None:
    """State of the customer, so a ticket without one has nothing to write to."""
    given = _field_value(action)
    before = moment.look(CUSTOMER_FIELD + given.id).value
    if moment.ticket.start.customer_id is None or same(before, given.value):
        return None
    moment.ticket.customer.written[given.id] = given.value
    return Deed(f"customer.custom_fields.{given.id}", before, given.value)


def _reply(action: Action, rule: str, moment: Moment) -> Deed | None:
    """Not to spam, which is tested first; not within the throttle (five minutes) of the last to the same customer."""
    ticket, text = moment.ticket, _render(_message(action).text, moment)
    if ticket.spam:
        return Deed("replies", None, text, "spam-ticket")
    last = ticket.customer.last_reply_at
    if last is not None and moment.now - last < moment.throttle:
        return Deed("replies", None, text, "recent-auto-reply")
    ticket.customer.last_reply_at = moment.now
    receiver = moment.look("ticket.customer.email").value
    reply = Reply(
        moment.now, rule, text, ticket.subject, ticket.start.channel, receiver if isinstance(receiver, str) else None
    )
    return Deed("replies", None, text, sent=Sent(action.kind, moment.now, text, rule), reply=reply)


def _note(action: Action, rule: str, moment: Moment) -> Deed | None:
    text = _render(_message(action).text, moment)
    return Deed("replies", None, text, sent=Sent(action.kind, moment.now, text, rule))


def _email(action: Action, rule: str, moment: Moment) -> Deed | None:
    message = _message(action)
    text = _render(message.text, moment)
    subject = None if message.subject is None else _render(message.subject, moment)
    return Deed("replies", None, text, sent=Sent(action.kind, moment.now, text, rule, message.written_to, subject))


def _flag(action: Action, rule: str, moment: Moment) -> Deed | None:
    before = action.kind in moment.ticket.flags
    moment.ticket.flags.add(action.kind)
    return _if_changed(action.kind, before, True)


def _if_changed(field: str, before: FieldState, after: FieldState) -> Deed | None:
    return None if same(before, after) else Deed(field, before, after)


def same(before: FieldState, after: FieldState) -> bool:
    """Whether two values of a field are the same value; `true` is not the number 1."""
    return isinstance(before, bool) == isinstance(after, bool) and before == after


def _render(template: str, moment: Moment) -> str:
    return render(parse_template(template), lambda path: moment.look(path).value)


def _names(action: Action) -> tuple[str, ...]:
    assert isinstance(action.argument, tuple)
    return action.argument


def _micros(action: Action) -> int:
    assert isinstance(action.argument, int)
    return action.argument


def _id(argument: object) -> int | None:
    assert argument is None or isinstance(argument, int)
    return argument


def _field_value(action: Action) -> FieldValue:
    assert isinstance(action.argument, FieldValue)
    return action.argument


def _message(action: Action) -> MessageTemplate:
    assert isinstance(action.argument, MessageTemplate)
    return action.argument


ACTIONS: dict[str, Callable[[Action, str, Moment], Deed | None]] = {
    "addTags": _tags,
    "removeTags": _tags,
    "setTags": _tags,
    "setPriority": _priority,
    "setStatus": _status,
    "setSubject": _subject,
    "setAssignee": _assignee,
    "setTeamAssignee": _team,
    "snoozeTicket": _snooze,
    "setCustomFieldValue": _ticket_field,
    "setCustomerCustomFieldValue": _customer_field,
    "replyToTicket": _reply,
    "addInternalNote": _note,
    "sendEmail": _email,
    "trashTicket": _trash,
    "excludeFromAutoMerge": _flag,
    "excludeFromCSAT": _flag,
    "facebookHideComment": _flag,
    "facebookLikeComment": _flag,
}
