"""What each action does to a moment. One function an action; `ACTS` is the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from simulator.engine.moment import Moment
from simulator.engine.state import SimulatedReply, field_value, with_field
from simulator.engine.truth import same
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


Act = Callable[[Moment], None]
"""Does one action to a moment."""


def _changed(moment: Moment, at: Written, field: str, before: FieldState, after: FieldState) -> None:
    moment.record(*at, field, before, after)
    moment.changed = True
    moment.changers.append(at.rule)


def _tags(at: Written, wanted: Callable[[frozenset[str]], frozenset[str]]) -> Act:
    def act(moment: Moment) -> None:
        before, after = moment.tags, wanted(moment.tags)
        if before != after:
            moment.tags = after
            _changed(moment, at, "tags", tuple(sorted(before)), tuple(sorted(after)))

    return act


def _add_tags(action: Action, at: Written) -> Act:
    names = _names(action)
    return _tags(at, lambda tags: tags | names)


def _remove_tags(action: Action, at: Written) -> Act:
    names = _names(action)
    return _tags(at, lambda tags: tags - names)


def _set_tags(action: Action, at: Written) -> Act:
    names = _names(action)
    return _tags(at, lambda tags: names)


def _names(action: Action) -> frozenset[str]:
    assert isinstance(action.argument, tuple)
    return frozenset(action.argument)


def _set(field: str) -> Callable[[Action, Written], Act]:
    """setPriority, setStatus, setSubject: the field of this name takes the action's text."""

    def compiled(action: Action, at: Written) -> Act:
        wanted = str(action.argument)

        def act(moment: Moment) -> None:
            before = getattr(moment, field)
            if before != wanted:
                setattr(moment, field, wanted)
                _changed(moment, at, field, before, wanted)

        return act

    return compiled


def _set_assignee(action: Action, at: Written) -> Act:
    wanted = action.argument
    assert wanted is None or isinstance(wanted, (int, str))

    def act(moment: Moment) -> None:
        before = moment.assignee
        after = moment.directory.agent_id(wanted) if isinstance(wanted, str) else wanted
        if isinstance(wanted, str) and after is None:
            moment.refuse(*at, "assignee", before, wanted, "user-not-found")
        elif before != after:
            moment.assignee = after
            moment.given_to_user = moment.given_to_user or after is not None
            _changed(moment, at, "assignee", before, after)

    return act


def _set_team(action: Action, at: Written) -> Act:
    wanted = action.argument
    assert wanted is None or isinstance(wanted, (int, str))

    def act(moment: Moment) -> None:
        before = moment.team
        after = moment.directory.team_id(wanted) if isinstance(wanted, str) else wanted
        if isinstance(wanted, str) and after is None:
            moment.refuse(*at, "team", before, wanted, "team-not-found")
        elif before != after:
            moment.team = after
            _changed(moment, at, "team", before, after)

    return act


def _snooze(action: Action, at: Written) -> Act:
    span = action.argument
    assert isinstance(span, int)

    def act(moment: Moment) -> None:
        before, after = moment.snooze, moment.now + span
        if moment.status != "open":
            moment.refuse(*at, "snooze", before, after, "no-snooze-closed-ticket")
        elif before != after:
            moment.snooze, moment.snoozed_by = after, at.rule
            _changed(moment, at, "snooze", before, after)

    return act


def _set_field(action: Action, at: Written) -> Act:
    wanted = action.argument
    assert isinstance(wanted, FieldValue)

    def act(moment: Moment) -> None:
        before = field_value(moment.fields, wanted.id)
        if not same(before, wanted.value):
            moment.fields = with_field(moment.fields, wanted.id, wanted.value)
            _changed(moment, at, f"custom_fields.{wanted.id}", before, wanted.value)

    return act


def _set_customer_field(action: Action, at: Written) -> Act:
    wanted = action.argument
    assert isinstance(wanted, FieldValue)

    def act(moment: Moment) -> None:
        before = moment.seen(f"ticket.customer.custom_fields.{wanted.id}").value
        if moment.ticket.customer_id is not None and not same(before, wanted.value):
            moment.customer_fields = with_field(moment.customer_fields, wanted.id, wanted.value)
            moment.record(*at, f"customer.custom_fields.{wanted.id}", before, wanted.value)

    return act


def _trash(action: Action, at: Written) -> Act:
    def act(moment: Moment) -> None:
        if not moment.trashed:
            moment.trashed = True
            _changed(moment, at, "trashed", False, True)

    return act


def _flag(action: Action, at: Written) -> Act:
    name = action.kind

    def act(moment: Moment) -> None:
        if name not in moment.flags:
            moment.flags = moment.flags | {name}
            moment.record(*at, name, False, True)

    return act


def _reply(action: Action, at: Written) -> Act:
    parts = _body(action)

    def act(moment: Moment) -> None:
        text = _render(moment, parts)
        if moment.spam:
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


def _note(action: Action, at: Written) -> Act:
    parts = _body(action)

    def act(moment: Moment) -> None:
        text = _render(moment, parts)
        moment.sent.append(Sent(at.action, moment.now, text, at.rule))
        moment.record(*at, "replies", None, text)

    return act


def _email(action: Action, at: Written) -> Act:
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


ACTS: dict[str, Callable[[Action, Written], Act]] = {
    "addTags": _add_tags,
    "removeTags": _remove_tags,
    "setTags": _set_tags,
    "setPriority": _set("priority"),
    "setStatus": _set("status"),
    "setSubject": _set("subject"),
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
