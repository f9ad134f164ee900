"""The cache of a snapshot: what was kept for this very content is found again, and nothing else."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from pathlib import Path

import pytest

from simulator.snapshot.cache import Cache, forget_cache, open_cache
from simulator.snapshot.lock import try_lock
from simulator.snapshot.store import open_snapshot
from simulator.snapshot.write import writing
from tests.snapshot.making import make


@pytest.fixture(autouse=True)
def user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder for caches, to themselves."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "user"))
    return tmp_path / "user"


def keep(snapshot: Path, **parts: bytes) -> dict[str, bytes | None]:
    """Open the cache, get what it has under these names, and put these parts."""
    with closing(open_snapshot(snapshot)) as connection, open_cache(snapshot, connection) as cache:
        found = {name: cache.get(name) for name in parts}
        for name, data in parts.items():
            if data:
                cache.put(name, data[:1], data[1:])
    return found


def names(folder: Path) -> list[str]:
    """The files of a folder."""
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_kept_and_found(tmp_path: Path) -> None:
    """In one private file beside the snapshot, which stays as it was."""
    path = make(tmp_path / "s.db")
    before = path.read_bytes()
    assert keep(path, a=b"first", b=b"second") == {"a": None, "b": None}
    assert keep(path, a=b"", b=b"") == {"a": b"first", "b": b"second"}
    assert names(tmp_path) == ["s.db", "s.db.cache"] and path.read_bytes() == before
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "s.db.cache").stat().st_mode) == 0o600


def test_old_parts_stay_beside_new_ones(tmp_path: Path) -> None:
    """A later run adds to what is there; a part that is put again is the newer one; one that only reads writes not."""
    path = make(tmp_path / "s.db")
    keep(path, a=b"first")
    keep(path, b=b"second", c=b"third")
    keep(path, c=b"other")
    written = (tmp_path / "s.db.cache").stat()
    assert keep(path, a=b"", b=b"", c=b"") == {"a": b"first", "b": b"second", "c": b"other"}
    assert os.path.samestat((tmp_path / "s.db.cache").stat(), written)


def test_unused_truths_do_not_pile_up(tmp_path: Path) -> None:
    """The truth of other rules' conditions is kept up to a number; whatever was used stays."""
    path = make(tmp_path / "s.db")
    keep(path, **{f"truth/{number}": b"x" for number in range(900)})
    keep(path, **{"truth/899": b"", "new": b"y"})
    with closing(open_snapshot(path)) as connection, open_cache(path, connection) as cache:
        left = [number for number in range(900) if cache.get(f"truth/{number}")]
    assert len(left) == 501 and 899 in left


def test_other_content_is_another_cache(tmp_path: Path) -> None:
    """What was kept for the content of before is neither found nor left lying about."""
    path, other = make(tmp_path / "s.db"), make(tmp_path / "o.db", (7, "Other"))
    keep(path, a=b"first")
    kept = (tmp_path / "s.db.cache").read_bytes()
    path.write_bytes(other.read_bytes())
    assert keep(path, a=b"") == {"a": None}
    assert names(tmp_path) == ["o.db", "s.db"]
    (tmp_path / "o.db.cache").write_bytes(kept)
    assert keep(other, a=b"") == {"a": None}


def test_an_import_deletes_it(tmp_path: Path) -> None:
    """With new content, wherever it lies; the same content leaves it."""
    path = make(tmp_path / "s.db")
    keep(path, a=b"first")
    with writing(path) as work:
        work.connection.execute("UPDATE team SET name = 'Care' WHERE name = 'Care'")
    assert names(tmp_path) == ["s.db", "s.db.cache"]
    with writing(path) as work:
        work.connection.execute("UPDATE team SET name = 'Other' WHERE id = 1")
    assert names(tmp_path) == ["s.db"]


def test_where_the_folder_is_no_use_the_users_own(tmp_path: Path, user_folder: Path) -> None:
    """Something else has the name: then it lies in the user's folder, and is forgotten there as well."""
    path = make(tmp_path / "s.db")
    (tmp_path / "s.db.cache").write_bytes(b"notes of mine")
    keep(path, a=b"first")
    assert keep(path, a=b"") == {"a": b"first"}
    assert len(names(user_folder / "simulator")) == 1
    forget_cache(path)
    assert names(user_folder / "simulator") == []
    assert (tmp_path / "s.db.cache").read_bytes() == b"notes of mine"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder(tmp_path: Path, user_folder: Path) -> None:
    """The user's folder; and where that cannot be written either, none, and no complaint."""
    folder = tmp_path / "shared"
    folder.mkdir()
    path = make(folder / "s.db")
    folder.chmod(0o500)
    try:
        keep(path, a=b"first")
        assert keep(path, a=b"") == {"a": b"first"} and names(folder) == ["s.db"]
        forget_cache(path)
        user_folder.chmod(0o500)
        (user_folder / "simulator").chmod(0o500)
        assert keep(path, a=b"first") == keep(path, a=b"") == {"a": None}
    finally:
        for one in (folder, user_folder, user_folder / "simulator"):
            one.chmod(0o700)


def test_nowhere_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No place at all: nothing is kept, nothing is said."""
    path = make(tmp_path / "s.db")
    (tmp_path / "s.db.cache").mkdir()
    for folder in ("/dev/null/x", "relative", str(path)):
        monkeypatch.setenv("XDG_CACHE_HOME", folder)
        assert keep(path, a=b"first") == keep(path, a=b"") == {"a": None}


def test_an_end_in_the_middle_leaves_the_old_one(tmp_path: Path) -> None:
    """An error, an interrupt: no half file, no other content."""
    path = make(tmp_path / "s.db")
    keep(path, a=b"first")

    def fail() -> None:
        with closing(open_snapshot(path)) as connection, open_cache(path, connection) as cache:
            cache.put("a", b"other")
            assert (tmp_path / "s.db.cache.partial").exists()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert names(tmp_path) == ["s.db", "s.db.cache"]
    assert keep(path, a=b"") == {"a": b"first"}


def test_a_killed_run_is_swept_up(tmp_path: Path) -> None:
    """What it left is written over by the next one."""
    path = make(tmp_path / "s.db")
    (tmp_path / "s.db.cache.partial").write_bytes(b"simulator parts 1\nhalf a ca")
    keep(path, a=b"first")
    assert keep(path, a=b"") == {"a": b"first"}
    assert names(tmp_path) == ["s.db", "s.db.cache"]


def test_two_at_a_time(tmp_path: Path) -> None:
    """While one process writes, another one reads what there is and writes nothing."""
    path = make(tmp_path / "s.db")
    keep(path, a=b"first")
    descriptor = try_lock(tmp_path / "s.db.cache.partial")
    assert descriptor is not None
    try:
        assert keep(path, a=b"other") == {"a": b"first"}
        assert keep(path, a=b"") == {"a": b"first"}
        assert (tmp_path / "s.db.cache.partial").exists()
    finally:
        os.close(descriptor)


def test_forgotten_while_it_is_written(tmp_path: Path) -> None:
    """An import in the middle of a run: the run's cache of the old content does not come back."""
    path = make(tmp_path / "s.db")
    with closing(open_snapshot(path)) as connection, open_cache(path, connection) as cache:
        cache.put("a", b"first")
        forget_cache(path)
    assert names(tmp_path) == ["s.db"]


def test_a_full_disk(tmp_path: Path) -> None:
    """Nothing is kept, and nothing is left."""
    resource = pytest.importorskip("resource")
    path = make(tmp_path / "s.db")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        keep(path, a=b"x" * (3 << 20), b=b"second")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert names(tmp_path) == ["s.db"]


def test_not_wanted(tmp_path: Path) -> None:
    """Without a cache nothing is read or written."""
    path = make(tmp_path / "s.db")
    keep(path, a=b"first")
    with closing(open_snapshot(path)) as connection, open_cache(path, connection, wanted=False) as cache:
        assert cache.get("a") is None and not cache.keeps
        cache.put("b", b"second")
    assert keep(path, a=b"", b=b"") == {"a": b"first", "b": None}
    assert Cache().get("a") is None
