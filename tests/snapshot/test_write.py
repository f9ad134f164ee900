"""A snapshot is replaced whole or not at all, whatever fails and whenever (promises 1, 18, 22; row D3)."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import InputError
from simulator.snapshot import digest
from simulator.snapshot.store import open_snapshot
from simulator.snapshot.write import writing

from .making import TEAM, make, sha256

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions and signals")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _teams(path: Path) -> int:
    with closing(open_snapshot(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM team").fetchone()[0])


@posix
def test_only_the_owner_may_read(tmp_path: Path) -> None:
    """0600 whatever the umask, while it is built too."""
    old = os.umask(0)
    try:
        with writing(tmp_path / "s.db") as work:
            work.connection.execute(TEAM, (1, "x"))
            assert stat.S_IMODE((tmp_path / "s.db.partial").stat().st_mode) == 0o600
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "s.db").stat().st_mode) == 0o600
    assert _names(tmp_path) == ["s.db"]


def test_merging_keeps_what_is_there(tmp_path: Path) -> None:
    """A second block works on a copy of the first state."""
    path = make(tmp_path / "s.db", (1, "a"))
    make(path, (2, "b"))
    assert _teams(path) == 2


def test_nothing_new_leaves_the_file_alone(tmp_path: Path) -> None:
    """The same content is not written again: same bytes, same time."""
    path = make(tmp_path / "s.db")
    before = sha256(path), path.stat().st_mtime_ns
    with writing(path) as work:
        work.connection.execute("UPDATE team SET name = name")
    assert not work.is_news
    assert (sha256(path), path.stat().st_mtime_ns) == before
    assert _names(tmp_path) == ["s.db"]


@pytest.mark.parametrize("trouble", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_block_that_fails_changes_nothing(tmp_path: Path, trouble: type[BaseException]) -> None:
    """Ctrl-C, SIGTERM or a bug in the middle: the old snapshot, and no other file."""
    path = make(tmp_path / "s.db")
    before = sha256(path)
    with pytest.raises(trouble), writing(path) as work:
        work.connection.execute(TEAM, (9, "x"))
        raise trouble
    assert sha256(path) == before
    assert _names(tmp_path) == ["s.db"]


@pytest.mark.parametrize("owner,name", [
    (os, "fsync"), (os, "open"), (shutil, "copyfileobj"), (Path, "replace"), (os, "ftruncate"), (digest, "seal"),
])  # fmt: skip
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_each_step_may_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, nth: int) -> None:
    """A full disk at the nth call of every step: exit 2 with the reason, the old snapshot whole, no other file."""
    path = make(tmp_path / "s.db", (1, "a"))
    real, calls = getattr(owner, name), iter(range(1, 100))

    def failing(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == nth:
            raise OSError(28, "No space left on device")
        return real(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, failing)
        try:
            make(path, (2, "b"))
            failed = False
        except InputError as error:
            failed = True
            assert error.diagnostics[0].code in {"S009", "S008"}
    expected = (1, 2) if failed else (2,)
    assert _teams(path) in expected
    assert _names(tmp_path) == ["s.db"]
    make(path, *(() if _teams(path) == 2 else ((2, "b"),)) or ((3, "c"),))
    assert _teams(path) >= 2


_KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[4])
from simulator.snapshot import write
step, path = sys.argv[1], Path(sys.argv[2])
def die(*args, **kwargs): os.kill(os.getpid(), signal.SIGKILL)
if step == "fsync": os.fsync = die
if step == "replace": Path.replace = die
if step == "check": write.finish = die
if step == "copy": write.shutil.copyfileobj = die
with write.writing(path) as work:
    work.connection.execute("INSERT INTO team VALUES (7, 'new')")
    if step == "block": die()
"""


@posix
@pytest.mark.parametrize("step", ["copy", "block", "check", "fsync", "replace"])
def test_killed_at_each_step(tmp_path: Path, step: str) -> None:
    """kill -9: the old snapshot is as it was, and the next run gives what an undisturbed one gives."""
    path, other = make(tmp_path / "s.db"), make(tmp_path / "other.db")
    before = sha256(path)
    root = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", _KILLED, step, str(path), "", root], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert sha256(path) == before
    assert _teams(path) == 2
    for snapshot in (path, other):
        make(snapshot, (7, "new"))
    assert sha256(path) == sha256(other)
    assert _names(tmp_path) == ["other.db", "s.db"]


@posix
def test_a_link_is_replaced_not_written_through(tmp_path: Path) -> None:
    """A snapshot that is a link becomes a file of its own; its target stays."""
    target = make(tmp_path / "target.db")
    before = sha256(target)
    link = tmp_path / "s.db"
    link.symlink_to(target)
    make(link, (5, "x"))
    assert sha256(target) == before
    assert not link.is_symlink()
    assert _teams(link) == 3


@posix
def test_a_planted_partial_link_is_not_written_through(tmp_path: Path) -> None:
    """A link under the name of the partial file is removed, not followed."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "s.db.partial").symlink_to(victim)
    make(tmp_path / "s.db")
    assert victim.read_text() == "precious"


def test_a_damaged_snapshot_is_not_merged_into(tmp_path: Path) -> None:
    """What is damaged is reported, not built upon."""
    path = make(tmp_path / "s.db")
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        make(path, (5, "x"))
    assert caught.value.diagnostics[0].code == "S007"
    assert path.read_bytes() == data


@pytest.mark.parametrize("name,code", [("missing/s.db", "S009"), ("folder", "S002")])
def test_places_that_cannot_hold_a_snapshot(tmp_path: Path, name: str, code: str) -> None:
    """A folder that is not there, and a folder in place of the file."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError) as caught:
        make(tmp_path / name)
    assert caught.value.diagnostics[0].code == code
    assert _names(tmp_path) == ["folder"]


def test_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    """One writer at a time; a reader is not disturbed meanwhile."""
    path = make(tmp_path / "s.db")
    with writing(path) as work:
        work.connection.execute(TEAM, (9, "x"))
        assert _teams(path) == 2
        with pytest.raises(InputError) as caught, writing(path, wait=0.2):
            pass
    assert caught.value.diagnostics[0].code == "S008"
    assert f"in use by PID {os.getpid()}" in caught.value.diagnostics[0].message
    assert _teams(path) == 3


def test_same_work_gives_the_same_bytes(tmp_path: Path) -> None:
    """No clock and no chance in the file."""
    assert sha256(make(tmp_path / "a.db")) == sha256(make(tmp_path / "b.db"))
