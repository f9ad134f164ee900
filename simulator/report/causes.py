"""Causes for people: the block as sentences and tables of texts, the same for all formats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from simulator.causes.values import (
    Cause,
    Causes,
    EditResult,
    Effect,
    Group,
    Interaction,
    Looked,
    Role,
    RuleSetView,
    Turn,
)
from simulator.diagnostics import Diagnostic, Severity
from simulator.report.numbers import counted, share

SHOWN = 3
"""How many causes reports for people tell."""

_ROWS = 12


class CausesTable(NamedTuple):
    """A table of texts."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class CauseView(NamedTuple):
    """A cause: its sentence, and further lines: knock-on changes, samples."""

    sentence: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CausesView:
    """The causes shown, what was left out of them, the tables behind them, and what is to be said of it all."""

    causes: tuple[CauseView, ...]
    more: str
    tables: tuple[CausesTable, ...]
    notes: tuple[str, ...]


def causes_view(found: Causes) -> CausesView:
    """All texts; where nothing changes only what is said of the rules."""
    left = found.causes[SHOWN:]
    more = f"and {counted(len(left), 'smaller cause')}: see --report json" if left else ""
    tables = (*_by_edit(found), *_by_rule(found))
    return CausesView(tuple(_cause(one) for one in found.causes[:SHOWN]), more, tables, tuple(_notes(found)))


def causes_missing(found: Causes | None) -> tuple[Diagnostic, ...]:
    """What a run says that did not look for causes."""
    if found is not None:
        return ()
    return (Diagnostic("C017", Severity.NOTE, "causes are not looked for, as rules change hundreds of things on each "
                       "ticket: --deep looks, however long it takes"),)  # fmt: skip


def causes_cautions(found: Causes) -> tuple[Diagnostic, ...]:
    """One caution for each of day, customer and channel that has most of the change."""
    return tuple(
        Diagnostic(
            "C015",
            Severity.WARNING,
            f"{one.kind} {one.name} has {one.changed:,} of the {one.of:,} changed tickets "
            f"({share(one.changed, one.of)}), but {one.usual}% of all tickets: the change may not be typical",
        )
        for one in found.stability.most
        if one.dominates
    )


def _cause(cause: Cause) -> CauseView:
    turned = f" {cause.turn.value}" if cause.turn is not None and cause.turn is not Turn.OTHER else ""
    head = f"{' + '.join(cause.rules) or 'several edits'}: {cause.part}{turned}: {counted(cause.tickets, 'ticket')}"
    lines = []
    if cause.direct:
        lines.append(_groups(cause.direct))
    if cause.knock_on:
        lines.append(f"knock-on: {_groups(cause.knock_on, named=True)}")
    if cause.by_name:
        lines.append(f"{counted(cause.by_name, 'ticket')} of these by the rules that wrote there, not by a replay")
    lines += [f"{sample.kind}: ticket {sample.ticket} ({sample.why})" for sample in cause.samples]
    return CauseView(head, tuple(lines))


def _groups(groups: Sequence[Group], named: bool = False) -> str:
    shown = [
        f"{group.tickets:,} {group.what}{f' (rule {_names(group.rules)})' if named and group.rules else ''}"
        for group in groups[:4]
    ]
    left = len(groups) - len(shown)
    return ", ".join(shown) + (f", and {left} more" if left else "")


def _names(rules: Sequence[str]) -> str:
    return ", ".join(rules)


def _by_edit(found: Causes) -> Iterator[CausesTable]:
    edits = sorted(found.by_edit.edits, key=lambda one: (-one.alone, one.rules))
    if edits:
        rows = tuple(_edit(one) for one in edits[:_ROWS])
        headers = ("edit", "change", "alone", "without", "only", "class")
        yield CausesTable("By edit: tickets that end other with it alone, without it, with only it", headers, rows)
    acting = found.by_edit.interactions
    if acting:
        rows = tuple(_interaction(one) for one in acting[:_ROWS])
        yield CausesTable("Edits that act on each other", ("edits", "how", "tickets", "such as"), rows)


def _edit(one: EditResult) -> tuple[str, ...]:
    numbers = (f"{number:,}" for number in (one.alone, one.needed, one.only))
    return (_names(one.rules), one.change, *numbers, _CLASSES[one.effect])


_CLASSES = {
    Effect.SOME: "effect",
    Effect.NONE: "no effect",
    Effect.COSMETIC: "cosmetic",
    Effect.UNKNOWN: "not told",
}


def _interaction(one: Interaction) -> tuple[str, ...]:
    return (" + ".join(one.rules), one.how.value, f"{one.tickets:,}", str(one.samples[0]) if one.samples else "")


def _by_rule(found: Causes) -> Iterator[CausesTable]:
    side = found.after
    redundant = [(id, one) for id, one in side.marginal.items() if one.role is Role.REDUNDANT]
    if redundant:
        idle = tuple((id, f"{one.acts:,}") for id, one in redundant[:_ROWS])
        yield CausesTable("Redundant rules of the candidate: nothing would be missing", ("rule", "acts on"), idle)
    fights = [one for one in side.fights if one.back][:5]
    if fights:
        pairs = tuple((one.winner, one.loser, f"{one.times:,}", f"{one.back:,}") for one in fights)
        yield CausesTable("Rules that overwrite each other", ("rule", "overwrites", "times", "and back"), pairs)
    swaps = [one for one in side.swaps if one.differ][:_ROWS]
    if swaps:
        rows = tuple((one.first, one.second, f"{one.differ:,}", _of(one.looked)) for one in swaps)
        yield CausesTable("Neighbours whose order matters", ("rule", "before", "tickets differ", "of"), rows)


def _of(looked: Looked) -> str:
    return f"{looked.tickets:,}" if looked.all else f"{looked.tickets:,} (a sample of {looked.of:,})"


def _notes(found: Causes) -> Iterator[str]:
    for role, one_does, all_do in (
        (Role.DEAD, "never matches on this history", "never match on this history"),
        (Role.IDLE, "matches and changes nothing", "match and change nothing"),
    ):
        rules = [id for id, one in found.after.marginal.items() if one.role is role]
        if rules:
            shown = f"{_names(rules[:8])}{f' and {len(rules) - 8} more' if len(rules) > 8 else ''}"
            says = one_does if len(rules) == 1 else all_do
            yield f"{counted(len(rules), 'rule')} of the candidate {says}: {shown}."
    groups = found.after.groups
    if groups:
        yield (
            f"{counted(sum(map(len, groups)), 'rule')} of the candidate are in {counted(len(groups), 'group')} "
            "in which any order gives the same."
        )
    looked = found.by_edit.looked
    if not looked.all:
        yield (
            f"By edit: of {looked.of:,} tickets that more than one edit can reach {looked.tickets:,} were replayed, "
            "changed ones first; --deep replays all."
        )
    if _sampled(found.after):
        yield "Rule by rule, large rules were replayed on a sample of whole customers; --deep replays all."


def _sampled(side: RuleSetView) -> bool:
    return any(not one.looked.all for one in side.marginal.values())
