"""Who wrote a value last. A slot is what can be overwritten as one: a field, or one tag of a ticket.

An outside change takes a slot over where it changed the value; the end of a snooze is an outside change as well.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.outcome import Change, Slot, slots

Lasts = tuple[dict[Slot, Change], dict[Slot, Change]]
"""The last change of each slot, on either side."""


def last_changes(changes: Sequence[Change]) -> dict[Slot, Change]:
    """The last change of each slot, rule-made or from outside; in no order that means anything."""
    last: dict[Slot, Change] = {}
    for change in changes:
        for slot in slots(change):
            last[slot] = change
    return last


def writer(last: dict[Slot, Change], slot: Slot) -> str | None:
    """The rule that wrote a slot last, or None: nobody did, or the outside world."""
    change = last.get(slot)
    return None if change is None else change.rule
