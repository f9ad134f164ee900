"""`simulator snapshot slice`: a smaller snapshot of whole customers, by period, sample or ticket."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from tabulate import tabulate

from simulator.cli.selecting import instant_of, sample_of
from simulator.diagnostics import Diagnostic, Severity
from simulator.errors import InputError, NothingToReplay, input_error
from simulator.escape import for_terminal

if TYPE_CHECKING:
    from simulator.facts.history import History
    from simulator.snapshot.slice import Sliced


@click.command("slice", short_help="Cut a smaller one: a period, a sample, some tickets.")
@click.argument("more", metavar="[ID]...", nargs=-1, type=int)
@click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    default=Path("simulator.db"),
    show_default=True,
    help="The snapshot to cut from.",
)
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), help="The snapshot to write.")
@click.option("--since", metavar="INSTANT", help="Customers with a ticket created from here on (a date: UTC).")
@click.option("--until", metavar="INSTANT", help="Customers with a ticket created before this.")
@click.option("--sample", metavar="N|P%", help="A sample of customers: a number, or a share.")
@click.option("--seed", type=int, default=0, show_default=True, help="Which sample.")
@click.option("--ticket", "tickets", metavar="ID...", multiple=True, type=int, help="The customers of these tickets.")
def slice_command(
    more: tuple[int, ...], snapshot: Path, target: Path, tickets: tuple[int, ...], **options: Any
) -> None:
    """Cut a smaller snapshot out of one: whole customers, with all their tickets and orders.

    Of several selections all must fit, as in `run`. A ticket of the slice is replayed just as in the whole.
    An older snapshot at the target is replaced.
    """
    from simulator.engine.selection import Selection, picked
    from simulator.facts.read_history import read_history
    from simulator.snapshot.slice import cut
    from simulator.snapshot.store import open_snapshot

    named = _named(more, tickets)
    selection = Selection(instant_of(options, "since"), instant_of(options, "until"), None, sample_of(options))
    if selection == Selection() and not named:
        raise input_error("U002", "nothing is chosen", help="name a period, a sample or tickets")
    with closing(open_snapshot(snapshot)) as whole:
        history = read_history(whole)
        _look_up(named, history)
        chosen = {history.tickets[row].id for row in picked(selection, history.tickets)}
        chosen &= named or chosen
        if not chosen:
            raise NothingToReplay(Diagnostic("U005", Severity.ERROR, "no ticket fits: nothing was written"))
        done = cut(whole, snapshot, target, chosen, history.last)
    _tell(done, len(chosen), snapshot, target)


def _named(more: tuple[int, ...], tickets: tuple[int, ...]) -> frozenset[int]:
    """`--ticket 1 2 3` and `--ticket 1 --ticket 2` both name tickets; numbers alone do not."""
    if more and not tickets:
        raise input_error("U002", f"{more[0]}: name tickets with --ticket")
    return frozenset((*tickets, *more))


def _look_up(named: frozenset[int], history: History) -> None:
    """Raises InputError for every ticket that is not in the snapshot, with the nearest that is."""
    known = [start.id for start in history.tickets]
    wrong = [
        Diagnostic("U007", Severity.ERROR, f"there is no ticket {id} in the snapshot", help=_nearest(id, known))
        for id in sorted(named.difference(known))
    ]
    if wrong:
        raise InputError(wrong)


def _nearest(id: int, known: list[int]) -> str:
    if not known:
        return "the snapshot has no tickets"
    return f"nearest: {min(known, key=lambda one: (abs(one - id), one))}"


def _tell(done: Sliced, chosen: int, snapshot: Path, target: Path) -> None:
    rows = [
        (kind, f"{before:,}", f"{done.after[kind]:,}", f"{before - done.after[kind]:,}")
        for kind, before in done.before.items()
        if before
    ]
    headers = ("Kind", "Before", "After", "Left out")
    click.echo(tabulate(rows, headers=headers, colalign=("left", "right", "right", "right"), disable_numparse=True))
    click.echo()
    whole = done.after["tickets"] - chosen
    if whole:
        click.echo(f"  - {chosen:,} tickets chosen, {whole:,} more of the same customers: customers stay whole")
    if done.bystanders:
        click.echo(
            f"  - {done.bystanders:,} of the customers are others who share an address or shop id with an order"
            " that is kept: id and that key only"
        )
    click.echo("  - agents, teams, tags, macros, rules, views and joined tables are kept as they are")
    click.echo(f"Snapshot     {for_terminal(target.as_posix())}, cut from {for_terminal(snapshot.as_posix())}")
    click.echo(f"Fingerprint  {done.fingerprint}")
