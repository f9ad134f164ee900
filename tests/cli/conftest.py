"""What the tests of the command line share: a project as `init` makes it, and a small export."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ..sources.exports import detail, event, order, write
from .program import run_inside


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as `init` leaves it; not to be changed."""
    folder = tmp_path_factory.mktemp("started") / "shop"
    assert run_inside("init", folder, folder=folder.parent).code == 0
    return folder


@pytest.fixture
def project(started: Path, tmp_path: Path) -> Path:
    """A project of one's own, to change; what runs on the other one kept is not in it."""
    return Path(shutil.copytree(started, tmp_path / "project", ignore=shutil.ignore_patterns("*.cache")))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A small export: two tickets, two events, an order."""
    folder = tmp_path / "export"
    folder.mkdir()
    write(folder / "ticket_details.jsonl", [detail(), detail(2, created_datetime="2026-04-02T09:00:00Z")])
    write(folder / "events.jsonl", [event(1, "ticket-created", "Ticket", 1), event(2, "ticket-closed", "Ticket", 2)])
    write(folder / "orders.jsonl", [order()])
    return folder
