"""Which records one line or page holds: envelopes are taken off, a record is never taken for one."""

from __future__ import annotations

import io

import pytest

from simulator.sources.json_text import JsonReader, Record
from simulator.sources.pages import records

INNER: Record = {"id": 2}


@pytest.mark.parametrize("by_line", [True, False])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"id": 2}', [("", INNER)]),
        ('{"id": 1, "data": [{"id": 2}]}', [("", {"id": 1, "data": [INNER]})]),
        ('{"id": 1, "order": {"id": 2}}', [("", {"id": 1, "order": INNER})]),
        ('{"order": {"id": 2}}', [("", INNER)]),
        ('{"id": {"id": 2}}', [("", INNER)]),
        ('{"data": [{"id": 2}]}', [("data[0]", INNER)]),
        ('[{"id": 2}]', [("[0]", INNER)]),
        ('{"name": "x"}', [("", {"name": "x"})]),
    ],
)
def test_what_a_line_or_page_holds(text: str, by_line: bool, expected: list[tuple[str, Record]]) -> None:
    """The same on a line of its own and as a whole file; each with its path."""
    stream = io.BytesIO(text.encode())
    found = records(stream, "x.json", ("data",), JsonReader(), by_line)
    assert [(one.path, one.record) for one in found] == expected
