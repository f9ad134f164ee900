"""The demo shop as a snapshot, copied into memory for each test that takes something away from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from simulator.bundled import build_demo
from simulator.engine.replay import bits_for, replay
from simulator.facts.directory import read_directory
from simulator.facts.facts import read_facts
from simulator.facts.read_history import read_history
from simulator.fidelity.measure import measure, yardstick
from simulator.fidelity.values import Fidelity
from simulator.snapshot.store import open_snapshot

Without = Callable[[str], Fidelity]
"""SQL that takes something away -> the fidelity of what is left."""


def fidelity_of(connection: sqlite3.Connection) -> Fidelity:
    """The comparison over all tickets of a snapshot."""
    stick, history = yardstick(connection), read_history(connection)
    bits, directory = bits_for(read_facts(connection, history), stick.rulesets), read_directory(connection)
    tickets = frozenset(ticket.id for ticket in history.tickets)
    return measure(stick, connection, bits, tickets, lambda live: replay(live, bits, directory))


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo shop; not to be changed."""
    path = tmp_path_factory.mktemp("shop") / "demo.db"
    build_demo(path)
    return path


@pytest.fixture
def without(shop: Path) -> Iterator[Without]:
    """The demo shop after some SQL."""
    with closing(open_snapshot(shop)) as whole, closing(sqlite3.connect(":memory:")) as copy:
        whole.backup(copy)

        def less(sql: str) -> Fidelity:
            copy.executescript(sql)
            return fidelity_of(copy)

        yield less
