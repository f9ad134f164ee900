"""`import table`: a CSV or Parquet file of the shop's own (loyalty levels, warranties) joined by e-mail or customer id.

The whole table replaces an earlier one of the same name. A row without a key is left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

from simulator.diagnostics import Location, did_you_mean
from simulator.errors import input_error
from simulator.instants import parse_instant
from simulator.snapshot.merge import Merge
from simulator.snapshot.write import writing
from simulator.sources.csv_rows import CsvRow, csv_rows
from simulator.sources.fields import EARLIEST, LATEST, address, stored
from simulator.sources.intake import Imported
from simulator.sources.paths import Entry, Progress, entries
from simulator.sources.tally import Tally

KEYS = ("email", "e mail", "customer email", "email address", "customer id", "shopify customer id")
"""Columns taken as the key where none is named, the first that is there; case, `_` and `-` do not matter."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


def import_table(
    snapshot: Path, name: str, file: Path, key: str | None, date_column: str | None, progress: Progress
) -> Imported:
    """Make `file` the table `name` of `snapshot`. Raises InputError; then nothing was imported."""
    if not _NAME.fullmatch(name):
        raise input_error("I012", f"{name[:40]!r} is no name for a table: small letters, digits and _ only")
    done = Imported(files=1)
    entry = _only(file)
    with writing(snapshot) as work:
        merge = Merge(work.connection)
        work.connection.execute("DELETE FROM external_row WHERE table_name = ?", (name,))
        work.connection.execute("DELETE FROM skipped WHERE kind = ?", (f"table {name}",))
        table = None
        for row in _rows(entry, progress):
            table = table or _Table(name, entry.name, row, key, date_column)
            table.put(row, merge, done.doubts)
            done.read[name] += 1
        if not done.read[name]:
            raise input_error("I012", "the table has no rows", Location(entry.name))
        merge.flush()
        work.connection.executemany("INSERT INTO skipped VALUES (?, ?, ?, ?)", list(done.doubts))
    done.fingerprint, done.is_news = work.fingerprint, work.is_news
    return done


def _only(file: Path) -> Entry:
    if file.is_dir():
        raise input_error("I012", "a folder, not a table", Location(str(file)))
    found = list(entries((file,)))
    if len(found) != 1:
        raise input_error("I012", "an archive of several files: name one table", Location(str(file)))
    return found[0]


def _rows(entry: Entry, progress: Progress) -> Iterator[CsvRow]:
    if entry.suffix in (".parquet", ".pq"):
        yield from _parquet_rows(entry)
        return
    with entry.open(progress) as stream:
        yield from csv_rows(stream, entry.name)


def _parquet_rows(entry: Entry) -> Iterator[CsvRow]:
    """Rows as text; `line` counts rows from 1."""
    try:
        import pyarrow  # not a requirement: only Parquet needs it
        import pyarrow.parquet
    except ImportError:
        help = "pip install pyarrow, or export the table as CSV"
        raise input_error("I013", "a Parquet file needs the package pyarrow", Location(entry.name), help) from None
    try:
        number = 0
        for batch in pyarrow.parquet.ParquetFile(entry.name).iter_batches():
            for record in batch.to_pylist():
                number += 1
                yield CsvRow(number, {name: "" if value is None else str(value) for name, value in record.items()})
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        what = f"not a readable Parquet file: {type(error).__name__}"
        raise input_error("I012", what, Location(entry.name)) from None


class _Table:
    """Turns the rows of one table into rows of external_row. Which column is the key is settled by the first row."""

    def __init__(self, name: str, file: str, first: CsvRow, key: str | None, date_column: str | None) -> None:
        self._name, self._file, self._count = name, file, 0
        self._key = _column(key, first, file) if key else _key_column(first, file)
        self._date = _column(date_column, first, file) if date_column else None

    def put(self, row: CsvRow, merge: Merge, doubts: Tally) -> None:
        """Add one row, or count why it is left out."""
        self._count += 1
        key = _key_of(row.cells[self._key])
        if key is None:
            doubts.add(f"table {self._name}", "without an e-mail address or customer id: left out", f"line {row.line}")
            return
        columns = stored({column: _clean(value) for column, value in row.cells.items()}, "columns")
        merge.put(
            "external_row",
            {"table_name": self._name, "row": self._count, "key": key, "at": self._at(row), "columns": columns},
        )

    def _at(self, row: CsvRow) -> int | None:
        """From when on the row holds; an instant without an offset, or a date alone, is in UTC."""
        text = row.cells[self._date].strip() if self._date else ""
        if not text:
            return None
        try:
            moment = parse_instant(text, UTC)
        except ValueError as error:
            raise input_error("I009", f"{self._date}: {error}", Location(self._file, row.line)) from None
        if not EARLIEST <= moment < LATEST:
            raise input_error("I009", f"{self._date}: outside the years 1970 to 2199", Location(self._file, row.line))
        return moment


def _column(wanted: str, row: CsvRow, file: str) -> str:
    if wanted not in row.cells:
        raise input_error("I012", f"no column {wanted[:60]!r}", Location(file), did_you_mean(wanted, row.cells))
    return wanted


def _key_column(row: CsvRow, file: str) -> str:
    plain = {re.sub(r"[ _-]+", " ", column.strip().lower()): column for column in reversed(row.cells)}
    for known in KEYS:
        if known in plain:
            return plain[known]
    help = f"name it with --key; the columns are {', '.join(row.cells)}"[:200]
    raise input_error("I012", "no column is known as the e-mail address or customer id", Location(file), help)


def _key_of(cell: str) -> str | None:
    """An e-mail address as it is compared, or the digits of a customer id."""
    text = cell.strip()
    if "@" in text:
        return address(_clean(text))
    return str(int(text)) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _clean(text: str) -> str:
    """Half characters cannot be stored; nothing else is changed."""
    return text.encode("utf-8", "replace").decode("utf-8")
