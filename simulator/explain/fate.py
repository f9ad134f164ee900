"""FATE of a change: what of it was changed again later, by whom; and whether anything of it stands in the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from simulator.outcome import Change, Refusal

NEVER_UNDONE = ("replies", "exclude", "facebook")
"""How the fields begin of what cannot be taken back: messages sent, and flags."""

Deeds = Sequence[Change | Refusal]
"""What happened on all tickets of a customer, in order."""


class Undone(NamedTuple):
    """A part of a change that a later one changed again: a tag, or the whole field (`tag` is None)."""

    tag: str | None
    by: Change


def undone(change: Change, deeds: Deeds) -> tuple[Undone, ...]:
    """What later changes undid of it, in the order of happening; tags one by one, each the first time."""
    return tuple(_undone(change, deeds))


def stands(change: Change, gone: tuple[Undone, ...]) -> bool:
    """Whether anything of a change is left in the end."""
    return len(gone) < (len(turned(change)) if change.field == "tags" else 1)


def turned(change: Change | Refusal) -> frozenset[str]:
    """The tags that a change of tags added or took off."""
    return frozenset(tags(change.before)) ^ frozenset(tags(change.after))


def tags(value: object) -> tuple[str, ...]:
    """The tags of a field's value."""
    return value if isinstance(value, tuple) else ()


def later(change: Change | Refusal, deeds: Deeds) -> Deeds:
    """What happened after it."""
    return deeds[1 + next(place for place, one in enumerate(deeds) if one is change) :]


def earlier(change: Change | Refusal, deeds: Deeds) -> Deeds:
    """What happened before it."""
    return deeds[: next(place for place, one in enumerate(deeds) if one is change)]


def same_field(one: Change | Refusal, other: Change | Refusal) -> bool:
    """Whether both are about one thing: a customer's field is the same from all of the customer's tickets."""
    return one.field == other.field and (one.ticket == other.ticket or one.field.startswith("customer."))


def _undone(change: Change, deeds: Deeds) -> Iterator[Undone]:
    if change.field.startswith(NEVER_UNDONE):
        return
    left = turned(change)
    for one in later(change, deeds):
        if isinstance(one, Refusal) or not same_field(one, change):
            continue
        if change.field != "tags":
            yield Undone(None, one)
            return
        for tag in sorted(left & turned(one)):
            yield Undone(tag, one)
        left -= turned(one)


def throttled_by(refusal: Refusal, deeds: Deeds) -> Change | None:
    """The reply that a refused one came too soon after; None for other refusals."""
    if refusal.reason != "recent-auto-reply":
        return None
    sent = [one for one in earlier(refusal, deeds) if isinstance(one, Change) and one.action == "replyToTicket"]
    return sent[-1] if sent else None
