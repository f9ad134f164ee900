"""`simulator import`: exports of the helpdesk, the shop, or a table of one's own -> SNAPSHOT."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from simulator.cli.snapshot import bullet, counts_table
from simulator.escape import for_terminal
from simulator.snapshot.store import open_snapshot
from simulator.snapshot.summary import Summary, summarise
from simulator.sources.gorgias.export import GORGIAS
from simulator.sources.intake import Imported, Source, import_paths
from simulator.sources.paths import Progress
from simulator.sources.shopify.export import SHOPIFY
from simulator.sources.table import ENCODINGS, ImportedTable, TableOptions, import_table

_LINES_SHOWN = 5
_COLUMNS_SHOWN = 20
_PATIENCE = 1.0  # seconds before a progress bar appears
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", ",": ",", ";": ";", "|": "|"}

_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
_SNAPSHOT = click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    default=Path("simulator.db"),
    show_default=True,
    envvar="SIMULATOR_SNAPSHOT",
    help="The snapshot to make, or to merge into.",
)


@click.group("import")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Read exports into a snapshot: all or nothing, and again and again.

    What is newer replaces what is older; the same export once more changes nothing.
    """
    if ctx.default_map is not None:
        ctx.default_map = dict.fromkeys(command.commands, ctx.default_map)


@command.command("gorgias", short_help="Exports of the helpdesk: tickets, messages, rules.")
@_PATHS
@_SNAPSHOT
def gorgias(paths: tuple[Path, ...], snapshot: Path) -> None:
    """Read files or folders of the Gorgias API: tickets, messages, customers, events, rules and more.

    JSON, JSON Lines, .gz and .zip; pages or bare lists. The kind comes from the file's name
    (tickets, ticket_details, tickets_1), else from the records' uri.
    """
    _import(paths, snapshot, GORGIAS)


@command.command("shopify", short_help="Orders of the shop, with their refunds.")
@_PATHS
@_SNAPSHOT
def shopify(paths: tuple[Path, ...], snapshot: Path) -> None:
    """Read orders with their refunds: Admin API JSON or JSON Lines, or the orders CSV export."""
    _import(paths, snapshot, SHOPIFY)


@command.command("table", short_help="A CSV or Parquet table of your own, joined to customers.")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", metavar="COLUMN", help="The column with the e-mail address or customer id.")
@click.option(
    "--date", "--date-column", "date", metavar="COLUMN", help="The column that says from when on a row holds (UTC)."
)
@click.option(
    "--separator",
    type=click.Choice(tuple(_SEPARATORS)),
    help="What stands between cells (default: whatever gives the header most columns).",
)
@click.option(
    "--encoding",
    type=click.Choice(ENCODINGS, case_sensitive=False),
    default="utf-8",
    show_default=True,
    help="How the text of a CSV file is written; a byte order mark overrules it.",
)
@_SNAPSHOT
def table(
    name: str, file: Path, key: str | None, date: str | None, separator: str | None, encoding: str, snapshot: Path
) -> None:
    """Read a CSV or Parquet FILE as the table NAME, joined to customers by e-mail or customer id.

    Rules read it as ticket.customer.external.NAME.COLUMN. With --date a ticket sees the row that held at its time.
    The same NAME again replaces the table.
    """
    options = TableOptions(key, date, _SEPARATORS[separator] if separator else None, encoding)
    with _progress((file,)) as progress:
        done = import_table(snapshot, name, file, options, progress)
    _report(done, snapshot)
    for line in _table_lines(name, done, date is not None):
        click.echo(line)


def _import(paths: tuple[Path, ...], snapshot: Path, source: Source) -> None:
    with _progress(paths) as progress:
        done = import_paths(snapshot, paths, source, progress)
    _report(done, snapshot)


def _report(done: Imported, snapshot: Path) -> None:
    """The closing lines: what was read on stderr, what the snapshot holds now on stdout."""
    for line in _read_lines(done):
        click.echo(line, err=True)
    with closing(open_snapshot(snapshot)) as connection:
        summary = summarise(connection)
    click.echo(counts_table(summary))
    click.echo()
    if not done.is_news:
        click.echo("Nothing new: the snapshot already held all of this.")
    for doubt in done.doubts:
        example = f" (such as {for_terminal(doubt.example)})" if doubt.example else ""
        click.echo(bullet(f"{doubt.times:,} {for_terminal(doubt.kind)} {doubt.reason}{example}"))
    click.echo(f"Snapshot     {for_terminal(snapshot.as_posix())}")
    click.echo(f"Fingerprint  {done.fingerprint}")
    for line in _next_steps(summary, snapshot):
        click.echo(line, err=True)


def _table_lines(name: str, done: ImportedTable, dated: bool) -> Iterator[str]:
    """What rules can read of a table, and whom its rows belong to."""
    columns = done.columns or {}
    listed = ", ".join(for_terminal(column) for column in list(columns)[:_COLUMNS_SHOWN])
    more = f" and {len(columns) - _COLUMNS_SHOWN:,} more" if len(columns) > _COLUMNS_SHOWN else ""
    yield f"In rules     ticket.customer.external.{name}.COLUMN: {listed}{more}"
    for column, written in columns.items():
        if column != written:
            yield bullet(f'column "{for_terminal(written)}" is {for_terminal(column)} in rules')
    held = "as of each event" if dated else "as of today (no --date): every hit that rests on it is counted"
    yield bullet(f"its values are {held}")
    yield bullet(f"{done.joined:,} of {_counted(done.rows, 'row')} belong to a customer of the snapshot{_hint(done)}")


def _hint(done: ImportedTable) -> str:
    if done.joined or not done.customers:
        return ""
    return ": no rule on it can match; is the key column the right one (--key)?"


def _read_lines(done: Imported) -> Iterator[str]:
    if done.files:
        what = ", ".join(f"{count:,} {kind}" for kind, count in sorted(done.read.items())) or "no records"
        yield f"Read {_counted(done.files, 'file')}: {what}."
    if done.known_files:
        yield f"{_counted(done.known_files, 'file')} had been read before."
    if done.ignored:
        names = ", ".join(for_terminal(name) for name in done.ignored[:_LINES_SHOWN])
        more = ", ..." if len(done.ignored) > _LINES_SHOWN else ""
        yield f"Left out {_counted(len(done.ignored), 'file')} of another kind: {names}{more}"


def _next_steps(summary: Summary, snapshot: Path) -> Iterator[str]:
    name = for_terminal(snapshot.as_posix())
    if not summary.counts["tickets"]:
        yield f"Next: simulator import gorgias PATH --snapshot {name}"
    elif not summary.counts["orders"]:
        yield f"Next: simulator import shopify PATH --snapshot {name}   (money; optional)"
    else:
        yield f"Next: simulator run --snapshot {name} --baseline RULES --candidate RULES"
    yield f"More: simulator snapshot info {name}"


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


@contextmanager
def _progress(paths: tuple[Path, ...]) -> Iterator[Progress]:
    """A bar of bytes read on stderr, if that is a terminal and the work takes more than a second."""
    if not sys.stderr.isatty():
        yield _silent
        return
    bar = click.progressbar(length=max(1, _size(paths)), label="Reading", file=sys.stderr, update_min_steps=1 << 18)
    due = _Due(bar.update)
    try:
        yield due
    finally:
        if due.is_shown:
            bar.render_finish()


class _Due:
    """Passes bytes on to the bar once a second has gone by."""

    def __init__(self, update: Callable[[int], None]) -> None:
        self._update, self._waiting, self._start = update, 0, time.monotonic()
        self.is_shown = False

    def __call__(self, count: int) -> None:
        self._waiting += count
        self.is_shown = self.is_shown or time.monotonic() - self._start > _PATIENCE
        if self.is_shown:
            self._update(self._waiting)
            self._waiting = 0


def _size(paths: tuple[Path, ...]) -> int:
    """Bytes of all files under the paths; what cannot be looked at counts nothing."""
    files = (file for path in paths for file in (path.rglob("*") if path.is_dir() else (path,)))
    return sum(file.stat().st_size for file in files if file.is_file() and not file.is_symlink())


def _silent(_count: int) -> None:
    """Nobody is watching."""
