"""Findings of a replay: loops that the cascade's depth cut off, what of macros cannot be simulated, unknown tags.

One finding for all tickets on which the same rules did the same, never one a ticket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from simulator.diagnostics import Diagnostic, Severity
from simulator.flow import Flow, Told

CODES: dict[str, str] = {
    "E001": "Rules set each other off: the last run that the depth of the cascade allows still changed something.",
    "E002": "A snooze set by a rule would end and be set again without end: the replay stopped it.",
    "E003": "A macro that a rule applies holds an action that cannot be simulated. It was left out.",
    "E005": "Recorded changes name tags by numbers that the snapshot has no names for: they are written tag:NUMBER.",
}
"""Code -> meaning, in plain words."""

_LOOPS = {
    "cascade": ("E001", "still changed something when the cascade was cut off"),
    "snooze": ("E002", "snooze a ticket again each time its snooze ends"),
}


def replay_findings(flows: Sequence[Flow]) -> tuple[Diagnostic, ...]:
    """The findings of both sides over the reported tickets, each with the number of tickets and the first of them."""
    return tuple(
        finding
        for name, flow in zip(("baseline", "candidate"), flows, strict=True)
        for finding in (*_loops(name, flow), *_not_simulated(name, flow))
    )


def history_findings(counts: Mapping[str, int]) -> Iterator[Diagnostic]:
    """What was found while the history was read, from its counts."""
    if number := counts.get("unknown-tags"):
        changes = "1 recorded change of tags names" if number == 1 else f"{number:,} recorded changes of tags name"
        message = f"{changes} a tag by a number without a name: it is written tag:NUMBER; import the tags"
        yield Diagnostic("E005", Severity.WARNING, message)


def _loops(side: str, flow: Flow) -> Iterator[Diagnostic]:
    for (kind, rules), found in _by_what(flow.loops):
        code, what = _LOOPS[kind]
        message = f"{side}: {_names(rules)} {what} ({_on(found)})"
        yield Diagnostic(code, Severity.WARNING, message, rule=rules[0] if len(rules) == 1 else None)


def _by_what(told: Sequence[Told]) -> list[tuple[tuple[str, tuple[str, ...]], list[int]]]:
    """(What, rules) -> tickets, all sorted."""
    tickets: dict[tuple[str, tuple[str, ...]], set[int]] = {}
    for ticket, rules, what in told:
        tickets.setdefault((what, rules), set()).add(ticket)
    return [(what, sorted(found)) for what, found in sorted(tickets.items())]


def _names(rules: tuple[str, ...]) -> str:
    return f"rules {', '.join(rules)}" if len(rules) > 1 else f"rule {rules[0]}" if rules else "rules"


def _on(tickets: list[int]) -> str:
    return f"ticket {tickets[0]}" if len(tickets) == 1 else f"{len(tickets):,} tickets, first {tickets[0]}"


def _not_simulated(side: str, flow: Flow) -> Iterator[Diagnostic]:
    for (what, (rule,)), found in sorted(_by_what(flow.not_simulated), key=lambda one: (one[0][1], one[0][0])):
        message = f"{side}: rule {rule} applies a macro with {what}, which is not simulated ({_on(found)})"
        yield Diagnostic("E003", Severity.WARNING, message, rule=rule)
