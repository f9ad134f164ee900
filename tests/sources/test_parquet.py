"""Tables of one's own as Parquet: the same rows as their CSV form would give."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import InputError
from simulator.sources.table import ImportedTable, TableOptions, import_table

from .exports import rows

pa = pytest.importorskip("pyarrow", reason="Parquet is an extra: pip install 'simulator[parquet]'")
pq = pytest.importorskip("pyarrow.parquet", reason="Parquet is an extra: pip install 'simulator[parquet]'")


def _import(folder: Path, table: Any, **options: Any) -> ImportedTable:
    file = folder / "loyalty.parquet"
    pq.write_table(pa.table(table), file)
    return import_table(folder / "s.db", "loyalty", file, TableOptions(**options), lambda _count: None)


def _stored(folder: Path) -> list[tuple[object, ...]]:
    found = rows(folder / "s.db", "SELECT key, at, columns FROM external_row ORDER BY row")
    return [(key, at, json.loads(str(columns))) for key, at, columns in found]


def test_values_as_they_would_stand_in_a_cell(tmp_path: Path) -> None:
    """Exact decimals, plain digits, true and false, ISO instants; null and NaN are empty; lists are left out."""
    _import(
        tmp_path,
        {
            "email": ["A@b.com", None],
            "points": pa.array([Decimal("1E+2"), None], pa.decimal128(9, 2)),
            "spent": [1e16, float("nan")],
            "share": [0.1, None],
            "vip": [True, None],
            "born": [date(1990, 2, 3), None],
            "seen": [datetime(2026, 3, 2, 9, tzinfo=UTC), None],
            "tags": [["a"], None],
            "raw": [b"\xff", None],
        },
        key="email",
    )
    assert _stored(tmp_path) == [
        (
            "a@b.com", None,
            {"email": "A@b.com", "points": "100.00", "spent": "10000000000000000", "share": "0.1", "vip": "true",
             "born": "1990-02-03", "seen": "2026-03-02T09:00:00+00:00"},
        )
    ]  # fmt: skip


def test_ids_and_dates(tmp_path: Path) -> None:
    """Ids that a data frame made floats of are still ids; dates and naive instants are in UTC."""
    table = {"customer_id": [7.0, None, 8.0], "since": pa.array([0, 1, 86_400_000_000], pa.timestamp("us"))}
    done = _import(tmp_path, table, date="since")
    assert [row[:2] for row in _stored(tmp_path)] == [("7", 0), ("8", 86_400_000_000)]
    assert [(doubt.times, doubt.example) for doubt in done.doubts] == [(1, "line 2")]


def test_a_file_that_is_none(tmp_path: Path) -> None:
    """Cut, other content, or in an archive: refused, nothing imported."""
    file = tmp_path / "loyalty.parquet"
    pq.write_table(pa.table({"email": ["a@b"] * 1_000}), file)
    with zipfile.ZipFile(tmp_path / "loyalty.zip", "w") as archive:
        archive.write(file, "loyalty.parquet")
    whole = file.read_bytes()
    for path, content in ((file, whole[:-9]), (file, b"PAR1"), (file, whole[:40] + bytes(40) + whole[80:]),
                          (tmp_path / "loyalty.zip", None)):  # fmt: skip
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InputError) as caught:
            import_table(tmp_path / "s.db", "loyalty", path, TableOptions(), lambda _count: None)
        assert caught.value.diagnostics[0].code == "I012"
        assert not (tmp_path / "s.db").exists()
