"""Edits: one for each ticket and field that ends differently, with the rules that made it so on either side.

For a single value that is the last writer of the field, if it was a rule; for tags the last writer of each tag that
differs; for replies the senders of the messages that only that side has. A customer's custom field shows on the
tickets where a rule wrote it; a side that wrote nothing there shows the exported value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from simulator.diff.values import Edit, EditValue, RuleChange, Scope
from simulator.diff.writers import Lasts, writer
from simulator.outcome import Change, FieldScalar, Sent, Slot, TicketOutcome

SINGLE = ("priority", "status", "assignee", "team", "subject", "spam", "snooze", "trashed")
"""Fields of one value, in the names of `Final`."""

_CUSTOMER_FIELD = "customer.custom_fields."
_Found = tuple[str, EditValue, EditValue, tuple[str, ...], tuple[str, ...]]


def edits_of(
    old: TicketOutcome, new: TicketOutcome, scope: Scope, changes: Mapping[str, RuleChange], lasts: Lasts
) -> list[Edit]:
    """The edits of a ticket, by field. `lasts`: the last change of each slot on either side."""
    if _alike(old, new):
        return []
    customer = scope.customers.get(old.ticket)
    last_old, last_new = lasts
    found = [
        *_values(old, new, last_old, last_new),
        *_tags(old.final.tags, new.final.tags, last_old, last_new),
        *_replies(old.sent, new.sent),
        *_customer_fields(customer, last_old, last_new, scope),
    ]
    edits = (
        Edit(old.ticket, customer, name, a, b, _direct(by_old + by_new, changes), by_old, by_new)
        for name, a, b, by_old, by_new in found
    )
    return sorted(edits, key=lambda edit: edit.field)


def _alike(old: TicketOutcome, new: TicketOutcome) -> bool:
    """Whether the same happened on both sides, so that no closer look is needed; where true and 1 may differ, it is."""
    if old.changes != new.changes or old.final != new.final or old.sent != new.sent:
        return False
    return not any(change.field.startswith(("custom_fields.", _CUSTOMER_FIELD)) for change in old.changes)


def _direct(rules: Iterable[str], changes: Mapping[str, RuleChange]) -> bool:
    return any(changes[rule] is not RuleChange.SAME for rule in rules)


def differ(before: FieldScalar, after: FieldScalar) -> bool:
    """Whether two values are not the same: true is not 1, though Python says so."""
    return before != after or isinstance(before, bool) is not isinstance(after, bool)


def _values(
    old: TicketOutcome, new: TicketOutcome, last_old: dict[Slot, Change], last_new: dict[Slot, Change]
) -> Iterator[_Found]:
    for name, before, after in _both(old, new):
        if differ(before, after):
            yield name, before, after, _one(writer(last_old, (name, ""))), _one(writer(last_new, (name, "")))


def _both(old: TicketOutcome, new: TicketOutcome) -> Iterator[tuple[str, FieldScalar, FieldScalar]]:
    if old.final == new.final and not old.final.custom_fields:
        return
    for name in SINGLE:
        yield name, getattr(old.final, name), getattr(new.final, name)
    fields_old, fields_new = dict(old.final.custom_fields), dict(new.final.custom_fields)
    for key in sorted({*fields_old, *fields_new}):
        yield f"custom_fields.{key}", fields_old.get(key), fields_new.get(key)


def _one(rule: str | None) -> tuple[str, ...]:
    return () if rule is None else (rule,)


def _tags(
    before: tuple[str, ...], after: tuple[str, ...], last_old: dict[Slot, Change], last_new: dict[Slot, Change]
) -> Iterator[_Found]:
    other = set(before) ^ set(after)
    if other:
        sides = ({writer(last, ("tags", tag)) for tag in other} for last in (last_old, last_new))
        by_old, by_new = (tuple(sorted(rule for rule in side if rule is not None)) for side in sides)
        yield "tags", before, after, by_old, by_new


def _replies(before: tuple[Sent, ...], after: tuple[Sent, ...]) -> Iterator[_Found]:
    if [_shown(sent) for sent in before] != [_shown(sent) for sent in after]:
        yield "replies", before, after, _senders(before, after), _senders(after, before)


def _shown(sent: Sent) -> Sent:
    """A message as it is compared: the same text from another rule is the same message."""
    return sent._replace(rule="")


def _senders(mine: tuple[Sent, ...], others: tuple[Sent, ...]) -> tuple[str, ...]:
    """The rules behind the messages that only my side has: a message sent twice more is twice missing there."""
    theirs = Counter(_shown(sent) for sent in others)
    surplus = set()
    for sent in mine:
        if theirs[_shown(sent)]:
            theirs[_shown(sent)] -= 1
        else:
            surplus.add(sent.rule)
    return tuple(sorted(surplus))


def _customer_fields(
    customer: int | None, last_old: dict[Slot, Change], last_new: dict[Slot, Change], scope: Scope
) -> Iterator[_Found]:
    written = {
        name
        for last in (last_old, last_new)
        for (name, _), change in last.items()
        if change.rule is not None and name.startswith(_CUSTOMER_FIELD)
    }
    for name in sorted(written):
        exported = None if customer is None else scope.exported(customer, name.removeprefix(_CUSTOMER_FIELD))
        before, after = (_value(last, name, exported) for last in (last_old, last_new))
        if differ(before, after):
            yield name, before, after, _one(writer(last_old, (name, ""))), _one(writer(last_new, (name, "")))


def _value(last: dict[Slot, Change], name: str, exported: FieldScalar) -> FieldScalar:
    change = last.get((name, ""))
    if change is None:
        return exported
    assert not isinstance(change.after, tuple)
    return change.after
