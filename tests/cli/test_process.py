"""The program as a process: start, signals, closed pipes, full disks, and the last door for our own bugs."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import simulator.cli.check
import simulator.cli.main as program

from .program import CHECKOUT, environment_for, run_inside, start

HEAVY = {"sqlmodel", "sqlalchemy", "numpy", "jinja2", "pydantic", "holidays", "tree_sitter", "tabulate"}


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (["--help"], {"yaml", "simulator.rules", "sqlite3", "tempfile"}),
        (["--version"], {"yaml", "simulator.rules", "sqlite3", "tempfile"}),
        (["run", "--help"], {"yaml", "simulator.rules", "sqlite3"}),
        (["check", "a.rules.yaml"], {"sqlite3"}),
        (["check", "--help"], {"sqlite3"}),
        (["config", "show"], {"yaml", "sqlite3"}),
    ],
)
def test_what_a_command_needs_not_is_not_imported(tmp_path: Path, arguments: list[str], more: set[str]) -> None:
    """The start is fast because nothing heavy is loaded."""
    (tmp_path / "a.rules.yaml").write_text("version: 1\nrules: [{id: a, on: ticket-created}]\n")
    code = (
        "import atexit, sys\n"
        f"sys.argv = ['simulator', *{arguments!r}]\n"
        "atexit.register(lambda: print('LOADED', *sys.modules))\n"
        "from simulator.cli.main import main\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment_for(), capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.rpartition("LOADED")[2].split())
    assert "simulator.cli.main" in loaded
    assert not loaded & (HEAVY | more)


@pytest.mark.parametrize("arguments", [["schema", "ruleset"], ["check", "missing"], ["--help"], ["run", "-h"]])
def test_a_full_disk_behind_stdout(tmp_path: Path, arguments: list[str]) -> None:
    """One line, exit 2, no traceback."""
    with Path("/dev/full").open("wb") as full:
        process = start(*arguments, folder=tmp_path, stdout=full, stderr=subprocess.PIPE)
        _, err = process.communicate()
    assert (process.returncode, b"Traceback" in err, b"Exception ignored" in err) == (2, False, False)
    assert b"No space left on device" in err


@pytest.mark.parametrize("streams", [(1,), (2,), (1, 2), (0, 1, 2)])
@pytest.mark.parametrize(("arguments", "code"), [(["check", "missing"], 2), (["schema", "ruleset"], 0), (["x"], 2)])
def test_streams_that_are_closed(tmp_path: Path, arguments: list[str], code: int, streams: tuple[int, ...]) -> None:
    """`>&-`: the exit code is what it would be; nothing breaks."""

    def close() -> None:
        for stream in streams:
            os.close(stream)

    process = start(*arguments, folder=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=close)
    out, err = process.communicate()
    assert (process.returncode, b"Traceback" in out + err) == (code, False)


@pytest.mark.parametrize("arguments", [["schema", "ruleset"], ["--help"], ["run", "--format", "json"]])
def test_a_closed_pipe_is_silent(started: Path, arguments: list[str]) -> None:
    """The reader has gone: exit 141, or 0 where all had been sent."""
    reading, writing = os.pipe()
    os.close(reading)
    process = start(*arguments, folder=started, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    _, err = process.communicate()
    assert process.returncode in (141, 0)
    assert err == b""


def test_nobody_reads_the_errors(tmp_path: Path) -> None:
    """A closed or full stderr does not change the exit code."""
    reading, writing = os.pipe()
    os.close(reading)
    for stream in (writing, os.open("/dev/full", os.O_WRONLY)):
        process = start("snapshot", "info", "missing", folder=tmp_path, stdout=subprocess.PIPE, stderr=stream)
        os.close(stream)
        out, _ = process.communicate()
        assert (process.returncode, out) == (2, b"")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_terminals_that_lack_letters(tmp_path: Path, encoding: str) -> None:
    """What the encoding lacks is escaped; the exit code is the same."""
    (tmp_path / "a.yaml").write_text('version: 1\nrules: [{id: "漢é", on: ticket-created}]\n', "utf-8")
    process = start("check", "a.yaml", folder=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    environment={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"})  # fmt: skip
    out, err = process.communicate()
    assert (process.returncode, err) == (2, b"")
    assert ("漢é".encode() if encoding == "ascii" else b"\\u6f22") in out  # click takes ASCII for a broken UTF-8


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    """The working folder was deleted: exit 2."""
    code = f"mkdir gone && cd gone && rmdir ../gone && exec {sys.executable} -m simulator check x"
    done = subprocess.run(["sh", "-c", code], cwd=tmp_path, env=environment_for(), capture_output=True, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (2, False)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.parametrize("command", ["run", "demo"])
def test_signals_during_a_run(started: Path, tmp_path: Path, number: signal.Signals, code: int, command: str) -> None:
    """Stopped while it writes its second report: the first is whole, no temporary file and no traceback is left."""
    pipe, temporary, first = tmp_path / "pipe", tmp_path / "temporary", tmp_path / "first.csv"
    os.mkfifo(pipe)
    temporary.mkdir()
    process = start(
        command, "-qq", "--report", f"csv={first}", "--report", f"json={pipe}", folder=started,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, environment={"TMPDIR": str(temporary)},
    )  # fmt: skip
    try:
        _wait_for(first)
        process.send_signal(number)
        out, err = process.communicate(timeout=180)
    finally:
        process.kill()
    assert (process.returncode, out, err.strip()) == (code, b"", b"")
    assert {path.name for path in tmp_path.iterdir()} == {"pipe", "temporary", "first.csv"}
    assert not list(temporary.iterdir())
    assert first.read_bytes().endswith(b"\n")


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert path.exists()


def test_a_bug_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 3, one line; the log is private and holds places in the code, no value."""
    canary = "canary ann@example.com"

    def broken(path: Path) -> None:
        raise ValueError(f"what the ticket said: {canary}")

    monkeypatch.setattr(simulator.cli.check, "_load", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ran = run_inside("check", canary, folder=tmp_path)
    assert (ran.code, ran.out, ran.err.count("\n")) == (3, "", 1)
    (log,) = tmp_path.glob("simulator-*.log")
    assert str(log) in ran.err
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    text = log.read_text()
    assert "cli/check.py" in text and text.endswith("ValueError\n")
    assert canary not in text + ran.err


def test_a_bug_where_no_log_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Still one line and exit 3."""
    monkeypatch.setattr(simulator.cli.check, "_load", lambda path: 1 // 0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    ran = run_inside("check", "x", folder=tmp_path)
    assert (ran.code, ran.err.count("\n"), "Traceback" in ran.err) == (3, 1, False)


def test_all_commands_say_what_they_do(tmp_path: Path) -> None:
    """`--help` of each, and of all, by both names; nothing is imported that is not there."""
    for name, (_, line) in program.COMMANDS.items():
        assert line in " ".join(run_inside("-h", folder=tmp_path).out.split())
        assert run_inside(name, "--help", folder=tmp_path).code == 0
    assert run_inside("--version", folder=tmp_path).out.startswith("simulator ")
    assert (CHECKOUT / "simulator" / "__main__.py").exists()
