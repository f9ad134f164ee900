"""Only our own, whole saved runs are opened; only saved runs are replaced; nothing half-written is left."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import simulator.saved.store as store
from simulator.errors import InputError
from simulator.saved.codes import CODES
from simulator.saved.store import check_target, open_run, save_run
from simulator.snapshot import digest
from simulator.snapshot.digest import seal
from tests.snapshot.making import make

from .runs import NAMES, example_run, texts_of


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A saved run."""
    path = tmp_path / "run.sqlite"
    save_run(path, example_run(), NAMES)
    return path


def _code(path: Path) -> str:
    """The code with which a file is refused, be it at opening or when its tickets are read."""
    with pytest.raises(InputError) as caught, open_run(path) as found:
        texts_of(found.run)
    assert caught.value.exit_code == 2
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code in CODES
    assert diagnostic.location is not None
    return diagnostic.code


def _altered(path: Path, *statements: str) -> Path:
    """Changed by another program and sealed again, as somebody with bad intentions would."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    seal(path)
    return path


def test_missing_file_is_not_created(tmp_path: Path) -> None:
    """A typing error makes no empty database."""
    assert _code(tmp_path / "typo.sqlite") == "V001"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "V002"), (b"a,b\n", "V002"), (b"SQLite format 3\x00", "V002"), (b"SQLite format 3\x00" * 20, "V004")],
)
def test_foreign_bytes(tmp_path: Path, content: bytes, code: str) -> None:
    """An empty file, a text, and headers that lie."""
    path = tmp_path / "run.sqlite"
    path.write_bytes(content)
    assert _code(path) == code


def test_folder_and_other_databases(tmp_path: Path) -> None:
    """A folder, another program's file, and a snapshot."""
    assert _code(tmp_path) == "V002"
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE run (id)")
    assert _code(tmp_path / "other.db") == "V004"
    assert _code(make(tmp_path / "shop.db")) == "V004"


@pytest.mark.parametrize("suffix", ["-wal", "-journal", "-shm"])
def test_a_journal_beside_it(saved: Path, suffix: str) -> None:
    """Another program had it open: neither read nor replaced."""
    saved.with_name(saved.name + suffix).write_bytes(b"x")
    assert _code(saved) == "V003"
    with pytest.raises(InputError) as caught:
        check_target(saved)
    assert caught.value.diagnostics[0].code == "V003"


@pytest.mark.parametrize("version", [0, 2, 99])
def test_other_formats(saved: Path, version: int) -> None:
    """A format that this version does not know."""
    assert _code(_altered(saved, f"PRAGMA user_version = {version}")) == "V005"


@pytest.mark.parametrize(
    "statement",
    ["CREATE TRIGGER t AFTER INSERT ON edit BEGIN DELETE FROM edit; END", "CREATE TABLE x (a)", "DROP TABLE timing"],
)
def test_other_tables(saved: Path, statement: str) -> None:
    """Something added, something gone."""
    assert _code(_altered(saved, statement)) == "V006"


def test_other_versions_of_the_program(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version would not have written the same bytes."""
    monkeypatch.setattr(store, "__version__", "99.0")
    assert _code(saved) == "V010"


def test_any_changed_byte(saved: Path) -> None:
    """One bit anywhere, a part that is missing, a part too much."""
    whole = saved.read_bytes()
    for place in range(100, len(whole), 997):
        saved.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        assert _code(saved) == "V007", place
    for spoiled in (whole[:-4096], whole[:5000], whole + b"\0"):
        saved.write_bytes(spoiled)
        assert _code(saved) == "V007"
    saved.write_bytes(whole)
    with open_run(saved):
        pass


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM run",
        "UPDATE run SET summary = '{'",
        "UPDATE run SET summary = '[]'",
        "UPDATE run SET settings = '[1]'",
        "UPDATE run SET tool = 'NaN'",
        'UPDATE run SET who = \'{"tag": 1, "rows": []}\'',
        'UPDATE run SET summary = replace(summary, \'"tickets": 4\', \'"tickets": "4"\')',
        "DELETE FROM rule_set",
        "DELETE FROM rule_side",
        "UPDATE rule SET change = 'other'",
        "UPDATE edit SET rules_after = '7'",
        "UPDATE edit SET after = '{\"a\": 1}'",
        "UPDATE finding SET severity = 'fatal'",
        "DELETE FROM outcome",
        "UPDATE outcome SET tags = '[1]'",
        "UPDATE outcome SET custom_fields = '[]'",
        "UPDATE change SET after = '[[]]'",
        "UPDATE change SET after = CAST(x'ff22' AS TEXT)",
    ],
)
def test_rows_spoiled_on_purpose(saved: Path, statement: str) -> None:
    """Sealed again after the change: still no bug of ours."""
    assert _code(_altered(saved, statement)) == "V007"


def test_it_can_only_be_read(saved: Path) -> None:
    """Opened without a trace, and the connection refuses all but SELECT."""
    before = saved.read_bytes(), saved.stat().st_mtime_ns
    with open_run(saved) as found:
        texts_of(found.run)
    assert (saved.read_bytes(), saved.stat().st_mtime_ns) == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


@pytest.mark.parametrize("content", [b"", b"my notes", b"SQLite format 3\x00" * 20])
def test_other_files_are_not_replaced(tmp_path: Path, content: bytes) -> None:
    """An empty file, a text, another database."""
    path = tmp_path / "notes"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        save_run(path, example_run(), NAMES)
    assert caught.value.diagnostics[0].code == "V013"
    assert path.read_bytes() == content


def test_inputs_folders_and_devices_are_not_replaced(saved: Path, tmp_path: Path) -> None:
    """What the run reads, a folder, a folder that is not there, /dev/null."""
    targets = [(saved, (saved,), "O002"), (tmp_path, (), "O001"), (tmp_path / "no" / "x", (), "O001")]
    targets += [(Path(os.devnull), (), "V013")] if os.name == "posix" else []
    for path, inputs, code in targets:
        with pytest.raises(InputError) as caught:
            check_target(path, inputs)
        assert caught.value.diagnostics[0].code == code


def test_a_saved_run_is_replaced(saved: Path) -> None:
    """Also one that was damaged, or is of another format; for its owner only; through no link."""
    whole = saved.read_bytes()
    for old in (whole, whole[:8000], whole[:60] + b"\0\0\0\x09" + whole[64:]):
        saved.write_bytes(old)
        save_run(saved, example_run(), NAMES)
        assert saved.read_bytes() == whole
    if os.name == "posix":
        assert stat.S_IMODE(saved.stat().st_mode) == 0o600
        link = saved.with_name("link")
        link.symlink_to(saved)
        save_run(link, example_run(), NAMES)
        assert not link.is_symlink()
        assert saved.read_bytes() == whole


@pytest.mark.parametrize("trouble", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_fails_leaves_the_old_one(saved: Path, monkeypatch: pytest.MonkeyPatch, trouble: type[Exception]) -> None:
    """Ctrl-C, SIGTERM or a bug in the middle: the old run, and no other file."""
    whole = saved.read_bytes()

    def failing(*args: Any) -> None:
        raise trouble

    monkeypatch.setattr(store, "write_outcomes", failing)
    with pytest.raises(trouble):
        save_run(saved, example_run(), NAMES)
    assert saved.read_bytes() == whole
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


@pytest.mark.parametrize(
    ("owner", "name"), [(os, "fsync"), (os, "open"), (Path, "replace"), (digest, "seal")], ids=lambda one: str(one)[:30]
)
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_each_step_may_fail(saved: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, nth: int) -> None:
    """A full disk at the nth call of every step: exit 2 with the reason, a whole run, no other file."""
    whole = saved.read_bytes()
    real, calls = getattr(owner, name), iter(range(1, 100))

    def failing(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == nth:
            raise OSError(28, "No space left on device")
        return real(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, failing)
        try:
            save_run(saved, example_run(), NAMES)
        except InputError as error:
            assert error.diagnostics[0].code == "V008"
    assert saved.read_bytes() == whole
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]
