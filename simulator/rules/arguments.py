"""Reading what stands beside an action, one function an argument of the table in `actions.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from simulator.rules.actions import ActionKind, Argument
from simulator.rules.model import PRIORITIES, STATUSES, FieldValue, MessageTemplate
from simulator.rules.operands import duration_of, number_of, whole_of
from simulator.rules.page import Page, quoted
from simulator.rules.scope import Scope, known_entries, level_of, look, report_missing, text_of, words_of
from simulator.rules.templates import template_names, unknown_in
from simulator.rules.yaml_tree import Entries, Items, Kind, Node, Scalar, is_null, shape_of, truth

Value = tuple[str, ...] | str | int | bool | None | FieldValue | MessageTemplate

_T = TypeVar("_T")

MAX_RECIPIENTS = 15

_ONE_WORD = frozenset(
    (Argument.TEXT, Argument.USER, Argument.TEAM, Argument.DURATION, Argument.MACRO, Argument.PRIORITY, Argument.STATUS)
)


class UnreadError(Exception):
    """The argument cannot be used; the finding is on the page."""


def argument_of(node: Node, kind: ActionKind, scope: Scope) -> Value:
    """The argument of an action as `model.Action` holds it. Raises UnreadError after reporting what is wrong."""
    if kind.argument in _ONE_WORD and not isinstance(node, Scalar):
        scope.page.report("R035", f"{kind.name} takes {kind.argument}, not {shape_of(node)}", node)
        raise UnreadError
    return _READERS[kind.argument](node, kind.name, scope)


def _tags(node: Node, name: str, scope: Scope) -> Value:
    """One tag or more."""
    if is_null(node) or (isinstance(node, Items) and not node.items):
        scope.page.report("R029", f"{name} without a tag", node, "name a tag, or take the action away")
        raise UnreadError
    words = words_of(node, name, scope.page)
    if words is None:
        raise UnreadError
    look(words, scope.page)
    for word in words:
        if "," in word.text:
            scope.page.report(
                "R028",
                f"the tag {quoted(word.text)} has a comma, by which Gorgias joins tags",
                word,
                _two_tags(word.text),
            )
        scope.tag(word)
    return tuple(word.text for word in words)


def _two_tags(text: str) -> str:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return f"write a list: [{', '.join(parts[:5])}]"


def _tags_or_none(node: Node, name: str, scope: Scope) -> Value:
    """Any number of tags; only a list that is written out may be empty."""
    if isinstance(node, Items) and not node.items:
        return ()
    if is_null(node):
        scope.page.report("R029", f"{name} without a list", node, "to take all tags away write setTags: []")
        raise UnreadError
    return _tags(node, name, scope)


def _priority(node: Node, name: str, scope: Scope) -> Value:
    return _needed(level_of(node, "a priority", PRIORITIES, scope.page))


def _status(node: Node, name: str, scope: Scope) -> Value:
    return _needed(level_of(node, "a status", STATUSES, scope.page))


def _text(node: Node, name: str, scope: Scope) -> Value:
    return _needed(text_of(node, name, scope.page))


def _needed(value: _T | None) -> _T:
    if value is None:
        raise UnreadError
    return value


def _user(node: Node, name: str, scope: Scope) -> Value:
    value = _id_or_name(node, name, scope)
    if isinstance(value, str) and "@" not in value:
        scope.page.report(
            "R035",
            f"{name} takes {Argument.USER}, not {quoted(value)}",
            node,
            "an agent is named by id or e-mail address",
        )
        raise UnreadError
    return value


def _id_or_name(node: Node, name: str, scope: Scope) -> Value:
    """An id, a text, or None for null."""
    if is_null(node):
        return None
    return _macro(node, name, scope)


def _macro(node: Node, name: str, scope: Scope) -> Value:
    """An id or a name."""
    if isinstance(node, Scalar) and node.kind in (Kind.NUMBER, Kind.ODD):
        return _needed(whole_of(node, name, scope.page))
    return _needed(text_of(node, name, scope.page))


def _duration(node: Node, name: str, scope: Scope) -> Value:
    assert isinstance(node, Scalar)
    span = _needed(duration_of(node, name, scope.page))
    if span == 0:
        scope.page.report("R026", f"{name}: a snooze must last longer than nothing", node)
        raise UnreadError
    return span


def _flag(node: Node, name: str, scope: Scope) -> Value:
    if isinstance(node, Scalar) and truth(node) is True:
        return True
    scope.page.report("R035", f"{name} takes nothing, or true", node, f"write `- {name}`")
    raise UnreadError


def _field_value(node: Node, name: str, scope: Scope) -> Value:
    """{id, value}: the value is a text, a number, true or false, or null to empty the field."""
    entries = known_entries(node, name, ("id", "value"), scope.page)
    if not isinstance(node, Entries):
        raise UnreadError
    for key in ("id", "value"):
        if key not in entries:
            report_missing(key, name, node, ("id", "value"), scope.page, "write {id: ..., value: ...}")
    if len(entries) < 2:
        raise UnreadError
    id_ = _needed(text_of(entries["id"][1], f"the id of {name}", scope.page))
    return FieldValue(id_, _stored(entries["value"][1], name, scope.page))


def _stored(node: Node, name: str, page: Page) -> str | int | bool | Decimal | None:
    """What a custom field is set to: as written, numbers exact, null for nothing."""
    if not isinstance(node, Scalar):
        page.report("R035", f"the value of {name} is a text, a number, true, false or null, not {shape_of(node)}", node)
        raise UnreadError
    if is_null(node):
        return None
    if node.kind is Kind.BOOL:
        return truth(node)
    if node.kind in (Kind.NUMBER, Kind.ODD):
        return _needed(number_of(node, f"the value of {name}", page))
    return node.text


def _message(node: Node, name: str, scope: Scope) -> Value:
    """A text, or {body_text, body_html}."""
    if not isinstance(node, Entries):
        return MessageTemplate(_body(node, name, scope), None)
    entries = known_entries(node, name, _BODIES, scope.page)
    return MessageTemplate(*_bodies(entries, node, name, scope))


def _email(node: Node, name: str, scope: Scope) -> Value:
    """{to, cc, bcc, subject, body_text, body_html}: somebody to send it to and a body are required."""
    if not isinstance(node, Entries):
        scope.page.report("R035", f"{name} takes {Argument.EMAIL}, not {shape_of(node)}", node)
        raise UnreadError
    entries = known_entries(node, name, _EMAIL, scope.page)
    if "to" not in entries:
        report_missing("to", name, node, _EMAIL, scope.page)
        raise UnreadError
    people = [_addresses(key, entries, name, scope) for key in ("to", "cc", "bcc")]
    if sum(map(len, people)) > MAX_RECIPIENTS:
        scope.page.report("R035", f"{name} has more than {MAX_RECIPIENTS} recipients", entries["to"][0])
        raise UnreadError
    subject = _body(entries["subject"][1], f"the subject of {name}", scope) if "subject" in entries else None
    text, html = _bodies(entries, node, name, scope)
    one = isinstance(entries["to"][1], Scalar)
    return MessageTemplate(text, html, people[0], people[1], people[2], subject, one)


_BODIES = ("body_text", "body_html")
_EMAIL = ("to", "cc", "bcc", "subject", *_BODIES)
_Entries = Mapping[str, tuple[Scalar, Node]]


def _addresses(key: str, entries: _Entries, name: str, scope: Scope) -> tuple[str, ...]:
    if key not in entries:
        return ()
    node = entries[key][1]
    if key != "to" and isinstance(node, Items) and not node.items:
        return ()
    return tuple(word.text for word in _needed(words_of(node, f"`{key}` of {name}", scope.page)))


def _bodies(entries: _Entries, node: Entries, name: str, scope: Scope) -> tuple[str | None, str | None]:
    """body_text and body_html, at least one of them with something in it."""
    written = [entries[key][1] if key in entries and not is_null(entries[key][1]) else None for key in _BODIES]
    if all(body is None or (isinstance(body, Scalar) and not body.text.strip()) for body in written):
        if len(entries) == len(node.entries):  # else an unknown key may be the text, and was reported
            scope.page.report("R027", f"{name} has no text", node, "write body_text or body_html")
        raise UnreadError
    text, html = (
        None if body is None or _is_blank(body) else _body(body, f"the text of {name}", scope) for body in written
    )
    return text, html


def _is_blank(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text.strip()


def _body(node: Node, what: str, scope: Scope) -> str:
    """A text with `{{paths}}`; what stands between braces and is no field is warned of, and stays."""
    text = _needed(text_of(node, what, scope.page))
    for name in unknown_in(text):
        help = scope.page.nearest(name.strip(), template_names()) or "it is left as written"
        scope.page.report("R103", f"unknown {{{{path}}}} {quoted(name)} in {what}", node, help)
    return text


_READERS: dict[Argument, Callable[[Node, str, Scope], Value]] = {
    Argument.TAGS: _tags,
    Argument.TAGS_OR_NONE: _tags_or_none,
    Argument.PRIORITY: _priority,
    Argument.STATUS: _status,
    Argument.TEXT: _text,
    Argument.USER: _user,
    Argument.TEAM: _id_or_name,
    Argument.DURATION: _duration,
    Argument.FIELD_VALUE: _field_value,
    Argument.MESSAGE: _message,
    Argument.EMAIL: _email,
    Argument.MACRO: _macro,
    Argument.FLAG: _flag,
}
