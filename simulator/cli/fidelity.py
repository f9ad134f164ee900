"""`fidelity`: the live rules replayed against what really happened, and whether that is close enough."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.selecting import instant_of, least_of, sample_of
from simulator.errors import NothingToReplay

if TYPE_CHECKING:
    from simulator.diagnostics import Diagnostic
    from simulator.fidelity.alone import Alone, Asked
    from simulator.report.fidelity_alone import FidelityReport

FELL_SHORT = 1
"""The exit code where fidelity is below --min-fidelity, or was not measured."""


@click.command("fidelity")
@click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    default="simulator.db",
    show_default=True,
    help="The snapshot: its live rules, and what they did.",
)
@click.option("--since", metavar="INSTANT", help="Compare tickets created from here on (a date is its midnight UTC).")
@click.option("--until", metavar="INSTANT", help="Compare tickets created before this.")
@click.option("--where", metavar="COND", help="Compare tickets that start so, such as 'ticket.channel: email'.")
@click.option("--sample", metavar="N|P%", help="Compare a sample of customers: a number, or a share.")
@click.option("--seed", type=int, default=0, show_default=True, help="Which sample.")
@click.option("--ticket", "tickets", metavar="ID", multiple=True, type=int, help="Only this ticket; repeatable.")
@click.option(
    "--facts",
    type=click.Choice(["as-of", "current"]),
    default="as-of",
    show_default=True,
    help="Facts as they were at the time, or as they are today.",
)
@click.option(
    "--max-cascade", type=click.IntRange(0, 100), default=5, show_default=True, help="How deep rules may trigger rules."
)
@click.option("--min-fidelity", metavar="P%", help="Exit 1 below this share, or with nothing to compare.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["full", "concise", "json", "markdown"]),
    default="full",
    show_default=True,
    help="What is printed.",
)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Whether to colour.")
@click.option("--allow-empty", is_flag=True, help="Exit 0, not 5, when there is no ticket to replay.")
@click.option("-q", "--quiet", count=True, help="Print less; -qq prints nothing.")
@click.option("-v", "--verbose", is_flag=True, help="Tell on stderr how long each stage took.")
def command(snapshot: Path, **options: Any) -> int:
    """Replay the live rules of a snapshot and compare with what they really did.

    The record is the event history: which rules ran, the tags, status, assignee, team, subject and snoozes they set,
    the messages they sent, and how each ticket ended. Says where the two part, by rule, field and reason.
    """
    from simulator.cli.stages import Stages
    from simulator.fidelity.alone import measure_alone
    from simulator.report.fidelity import shortfall
    from simulator.snapshot.store import meta_value, open_snapshot

    asked, least = _asked(options), least_of(options)
    stages = Stages(options["verbose"])
    with closing(open_snapshot(snapshot)) as connection:
        try:
            found = measure_alone(connection, asked, stages)
        except NothingToReplay:
            if options["allow_empty"]:
                click.echo("no ticket to replay", err=True)
                return 0
            raise
        report = _report(found, meta_value(connection, "fingerprint") or "", least, snapshot, options)
    stages()
    _print(report, options)
    return exit_of(shortfall(found.fidelity, least))


def exit_of(short: Diagnostic | None) -> int:
    """Says why fidelity falls short, if it does; the exit code."""
    from simulator.cli.diagnostics import print_diagnostics

    if short is None:
        return 0
    print_diagnostics((short,))
    return FELL_SHORT


def _asked(options: Mapping[str, Any]) -> Asked:
    from simulator.engine.selection import Selection
    from simulator.fidelity.alone import Asked
    from simulator.rules.load import parse_condition

    where = options["where"]
    condition = parse_condition(where) if where else None
    selection = Selection(instant_of(options, "since"), instant_of(options, "until"), condition, sample_of(options))
    return Asked(selection, frozenset(options["tickets"]), options["facts"], options["max_cascade"])


def _report(
    found: Alone, fingerprint: str, least: Fraction | None, snapshot: Path, options: Mapping[str, Any]
) -> FidelityReport:
    from simulator.fidelity.as_json import fidelity_json
    from simulator.report.fidelity import fidelity_view
    from simulator.report.fidelity_alone import FidelityReport
    from simulator.report.values import RuleSetInfo
    from simulator.rules.canonical import digest

    live = found.live
    info = None if live is None else RuleSetInfo(live.name, digest(live), len(live.rules))
    block, view = fidelity_json(found.fidelity, least), fidelity_view(found.fidelity)
    settings = {name: list(v) if isinstance(v := options[name], tuple) else v for name in _RECORDED}
    return FidelityReport(_command(snapshot, options), fingerprint, info, settings, block, view)


_RECORDED = ("since", "until", "where", "sample", "seed", "tickets", "facts", "max_cascade")
_USUAL: Mapping[str, object] = {"seed": 0, "facts": "as-of", "max_cascade": 5}


def _command(snapshot: Path, options: Mapping[str, Any]) -> str:
    """The command as the report names it: file names only; of the options those that are not as usual."""
    said = [f"simulator fidelity --snapshot {snapshot.name}"]
    for name in (*_RECORDED, "min_fidelity"):
        value, flag = options[name], "--ticket" if name == "tickets" else "--" + name.replace("_", "-")
        if value is not None and value != _USUAL.get(name):
            said += [f"{flag} {shlex.quote(str(one))}" for one in (value if isinstance(value, tuple) else (value,))]
    return " ".join(said)


def _print(report: FidelityReport, options: Mapping[str, Any]) -> None:
    from simulator.cli.diagnostics import is_colored
    from simulator.report.fidelity_alone import fidelity_json_text, fidelity_markdown, fidelity_text
    from simulator.report.terminal import paint_of

    if options["quiet"] > 1:
        return
    if options["style"] == "json":
        click.echo(fidelity_json_text(report), nl=False)
    elif options["style"] == "markdown":
        click.echo("\n".join(fidelity_markdown(report.view)))
    else:
        concise = options["style"] == "concise" or options["quiet"] == 1
        paint = paint_of(is_colored(options["color"], sys.stdout))
        click.echo("\n".join(fidelity_text(report.view, paint, concise=concise)), color=True)
