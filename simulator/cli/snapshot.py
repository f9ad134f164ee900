"""`simulator snapshot`: what a snapshot holds, whether it is whole, and a smaller one cut out of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
from tabulate import tabulate

from simulator.cli.slice import slice_command
from simulator.escape import for_terminal
from simulator.instants import DAY, format_instant
from simulator.snapshot.store import open_snapshot
from simulator.snapshot.summary import Summary, summarise
from simulator.snapshot.verify import verify as verify_snapshot

_GAPS_SHOWN = 10

_FILE = click.argument("file", required=False, type=click.Path(path_type=Path))
_SNAPSHOT = click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    default=Path("simulator.db"),
    show_default=True,
    envvar="SIMULATOR_SNAPSHOT",
    help="The snapshot, where FILE is not given.",
)


@click.group("snapshot")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Look into a snapshot, check that it is whole, or cut a smaller one out of it. Nothing here changes it."""
    if ctx.default_map is not None:
        ctx.default_map = dict.fromkeys(command.commands, ctx.default_map)


@command.command("info", short_help="Counts, period, gaps, histories, personal data.")
@_FILE
@_SNAPSHOT
def info(file: Path | None, snapshot: Path) -> None:
    """Say what a snapshot holds: counts, period, gaps, histories, personal data, what was skipped, what is missing."""
    path = file or snapshot
    with closing(open_snapshot(path)) as connection:
        summary = summarise(connection)
    click.echo(f"Snapshot     {for_terminal(path.as_posix())}")
    click.echo(f"Fingerprint  {summary.fingerprint}\n")
    click.echo(counts_table(summary))
    for title, lines in _sections(summary):
        if lines:
            click.echo(f"\n{title}")
            click.echo("\n".join(bullet(line) for line in lines))


@command.command("verify", short_help="Check it against its own digest.")
@_FILE
@_SNAPSHOT
@click.option("--full", is_flag=True, help="Also SQLite's inner structure, and the fingerprint anew from every row.")
def verify(file: Path | None, snapshot: Path, full: bool) -> None:
    """Check that a snapshot is, byte for byte, what was written (exit 2 if it is not).

    This finds accidents: a failing disk, a cut copy, another program. It is no seal against somebody
    who changes a snapshot on purpose.
    """
    path = file or snapshot
    fingerprint = verify_snapshot(path, full)
    checked = "every byte, the tables, the structure and every row" if full else "every byte and the tables"
    click.echo(f"{for_terminal(path.as_posix())} is whole: {checked} checked.")
    click.echo(f"Fingerprint  {fingerprint}")


command.add_command(slice_command)


def counts_table(summary: Summary) -> str:
    """Records by kind, for the terminal."""
    tables = {f"table {name}": rows for name, rows in summary.tables.items()}
    rows = [(for_terminal(kind), f"{count:,}") for kind, count in {**summary.counts, **tables}.items() if count]
    return tabulate(rows, headers=("Kind", "Records"), colalign=("left", "right"), disable_numparse=True)


def bullet(text: str) -> str:
    """One line of a list."""
    return f"  - {text}"


def _sections(summary: Summary) -> Iterator[tuple[str, list[str]]]:
    yield "Period", list(_period(summary))
    yield "Gaps (a week or more without a new ticket)", list(_gaps(summary))
    yield "Histories", list(_histories(summary))
    yield "Personal data inside", [f"{count:,} {what}" for what, count in summary.personal.items() if count]
    yield "Skipped or doubtful", [_skipped(*skip) for skip in summary.skipped]
    yield "Missing", list(summary.missing)


def _period(summary: Summary) -> Iterator[str]:
    if summary.since is not None and summary.until is not None:
        yield f"tickets created {format_instant(summary.since)} to {format_instant(summary.until)}"
    if summary.newest is not None:
        yield f"newest instant recorded {format_instant(summary.newest)}"
    if summary.currencies:
        yield "orders in " + ", ".join(f"{code} ({count:,})" for code, count in summary.currencies.items())


def _gaps(summary: Summary) -> Iterator[str]:
    for gap in summary.gaps[:_GAPS_SHOWN]:
        days = (gap.before - gap.after) // DAY
        yield f"{format_instant(gap.after)} to {format_instant(gap.before)} ({days} days)"
    if len(summary.gaps) > _GAPS_SHOWN:
        yield f"{len(summary.gaps) - _GAPS_SHOWN:,} more"


def _histories(summary: Summary) -> Iterator[str]:
    if summary.full_history:
        yield f"{summary.full_history:,} tickets with their events: replayed as they happened"
    if summary.lists_only:
        yield f"{summary.lists_only:,} tickets from lists only (no events): tags and assignees of unknown origin"
    if summary.unknown_spam:
        yield f"{summary.unknown_spam:,} tickets without their details: spam is known from events only"


def _skipped(kind: str, reason: str, times: int, example: str | None) -> str:
    such = f" (such as {for_terminal(example)})" if example else ""
    return f"{times:,} {for_terminal(kind)} {for_terminal(reason)}{such}"
