"""What a report says of the choices that the helpdesk leaves open: those made other than usual, and what each decides.

It reads the block `assumptions` of the JSON report, so that a saved run says the same again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from simulator.diagnostics import Diagnostic, Severity
from simulator.report.numbers import counted
from simulator.rules.assume import KEYS

_Block = Mapping[str, object]


def choice_lines(choices: _Block | None) -> tuple[str, ...]:
    """The choices in force that are not as usual, then what each choice made the other way would change."""
    blocks = cast(Mapping[str, _Block], choices or {})
    unusual = (f"Assumed: {key}={block['value']}. {KEYS[key].meaning}" for key, block in _unusual(blocks))
    tried = [(key, block, one) for key, block in blocks.items() for one in _switched(block)]
    effects = (_effect(key, block, one) for key, block, one in tried if _changes(one))
    idle = [f"{key}={one['value']}" for key, _, one in tried if one["looked"] and not _changes(one)]
    untried = [f"{key}={one['value']}" for key, _, one in tried if not one["looked"]]
    return (*unusual, *effects, *_listed(idle, untried))


def _listed(idle: list[str], untried: list[str]) -> Iterator[str]:
    if idle:
        yield f"No result would change with {', '.join(idle)}."
    if untried:
        yield f"Not tried: {', '.join(untried)} (--assume-check tries them all)."


def choice_cautions(choices: _Block | None) -> tuple[Diagnostic, ...]:
    """One caution that names every choice that is not as usual, but for the depth of cascades: it is set by hand often,
    and a cascade that is cut is a finding of its own."""
    blocks = cast(Mapping[str, _Block], choices or {})
    unusual = [(key, block) for key, block in _unusual(blocks) if key != "max_cascade"]
    said = [f"{key}={block['value']} (usual: {block['usual']})" for key, block in unusual]
    if not said:
        return ()
    return (Diagnostic("C016", Severity.WARNING, f"assumed on both sides: {', '.join(said)}"),)


def _unusual(blocks: Mapping[str, _Block]) -> Iterator[tuple[str, _Block]]:
    return ((key, block) for key, block in blocks.items() if block["value"] != block["usual"])


def _switched(block: _Block) -> list[_Block]:
    return cast("list[_Block]", block["switched"])


def _changes(one: _Block) -> bool:
    return bool(one["looked"]) and bool(one["examples"])


def _effect(key: str, block: _Block, one: _Block) -> str:
    tickets, edits = cast(Mapping[str, int], one["tickets"]), cast(int, one["edits"])
    ids = ", ".join(str(id) for id in cast("list[int]", one["examples"]))
    difference = (
        f"what differs between the sides would be other on {counted(edits, 'ticket')}"
        if edits
        else "what differs between the sides would be the same"
    )
    return (
        f"With {key}={one['value']} instead of {block['value']}, {counted(tickets['before'], 'ticket')} of the "
        f"baseline and {tickets['after']:,} of the candidate would end otherwise; {difference} (such as {ids})."
    )
