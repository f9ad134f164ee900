"""Only our own, whole files are opened, nothing is created, and nothing can be written (rows D1 and promises 4, 5)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.snapshot.codes import CODES
from simulator.snapshot.digest import seal
from simulator.snapshot.store import open_snapshot

from .making import make, sha256


def _code(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        open_snapshot(path)
    assert caught.value.exit_code == 2
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code in CODES
    return diagnostic.code


def test_missing_file_is_not_created(tmp_path: Path) -> None:
    """A typing error makes no empty database."""
    assert _code(tmp_path / "typo.db") == "S001"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["q?mode=rwc", "q#x.db", "q%00.db", "é x.db"])
def test_names_are_names(tmp_path: Path, name: str) -> None:
    """Characters of URIs stay part of the name."""
    assert _code(tmp_path / name) == "S001"
    open_snapshot(make(tmp_path / name)).close()
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "S002"),
        (b"id,name\n1,2\n", "S002"),
        (b"SQLite format 3\x00", "S002"),
        (b"SQLite format 3\x00" * 20, "S004"),
    ],
)
def test_foreign_bytes(tmp_path: Path, content: bytes, code: str) -> None:
    """An empty file, a text, and a header that lies."""
    path = tmp_path / "s.db"
    path.write_bytes(content)
    assert _code(path) == code
    assert path.read_bytes() == content


def test_folder(tmp_path: Path) -> None:
    """A folder is no snapshot."""
    assert _code(tmp_path) == "S002"


def test_foreign_database(tmp_path: Path) -> None:
    """Another program's SQLite file."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE ticket (id)")
    assert _code(path) == "S004"


def _altered(path: Path, *statements: str) -> Path:
    """Change a snapshot from outside and seal it again, as somebody with bad intentions would."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    seal(path)
    return path


@pytest.mark.parametrize("version", [0, 2, 99])
def test_other_formats(tmp_path: Path, version: int) -> None:
    """A format that this version does not know is refused."""
    assert _code(_altered(make(tmp_path / "s.db"), f"PRAGMA user_version = {version}")) == "S005"


@pytest.mark.parametrize(
    "statements",
    [
        ("DROP TABLE team", "CREATE VIEW team AS SELECT 1 AS id, 'x' AS name"),
        ("CREATE TRIGGER t AFTER INSERT ON team BEGIN DELETE FROM team; END",),
        ("CREATE INDEX more ON team (name)",),
        ("CREATE TABLE more (x)",),
        ("ALTER TABLE team ADD COLUMN more TEXT",),
        ("DROP INDEX message_by_ticket",),
    ],
)
def test_other_tables(tmp_path: Path, statements: tuple[str, ...]) -> None:
    """Whatever is not ours text for text: a view for a table, triggers, indexes, columns."""
    assert _code(_altered(make(tmp_path / "s.db"), *statements)) == "S006"


@pytest.mark.parametrize("suffix", ["-wal", "-journal", "-shm"])
def test_sidecar_beside(tmp_path: Path, suffix: str) -> None:
    """A journal beside the file may hold a newer state: refused, not passed over."""
    path = make(tmp_path / "s.db")
    (tmp_path / f"s.db{suffix}").write_bytes(b"x")
    assert _code(path) == "S003"


WRITES = [
    "INSERT INTO team VALUES (5, 'x')", "UPDATE team SET name = 'x'", "DELETE FROM team", "DROP TABLE team",
    "CREATE TABLE x (y)", "CREATE TEMP TABLE x (y)", "ATTACH 'new.db' AS new", "VACUUM INTO 'new.db'", "VACUUM",
    "PRAGMA query_only = OFF", "PRAGMA user_version = 3", "BEGIN", "SAVEPOINT s", "REINDEX", "ANALYZE",
    "SELECT load_extension('x')", "SELECT * FROM pragma_table_info('team')",
]  # fmt: skip


@pytest.mark.parametrize("statement", WRITES)
def test_nothing_but_select(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    """The connection refuses every write, ATTACH, PRAGMA and temporary table."""
    monkeypatch.chdir(tmp_path)
    path = make(tmp_path / "s.db")
    before = sha256(path), path.stat().st_mtime_ns
    with closing(open_snapshot(path)) as connection, pytest.raises(sqlite3.Error):
        connection.execute(statement)
    assert (sha256(path), path.stat().st_mtime_ns) == before
    assert [file.name for file in tmp_path.iterdir()] == ["s.db"]


def test_reads(tmp_path: Path) -> None:
    """What replay needs works: joins, functions, recursion."""
    with closing(open_snapshot(make(tmp_path / "s.db"))) as connection:
        assert connection.execute("SELECT upper(name) FROM team ORDER BY id").fetchall() == [("CARE",), ("SALES",)]
        count = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT count(*) FROM n"
        assert connection.execute(count).fetchone() == (9,)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
def test_works_in_a_read_only_folder(tmp_path: Path) -> None:
    """Nothing needs to be written beside the file."""
    path = make(tmp_path / "s.db")
    tmp_path.chmod(0o500)
    try:
        open_snapshot(path).close()
    finally:
        tmp_path.chmod(0o700)


def _zero(data: bytearray, at: int) -> None:
    data[at : at + 512] = bytes(512)


def _flip(data: bytearray, at: int) -> None:
    data[at] ^= 1 << (at % 8)


def _cut(data: bytearray, at: int) -> None:
    del data[at:]


@pytest.mark.parametrize("damage", [_flip, _zero, _cut])
def test_damage_is_noticed(tmp_path: Path, damage: Callable[[bytearray, int], None]) -> None:
    """A flipped bit, a zeroed sector, a cut: whatever changed, the file is not opened (row D2)."""
    path = make(tmp_path / "s.db", *((number, f"team {number}") for number in range(300)))
    whole = path.read_bytes()
    for at in range(1, len(whole), 1499):
        data = bytearray(whole)
        damage(data, at)
        path.write_bytes(data)
        if bytes(data) != whole:
            assert _code(path) in {"S002", "S003", "S004", "S005", "S007"}, at
    path.write_bytes(whole)
    open_snapshot(path).close()


def test_every_byte_of_the_first_pages_counts(tmp_path: Path) -> None:
    """Header, schema, and the digest itself: each byte changed alone is noticed."""
    path = make(tmp_path / "s.db")
    whole = path.read_bytes()
    for at in range(0, 2 * 4096, 37):
        data = bytearray(whole)
        data[at] ^= 0x10
        path.write_bytes(data)
        _code(path)


def test_a_write_by_another_program_is_noticed(tmp_path: Path) -> None:
    """Even a sound change through SQLite is not what was written."""
    path = make(tmp_path / "s.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE team SET name = 'Fraud' WHERE id = 1")
        connection.commit()
    assert _code(path) == "S007"
