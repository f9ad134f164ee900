"""ITEMS: an edit of a ticket taken apart: one tag that comes or goes, or one field; with the rules that wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from simulator.diff.values import Edit
from simulator.diff.writers import last_changes, writer
from simulator.instants import format_instant
from simulator.outcome import Sent, TicketOutcome

Deeds = Callable[[int, int], TicketOutcome]
"""Side (0: baseline, 1: candidate) and ticket id -> what was done there."""


class Item(NamedTuple):
    """`tag` is empty for all fields but tags; `gained`: the tag comes. `rules`: who wrote it on either side, sorted."""

    edit: Edit
    tag: str
    gained: bool
    rules: tuple[str, ...]

    @property
    def what(self) -> str:
        """What happens to the ticket, in words: `gain tag VIP`, `priority high -> normal`."""
        if self.tag:
            return f"{'gain' if self.gained else 'lose'} tag {self.tag}"
        edit = self.edit
        if edit.field == "replies":
            return _messages(edit)
        if edit.field in _QUIET or edit.field.startswith(_PERSONAL):
            return f"another {edit.field}"
        return f"{edit.field} {_shown(edit.field, edit.before)} -> {_shown(edit.field, edit.after)}"

    def same_as(self, other: Edit | None) -> bool:
        """Whether another edit of the same field of the ticket does it as well."""
        if other is None:
            return False
        if not self.tag:
            return other.after == self.edit.after
        was, now = (self.tag in value for value in (_tags(other.before), _tags(other.after)))
        return (not was and now) if self.gained else (was and not now)


_QUIET = ("subject", "snooze")
_PERSONAL = ("customer.custom_fields.",)


def items_of(edit: Edit, deeds: Deeds) -> Iterator[Item]:
    """The items of an edit, tags by code point."""
    both = tuple(sorted({*edit.rules_before, *edit.rules_after}))
    if edit.field != "tags":
        yield Item(edit, "", False, both)
        return
    before, after = set(_tags(edit.before)), set(_tags(edit.after))
    turned = sorted(before ^ after)
    if len(turned) == 1 or len(both) < 2:
        yield from (Item(edit, tag, tag in after, both) for tag in turned)
        return
    lasts = [last_changes(deeds(side, edit.ticket).changes) for side in (0, 1)]
    for tag in turned:
        wrote = {writer(last, ("tags", tag)) for last in lasts}
        yield Item(edit, tag, tag in after, tuple(sorted(rule for rule in wrote if rule is not None)))


def _tags(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _messages(edit: Edit) -> str:
    old, new = (_sent(value) for value in (edit.before, edit.after))
    if len(old) != len(new):
        number = abs(len(new) - len(old))
        return f"{number} {'more' if len(new) > len(old) else 'fewer'} message{'' if number == 1 else 's'} sent"
    return "another message sent"


def _sent(value: object) -> tuple[Sent, ...]:
    return value if isinstance(value, tuple) else ()


def _shown(field: str, value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return format_instant(value) if field == "snooze" and isinstance(value, int) else str(value)
