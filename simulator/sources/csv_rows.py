"""Rows of a CSV file with their physical lines: strict about quotes, widths, headers and encoding, bounded in size."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import chain
from typing import IO, NamedTuple

from simulator.diagnostics import Location
from simulator.errors import InputError, input_error
from simulator.sources.limits import BLANK_LINES, CELL_BYTES, LINE_BYTES

SEPARATORS = (",", ";", "\t", "|")
"""What may stand between the cells of a table of the user's own."""

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHUNK = 1 << 16
_TOLD = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""The line before the header by which some spreadsheets tell the separator."""


class CsvRow(NamedTuple):
    """One row: the physical line it began on (the header is line 1) and its cells by column."""

    line: int
    cells: dict[str, str]


class Layout(NamedTuple):
    """How a file is written: the separators it may have (the one that gives the header most columns counts), the
    encoding, which a byte order mark overrules, and what to do about text that is not in it."""

    separators: tuple[str, ...] = (",",)
    encoding: str = "utf-8"
    help: str = "export it as UTF-8"


class _Line(NamedTuple):
    number: int
    text: str


PLAIN = Layout()


def csv_rows(stream: IO[bytes], name: str, layout: Layout = PLAIN) -> Iterator[CsvRow]:
    """Every row below the header; wholly empty lines are passed over. Raises InputError I004, I006, I012."""
    csv.field_size_limit(CELL_BYTES)
    lines = _lines(stream, name, layout)
    first = next(lines, None)
    if first is None:
        raise _wrong(name, 0, "the file is empty")
    separator, above = _separator(first.text, layout.separators)
    rows = _Rows(lines if above else chain((first,), lines), separator, name, above)
    header = rows.next()
    if header is None:
        raise _wrong(name, 0, "there is no header")
    _check_header(header, name, separator)
    blank = 0
    while (cells := rows.next()) is not None:
        if cells and len(cells) != len(header):
            raise _wrong(name, rows.begins, f"{len(cells)} cells in a table of {len(header)} columns")
        blank += not cells
        if blank > BLANK_LINES:
            what = f"more than {BLANK_LINES} empty lines (limit BLANK_LINES)"
            raise input_error("I004", what, Location(name, rows.begins))
        if cells:
            yield CsvRow(rows.begins, dict(zip(header, cells, strict=True)))


class _Rows:
    """The csv module's reader, with the physical line on which the last row began; `above` lines were taken before."""

    def __init__(self, lines: Iterator[_Line], separator: str, name: str, above: int) -> None:
        self._reader = csv.reader((line.text for line in lines), delimiter=separator, strict=True)
        self._name, self._above = name, above
        self.begins = 0

    def next(self) -> list[str] | None:
        """The cells of the next row, None at the end."""
        self.begins = self._reader.line_num + 1 + self._above
        try:
            return next(self._reader, None)
        except csv.Error as error:
            what = "a quote that is not closed" if "unexpected end" in str(error) else str(error)
            raise _wrong(self._name, self._reader.line_num + self._above, what) from None


def _separator(first: str, separators: tuple[str, ...]) -> tuple[str, int]:
    """The separator, and 1 if the first line only tells it."""
    told = _TOLD.fullmatch(first) if len(separators) > 1 else None
    if told is not None and told[1] in separators:
        return told[1], 1
    return max(separators, key=lambda one: len(next(csv.reader((first,), delimiter=one), []))), 0


def _check_header(header: list[str], name: str, separator: str) -> None:
    if len(header) == 1 and any(other in header[0] for other in ";\t" if other != separator):
        raise _wrong(name, 1, "the columns are not separated by commas")
    for index, column in enumerate(header):
        if not column.strip():
            raise _wrong(name, 1, f"column {index + 1} has no name")
        if column in header[:index]:
            raise _wrong(name, 1, f"column {column[:60]!r} stands twice in the header")


def _lines(stream: IO[bytes], name: str, layout: Layout) -> Iterator[_Line]:
    head = stream.readline(LINE_BYTES + 1)
    wide = head.startswith(_WIDE) or layout.encoding == "utf-16"
    for line in _wide_lines(head, stream, name) if wide else _narrow_lines(head, stream, name, layout):
        if len(line.text) > LINE_BYTES:
            raise input_error("I004", "a line of more than 16 MB (limit LINE_BYTES)", Location(name, line.number))
        if "\x00" in line.text:
            raise _wrong(name, line.number, "a NUL character: not a CSV file")
        yield line


def _narrow_lines(head: bytes, stream: IO[bytes], name: str, layout: Layout) -> Iterator[_Line]:
    """Lines in an encoding in which a line end is one byte."""
    marked = head.startswith(codecs.BOM_UTF8)
    encoding = "utf-8" if marked else layout.encoding
    line, number = head.removeprefix(codecs.BOM_UTF8), 1
    while line:
        try:
            yield _Line(number, line.decode(encoding))
        except UnicodeDecodeError:
            what = f"not {encoding.upper()} text"
            raise input_error("I006", what, Location(name, number), layout.help) from None
        line, number = stream.readline(LINE_BYTES + 1), number + 1


def _wide_lines(head: bytes, stream: IO[bytes], name: str) -> Iterator[_Line]:
    """Lines of UTF-16; without a byte order mark the low byte comes first."""
    decoder = codecs.getincrementaldecoder("utf-16" if head.startswith(_WIDE) else "utf-16-le")()
    number, rest, chunk = 0, "", head
    while True:
        try:
            *whole, rest = (rest + decoder.decode(chunk, final=not chunk)).split("\n")
        except UnicodeDecodeError:
            raise input_error("I006", "not UTF-16 text", Location(name, number + 1), "export it as UTF-8") from None
        for text in whole:
            number += 1
            yield _Line(number, text + "\n")
        if not chunk or len(rest) > LINE_BYTES:
            break
        chunk = stream.read(_CHUNK)
    if rest:
        yield _Line(number + 1, rest)


def _wrong(name: str, line: int, what: str) -> InputError:
    return input_error("I012", f"the table: {what}", Location(name, line))
