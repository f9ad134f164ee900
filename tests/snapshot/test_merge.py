"""Which of two records with one key stands: the newer, at one time the richer, and a known spam flag is kept."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest

from simulator.snapshot.merge import Merge, Row
from simulator.snapshot.schema import schema_sql

_TICKET: Row = {
    "id": 1, "customer_id": None, "channel": None, "via": None, "from_agent": None, "language": None, "subject": None,
    "status": "open", "priority": "normal", "spam": None, "assignee_user_id": None, "assignee_team_id": None,
    "tags": "[]", "custom_fields": "{}", "created_at": 0, "opened_at": None, "closed_at": None, "snooze_at": None,
    "trashed_at": None, "updated_at": None, "merged_into": None,
}  # fmt: skip


def _ticket(**changes: Any) -> Row:
    return {**_TICKET, **changes}


def _stands(rows: Sequence[Row], table: str = "ticket", columns: str = "subject, spam") -> tuple[Any, ...]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema_sql())
        merge = Merge(connection)
        for row in rows:
            merge.put(table, row)
            merge.flush()
        (found,) = connection.execute(f"SELECT {columns} FROM {table}").fetchall()
        return tuple(found)


OLD_DETAIL = _ticket(subject="old", spam=1, updated_at=1)
NEW_ITEM = _ticket(subject="new", updated_at=2)
NEW_DETAIL = _ticket(subject="new", spam=0, updated_at=2)
UNDATED = _ticket(subject="undated")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((OLD_DETAIL, NEW_ITEM), ("new", 1)),
        ((NEW_ITEM, NEW_DETAIL), ("new", 0)),
        ((OLD_DETAIL, NEW_ITEM, NEW_DETAIL), ("new", 0)),
        ((UNDATED, OLD_DETAIL), ("old", 1)),
        ((UNDATED, NEW_ITEM), ("new", None)),
        ((OLD_DETAIL,), ("old", 1)),
    ],
)
def test_in_any_order(rows: tuple[Row, ...], expected: tuple[Any, ...]) -> None:
    """List items and details, old and new, read in whatever order and again: the same ticket."""
    for order in itertools.permutations(rows):
        assert _stands([*order]) == expected
        assert _stands([*order, *order]) == expected


def test_a_newer_null_is_a_value() -> None:
    """A ticket that lost its assignee has none."""
    rows = (_ticket(assignee_user_id=9, updated_at=1), _ticket(updated_at=2))
    assert _stands(rows, columns="assignee_user_id") == (None,)


def test_at_one_time_the_richer_stands() -> None:
    """Without a newer time, the record that says more is kept."""
    rows = (_ticket(subject="a", updated_at=1), _ticket(subject="b", language="en", updated_at=1))
    assert _stands(rows) == _stands(rows[::-1]) == ("b", None)


def test_of_equals_the_first_stays() -> None:
    """Neither newer nor richer: nothing is replaced, so the same import again changes nothing."""
    assert _stands((_ticket(subject="a", updated_at=1), _ticket(subject="b", updated_at=1))) == ("a", None)


def test_what_has_no_time_is_taken_as_read_last() -> None:
    """A tag that was renamed between two exports."""
    assert _stands([{"id": 1, "name": "a"}, {"id": 1, "name": "b"}], "tag", "name") == ("b",)


def test_mentioned_only_adds() -> None:
    """What is mentioned inside another record never replaces."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema_sql())
        merge = Merge(connection)
        merge.put("tag", {"id": 1, "name": "full"})
        merge.put_if_absent("tag", {"id": 1, "name": "mentioned"})
        merge.put_if_absent("tag", {"id": 2, "name": "only mentioned"})
        merge.flush()
        assert connection.execute("SELECT name FROM tag ORDER BY id").fetchall() == [("full",), ("only mentioned",)]
