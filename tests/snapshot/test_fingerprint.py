"""The fingerprint is that of the content: not of the order of import, and of every value."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.snapshot.fingerprint import fingerprint
from simulator.snapshot.schema import NOT_CONTENT, columns, schema_sql
from simulator.snapshot.verify import verify

from .making import make

Agent = tuple[int, str | None, str | None, int | None]

_TEXT = st.none() | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=4)
_AGENTS = st.lists(
    st.tuples(st.integers(1, 4), _TEXT, _TEXT, st.none() | st.integers(-2, 99)), max_size=4, unique_by=lambda a: a[0]
)


def _of(agents: list[Agent]) -> str:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema_sql())
        connection.executemany("INSERT INTO agent (id, email, name, active) VALUES (?, ?, ?, ?)", agents)
        return fingerprint(connection)


@settings(max_examples=40, deadline=None)
@given(_AGENTS, _AGENTS)
def test_equal_exactly_for_equal_rows(one: list[Agent], other: list[Agent]) -> None:
    """The same rows in any order, and only they, have the same fingerprint."""
    assert (_of(one) == _of(other)) == (sorted(one, key=repr) == sorted(other, key=repr))
    assert _of(one) == _of(list(reversed(one)))


def _written(value: int | str | None) -> bytes:
    """A value as the fingerprint reads it, by its description."""
    if value is None:
        return b"n"
    text = str(value).encode()
    return f"{'i' if isinstance(value, int) else 't'}{len(text)}:".encode() + text


@given(_AGENTS)
def test_it_is_the_digest_that_its_description_says(agents: list[Agent]) -> None:
    """Tables by name, rows by key, values as type, length in bytes and text: NUL, accents, minus signs and all."""
    rows = {"agent": b"".join(_written(value) for agent in sorted(agents, key=lambda a: a[0]) for value in agent)}
    tables = sorted(set(columns()) - NOT_CONTENT)
    content = b"".join(f"T{len(table)}:{table}".encode() + rows.get(table, b"") for table in tables)
    assert _of(agents) == hashlib.sha256(content).hexdigest()


def test_values_do_not_run_into_each_other() -> None:
    """Neither neighbours nor types nor NUL can stand for one another."""
    rows: list[list[Agent]] = [
        [(1, "ab", "c", None)], [(1, "a", "bc", None)], [(1, None, "abc", None)], [(1, "", "abc", None)],
        [(1, "a\x00b", "c", None)], [(1, "a", "c", None)], [(1, "n", None, None)], [(1, None, "n", None)],
        [(1, "x", "yt:z", None)], [(1, "xt:y", "z", None)],
        [(1, "t1:a", None, None)], [(1, "é", None, None)], [(1, "e\u0301", None, None)],
    ]  # fmt: skip
    assert len({_of(row) for row in rows}) == len(rows)


def test_what_the_import_notes_about_itself_does_not_count(tmp_path: Path) -> None:
    """Names of files and counts of doubts are no content."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema_sql())
        before = fingerprint(connection)
        connection.execute("INSERT INTO source_file VALUES ('a', 'b', 'c', 1)")
        connection.execute("INSERT INTO skipped VALUES ('a', 'b', 1, NULL)")
        connection.execute("INSERT INTO meta VALUES ('a', 'b')")
        assert fingerprint(connection) == before


def test_verify_knows_a_forged_row(tmp_path: Path) -> None:
    """Content changed and sealed again passes the quick check, and fails the full one."""
    from simulator.snapshot.digest import seal

    path = make(tmp_path / "s.db")
    genuine = verify(path, full=True)
    assert genuine == verify(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE team SET name = 'X' WHERE id = 1")
        connection.commit()
    seal(path)
    assert verify(path) == genuine
    try:
        verify(path, full=True)
    except InputError as error:
        assert error.diagnostics[0].code == "S007"
    else:
        raise AssertionError("not noticed")
