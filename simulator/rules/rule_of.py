"""NODES -> RULE and VIEW: their own keys; conditions and steps are read by their own files."""

from __future__ import annotations

import re
from typing import NamedTuple

from simulator.rules.conditions import condition_of
from simulator.rules.model import ALWAYS, Rule, Trigger, View
from simulator.rules.operands import bool_of, whole_of
from simulator.rules.page import Page, choice, quoted
from simulator.rules.scope import Scope, known_entries, look, report_missing, text_of
from simulator.rules.steps import steps_of
from simulator.rules.walk import tests_in
from simulator.rules.yaml_tree import Entries, Items, Node, Scalar, shape_of

RULE_KEYS: tuple[str, ...] = ("id", "name", "on", "priority", "enabled", "if", "then", "else")
VIEW_KEYS: tuple[str, ...] = ("id", "name", "if")
TRIGGERS: tuple[str, ...] = tuple(trigger.value for trigger in Trigger)

ID = re.compile(r"[a-z0-9-]{1,100}")

_NEEDED = {
    "id": "lower-case letters, digits and hyphens: it follows the rule through renames and moves",
    "on": choice(TRIGGERS),
}


class _Head(NamedTuple):
    """What rules and views share: `id` is None where it cannot be used."""

    entries: dict[str, tuple[Scalar, Node]]
    id: str | None
    name: str | None


def rule_of(node: Node, scope: Scope) -> Rule | None:
    """A rule, read to its end whatever is wrong with it; None where it has no usable id."""
    page = scope.page
    head = _head(node, "a rule", RULE_KEYS, scope)
    if head is None:
        return None
    entries = head.entries
    on = _triggers(entries, page)
    priority = _priority(entries["priority"][1], page) if "priority" in entries else 0
    enabled = bool_of(entries["enabled"][1], "enabled", page) if "enabled" in entries else True
    condition = condition_of(entries["if"][1], scope) if "if" in entries else ALWAYS
    then, otherwise = (steps_of(entries[key][1] if key in entries else None, key, scope) for key in ("then", "else"))
    if head.id is None:
        return None
    place = page.at(entries["id"][1])
    return Rule(head.id, head.name or head.id, on, priority, enabled is not False, condition, then, otherwise, place)


def view_of(node: Node, scope: Scope) -> View | None:
    """A saved view; None where it has no usable id."""
    head = _head(node, "a view", VIEW_KEYS, scope)
    if head is None:
        return None
    condition = condition_of(head.entries["if"][1], scope) if "if" in head.entries else ALWAYS
    if head.id is None:
        return None
    if any(test.path == "event.type" for test in tests_in(condition)):
        what = f"view {head.id} reads event.type, which no ticket at rest has: it is missing there"
        scope.page.report("R112", what, head.entries["if"][1])
    return View(head.id, head.name or head.id, condition, scope.page.at(head.entries["id"][1]))


def _head(node: Node, what: str, keys: tuple[str, ...], scope: Scope) -> _Head | None:
    """The entries with id and name; None where there is no mapping at all. From here on findings name the rule."""
    page = scope.page
    if not isinstance(node, Entries):
        page.report("R010", f"{what} is a mapping, not {shape_of(node)}", node, "such as `- id: vip-spent`")
        return None
    written = node.get("id")
    if what == "a rule" and isinstance(written, Scalar) and ID.fullmatch(written.text):
        page.rule = written.text
    entries = known_entries(node, what, keys, page)
    name = text_of(entries["name"][1], "name", page) if "name" in entries else None
    if name is not None and isinstance(entries["name"][1], Scalar):
        look((entries["name"][1],), page)
    for key in ("id", "on"):
        if key in keys and key not in entries:
            report_missing(key, what, node, keys, page, _NEEDED[key])
    return _Head(entries, _id(entries, what, page), name)


def _id(entries: dict[str, tuple[Scalar, Node]], what: str, page: Page) -> str | None:
    if "id" not in entries:
        return None
    value = entries["id"][1]
    text = text_of(value, "id", page)
    if text is None or ID.fullmatch(text):
        return text
    slug = re.sub(r"[^a-z0-9]+", "-", text[:100].lower()).strip("-")
    page.report(
        "R021",
        f"the id {quoted(text)} has other characters than a-z, 0-9 and -",
        value,
        f"such as {slug}" if slug else None,
    )
    return None


def _priority(node: Node, page: Page) -> int:
    if not isinstance(node, Scalar):
        page.report("R010", f"priority must be a whole number, not {shape_of(node)}", node)
        return 0
    return whole_of(node, "priority", page) or 0


def _triggers(entries: dict[str, tuple[Scalar, Node]], page: Page) -> tuple[Trigger, ...]:
    """The triggers of `on`, in the order written, each once."""
    if "on" not in entries:
        return ()
    value = entries["on"][1]
    items = value.items if isinstance(value, Items) else (value,)
    if not items:
        page.report("R020", "`on` names no trigger", value, choice(TRIGGERS))
    found: dict[Trigger, None] = {}
    for item in items:
        trigger = _trigger(item, page)
        if trigger in found:
            page.report("R107", f"the trigger {trigger} is written twice", item)
        elif trigger is not None:
            found[trigger] = None
    return tuple(found)


def _trigger(node: Node, page: Page) -> Trigger | None:
    text = text_of(node, "a trigger", page)
    if text is None:
        return None
    if text not in TRIGGERS:
        page.report("R015", f"unknown trigger {quoted(text)}", node, page.nearest(text, TRIGGERS) or choice(TRIGGERS))
        return None
    return Trigger(text)
