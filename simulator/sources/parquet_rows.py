"""Rows of a Parquet file as text, as a CSV export of the same table would have them. Needs the package pyarrow."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from simulator.diagnostics import Location
from simulator.errors import InputError, input_error
from simulator.sources.csv_rows import CsvRow

_BATCH = 10_000  # rows in memory at a time


def parquet_rows(path: Path) -> Iterator[CsvRow]:
    """Every row; `line` counts rows from 1. Columns of lists, objects and bytes are left out: rules read text.

    Raises InputError I012 for what is no Parquet file, I013 without pyarrow.
    """
    try:
        import pyarrow  # not a requirement: only Parquet needs it
        import pyarrow.parquet
    except ImportError:
        help = "pip install 'simulator[parquet]' (or pip install pyarrow), or export the table as CSV"
        raise input_error("I013", "a Parquet file needs the package pyarrow", Location(str(path)), help) from None
    if not path.is_file():
        raise _wrong(path, "a Parquet file in an archive: unpack it first")
    number = 0
    try:
        file = pyarrow.parquet.ParquetFile(path)
        flat = [column.name for column in file.schema_arrow if not _is_nested(str(column.type))]
        for batch in file.iter_batches(batch_size=_BATCH, columns=flat):
            for record in batch.to_pylist():
                number += 1
                yield CsvRow(number, {name: text_of(record[name]) for name in flat})
    except (pyarrow.ArrowException, OSError, ValueError, KeyError, OverflowError) as error:
        raise _wrong(path, f"not a readable Parquet file: {type(error).__name__} after row {number}") from None


def text_of(value: object) -> str:
    """A value as an admin would write it in a cell: exact decimals, ISO instants, nothing for null and NaN."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return f"{Decimal(repr(value)) if isinstance(value, float) else value:f}"
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _is_nested(type: str) -> bool:
    return type.startswith(("list", "large_list", "fixed_size", "struct", "map", "binary", "large_binary", "union"))


def _wrong(path: Path, what: str) -> InputError:
    return input_error("I012", what, Location(str(path)))
