"""The actions of Gorgias rules and macros -> Action: one table of names, each with the reading of its arguments."""

from __future__ import annotations

from collections.abc import Callable

from simulator.diagnostics import nearest
from simulator.rules.gorgias.conditions import duration, one_of, whole
from simulator.rules.gorgias.findings import Finding, Findings, UnsupportedError
from simulator.rules.gorgias.tree import Call, Expression, Listing, Literal, Mapping, Place, Unknown, quoted
from simulator.rules.model import PRIORITIES, STATUSES, Action, FieldValue, MessageTemplate

MAX_RECIPIENTS = 15

Argument = tuple[str, ...] | str | int | None | FieldValue | MessageTemplate


class Arguments:
    """The `{key: value}` of one action. Remembers what was asked for, so that the rest can be named."""

    def __init__(self, entries: Mapping, place: Place, findings: Findings) -> None:
        self._entries = dict(entries.entries)
        self._asked: set[str] = set()
        self.place = place
        self.findings = findings

    def get(self, key: str) -> Expression | None:
        """The value of a key; None where the key is missing."""
        self._asked.add(key)
        value = self._entries.get(key)
        if isinstance(value, Unknown):
            raise UnsupportedError(value.what, value.place)
        return value

    def need(self, key: str) -> Expression:
        """The value of a key that must be there."""
        value = self.get(key)
        if value is None:
            raise UnsupportedError(f"no {key} given", self.place)
        return value

    def literal(self, key: str) -> Literal:
        """The literal of a key that must be there."""
        value = self.need(key)
        if not isinstance(value, Literal):
            raise UnsupportedError(f"{key} that is not a plain value", value.place)
        return value

    def text(self, key: str) -> str | None:
        """The text of a key; None where it is missing, null or blank."""
        value = self.get(key)
        if value is None or (isinstance(value, Literal) and value.value is None):
            return None
        if not isinstance(value, Literal) or not isinstance(value.value, str):
            raise UnsupportedError(f"{key} that is not a text", value.place)
        return value.value if value.value.strip() else None

    def rest(self) -> list[str]:
        """Keys with something in them that nobody asked for, sorted."""
        return sorted(key for key, value in self._entries.items() if key not in self._asked and not _nothing(value))


def _nothing(value: Expression) -> bool:
    match value:
        case Literal(held):
            return held is None or held == "" or held is False
        case Listing(items):
            return not items
        case Mapping(entries):
            return not entries
    return False


def action_of(call: Call, findings: Findings) -> Action:
    """The action of an `Action('name', {...})` call. Raises UnsupportedError."""
    if call.name != "Action":
        raise UnsupportedError(f"{quoted(call.name)} where an Action should stand", call.place)
    name = call.arguments[0] if call.arguments else None
    if not isinstance(name, Literal) or not isinstance(name.value, str) or len(call.arguments) > 2:
        raise UnsupportedError("an Action without a plain name", call.place)
    arguments = call.arguments[1] if len(call.arguments) == 2 else Mapping(())
    return named_action(name.value, arguments, call.place, findings)


def named_action(name: str, arguments: Expression, place: Place, findings: Findings) -> Action:
    """The action of that name; `arguments` is a Mapping, or null for none. Raises UnsupportedError."""
    reading = ACTIONS.get(name)
    if reading is None:
        near = nearest(name[:80], ACTIONS)
        hint = f", the nearest known is {quoted(near)}" if near else ""
        raise UnsupportedError(f"action {quoted(name)} cannot be simulated{hint}", place)
    if isinstance(arguments, Literal) and arguments.value is None:
        arguments = Mapping(())
    if not isinstance(arguments, Mapping):
        what = arguments.what if isinstance(arguments, Unknown) else "arguments that are not an object"
        raise UnsupportedError(f"{what} in {name}", arguments.place)
    given = Arguments(arguments, place, findings)
    try:
        argument = reading(given)
    except UnsupportedError as error:
        raise UnsupportedError(f"{name}: {error.finding.reason}", error.finding.place) from None
    for key in given.rest():
        findings.notes.append(("G005", Finding(f"{name}: {quoted(key)} is left out", place)))
    return Action("replyToTicket" if name == "setResponseText" else name, argument)


def _tags(given: Arguments) -> tuple[str, ...]:
    """Tags joined by commas, or a list of texts or `{name}`: trimmed, each once, none empty (with a note)."""
    value = given.need("tags")
    names = tuple(dict.fromkeys(name.strip() for name in _tag_names(value)))
    if "" in names and len(names) > 1:
        given.findings.notes.append(("G005", Finding("an empty tag is left out", value.place)))
    return tuple(name for name in names if name)


def _tag_names(value: Expression) -> list[str]:
    if isinstance(value, Literal) and (isinstance(value.value, str) or value.value is None):
        return (value.value or "").split(",")
    if not isinstance(value, Listing):
        raise UnsupportedError("tags that are not a text or a list", value.place)
    names: list[str] = []
    for item in value.items:
        name = dict(item.entries).get("name") if isinstance(item, Mapping) else item
        if not isinstance(name, Literal) or not isinstance(name.value, str) or "," in name.value:
            raise UnsupportedError("a tag that is not a plain name", item.place)
        names.append(name.value)
    return names


def _some_tags(given: Arguments) -> tuple[str, ...]:
    tags = _tags(given)
    if not tags:
        raise UnsupportedError("no tag given", given.place)
    return tags


def _subject(given: Arguments) -> str:
    subject = given.text("subject")
    if subject is None:
        raise UnsupportedError("no subject given", given.place)
    return subject


def _id(given: Arguments, key: str) -> int | None:
    """An id, or that of `{id: ...}`; null gives None."""
    value = given.need(key)
    if isinstance(value, Mapping):
        value = dict(value.entries).get("id", value)
    if not isinstance(value, Literal):
        raise UnsupportedError(f"{key} that is not an id", value.place)
    return None if value.value is None else whole(value)


def _assignee(given: Arguments) -> int | str | None:
    value = given.need("assignee_user")
    if isinstance(value, Literal) and isinstance(value.value, str) and "@" in value.value and "{{" not in value.value:
        return value.value.strip()
    return _id(given, "assignee_user")


def _field_value(given: Arguments) -> FieldValue:
    id = given.literal("custom_field_id")
    return FieldValue(str(whole(id)), given.literal("value").value)


def _message(given: Arguments) -> MessageTemplate:
    message = MessageTemplate(given.text("body_text"), given.text("body_html"))
    if not message.text:
        raise UnsupportedError("no text given", given.place)
    return message


def _email(given: Arguments) -> MessageTemplate:
    to, cc, bcc = (_addresses(given, key) for key in ("to", "cc", "bcc"))
    if not to:
        raise UnsupportedError("no recipient given", given.place)
    if len(to + cc + bcc) > MAX_RECIPIENTS:
        raise UnsupportedError(f"more than {MAX_RECIPIENTS} recipients", given.place)
    message = _message(given)
    one = len(to) == 1 and not isinstance(given.get("to"), Listing)
    return MessageTemplate(message.body_text, message.body_html, to, cc, bcc, given.text("subject"), one)


def _addresses(given: Arguments, key: str) -> tuple[str, ...]:
    """Addresses joined by commas, or a list of texts."""
    value = given.get(key)
    if isinstance(value, Listing):
        items = [item.value if isinstance(item, Literal) else None for item in value.items]
        if not all(isinstance(item, str) for item in items):
            raise UnsupportedError(f"{key} that is not a list of addresses", value.place)
        written = [str(item) for item in items]
    else:
        written = (given.text(key) or "").split(",")
    return tuple(dict.fromkeys(address.strip() for address in written if address.strip()))


def _snooze(given: Arguments) -> int:
    span = duration(given.literal("snooze_timedelta"))
    if not span:
        raise UnsupportedError("a snooze of no length", given.place)
    return span


def _macro(given: Arguments) -> int:
    macro = _id(given, "macro")
    if macro is None:
        raise UnsupportedError("no macro given", given.place)
    return macro


def _bare(given: Arguments) -> bool:
    return True


ACTIONS: dict[str, Callable[[Arguments], Argument]] = {
    "addTags": _some_tags,
    "removeTags": _some_tags,
    "setTags": _tags,
    "setPriority": lambda given: one_of(given.literal("priority"), PRIORITIES),
    "setStatus": lambda given: one_of(given.literal("status"), STATUSES),
    "setSubject": _subject,
    "setAssignee": _assignee,
    "setTeamAssignee": lambda given: _id(given, "assignee_team"),
    "snoozeTicket": _snooze,
    "setCustomFieldValue": _field_value,
    "setCustomerCustomFieldValue": _field_value,
    "replyToTicket": _message,
    "setResponseText": _message,
    "addInternalNote": _message,
    "sendEmail": _email,
    "applyMacro": _macro,
    "trashTicket": _bare,
    "excludeFromAutoMerge": _bare,
    "excludeFromCSAT": _bare,
    "facebookHideComment": _bare,
    "facebookLikeComment": _bare,
}
"""Names of Gorgias' actions and how their arguments are read."""
