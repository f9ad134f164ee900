"""Whether a saved run still fits the snapshot and the rules that it names, or those that somebody says it is of."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from simulator.diagnostics import Diagnostic, Location, Severity
from simulator.errors import InputError
from simulator.pipeline import resolve_side
from simulator.report.values import RuleSetInfo
from simulator.rules.canonical import digest
from simulator.rules.git_sets import is_git
from simulator.saved.report_rows import Names
from simulator.saved.store import Saved, name_from
from simulator.snapshot.store import meta_value, open_snapshot

WORDS = ("live", "none")
"""Rules that are no file: the snapshot says what they are, or there are none."""


def _is_no_file(spec: str) -> bool:
    return spec in WORDS or is_git(spec)


class Given(NamedTuple):
    """What the user says that the run is of; None where nothing is said."""

    snapshot: Path | None = None
    baseline: str | None = None
    candidate: str | None = None


def names_of(folder: Path, snapshot: Path, sides: tuple[str, str], seal: str | None) -> Names:
    """What a run that is saved in `folder` names; `seal` is the digest of the snapshot's file."""
    old, new = (spec if _is_no_file(spec) else name_from(folder, Path(spec)) for spec in sides)
    return Names(name_from(folder, snapshot), old, new, seal)


def check_fit(path: Path, saved: Saved, given: Given, allow_stale: bool = False) -> None:
    """Compare the fingerprint of the snapshot and the digests of both rule sets with those of the saved run `path`.

    What is given must fit. What is only named in the run must fit as well where it is still there, unless
    `allow_stale`. Raises InputError with every V011 and V012, or what reading a given file raises.
    """
    named = Given() if allow_stale else _still_there(path.parent, saved)
    connection, faults = _snapshot(saved, given.snapshot, named.snapshot)
    with closing(connection or sqlite3.connect(":memory:")) as source:
        report, is_open = saved.run.report, connection is not None
        faults += _rules("baseline", report.baseline, given.baseline, named.baseline, source, is_open)
        faults += _rules("candidate", report.candidate, given.candidate, named.candidate, source, is_open)
    if faults:
        raise InputError(faults)


def _still_there(folder: Path, saved: Saved) -> Given:
    """What the run names, as far as it exists; `live` and `none` say nothing that the snapshot does not."""
    names = saved.names
    snapshot = folder.resolve() / names.snapshot
    sides = (None if _is_no_file(spec) else folder.resolve() / spec for spec in (names.baseline, names.candidate))
    return Given(_existing(snapshot), *(None if (it := _existing(side)) is None else str(it) for side in sides))


def _existing(path: Path | None) -> Path | None:
    try:
        return path if path is not None and path.exists() else None
    except (OSError, ValueError):  # not to be seen by this user, or no path at all
        return None


def _snapshot(
    saved: Saved, given: Path | None, named: Path | None
) -> tuple[sqlite3.Connection | None, list[Diagnostic]]:
    """The snapshot that is there, open, and why it does not fit."""
    path = given or named
    if path is None:
        return None, []
    try:
        connection = open_snapshot(path)
    except InputError as error:
        if given is not None:
            raise
        return None, [_fault("V011", f"the snapshot of this run has changed: {error}", path, stale=True)]
    if meta_value(connection, "fingerprint") == saved.run.report.snapshot.fingerprint:
        return connection, []
    what = "the run is of another snapshot" if given else "the snapshot of this run has changed"
    return connection, [_fault("V011", what, path, stale=given is None)]


def _rules(
    side: str, info: RuleSetInfo, given: str | None, named: str | None, source: sqlite3.Connection, is_open: bool
) -> Iterator[Diagnostic]:
    """Why the rules of a side do not fit."""
    spec = given or named
    if spec is None:
        return
    if spec == "live" and not is_open:
        yield _fault("V012", f"the {side} cannot be compared with live rules: name the snapshot as well", None)
        return
    try:
        found = digest(resolve_side(spec, source).ruleset)
    except InputError as error:
        if given is not None:
            raise
        yield _fault("V012", f"the {side} rules of this run have changed: {error}", Path(spec), stale=True)
        return
    if found != info.digest:
        what = f"the run has other {side} rules" if given else f"the {side} rules of this run have changed"
        yield _fault("V012", what, Path(spec), stale=given is None)


def _fault(code: str, message: str, path: Path | None, stale: bool = False) -> Diagnostic:
    help = "run again, or report it as it was saved with --allow-stale" if stale else None
    return Diagnostic(code, Severity.ERROR, message, None if path is None else Location(str(path)), help)
