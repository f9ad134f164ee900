"""Rows D1 to D3: a snapshot that is none, is damaged, is being written, or whose writer is killed."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from simulator.snapshot import digest
from simulator.snapshot.write import writing

from ..cli.program import CHECKOUT, Ran, run_inside, start

READERS = (
    ("snapshot", "info", "x.db"),
    ("snapshot", "verify", "x.db"),
    ("snapshot", "verify", "--full", "x.db"),
    ("run", "-qq", "--snapshot", "x.db", "--candidate", "a.rules.yaml"),
    ("explain", "1", "--snapshot", "x.db", "--candidate", "a.rules.yaml"),
    ("import", "table", "t", "table.csv", "--snapshot", "x.db"),
)


def _read(folder: Path) -> list[Ran]:
    return [run_inside(*reader, folder=folder) for reader in READERS]


FOREIGN = ["empty", "text", "cut header", "foreign", "future", "lying header", "view", "trigger", "index", "folder",
           "missing", "wal", "journal", "pipe", "loop"]  # fmt: skip


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_no_snapshot(place: Path, kind: str) -> None:
    """D1: exit 2 with the name, from every command, and nothing is made or changed."""
    path = place / "x.db"
    _make(kind, place / "s.db", path)
    before = {one.name: one.read_bytes() if one.is_file() else None for one in place.iterdir()}
    for reader, ran in zip(READERS, _read(place), strict=True):
        if kind in ("missing", "loop") and reader[0] == "import":
            (place / "x.db").unlink(missing_ok=True)  # an import makes what is missing
            continue
        assert ran.code == 2, (reader, ran.text)
        assert "x.db" in ran.err and "error[S" in ran.err, (reader, ran.text)
    if kind != "loop":
        assert {one.name: one.read_bytes() if one.is_file() else None for one in place.iterdir()} == before


def _make(kind: str, good: Path, path: Path) -> None:
    if kind in ("empty", "text", "cut header"):
        path.write_bytes({"empty": b"", "text": b"hello" * 100, "cut header": good.read_bytes()[:50]}[kind])
    elif kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "foreign":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE a (b)")
    elif kind != "missing":
        shutil.copy(good, path)
        _spoil(kind, path)


def _spoil(kind: str, path: Path) -> None:
    if kind in ("wal", "journal"):
        path.with_name(f"x.db-{kind}").write_bytes(b"x")
        return
    if kind == "lying header":
        content = bytearray(path.read_bytes())
        content[28:32] = b"\xff\xff\xff\xff"
        path.write_bytes(content)
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(
                {
                    "future": "PRAGMA user_version = 99",
                    "view": "ALTER TABLE ticket RENAME TO t2; CREATE VIEW ticket AS SELECT * FROM t2",
                    "trigger": "CREATE TRIGGER t AFTER INSERT ON meta BEGIN SELECT 1; END",
                    "index": "CREATE INDEX i ON ticket (status)",
                }[kind]
            )
    digest.seal(path)  # whoever spoils it on purpose also seals it


def test_damage_is_noticed(place: Path) -> None:
    """D2: single bits, bytes, runs, zeroed sectors and cuts, 200 of them: exit 2 each time, whatever reads it."""
    good = (place / "s.db").read_bytes()
    dice = random.Random(7)
    for number in range(200):
        (place / "x.db").write_bytes(_damaged(good, number % 5, dice))
        reader = READERS[number % len(READERS)]
        ran = run_inside(*reader, folder=place)
        assert (ran.code, "x.db" in ran.err) == (2, True), (number, reader, ran.text)


def _damaged(good: bytes, how: int, dice: random.Random) -> bytes:
    """Bytes that differ from the good ones."""
    while True:
        content, at = bytearray(good), dice.randrange(len(good))
        if how == 0:
            content[at] ^= 1 << dice.randrange(8)
        elif how == 1:
            content[at] = dice.randrange(256)
        elif how == 2:
            content[at : at + 16] = dice.randbytes(16)[: len(content) - at]
        elif how == 3:
            sector = at // 512 * 512
            content[sector : sector + 512] = bytes(512)
        else:
            del content[at:]
        if content != good:
            return bytes(content)


def test_two_writers_and_a_reader(place: Path) -> None:
    """The second writer waits, then says who holds the snapshot; readers see the old state, and are not held up."""
    before = run_inside("snapshot", "info", "s.db", folder=place).out
    with writing(place / "s.db") as work:
        work.connection.execute("DELETE FROM external_row")
        second = start("import", "table", "t", "table.csv", "--snapshot", "s.db", folder=place, stderr=subprocess.PIPE)
        assert run_inside("snapshot", "info", "s.db", folder=place).out == before
        assert run_inside("run", "-qq", "--snapshot", "s.db", "--candidate", "none", folder=place).code == 0
        _, err = second.communicate()
    assert (second.returncode, f"in use by PID {os.getpid()}" in err.decode()) == (2, True)
    assert not list(place.glob("*.partial")) and not list(place.glob(".*.lock"))


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, made: Path) -> tuple[Path, bytes, str]:
    """A small snapshot, its bytes, and the fingerprint once the bundled export is in it as well."""
    folder = tmp_path_factory.mktemp("undisturbed")
    shutil.copy(made / "s.db", folder / "s.db")
    old = (folder / "s.db").read_bytes()
    ran = run_inside("import", "gorgias", CHECKOUT / "fixtures", "--snapshot", "s.db", folder=folder)
    assert ran.code == 0
    return folder, old, ran.out.splitlines()[-1]


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["kill", "term", "int"]
)
@pytest.mark.parametrize("share", [0.0, 0.3])
def test_an_import_that_is_stopped(
    tmp_path: Path, undisturbed: tuple[Path, bytes, str], number: signal.Signals, code: int, share: float
) -> None:
    """Killed or interrupted while it builds: the old snapshot is as it was, and a new try gives the same content."""
    _, old, fingerprint = undisturbed
    (tmp_path / "s.db").write_bytes(old)
    command = ("import", "gorgias", CHECKOUT / "fixtures", "--snapshot", "s.db")
    process = start(*command, folder=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    partial = tmp_path / "s.db.partial"
    while process.poll() is None and not partial.exists():
        time.sleep(0.002)
    time.sleep(share)
    process.send_signal(number)
    _, err = process.communicate()
    if process.returncode == 0:
        return  # it was faster
    assert (process.returncode, err.strip()) == (code, b"")
    assert (tmp_path / "s.db").read_bytes() == old
    if number != signal.SIGKILL:
        assert [path.name for path in tmp_path.iterdir()] == ["s.db"]
    again = run_inside(*command, folder=tmp_path)
    assert (again.code, again.out.splitlines()[-1]) == (0, fingerprint)
    assert [path.name for path in tmp_path.iterdir()] == ["s.db"]


@pytest.mark.parametrize("kilobytes", [0, 4, 40, 400, 2_000, 6_000])
def test_a_full_disk_during_an_import(tmp_path: Path, undisturbed: tuple[Path, bytes, str], kilobytes: int) -> None:
    """No file may grow beyond a limit: exit 2, the old snapshot as it was, nothing beside it."""
    (tmp_path / "s.db").write_bytes(undisturbed[1])

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))

    process = start("import", "gorgias", CHECKOUT / "fixtures", "--snapshot", "s.db", folder=tmp_path,
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=limit)  # fmt: skip
    _, err = process.communicate()
    assert (process.returncode, b"Traceback" in err, b"S009" in err) == (2, False, True), err
    assert (tmp_path / "s.db").read_bytes() == undisturbed[1]
    assert [path.name for path in tmp_path.iterdir()] == ["s.db"]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("ticket", "tags", "{bad"),
        ("ticket", "created_at", 2**62),
        ("message", "created_at", -(2**62)),
        ("shop_order", "updated_at", 2**62),
        ("rule", "code_ast", "{bad"),
        ("rule", "settings", "[1"),
        ("event", "data", "{bad"),
        ("meta", "value", "{bad"),
    ],
)
def test_a_snapshot_spoiled_on_purpose(place: Path, table: str, column: str, value: object) -> None:
    """Sealed again, so that no digest tells: still no internal error, whatever a cell holds."""
    with closing(sqlite3.connect(place / "s.db")) as connection:
        connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
        connection.commit()
    try:
        digest.seal(place / "s.db")
    except (sqlite3.Error, ValueError, AssertionError, TypeError):
        return  # not even a seal fits it
    for reader in READERS:
        ran = run_inside(*(str(word).replace("x.db", "s.db") for word in reader), folder=place)
        assert ran.code in (0, 1, 2, 5), (reader, ran.text)
