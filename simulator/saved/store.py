"""Saved runs as files: written whole or not at all, opened only when they are, byte for byte, what was written."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from simulator import __version__
from simulator.diff.values import Side
from simulator.errors import InputError
from simulator.hours import NEVER
from simulator.pipeline import Run, touched_by
from simulator.report.files import check_output
from simulator.report.values import RuleSetInfo
from simulator.rules.model import RuleSet
from simulator.saved.money_rows import read_projection, write_projection
from simulator.saved.outcome_rows import read_outcomes, read_tickets, write_outcomes, write_tickets
from simulator.saved.report_rows import Names, read_report, tool_version, write_report
from simulator.saved.rows import Spoiled, reading
from simulator.snapshot.sealed import HEADER, Codes, Kind, open_sealed, sidecar_of
from simulator.snapshot.sealing import begin, finish, is_disk_trouble, publish


@cache
def schema_sql() -> str:
    """The statements that make an empty saved run."""
    return (files(__package__) / "schema.sql").read_text(encoding="ascii")


SAVED_RUN = Kind(
    noun="saved run",
    schema=schema_sql,
    codes=Codes(
        missing="V001",
        no_file="V002",
        journal="V003",
        foreign="V004",
        version="V005",
        tables="V006",
        changed="V007",
        unusable="V008",
        unsound="V009",
    ),
    maker=lambda name: f"simulator run ... --save {name}",
    again="run again with --save",
)
"""What a saved run is among the sealed files."""


class Saved(NamedTuple):
    """A saved run: the run as every format takes it, and the snapshot and rules that it names."""

    run: Run
    names: Names


def check_target(path: Path, inputs: Iterable[Path] = ()) -> None:
    """Whether a run may be saved there, before any work is done: a new file, or in the place of a saved run.

    Raises InputError O001 to O003, V003 and V013.
    """
    check_output(path, inputs)
    try:
        if not path.exists():
            return
        if not path.is_file() or not SAVED_RUN.owns(_head(path)):
            raise SAVED_RUN.fault("V013", path, "would replace a file that is not a saved run")
    except OSError as error:
        raise _cannot("read", path, error) from error
    journal = sidecar_of(path)
    if journal is not None:
        raise SAVED_RUN.fault("V003", path, f"has a journal beside it ({journal}): another program had it open")


def save_run(path: Path, run: Run, names: Names, inputs: Iterable[Path] = ()) -> None:
    """Write the run whole or not at all, readable by its owner only. The paths in `names`: see `name_from`.

    Raises InputError as `check_target`, V008 disk or permission, V009 own checks.
    """
    check_target(path, inputs)
    try:
        with _partial(path) as partial:
            with closing(begin(partial, schema_sql())) as connection:
                _write(connection, run, names)
                finish(connection, SAVED_RUN, path)
            publish(partial, SAVED_RUN, path)
    except OSError as error:
        raise _cannot("written", path, error) from error
    except sqlite3.DatabaseError as error:
        if not is_disk_trouble(error):
            raise
        raise SAVED_RUN.fault("V008", path, f"cannot be written: {error}") from error


@contextmanager
def open_run(path: Path) -> Iterator[Saved]:
    """A saved run while the block lasts: its tickets are read when a format asks for them.

    Raises InputError V001 to V010, inside the block too.
    """
    with closing(open_sealed(path, SAVED_RUN)) as connection:
        connection.guard()
        try:
            with reading():
                version = tool_version(connection)
            if version != __version__:
                what = f"was made by simulator {version}, and this is {__version__}"
                raise SAVED_RUN.fault("V010", path, what, SAVED_RUN.again)
            with reading():
                saved = _read(connection)
            yield saved
        except Spoiled as error:
            what = "is damaged: its rows are not those of a run"
            raise SAVED_RUN.fault("V007", path, what, SAVED_RUN.again) from error


def name_from(folder: Path, path: Path) -> str:
    """How a saved run in `folder` names a file: by the way from there, so that both may move together.

    On another drive, where there is no such way, by its whole path.
    """
    there = path.absolute().parent.resolve() / path.name
    try:
        return Path(os.path.relpath(there, folder.resolve())).as_posix()
    except ValueError:
        return there.as_posix()


def _write(connection: sqlite3.Connection, run: Run, names: Names) -> None:
    report = run.report
    write_report(connection, report, (run.before.rules, run.after.rules), names)
    write_tickets(connection, run.tickets, run.reported)
    changed = {edit.ticket for edit in report.diff.edits}
    write_outcomes(connection, run.before.outcome, run.after.outcome, run.reported, changed)
    if run.projection is not None:
        write_projection(connection, run.projection)


def _read(connection: sqlite3.Connection) -> Saved:
    report, names = read_report(connection)
    tickets = read_tickets(connection)
    reported = tuple(ticket.id for ticket in tickets)
    before, after = read_outcomes(connection, reported)
    projection = read_projection(connection, touched_by(report.diff.edits))
    old, new = _rules(report.baseline), _rules(report.candidate)
    run = Run(report, Side(old, before), Side(new, after), frozenset(reported), projection, tickets)
    return Saved(run, names)


def _rules(info: RuleSetInfo) -> RuleSet:
    """The name alone: no format reads rules, all that it says of them is in the report."""
    return RuleSet(info.name, (), NEVER)


@contextmanager
def _partial(path: Path) -> Iterator[Path]:
    """A file beside the one to be, for its owner only (0600), gone at the end unless it took its name."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.", suffix=".partial")
    os.close(number)
    partial = Path(name)
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEADER)


def _cannot(what: str, path: Path, error: OSError) -> InputError:
    return SAVED_RUN.fault("V008", path, f"cannot be {what}: {error.strerror or error}")
