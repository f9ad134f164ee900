"""The queries of docs/saved-runs.md run as they stand, and say what the report says."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from simulator.pipeline import Run
from simulator.saved.store import save_run
from tests.twin.worlds import loaded

from .runs import NAMES, run_of

PAGE = Path(__file__).parents[2] / "docs" / "saved-runs.md"
HOUR = 3_600_000_000

OLD = """
version: 1
rules:
  - {id: vip, name: VIP, on: [ticket-created], if: {ticket.subject: {contains: gold}}, then: [{addTags: VIP}]}
  - {id: rush, name: Rush, on: [ticket-created], then: [{setPriority: critical}]}
"""
NEW = """
version: 1
rules:
  - {id: vip, name: VIP, on: [ticket-created], then: [{addTags: VIP}]}
  - {id: rush, name: Rush, on: [ticket-created], then: [{setPriority: low}]}
"""


@pytest.fixture
def run() -> Run:
    """Two tickets of one buyer: one gains VIP, both lose priority, the later one took the order."""
    rows = {
        "customer": [{"id": 5, "email": "a@example.com"}],
        "customer_address": [{"customer_id": 5, "address": "a@example.com"}],
        "ticket": [
            {"id": 1, "customer_id": 5, "subject": "gold", "created_at": 0, "channel": "email"},
            {"id": 2, "customer_id": 5, "subject": "silver", "created_at": HOUR, "channel": "email"},
        ],
        "shop_order": [{"id": 70, "email": "a@example.com", "created_at": 2 * HOUR, "total_minor": 1250}],
    }
    return run_of(rows, loaded(OLD), loaded(NEW))


def test_the_queries_of_the_page(run: Run, tmp_path: Path) -> None:
    """Each of the three, in the order of the page."""
    save_run(tmp_path / "run.sqlite", run, NAMES)
    queries = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    uri = (tmp_path / "run.sqlite").as_uri() + "?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        gained, busiest, bought = (connection.execute(query).fetchall() for query in queries)
    assert gained == [(2, 5, "vip", "1970-01-01 01:00:00")]
    assert busiest == [("rush", "edited", 2, 2, 2, 0), ("vip", "edited", 1, 2, 1, 0)]
    assert bought == [(2, "critical", "low", "EUR", 1250)]


def test_every_table_is_told(run: Run, tmp_path: Path) -> None:
    """The page names each table."""
    save_run(tmp_path / "run.sqlite", run, NAMES)
    with closing(sqlite3.connect(tmp_path / "run.sqlite")) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    page = PAGE.read_text("utf-8")
    assert {name for name in tables if f"`{name}`" not in page} == set()
