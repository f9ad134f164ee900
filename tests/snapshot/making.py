"""A small snapshot for the tests."""

from __future__ import annotations

import hashlib
from pathlib import Path

from simulator.snapshot.write import writing

TEAM = "INSERT INTO team (id, name) VALUES (?, ?)"


def make(path: Path, *teams: tuple[int, str]) -> Path:
    """A snapshot with some teams, made or added to."""
    with writing(path) as work:
        work.connection.executemany(TEAM, teams or ((1, "Care"), (2, "Sales")))
    return path


def sha256(path: Path) -> str:
    """Of the bytes of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
