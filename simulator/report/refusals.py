"""The refusals: JSON Lines, one line for each action that was refused, as the trail and with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from simulator.outcome import Outcome
from simulator.report.json_text import line
from simulator.report.trail import entry


def refusal_lines(before: Outcome, after: Outcome, reported: Collection[int]) -> Iterator[str]:
    """Baseline first, then by ticket, then as it happened."""
    for side, outcome in (("baseline", before), ("candidate", after)):
        for ticket in sorted(reported):
            for refusal in outcome.deeds(ticket).refusals:
                yield line({**entry(side, refusal), "reason": refusal.reason})
