"""The trail: JSON Lines, one line for each action and field that changed something."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from simulator.instants import format_instant
from simulator.outcome import Change, Outcome, Refusal
from simulator.report.json_text import Json, line
from simulator.report.values_json import state


def trail_lines(before: Outcome, after: Outcome, reported: Collection[int]) -> Iterator[str]:
    """Baseline first, then by ticket, then as it happened. What the outside world changed is left out."""
    for side, outcome in (("baseline", before), ("candidate", after)):
        for ticket in sorted(reported):
            for change in outcome.deeds(ticket).changes:
                if change.rule is not None:
                    yield line(entry(side, change))


def entry(side: str, change: Change | Refusal) -> dict[str, Json]:
    """The keys that a line of the trail and a line of the refusals share, in their order."""
    return {
        "side": side,
        "ticket": change.ticket,
        "event": change.event,
        "at": format_instant(change.at),
        "trigger": change.trigger,
        "depth": change.depth,
        "rule": change.rule,
        "branch": change.branch,
        "action": change.action,
        "field": change.field,
        "before": state(change.field, change.before),
        "after": state(change.field, change.after),
    }
