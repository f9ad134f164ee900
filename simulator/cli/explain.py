"""`explain TICKET`: why, on one ticket: every event, phase, rule and condition, both sides beside each other."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from simulator.cli.run import side_options
from simulator.errors import input_error

if TYPE_CHECKING:
    from simulator.explain.timeline import Pair
    from simulator.facts.history import History

NEAREST = 5
"""How many ids are offered for one that is not there."""

SIDES = {"both": ("baseline", "candidate"), "baseline": ("baseline",), "candidate": ("candidate",)}


@click.command("explain")
@click.argument("ticket", type=int)
@side_options
@click.option("--side", type=click.Choice(list(SIDES)), default="both", help="Show one side only.")
@click.option(
    "--all", "every_rule", is_flag=True, help="Show every rule that was asked, not only those that (nearly) matched."
)
@click.option(
    "--facts",
    type=click.Choice(["as-of", "current"]),
    default="as-of",
    help="Facts as they were then, or as they are today.",
)
@click.option(
    "--max-cascade", type=click.IntRange(0, 100), default=5, show_default=True, help="How deep rules may trigger rules."
)
@click.option("--format", "style", type=click.Choice(["full", "json"]), default="full", help="What is printed.")
def command(
    ticket: int,
    snapshot: Path,
    baseline: str,
    candidate: str,
    side: str,
    every_rule: bool,
    facts: Literal["as-of", "current"],
    max_cascade: int,
    style: str,
) -> int:
    """Say why, on one ticket.

    Prints the ticket's time line: each event, each phase, the rules that matched or nearly did, every condition with
    the value it saw (as of then, today's, or missing), the actions, and the state before and after.
    """
    from simulator.explain.timeline import side_by_side, time_line
    from simulator.facts.directory import read_directory
    from simulator.facts.facts import read_facts
    from simulator.facts.read_history import read_history
    from simulator.pipeline import resolve_side
    from simulator.snapshot.store import open_snapshot

    with closing(open_snapshot(snapshot)) as connection:
        history = read_history(connection)
        _look_up(ticket, history)
        known, directory = read_facts(connection, history, facts), read_directory(connection)
        lines = [
            time_line(resolve_side(spec, connection).ruleset, known, directory, ticket, max_cascade)
            for spec in (baseline, candidate)
        ]
    pairs = side_by_side(*lines)
    _show(ticket, _of_side(pairs, side), side, every_rule, style)
    return 0


def _look_up(ticket: int, history: History) -> None:
    """Raises InputError for a ticket that is not in the snapshot."""
    ids = [start.id for start in history.tickets]
    if ticket not in ids:
        near = sorted(sorted(ids, key=lambda one: (abs(one - ticket), one))[:NEAREST])
        offered = f"nearest: {', '.join(map(str, near))}" if near else "the snapshot has no tickets"
        raise input_error("U007", f"there is no ticket {ticket} in the snapshot", help=offered)


def _of_side(pairs: tuple[Pair, ...], side: str) -> tuple[Pair, ...]:
    """Only the events that happened on the side that is shown."""
    if side == "both":
        return pairs
    return tuple(pair for pair in pairs if getattr(pair, side) is not None)


def _show(ticket: int, pairs: tuple[Pair, ...], side: str, every_rule: bool, style: str) -> None:
    if style == "json":
        from simulator.cli.explain_json import explain_json

        click.echo(explain_json(ticket, pairs, SIDES[side], every_rule), nl=False)
        return
    from simulator.cli.explain_text import explain_text

    parts = sum(pair.parts for pair in pairs) if side == "both" else 0
    verdict = (
        f"; the sides part in {parts} of {len(pairs)} events"
        if parts
        else "; both sides did the same"
        if side == "both"
        else ""
    )
    click.echo(f"ticket {ticket}: {len(pairs)} events{verdict}\n")
    for line in explain_text(pairs, SIDES[side], every_rule):
        click.echo(line)
