"""The orders CSV export: physical lines, strict cells, exact money."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import InputError

from .exports import order, rows, shopify, write

HEADER = ["Name", "Email", "Financial Status", "Fulfillment Status", "Fulfilled at", "Currency", "Total", "Created at",
          "Discount Code", "Notes", "Cancelled at", "Refunded Amount", "Outstanding Balance", "Id", "Tags", "Source",
          "Shipping Country", "Lineitem name"]  # fmt: skip
FIRST = {"Name": "#1", "Email": "Ann@example.com", "Financial Status": "partially_refunded", "Currency": "EUR",
         "Fulfillment Status": "unfulfilled", "Total": "50.00", "Created at": "2026-03-03 10:00:00 +0100",
         "Refunded Amount": "5.00", "Outstanding Balance": "0.00", "Id": "500", "Tags": "gift, vip", "Source": "web",
         "Notes": 'two\nlines, "quoted"', "Shipping Country": "FR", "Lineitem name": "=1+1"}  # fmt: skip
NEXT = {"Name": "#1", "Email": "Ann@example.com", "Created at": "2026-03-03 10:00:00 +0100", "Lineitem name": "B"}


def _csv(path: Path, *records: dict[str, str], header: list[str] | None = None) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, header or HEADER, restval="")
    writer.writeheader()
    writer.writerows(records)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path


def _refused(action: Any) -> tuple[str, str, str]:
    with pytest.raises(InputError) as caught:
        action()
    first = caught.value.diagnostics[0]
    return first.code, Path(str(first.location)).name, first.message


def test_orders(tmp_path: Path) -> None:
    """Order cells from the first row, further rows add nothing, the refund has no date; all of that is counted."""
    second = {**FIRST, "Name": "#2", "Id": "501", "Refunded Amount": "0.00", "Financial Status": "paid"}
    done = shopify(tmp_path / "s.db", _csv(tmp_path / "orders_export.csv", FIRST, NEXT, second))
    columns = (
        "id, name, email, currency, total_minor, financial_status, fulfillment_status, tags, test, origin, source_name"
    )
    assert rows(tmp_path / "s.db", f"SELECT {columns} FROM shop_order ORDER BY id") == [
        (500, "#1", "ann@example.com", "EUR", 5000, "partially_refunded", None, '["gift","vip"]', 0, "csv", "web"),
        (501, "#2", "ann@example.com", "EUR", 5000, "paid", None, '["gift","vip"]', 0, "csv", "web"),
    ]
    found = rows(tmp_path / "s.db", "SELECT id, order_id, at, amount_minor, currency FROM order_refund")
    assert found == [(-500, 500, None, 500, "EUR")]
    assert {(doubt.reason.split(":")[1], doubt.times) for doubt in done.doubts} == {
        (" it does not say which orders were tests", 2),
        (" it does not say when", 1),
    }


def test_the_api_beats_the_csv(tmp_path: Path) -> None:
    """In either order, and the doubts of the CSV go with its rows."""
    files = (_csv(tmp_path / "orders.csv", FIRST), write(tmp_path / "orders.json", {"orders": [order()]}))
    for number, order_of_files in enumerate((files, files[::-1])):
        done = None
        for file in order_of_files:
            done = shopify(tmp_path / f"{number}.db", file)
        assert rows(tmp_path / f"{number}.db", "SELECT origin FROM shop_order") == [("api",)]
        assert rows(tmp_path / f"{number}.db", "SELECT count(*) FROM order_refund") == [(0,)]
        assert done is not None and list(done.doubts) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [({"Total": "50,00"}, "I010"), ({"Total": "50.001"}, "I010"), ({"Total": ""}, "I010"),
     ({"Refunded Amount": "x"}, "I010"), ({"Id": ""}, "I008"), ({"Id": "5e3"}, "I008"),
     ({"Created at": "03/03/2026"}, "I009"), ({"Currency": ""}, "I010")],
)  # fmt: skip
def test_wrong_cells(tmp_path: Path, change: dict[str, str], code: str) -> None:
    """The physical line is named, even behind a cell of several lines."""
    path = _csv(tmp_path / "orders.csv", {**FIRST, "Name": "#0", "Id": "499"}, {**FIRST, **change})
    assert _refused(lambda: shopify(tmp_path / "s.db", path))[:2] == (code, "orders.csv:4")
    assert not (tmp_path / "s.db").exists()


def test_a_line_without_its_order(tmp_path: Path) -> None:
    """A cut export that begins in the middle of an order."""
    path = _csv(tmp_path / "orders.csv", NEXT)
    assert _refused(lambda: shopify(tmp_path / "s.db", path))[:2] == ("I012", "orders.csv:2")


def test_missing_columns(tmp_path: Path) -> None:
    """A shortened export."""
    path = _csv(
        tmp_path / "orders.csv", {"Name": "#1", "Financial Status": "paid"}, header=["Name", "Financial Status", "X"]
    )
    assert _refused(lambda: shopify(tmp_path / "s.db", path))[0] == "I012"
