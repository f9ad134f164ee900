"""What each action does to a moment. One function an action; `ACTS` is the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from simulator.engine.moment import Moment, Retag
from simulator.engine.packing import ALL_TAGS, OPEN, SPAM, TRASHED, Operation, Packing, at_priority, flagged
from simulator.engine.state import SimulatedReply, field_value, with_field
from simulator.engine.truth import same
from simulator.facts.directory import Directory
from simulator.facts.render import render
from simulator.facts.values import Value
from simulator.outcome import FieldState, Sent
from simulator.rules.model import Action, FieldValue, MessageTemplate
from simulator.rules.templates import Part, parse_template


class Written(NamedTuple):
    """Where an action stands: what the trail says of it."""

    rule: str
    branch: str
    action: str


class Desk(NamedTuple):
    """What actions are compiled with."""

    packing: Packing
    directory: Directory


Act = Callable[[Moment], None]
"""Does one action to a moment."""


def _changed(moment: Moment, at: Written, field: str, before: FieldState, after: FieldState) -> None:
    moment.record(*at, field, before, after)
    moment.changed = True
    moment.changers.append(at.rule)


def _tags(at: Written, keep: int, put: int) -> Act:
    def act(moment: Moment) -> None:
        before = moment.packed
        after = before & keep | put
        if before != after:
            moment.packed = after
            moment.effects.append(Retag(moment.trigger, moment.depth, *at, after & ~before, before & ~after))
            moment.changed = True
            moment.changers.append(at.rule)

    return act


def _add_tags(action: Action, at: Written, desk: Desk) -> Act:
    return _tags(at, -1, desk.packing.tags(_names(action)))


def _remove_tags(action: Action, at: Written, desk: Desk) -> Act:
    return _tags(at, ~desk.packing.tags(_names(action)), 0)


def _set_tags(action: Action, at: Written, desk: Desk) -> Act:
    return _tags(at, ~ALL_TAGS, desk.packing.tags(_names(action)))


def _names(action: Action) -> tuple[str, ...]:
    assert isinstance(action.argument, tuple)
    return action.argument


def _put(at: Written, field: str, operation: Operation, wanted: FieldState) -> Act:
    """The packed field takes one value."""
    keep, put = operation

    def act(moment: Moment) -> None:
        before = moment.packed
        after = before & keep | put
        if before != after:
            moment.packed = after
            _changed(moment, at, field, moment.packing.field(field, before), wanted)

    return act


def _set_priority(action: Action, at: Written, desk: Desk) -> Act:
    level = str(action.argument)
    return _put(at, "priority", at_priority(level), level)


def _set_status(action: Action, at: Written, desk: Desk) -> Act:
    status = str(action.argument)
    return _put(at, "status", Operation(-1, OPEN) if status == "open" else Operation(~OPEN, 0), status)


def _trash(action: Action, at: Written, desk: Desk) -> Act:
    return _put(at, "trashed", Operation(-1, TRASHED), True)


def _set_subject(action: Action, at: Written, desk: Desk) -> Act:
    wanted = str(action.argument)

    def act(moment: Moment) -> None:
        before = moment.subject
        if before != wanted:
            moment.subject = wanted
            _changed(moment, at, "subject", before, wanted)

    return act


def _unknown(at: Written, field: str, wanted: str, reason: str) -> Act:
    """The ticket is given to somebody who does not exist."""

    def act(moment: Moment) -> None:
        moment.refuse(*at, field, moment.packing.field(field, moment.packed), wanted, reason)

    return act


def _set_assignee(action: Action, at: Written, desk: Desk) -> Act:
    wanted = action.argument
    assert wanted is None or isinstance(wanted, (int, str))
    user = desk.directory.agent_id(wanted) if isinstance(wanted, str) else wanted
    if isinstance(wanted, str) and user is None:
        return _unknown(at, "assignee", wanted, "user-not-found")
    put = _put(at, "assignee", desk.packing.assigned(user), user)
    if user is None:
        return put

    def act(moment: Moment) -> None:
        before = moment.packed
        put(moment)
        moment.given_to_user = moment.given_to_user or moment.packed != before

    return act


def _set_team(action: Action, at: Written, desk: Desk) -> Act:
    wanted = action.argument
    assert wanted is None or isinstance(wanted, (int, str))
    team = desk.directory.team_id(wanted) if isinstance(wanted, str) else wanted
    if isinstance(wanted, str) and team is None:
        return _unknown(at, "team", wanted, "team-not-found")
    return _put(at, "team", desk.packing.team_assigned(team), team)


def _snooze(action: Action, at: Written, desk: Desk) -> Act:
    span = action.argument
    assert isinstance(span, int)

    def act(moment: Moment) -> None:
        before, after = moment.snooze, moment.now + span
        if not moment.packed & OPEN:
            moment.refuse(*at, "snooze", before, after, "no-snooze-closed-ticket")
        elif before != after:
            moment.snooze, moment.snoozed_by = after, at.rule
            _changed(moment, at, "snooze", before, after)

    return act


def _set_field(action: Action, at: Written, desk: Desk) -> Act:
    wanted = action.argument
    assert isinstance(wanted, FieldValue)

    def act(moment: Moment) -> None:
        fields = moment.packing.fields(moment.packed)
        before = field_value(fields, wanted.id)
        if not same(before, wanted.value):
            keep, put = moment.packing.with_fields(with_field(fields, wanted.id, wanted.value))
            moment.packed = moment.packed & keep | put
            _changed(moment, at, f"custom_fields.{wanted.id}", before, wanted.value)

    return act


def _set_customer_field(action: Action, at: Written, desk: Desk) -> Act:
    wanted = action.argument
    assert isinstance(wanted, FieldValue)

    def act(moment: Moment) -> None:
        before = moment.seen(f"ticket.customer.custom_fields.{wanted.id}").value
        if moment.ticket.customer_id is not None and not same(before, wanted.value):
            moment.customer_fields = with_field(moment.customer_fields, wanted.id, wanted.value)
            moment.record(*at, f"customer.custom_fields.{wanted.id}", before, wanted.value)

    return act


def _flag(action: Action, at: Written, desk: Desk) -> Act:
    name, bit = action.kind, flagged(action.kind)

    def act(moment: Moment) -> None:
        if not moment.packed & bit:
            moment.packed |= bit
            moment.record(*at, name, False, True)

    return act


def _reply(action: Action, at: Written, desk: Desk) -> Act:
    parts = _body(action)

    def act(moment: Moment) -> None:
        text = _render(moment, parts)
        if moment.packed & SPAM:
            moment.refuse(*at, "replies", None, text, "spam-ticket")
        elif not moment.may_reply():
            moment.refuse(*at, "replies", None, text, "recent-auto-reply")
        else:
            moment.customer_replied_at = moment.now
            receiver = moment.facts.seen("ticket.customer.email", moment.row, moment.now).value
            moment.replies.append(
                SimulatedReply(moment.now, text, moment.subject, _text(receiver), moment.ticket.channel, at.rule)
            )
            moment.sent.append(Sent(at.action, moment.now, text, at.rule))
            moment.record(*at, "replies", None, text)

    return act


def _note(action: Action, at: Written, desk: Desk) -> Act:
    parts = _body(action)

    def act(moment: Moment) -> None:
        text = _render(moment, parts)
        moment.sent.append(Sent(at.action, moment.now, text, at.rule))
        moment.record(*at, "replies", None, text)

    return act


def _email(action: Action, at: Written, desk: Desk) -> Act:
    template = action.argument
    assert isinstance(template, MessageTemplate)
    body, subject = _body(action), parse_template(template.subject or "")

    def act(moment: Moment) -> None:
        text, title = _render(moment, body), _render(moment, subject)
        moment.sent.append(Sent(at.action, moment.now, text, at.rule, template.written_to, title))
        moment.record(*at, "replies", None, text)

    return act


def left_out(rule: str, what: str) -> Act:
    """Counts an action of a macro that cannot be simulated."""

    def act(moment: Moment) -> None:
        moment.not_simulated.append((rule, what))

    return act


def _text(value: Value | None) -> str | None:
    return value if isinstance(value, str) else None


def _body(action: Action) -> Sequence[Part]:
    assert isinstance(action.argument, MessageTemplate)
    return parse_template(action.argument.text)


def _render(moment: Moment, parts: Sequence[Part]) -> str:
    return render(parts, lambda path: moment.seen(path).value)


ACTS: dict[str, Callable[[Action, Written, Desk], Act]] = {
    "addTags": _add_tags,
    "removeTags": _remove_tags,
    "setTags": _set_tags,
    "setPriority": _set_priority,
    "setStatus": _set_status,
    "setSubject": _set_subject,
    "setAssignee": _set_assignee,
    "setTeamAssignee": _set_team,
    "snoozeTicket": _snooze,
    "setCustomFieldValue": _set_field,
    "setCustomerCustomFieldValue": _set_customer_field,
    "replyToTicket": _reply,
    "addInternalNote": _note,
    "sendEmail": _email,
    "trashTicket": _trash,
    "excludeFromAutoMerge": _flag,
    "excludeFromCSAT": _flag,
    "facebookHideComment": _flag,
    "facebookLikeComment": _flag,
}
"""Every action but applyMacro, which runs the macro's own actions."""
