"""The edits as a table for spreadsheets: CSV in UTF-8, one row an edit, no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from simulator.diff.values import Edit
from simulator.escape import CsvCell, for_csv_cell
from simulator.report.values_text import plain_value

COLUMNS = ("ticket", "customer", "field", "before", "after", "direct", "rules_before", "rules_after")


def csv_lines(edits: Sequence[Edit]) -> Iterator[str]:
    """The header, then one row an edit in the order of the report; lines end as RFC 4180 says."""
    yield _row([CsvCell(column) for column in COLUMNS])
    for edit in edits:
        yield _row([for_csv_cell(text) for text in _texts(edit)])


def _texts(edit: Edit) -> tuple[str, ...]:
    return (
        str(edit.ticket),
        "" if edit.customer is None else str(edit.customer),
        edit.field,
        plain_value(edit.field, edit.before),
        plain_value(edit.field, edit.after),
        "true" if edit.direct else "false",
        ", ".join(edit.rules_before),
        ", ".join(edit.rules_after),
    )


def _row(cells: Sequence[CsvCell]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
