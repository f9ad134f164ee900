"""A folder of real exports, named by SIMULATOR_REAL_DATA: all of it comes in, from its lines and from its pages."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from simulator.snapshot.verify import verify

from .exports import gorgias, rows, shopify

pytestmark = pytest.mark.real


def _lines(path: Path) -> list[dict[str, object]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_everything_comes_in(real_data: Path, tmp_path: Path) -> None:
    """Every record of every file is there once; again changes nothing; the file is whole."""
    snapshot = tmp_path / "s.db"
    gorgias(snapshot, real_data)
    done = shopify(snapshot, real_data)
    for table, file in {
        "ticket": "tickets", "message": "messages", "customer": "customers", "event": "events", "shop_order": "orders",
        "survey": "satisfaction_surveys",
    }.items():  # fmt: skip
        ids = {record["id"] for record in _lines(real_data / f"{file}.jsonl.gz")}
        assert {row[0] for row in rows(snapshot, f"SELECT id FROM {table}")} == ids
    assert rows(snapshot, "SELECT count(*) FROM event WHERE ticket_id IS NULL") == [(0,)]
    details = {record["id"]: int(bool(record["spam"])) for record in _lines(real_data / "ticket_details.jsonl.gz")}
    assert dict(rows(snapshot, "SELECT id, spam FROM ticket WHERE spam IS NOT NULL")) == details
    assert not gorgias(snapshot, real_data).is_news
    assert verify(snapshot, full=True) == done.fingerprint


def test_pages_alone(real_data: Path, tmp_path: Path) -> None:
    """The cursor pages by themselves."""
    gorgias(tmp_path / "s.db", real_data / "pages")
    shopify(tmp_path / "s.db", real_data / "pages")
    assert all(
        rows(tmp_path / "s.db", f"SELECT count(*) > 0 FROM {table}") == [(1,)]
        for table in ("ticket", "rule", "shop_order")
    )


def test_csv_alone(real_data: Path, tmp_path: Path) -> None:
    """The CSV export agrees with the API on what both say."""
    shopify(tmp_path / "csv.db", real_data / "orders_export.csv")
    shopify(tmp_path / "api.db", real_data / "orders.jsonl.gz")
    columns = "id, name, email, created_at, currency, total_minor, financial_status"
    api = set(rows(tmp_path / "api.db", f"SELECT {columns} FROM shop_order"))
    csv = set(rows(tmp_path / "csv.db", f"SELECT {columns} FROM shop_order"))
    assert len(csv) == 120
    assert csv <= api
