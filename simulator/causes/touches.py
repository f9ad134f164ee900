"""TOUCHES: what of a ticket a rule reads and writes, to know of two rules whether their order can matter at all.

A slot is what can be written as one: a field, one tag, the messages sent to anybody. Two rules can stand in either
order if neither reads what the other writes and both write the same value, if any, to the same slot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from simulator.engine.moment import is_packed
from simulator.explain.aim import PATHS, WRITERS
from simulator.facts.directory import Directory
from simulator.facts.macros import macro_of
from simulator.rules.model import Action, FieldValue, MessageTemplate, Rule, Test
from simulator.rules.walk import actions_of, tests_of

Slot = tuple[str, str]
"""A field and, of tags, the tag; `*` for all of them."""

MESSAGES = ("replies", "")
_ALL_TAGS = ("tags", "*")
_FIELDS: dict[str, str] = {action: name for name, actions in WRITERS.items() for action in actions if len(actions) == 1}


@dataclass
class Touches:
    """`reads`: slots that a condition, a template or an action asks for; `writes`: slot -> the values written to it."""

    reads: set[Slot] = field(default_factory=set)
    everything: bool = False  # it may read any of the ticket's state
    writes: dict[Slot, set[object]] = field(default_factory=dict)

    def write(self, slot: Slot, value: object) -> None:
        """Note a value that is written."""
        self.writes.setdefault(slot, set()).add(value)


def touches_of(rule: Rule, directory: Directory) -> Touches:
    """All that the rule, its nested branches and its macros may read and write."""
    touches = Touches()
    for test in tests_of(rule):
        touches.reads.update(_read(test))
    for action in _actions(rule, directory):
        _note(action, touches)
    return touches


def _actions(rule: Rule, directory: Directory) -> Iterator[Action]:
    for action in actions_of(rule):
        if action.kind == "applyMacro":
            yield from macro_of(rule, action, directory).actions
        else:
            yield action


def _read(test: Test) -> Iterable[Slot]:
    if test.path == "ticket.tags.name":
        return [("tags", tag) for tag in test.operand] if isinstance(test.operand, tuple) else [_ALL_TAGS]
    if test.path.startswith("ticket.customer.custom_fields."):
        return [(test.path.removeprefix("ticket."), "")]
    if test.path.startswith("ticket.custom_fields."):
        return [(test.path.removeprefix("ticket."), "")]
    return [(PATHS.get(test.path, test.path), "")] if is_packed(test.path) else []


def _note(action: Action, touches: Touches) -> None:
    argument = action.argument
    if isinstance(argument, MessageTemplate):
        touches.write(MESSAGES, object())
        touches.everything = touches.everything or "{{" in str(argument)
    elif isinstance(argument, FieldValue):
        family = "customer." if action.kind == "setCustomerCustomFieldValue" else ""
        touches.write((f"{family}custom_fields.{argument.id}", ""), (type(argument.value), argument.value))
    elif action.kind == "setTags":
        touches.write(_ALL_TAGS, argument)
    elif action.kind in ("addTags", "removeTags"):
        assert isinstance(argument, tuple)
        for tag in argument:
            touches.write(("tags", tag), action.kind)
    else:
        name = _FIELDS[action.kind]
        touches.write((name, ""), argument)
        if action.kind == "snoozeTicket":
            touches.reads.add(("status", ""))


def order_cannot_matter(one: Touches, other: Touches) -> bool:
    """Whether two rules do the same in either order, on any history."""
    return not (_is_read(one, other) or _is_read(other, one) or _clash(one, other))


def _is_read(reader: Touches, writer: Touches) -> bool:
    if reader.everything and writer.writes:
        return True
    return any(_meets(slot, written) for slot in reader.reads for written in writer.writes)


def _clash(one: Touches, other: Touches) -> bool:
    return any(
        _meets(slot, another) and (slot != another or len(values | other.writes[another]) > 1)
        for slot, values in one.writes.items()
        for another in other.writes
    )


def _meets(slot: Slot, other: Slot) -> bool:
    return slot == other or (slot[0] == other[0] == "tags" and "*" in (slot[1], other[1]))
