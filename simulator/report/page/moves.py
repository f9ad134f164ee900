"""Moves: one field that goes from one value to another, as a page shows it, without text that people wrote.

Subjects and messages are personal and hostile: a page says that they change, never what they say. The fields of a
customer describe a person: a value is shown only where a rule wrote it.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.diff.values import Edit, EditValue
from simulator.outcome import Change, FieldState
from simulator.report.page.formats import instant

TEXTS = frozenset({"subject", "replies"})
"""Fields that hold text of customers, agents or templates filled in for a customer."""

LONGEST = 200
"""Characters of a value that are shown; the rest is cut, visibly."""

CUSTOMER_FIELD = "customer.custom_fields."


class Move(NamedTuple):
    """A field and what becomes of it. `before` and `after` are None for nothing.

    `gained` and `lost` are tags (`before` and `after` are then None); `withheld`: values exist and are not shown;
    for messages `before` and `after` are how many go out on either side.
    """

    field: str
    before: str | None = None
    after: str | None = None
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    withheld: bool = False


def move_of_edit(edit: Edit) -> Move:
    """What an edit does to its field."""
    if edit.field == "replies":
        return Move("replies", _count(edit.before), _count(edit.after), withheld=True)
    written = (bool(edit.rules_before), bool(edit.rules_after))
    return _move(edit.field, edit.before, edit.after, written)


def move_of_change(change: Change) -> Move:
    """What an action, or the outside world, does to a field."""
    return _move(change.field, change.before, change.after, (False, change.rule is not None))


def _count(value: EditValue) -> str:
    return str(len(value)) if isinstance(value, tuple) else "0"


def _move(field: str, before: EditValue, after: EditValue, written: tuple[bool, bool]) -> Move:
    if field in TEXTS:
        return Move(field, withheld=True)
    if isinstance(before, tuple) or isinstance(after, tuple):
        old, new = _names(before), _names(after)
        gained = tuple(tag for tag in new if tag not in old)
        return Move(field, gained=gained, lost=tuple(tag for tag in old if tag not in new))
    if field.startswith(CUSTOMER_FIELD) and not all(written):
        old_value, new_value = (_text(field, v) if w else None for v, w in zip((before, after), written, strict=True))
        return Move(field, old_value, new_value, withheld=True)
    return Move(field, _text(field, before), _text(field, after))


def _names(value: EditValue) -> tuple[str, ...]:
    return tuple(_cut(str(part)) for part in value) if isinstance(value, tuple) else ()


def _text(field: str, value: EditValue | FieldState) -> str | None:
    """A value in a few characters; None where there is none."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if field == "snooze" and isinstance(value, int):
        return instant(value)
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
