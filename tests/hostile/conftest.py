"""A small snapshot with a shop, live rules and a table, for hostile inputs of every kind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ..cli.program import run_inside
from ..sources.exports import customer, detail, event, order, write

LIVE = 'if (containsAny(ticket.subject, ["where"])) { Action("addTags", {"tags": "status"}) }'


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `s.db` and two good rule sets; not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    export = folder / "export"
    export.mkdir()
    write(export / "ticket_details.jsonl", [detail(), detail(2, created_datetime="2026-04-02T09:00:00Z")])
    write(export / "events.jsonl", [event(1, "ticket-created", "Ticket", 1), event(2, "ticket-closed", "Ticket", 2)])
    write(export / "customers.json", [customer()])
    live = {"id": 5, "name": "Live", "code": LIVE, "event_types": "ticket-created", "priority": 1}
    write(export / "rules.json", [{**live, "uri": "/api/rules/5/", "type": "user", "deactivated_datetime": None}])
    write(export / "orders.jsonl", [order()])
    (folder / "table.csv").write_text("email,tier\nann@example.com,gold\n")
    assert run_inside("import", "gorgias", export, "--snapshot", "s.db", folder=folder).code == 0
    assert run_inside("import", "shopify", export, "--snapshot", "s.db", folder=folder).code == 0
    assert run_inside("import", "table", "loyalty", "table.csv", "--snapshot", "s.db", folder=folder).code == 0
    for name, tag in (("a", "x"), ("b", "y")):
        text = f"version: 1\nrules: [{{id: r, on: ticket-created, then: [{{addTags: [{tag}]}}]}}]\n"
        (folder / f"{name}.rules.yaml").write_text(text)
    assert run_inside("run", "--snapshot", "s.db", "--candidate", "a.rules.yaml", folder=folder).code == 0
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to change."""
    return Path(shutil.copytree(made, tmp_path / "place"))
