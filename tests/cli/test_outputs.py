"""Where a run's results go: what may be replaced, what never is, and what is printed on which terminal."""

from __future__ import annotations

import json
import os
import re
import threading
from pathlib import Path

import pytest

from simulator.cli.outputs import FORMATS

from .program import run_inside


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    ("report", "code"),
    [
        ("json=.", "O001"),
        ("json=rulesets", "O001"),
        ("json=missing/out.json", "O001"),
        ("json=demo.db", "O002"),
        ("json=./rulesets/../demo.db", "O002"),
        ("csv=rulesets/live.rules.yaml", "O002"),
        ("html=rulesets/next.rules.yaml", "O002"),
        ("trail=simulator.toml", "O002"),
        ("json=link-to-snapshot", "O002"),
        ("json=" + "x" * 300, "O003"),
        ("json", "U004"),
        ("json=", "U004"),
        ("=x", "U004"),
        ("jsn=x", "U004"),
        ("\x1b[31m=x", "U004"),
    ],
)
def test_outputs_that_are_refused_before_any_work(project: Path, report: str, code: str) -> None:
    """Exit 2, and every file is as it was: snapshot, rule files and settings are never replaced."""
    (project / "link-to-snapshot").symlink_to("demo.db")
    before = _bytes_of(project)
    ran = run_inside("run", "--report", report, folder=project)
    assert (ran.code, f"error[{code}]" in ran.err, ran.out) == (2, True, "")
    assert "\x1b" not in ran.err
    assert _bytes_of(project) == before


def test_a_folder_of_rules_is_protected_too(project: Path) -> None:
    """A report cannot take the name of any rule file that the run reads."""
    (project / "only").mkdir()
    rules = (project / "rulesets" / "next.rules.yaml").rename(project / "only" / "next.rules.yaml")
    before = rules.read_bytes()
    ran = run_inside("run", "--candidate", "only", "--report", f"json={rules}", folder=project)
    assert (ran.code, rules.read_bytes() == before) == (2, True)


def test_two_reports_cannot_have_one_file(project: Path) -> None:
    """The second would replace the first."""
    ran = run_inside("run", "--report", "json=a", "--report", "csv=./a", folder=project)
    assert (ran.code, "the same file" in ran.err, (project / "a").exists()) == (2, True, False)


def test_every_format_is_written_whole_and_private(project: Path) -> None:
    """0600, no temporary file left, an old report and a link replaced, nothing written through the link."""
    target = project / "elsewhere"
    target.write_text("mine")
    (project / "out.json").symlink_to(target)
    (project / "out.csv").write_text("old")
    before = set(_bytes_of(project)) - {"out.json", "out.csv"}
    reports = [part for format in FORMATS for part in ("--report", f"{format}=out.{format}")]
    ran = run_inside("run", "-qq", "--no-cache", *reports, folder=project)
    assert (ran.code, ran.text) == (0, "")
    assert set(_bytes_of(project)) == before | {f"out.{format}" for format in FORMATS}
    assert target.read_text() == "mine" and not (project / "out.json").is_symlink()
    assert {(project / f"out.{format}").stat().st_mode & 0o777 for format in FORMATS} == {0o600}
    assert json.loads((project / "out.json").read_text())["format_version"] == "1.0"


def test_a_pipe_is_written_to_and_stays(project: Path) -> None:
    """What is no regular file is written to as it stands: `--report json=/dev/stdout` works, a device survives."""
    pipe = project / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    ran = run_inside("run", "-qq", "--report", f"json={pipe}", folder=project)
    reader.join(10)
    assert (ran.code, pipe.is_fifo(), json.loads(read[0])["command"][:13]) == (0, True, "simulator run")


def test_a_run_changes_nothing(project: Path) -> None:
    """Promise 4: snapshot, its time and the folder are as they were, after `run`, `explain`, `check` and `snapshot`."""
    ticket = next(iter(json.loads(run_inside("run", "--format", "json", folder=project).out)["edits"]))["ticket"]
    before = _bytes_of(project), (project / "demo.db").stat().st_mtime_ns
    for arguments in (
        ["explain", ticket],
        ["check", "rulesets/live.rules.yaml"],
        ["snapshot", "info"],
        ["snapshot", "verify"],
    ):
        assert run_inside(*arguments, folder=project).code == 0, arguments
    assert (_bytes_of(project), (project / "demo.db").stat().st_mtime_ns) == before


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_no_line_is_wider_than_eighty(started: Path, columns: str) -> None:
    """The report has one width, whatever the terminal says it has."""
    ran = run_inside("run", folder=started, COLUMNS=columns)
    assert max(map(len, ran.out.splitlines())) <= 80
    assert run_inside("run", "--help", folder=started, COLUMNS=columns).code == 0


def test_colour(started: Path) -> None:
    """As asked for; without colour the text is the same."""
    plain = run_inside("run", folder=started)
    colored = run_inside("run", folder=started, FORCE_COLOR="1")
    assert "\x1b" not in plain.out and "\x1b[" in colored.out
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored.out) == plain.out
    for environment in ({"NO_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}):
        assert run_inside("run", folder=started, **environment).out == plain.out
    assert run_inside("run", "--color", "always", folder=started, NO_COLOR="1").out == colored.out
    assert run_inside("run", "--color", "never", folder=started, FORCE_COLOR="1").out == plain.out


def test_quiet_and_exit_codes(started: Path) -> None:
    """-q is concise, -qq silent; 4 on request where there is a difference; 5 where there is nothing to replay."""
    assert run_inside("run", "-q", folder=started).out == run_inside("run", "--format", "concise", folder=started).out
    assert run_inside("run", "-qq", folder=started).text == ""
    assert run_inside("run", "-qq", "--detailed-exitcode", folder=started).code == 4
    same = run_inside("run", "-qq", "--detailed-exitcode", "--candidate", "live", "--baseline", "live", folder=started)
    assert same.code == 0
    nothing = run_inside("run", "--since", "2030-01-01", folder=started)
    assert (nothing.code, "U005" in nothing.err, nothing.out) == (5, True, "")
    assert run_inside("run", "--since", "2030-01-01", "--allow-empty", folder=started).code == 0


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        ("--since", "yesterday", "--since"),
        ("--until", "2026-13-45", "--until"),
        ("--as-of", "1e9999", "--as-of"),
        ("--since", "9" * 5000, "--since"),
        ("--window", "3 days", "--window"),
        ("--window", "-3d", "--window"),
        ("--window", "9" * 5000 + "d", "--window"),
        ("--sample", "5.5", "--sample"),
        ("--sample", "101%", "--sample"),
        ("--sample", "٣", "--sample"),
        ("--sample", "\x1b[31m", "--sample"),
        ("--seed", "x", "--seed"),
        ("--seed", "9" * 5000, "--seed"),
        ("--max-cascade", "101", "--max-cascade"),
        ("--where", "ticket.chanel: email", "ticket.channel"),
        ("--where", "[" * 10_000, ""),
        ("--where", "&a [*a]", ""),
        ("--where", "", ""),
        ("--where", "ticket.tags: {gte: [", ""),
        ("--where", "!!python/object:os.system {}", ""),
        ("--where", "a: " * 5000, ""),
        ("--where", "\x1b]52;c;x\x07", ""),
        ("--where", "\udcff", ""),
        ("--baseline", "missing.yaml", "missing.yaml"),
        ("--candidate", "rulesets/nxt.rules.yaml", "next.rules.yaml"),
        ("--candidate", "git:HEAD", "git:HEAD"),
        ("--candidate", "", ""),
        ("--candidate", "x" * 5000, ""),
        ("--snapshot", "missing.db", "missing.db"),
        ("--snapshot", "missing.db?mode=rwc", "missing.db"),
        ("--snapshot", "x" * 5000, ""),
        ("--snapshot", "rulesets", "folder"),
        ("--candidte", "x", "--candidate"),
    ],
)
def test_options_that_cannot_be_read(started: Path, flag: str, value: str, said: str) -> None:
    """Exit 2 with what is wrong, nothing printed as a result, nothing raw on the terminal, nothing made."""
    names = sorted(path.name for path in started.iterdir())
    ran = run_inside("run", f"{flag}={value}", folder=started)
    if (flag, value) == ("--where", ""):
        assert ran.code in (0, 2)
        return
    assert (ran.code, ran.out) == (2, "")
    assert "error[" in ran.err and said in ran.err
    assert not set(ran.err) & set("\x1b\x07")
    assert len(ran.err) < 20_000
    assert sorted(path.name for path in started.iterdir()) == names


def test_commands_and_tickets_that_are_not_there(started: Path) -> None:
    """The nearest name or the nearest numbers are offered."""
    assert 'did you mean "check"' in run_inside("chek", "x", folder=started).err
    assert "nearest:" in run_inside("explain", "1", folder=started).err
    for ticket in ("0", "-1", "9" * 40, "x"):
        assert run_inside("explain", "--", ticket, folder=started).code == 2, ticket
