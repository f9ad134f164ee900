"""The orders CSV export and tables of one's own: physical lines, strict cells, exact money (row C1)."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import InputError
from simulator.sources.table import import_table

from .exports import gorgias, order, rows, shopify, ticket, write

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


def _table(folder: Path, content: bytes, **options: Any) -> Any:
    file = folder / "loyalty.csv"
    file.write_bytes(content)
    options = {"key": None, "date_column": None, **options}
    return import_table(folder / "s.db", "loyalty", file, progress=lambda _count: None, **options)


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"", "I012", "loyalty.csv"),
        (b"email,tier\n", "I012", "loyalty.csv"),
        (b"email,email\na@b,1\n", "I012", "loyalty.csv:1"),
        (b"email,\na@b,1\n", "I012", "loyalty.csv:1"),
        (b"email;tier\na@b;1\n", "I012", "loyalty.csv:1"),
        (b"email,tier\na@b,1\na@b\n", "I012", "loyalty.csv:3"),
        (b'email,tier\n"a@b,1\n', "I012", "loyalty.csv:2"),
        (b'email,tier\n"a"b,1\n', "I012", "loyalty.csv:2"),
        (b"email,tier\na@b,\x00\n", "I012", "loyalty.csv:2"),
        ("email,tier\na@b,é\n".encode("latin-1"), "I006", "loyalty.csv:2"),
        ("email,tier\na@b,1\n".encode("utf-16"), "I012", "loyalty.csv:1"),
        (b"email,tier\na@b," + b"x" * 1_100_000 + b"\n", "I012", "loyalty.csv:2"),
        (b"mail box,tier\na@b,1\n", "I012", "loyalty.csv"),
    ],
)
def test_malformed_tables(tmp_path: Path, content: bytes, code: str, place: str) -> None:
    """Empty, twice-named, ragged, unclosed, NUL, Latin-1, UTF-16, endless cell, no key: refused with the line."""
    assert _refused(lambda: _table(tmp_path, content))[:2] == (code, place)
    assert not (tmp_path / "s.db").exists()


def test_a_table(tmp_path: Path) -> None:
    """Keys as they are compared, every cell as text, dates in UTC, rows without a key left out and counted."""
    content = "\ufeffTier,E-Mail,since\r\n=GOLD, Ann@Example.com ,2026-03-02\r\n\r\nx,,\r\ny,007,\r\n".encode()
    done = _table(tmp_path, content, date_column="since")
    assert rows(tmp_path / "s.db", "SELECT table_name, row, key, at, columns FROM external_row") == [
        ("loyalty", 1, "ann@example.com", 1_772_409_600_000_000,
         '{"E-Mail":" Ann@Example.com ","Tier":"=GOLD","since":"2026-03-02"}'),
        ("loyalty", 3, "7", None, '{"E-Mail":"007","Tier":"y","since":""}'),
    ]  # fmt: skip
    assert [(doubt.times, doubt.example) for doubt in done.doubts] == [(1, "line 4")]


def test_a_table_replaces_itself(tmp_path: Path) -> None:
    """The whole table is the newest file; the same file again is nothing new; others stay."""
    gorgias(tmp_path / "s.db", write(tmp_path / "tickets.json", [ticket()]))
    assert _table(tmp_path, b"email,tier\na@b,1\nc@d,2\n").is_news
    assert not _table(tmp_path, b"email,tier\na@b,1\nc@d,2\n").is_news
    assert _table(tmp_path, b"email,tier\na@b,3\n").is_news
    assert rows(tmp_path / "s.db", "SELECT columns FROM external_row") == [('{"email":"a@b","tier":"3"}',)]
    assert rows(tmp_path / "s.db", "SELECT count(*) FROM ticket") == [(1,)]


@pytest.mark.parametrize("column", ["email", "E-mail", "Customer_Email", "customer id", "Shopify Customer ID"])
def test_the_key_is_found(tmp_path: Path, column: str) -> None:
    """Known names of the key column, whatever their case and hyphens."""
    _table(tmp_path, f"x,{column}\n1,5\n".encode())
    assert rows(tmp_path / "s.db", "SELECT key FROM external_row") == [("5",)]


def test_a_named_key(tmp_path: Path) -> None:
    """Any column can be the key; a wrong name gets the nearest right one."""
    _table(tmp_path, b"buyer,tier\na@b,1\n", key="buyer")
    assert rows(tmp_path / "s.db", "SELECT key FROM external_row") == [("a@b",)]
    with pytest.raises(InputError) as caught:
        _table(tmp_path, b"buyer,tier\na@b,1\n", key="buyr")
    assert caught.value.diagnostics[0].help == 'did you mean "buyer"?'


def test_wrong_dates_and_names(tmp_path: Path) -> None:
    """A date that does not parse, and a name that is none."""
    found = _refused(lambda: _table(tmp_path, b"email,since\na@b,soon\n", date_column="since"))
    assert found[:2] == ("I009", "loyalty.csv:2")
    file = tmp_path / "loyalty.csv"
    named = _refused(lambda: import_table(tmp_path / "s.db", "../x", file, None, None, lambda _count: None))
    assert named[0] == "I012"


def test_parquet_needs_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package, the message says how to get it."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    file = tmp_path / "loyalty.parquet"
    file.write_bytes(b"PAR1")
    found = _refused(lambda: import_table(tmp_path / "s.db", "loyalty", file, None, None, lambda _count: None))
    assert (found[0], "pyarrow" in found[2]) == ("I013", True)
