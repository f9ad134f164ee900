"""Rows of a CSV file with their physical lines: strict about quotes, widths, headers and UTF-8, bounded in size."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import IO, NamedTuple

from simulator.diagnostics import Location
from simulator.errors import InputError, input_error
from simulator.sources.limits import BLANK_LINES, CELL_BYTES, LINE_BYTES


class CsvRow(NamedTuple):
    """One row: the physical line it began on (the header is line 1) and its cells by column."""

    line: int
    cells: dict[str, str]


def csv_rows(stream: IO[bytes], name: str) -> Iterator[CsvRow]:
    """Every row below the header; wholly empty lines are passed over. Raises InputError I004, I006, I012."""
    csv.field_size_limit(CELL_BYTES)
    lines = csv.reader(_lines(stream, name), strict=True)
    header = _next(lines, name)
    if header is None:
        raise _wrong(name, 0, "the file is empty")
    _check_header(header, name)
    blank = 0
    while True:
        begins = lines.line_num + 1
        cells = _next(lines, name)
        if cells is None:
            return
        if cells and len(cells) != len(header):
            raise _wrong(name, begins, f"{len(cells)} cells in a table of {len(header)} columns")
        blank += not cells
        if blank > BLANK_LINES:
            what = f"more than {BLANK_LINES} empty lines (limit BLANK_LINES)"
            raise input_error("I004", what, Location(name, begins))
        if cells:
            yield CsvRow(begins, dict(zip(header, cells, strict=True)))


def _next(lines: Iterator[list[str]], name: str) -> list[str] | None:
    try:
        return next(lines, None)
    except csv.Error as error:
        what = "a quote that is not closed" if "unexpected end" in str(error) else str(error)
        raise _wrong(name, getattr(lines, "line_num", 0), what) from None


def _check_header(header: list[str], name: str) -> None:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise _wrong(name, 1, "the columns are not separated by commas")
    for index, column in enumerate(header):
        if not column.strip():
            raise _wrong(name, 1, f"column {index + 1} has no name")
        if column in header[:index]:
            raise _wrong(name, 1, f"column {column[:60]!r} stands twice in the header")


def _lines(stream: IO[bytes], name: str) -> Iterator[str]:
    number = 0
    while line := stream.readline(LINE_BYTES + 1):
        number += 1
        if len(line) > LINE_BYTES:
            raise input_error("I004", "a line of more than 16 MB (limit LINE_BYTES)", Location(name, number))
        if b"\x00" in line:
            raise _wrong(name, number, "a NUL byte: not a CSV file, or UTF-16 (export it as UTF-8)")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise input_error("I006", "not UTF-8 text", Location(name, number), "export it as UTF-8") from None


def _wrong(name: str, line: int, what: str) -> InputError:
    return input_error("I012", f"the table: {what}", Location(name, line))
