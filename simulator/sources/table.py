"""`import table`: a CSV or Parquet file of the shop's own (loyalty levels, warranties) joined by e-mail or customer id.

The whole table replaces an earlier one of the same name. A row without a key is left out and counted.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from simulator.diagnostics import Diagnostic, Location, Severity, did_you_mean
from simulator.errors import InputError, input_error
from simulator.instants import parse_instant
from simulator.snapshot.merge import Merge
from simulator.snapshot.write import writing
from simulator.sources.csv_rows import SEPARATORS, CsvRow, Layout, csv_rows
from simulator.sources.fields import EARLIEST, LATEST, address, stored
from simulator.sources.intake import Imported
from simulator.sources.limits import COLUMNS, ERRORS
from simulator.sources.parquet_rows import parquet_rows
from simulator.sources.paths import Entry, Progress, entries
from simulator.sources.tally import Tally

KEYS = ("email", "e mail", "customer email", "email address", "mail", "customer id", "shopify customer id")
"""Columns taken as the key where none is named, the first that is there; case, `_` and `-` do not matter."""

ENCODINGS = ("utf-8", "utf-16", "cp1252", "iso-8859-1", "iso-8859-15", "mac-roman")

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_NOT_IN_A_NAME = re.compile(r"[\s.{}]+")
_ID = re.compile(r"0*(\d{1,19})(?:\.0+)?", re.ASCII)
"""A customer id; spreadsheets and data frames like to write it as 123.0."""

_JOINED = """SELECT count(*) FROM external_row WHERE table_name = ? AND (
    key IN (SELECT address FROM customer_address)
    OR key IN (SELECT lower(trim(email)) FROM customer WHERE email IS NOT NULL)
    OR key IN (SELECT CAST(id AS TEXT) FROM customer)
    OR key IN (SELECT 'shopify:' || shop_customer_id FROM shop_profile WHERE shop_customer_id IS NOT NULL))"""
_DOUBLED = """SELECT coalesce(sum(rows - 1), 0) FROM (
    SELECT count(*) AS rows FROM external_row WHERE table_name = ? GROUP BY key, at HAVING rows > 1)"""


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What the user says of the file. Columns are named as in its header; a missing key column is looked for."""

    key: str | None = None
    date: str | None = None
    separator: str | None = None
    encoding: str = "utf-8"


@dataclass(slots=True)
class ImportedTable(Imported):
    """What importing a table did: its columns in rules -> in the file, its rows, and those that a customer has."""

    columns: Mapping[str, str] | None = None
    rows: int = 0
    joined: int = 0
    customers: int = 0


def import_table(snapshot: Path, name: str, file: Path, options: TableOptions, progress: Progress) -> ImportedTable:
    """Make `file` the table `name` of `snapshot`. Raises InputError; then nothing was imported."""
    if not _NAME.fullmatch(name):
        raise input_error("I012", f"{name[:40]!r} is no name for a table: small letters, digits and _ only")
    done = ImportedTable(files=1)
    entry = _only(file)
    with writing(snapshot) as work:
        work.connection.execute("DELETE FROM external_row WHERE table_name = ?", (name,))
        work.connection.execute("DELETE FROM skipped WHERE kind = ?", (f"table {name}",))
        table = _Table(name, entry.name, options, done.doubts)
        table.take(_rows(entry, options, progress), Merge(work.connection))
        done.columns, done.rows, done.read[name] = table.columns, table.rows, table.rows
        _count(work.connection, name, done)
        work.connection.executemany("INSERT INTO skipped VALUES (?, ?, ?, ?)", list(done.doubts))
    done.fingerprint, done.is_news = work.fingerprint, work.is_news
    return done


def _count(connection: sqlite3.Connection, name: str, done: ImportedTable) -> None:
    """What the whole table shows: rows that stand in each other's way, and rows that belong to somebody."""
    (doubled,) = connection.execute(_DOUBLED, (name,)).fetchone()
    if doubled:
        done.doubts.add(f"table {name}", "with the key and date of a later row: the last one counts", None, doubled)
    (done.joined,) = connection.execute(_JOINED, (name,)).fetchone()
    (done.customers,) = connection.execute("SELECT count(*) FROM customer").fetchone()


def _only(file: Path) -> Entry:
    if file.is_dir():
        raise input_error("I012", "a folder, not a table", Location(str(file)))
    found = list(entries((file,)))
    if len(found) != 1:
        raise input_error("I012", "an archive of several files: name one table", Location(str(file)))
    return found[0]


def _rows(entry: Entry, options: TableOptions, progress: Progress) -> Iterator[CsvRow]:
    if entry.suffix in (".parquet", ".pq"):
        yield from parquet_rows(Path(entry.name))
        return
    separators = SEPARATORS if options.separator is None else (options.separator,)
    layout = Layout(separators, options.encoding, "export it as UTF-8, or say what it is: --encoding cp1252")
    with entry.open(progress) as stream:
        yield from csv_rows(stream, entry.name, layout)


class _Table:
    """Turns the rows of one table into rows of external_row. Which column is what is settled by the first row."""

    def __init__(self, name: str, file: str, options: TableOptions, doubts: Tally) -> None:
        self._name, self._file, self._options, self._doubts = name, file, options, doubts
        self._errors: list[Diagnostic] = []
        self._key, self._date, self._is_shopify = "", "", False
        self.columns: dict[str, str] = {}
        """Name in rules -> name in the file."""
        self.rows = 0

    def take(self, rows: Iterable[CsvRow], merge: Merge) -> None:
        """Put all rows into the snapshot. Raises InputError with every wrong date, up to the limit ERRORS."""
        for row in rows:
            if not self.rows:
                self._settle(row)
            self.rows += 1
            self._put(row, merge)
            if len(self._errors) >= ERRORS:
                break
        if self._errors:
            raise InputError(self._errors)
        if not self.rows:
            raise input_error("I012", "the table has no rows", Location(self._file))
        merge.flush()

    def _settle(self, first: CsvRow) -> None:
        self.columns = _columns(first.cells, self._file)
        key, date = self._options.key, self._options.date
        self._key = _column(key, first, self._file) if key else _key_column(first, self._file)
        self._date = _column(date, first, self._file) if date else ""
        self._is_shopify = "shopify" in _plain(self._key)

    def _put(self, row: CsvRow, merge: Merge) -> None:
        """Add one row, or count why it is left out."""
        at = self._at(row)
        key = _key_of(row.cells[self._key], self._is_shopify)
        if key is None:
            what = "without an e-mail address or customer id: left out"
            self._doubts.add(f"table {self._name}", what, f"line {row.line}")
            return
        columns = stored({name: _clean(row.cells[column]) for name, column in self.columns.items()}, "columns")
        merge.put(
            "external_row", {"table_name": self._name, "row": self.rows, "key": key, "at": at, "columns": columns}
        )

    def _at(self, row: CsvRow) -> int | None:
        """From when on the row holds; an instant without an offset, or a date alone, is in UTC."""
        text = row.cells[self._date].strip() if self._date else ""
        if not text:
            return None
        try:
            moment = parse_instant(text, UTC)
        except ValueError as error:
            self._refuse(row, str(error), "dates are written 2026-03-31, with or without a time")
            return None
        if not EARLIEST <= moment < LATEST:
            self._refuse(row, "outside the years 1970 to 2199", None)
        return moment

    def _refuse(self, row: CsvRow, what: str, help: str | None) -> None:
        place = Location(self._file, row.line)
        self._errors.append(Diagnostic("I009", Severity.ERROR, f"{self._date}: {what}", place, help))


def _columns(cells: Iterable[str], file: str) -> dict[str, str]:
    """The name of each column in rules, where blanks, dots and braces cannot stand -> its name in the file."""
    names: dict[str, str] = {}
    for column in cells:
        name = _NOT_IN_A_NAME.sub("_", unicodedata.normalize("NFC", _clean(column[:1_000])).strip())
        if name in names:
            what = f"columns {names[name][:60]!r} and {column[:60]!r} would both be {name[:60]} in rules: rename one"
            raise input_error("I012", what, Location(file))
        names[name] = column
    if len(names) > COLUMNS:
        raise input_error("I004", f"more than {COLUMNS} columns (limit COLUMNS)", Location(file))
    return names


def _column(wanted: str, row: CsvRow, file: str) -> str:
    """The column of this name: as it is written, else the only one that differs in case or blanks alone."""
    if wanted in row.cells:
        return wanted
    alike = [column for column in row.cells if _plain(column) == _plain(wanted)]
    if len(alike) == 1:
        return alike[0]
    help = did_you_mean(wanted, row.cells) or f"the columns are {', '.join(row.cells)}"[:200]
    raise input_error("I012", f"no column {wanted[:60]!r}", Location(file), help)


def _key_column(row: CsvRow, file: str) -> str:
    plain = {_plain(column): column for column in reversed(row.cells)}
    for known in KEYS:
        if known in plain:
            return plain[known]
    help = f"name it with --key; the columns are {', '.join(row.cells)}"[:200]
    raise input_error("I012", "no column is known as the e-mail address or customer id", Location(file), help)


def _plain(column: str) -> str:
    return re.sub(r"[ _-]+", " ", column.strip().lower())


def _key_of(cell: str, is_shopify: bool) -> str | None:
    """An e-mail address as it is compared, or the digits of a customer id (of the shop, if the column says so)."""
    text = cell.strip()
    if "@" in text:
        return address(_clean(text))
    id = _ID.fullmatch(text)
    if id is None:
        return None
    return f"shopify:{id[1]}" if is_shopify else id[1]


def _clean(text: str) -> str:
    """Half characters cannot be stored; nothing else is changed."""
    return text.encode("utf-8", "replace").decode("utf-8")
