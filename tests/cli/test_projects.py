"""`init` and `demo`: a project that works at once, or nothing; a demo that leaves nothing."""

from __future__ import annotations

import resource
import stat
import subprocess
from pathlib import Path

import pytest

from .program import run_inside, start

FILES = {".gitignore", "README.md", "demo.db", "rulesets", "simulator.toml"}


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_new_project_works_at_once(started: Path) -> None:
    """`run`, `check` and `snapshot verify` without any option."""
    assert {name for name in _names(started) if name != "demo.db.cache"} == FILES
    ran = run_inside("run", folder=started)
    assert (ran.code, ran.err) == (0, "")
    assert "tickets would end differently" in ran.out
    checked = run_inside("check", *sorted((started / "rulesets").iterdir()), folder=started)
    assert checked.out == "2 rule sets loaded, 4 rules\n"
    assert run_inside("snapshot", "verify", folder=started).code == 0
    assert stat.S_IMODE((started / "demo.db").stat().st_mode) == 0o600


@pytest.mark.parametrize("taken", sorted(FILES))
def test_nothing_is_replaced(tmp_path: Path, taken: str) -> None:
    """Whatever is there already, a dangling link too: exit 2, and the folder is as it was."""
    name = "rulesets/live.rules.yaml" if taken == "rulesets" else taken
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).symlink_to(tmp_path / "elsewhere")
    before = _names(tmp_path)
    ran = run_inside("init", ".", folder=tmp_path)
    assert (ran.code, f"there already is {name}" in ran.err) == (2, True)
    assert _names(tmp_path) == before
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """Neither the folder itself nor one above it may be a file."""
    (tmp_path / "file").write_text("x")
    for folder in ("file", "file/below"):
        ran = run_inside("init", folder, folder=tmp_path)
        assert (ran.code, "Traceback" in ran.text) == (2, False)
    assert _names(tmp_path) == {"file"}


@pytest.mark.parametrize("kilobytes", [0, 1, 64, 2_000])
def test_a_full_disk_leaves_nothing(tmp_path: Path, kilobytes: int) -> None:
    """No file may grow beyond a limit: `init` fails with exit 2, in the middle, and takes everything away again."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))

    process = start("init", "a/b", folder=tmp_path, stderr=subprocess.PIPE, preexec_fn=limit)
    _, err = process.communicate()
    assert (process.returncode, b"Traceback" in err) == (2, False)
    assert _names(tmp_path) == set()


def test_what_was_there_stays_when_init_fails(tmp_path: Path) -> None:
    """Only what `init` made is taken away."""
    (tmp_path / "mine").write_text("x")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

    process = start("init", folder=tmp_path, stderr=subprocess.PIPE, preexec_fn=limit)
    process.communicate()
    assert (process.returncode, _names(tmp_path)) == (2, {"mine"})


def test_the_demo_leaves_nothing(tmp_path: Path) -> None:
    """It prints a report; its snapshot was temporary."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    process = start(
        "demo", "--report", "html=demo.html", folder=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        environment={"TMPDIR": str(temporary)},
    )  # fmt: skip
    out, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert b"tickets would end differently" in out
    assert _names(tmp_path) == {"temporary", "demo.html"} and not _names(temporary)
    assert (tmp_path / "demo.html").stat().st_mode & 0o777 == 0o600
